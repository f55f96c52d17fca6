"""Q1: whatever is typed, the answer is 200, or 400 for a wrong parameter; it is whole, and comes in time."""

from __future__ import annotations

import http.client
import json
import math
import os
import random
import time
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from fault_figures import begin, is_long, record, seed, trials
from flask import Flask
from fuzzed_queries import QueryFuzzer
from lxml import etree
from many_scripts import application
from processes import children_of, resident_megabytes
from wsgi_calls import WsgiAnswer, call

from benchmarks.server import HOST, started

#: Seconds for 99 of 100 answers and for the slowest; megabytes a process may grow. A machine that does much
#: else beside a test run gets more time.
P99, SLOWEST = (0.3, 2.5) if is_long() else (1.5, 5.0)
GROWTH = 50
TARGET = "0 other than 200 and 400, JSON whole, p99 ≤ 300 ms, max ≤ 2.5 s, RSS growth ≤ 50 MB"

#: Values for the parameters beside `q`: right ones, wrong ones, odd ones.
OTHERS: dict[str, tuple[str, ...]] = {
    "page": ("1", "2", "100", "0", "-1", "99999", "1e3", "%D9%A1", ""),
    "per_page": ("1", "10", "100", "101", "x"),
    "sort": ("relevance", "-year", "year", "title", "nothing", "-"),
    "lang": ("it,fr", "zh-Hant", "x", "%ED%A0%80", ","),
    "facets": ("*", "", "genre,year", "nothing"),
    "facet_limit": ("1", "1000", "1001"),
    "exact": ("1", "0", "2"),
    "highlight": ("0", "1", "yes"),
    "explain": ("1",),
    "genre": ("Drama", "drama", "%00", "%F0%9F%98"),
    "year": ("1990..2000", "..", "2000..1990", "1950", "NaN", "1e999"),
    "language": ("ja", "xx", "%ED%A0%80"),
    "nothing": ("1",),
}


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


class Caller:
    """Makes requests and says of an answer whether it is one."""

    def __init__(self, fuzzer: QueryFuzzer) -> None:
        self._fuzzer = fuzzer
        self._source = fuzzer.source

    def request(self) -> tuple[str, str, bytes]:
        """Path, query string, body; a body makes it a POST."""
        source, q = self._source, self._fuzzer.encoded()
        kind = source.random()
        if kind < 0.55:
            return "/api/v1/search", f"q={q}", b""
        if kind < 0.65:
            return "/", f"q={q}", b""
        if kind < 0.72:
            return "/api/v1/suggest", f"q={q}", b""
        if kind < 0.76:
            return "/feed.atom", f"q={q}", b""
        if kind < 0.82:
            # JSON may name halves of characters that no address can hold.
            body = json.dumps({"q": self._fuzzer.text()[:8_000]}).encode()
            return source.choice(("/api/v1/search", "/indexes/films/search")), "", body
        if kind < 0.86:
            return "/api/v1/facets/genre", f"q={q}&prefix={self._fuzzer.encoded()}", b""
        chosen = source.sample(sorted(OTHERS), source.randint(1, 4))
        more = "&".join(f"{name}={source.choice(OTHERS[name])}" for name in chosen)
        return source.choice(("/api/v1/search", "/api/v1/search", "/")), f"q={q}&{more}", b""

    @staticmethod
    def fault(path: str, query: str, status: int, kind: str, body: bytes) -> str | None:
        """What is wrong with an answer."""
        only_text = "&" not in query.replace("&prefix=", "")
        if status != 200 and (status != 400 or only_text or path == "/"):
            return f"status {status}"
        try:
            if "json" in kind:
                found = json.loads(body, parse_constant=_constant)
                if status == 400 and not found["errors"]:
                    return "refused without a reason"
            elif "html" in kind:
                if not body.decode().rstrip().endswith("</html>"):
                    return "half a page"
            elif "atom" in kind:
                etree.fromstring(body)
            else:
                return f"content type {kind}"
        except (ValueError, KeyError, etree.XMLSyntaxError) as error:
            return repr(error)
        return None


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, list[str], Path]:
    folder = tmp_path_factory.mktemp("fuzzed")
    app, known = application(folder, begin("Q1"), trials(300, 5_000), meilisearch_indexes=("films",))
    return app, [word for one in known for word in one.words], folder


@dataclass(frozen=True, slots=True)
class Share:
    """What a process that asked was told; memory in megabytes."""

    seconds: list[float]
    statuses: Counter[int]
    wrong: list[str]
    slowest: str
    growth: float


#: The application and its words, for processes that are copies of this one.
_served: list[tuple[Flask, list[str]]] = []


