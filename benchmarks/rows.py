"""What is a document of the shared data? A row of JSON Lines, in keys that the indexer knows."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

Row = dict[str, Any]

#: The keys that tell the language of a text.
LANGUAGE_KEYS = ("language", "lang", "text_language")


class CorpusError(ValueError):
    """The shared data is not where it was said to be, or not of the form described there."""


def rows_of(path: Path) -> Iterator[Row]:
    """The documents of one file of the shared data. Raises `CorpusError` naming file and line."""
    if not path.is_file():
        raise CorpusError(f"{path}: no such file; --shared names the folder that holds data/")
    number = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                number += 1
                row = json.loads(line)
                if not (isinstance(row, dict) and "id" in row):
                    raise ValueError("not a document with an id")
                yield row
    except (OSError, EOFError, ValueError) as error:
        raise CorpusError(f"{path}:{number}: {type(error).__name__}: {error}") from None


def text_of(row: Row) -> str:
    return str(row.get("text") or row.get("overview") or "")


def language_of(row: Row) -> str:
    return str(next((row[key] for key in LANGUAGE_KEYS if row.get(key)), "und"))


def titles_of(row: Row) -> list[str]:
    """Every title a document has, its own first."""
    others = chain([row.get("original_title")], (one["title"] for one in row.get("also_known_as") or ()))
    return list(dict.fromkeys(title for title in (row.get("title"), *others) if title))


def write_rows(path: Path, documents: Iterator[Row]) -> int:
    """JSON Lines for the indexer; returns how many."""
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for row in documents:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            written += 1
    return written
