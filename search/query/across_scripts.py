"""How is a name written in another script? Alternatives for a word, by spelling and by sound.

Latin words find names that were romanised in the index; words of other scripts are romanised
here and find Latin names. Korean may also be typed by initial consonants or half-way.
"""

from __future__ import annotations

import re

from search.analysis.analyzer import SHORTEST_CONSONANT_KEY, SHORTEST_KEY
from search.analysis.folding import fold
from search.analysis.romanization.kanji import shortened
from search.analysis.romanize import consonant_key, jamo, pinyin_syllables, romanize, skeleton, word_frames
from search.analysis.whole_names import LATIN_NAME, NATIVE_NAME, whole_name_keys
from search.index.schema import ALIAS, EXACT, FOLDED, KEY, LATIN, PEOPLE, TITLE
from search.query.plan import Alternative
from search.ranking import KEY_WEIGHT

#: Zones whose words are names and are indexed across scripts.
NAMES = (TITLE, ALIAS, PEOPLE)
# In English and Romance names; in Slavic ones c is a sibilant, as `skeleton` takes it.
_HARD_C = re.compile("c(?=[^eiyhkz]|$)")
_COMPATIBILITY_JAMO = range(0x3131, 0x318F)


def across_scripts(exact: str, script: str, zones: tuple[str, ...]) -> list[Alternative]:
    """Native names for a Latin word, Latin names for a native one, by spelling and by sound."""
    names = tuple(zone for zone in zones if zone in NAMES)
    if not names:
        return []
    if script == "Latn":
        folded = fold(exact)
        keys = []
        if len(folded) >= SHORTEST_KEY and folded.isalpha():
            keys = ["n" + skeleton(one) for one in dict.fromkeys((folded, _HARD_C.sub("k", folded)))]
        consonants = consonant_key(folded)
        if len(consonants) >= SHORTEST_CONSONANT_KEY:
            keys.append("c" + consonants)
        keys += ["f" + frame for frame in word_frames((folded,))]
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
    if script == "Hani" and len(syllables := tuple(pinyin_syllables(exact))) > 1:
        # Written syllable by syllable as often as in words (Bai She, Baishe).
        by_syllable = [Alternative("romanized", EXACT, syllables, names, together=True)]
    else:
        by_syllable = []
    return [
        *by_syllable,
        Alternative("romanized", EXACT, spellings, names),
        Alternative("romanized", FOLDED, spellings, names),
        *_by_sound(keys, names),
    ]


def whole_name(text: str, script: str) -> list[Alternative]:
    """Names in other scripts that sound like the whole query, for every word of it to be met by.

    `together`, because such a name does not consist of the words as typed and must not be ranked as
    if it did.
    """
    kinds = (NATIVE_NAME,) if script == "Latn" else (LATIN_NAME, NATIVE_NAME)
    frames = [key.removeprefix(LATIN_NAME).removeprefix(NATIVE_NAME) for key in whole_name_keys(text, "und")]
    return [
        Alternative("romanized", KEY, (kind + frame,), NAMES, weight=KEY_WEIGHT, together=True)
        for frame in frames
        for kind in kinds
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
