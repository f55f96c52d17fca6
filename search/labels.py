"""What are languages, countries, numbers and titles called by the reader? Names come from CLDR (Babel)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby

from babel import Locale, UnknownLocaleError

from search.analysis.languages import is_known, language
from search.analysis.romanize import romanize, skeleton
from search.analysis.scripts import script_of

_DEFAULT = "en"
#: States that are no more, which CLDR does not name; works keep the country they were made in.
_FORMER_TERRITORIES = {
    "CS": "Serbia and Montenegro",
    "DD": "East Germany",
    "SU": "Soviet Union",
    "XC": "Czechoslovakia",
    "YU": "Yugoslavia",
}


#: Letters of a sound key from which on a beginning that only sounds alike tells names apart.
_TELLING_LENGTH = 4


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
    named = _locale(reader).languages.get(code.replace("-", "_")) or _composed_name(code, reader)
    return named or (language(code).name if is_known(code) else code)


@lru_cache(maxsize=512)
def _composed_name(code: str, reader: str) -> str | None:
    """`ar-Latn` as `Arabic (Latin)`, which CLDR does not list but can say. Where it cannot, the end of
    the code is left out: `es-LA`, as catalogues have it, is Spanish, and not that of Laos."""
    base, _, end = code.rpartition("-")
    if not base:
        return None
    named = _locale(reader).languages.get(base.replace("-", "_"))
    script = _locale(reader).scripts.get(end)
    if named and script:
        return f"{named} ({script})"
    try:
        return Locale.parse(code, sep="-").get_display_name(_locale(reader))
    except (UnknownLocaleError, ValueError):
        return named


def territory_name(code: str, reader: str = _DEFAULT) -> str:
    """The country's name in the reader's language; the value itself if it is not a code."""
    if len(code) != 2:
        return code
    return _locale(reader).territories.get(code.upper()) or _FORMER_TERRITORIES.get(code.upper(), code)


def romanized(title: str, code: str) -> str:
    """A title in Latin letters, for those who cannot read its script; empty where nobody can say how it
    is read: a Japanese one with kanji has as many readings as its words have.

    >>> romanized("Зеркало", "ru")
    'Zerkalo'
    """
    if any(script_of(letter) == "Hani" for letter in title) and not code.startswith("zh"):
        return ""
    pieces = [
        _spelling(piece, code) if are_letters else piece
        for are_letters, piece in ((kind, "".join(run)) for kind, run in groupby(title, _is_letter))
    ]
    text = "".join(pieces)
    first = next((place for place, letter in enumerate(text) if letter.isalpha()), 0)
    return text[:first] + text[first : first + 1].upper() + text[first + 1 :]


def _spelling(word: str, code: str) -> str:
    spellings = romanize(word.casefold(), None if code == "und" else code)
    return spellings[0] if spellings else ""


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def may_begin(name: str, typed: str) -> bool:
    """Whether each word typed, in whichever script, may be the beginning of a word of `name` in another.

    >>> may_begin("Куросава Акира", "kuros")
    True
    """
    words = [_spellings(word) for word in name.split()]
    beginnings = [_spellings(word) for word in typed.split()]
    if not beginnings:
        return False
    if all(any(_begin(one, word) for word in words) for one in beginnings):
        return True
    # 봉준호 is one word, Bong Joon-ho is not.
    return _begin(_spellings("".join(typed.split())), _spellings("".join(name.split())))


def _begin(beginnings: tuple[str, ...], spellings: tuple[str, ...]) -> bool:
    return any(
        spelling.startswith(one)
        or (len(skeleton(one)) >= _TELLING_LENGTH and skeleton(spelling).startswith(skeleton(one)))
        for one in beginnings
        for spelling in spellings
    )


@lru_cache(maxsize=8192)
def _spellings(word: str) -> tuple[str, ...]:
    return romanize(word.casefold(), None)


def value_label(value: str | float, codes: str, reader: str = _DEFAULT) -> str:
    """What a facet's value is called. `codes` as in `configuration.Facet`."""
    if isinstance(value, float):
        return f"{value:g}" if value != int(value) else str(int(value))
    if codes == "language":
        return language_name(value, reader)
    if codes == "territory":
        return territory_name(value, reader)
    return value
