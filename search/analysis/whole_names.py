"""How does a title or a person's name sound as a whole, whatever the script?

Scripts cut names into words differently, and some not at all (サムライチャンプルー, Samurai
Champloo); what they share are the consonants of the whole, in order. The keys made of these are
long, so that few other names have them, and are compared with whole queries only.
"""

from __future__ import annotations

from collections.abc import Sequence

from search.analysis.folding import fold, normalize
from search.analysis.languages import UNDETERMINED
from search.analysis.languages import language as language_row
from search.analysis.romanize import romanize
from search.analysis.scripts import script_of
from search.analysis.sound_keys import name_frames
from search.analysis.tokenizers import words_of

#: What the keys of a name begin with: one in Latin letters alone, one in another script.
LATIN_NAME, NATIVE_NAME = "wl", "wn"
#: A longer title is found by its words.
MOST_WORDS = 8
#: Spellings of each word that the keys are made of.
_SPELLINGS = 3
#: Sounds of a key; Mandarin syllables are so few that short names share theirs with many.
SHORTEST_NAME, SHORTEST_HAN_NAME = 4, 6
_HAN, _KANA = "Hani", frozenset(("Hira", "Kana"))
_READ_AS_CHINESE = ("zh", "yue", "und")


def whole_name_keys(text: str, language: str, stretches: Sequence[str] | None = None) -> tuple[str, ...]:
    """Sound keys of a name in NFC, each beginning with `LATIN_NAME` or `NATIVE_NAME`.

    Han is read as Chinese where `language` (BCP 47) says so, or nothing does and there are no kana;
    none for other kanji, whose readings nobody knows for a whole title. None for long titles and
    short names. `stretches`, if known already, are the `words_of` the text.

    >>> whole_name_keys("Samurai Champloo", "en"), whole_name_keys("サムライチャンプルー", "ja")
    (('wlSMRSNPR',), ('wnSMRSNPR', 'wnSMRKNPR'))
    """
    if stretches is None:
        stretches = words_of(text)
    if not stretches or len(stretches) > MOST_WORDS:
        return ()
    if text.isascii():
        frames = name_frames([(stretch.lower(),) for stretch in stretches])
        return tuple([LATIN_NAME + frame for frame in frames if len(frame) >= SHORTEST_NAME])
    scripts = set(map(script_of, set(text)))
    if _HAN in scripts and (
        not _KANA.isdisjoint(scripts) or language_row(language).base not in _READ_AS_CHINESE
    ):
        return ()
    words = [_spellings(stretch, language) for stretch in stretches]
    kind = LATIN_NAME if scripts <= {"Latn", "Zyyy", "Zinh", "Zzzz"} else NATIVE_NAME
    shortest = SHORTEST_HAN_NAME if _HAN in scripts else SHORTEST_NAME
    return tuple(kind + frame for frame in name_frames(words) if len(frame) >= shortest)


def _spellings(stretch: str, language: str) -> Sequence[str]:
    exact = normalize(stretch)
    if exact.isascii():
        return (exact,)
    # Asked as a word is for itself, it is not worked out twice.
    spellings = romanize(exact) if language == UNDETERMINED else romanize(exact, language)
    spellings = spellings[:_SPELLINGS] or (fold(exact),)
    if "г" in exact:
        # Russian and Bulgarian write the h of other languages so: Гарри is Harry.
        return (*spellings, spellings[0].replace("g", "h"))
    return spellings
