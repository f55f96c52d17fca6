"""`SearchRequest` → address: a result page is its address, with sorted parameters and no defaults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from search.request import FacetFilter, Range, SearchRequest

_DEFAULT = SearchRequest()


def search_query_string(asked: SearchRequest, **changes: Any) -> str:
    """The parameters of `asked` with `changes`, as a query string without `?`."""
    return urlencode(search_parameters(replace(asked, **changes)), errors="replace")


def page_queries(asked: SearchRequest, pages: Iterable[int]) -> list[str]:
    """`search_query_string` of `asked` for each of `pages`; the page is the last of the parameters."""
    first = search_query_string(asked, page=1)
    between = "&" if first else ""
    return [f"{first}{between}page={page}" if page != 1 else first for page in pages]


def search_parameters(asked: SearchRequest) -> list[tuple[str, str]]:
    """Name and value of every parameter of `asked` that differs from its default, `q` first.

    Languages count only when they were stated: the browser's are not part of an address.
    """
    pairs: list[tuple[str, str]] = [("q", asked.q)] if asked.q else []
    for name in sorted(asked.filters):
        pairs += [(name, filter_text(value)) for value in asked.filters[name]]
    if asked.languages_stated:
        pairs.append(("lang", ",".join(asked.languages)))
    if asked.facets is not None:
        pairs.append(("facets", ",".join(asked.facets)))
    for name in ("sort", "exact", "facet_limit", "highlight", "explain", "per_page", "page"):
        value = getattr(asked, name)
        if value != getattr(_DEFAULT, name):
            pairs.append((name, str(int(value)) if isinstance(value, bool) else str(value)))
    return pairs


def filter_query(asked: SearchRequest) -> str:
    """What `asked` looks for and nothing about how it is shown: `q` and the filters, as a query string."""
    return search_query_string(SearchRequest(q=asked.q, filters=asked.filters))


def filter_text(value: str | Range) -> str:
    """A filter value as it stands in an address.

    >>> filter_text(Range(2000, None))
    '2000..'
    """
    if isinstance(value, Range):
        return f"{_number_text(value.low)}..{_number_text(value.high)}"
    return value


def without(filters: dict[str, FacetFilter], name: str, value: str | Range) -> dict[str, FacetFilter]:
    """`filters` less one value."""
    kept = tuple(one for one in filters[name] if one != value)
    rest = {key: values for key, values in filters.items() if key != name}
    return rest | ({name: kept} if kept else {})


def _number_text(number: float | None) -> str:
    return "" if number is None else f"{number:.15g}"
