"""The query log: what is kept of a question, what never is, and that answers never depend on it."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from web_fake import FakeSearcher, fake_app

from search.request import SearchRequest
from search.results import Hit, QueryEcho, SearchResults
from web import query_log
from web.query_log import AskedQuery, QueryLog, kept_text
from web.settings import WebSettings

PROJECT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 3, 1)


def asked(query: str | None, **changes: Any) -> AskedQuery:
    values: dict[str, Any] = {
        "language": "und",
        "total": 1,
        "narrowed": False,
        "second_tries": (),
        "matched_by": ("exact",),
        "complete": True,
    }
    return AskedQuery(query=query, **(values | changes))


def lines_of(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "queries"


class Lost:
    """What a log reports as dropped."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, number: int) -> None:
        self.number += number


@pytest.fixture
def lost() -> Lost:
    return Lost()


@pytest.fixture
def log(folder: Path, lost: Lost) -> Iterator[QueryLog]:
    made = QueryLog(folder, limit=100_000, dropped=lost, today=lambda: TODAY)
    yield made
    made.close()


# What is kept of a text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Il  TRENO\tva ", "il treno va"),
        ("I\u0301o", "ío"),
        ("2001", "2001"),
        ("1984 2001", "1984 2001"),
        ("year:2000..2009", "year:2000..2009"),
        ("blade runner 2049", "blade runner 2049"),
        ("apollo 13 1995", "apollo 13 1995"),
        ("7 samurai, 12 monkeys", "7 samurai, 12 monkeys"),
        ("300", "300"),
        ("120/80", "120/80"),
        ("大都会", "大都会"),
        ("Ёжик в тумане", "ёжик в тумане"),
        ("supercalifragilistic", "supercalifragilistic"),
        ("a" * 100, "a" * 100),
    ],
)
def test_titles_are_kept(typed: str, kept: str) -> None:
    assert kept_text(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "mario.rossi@example.org",
        "write to mario.rossi@example.org please",
        "mario＠example.org",
        "@mario_rossi",
        "https://example.org/reset?token=x",
        "www.example.org",
        "+39 333 123 4567",
        "(030) 1234-567",
        "06 12 34 56 78",
        "0612345678",
        "٠٦١٢٣٤٥٦٧٨",
        "０６１２３４５６７８",
        "555.123.4567",
        "555–123–4567",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "call 4111111111111111 now",
        "IT60 X054 2811 1010 0000 0123 456",
        "AB12CD34EF56GH78",
        "123-45-6789",
        "27.08.1974",
        "hunter2hunter2hunter2",
        "sk_live_4eC39HqLyjWDarjt",
        "a" * 101,
        "@" * 100_000,
        "word " * 40,
    ],
)
def test_what_looks_personal_is_not_kept(typed: str) -> None:
    assert kept_text(typed) is None


def test_of_an_answer_only_the_outcome_is_kept() -> None:
    request = SearchRequest("Treni", languages=("it", "fur"), filters={"genre": ("Drama",)})
    results = SearchResults(QueryEcho("Treni", ("it", "fr")), 3, 1, 10, (), {}, 1.0, complete=False)
    assert AskedQuery.of(request, results) == asked(
        "treni", language="it", total=3, narrowed=True, matched_by=(), complete=False
    )


def test_what_an_admin_pinned_is_no_weak_answer() -> None:
    hit = Hit("a", "A", "en", "ltr", 1.0, matched_by=("exact",), pinned=True)
    results = SearchResults(QueryEcho("a b"), 1, 1, 10, (hit,), {}, 1.0, complete=False)
    assert AskedQuery.of(SearchRequest("a b"), results) == asked("a b")


# Files


def test_equal_questions_are_one_line(log: QueryLog, folder: Path) -> None:
    for _ in range(3):
        log.add([asked("treno"), asked("zebra", total=0)])
    log.add([asked(None)])
    assert not folder.exists(), "answers do not wait for the disk"
    log.flush()
    lines = lines_of(folder)
    assert {(line["query"], line["times"]) for line in lines} == {("treno", 3), ("zebra", 3), (None, 1)}
    assert set(lines[0]) == {
        "times",
        "query",
        "language",
        "total",
        "narrowed",
        "second_tries",
        "matched_by",
        "complete",
    }


