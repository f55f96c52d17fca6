"""How many of the documents counted in a word segment are no longer there?

A word segment says how many documents have each term, not which; when documents are deleted, they are
analysed once more, and what they had is written down in a small file beside the segment. The next
deletion writes a new file, with what the old one has.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from search.index.codec.arrays import Array, ArrayFile, write_arrays
from search.index.schema import FIELDS, Field

SUFFIX = ".departed"
_FORMAT = "departed 1"


class Departed:
    """Counts that are to be taken from those of a segment."""

    def __init__(self, file: ArrayFile) -> None:
        self._file = file

    @classmethod
    def beside(cls, segment: Path) -> Departed | None:
        """What is written down beside the file of a segment; None if nothing is."""
        path = departed_path(segment)
        return cls(ArrayFile(path)) if path.exists() else None

    def subtract(self, one: Field, first: int, counts: Array) -> None:
        """Take what is gone from the documents of the terms from number `first` on, in place."""
        terms = self._file[f"{one.name}/terms"]
        begin, end = np.searchsorted(terms, (first, first + len(counts))).tolist()
        places = terms[begin:end].astype(np.int64) - first
        counts[places] = np.maximum(counts[places] - self._file[f"{one.name}/counts"][begin:end], 0)

    def cells(self, way: str, first: int, last: int) -> tuple[Array, Array, Array]:
        """As `WordSegmentReader.cells`, all counts below zero."""
        name = f"spread/{way}"
        if f"{name}/terms" not in self._file:
            nothing = np.zeros(0, np.int64)
            return nothing, nothing, nothing
        held = slice(*np.searchsorted(self._file[f"{name}/terms"], (first, last)).tolist())
        terms, languages, counts = (
            self._file[f"{name}/{part}"][held].astype(np.int64) for part in ("terms", "languages", "counts")
        )
        return terms, languages, -counts

    def fields(self) -> dict[Field, Mapping[int, int]]:
        """Field → term → documents that are gone."""
        return {
            one: dict(
                zip(
                    self._file[f"{one.name}/terms"].tolist(),
                    self._file[f"{one.name}/counts"].tolist(),
                    strict=True,
                )
            )
            for one in FIELDS
        }

    def spreads(self) -> dict[str, Mapping[tuple[int, int], int]]:
        """Way → (term, language) → documents that are gone."""
        found: dict[str, Mapping[tuple[int, int], int]] = {}
        for name in self._file.names():
            if name.startswith("spread/") and name.endswith("/terms"):
                way = name.split("/")[1]
                terms, languages, counts = (
                    self._file[f"spread/{way}/{part}"].tolist() for part in ("terms", "languages", "counts")
                )
                found[way] = dict(zip(zip(terms, languages, strict=True), counts, strict=True))
        return found


def departed_path(segment: Path) -> Path:
    """Where it is written down what is gone of a segment."""
    return segment.with_name(segment.name + SUFFIX)


def write_departed(
    segment: Path,
    fields: Mapping[Field, Mapping[int, int]],
    spreads: Mapping[str, Mapping[tuple[int, int], int]],
) -> None:
    """Write it down in a new file beside the segment. Raises `OSError`."""
    arrays: dict[str, Array] = {}
    for one in FIELDS:
        rows = sorted(fields.get(one, {}).items())
        arrays[f"{one.name}/terms"] = np.array([term for term, _ in rows], np.uint32)
        arrays[f"{one.name}/counts"] = np.array([count for _, count in rows], np.uint32)
    for way, spread in spreads.items():
        cells = sorted(spread.items())
        arrays[f"spread/{way}/terms"] = np.array([term for (term, _), _ in cells], np.uint32)
        arrays[f"spread/{way}/languages"] = np.array([number for (_, number), _ in cells], np.uint16)
        arrays[f"spread/{way}/counts"] = np.array([count for _, count in cells], np.uint32)
    write_arrays(departed_path(segment), arrays, {"format": _FORMAT})
