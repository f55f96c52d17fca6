"""A whole collection as one portable file, and back: gzipped JSON Lines, no index format inside.

The first line is a header; each further line is one document in CONTRACT's words, with the
language decision taken. Both ways stream.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from indexer.document import AlternativeTitle, Document, Person, Refusal
from search.errors import ConfigurationError
from search.index.generations import Generations
from search.index.reader import IndexReader

FORMAT = "multilingual-search-dump"
VERSION = 1


def dump(index: Path, target: Path) -> int:
    """Write every live document; returns how many. The file appears whole or not at all.

    Raises `IndexUnavailable` and `OSError`.
    """
    generations = Generations(index)
    reader = IndexReader(generations.path(generations.live()))
    temporary = target.with_name(target.name + ".tmp")
    header = {"format": FORMAT, "version": VERSION, "documents": reader.live_count}
    try:
        with gzip.open(temporary, "wb", compresslevel=6) as file:
            file.write(json.dumps(header).encode() + b"\n")
            for doc in np.flatnonzero(reader.live).tolist():
                file.write(orjson.dumps(dumped(orjson.loads(reader.stored(doc)))) + b"\n")
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return reader.live_count


def dumped(stored: dict[str, Any]) -> dict[str, Any]:
    """The row of a document as the index stores it. Its language is there if it was declared."""
    row = {key: stored[key] for key in ("id", "title", "text", "url") if stored.get(key)}
    declared = stored["language_reason"] == "declared"
    return {
        **row,
        "language": stored["language"] if declared else None,
        "fields": stored["fields"],
        "language_decision": {"code": stored["language"], "reason": stored["language_reason"]},
    }


@dataclass(slots=True)
class DumpFeed:
    """The documents of a dump, for `build`. Raises `ConfigurationError` for a file that is none."""

    path: Path
    tell: Callable[[Refusal], None]
    refused: int = 0
    documents: int = 0

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        try:
            with gzip.open(self.path, "rb") as file:
                header = json.loads(file.readline() or b"{}")
                if header.get("format") != FORMAT or header.get("version") != VERSION:
                    raise ConfigurationError(f"{self.path}: not a dump of this service (version {VERSION})")
                for number, line in enumerate(file, 2):
                    document = self._read(number, line)
                    if document is not None:
                        self.documents += 1
                        yield document, str(self.path.absolute())
        except (OSError, EOFError, ValueError, AttributeError) as error:
            raise ConfigurationError(f"{self.path}: not a whole dump: {error}") from None

    def _read(self, number: int, line: bytes) -> Document | None:
        try:
            return document_of(orjson.loads(line), f"{self.path}:{number}")
        except (ValueError, KeyError, TypeError) as error:
            self.refused += 1
            self.tell(Refusal(str(self.path), number, f"not a dumped document: {error}"))
            return None


_OWN = ("original_title", "original_language", "date", "year", "people", "also_known_as")


def document_of(row: dict[str, Any], origin: str) -> Document:
    """The document of a row. Raises `KeyError` and `TypeError` for what is no row."""
    fields: dict[str, Any] = row["fields"]
    return Document(
        id=row["id"],
        title=row.get("title", ""),
        text=row.get("text", ""),
        language=row.get("language"),
        url=row.get("url"),
        original_title=fields.get("original_title"),
        original_language=fields.get("original_language"),
        also_known_as=tuple(AlternativeTitle(**one) for one in fields.get("also_known_as", ())),
        date=fields.get("date"),
        year=fields.get("year"),
        people=tuple(Person(**one) for one in fields.get("people", ())),
        extra={key: value for key, value in fields.items() if key not in _OWN},
        origin=origin,
    )
