"""What keeps one caller from taking the service from the others.

In this order: the size of the address, how long the request already waited in front of us, requests per
second of one address, requests at once in this process, and a deadline on the answer itself. The
body's size is Flask's `MAX_CONTENT_LENGTH`. Each refusal is counted with its reason.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import OrderedDict
from types import FrameType

from flask import Flask, Response, g, request
from werkzeug.exceptions import RequestURITooLarge, ServiceUnavailable, TooManyRequests

from search.errors import DeadlineExceeded
from web.metrics import metrics
from web.settings import WebSettings

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
            g.previous_alarm = signal.signal(signal.SIGALRM, self._expire)
            signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def stop(self) -> None:
        previous = g.pop("previous_alarm", None)
        if previous is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)

    def _expire(self, _number: int, _frame: FrameType | None) -> None:
        raise DeadlineExceeded(f"the query took longer than {self._seconds:g} seconds")


def install(app: Flask, web: WebSettings) -> None:
    """Check every request against the limits of `web`."""
    slots = threading.BoundedSemaphore(web.max_concurrent)
    rate = RateLimit(web.rate_limit) if web.rate_limit else None
    deadline = Deadline(web.deadline_seconds)

    def begin() -> None:
        if len(request.query_string) > web.max_query_string_bytes:
            raise RequestURITooLarge()
        if request.endpoint in UNLIMITED_ENDPOINTS:
            return
        if web.trust_proxy and _waited(time.time()) > web.max_wait_seconds:
            raise _overloaded("waited")
        _check_rate(rate)
        if not slots.acquire(blocking=False):
            raise _overloaded("concurrency")
        g.slot = slots
        metrics().request_started()
        deadline.start()

    def stop_clock(response: Response) -> Response:
        deadline.stop()
        return response

    def end(_error: BaseException | None) -> None:
        deadline.stop()
        slot = g.pop("slot", None)
        if slot is not None:
            metrics().request_ended()
            slot.release()

    app.before_request(begin)
    # Registered last of all hooks, so run first: nothing after the answer can still be stopped.
    app.after_request(stop_clock)
    app.teardown_request(end)


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


def _waited(now: float) -> float:
    """Seconds since the proxy took the request, from `X-Request-Start: t=<seconds>`; 0 if unknown."""
    text = request.headers.get("X-Request-Start", "").removeprefix("t=")
    try:
        started = float(text)
    except ValueError:
        return 0.0
    return now - started if 0 < started <= now else 0.0