def test_the_order_of_lines_is_not_that_of_the_questions(folder: Path) -> None:
    words = ["mosca", "treno", "angelo", "zebra", "brick"]
    texts = []
    for number, order in enumerate((words, words[::-1])):
        one = QueryLog(folder / str(number), today=lambda: TODAY)
        for word in order:
            one.add([asked(word)])
        one.close()
        texts.append((folder / str(number) / "queries-2026-03-01.jsonl").read_text())
    assert texts[0] == texts[1]


def test_a_file_a_day_and_no_time_in_it(folder: Path) -> None:
    now = [TODAY]
    log = QueryLog(folder, today=lambda: now[0])
    log.add([asked("treno")])
    now[0] = TODAY + timedelta(days=1)
    log.add([asked("treno")])
    log.close()
    assert sorted(path.name for path in folder.iterdir()) == [
        "queries-2026-03-01.jsonl",
        "queries-2026-03-02.jsonl",
    ]
    assert "2026" not in (folder / "queries-2026-03-01.jsonl").read_text()


def test_only_owner_and_group_may_read(log: QueryLog, folder: Path) -> None:
    log.add([asked("treno")])
    log.flush()
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o007 == 0
    assert folder.stat().st_mode & 0o007 == 0


def test_old_days_go(folder: Path) -> None:
    folder.mkdir()
    for days in (0, 1, 29, 30, 400):
        (folder / f"queries-{(TODAY - timedelta(days=days)).isoformat()}.jsonl").write_text("{}\n")
    others = ["notes.txt", "queries-2025-01-01.jsonl.gz", "queries-all.jsonl"]
    for name in others:
        (folder / name).write_text("not ours")
    log = QueryLog(folder, days=30, today=lambda: TODAY)
    log.add([asked("treno")])
    log.close()
    left = {path.name for path in folder.iterdir()}
    assert left == {*others, *(f"queries-{day}.jsonl" for day in ("2026-03-01", "2026-02-28", "2026-01-31"))}


def test_the_oldest_day_makes_room(folder: Path, lost: Lost) -> None:
    folder.mkdir()
    for day in ("2026-02-26", "2026-02-27", "2026-02-28"):
        (folder / f"queries-{day}.jsonl").write_text("x" * 400)
    log = QueryLog(folder, limit=1000, dropped=lost, today=lambda: TODAY)
    log.add([asked("treno")])
    log.close()
    assert [path.name for path in sorted(folder.iterdir())] == [
        "queries-2026-02-27.jsonl",
        "queries-2026-02-28.jsonl",
        "queries-2026-03-01.jsonl",
    ]
    assert lost.number == 0


def test_a_full_day_drops_and_counts(folder: Path, lost: Lost, caplog: pytest.LogCaptureFixture) -> None:
    log = QueryLog(folder, limit=2000, dropped=lost, today=lambda: TODAY)
    for turn in range(5):
        log.add([asked(f"film {turn} {number}") for number in range(8)])
        log.flush()
    log.close()
    assert len(lines_of(folder)) + lost.number == 40
    assert lost.number >= 16
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 2000
    assert len(caplog.records) == 1
    assert "film" not in caplog.text


