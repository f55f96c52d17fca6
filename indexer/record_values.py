"""What does a value in a record stand for: a text, a number, a date, a list of names?

Values come as JSON has them or as text from tables and front matter. One of a wrong type makes the
record invalid; what exports write where they have no value is nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from indexer.dates import parse_date
from indexer.language_codes import canonical_language
from indexer.record_keys import ROLES

# What exports write where they have no value.
ABSENT = frozenset({"", "n/a", "na", "nan", "null", "none", "-", "—", "\\n", "unknown"})

_LIST_SEPARATOR = re.compile(r"(?:(?<!\s)\s+)?[;|]\s*")
_UNWANTED_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
FIGURES = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_LARGEST_INTEGER = 2**63
_SCALARS = frozenset({str, bool, int, float})
_ELEMENT_NAMES = ("name", "title", "label", "value")


class InvalidRecord(ValueError):
    """A record that cannot become a document; the message names the key and the value at fault."""


def clean_text(value: str, name: str) -> str:
    """The text without control characters. Raises `InvalidRecord` for what is no Unicode text.

    Most strings are printable as they are; that test is fast, the rest is for the others.
    """
    if value.isprintable():
        return value.strip()
    if _SURROGATE.search(value):
        raise InvalidRecord(f"{name} contains half of a surrogate pair, which is no character")
    return _UNWANTED_CONTROL.sub(" ", value).strip()


def one_text(name: str, value: Any) -> str:
    """A text or a whole number as text, cleaned. Raises `InvalidRecord` naming the key."""
    if isinstance(value, str):
        return clean_text(value, name)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_INTEGER:
        return str(value)
    raise InvalidRecord(f"{name} must be text, not {kind_of(value)}")


#: The code of a language as it is given, None of none.
known_language: Callable[[str], str | None] = lru_cache(maxsize=4096)(canonical_language)


def one_date(name: str, value: Any) -> str | None:
    """An ISO date or a year; None where there is none. Raises `InvalidRecord`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if value == 0:
            return None
        date = f"{value:04d}" if 0 < value < 10_000 else None
    elif isinstance(value, str):
        date = parse_date(value)
        if date is None:
            text = value.strip()
            if text.lower() in ABSENT or not text.strip("0-/. "):
                return None
            if re.fullmatch(r"\d{4}\.0", text):  # tables that were numbers once write 1998.0
                date = text[:4]
    else:
        raise InvalidRecord(f"{name} must be a date or a year, not {kind_of(value)}")
    if date is None:
        raise InvalidRecord(f"{name} {str(value)[:60]!r} is not a date; write YYYY-MM-DD or YYYY")
    return date


def listed(name: str, value: Any) -> list[Any]:
    """The elements of a list, or of a text that is one. Raises `InvalidRecord`."""
    if isinstance(value, str):
        parts = _LIST_SEPARATOR.split(value)
        # "Keanu Reeves, Laurence Fishburne" are two, "Ferrone, Federico" is one.
        if len(parts) == 1 and name in ROLES and all(" " in part.strip() for part in value.split(",")):
            parts = value.split(",")
        return [part.strip() for part in parts if part.strip()]
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list | tuple):
        return [one for one in value if one is not None]
    raise InvalidRecord(f"{name} must be a list, not {kind_of(value)}")


def facet_texts(name: str, value: Any) -> list[str]:
    """The values of a facet, as texts."""
    values: list[str] = []
    if type(value) is list:
        elements: list[Any] = value
    else:
        elements = [value] if isinstance(value, int | float) else listed(name, value)
    for one in elements:
        if one is None:
            continue
        if type(one) is str and one.isprintable():
            text = one.strip()
            if text:
                values.append(text)
            continue
        if isinstance(one, dict):
            one = named(one)
        if isinstance(one, float) and math.isfinite(one):
            one = f"{one:g}"
        if isinstance(one, bool):
            one = "true" if one else "false"
        text = one_text(name, one)
        if text:
            values.append(text)
    return values


def named(value: dict[str, Any]) -> Any:
    """What an object is called; empty if it is called nothing."""
    return next((value[key] for key in _ELEMENT_NAMES if value.get(key) is not None), "")


def number_of(name: str, value: Any) -> int | float | None:
    """The number that a value is or is written as; None where there is none. Raises `InvalidRecord`."""
    number = number_if_sortable(value)
    if number is None or (isinstance(number, int | float) and not isinstance(number, bool)):
        return number
    raise InvalidRecord(f"{name} must be a number, not {str(value)[:60]!r}")


def number_if_sortable(value: Any) -> Any:
    """Numbers written as text as numbers, because text sorts 10 before 9."""
    if not isinstance(value, str):
        return kept_value("number", value)
    text = value.strip()
    return number_from(text) if FIGURES.fullmatch(text) else None if text.lower() in ABSENT else text


def number_from(text: str) -> int | float:
    """The number that `text`, known to consist of figures, stands for."""
    number = float(text)
    return int(number) if number.is_integer() and "." not in text and "e" not in text.lower() else number


def kept_value(name: str, value: Any) -> Any:
    """What an unknown key's value can be stored as; None for what cannot."""
    kind = type(value)
    if kind is str:
        return (value.strip() if value.isprintable() else clean_text(value, name)) or None
    if kind is float and not math.isfinite(value):
        raise InvalidRecord(f"{name} is not a finite number")
    if kind is int and not -_LARGEST_INTEGER < value < _LARGEST_INTEGER:
        raise InvalidRecord(f"{name} is too large a number")
    if kind in _SCALARS:
        return value
    if kind is list or kind is tuple:
        kept = [kept_value(name, one) for one in value if type(one) in _SCALARS]
        return [one for one in kept if one is not None] or None
    return None


def kind_of(value: Any) -> str:
    """The kind of a value, as messages call it."""
    kinds = (
        (bool, "true or false"),
        (int, "a number"),
        (float, "a number"),
        (str, "text"),
        (list, "a list"),
        (dict, "an object"),
        (type(None), "nothing"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), type(value).__name__)
