"""Which values of a facet do these documents have, and how many of them have each?

A column over all segments: the values are numbered once, documents hold numbers. Counting is one
gather and one `bincount` over the matching documents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from search.index.codec.arrays import Array
from search.index.codec.lexicon import Lexicon
from search.index.reader import IndexReader


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """`values` are the distinct values; document d has the numbers codes[start[d] : start[d+1]]."""

    values: tuple[str, ...]
    start: Array
    codes: Array

    def counts(self, docs: Array) -> Array:
        """How many of the documents have each value, one number per value."""
        return np.bincount(self._codes_of(docs), minlength=len(self.values))

    def having(self, numbers: Array) -> Array:
        """A boolean per document: true where it has one of the values with these numbers."""
        wanted = np.zeros(len(self.values), bool)
        wanted[numbers] = True
        owners = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start).astype(np.int64))
        having = np.zeros(len(self.start) - 1, bool)
        having[owners[wanted[self.codes]]] = True
        return having

    def _codes_of(self, docs: Array) -> Array:
        first = self.start[docs].astype(np.int64)
        sizes = self.start[docs + 1].astype(np.int64) - first
        total = int(sizes.sum())
        if not total:
            return np.zeros(0, np.int64)
        shift = np.repeat(first - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
        codes: Array = self.codes[shift + np.arange(total)].astype(np.int64)
        return codes


def value_column(reader: IndexReader, name: str) -> ValueColumn:
    """The column of a facet, its segments' numberings joined. Empty for an unknown name."""
    values: list[bytes] = []
    numbers: dict[bytes, int] = {}
    code_parts: list[Array] = []
    size_parts: list[Array] = []
    for segment in reader.segments:
        if f"value/{name}/codes" not in segment.file:
            size_parts.append(np.zeros(segment.documents, np.uint64))
            continue
        terms = list(Lexicon.of(segment.file, f"value/{name}"))
        for term in terms:
            if term not in numbers:
                numbers[term] = len(values)
                values.append(term)
        mapping = np.fromiter((numbers[term] for term in terms), np.uint32, len(terms))
        code_parts.append(mapping[segment.file[f"value/{name}/codes"]])
        size_parts.append(np.diff(segment.file[f"value/{name}/start"]))
    start = np.zeros(reader.documents + 1, np.uint64)
    if size_parts:
        np.cumsum(np.concatenate(size_parts), out=start[1:])
    codes = np.concatenate(code_parts) if code_parts else np.zeros(0, np.uint32)
    return ValueColumn(tuple(value.decode("utf-8", "surrogatepass") for value in values), start, codes)
