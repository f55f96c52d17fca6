"""Meilisearch's own clients, unchanged, ask the service: JavaScript from npm, Python from PyPI.

Every call of `CALLS` is made with each client and its answer looked at by one function. Skips
without Node.js or the packages, but fails in CI, which installs them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_site import missing
from meilisearch_calls import CALLS, ONLY_JAVASCRIPT, Call
from meilisearch_site import films, installed_clients, run, serving
from small_index import indexed

#: Packages of npm: the newest client, the one instant-meilisearch comes with, and one of two years ago.
JAVASCRIPT = ("meilisearch-latest", "meilisearch")
PYTHON = "python"
KEY = "only-for-searching"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clients")
    indexed(folder, films())
    return folder


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="module")
def guarded_host(folder: Path) -> Iterator[str]:
    with serving(folder, SEARCH_MEILISEARCH_KEYS=f"another,{KEY}") as address:
        yield address


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed_clients(tmp_path_factory.mktemp("node"))


def asked_in_javascript(
    scripts: Path, package: str, host: str, calls: dict[str, Call], key: str = ""
) -> dict[str, Any]:
    given = json.dumps({name: call.javascript for name, call in calls.items()})
    command = ["node", "calls.mjs", package, host, *([key] if key else [])]
    answers: dict[str, Any] = json.loads(run(command, scripts, given=given))
    return answers


def asked_in_python(host: str, calls: dict[str, Call], key: str | None = None) -> dict[str, Any]:
    try:
        import meilisearch
    except ImportError:
        missing("needs Meilisearch's Python client: pip install meilisearch")
    client = meilisearch.Client(host, key)
    answers: dict[str, Any] = {}
    for name, call in calls.items():
        try:
            answers[name] = {"answer": call.python(client)}
        except meilisearch.errors.MeilisearchApiError as error:
            told = {one: getattr(error, one) for one in ("code", "type", "link", "message")}
            answers[name] = {"error": {**told, "status": error.status_code}}
    return answers


@pytest.fixture(scope="module")
def answers(request: pytest.FixtureRequest, host: str) -> dict[str, dict[str, Any]]:
    """What each client was answered to each call; clients are asked when first looked for."""
    kept: dict[str, dict[str, Any]] = {}

    class Answers(dict[str, dict[str, Any]]):
        def __missing__(self, client: str) -> dict[str, Any]:
            if client == PYTHON:
                self[client] = asked_in_python(host, CALLS)
            else:
                calls = {**CALLS, **ONLY_JAVASCRIPT}
                scripts = request.getfixturevalue("scripts")
                self[client] = asked_in_javascript(scripts, client, host, calls)
            return self[client]

    return Answers(kept)


def look_at(call: Call, told: dict[str, Any]) -> None:
    expected = "error" if call.is_refused else "answer"
    assert list(told) == [expected], told
    call.check(told[expected])


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("client", [*JAVASCRIPT, PYTHON])
def test_call(answers: dict[str, dict[str, Any]], client: str, name: str) -> None:
    look_at(CALLS[name], answers[client][name])


@pytest.mark.parametrize("name", ONLY_JAVASCRIPT)
@pytest.mark.parametrize("client", JAVASCRIPT)
def test_call_of_javascript(answers: dict[str, dict[str, Any]], client: str, name: str) -> None:
    look_at(ONLY_JAVASCRIPT[name], answers[client][name])


# --- keys ----------------------------------------------------------------------------------------------

PLAIN = {"plain": CALLS["plain"]}
KEYS = {"right": (KEY, None), "other": ("another", None), "wrong": ("guess", ("invalid_api_key", 403))}


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("client", [JAVASCRIPT[0], PYTHON])
def test_search_keys(request: pytest.FixtureRequest, guarded_host: str, client: str, name: str) -> None:
    key, refusal = KEYS[name]
    if client == PYTHON:
        told = asked_in_python(guarded_host, PLAIN, key)["plain"]
    else:
        scripts = request.getfixturevalue("scripts")
        told = asked_in_javascript(scripts, client, guarded_host, PLAIN, key)["plain"]
    if refusal is None:
        look_at(CALLS["plain"], told)
    else:
        assert (told["error"]["code"], told["error"]["status"]) == refusal
        assert told["error"]["type"] == "auth"


def test_without_a_key(scripts: Path, guarded_host: str) -> None:
    told = asked_in_javascript(scripts, JAVASCRIPT[0], guarded_host, PLAIN)["plain"]
    assert (told["error"]["code"], told["error"]["status"]) == ("missing_authorization_header", 401)


def test_a_key_that_nobody_asked_for_is_ignored(scripts: Path, host: str) -> None:
    look_at(CALLS["plain"], asked_in_javascript(scripts, JAVASCRIPT[0], host, PLAIN, "any")["plain"])
