"""How long until a process answers, and what does one more of them hold?

Every opening is that of a fresh process that has its libraries loaded. Memory is that of a second
worker while a first one is alive that was asked the same: what both map is counted for neither,
because the second costs nothing for it.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.collection import collection_index, rows
from benchmarks.options import Options
from benchmarks.outcome import Outcome, Table, significant
from benchmarks.typed_queries import draw_typed_queries
from benchmarks.worker_process import WorkerProcess

#: Fresh processes whose openings are measured, besides the two whose memory is.
ALONE = 3


@dataclass(frozen=True, slots=True)
class ExtraWorker:
    """Private megabytes of a second worker: its libraries, with the index open and one answer given,
    made ready for requests, and after `queries` different queries."""

    queries: int
    loaded: float
    first_answer: float
    ready: float
    asked: float


def measure_opening(options: Options) -> Outcome:
    """Open the collection again and again. Raises `CorpusError`, `CommandFailed`."""
    index = collection_index(options)
    queries = [
        one.text for one in draw_typed_queries(rows(options.shared, options.collection), options.queries)
    ]
    assert options.scratch is not None
    log = options.scratch / "worker.log"
    print("opening: starting processes", file=sys.stderr)
    told = opened_alone(index, log, ALONE if options.repeats > 1 else 0)
    with WorkerProcess(index, log) as first:
        first.search(queries, 0)
        extra, also = beside(first, index, queries, log)
        told += [first.opening, also]
    raw = {"openings": told, "extra_worker": asdict(extra), "documents": told[0]["documents"]}
    return Outcome((_table(told, extra),), raw)


def opened_alone(index: Path, log: Path, count: int) -> list[dict[str, float]]:
    """What so many processes, one after the other, say of their opening. Raises `CommandFailed`."""
    told = []
    for _ in range(count):
        with WorkerProcess(index, log) as worker:
            told.append(worker.opening)
    return told


def beside(
    first: WorkerProcess, index: Path, queries: Sequence[str], log: Path
) -> tuple[ExtraWorker, dict[str, float]]:
    """A second worker while the first, which was asked the same queries, is alive: its memory, and
    what it says of its opening. Raises `CommandFailed`."""
    with WorkerProcess(index, log.with_suffix(".second")) as second:
        second.search(queries, 0)
        told, after = second.told, second.memory()
    stages = (told["memory_loaded"], told["memory_first_answer"], told["memory_warm"], after)
    return ExtraWorker(len(queries), *(one.get("Private", 0.0) for one in stages)), second.opening


def _table(told: list[dict[str, float]], extra: ExtraWorker) -> Table:
    def median(name: str) -> str:
        values = [one[name] for one in told]
        return f"{significant(statistics.median(values))} ({significant(max(values))})"

    return Table(
        f"Opening: {told[0]['documents']:,.0f} documents; median (and most) of {len(told)} fresh processes",
        ("what", "figure", "what was done"),
        (
            ("open, ms", median("open_milliseconds"), "`Searcher.open`, libraries loaded before"),
            ("open once more, ms", median("open_again_milliseconds"),
             "in the same process: the index alone, as when a new generation takes over"),
            ("first answer, ms", median("first_answer_milliseconds"), "the first search after that"),
            ("made ready, ms", median("warm_milliseconds"), "`Searcher.warm` after that, as web workers do"),
            ("memory of an extra worker, MB", significant(extra.asked),
             f"private pages after {extra.queries:,} different queries"),
            ("· a copy of the master", significant(extra.loaded), "before it opens the index"),
            ("· after one answer", significant(extra.first_answer), ""),
            ("· made ready", significant(extra.ready), "before the queries"),
        ),
        ("The index was in the system's page cache.",),
    )  # fmt: skip
