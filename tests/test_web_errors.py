"""Every failure has one shape: problem JSON for programs, a page for people; limits, headers and logs."""

from __future__ import annotations

import json
import logging
import signal
import time
from typing import Any

import pytest
from web_fake import FakeSearcher, app_without_index, fake_app, fake_client, too_slow

from search.errors import ConfigurationError, IndexDamaged
from search.request import SearchRequest
from search.results import SearchResults
from web.headers import SECURITY_HEADERS
from web.limits import RateLimit
from web.settings import WebSettings

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        pytest.param("GET", "/api/v1/search?page=0", 400, id="bad parameter"),
        pytest.param("GET", "/api/nothing", 404, id="no such route"),
        pytest.param("GET", "/api/v1/documents/nobody", 404, id="unknown document"),
        pytest.param("GET", "/api/v1/documents/nobody/similar", 404, id="nothing similar to nobody"),
        pytest.param("DELETE", "/api/v1/search", 405, id="method"),
        pytest.param("POST", "/api/v1/suggest", 405, id="no post"),
        pytest.param("POST", "/healthz", 405, id="health takes no post"),
        pytest.param("GET", "/api/v1/languages?x=1", 400, id="takes no parameters"),
        pytest.param("GET", "/api/v1/suggest?limit=51", 400, id="too many suggestions"),
        pytest.param("GET", "/api/v1/suggest?format=xml", 400, id="unknown form"),
        pytest.param("GET", "/api/v1/search?q=" + "a" * 140_000, 414, id="address too long"),
    ],
)
def test_problems(method: str, address: str, status: int) -> None:
    answer = fake_client().open(address, method=method)
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    problem = json.loads(answer.data)
    assert set(problem) - {"errors"} == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_a_bad_parameter_is_named_with_the_nearest_known() -> None:
    problem = json.loads(fake_client().get("/api/v1/search?qq=x&langs=it").data)
    assert problem["errors"] == {
        "qq": "unknown parameter; did you mean 'q'?",
        "langs": "unknown parameter; did you mean 'lang'?",
    }
    assert problem["type"] == "/api/docs#bad-parameter"


def test_every_problem_is_documented() -> None:
    page = fake_client().get("/api/docs").get_data(as_text=True)
    for kind in ("bad-parameter", "unknown-document", "no-index", "deadline", "method-not-allowed"):
        assert f'id="{kind}"' in page


def test_wrong_method_says_which_are_right() -> None:
    assert set(fake_client().delete("/api/v1/search").headers["Allow"].split(", ")) >= {"GET", "POST"}


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/html", 406),
        ("image/png", 406),
        ("application/json", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("text/html,*/*;q=0.1", 200),
        (PROBLEM, 200),
    ],
)
def test_accept(accept: str, status: int) -> None:
    assert fake_client().get("/api/v1/search?q=x", headers={"Accept": accept}).status_code == status


@pytest.mark.parametrize(
    "address", ["/api/v1/search?q=x", "/api/v1/languages", "/readyz", "/api/v1/documents/brick"]
)
def test_without_an_index_programs_get_503(address: str) -> None:
    answer = app_without_index().test_client().get(address)
    assert (answer.status_code, answer.mimetype) == (503, PROBLEM)
    assert int(answer.headers["Retry-After"]) > 0
    assert b"secret-place" not in answer.data


def test_without_an_index_people_get_a_page_and_the_process_lives() -> None:
    client = app_without_index().test_client()
    answer = client.get("/?q=x")
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "Retry-After" in answer.headers
    assert client.get("/healthz").status_code == 200
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_the_index_may_come_later() -> None:
    searcher = FakeSearcher()
    app = fake_app(searcher)
    searcher.failure = IndexDamaged("segment 3")
    assert app.test_client().get("/readyz").status_code == 503
    searcher.failure = None
    assert app.test_client().get("/readyz").status_code == 200


def test_a_query_past_its_deadline_is_503() -> None:
    client = fake_client(too_slow())
    answer = client.get("/api/v1/search?q=x")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert json.loads(answer.data)["type"] == "/api/docs#deadline"
    assert 'search_http_refused_total{reason="deadline"} 1.0' in client.get("/metrics").get_data(as_text=True)


def test_the_deadline_stops_a_slow_search_and_the_next_one_works() -> None:
    class Slow(FakeSearcher):
        def search(self, request: SearchRequest) -> SearchResults:
            if request.q == "slow":
                time.sleep(5)
            return super().search(request)

    client = fake_client(Slow(), deadline_seconds=0.1)
    began = time.monotonic()
    assert client.get("/api/v1/search?q=slow").status_code == 503
    assert time.monotonic() - began < 1
    assert client.get("/api/v1/search?q=brick").status_code == 200
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_defect_shows_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    searcher = FakeSearcher()
    searcher.failure = ZeroDivisionError("private detail")
    client = fake_client(searcher)
    with caplog.at_level(logging.CRITICAL, logger="web"):
        programs, people = client.get("/api/v1/search"), client.get("/?q=x")
    assert (programs.status_code, programs.mimetype) == (500, PROBLEM)
    assert (people.status_code, people.mimetype) == (500, "text/html")
    for answer in (programs, people):
        assert b"private detail" not in answer.data
        assert b"Traceback" not in answer.data


