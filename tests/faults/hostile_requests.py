"""Requests that want something else than an answer: names, bodies, methods and addresses of attackers.

One table a test (S6, S7, S8). A case says which statuses are right through nginx and directly; without them,
any refusal (4xx, 501, 505) is. Nowhere may an answer hold what `LEAKS` finds, nor the name `evil.example`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from deployed import NAME

#: What no answer may tell: traces, versions, paths of the machine, and names that only the caller said.
LEAKS = re.compile(
    rb'Traceback|File "|site-packages|/usr/|/opt/|/tmp/|/home/|\.py\b|[Ww]erkzeug|Python/|gunicorn/|'
    rb"nginx/[0-9]|"
    rb"evil\.example|smuggled-canary|root:",
)
REFUSED = frozenset(range(400, 500)) | {501, 505}
FINE = frozenset({200})
EVERYWHERE = frozenset({200, 404})


@dataclass(frozen=True, slots=True)
class Case:
    """`data` is what goes over the wire; `answers` the most responses that may come back."""

    id: str
    data: bytes
    nginx: frozenset[int] = REFUSED
    direct: frozenset[int] = REFUSED
    answers: int = 1
    #: The server may wait for more that never comes.
    may_wait: bool = False


def lines(first: str, *headers: str, body: str = "", host: str | None = NAME, close: bool = True) -> bytes:
    """A request of a first line and headers; with our Host and a closed connection unless said otherwise."""
    everything = [first]
    if host is not None:
        everything.append(f"Host: {host}")
    everything += headers
    if close:
        everything.append("Connection: close")
    return ("\r\n".join(everything) + "\r\n\r\n" + body).encode("latin-1")


def _hosts() -> Iterable[Case]:
    get = "GET /opensearch.xml HTTP/1.1"
    right = {
        "right": NAME,
        "upper case": NAME.upper(),
        "with a port": f"{NAME}:8443",
        "with a dot": f"{NAME}.",
    }
    for what, host in right.items():
        yield Case(f"host {what}", lines(get, host=host), FINE, FINE)
    foreign = {
        "other": "evil.example", "other with port": "evil.example:80", "below": f"{NAME}.evil.example",
        "above": f"evil.example.{NAME}", "number": "127.0.0.1", "number 6": "[::1]", "localhost": "localhost",
        "metadata": "169.254.169.254", "empty": "", "long": "a" * 3000 + ".example", "underscore": "_",
        "star": "*",
        "percent": "%65vil.example",
    }  # fmt: skip
    for what, host in foreign.items():
        yield Case(f"host {what}", lines(get, host=host), REFUSED, REFUSED | FINE)
    broken = {
        "user": f"{NAME}@evil.example", "path": f"{NAME}/evil.example", "two names": f"{NAME}, evil.example",
        "space": f"{NAME} evil.example", "tab": f"{NAME}\tevil.example", "query": f"{NAME}?evil.example",
        "markup": "<script>evil.example</script>", "letters": "évil.example",
        "backslash": f"{NAME}\\evil.example",
        "port twice": f"{NAME}:80:evil.example",
    }  # fmt: skip
    for what, host in broken.items():
        # nginx reads a name up to a port that is none; ours is then ours.
        yield Case(f"host {what}", lines(get, host=host), REFUSED | FINE, REFUSED | FINE)
    yield Case("no host", lines(get, host=None), REFUSED, REFUSED | FINE)
    yield Case("no host in 1.0", lines("GET /opensearch.xml HTTP/1.0", host=None), REFUSED, REFUSED | FINE)
    yield Case("two hosts", lines(get, "Host: evil.example"), REFUSED, REFUSED | FINE)
    yield Case("the same host twice", lines(get, f"Host: {NAME}"), REFUSED, REFUSED | FINE)
    yield Case("folded host", lines(get, "X-A: b\r\n evil.example"))
    yield Case("space before colon", lines(get, "Host : evil.example"))
    absolute = {
        "evil": "http://evil.example/", "evil tls": "https://evil.example/opensearch.xml",
        "user": f"http://evil.example@{NAME}/", "scheme": "file:///etc/passwd",
    }  # fmt: skip
    for what, target in absolute.items():
        yield Case(f"absolute {what}", lines(f"GET {target} HTTP/1.1"), REFUSED | FINE, REFUSED | FINE)
    # A target without a path is sent to the one with it, at our own address.
    yield Case(
        "absolute only scheme",
        lines("GET http:// HTTP/1.1", host="evil.example"),
        REFUSED,
        REFUSED | FINE | {308},
    )
    ours = lines(f"GET http://{NAME}/opensearch.xml HTTP/1.1", host="evil.example")
    yield Case("absolute ours, host evil", ours, REFUSED | FINE, REFUSED | FINE)
    for name in (
        "X-Forwarded-Host",
        "X-Host",
        "X-Forwarded-Server",
        "X-HTTP-Host-Override",
        "X-Original-Host",
    ):
        yield Case(name, lines(get, f"{name}: evil.example"), FINE, FINE)
    yield Case(
        "Forwarded", lines(get, "Forwarded: host=evil.example;proto=http;for=evil.example"), FINE, FINE
    )
    yield Case(
        "X-Forwarded-Proto", lines(get, "X-Forwarded-Proto: javascript:evil.example"), FINE, FINE | REFUSED
    )
    yield Case("X-Forwarded-Prefix", lines(get, "X-Forwarded-Prefix: //evil.example"), FINE, FINE)
    for name in ("X-Original-URL", "X-Rewrite-URL"):
        yield Case(name, lines("GET /nothing-here HTTP/1.1", f"{name}: /metrics"))
    yield Case("Script-Name", lines(get, "SCRIPT_NAME: /evil.example", "Script-Name: //evil.example"),
               FINE | REFUSED, FINE | REFUSED)  # fmt: skip


CANARY = f"GET /smuggled-canary HTTP/1.1\r\nHost: {NAME}\r\n\r\n"
_POST = "POST /api/v1/search HTTP/1.1"
_JSON = "Content-Type: application/json"
_CHUNKED = "Transfer-Encoding: chunked"
_EMPTY_CHUNK = f"0\r\n\r\n{CANARY}"


def _smuggled() -> Iterable[Case]:
    whole = f"Content-Length: {len(_EMPTY_CHUNK)}"
    yield Case("CL.TE", lines(_POST, _JSON, whole, _CHUNKED, body=_EMPTY_CHUNK))
    yield Case(
        "TE.CL",
        lines(_POST, _JSON, _CHUNKED, "Content-Length: 4", body=f"{len(CANARY):x}\r\n{CANARY}\r\n0\r\n\r\n"),
    )
    encodings = {
        "x": "xchunked", "space": "chunked ,", "tab": "\tchunked", "vertical tab": "\x0bchunked",
        "twice": "chunked, chunked",
        "identity last": "chunked, identity", "identity first": "identity, chunked", "quoted": '"chunked"',
        "upper": "CHUNKED", "comma": ",chunked", "gzip": "gzip, chunked", "cow": "cow", "nbsp": "\xa0chunked",
    }  # fmt: skip
    for what, value in encodings.items():
        # With a length beside it every encoding is a contradiction.
        yield Case(
            f"CL.TE {what}", lines(_POST, _JSON, whole, f"Transfer-Encoding: {value}", body=_EMPTY_CHUNK)
        )
    names = {
        "space": "Transfer-Encoding : chunked",
        "underscore": "Transfer_Encoding: chunked",
        "tab": "Transfer-Encoding\t: chunked",
    }
    for what, header in names.items():
        # What nginx drops as a header of that name leaves a body of the stated length, and one answer.
        yield Case(f"TE name {what}", lines(_POST, _JSON, whole, header, body=_EMPTY_CHUNK))
    yield Case("two TE", lines(_POST, _JSON, whole, _CHUNKED, "Transfer-Encoding: x", body=_EMPTY_CHUNK))
    yield Case("TE folded", lines(_POST, _JSON, whole, "Transfer-Encoding:\r\n chunked", body=_EMPTY_CHUNK))
    yield Case("TE in 1.0", lines("POST /api/v1/search HTTP/1.0", _JSON, whole, _CHUNKED, body=_EMPTY_CHUNK))
    lengths = {
        "differ": ("Content-Length: 0", whole), "same twice": (whole, whole),
        "list": (f"Content-Length: 0, {len(CANARY)}",),
        "negative": ("Content-Length: -1",), "plus": ("Content-Length: +5",), "hex": ("Content-Length: 0x5",),
        "empty": ("Content-Length:",), "words": ("Content-Length: five",),
        "space inside": ("Content-Length: 1 0",),
        "huge": ("Content-Length: 99999999999999999999",),
        "underscore": ("Content_Length: 5", "Content-Length: 0"),
        "full width": ("Content-Length: \xef\xbc\x95",), "float": ("Content-Length: 5.0",),
    }  # fmt: skip
    for what, headers in lengths.items():
        # "0" is a length, and what follows it another request, but the connection was to be closed.
        yield Case(f"CL {what}", lines(_POST, _JSON, *headers, body=CANARY))
    chunks = {
        "size negative": f"-1\r\n{CANARY}", "size with sign": f"+{len(CANARY):x}\r\n{CANARY}\r\n0\r\n\r\n",
        "size 0x": f"0x5\r\nhello\r\n{_EMPTY_CHUNK}",
        "size huge": f"ffffffffffffffffff\r\n{CANARY}", "size empty": f"\r\n{CANARY}",
        "size words": f"five\r\nhello\r\n{_EMPTY_CHUNK}",
        "bare newline": f"5\nhello\n0\n\n{CANARY}", "no end of chunk": f"5\r\nhello{_EMPTY_CHUNK}",
        "too short": f"2\r\nhello\r\n{_EMPTY_CHUNK}",
        "extension with newline": f"5;a=\nb\r\nhello\r\n{_EMPTY_CHUNK}",
        "trailer host": f"0\r\nHost: evil.example\r\n\r\n{CANARY}",
        "trailer length": f"0\r\nContent-Length: {len(CANARY)}\r\n\r\n{CANARY}",
        "underscore": f"0_5\r\nhello\r\n{_EMPTY_CHUNK}",
    }  # fmt: skip
    for what, body in chunks.items():
        yield Case(f"chunk {what}", lines(_POST, _JSON, _CHUNKED, body=body), may_wait=True)
    for method in ("GET", "HEAD", "OPTIONS"):
        with_body = lines(f"{method} /healthz HTTP/1.1", f"Content-Length: {len(CANARY)}", body=CANARY)
        yield Case(f"{method} with a body", with_body, REFUSED, REFUSED | FINE)
    yield Case(
        "GET in chunks", lines("GET /healthz HTTP/1.1", _CHUNKED, body=_EMPTY_CHUNK), REFUSED, REFUSED | FINE
    )
    raw = {
        "bare newlines": f"GET /healthz HTTP/1.1\nHost: {NAME}\nConnection: close\n\n".encode(),
        "bare returns": f"GET /healthz HTTP/1.1\rHost: {NAME}\r\r".encode() + b"\r\n\r\n",
        "return inside a value": lines("GET /healthz HTTP/1.1", "X-A: a\rTransfer-Encoding: chunked"),
        "newline inside a value": lines("GET /healthz HTTP/1.1", "X-A: a\nX-Forwarded-For: evil.example"),
        "nul inside a value": lines("GET /healthz HTTP/1.1", "X-A: a\x00b"),
        "nul inside a name": lines("GET /healthz HTTP/1.1", "X-\x00A: a"),
        "no colon": lines("GET /healthz HTTP/1.1", "Transfer-Encoding chunked"),
        "empty name": lines("GET /healthz HTTP/1.1", ": chunked"),
        "space first": lines("GET /healthz HTTP/1.1", " X-A: b", host=NAME),
        "name with brackets": lines("GET /healthz HTTP/1.1", "X(A): b"),
        "space in the target": lines("GET /healthz /metrics HTTP/1.1"),
        "version 0.9": b"GET /healthz\r\n\r\n",
        "version 9.9": lines("GET /healthz HTTP/9.9"),
        "version 1.1x": lines("GET /healthz HTTP/1.1x"),
        "version lower case": lines("GET /healthz http/1.1"),
        "preface of 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 200 + b"\r\n\r\n",
        "noise": bytes(range(256)) + b"\r\n\r\n",
        "only newlines": b"\r\n" * 50 + b"x\r\n\r\n",
    }
    for what, data in raw.items():
        # Some of it is harmless to nginx, which sends its own words on and not these.
        yield Case(what, data, REFUSED | FINE, REFUSED | FINE)
    upgrade = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")
    to_2 = lines("GET /healthz HTTP/1.1", *upgrade, close=False)
    yield Case("to HTTP/2", to_2, FINE, FINE | REFUSED, may_wait=True)
    yield Case("long header", lines("GET /healthz HTTP/1.1", f"X-A: {'a' * 9000}"))
    yield Case("very long header", lines("GET /healthz HTTP/1.1", f"X-A: {'a' * 150_000}"))
    yield Case("long name", lines("GET /healthz HTTP/1.1", f"{'X' * 9000}: a"))
    yield Case("many headers", lines("GET /healthz HTTP/1.1", *(f"X-{one}: a" for one in range(120))))
    yield Case(
        "very many headers", lines("GET /healthz HTTP/1.1", *(f"X-{one}: {'a' * 200}" for one in range(5000)))
    )
    yield Case("long line", lines(f"GET /?q={'a' * 300_000} HTTP/1.1"))
    yield Case("long method", lines(f"{'G' * 5000} / HTTP/1.1"))
    yield Case(
        "expects the impossible",
        lines(_POST, _JSON, "Expect: 200-ok", "Content-Length: 2", body="{}"),
        REFUSED | FINE,
        REFUSED,
    )


def _addresses() -> Iterable[Case]:
    yield Case("HEAD", lines("HEAD /api/v1/search?q=brick HTTP/1.1"), FINE, FINE)
    yield Case(
        "OPTIONS", lines("OPTIONS /api/v1/search HTTP/1.1"), FINE | REFUSED | {204}, FINE | REFUSED | {204}
    )
    yield Case("OPTIONS of all", lines("OPTIONS * HTTP/1.1"), REFUSED | FINE, REFUSED | FINE)
    for method in (
        "TRACE",
        "TRACK",
        "CONNECT",
        "PUT",
        "DELETE",
        "PATCH",
        "PROPFIND",
        "DEBUG",
        "get",
        "G\xc9T",
        "GET,POST",
        "PURGE",
    ):
        yield Case(method, lines(f"{method} / HTTP/1.1", "X-Secret: evil.example"))
    yield Case("CONNECT elsewhere", lines("CONNECT evil.example:443 HTTP/1.1"))
    closed = {
        "metrics": "/metrics", "encoded": "/%6detrics", "dot": "/./metrics", "up": "/x/../metrics",
        "encoded up": "/x/%2e%2e/metrics",
        "two slashes": "//metrics", "slash after": "/metrics/", "query": "/metrics?x=1",
        "parameter": "/metrics;x",
        "backslash": "/\\metrics", "case": "/METRICS", "twice encoded": "/%256detrics",
        "fragment": "/metrics%23", "api": "/api/../metrics",
        "three dots": "/.../metrics", "nul": "/metrics%00", "newline": "/metrics%0a",
        "question": "/metrics%3f",
    }  # fmt: skip
    for what, address in closed.items():
        # To those without a proxy it is theirs.
        yield Case(f"closed {what}", lines(f"GET {address} HTTP/1.1"), REFUSED, REFUSED | FINE)
    files = {
        "up": "/static/../settings.py", "encoded up": "/static/%2e%2e/settings.py",
        "encoded slash": "/static/..%2fsettings.py",
        "backslash": "/static/..\\settings.py", "far up": "/static/../../../../../../etc/passwd",
        "absolute": "/static//etc/passwd",
        "far up encoded": "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "overlong": "/static/%c0%ae%c0%ae/settings.py",
        "twice encoded": "/static/%252e%252e/settings.py", "nul": "/static/style.css%00.py",
        "folder": "/static/",
        "git": "/.git/config", "environment": "/.env", "debugger": "/console", "status": "/nginx_status",
        "source": "/wsgi.py",
        "document up": "/document/../../etc/passwd", "document encoded": "/document/..%2f..%2fetc%2fpasswd",
        "documents": "/api/v1/documents/%2e%2e%2fLIVE",
    }  # fmt: skip
    for what, address in files.items():
        yield Case(f"file {what}", lines(f"GET {address} HTTP/1.1"))
    odd = {
        "nul in path": "/document/%00", "bytes in path": "/document/%ff%fe", "half an escape": "/document/%",
        "wrong escape": "/document/%zz",
        "markup": "/document/<script>alert(1)</script>", "surrogate": "/document/%ed%a0%80",
        "newline in path": "/document/%0d%0aSet-Cookie:%20a=b",
        "long path": "/document/" + "a" * 5000, "deep path": "/" + "a/" * 2000, "nothing": "/no/such/page",
        "api nothing": "/api/v1/nothing",
        "facet unknown": "/api/v1/facets/nothing", "parameter": "/api/v1/search?page=x",
        "parameter unknown": "/api/v1/search?nothing=1",
        "window": "/api/v1/search?page=999999999", "number": "/api/v1/search?per_page=99999999999999999999",
        "sort": "/api/v1/search?sort=__class__",
    }  # fmt: skip
    for what, address in odd.items():
        yield Case(f"odd {what}", lines(f"GET {address} HTTP/1.1"))
    fine = {
        "nul in q": "/api/v1/search?q=%00brick", "newline in q": "/?q=%0d%0aSet-Cookie:%20a=b",
        "bytes in q": "/api/v1/search?q=%ff%fe",
        "surrogate in q": "/api/v1/search?q=%ed%a0%80", "format": "/?q=%25s%25n%7B0.__class__%7D",
        "template": "/?q=%7B%7B7*7%7D%7D",
        "debugger": "/?__debugger__=yes&cmd=resource&f=debugger.js", "half an escape in q": "/?q=%",
    }  # fmt: skip
    for what, address in fine.items():
        yield Case(f"fine {what}", lines(f"GET {address} HTTP/1.1"), FINE, FINE)
    headers = {
        "cookies": "Cookie: " + "a=b; " * 500, "range": "Range: bytes=0-0,5-,-1,99999999999999-",
        "tag": 'If-None-Match: "' + "a" * 4000,
        "date": "If-Modified-Since: never", "languages": "Accept-Language: " + "x-" * 2000,
        "packing": "Accept-Encoding: ,,;q=9,gzip;q=evil",
        "address": "X-Forwarded-For: <script>, 999.1.1.1, evil.example",
        "id": "X-Request-ID: evil.example<script>" + "a" * 500,
        "waited": "X-Request-Start: t=-1e308", "not a number": "X-Request-Start: t=nan",
        "referrer": "Referer: http://evil.example/",
        "authorization": "Authorization: Basic ////", "override": "X-HTTP-Method-Override: DELETE",
        "proxy": "Proxy: http://evil.example/",
    }  # fmt: skip
    for what, header in headers.items():
        yield Case(
            f"header {what}",
            lines("GET /api/v1/search?q=brick HTTP/1.1", header),
            FINE | REFUSED,
            FINE | REFUSED,
        )
    yield Case("accepts nothing of ours", lines("GET /api/v1/search HTTP/1.1", "Accept: image/png"))
    bodies = {
        "broken": (_JSON, "{"), "list": (_JSON, "[]"), "number": (_JSON, "1e999999"),
        "deep": (_JSON, "[" * 20_000),
        "type": ("Content-Type: text/plain", "{}"),
        "multipart": ("Content-Type: multipart/form-data; boundary=x", "--x--"),
        "unknown key": (_JSON, '{"__proto__": 1}'), "bytes": (_JSON, "\xff\xfe"),
        "surrogate": (_JSON, '{"sort": "\\ud800"}'),
        "not a number": (_JSON, '{"page": NaN}'),
        "pickle": ("Content-Type: application/x-python-pickle", "cos\nsystem\n(S'id'\ntR."),
        "xml": (
            "Content-Type: application/xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        ),
        "large": (_JSON, '{"q": "' + "a" * 70_000 + '"}'),
    }  # fmt: skip
    for what, (kind, body) in bodies.items():
        yield Case(f"body {what}", lines(_POST, kind, f"Content-Length: {len(body)}", body=body))
    yield Case("POST to a page", lines("POST / HTTP/1.1", "Content-Length: 0"))


HOSTS = tuple(_hosts())
SMUGGLED = tuple(_smuggled())
ADDRESSES = tuple(_addresses())
