"""What does a mistyped word cost?

The same queries as typed and with one slip in a word: the second is what a visitor with cold
fingers waits for, second tries included. And the part of it that looks for words of the index that
are spelled alike.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.collection import collection_index, described, opened, rows
from benchmarks.corpus import SEED
from benchmarks.isolation import isolated
from benchmarks.mistypings import typo
from benchmarks.options import Options
from benchmarks.outcome import Outcome
from benchmarks.timings import Timings, timed, timings_table
from benchmarks.typed_queries import draw_typed_queries
from search.request import SearchRequest

#: Spellings of a word that are asked for, as the second try does.
SPELLINGS = 20


def measure_spelling(options: Options) -> Outcome:
    """Ask mistyped queries. Raises `CorpusError`, `CommandFailed`."""
    index = collection_index(options)
    generator = random.Random(SEED)
    # Not every query has a word that is long enough to be mistyped.
    drawn = draw_typed_queries(rows(options.shared, options.collection), options.queries)
    pairs = [(one.text, wrong) for one in drawn if (wrong := typo(one.text.lower(), generator))]
    print(f"spelling: {len(pairs)} mistyped queries", file=sys.stderr)
    timings, collection = isolated(_measure, index, pairs, options.passes)
    table = timings_table(f"Spelling: {collection}", timings)
    raw = {"collection": collection, "queries": pairs, "timings": [one.raw() for one in timings]}
    return Outcome((table,), raw)


def _measure(index: Path, pairs: Sequence[tuple[str, str]], passes: int) -> tuple[list[Timings], str]:
    searcher = opened(index)
    right, wrong = ([SearchRequest(q=query) for query in queries] for queries in zip(*pairs, strict=True))
    words = [
        slipped
        for typed, mistyped in pairs
        for slipped in dict.fromkeys(mistyped.split())
        if slipped not in typed.lower().split()
    ]
    timings = [
        timed("as typed", searcher.search, right, passes=passes),
        timed("one slip", searcher.search, wrong, passes=passes),
        timed(
            "similar spellings of a word",
            lambda word: searcher.engine().similar_spellings(word, SPELLINGS),
            words,
            passes=passes,
            note=f"the mistyped words alone; {SPELLINGS} candidates",
        ),
    ]
    for one, requests in zip(timings, (right, wrong), strict=False):
        tried = sum(bool(searcher.search(request).query.interpretations) for request in requests)
        one.note = f"whole service queries; {tried:,} of {len(requests):,} answered by a second try"
    return timings, described(searcher)
