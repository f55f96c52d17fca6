"""Is the service as fast as it set out to be?

Every row of the bar, with our figure, what it is compared with and whether it is met, computed from
the raw figures of the run. What was not measured says so and counts as nothing.
"""

from __future__ import annotations

import itertools
import json
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.outcome import Table, significant
from benchmarks.peers.peer import Mode
from benchmarks.queries import BESIDE, CELLS, STOCK, cell_name
from benchmarks.scale_report import matching, p95
from benchmarks.service import DetectingService, PlainEngine, PlainService, Service
from benchmarks.updates import SMALL, UNCHANGED, WITHIN

Raw = Mapping[str, Any]
#: Figures of a run by the name of the benchmark; `scale` may be those of another run.
Figures = Mapping[str, Raw]

#: When a query was asked: again, something new of a process that has answered others, or first of all.
WHEN = WARM, LATER, FIRST = "warm", "others afterwards", "words new to the process"
MET, MISSED, UNKNOWN, NOTHING = "met", "**missed**", "not measured", "–"

OF_TANTIVY_FACETED, OF_TANTIVY, TIMES_WHOOSH_FACETED = 0.5, 1.0, 100.0
SERVICE_P50, SERVICE_P95 = 2.0, 6.0
WORKER_MEGABYTES, OPEN_MILLISECONDS = 60.0, 100.0
TIMES_WHOOSH_INDEXING, OF_TANTIVY_INDEXING = 10.0, 0.5
DETECTED_PER_SECOND, DETECTION_SHARE = 5000.0, 1 / 3
UPDATE_SECONDS, UNCHANGED_SECONDS = 1.0, 3.0
OF_BARE_FLASK, OF_BARE_FLASK_REPEATED = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class BarRow:
    """`met` is None where something was not measured, or there is no bar."""

    work: str
    bar: str
    ours: str
    theirs: str
    met: bool | None


def bar_table(figures: Figures) -> Table:
    """All rows of the bar, whatever was measured."""
    rows = [row for part in PARTS for row in part(figures)]
    return Table(
        "The bar",
        ("work", "bar", "ours", "compared with", "verdict"),
        tuple((row.work, row.bar, row.ours, row.theirs, _verdict(row)) for row in rows),
        _notes(figures),
    )


def latest_scale(runs: Path) -> Raw | None:
    """The newest figures of `benchmarks.scale` kept in a folder of runs, as `{"run", "sizes"}`."""
    found = sorted(runs.glob("*/scale.json"), key=lambda path: path.stat().st_mtime)
    if not found:
        return None
    kept = json.loads(found[-1].read_text(encoding="utf-8"))
    return {"run": found[-1].parent.name, "sizes": list(kept["sizes"].values())}


def _verdict(row: BarRow) -> str:
    if row.met is None:
        return UNKNOWN if row.ours == NOTHING else NOTHING
    return MET if row.met else MISSED


def _notes(figures: Figures) -> tuple[str, ...]:
    if "scale" not in figures:
        return ("Growth is measured by `python -m benchmarks.scale`.",)
    sizes = " → ".join(f"{size['documents']:,}" for size in figures["scale"]["sizes"])
    return (f"Growth: {sizes} documents, run {figures['scale']['run']}.",)


# Queries


def _queries(figures: Figures) -> Iterator[BarRow]:
    cells = _cells(figures)
    for when in WHEN:
        for mode, facets in CELLS:
            share = OF_TANTIVY_FACETED if facets else OF_TANTIVY
            bar = f"p50 and p95 ≤ {share:g} × tantivy"
            yield _beside(cells, bar, (mode, facets, when), BESIDE, share)
    for mode, facets in CELLS:
        if facets:
            bar = f"≥ {TIMES_WHOOSH_FACETED:g} × as fast as stock Whoosh"
            yield _beside(cells, bar, (mode, facets, WARM), STOCK, 1 / TIMES_WHOOSH_FACETED)


#: Kind of query, with facets or not, when it was asked.
Cell = tuple[Mode, bool, str]


