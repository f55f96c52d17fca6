"""How many requests a second does the service answer, beside a Flask that does nothing?

Both run under the same gunicorn settings with two workers; a few client processes send requests, a
new connection each, on the same cores. So the rates hold the clients' own work, which is the same in
every row and draws the ratios towards 1; processor time of the server alone, masters and ended
workers included, stands beside them. No query is asked twice, but for the two rows that say so.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote_plus

from benchmarks.bare_flask import SIZE_VARIABLE
from benchmarks.client import entity_tag, exchange, load, request_for
from benchmarks.corpus import draw_queries
from benchmarks.options import Options
from benchmarks.outcome import Outcome, Table, percentiles, significant
from benchmarks.server import Server, processor_seconds_of, started
from benchmarks.service import Service

WORKERS = 2
CLIENTS = 4
#: Many short rounds, so that others who use the machine disturb all rows alike.
ROUNDS = 4
#: Seconds of a round, of the seconds asked for.
PART_OF_SECONDS = 0.5
#: More different queries than can be asked in a second, by far.
QUERIES_PER_SECOND = 5000
#: Answers looked at to learn how large one is.
SAMPLED = 50
_GUNICORN = {"WEB_CONCURRENCY": str(WORKERS), "SEARCH_RATE_LIMIT": "0"}


@dataclass(slots=True)
class RequestFigures:
    """One kind of request: requests per second of each round, milliseconds of each request, and the
    processor seconds the server took for all of them (None where the system does not tell)."""

    name: str
    note: str
    status: int = 200
    rates: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    failed: int = 0
    processor_seconds: float | None = 0.0

    @property
    def rate(self) -> float:
        """Answered requests per second, mean of the rounds."""
        return sum(self.rates) / max(len(self.rates), 1)

    @property
    def processor_microseconds(self) -> float | None:
        """Processor time of the server per request."""
        if self.processor_seconds is None or not self.milliseconds:
            return None
        return self.processor_seconds / (len(self.milliseconds) + self.failed) * 1e6


@dataclass(frozen=True, slots=True)
class Load:
    """Requests to one server, as bytes ready to be sent; `again`: the same ones as often as there is time."""

    server: Server
    requests: Sequence[bytes]
    again: bool = True

    def shares(self, turn: int) -> list[Sequence[bytes]]:
        """What each client sends in this round: parts that nobody else sends, or the same for all."""
        if self.again:
            return [self.requests] * CLIENTS
        return [self.requests[turn * CLIENTS + client :: ROUNDS * CLIENTS] for client in range(CLIENTS)]


def measure_http(options: Options) -> Outcome:
    """Serve the films and a bare answer, and load both. Raises `CorpusError`, `ServerFailed`."""
    films = options.films()
    wanted = int(options.http_seconds * PART_OF_SECONDS * ROUNDS * QUERIES_PER_SECOND)
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
            started("web.wsgi:app", ready="/readyz", log=folder / "service.log", environment=environment)
        )
        sizes = {path: len(exchange(service.port, request_for(path))[2]) for path in paths[:SAMPLED]}
        # The query that is repeated is an average one: the one with the median answer.
        again, size = sorted(sizes.items(), key=lambda pair: pair[1])[len(sizes) // 2]
        environment = {SIZE_VARIABLE: str(size), **_GUNICORN}
        bare = stack.enter_context(
            started("benchmarks.bare_flask:app", ready="/", log=folder / "bare.log", environment=environment)
        )
        figures = _loaded(options, service, bare, paths[SAMPLED:], again)
    return Outcome(
        (_table(figures, size),), {"answer_bytes": size, "requests": [_rounded(one) for one in figures]}
    )


def _loaded(
    options: Options, service: Server, bare: Server, paths: Sequence[str], again: str
) -> list[RequestFigures]:
    tag = entity_tag(exchange(service.port, request_for(again))[1])
    loads = [
        (RequestFigures("bare Flask", "the same bytes each time, as many as a search answers"),
         Load(bare, [request_for("/")])),
        (RequestFigures("search", "facets and snippets, no query asked twice"),
         Load(service, [request_for(path) for path in paths], again=False)),
        (RequestFigures("search, one query again and again", "without ETag: the whole answer, from memory"),
         Load(service, [request_for(again)])),
        (RequestFigures("search, repeat with ETag", "If-None-Match: 304, no body", status=304),
         Load(service, [request_for(again, f"If-None-Match: {tag}\r\n")])),
    ]  # fmt: skip
    for turn in range(ROUNDS):
        for figures, one in loads:
            print(f"http: {figures.name}, round {turn + 1} of {ROUNDS}", file=sys.stderr)
            _add(figures, one, turn, options.http_seconds * PART_OF_SECONDS)
    return [figures for figures, _ in loads]


def _add(figures: RequestFigures, one: Load, turn: int, seconds: float) -> None:
    before = processor_seconds_of(one.server)
    sent = load(one.server.port, one.shares(turn), seconds=seconds, status=figures.status, again=one.again)
    after = processor_seconds_of(one.server)
    if sent.milliseconds or sent.failures:
        figures.rates.append(sent.rate)
    figures.milliseconds += sent.milliseconds
    figures.failed += len(sent.failures)
    if before is None or after is None or figures.processor_seconds is None:
        figures.processor_seconds = None
    else:
        figures.processor_seconds += after - before


def _table(figures: Sequence[RequestFigures], size: int) -> Table:
    base, base_processor = figures[0].rate, figures[0].processor_microseconds
    rows = [
        (
            one.name,
            significant(one.rate),
            f"{one.rate / base:.2f}" if base else "–",
            "–" if one.processor_microseconds is None else significant(one.processor_microseconds),
            _times_less(base_processor, one.processor_microseconds),
            percentiles(one.milliseconds) if one.milliseconds else "–",
            str(one.failed),
            one.note,
        )
        for one in figures
    ]
    return Table(
        f"HTTP: gunicorn, {WORKERS} sync workers, {CLIENTS} clients; answers of {size:,} bytes (median)",
        (
            "request",
            "requests/s",
            "× bare Flask",
            "server µs",
            "× bare Flask by server µs",
            "p50 / p95 ms",
            "failed",
            "what was done",
        ),
        tuple(rows),
        (
            f"{len(os.sched_getaffinity(0))} cores for servers and clients together; "
            "a new connection for each request. *server µs*: processor time of the server per request, of "
            "which the clients take no part; the ratio beside it is bare Flask's time through ours.",
        ),
    )


def _times_less(base: float | None, ours: float | None) -> str:
    return f"{base / ours:.2f}" if base and ours else "–"


def _rounded(figures: RequestFigures) -> dict[str, object]:
    return {**asdict(figures), "milliseconds": [round(one, 3) for one in figures.milliseconds]}
