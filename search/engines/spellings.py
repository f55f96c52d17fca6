"""Which words of the index are spelled almost like this one?

Distances are Damerau-Levenshtein's (optimal string alignment) over the letters of folded words: a
letter is a base with its marks (Hindi, Thai), of a Korean syllable each of its jamo. How many edits
are allowed depends on the number of letters: words of one or two have too many neighbours, and
digits are never corrected. Words of scripts without spaces are whole stretches of titles; the
n-grams they are indexed by are no words.

The segments hold the words in lists (`search/index/codec/spelling_lists.py`), which tell by a scan
of bits which may be near; RapidFuzz measures those. Nothing is read before a word is asked for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis.folding import fold, normalize
from search.analysis.keyboards import compose_hangul
from search.analysis.romanize import jamo
from search.analysis.scripts import main_script
from search.analysis.tokenizers import has_unspaced_script, words_in
from search.index.codec.segment_reader import SegmentWords
from search.index.codec.spelling_lists import (
    HANGUL,
    KOREAN,
    ROMANIZED,
    SHORTEST,
    SPACED,
    STRETCHES,
    SYLLABLES,
)
from search.index.letters import is_word, letters_with_marks, one_character_each
from search.index.reader import WordReader

#: From this number of letters on, one edit is allowed; from the second on, two.
ONE_EDIT, TWO_EDITS = SHORTEST, 8
#: A character of Chinese or Japanese is nearly a word: two edits make another title.
TWO_EDITS_OF_CHARACTERS = 12
#: Jamo: two syllables are the least.
ONE_EDIT_OF_JAMO, TWO_EDITS_OF_JAMO = 3, 9
#: Syllables a Korean word needs for one to be left out, replaced or swapped.
SYLLABLES_FOR_EDIT = 3
_HAN_AND_KANA = frozenset(("Hani", "Hira", "Kana"))
#: How what a list keeps is compared, and how it is shown, where that is not as it is kept.
_COMPARED: dict[str, Callable[[str], str]] = {SYLLABLES: compose_hangul}
_SHOWN: dict[str, Callable[[str], str]] = {KOREAN: compose_hangul, SYLLABLES: compose_hangul}
_FIRST_PRIVATE = 0xF0000


def edits_allowed(word: str) -> int:
    """How many letters may differ in a folded word."""
    if not is_word(word):
        return 0
    script = main_script(word)
    letters = _length(word, script)
    one, two = ONE_EDIT, TWO_EDITS
    if script == HANGUL:
        one, two = ONE_EDIT_OF_JAMO, TWO_EDITS_OF_JAMO
    elif script in _HAN_AND_KANA:
        two = TWO_EDITS_OF_CHARACTERS
    return 0 if letters < one else 1 if letters < two else 2


def _length(word: str, script: str | None) -> int:
    if script == HANGUL:
        # One syllable is one letter to its reader, whatever it is made of.
        return len(jamo(word)) if len(word) > 1 else 0
    return len(word) if word.isalpha() else len(letters_with_marks(word))


class _Alphabet:
    """Words as strings of one character per letter, so that distances count letters."""

    def __init__(self) -> None:
        self._characters: dict[str, str] = {}

    def written(self, word: str) -> str:
        """`word` letter by letter; different letters with marks are different characters."""
        if word.isalpha():
            return word
        return "".join(
            letter if len(letter) == 1 else self._character(letter) for letter in letters_with_marks(word)
        )

    def _character(self, letter: str) -> str:
        return self._characters.setdefault(letter, chr(_FIRST_PRIVATE + len(self._characters)))


@dataclass(frozen=True, order=True, slots=True)
class _Near:
    """A word near the one asked for, in the order in which they are offered: nearest first, then
    those with the same first letter, then the most frequent (`documents` are counted below zero)."""

    distance: int
    begins_otherwise: bool
    documents: int
    written: str
    is_stretch: bool = field(compare=False)


class SpellingIndex:
    """The words of one index, folded; of scripts without spaces the stretches of titles."""

    def __init__(self, reader: WordReader) -> None:
        self._reader = reader

    def candidates(self, word: str, limit: int) -> list[tuple[str, int]]:
        """Words within the allowed edits, with their number of documents: nearest first, then
        those with the same first letter, then the most frequent. Folded, but for scripts without
        spaces, which come as a title writes them."""
        allowed = edits_allowed(word)
        if not allowed:
            return []
        if not has_unspaced_script(word):
            near = self._near(SPACED, word, allowed)
            if not near and word.isascii():
                near = self._near(ROMANIZED, word, allowed)
        else:
            letters = jamo(word) or word
            near = self._near(KOREAN, letters, allowed)
            near += self._near(STRETCHES, letters, allowed)
            if main_script(word) == HANGUL and len(word) >= SYLLABLES_FOR_EDIT:
                # By the syllable as well: one left out, or two swapped, is one slip and many jamo.
                near += self._near(SYLLABLES, word, 1)
        # Found by its letters and by its syllables, a word is offered once, where it stands last.
        best = {one.written: one for one in reversed(sorted(near)[:limit])}
        return [(self._as_titled(one), -one.documents) for one in reversed(best.values())]

    def _near(self, name: str, word: str, allowed: int) -> list[_Near]:
        """Words of a list that are near, but not the same."""
        documents = self._alike(name, word, allowed)
        kept, compared, shown = list(documents), _COMPARED.get(name, str), _SHOWN.get(name, str)
        alphabet = _Alphabet()
        asked = alphabet.written(word)
        others = [alphabet.written(compared(one)) for one in kept]
        return [
            _Near(
                int(distance),
                other[0] != asked[0],
                -documents[kept[place]],
                shown(kept[place]),
                name == STRETCHES,
            )
            for other, distance, place in process.extract_iter(
                asked, others, scorer=OSA.distance, score_cutoff=allowed
            )
            if distance and other
        ]

    def _alike(self, name: str, word: str, allowed: int) -> dict[str, int]:
        """Words of a list that may be near, with their documents in all segments."""
        documents: dict[str, int] = {}
        letters = one_character_each(word)
        for segment in self._reader.segments:
            words = segment.spellings(name)
            for one, count in words.held(words.alike(letters, allowed)):
                documents[one] = documents.get(one, 0) + count
        return documents

    def _as_titled(self, near: _Near) -> str:
        """The stretch of a title whose folded form was found; other words as they are."""
        if not near.is_stretch:
            return near.written
        numbered = list(zip(self._reader.bases, self._reader.segments, strict=False))
        for base, segment in reversed(numbered):
            words = segment.spellings(STRETCHES)
            numbers = words.alike(one_character_each(near.written), 0)
            for number, (one, _) in zip(numbers.tolist(), words.held(numbers), strict=True):
                if one == near.written:
                    return self._written_in(segment, base, number, one)
        return near.written

    def _written_in(self, segment: SegmentWords, base: int, number: int, folded: str) -> str:
        """A stretch as it stands in the title that the list names for it."""
        document = segment.file[f"spelling/{STRETCHES}/docs"].item(number)
        title = segment.file[f"spelling/{STRETCHES}/titles"].item(number)
        text = self._reader.title_of(base + document, title)
        for stretch, _, _ in words_in(unicodedata.normalize("NFC", text)):
            if fold(normalize(stretch)) == folded:
                return stretch
        return folded
