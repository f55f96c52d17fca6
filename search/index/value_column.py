"""Which values of a facet do these documents have, and how many of them have each?

A column over all segments: the values are numbered once, in the order in which equally frequent
ones are shown; documents hold numbers. Counting is one gather and one `bincount` over the matching
documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from search.index.codec.arrays import Array
from search.index.codec.lexicon import Lexicon
from search.index.reader import IndexReader

#: Columns in which every document has at most so many values are kept as a table as well, if that
#: takes no more bytes than this.
_WIDEST, _TABLE_BYTES = 8, 16 << 20
#: Distinct combinations of values that are worth counting.
_MOST_ROWS = 4096
#: Sorting the numbers found is quicker than counting if there are more than so many values, and so
#: many times more than numbers.
_MANY, _SORTED = 4096, 16


@dataclass(frozen=True)
class ValueColumn:
    """`values` are the distinct values, texts or numbers; document d has those with the numbers
    codes[start[d] : start[d+1]]."""

    values: tuple[Any, ...]
    start: Array
    codes: Array

    def most_frequent(self, docs: Array) -> list[tuple[str | float, int]]:
        """The values of the documents with how many have each, most frequent first, equally
        frequent ones in the order of `values`."""
        numbers, counts = self._counts(docs)
        order = (-counts).argsort(kind="stable")
        values = self.values
        return [
            (values[number], count)
            for number, count in zip(numbers[order].tolist(), counts[order].tolist(), strict=True)
        ]

    def _counts(self, docs: Array) -> tuple[Array, Array]:
        """The numbers of the values that the documents have, ascending, with their counts."""
        rows = self._rows
        if rows is not None and len(docs) > len(rows[1]) - 1:
            row_of, start, codes = rows
            of_rows = np.repeat(np.bincount(row_of[docs], minlength=len(start) - 1), np.diff(start))
            counts = np.bincount(codes, of_rows, minlength=len(self.values)).astype(np.intp)
        else:
            codes = self._codes_of(docs)
            if len(codes) * _SORTED < len(self.values) > _MANY:
                return np.unique(codes[codes < len(self.values)], return_counts=True)
            counts = np.bincount(codes, minlength=len(self.values) + 1)[: len(self.values)]
        numbers = counts.nonzero()[0]
        return numbers, counts[numbers]

    def having(self, numbers: Array) -> Array:
        """A boolean per document: true where it has one of the values with these numbers."""
        wanted = np.zeros(len(self.values), bool)
        wanted[numbers] = True
        owners = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start).astype(np.int64))
        having = np.zeros(len(self.start) - 1, bool)
        having[owners[wanted[self.codes]]] = True
        return having

    @cached_property
    def _table(self) -> Array | None:
        """A row of numbers per document, filled up with the number that no value has; of a column
        with single values a plain array. None if it would be too large."""
        sizes = np.diff(self.start).astype(np.int64)
        width = max(int(sizes.max(initial=0)), 1)
        dtype = np.dtype(np.uint16 if len(self.values) < 2**16 else np.uint32)
        if width > _WIDEST or width * len(sizes) * dtype.itemsize > _TABLE_BYTES:
            return None
        table = np.full((len(sizes), width), len(self.values), dtype)
        owners = np.repeat(np.arange(len(sizes)), sizes)
        places = np.arange(len(self.codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        table[owners, places] = self.codes
        return table[:, 0].copy() if width == 1 else table

    @cached_property
    def _rows(self) -> tuple[Array, Array, Array] | None:
        """The distinct rows of the table: which one each document has, and the values of each. Of
        many documents it is quicker to count the rows than the values. None where it would not be."""
        table = self._table
        if table is None or table.ndim == 1 or not len(table):
            return None
        rows, row_of = np.unique(table, axis=0, return_inverse=True)
        if len(rows) > _MOST_ROWS:
            return None
        filled = rows < len(self.values)
        start = np.concatenate(([0], np.cumsum(filled.sum(axis=1))))
        return row_of.ravel(), start, rows[filled]

    def _codes_of(self, docs: Array) -> Array:
        """The numbers of all values of the documents, and perhaps the number that no value has."""
        if self._table is not None:
            codes: Array = self._table[docs].ravel()
            return codes
        first = self.start[docs].astype(np.int64)
        sizes = self.start[docs + 1].astype(np.int64) - first
        total = int(sizes.sum())
        if not total:
            return np.zeros(0, np.int64)
        shift = np.repeat(first - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
        codes = self.codes[shift + np.arange(total)].astype(np.int64)
        return codes


def number_column(numbers: Sequence[float] | Array) -> ValueColumn:
    """The distinct numbers of a column as values, the largest first; NaN is none."""
    numbers = np.asarray(numbers)
    has = ~np.isnan(numbers)
    values, codes = np.unique(-numbers[has], return_inverse=True)
    start = np.zeros(len(numbers) + 1, np.uint64)
    np.cumsum(has, out=start[1:])
    return ValueColumn(tuple((-values).tolist()), start, codes.astype(np.uint32))


def value_column(reader: IndexReader, name: str) -> ValueColumn:
    """The column of a facet, its segments' numberings joined. Empty for an unknown name."""
    lexicons = {
        place: list(Lexicon.of(segment.file, f"value/{name}"))
        for place, segment in enumerate(reader.segments)
        if f"value/{name}/codes" in segment.file
    }
    values = sorted({value for lexicon in lexicons.values() for value in lexicon})
    numbers = {value: number for number, value in enumerate(values)}
    code_parts: list[Array] = []
    size_parts: list[Array] = []
    for place, segment in enumerate(reader.segments):
        terms = lexicons.get(place)
        if terms is None:
            size_parts.append(np.zeros(segment.documents, np.uint64))
            continue
        mapping = np.fromiter((numbers[term] for term in terms), np.uint32, len(terms))
        code_parts.append(mapping[segment.file[f"value/{name}/codes"]])
        size_parts.append(np.diff(segment.file[f"value/{name}/start"]))
    start = np.zeros(reader.documents + 1, np.uint64)
    if size_parts:
        np.cumsum(np.concatenate(size_parts), out=start[1:])
    codes = np.concatenate(code_parts) if code_parts else np.zeros(0, np.uint32)
    return ValueColumn(tuple(value.decode("utf-8", "surrogatepass") for value in values), start, codes)
