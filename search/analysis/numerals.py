"""Which number does a word stand for? Rocky II is Rocky 2, 二〇四六 is 2046.

Roman numerals of I, V and X only, up to 39, and not `i` alone: larger ones and single letters are
more often words (mix, Liv, M, I). Fractions are taken apart by the tokenizer.
"""

from __future__ import annotations

import re

_ROMAN = re.compile("(x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
# Roman numerals typed with Cyrillic letters; a single х is a word or an initial.
_CYRILLIC_ROMAN = str.maketrans("іх", "ix")

_HAN_DIGITS = {
    character: value
    for value, characters in enumerate(
        ("〇零", "一壱壹", "二弐贰貳两兩", "三参叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for character in characters
}
_HAN_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIAD = frozenset("万萬")
_HAN_NUMERALS = _HAN_DIGITS.keys() | _HAN_UNITS.keys() | _MYRIAD


def numeral_variants(word: str) -> tuple[str, ...]:
    """The number an exact form stands for, in ASCII digits; empty if it is no numeral.

    >>> numeral_variants("xiv"), numeral_variants("三百"), numeral_variants("mix")
    (('14',), ('300',), ())
    """
    if word.isascii():
        return _ROMAN_VARIANTS.get(word, ())
    value = _roman(word) if len(word) <= 7 else None
    if value is None:
        value = _han(word) if len(word) <= 12 else None
    return (str(value),) if value is not None else ()


def _roman(word: str) -> int | None:
    letters = word.translate(_CYRILLIC_ROMAN) if len(word) > 1 else word
    if letters in ("", "i") or not _ROMAN.fullmatch(letters):
        return None
    values = [_ROMAN_VALUES[letter] for letter in letters]
    following = [*values[1:], 0]
    return sum(value if value >= after else -value for value, after in zip(values, following, strict=True))


#: The numerals in Latin letters, which alone may be of ASCII: numeral → its one variant.
_ROMAN_VARIANTS: dict[str, tuple[str, ...]] = {
    word: (str(value),)
    for tens in ("", "x", "xx", "xxx")
    for ones in ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    if (word := tens + ones) and (value := _roman(word)) is not None
}


def _han(word: str) -> int | None:
    """Written by place (二〇四六) or with units (三百二十一, 二万)."""
    if not word or any(one not in _HAN_NUMERALS for one in word):
        return None
    if len(word) > 1 and all(one in _HAN_DIGITS for one in word):
        return int("".join(str(_HAN_DIGITS[one]) for one in word))
    total = section = digit = 0
    for one in word:
        if one in _HAN_DIGITS:
            digit = _HAN_DIGITS[one]
        elif one in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[one]
            digit = 0
        else:
            total += (section + digit or 1) * 10_000
            section = digit = 0
    return total + section + digit
