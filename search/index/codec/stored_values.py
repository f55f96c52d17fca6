"""How is what an application stores with a document kept without pickles?

As one JSON object per document. What JSON has no form for is kept as an object with a single key
that begins with "$" and says what it is; what has no form here either is refused with its name.
"""

from __future__ import annotations

import base64
import datetime
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import orjson

_MARK = "$"
_INTEGERS = range(-(2**63), 2**64)


def encode_stored(fields: Mapping[str, Any]) -> bytes:
    """The fields as JSON. Raises `TypeError` naming the first field whose value has no form."""
    encoded = {}
    for name, value in fields.items():
        try:
            encoded[name] = _plain(value)
        except TypeError as error:
            raise TypeError(f"field {name!r} cannot be stored: {error}") from None
        except RecursionError:
            raise TypeError(f"field {name!r} cannot be stored: it contains itself or is too deep") from None
    try:
        return orjson.dumps(encoded)
    except orjson.JSONEncodeError as error:
        raise TypeError(f"fields {sorted(fields)} cannot be stored: {error}") from None


def decode_stored(data: bytes) -> dict[str, Any]:
    """The fields that `encode_stored` made these bytes of."""
    return {name: _value(value) for name, value in orjson.loads(data).items()} if data else {}


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        return value if value.isascii() or _encodable(value) else {"$text": _hex(value)}
    if kind is int:
        return value if value in _INTEGERS else {"$integer": str(value)}
    if kind is float:
        return value if math.isfinite(value) else {"$float": str(value)}
    if kind is bool or value is None:
        return value
    if kind is list:
        return [_plain(one) for one in value]
    if kind is dict:
        if all(type(key) is str and _encodable(key) and not key.startswith(_MARK) for key in value):
            return {key: _plain(one) for key, one in value.items()}
        return {"$object": [[_plain(key), _plain(one)] for key, one in value.items()]}
    form = _FORMS.get(kind)
    if form is None:
        raise TypeError(
            f"values of {kind.__module__}.{kind.__qualname__} have no form here; convert it to a text, "
            "a number, a date, bytes, or a list or dictionary of these"
        )
    tag, encode, _ = form
    return {tag: encode(value)}


def _value(plain: Any) -> Any:
    if type(plain) is list:
        return [_value(one) for one in plain]
    if type(plain) is not dict:
        return plain
    if len(plain) == 1:
        [(tag, one)] = plain.items()
        if tag in _DECODERS:
            return _DECODERS[tag](one)
    return {key: _value(one) for key, one in plain.items()}


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _hex(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").hex()


def _all(values: Any) -> list[Any]:
    return [_plain(one) for one in values]


#: type → tag, form in JSON, back again
_FORMS: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    datetime.datetime: ("$datetime", datetime.datetime.isoformat, datetime.datetime.fromisoformat),
    datetime.date: ("$date", datetime.date.isoformat, datetime.date.fromisoformat),
    datetime.time: ("$time", datetime.time.isoformat, datetime.time.fromisoformat),
    datetime.timedelta: (
        "$timedelta",
        lambda value: [value.days, value.seconds, value.microseconds],
        lambda parts: datetime.timedelta(*parts),
    ),
    bytes: ("$bytes", lambda value: base64.b64encode(value).decode(), base64.b64decode),
    Decimal: ("$decimal", str, Decimal),
    tuple: ("$tuple", _all, lambda values: tuple(map(_value, values))),
    set: ("$set", _all, lambda values: set(map(_value, values))),
    frozenset: ("$frozenset", _all, lambda values: frozenset(map(_value, values))),
}
_DECODERS: dict[str, Callable[[Any], Any]] = {
    **{tag: decode for tag, _, decode in _FORMS.values()},
    "$text": lambda value: bytes.fromhex(value).decode("utf-8", "surrogatepass"),
    "$integer": int,
    "$float": float,
    "$object": lambda pairs: {_value(key): _value(one) for key, one in pairs},
}
