"""What are languages, countries and numbers called by the reader? Names come from CLDR (Babel)."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError

from search.analysis.languages import is_known, language

_DEFAULT = "en"
#: States that are no more, which CLDR does not name; works keep the country they were made in.
_FORMER_TERRITORIES = {
    "CS": "Serbia and Montenegro",
    "DD": "East Germany",
    "SU": "Soviet Union",
    "XC": "Czechoslovakia",
    "YU": "Yugoslavia",
}


@lru_cache(maxsize=64)
def _locale(code: str) -> Locale:
    try:
        return Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_DEFAULT)


def language_name(code: str, reader: str = _DEFAULT) -> str:
    """The language's name in the reader's language; the code itself if nobody knows it."""
    if code == "und":
        return "Undetermined"
    named = _locale(reader).languages.get(code.replace("-", "_"))
    return named or (language(code).name if is_known(code) else code)


def territory_name(code: str, reader: str = _DEFAULT) -> str:
    """The country's name in the reader's language; the value itself if it is not a code."""
    if len(code) != 2:
        return code
    return _locale(reader).territories.get(code.upper()) or _FORMER_TERRITORIES.get(code.upper(), code)


def value_label(value: str | float, codes: str, reader: str = _DEFAULT) -> str:
    """What a facet's value is called. `codes` as in `configuration.Facet`."""
    if isinstance(value, float):
        return f"{value:g}" if value != int(value) else str(int(value))
    if codes == "language":
        return language_name(value, reader)
    if codes == "territory":
        return territory_name(value, reader)
    return value
