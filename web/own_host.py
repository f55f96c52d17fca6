"""Whose name is this site's? Its own (`PUBLIC_URL`), whatever a caller says.

A `Host` of the caller's choice would get into redirects, and one that is no name into error pages that
cannot be made. No other part of the application looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class OwnHost:
    """WSGI: `inner` sees the scheme and host of `public_url` and no others."""

    def __init__(self, inner: WSGIApplication, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._inner = inner
        self._scheme = parts.scheme
        self._host = parts.netloc.rpartition("@")[2]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = self._scheme
        environ["HTTP_HOST"] = self._host
        return self._inner(environ, start_response)