def _cells(figures: Figures) -> dict[str, dict[Cell, Any]]:
    """engine → kind of query, and when it was asked → its p50 and p95."""
    found: dict[str, dict[Cell, Any]] = {}
    for one in figures.get("queries", {}).get("engines", ()):
        for when, timings in ((WARM, _flat(one["warm"])), (LATER, one["later"]), (FIRST, one["first"])):
            if timings:
                cell = one["mode"], one["facets"], when
                found.setdefault(one["engine"], {})[cell] = np.percentile(timings, (50, 95))
    return found


def _beside(cells: dict[str, dict[Cell, Any]], bar: str, cell: Cell, other: str, share: float) -> BarRow:
    """Met when p50 and p95 both are at most that share of the other engine's."""
    mode, facets, when = cell
    work = f"plain engine, {cell_name(mode, facets)}, {when}"
    ours, theirs = cells.get(PlainEngine.name, {}).get(cell), cells.get(other, {}).get(cell)
    if ours is None or theirs is None:
        return BarRow(work, bar, _pair(ours), _pair(theirs), None)
    shares = " / ".join(significant(float(one)) for one in ours / theirs)
    compared = f"{other} {_pair(theirs)} ms; ours is × {shares}"
    return BarRow(work, bar, f"{_pair(ours)} ms", compared, bool((ours <= share * theirs).all()))


def _service(figures: Figures) -> Iterator[BarRow]:
    raw = figures.get("service")
    work = f"service query, {raw['collection'] if raw else 'many languages'}"
    bar = f"p50 ≤ {SERVICE_P50:g} ms, p95 ≤ {SERVICE_P95:g} ms"
    if raw is None:
        yield from (BarRow(f"{work}, {when}", bar, "–", "–", None) for when in WHEN)
        return
    timings, later = raw["timings"], raw["later"]
    # Processor time stands beside the wall's, because somebody else may use the cores.
    figures_of = {
        WARM: (_flat(timings["warm"]), _flat(timings["processor"])),
        LATER: (later["first"], later["first_processor"]),
        FIRST: (timings["first"], timings["first_processor"]),
    }
    for when, measured in figures_of.items():
        (p50, high), processor = (np.percentile(one, (50, 95)) for one in measured)
        met = bool(p50 <= SERVICE_P50 and high <= SERVICE_P95)
        yield BarRow(
            f"{work}, {when}", bar, f"{_pair((p50, high))} ms", f"processor time {_pair(processor)} ms", met
        )


# Growth


def _growth(figures: Figures) -> Iterator[BarRow]:
    sizes: Sequence[Any] = figures.get("scale", {}).get("sizes", ())
    bar = "p95 grows no faster than the documents that match"
    if len(sizes) < 2:
        yield BarRow("growth", bar, "–", "–", None)
    for small, large in itertools.pairwise(sizes):
        slower, more = p95(large) / p95(small), matching(large) / matching(small)
        yield BarRow(
            f"growth, {small['documents']:,} → {large['documents']:,}",
            bar,
            f"p95 {significant(p95(small))} → {significant(p95(large))} ms, × {slower:.2f}",
            f"matching documents × {more:.2f}",
            slower <= more,
        )
    processes = [*sizes, *([figures["opening"]] if "opening" in figures else [])]
    memory = [(one["documents"], one["extra_worker"]["asked"]) for one in processes]
    yield from _limited("memory of an extra worker", WORKER_MEGABYTES, "MB", memory)
    for name, figure in (
        ("opening the index in a fresh process", "open_milliseconds"),
        ("opening it once more there", "open_again_milliseconds"),
    ):
        opened = [
            (one["documents"], statistics.median(each[figure] for each in one["openings"]))
            for one in processes
        ]
        yield from _limited(name, OPEN_MILLISECONDS, "ms", opened)
    for one in processes:
        answer = statistics.median(each["first_answer_milliseconds"] for each in one["openings"])
        yield BarRow(
            f"first answer after opening, {one['documents']:,.0f} documents",
            "none: what opening leaves to be done",
            f"{significant(answer)} ms",
            "–",
            None,
        )


