"""Posting lists as columns: from (term, document, position) triples to arrays sorted by term.

All of a field's occurrences are sorted at once with NumPy instead of one posting at a time;
a segment is a handful of sorts over whole columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from search.index.codec.arrays import Array, ArrayFile


@dataclass(frozen=True, slots=True)
class PostingColumns:
    """The posting lists of one field.

    `start` has one entry per term of the way's lexicon and one more: term t owns postings
    start[t] … start[t+1]-1. `docs` and `freqs` are parallel, documents ascending within a term.
    `positions` holds the word positions of all postings one after another, posting p owning
    position_start[p] … position_start[p+1]-1; both are None for fields without positions.
    """

    start: Array
    docs: Array
    freqs: Array
    position_start: Array | None = None
    positions: Array | None = None

    @classmethod
    def of(cls, file: ArrayFile, field: str) -> PostingColumns:
        positional = f"{field}/positions" in file
        return cls(
            file[f"{field}/start"],
            file[f"{field}/docs"],
            file[f"{field}/freqs"],
            file[f"{field}/position_start"] if positional else None,
            file[f"{field}/positions"] if positional else None,
        )

    def arrays(self, field: str) -> dict[str, Array]:
        named = {f"{field}/start": self.start, f"{field}/docs": self.docs, f"{field}/freqs": self.freqs}
        if self.positions is not None and self.position_start is not None:
            named[f"{field}/position_start"] = self.position_start
            named[f"{field}/positions"] = self.positions
        return named


def postings_from_occurrences(
    terms: Array, docs: Array, *, vocabulary: int, positions: Array | None = None
) -> PostingColumns:
    """Sort occurrences into posting lists.

    `terms` (numbers in the sorted lexicon) and `docs` are parallel, one entry per occurrence,
    in document order; `positions` ascending within a document.
    """
    order = _stable_order(terms)
    terms, docs = terms[order], docs[order]
    first = (
        np.flatnonzero(np.concatenate(([True], (terms[1:] != terms[:-1]) | (docs[1:] != docs[:-1]))))
        if terms.size
        else np.zeros(0, np.int64)
    )
    bounds = np.append(first, terms.size)
    freqs = np.minimum(np.diff(bounds), np.iinfo(np.uint16).max).astype(np.uint16)
    return PostingColumns(
        _starts(terms[first], vocabulary),
        docs[first].astype(np.uint32),
        freqs,
        None if positions is None else bounds.astype(np.uint64),
        None if positions is None else positions[order].astype(np.uint32),
    )


def _stable_order(keys: Array) -> Array:
    """The order that sorts numbers below 2³², equal ones as they stand.

    NumPy sorts 16 bits by counting (radix), which is two to five times as fast as comparing 32.
    """
    highest = int(keys.max()) if keys.size else 0
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    if highest >> 16:
        order = order[np.argsort((keys >> np.uint32(16)).astype(np.uint16)[order], kind="stable")]
    return order


def _starts(terms: Array, vocabulary: int) -> Array:
    start = np.zeros(vocabulary + 1, np.uint64)
    np.cumsum(np.bincount(terms, minlength=vocabulary), out=start[1:])
    return start


def merge_postings(parts: list[tuple[PostingColumns, Array, Array]], *, vocabulary: int) -> PostingColumns:
    """Posting lists of several segments as one.

    Each part is (columns, new term number of each old term, new document number of each old
    document or -1 where it was deleted).
    """
    terms, docs, freqs, sizes, moved = [], [], [], [], []
    positional = all(columns.positions is not None for columns, _, _ in parts)
    for columns, new_terms, new_docs in parts:
        term = np.repeat(new_terms, np.diff(columns.start).astype(np.int64))
        doc = new_docs[columns.docs]
        alive = doc >= 0
        terms.append(term[alive])
        docs.append(doc[alive].astype(np.uint32))
        freqs.append(columns.freqs[alive])
        if positional and columns.positions is not None and columns.position_start is not None:
            size = np.diff(columns.position_start).astype(np.int64)
            sizes.append(size[alive])
            moved.append(columns.positions[np.repeat(alive, size)])
    term_column, doc_column = np.concatenate(terms), np.concatenate(docs)
    order = np.argsort((term_column.astype(np.uint64) << np.uint64(32)) | doc_column, kind="stable")
    position_start = positions = None
    if positional:
        size = np.concatenate(sizes)
        source = np.cumsum(size) - size
        size, source = size[order], source[order]
        position_start = np.zeros(len(size) + 1, np.uint64)
        np.cumsum(size, out=position_start[1:])
        # The longest columns of all: half of the memory where small numbers do.
        kind = np.int32 if int(position_start[-1]) < 2**31 else np.int64
        gather = np.repeat((source - position_start[:-1].astype(np.int64)).astype(kind), size)
        gather += np.arange(len(gather), dtype=kind)
        positions = np.concatenate(moved)[gather]
    return PostingColumns(
        _starts(term_column, vocabulary),
        doc_column[order],
        np.concatenate(freqs)[order],
        position_start,
        positions,
    )
