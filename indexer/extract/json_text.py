"""What does a piece of JSON say, and if it is wrong, what is wrong with it in human words?

The fast parser takes duplicate keys silently; a count of the key marks in the source tells
whether a slower, exact look is needed.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

# Part of the parser's message → what it means to the person who wrote the line.
_EXPLANATIONS: tuple[tuple[str, str], ...] = (
    ("depth limit", "is nested too deeply (more than 1,024 levels)"),
    ("infinity", "contains a number that is too large"),
    ("surrogate in string", "contains half of a surrogate pair (\\ud800 to \\udfff), which is no character"),
    ("not valid UTF-8", "is not valid UTF-8"),
    ("unexpected end", "ends in the middle of the object"),
    ("after document", "goes on after the end of the object"),
    ("control character", "contains an unescaped control character in a string"),
)
_NOT_NUMBERS = re.compile(r"-?(?:NaN|Infinity)\b")
_SPACED_COLON = re.compile(rb":(?<=[ \t\r\n]:)")


class InvalidJson(ValueError):
    """Text that is not JSON as we accept it; the message completes "this line …"."""


def parse_json(source: bytes | str) -> Any:
    """The value of a JSON text. Raises `InvalidJson`, for duplicate keys too."""
    data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InvalidJson(_explanation(error, data)) from None
    if _may_have_lost_keys(data, value):
        # One tree at a time: that of a hostile line of 16 MiB takes 400 MB.
        del value
        _refuse_duplicate_keys(data)
        value = orjson.loads(data)
    return value


def _explanation(error: orjson.JSONDecodeError, data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    if _NOT_NUMBERS.match(text, error.pos) or _NOT_NUMBERS.match(text, max(error.pos - 1, 0)):
        return "contains NaN or Infinity, which are not JSON"
    for part, explanation in _EXPLANATIONS:
        if part in error.msg:
            return explanation
    near = text[max(error.pos - 10, 0) : error.pos + 10]
    return f"is not valid JSON: {error.msg} at character {error.pos + 1}, near {near!r}"


def _may_have_lost_keys(data: bytes, value: Any) -> bool:
    """Whether the value written out again has another number of key marks than its source.

    Written out, every key is followed by `":`; the same mark inside a string is escaped alike on
    both sides. Sources that spell marks in another way are sent to the exact look as well.
    """
    if data.count(b'":') != orjson.dumps(value).count(b'":'):
        return True
    return b"\\u0022" in data or _SPACED_COLON.search(data) is not None


def _refuse_duplicate_keys(data: bytes) -> None:
    try:
        json.loads(data, object_pairs_hook=_without_duplicates, parse_int=str)
    except RecursionError:
        raise InvalidJson("is nested too deeply") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise InvalidJson(f"has the key {key[:60]!r} twice")
        seen.add(key)
