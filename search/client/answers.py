"""JSON of the API → the values of `search.results`.

Keys that a later service adds are passed over, keys that an earlier one does not have get the value's
default; what makes no sense at all raises `TypeError`, `ValueError`, `KeyError` or `AttributeError`,
which `exchange` turns into `UnexpectedAnswer`.
"""

from __future__ import annotations

from typing import Any

from search.results import (
    FacetValue,
    Hit,
    Interpretation,
    LanguageCount,
    MatchedTitle,
    QueryEcho,
    SearchResults,
    StoredDocument,
    Suggestion,
)

Json = dict[str, Any]


def search_results(body: Json) -> SearchResults:
    """A page of hits. `generation` stays empty: the API keeps it to itself."""
    return SearchResults(
        query=_query(body["query"]),
        total=int(body["total"]),
        page=int(body["page"]),
        per_page=int(body["per_page"]),
        hits=tuple(map(_hit, body["hits"])),
        facets={name: tuple(map(_facet_value, values)) for name, values in body.get("facets", {}).items()},
        took_ms=float(body.get("took_ms", 0.0)),
    )


def several(body: Json) -> tuple[SearchResults, ...]:
    """The answers of a multi-search, in order."""
    return tuple(map(search_results, body["results"]))


def suggestions(body: Json) -> tuple[Suggestion, ...]:
    """Completions, best first."""
    return tuple(
        Suggestion(one["text"], one["id"], one.get("language", "und"), one.get("kind", "title"))
        for one in body["suggestions"]
    )


def document(body: Json) -> StoredDocument:
    """One document."""
    return StoredDocument(
        id=body["id"],
        title=body["title"],
        language=body["language"],
        direction=body.get("dir", "ltr"),
        text=body.get("text", ""),
        url=body.get("url"),
        language_reason=body.get("language_reason", ""),
        fields=dict(body.get("fields", {})),
        title_language=body.get("title_language", ""),
    )


def hits(body: Json) -> tuple[Hit, ...]:
    """Similar documents."""
    return tuple(map(_hit, body["hits"]))


def facet_values(body: Json) -> tuple[FacetValue, ...]:
    """Values of one facet."""
    return tuple(map(_facet_value, body["values"]))


def languages(body: Json) -> tuple[LanguageCount, ...]:
    """Languages with their documents."""
    return tuple(
        LanguageCount(
            one["code"],
            one["name"],
            one.get("native_name", one["name"]),
            one.get("dir", "ltr"),
            int(one["documents"]),
        )
        for one in body["languages"]
    )


def _query(body: Json) -> QueryEcho:
    return QueryEcho(
        body["q"],
        tuple(body.get("languages", ())),
        body.get("corrected"),
        tuple(Interpretation(one["kind"], one["query"]) for one in body.get("interpretations", ())),
    )


def _hit(body: Json) -> Hit:
    matched = body.get("matched_title")
    return Hit(
        id=body["id"],
        title=body["title"],
        language=body["language"],
        direction=body.get("dir", "ltr"),
        score=float(body["score"]),
        url=body.get("url"),
        snippet=body.get("snippet"),
        title_html=body.get("title_html"),
        matched_by=tuple(body.get("matched_by", ())),
        fields=dict(body.get("fields", {})),
        explanation=body.get("explanation"),
        title_language=body.get("title_language", ""),
        matched_title=None if matched is None else _matched_title(matched),
        pinned=bool(body.get("pinned", False)),
    )


def _matched_title(body: Json) -> MatchedTitle:
    return MatchedTitle(body["text"], body["html"], body.get("language", "und"), body.get("dir", "ltr"))


def _facet_value(body: Json) -> FacetValue:
    value = body["value"]
    return FacetValue(
        value, str(body.get("label", value)), int(body["count"]), bool(body.get("selected", False))
    )
