"""Query string or JSON object → `SearchRequest`.

`PARAMETERS` is the one table of what a search takes; the API description reads it too. The API is strict:
every fault becomes a sentence in a `RequestError`, unknown names get the nearest known one. The page is
lenient: it ignores what it does not know and repairs what it cannot use. The text of `q` is never a fault.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import LanguageAccept, MultiDict
from werkzeug.http import parse_accept_header

from search.configuration import Facet, Settings
from search.errors import RequestError
from search.request import MAX_PER_PAGE, MAX_WINDOW, FacetFilter, Range, SearchRequest, parse_filter_value

MAX_FACET_LIMIT = 1000
MAX_FILTER_VALUES = 100
MAX_LANGUAGES = 10
MAX_SUGGESTIONS = 50
MAX_NAMES = 50
_MAX_ERRORS = 20

#: A parameter's name → the values given for it, in order, each still text.
Given = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `kind`: `text`, `integer` (with bounds), `flag`, `languages`, `names` or `sort`."""

    name: str
    kind: str
    description: str
    default: Any = None
    low: int = 1
    high: int = 1


Q = Parameter("q", "text", "What the visitor typed; empty: browse all.", "")
LANG = Parameter("lang", "languages", "Preferred languages, comma separated; a preference, never a filter.")

#: The parameters of a search, besides one for each facet.
PARAMETERS: tuple[Parameter, ...] = (
    Q,
    Parameter("page", "integer", f"The page; page × per_page is at most {MAX_WINDOW:,}.", 1, 1, MAX_WINDOW),
    Parameter("per_page", "integer", "Hits per page.", 10, 1, MAX_PER_PAGE),
    Parameter("sort", "sort", "A sort key, - before it for descending.", "relevance"),
    LANG,
    Parameter("facets", "names", "Facets to count, comma separated; * for all, empty for none."),
    Parameter("facet_limit", "integer", "Values per facet.", 20, 1, MAX_FACET_LIMIT),
    Parameter("exact", "flag", "1: literal words only, no second try.", False),
    Parameter("highlight", "flag", "0: no snippets.", True),
    Parameter("explain", "flag", "1: per hit, the parts of its score.", False),
)

SUGGEST_PARAMETERS: tuple[Parameter, ...] = (
    Q,
    Parameter("limit", "integer", "Completions at most.", 10, 1, MAX_SUGGESTIONS),
    LANG,
    Parameter("format", "text", "opensearch: the browsers' array form, whatever Accept says.", "json"),
)

FACET_VALUES_PARAMETERS: tuple[Parameter, ...] = (
    Q,
    Parameter("prefix", "text", "Only values that begin like this.", ""),
    Parameter("limit", "integer", "Values at most.", 20, 1, MAX_FACET_LIMIT),
)

LIMIT_PARAMETERS: tuple[Parameter, ...] = (
    Parameter("limit", "integer", "Hits at most.", 10, 1, MAX_PER_PAGE),
)

# Line breaks pasted into the box are spaces; other control characters and half characters mean nothing.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_INTEGER = re.compile(r"[0-9]{1,9}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_FLAGS = {"1": True, "true": True, "0": False, "false": False}


def given_in_query(arguments: MultiDict[str, str]) -> Given:
    """The parameters of a query string."""
    return {name: arguments.getlist(name) for name in arguments}


def given_in_json(body: Any, *, place: str = "") -> Given:
    """The parameters of a JSON object: values are strings, numbers, booleans or lists of them.

    Raises `RequestError`; `place` is put before the names in it.
    """
    if not isinstance(body, Mapping):
        raise RequestError({place or "body": "must be a JSON object of parameters"})
    given: Given = {}
    errors: dict[str, str] = {}
    for name, value in body.items():
        values = value if isinstance(value, list) else [value]
        if all(isinstance(one, str | int | float) for one in values):
            given[clean(name)] = [_json_text(one) for one in values]
        else:
            errors[_located(place, name)] = "must be a string, a number, a boolean or a list of them"
    if errors:
        raise RequestError(errors)
    return given


