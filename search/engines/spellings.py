"""Which words of the index are spelled almost like this one?

Distances are Damerau-Levenshtein's (optimal string alignment) over the letters of folded words: a
letter is a base with its marks (Hindi, Thai), of a Korean syllable each of its jamo. How many edits
are allowed depends on the number of letters: words of one or two have too many neighbours, and
digits are never corrected. Words of scripts without spaces are whole stretches of titles; the
n-grams they are indexed by are no words.

No search walks the vocabulary in Python: NumPy picks the words of similar length whose set of
letters hardly differs, RapidFuzz measures those. An edit changes at most two members of the set.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import orjson
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis.folding import fold, normalize
from search.analysis.keyboards import compose_hangul
from search.analysis.romanize import jamo
from search.analysis.scripts import main_script
from search.analysis.tokenizers import has_unspaced_script, words_in
from search.index.codec.arrays import Array
from search.index.codec.lexicon import Lexicon
from search.index.reader import IndexReader
from search.index.schema import EXACT, KEY, LATIN, TITLE, ZONES, Field

#: From this number of letters on, one edit is allowed; from the second on, two.
ONE_EDIT, TWO_EDITS = 3, 8
#: A character of Chinese or Japanese is nearly a word: two edits make another title.
TWO_EDITS_OF_CHARACTERS = 12
#: Jamo: two syllables are the least.
ONE_EDIT_OF_JAMO, TWO_EDITS_OF_JAMO = 3, 9
#: Syllables a Korean word needs for one to be left out, replaced or swapped.
SYLLABLES_FOR_EDIT = 3
#: Shorter romanised names are spelled like too many.
SHORTEST_ROMANIZED = 5
_HAN_AND_KANA = frozenset(("Hani", "Hira", "Kana"))
_HANGUL, _JAMO_KEYS = "Hang", b"j"
#: Sets of letters are kept as bits of one number, a letter at its code point modulo this.
_BITS = 64
# Letters with marks are held as single characters of the private planes.
_FIRST_PRIVATE, _UNKNOWN = 0xF0000, 0x10F000


def edits_allowed(word: str) -> int:
    """How many letters may differ in a folded word."""
    if not _is_word(word):
        return 0
    script = main_script(word)
    letters = _length(word, script)
    one, two = ONE_EDIT, TWO_EDITS
    if script == _HANGUL:
        one, two = ONE_EDIT_OF_JAMO, TWO_EDITS_OF_JAMO
    elif script in _HAN_AND_KANA:
        two = TWO_EDITS_OF_CHARACTERS
    return 0 if letters < one else 1 if letters < two else 2


def _is_word(word: str) -> bool:
    """Letters and marks alone; the only word of a number is the number."""
    return word.isalpha() or all(unicodedata.category(character)[0] in "LM" for character in word)


def _length(word: str, script: str | None) -> int:
    if script == _HANGUL:
        # One syllable is one letter to its reader, whatever it is made of.
        return len(jamo(word)) if len(word) > 1 else 0
    return len(word) if word.isalpha() else len(_clusters(word))


def _clusters(word: str) -> list[str]:
    """Letters with the marks that follow them."""
    clusters: list[str] = []
    for character in word:
        if clusters and unicodedata.category(character)[0] == "M":
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


class _Alphabet:
    """Words as strings of one character per letter, so that distances count letters."""

    def __init__(self) -> None:
        self._characters: dict[str, str] = {}

    def encoded(self, word: str, *, learn: bool) -> str:
        """`word` letter by letter; letters with marks not met before are all different when not
        to be learned, as they differ from every letter of the index."""
        if word.isalpha():
            return (jamo(word) or word) if not word.isascii() else word
        if letters := jamo(word):
            return letters
        written = []
        for index, cluster in enumerate(_clusters(word)):
            known = cluster if len(cluster) == 1 else self._characters.get(cluster)
            if known is None and learn:
                known = self._characters[cluster] = chr(_FIRST_PRIVATE + len(self._characters))
            written.append(known or chr(_UNKNOWN + index))
        return "".join(written)


@dataclass(frozen=True, slots=True)
class _Words:
    """Words in order of length: as they are compared, their sets of letters, their documents.

    `start[n]` is the place of the first word of at least n letters.
    """

    written: list[str]
    encoded: list[str]
    sets: Array
    start: Array
    frequency: Array

    @classmethod
    def of(cls, words: dict[str, tuple[str, int]]) -> _Words:
        """`words`: as compared → (as written, documents)."""
        encoded = sorted(words, key=len)
        lengths = np.array([len(word) for word in encoded], np.int64)
        codes = np.frombuffer("".join(encoded).encode("utf-32-le", "surrogatepass"), np.uint32)
        bits = np.left_shift(np.uint64(1), (codes % _BITS).astype(np.uint64))
        firsts = np.concatenate(([0], np.cumsum(lengths)[:-1])) if encoded else np.zeros(0, np.int64)
        sets = np.bitwise_or.reduceat(bits, firsts) if encoded else np.zeros(0, np.uint64)
        longest = int(lengths[-1]) if encoded else 0
        return cls(
            [words[word][0] for word in encoded],
            encoded,
            sets,
            np.searchsorted(lengths, np.arange(longest + 2)),
            np.array([words[word][1] for word in encoded], np.int64),
        )

    def near(self, word: str, allowed: int) -> Iterator[tuple[int, int]]:
        """(distance, number) of the words within `allowed` edits of `word`."""
        longest = len(self.start) - 1
        low, high = max(len(word) - allowed, 0), len(word) + allowed + 1
        if low > longest:
            return
        first, last = int(self.start[low]), int(self.start[min(high, longest)])
        letters = np.uint64(0)
        for character in word:
            letters |= np.uint64(1 << (ord(character) % _BITS))
        alike = np.bitwise_count(self.sets[first:last] ^ letters) <= 2 * allowed
        places = (np.flatnonzero(alike) + first).tolist()
        chosen = [self.encoded[place] for place in places]
        for _, distance, index in process.extract_iter(
            word, chosen, scorer=OSA.distance, score_cutoff=allowed
        ):
            if distance:
                yield int(distance), places[index]


def _ranked(words: _Words, encoded: str, allowed: int) -> list[tuple[int, bool, int, str]]:
    """(distance, whether the first letter differs, minus the documents, word) of the words near."""
    return [
        (distance, words.encoded[place][0] != encoded[0], -int(words.frequency[place]), words.written[place])
        for distance, place in words.near(encoded, allowed)
    ]


class SpellingIndex:
    """The words of one index, folded; of scripts without spaces the stretches of titles."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._alphabet = _Alphabet()
        # Stretch → the document and title it is the beginning of: only there is it unfolded.
        self._titles: dict[str, tuple[int, int]] = {}
        self._spaced = _Words.of(self._spaced_words())
        stretches = self._stretches()
        self._unspaced = _Words.of(stretches)
        # Korean by the syllable as well: one left out, or two swapped, is one slip and many jamo.
        self._syllables = _Words.of(
            {word: (word, count) for word, count in stretches.values() if main_script(word) == _HANGUL}
        )

    @cached_property
    def _romanized(self) -> _Words:
        """Latin spellings of names in other scripts; made when first asked for."""
        words: dict[str, tuple[str, int]] = {}
        for segment in self._reader.segments:
            frequency = np.diff(segment.columns[Field(TITLE, LATIN)].start.astype(np.int64)).tolist()
            for term, documents in zip(segment.lexicons[LATIN], frequency, strict=True):
                if len(term) >= SHORTEST_ROMANIZED and term.isalpha():
                    word = term.decode()
                    words[word] = word, documents + words.get(word, ("", 0))[1]
        return _Words.of(words)

    def candidates(self, word: str, limit: int) -> list[tuple[str, int]]:
        """Words within the allowed edits, with their number of documents: nearest first, then
        those with the same first letter, then the most frequent. Folded, but for scripts without
        spaces, which come as a title writes them."""
        allowed = edits_allowed(word)
        if not allowed:
            return []
        encoded = self._alphabet.encoded(word, learn=False)
        if not has_unspaced_script(word):
            found = _ranked(self._spaced, encoded, allowed)
            if not found and word.isascii():
                found = _ranked(self._romanized, encoded, allowed)
        else:
            found = _ranked(self._unspaced, encoded, allowed)
            if main_script(word) == _HANGUL and len(word) >= SYLLABLES_FOR_EDIT:
                found += _ranked(self._syllables, word, 1)
        best = {written: frequency for *_, frequency, written in reversed(sorted(found)[:limit])}
        return [(self._as_written(near), -frequency) for near, frequency in reversed(best.items())]

    def _spaced_words(self) -> dict[str, tuple[str, int]]:
        words: dict[str, tuple[str, int]] = {}
        for segment in self._reader.segments:
            columns = [segment.columns[Field(zone, EXACT)] for zone in ZONES]
            frequency = np.sum([np.diff(one.start.astype(np.int64)) for one in columns], axis=0).tolist()
            for term, documents in zip(segment.lexicons[EXACT], frequency, strict=True):
                word = term.decode("utf-8", "surrogatepass")
                if len(word) < ONE_EDIT or not _is_word(word) or has_unspaced_script(word):
                    continue
                if not word.isascii():
                    word = fold(word)
                encoded = self._alphabet.encoded(word, learn=True)
                if encoded:
                    words[encoded] = word, documents + words.get(encoded, ("", 0))[1]
        return words

    def _stretches(self) -> dict[str, tuple[str, int]]:
        """Names and titles in scripts without spaces, by their letters; Korean ones from their keys,
        the others from the completions, which hold every title."""
        words: dict[str, tuple[str, int]] = {}
        times: dict[str, int] = defaultdict(int)
        for base, segment in zip(self._reader.bases, self._reader.segments, strict=False):
            self._korean_names(segment.lexicons[KEY], segment.columns[Field(TITLE, KEY)].start, words)
            lexicon = Lexicon.of(segment.file, "suggest")
            docs, numbers = segment.file["suggest/docs"], segment.file["suggest/titles"]
            for place, key in enumerate(lexicon):
                if key.isascii():
                    continue
                # Keys run from each word of a title to its end: the first word is enough.
                word = key.decode("utf-8", "surrogatepass").partition(" ")[0]
                if has_unspaced_script(word) and main_script(word) != _HANGUL and _is_word(word):
                    times[word] += 1
                    self._titles[word] = base + int(docs[place]), int(numbers[place])
        for word, documents in times.items():
            words[self._alphabet.encoded(word, learn=True)] = word, documents
        return words

    def _korean_names(self, lexicon: Lexicon, start: Array, words: dict[str, tuple[str, int]]) -> None:
        first, last = lexicon.prefix_range(_JAMO_KEYS)
        frequency = np.diff(start[first : last + 1].astype(np.int64)).tolist()
        for key, documents in zip(lexicon.between(first, last), frequency, strict=True):
            letters = key[len(_JAMO_KEYS) :].decode("utf-8", "surrogatepass")
            words[letters] = compose_hangul(letters), documents + words.get(letters, ("", 0))[1]

    def _as_written(self, word: str) -> str:
        """The stretch of a title whose folded form is `word`; other words as they are."""
        if word not in self._titles:
            return word
        document, title = self._titles[word]
        stored = orjson.loads(self._reader.stored(document))
        text = stored["title"] if not title else stored["other_titles"][title - 1]["title"]
        for stretch, _, _ in words_in(unicodedata.normalize("NFC", text)):
            if fold(normalize(stretch)) == word:
                return stretch
        return word
