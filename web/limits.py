"""What keeps one caller from taking the service from the others.

In this order: the size of the address, how long the request already waited in front of us, requests per
second of one address, requests at once in this process, and a deadline on the answer itself. The
body's size is Flask's `MAX_CONTENT_LENGTH`. Memory is limited by `gunicorn_conf.py`; running out of it is
one refusal here. Each refusal is counted with its reason. Repeats answered from memory (`repeats`) are over
before they could be in anybody's way: for them only waiting and rate count.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, current_app, g, request
from gunicorn.http.errors import NoMoreData, ParseException  # type: ignore[import-untyped]
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    RequestURITooLarge,
    ServiceUnavailable,
    TooManyRequests,
)

from search.errors import DeadlineExceeded
from web.metrics import metrics
from web.rate_limit import RateLimit
from web.settings import WebSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

logger = logging.getLogger("web")

#: Key of `environ`: the exception that ended a request in front of Flask, which words it.
FAILURE = "web.failure"
#: Key of `environ`: there was no memory for this answer. `gunicorn_conf.py` then replaces the worker.
OUT_OF_MEMORY = "web.out_of_memory"
#: Seconds between two attempts to stop one answer, and how many there are.
_AGAIN = 0.1
_ATTEMPTS = 10
#: Those that watch us must get an answer when nobody else does.
UNLIMITED_ENDPOINTS = frozenset({"health.alive", "health.exposition", "static"})


class Deadline:
    """Stops the answer after so many seconds, by SIGALRM.

    A signal reaches only the main thread: gunicorn's `sync` workers have no other. In any
    other thread there is no deadline but the worker timeout. The signal comes again until the clock is
    stopped: an exception that is raised inside a destructor or a log handler is lost there.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._attempts = 0

    def start(self) -> bool:
        """Start the clock; whether there is one, which must be stopped."""
        if not self._seconds or threading.current_thread() is not threading.main_thread():
            return False
        # Setting the handler costs more than asking for it; it stays: without a timer nobody calls it.
        if signal.getsignal(signal.SIGALRM) != self._expire:
            signal.signal(signal.SIGALRM, self._expire)
        self._attempts = 0
        signal.setitimer(signal.ITIMER_REAL, self._seconds, _AGAIN)
        return True

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _expire(self, _number: int, _frame: FrameType | None) -> None:
        self._attempts += 1
        # The first one may have arrived, and is just being answered.
        arrived = isinstance(sys.exc_info()[1], DeadlineExceeded)
        if arrived or self._attempts >= _ATTEMPTS:
            self.stop()
        if arrived:
            return
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
        app.register_error_handler(MemoryError, _out_of_memory)
        app.register_error_handler(ParseException, _not_http)
        app.register_error_handler(NoMoreData, _not_http)

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
            try:
                if clock_runs:
                    self._deadline.stop()
            finally:
                # The signal may come even here; a place lost would be lost for good.
                self._slots.release()

    def _begin(self) -> None:
        if FAILURE in request.environ:
            # It was counted, and failed, on the short way.
            self._deadline.stop()
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
        # Stopped first, forgotten then: the signal may come in between, and this is then called again.
        if g.get("clock_runs", False):
            self._deadline.stop()
            g.clock_runs = False
        return response

    def _end(self, _error: BaseException | None) -> None:
        if g.get("clock_runs", False):
            self._deadline.stop()
            g.clock_runs = False
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


def _not_http(_error: Exception) -> Response | HTTPException:
    """A body in chunks that are none, or that ends early: noticed by the server while the body is read."""
    return cast("Response | HTTPException", current_app.handle_user_exception(BadRequest()))


def _out_of_memory(error: MemoryError) -> Response | HTTPException:
    """One answer was too large for this process: that one fails, as overload and not as a defect."""
    # First of all what the broken-off answer holds is given back: to look up the place reads a file of the
    # program, for which there may be no memory either, and the refusal became a defect.
    traceback.clear_frames(error.__traceback__)
    where = traceback.extract_tb(error.__traceback__)[-1:]
    request.environ[OUT_OF_MEMORY] = True
    logger.error("out of memory: %s", ", ".join(f"{frame.filename}:{frame.lineno}" for frame in where))
    return cast("Response | HTTPException", current_app.handle_user_exception(_overloaded("memory")))


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
