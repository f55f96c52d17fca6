"""The headers that tell a browser what our answers may do: next to nothing.

Pages use their own style sheet and script and nothing else; nothing is inline, nothing is foreign.
"""

from __future__ import annotations

from flask import Flask, Response

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


def install(app: Flask) -> None:
    """Put the headers on every answer, errors included."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    is_page = response.mimetype == "text/html"
    response.headers["Content-Security-Policy"] = PAGE_POLICY if is_page else DATA_POLICY
    return response
