"""CONTRACT §1: a running server picks a new generation up without a failed or mixed answer.

The real gunicorn with two workers, four clients that never pause, and builds, updates and a
rollback of the index meanwhile. Every document says which edition of the collection it is of, so
an answer that mixes two of them gives itself away.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.build import build
from indexer.feed import Feed
from indexer.progress import NoProgress
from indexer.update import update
from search.configuration import Settings
from search.index.generations import Generations

PROJECT = Path(__file__).resolve().parent.parent
SETTINGS = Settings()
CLIENTS = 4
DOCUMENTS = 60
#: Editions published while the clients ask.
EDITIONS = 12

ADDRESSES = (
    "/api/v1/search?q=harbour&per_page=100",
    "/api/v1/search?q=edition&per_page=100&facets=*",
    "/api/v1/search?sort=title&per_page=100",
    "/api/v1/documents/film-7",
    "/api/v1/suggest?q=harbour&limit=50",
    "/?q=harbour",
)


class Collection:
    """A source file whose every document carries the number of the edition."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "films.jsonl"
        self.index = folder / "index"

    def write(self, edition: int) -> None:
        # Each edition has one document more than the one before: totals differ as well.
        rows = (
            {"id": f"film-{number}", "title": f"Harbour {number}", "genre": f"edition {edition}",
             "year": edition, "text": f"A film of edition {edition} about ships.", "language": "en"}
            for number in range(DOCUMENTS + edition)
        )  # fmt: skip
        self.source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def publish(self, edition: int) -> None:
        self.write(edition)
        feed = Feed((str(self.source),), SETTINGS, NoProgress(), lambda refusal: None)
        if edition % 3 == 0:
            update(feed, index=self.index, settings=SETTINGS)
        else:
            build(feed, sources=[str(self.source)], index=self.index, settings=SETTINGS)

    def roll_back(self) -> None:
        generations = Generations(self.index)
        with generations.writing("test"):
            generations.publish(generations.previous())


class Client(threading.Thread):
    """Asks in a loop on one connection until told to stop; keeps what was wrong."""

    def __init__(self, port: int, first: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.first = first
        self.stopped = threading.Event()
        self.answers = 0
        self.editions: set[int] = set()
        self.faults: list[str] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        number = self.first
        while not self.stopped.is_set() and len(self.faults) < 5:
            address = ADDRESSES[number % len(ADDRESSES)]
            number += 1
            try:
                connection.request("GET", address)
                answer = connection.getresponse()
                body = answer.read()
            except OSError as error:
                self.faults.append(f"{address}: {error!r}")
                connection.close()
                continue
            self.answers += 1
            if answer.status != 200:
                self.faults.append(f"{address}: {answer.status} {body[:200]!r}")
            elif address.startswith("/api/v1/search"):
                self._look_at(address, json.loads(body))

    def _look_at(self, address: str, answer: dict[str, Any]) -> None:
        editions = {hit["fields"]["year"] for hit in answer["hits"]}
        counted = {value["value"] for value in answer["facets"]["year"]}
        if len(editions) != 1 or counted != editions or answer["total"] != DOCUMENTS + min(editions):
            self.faults.append(f"{address}: editions {editions}, counted {counted}, total {answer['total']}")
        self.editions |= editions


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection(tmp_path)
    made.publish(1)
    return made


@pytest.fixture
def port(collection: Collection, tmp_path: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    environment = os.environ | {
        "SEARCH_INDEX": str(collection.index),
        "PORT": str(number),
        "WEB_CONCURRENCY": "2",
        "PYTHONPATH": str(PROJECT),
        "TMPDIR": str(tmp_path),
    }
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    log_path = tmp_path / "log"
    configuration = str(PROJECT / "web" / "gunicorn_conf.py")
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", configuration, "web.wsgi:app"],
            env=environment, cwd=tmp_path, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        wait_for(number, log_path)
        yield number
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for(port: int, log: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail(log.read_text(encoding="utf-8", errors="replace"))


def newest_total(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/api/v1/search?per_page=1&facets=")
        total: int = json.loads(connection.getresponse().read())["total"]
        return total
    finally:
        connection.close()


def test_new_generations_cost_no_visitor_an_answer(collection: Collection, port: int) -> None:
    clients = [Client(port, number) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        for edition in range(2, EDITIONS + 1):
            collection.publish(edition)
            # Whichever worker answers, it answers from what is now live.
            assert {newest_total(port) for _ in range(4)} == {DOCUMENTS + edition}
        collection.roll_back()
        assert {newest_total(port) for _ in range(4)} == {DOCUMENTS + EDITIONS - 1}
    finally:
        for client in clients:
            client.stopped.set()
        for client in clients:
            client.join(15)
    assert not [fault for client in clients for fault in client.faults]
    assert sum(client.answers for client in clients) > 100
    assert len(set.union(*(client.editions for client in clients))) >= EDITIONS // 2
