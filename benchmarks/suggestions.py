"""How fast does the box complete what is being typed?

Beginnings of titles of the collection, one row for each length, and beginnings with one letter
wrong: those are answered by a second try, which is the slow case.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.collection import collection_index, described, opened, rows
from benchmarks.corpus import SEED, CorpusError
from benchmarks.isolation import isolated
from benchmarks.mistypings import typo
from benchmarks.options import Options
from benchmarks.outcome import Outcome
from benchmarks.rows import Row, titles_of
from benchmarks.timings import Timings, timed, timings_table

ONE, TWO, THREE, LONGER, MISTYPED = (
    "one letter", "two letters", "three letters", "four letters to all", "one letter wrong"
)  # fmt: skip
_LENGTHS = {ONE: 1, TWO: 2, THREE: 3}
#: Beginnings with a mistake are at least so long: shorter ones are the beginning of something.
SHORTEST_MISTYPED = 5
LONGEST = 40
WARM_UP = ("the", "ма", "映")


def measure_suggest(options: Options) -> Outcome:
    """Complete beginnings of the collection's titles. Raises `CorpusError`, `CommandFailed`."""
    index = collection_index(options)
    beginnings = draw_beginnings(rows(options.shared, options.collection), options.queries)
    print("suggest: completing", file=sys.stderr)
    timings, collection = isolated(_measure, index, beginnings, options.passes)
    table = timings_table(f"Suggestions: {collection}, ten completions", timings)
    return Outcome((table,), {"collection": collection, "timings": [one.raw() for one in timings]})


def draw_beginnings(documents: Iterable[Row], count: int, *, seed: int = SEED) -> dict[str, list[str]]:
    """For each row of the table, beginnings of titles drawn evenly, in small letters, none twice.

    Of one letter there are only as many as titles begin with, so these are fewer. Raises
    `CorpusError` when there are no titles.
    """
    generator = random.Random(seed)
    titles = [title.lower() for row in documents for title in titles_of(row)]
    if not titles:
        raise CorpusError("the collection has no titles to complete")
    beginnings: dict[str, dict[str, None]] = {name: {} for name in (*_LENGTHS, LONGER, MISTYPED)}
    for _ in range(count * 5):
        title = generator.choice(titles)
        for name, length in _LENGTHS.items():
            beginnings[name].setdefault(title[:length])
        typed = title[: generator.randint(4, LONGEST)]
        beginnings[LONGER].setdefault(typed)
        if len(typed) >= SHORTEST_MISTYPED and (wrong := typo(typed, generator)):
            beginnings[MISTYPED].setdefault(wrong)
    return {name: [one for one in found if one.strip()][:count] for name, found in beginnings.items()}


def _measure(index: Path, beginnings: dict[str, list[str]], passes: int) -> tuple[list[Timings], str]:
    searcher = opened(index)
    for beginning in WARM_UP:
        searcher.suggest(beginning)
    timings = [timed(name, searcher.suggest, typed, passes=passes) for name, typed in beginnings.items()]
    for one in timings:
        typed = beginnings[one.name]
        found = sum(bool(searcher.suggest(beginning)) for beginning in typed)
        one.note = f"{found:,} of {len(typed):,} have completions"
    return timings, described(searcher)
