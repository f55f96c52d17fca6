"""Which number has this term, and which terms begin with this prefix?

A lexicon is a sorted list of distinct byte strings (UTF-8), kept as one blob and an array of
offsets, and looked up by bisection without loading it. Sorting UTF-8 bytes sorts by code point.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from search.index.codec.arrays import Array, ArrayFile


def lexicon_arrays(name: str, terms: Sequence[bytes]) -> dict[str, Array]:
    """The arrays of a lexicon; `terms` sorted and distinct."""
    offsets = np.zeros(len(terms) + 1, np.uint64)
    np.cumsum([len(term) for term in terms], out=offsets[1:])
    return {f"{name}/blob": np.frombuffer(b"".join(terms), np.uint8), f"{name}/offsets": offsets}


def blob_arrays(name: str, values: Iterable[bytes]) -> dict[str, Array]:
    """The arrays of byte strings in any order, read back by number."""
    return lexicon_arrays(name, list(values))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Read access. `len()` is the number of terms; terms are numbered from 0 in byte order."""

    blob: Array
    offsets: Array

    @classmethod
    def of(cls, file: ArrayFile, name: str) -> Lexicon:
        return cls(file[f"{name}/blob"], file[f"{name}/offsets"])

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> bytes:
        return self.blob[int(self.offsets[number]) : int(self.offsets[number + 1])].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        return self.between(0, len(self))

    def between(self, first: int, last: int) -> Iterator[bytes]:
        """The terms numbered first … last-1."""
        bounds = self.offsets[first : last + 1].tolist()
        data = self.blob[bounds[0] : bounds[-1]].tobytes() if len(bounds) > 1 else b""
        base = bounds[0] if bounds else 0
        for start, end in itertools.pairwise(bounds):
            yield data[start - base : end - base]

    def position(self, term: bytes) -> int:
        """The number of the first term that is not less than `term`."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self[middle] < term:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, term: bytes) -> int:
        """The number of `term`, or -1."""
        number = self.position(term)
        return number if number < len(self) and self[number] == term else -1

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """The half-open range of numbers whose terms begin with `prefix`."""
        first = self.position(prefix)
        # No UTF-8 text contains the byte 0xFF, so this sorts after every continuation of the prefix.
        return first, self.position(prefix + b"\xff")
