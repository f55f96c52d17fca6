"""Several searches answered as one list: `federation` of a multi-search.

Hits are merged by score times the weight of their search, best first; a document found by several
searches stands where it is worth most. Merging orders by score only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from web.meilisearch.errors import MeilisearchError
from web.meilisearch.parameters import Search
from web.meilisearch.searching import MAX_HITS, MAX_TOTAL_HITS, Hit, answered

_KNOWN = ("limit", "offset", "facetsByIndex", "mergeFacets", "showPerformanceDetails", "distinct")


@dataclass(frozen=True, slots=True)
class Weighted:
    """A search of the federation: the index it names, and what its scores are multiplied by."""

    uid: str
    search: Search
    weight: float


def weight_of(options: Any, place: str) -> float:
    """The weight of `federationOptions`; 1 where there are none. Raises `MeilisearchError`."""
    if options is None:
        return 1.0
    weight = options.get("weight", 1.0) if isinstance(options, Mapping) else None
    if not isinstance(weight, int | float) or isinstance(weight, bool) or not 0 <= weight < 1e9:
        code, what = "invalid_multi_search_weight", "`weight`, a positive number"
        raise MeilisearchError(code, f"Invalid value at `{place}.federationOptions`: expected {what}")
    if options.get("remote") is not None:
        raise MeilisearchError(
            "invalid_multi_search_remote", "`remote` is not supported: there is one instance."
        )
    return float(weight)


def federated(searches: Sequence[Weighted], federation: Any) -> dict[str, Any]:
    """The merged answer. Raises `MeilisearchError`."""
    limit, offset = _window(federation)
    # Each search may have all of the first hits.
    end = min(offset + limit, MAX_HITS)
    answers = []
    for number, one in enumerate(searches):
        _check(one.search, number)
        answers.append(answered(replace(one.search, limit=end, offset=0)))
    ranked = sorted(
        (
            (-hit.score * one.weight, number, place, hit)
            for number, (one, answer) in enumerate(zip(searches, answers, strict=True))
            for place, hit in enumerate(answer.hits)
        ),
        key=lambda row: row[:3],
    )
    merged: dict[str, dict[str, Any]] = {}
    repeated = 0
    for worth, number, _, hit in ranked:
        if hit.id in merged:
            repeated += 1
        else:
            merged[hit.id] = _told(hit, searches[number].uid, number, -worth)
    total = min(sum(answer.total for answer in answers) - repeated, MAX_TOTAL_HITS)
    return {
        "hits": list(merged.values())[offset:end],
        "processingTimeMs": round(sum(answer.found.took_ms for answer in answers)),
        "limit": limit,
        "offset": offset,
        "estimatedTotalHits": total,
    }


def _told(hit: Hit, uid: str, number: int, worth: float) -> dict[str, Any]:
    return {
        **hit.json,
        "_federation": {"indexUid": uid, "queriesPosition": number, "weightedRankingScore": worth},
    }


def _window(federation: Any) -> tuple[int, int]:
    if not isinstance(federation, Mapping):
        raise MeilisearchError("bad_request", "Invalid value type at `.federation`: expected an object.")
    for name, value in federation.items():
        if name not in _KNOWN:
            known = ", ".join(f"`{one}`" for one in _KNOWN)
            message = f"Unknown field `{str(name)[:64]}` inside `.federation`: expected one of {known}"
            raise MeilisearchError("bad_request", message)
        if name in ("facetsByIndex", "mergeFacets", "distinct") and value:
            reason = "ask for facets in a search of its own" if name != "distinct" else "hits are not grouped"
            message = f"`federation.{name}` is not supported by this service: {reason}."
            raise MeilisearchError(f"invalid_multi_search_{_SNAKE[name]}", message)
    numbers = []
    for name, default in (("limit", 20), ("offset", 0)):
        value = federation.get(name)
        value = default if value is None else value
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            message = f"Invalid value at `.federation.{name}`: expected a positive integer"
            raise MeilisearchError(f"invalid_federation_{name}", message)
        numbers.append(min(value, MAX_TOTAL_HITS))
    return numbers[0], numbers[1]


_SNAKE = {"facetsByIndex": "facets_by_index", "mergeFacets": "merge_facets", "distinct": "distinct"}


def _check(search: Search, number: int) -> None:
    """In a federation, pages belong to the whole, and scores are what is merged by."""
    place = f"queries[{number}]"
    if search.is_paged or search.limit != 20 or search.offset:
        message = f"Inside `{place}`: `limit`, `offset`, `page` and `hitsPerPage` belong in `federation`."
        raise MeilisearchError("invalid_multi_search_query_pagination", message)
    if search.facets:
        message = f"Inside `{place}`: `facets` cannot be used in a federation; ask in a search of its own."
        raise MeilisearchError("invalid_multi_search_query_facets", message)
    if search.sort:
        message = (
            f"Inside `{place}`: `sort` is not supported in a federation, whose hits are merged by score."
        )
        raise MeilisearchError("invalid_multi_search_query_ranking_rules", message)
