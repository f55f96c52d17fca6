"""What is a problem document (RFC 9457), and which are there besides those of our own failures?

Used by every layer that refuses: views, Flask, and the server in front of both. Each `type` is an address
below `/api/docs`, where the problem is described; it stays the same from version to version.
"""

from __future__ import annotations

from typing import Any

from werkzeug.http import HTTP_STATUS_CODES

PROBLEM = "application/problem+json"

#: Status → what to do about it. The limit is the one of the deployment.
DETAILS: dict[int, str] = {
    400: "The request is not valid HTTP.",
    403: "This is not for you.",
    404: "There is nothing at this address.",
    405: "This address does not take that method; see the Allow header.",
    406: "None of the media types in the Accept header can be given here.",
    413: "The body may have at most {limit} bytes.",
    414: "The address is too long; send the search as a POST request.",
    415: "The body must be JSON, with Content-Type: application/json.",
    417: "The Expect header asks for what cannot be done.",
    429: "Too many requests; wait as long as the Retry-After header says.",
    431: "The headers are too many or too long.",
    500: "This is a defect of ours; it has been logged.",
    501: "The body is sent in a way that is not understood here.",
    503: "The service is busy; try again as soon as Retry-After says.",
}


def title_of(status: int) -> str:
    """The status in words."""
    return HTTP_STATUS_CODES.get(status, "Error")


def kind_of(status: int) -> str:
    """The last part of the `type` of a status's problem.

    >>> kind_of(405)
    'method-not-allowed'
    """
    return title_of(status).lower().replace(" ", "-")


def problem(status: int, kind: str, title: str, detail: str, **extra: Any) -> dict[str, Any]:
    """The members of a problem document."""
    return {"type": f"/api/docs#{kind}", "title": title, "status": status, "detail": detail, **extra}
