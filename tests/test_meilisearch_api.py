"""Meilisearch's routes without a client: shapes to the letter, other sites, hostile requests, texts cut."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from meilisearch_site import PROJECT, films
from small_index import SETTINGS, indexed

from search.configuration import Settings
from search.errors import ConfigurationError
from search.filters import filterable_keys
from search.searcher import Searcher
from web import create_app
from web.meilisearch.description import default_uid
from web.meilisearch.errors import MeilisearchError
from web.meilisearch.filter_expression import filter_of
from web.meilisearch.formatting import crop
from web.meilisearch.parameters import NOT_OFFERED, PARAMETERS, search_in_json
from web.settings import WebSettings

SEARCH = "/indexes/films/search"
LANTERN_PLACES = [{"start": 4, "length": 7}]


def opened(folder: Path, **settings: Any) -> FlaskClient:
    web = WebSettings(index=folder / "index", **settings)
    return create_app(web, lambda index, collection: Searcher.open(index, collection)).test_client()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("meilisearch")
    indexed(folder, films())
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> FlaskClient:
    return opened(folder)


def ask(client: FlaskClient, **body: Any) -> dict[str, Any]:
    answer = client.post(SEARCH, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


# --- shapes --------------------------------------------------------------------------------------------


def test_an_answer_has_these_keys_and_no_others(client: FlaskClient) -> None:
    answer = ask(client, q="lantern")
    assert set(answer) == {"hits", "query", "processingTimeMs", "limit", "offset", "estimatedTotalHits"}
    assert (answer["limit"], answer["offset"], answer["estimatedTotalHits"]) == (20, 0, 2)
    assert isinstance(answer["processingTimeMs"], int)
    assert not [key for hit in answer["hits"] for key in hit if key.startswith("_")]


def test_a_page_has_these_keys_and_no_others(client: FlaskClient) -> None:
    answer = ask(client, q="lantern", page=1, facets=["genre"])
    paging = {"page", "hitsPerPage", "totalPages", "totalHits"}
    assert set(answer) == {"hits", "query", "processingTimeMs", *paging, "facetDistribution", "facetStats"}
    assert (answer["hitsPerPage"], answer["totalPages"]) == (20, 1)


def test_a_document_is_flat_and_says_nothing_of_what_is_not_known(client: FlaskClient) -> None:
    document = client.get("/indexes/films/documents/salt").json
    stated = ["id", "title", "text", "language", "title_language"]
    assert list(document) == [*stated, "genre", "country", "date", "year"]


def test_numbers_are_texts_when_formatted(client: FlaskClient) -> None:
    hit = ask(client, q="comet", attributesToHighlight=["title"], attributesToRetrieve=["year", "rating"])
    assert hit["hits"][0]["_formatted"] == {"title": "<em>Comet</em> Season", "year": "2004", "rating": "7.2"}


def test_places_of_matches_in_lists_are_numbered(folder: Path, client: FlaskClient) -> None:
    hit = ask(client, q="comedy music", filter="id = kiosk", showMatchesPosition=True)["hits"]
    places = hit[0]["_matchesPosition"]["genre"] if hit else []
    assert all(place["indices"] in ([0], [1]) for place in places)
    title = ask(client, q="lantern", showMatchesPosition=True)["hits"][0]["_matchesPosition"]["title"]
    assert title == LANTERN_PLACES


def test_attributes_within_objects(tmp_path: Path) -> None:
    people = [{"name": "Ada Vale", "role": "director"}, {"name": "Bo Lind", "role": "cast"}]
    indexed(tmp_path, [{"id": "a", "title": "Apart", "language": "en", "people": people, "text": "Two."}])
    client = opened(tmp_path)
    hit = ask(client, q="vale", attributesToRetrieve=["people.name"], attributesToHighlight=["people.name"])[
        "hits"
    ]
    assert hit[0]["people"] == [{"name": "Ada Vale"}, {"name": "Bo Lind"}]
    assert hit[0]["_formatted"]["people"] == [{"name": "Ada <em>Vale</em>"}, {"name": "Bo Lind"}]
    assert ask(client, q="", filter="people = 'bo lind'", facets=["people"])["facetDistribution"] == {
        "people": {"Ada Vale": 1, "Bo Lind": 1}
    }


def test_every_error_has_the_same_four_keys(client: FlaskClient) -> None:
    for answer in (
        client.post(SEARCH, json={"limit": "many"}),
        client.post(SEARCH, data=b"{", content_type="application/json"),
        client.post(SEARCH, data=b"q=x", content_type="text/plain"),
        client.post("/indexes/books/search", json={}),
        client.get("/indexes/films/documents/nobody"),
        client.post("/indexes/films/documents", json=[]),
        client.get("/multi-search"),
        client.put("/health"),
        client.get("/tasks"),
        client.get("/indexes/films/settings/colour"),
        client.get("/indexes/films/anything/else"),
    ):
        assert answer.status_code in (400, 403, 404, 405, 415)
        assert set(answer.json) == {"message", "code", "type", "link"}
        assert answer.json["type"] == "invalid_request"


def test_a_body_too_large_is_refused_in_the_same_shape(folder: Path) -> None:
    answer = opened(folder, max_body_bytes=1000).post(SEARCH, json={"q": "x" * 2000})
    assert (answer.status_code, answer.json["code"]) == (413, "payload_too_large")


def test_too_many_requests_are_refused_in_the_same_shape(folder: Path) -> None:
    client = opened(folder, rate_limit=0.1)
    answers = [client.post(SEARCH, json={}) for _ in range(3)]
    assert (answers[-1].status_code, answers[-1].json["code"]) == (429, "too_many_search_requests")
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_without_an_index_nothing_is_available(tmp_path: Path) -> None:
    for answer in (opened(tmp_path).get("/health"), opened(tmp_path).post(SEARCH, json={})):
        assert (answer.status_code, answer.json["code"]) == (503, "index_not_accessible")
        assert answer.headers["Retry-After"]


def test_another_defect_is_answered_in_the_same_shape(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("web.meilisearch.routes.answered", fail)
    answer = opened(folder).post(SEARCH, json={})
    assert (answer.status_code, answer.json["code"], answer.json["type"]) == (500, "internal", "internal")


def test_every_route_is_on_its_page(client: FlaskClient) -> None:
    page = (PROJECT / "docs" / "meilisearch.md").read_text(encoding="utf-8")
    for rule in client.application.url_map.iter_rules():
        name = rule.endpoint.removeprefix("meilisearch.")
        if name != rule.endpoint and not name.startswith(("search_only", "no_change", "only_")):
            path = rule.rule.replace("<document_id:document_id>", "{id}").replace("<", "{").replace(">", "}")
            method = next(iter(rule.methods - {"HEAD", "OPTIONS"}))
            assert f"`{method} {path}`" in page


# --- names, keys, other sites --------------------------------------------------------------------------


def test_the_index_may_have_several_names_or_any(folder: Path) -> None:
    named = opened(folder, meilisearch_indexes=("movies", "cinema"))
    assert [one["uid"] for one in named.get("/indexes").json["results"]] == ["movies", "cinema"]
    assert named.post("/indexes/cinema/search", json={}).status_code == 200
    assert named.post(SEARCH, json={}).status_code == 404
    any_name = opened(folder, meilisearch_indexes=("*",))
    assert any_name.post("/indexes/what-ever/search", json={}).status_code == 200
    assert any_name.post("/indexes/what ever/search", json={}).status_code == 404


def test_names_that_no_index_can_have_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="SEARCH_MEILISEARCH_INDEXES"):
        WebSettings.from_environment({"SEARCH_MEILISEARCH_INDEXES": "films, my films"})


def test_settings_come_from_the_environment() -> None:
    web = WebSettings.from_environment(
        {"SEARCH_MEILISEARCH_INDEXES": "movies, *", "SEARCH_MEILISEARCH_KEYS": "a,b"}
    )
    assert (web.meilisearch_indexes, web.meilisearch_keys) == (("movies", "*"), ("a", "b"))


@pytest.mark.parametrize(
    ("noun", "uid"), [("films", "films"), ("Board games", "board-games"), ("映画", "documents")]
)
def test_the_usual_name_is_that_of_the_documents(noun: str, uid: str) -> None:
    assert default_uid(Settings(noun_plural=noun)) == uid


@pytest.mark.parametrize("header", ["", "Bearer", "Basic a", "Bearer ", "Bearer Á"])
def test_a_key_must_be_the_right_one(folder: Path, header: str) -> None:
    client = opened(folder, meilisearch_keys=("a",))
    answer = client.post(SEARCH, json={}, headers={"Authorization": header})
    assert (answer.status_code, answer.json["type"]) in ((401, "auth"), (403, "auth"))
    assert client.get("/health").status_code == 200
    assert client.options("/multi-search").status_code == 200
    assert client.post(SEARCH, json={}, headers={"Authorization": "Bearer a"}).status_code == 200


def test_other_sites_may_ask_if_the_configuration_says_so(folder: Path, client: FlaskClient) -> None:
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-meilisearch-client",
    }
    answer = opened(folder, cors_origins=("*",), meilisearch_keys=("a",)).options(
        "/multi-search", headers=asked
    )
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert answer.status_code in (200, 204)
    assert all(name in allowed for name in ("authorization", "content-type", "x-meilisearch-client"))
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    refused = client.options("/multi-search", headers=asked)
    assert "Access-Control-Allow-Origin" not in refused.headers


# --- parameters ----------------------------------------------------------------------------------------

#: Parameter → values it must not have.
WRONG: dict[str, list[Any]] = {
    "q": [1, ["a"], {}],
    "offset": [-1, "1", 1.5, True, 10**12],
    "limit": [-1, "1", 1.5, False],
    "page": [-1, "1"],
    "hitsPerPage": [-1, "1"],
    "filter": [1, True, {}],
    "facets": ["genre", [1], {}],
    "sort": ["year:asc", [1]],
    "attributesToRetrieve": ["title", [None]],
    "attributesToHighlight": ["title"],
    "attributesToCrop": ["text"],
    "cropLength": ["10", -1],
    "cropMarker": [1],
    "highlightPreTag": [1],
    "highlightPostTag": [[]],
    "showMatchesPosition": ["true", 1],
    "showRankingScore": [1],
    "showRankingScoreDetails": ["x"],
    "showPerformanceDetails": [0],
    "matchingStrategy": ["any", 1],
    "attributesToSearchOn": ["title"],
    "rankingScoreThreshold": [1.5, -0.1, "0.5", True],
    "locales": ["en", ["no such language!"]],
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_wrong_values_are_refused_by_name(name: str) -> None:
    for value in WRONG[name]:
        with pytest.raises(MeilisearchError) as refused:
            search_in_json({name: value})
        assert refused.value.code.startswith("invalid_search_")
        assert f".{name}`" in refused.value.message


@pytest.mark.parametrize("name", [*PARAMETERS, *NOT_OFFERED])
def test_null_asks_for_nothing(name: str) -> None:
    assert search_in_json({name: None}) == search_in_json({})


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_what_is_not_offered_says_why(client: FlaskClient, name: str) -> None:
    answer = client.post(SEARCH, json={name: "x"})
    assert answer.status_code == 400
    assert NOT_OFFERED[name] in answer.json["message"]


MULTI: dict[str, tuple[Any, str]] = {
    "no-queries": ({}, "bad_request"),
    "not-a-list": ({"queries": {}}, "bad_request"),
    "other-keys": ({"queries": [], "colour": 1}, "bad_request"),
    "no-index": ({"queries": [{"q": "x"}]}, "missing_index_uid"),
    "unknown-index": ({"queries": [{"indexUid": "books"}]}, "index_not_found"),
    "not-an-object": ({"queries": ["x"]}, "bad_request"),
    "too-many": ({"queries": [{"indexUid": "films"}] * 51}, "bad_request"),
    "weight-alone": (
        {"queries": [{"indexUid": "films", "federationOptions": {"weight": 2}}]},
        "invalid_multi_search_federation_options",
    ),
    "bad-weight": (
        {"federation": {}, "queries": [{"indexUid": "films", "federationOptions": {"weight": "2"}}]},
        "invalid_multi_search_weight",
    ),
    "bad-limit": ({"federation": {"limit": -1}, "queries": []}, "invalid_federation_limit"),
    "pages-inside": (
        {"federation": {}, "queries": [{"indexUid": "films", "limit": 5}]},
        "invalid_multi_search_query_pagination",
    ),
    "facets-inside": (
        {"federation": {}, "queries": [{"indexUid": "films", "facets": ["genre"]}]},
        "invalid_multi_search_query_facets",
    ),
    "sort-inside": (
        {"federation": {}, "queries": [{"indexUid": "films", "sort": ["year:asc"]}]},
        "invalid_multi_search_query_ranking_rules",
    ),
    "merged-facets": (
        {"federation": {"facetsByIndex": {"films": ["genre"]}}, "queries": []},
        "invalid_multi_search_facets_by_index",
    ),
}


@pytest.mark.parametrize("name", MULTI)
def test_refused_multi_searches(client: FlaskClient, name: str) -> None:
    body, code = MULTI[name]
    answer = client.post("/multi-search", json=body)
    assert answer.json["code"] == code
    assert answer.status_code in (400, 404)


def test_no_queries_have_no_results(client: FlaskClient) -> None:
    assert client.post("/multi-search", json={"queries": []}).json == {"results": []}


def test_a_document_found_twice_is_told_once(client: FlaskClient) -> None:
    queries = [{"indexUid": "films", "q": "lantern"}, {"indexUid": "films", "q": "keeper"}]
    answer = client.post("/multi-search", json={"federation": {"limit": 1}, "queries": queries}).json
    assert [hit["id"] for hit in answer["hits"]] == ["lantern"]
    assert answer["estimatedTotalHits"] == 2


# --- order and totals ----------------------------------------------------------------------------------


def test_all_pages_together_are_all_documents_once(client: FlaskClient) -> None:
    seen = []
    for offset in range(0, 15, 3):
        answer = ask(client, q="", sort=["rating:desc"], offset=offset, limit=3)
        seen += [hit["id"] for hit in answer["hits"]]
    rated = sorted((row for row in films() if "rating" in row), key=lambda row: -row["rating"])
    assert seen == [*(row["id"] for row in rated), "salt"]


def test_a_second_key_orders_what_the_first_leaves_equal(tmp_path: Path) -> None:
    chance = random.Random(4)
    rows = [
        {"id": f"d{number}", "title": f"Film {number:03}", "language": "en",
         "year": chance.choice([1990, 1991]), "rating": chance.choice([5, 6, 7])}
        for number in range(40)
    ]  # fmt: skip
    indexed(tmp_path, rows)
    client = opened(tmp_path)
    expected = sorted(rows, key=lambda row: (row["year"], -row["rating"], row["title"]))
    answer = ask(client, sort=["year:asc", "rating:desc", "title:asc"], limit=25, offset=5)
    assert [hit["id"] for hit in answer["hits"]] == [row["id"] for row in expected[5:30]]


def test_scores_fall_and_lie_between_0_and_1(client: FlaskClient) -> None:
    scores = [
        hit["_rankingScore"] for hit in ask(client, q="the last lantern", showRankingScore=True)["hits"]
    ]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_what_scores_too_little_is_left_out_and_not_counted(client: FlaskClient) -> None:
    hits = ask(client, q="lantern", showRankingScore=True)["hits"]
    between = sum(hit["_rankingScore"] for hit in hits) / 2
    answer = ask(client, q="lantern", rankingScoreThreshold=between)
    assert [hit["id"] for hit in answer["hits"]] == [hits[0]["id"]]
    assert answer["estimatedTotalHits"] == 1


# --- texts ---------------------------------------------------------------------------------------------


CROPPED: dict[str, tuple[str, list[str], int, str]] = {
    "beginning": ("one two three four", [], 2, "one two"),
    "short-enough": ("one two", [], 2, "one two"),
    "match-in-the-middle": ("a b c d e f g", ["d"], 3, "c d e"),
    "at-the-end": ("a b c d e f g", ["g"], 3, "e f g"),
    "most-different-matches": ("x a x b c d e x y", ["x", "x", "x", "y"], 3, "e x y"),
    "sign-at-the-start": ("«one» two three", [], 2, "«one» two"),
    "no-spaces": ("橋の下に住む少年が川を流れてくる手紙を読む", ["手紙"], 3, "くる手紙を読"),
}


@pytest.mark.parametrize("name", CROPPED)
def test_crop(name: str) -> None:
    text, marked, length, expected = CROPPED[name]
    spans, place = [], 0
    for word in marked:
        start = text.index(word, place)
        place = start + len(word)
        spans.append((start, place))
    start, end = crop(text, spans, length)
    assert text[start:end] == expected


@settings(deadline=None, derandomize=True)
@given(
    st.text(max_size=200),
    st.lists(st.tuples(st.integers(0, 199), st.integers(1, 9)), max_size=20),
    st.integers(1, 12),
)
def test_any_text_can_be_cropped(text: str, marks: list[tuple[int, int]], length: int) -> None:
    spans, after = [], 0
    for start, size in sorted(marks):
        if start >= after and start < len(text):
            after = min(start + size, len(text))
            spans.append((start, after))
    start, end = crop(text, spans, length)
    assert 0 <= start <= end <= len(text)


def test_nothing_is_escaped(client: FlaskClient) -> None:
    hit = ask(
        client, q="narrator", attributesToHighlight=["text"], highlightPreTag="<i>", highlightPostTag="</i>"
    )
    assert "<b>No <i>narrator</i></b> & no music." in hit["hits"][0]["_formatted"]["text"]


# --- anything ------------------------------------------------------------------------------------------

_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
#: Nothing here is about time, and other work may have the processor.
_PATIENT = settings(deadline=None, max_examples=60, derandomize=True)
_SIGNS = ["=", "!=", ">", "<=", "(", ")", "[", "]", ",", '"', "'", "\\"]
_NAMES = ["genre", "year", "'a b'", "1950", "Drama", "_geo", "é"]
_KEYWORDS = ["AND", "OR", "NOT", "IN", "TO", "EXISTS", "IS", "NULL", "EMPTY", "CONTAINS", "STARTS", "WITH"]
_WORDS = st.lists(st.sampled_from([*_SIGNS, *_NAMES, *_KEYWORDS]), max_size=12)


@_PATIENT
@given(_WORDS)
def test_any_filter_is_read_or_refused(words: list[str]) -> None:
    with contextlib.suppress(MeilisearchError):
        filter_of(" ".join(words), filterable_keys(SETTINGS))


@pytest.fixture(scope="module")
def anything(folder: Path) -> Iterator[FlaskClient]:
    with opened(folder) as client:
        yield client


@_PATIENT
@given(st.dictionaries(st.sampled_from([*PARAMETERS, *NOT_OFFERED, "x"]), _VALUE, max_size=4))
def test_any_body_is_answered_or_refused(anything: FlaskClient, body: dict[str, Any]) -> None:
    text = json.dumps(body)
    for path in (SEARCH, "/indexes/films/facet-search", "/indexes/films/documents/fetch"):
        answer = anything.post(path, data=text, content_type="application/json")
        assert answer.status_code in (200, 400), answer.text


@_PATIENT
@given(_VALUE, _VALUE)
def test_any_multi_search_is_answered_or_refused(
    anything: FlaskClient, queries: Any, federation: Any
) -> None:
    body = {"queries": queries, "federation": federation}
    answer = anything.post("/multi-search", data=json.dumps(body), content_type="application/json")
    assert answer.status_code in (200, 400), answer.text
