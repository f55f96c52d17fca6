"""What operators can watch: counters and timings in Prometheus' text format, over all workers.

With a shared folder (`PROMETHEUS_MULTIPROC_DIR`, set up by `gunicorn_conf.py`) every worker
writes its own files there and any worker can answer for all of them.
"""

from __future__ import annotations

import time
from pathlib import Path

from flask import current_app
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_FOUND = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 100_000)
#: Methods are labels, and a label made of whatever a client sends would grow without end.
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


class Metrics:
    """The counters of one process. `directory` is the folder shared by all workers, if any."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._registry = own = CollectorRegistry()
        self._requests = Counter(
            "search_http_requests", "Requests answered.", ["method", "route", "status"], registry=own
        )
        self._seconds = Histogram(
            "search_http_request_seconds", "Time to answer.", ["route"], buckets=_SECONDS, registry=own
        )
        self._refused = Counter(
            "search_http_refused", "Requests refused to stay alive.", ["reason"], registry=own
        )
        self._cache = Counter(
            "search_answer_cache",
            "Answers that may be kept, by where they came from: hit, miss or not_modified.",
            ["outcome"],
            registry=own,
        )
        self._searches = Counter("search_searches", "Searches run.", registry=own)
        self._without_hits = Counter(
            "search_searches_without_hits", "Searches that found nothing.", registry=own
        )
        self._found = Histogram(
            "search_results_found", "Documents that matched a search.", buckets=_FOUND, registry=own
        )
        self._without_hits_by_language = Counter(
            "search_zero_result_queries",
            "Searches that found nothing, by the language they seem to be in.",
            ["language"],
            registry=own,
        )
        self._not_logged = Counter(
            "search_query_log_dropped", "Queries that the query log could not keep.", registry=own
        )
        self._second_tries = Counter("search_second_tries", "Second tries made.", ["kind"], registry=own)
        self._running = Gauge(
            "search_http_requests_running",
            "Requests being answered.",
            multiprocess_mode="livesum",
            registry=own,
        )

        # Finding a counter by its labels costs as much as counting.
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._outcomes = {one: self._cache.labels(one) for one in ("hit", "miss", "not_modified")}

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One answered request; `route` is the pattern, never the path."""
        known = self._children.get((method, route, status))
        if known is None:
            known = self._children_of(method if method in _METHODS else "other", route, status)
            if method in _METHODS:
                self._children[method, route, status] = known
        known[0].inc()
        known[1].observe(seconds)

    def _children_of(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(method, route, str(status)), self._seconds.labels(route)

    def count_cache(self, outcome: str) -> None:
        """One answer that may be kept: `hit` (it was), `miss` (worked out) or `not_modified` (304)."""
        self._outcomes[outcome].inc()

    def count_refusal(self, reason: str) -> None:
        """One request refused: `deadline`, `concurrency`, `waited` or `rate`."""
        self._refused.labels(reason).inc()

    def count_search(self, total: int, second_tries: tuple[str, ...], language: str = "") -> None:
        """One search with its number of matches, the kinds of its second tries and the language it
        seems to be in, one of those that are known, or nothing."""
        self._searches.inc()
        self._found.observe(total)
        if not total:
            self._without_hits.inc()
            self._without_hits_by_language.labels(language or "unknown").inc()
        for kind in second_tries:
            self._second_tries.labels(kind).inc()

    def count_not_logged(self, number: int) -> None:
        """Queries that were lost to the query log: the disk is full, or it is."""
        self._not_logged.inc(number)

    def request_started(self) -> None:
        self._running.inc()

    def request_ended(self) -> None:
        self._running.dec()

    def exposition(
        self, generation: str = "", built: float | None = None, *, fallen_back: bool = False
    ) -> bytes:
        """The text for `/metrics`. `generation` is the one that answers, `built` when it was (Unix time);
        `fallen_back`: in place of the live one, which cannot be used."""
        if self._directory is None:
            counted = generate_latest(self._registry)
        else:
            everyone = CollectorRegistry()
            MultiProcessCollector(everyone, path=str(self._directory))  # type: ignore[no-untyped-call]
            counted = generate_latest(everyone)
        return counted + _of_generation(generation, built, fallen_back=fallen_back)


def _of_generation(generation: str, built: float | None, *, fallen_back: bool) -> bytes:
    """What is true of the index now, whichever worker is asked."""
    now = CollectorRegistry()
    available = Gauge("search_index_available", "1 if there is an index that answers.", registry=now)
    available.set(bool(generation))
    other = Gauge(
        "search_index_fallen_back",
        "1 if the live generation cannot be used and another answers.",
        registry=now,
    )
    other.set(fallen_back)
    if generation:
        Gauge("search_generation_info", "The live generation.", ["generation"], registry=now).labels(
            generation
        ).set(1)
    if built is not None:
        age = Gauge("search_generation_age_seconds", "Seconds since the live index was built.", registry=now)
        age.set(max(0.0, time.time() - built))
    return generate_latest(now)


def metrics() -> Metrics:
    """The metrics of the application that handles this request."""
    found: Metrics = current_app.extensions["metrics"]
    return found
