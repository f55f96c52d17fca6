"""Which terms does each document have? Posting lists, turned round block by block.

A segment holds for each term its documents; the cluster wants for each document its terms. All
occurrences are sorted by blocks of documents in one pass over the posting lists, a bounded run at a
time, into a file without a name; then a block is sorted in memory. How much memory that takes does
not depend on how many documents there are.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO

import numpy as np

from search.index.codec.arrays import Array
from search.index.codec.postings import PostingColumns

#: Documents that are worked off together: two bytes must do for a number among them.
BLOCK = 1000
#: Occurrences that are sorted at once; one takes some hundred bytes meanwhile.
_RUN = 1_000_000

_NOTHING = np.zeros(0, np.uint32)


@dataclass(frozen=True, slots=True)
class BlockOccurrences:
    """What occurs in the documents of a block, in the order of these: document d of the block owns
    `start[d]` … `start[d + 1]` - 1. `more` are positions, ascending within a document, or frequencies, as
    was asked for; None where neither was."""

    start: Array
    terms: Array
    more: Array | None


class InvertedField:
    """The occurrences of a field by blocks of documents.

    `live` says of each document whether it is wanted. With `frequencies` those are kept of fields without
    positions. `spool` is a file open for writing and reading, of which the end is used.
    """

    def __init__(
        self, columns: PostingColumns, live: Array, spool: IO[bytes], *, frequencies: bool = False
    ) -> None:
        self._spool = spool
        self._documents = len(live)
        self.is_positional = columns.positions is not None
        self._parts = 3 if self.is_positional or frequencies else 2
        #: Of each run its place in the file, its occurrences, and where in it each block begins.
        self._runs: list[tuple[int, int, Array]] = []
        for docs, terms, more in _runs(columns, frequencies=frequencies):
            self._keep(docs, terms, more, live)

    def _keep(self, docs: Array, terms: Array, more: Array | None, live: Array) -> None:
        wanted = live[docs]
        if not wanted.all():
            docs, terms = docs[wanted], terms[wanted]
            more = None if more is None else more[wanted]
        if not len(docs):
            return
        blocks = (docs // np.uint32(BLOCK)).astype(np.uint16 if self._documents < BLOCK << 16 else np.uint32)
        order = np.argsort(blocks, kind="stable")
        counts = np.bincount(blocks, minlength=-(-self._documents // BLOCK))
        place = self._spool.seek(0, 2)
        for column in (docs, terms) if more is None else (docs, terms, more):
            self._spool.write(column[order].astype(np.uint32).data)
        self._runs.append((place, len(docs), np.concatenate(([0], np.cumsum(counts)))))

    def block(self, number: int, held: mmap.mmap | None) -> BlockOccurrences:
        """The block of the documents from `number` · `BLOCK` on; `held` is the whole spool, mapped when it
        is written to no more, None if it is empty."""
        parts: list[list[Array]] = [[_NOTHING] for _ in range(self._parts)]
        for place, length, bounds in self._runs:
            first, last = int(bounds[number]), int(bounds[number + 1])
            if last > first and held is not None:
                for part, columns in enumerate(parts):
                    at = place + 4 * (part * length + first)
                    columns.append(np.frombuffer(held, np.uint32, last - first, at))
        docs, terms, *others = [np.concatenate(columns) for columns in parts]
        local = (docs - np.uint32(number * BLOCK)).astype(np.uint16)
        size = min(BLOCK, self._documents - number * BLOCK)
        if self.is_positional:
            order = np.argsort((local.astype(np.uint64) << np.uint64(32)) | others[0], kind="stable")
        else:
            order = np.argsort(local, kind="stable")
        start = np.concatenate(([0], np.cumsum(np.bincount(local, minlength=size))))
        return BlockOccurrences(start, terms[order], others[0][order] if others else None)


def _runs(columns: PostingColumns, *, frequencies: bool) -> Iterator[tuple[Array, Array, Array | None]]:
    """Documents, terms, and positions or frequencies, of as many postings at a time as a run holds."""
    start = columns.start.astype(np.int64)
    for first, last in _stretches(columns):
        begin = int(np.searchsorted(start, first, side="right")) - 1
        end = int(np.searchsorted(start, last, side="left"))
        sizes: Array = np.diff(np.clip(start[begin : end + 1], first, last))
        terms = np.repeat(np.arange(begin, end, dtype=np.uint32), sizes)
        docs = columns.docs[first:last]
        if columns.positions is None or columns.position_start is None:
            yield docs, terms, columns.freqs[first:last] if frequencies else None
            continue
        bounds = columns.position_start[first : last + 1].astype(np.int64)
        times: Array = np.diff(bounds)
        positions = columns.positions[int(bounds[0]) : int(bounds[-1])]
        yield np.repeat(docs, times), np.repeat(terms, times), positions


def _stretches(columns: PostingColumns) -> Iterator[tuple[int, int]]:
    """Ranges of postings of about `_RUN` occurrences each."""
    total = len(columns.docs)
    if columns.position_start is None:
        bounds = [*range(0, total, _RUN), total]
    else:
        ends = columns.position_start
        wanted = np.arange(_RUN, int(ends[-1]) if len(ends) else 0, _RUN, dtype=np.uint64)
        bounds = [0, *np.searchsorted(ends, wanted).tolist(), total]
    for first, last in pairwise(bounds):
        if last > first:
            yield first, last


class Spool:
    """A file without a name in a folder, written first and mapped then."""

    def __init__(self, folder: Path) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed by `close`)
        self._map: mmap.mmap | None = None

    def mapped(self) -> mmap.mmap | None:
        """All that was written; None of nothing."""
        if self._map is None:
            self.file.flush()
            if self.file.seek(0, 2):
                self._map = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._map

    def close(self) -> None:
        """The map goes with the last array that looks into it."""
        self._map = None
        self.file.close()
