"""What can go wrong when a service is asked, and who can do something about it?

ClientError
├── Unreachable            no answer came: refused, broken off
│   └── TimedOut           none came in time
├── UnexpectedAnswer       an answer came, but not one of this API
└── Problem                the service says what is wrong (RFC 9457)
    ├── BadParameter       400: `errors` names each, `nearest` what was probably meant
    ├── NotFound           404: no such document, or nothing at this address
    ├── TooManyRequests    429: wait `retry_after` seconds
    └── Unavailable        503: overload, a query past its deadline, no index; see `retry_after`
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NEAREST = re.compile(r"did you mean '([^']*)'")


class ClientError(Exception):
    """A question that has no answer."""


class Unreachable(ClientError):
    """No answer came from the service."""


class TimedOut(Unreachable):
    """No answer came in time."""


class UnexpectedAnswer(ClientError):
    """What answered does not speak this API: another program, or a proxy with a page of its own."""


class Problem(ClientError):
    """The service's own words for what is wrong.

    `status` is the HTTP status, `kind` the last part of the problem's type (such as `deadline`),
    `retry_after` seconds to wait or None, `request_id` what the service's log calls this request.
    """

    def __init__(
        self,
        status: int,
        *,
        kind: str = "",
        title: str = "",
        detail: str = "",
        errors: Mapping[str, str] | None = None,
        retry_after: float | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(f"{status} {title}: {detail}" if detail else f"{status} {title}".strip())
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.errors = dict(errors or {})
        self.retry_after = retry_after
        self.request_id = request_id


class BadParameter(Problem):
    """A parameter is wrong. `errors` maps its name to a sentence that says what to do."""

    @property
    def nearest(self) -> dict[str, str]:
        """Wrong name → the nearest one that the service knows, where it has one."""
        found = {name: _NEAREST.search(sentence) for name, sentence in self.errors.items()}
        return {name: match[1] for name, match in found.items() if match}


class NotFound(Problem):
    """There is no such document, or nothing at this address."""


class TooManyRequests(Problem):
    """The service wants to be asked less often."""


class Unavailable(Problem):
    """The service cannot answer now: overload, a query past its deadline, or no index."""


_BY_STATUS: dict[int, type[Problem]] = {
    400: BadParameter,
    404: NotFound,
    429: TooManyRequests,
    503: Unavailable,
}


def problem_of(status: int, body: Any, *, retry_after: float | None, request_id: str) -> Problem:
    """The exception for an answer with this status. `body` is its JSON, or None where it has none."""
    told: dict[str, Any] = body if isinstance(body, dict) else {}
    errors = told.get("errors")
    return _BY_STATUS.get(status, Problem)(
        status,
        kind=str(told.get("type", "")).rpartition("#")[2],
        title=str(told.get("title", "")),
        detail=str(told.get("detail", "")),
        errors={str(name): str(why) for name, why in errors.items()} if isinstance(errors, dict) else None,
        retry_after=retry_after,
        request_id=request_id,
    )
