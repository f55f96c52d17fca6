"""The headers that tell a browser what our answers may do: next to nothing.

Pages use their own style sheet and script and nothing else; nothing is inline, nothing is foreign.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: For pages. The data block of JSON-LD is not a script and needs no exception.
PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
#: For everything that is not a page: it may not even show a picture.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

SECURITY_HEADERS: dict[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


_POLICY = "Content-Security-Policy"
_ALWAYS = tuple(SECURITY_HEADERS.items())
_ON_PAGES = (*_ALWAYS, (_POLICY, PAGE_POLICY))
_ON_DATA = (*_ALWAYS, (_POLICY, DATA_POLICY))


def security_headers(status: int, content_type: str) -> tuple[tuple[str, str], ...]:
    """What an answer carries besides its own headers.

    A 304 has no policy: caches would put it in place of the one they keep with the body (RFC 9111 §3.2).
    """
    if status == 304:
        return _ALWAYS
    return _ON_PAGES if content_type.startswith("text/html") else _ON_DATA


class SecurityHeaders:
    """WSGI: puts the headers on every answer of `inner`, errors included.

    Not a hook of Flask, whose headers cost a microsecond each, twice.
    """

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
            added = security_headers(int(status[:3]), content_type)
            return start_response(status, [*headers, *added], error)

        return self._inner(environ, start)
