"""Which Latin syllables do Han characters get without a dictionary of readings?

Mandarin ones, from the general transliteration tables, one a character and without tones. They are
right for Chinese titles but for characters with several readings, and wrong for Japanese ones,
whose readings need a dictionary (declared titles carry them here).
"""

from __future__ import annotations

from collections.abc import Callable


def syllables_of(text: str, transliterate: Callable[[str], str]) -> list[str]:
    """One syllable per Han character of `text`, in order; characters without one are left out."""
    found = []
    for character in text:
        syllable = "".join(letter for letter in transliterate(character).lower() if "a" <= letter <= "z")
        if syllable:
            found.append(syllable)
    return found
