"""Which letters of different scripts look the same, and which script was meant by a mixed word?

Catalogues typed on two keyboards hold words such as Cталкер with a Latin C. A word is repaired
only when all its letters of one script have a twin in the other; Яndex and μTorrent stay.
"""

from __future__ import annotations

import re

# Aligned: Latin, Cyrillic. Every small letter here has its capital here too, so that repairing
# before and after lower-casing agree.
_LATIN_OF_CYRILLIC = ("ABCEHIJKMOPSTXYaceijkopsxyËÏëï", "АВСЕНІЈКМОРЅТХУасеіјкорѕхуЁЇёї")
_LATIN_OF_GREEK = ("ABEZHIKMNOPTYXov", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον")
_GREEK_SMALL = ("aiku", "αικυ")

_LATIN = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_GREEK = re.compile("[\u0370-\u03e1\u03f0-\u03ff\u1f00-\u1fff]")


def _both_ways(*pairs: tuple[str, str]) -> tuple[dict[int, str], dict[int, str]]:
    there: dict[int, str] = {}
    back: dict[int, str] = {}
    for latin, other in pairs:
        there.update((ord(one), two) for one, two in zip(latin, other, strict=True))
        back.update((ord(two), one) for one, two in zip(latin, other, strict=True))
    return there, back


_TO_CYRILLIC, _FROM_CYRILLIC = _both_ways(_LATIN_OF_CYRILLIC)
_TO_GREEK, _FROM_GREEK = _both_ways(_LATIN_OF_GREEK, _GREEK_SMALL)
_PARTNERS = (
    (_CYRILLIC, _TO_CYRILLIC, _FROM_CYRILLIC),
    (_GREEK, _TO_GREEK, _FROM_GREEK),
)


def may_mix_scripts(text: str) -> bool:
    """Whether some word of a text may be one to repair: there are letters of two such scripts."""
    return any(pattern.search(text) for pattern, _, _ in _PARTNERS) and _LATIN.search(text) is not None


def repair_homoglyphs(word: str) -> str:
    """The word in one script, if it mixes Latin with Cyrillic or Greek look-alikes; else as it is.

    The script with fewer letters gives way; between equals Latin does. When its letters have no
    twins but all letters of the other script have, that one gives way.

    >>> repair_homoglyphs("Cталкер") == "Сталкер"
    True
    """
    if word.isascii():
        return word
    latin = _LATIN.findall(word)
    if not latin:
        return word
    for pattern, to_other, from_other in _PARTNERS:
        other = pattern.findall(word)
        if not other:
            continue
        ways = [(latin, to_other), (other, from_other)]
        if len(other) < len(latin):
            ways.reverse()
        for letters, twins in ways:
            if all(ord(letter) in twins for letter in letters):
                return word.translate({ord(letter): twins[ord(letter)] for letter in letters})
        return word
    return word
