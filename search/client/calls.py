"""Which request does a question become? Method, path, parameters, and how the answer is read.

Nothing here sends anything. Values at their default are left out, so that a service which does not know
a newer parameter still understands what does not use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypedDict, TypeVar, Unpack
from urllib.parse import quote, urlencode

from search.client import answers
from search.request import MAX_WINDOW, FacetFilter, Range, SearchRequest
from search.results import FacetValue, Hit, LanguageCount, SearchResults, StoredDocument, Suggestion

Answer = TypeVar("Answer")
Read = Callable[[dict[str, Any]], Answer]

#: One value of a filter, or several of which one is enough.
FilterValue = str | float | Range
Filters = Mapping[str, FilterValue | Iterable[FilterValue]]

API = "/api/v1"
#: Bytes of a query string from which a search is sent as a POST: proxies refuse lines of 8 KB.
LONGEST_QUERY_STRING = 4000


class Search(TypedDict, total=False):
    """The parameters of a search besides `q`; their meaning is that of `SearchRequest`.

    `languages` are preferred ones, most preferred first. `filters` maps facets to values, of which
    one is enough: `{"genre": ["Drama", "Comedy"], "year": Range(2000, 2009)}`. `facets` are those to
    count: None the service's default, `["*"]` all, `[]` none.
    """

    page: int
    per_page: int
    sort: str
    languages: str | Iterable[str]
    filters: Filters | None
    facets: str | Iterable[str] | None
    facet_limit: int
    exact: bool
    highlight: bool
    explain: bool


_DEFAULTS = SearchRequest()
#: Fields of `SearchRequest` that are parameters by the same name and of one value.
_SAME = ("page", "per_page", "sort", "facet_limit", "exact", "highlight", "explain")
#: Fields that are parameters in a form of their own. All others have no parameter.
_OTHERWISE = frozenset({"q", "languages", "languages_stated", "filters", "facets"})
_FLAGS = {True: "1", False: "0"}


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """One request. `path` is complete, its query string included; `body` is JSON to be sent, if any."""

    path: str
    read: Read[Answer]
    body: Any = None

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"


def request_of(q: str | SearchRequest = "", **search: Unpack[Search]) -> SearchRequest:
    """The parameters of a search as one value; a `SearchRequest` is taken as it is.

    Raises `TypeError` for a parameter that is none, and for a `SearchRequest` with parameters besides.
    """
    unknown = search.keys() - Search.__annotations__.keys()
    if unknown:
        raise TypeError(f"a search has no parameter {', '.join(sorted(unknown))}; facets go in filters={{}}")
    if isinstance(q, SearchRequest):
        if search:
            raise TypeError(f"{', '.join(search)}: belongs in the SearchRequest")
        return q
    facets, preferred = search.get("facets"), _listed(search.get("languages", ()))
    return SearchRequest(
        q=q,
        page=search.get("page", _DEFAULTS.page),
        per_page=search.get("per_page", _DEFAULTS.per_page),
        sort=search.get("sort", _DEFAULTS.sort),
        languages=preferred,
        languages_stated=bool(preferred),
        filters={name: _accepted(value) for name, value in (search.get("filters") or {}).items()},
        facets=None if facets is None else _listed(facets),
        facet_limit=search.get("facet_limit", _DEFAULTS.facet_limit),
        exact=search.get("exact", _DEFAULTS.exact),
        highlight=search.get("highlight", _DEFAULTS.highlight),
        explain=search.get("explain", _DEFAULTS.explain),
    )


def search(request: SearchRequest) -> Call[SearchResults]:
    """GET, or POST where the address would be too long for what may stand between."""
    parameters = _parameters(request)
    query = _query_string(parameters)
    if len(query) > LONGEST_QUERY_STRING:
        return Call(f"{API}/search", answers.search_results, parameters)
    return Call(f"{API}/search{query}", answers.search_results)


def multi_search(requests: Iterable[SearchRequest]) -> Call[tuple[SearchResults, ...]]:
    """Several searches in one request."""
    body = {"searches": [_parameters(one) for one in requests]}
    return Call(f"{API}/multi-search", answers.several, body)


def suggest(q: str, *, limit: int, languages: str | Iterable[str]) -> Call[tuple[Suggestion, ...]]:
    """Completions."""
    parameters = {"q": q, "limit": str(limit)} | _languages(languages)
    return Call(f"{API}/suggest{_query_string(parameters)}", answers.suggestions)


def document(document_id: str) -> Call[StoredDocument]:
    """One document."""
    return Call(f"{API}/documents/{_part(document_id)}", answers.document)


def similar(document_id: str, *, limit: int) -> Call[tuple[Hit, ...]]:
    """Documents like one."""
    query = _query_string({"limit": str(limit)})
    return Call(f"{API}/documents/{_part(document_id)}/similar{query}", answers.hits)


def facet_values(
    name: str, *, q: str, prefix: str, limit: int, filters: Filters | None
) -> Call[tuple[FacetValue, ...]]:
    """Values of one facet."""
    parameters: dict[str, str | list[str]] = {"limit": str(limit)}
    parameters |= {key: text for key, text in (("q", q), ("prefix", prefix)) if text}
    parameters |= {key: list(map(_text, _accepted(value))) for key, value in (filters or {}).items()}
    return Call(f"{API}/facets/{_part(name)}{_query_string(parameters)}", answers.facet_values)


def languages() -> Call[tuple[LanguageCount, ...]]:
    """The languages known."""
    return Call(f"{API}/languages", answers.languages)


def has_next(request: SearchRequest, results: SearchResults) -> bool:
    """Whether there is a page after this one that the service gives out."""
    return request.page < results.pages and (request.page + 1) * request.per_page <= MAX_WINDOW


def _parameters(request: SearchRequest) -> dict[str, str | list[str]]:
    for one in fields(request):
        is_known = one.name in _SAME or one.name in _OTHERWISE
        if not is_known and getattr(request, one.name) != getattr(_DEFAULTS, one.name):
            raise ValueError(f"SearchRequest.{one.name}: the API has no parameter for this")
    parameters: dict[str, str | list[str]] = {"q": request.q} if request.q else {}
    for name in _SAME:
        value = getattr(request, name)
        if value != getattr(_DEFAULTS, name):
            parameters[name] = _FLAGS[value] if isinstance(value, bool) else str(value)
    if request.facets is not None:
        parameters["facets"] = ",".join(request.facets)
    parameters |= _languages(request.languages)
    return parameters | {name: list(map(_text, values)) for name, values in request.filters.items()}


def _listed(names: str | Iterable[str]) -> tuple[str, ...]:
    """Names; a single one may come by itself."""
    return (names,) if isinstance(names, str) else tuple(names)


def _languages(codes: str | Iterable[str]) -> dict[str, str]:
    listed = ",".join(_listed(codes))
    return {"lang": listed} if listed else {}


def _accepted(value: FilterValue | Iterable[FilterValue]) -> FacetFilter:
    several = (value,) if isinstance(value, str | float | int | Range) else tuple(value)
    return tuple(one if isinstance(one, str | Range) else _number(one) for one in several)


def _text(value: str | Range) -> str:
    if isinstance(value, str):
        return value
    low, high = ("" if end is None else _number(end) for end in (value.low, value.high))
    return f"{low}..{high}"


def _number(value: float) -> str:
    return f"{value:.15g}"


def _query_string(parameters: Mapping[str, str | list[str]]) -> str:
    # Half characters, which a program may hold and UTF-8 cannot, become question marks.
    query = urlencode(parameters, doseq=True, errors="replace")
    return f"?{query}" if query else ""


def _part(text: str) -> str:
    """One part of a path; dots too, because `..` alone would mean the folder above."""
    return quote(text, safe="", errors="replace").replace(".", "%2E")
