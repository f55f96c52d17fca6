"""One search of Meilisearch's: `Search` → `SearchRequest` → its JSON.

The score of a hit is ours, pressed between 0 and 1 so that its order stays: it says which of two
hits is better, not what Meilisearch would have said of either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g

from search.configuration import Settings
from search.filters import Filter, filterable_keys, number_keys
from search.found import FoundDocument, FoundDocuments
from search.request import MAX_WINDOW, SearchRequest
from web.meilisearch.documents import EVERYTHING, flat, selected
from web.meilisearch.errors import MeilisearchError
from web.meilisearch.filter_expression import filter_of
from web.meilisearch.formatting import Formatter, number_text
from web.meilisearch.parameters import Search
from web.metrics import metrics
from web.params import canonical_language
from web.service import service

#: Values per facet, the most frequent first. Said in the settings of the index.
MAX_VALUES_PER_FACET = 100
#: Hits that can be reached; totals never say more.
MAX_TOTAL_HITS = MAX_WINDOW
#: Hits of one answer, whatever was asked for; also those looked through for a wanted score.
MAX_HITS = 1000
DEFAULT_HITS_PER_PAGE = 20
#: Attributes that words may be looked for in → our fields.
SEARCHED: dict[str, str] = {
    "title": "title",
    "original_title": "title",
    "also_known_as": "title",
    "also_known_as.title": "title",
    "people": "people",
    "people.name": "people",
    "text": "text",
}
#: A score of so much is worth 0.5.
_HALF = 8.0
_DIRECTIONS = {"asc": "", "desc": "-"}


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit as Meilisearch's clients get it, and its score between 0 and 1."""

    id: str
    json: dict[str, Any]
    score: float


