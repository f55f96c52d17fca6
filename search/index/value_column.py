"""Which values of a facet do these documents have, and how many of them have each?

A column over all segments: the values are numbered once, in the order in which equally frequent
ones are shown; documents hold numbers. Most documents have the same few combinations of values:
counting is one gather and one `bincount` over the combinations of the matching documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from search.index.codec.arrays import Array, ArrayFile

#: Combinations of values that are numbered: as many as two bytes can.
_MOST_COMBINATIONS = 2**16
#: Combinations of up to so many values are kept as a table besides.
_WIDEST = 8
#: Sorting the numbers found is quicker than counting if there are more than so many values, and so
#: many times more than numbers.
_MANY, _SORTED = 4096, 16


@dataclass(frozen=True)
class Combinations:
    """The distinct combinations of values: document d has combination of[d], and combination c the
    values codes[start[c] : start[c+1]]."""

    of: Array
    start: Array
    codes: Array

    def __len__(self) -> int:
        return len(self.start) - 1

    @cached_property
    def sizes(self) -> Array:
        return np.diff(self.start.astype(np.int64))

    def arrays(self) -> dict[str, Array]:
        """As they are kept in a file."""
        return {"of": self.of, "start": self.start.astype(np.uint32), "codes": self.codes.astype(np.uint32)}

    @classmethod
    def read(cls, file: ArrayFile, name: str) -> Combinations:
        """From a file of arrays, whose names begin with `name`."""
        return cls(*(file[f"{name}/{part}"] for part in ("of", "start", "codes")))


def combinations_of(start: Array, codes: Array) -> Combinations | None:
    """The distinct combinations of a column; None where there are too many to be worth it."""
    documents = len(start) - 1
    first = start[:-1].astype(np.int64)
    sizes: Array = np.diff(start.astype(np.int64))
    codes = codes[np.lexsort((codes, np.repeat(np.arange(documents), sizes)))]
    # A sum of one random number per value names a combination; that it does is checked below.
    names = np.random.default_rng(0).integers(1, 2**63, int(codes.max(initial=0)) + 1, np.uint64)
    sums = np.zeros(documents, np.uint64)
    if len(codes):
        sums[sizes > 0] = np.add.reduceat(names[codes], first[sizes > 0])
    _, found, of = np.unique(sums, return_index=True, return_inverse=True)
    if len(found) > min(_MOST_COMBINATIONS, max(documents // 2, 1)):
        return None
    its_start = np.zeros(len(found) + 1, np.int64)
    np.cumsum(sizes[found], out=its_start[1:])
    its_codes = _stretches(codes, first[found], sizes[found])
    if not np.array_equal(_stretches(its_codes, its_start[of], sizes), codes):
        return None
    return Combinations(of.astype(np.uint16), its_start, its_codes)


def _stretches(codes: Array, first: Array, sizes: Array) -> Array:
    """The stretches of `codes` that begin at `first`, one after another."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return codes[np.repeat(first - (ends - sizes), sizes) + np.arange(total)]


@dataclass(frozen=True)
class ValueColumn:
    """`values` are the distinct values, texts or numbers; document d has those with the numbers
    codes[start[d] : start[d+1]]. Where there are `combinations`, they say the same."""

    values: Sequence[Any]
    start: Array
    codes: Array
    combinations: Combinations | None = None

    def most_frequent(self, docs: Array) -> list[tuple[str | float, int]]:
        """The values of the documents with how many have each, most frequent first, equally
        frequent ones in the order of `values`."""
        numbers, counts = self._counts(docs)
        order = (-counts).argsort(kind="stable")
        values = self._value_objects[numbers[order]].tolist()
        return list(zip(values, counts[order].tolist(), strict=True))

    @cached_property
    def _value_objects(self) -> Array:
        """The values as an array, from which many are picked at once."""
        objects = np.empty(len(self.values), object)
        objects[:] = self.values
        return objects

    def _counts(self, docs: Array) -> tuple[Array, Array]:
        """The numbers of the values that the documents have, ascending, with their counts."""
        several = self.combinations
        if several is not None and len(docs) > len(several):
            of_each = np.bincount(several.of[docs], minlength=len(several))
            if self._combination_of_value is not None:
                counts = of_each[self._combination_of_value]
            else:
                of_each = np.repeat(of_each, several.sizes)
                counts = np.bincount(several.codes, of_each, minlength=len(self.values)).astype(np.intp)
        else:
            codes = self._codes_of(docs)
            if len(codes) * _SORTED < len(self.values) > _MANY:
                return np.unique(codes[codes < len(self.values)], return_counts=True)
            counts = np.bincount(codes, minlength=len(self.values))[: len(self.values)]
        numbers = counts.nonzero()[0]
        return numbers, counts[numbers]

    def having(self, numbers: Array) -> Array:
        """A boolean per document: true where it has one of the values with these numbers."""
        wanted = np.zeros(len(self.values), bool)
        wanted[numbers] = True
        several = self.combinations
        start, codes = (self.start, self.codes) if several is None else (several.start, several.codes)
        sizes: Array = np.diff(start.astype(np.int64))
        owners = np.repeat(np.arange(len(start) - 1), sizes)
        having = np.zeros(len(start) - 1, bool)
        having[owners[wanted[codes]]] = True
        return having if several is None else having[several.of]

    def _codes_of(self, docs: Array) -> Array:
        """The numbers of all values of the documents, and perhaps one that no value has."""
        if self._table is not None and self.combinations is not None:
            codes: Array = self._table[self.combinations.of[docs]].ravel()
            return codes
        first = self.start[docs].astype(np.int64)
        return _stretches(self.codes, first, self.start[docs + 1].astype(np.int64) - first)

    @cached_property
    def _combination_of_value(self) -> Array | None:
        """The combination that each value is by itself; None where a value is part of others."""
        several = self.combinations
        if several is None or len(several.codes) != len(self.values) or int(several.sizes.max(initial=0)) > 1:
            return None
        alone = np.zeros(len(self.values), np.intp)
        alone[several.codes] = several.sizes.nonzero()[0]
        return alone

    @cached_property
    def _table(self) -> Array | None:
        """A row of values per combination, filled up with the number that no value has; None where one
        of the combinations is long."""
        several = self.combinations
        if several is None or int(several.sizes.max(initial=0)) > _WIDEST:
            return None
        table = np.full((len(several), max(int(several.sizes.max(initial=0)), 1)), len(self.values), np.intp)
        owners = np.repeat(np.arange(len(several)), several.sizes)
        places = np.arange(len(several.codes)) - several.start.astype(np.int64)[owners]
        table[owners, places] = several.codes
        return table


def distinct_numbers(numbers: Sequence[float] | Array) -> tuple[Array, Array, Array]:
    """A column of numbers as values, start and codes: the largest value first; NaN is none."""
    numbers = np.asarray(numbers)
    has = ~np.isnan(numbers)
    values, codes = np.unique(-numbers[has], return_inverse=True)
    start = np.zeros(len(numbers) + 1, np.uint64)
    np.cumsum(has, out=start[1:])
    return -values, start, codes.astype(np.uint32)
