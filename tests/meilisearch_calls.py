"""Calls made with Meilisearch's clients, in JavaScript and Python, and what must be true of each answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from meilisearch_site import UID, films


class Call(NamedTuple):
    """The same call for both clients, and what must be true of the answer, or of the error."""

    javascript: list[Any]
    python: Callable[[Any], Any]
    check: Callable[[Any], None]
    is_refused: bool = False


def ids(answer: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in answer["hits"]]


def equals(expected: Any, *path: str) -> Callable[[Any], None]:
    """The answer, or what stands at `path` in it, is this."""

    def check(answer: Any) -> None:
        for key in path:
            answer = answer[key]
        assert answer == expected

    return check


def finds(*expected: str) -> Callable[[Any], None]:
    """These documents in this order."""

    def check(answer: Any) -> None:
        assert ids(answer) == list(expected)

    return check


def refuses(code: str, status: int, words: str = "") -> Callable[[Any], None]:
    def check(error: Any) -> None:
        assert (error["code"], error["status"]) == (code, status)
        assert words in error["message"]
        assert error["link"].endswith(f"#{code}")
        assert error["type"] in ("invalid_request", "auth")

    return check


def all_of(*checks: Callable[[Any], None]) -> Callable[[Any], None]:
    def check(answer: Any) -> None:
        for one in checks:
            one(answer)

    return check


def searching(
    q: str | None, parameters: dict[str, Any], check: Callable[[Any], None], *, refused: bool = False
) -> Call:
    """A search, which both clients take in the same words."""
    return Call(
        [UID, "search", q, parameters], lambda client: client.index(UID).search(q, parameters), check, refused
    )


def first(*path: str | int) -> Callable[[Any], Any]:
    def value(answer: Any) -> Any:
        found = answer["hits"][0]
        for key in path:
            found = found[key]
        return found

    return value


def first_is(expected: Any, *path: str | int) -> Callable[[Any], None]:
    def check(answer: Any) -> None:
        assert first(*path)(answer) == expected

    return check


def is_between(low: float, high: float, *path: str | int) -> Callable[[Any], None]:
    def check(answer: Any) -> None:
        assert low <= first(*path)(answer) <= high

    return check


MULTI = [
    {"indexUid": UID, "q": "lantern", "attributesToRetrieve": ["id"]},
    {"indexUid": UID, "q": "ferry", "facets": ["genre"], "limit": 0},
]
TWO = [
    {"indexUid": UID, "q": "lantern", "attributesToRetrieve": ["id"]},
    {"indexUid": UID, "q": "ferry", "attributesToRetrieve": ["id"], "federationOptions": {"weight": 5}},
]


def check_multi(answer: Any) -> None:
    lantern, ferry = answer["results"]
    assert (lantern["indexUid"], ferry["indexUid"]) == (UID, UID)
    assert set(ids(lantern)) == {"lantern", "harbour"}
    assert (ferry["hits"], ferry["estimatedTotalHits"], ferry["limit"]) == ([], 1, 0)
    assert ferry["facetDistribution"] == {"genre": {"Drama": 1, "Romance": 1}}


def check_federated(answer: Any) -> None:
    assert ids(answer)[0] == "ferry"
    assert set(ids(answer)) == {"ferry", "lantern", "harbour"}
    told = [hit["_federation"] for hit in answer["hits"]]
    assert told[0]["queriesPosition"] == 1
    assert told[0]["indexUid"] == UID
    worths = [one["weightedRankingScore"] for one in told]
    assert worths == sorted(worths, reverse=True)
    assert answer["estimatedTotalHits"] == 3


def check_document(answer: Any) -> None:
    assert (answer["id"], answer["title"], answer["year"]) == ("bridge", "橋の下の手紙", 1959)
    assert answer["genre"] == ["Drama"]


def check_facets(answer: Any) -> None:
    drama = [row for row in films() if "Drama" in row["genre"]]
    for key in ("genre", "country"):
        values = [value for row in drama for value in row[key]]
        assert answer["facetDistribution"][key] == {value: values.count(value) for value in set(values)}
    years = [row["year"] for row in drama]
    assert answer["facetStats"]["year"] == {"min": min(years), "max": max(years)}
    ratings = [row["rating"] for row in drama]
    assert answer["facetStats"]["rating"] == {"min": min(ratings), "max": max(ratings)}
    assert answer["estimatedTotalHits"] == len(drama)


def check_highlights(answer: Any) -> None:
    formatted = answer["hits"][0]["_formatted"]
    assert formatted["title"] == "The [Lantern] [Keeper]"
    assert "a [lantern] on the horizon" in formatted["text"].lower()
    assert formatted["year"] == "1958"
    assert answer["hits"][0]["title"] == "The Lantern Keeper"


def check_positions(answer: Any) -> None:
    hit = answer["hits"][0]
    for place in hit["_matchesPosition"]["text"]:
        # Bytes, as Meilisearch counts.
        found = hit["text"].encode()[place["start"] : place["start"] + place["length"]].decode()
        assert found == "手紙"
    assert hit["_matchesPosition"]["title"] == [{"start": 12, "length": 6}]


NEWEST = [row["id"] for row in sorted(films(), key=lambda row: -row["year"])]

CALLS: dict[str, Call] = {
    # Finding
    "plain": searching("lantern", {}, finds("lantern", "harbour")),
    "misspelt": searching("lantren", {}, finds("lantern", "harbour")),
    "no-query": searching(None, {}, equals(len(films()), "estimatedTotalHits")),
    "empty-query": searching("", {"limit": 3}, lambda answer: equals(3)(len(answer["hits"]))),
    "other-script": searching("sneg", {}, finds("snow")),
    "nothing": searching("qqxxzz", {}, all_of(finds(), equals(0, "estimatedTotalHits"))),
    "echo": searching("lantern", {}, equals("lantern", "query")),
    # Paging
    "offset": searching("", {"sort": ["year:desc"], "offset": 5, "limit": 3}, finds(*NEWEST[5:8])),
    "odd-offset": searching("", {"sort": ["year:desc"], "offset": 7, "limit": 4}, finds(*NEWEST[7:11])),
    "pages": searching(
        "",
        {"sort": ["year:desc"], "page": 2, "hitsPerPage": 5},
        all_of(
            finds(*NEWEST[5:10]),
            equals(len(films()), "totalHits"),
            equals(3, "totalPages"),
            equals(2, "page"),
            equals(5, "hitsPerPage"),
        ),
    ),
    "only-hits-per-page": searching(
        "", {"hitsPerPage": 5}, all_of(equals(1, "page"), equals(3, "totalPages"))
    ),
    "no-hits-per-page": searching(
        "", {"hitsPerPage": 0, "page": 1}, all_of(finds(), equals(0, "totalPages"), equals(12, "totalHits"))
    ),
    "beyond-the-end": searching("", {"offset": 500}, all_of(finds(), equals(500, "offset"))),
    # Filters
    "filter": searching(
        "", {"filter": "genre = Comedy", "sort": ["year:asc"]}, finds("orchard", "piazza", "kiosk")
    ),
    "filter-not": searching("", {"filter": "NOT genre IN [Drama, Comedy] AND year < 2000"}, finds("mask")),
    "filter-list": searching(
        "",
        {"filter": [["country = IT", "country = JP"], "year 1950 TO 1960"], "sort": ["year:asc"]},
        finds("train", "bridge"),
    ),
    "filter-exists": searching("", {"filter": "rating NOT EXISTS"}, finds("salt")),
    # Order
    "sort": searching("", {"sort": ["rating:desc"], "limit": 3}, finds("bridge", "train", "snow")),
    "sort-by-two": searching(
        "drama",
        {"q": "", "sort": ["title:asc"], "filter": "country = GB"},
        finds("comet", "harbour", "lantern", "ferry"),
    ),
    "sort-leaves-those-without-last": searching("", {"sort": ["rating:asc"], "offset": 11}, finds("salt")),
    # Facets
    "facets": searching(
        "", {"filter": "genre = Drama", "facets": ["genre", "country", "year", "rating"]}, check_facets
    ),
    "all-facets": searching(
        "salt", {"facets": ["*"]}, equals({"Documentary": 1}, "facetDistribution", "genre")
    ),
    "facets-without-hits": searching(
        "",
        {"facets": ["country"], "limit": 0, "filter": "year > 2010"},
        all_of(finds(), equals({"country": {"GB": 1, "US": 1}}, "facetDistribution")),
    ),
    # What is shown
    "retrieve": searching(
        "comet",
        {"attributesToRetrieve": ["title", "year"]},
        first_is({"title": "Comet Season", "year": 2004}),
    ),
    "highlight": searching(
        "lantern keeper",
        {"attributesToHighlight": ["*"], "highlightPreTag": "[", "highlightPostTag": "]"},
        check_highlights,
    ),
    "default-tags": searching(
        "comet",
        {"attributesToHighlight": ["title"]},
        first_is("<em>Comet</em> Season", "_formatted", "title"),
    ),
    "crop": searching(
        "piano",
        {"attributesToCrop": ["text"], "cropLength": 5},
        first_is("…and a piano on an…", "_formatted", "text"),
    ),
    "crop-one": searching(
        "honey",
        {"attributesToCrop": ["text:3"], "cropMarker": " (…)"},
        first_is("Beekeepers and salt (…)", "_formatted", "text"),
    ),
    "crop-and-highlight": searching(
        "piano",
        {"attributesToCrop": ["text"], "cropLength": 3, "attributesToHighlight": ["text"]},
        first_is("…a <em>piano</em> on…", "_formatted", "text"),
    ),
    "highlight-across-scripts": searching(
        "sneg",
        {"attributesToHighlight": ["title"]},
        first_is("<em>Снег</em> над рекой", "_formatted", "title"),
    ),
    "positions": searching("手紙", {"showMatchesPosition": True}, check_positions),
    "score": searching("comet season", {"showRankingScore": True}, is_between(0.01, 1.0, "_rankingScore")),
    "score-of-browsing": searching("", {"showRankingScore": True}, first_is(1.0, "_rankingScore")),
    "threshold": searching(
        "lantern", {"rankingScoreThreshold": 0.999}, all_of(finds(), equals(0, "estimatedTotalHits"))
    ),
    "score-details": searching(
        "comet", {"showRankingScoreDetails": True}, first_is(0, "_rankingScoreDetails", "relevance", "order")
    ),
    # How words are meant
    "most-words-do": searching("customs lantern unicorns", {}, finds("harbour", "lantern")),
    "all-words": searching("customs lantern unicorns", {"matchingStrategy": "all"}, finds()),
    "in-titles-only": searching("lantern", {"attributesToSearchOn": ["title"]}, finds("lantern")),
    "locales": searching("ferry", {"locales": ["eng"]}, finds("ferry")),
    # Several at once
    "multi": Call(
        ["client", "multiSearch", {"queries": MULTI}], lambda client: client.multi_search(MULTI), check_multi
    ),
    "federated": Call(
        ["client", "multiSearch", {"federation": {}, "queries": TWO}],
        lambda client: client.multi_search(TWO, {"limit": 20}),
        check_federated,
    ),
    "facet-values": Call(
        [UID, "searchForFacetValues", {"facetName": "genre", "facetQuery": "roma"}],
        lambda client: client.index(UID).facet_search("genre", "roma"),
        all_of(equals([{"value": "Romance", "count": 2}], "facetHits"), equals("roma", "facetQuery")),
    ),
    "facet-values-of-a-search": Call(
        [UID, "searchForFacetValues", {"facetName": "country", "q": "lantern", "filter": "year > 1960"}],
        lambda client: client.index(UID).facet_search(
            "country", None, {"q": "lantern", "filter": "year > 1960"}
        ),
        equals([{"value": "FR", "count": 1}, {"value": "GB", "count": 1}], "facetHits"),
    ),
    # Reading
    "document": Call(
        [UID, "getDocument", "bridge"],
        lambda client: dict(client.index(UID).get_document("bridge")),
        check_document,
    ),
    "document-fields": Call(
        [UID, "getDocument", "bridge", {"fields": ["id", "year"]}],
        lambda client: dict(client.index(UID).get_document("bridge", {"fields": ["id", "year"]})),
        equals({"id": "bridge", "year": 1959}),
    ),
    "health": Call(["client", "health"], lambda client: client.health(), equals({"status": "available"})),
    "is-healthy": Call(["client", "isHealthy"], lambda client: client.is_healthy(), equals(True)),
    "raw-index": Call(
        [UID, "getRawInfo"], lambda client: client.get_raw_index(UID), equals("id", "primaryKey")
    ),
    "filterable": Call(
        [UID, "getFilterableAttributes"],
        lambda client: client.index(UID).get_filterable_attributes(),
        lambda answer: equals(True)("genre" in answer),
    ),
    "sortable": Call(
        [UID, "getSortableAttributes"],
        lambda client: client.index(UID).get_sortable_attributes(),
        equals(["title", "year", "rating", "popularity"]),
    ),
    "faceting": Call(
        [UID, "getFaceting"],
        lambda client: client.index(UID).get_faceting_settings().model_dump(by_alias=True),
        equals(100, "maxValuesPerFacet"),
    ),
    # Refusals
    "bad-filter": searching(
        "", {"filter": "genre ="}, refuses("invalid_search_filter", 400, "expecting a value"), refused=True
    ),
    "unknown-filter": searching(
        "", {"filter": "colour = red"}, refuses("invalid_search_filter", 400, "not filterable"), refused=True
    ),
    "bad-sort": searching(
        "", {"sort": ["runtime:asc"]}, refuses("invalid_search_sort", 400, "not sortable"), refused=True
    ),
    "bad-sort-direction": searching(
        "", {"sort": ["year"]}, refuses("invalid_search_sort", 400, ":asc"), refused=True
    ),
    "unknown-facet": searching(
        "", {"facets": ["colour"]}, refuses("invalid_search_facets", 400, "colour"), refused=True
    ),
    "bad-limit": searching("", {"limit": -1}, refuses("invalid_search_limit", 400), refused=True),
    "distinct": searching(
        "", {"distinct": "genre"}, refuses("invalid_search_distinct", 400, "not supported"), refused=True
    ),
    "semantic": searching(
        "",
        {"hybrid": {"embedder": "x"}},
        refuses("invalid_search_hybrid", 400, "not supported"),
        refused=True,
    ),
    "unknown-parameter": searching(
        "", {"colour": 1}, refuses("bad_request", 400, "Unknown field `colour`"), refused=True
    ),
    "unknown-index": Call(
        ["books", "search", ""],
        lambda client: client.index("books").search(""),
        refuses("index_not_found", 404, "books"),
        True,
    ),
    "unknown-document": Call(
        [UID, "getDocument", "nobody"],
        lambda client: client.index(UID).get_document("nobody"),
        refuses("document_not_found", 404, "nobody"),
        True,
    ),
    "adding": Call(
        [UID, "addDocuments", [{"id": 1}]],
        lambda client: client.index(UID).add_documents([{"id": 1}]),
        refuses("search_only", 403, "indexer update"),
        True,
    ),
    "deleting": Call(
        [UID, "deleteAllDocuments"],
        lambda client: client.index(UID).delete_all_documents(),
        refuses("search_only", 403, "indexer"),
        True,
    ),
    "deleting-one": Call(
        [UID, "deleteDocument", "bridge"],
        lambda client: client.index(UID).delete_document("bridge"),
        refuses("search_only", 403, "indexer"),
        True,
    ),
    "changing-settings": Call(
        [UID, "updateStopWords", ["a"]],
        lambda client: client.index(UID).update_stop_words(["a"]),
        refuses("search_only", 403, "search.toml"),
        True,
    ),
    "creating": Call(
        ["client", "createIndex", "books"],
        lambda client: client.create_index("books"),
        refuses("search_only", 403),
        True,
    ),
    "dropping": Call(
        ["client", "deleteIndex", UID],
        lambda client: client.delete_index(UID),
        refuses("search_only", 403),
        True,
    ),
    "keys": Call(["client", "getKeys"], lambda client: client.get_keys(), refuses("search_only", 403), True),
}
#: Calls that only the JavaScript clients have.
ONLY_JAVASCRIPT: dict[str, Call] = {
    "search-by-get": Call(
        [
            UID,
            "searchGet",
            "lantern",
            {
                "attributesToRetrieve": ["id"],
                "filter": "year < 1960",
                "sort": ["year:asc"],
                "facets": ["genre"],
                "attributesToHighlight": ["title"],
            },
        ],
        lambda client: None,
        all_of(
            finds("lantern"),
            equals({"genre": {"Drama": 1}}, "facetDistribution"),
            first_is("The <em>Lantern</em> Keeper", "_formatted", "title"),
        ),
    ),
    "indexes": Call(["client", "getRawIndexes"], lambda client: None, equals(1, "total")),
    "stats": Call([UID, "getStats"], lambda client: None, equals(len(films()), "numberOfDocuments")),
    "version": Call(
        ["client", "getVersion"], lambda client: None, lambda answer: equals(True)("pkgVersion" in answer)
    ),
    "documents": Call(
        [UID, "getDocuments", {"limit": 2, "fields": ["id"], "filter": "genre = Comedy"}],
        lambda client: None,
        all_of(equals(3, "total"), lambda answer: equals(2)(len(answer["results"]))),
    ),
}
