"""Which values of a facet are meant by this text, in whichever language it is typed?

The searcher knows a value and its English label. Here values that are codes of languages or
countries are also found by their CLDR names in other languages, and values with synonyms by these:
`日本` finds the same value as `japan`. Values that are names are also found as another script writes
them: `kurosawa` finds `Куросава`. Names of codes are looked up in the languages of the script that was
typed, which are read from Babel's files once per process and only when somebody types in them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from search.configuration import Facet
from search.labels import language_name, may_begin, territory_name
from search.request import FacetFilter
from search.results import FacetValue
from search.searcher import Searcher

#: Values looked through. There are fewer languages and countries than this.
ALL = 10_000
#: First word of a letter's Unicode name → languages written with it, the more visitors the earlier.
LANGUAGES_OF_SCRIPT: dict[str, tuple[str, ...]] = {
    "ARABIC": ("ar", "fa", "ur"),
    "ARMENIAN": ("hy",),
    "BENGALI": ("bn",),
    "CJK": ("zh", "ja", "zh-Hant"),
    "CYRILLIC": ("ru", "uk", "bg", "sr"),
    "DEVANAGARI": ("hi", "mr", "ne"),
    "GEORGIAN": ("ka",),
    "GREEK": ("el",),
    "GUJARATI": ("gu",),
    "HANGUL": ("ko",),
    "HEBREW": ("he",),
    "HIRAGANA": ("ja",),
    "KANNADA": ("kn",),
    "KATAKANA": ("ja",),
    "LATIN": (
        "de", "fr", "es", "pt", "it", "nl", "pl", "tr", "id", "cs", "sv", "fi", "da", "nb", "hu", "ro", "vi",
    ),
    "MALAYALAM": ("ml",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "THAI": ("th",),
}  # fmt: skip
_NAMES = {"language": language_name, "territory": territory_name}


def find_values(
    searcher: Searcher, facet: Facet, *, q: str, prefix: str, limit: int, filters: dict[str, FacetFilter]
) -> tuple[FacetValue, ...]:
    """Values of `facet` that begin with `prefix` in any language, for the hits of `q`.

    Those that the searcher finds by value and label come first.
    """
    found = searcher.facet_values(facet.name, q=q, prefix=prefix, limit=limit, filters=filters)
    wanted = _plain(prefix)
    if not wanted or len(found) >= limit:
        return found
    everything = searcher.facet_values(facet.name, q=q, prefix="", limit=ALL, filters=filters)
    seen = {value.value for value in found}
    others = (
        one for one in everything if one.value not in seen and _is_called(str(one.value), facet, wanted)
    )
    return (*found, *others)[:limit]


def _is_called(value: str, facet: Facet, wanted: str) -> bool:
    script = _script(wanted)
    if any(name.startswith(wanted) or f" {wanted}" in name for name in _names(value, facet, script)):
        return True
    # A name in the script that was typed is written as it is.
    return not facet.codes and _script(value) != script and may_begin(value, wanted)


def _names(value: str, facet: Facet, script: str) -> Iterable[str]:
    if facet.codes:
        yield from _names_of_code(value, facet.codes, script)
    for name, synonyms in facet.synonyms:
        if name == value:
            yield from map(_plain, synonyms)


@lru_cache(maxsize=8192)
def _names_of_code(code: str, codes: str, script: str) -> tuple[str, ...]:
    named = _NAMES[codes]
    return tuple(_plain(named(code, reader)) for reader in LANGUAGES_OF_SCRIPT.get(script, ()))


def _script(text: str) -> str:
    """The script of the first letter, as Unicode names it."""
    letter = next((one for one in text if one.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""


def _plain(text: str) -> str:
    """Without case, marks and differences of width; only for names of a facet's values."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(one for one in parts if unicodedata.category(one) != "Mn")
    return " ".join(unicodedata.normalize("NFC", kept).split())
