"""How do a hundred thousand documents become a million?

The verses and films are shuffled once and given out as they are. When there are no more they are
given out again and again, each time varied:

- every word of a text or title is replaced, with probability `REPLACED`, by a word drawn from all
  running words of the same language, which is as Zipf's law has it because the texts are;
- words that nobody has used before are coined of two halves of known ones, as often as Heaps' law
  asks for: a vocabulary of V words after n running words grows by beta × V / n with each, beta being
  what the language's own texts show;
- in scripts without spaces, pairs of characters take the place of words, and none are coined: new
  neighbours make new words there;
- the id gets the number of the round, and so does the title, as sequels do; years, genres, ratings
  and the languages stay, so that facets grow in proportion.

What this is not: new texts. Sentences make no sense, the lists of documents per word grow in
proportion, and every document has relatives with about half of its words. The stream is the same
for every size: 35,000 documents are the first of 350,000.
"""

from __future__ import annotations

import json
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator

from benchmarks.rows import Row, language_of, text_of
from search.analysis.tokenizers import has_unspaced_script

REPLACED = 0.3
#: Bounds of the growth of a vocabulary, for languages with few texts here.
SLOWEST_GROWTH, FASTEST_GROWTH = 0.4, 0.9
#: Coined words that turn out to exist are coined anew so often.
TRIES = 5
_AROUND = "\"'“”‘’«»()[]{}.,;:!?¡¿…–—-"
_PAIR = 2


class _Words:
    """The words of one language: all running ones, which of them differ, and how fast these grow."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.known: set[str] = set()
        self._written = 0
        self._growth = SLOWEST_GROWTH
        self._known_count = 0

    def learn(self, word: str) -> None:
        self.running.append(word)

    def settle(self) -> None:
        """Fit Heaps' law to what was learnt: vocabulary of the first half against that of all."""
        half = len(set(self.running[: len(self.running) // 2]))
        self.known = set(self.running)
        self._known_count, self._written = len(self.known), len(self.running)
        if half:
            growth = math.log2(self._known_count / half)
            self._growth = min(max(growth, SLOWEST_GROWTH), FASTEST_GROWTH)

    def follow(self, word: str, generator: random.Random) -> str:
        """What is written where the original has `word`."""
        self._written += 1
        chance = generator.random()
        if chance < REPLACED:
            word = _like(generator.choice(self.running), word)
        elif chance > 1 - self._growth * self._known_count / self._written:
            word = _like(self._coined(generator), word)
        return word

    def _coined(self, generator: random.Random) -> str:
        for _ in range(TRIES):
            first, second = generator.choice(self.running), generator.choice(self.running)
            word = first[: (len(first) + 1) // 2] + second[len(second) // 2 :]
            if word not in self.known:
                self.known.add(word)
                self._known_count += 1
                self.running.append(word)
                return word
        return word


class Variations:
    """Documents without end: the given ones in another order, then varied, round after round."""

    def __init__(self, rows: Iterable[Row], *, seed: int) -> None:
        """Holds all of `rows`, as JSON; what it gives out is not held."""
        self._generator = random.Random(seed)
        self._words: defaultdict[str, _Words] = defaultdict(_Words)
        self._pairs: defaultdict[str, list[str]] = defaultdict(list)
        self._lines = []
        for row in rows:
            self._lines.append(json.dumps(row, ensure_ascii=False).encode())
            self._learn(text_of(row), language_of(row))
        for words in self._words.values():
            words.settle()
        self._generator.shuffle(self._lines)

    def __iter__(self) -> Iterator[Row]:
        for line in self._lines:
            yield json.loads(line)
        number = 1
        while self._lines:
            number += 1
            for line in self._lines:
                yield self._varied(json.loads(line), number)

    def _learn(self, text: str, language: str) -> None:
        for chunk in text.split():
            word = chunk.strip(_AROUND)
            if has_unspaced_script(word):
                self._pairs[language] += (word[at : at + _PAIR] for at in range(0, len(word), _PAIR))
            elif word.isalpha():
                self._words[language].learn(word.lower())

    def _varied(self, row: Row, number: int) -> Row:
        language = language_of(row)
        key = "overview" if "overview" in row else "text"
        varied = {
            **row,
            "id": f"{row['id']}/{number}",
            key: self._text(text_of(row), language),
            "title": f"{self._text(row.get('title') or '', language)} {number}",
        }
        if row.get("original_title"):
            varied["original_title"] = f"{row['original_title']} {number}"
        if row.get("also_known_as"):
            varied["also_known_as"] = [
                {**one, "title": f"{one['title']} {number}"} for one in row["also_known_as"]
            ]
        return varied

    def _text(self, text: str, language: str) -> str:
        words = self._words.get(language)
        return " ".join(self._chunk(chunk, words, language) for chunk in text.split())

    def _chunk(self, chunk: str, words: _Words | None, language: str) -> str:
        word = chunk.strip(_AROUND)
        if not chunk.isascii() and has_unspaced_script(word):
            return self._stretch(chunk, language)
        if words is None or not word.isalpha():
            return chunk
        return chunk.replace(word, words.follow(word, self._generator))

    def _stretch(self, chunk: str, language: str) -> str:
        known = self._pairs[language]
        pairs = [chunk[at : at + _PAIR] for at in range(0, len(chunk), _PAIR)]
        return "".join(
            self._generator.choice(known)
            if known and pair.isalpha() and self._generator.random() < REPLACED
            else pair
            for pair in pairs
        )


def _like(word: str, pattern: str) -> str:
    """`word` with a capital letter where `pattern` has one."""
    return word.capitalize() if pattern[0].isupper() else word
