"""Which keys of completions come first?

Keys are sorted, so a prefix is a range of them; of a range the heaviest are wanted. A pyramid tells
where they are: the greatest weight of each block of keys, of each block of those blocks, and so on.
The heaviest n keys of a range lie in the n blocks with the greatest maxima, or at its ragged ends;
so n blocks are opened on each level, whatever the size of the range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from search.index.codec.arrays import Array, ArrayFile
from search.index.codec.lexicon import Lexicon, SampledLexicon

#: Keys in a block, and blocks in one of the next level.
BLOCK = 64
_PLACES = np.arange(BLOCK)


def weight_pyramid(weights: Array) -> Array:
    """The maxima of all levels, the lowest first; a level of one block is the last."""
    levels = [weights]
    while len(levels[-1]) > 1:
        levels.append(np.maximum.reduceat(levels[-1], np.arange(0, len(levels[-1]), BLOCK)))
    return np.concatenate(levels[1:]) if len(levels) > 1 else np.zeros(0, weights.dtype)


@dataclass(frozen=True, slots=True)
class Completions:
    """The completions of one segment; `levels` are the weights of the keys, then their maxima."""

    keys: Lexicon
    docs: Array
    titles: Array
    levels: tuple[Array, ...]

    @classmethod
    def of(cls, file: ArrayFile) -> Completions:
        levels = [file["suggest/weights"]]
        maxima = file["suggest/maxima"]
        first = 0
        while len(levels[-1]) > 1:
            last = first + -(-len(levels[-1]) // BLOCK)
            levels.append(maxima[first:last])
            first = last
        keys = SampledLexicon.of(file, "suggest")
        return cls(keys, file["suggest/docs"], file["suggest/titles"], tuple(levels))

    def heaviest(self, first: int, last: int, count: int) -> Array:
        """Of the keys numbered first … last-1 at most `count`, heaviest first, equal ones in order."""
        ragged: list[Array] = []
        low, high = first, last
        while high - low > 2 * BLOCK:
            inner_low, inner_high = -(-low // BLOCK), high // BLOCK
            ends = np.arange(low, inner_low * BLOCK), np.arange(inner_high * BLOCK, high)
            ragged.append(np.concatenate(ends))
            low, high = inner_low, inner_high
        chosen = np.arange(low, high)
        for depth in range(len(ragged), 0, -1):
            blocks = _greatest(self.levels[depth], chosen, count)
            within = (blocks[:, None] * BLOCK + _PLACES).ravel()
            chosen = np.concatenate((within, ragged[depth - 1]))
        chosen = _greatest(self.levels[0], chosen, count)
        return chosen[np.lexsort((chosen, -self.levels[0][chosen]))]

    def heaviest_live(self, first: int, last: int, count: int, live: Array) -> Array:
        """The same of keys whose documents were not deleted."""
        wanted = count
        while True:
            found = self.heaviest(first, last, wanted)
            alive = found[live[self.docs[found]]]
            if len(alive) >= count or len(found) < wanted:
                return alive[:count]
            wanted *= 4


def _greatest(values: Array, numbers: Array, count: int) -> Array:
    """`count` of the numbers whose values are the greatest; of equal ones the first."""
    if len(numbers) <= count:
        return numbers
    held = values[numbers]
    bar = np.partition(held, -count)[-count]
    above = numbers[held > bar]
    equal = np.sort(numbers[held == bar])[: count - len(above)]
    return np.concatenate((above, equal))