@dataclass(frozen=True, slots=True)
class Answered:
    """What a search found, its hits cut to the page asked for; `total` is at most `MAX_TOTAL_HITS`."""

    search: Search
    hits: tuple[Hit, ...]
    total: int
    found: FoundDocuments

    def to_dict(self) -> dict[str, Any]:
        """The body of an answer."""
        search = self.search
        answer: dict[str, Any] = {
            "hits": [hit.json for hit in self.hits],
            "query": search.q,
            "processingTimeMs": round(self.found.took_ms),
        }
        if search.is_paged:
            per_page = _per_page(search)
            answer |= {
                "hitsPerPage": per_page,
                "page": _page(search),
                "totalPages": -(-self.total // per_page) if per_page else 0,
                "totalHits": self.total,
            }
        else:
            answer |= {"limit": search.limit, "offset": search.offset, "estimatedTotalHits": self.total}
        if search.facets:
            answer |= facets_in(self.found)
        if search.shows_performance:
            answer["performanceDetails"] = {"search": f"{self.found.took_ms:.2f}ms"}
        return answer


def answered(search: Search) -> Answered:
    """Run a search. Raises `MeilisearchError` and what `Searcher.find` raises."""
    offset, limit = _window(search)
    asked = request_of(search, offset=offset, limit=limit)
    found = service().searcher().find(asked)
    total, documents = found.total, found.documents
    if search.threshold is not None:
        good = [one for one in documents if score_of(one, found) >= search.threshold]
        start, count = _asked_window(search)
        total, documents = len(good), tuple(good[start : start + count])
    _note(search, found)
    formatter = Formatter(search, found.marks)
    hits = tuple(_hit(one, search, found, formatter) for one in documents)
    return Answered(search, hits, min(total, MAX_TOTAL_HITS), found)


def request_of(search: Search, *, offset: int, limit: int) -> SearchRequest:
    """What our searcher is asked. Raises `MeilisearchError`."""
    settings = service().collection
    sort = _sort(search.sort, settings)
    languages = tuple(dict.fromkeys(map(canonical_language, search.locales)))
    return SearchRequest(
        q=search.q,
        per_page=limit,
        offset=offset,
        sort=sort[0] if sort else "relevance",
        then_by=sort[1:],
        languages=languages,
        languages_stated=bool(languages),
        where=where(search.filter, settings),
        facets=_facets(search.facets, settings),
        only_in=_searched(search.searched),
        every_word=search.matching == "all",
        highlight=False,
        explain=search.shows_score_details,
    )


def where(given: Any, settings: Settings, *, code: str = "invalid_search_filter") -> Filter | None:
    """The filter of a request, by the keys of the collection."""
    return filter_of(given, filterable_keys(settings), code=code)


def facets_in(found: FoundDocuments) -> dict[str, Any]:
    """`facetDistribution` and `facetStats` of the facets counted."""
    counted = found.counts.items()
    stats = {
        name: {"min": min(numbers), "max": max(numbers)}
        for name, values in counted
        if (numbers := [value for value, _ in values if not isinstance(value, str)])
    }
    return {
        "facetDistribution": {
            name: {facet_text(value): count for value, count in values[:MAX_VALUES_PER_FACET]}
            for name, values in counted
        },
        "facetStats": stats,
    }


def facet_text(value: str | float) -> str:
    """A value of a facet as a key of JSON."""
    return value if isinstance(value, str) else number_text(value)


def countable_keys(settings: Settings) -> tuple[str, ...]:
    """Keys whose values are counted: facets and numbers."""
    return tuple(dict.fromkeys((*(facet.name for facet in settings.facets), *number_keys(settings))))


def sortable_keys(settings: Settings) -> tuple[str, ...]:
    """Keys hits can be ordered by."""
    return tuple(key.name for key in settings.sort_keys if key.name != "relevance")


def score_of(one: FoundDocument, found: FoundDocuments) -> float:
    """Between 0 and 1; where nothing was asked for, every document is as good as can be."""
    if found.browsing:
        return 1.0
    score = max(float(one.score), 0.0)
    return score / (score + _HALF)


def _hit(one: FoundDocument, search: Search, found: FoundDocuments, formatter: Formatter) -> Hit:
    whole = flat(one.document)
    score = score_of(one, found)
    json = {**selected(whole, search.retrieved), **formatter.added(one.document, whole)}
    if search.shows_score:
        json["_rankingScore"] = score
    if search.shows_score_details:
        json["_rankingScoreDetails"] = {"relevance": {"order": 0, "score": score, "parts": one.parts or {}}}
    return Hit(one.document.id, json, score)


def _window(search: Search) -> tuple[int, int]:
    """(offset, limit) of the hits to fetch: as many as can be reached of those asked for."""
    if search.threshold is not None:
        return 0, MAX_HITS
    offset, limit = _asked_window(search)
    offset = min(offset, MAX_TOTAL_HITS)
    return offset, min(limit, MAX_HITS, MAX_TOTAL_HITS - offset)


def _asked_window(search: Search) -> tuple[int, int]:
    if not search.is_paged:
        return search.offset, search.limit
    page, per_page = _page(search), _per_page(search)
    # Page 0 has no hits; clients ask for it to learn totals.
    return (max(page - 1, 0) * per_page, per_page if page else 0)


def _page(search: Search) -> int:
    return 1 if search.page is None else search.page


def _per_page(search: Search) -> int:
    return DEFAULT_HITS_PER_PAGE if search.hits_per_page is None else search.hits_per_page


def _sort(rules: tuple[str, ...], settings: Settings) -> tuple[str, ...]:
    known = sortable_keys(settings)
    keys: list[str] = []
    for rule in rules:
        name, _, direction = rule.rpartition(":")
        if direction not in _DIRECTIONS or not name:
            message = f"expected expression ending by `:asc` or `:desc`, found `{rule}`."
            raise MeilisearchError("invalid_search_sort", f"Invalid syntax for the sort parameter: {message}")
        if name not in known:
            listed = ", ".join(known)
            message = f"Attribute `{name}` is not sortable. Available sortable attributes are: `{listed}`."
            raise MeilisearchError("invalid_search_sort", message)
        if name not in (key.removeprefix("-") for key in keys):
            keys.append(_DIRECTIONS[direction] + name)
    return tuple(keys)


def _facets(names: tuple[str, ...], settings: Settings) -> tuple[str, ...]:
    known = countable_keys(settings)
    if EVERYTHING in names:
        return known
    unknown = [name for name in names if name not in known]
    if unknown:
        message = (
            f"Invalid facet distribution: Attribute `{unknown[0]}` is not filterable. "
            f"Available filterable attributes are: `{', '.join(known)}`."
        )
        raise MeilisearchError("invalid_search_facets", message)
    return names


def _searched(attributes: tuple[str, ...]) -> tuple[str, ...]:
    if EVERYTHING in attributes:
        return ()
    unknown = [name for name in attributes if name not in SEARCHED]
    if unknown:
        message = (
            f"Attribute `{unknown[0]}` is not searchable by itself. "
            f"Available searchable attributes are: `{', '.join(SEARCHED)}`."
        )
        raise MeilisearchError("invalid_search_attributes_to_search_on", message)
    return tuple(dict.fromkeys(SEARCHED[name] for name in attributes))


def _note(search: Search, found: FoundDocuments) -> None:
    """What the log and the counters want to know."""
    g.query_length = len(search.q)
    g.hits = found.total
    g.generation = found.generation
    metrics().count_search(found.total, tuple(one.kind for one in found.interpretations))
