"""Which documents have the best scores? Without sorting, or even partitioning, those of all others."""

from __future__ import annotations

import numpy as np

from search.engines.matches import NO_DOCS
from search.index.codec.arrays import Array

#: Every so many-th score is looked at to guess which score the best ones reach; NumPy partitions
#: 6,000 numbers in 80 µs, and compares them with one in 1.
_STRIDE = 16
#: Fewer scores are partitioned at once.
_WORTH_IT = 1024


def best_places(scores: Array, wanted: int) -> Array:
    """Places of the `wanted` best scores, best first; of equal scores the first."""
    if wanted >= len(scores):
        return (-scores).argsort(kind="stable")
    places = (scores >= _reached(scores, wanted)).nonzero()[0]
    return places[(-scores[places]).argsort(kind="stable")[:wanted]]


def leading_places(scores: Array, first: int, wanted: int) -> tuple[Array, Array]:
    """Places of the `first` best scores, ascending, and of the next up to `wanted` in all, best first;
    of equal scores the first: the same documents lead whatever page is asked for."""
    if len(scores) <= first:
        return np.arange(len(scores)), NO_DOCS
    places = None
    if wanted < len(scores):
        places = (scores >= _reached(scores, wanted)).nonzero()[0]
        if len(places) == first:
            return places, NO_DOCS
        scores = scores[places]
    order = (-scores).argsort(kind="stable")[:wanted]
    if places is not None:
        order = places[order]
    return np.sort(order[:first]), order[first:]


def _reached(scores: Array, wanted: int) -> np.float32:
    """A score that at least `wanted` reach, and not many more; there are more scores than that."""
    if len(scores) > max(_WORTH_IT, 2 * wanted):
        sample = np.sort(scores[::_STRIDE])
        # Half as many again as a fair sample has of them, lest the guess be wrong often.
        place = wanted * 3 // (2 * _STRIDE) + 4
        if place <= len(sample):
            guess = sample[-place]
            if np.count_nonzero(scores >= guess) >= wanted:
                return np.float32(guess)
    return np.float32(np.partition(scores, len(scores) - wanted)[len(scores) - wanted])
