"""What operators can watch: counters and timings in Prometheus' text format, over all workers.

With a shared folder (`PROMETHEUS_MULTIPROC_DIR`, set up by `gunicorn_conf.py`) every worker
writes its own files there and any worker can answer for all of them.
"""

from __future__ import annotations

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

    def count_search(self, total: int, second_tries: tuple[str, ...]) -> None:
        """One search with its number of matches and the kinds of its second tries."""
        self._searches.inc()
        if not total:
            self._without_hits.inc()
        for kind in second_tries:
            self._second_tries.labels(kind).inc()

    def request_started(self) -> None:
        self._running.inc()

    def request_ended(self) -> None:
        self._running.dec()

    def exposition(self) -> bytes:
        """The text for `/metrics`."""
        if self._directory is None:
            return generate_latest(self._registry)
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone, path=str(self._directory))  # type: ignore[no-untyped-call]
        return generate_latest(everyone)


def metrics() -> Metrics:
    """The metrics of the application that handles this request."""
    found: Metrics = current_app.extensions["metrics"]
    return found
