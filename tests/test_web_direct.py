"""The short way of a plain search and the way through Flask: the same answers, counters and log lines."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask.testing import FlaskClient
from web_fake import FakeSearcher, app_without_index, fake_client, too_slow

from web import direct

_OF_ONE_REQUEST = {"X-Request-ID", "Server-Timing"}


@pytest.fixture
def through_flask(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A maker of clients whose searches all take the long way."""

    def make(*given: Any, **settings: Any) -> FlaskClient:
        with monkeypatch.context() as patch:
            client = fake_client(*given, **settings)
            patch.setattr(direct, "PATH", "/nowhere")
        monkeypatch.setattr(direct.DirectSearch, "_asked", lambda _self, _environ: None)
        return client

    return make


ADDRESSES = [
    "/api/v1/search",
    "/api/v1/search?q=treno",
    "/api/v1/search?q=o&genre=Drama&genre=Crime&year=1950..&per_page=2&page=2&sort=-year&lang=it,fr",
    "/api/v1/search?q=nothing-here",
    "/api/v1/search?q=fantmas&explain=1",
    "/api/v1/search?q=%FF%FE&facets=*",
    "/api/v1/search?q=a+b%2Bc%26&facets=",
    "/api/v1/search?q=a;b&highlight=0",
    "/api/v1/search?q=%E6%9D%B1%E4%BA%AC&&=",
    "/api/v1/search?q=",
    "/api/v1/search?q=x&page=0",
    "/api/v1/search?perpage=3",
    "/api/v1/search?q=x#fragment",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "headers",
    [{}, {"Accept-Language": "it,de;q=0.5"}, {"Accept-Encoding": "gzip"}, {"Accept": "application/json"}],
    ids=["plain", "languages", "packed", "json"],
)
def test_both_ways_answer_alike(address: str, headers: dict[str, str], through_flask: Any) -> None:
    short = fake_client().get(address, headers=headers)
    long = through_flask().get(address, headers=headers)
    assert (short.status_code, short.data) == (long.status_code, long.data)
    assert _lasting(short) == _lasting(long)


def _lasting(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in _OF_ONE_REQUEST}


def test_both_ways_are_counted_and_logged_alike(through_flask: Any, caplog: pytest.LogCaptureFixture) -> None:
    told = []
    for client in (fake_client(), through_flask()):
        caplog.clear()
        with caplog.at_level(logging.INFO, logger="web.request"):
            for q in ("brick", "brick", "nothing-here", "fantmas"):
                client.get(f"/api/v1/search?q={q}")
        lines = [dict(one.args) for one in caplog.records if isinstance(one.args, dict)]
        for line in lines:
            assert line.pop("milliseconds") >= 0
            assert line.pop("id")
            line.pop("search_ms", None)
        text = client.get("/metrics").get_data(as_text=True)
        counted = [
            line
            for line in text.splitlines()
            if line.startswith("search_") and "_seconds" not in line and "_created" not in line
        ]
        told.append((lines, counted))
    assert told[0] == told[1]


@pytest.mark.parametrize("failure", [ZeroDivisionError("private"), None], ids=["defect", "deadline"])
def test_failures_are_worded_in_one_place(failure: Exception | None, through_flask: Any) -> None:
    answers = []
    for make in (fake_client, through_flask):
        searcher = too_slow()
        if failure is not None:
            searcher.failure = failure
        client = make(searcher)
        answer = client.get("/api/v1/search?q=x")
        answers.append((answer.status_code, answer.mimetype, answer.data, answer.headers.get("Retry-After")))
    assert answers[0] == answers[1]
    assert answers[0][0] == (503 if failure is None else 500)


def test_a_failed_search_is_run_once() -> None:
    searcher = FakeSearcher()
    searcher.failure = ZeroDivisionError()
    fake_client(searcher).get("/api/v1/search?q=x")
    assert len(searcher.searches) == 1


def test_a_failed_search_counts_once_for_the_rate() -> None:
    searcher = too_slow()
    client = fake_client(searcher, rate_limit=0.4)
    assert [client.get("/api/v1/search?q=x").status_code for _ in range(5)] == [503, 503, 503, 503, 429]


def test_without_an_index() -> None:
    assert app_without_index().test_client().get("/api/v1/search?q=x").status_code == 503
