"""How a document's keys are shown: which stand in the line below a title, which in the details.

`FORMATS` is the one table that knows what a key's value means (minutes, votes …); a key without a row
is shown as it is. Which keys there are, in which order, is the collection's configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from search.configuration import Facet, Settings
from search.labels import value_label
from search.request import FacetFilter
from web.wording import Wording


@dataclass(frozen=True, slots=True)
class Value:
    """One value to show. `filter` is the facet it belongs to, for a link to its other documents."""

    text: str
    raw: str
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A key with its label and values."""

    name: str
    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A person or a title with what it is: a role or a language code, or empty."""

    text: str
    about: str = ""


def _running_time(value: Any, words: Wording) -> str:
    if not isinstance(value, int | float) or value <= 0:
        return ""
    hours, minutes = divmod(round(value), 60)
    if not hours:
        return str(words("minutes", minutes=minutes))
    return str(
        words("hours.minutes", hours=hours, minutes=minutes) if minutes else words("hours", hours=hours)
    )


def _rating(value: Any, words: Wording) -> str:
    return (
        str(words("rating", rating=words.decimal(value))) if isinstance(value, int | float) and value else ""
    )


def _votes(value: Any, words: Wording) -> str:
    return words.number(value) if isinstance(value, int) and value else ""


def _date(value: Any, words: Wording) -> str:
    return words.date(str(value))


def _status(value: Any, _words: Wording) -> str:
    """That a work is out goes without saying."""
    return "" if str(value).casefold() == "released" else str(value)


def _hidden(_value: Any, _words: Wording) -> str:
    return ""


#: Key → how its value reads.
FORMATS: dict[str, Callable[[Any, Wording], str]] = {
    "runtime": _running_time,
    "rating": _rating,
    "votes": _votes,
    "date": _date,
    "status": _status,
    "popularity": _hidden,
}
#: Keys besides facets whose values are codes; see `configuration.Facet.codes`.
CODES: dict[str, str] = {"spoken_languages": "language"}
#: End of keys that say where the value of another key is from: for programs.
_ORIGIN = "_from"

#: Keys with a place of their own on the page, besides the facts.
PLACED = frozenset({"original_title", "people", "also_known_as", "related", "tagline"})
#: Keys that are more about the catalogue than about the document, or say again what another says.
_NOT_IN_LINE = PLACED | {"language", "votes", "date", "festival", "original_language", "type", "keywords"}
_VALUES_IN_LINE = 3
_NOTHING: Mapping[str, FacetFilter] = {}


def line(
    fields: Mapping[str, Any],
    settings: Settings,
    words: Wording,
    wanted: Mapping[str, FacetFilter] = _NOTHING,
) -> tuple[Fact, ...]:
    """The facts for the line below a hit's title, shortened; values `wanted` by a filter come first."""
    return tuple(
        Fact(fact.name, fact.label, _first_values(fact, wanted.get(fact.name, ())))
        for fact in facts(fields, settings, words)
        if fact.name not in _NOT_IN_LINE
    )


def _first_values(fact: Fact, wanted: FacetFilter) -> tuple[Value, ...]:
    if len(fact.values) <= _VALUES_IN_LINE:
        return fact.values
    ordered = sorted(fact.values, key=lambda value: value.raw not in wanted) if wanted else fact.values
    return tuple(ordered[:_VALUES_IN_LINE])


def facts(fields: Mapping[str, Any], settings: Settings, words: Wording) -> tuple[Fact, ...]:
    """Every key to show, those of `settings.shown` first and in their order."""
    names = [name for name in settings.shown if name in fields]
    names += [name for name in fields if name not in settings.shown]
    found = []
    for name in names:
        if name in PLACED or (name == "date" and not _adds_to_year(fields)):
            continue
        if name.endswith(_ORIGIN) and name.removesuffix(_ORIGIN) in fields:
            continue
        values = _values(name, fields[name], settings, words)
        if values:
            found.append(Fact(name, _label(name, settings, words), values))
    return tuple(found)


def facet_label(facet: Facet, words: Wording) -> str:
    """What a facet is called on the page."""
    return words.named("facet", facet.name, facet.label)


def _label(name: str, settings: Settings, words: Wording) -> str:
    facet = settings.facet(name)
    if facet:
        return facet_label(facet, words)
    return words.texts.get(f"field.{name}") or name.replace("_", " ").capitalize()


def names_of(value: Any, about: str) -> tuple[Name, ...]:
    """A list of strings or of objects with a name or title, as names; `about` is the key that tells more."""
    entries = value if isinstance(value, list | tuple) else [value]
    found = []
    for entry in entries:
        if isinstance(entry, Mapping):
            text = entry.get("name") or entry.get("title")
            if text:
                found.append(Name(str(text), str(entry.get(about) or "")))
        elif entry:
            found.append(Name(str(entry)))
    return tuple(dict.fromkeys(found))


def web_address(url: str | None) -> str | None:
    """`url` if a link may go there: http and https only, never `javascript:`."""
    if not url or len(url) > 2048:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def _values(name: str, value: Any, settings: Settings, words: Wording) -> tuple[Value, ...]:
    entries = value if isinstance(value, list | tuple) else [value]
    in_words = FORMATS.get(name)
    facet = settings.facet(name)
    codes = facet.codes if facet else ("language" if name == settings.prior else CODES.get(name, ""))
    found = []
    for entry in entries:
        if entry is None or entry == "" or isinstance(entry, Mapping | list):
            continue
        raw = str(entry)
        own = words.value(name, raw) if not codes else None
        text = own or (in_words(entry, words) if in_words else value_label(raw, codes, words.language))
        if text:
            found.append(Value(text, raw, facet.name if facet else None))
    return tuple(found)


def _adds_to_year(fields: Mapping[str, Any]) -> bool:
    return str(fields.get("date", "")) != str(fields.get("year", ""))


def marked(html: str | None, plain: str) -> Markup:
    """The searcher's HTML (all escaped but `<mark>`), or the plain text escaped."""
    return Markup(html) if html else Markup.escape(plain)
