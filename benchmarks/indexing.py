"""How fast does an index come into being, and how large is it?

The documents are in memory before the clock starts; it stops when the index is complete on disk
and open for queries. Every index is built in an empty folder by a fresh process, which has built a
small one before, so that loading libraries and tables is not counted; the engines take turns.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.corpus import Film
from benchmarks.isolation import isolated, peak_megabytes, processor_seconds
from benchmarks.line_up import PEERS, missing_notes
from benchmarks.options import Options
from benchmarks.outcome import Outcome, Table, significant
from benchmarks.peers.peer import Peer, bytes_below
from benchmarks.service import DetectingService, FilmSupply, PlainService, Service
from indexer.build import build
from indexer.crew import usable_cores
from search.configuration import Settings

#: Films of the small index built before the clock starts.
WARM_UP = 20


class AllCores(Service):
    """The same by as many processes as there are cores; all others have one."""

    name = reads = "this service, all cores"
    index_note = f"as this service, by {usable_cores()} processes; peak memory is that of the first"

    def index(self, films: Sequence[Film]) -> int:
        supply = FilmSupply(films, declared=self.declared)
        build(supply, sources=["films"], index=self._folder, settings=Settings(), jobs=usable_cores())
        return bytes_below(self._folder)


@dataclass(frozen=True, slots=True)
class Built:
    """One index built. Seconds of wall time and of processor time (all threads and processes)."""

    seconds: float
    processor_seconds: float
    bytes: int
    peak_megabytes: float | None


@dataclass(slots=True)
class IndexingFigures:
    """An engine's repetitions."""

    engine: str
    note: str
    built: list[Built] = field(default_factory=list)

    def median(self, name: str) -> float:
        """The median of one of the figures of `Built`; 0 where there is none."""
        return float(statistics.median(getattr(one, name) or 0.0 for one in self.built))


def measure_indexing(options: Options) -> Outcome:
    """Build every engine's index of the same films. Raises `CorpusError`."""
    films = options.films()
    engines = [engine for engine in PEERS if engine.reads == engine.name]
    engines += [PlainService, Service, DetectingService, *([AllCores] if usable_cores() > 1 else [])]
    figures = [IndexingFigures(engine.name, engine.index_note) for engine in engines]
    for repetition in range(options.repeats):
        for engine, one in zip(engines, figures, strict=True):
            print(f"indexing: {engine.name}, {repetition + 1} of {options.repeats}", file=sys.stderr)
            with tempfile.TemporaryDirectory(dir=options.scratch, prefix="benchmark-") as folder:
                one.built.append(isolated(_build, engine, Path(folder), films))
    raw = {"documents": len(films), "engines": [asdict(one) for one in figures]}
    return Outcome((_table(figures, films),), raw)


def _build(engine: type[Peer], folder: Path, films: Sequence[Film]) -> Built:
    for name, part in (("warm-up", films[:WARM_UP]), ("measured", films)):
        (folder / name).mkdir()
        peer = engine(folder / name)
        gc.collect()
        used, started = processor_seconds(), time.perf_counter()
        size = peer.index(part)
        peer.open()
        seconds, processor = time.perf_counter() - started, processor_seconds() - used
        peer.close()
    return Built(seconds, processor, size, peak_megabytes())


def _table(figures: Sequence[IndexingFigures], films: Sequence[Film]) -> Table:
    stock = figures[0].median("seconds")
    characters = sum(len(film.title) + len(film.text) for film in films)
    rows = tuple(
        (
            one.engine,
            significant(len(films) / one.median("seconds")),
            f"{stock / one.median('seconds'):.1f}",
            significant(one.median("processor_seconds")),
            f"{one.median('bytes') / 1e6:.1f}",
            f"{one.median('peak_megabytes'):.0f}",
            one.note,
        )
        for one in figures
    )
    repeats = len(figures[0].built)
    return Table(
        f"Indexing: {len(films):,} films, {characters / 1e6:.1f} million characters; median of {repeats}",
        (
            "engine", "documents/s", "× stock Whoosh", "processor s", "MB on disk", "peak memory MB",
            "what was done",
        ),
        rows,
        ("Title and text indexed with positions and stored, genres and year countable.", *missing_notes()),
    )  # fmt: skip
