"""Which terms of several lexicons are looked at together, so that never too many are?

Sorted lexicons are merged range by range: from one term to another, the same two in each. Ranges
are chosen so that what belongs to their terms is about equally much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from search.index.codec.arrays import Array
from search.index.codec.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Weighed:
    """A lexicon, and where what belongs to its terms begins (that of term t at starts[t]; one more
    for the end). Without `starts`, each term weighs one."""

    lexicon: Lexicon
    starts: Array | None = None


def term_ranges(lexicons: Sequence[Weighed], most: int) -> Iterator[list[tuple[int, int]]]:
    """For each range the half-open interval of term numbers that it is in each of the lexicons.

    A range weighs at most about twice `most`, if not one of its terms alone weighs more. Equal terms,
    also of the same lexicon, are in the same range.
    """
    parts = max(len(lexicons), 1)
    step = max(most // parts, 1)
    marks = sorted(mark for one in lexicons for mark in _marks(one, step))
    # Between two of those that are left there are marks of all lexicons together for one of each.
    bounds = sorted(set(marks[parts - 1 :: parts]))
    first = [0] * len(lexicons)
    for bound in bounds:
        last = [one.lexicon.position(bound) for one in lexicons]
        yield list(zip(first, last, strict=True))
        first = last
    yield [(start, len(one.lexicon)) for start, one in zip(first, lexicons, strict=True)]


def _marks(one: Weighed, step: int) -> list[bytes]:
    """Terms of the lexicon between which about `step` lies."""
    if one.starts is None:
        numbers = np.arange(step, len(one.lexicon), step)
    else:
        weights = np.arange(step, int(one.starts[-1]) if len(one.starts) else 0, step)
        numbers = np.unique(np.searchsorted(one.starts, weights))
    return [one.lexicon[number] for number in numbers.tolist() if number < len(one.lexicon)]
