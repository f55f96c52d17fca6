"""What keeps one caller from taking the service from the others.

In this order: the size of the address, how long the request already waited in front of us, requests per
second of one address, requests at once in this process, and a deadline on the answer itself. The
body's size is Flask's `MAX_CONTENT_LENGTH`. Each refusal is counted with its reason. Repeats answered
from memory (`repeats`) are over before they could be in anybody's way: for them only waiting and rate count.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import OrderedDict
from types import FrameType
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from werkzeug.exceptions import RequestURITooLarge, ServiceUnavailable, TooManyRequests

from search.errors import DeadlineExceeded
from web.metrics import metrics
from web.settings import WebSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Those that watch us must get an answer when nobody else does.
UNLIMITED_ENDPOINTS = frozenset({"health.alive", "health.exposition", "static"})
_ADDRESSES_KEPT = 10_000


class RateLimit:
    """A token bucket per address: `rate` requests per second, bursts of ten seconds' worth.

    Counts in this process only; N workers allow N times the rate. A proxy's limit is the better one.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._burst = max(1.0, rate * 10)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_for(self, address: str, now: float) -> float:
        """Seconds until `address` may ask again; 0 when it may now, and the request is counted."""
        with self._lock:
            tokens, since = self._buckets.pop(address, (self._burst, now))
            tokens = min(self._burst, tokens + (now - since) * self._rate)
            allowed = tokens >= 1
            self._buckets[address] = (tokens - 1 if allowed else tokens, now)
            if len(self._buckets) > _ADDRESSES_KEPT:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._rate


class Deadline:
    """Stops the answer after so many seconds, by SIGALRM.

    A signal reaches only the main thread: gunicorn's `sync` workers have no other. In any
    other thread there is no deadline but the worker timeout.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def start(self) -> None:
        if self._seconds and threading.current_thread() is threading.main_thread():
            # Setting the handler costs more than asking for it; it stays: without a timer nobody calls it.
            if signal.getsignal(signal.SIGALRM) != self._expire:
                signal.signal(signal.SIGALRM, self._expire)
            signal.setitimer(signal.ITIMER_REAL, self._seconds)
            g.clock_runs = True

    def stop(self) -> None:
        if g.pop("clock_runs", False):
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _expire(self, _number: int, _frame: FrameType | None) -> None:
        raise DeadlineExceeded(f"the query took longer than {self._seconds:g} seconds")


class Limits:
    """The limits of one application."""

    def __init__(self, web: WebSettings) -> None:
        self._web = web
        self._slots = threading.BoundedSemaphore(web.max_concurrent)
        self._rate = RateLimit(web.rate_limit) if web.rate_limit else None
        self._deadline = Deadline(web.deadline_seconds)

    def install(self, app: Flask) -> None:
        """Check every request."""
        app.before_request(self._begin)
        # Registered last of all hooks, so run first: nothing after the answer can still be stopped.
        app.after_request(self._stop_clock)
        app.teardown_request(self._end)

    def admit_repeat(self, environ: WSGIEnvironment) -> bool:
        """Whether a request that costs next to nothing may be answered; it is counted if so.

        If not, the usual way says so and counts the refusal.
        """
        stated = environ.get("HTTP_X_REQUEST_START", "")
        if self._web.trust_proxy and _waited(stated, time.time()) > self._web.max_wait_seconds:
            return False
        return self._rate is None or not self._rate.wait_for(
            environ.get("REMOTE_ADDR") or "", time.monotonic()
        )

    def _begin(self) -> None:
        if len(request.query_string) > self._web.max_query_string_bytes:
            raise RequestURITooLarge()
        if request.endpoint in UNLIMITED_ENDPOINTS:
            return
        stated = request.headers.get("X-Request-Start", "") if self._web.trust_proxy else ""
        if stated and _waited(stated, time.time()) > self._web.max_wait_seconds:
            raise _overloaded("waited")
        _check_rate(self._rate)
        if not self._slots.acquire(blocking=False):
            raise _overloaded("concurrency")
        g.slot = self._slots
        metrics().request_started()
        self._deadline.start()

    def _stop_clock(self, response: Response) -> Response:
        self._deadline.stop()
        return response

    def _end(self, _error: BaseException | None) -> None:
        self._deadline.stop()
        slot = g.pop("slot", None)
        if slot is not None:
            metrics().request_ended()
            slot.release()


def _check_rate(rate: RateLimit | None) -> None:
    if rate is None:
        return
    seconds = rate.wait_for(request.remote_addr or "", time.monotonic())
    if seconds:
        metrics().count_refusal("rate")
        raise TooManyRequests(retry_after=max(1, round(seconds)))


def _overloaded(reason: str) -> ServiceUnavailable:
    metrics().count_refusal(reason)
    return ServiceUnavailable("The service is busy.", retry_after=1)


def _waited(stated: str, now: float) -> float:
    """Seconds since the proxy took the request, from `X-Request-Start: t=<seconds>`; 0 if unknown."""
    try:
        started = float(stated.removeprefix("t="))
    except ValueError:
        return 0.0
    return now - started if 0 < started <= now else 0.0
