"""How do documents come from the process that reads files to the one that indexes them?

One line of JSON each, behind a letter that says what it is. JSON and no pickle: whoever takes over the
process that reads must not thereby get the one that writes the index.
"""

from __future__ import annotations

import orjson

from indexer.document import AlternativeTitle, Document, Person

READY, BEGUN, DOCUMENT, REFUSAL, DONE, FAILED, MEMORY = (bytes([one]) for one in b"rbdnefm")

_TEXTS = ("id", "title", "text", "origin")


class Unreadable(ValueError):
    """A line that no honest process writes."""


def line_of(kind: bytes, value: object = None) -> bytes:
    """A line: its kind and the value as JSON. Raises `orjson.JSONEncodeError` for what is none."""
    return kind + (b"" if value is None else orjson.dumps(value)) + b"\n"


def document_of(data: bytes) -> Document:
    """The document in the JSON of one. Raises `Unreadable`."""
    try:
        values = orjson.loads(data)
        values["also_known_as"] = tuple([AlternativeTitle(**one) for one in values["also_known_as"]])
        values["people"] = tuple([Person(**one) for one in values["people"]])
        document = Document(**values)
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable(str(error)) from None
    if not all(isinstance(values[name], str) for name in _TEXTS) or not isinstance(document.extra, dict):
        raise Unreadable("a document of wrong types")
    return document


def refusal_of(data: bytes) -> tuple[int | None, str]:
    """Line and reason. Raises `Unreadable`."""
    try:
        line, reason = orjson.loads(data)
    except (ValueError, TypeError) as error:
        raise Unreadable(str(error)) from None
    if not isinstance(reason, str) or not (line is None or isinstance(line, int)):
        raise Unreadable("a refusal of wrong types")
    return line, reason
