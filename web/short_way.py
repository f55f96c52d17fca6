"""What do the ways to an answer that need no Flask have in common?

They stand in front of Flask as WSGI and hand on what is not theirs. What they answer themselves leaves
behind what every request does: its counters, a line in the log with its id, what was asked.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from web import request_log
from web.limits import Limits
from web.metrics import Metrics
from web.query_log import QueryLog
from web.service import Service

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class ShortWay:
    """A way in front of `inner`, with what the application shares."""

    def __init__(
        self,
        inner: WSGIApplication,
        service: Service,
        metrics: Metrics,
        limits: Limits,
        query_log: QueryLog | None = None,
    ) -> None:
        self._inner = inner
        self._service = service
        self._metrics = metrics
        self._limits = limits
        self._query_log = query_log

    def _finish(
        self, environ: WSGIEnvironment, route: str, status: int, started: float, noted: dict[str, Any]
    ) -> tuple[str, float]:
        """Count and log a request that is answered here: its id, and the seconds since `started`.

        `noted` is what the log tells of it; what was asked (`asked`) is taken out for the query log.
        """
        request_id = request_log.request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        method = environ["REQUEST_METHOD"]
        asked = noted.pop("asked", ())
        if asked and self._query_log is not None and method != "HEAD":
            self._query_log.add(asked)
        seconds = time.perf_counter() - started
        self._metrics.count_request(method, route, status, seconds)
        request_log.write(request_id, method, route, status, seconds, noted)
        return request_id, seconds
