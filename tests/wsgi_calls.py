"""Requests to an application in this process, byte for byte: what is asked goes in as it would come from
a socket, with no client in between that would put it right."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask


@dataclass(frozen=True, slots=True)
class WsgiAnswer:
    """What came back. `headers` have small letters; `seconds` are those of the clock on the wall, `worked`
    those that processors spent on it."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    worked: float


def call(
    app: Flask,
    path: str,
    query: str = "",
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> WsgiAnswer:
    """Ask for `path`; `query` is the query string as it stands in the address, percent signs and all."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        # What WSGI servers do (PEP 3333): bytes of the path as characters of Latin-1.
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "HTTP_HOST": "127.0.0.1",
    }
    if body:
        environ |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json"}
    for name, value in (headers or {}).items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, stated: list[tuple[str, str]], _problem: object = None) -> Any:
        told.append((status, stated))
        return lambda _data: None

    started, spent = time.perf_counter(), time.process_time()
    parts = app.wsgi_app(environ, start_response)
    try:
        whole = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    seconds, worked = time.perf_counter() - started, time.process_time() - spent
    status, stated = told[-1]
    fields = {name.lower(): value for name, value in stated}
    return WsgiAnswer(int(status[:3]), fields, whole, seconds, worked)
