"""How are the numbers of a facet spread? Counts per number → bars of equal width.

The bars' spans are round numbers. Rare values far from all others (a year 1 among films) do not
stretch the axis: the first and the last bar are open and take in whatever lies beyond.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.request import Range

#: Bars at most; the least round step that needs no more is taken.
MOST_BARS = 30
_STEPS = (1, 2, 5)
#: Of all documents, the share at either end that may lie beyond the axis.
_OUTLIERS = 0.001


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `span` is the filter it stands for; `low` and `high` are its ends on the axis, both
    included; `height` is its share of the tallest, 0 to 1; `chosen` says it is in the active filter."""

    span: Range
    low: float
    high: float
    count: int
    height: float
    chosen: bool


def bars(counts: Iterable[tuple[float, int]], active: Sequence[Range] = ()) -> tuple[Bar, ...]:
    """The bars of (number, documents); none for fewer than two different numbers.

    >>> [(bar.low, bar.high, bar.count) for bar in bars([(2000, 3), (2001, 1)])]
    [(2000, 2000, 3), (2001, 2001, 1)]
    """
    rows = sorted((number, count) for number, count in counts if count > 0)
    if len(rows) < 2:
        return ()
    whole = all(float(number).is_integer() for number, _ in rows)
    first, last = _ends(rows)
    step = _step(first, last, whole=whole)
    low = first // step * step
    number = int((last - low) // step) + 1
    starts = [_tidy(low + step * index) for index in range(number)]
    heights = [0] * number
    for value, count in rows:
        heights[min(max(bisect.bisect_right(starts, value) - 1, 0), number - 1)] += count
    tallest = max(heights)
    return tuple(
        _bar(index, starts, step, heights[index], tallest, rows, active, whole=whole)
        for index in range(number)
    )


def _bar(
    index: int,
    starts: list[float],
    step: float,
    count: int,
    tallest: int,
    rows: list[tuple[float, int]],
    active: Sequence[Range],
    *,
    whole: bool,
) -> Bar:
    low = starts[index]
    high = _tidy(low + step - 1) if whole else _tidy(low + step)
    first, last = rows[0][0], rows[-1][0]
    open_below = index == 0 and first < low
    open_above = index == len(starts) - 1 and last > high
    # No bar promises numbers that nothing has.
    low, high = max(low, first), min(high, last)
    span = Range(None if open_below else low, None if open_above else high)
    chosen = any(_overlap(span, one) for one in active)
    return Bar(span, low, high, count, count / tallest if tallest else 0.0, chosen)


def _ends(rows: list[tuple[float, int]]) -> tuple[float, float]:
    """The numbers between which all but the outliers lie."""
    allowed = sum(count for _, count in rows) * _OUTLIERS
    return _end(rows, allowed), _end(rows[::-1], allowed)


def _end(rows: list[tuple[float, int]], allowed: float) -> float:
    passed = 0
    for number, count in rows:
        passed += count
        if passed > allowed:
            return number
    return rows[-1][0]


def _step(first: float, last: float, *, whole: bool) -> float:
    """The smallest of 1, 2, 5, 10, 20 … (for fractions also 0.5, 0.2 …) that needs at most `MOST_BARS`."""
    power = 1.0 if whole else 10.0**-4
    while True:
        for one in _STEPS:
            step = one * power
            if last // step - first // step < MOST_BARS:
                return _tidy(step)
        power *= 10


def _tidy(number: float) -> float:
    """Without the dust of floating point; whole numbers as such."""
    tidy = round(number, 6)
    return int(tidy) if float(tidy).is_integer() else tidy


def _overlap(first: Range, second: Range) -> bool:
    below = first.high is not None and second.low is not None and first.high < second.low
    above = first.low is not None and second.high is not None and first.low > second.high
    return not below and not above
