"""What else may the visitor have meant? Only asked when the first try found too little.

Candidates are other readings of the typed text, most trusted first: the keys pressed on another
keyboard layout, words split or joined, words spelled almost like it. Each is named, so that the
answer can say what it did and offer the literal query. A candidate adds hits, it never removes
what the typed query found completely.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from search.analysis.folding import fold, normalize
from search.analysis.keyboards import candidates as keyboard_readings
from search.analysis.tokenizers import has_unspaced_script, tokenize
from search.index.schema import EXACT, FOLDED, STEM, ZONES
from search.query.expansion import Vocabulary
from search.query.tree import Query, Word, map_words, to_text, words_of

#: Spellings of one word that are tried.
SPELLINGS = 3
SHORTEST_PART = 2
SHORTEST_SPLIT = 5

Spellings = Callable[[str, int], list[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another reading: its kind as in `interpretations`, its tree, and, for spellings, the folded
    words that are accepted in place of the typed ones."""

    kind: str
    query: Query
    corrections: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return to_text(self.query)


@dataclass(frozen=True, slots=True)
class SecondTry:
    """`scripts` are the scripts of the collection's languages; `spellings(word, limit)` gives
    similar words of the index with their document counts."""

    vocabulary: Vocabulary
    spellings: Spellings
    scripts: frozenset[str]

    def candidates(self, query: Query, typed: str, missing: Sequence[str]) -> Iterator[Candidate]:
        """Other readings of `query`; `missing` are its words that no document has."""
        if missing:
            yield from self._keyboard(query)
            yield from self._split(query, missing)
        yield from self._joined(query)
        if missing:
            yield from self._respelled(query, missing)

    def _keyboard(self, query: Query) -> Iterator[Candidate]:
        words = [leaf for leaf in words_of(query) if isinstance(leaf, Word)]
        if not words:
            return
        readings: dict[str, dict[str, str]] = {}
        for word in words:
            for layout, text in keyboard_readings(word.text, self.scripts):
                readings.setdefault(layout, {})[word.text] = text
        for retyped in readings.values():
            if all(self._knows(retyped.get(word.text, word.text)) for word in words):
                yield Candidate("keyboard", map_words(query, partial(_with_text, texts=retyped)))

    def _knows(self, text: str) -> bool:
        """Whether every word of `text` is in the index as it is, folded or inflected."""
        tokens = [token for token in tokenize(text) if not token.is_gram or len(token.text) > 1]
        return bool(tokens) and all(
            self.vocabulary.frequency(way, terms, zones)
            for token in tokens
            for way, terms, zones in (self._lookup(normalize(token.text)),)
        )

    def _lookup(self, exact: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        if self.vocabulary.frequency(EXACT, (exact,), ZONES):
            return EXACT, (exact,), ZONES
        folded = fold(exact)
        if self.vocabulary.frequency(FOLDED, (exact, folded), ZONES):
            return FOLDED, (exact, folded), ZONES
        if self.vocabulary.frequency(EXACT, (folded,), ZONES):
            return EXACT, (folded,), ZONES
        return STEM, (folded,), tuple(zone for zone in ZONES if zone != "people")

    def _split(self, query: Query, missing: Sequence[str]) -> Iterator[Candidate]:
        parts = {word: split for word in missing if (split := self._best_split(word))}
        if parts:
            yield Candidate("split", map_words(query, partial(_with_text, texts=parts)))

    def _best_split(self, word: str) -> str | None:
        folded = fold(normalize(word))
        if len(folded) < SHORTEST_SPLIT or not folded.isalpha() or has_unspaced_script(folded):
            return None
        best: tuple[int, str] | None = None
        for place in range(SHORTEST_PART, len(folded) - SHORTEST_PART + 1):
            first, second = folded[:place], folded[place:]
            support = min(self.vocabulary.frequency(EXACT, (part,), ZONES) for part in (first, second))
            if support and (best is None or support > best[0]):
                best = support, f"{first} {second}"
        return best[1] if best else None

    def _joined(self, query: Query) -> Iterator[Candidate]:
        leaves = words_of(query)
        for first, second in itertools.pairwise(leaves):
            if not (isinstance(first, Word) and isinstance(second, Word)) or first.prefix:
                continue
            joined = fold(normalize(first.text + second.text))
            if not joined.isalpha() or has_unspaced_script(joined):
                continue
            if self.vocabulary.frequency(EXACT, (joined,), ZONES) or self.vocabulary.frequency(
                FOLDED, (joined,), ZONES
            ):
                yield Candidate(
                    "join", map_words(query, partial(_join, first=first, second=second, joined=joined))
                )
                return

    def _respelled(self, query: Query, missing: Sequence[str]) -> Iterator[Candidate]:
        corrections: dict[str, tuple[str, ...]] = {}
        shown: dict[str, str] = {}
        for word in missing:
            folded = fold(normalize(word))
            near = self.spellings(folded, SPELLINGS)
            if near:
                corrections[folded] = tuple(spelling for spelling, _ in near)
                shown[word] = near[0][0]
        if corrections:
            yield Candidate("spelling", map_words(query, partial(_with_text, texts=shown)), corrections)


def _with_text(word: Word, texts: dict[str, str]) -> Word:
    """`word` with its text replaced, or the words in it: of `/regex/` only *regex* is one."""
    if word.text in texts:
        return Word(texts[word.text], word.prefix)
    pieces: list[str] = []
    end = 0
    for token in tokenize(word.text):
        if token.text in texts:
            pieces += [word.text[end : token.start], texts[token.text]]
            end = token.end
    return Word("".join((*pieces, word.text[end:])), word.prefix) if pieces else word


def _join(word: Word, first: Word, second: Word, joined: str) -> Word | None:
    if word == first:
        return Word(joined, second.prefix)
    return None if word == second else word
