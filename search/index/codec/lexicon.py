"""Which number has this term, and which terms begin with this prefix?

A lexicon is a sorted list of distinct byte strings (UTF-8), kept as one blob and an array of
offsets, and looked up by bisection without loading it. Sorting UTF-8 bytes sorts by code point.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from search.index.codec.arrays import Array, ArrayFile

#: Terms between two that are kept in memory, at least; and how many are kept, at most.
_STRETCH, _SAMPLES = 32, 8192
#: So many terms are quicker read at once than halved.
_AT_ONCE = 64
#: Terms that are copied together when all are gone through.
_TOGETHER = 8192


def lexicon_arrays(name: str, terms: Sequence[bytes]) -> dict[str, Array]:
    """The arrays of a lexicon; `terms` sorted and distinct."""
    offsets = np.zeros(len(terms) + 1, np.uint64)
    np.cumsum(np.fromiter(map(len, terms), np.uint64, len(terms)), out=offsets[1:])
    return {f"{name}/blob": np.frombuffer(b"".join(terms), np.uint8), f"{name}/offsets": offsets}


def blob_arrays(name: str, values: Iterable[bytes]) -> dict[str, Array]:
    """The arrays of byte strings in any order, read back by number."""
    return lexicon_arrays(name, list(values))


def text_arrays(name: str, texts: Sequence[str]) -> dict[str, Array]:
    """The same of texts, in UTF-8. All are encoded at once, which takes a third of the time."""
    blob = np.frombuffer("".join(texts).encode("utf-8", "surrogatepass"), np.uint8)
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    offsets = np.zeros(len(texts) + 1, np.uint64)
    if len(texts) and ends[-1] < len(blob):
        # Every character begins with a byte that is none of those that continue one.
        begins = np.flatnonzero((blob & 0xC0) != 0x80)
        offsets[1:] = np.append(begins, len(blob))[ends]
    else:
        offsets[1:] = ends
    return {f"{name}/blob": blob, f"{name}/offsets": offsets}


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
        # `item` makes a Python number in a third of the time that indexing takes.
        return self.blob[self.offsets.item(number) : self.offsets.item(number + 1)].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        return self.between(0, len(self))

    def all(self) -> list[bytes]:
        """All terms at once."""
        data = self.blob.tobytes()
        return [data[start:end] for start, end in itertools.pairwise(self.offsets.tolist())]

    def between(self, first: int, last: int) -> Iterator[bytes]:
        """The terms numbered first … last-1."""
        for start in range(first, last, _TOGETHER):
            bounds = self.offsets[start : min(start + _TOGETHER, last) + 1].tolist()
            base = bounds[0]
            data = self.blob[base : bounds[-1]].tobytes()
            for begin, end in itertools.pairwise(bounds):
                yield data[begin - base : end - base]

    def some(self, numbers: Array, *, skipped: int = 0) -> list[str]:
        """The terms with these numbers, without the first bytes of each if some are to be skipped."""
        text = self.blob.data
        starts, ends = (self.offsets[numbers + place].tolist() for place in (0, 1))
        return [
            str(text[start + skipped : end], "utf-8", "surrogatepass")
            for start, end in zip(starts, ends, strict=True)
        ]

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
        if first == len(self) or not self[first].startswith(prefix):
            return first, first
        # No UTF-8 text contains the byte 0xFF, so this sorts after every continuation of the prefix.
        return first, self.position(prefix + b"\xff")


class SampledLexicon(Lexicon):
    """The same with some terms in memory, for lexicons that are asked often: a look-up touches one
    stretch of the file instead of one place for every halving."""

    @cached_property
    def _stride(self) -> int:
        return max(_STRETCH, -(-len(self) // _SAMPLES))

    @cached_property
    def _samples(self) -> list[bytes]:
        text = self.blob.data
        numbers = np.arange(0, len(self), self._stride)
        starts, ends = (self.offsets[numbers + place].tolist() for place in (0, 1))
        return [bytes(text[start:end]) for start, end in zip(starts, ends, strict=True)]

    def position(self, term: bytes) -> int:
        """As `Lexicon.position`."""
        stretch = bisect.bisect_left(self._samples, term) - 1
        if stretch < 0:
            return 0
        first = stretch * self._stride
        last = min(first + self._stride, len(self))
        while last - first > _AT_ONCE:
            middle = (first + last) // 2
            if self[middle] < term:
                first = middle + 1
            else:
                last = middle
        bounds = self.offsets[first : last + 1].tolist()
        base = bounds[0]
        data = self.blob[base : bounds[-1]].tobytes()
        low, high = 0, len(bounds) - 1
        while low < high:
            middle = (low + high) // 2
            if data[bounds[middle] - base : bounds[middle + 1] - base] < term:
                low = middle + 1
            else:
                high = middle
        return first + low
