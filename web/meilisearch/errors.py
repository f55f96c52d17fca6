"""What goes wrong on Meilisearch's routes, in its shape: message, code, type, link.

Codes are those of its documentation where it has one for the case; clients compare them.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.routing import RequestRedirect

from search.errors import (
    DeadlineExceeded,
    DocumentNotFound,
    IndexUnavailable,
    RequestError,
    SearchServiceError,
)
from web.errors import failure_of
from web.metrics import metrics
from web.serialize import json_response

_LINK = "https://docs.meilisearch.com/errors#"
#: Types of errors: whose fault they are.
CALLER, AUTHORISATION, OURS = "invalid_request", "auth", "internal"


@dataclass(frozen=True, slots=True)
class _Kind:
    code: str
    type: str = CALLER


#: HTTP statuses of Flask's and ours → Meilisearch's code.
_OF_STATUS: dict[int, _Kind] = {
    400: _Kind("bad_request"),
    404: _Kind("not_found"),
    405: _Kind("method_not_allowed"),
    413: _Kind("payload_too_large"),
    414: _Kind("bad_request"),
    415: _Kind("invalid_content_type"),
    429: _Kind("too_many_search_requests", "system"),
    503: _Kind("index_not_accessible", OURS),
}
_DEFECT = _Kind("internal", OURS)


class MeilisearchError(Exception):
    """A request that is refused; `code` as in Meilisearch's table of errors."""

    def __init__(self, code: str, message: str, *, status: int = 400, kind: str = CALLER) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.kind = kind


def unknown_index(uid: str) -> MeilisearchError:
    """404: there is no index of this name."""
    return MeilisearchError("index_not_found", f"Index `{uid}` not found.", status=404)


def install(blueprint: Blueprint) -> None:
    """Answer every exception of the blueprint's routes."""
    blueprint.register_error_handler(MeilisearchError, _refused)
    blueprint.register_error_handler(SearchServiceError, _service_error)
    blueprint.register_error_handler(InternalServerError, _defect)
    blueprint.register_error_handler(HTTPException, _http_error)


def _answer(status: int, code: str, kind: str, message: str) -> Response:
    body = {"message": message, "code": code, "type": kind, "link": _LINK + code}
    response = json_response(body, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(error: MeilisearchError) -> Response:
    return _answer(error.status, error.code, error.kind, error.message)


def _service_error(error: SearchServiceError) -> Response:
    failure = failure_of(error)
    message = failure.detail or str(error)
    if isinstance(error, RequestError):
        code = "malformed_payload" if "body" in error.errors else "bad_request"
        return _answer(400, code, CALLER, message)
    if isinstance(error, DocumentNotFound):
        return _answer(404, "document_not_found", CALLER, f"Document `{error.document_id}` not found.")
    if isinstance(error, DeadlineExceeded):
        metrics().count_refusal("deadline")
    code = "index_not_accessible" if isinstance(error, IndexUnavailable) else "internal"
    response = _answer(failure.status, code, OURS, message)
    response.headers["Retry-After"] = str(failure.retry_after or 1)
    return response


def _http_error(error: HTTPException) -> Response | HTTPException:
    if isinstance(error, RequestRedirect) or error.code is None:
        return error
    kind = _OF_STATUS.get(error.code, _DEFECT)
    message = error.description or HTTP_STATUS_CODES.get(error.code, "Error")
    response = _answer(error.code, kind.code, kind.type, message)
    for name, value in error.get_headers():
        # Allow and Retry-After; the body is ours.
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _defect(error: InternalServerError) -> Response | HTTPException:
    """Ours, logged by Flask; or the deadline's, when it struck while another answer was being made."""
    original = error.original_exception
    if isinstance(original, SearchServiceError):
        return _service_error(original)
    return _answer(500, _DEFECT.code, _DEFECT.type, "This is a defect of ours; it has been logged.")
