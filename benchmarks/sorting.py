"""What does another order than that of relevance cost?

All documents browsed and what queries find, by each sort key. The first asking by title puts the
titles of the collection into alphabetical order; it is a row of its own.
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
from search.request import SearchRequest

SORTS = ("relevance", "title", "-title", "-year", "-rating", "-popularity")
#: Alphabets that titles are asked for in.
ALPHABETS = ("en", "sv", "ru")
#: Pages browsed by each key.
PAGES = 20


def measure_sorting(options: Options) -> Outcome:
    """Ask in every order. Raises `CorpusError`, `CommandFailed`."""
    index = collection_index(options)
    queries = draw_typed_queries(rows(options.shared, options.collection), options.queries)
    print("sorting: asking", file=sys.stderr)
    timings, collection = isolated(_measure, index, [one.text for one in queries], options.passes)
    table = timings_table(f"Sorting: {collection}; ten hits with snippets, all default facets", timings)
    return Outcome((table,), {"collection": collection, "timings": [one.raw() for one in timings]})


def _measure(index: Path, queries: Sequence[str], passes: int) -> tuple[list[Timings], str]:
    searcher = opened(index)
    first = [SearchRequest(sort="title", languages=(code,), languages_stated=True) for code in ALPHABETS]
    timings = [
        timed(
            "titles, first asking in an alphabet",
            searcher.search,
            first,
            passes=0,
            note=f"one each in {', '.join(ALPHABETS)}",
        )
    ]
    for sort in SORTS:
        pages = [SearchRequest(sort=sort, page=page) for page in range(1, PAGES + 1)]
        asked = [SearchRequest(q=query, sort=sort) for query in queries]
        timings.append(timed(f"browsed by {sort}", searcher.search, pages, passes=passes))
        timings.append(timed(f"found, by {sort}", searcher.search, asked, passes=passes))
    return timings, described(searcher)
