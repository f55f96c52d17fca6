"""What does a client ask for? A JSON object or a query string of Meilisearch's → `Search`.

`PARAMETERS` is the one table of what is read, with what each must be. What is known but not offered
here is refused with the reason, so that no front end believes an answer heeded what it did not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from web.meilisearch.errors import MeilisearchError
from web.params import clean

#: Kinds of values.
TEXT, NUMBER, SHARE, FLAG, NAMES, FILTER, CHOICE = (
    "text",
    "number",
    "share",
    "flag",
    "names",
    "filter",
    "choice",
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_INTEGER = re.compile(r"[0-9]{1,9}")
_LARGEST = 10**9
MATCHING_STRATEGIES = ("last", "all", "frequency")


@dataclass(frozen=True, slots=True)
class Parameter:
    """`key` is the field of `Search`; `expected` words what a value must be."""

    name: str
    key: str
    kind: str
    expected: str


PARAMETERS: dict[str, Parameter] = {
    one.name: one
    for one in (
        Parameter("q", "q", TEXT, "a string"),
        Parameter("offset", "offset", NUMBER, "a positive integer"),
        Parameter("limit", "limit", NUMBER, "a positive integer"),
        Parameter("page", "page", NUMBER, "a positive integer"),
        Parameter("hitsPerPage", "hits_per_page", NUMBER, "a positive integer"),
        Parameter("filter", "filter", FILTER, "a string or an array"),
        Parameter("facets", "facets", NAMES, "an array of strings"),
        Parameter("sort", "sort", NAMES, "an array of strings"),
        Parameter("attributesToRetrieve", "retrieved", NAMES, "an array of strings"),
        Parameter("attributesToHighlight", "highlighted", NAMES, "an array of strings"),
        Parameter("attributesToCrop", "cropped", NAMES, "an array of strings"),
        Parameter("cropLength", "crop_length", NUMBER, "a positive integer"),
        Parameter("cropMarker", "crop_marker", TEXT, "a string"),
        Parameter("highlightPreTag", "before_mark", TEXT, "a string"),
        Parameter("highlightPostTag", "after_mark", TEXT, "a string"),
        Parameter("showMatchesPosition", "shows_positions", FLAG, "a boolean"),
        Parameter("showRankingScore", "shows_score", FLAG, "a boolean"),
        Parameter("showRankingScoreDetails", "shows_score_details", FLAG, "a boolean"),
        Parameter("showPerformanceDetails", "shows_performance", FLAG, "a boolean"),
        Parameter("matchingStrategy", "matching", CHOICE, "one of `last`, `all`, `frequency`"),
        Parameter("attributesToSearchOn", "searched", NAMES, "an array of strings"),
        Parameter("rankingScoreThreshold", "threshold", SHARE, "a number between 0.0 and 1.0"),
        Parameter("locales", "locales", NAMES, "an array of strings"),
    )
}
#: Parameters of Meilisearch's that are not offered, and why. Null and false ask for nothing.
NOT_OFFERED: dict[str, str] = {
    "distinct": "hits are not grouped by an attribute",
    "vector": "there is no vector search",
    "hybrid": "there is no semantic search",
    "hybridEmbedder": "there is no semantic search",
    "hybridSemanticRatio": "there is no semantic search",
    "media": "there is no vector search",
    "retrieveVectors": "documents have no vectors",
    "personalize": "answers do not depend on who asks",
}


@dataclass(frozen=True, slots=True)
class Search:
    """One search as it was asked for. `None`, where it is a default, means that nothing was said;
    with `page` or `hits_per_page` given, hits are counted in pages."""

    q: str = ""
    offset: int = 0
    limit: int = 20
    page: int | None = None
    hits_per_page: int | None = None
    filter: Any = None
    facets: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    retrieved: tuple[str, ...] = ("*",)
    highlighted: tuple[str, ...] = ()
    cropped: tuple[str, ...] = ()
    crop_length: int = 10
    crop_marker: str = "…"
    before_mark: str = "<em>"
    after_mark: str = "</em>"
    shows_positions: bool = False
    shows_score: bool = False
    shows_score_details: bool = False
    shows_performance: bool = False
    matching: str = "last"
    searched: tuple[str, ...] = ()
    threshold: float | None = None
    locales: tuple[str, ...] = ()
    #: Parameters of the route that are no parameters of a search, as they came.
    others: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_paged(self) -> bool:
        return self.page is not None or self.hits_per_page is not None


def code_of(name: str, prefix: str = "invalid_search_") -> str:
    """Meilisearch's code for a bad parameter.

    >>> code_of("hitsPerPage")
    'invalid_search_hits_per_page'
    """
    return prefix + re.sub("([A-Z])", r"_\1", name).lower()


def search_in_json(body: Any, *, others: tuple[str, ...] = (), place: str = "") -> Search:
    """The search of a JSON object. `others` are names the route reads itself; `place` says where in
    the body the object stands. Raises `MeilisearchError`."""
    if not isinstance(body, Mapping):
        raise MeilisearchError("bad_request", f"Invalid value type at `{place or '.'}`: expected an object.")
    values: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for name, value in body.items():
        if name in others:
            kept[name] = value
        elif name in NOT_OFFERED:
            _refuse_not_offered(name, value)
        elif name not in PARAMETERS:
            known = ", ".join(f"`{one}`" for one in (*others, *PARAMETERS))
            where = f" inside `{place}`" if place else ""
            raise MeilisearchError(
                "bad_request", f"Unknown field `{clean(name)[:64]}`{where}: expected one of {known}"
            )
        elif value is not None:
            parameter = PARAMETERS[name]
            values[parameter.key] = _checked(parameter, value, place)
    return Search(**values, others=kept)


def search_in_query(arguments: MultiDict[str, str]) -> Search:
    """The search of a query string, where lists are written with commas."""
    body: dict[str, Any] = {}
    for name, text in arguments.items():
        parameter = PARAMETERS.get(name)
        body[name] = text if parameter is None else _from_text(parameter, text)
    return search_in_json(body)


def _from_text(parameter: Parameter, text: str) -> Any:
    if parameter.kind == NAMES:
        return [part for part in text.split(",") if part]
    if parameter.kind == NUMBER and _INTEGER.fullmatch(text):
        return int(text)
    if parameter.kind == FLAG and text in ("true", "false"):
        return text == "true"
    if parameter.kind == SHARE:
        try:
            return float(text)
        except ValueError:
            return text
    if parameter.kind == FILTER and text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _refuse_not_offered(name: str, value: Any) -> None:
    if value is not None and value is not False:
        message = f"`{name}` is not supported by this service: {NOT_OFFERED[name]}."
        raise MeilisearchError(code_of(name), message)


def _checked(parameter: Parameter, value: Any, place: str) -> Any:
    read = _READERS[parameter.kind](value)
    if parameter.name == "locales" and read is not None and not all(map(_LANGUAGE.fullmatch, read)):
        read = None
    if read is None:
        shown = json.dumps(value, ensure_ascii=False, default=str)[:100]
        where = f"{place}.{parameter.name}"
        message = f"Invalid value at `{where}`: expected {parameter.expected}, but found: `{clean(shown)}`"
        raise MeilisearchError(code_of(parameter.name), message)
    return read


def _text(value: Any) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST
    return value if is_number else None


def _share(value: Any) -> float | None:
    is_share = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    return float(value) if is_share else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _names(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(dict.fromkeys(clean(one).strip() for one in value))


def _filter(value: Any) -> Any:
    return value if isinstance(value, str | list) else None


def _choice(value: Any) -> str | None:
    return value if value in MATCHING_STRATEGIES else None


_READERS = {
    TEXT: _text,
    NUMBER: _number,
    SHARE: _share,
    FLAG: _flag,
    NAMES: _names,
    FILTER: _filter,
    CHOICE: _choice,
}
