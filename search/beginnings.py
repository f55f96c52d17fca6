"""How must a word begin to be met by one of these terms?

Stemmers and spellings change the ends of words and the marks on their letters. In most languages a
word that begins with another letter than every term need not be analysed at all, which is most
words of a text. Letters are taken without case and marks, and look-alikes of the Latin, Greek and
Cyrillic alphabets as one. Where a language does otherwise nothing is said, and every word is to be
analysed.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable
from functools import cache

from search.analysis.analyzer import SHORTEST_INFLECTED, SHORTEST_STEM
from search.analysis.folding import fold, normalize
from search.analysis.homoglyphs import repair_homoglyphs
from search.analysis.languages import language as language_row
from search.analysis.lemmas import has_lemmas

#: What may begin in any way: words that begin with a digit, a mark, or a letter of other scripts.
UNSAID = ""
#: Snowball's stemmers that leave the first letter alone. `tests/test_beginnings.py` tries them on random
#: words. Not among them are those that know prefixes (Arabic, Dutch ge-, Indonesian), other spellings
#: (Serbian in Latin letters) or stems of nothing but an ending (Turkish).
_KEEP_THE_FIRST_LETTER = """
armenian basque catalan czech danish english esperanto estonian finnish french german greek hindi hungarian
italian nepali norwegian persian polish portuguese romanian russian spanish swedish
"""
KEEP_THE_FIRST_LETTER = frozenset(_KEEP_THE_FIRST_LETTER.split())
#: Letters that are what they are whatever comes next but for marks: alphabets, scripts of India, of
#: South-East Asia consonants and vowels written as letters, kana, Han and Hangul syllables; not the Thai
#: sara e, two of which are one letter, nor sara am, nor parts of Hangul syllables.
_LETTERS = (
    range(0x41, 0xE00),
    range(0xE01, 0xE33),
    range(0xE41, 0xE45),
    range(0xE81, 0xEB3),
    range(0xEC0, 0xEC5),
    range(0xF00, 0x1022),
    range(0x10A0, 0x1100),
    range(0x1780, 0x17A3),
    range(0x1E00, 0x2000),
    range(0x3041, 0x3097),
    range(0x30A1, 0x30FB),
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xAC00, 0xD7A4),
    range(0x20000, 0x323B0),
)
#: The numbers that letters stand for begin with a digit; which letters do is `numerals.py`'s answer.
_ROMAN = ("x", "v", "i")


class _Beginnings(dict[str, str]):
    """What each character is as the first one of a word; filled as met."""

    def __missing__(self, character: str) -> str:
        value = self[character] = _beginning(character)
        return value


def _beginning(character: str) -> str:
    if not any(ord(character) in block for block in _LETTERS):
        return UNSAID
    folded = fold(normalize(character))
    base = unicodedata.normalize("NFD", folded)[:1]
    return _LOOK_ALIKES.get(base, base) if base.isalpha() else UNSAID


def _look_alikes() -> dict[str, str]:
    """Small letters that, they or their capitals, may be taken for each other → one of them."""
    meant: dict[str, str] = {}
    # Letters without a twin, so that the one before them gives way.
    for letter in string.ascii_letters:
        for others in ("ЩЩЩ", "ΨΨΨ"):
            latin, twin = letter.lower(), repair_homoglyphs(letter + others)[0].lower()
            new, old = meant.get(latin, latin), meant.get(twin, twin)
            meant |= {one: new for one, value in meant.items() if value == old} | {latin: new, twin: new}
    return meant


_LOOK_ALIKES = _look_alikes()

#: First character of a word as written → its beginning.
BEGINNINGS = _Beginnings()


def beginnings(terms: Iterable[str]) -> frozenset[str]:
    """The beginnings of terms, and `UNSAID`, which may be any: those of the n-grams they may meet."""
    firsts = {BEGINNINGS[first] for first in {term[0] for term in terms if term}}
    if any(term[:1].isdigit() for term in terms):
        firsts.update([BEGINNINGS[letter] for letter in _ROMAN])
    return frozenset((UNSAID, *firsts))


def endings_of_grams(terms: Iterable[str]) -> frozenset[str]:
    """The same of the last characters of n-grams: what ends as no term does meets none of them."""
    return frozenset((UNSAID, *[BEGINNINGS[last] for last in {term[-1] for term in terms if term}]))


def beginnings_of_words(terms: frozenset[str], language: str) -> frozenset[str] | None:
    """How words of a text in the language begin that terms with these beginnings may meet; None if
    they may begin in any way.

    >>> beginnings_of_words(beginnings(["été"]), "fr") == {"", "e"}
    True
    """
    turns = _turns(language)
    if turns is None:
        return None
    return terms.union([written for written, meant in turns if meant in terms])


@cache
def _turns(language: str) -> tuple[tuple[str, str], ...] | None:
    """Beginnings of words that turn into others: (as written, as it becomes); None if nobody knows."""
    row = language_row(language)
    if row.prefixes or has_lemmas(row.code) or (row.stemmer and row.stemmer not in KEEP_THE_FIRST_LETTER):
        return None
    pairs = [*row.spelled_out.items()]
    # Rules turn only what remains of a word: these, words that are nothing but an ending.
    pairs += [
        (ending, replacement)
        for ending, replacement in row.suffix_rules
        if len(ending) >= SHORTEST_INFLECTED and len(replacement) >= SHORTEST_STEM
    ]
    turns = {(BEGINNINGS[one[0]], BEGINNINGS[other[0]]) for one, other in pairs if one and other}
    return tuple(sorted(pair for pair in turns if pair[0] != pair[1]))
