"""Several segments under one numbering of documents: what is known of each document, joined.

Documents are numbered through all segments, those that were deleted included.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from search.index.codec.arrays import Array
from search.index.codec.segment_reader import SegmentReader
from search.index.schema import FIELDS, Field


class SegmentSet:
    """The segments in order; document d of segment s has the number `bases[s]` + d."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self.segments = list(segments)
        self.bases: list[int] = np.cumsum([0, *(segment.documents for segment in self.segments)]).tolist()
        self.documents: int = self.bases[-1]
        self.has_deletions = any(len(segment.deleted) for segment in self.segments)
        self._lengths: dict[Field, Array] = {}
        self._numbers: dict[str, Array] = {}

    @cached_property
    def live(self) -> Array:
        """A boolean per document: true where it was not deleted."""
        if not self.segments:
            return np.zeros(0, bool)
        return np.concatenate([segment.live() for segment in self.segments])

    @cached_property
    def live_count(self) -> int:
        return int(self.live.sum())

    def lengths(self, one: Field) -> Array:
        """Length of a field in every document, in words."""
        cache = self._lengths
        if one not in cache:
            parts = [segment.lengths(one) for segment in self.segments]
            cache[one] = parts[0] if len(parts) == 1 else np.concatenate(parts or [np.zeros(0, np.uint32)])
        return cache[one]

    def lengths_at(self, one: Field, docs: Array) -> Array:
        """The same of the given documents, ascending; no column of all documents is made for it."""
        if len(self.segments) == 1:
            return self.segments[0].lengths(one)[docs]
        bounds = docs.searchsorted(self.bases)
        parts = [
            segment.lengths(one)[docs[first:last] - base]
            for segment, base, first, last in zip(
                self.segments, self.bases[:-1], bounds[:-1], bounds[1:], strict=True
            )
            if last > first
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.uint32)

    @cached_property
    def average_lengths(self) -> dict[Field, float]:
        """Mean length of each field over the documents that have it; at least 1."""
        averages = {}
        for one in FIELDS:
            totals = [segment.length_totals(one) for segment in self.segments]
            filled = sum(documents for _, documents in totals)
            averages[one] = max(sum(words for words, _ in totals) / filled, 1.0) if filled else 1.0
        return averages

    def number_column(self, name: str) -> Array:
        """A number per document, NaN where it has none."""
        cache = self._numbers
        if name not in cache:
            parts = [
                segment.file[f"number/{name}"]
                if f"number/{name}" in segment.file
                else np.full(segment.documents, np.nan)
                for segment in self.segments
            ]
            cache[name] = parts[0] if len(parts) == 1 else np.concatenate(parts or [np.zeros(0)])
        return cache[name]

    def has_number(self, name: str) -> bool:
        return any(f"number/{name}" in segment.file for segment in self.segments)
