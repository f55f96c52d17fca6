"""How long does one operation take, the first time and again and again?

Wall time is what a visitor waits for. Processor time is kept beside it: on a machine that somebody
else uses too, it is the figure to trust.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

import numpy as np

from benchmarks.outcome import Table, significant

Item = TypeVar("Item")
#: Shown of every list of timings.
PERCENTILES = (50, 95, 99)


@dataclass(slots=True)
class Timings:
    """Milliseconds of one operation on many things: `first` pass, then one list per `warm` pass;
    `first_processor` and `processor` are their processor time, all threads. `note` is for the reader."""

    name: str
    note: str = ""
    first: list[float] = field(default_factory=list)
    warm: list[list[float]] = field(default_factory=list)
    first_processor: list[float] = field(default_factory=list)
    processor: list[list[float]] = field(default_factory=list)

    def all_warm(self) -> list[float]:
        return [one for timings in self.warm for one in timings]

    def all_processor(self) -> list[float]:
        return [one for timings in self.processor for one in timings]

    def raw(self) -> dict[str, Any]:
        """As JSON; to a tenth of a microsecond, because more digits would be noise."""
        return {
            **asdict(self),
            "first": rounded(self.first),
            "warm": [rounded(one) for one in self.warm],
            "first_processor": rounded(self.first_processor),
            "processor": [rounded(one) for one in self.processor],
        }


def timed(
    name: str, work: Callable[[Item], object], items: Sequence[Item], *, passes: int, note: str = ""
) -> Timings:
    """`work(item)` for every item, once for the first pass and `passes` times more."""
    timings = Timings(name, note)
    timings.first, timings.first_processor = _one_pass(work, items)
    for _ in range(passes):
        wall, processor = _one_pass(work, items)
        timings.warm.append(wall)
        timings.processor.append(processor)
    return timings


def _one_pass(work: Callable[[Item], object], items: Sequence[Item]) -> tuple[list[float], list[float]]:
    wall: list[float] = []
    processor: list[float] = []
    gc.collect()
    for item in items:
        used, started = time.process_time_ns(), time.perf_counter_ns()
        work(item)
        ended, used_now = time.perf_counter_ns(), time.process_time_ns()
        wall.append((ended - started) / 1e6)
        processor.append((used_now - used) / 1e6)
    return wall, processor


def rounded(milliseconds: Sequence[float]) -> list[float]:
    return [round(one, 4) for one in milliseconds]


def shown_percentiles(milliseconds: Sequence[float]) -> str:
    """`p50 / p95 / p99`, three significant digits each; a dash for nothing."""
    if not milliseconds:
        return "–"
    return " / ".join(significant(float(one)) for one in np.percentile(milliseconds, PERCENTILES))


def timings_table(title: str, timings: Sequence[Timings], *, notes: tuple[str, ...] = ()) -> Table:
    """A row for each operation that was asked for at all."""
    rows = tuple(
        (
            one.name,
            f"{len(one.first):,}",
            shown_percentiles(one.first),
            shown_percentiles(one.first_processor),
            shown_percentiles(one.all_warm()),
            shown_percentiles(one.all_processor()),
            one.note,
        )
        for one in timings
        if one.first
    )
    return Table(
        f"{title}; p50 / p95 / p99 in ms",
        (
            "operation",
            "asked",
            "first pass",
            "its processor time",
            "warm",
            "its processor time",
            "what was done",
        ),
        rows,
        notes,
    )
