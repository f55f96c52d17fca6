"""JSON Lines: one object a line, one document an object.

Reads as a stream. A bad line is refused with its number, the lines around it are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indexer.default_id import default_id
from indexer.document import Document, Refusal
from indexer.extract.json_text import InvalidJson, parse_json
from indexer.extract.reading import LINE_LIMIT, MEBIBYTE, read_lines
from indexer.mapping import InvalidRecord, mapper_for
from indexer.sources import SourceFile, printable
from search.configuration import Settings

TOO_LONG = f"is longer than {LINE_LIMIT // MEBIBYTE} MiB, the limit for one line"


def extract_json_lines(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The documents of a `.jsonl` file. Raises `UnusableSource` after what could be read."""
    encoding, lines = read_lines(source)
    mapper = mapper_for(settings)
    path = printable(source.path)
    prefix = default_id(source.relative)
    for number, line in lines:
        if line is None:
            yield Refusal(path, number, TOO_LONG)
        elif line and not line.isspace():
            try:
                record = record_of_line(line, encoding)
                yield mapper.document(record, default_id=f"{prefix}-{number}", origin=f"{path}:{number}")
            except (InvalidJson, InvalidRecord) as error:
                yield Refusal(path, number, str(error))


def record_of_line(line: bytes, encoding: str) -> dict[str, Any]:
    """The object on one line. Raises `InvalidJson` or `InvalidRecord`."""
    text: bytes | str = line
    if encoding != "utf-8":
        try:
            text = line.decode(encoding)
        except UnicodeError:
            raise InvalidJson(f"cannot be decoded as {encoding}") from None
    record = parse_json(text)
    if not isinstance(record, dict):
        raise InvalidRecord(f"is not a JSON object but {_kind(record)}")
    return record


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")
