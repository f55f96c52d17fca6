"""What goes wrong → one response: RFC 9457 problem JSON for programs, a page for people.

Views hold no try/except; every failure ends here. `FAILURES` says which status each class of
ours has and what may be said about it; messages that name files of this machine stay in the log.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect

from search.errors import (
    DeadlineExceeded,
    DocumentNotFound,
    IndexUnavailable,
    RequestError,
    SearchServiceError,
)
from web.metrics import metrics
from web.problems import DETAILS, PROBLEM, kind_of, problem, title_of
from web.serialize import html_response, json_response
from web.service import service

logger = logging.getLogger("web")

#: Paths that answer programs. All others answer people.
_PROGRAM_PATHS = ("/api/", "/healthz", "/readyz", "/metrics")


@dataclass(frozen=True, slots=True)
class Failure:
    """How a class of errors is answered. Without `detail` the error's own message is told."""

    status: int
    kind: str
    title: str
    detail: str | None = None
    retry_after: int | None = None


#: First match wins, so subclasses stand before their parents.
FAILURES: tuple[tuple[type[SearchServiceError], Failure], ...] = (
    (RequestError, Failure(400, "bad-parameter", "A parameter is wrong")),
    (DocumentNotFound, Failure(404, "unknown-document", "No such document")),
    (
        DeadlineExceeded,
        Failure(503, "deadline", "The query took too long", "The query was stopped; try a simpler one.", 1),
    ),
    (
        IndexUnavailable,
        Failure(503, "no-index", "The index is not available", "There is no index to search right now.", 5),
    ),
    (
        SearchServiceError,
        Failure(503, "unavailable", "The service is not available", "Please try again in a moment.", 5),
    ),
)


def install(app: Flask) -> None:
    """Answer every exception."""
    app.register_error_handler(SearchServiceError, _service_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _defect)


def problem_kinds() -> list[tuple[int, str, str]]:
    """Status, kind and meaning of every problem the API can answer with, for its documentation."""
    ours = [(failure.status, failure.kind, failure.title) for _, failure in FAILURES]
    general = [(status, kind_of(status), title_of(status)) for status in DETAILS]
    return sorted(ours + general)


def failure_of(error: SearchServiceError) -> Failure:
    """The row of `FAILURES` for `error`."""
    return next(failure for kind, failure in FAILURES if isinstance(error, kind))


def _service_error(error: SearchServiceError) -> Response:
    failure = failure_of(error)
    if failure.status >= 500:
        logger.warning("%s: %s", type(error).__name__, error)
    if isinstance(error, DeadlineExceeded):
        metrics().count_refusal("deadline")
    extra = {"errors": error.errors} if isinstance(error, RequestError) else {}
    return _answer(
        failure.status,
        failure.kind,
        failure.title,
        failure.detail or str(error),
        retry_after=failure.retry_after,
        **extra,
    )


def _http_error(error: HTTPException) -> Response | HTTPException:
    if isinstance(error, RequestRedirect) or error.code is None:
        return error
    detail = DETAILS.get(error.code, error.description or "")
    detail = detail.replace("{limit}", str(service().web.max_body_bytes))
    response = _answer(error.code, kind_of(error.code), title_of(error.code), detail)
    for name, value in error.get_headers():
        # Allow and Retry-After; the body is ours.
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _defect(error: InternalServerError) -> Response | HTTPException:
    """Ours; or the deadline's, when it struck while another answer was being made."""
    original = error.original_exception
    if isinstance(original, SearchServiceError):
        return _service_error(original)
    # Flask has logged the traceback already.
    return _http_error(error)


def _answer(
    status: int, kind: str, title: str, detail: str, *, retry_after: int | None = None, **extra: Any
) -> Response:
    if request.path.startswith(_PROGRAM_PATHS):
        told = problem(status, kind, title, detail, **extra)
        response = json_response(told, status=status, mimetype=PROBLEM)
    else:
        response = html_response(_page(status), status=status)
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _page(status: int) -> str:
    words = service().wording
    return render_template(
        "error.html",
        status=status,
        heading=words.error_heading(status),
        advice=words.error_advice(status),
        request_id=g.get("request_id", ""),
    )