def search_request(
    given: Given, settings: Settings, *, accepted: tuple[str, ...] = (), strict: bool = True, place: str = ""
) -> SearchRequest:
    """The request that `given` asks for.

    `accepted` are the browser's languages, used when `lang` is absent. Strict raises
    `RequestError` with every fault; otherwise faults are repaired.
    """
    reader = Reader(given, PARAMETERS, settings, place=place)
    stated = reader.languages("lang")
    page, per_page = reader.integer("page"), reader.integer("per_page")
    if page * per_page > MAX_WINDOW:
        last = MAX_WINDOW // per_page
        reader.fault("page", f"page × per_page may be at most {MAX_WINDOW}: at most {last} for this per_page")
        page = last
    request = SearchRequest(
        q=reader.text("q"),
        page=page,
        per_page=per_page,
        sort=reader.sort("sort"),
        languages=stated or accepted,
        languages_stated=bool(stated),
        filters=reader.filters(),
        facets=reader.facet_names("facets"),
        facet_limit=reader.integer("facet_limit"),
        exact=reader.flag("exact"),
        highlight=reader.flag("highlight"),
        explain=reader.flag("explain"),
    )
    if strict:
        reader.finish()
    return request


def accepted_languages(header: LanguageAccept) -> tuple[str, ...]:
    """The languages of `Accept-Language`, most preferred first, without what is no language."""
    tags = (tag for tag, quality in header if quality > 0 and _LANGUAGE.fullmatch(tag))
    return tuple(dict.fromkeys(canonical_language(tag) for tag in tags))[:MAX_LANGUAGES]


@lru_cache(maxsize=128)
def languages_of_header(text: str) -> tuple[str, ...]:
    """`accepted_languages` of the header as it came in. Browsers send few different ones."""
    return accepted_languages(parse_accept_header(text, LanguageAccept))


def canonical_language(tag: str) -> str:
    """A language tag in its usual spelling.

    >>> canonical_language("ZH_hant-tw")
    'zh-Hant-TW'
    """
    first, *rest = tag.replace("_", "-").split("-")
    spelt = [first.lower()]
    for part in rest:
        spelt.append({4: part.title(), 2: part.upper()}.get(len(part), part.lower()))
    return "-".join(spelt)


def clean(text: str) -> str:
    """Text that can be stored, shown and sent: no control characters, no lone surrogates."""
    return _CONTROL.sub(" ", _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text))


