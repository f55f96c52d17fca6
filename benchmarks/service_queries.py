"""How long does a visitor of a collection in many languages wait?

The whole of a search: parsing, every way of matching, second tries where the first finds too
little, all default facets, ten hits with their stored fields, marks and snippets. In a process that
was made ready as those of the web server are. No answers are kept: every pass searches anew. What
words were found to be worth is kept, so besides the first pass and the warm ones, other queries drawn
in the same way are asked once at the end: a process that has been answering for a while is asked
something new.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.collection import collection_index, described, opened, rows
from benchmarks.isolation import isolated, peak_megabytes
from benchmarks.options import Options
from benchmarks.outcome import Outcome, Table, significant
from benchmarks.timings import Timings, timed, timings_table
from benchmarks.typed_queries import TypedQuery, draw_typed_queries
from search.request import SearchRequest

SLOWEST = 20
LATER = "other queries, afterwards"
#: Queries asked before any clock starts.
WARM_UP = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """How a query was answered: documents that match, and the second try, if one was taken."""

    total: int
    second_try: str


@dataclass(slots=True)
class ServiceFigures:
    """`timings` has one row of all queries; `asked` one value for each of them; `later` has those of
    the other queries, asked afterwards."""

    collection: str
    timings: Timings
    later: Timings
    asked: list[Asked]
    peak_megabytes: float | None


def measure_service(options: Options) -> Outcome:
    """Ask the collection in all its languages. Raises `CorpusError`, `CommandFailed`."""
    index = collection_index(options)
    count = options.queries
    drawn = draw_typed_queries(rows(options.shared, options.collection), 2 * count + WARM_UP)
    warm_up, queries, others = drawn[:WARM_UP], drawn[WARM_UP:][:count], drawn[WARM_UP:][count:]
    print(f"service: {len(queries)} queries", file=sys.stderr)
    figures = isolated(_measure, index, queries, others, warm_up, options.passes)
    tables = (
        timings_table(
            f"Service queries: {figures.collection}; {len(queries):,} queries, all default facets, ten hits "
            "with snippets",
            _by_kind(queries, figures),
            notes=(
                f"{len({one.language for one in queries})} languages are asked in. "
                "First pass: words new to the process.",
            ),
        ),
        slowest_table(queries, figures.timings, figures.asked),
    )
    raw = {
        "collection": figures.collection,
        "queries": [asdict(one) for one in queries],
        "asked": [asdict(one) for one in figures.asked],
        "others": [asdict(one) for one in others],
        "timings": figures.timings.raw(),
        "later": figures.later.raw(),
        "peak_megabytes": figures.peak_megabytes,
    }
    return Outcome(tables, raw)


def _measure(
    index: Path,
    queries: Sequence[TypedQuery],
    others: Sequence[TypedQuery],
    warm_up: Sequence[TypedQuery],
    passes: int,
) -> ServiceFigures:
    searcher = opened(index)
    requests = [SearchRequest(q=one.text) for one in queries]
    for one in warm_up:
        searcher.search(SearchRequest(q=one.text))
    timings = timed("all queries", searcher.search, requests, passes=passes)
    afterwards = [SearchRequest(q=one.text) for one in others]
    later = timed(LATER, searcher.search, afterwards, passes=0, note="asked once, after all the passes")
    asked = []
    for request in requests:
        results = searcher.search(request)
        kinds = " ".join(f"{one.kind}: {one.query}" for one in results.query.interpretations)
        asked.append(Asked(results.total, kinds))
    return ServiceFigures(described(searcher), timings, later, asked, peak_megabytes())


def _by_kind(queries: Sequence[TypedQuery], figures: ServiceFigures) -> list[Timings]:
    """The whole, and parts of it by what was asked and how it was answered."""
    kinds = sorted({one.kind for one in queries})
    groups = {kind: [place for place, one in enumerate(queries) if one.kind == kind] for kind in kinds}
    groups["answered by a second try"] = [
        place for place, asked in enumerate(figures.asked) if asked.second_try
    ]
    return [
        figures.timings,
        figures.later,
        *(part(figures.timings, name, places) for name, places in groups.items()),
    ]


def part(timings: Timings, name: str, places: Sequence[int]) -> Timings:
    """The timings of some of the queries."""
    return Timings(
        name,
        first=[timings.first[place] for place in places],
        warm=[[one[place] for place in places] for one in timings.warm],
        first_processor=[timings.first_processor[place] for place in places],
        processor=[[one[place] for place in places] for one in timings.processor],
    )


def slowest_table(queries: Sequence[TypedQuery], timings: Timings, asked: Sequence[Asked]) -> Table:
    """The slowest queries of the run, by the least of the warm passes."""
    least = np.min(timings.warm or [timings.first], axis=0)
    slowest = np.argsort(-least, kind="stable")[:SLOWEST]
    found = [
        (
            queries[place].text,
            significant(float(least[place])),
            significant(timings.first[place]),
            f"{asked[place].total:,}",
            ", ".join(filter(None, (queries[place].kind, queries[place].language, asked[place].second_try))),
        )
        for place in map(int, slowest)
    ]
    return Table(
        f"The slowest case: the {len(found)} slowest service queries",
        ("query", "warm ms (least)", "first ms", "documents that match", "what it is"),
        tuple(found),
    )