@pytest.mark.parametrize("failure", ["no folder", "read-only", "disk full", "cut off"])
def test_a_failing_disk_loses_lines_and_nothing_else(
    failure: str, log: QueryLog, folder: Path, lost: Lost, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def refuse(*_arguments: Any, **_options: Any) -> int:
        raise OSError(28, "No space left on device")

    if failure == "no folder":
        folder.write_text("a file is in the way")
    elif failure == "read-only":
        monkeypatch.setattr(os, "open", refuse)
    elif failure == "disk full":
        monkeypatch.setattr(os, "write", refuse)
    else:
        monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[: len(data) // 2]))
    log.add([asked("treno"), asked("treno"), asked("mosca")])
    log.flush()
    assert lost.number == 3
    monkeypatch.undo()
    if folder.is_file():
        folder.unlink()
    log.add([asked("angelo")])
    log.flush()
    (path,) = folder.iterdir()
    assert json.loads(path.read_text().splitlines()[-1])["query"] == "angelo"
    assert lost.number == 3


def test_without_a_thread_the_next_question_tries_again(
    log: QueryLog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as without:
        without.setattr(threading.Thread, "start", refuse)
        log.add([asked("treno")])
    log.add([asked("treno")])
    log.flush()
    assert [line["times"] for line in lines_of(folder)] == [2]


def test_memory_is_bounded(log: QueryLog, lost: Lost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_log, "MOST_HELD", 10)
    log.add([asked(f"film {number}") for number in range(25)])
    log.add([asked("film 3")])
    assert lost.number == 15


def test_it_is_written_by_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_log, "INTERVAL", 0.01)
    log = QueryLog(folder, today=lambda: TODAY)
    log.add([asked("treno")])
    end = time.monotonic() + 10
    while not lines_of(folder) and time.monotonic() < end:
        time.sleep(0.01)
    assert [line["query"] for line in lines_of(folder)] == ["treno"]
    # Its thread sleeps on; a day of tests is nothing to it.
    monkeypatch.setattr(query_log, "INTERVAL", 3600)
    log.close()


def test_threads_lose_nothing(log: QueryLog, folder: Path) -> None:
    def ask() -> None:
        for number in range(500):
            log.add([asked(f"film {number % 7}")])
            if number % 100 == 0:
                log.flush()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    log.flush()
    assert sum(line["times"] for line in lines_of(folder)) == 3000


def test_a_copied_process_counts_for_itself(log: QueryLog, folder: Path) -> None:
    log.add([asked("of the master")])
    child = os.fork()
    if child == 0:  # pragma: no cover
        log.add([asked("of the worker")])
        log.flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    log.flush()
    assert sorted((line["query"], line["times"]) for line in lines_of(folder)) == [
        ("of the master", 1),
        ("of the worker", 1),
    ]


def test_workers_write_when_they_end(folder: Path, tmp_path: Path) -> None:
    """Under the real gunicorn: copies of one master, stopped before their minute is over."""
    (tmp_path / "served.py").write_text(
        "from pathlib import Path\nfrom web_fake import fake_app\n"
        f"app = fake_app(query_log=Path({str(folder)!r}))\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    paths = os.pathsep.join(map(str, (tmp_path, PROJECT, PROJECT / "tests")))
    environment = os.environ | {"PORT": str(port), "WEB_CONCURRENCY": "2", "PYTHONPATH": paths}
    environment |= {"TMPDIR": str(tmp_path)}
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    command = [sys.executable, "-m", "gunicorn", "--config", str(PROJECT / "web" / "gunicorn_conf.py")]
    with (tmp_path / "log").open("wb") as output:
        process = subprocess.Popen(
            [*command, "served:app"], env=environment, cwd=tmp_path, stdout=output, stderr=output
        )
    try:
        answered = 0
        end = time.monotonic() + 30
        while answered < 40 and time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/?q=treno", timeout=5) as answer:
                    answered += answer.status == 200
            except OSError:
                time.sleep(0.1)
    finally:
        process.terminate()
        process.wait(20)
    assert answered == 40, (tmp_path / "log").read_text()
    assert sum(line["times"] for line in lines_of(folder)) == 40


# In the application


@pytest.fixture
def served(folder: Path) -> Iterator[Any]:
    app = fake_app(query_log=folder)
    yield app.test_client()
    found = query_log.of_application(app)
    assert found is not None
    found.close()


def counted(served: Any, folder: Path) -> dict[str | None, int]:
    found = query_log.of_application(served.application)
    assert found is not None
    found.flush()
    times: dict[str | None, int] = {}
    for line in lines_of(folder):
        times[line["query"]] = times.get(line["query"], 0) + line["times"]
    return times


def test_it_is_off_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = fake_app()
    app.test_client().get("/api/v1/search?q=treno")
    assert query_log.of_application(app) is None
    assert list(tmp_path.iterdir()) == []
    assert WebSettings.from_environment({}, folder=tmp_path).query_log is None


def test_settings(tmp_path: Path) -> None:
    environment = {"SEARCH_QUERY_LOG": "q", "SEARCH_QUERY_LOG_DAYS": "7", "SEARCH_QUERY_LOG_MB": "2"}
    web = WebSettings.from_environment(environment, folder=tmp_path)
    assert (web.query_log, web.query_log_days, web.query_log_bytes) == (Path("q"), 7, 2_000_000)


@pytest.mark.parametrize(
    "address", ["/?q=Treno", "/api/v1/search?q=treno", "/api/v1/search?q=treno&sort=year&per_page=5"]
)
def test_page_and_api_count_alike_repeats_included(served: Any, folder: Path, address: str) -> None:
    for _ in range(4):
        assert served.get(address).status_code == 200
    assert counted(served, folder) == {"treno": 4}


def test_searches_of_a_post_count(served: Any, folder: Path) -> None:
    served.post("/api/v1/search", json={"q": "treno"})
    served.post("/api/v1/multi-search", json={"searches": [{"q": "treno"}, {"q": "brick"}, {"q": ""}]})
    assert counted(served, folder) == {"treno": 2, "brick": 1}


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?page=1",
        "/?q=treno&page=2",
        "/api/v1/search",
        "/api/v1/search?q=%20",
        "/api/v1/search?q=treno&page=2",
        "/api/v1/search?q=treno&nonsense=1",
        "/api/v1/suggest?q=treno",
        "/api/v1/facets/genre?q=treno",
        "/feed.atom?q=treno",
        "/document/brick",
        "/healthz",
    ],
)
def test_what_nobody_asked_does_not_count(served: Any, folder: Path, address: str) -> None:
    for _ in range(2):
        served.get(address)
    assert counted(served, folder) == {}


def test_neither_a_look_at_the_head_nor_a_304_counts(served: Any, folder: Path) -> None:
    tag = served.get("/api/v1/search?q=treno").headers["ETag"]
    served.head("/api/v1/search?q=treno")
    served.head("/api/v1/search?q=brick")
    served.get("/api/v1/search?q=treno", headers={"If-None-Match": tag})
    assert counted(served, folder) == {"treno": 1}


class Guessing(FakeSearcher):
    """Like the real one, tells the language that the query seems to be in, not what the browser states."""

    def search(self, request: SearchRequest) -> SearchResults:
        found = super().search(request)
        return replace(found, query=replace(found.query, languages=("it",)))


def test_what_is_noted_says_nothing_of_who_asked(folder: Path) -> None:
    served = fake_app(Guessing(), query_log=folder).test_client()
    headers = {
        "User-Agent": "Mozilla/5.0 secret-agent",
        "X-Forwarded-For": "203.0.113.77",
        "Cookie": "session=secret-session",
        "Accept-Language": "fur, rm;q=0.5",
        "Referer": "https://example.org/secret-page",
        "X-Request-ID": "secret-request-id",
    }
    served.get("/?q=treno", headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.77"})
    served.get("/?q=mario@example.org", headers=headers)
    counted(served, folder)
    text = "".join(path.read_text() for path in folder.iterdir())
    for word in ("secret", "203.0", "fur", "rm", "mario", datetime.now(UTC).strftime("T%H:")):
        assert word not in text
    assert {(line["query"], line["language"]) for line in lines_of(folder)} == {
        ("treno", "it"),
        (None, "und"),
    }


def test_second_tries_and_filters_are_noted(served: Any, folder: Path) -> None:
    served.get("/api/v1/search?q=fantmas&genre=Comedy")
    counted(served, folder)
    (line,) = lines_of(folder)
    assert (line["second_tries"], line["narrowed"], line["total"]) == (["spelling"], True, 1)


def test_the_request_log_still_holds_no_query(served: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="web.request"):
        for _ in range(2):
            served.get("/api/v1/search?q=verysecretword")
    lines = [record.args for record in caplog.records if record.name == "web.request"]
    assert len(lines) == 2
    assert "verysecretword" not in repr(lines)


def test_answers_are_given_and_losses_counted_when_the_disk_fails(folder: Path) -> None:
    folder.write_text("a file is in the way")
    app = fake_app(FakeSearcher(), query_log=folder)
    client = app.test_client()
    for _ in range(3):
        assert client.get("/api/v1/search?q=treno").status_code == 200
    found = query_log.of_application(app)
    assert found is not None
    found.close()
    assert "search_query_log_dropped_total 3.0" in client.get("/metrics").get_data(as_text=True)
