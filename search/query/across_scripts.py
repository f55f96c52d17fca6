"""How is a name written in another script? Alternatives for a word, by spelling and by sound.

Latin words find names that were romanised in the index; words of other scripts are romanised
here and find Latin names. Korean may also be typed by initial consonants or half-way.
"""

from __future__ import annotations

from search.analysis.analyzer import SHORTEST_CONSONANT_KEY, SHORTEST_KEY
from search.analysis.folding import fold
from search.analysis.romanization.kanji import shortened
from search.analysis.romanize import consonant_key, jamo, romanize, skeleton
from search.index.schema import ALIAS, EXACT, FOLDED, KEY, LATIN, PEOPLE, TITLE
from search.query.plan import Alternative
from search.ranking import KEY_WEIGHT

#: Zones whose words are names and are indexed across scripts.
NAMES = (TITLE, ALIAS, PEOPLE)
_COMPATIBILITY_JAMO = range(0x3131, 0x318F)


def across_scripts(exact: str, script: str, zones: tuple[str, ...]) -> list[Alternative]:
    """Native names for a Latin word, Latin names for a native one, by spelling and by sound."""
    names = tuple(zone for zone in zones if zone in NAMES)
    if not names:
        return []
    if script == "Latn":
        folded = fold(exact)
        keys = ["n" + skeleton(folded)] if len(folded) >= SHORTEST_KEY and folded.isalpha() else []
        consonants = consonant_key(folded)
        if len(consonants) >= SHORTEST_CONSONANT_KEY:
            keys.append("c" + consonants)
        return [
            Alternative("romanized", LATIN, tuple(dict.fromkeys((folded, exact, shortened(folded)))), names),
            *_by_sound(keys, names),
        ]
    if script in ("Zyyy", ""):
        return []
    spellings = romanize(exact)
    if not spellings:
        return []
    keys = [
        "l" + skeleton(spelling)
        for spelling in spellings[:3]
        if len(spelling) >= SHORTEST_KEY and spelling.isalpha()
    ]
    return [
        Alternative("romanized", EXACT, spellings, names),
        Alternative("romanized", FOLDED, spellings, names),
        *_by_sound(keys, names),
    ]


def _by_sound(keys: list[str], names: tuple[str, ...]) -> list[Alternative]:
    if not keys:
        return []
    return [Alternative("romanized", KEY, tuple(dict.fromkeys(keys)), names, weight=KEY_WEIGHT)]


def typed_jamo(text: str) -> str | None:
    """The key prefix for Korean typed by initial consonants (ㅇㄷㅂㅇ) or half-way (올드ㅂ)."""
    if not text or ord(text[-1]) not in _COMPATIBILITY_JAMO:
        return None
    if all(ord(character) in _COMPATIBILITY_JAMO for character in text):
        return "i" + text
    return "j" + jamo(text)
