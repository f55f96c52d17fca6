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
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from werkzeug.exceptions import RequestURITooLarge, ServiceUnavailable, TooManyRequests

from search.errors import DeadlineExceeded
from web.metrics import metrics
from web.rate_limit import RateLimit
from web.settings import WebSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Key of `environ`: the exception that ended a request in front of Flask, which words it.
FAILURE = "web.failure"
#: Those that watch us must get an answer when nobody else does.
UNLIMITED_ENDPOINTS = frozenset({"health.alive", "health.exposition", "static"})


class Deadline:
    """Stops the answer after so many seconds, by SIGALRM.

    A signal reaches only the main thread: gunicorn's `sync` workers have no other. In any
    other thread there is no deadline but the worker timeout.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def start(self) -> bool:
        """Start the clock; whether there is one, which must be stopped."""
        if not self._seconds or threading.current_thread() is not threading.main_thread():
            return False
        # Setting the handler costs more than asking for it; it stays: without a timer nobody calls it.
        if signal.getsignal(signal.SIGALRM) != self._expire:
            signal.signal(signal.SIGALRM, self._expire)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        return True

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _expire(self, _number: int, _frame: FrameType | None) -> None:
        raise DeadlineExceeded(f"the query took longer than {self._seconds:g} seconds")


class Limits:
    """The limits of one application."""

    def __init__(self, web: WebSettings) -> None:
        self._web = web
        self._slots = threading.BoundedSemaphore(web.max_concurrent)
        # The folder where workers share their metrics is also where they can share this.
        shared = web.metrics_directory
        file = shared / "rate-limit.table" if shared and shared.is_dir() else None
        self._rate = RateLimit(web.rate_limit, file) if web.rate_limit else None
        self._deadline = Deadline(web.deadline_seconds)

    def install(self, app: Flask) -> None:
        """Check every request."""
        app.before_request(self._begin)
        # Registered last of all hooks, so run first: nothing after the answer can still be stopped.
        app.after_request(self._stop_clock)
        app.teardown_request(self._end)

    def admit(self, environ: WSGIEnvironment) -> bool:
        """Whether a request may be answered, as far as waiting and rate go; it is counted if so.

        If not, the usual way says so and counts the refusal.
        """
        stated = environ.get("HTTP_X_REQUEST_START", "")
        if self._web.trust_proxy and _waited(stated, time.time()) > self._web.max_wait_seconds:
            return False
        return self._rate is None or not self._rate.wait_for(
            environ.get("REMOTE_ADDR") or "", time.monotonic()
        )

    @contextmanager
    def running(self) -> Iterator[bool]:
        """A place among the requests at once, with the deadline's clock running; False if none is free."""
        if not self._slots.acquire(blocking=False):
            yield False
            return
        clock_runs = False
        try:
            clock_runs = self._deadline.start()
            yield True
        finally:
            if clock_runs:
                self._deadline.stop()
            self._slots.release()

    def _begin(self) -> None:
        if FAILURE in request.environ:
            # It was counted, and failed, on the short way.
            raise request.environ[FAILURE]
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
        g.clock_runs = self._deadline.start()

    def _stop_clock(self, response: Response) -> Response:
        if g.pop("clock_runs", False):
            self._deadline.stop()
        return response

    def _end(self, _error: BaseException | None) -> None:
        if g.pop("clock_runs", False):
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