def test_requests_at_once_are_bounded() -> None:
    statuses = []

    class Nested(FakeSearcher):
        def search(self, request: SearchRequest) -> SearchResults:
            if request.q == "outer":
                answer = app.test_client().get("/api/v1/search?q=inner")
                statuses.append((answer.status_code, answer.headers.get("Retry-After")))
                statuses.append((app.test_client().get("/healthz").status_code, None))
            return super().search(request)

    app = fake_app(Nested(), max_concurrent=1)
    assert app.test_client().get("/api/v1/search?q=outer").status_code == 200
    assert statuses == [(503, "1"), (200, None)]
    assert app.test_client().get("/api/v1/search?q=again").status_code == 200


def test_one_address_may_not_ask_without_end() -> None:
    client = fake_client(rate_limit=0.2)
    statuses = [client.get("/api/v1/suggest?q=b").status_code for _ in range(4)]
    assert statuses == [200, 200, 429, 429]
    refused = client.get("/api/v1/suggest?q=b")
    assert refused.mimetype == PROBLEM
    assert 1 <= int(refused.headers["Retry-After"]) <= 5
    assert client.get("/healthz").status_code == 200


def test_the_bucket_fills_again() -> None:
    limit = RateLimit(1.0)
    assert [limit.wait_for("a", 0.0) for _ in range(10)] == [0.0] * 10
    assert limit.wait_for("a", 0.0) == pytest.approx(1.0)
    assert limit.wait_for("b", 0.0) == 0.0
    assert limit.wait_for("a", 1.1) == 0.0


def test_requests_that_waited_too_long_are_shed_only_behind_a_proxy() -> None:
    headers = {"X-Request-Start": f"t={time.time() - 60:.3f}"}
    assert fake_client(trust_proxy=True).get("/api/v1/search", headers=headers).status_code == 503
    assert fake_client().get("/api/v1/search", headers=headers).status_code == 200
    odd = {"X-Request-Start": "t=nan"}
    assert fake_client(trust_proxy=True).get("/api/v1/search", headers=odd).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?q=brick",
        "/api/v1/search",
        "/nope",
        "/api/nope",
        "/static/style.css",
        "/document/brick",
        "/healthz",
        "/opensearch.xml",
        "/api/docs",
    ],
)
def test_security_headers_and_no_cookies_anywhere(address: str) -> None:
    with fake_client().get(address) as answer:
        pass
    for name in SECURITY_HEADERS:
        assert name in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("sent", "kept"), [("abc-123.X_y", True), ("short", False), ("a b\r", False), ("x" * 65, False)]
)
def test_request_ids_are_taken_only_if_they_look_like_ids(sent: str, kept: bool) -> None:
    answer = fake_client().get("/healthz", environ_overrides={"HTTP_X_REQUEST_ID": sent})
    assert (answer.headers["X-Request-ID"] == sent) is kept


def test_the_log_has_one_line_and_no_query_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="web.request"):
        fake_client().get(
            "/api/v1/search?q=secretword&genre=secretfilter", headers={"X-Request-ID": "id-12345678"}
        )
    (line,) = [record.args for record in caplog.records if record.name == "web.request"]
    assert isinstance(line, dict)
    assert line["id"] == "id-12345678"
    assert (line["route"], line["status"], line["query_length"], line["generation"]) == (
        "/api/v1/search",
        200,
        10,
        "g1",
    )
    assert "secret" not in json.dumps(line)


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"PUBLIC_URL": "films.example"}, "PUBLIC_URL"),
        ({"SEARCH_DEADLINE_SECONDS": "-1"}, "SEARCH_DEADLINE_SECONDS"),
        ({"SEARCH_TRUST_PROXY": "yes"}, "SEARCH_TRUST_PROXY"),
        ({"SEARCH_CONFIG": "/no/such.toml"}, "/no/such.toml"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_settings_name_what_is_wrong(environment: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        WebSettings.from_environment(environment)


def test_settings_from_the_environment(tmp_path: Any) -> None:
    (tmp_path / "search.toml").write_text('site_name = "Books"\n', encoding="utf-8")
    web = WebSettings.from_environment({"PORT": "9000", "SEARCH_INDEX": "/index"}, folder=tmp_path)
    assert (web.public_url, str(web.index)) == ("http://127.0.0.1:9000", "/index")
    assert web.collection.site_name == "Books"
