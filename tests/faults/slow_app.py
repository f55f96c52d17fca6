"""An application whose searches take as long as a test wants, for the real gunicorn.

`forever` never ends, `memory` takes all there is, anything else takes `SLOW_SECONDS` without computing, so
that capacity is known and the machine is not busy. Every answer names the worker that gave it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web_fake import FakeSearcher, fake_app

from search.request import SearchRequest
from search.results import SearchResults
from web.request_log import configure_logging

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SECONDS = float(os.environ.get("SLOW_SECONDS") or 0)
_MEGABYTE = 1024 * 1024


class SlowSearcher(FakeSearcher):
    """Answers like `FakeSearcher`, later."""

    def search(self, request: SearchRequest) -> SearchResults:
        if request.q.startswith("forever"):
            while True:
                time.sleep(0.005)
        held = []
        while request.q.startswith("memory"):
            held.append(b"x" * 16 * _MEGABYTE)
        if _SECONDS and request.q:
            time.sleep(_SECONDS)
        return super().search(request)


configure_logging()
app = fake_app(
    SlowSearcher(),
    cache_bytes=0,
    trust_proxy=True,
    metrics_directory=Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]),
    max_wait_seconds=float(os.environ.get("SEARCH_MAX_WAIT_SECONDS") or 5),
)


class Named:
    """WSGI: every answer of `inner` says which worker gave it, those that never reach Flask too."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            return start_response(status, [*headers, ("X-Worker", str(os.getpid()))], *more)

        return self._inner(environ, started)  # type: ignore[arg-type]


app.wsgi_app = Named(app.wsgi_app)  # type: ignore[method-assign]
