"""How fast are documents like this one found?"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from benchmarks.collection import collection_index, described, opened, rows
from benchmarks.corpus import PARAGRAPHS, SEED
from benchmarks.isolation import isolated
from benchmarks.options import Options
from benchmarks.outcome import Outcome
from benchmarks.rows import language_of
from benchmarks.timings import Timings, timed, timings_table

#: More documents than that tell nothing new.
MOST = 500
#: As on the page of a document.
LIMIT = 10
_LONG = str(PARAGRAPHS.stem).partition(".")[0]


def measure_similar(options: Options) -> Outcome:
    """Ask for documents like some of the collection. Raises `CorpusError`, `CommandFailed`."""
    index = collection_index(options)
    count = min(options.queries, MOST)
    by_kind: dict[str, list[str]] = {"films in English": [], "films in other languages": [],
                                     "paragraphs": [], "verses": []}  # fmt: skip
    for row in rows(options.shared, options.collection):
        if str(row["id"]).startswith(_LONG):
            by_kind["paragraphs"].append(row["id"])
        elif "original_title" in row:
            english = language_of(row) == "en"
            by_kind["films in English" if english else "films in other languages"].append(row["id"])
        else:
            by_kind["verses"].append(row["id"])
    generator = random.Random(SEED)
    chosen = {
        kind: generator.sample(ids, min(len(ids), max(1, count // len(by_kind))))
        for kind, ids in by_kind.items()
        if ids
    }
    print("similar: asking", file=sys.stderr)
    timings, collection = isolated(_measure, index, chosen, options.passes)
    table = timings_table(f"Similar documents: {collection}; ten each", timings)
    return Outcome((table,), {"collection": collection, "timings": [one.raw() for one in timings]})


def _measure(index: Path, chosen: Mapping[str, Sequence[str]], passes: int) -> tuple[list[Timings], str]:
    searcher = opened(index)
    similar = partial(searcher.similar, limit=LIMIT)
    timings = [timed(kind, similar, ids, passes=passes) for kind, ids in chosen.items()]
    return timings, described(searcher)
