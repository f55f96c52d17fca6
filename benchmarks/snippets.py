"""What do ten hits cost: their records, their marks and snippets?

Each query is asked three ways, one after the other: for one hit without marks, for ten without,
for ten with. What ten records cost is the second less the first, what marks and snippets cost is
the third less the second; each is the least of several askings, so that the differences of two
large figures are not those of the weather. Texts of the collection are short: paragraphs, in a
row of their own, are where snippets have to choose.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.collection import collection_index, described, opened, rows
from benchmarks.isolation import isolated
from benchmarks.options import Options
from benchmarks.outcome import Outcome
from benchmarks.timings import Timings, timings_table
from benchmarks.typed_queries import draw_typed_queries
from search.request import SearchRequest
from search.searcher import Searcher

#: Askings of each query each way; the least counts.
ASKINGS = 3
TOP = 10


def measure_snippets(options: Options) -> Outcome:
    """Ask with and without marks. Raises `CorpusError`, `CommandFailed`."""
    index = collection_index(options)
    queries = draw_typed_queries(rows(options.shared, options.collection), options.queries)
    print("snippets: asking with and without them", file=sys.stderr)
    timings, collection = isolated(_measure, index, [one.text for one in queries], options.passes)
    table = timings_table(
        f"Ten hits: {collection}; queries that have ten",
        timings,
        notes=("A difference may come out below 0 where it is smaller than what the machine does besides.",),
    )
    return Outcome((table,), {"collection": collection, "timings": [one.raw() for one in timings]})


def _measure(index: Path, queries: Sequence[str], passes: int) -> tuple[list[Timings], str]:
    searcher = opened(index)
    full = [query for query in queries if searcher.search(SearchRequest(q=query)).total >= TOP]
    records = Timings("ten records", "fetched and read, against one record")
    marks = Timings("marks and snippets", "titles and texts of ten hits, against ten without")
    whole = Timings("all of the answer", "for comparison: ten hits with snippets, facets")
    for turn in range(passes + 1):
        found = [_costs(searcher, query) for query in full]
        for timings, place in ((records, 0), (marks, 1), (whole, 2)):
            values = [one[place] for one in found]
            if turn:
                timings.warm.append(values)
            else:
                timings.first = values
    return [records, marks, whole], described(searcher)


def _costs(searcher: Searcher, query: str) -> tuple[float, float, float]:
    """Milliseconds of ten records, of their marks and snippets, and of everything."""
    ways = (
        SearchRequest(q=query, per_page=1, highlight=False),
        SearchRequest(q=query, per_page=TOP, highlight=False),
        SearchRequest(q=query, per_page=TOP),
    )
    least = [float("inf")] * len(ways)
    for _ in range(ASKINGS):
        for place, request in enumerate(ways):
            started = time.perf_counter()
            searcher.search(request)
            least[place] = min(least[place], (time.perf_counter() - started) * 1000)
    one, ten, marked = least
    return ten - one, marked - ten, marked
