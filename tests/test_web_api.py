"""The JSON API over a searcher in memory: shapes, caching, bodies, headers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from web_fake import FILMS, HOSTILE, FakeSearcher, fake_app, fake_client

from search.results import StoredDocument

PROBLEM = "application/problem+json"


def post(body: Any, route: str = "/api/v1/search", **options: Any) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return fake_client().post(route, data=data, content_type="application/json", **options)


def test_search_has_the_shape_of_the_contract() -> None:
    answer = fake_client().get("/api/v1/search?q=treno&lang=it&facets=language").get_json()
    assert list(answer) == ["query", "total", "page", "per_page", "pages", "took_ms", "hits", "facets"]
    assert answer["query"] == {"q": "treno", "languages": ["it"], "corrected": None, "interpretations": []}
    assert (answer["total"], answer["page"], answer["per_page"], answer["pages"]) == (1, 1, 10, 1)
    assert set(answer["hits"][0]) == {
        "id",
        "title",
        "language",
        "title_language",
        "dir",
        "score",
        "url",
        "snippet",
        "title_html",
        "matched_title",
        "matched_by",
        "fields",
    }
    assert answer["hits"][0]["title_html"] == "Il <mark>treno</mark> va a Mosca"
    assert answer["facets"] == {
        "language": [{"value": "it", "label": "Italian", "count": 1, "selected": False}]
    }


def test_facets_filter_and_keep_their_own_counts() -> None:
    answer = fake_client().get("/api/v1/search?language=fr&language=it&year=2000..").get_json()
    assert [hit["id"] for hit in answer["hits"]] == ["treno-mosca"]
    selected = {one["value"]: one["selected"] for one in answer["facets"]["language"]}
    assert (selected["it"], selected["en"]) == (True, False)


def test_second_tries_are_listed() -> None:
    echo = fake_client().get("/api/v1/search?q=cnfkrth").get_json()["query"]
    assert echo["corrected"] == "лобанов"
    assert echo["interpretations"] == [{"kind": "keyboard", "query": "лобанов"}]


def test_post_answers_like_get() -> None:
    by_get = fake_client().get("/api/v1/search?q=o&genre=Drama&genre=Crime&year=1950..&exact=1").get_json()
    by_post = post({"q": "o", "genre": ["Crime", "Drama"], "year": "1950..", "exact": True}).get_json()
    assert by_get == by_post


def test_multi_search_answers_in_order() -> None:
    answer = post(
        {"searches": [{"q": "brick"}, {"q": "nothing-here"}, {"q": "treno"}]}, "/api/v1/multi-search"
    )
    assert [one["query"]["q"] for one in answer.get_json()["results"]] == ["brick", "nothing-here", "treno"]
    assert [one["total"] for one in answer.get_json()["results"]] == [1, 0, 1]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param({}, "searches", id="empty object"),
        pytest.param([], "searches", id="list"),
        pytest.param({"searches": []}, "searches", id="none"),
        pytest.param({"searches": [{}] * 21}, "searches", id="too many"),
        pytest.param({"searches": [{}], "q": "x"}, "searches", id="more than searches"),
        pytest.param({"searches": [{}, {"page": 0}]}, "searches[1].page", id="names the place"),
        pytest.param({"searches": [3]}, "searches[0]", id="no object"),
        pytest.param({"searches": [{"q": None}]}, "searches[0].q", id="null"),
    ],
)
def test_multi_search_refuses(body: Any, name: str) -> None:
    answer = post(body, "/api/v1/multi-search")
    assert answer.status_code == 400
    assert list(answer.get_json()["errors"]) == [name]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        pytest.param(b'{"q": "x"}', "text/plain", 415, id="other type"),
        pytest.param(b"q=x", "application/x-www-form-urlencoded", 415, id="form"),
        pytest.param(b'{"q": "x"}', None, 415, id="no type"),
        pytest.param(b'{"q": ', "application/json", 400, id="cut off"),
        pytest.param(b"", "application/json", 400, id="empty"),
        pytest.param(b'{"q": NaN}', "application/json", 400, id="NaN"),
        pytest.param(b'{"q": "\xff"}', "application/json", 400, id="not UTF-8"),
        pytest.param(b'{"page": ' + b"9" * 5000 + b"}", "application/json", 400, id="huge number"),
        pytest.param(b"[" * 30_000, "application/json", 400, id="nested deeply"),
        pytest.param(b'{"q": "' + b"x" * 70_000 + b'"}', "application/json", 413, id="too large"),
        pytest.param(b'{"q": "x"}', "application/json; charset=utf-8", 200, id="with charset"),
        pytest.param(b'{"q": "\\ud800"}', "application/json", 200, id="lone surrogate"),
    ],
)
def test_bodies(body: bytes, content_type: str | None, status: int) -> None:
    answer = fake_client().post("/api/v1/search", data=body, content_type=content_type)
    assert answer.status_code == status
    assert answer.mimetype == ("application/json" if status == 200 else PROBLEM)


def test_parameters_of_a_post_stand_in_its_body() -> None:
    answer = post({"q": "x"}, "/api/v1/search?page=2")
    assert answer.status_code == 400
    assert "page" in answer.get_json()["errors"]


def test_suggestions_in_both_forms() -> None:
    client = fake_client()
    ours = client.get("/api/v1/suggest?q=brick")
    assert ours.get_json() == {
        "suggestions": [{"text": "Brick", "id": "brick", "language": "en", "kind": "title"}]
    }
    expected = ["brick", ["Brick"], ["English"], ["https://films.example/document/brick"]]
    by_accept = client.get("/api/v1/suggest?q=brick", headers={"Accept": "application/x-suggestions+json"})
    by_format = client.get("/api/v1/suggest?q=brick&format=opensearch")
    for answer in (by_accept, by_format):
        assert answer.mimetype == "application/x-suggestions+json"
        assert json.loads(answer.data) == expected
    assert ours.headers["ETag"] != by_accept.headers["ETag"]


def test_documents_with_any_id() -> None:
    client = fake_client()
    answer = client.get("/api/v1/documents/a/b%20c%3Fd").get_json()
    assert list(answer) == [
        "id",
        "title",
        "language",
        "title_language",
        "dir",
        "language_reason",
        "text",
        "url",
        "fields",
    ]
    assert (answer["id"], answer["fields"]["tagline"]) == ("a/b c?d", HOSTILE)
    similar = client.get("/api/v1/documents/a/b%20c%3Fd/similar?limit=2").get_json()
    assert (similar["id"], len(similar["hits"])) == ("a/b c?d", 2)


@pytest.mark.parametrize("id", ["/leading", "two//slashes", "line\nbreak", "日本", "100%", "a similar/b"])
def test_ids_survive_the_address(id: str) -> None:
    app = fake_app(FakeSearcher([StoredDocument(id, "Title", "en", "ltr")]))
    with app.test_request_context():
        from flask import url_for

        address = url_for("api.document", document_id=id)
    assert app.test_client().get(address).get_json()["id"] == id


def test_facet_values_and_languages() -> None:
    client = fake_client()
    answer = client.get("/api/v1/facets/genre?prefix=dr&year=1950..").get_json()
    assert answer["name"] == "genre"
    assert [(one["value"], one["count"]) for one in answer["values"]] == [("Drama", 6)]
    languages = client.get("/api/v1/languages").get_json()["languages"]
    assert languages[0] == {
        "code": "ar",
        "name": "Arabic",
        "native_name": "العربية",
        "dir": "rtl",
        "documents": 1,
    }


def test_unknown_facet_names_the_nearest() -> None:
    answer = fake_client().get("/api/v1/facets/genres")
    assert answer.status_code == 400
    assert "'genre'" in answer.get_json()["errors"]["name"]


@pytest.mark.parametrize(
    "q",
    ["%00", "%ED%A0%80", "a" * 10_000, "%FF%FE", "%F0%9F%98%80", "%CC%81", "%22", "((((", "-", "*", "title:"],
)
@pytest.mark.parametrize("route", ["/api/v1/search", "/api/v1/suggest", "/"])
def test_no_text_is_an_error(route: str, q: str) -> None:
    assert fake_client().get(f"{route}?q={q}").status_code == 200


def test_etag_saves_the_second_search() -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    first = client.get("/api/v1/search?q=brick&page=1")
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get("/api/v1/search?page=1&q=brick", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Cache-Control"] == "public, max-age=30, stale-while-revalidate=60"
    compressed = client.get("/api/v1/search?q=brick", headers={"If-None-Match": f"W/{tag}"})
    assert compressed.status_code == 304
    assert len(searcher.searches) == 1


def test_etag_changes_with_question_and_generation() -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    tag = client.get("/api/v1/search?q=brick").headers["ETag"]
    assert client.get("/api/v1/search?q=treno").headers["ETag"] != tag
    assert client.get("/?q=brick").headers["ETag"] != tag
    searcher.generation_id = "g2"
    fresh = client.get("/api/v1/search?q=brick", headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["ETag"] != tag


def test_caching_headers() -> None:
    answer = fake_client().get("/api/v1/search?q=brick")
    assert answer.headers["Cache-Control"] == "public, max-age=30, stale-while-revalidate=60"
    assert {"Accept-Language", "Accept-Encoding"} <= {
        one.strip() for one in answer.headers["Vary"].split(",")
    }


def test_neighbouring_pages_are_linked() -> None:
    answer = fake_client().get("/api/v1/search?per_page=4&page=2&genre=Drama&facets=")
    links = answer.headers["Link"]
    assert '</api/v1/search?genre=Drama&facets=&per_page=4>; rel="first"' in links
    assert 'rel="prev"' in links
    assert 'rel="next"' not in links


def test_long_queries_have_no_link_header() -> None:
    assert "Link" not in fake_client().get("/api/v1/search?q=" + "東" * 3000).headers


def test_head_and_options() -> None:
    client = fake_client()
    head = client.head("/api/v1/search?q=brick")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == client.get("/api/v1/search?q=brick").headers["ETag"]
    assert set(client.options("/api/v1/search").headers["Allow"].split(", ")) >= {"GET", "HEAD", "POST"}


def test_openapi_describes_every_api_route() -> None:
    app = fake_app()
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    assert described["openapi"] == "3.1.0"
    routes = {
        rule.rule.replace("<document_id:document_id>", "{id}").replace("<name>", "{name}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
    }
    others = {"/", "/document/{id}", "/healthz", "/readyz", "/metrics", "/opensearch.xml"}
    assert set(described["paths"]) == routes | others
    parameters = {one["name"] for one in described["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert parameters >= {"q", "page", "per_page", "sort", "lang", "facets", "exact", "genre", "year"}


def test_openapi_references_resolve_and_answers_fit() -> None:
    described = fake_client().get("/api/v1/openapi.json").get_json()
    schemas = described["components"]["schemas"]
    references = [part.split('"')[0] for part in json.dumps(described).split('"$ref": "#/components/')[1:]]
    for reference in references:
        kind, name = reference.split("/")
        assert name in described["components"][kind]
    answer = fake_client().get("/api/v1/search?q=brick&explain=1").get_json()
    assert set(schemas["SearchResults"]["properties"]) == set(answer)
    # Only a pinned hit says that it is.
    assert set(schemas["Hit"]["properties"]) == {*answer["hits"][0], "pinned"}


def test_health() -> None:
    client = fake_client()
    assert client.get("/healthz").get_json() == {"status": "alive"}
    assert client.get("/readyz").get_json() == {
        "status": "ready",
        "generation": "g1",
        "documents": len(FILMS),
    }


def test_metrics_count_requests_by_route_and_searches() -> None:
    client = fake_client()
    client.get("/api/v1/search?q=nothing-here")
    client.get("/document/brick")
    text = client.get("/metrics").get_data(as_text=True)
    assert 'search_http_requests_total{method="GET",route="/api/v1/search",status="200"} 1.0' in text
    assert "search_searches_without_hits_total 1.0" in text
    assert "brick" not in text
