"""What depends on all documents of a generation, and on nothing that a query brings.

Length normalisation, languages, popularity, the values of facets: an element per document. They are
worked out when a generation is published, and every worker maps the file; only where that was
written with other settings does a process work them out for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from search import ranking
from search.index.codec.arrays import Array, ArrayFile, write_arrays
from search.index.codec.lexicon import Lexicon, lexicon_arrays
from search.index.schema import FIELDS, LANGUAGE, Field
from search.index.segment_set import SegmentSet
from search.index.title_order import untailored_places
from search.index.value_column import Combinations, ValueColumn, combinations_of, distinct_numbers

COLUMNS_NAME = "columns.arrays"
#: Raised when the arrays come to mean something else.
_VERSION = 1


class GenerationColumns:
    """The columns of the segments' documents. `file` is what was written of them, if anything;
    `popular_by` names the number column that says how popular a document is."""

    def __init__(self, segments: SegmentSet, popular_by: str, file: ArrayFile | None = None) -> None:
        self._segments = segments
        self._popular_by = popular_by
        self._file = file if file is not None and file.meta == self.meaning() else None
        self._arrays: dict[str, Array] = {}
        self._columns: dict[str, ValueColumn] = {}

    def meaning(self) -> dict[str, Any]:
        """What the arrays were worked out with."""
        return {
            "version": _VERSION,
            "documents": self._segments.documents,
            "popular_by": self._popular_by,
            "popularity": ranking.POPULARITY,
            "length_prior": ranking.LENGTH_PRIOR,
            "length_share": dict(ranking.ZONE_B),
        }

    def _array(self, name: str, worked_out: Callable[[], Array]) -> Array:
        if self._file is not None and name in self._file:
            return self._file[name]
        if name not in self._arrays:
            self._arrays[name] = worked_out()
        return self._arrays[name]

    # Languages

    @cached_property
    def language_numbers(self) -> dict[str, int]:
        """code → number of the language; the last number is that of documents without one."""
        return {code: number for number, code in enumerate(self.values(LANGUAGE).values)}

    @property
    def language_of(self) -> Array:
        """Number of the language of each document (uint16)."""
        return self._array("language", self._language_of)

    def _language_of(self) -> Array:
        column = self.values(LANGUAGE)
        numbers = np.full(self._segments.documents, len(column.values), np.uint16)
        first = column.start[:-1].astype(np.int64)
        has = column.start[1:].astype(np.int64) > first
        numbers[has] = column.codes[first[has]]
        return numbers

    @cached_property
    def language_sizes(self) -> Array:
        """How many documents each language has."""
        counts = self._array("language/sizes", self._language_sizes)
        return counts.astype(np.int64)

    def _language_sizes(self) -> Array:
        segments = self._segments
        of = self.language_of[segments.live] if segments.has_deletions else self.language_of
        return np.bincount(of, minlength=len(self.language_numbers) + 1).astype(np.uint32)

    # Weights

    def norms(self, one: Field) -> Array:
        """BM25's length normalisation of a field in every document, as a factor (float32).

        Compared with the mean length in the document's own language: a Chinese text has more terms
        than a Finnish one that says the same.
        """
        return self._array(f"norm/{one.name}", lambda: self._norms(one))

    def _norms(self, one: Field) -> Array:
        lengths = self._segments.lengths(one).astype(np.float32)
        filled = lengths > 0
        of, languages = self.language_of[filled], len(self.language_sizes)
        totals = np.bincount(of, lengths[filled], minlength=languages)
        counts = np.bincount(of, minlength=languages)
        overall = self._segments.average_lengths[one]
        prior = ranking.LENGTH_PRIOR
        means = np.maximum((totals + prior * overall) / (counts + prior), 1.0).astype(np.float32)
        b = ranking.ZONE_B[one.zone]
        return (1.0 / ((1 - b) + b * lengths / means[self.language_of])).astype(np.float32)

    @property
    def boosts(self) -> Array:
        """What the score of each document is multiplied by for its popularity, which is its share of
        the ranks (float32)."""
        return self._array("boost", self._boosts)

    def _boosts(self) -> Array:
        numbers = np.nan_to_num(self._segments.number_column(self._popular_by), nan=0.0)
        values, ranks = np.unique(numbers, return_inverse=True)
        shares = (ranks / max(len(values) - 1, 1)).astype(np.float32)
        return 1 + np.float32(ranking.POPULARITY) * shares

    # Titles

    @property
    def title_places(self) -> Array:
        """The place of each document's title in the order that no language tailors (uint32)."""
        return self._array("title/place", lambda: untailored_places(self._segments))

    # Values

    def values(self, name: str) -> ValueColumn:
        """The column of a facet with texts for values; empty for an unknown name."""
        if name not in self._columns:
            self._columns[name] = self._value_column(name)
        return self._columns[name]

    def numbers(self, name: str) -> ValueColumn:
        """The column of a facet with numbers for values, the largest first."""
        if name not in self._columns:
            self._columns[name] = self._number_column(name)
        return self._columns[name]

    def _value_column(self, name: str) -> ValueColumn:
        held = self._held(name)
        if held is None:
            joined = _joined(self._segments, name)
            return ValueColumn(joined[0], *joined[1:], combinations_of(*joined[1:]))
        texts = Lexicon.of(held, f"value/{name}")
        return ValueColumn(
            tuple(value.decode("utf-8", "surrogatepass") for value in texts),
            held[f"value/{name}/start"],
            held[f"value/{name}/codes"],
            self._combinations(name),
        )

    def _number_column(self, name: str) -> ValueColumn:
        file = self._file
        if file is None or f"distinct/{name}" not in file:
            values, start, codes = distinct_numbers(self._segments.number_column(name))
            return ValueColumn(tuple(values.tolist()), start, codes, combinations_of(start, codes))
        # Combinations of at most one value are enough to count by.
        nothing = np.zeros(0, np.uint32)
        return ValueColumn(
            tuple(file[f"distinct/{name}"].tolist()), nothing, nothing, self._combinations(name)
        )

    def _held(self, name: str) -> ArrayFile | None:
        """The file that has a column over all documents, if one has: of a single segment its own."""
        segments = self._segments.segments
        if self._file is None:
            return None
        if len(segments) == 1 and f"value/{name}/codes" in segments[0].file:
            return segments[0].file
        return self._file if f"value/{name}/codes" in self._file else None

    def _combinations(self, name: str) -> Combinations | None:
        name = f"combination/{name}"
        assert self._file is not None
        return Combinations.read(self._file, name) if f"{name}/of" in self._file else None

    # The file

    def write(self, path: Path) -> None:
        """Write all columns to a new file. Raises `OSError`."""
        segments = self._segments
        arrays: dict[str, Array] = {
            "language": self.language_of,
            "language/sizes": self.language_sizes.astype(np.uint32),
            "boost": self.boosts,
            "title/place": self.title_places,
        }
        for one in FIELDS:
            arrays[f"norm/{one.name}"] = self.norms(one)
        for name in _names(segment.value_names() for segment in segments.segments):
            column = self.values(name)
            if len(segments.segments) > 1:
                texts = [value.encode("utf-8", "surrogatepass") for value in column.values]
                arrays.update(lexicon_arrays(f"value/{name}", texts))
                arrays[f"value/{name}/start"] = column.start.astype(np.uint64)
                arrays[f"value/{name}/codes"] = column.codes.astype(np.uint32)
            arrays.update(_combination_arrays(name, column))
        for name in _names(segment.number_names() for segment in segments.segments):
            column = self.numbers(name)
            if column.combinations is not None:
                arrays[f"distinct/{name}"] = np.array(column.values, np.float64)
                arrays.update(_combination_arrays(name, column))
        write_arrays(path, arrays, self.meaning())