class Reader:
    """Reads parameters by kind and gathers every fault before it complains.

    After a fault the default stands in, which is what the lenient side answers with.
    """

    def __init__(
        self,
        given: Given,
        parameters: Iterable[Parameter],
        settings: Settings,
        *,
        place: str = "",
        with_filters: bool = True,
    ) -> None:
        self._given = given
        self._known = {one.name: one for one in parameters}
        self._facets = {
            one.name: one for one in settings.facets if with_filters and one.name not in self._known
        }
        self._settings = settings
        self._place = place
        self._errors: dict[str, str] = {}

    def fault(self, name: str, why: str) -> None:
        """Note that the value of `name` cannot be used."""
        self._errors.setdefault(_located(self._place, name), why)

    def finish(self) -> None:
        """Raise `RequestError` if there was any fault or unknown name."""
        names = [*self._known, *self._facets]
        for name in self._given:
            if name not in names:
                self.fault(name, _unknown("parameter", name, names))
        if self._errors:
            raise RequestError(dict(list(self._errors.items())[:_MAX_ERRORS]))

    def text(self, name: str) -> str:
        return clean(self._single(name) or "")

    def integer(self, name: str) -> int:
        parameter, text = self._known[name], self._single(name)
        if text is None:
            return int(parameter.default)
        value = int(text) if _INTEGER.fullmatch(text) else -1
        if parameter.low <= value <= parameter.high:
            return value
        self.fault(name, f"must be a whole number from {parameter.low} to {parameter.high}")
        return parameter.high if value > parameter.high else int(parameter.default)

    def flag(self, name: str) -> bool:
        text = self._single(name)
        if text is None:
            return bool(self._known[name].default)
        if text.lower() not in _FLAGS:
            self.fault(name, "must be 0 or 1")
        return _FLAGS.get(text.lower(), bool(self._known[name].default))

    def sort(self, name: str) -> str:
        text = self._single(name)
        if text is None or self._settings.sort_key(text.removeprefix("-")):
            return text or str(self._known[name].default)
        keys = ", ".join(key.name for key in self._settings.sort_keys)
        self.fault(name, f"must be one of {keys}; - before it for descending")
        return str(self._known[name].default)

    def languages(self, name: str) -> tuple[str, ...]:
        """Canonical tags; a well-formed tag is accepted whether we know the language or not."""
        tags = self._listed(name, MAX_LANGUAGES) or ()
        wrong = [tag for tag in tags if not _LANGUAGE.fullmatch(tag)]
        if wrong:
            self.fault(name, "must be language codes such as it or zh-Hant, comma separated")
        return tuple(dict.fromkeys(canonical_language(tag) for tag in tags if tag not in wrong))

    def facet_names(self, name: str) -> tuple[str, ...] | None:
        listed = self._listed(name, MAX_NAMES)
        if listed is None:
            return None
        if "*" in listed:
            return ("*",)
        known = [facet.name for facet in self._settings.facets]
        for one in listed:
            if one not in known:
                self.fault(name, _unknown("facet", one, known))
        found = tuple(dict.fromkeys(one for one in listed if one in known))
        return found if found or not listed else None

    def filters(self) -> dict[str, FacetFilter]:
        """Facet name → accepted values, both in a fixed order, so that equal requests are equal."""
        found: dict[str, FacetFilter] = {}
        for name in sorted(self._facets.keys() & self._given.keys()):
            values = [text for text in map(clean, self._given[name]) if text.strip()]
            if len(values) > MAX_FILTER_VALUES:
                self.fault(name, f"takes at most {MAX_FILTER_VALUES} values")
                values = values[:MAX_FILTER_VALUES]
            read = (self._filter_value(self._facets[name], text) for text in values)
            kept = dict.fromkeys(value for value in read if value is not None)
            if kept:
                found[name] = tuple(sorted(kept, key=repr))
        return found

    def _filter_value(self, facet: Facet, text: str) -> str | Range | None:
        if facet.kind != "number":
            return text
        value = parse_filter_value(text.strip())
        if isinstance(value, Range):
            ends = [end for end in (value.low, value.high) if end is not None]
            if all(map(math.isfinite, ends)) and ends == sorted(ends):
                return value
        elif _is_finite_number(value):
            return f"{float(value):.15g}"
        self.fault(facet.name, "must be a number or a range such as 2000..2009, ..1960 or 2010..")
        return None

    def _single(self, name: str) -> str | None:
        values = self._given.get(name)
        if not values:
            return None
        if len(values) > 1:
            self.fault(name, "is given more than once")
        return values[0]

    def _listed(self, name: str, most: int) -> list[str] | None:
        values = self._given.get(name)
        if values is None:
            return None
        parts = [
            part for part in (clean(part).strip() for text in values for part in text.split(",")) if part
        ]
        if len(parts) > most:
            self.fault(name, f"takes at most {most} names")
        return parts[:most]


def facet_named(name: str, settings: Settings) -> Facet:
    """The facet called `name`. Raises `RequestError` with the nearest name there is."""
    facet = settings.facet(name)
    if facet is None:
        raise RequestError({"name": _unknown("facet", name, [one.name for one in settings.facets])})
    return facet


def _unknown(noun: str, name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name[:64].lower(), known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    return f"unknown {noun}; {hint}"


def _located(place: str, name: str) -> str:
    shown = clean(name)[:64]
    return f"{place}.{shown}" if place else shown


def _json_text(value: str | int | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value)


def _is_finite_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
