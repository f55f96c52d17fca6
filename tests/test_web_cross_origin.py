"""Pages of other sites: refused by default, let in by name, whichever way an answer takes."""

from __future__ import annotations

import pytest
from web_fake import fake_client

from search.errors import ConfigurationError
from web.settings import WebSettings

FRIEND = "https://films.example"
SEARCH = "/api/v1/search?q=o"
PREFLIGHT = {"Origin": FRIEND, "Access-Control-Request-Method": "POST"}
ALLOW = "Access-Control-Allow-Origin"


def test_nobody_is_let_in_by_default() -> None:
    answer = fake_client().get(SEARCH, headers={"Origin": FRIEND})
    assert ALLOW not in answer.headers
    assert ALLOW not in fake_client().options("/api/v1/search", headers=PREFLIGHT).headers


@pytest.mark.parametrize("address", [SEARCH, "/api/v1/languages", "/api/v1/search?page=0", "/api/nothing"])
def test_named_origins_may_read_every_answer(address: str) -> None:
    client = fake_client(cors_origins=(FRIEND,))
    for _ in range(2):
        answer = client.get(address, headers={"Origin": FRIEND})
        assert answer.headers[ALLOW] == FRIEND
        assert "X-Request-ID" in answer.headers["Access-Control-Expose-Headers"]
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        other = client.get(address, headers={"Origin": "https://elsewhere.example"})
        assert ALLOW not in other.headers
        assert "Origin" in other.headers["Vary"]


def test_all_origins_may_read_where_that_is_said() -> None:
    answer = fake_client(cors_origins=("*",)).get(SEARCH, headers={"Origin": "null"})
    assert answer.headers[ALLOW] == "*"
    assert "Origin" not in answer.headers["Vary"]
    assert ALLOW not in fake_client(cors_origins=("*",)).get(SEARCH).headers


def test_preflights_are_answered() -> None:
    answer = fake_client(cors_origins=(FRIEND,)).options("/api/v1/search", headers=PREFLIGHT)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers[ALLOW] == FRIEND
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
    plain = fake_client(cors_origins=(FRIEND,)).options("/api/v1/search", headers={"Origin": FRIEND})
    assert plain.headers["Allow"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("*", ("*",)),
        ("https://a.example, http://b.example:8080/", ("https://a.example", "http://b.example:8080")),
    ],
)
def test_origins_from_the_environment(text: str, expected: tuple[str, ...]) -> None:
    assert WebSettings.from_environment({"SEARCH_CORS_ORIGINS": text}).cors_origins == expected


@pytest.mark.parametrize("text", ["films.example", "https://a.example/path", "ftp://a.example", "https://"])
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="SEARCH_CORS_ORIGINS"):
        WebSettings.from_environment({"SEARCH_CORS_ORIGINS": text})
