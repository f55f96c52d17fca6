"""One JSON line per request on standard error, without what the visitor typed.

The line names the route's pattern, never the path, and the length of the query; its text only where
SEARCH_LOG_QUERIES says so. `X-Request-ID` comes from the proxy if it looks like an id and goes back to
the caller. `"cached": true` marks answers that were kept from before.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import uuid
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, request

from web.metrics import metrics

logger = logging.getLogger("web.request")

_ENCODER = json.JSONEncoder(default=str)
#: What views may leave in `g` for the log.
_NOTED = ("generation", "hits", "query_length", "q", "search_ms", "cached")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def configure_logging() -> None:
    """Send our log lines, as they are, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    ours = logging.getLogger("web")
    ours.handlers = [handler]
    ours.setLevel(logging.INFO)
    ours.propagate = False


class _JsonLines(logging.Formatter):
    """JSON escapes line breaks and control characters, so nobody can write a line of their own."""

    def __init__(self) -> None:
        super().__init__()
        self._second = (-1, "")

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {"time": self._time(record), "level": record.levelname.lower()}
        if isinstance(record.args, dict) and record.msg == "request":
            line |= record.args
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return _ENCODER.encode(line)

    def _time(self, record: logging.LogRecord) -> str:
        """Written once a second."""
        second = int(record.created)
        if self._second[0] != second:
            self._second = second, self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        return self._second[1]


def install(app: Flask) -> None:
    """Time every request, give it an id and log it."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id(stated: str) -> str:
    """The id of a request: the proxy's, if it looks like one, else a new one."""
    return stated if _REQUEST_ID.fullmatch(stated) else uuid.uuid4().hex


def server_timing(search_ms: float | None, seconds: float) -> str:
    """The Server-Timing header (W3C): milliseconds of the search, if there was one, and of the whole."""
    whole = f"total;dur={seconds * 1000:.2f}"
    return whole if search_ms is None else f"search;dur={search_ms:.2f}, {whole}"


def write(
    identity: str, method: str, route: str, status: int, seconds: float, noted: Mapping[str, Any]
) -> None:
    """One line, if anybody listens."""
    if not logger.isEnabledFor(logging.INFO):
        return
    line = {
        "id": identity,
        "method": method[:16],
        "route": route,
        "status": status,
        "milliseconds": round(seconds * 1000, 2),
        **noted,
    }
    # What `logger.info` does, but for looking through the stack for the line of code that called it.
    logger.handle(logger.makeRecord(logger.name, logging.INFO, __file__, 0, "request", (line,), None))


def _begin() -> None:
    g.started = time.perf_counter()
    g.request_id = request_id(request.headers.get("X-Request-ID", ""))


def _end(response: Response) -> Response:
    here = g.__dict__
    seconds = time.perf_counter() - here.get("started", time.perf_counter())
    rule = request.url_rule
    route = rule.rule if rule else "(none)"
    identity = here.get("request_id", "")
    response.headers["X-Request-ID"] = identity
    if "Server-Timing" not in response.headers:
        response.headers["Server-Timing"] = server_timing(here.get("search_ms"), seconds)
    metrics().count_request(request.method, route, response.status_code, seconds)
    if request.endpoint != "static":
        noted = {name: here[name] for name in _NOTED if name in here}
        write(identity, request.method, route, response.status_code, seconds, noted)
    return response
