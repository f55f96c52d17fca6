"""How many requests a second does the service answer, beside a Flask that does nothing?

Both run under the same gunicorn settings with two workers; a few threads of this process send
requests, a new connection each, and so take part of the same cores. No query is asked twice, but
for the two rows that say so.
"""

from __future__ import annotations

import itertools
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote_plus

from benchmarks.bare_flask import SIZE_VARIABLE
from benchmarks.corpus import draw_queries
from benchmarks.options import Options
from benchmarks.outcome import Outcome, Table, percentiles, significant
from benchmarks.server import HOST, served
from benchmarks.service import Service

WORKERS = 2
CLIENTS = 4
ROUNDS = 2
#: More different queries than can be asked in a second, by far.
QUERIES_PER_SECOND = 5000
#: Answers looked at to learn how large one is.
SAMPLED = 50
_GUNICORN = {"WEB_CONCURRENCY": str(WORKERS), "SEARCH_RATE_LIMIT": "0"}


@dataclass(slots=True)
class RequestFigures:
    """One kind of request: requests per second of each round, milliseconds of each request."""

    name: str
    note: str
    status: int = 200
    rates: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        """Answered requests per second, mean of the rounds."""
        return sum(self.rates) / max(len(self.rates), 1)


@dataclass(frozen=True, slots=True)
class Load:
    """Requests to one port, as bytes ready to be sent, taken in turn."""

    port: int
    requests: Iterator[bytes]


def measure_http(options: Options) -> Outcome:
    """Serve the films and a bare answer, and load both. Raises `CorpusError`, `ServerFailed`."""
    films = options.films()
    wanted = int(options.http_seconds * ROUNDS * QUERIES_PER_SECOND)
    queries = list(dict.fromkeys(draw_queries(films, wanted)))
    paths = [f"/api/v1/search?q={quote_plus(' '.join(words))}" for words in queries]
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(dir=options.scratch, prefix="benchmark-"))
        )
        print("http: indexing", file=sys.stderr)
        Service(folder / "index").index(films)
        environment = {"SEARCH_INDEX": str(folder / "index"), **_GUNICORN}
        service = stack.enter_context(
            served("web.wsgi:app", ready="/readyz", log=folder / "service.log", environment=environment)
        )
        sizes = {path: len(exchange(service, request_for(path))[2]) for path in paths[:SAMPLED]}
        # The query that is repeated is an average one: the one with the median answer.
        again, size = sorted(sizes.items(), key=lambda pair: pair[1])[len(sizes) // 2]
        environment = {SIZE_VARIABLE: str(size), **_GUNICORN}
        bare = stack.enter_context(
            served("benchmarks.bare_flask:app", ready="/", log=folder / "bare.log", environment=environment)
        )
        figures = _loaded(options, service, bare, paths[SAMPLED:], again)
    return Outcome(
        (_table(figures, size),), {"answer_bytes": size, "requests": [_rounded(one) for one in figures]}
    )


def _loaded(
    options: Options, service: int, bare: int, paths: Sequence[str], again: str
) -> list[RequestFigures]:
    tag = entity_tag(exchange(service, request_for(again))[1])
    loads = [
        (RequestFigures("bare Flask", "the same bytes each time, as many as a search answers"),
         Load(bare, itertools.repeat(request_for("/")))),
        (RequestFigures("search", "facets and snippets, no query asked twice"),
         Load(service, iter([request_for(path) for path in paths]))),
        (RequestFigures("search, one query again and again", "without ETag: the service searches each time"),
         Load(service, itertools.repeat(request_for(again)))),
        (RequestFigures("search, repeat with ETag", "If-None-Match: 304, no body", status=304),
         Load(service, itertools.repeat(request_for(again, f"If-None-Match: {tag}\r\n")))),
    ]  # fmt: skip
    for _, load in loads:
        for request in itertools.islice(load.requests, SAMPLED):
            exchange(load.port, request)
    for turn in range(ROUNDS):
        for figures, load in loads:
            print(f"http: {figures.name}, round {turn + 1} of {ROUNDS}", file=sys.stderr)
            _load(load, options.http_seconds, figures)
    return [figures for figures, _ in loads]


def _load(load: Load, seconds: float, figures: RequestFigures) -> None:
    """Send from `CLIENTS` threads for some seconds, or until there are no requests left."""
    lock = threading.Lock()
    milliseconds: list[float] = []
    failures: list[str] = []
    started = time.perf_counter()

    def send() -> None:
        while time.perf_counter() - started < seconds:
            with lock:
                request = next(load.requests, None)
            if request is None:
                return
            began = time.perf_counter()
            try:
                status, _, _ = exchange(load.port, request)
            except OSError as error:
                failures.append(str(error))
                continue
            if status == figures.status:
                milliseconds.append((time.perf_counter() - began) * 1000)
            else:
                failures.append(str(status))

    threads = [threading.Thread(target=send) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if milliseconds or failures:
        figures.rates.append(len(milliseconds) / (time.perf_counter() - started))
    figures.milliseconds += milliseconds
    figures.failed += len(failures)


def request_for(path: str, extra: str = "") -> bytes:
    """A GET as it goes over the wire; `extra` are header lines, each with its line end."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{extra}\r\n".encode("ascii")


def exchange(port: int, request: bytes) -> tuple[int, bytes, bytes]:
    """Status, head and body of one request on a connection of its own. Raises `OSError`."""
    with socket.create_connection((HOST, port), timeout=10) as connection:
        connection.sendall(request)
        chunks = []
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    head, _, body = b"".join(chunks).partition(b"\r\n\r\n")
    parts = head.split(b" ", 2)
    if len(parts) < 2 or not parts[1].isdigit():
        raise OSError(f"no HTTP answer: {head[:80]!r}")
    return int(parts[1]), head, body


def entity_tag(head: bytes) -> str:
    """The ETag of an answer's head, empty if it has none."""
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "etag":
            return value.strip()
    return ""


def _table(figures: Sequence[RequestFigures], size: int) -> Table:
    base = figures[0].rate
    rows = [
        (
            one.name,
            significant(one.rate),
            f"{one.rate / base:.2f}" if base else "–",
            percentiles(one.milliseconds) if one.milliseconds else "–",
            str(one.failed),
            one.note,
        )
        for one in figures
    ]
    return Table(
        f"HTTP: gunicorn, {WORKERS} sync workers, {CLIENTS} clients; answers of {size:,} bytes (median)",
        ("request", "requests/s", "× bare Flask", "p50 / p95 ms", "failed", "what was done"),
        tuple(rows),
        (
            f"{len(os.sched_getaffinity(0))} cores for servers and clients together; "
            "a new connection for each request.",
        ),
    )


def _rounded(figures: RequestFigures) -> dict[str, object]:
    return {**asdict(figures), "milliseconds": [round(one, 3) for one in figures.milliseconds]}