def _limited(name: str, limit: float, unit: str, found: Sequence[tuple[float, float]]) -> Iterator[BarRow]:
    """A row for each (documents, figure): met up to the limit."""
    bar = f"≤ {limit:g} {unit}"
    if not found:
        yield BarRow(name, bar, "–", "–", None)
    for documents, value in found:
        yield BarRow(
            f"{name}, {documents:,.0f} documents", bar, f"{significant(value)} {unit}", "–", value <= limit
        )


# Indexing


def _indexing(figures: Figures) -> Iterator[BarRow]:
    raw = figures.get("indexing", {})
    rates = {
        one["engine"]: raw["documents"] / statistics.median(each["seconds"] for each in one["built"])
        for one in raw.get("engines", ())
    }
    ours, detected = rates.get(Service.name), rates.get(DetectingService.name)
    work = "indexing, language declared"
    for name, contents in ((PlainService.name, "the peers' fields"), (Service.name, "all ways of matching")):
        rate = rates.get(name)
        for other, times in ((STOCK, TIMES_WHOOSH_INDEXING), (BESIDE, OF_TANTIVY_INDEXING)):
            theirs = rates.get(other)
            yield BarRow(
                f"{work}, {contents}",
                f"≥ {times:g} × {other}",
                _rate(rate),
                f"{_rate(theirs)}; ours is × {rate / theirs:.2f}" if rate and theirs else _rate(theirs),
                rate >= times * theirs if rate and theirs else None,
            )
    yield BarRow(
        "indexing, language detected",
        f"≥ {DETECTED_PER_SECOND:,.0f} documents/s",
        _rate(detected),
        "–",
        detected >= DETECTED_PER_SECOND if detected else None,
    )
    share = 1 - detected / ours if detected and ours else None
    yield BarRow(
        "detection's share of indexing",
        "≤ a third of the time",
        "–" if share is None else f"{share:.0%}",
        "time with detection against time without",
        share <= DETECTION_SHARE if share is not None else None,
    )


def _rate(documents: float | None) -> str:
    return "–" if documents is None else f"{significant(documents)} documents/s"


def _updates(figures: Figures) -> Iterator[BarRow]:
    raw = figures.get("updates", {})
    found = {one["name"]: one for one in raw.get("updates", ())}
    documents = f"{raw['documents']:,} documents" if raw else "100,000 documents"
    for name, limit in ((SMALL, UPDATE_SECONDS), (WITHIN, UPDATE_SECONDS), (UNCHANGED, UNCHANGED_SECONDS)):
        one = found.get(name)
        seconds = statistics.median(one["visible"] or one["done"]) if one else None
        yield BarRow(
            f"update of {documents}: {name}",
            f"≤ {limit:g} s" + (" to visible" if name != UNCHANGED else ""),
            "–" if seconds is None else f"{significant(seconds)} s",
            "–",
            seconds <= limit if seconds is not None else None,
        )


# HTTP


def _http(figures: Figures) -> Iterator[BarRow]:
    requests = figures.get("http", {}).get("requests", ())
    rates = {one["name"]: statistics.fmean(one["rates"]) for one in requests if one["rates"]}
    bare = rates.get("bare Flask")
    repeats = [name for name in rates if name.startswith("search,")] or ["search, repeated"]
    limits = {"search": OF_BARE_FLASK, **dict.fromkeys(repeats, OF_BARE_FLASK_REPEATED)}
    for name, limit in limits.items():
        ours = rates.get(name)
        yield BarRow(
            f"HTTP: {name}",
            f"≥ {limit:g} × bare Flask",
            "–" if ours is None else f"{significant(ours)} requests/s",
            "–"
            if bare is None
            else f"{significant(bare)} requests/s" + (f"; ours is × {ours / bare:.2f}" if ours else ""),
            ours >= limit * bare if ours and bare else None,
        )


PARTS: tuple[Callable[[Figures], Iterator[BarRow]], ...] = (
    _queries, _service, _growth, _indexing, _updates, _http
)  # fmt: skip


def _flat(passes: Sequence[Sequence[float]]) -> list[float]:
    return [one for timings in passes for one in timings]


def _pair(percentiles: Any) -> str:
    return "–" if percentiles is None else " / ".join(significant(float(one)) for one in percentiles)