def written_with(directory: Path) -> str:
    """The `popular_by` that the columns of a generation were written with. Raises `IndexDamaged`."""
    return str(ArrayFile(directory / COLUMNS_NAME).meta["popular_by"])


def _names(lists: Iterable[Iterable[str]]) -> list[str]:
    return sorted({name for names in lists for name in names})


def _combination_arrays(name: str, column: ValueColumn) -> dict[str, Array]:
    if column.combinations is None:
        return {}
    return {f"combination/{name}/{part}": array for part, array in column.combinations.arrays().items()}


def _joined(segments: SegmentSet, name: str) -> tuple[tuple[str, ...], Array, Array]:
    """The column of a facet, its segments' numberings joined: values, start, codes."""
    lexicons = {
        place: list(Lexicon.of(segment.file, f"value/{name}"))
        for place, segment in enumerate(segments.segments)
        if f"value/{name}/codes" in segment.file
    }
    values = sorted({value for lexicon in lexicons.values() for value in lexicon})
    numbers = {value: number for number, value in enumerate(values)}
    code_parts: list[Array] = []
    size_parts: list[Array] = []
    for place, segment in enumerate(segments.segments):
        terms = lexicons.get(place)
        if terms is None:
            size_parts.append(np.zeros(segment.documents, np.uint64))
            continue
        mapping = np.fromiter((numbers[term] for term in terms), np.uint32, len(terms))
        code_parts.append(mapping[segment.file[f"value/{name}/codes"]])
        size_parts.append(np.diff(segment.file[f"value/{name}/start"]))
    start = np.zeros(segments.documents + 1, np.uint64)
    if size_parts:
        np.cumsum(np.concatenate(size_parts), out=start[1:])
    codes = np.concatenate(code_parts) if code_parts else np.zeros(0, np.uint32)
    return tuple(value.decode("utf-8", "surrogatepass") for value in values), start, codes
