"""How fast are the values of a facet listed and searched in?

Of all documents, of those that a query finds, and by the beginning of a value's name.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.collection import collection_index, described, opened, rows
from benchmarks.isolation import isolated
from benchmarks.options import Options
from benchmarks.outcome import Outcome
from benchmarks.timings import Timings, timed, timings_table
from benchmarks.typed_queries import draw_typed_queries
from search.request import Range, SearchRequest

FACETS = ("language", "genre", "country", "year")
PREFIXES = ("", "a", "c", "d", "s")
YEARS = Range(1990.0, 2009.0)


def measure_facets(options: Options) -> Outcome:
    """List and search facets. Raises `CorpusError`, `CommandFailed`."""
    index = collection_index(options)
    queries = draw_typed_queries(rows(options.shared, options.collection), options.queries)
    print("facets: listing", file=sys.stderr)
    timings, collection = isolated(_measure, index, [one.text for one in queries], options.passes)
    table = timings_table(f"Facets: {collection}", timings)
    return Outcome((table,), {"collection": collection, "timings": [one.raw() for one in timings]})


def _measure(index: Path, queries: Sequence[str], passes: int) -> tuple[list[Timings], str]:
    searcher = opened(index)

    def listed(asked: tuple[str, str, str]) -> object:
        name, query, prefix = asked
        return searcher.facet_values(name, q=query, prefix=prefix)

    browsed = [(name, "", prefix) for name in FACETS for prefix in PREFIXES]
    found = [(FACETS[turn % len(FACETS)], query, "") for turn, query in enumerate(queries)]
    filtered = [SearchRequest(q=query, filters={"year": (YEARS,)}) for query in queries]
    unfiltered = [SearchRequest(q=query) for query in queries]
    timings = [
        timed("values of all documents", listed, browsed, passes=passes, note="each facet, five beginnings"),
        timed("values of what a query finds", listed, found, passes=passes, note="the facets in turn"),
        timed("search, no filter", searcher.search, unfiltered, passes=passes, note="for comparison"),
        timed(
            "search, filtered by years",
            searcher.search,
            filtered,
            passes=passes,
            note="all default facets counted, that of the years without its own filter",
        ),
    ]
    return timings, described(searcher)
