"""Values → bodies of answers, JSON and pages. Never fails on what a document may hold."""

from __future__ import annotations

import json
from typing import Any

import orjson
from flask import Response

JSON = "application/json"


def json_bytes(value: Any) -> bytes:
    """UTF-8 JSON. Text with lone surrogates, which UTF-8 cannot hold, is written with escapes."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:
        pass
    try:
        # Keys that are no strings are rare, and looking out for them makes all others half as fast.
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:
        return json.dumps(value, default=str).encode("ascii")


def json_response(value: Any, *, status: int = 200, mimetype: str = JSON) -> Response:
    """A response whose body is `value` as JSON."""
    return Response(json_bytes(value), status=status, content_type=mimetype)


def html_response(html: str, *, status: int = 200) -> Response:
    """A page. Half characters, which a document may hold and UTF-8 cannot, become question marks."""
    return Response(html.encode("utf-8", "replace"), status=status, content_type="text/html; charset=utf-8")


def json_for_html(value: Any) -> str:
    """JSON that may stand inside a `<script type="application/ld+json">`.

    `<`, `>` and `&` become escapes, so that no text can end the element or open a comment.
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace").decode("utf-8")
