"""What did the admin add to a collection by hand? Synonyms and pinned results, as a generation keeps them.

Written into each generation beside its segments (`curation.json`, listed in the manifest like every
file), so that they go live, are checked and are rolled back with the documents they are about. How
the admin writes them down is the indexer's question, what they do to a query that of
`search/query/synonyms.py` and `search/query/pins.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from search.errors import IndexDamaged

CURATION_NAME = "curation.json"
CURATION_VERSION = 1

#: How the words of a pin must be met: by the whole query, or by some of its words.
WHOLE, WORDS = "exact", "words"


@dataclass(frozen=True, slots=True)
class SynonymSet:
    """Whoever writes one of `of` also means each of `mean`; for words that mean the same both are equal.
    `language` is a code of the language table, empty for all languages."""

    of: tuple[str, ...]
    mean: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A document at a place among the hits, counted from 1."""

    id: str
    position: int


@dataclass(frozen=True, slots=True)
class Pin:
    """Documents that are put at their places when one of the `queries` is asked. `match` is `WHOLE`
    (nothing but these words) or `WORDS` (these words among others). `language`: only for visitors
    who prefer it; empty for all."""

    queries: tuple[str, ...]
    documents: tuple[Pinned, ...]
    match: str = WHOLE
    language: str = ""


@dataclass(frozen=True, slots=True)
class Curation:
    """All of a collection's; equal ones are written alike."""

    synonyms: tuple[SynonymSet, ...] = ()
    pins: tuple[Pin, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.synonyms or self.pins)

    @property
    def pinned_ids(self) -> tuple[str, ...]:
        """The documents that are pinned, each once."""
        return tuple(dict.fromkeys(one.id for pin in self.pins for one in pin.documents))


NO_CURATION = Curation()


def write_curation(directory: Path, curation: Curation) -> None:
    """Write it into a generation in the making; nothing for a collection without. Raises `OSError`."""
    if not curation:
        return
    with open(directory / CURATION_NAME, "x", encoding="utf-8") as file:
        json.dump(curation_values(curation), file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def curation_values(curation: Curation) -> dict[str, Any]:
    """What is written of it, as JSON has it."""
    return {"version": CURATION_VERSION, **asdict(curation)}


def curation_of_values(values: dict[str, Any]) -> Curation:
    """What was written. Raises `ValueError`, `KeyError` and `TypeError` for anything else."""
    version = values["version"]
    if version != CURATION_VERSION:
        raise ValueError(f"version {version}, this software reads {CURATION_VERSION}")
    return Curation(tuple(_sets(values["synonyms"])), tuple(_pins(values["pins"])))


def read_curation(directory: Path) -> Curation:
    """What a generation keeps. Raises `IndexDamaged` when the file is not what was written."""
    path = directory / CURATION_NAME
    try:
        return curation_of_values(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return NO_CURATION
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise IndexDamaged(f"{path}: not synonyms and pinned results: {error}") from None


def _sets(rows: list[dict[str, Any]]) -> Iterator[SynonymSet]:
    for row in rows:
        yield SynonymSet(_texts(row["of"]), _texts(row["mean"]), _text(row["language"]))


def _pins(rows: list[dict[str, Any]]) -> Iterator[Pin]:
    for row in rows:
        documents = tuple(Pinned(_text(one["id"]), _position(one["position"])) for one in row["documents"])
        match = _text(row["match"])
        if match not in (WHOLE, WORDS):
            raise ValueError(f"match is {match!r}")
        yield Pin(_texts(row["queries"]), documents, match, _text(row["language"]))


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return tuple(map(_text, value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _position(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{value!r} is not a position")
    return value
