"""Answers kept in memory: the same bytes for the same question, never for another one or another index."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from small_index import SETTINGS, indexed
from web_fake import FakeSearcher, app_without_index, fake_app, fake_client

from search.errors import IndexDamaged
from search.request import SearchRequest
from search.results import SearchResults, Suggestion
from search.searcher import Searcher
from web import WebSettings, caching, create_app
from web.answer_cache import OVERHEAD, Answer, AnswerCache, Question
from web.headers import SECURITY_HEADERS

HIT = "cache;desc=hit"
SEARCH = "/api/v1/search?q=o"
#: Headers that differ from request to request, or tell that an answer was kept.
_OF_ONE_REQUEST = {"X-Request-ID", "Server-Timing"}


def is_hit(answer: Any) -> bool:
    return bool(answer.headers.get("Server-Timing") == HIT)


def lasting(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in _OF_ONE_REQUEST}


ADDRESSES = [
    "/",
    "/?q=treno",
    "/document/brick",
    "/api/v1/search?q=treno&facets=language&page=1",
    "/api/v1/search?q=o&per_page=2",
    "/api/v1/suggest?q=br",
    "/api/v1/documents/brick",
    "/api/v1/documents/a/b%20c%3Fd/similar",
    "/api/v1/facets/genre?prefix=d",
    "/api/v1/languages",
    "/api/v1/openapi.json",
    "/api/docs",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_repeat_is_the_same_answer_with_an_id_of_its_own(address: str) -> None:
    client = fake_client()
    first, again = client.get(address), client.get(address)
    assert (first.status_code, is_hit(first), is_hit(again)) == (200, False, True)
    assert first.data == again.data
    assert lasting(first.headers) == lasting(again.headers)
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]
    assert {*SECURITY_HEADERS, "Content-Security-Policy", "ETag"} <= set(again.headers.keys())
    assert len(again.headers.getlist("Content-Security-Policy")) == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_repeat_is_what_it_would_be_without_memory(address: str) -> None:
    client = fake_client()
    client.get(address)
    kept, made = client.get(address), fake_client(cache_bytes=0).get(address)
    assert kept.data == made.data
    assert lasting(kept.headers) == lasting(made.headers)


#: Pairs of requests that mean different things: address and headers of each.
DIFFERENT: list[Any] = [
    pytest.param((SEARCH, {}), ("/api/v1/search?q=r", {}), id="q"),
    pytest.param((SEARCH, {}), (SEARCH + "&page=2&per_page=2", {}), id="page"),
    pytest.param((SEARCH, {}), (SEARCH + "&per_page=1", {}), id="per_page"),
    pytest.param((SEARCH, {}), (SEARCH + "&lang=it", {}), id="lang"),
    pytest.param((SEARCH, {}), (SEARCH + "&genre=Drama", {}), id="filter"),
    pytest.param((SEARCH + "&genre=Drama", {}), (SEARCH + "&genre=Crime", {}), id="value of a filter"),
    pytest.param((SEARCH, {}), (SEARCH + "&year=1950..1999", {}), id="range"),
    pytest.param((SEARCH, {}), (SEARCH + "&facets=", {}), id="facets"),
    pytest.param((SEARCH, {}), (SEARCH + "&facet_limit=1", {}), id="facet_limit"),
    pytest.param(("/api/v1/search?q=fantmas", {}), ("/api/v1/search?q=fantmas&exact=1", {}), id="exact"),
    pytest.param((SEARCH, {}), (SEARCH + "&highlight=0", {}), id="highlight"),
    pytest.param((SEARCH, {}), (SEARCH + "&explain=1", {}), id="explain"),
    pytest.param((SEARCH, {}), (SEARCH, {"Accept-Language": "it"}), id="Accept-Language"),
    pytest.param(
        (SEARCH, {"Accept-Language": "it,fr"}),
        (SEARCH, {"Accept-Language": "it;q=0.5,fr"}),
        id="order of languages",
    ),
    pytest.param(
        ("/api/v1/suggest?q=br", {}),
        ("/api/v1/suggest?q=br", {"Accept": "application/x-suggestions+json"}),
        id="Accept",
    ),
    pytest.param(("/api/v1/documents/brick", {}), ("/api/v1/documents/kis", {}), id="document"),
    pytest.param(("/api/v1/documents/brick", {}), ("/api/v1/documents/brick/similar", {}), id="route"),
    pytest.param(("/?q=brick", {}), ("/document/brick", {}), id="page"),
    pytest.param(("/api/v1/facets/genre", {}), ("/api/v1/facets/country", {}), id="facet"),
    pytest.param(("/api/v1/search?q=a%2Bb", {}), ("/api/v1/search?q=a+b", {}), id="plus and space"),
    pytest.param(("/?q=treno", {}), ("/?q=treno&sort=-year", {}), id="sort"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_means_something_else_has_another_answer(one: Any, other: Any) -> None:
    client = fake_client()
    answers = [client.get(address, headers=headers) for address, headers in (one, other, one, other)]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert [is_hit(answer) for answer in answers] == [False, False, True, True]
    assert answers[0].data != answers[1].data
    assert answers[0].headers["ETag"] != answers[1].headers["ETag"]
    assert [answer.data for answer in answers[:2]] == [answer.data for answer in answers[2:]]


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        pytest.param("/api/v1/search?page=1&q=o", {}, id="order and defaults of parameters"),
        pytest.param("/api/v1/search?q=%6F", {}, id="escapes"),
        pytest.param(SEARCH, {"Accept": "application/json, */*;q=0.1"}, id="other words in Accept"),
        pytest.param(
            SEARCH, {"Accept-Encoding": "br", "User-Agent": "x"}, id="headers that mean nothing here"
        ),
    ],
)
def test_other_words_for_the_same_question_find_the_same_answer(
    address: str, headers: dict[str, str]
) -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    first, other = client.get(SEARCH), client.get(address, headers=headers)
    assert is_hit(other)
    assert (other.data, lasting(other.headers)) == (first.data, lasting(first.headers))
    assert len(searcher.searches) == 1


def test_the_next_request_after_a_new_generation_is_answered_by_it() -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    old = client.get(SEARCH)
    assert is_hit(client.get(SEARCH))
    searcher.generation_id, searcher.films = "g2", searcher.films[:1]
    new = client.get(SEARCH)
    assert not is_hit(new)
    assert (new.get_json()["total"], old.get_json()["total"]) == (1, 6)
    assert client.get(SEARCH, headers={"If-None-Match": old.headers["ETag"]}).status_code == 200
    assert is_hit(client.get(SEARCH))


def test_a_real_index_that_is_built_anew_is_seen_by_the_next_request(tmp_path: Path) -> None:
    indexed(tmp_path, [{"id": "a", "title": "Green harbour"}])
    web = WebSettings(index=tmp_path / "index", collection=SETTINGS)
    client = create_app(web, Searcher.open).test_client()
    address = "/api/v1/search?q=harbour"
    old, kept = client.get(address), client.get(address)
    assert (is_hit(old), is_hit(kept), kept.data == old.data) == (False, True, True)
    indexed(tmp_path, [{"id": "a", "title": "Green harbour"}, {"id": "b", "title": "Old harbour"}])
    new = client.get(address, headers={"If-None-Match": old.headers["ETag"]})
    assert (new.status_code, is_hit(new), new.get_json()["total"]) == (200, False, 2)


def test_back_to_the_generation_before() -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    first = client.get(SEARCH)
    searcher.generation_id = "g2"
    client.get(SEARCH)
    searcher.generation_id = "g1"
    again = client.get(SEARCH)
    assert not is_hit(again), "what another generation pushed out is worked out anew"
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("address", [SEARCH, "/?q=o", "/api/v1/suggest?q=brick"])
def test_an_answer_made_while_the_index_changed_is_not_kept(address: str) -> None:
    class Moving(FakeSearcher):
        def search(self, request: SearchRequest) -> SearchResults:
            self.generation_id = "g2"
            return super().search(request)

        def suggest(self, *given: Any, **named: Any) -> tuple[Suggestion, ...]:
            self.generation_id = "g2"
            return super().suggest(*given, **named)

    client = fake_client(Moving())
    client.get(address)
    assert not is_hit(client.get(address))
    assert is_hit(client.get(address))


def test_kept_answers_are_not_modified_for_those_who_have_them() -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    tag = client.get(SEARCH).headers["ETag"]
    for stated in (tag, f"W/{tag}", f'"x", {tag}', f'W/"x",W/{tag}'):
        answer = client.get(SEARCH, headers={"If-None-Match": stated})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
        assert {"Cache-Control", "Vary", "X-Request-ID", *SECURITY_HEADERS} <= set(answer.headers.keys())
        assert not {"Content-Type", "Content-Length", "Content-Security-Policy"} & set(answer.headers.keys())
    for stated in ("*", '"x"', tag.strip('"')[:-1], ""):
        assert client.get(SEARCH, headers={"If-None-Match": stated}).status_code == 200
    assert len(searcher.searches) == 1


def test_a_304_is_the_same_before_and_after_it_is_known() -> None:
    tag = fake_client().get(SEARCH).headers["ETag"]
    client = fake_client()
    first, again = (client.get(SEARCH, headers={"If-None-Match": tag}) for _ in range(2))
    assert (first.status_code, again.status_code) == (304, 304)
    assert lasting(first.headers) == lasting(again.headers)
    assert client.get(SEARCH).get_json()["total"] == 6


@pytest.mark.parametrize("order", [("HEAD", "GET"), ("GET", "HEAD"), ("HEAD", "HEAD")])
def test_head_has_the_headers_of_get_and_no_body(order: tuple[str, str]) -> None:
    client = fake_client()
    answers = {method: client.open(SEARCH, method=method) for method in order}
    last = answers[order[1]]
    assert is_hit(last)
    whole = fake_client().get(SEARCH)
    assert last.data == (whole.data if order[1] == "GET" else b"")
    assert lasting(last.headers) == lasting(whole.headers)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/v1/search?page=0", 400),
        ("GET", "/api/v1/documents/nobody", 404),
        ("GET", "/nothing", 404),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 200),
        ("GET", "/static/style.css", 200),
        ("DELETE", SEARCH, 405),
        ("OPTIONS", SEARCH, 200),
    ],
)
def test_what_is_never_kept(method: str, address: str, status: int) -> None:
    app = fake_app()
    for _ in range(3):
        with app.test_client().open(address, method=method) as answer:
            assert (answer.status_code, is_hit(answer)) == (status, False)
    assert len(app.extensions["service"].answers) == 0


def test_other_methods_never_get_what_was_kept() -> None:
    client = fake_client()
    client.get(SEARCH)
    assert is_hit(client.get(SEARCH))
    assert client.delete(SEARCH).status_code == 405
    assert client.post(SEARCH, json={}).status_code == 400


def test_media_types_are_refused_though_the_answer_is_kept() -> None:
    client = fake_client()
    client.get(SEARCH)
    assert client.get(SEARCH, headers={"Accept": "image/png"}).status_code == 406


def test_when_the_index_fails_what_was_kept_is_not_told() -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    client.get(SEARCH)
    searcher.failure = IndexDamaged("segment 3")
    assert client.get(SEARCH).status_code == 503
    searcher.failure = None
    assert is_hit(client.get(SEARCH))


def test_what_needs_no_index_is_kept_without_one() -> None:
    client = app_without_index().test_client()
    assert [is_hit(client.get("/api/v1/openapi.json")) for _ in range(2)] == [False, True]


def test_repeats_count_for_the_rate_limit_once_each() -> None:
    client = fake_client(rate_limit=0.3)
    statuses = [client.get(SEARCH).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    metrics = client.get("/metrics").get_data(as_text=True)
    assert 'search_http_refused_total{reason="rate"} 1.0' in metrics


def test_repeats_that_waited_too_long_are_shed_behind_a_proxy() -> None:
    client = fake_client(trust_proxy=True)
    client.get(SEARCH)
    assert is_hit(client.get(SEARCH))
    assert client.get(SEARCH, headers={"X-Request-Start": "t=1000"}).status_code == 503


@pytest.mark.parametrize(
    ("deadline", "seconds_at_most", "kept"),
    [
        pytest.param(2.0, 1.0, True, id="in time"),
        pytest.param(0.0, 1.0, True, id="in time, no deadline"),
        pytest.param(2.0, 0.0, False, id="too slow"),
        pytest.param(0.0, 0.0, False, id="too slow, no deadline"),
    ],
)
def test_answers_made_under_pressure_of_time_are_not_kept(
    monkeypatch: pytest.MonkeyPatch, deadline: float, seconds_at_most: float, kept: bool
) -> None:
    monkeypatch.setattr(caching, "SECONDS_AT_MOST", seconds_at_most)
    client = fake_client(deadline_seconds=deadline)
    assert [is_hit(client.get(SEARCH)) for _ in range(2)] == [False, kept]


def test_counters_and_log_know_repeats(caplog: pytest.LogCaptureFixture) -> None:
    client = fake_client()
    tag = client.get(SEARCH).headers["ETag"]
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="web.request"):
        client.get(SEARCH, headers={"X-Request-ID": "id-12345678"})
        client.get(SEARCH, headers={"If-None-Match": tag})
    lines = [record.args for record in caplog.records if record.name == "web.request"]
    hit, unchanged = lines
    assert isinstance(hit, dict)
    assert isinstance(unchanged, dict)
    expected = {"id": "id-12345678", "method": "GET", "route": "/api/v1/search", "status": 200}
    expected |= {"generation": "g1", "hits": 6, "query_length": 1, "cached": True}
    assert {name: value for name, value in hit.items() if name != "milliseconds"} == expected
    assert (unchanged["status"], unchanged["route"]) == (304, "/api/v1/search")
    text = client.get("/metrics").get_data(as_text=True)
    for outcome in ("hit", "miss", "not_modified"):
        assert f'search_answer_cache_total{{outcome="{outcome}"}} 1.0' in text
    assert 'search_http_requests_total{method="GET",route="/api/v1/search",status="200"} 2.0' in text
    assert "search_searches_total 1.0" in text


def test_memory_is_bounded_and_what_is_asked_for_stays() -> None:
    app = fake_app(cache_bytes=200_000)
    client: FlaskClient = app.test_client()
    answers: AnswerCache = app.extensions["service"].answers
    for number in range(300):
        client.get(f"/api/v1/search?q=treno&facet_limit={number + 1}")
        assert answers.bytes_kept <= 200_000
        assert client.get(SEARCH).status_code == 200
    assert is_hit(client.get(SEARCH))
    assert not is_hit(client.get("/api/v1/search?q=treno&facet_limit=1"))
    assert len(answers) < 200


def test_nothing_is_kept_without_memory() -> None:
    app = fake_app(cache_bytes=0)
    client = app.test_client()
    assert not any(is_hit(client.get(SEARCH)) for _ in range(3))
    assert len(app.extensions["service"].answers) == 0
    assert 'outcome="miss"} 0.0' in client.get("/metrics").get_data(as_text=True)


def test_the_least_recently_used_is_forgotten() -> None:
    cache = AnswerCache(20 * (OVERHEAD + 100))
    answer = Answer(b"x" * 100, (), ())
    for number in range(20):
        cache.keep_answer(Question(str(number), "g", "/"), answer)
        cache.answer("0")
    cache.keep_answer(Question("20", "g", "/"), answer)
    assert cache.answer("0") is answer
    assert cache.answer("1") is None
    assert cache.answer("20") is answer


def test_one_answer_does_not_push_out_all_others() -> None:
    cache = AnswerCache(100_000)
    cache.keep_answer(Question("huge", "g", "/"), Answer(b"x" * 50_000, (), ()))
    assert (len(cache), cache.bytes_kept) == (0, 0)


def test_keeping_again_does_not_count_twice() -> None:
    cache = AnswerCache(100_000)
    for size in (100, 300, 200):
        cache.keep_answer(Question("tag", "g", "/"), Answer(b"x" * size, (), ()))
    assert (len(cache), cache.bytes_kept) == (1, OVERHEAD + 200)
    cache.keep_answer(Question("other", "g2", "/"), Answer(b"", (), ()))
    assert (len(cache), cache.bytes_kept) == (1, OVERHEAD)
