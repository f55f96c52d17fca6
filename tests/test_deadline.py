"""A query is stopped when the time it was given is over, whoever gave it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from small_index import SETTINGS, indexed

from search.errors import DeadlineExceeded
from search.request import SearchRequest
from search.searcher import DEADLINE, Searcher
from web.service import Service

REQUEST = SearchRequest(q="rain")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("deadline")
    indexed(folder, [{"id": "a", "title": "Rain over the Harbour", "language": "en"}])
    return folder / "index"


def test_a_query_past_its_seconds_is_stopped(index: Path) -> None:
    with pytest.raises(DeadlineExceeded):
        Searcher.open(index, SETTINGS, deadline=1e-9).search(REQUEST)


@pytest.mark.parametrize(
    "seconds", [pytest.param(0.0, id="never stopped"), pytest.param(600.0, id="in time")]
)
def test_a_query_in_time_is_answered(index: Path, seconds: float) -> None:
    assert Searcher.open(index, SETTINGS, deadline=seconds).search(REQUEST).total == 1


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        pytest.param({}, DEADLINE, id="default"),
        pytest.param({"SEARCH_DEADLINE_SECONDS": "7.5"}, 7.5, id="as set"),
        pytest.param({"SEARCH_DEADLINE_SECONDS": "0"}, None, id="never"),
    ],
)
def test_the_server_gives_what_the_environment_says(
    index: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], seconds: float | None
) -> None:
    monkeypatch.delenv("SEARCH_DEADLINE_SECONDS", raising=False)
    for name, value in {"SEARCH_INDEX": str(index), **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "web.wsgi", raising=False)
    service: Service = importlib.import_module("web.wsgi").app.extensions["service"]
    assert service.searcher()._seconds == seconds
