"""When are two spellings of a word the same word?

`normalize` gives the exact form: case and the invisible accidents of encoding are gone, nothing a
reader would call a letter is. `fold` goes further: marks, and letters that people replace when
they cannot type them (ł → l, ё → е, ク → く, 華 → 华). Both take single words and never raise.
Inflection is not treated here (stemmers), nor are other alphabets (`romanize.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from search.analysis.folded_letters import FOLDED_LETTERS
from search.analysis.homoglyphs import may_mix_scripts, repair_homoglyphs
from search.analysis.language import Language

# Marks that people leave out and publishers print as a reading aid, or at random: Hebrew points,
# Arabic and Syriac vowel signs. What composes with its letter (آ أ ئ) is composed by NFKC before.
_READING_MARKS = (
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u08d3-\u08ff"
)
# Soft hyphen, joiners, directional marks, variation selectors, tatweel, letters used as apostrophe
# (пʼятниця is п'ятниця, which the tokenizer cuts at the apostrophe and joins again).
_INVISIBLE = (
    "\u00ad\u034f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_APOSTROPHES = "\u02b9-\u02bf\u02c8\u02ca\u02cb\u02ee\u07f4\u07f5\ua78b\ua78c"
_DROPPED = re.compile(f"[{_READING_MARKS}{_INVISIBLE}{_APOSTROPHES}]+")
_STRESS = re.compile("(?<=[\u0400-\u052f])[\u0300\u0301]+")
_SPACE = re.compile(r"\s")
_SEPARATE_DOT = re.compile("i\u0307")
_DOUBLE_SARA_E = re.compile("\u0e40\u0e40")
_SARA_AM_TYPED_APART = re.compile("\u0e4d([\u0e48-\u0e4b])\u0e32")
# Letters that are their own exact form, in words of one alphabet: most words of most texts take the
# short way. Without ligatures (ĳ, ǆ), long s, final sigma, tatweel, and the Farsi letters below.
_SETTLED = re.compile(
    "[0-9a-z\u00df-\u00f6\u00f8-\u0132\u0134-\u013f\u0141-\u0148\u014a-\u017e\u0180-\u01c3\u01cd-\u01f0"
    "\u01f4-\u024f\u1e00-\u1e99\u1e9c-\u1eff]+|[0-9\u0430-\u0481\u048a-\u052f]+|[0-9\u0390\u03ac-\u03c1\u03c3-\u03ce]+"
    "|[0-9\u0620-\u063f\u0641-\u064a]+|[0-9\u05d0-\u05ea]+"
)


class _SameLetter(dict[int, str]):
    """Each character as it is, unless it is the same as another; filled as met, as a character that is
    not in the table takes `translate` ten times as long."""

    def __missing__(self, codepoint: int) -> str:
        value = self[codepoint] = chr(codepoint)
        return value


# The same letter on different keyboards: Farsi yeh and keheh on Arabic ones, final sigma.
_SAME_LETTER = _SameLetter(str.maketrans({"ی": "ي", "ک": "ك", "ς": "σ", "İ": "i", "ẞ": "ß"}))


def normalize(word: str) -> str:
    """The exact form of a word: compatibility forms unified (NFKC), lower case without regard to
    language, digits of every script as ASCII, invisible characters and reading marks removed.

    Idempotent. Empty if nothing visible is left. ß stays ß, й stays й, ş stays ş.

    >>> [normalize(word) for word in ("İSTANBUL", "ＧＨＯＳＴ", "ΘΊΑΣΟΣ", "וַאלְס")]
    ['istanbul', 'ghost', 'θίασοσ', 'ואלס']
    """
    if word.isascii():
        return word.lower()
    lower = word.lower()
    if _SETTLED.fullmatch(lower):
        return lower
    for _ in range(_ROUNDS):
        once = _normalize_once(word)
        if once == word:
            break
        word = once
    return word


def normalize_all(words: Sequence[str]) -> list[str]:
    """`normalize` of each, in a fraction of the time where they are many; words without spaces.

    >>> normalize_all(["ＧＨＯＳＴ", "Up"])
    ['ghost', 'up']
    """
    text = "\n".join(words)
    if text.isascii():
        return text.lower().split("\n") if words else []
    compatible = unicodedata.normalize("NFKC", text)
    if not may_mix_scripts(compatible):
        exact = normalize(text)
        # As many as before, and no space that the forms of one word alone would not have.
        if len(_SPACE.findall(exact)) == exact.count("\n") == len(words) - 1:
            return exact.split("\n")
    return list(map(normalize, words))


#: Removing a mark can let others compose; longer chains than this are not found in any text.
_ROUNDS = 8


def _normalize_once(word: str) -> str:
    text = unicodedata.normalize("NFKC", word)
    if _SPACE.search(text) and not _SPACE.search(word):
        # Ligatures of whole phrases (ﷺ) and spacing accents expand to several words.
        text = _SPACE.sub("", text)
    text = repair_homoglyphs(text).translate(_SAME_LETTER).lower().translate(_SAME_LETTER)
    text = _SEPARATE_DOT.sub("i", text)
    text = _DROPPED.sub("", text)
    text = _STRESS.sub("", text)
    if "\u0e40" in text or "\u0e4d" in text:
        text = _SARA_AM_TYPED_APART.sub("\\1\u0e4d\u0e32", _DOUBLE_SARA_E.sub("\u0e41", text))
    text = text.translate(_DIGITS)
    return unicodedata.normalize("NFC", text)


class _Digits(dict[int, str]):
    """Decimal digits of any script as ASCII, every other character as it is; filled as met."""

    def __missing__(self, codepoint: int) -> str:
        character = chr(codepoint)
        digit = unicodedata.decimal(character, None)
        value = self[codepoint] = character if digit is None else str(digit)
        return value


_DIGITS = _Digits()


def fold(word: str, keep: str = "") -> str:
    """The folded form of an exact form; the letters in `keep` (lower case, NFC) stay as they are.

    Idempotent. Vowel signs of Indic and South-East Asian scripts, and й, are letters and stay.

    >>> [fold(word) for word in ("fantômas", "straße", "ёлки", "чайковский", "ゴジラ", "華")]
    ['fantomas', 'strasse', 'елки', 'чайковский', 'ごじら', '华']
    >>> fold("gråt", "åäö")
    'gråt'
    """
    if word.isascii():
        return word
    table = _table(keep)
    for _ in range(_ROUNDS):
        once = unicodedata.normalize("NFC", word).translate(table)
        if once == word:
            break
        word = once
        if word.isascii():
            break
    return word


def fold_all(words: Sequence[str], keep: str = "") -> list[str]:
    """`fold` of each exact form, in a fraction of the time where they are many."""
    folded = fold("\n".join(words), keep).split("\n")
    return folded if len(folded) == len(words) else [fold(word, keep) for word in words]


class _FoldTable(dict[int, str]):
    """What each character folds to, worked out when first met."""

    def __init__(self, keep: str) -> None:
        super().__init__()
        self._keep = frozenset(keep)

    def __missing__(self, codepoint: int) -> str:
        value = self[codepoint] = self._fold(chr(codepoint))
        return value

    def _fold(self, character: str) -> str:
        if character in self._keep:
            return character
        if character in FOLDED_LETTERS:
            return "".join(map(self._fold, FOLDED_LETTERS[character])) or ""
        if not unicodedata.is_normalized("NFD", character):
            return self._without_marks(character)
        return "" if _is_foldable_mark(character) else character

    def _without_marks(self, character: str) -> str:
        decomposed = unicodedata.normalize("NFD", character)
        base, marks = decomposed[0], decomposed[1:]
        if not _loses_marks(base):
            return character
        for mark in marks:
            letter = unicodedata.normalize("NFC", base + mark)
            if letter in self._keep or letter in _LETTERS_WITH_MARK:
                return letter
        return self._fold(base)


_LETTERS_WITH_MARK = frozenset("йї")
_MARKED_BLOCKS = (
    (0x0041, 0x024F),
    (0x0250, 0x02AF),
    (0x0370, 0x052F),
    (0x0620, 0x06FF),
    (0x05D0, 0x05F2),
    (0x1D00, 0x1FFF),
    (0x2C60, 0x2C7F),
    (0xA640, 0xA69F),
    (0xA720, 0xA7FF),
)


# Accents of all alphabets, marks of old Cyrillic, hamza and madda apart from their letter.
_MARK_BLOCKS = (
    (0x0300, 0x036F),
    (0x0483, 0x0487),
    (0x0653, 0x0655),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x2DE0, 0x2DFF),
    (0xA66F, 0xA67D),
)
_NUKTA = 7


def _lies_in(character: str, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= ord(character) <= high for low, high in blocks)


def _loses_marks(base: str) -> bool:
    """Whether marks on this letter are accents, not vowels (scripts of India) or voicing (kana)."""
    return unicodedata.category(base)[0] == "L" and _lies_in(base, _MARKED_BLOCKS)


def _is_foldable_mark(character: str) -> bool:
    is_nukta = unicodedata.combining(character) == _NUKTA
    return unicodedata.category(character) == "Mn" and (is_nukta or _lies_in(character, _MARK_BLOCKS))


@lru_cache(maxsize=256)
def _table(keep: str) -> _FoldTable:
    return _FoldTable(keep)


def spelled_out_variants(word: str, language: Language) -> tuple[str, ...]:
    """How people write an exact form who cannot type its letters: Müller → mueller, Åsa → aasa.

    Empty if the language has no such custom for any letter of the word.
    """
    if word.isascii() or not language.spelled_out:
        return ()
    written = "".join(language.spelled_out.get(letter, letter) for letter in word)
    return (written,) if written != word else ()
