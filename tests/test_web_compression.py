"""Answers packed for those who can unpack them: the same answer, its tag weak, packed once."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from web_fake import FILMS, FakeSearcher, fake_client

from web.compression import MIN_BYTES, takes_gzip

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
SEARCH = "/api/v1/search?q=o"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", False),
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("*", True),
        ("*;q=0", False),
        ("identity", False),
        ("GZIP", True),
        ("x-gzip", True),
        ("deflate, br, zstd", False),
        (",,;q", False),
    ],
)
def test_who_takes_gzip(header: str, expected: bool) -> None:
    assert takes_gzip(header) is expected


@pytest.mark.parametrize(
    "address",
    [SEARCH, "/", "/?q=o", "/document/brick", "/api/docs", "/api/v1/openapi.json"],
)
def test_every_way_of_answering_packs_the_same_answer(address: str) -> None:
    client = fake_client()
    plain = client.get(address)
    assert "Content-Encoding" not in plain.headers
    assert len(plain.data) >= MIN_BYTES
    # A repeat, and one in other words; then all of it without memory, and with the first answer packed.
    for answer in (
        client.get(address, headers=GZIP),
        client.get(address, headers=GZIP | {"Accept": "*/*"}),
        fake_client(cache_bytes=0).get(address, headers=GZIP),
        fake_client().get(address, headers=GZIP),
    ):
        assert gzip.decompress(answer.data) == plain.data
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["ETag"] == f"W/{plain.headers['ETag']}"
        assert answer.headers["Vary"] == plain.headers["Vary"]
        assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data)
        assert answer.headers["Content-Security-Policy"] == plain.headers["Content-Security-Policy"]


def test_a_packed_answer_is_confirmed_by_its_own_tag() -> None:
    client = fake_client()
    tag = client.get(SEARCH, headers=GZIP).headers["ETag"]
    for _ in range(2):
        again = client.get(SEARCH, headers=GZIP | {"If-None-Match": tag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert "Content-Encoding" not in again.headers


def test_memory_knows_both_forms() -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    answers = [client.get(SEARCH, headers=headers) for headers in ({}, GZIP, {}, GZIP)]
    assert len(searcher.searches) == 1
    assert [one.headers.get("Content-Encoding") for one in answers] == [None, "gzip", None, "gzip"]
    assert answers[1].data == answers[3].data
    head = client.head(SEARCH, headers=GZIP)
    assert (head.data, head.headers["Content-Length"]) == (b"", answers[3].headers["Content-Length"])


@pytest.mark.parametrize("name", ["style.css", "search.js"])
def test_assets_are_packed(name: str) -> None:
    client = fake_client()
    with client.get(f"/static/{name}") as plain, client.get(f"/static/{name}", headers=GZIP) as answer:
        assert gzip.decompress(answer.data) == plain.data
        assert answer.headers["ETag"] == f"W/{plain.headers['ETag']}"
        assert "Accept-Encoding" in answer.headers["Vary"]
    with client.get(f"/static/{name}", headers=GZIP | {"Range": "bytes=0-9"}) as part:
        assert (part.status_code, len(part.data)) == (206, 10)
        assert "Content-Encoding" not in part.headers


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        pytest.param({"compress": False}, SEARCH, id="not wanted"),
        pytest.param({"compress": False}, "/", id="no page either"),
        pytest.param({}, "/healthz", id="short"),
        pytest.param({}, "/api/v1/languages", id="few languages"),
        pytest.param({}, "/api/v1/documents/brick", id="a short document"),
        pytest.param({}, "/api/v1/search?page=0", id="a refusal"),
    ],
)
def test_what_is_not_packed(settings: dict[str, Any], address: str) -> None:
    client = fake_client(**settings)
    for _ in range(2):
        assert "Content-Encoding" not in client.get(address, headers=GZIP).headers


def test_post_answers_are_packed() -> None:
    answer = fake_client().post("/api/v1/search", json={"q": "o"}, headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b'"total"' in gzip.decompress(answer.data)
    assert len(FILMS) > 5
