"""Is a text in Han characters alone Japanese or Chinese, and is Chinese simplified or traditional?

Told from which national character set has each character: Shift JIS (Japan), GB 2312 (mainland
China), Big5 (Taiwan). Python's codecs know them, so no table is shipped. A text that all three can
write (`日本`, `中山`) gives nothing away; one that Shift JIS and Big5 can (`東京物語`) may be
Japanese all the same, and is called traditional Chinese only because that is likelier.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class HanVariety:
    """`language` is `ja` or `zh`; `script` is `Hans`, `Hant`, `Jpan`, or `Hani` where nothing tells.
    `certain` says whether some character decided."""

    language: str
    script: str
    certain: bool


def _in_set(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=16_384)
def _sets(character: str) -> tuple[bool, bool, bool]:
    """Whether Shift JIS, GB 2312 and Big5 have the character."""
    return _in_set(character, "shift_jis"), _in_set(character, "gb2312"), _in_set(character, "big5")


def han_variety(characters: str) -> HanVariety:
    """Decide for a string of Han characters (others are for the caller to take out).

    >>> [han_variety(title).script for title in ("霸王别姬", "花樣年華", "犬夜叉紅蓮蓬莱島", "日本")]
    ['Hans', 'Hant', 'Jpan', 'Hani']
    """
    only_japanese = not_japanese = simplified = traditional = 0
    for character in characters:
        japan, mainland, taiwan = _sets(character)
        not_japanese += not japan
        only_japanese += japan and not mainland and not taiwan
        simplified += mainland and not taiwan
        traditional += taiwan and not mainland
    if only_japanese > not_japanese or "々" in characters:
        return HanVariety("ja", "Jpan", True)
    if simplified and traditional and not not_japanese:
        # Japan simplified some characters as the mainland did (国 学 会) and kept others (東 語):
        # no Chinese text mixes the two.
        return HanVariety("ja", "Jpan", True)
    if simplified > traditional:
        return HanVariety("zh", "Hans", not_japanese > 0)
    if traditional > simplified:
        return HanVariety("zh", "Hant", not_japanese > 0)
    return HanVariety("zh", "Hani", not_japanese > 0)
