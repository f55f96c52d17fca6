"""How is one evaluation kept, so that a later one can be compared with it? One file, JSON Lines.

The first line says what was asked and of which index; each further line is one query with its
figures, the ids that were returned and the milliseconds. A name that ends in `.gz` is gzipped.
"""

from __future__ import annotations

import contextlib
import datetime
import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.evaluate import ALL, MEASURES, QueryResult, lines_of
from search.errors import ConfigurationError
from search.index.manifest import Manifest

FORMAT = "multilingual-search-run"
VERSION = 1


@dataclass(frozen=True, slots=True)
class SavedRun:
    """An evaluation. `about` is its first line: generation, software, fingerprint of the analysis."""

    name: str
    about: Mapping[str, Any]
    results: tuple[QueryResult, ...]


def about_run(manifest: Manifest, *, queries: Iterable[Path], judgements: Iterable[Path]) -> dict[str, Any]:
    """The first line of a run on a generation. Files go by their names and the hash of their bytes."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "saved": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "generation": manifest.generation,
        "built": manifest.built,
        "documents": manifest.documents,
        "fingerprint": manifest.fingerprint,
        "software": manifest.software,
        "queries": {path.name: _digest(path) for path in queries},
        "judgements": {path.name: _digest(path) for path in judgements},
    }


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def save_run(path: Path, run: SavedRun) -> None:
    """Write a run. The file appears whole or not at all. Raises `OSError`."""
    temporary = path.with_name(path.name + ".tmp")
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(temporary, "wt", encoding="utf-8") as file:
            for row in (run.about, *map(_row, run.results)):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _row(result: QueryResult) -> dict[str, Any]:
    return {
        "qid": result.qid,
        "language": result.language,
        "query": result.query,
        **dict(zip(MEASURES, result.values, strict=True)),
        "ids": result.ids,
        "ms": round(result.milliseconds, 3),
    }


def read_run(path: Path) -> SavedRun:
    """Raises `ConfigurationError` naming file and line for anything that is no saved run."""
    about: dict[str, Any] | None = None
    results: dict[str, QueryResult] = {}
    for number, line in lines_of(path):
        place = f"{path}:{number}"
        row = _json(line, place)
        if about is None:
            if row.get("format") != FORMAT or row.get("version") != VERSION:
                raise ConfigurationError(
                    f"{place}: not a run saved by `indexer evaluate --save` (version {VERSION})"
                )
            about = row
            continue
        result = _result(row, place)
        if result.qid in results:
            raise ConfigurationError(f"{place}: the qid {result.qid!r} was used before")
        results[result.qid] = result
    if about is None:
        raise ConfigurationError(f"{path}: is empty: not a saved run")
    return SavedRun(str(path), about, tuple(results.values()))


def _json(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{place}: not JSON: {error}") from None
    if not isinstance(row, dict):
        raise ConfigurationError(f"{place}: not a JSON object")
    return row


def _result(row: dict[str, Any], place: str) -> QueryResult:
    for name in ("qid", "language", "query"):
        if not isinstance(row.get(name), str):
            raise ConfigurationError(f"{place}: {name!r} must be text")
    if row["language"] == ALL:
        raise ConfigurationError(f"{place}: {ALL!r} is the name of all languages together, not of one")
    ids = row.get("ids")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise ConfigurationError(f"{place}: 'ids' must be a list of document ids")
    first, second, third = (_number(row, name, place, most=1.0) for name in MEASURES)
    milliseconds = _number(row, "ms", place)
    return QueryResult(
        row["qid"], row["language"], row["query"], (first, second, third), tuple(ids), milliseconds
    )


def _number(row: dict[str, Any], name: str, place: str, most: float = float("inf")) -> float:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        upper = "" if most == float("inf") else f" to {most:g}"
        raise ConfigurationError(f"{place}: {name!r} must be a number from 0{upper}, not {value!r}")
    return float(value)
