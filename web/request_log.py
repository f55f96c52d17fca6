"""One JSON line per request on standard error, without what the visitor typed.

The line names the route's pattern, never the path, and the length of the query, never its
text. `X-Request-ID` comes from the proxy if it looks like an id and goes back to the caller.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import uuid

from flask import Flask, Response, g, request

from web.metrics import metrics

logger = logging.getLogger("web.request")

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

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
        }
        if isinstance(record.args, dict) and record.msg == "request":
            line |= record.args
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def install(app: Flask) -> None:
    """Time every request, give it an id and log it."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.started = time.perf_counter()
    stated = request.headers.get("X-Request-ID", "")
    g.request_id = stated if _REQUEST_ID.fullmatch(stated) else uuid.uuid4().hex


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "(none)"
    response.headers["X-Request-ID"] = g.get("request_id", "")
    metrics().count_request(request.method, route, response.status_code, seconds)
    if request.endpoint == "static":
        return response
    line = {
        "id": g.get("request_id", ""),
        "method": request.method[:16],
        "route": route,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 2),
    }
    for name in ("generation", "hits", "query_length"):
        if name in g:
            line[name] = g.get(name)
    logger.info("request", line)
    return response