def asked(name: str, count: int, warm: int) -> Share:
    """Ask so many; memory counts after the first `warm`."""
    app, words = _served[-1]
    caller = Caller(QueryFuzzer(random.Random(f"{seed()} {name}"), words))
    seconds: list[float] = []
    wrong: list[str] = []
    statuses: Counter[int] = Counter()
    before = slowest = 0.0
    slowest_request = ""
    for number in range(count):
        if number == warm:
            before = resident_megabytes()
        path, query, body = caller.request()
        answer: WsgiAnswer = call(app, path, query, method="POST" if body else "GET", body=body)
        seconds.append(answer.seconds)
        statuses[answer.status] += 1
        if answer.seconds > slowest:
            slowest, slowest_request = answer.seconds, f"{path}?{query[:600]} {body[:600]!r}"
        fault = caller.fault(path, query, answer.status, answer.headers["content-type"], answer.body)
        if fault:
            wrong.append(f"{fault}: {path}?{query[:600]} {body[:600]!r}")
    return Share(seconds, statuses, wrong, slowest_request, resident_megabytes() - before)


def asked_by_all(processes: int, count: int, warm: int) -> list[Share]:
    """The same by several processes, each with a part of it, as a server has several workers."""
    if processes == 1:
        return [asked("Q1", count, warm)]
    with warnings.catch_warnings():
        # They do not share threads.
        warnings.simplefilter("ignore", DeprecationWarning)
        with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
            parts = [
                pool.submit(asked, f"Q1 {number}", math.ceil(count / processes), warm // processes)
                for number in range(processes)
            ]
            return [part.result() for part in parts]


@pytest.mark.timeout(1_800)
def test_q1_whatever_is_typed_is_answered(site: tuple[Flask, list[str], Path]) -> None:
    app, words, _ = site
    begin("Q1")
    count, warm = trials(500, 100_000), trials(150, 10_000)
    _served.append((app, words))
    shares = asked_by_all(trials(1, min(4, len(os.sched_getaffinity(0)))), count, warm)
    _served.clear()
    seconds = sorted(second for one in shares for second in one.seconds)
    wrong = [fault for one in shares for fault in one.wrong]
    growth = max(one.growth for one in shares)
    slowest = max(shares, key=lambda one: max(one.seconds)).slowest
    p99 = seconds[int(len(seconds) * 0.99)]
    record(
        "Q1", TARGET,
        f"{len(wrong)} wrong of {len(seconds):,} in {len(shares)} processes, p99 {p99 * 1000:.0f} ms, "
        f"max {seconds[-1]:.2f} s, RSS of one {growth:+.0f} MB after the first {warm // len(shares):,}",
        statuses=dict(sum((one.statuses for one in shares), Counter())), slowest=slowest,
    )  # fmt: skip
    assert not wrong, "\n".join(wrong[:10])
    assert p99 <= P99
    assert seconds[-1] <= SLOWEST, slowest
    assert growth <= GROWTH


@pytest.mark.timeout(600)
def test_q1_through_the_real_server(site: tuple[Flask, list[str], Path], tmp_path: Path) -> None:
    _, words, folder = site
    source: random.Random = begin("Q1 served")
    caller = Caller(QueryFuzzer(source, words))
    environment = {
        "SEARCH_INDEX": str(folder / "index"), "WEB_CONCURRENCY": "1", "SEARCH_RATE_LIMIT": "0",
        "SEARCH_MEILISEARCH_INDEXES": "films", "SEARCH_COMPRESS": "0",
    }  # fmt: skip
    count = trials(80, 5_000)
    wrong: list[str] = []
    seconds: list[float] = []
    log = tmp_path / "log"
    with started("web.wsgi:app", ready="/readyz", log=log, environment=environment) as server:
        for _ in range(count):
            path, query, body = caller.request()
            begun = time.perf_counter()
            connection = http.client.HTTPConnection(HOST, server.port, timeout=20)
            headers = {"Content-Type": "application/json"} if body else {}
            connection.request(
                "POST" if body else "GET", f"{path}?{query}" if query else path, body or None, headers
            )
            answer = connection.getresponse()
            text = answer.read()
            connection.close()
            seconds.append(time.perf_counter() - begun)
            fault = caller.fault(path, query, answer.status, answer.getheader("Content-Type", ""), text)
            if fault:
                wrong.append(f"{fault}: {path}?{query[:600]} {body[:600]!r}")
        grown = resident_megabytes(*children_of(server.master))
    p99 = sorted(seconds)[int(count * 0.99)]
    record(
        "Q1", TARGET,
        f"{len(wrong)} wrong of {count:,} through gunicorn, p99 {p99 * 1000:.0f} ms, "
        f"max {max(seconds):.2f} s, worker {grown:.0f} MB",
    )  # fmt: skip
    assert not wrong, "\n".join(wrong[:10])
    assert p99 <= P99
    assert max(seconds) <= SLOWEST
    assert '"level": "error"' not in log.read_text()
