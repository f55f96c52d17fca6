"""C2: generations are swapped while clients ask. No answer fails, none mixes two, and none waits for long."""

from __future__ import annotations

import http.client
import threading
import time
from pathlib import Path

from fault_figures import begin, record, trials
from fault_index import Films, size_of

from benchmarks.server import HOST, served

CLIENTS = 4
ADDRESS = "/api/v1/search?q=harbour&per_page=100&facets=year"


class Client(threading.Thread):
    """Asks in a loop; keeps how long each answer took and what was wrong."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.stopped = threading.Event()
        self.seconds: list[float] = []
        self.faults: list[str] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        while not self.stopped.is_set() and len(self.faults) < 5:
            started = time.perf_counter()
            try:
                connection.request("GET", ADDRESS)
                answer = connection.getresponse()
                body = answer.read()
            except OSError as error:
                self.faults.append(repr(error))
                connection.close()
                continue
            self.seconds.append(time.perf_counter() - started)
            if answer.status != 200 or not is_of_one(body):
                self.faults.append(f"{answer.status} {body[:300]!r}")
        connection.close()


def is_of_one(body: bytes) -> bool:
    """Whether an answer is entirely of the first or of the second edition, and has all of it."""
    counts = [body.count(b'"year":%d' % edition) for edition in (1, 2)]
    return counts in ([size_of(1), 0], [0, size_of(2)])


def slowest_percent(clients: list[Client]) -> float:
    """p99 of what was measured since it was last asked, in milliseconds."""
    seconds: list[float] = []
    for client in clients:
        seconds += client.seconds
        client.seconds = []
    return 1000 * sorted(seconds)[int(0.99 * len(seconds))]


def test_c2_swaps_under_load(tmp_path: Path) -> None:
    begin("C2")
    films, swaps = Films(tmp_path), trials(15, 100)
    films.build(1)
    films.build(2)
    environment = {
        "SEARCH_INDEX": str(films.index), "WEB_CONCURRENCY": "2", "SEARCH_RATE_LIMIT": "0",
        "SEARCH_CACHE_MB": "0",
    }  # fmt: skip
    with served("web.wsgi:app", ready="/readyz", log=tmp_path / "log", environment=environment) as port:
        clients = [Client(port) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(1)
        slowest_percent(clients)
        time.sleep(3)
        before = slowest_percent(clients)
        answers = 0
        for number in range(swaps):
            with films.generations.writing("test"):
                films.generations.publish(f"{number % 2 + 1:06d}")
            time.sleep(0.1)
            answers = sum(len(client.seconds) for client in clients)
        during = slowest_percent(clients)
        for client in clients:
            client.stopped.set()
        for client in clients:
            client.join(15)
    faults = [fault for client in clients for fault in client.faults]
    record("C2", "100 swaps: 0 failed, 0 mixed, p99 during swaps at most twice that before",
           f"{swaps} swaps, {len(faults)} failed or mixed of {answers} answers, p99 {before:.1f} ms before, "
           f"{during:.1f} ms during", swaps=swaps, ratio=round(during / before, 2),
           met=during <= 2 * before)  # fmt: skip
    assert not faults
    assert answers > swaps
