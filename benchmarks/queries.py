"""How fast is a question answered, with and without counting facets?

Each engine gets the same queries in the same order, each kind of query in a fresh process. The
first pass is reported by itself: the process has met none of the words before. The passes after it
are the warm figures. Other queries, drawn in the same way and asked once after that, show a process
that has been answering for a while and is asked something new. The engines take turns within each
kind of query, so that a slow minute of the machine hits all of them.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.corpus import Film, draw_queries, read_films, read_paragraphs
from benchmarks.isolation import isolated, peak_megabytes
from benchmarks.line_up import PEERS, UNCOUNTED, missing_notes
from benchmarks.options import Options
from benchmarks.outcome import Outcome, Table, percentiles, significant
from benchmarks.peers.peer import Mode, Peer
from benchmarks.service import ManyLanguages, PlainEngine, Service

#: Kinds of query, in the order of the table's columns.
CELLS: tuple[tuple[Mode, bool], ...] = (("and", False), ("or", False), ("and", True), ("or", True))
STOCK, BESIDE = "Whoosh (stock)", "tantivy"
#: Queries asked before any clock starts, so that no engine pays for imports and lazy set-up.
WARM_UP = 10

Query = tuple[str, ...]


@dataclass(slots=True)
class QueryFigures:
    """One engine and one kind of query. `first`, `warm` and `later` are milliseconds per query,
    `warm` one list per pass, `later` those of the other queries; `hits` is the sum of the totals over
    all queries, `open_milliseconds` what opening the index took."""

    engine: str
    note: str
    mode: Mode
    facets: bool
    hits: int = 0
    open_milliseconds: float = 0.0
    peak_megabytes: float | None = None
    first: list[float] = field(default_factory=list)
    warm: list[list[float]] = field(default_factory=list)
    later: list[float] = field(default_factory=list)

    def all_warm(self) -> list[float]:
        return [one for timings in self.warm for one in timings]


def measure_queries(options: Options) -> Outcome:
    """Ask every engine the same questions. Raises `CorpusError`."""
    films = options.films()
    drawn = draw_queries(films, 2 * options.queries + WARM_UP)
    queries, others, warm_up = drawn[: options.queries], drawn[options.queries : -WARM_UP], drawn[-WARM_UP:]
    engines: list[type[Peer]] = [*PEERS, PlainEngine, Service, ManyLanguages]
    figures: list[QueryFigures] = []
    with tempfile.TemporaryDirectory(dir=options.scratch, prefix="benchmark-") as scratch:
        folders = _indexed(options, films, engines, Path(scratch))
        for mode, facets in CELLS:
            for engine in engines:
                if not (facets and engine.name in UNCOUNTED):
                    print(f"queries: {engine.name}, {cell_name(mode, facets)}", file=sys.stderr)
                    one = QueryFigures(engine.name, engine.query_note, mode, facets)
                    folder = folders[engine.reads]
                    figures.append(isolated(_measure, engine, folder, one, warm_up, queries, others, options))
    tables = (
        _table("Queries, warm", figures, films, queries, lambda one: percentiles(one.all_warm())),
        _table(
            "Queries, others asked afterwards", figures, films, others, lambda one: percentiles(one.later)
        ),
        _table(
            "Queries, words new to the process", figures, films, queries, lambda one: percentiles(one.first)
        ),
        _ratios(figures),
    )
    raw = {
        "documents": len(films),
        "queries": queries,
        "others": others,
        "engines": [_rounded(one) for one in figures],
    }
    return Outcome(tables, raw)


def _indexed(
    options: Options, films: Sequence[Film], engines: Sequence[type[Peer]], scratch: Path
) -> dict[str, Path]:
    """The folder of each index there has to be."""
    folders: dict[str, Path] = {}
    for engine in engines:
        if engine.reads != engine.name:
            continue
        print(f"queries: indexing for {engine.name}", file=sys.stderr)
        folders[engine.name] = scratch / str(len(folders))
        folders[engine.name].mkdir()
        isolated(_index, engine, folders[engine.name], _collection(engine, films, options))
    return folders


def _collection(engine: type[Peer], films: Sequence[Film], options: Options) -> Sequence[Film]:
    if engine is not ManyLanguages:
        return films
    # A short run still has some films of each file.
    limit = options.documents
    others = read_films(options.shared, local=True)[len(read_films(options.shared, local=False)) :]
    return [*films, *others[:limit], *read_paragraphs(options.shared, limit=limit)]


def _index(engine: type[Peer], folder: Path, films: Sequence[Film]) -> int:
    return engine(folder).index(films)


def _measure(
    engine: type[Peer],
    folder: Path,
    figures: QueryFigures,
    warm_up: Sequence[Query],
    queries: Sequence[Query],
    others: Sequence[Query],
    options: Options,
) -> QueryFigures:
    peer = engine(folder)
    started = time.perf_counter()
    peer.open()
    figures.open_milliseconds = (time.perf_counter() - started) * 1000
    for words in warm_up:
        peer.query(words, figures.mode, figures.facets)
    # Every engine's process holds the tables of ours: none is to pay for the collector's walks over them.
    gc.collect()
    gc.freeze()
    started = time.perf_counter()
    figures.first, figures.hits = timed_pass(peer, queries, figures.mode, figures.facets)
    while len(figures.warm) < options.passes:
        if figures.warm and time.perf_counter() - started > options.budget:
            break
        figures.warm.append(timed_pass(peer, queries, figures.mode, figures.facets)[0])
    figures.later, _ = timed_pass(peer, others, figures.mode, figures.facets)
    peer.close()
    figures.peak_megabytes = peak_megabytes()
    return figures


def timed_pass(engine: Peer, queries: Sequence[Query], mode: Mode, facets: bool) -> tuple[list[float], int]:
    """Milliseconds of each query, and the hits of all together."""
    timings, hits = [], 0
    gc.collect()
    for words in queries:
        started = time.perf_counter()
        found = engine.query(words, mode, facets)
        timings.append((time.perf_counter() - started) * 1000)
        hits += found
    return timings, hits


def cell_name(mode: Mode, facets: bool) -> str:
    """A kind of query as the tables call it."""
    return f"{mode.upper()} + facets" if facets else f"{mode.upper()} top 10"


def _by_engine(figures: Sequence[QueryFigures]) -> dict[str, dict[tuple[Mode, bool], QueryFigures]]:
    rows: dict[str, dict[tuple[Mode, bool], QueryFigures]] = {}
    for one in figures:
        rows.setdefault(one.engine, {})[one.mode, one.facets] = one
    return rows


def _table(
    title: str,
    figures: Sequence[QueryFigures],
    films: Sequence[Film],
    queries: Sequence[Query],
    shown: Callable[[QueryFigures], str],
) -> Table:
    rows = []
    for engine, cells in _by_engine(figures).items():
        hits = "–" if engine in UNCOUNTED else f"{cells['and', False].hits:,} / {cells['or', False].hits:,}"
        timings = [shown(cells[cell]) if cell in cells else "–" for cell in CELLS]
        memory = f"{max(one.peak_megabytes or 0.0 for one in cells.values()):.0f}"
        rows.append((engine, *timings, hits, memory, cells["and", False].note))
    return Table(
        f"{title}: {len(queries):,} queries of 1 to 4 words, {len(films):,} films; p50 / p95 in ms",
        ("engine", *(cell_name(*cell) for cell in CELLS), "hits AND / OR", "peak memory MB", "what was done"),
        tuple(rows),
        (*_disagreements(figures), *missing_notes()),
    )


def _disagreements(figures: Sequence[QueryFigures]) -> list[str]:
    """The peers and the plain engine answer the same questions, so they must find as much."""
    compared = {engine.name for engine in PEERS} - UNCOUNTED | {PlainEngine.name}
    notes = []
    for mode, facets in CELLS:
        found = {
            one.engine: one.hits
            for one in figures
            if (one.mode, one.facets) == (mode, facets) and one.engine in compared
        }
        if len(set(found.values())) > 1:
            stated = ", ".join(f"{engine} {hits:,}" for engine, hits in found.items())
            notes.append(f"**Not the same hits** for {cell_name(mode, facets)}: {stated}.")
    return notes


def _ratios(figures: Sequence[QueryFigures]) -> Table:
    """Our warm figures as multiples of tantivy's and stock Whoosh's: below 1 is faster than they are."""
    rows_by_engine = _by_engine(figures)
    ours = [name for name in rows_by_engine if name.startswith(Service.name)]
    rows = []
    for other in (BESIDE, STOCK):
        for name in ours:
            if other in rows_by_engine:
                cells = [_ratio(rows_by_engine[name][cell], rows_by_engine[other][cell]) for cell in CELLS]
                rows.append((f"{name} : {other}", *cells))
    return Table(
        "Our time as a multiple of theirs, warm; p50 / p95 (below 1: we are faster)",
        ("compared", *(cell_name(*cell) for cell in CELLS)),
        tuple(rows),
    )


def _ratio(one: QueryFigures, other: QueryFigures) -> str:
    ours, theirs = (np.percentile(figures.all_warm(), (50, 95)) for figures in (one, other))
    return " / ".join(significant(float(share)) for share in ours / theirs)


def _rounded(figures: QueryFigures) -> dict[str, object]:
    """Raw figures to a tenth of a microsecond: more digits would be noise."""
    values = asdict(figures)
    values["first"] = [round(one, 4) for one in figures.first]
    values["later"] = [round(one, 4) for one in figures.later]
    values["warm"] = [[round(one, 4) for one in timings] for timings in figures.warm]
    return values
