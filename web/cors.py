"""Which pages of other sites may ask this service from a browser? None, unless the configuration names them.

CORS as the Fetch standard has it: preflights are answered here, before anything else of the application,
and answers to named origins say that they may be read. Nothing here knows credentials: the service has
no cookies, and `*` may be configured without giving anything away but what anybody can fetch anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: What scripts may read of an answer, besides the few headers that all may.
EXPOSED = "ETag, Link, Retry-After, Server-Timing, X-Request-ID"
METHODS = "GET, HEAD, POST, OPTIONS"
#: What scripts may send. Authorization and the client's name are sent by Meilisearch's clients.
REQUEST_HEADERS = "Accept, Authorization, Content-Type, If-None-Match, X-Meilisearch-Client, X-Request-ID"
#: Seconds a browser may remember a preflight; none remembers more than two hours.
MAX_AGE = "7200"


class CrossOrigin:
    """WSGI: lets scripts of `origins` read what `inner` answers; `*` lets all of them."""

    def __init__(self, inner: WSGIApplication, origins: tuple[str, ...]) -> None:
        self._inner = inner
        self._origins = frozenset(origins)
        self._is_open = "*" in self._origins

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        origin = environ.get("HTTP_ORIGIN", "")
        allowed = self._allowed(origin)
        if (
            allowed
            and environ["REQUEST_METHOD"] == "OPTIONS"
            and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        ):
            start_response("204 NO CONTENT", [*self._preflight(allowed)])
            return []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            return start_response(status, self._added(headers, allowed), error)

        return self._inner(environ, start)

    def _allowed(self, origin: str) -> str:
        """What is told an origin: `*`, its own name, or nothing."""
        if not origin:
            return ""
        if self._is_open:
            return "*"
        return origin if origin in self._origins else ""

    def _added(self, headers: list[tuple[str, str]], allowed: str) -> list[tuple[str, str]]:
        # Caches keep one answer for all origins only if it is the same for all.
        varied = headers if self._is_open else [_with_origin(one) for one in headers]
        if not self._is_open and not any(name.lower() == "vary" for name, _ in headers):
            varied = [*varied, ("Vary", "Origin")]
        if not allowed:
            return varied
        # Scripts of the origins named here may read; the rule for all others stays what it is.
        kept = [one for one in varied if one[0].lower() != "cross-origin-resource-policy"]
        return [
            *kept,
            ("Cross-Origin-Resource-Policy", "cross-origin"),
            ("Access-Control-Allow-Origin", allowed),
            ("Access-Control-Expose-Headers", EXPOSED),
        ]

    def _preflight(self, allowed: str) -> list[tuple[str, str]]:
        headers = [
            ("Access-Control-Allow-Origin", allowed),
            ("Access-Control-Allow-Methods", METHODS),
            ("Access-Control-Allow-Headers", REQUEST_HEADERS),
            ("Access-Control-Max-Age", MAX_AGE),
            ("Cache-Control", "no-store"),
            ("Content-Length", "0"),
        ]
        return headers if self._is_open else [*headers, ("Vary", "Origin")]


def _with_origin(header: tuple[str, str]) -> tuple[str, str]:
    name, value = header
    return (name, f"{value}, Origin") if name.lower() == "vary" and "origin" not in value.lower() else header
