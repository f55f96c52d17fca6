"""JSON: one file with a list of objects, one object, or an object around a list.

The whole file is parsed at once, hence its size limit; larger collections are JSON Lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indexer.default_id import default_id
from indexer.document import Document, Refusal
from indexer.encoding import decode
from indexer.extract.json_lines import extract_json_lines
from indexer.extract.json_text import InvalidJson, parse_json
from indexer.extract.reading import UnusableSource, read_whole
from indexer.mapping import InvalidRecord, mapper_for
from indexer.sources import SourceFile, printable
from search.configuration import Settings

# Bytes that the values of a file may take: orjson hangs when it runs out of memory.
_VALUES_LIMIT = 700_000_000
# About how many a list or object, a key with its object, a string and an element take.
_OPENS, _OBJECT, _STRING, _ELEMENT = 64, 170, 30, 40

WRAPPERS = ("documents", "items", "data", "results")


def extract_json(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The documents of a `.json` file; a file that is JSON Lines in truth is read as such."""
    text, _ = decode(read_whole(source))
    if _size_of_values(text) > _VALUES_LIMIT:
        raise UnusableSource("holds too many values for the memory; JSON Lines are read one by one")
    try:
        value = parse_json(text)
    except InvalidJson as error:
        if not _is_json_lines(text):
            raise UnusableSource(str(error)) from None
        yield from extract_json_lines(source, settings)
        return
    yield from _documents(value, source, settings)


def _documents(value: Any, source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    records = _records(value)
    mapper = mapper_for(settings)
    path = printable(source.path)
    alone = default_id(source.relative)
    for number, record in enumerate(records, 1):
        default = alone if records is not value and len(records) == 1 else f"{alone}-{number}"
        try:
            if not isinstance(record, dict):
                raise InvalidRecord("is not a JSON object")
            yield mapper.document(record, default_id=default, origin=f"{path}, record {number}")
        except InvalidRecord as error:
            yield Refusal(path, None, f"record {number}: {error}")


def _records(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise UnusableSource("holds neither a JSON object nor a list of them")
    for name in WRAPPERS:
        inner = value.get(name)
        if isinstance(inner, list) and all(isinstance(one, dict) for one in inner):
            return inner
    return [value]


def _size_of_values(text: str) -> int:
    """About how many bytes the values take; texts made of brackets count as what they would be."""
    lists, objects, quotes, keys, elements = map(text.count, ("[", "{", '"', ":", ","))
    opens = (lists + objects) * _OPENS
    return opens + min(objects, keys) * _OBJECT + quotes // 2 * _STRING + elements * _ELEMENT


def _is_json_lines(text: str) -> bool:
    """Whether the first two lines that are not empty are an object each."""
    lines = [line for line in text[:200_000].split("\n") if line.strip()][:2]
    try:
        return len(lines) == 2 and all(isinstance(parse_json(line), dict) for line in lines)
    except InvalidJson:
        return False
