"""Which documents hold this term, one after another, as Whoosh's queries ask for them?

The postings of a term are a slice of the field's columns; a block of them at a time becomes Python
numbers. Blocks know the best weight and the shortest field in them, so that Whoosh skips blocks
that cannot reach the best hits.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from whoosh.matching.mcore import LeafMatcher, ReadTooFar

from search.index.codec.arrays import Array
from search.index.codec.whoosh_values import PostingValues

_BLOCK = 128


class ColumnarMatcher(LeafMatcher):
    """The postings numbered first … first+len(ids)-1 of `values`.

    `ids` are document numbers, or the terms of a document's vector; both ascend.
    """

    def __init__(
        self,
        ids: Array | Sequence[str],
        first: int,
        values: PostingValues,
        format_: Any,
        *,
        lengths: Array | None = None,
        term: tuple[str, bytes] | None = None,
        scorer: Any = None,
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._all_ids = ids
        self._first = first
        self._posting_values = values
        self._lengths = lengths
        self.reset()

    def _load(self, place: int) -> None:
        """Make the block that begins at `place` the current one. Beyond the end the matcher is inactive
        and stays where it is: Whoosh's `AndNotMatcher` asks for the id even then."""
        if place >= len(self._all_ids):
            self._active = False
            return
        ids = self._all_ids[place : place + _BLOCK]
        self._ids: list[Any] = ids.tolist() if isinstance(ids, np.ndarray) else list(ids)
        self._weights: list[float] | None = None
        self._shortest: int | None = None
        self._start, self._i = place, 0

    def is_active(self) -> bool:
        return self._active

    def reset(self) -> None:
        """Back to the first posting; a term has at least one."""
        self._active = True
        self._load(0)

    def copy(self) -> ColumnarMatcher:
        other = ColumnarMatcher(
            self._all_ids,
            self._first,
            self._posting_values,
            self.format,
            lengths=self._lengths,
            term=self._term,
            scorer=self.scorer,
        )
        other._load(self._start)
        other._i, other._active = self._i, self._active
        return other

    def id(self) -> Any:
        return self._ids[self._i]

    def all_ids(self) -> Iterator[Any]:
        """The ids from here on."""
        ids = self._all_ids[self._start + self._i :] if self._active else []
        return iter(ids.tolist() if isinstance(ids, np.ndarray) else ids)

    def next(self) -> Any:
        """On to the next posting; true if that began another block."""
        if not self._active:
            raise ReadTooFar
        if self._i + 1 < len(self._ids):
            self._i += 1
            return False
        self._load(self._start + _BLOCK)
        return True

    def skip_to(self, id: Any) -> None:
        if not self._active:
            raise ReadTooFar
        if id <= self._ids[self._i]:
            return
        if id <= self._ids[-1]:
            self._i = bisect.bisect_left(self._ids, id, self._i)
            return
        place = bisect.bisect_left(self._all_ids, id, self._start + len(self._ids))
        if place >= len(self._all_ids):
            self._active = False
            return
        self._load(place - place % _BLOCK)
        self._i = place - self._start

    def weight(self) -> float:
        return self._block_weights()[self._i]

    def value(self) -> bytes:
        return self._posting_values.encoded(self._posting(), self.format)

    def value_as(self, astype: str) -> Any:
        return self._posting_values.decoded(self._posting(), self.format, astype)

    def items_as(self, astype: str) -> Iterator[tuple[Any, Any]]:
        while self.is_active():
            yield self.id(), self.value_as(astype)
            self.next()

    def score(self) -> float:
        return float(self.weight() if self.scorer is None else self.scorer.score(self))

    def skip_to_quality(self, minquality: float) -> int:
        """Skip blocks that are not better than this; returns how many."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._load(self._start + _BLOCK)
            skipped += 1
        return skipped

    def block_min_id(self) -> Any:
        return self._ids[0]

    def block_max_id(self) -> Any:
        return self._ids[-1]

    def block_max_weight(self) -> float:
        return max(self._block_weights())

    def block_min_length(self) -> int:
        if self._shortest is None:
            self._shortest = 0 if self._lengths is None else int(self._lengths[self._ids].min())
        return self._shortest

    def block_max_length(self) -> int:
        return 0 if self._lengths is None else int(self._lengths[self._ids].max())

    def _posting(self) -> int:
        return self._first + self._start + self._i

    def _block_weights(self) -> list[float]:
        if self._weights is None:
            first = self._first + self._start
            column = self._posting_values.weight(first, first + len(self._ids))
            self._weights = column.astype(np.float64).tolist()
        return self._weights
