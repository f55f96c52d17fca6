"""Which numbers of `search/ranking.py` rank best? The search over them, one at a time.

    python -m benchmarks.parameters --shared ../shared [--every N] [NAME=value,value …]

Without names every number of the table is tried at its neighbours (`NEIGHBOURS`). A value is
chosen on the even questions of the sets; what it does to the odd ones, which had no say, is printed
beside it: only a gain on both is one. An index of the sets is built once and kept in `--index`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import search.ranking
from benchmarks.relevance import SETS, QuestionSets, set_file
from indexer.build import build
from indexer.evaluate import JudgedQuery, evaluate, read_judgements, read_queries
from search.configuration import Settings
from search.request import SearchRequest
from search.searcher import Searcher

#: Factors by which a number is moved when no values are given.
NEIGHBOURS = (0.5, 0.8, 1.25, 2.0)
_TABLES = ("ZONE_WEIGHT", "ZONE_B", "KIND_WEIGHT")


class Parameters:
    """The numbers of the ranking by name: `K1`, or `ZONE_WEIGHT.title` for a row of a table."""

    def names(self) -> list[str]:
        rows = [f"{table}.{key}" for table in _TABLES for key in getattr(search.ranking, table)]
        numbers = [
            name
            for name, value in vars(search.ranking).items()
            if name.isupper() and isinstance(value, float | int)
        ]
        return rows + numbers

    def __getitem__(self, name: str) -> float:
        table, _, key = name.partition(".")
        value = getattr(search.ranking, table)
        return float(value[key] if key else value)

    def __setitem__(self, name: str, value: float) -> None:
        table, _, key = name.partition(".")
        if key:
            getattr(search.ranking, table)[key] = value
            return
        number = type(getattr(search.ranking, table))(value)
        # Numbers are imported by value: each module that uses one holds its own.
        for module in list(sys.modules.values()):
            if module.__name__.startswith("search.") and hasattr(module, table):
                setattr(module, table, number)


Half = list[tuple[str, list[JudgedQuery], dict[str, dict[str, int]]]]


def halves(shared: Path, every: int) -> tuple[Half, Half]:
    """The even and the odd questions of every set, with their judgements."""
    chosen: Half = []
    held_out: Half = []
    for name in SETS:
        judgements = read_judgements(set_file(shared, name, "qrels.tsv"))
        queries = read_queries(set_file(shared, name, "queries.jsonl.gz"))
        for half, first in ((chosen, 0), (held_out, 1)):
            half.append((name, queries[first :: 2 * every], judgements))
    return chosen, held_out


def mean_reciprocal_rank(index: Path, half: Half) -> float:
    """Mean over the languages of all sets, each counting the same."""
    # A new searcher: what one of them keeps was made with the numbers it began with.
    searcher = Searcher.open(index, Settings())

    def answer(query: str) -> list[str]:
        return [hit.id for hit in searcher.search(SearchRequest(q=query, facets=(), highlight=False)).hits]

    figures = [
        of_language.mean()["mrr@10"]
        for _, queries, judgements in half
        for language, of_language in evaluate(queries, judgements, answer).items()
        if language != "all"
    ]
    return sum(figures) / len(figures)


def trials(parameters: Parameters, given: list[str]) -> Iterator[tuple[str, list[float]]]:
    """(name, values to try). Raises `SystemExit` for a name that is no number of the ranking."""
    known = parameters.names()
    for item in given or known:
        name, _, values = item.partition("=")
        if name not in known:
            raise SystemExit(f"{name}: no number of search/ranking.py; known: {', '.join(known)}")
        yield (
            name,
            [float(one) for one in values.split(",")]
            if values
            else [parameters[name] * factor for factor in NEIGHBOURS],
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--every", type=int, default=5, help="take every n-th question of each half")
    parser.add_argument("--index", type=Path, help="keep the index here (reused if it exists)")
    parser.add_argument("numbers", nargs="*", metavar="NAME=value,value")
    arguments = parser.parse_args()
    parameters = Parameters()
    wanted = list(trials(parameters, arguments.numbers))
    index = arguments.index or Path(tempfile.mkdtemp(prefix="parameters-"))
    if not (index / "LIVE").exists():
        supply = QuestionSets(arguments.shared, list(SETS), declared=True)
        build(supply, sources=list(SETS), index=index, settings=Settings())
    chosen, held_out = halves(arguments.shared, arguments.every)
    before = mean_reciprocal_rank(index, chosen), mean_reciprocal_rank(index, held_out)
    print(f"{'as it is':<28}{'':>9}{before[0]:>9.4f}{before[1]:>9.4f}")
    for name, values in wanted:
        kept = parameters[name]
        for value in values:
            parameters[name] = value
            after = mean_reciprocal_rank(index, chosen), mean_reciprocal_rank(index, held_out)
            gains = [now - then for now, then in zip(after, before, strict=True)]
            both = "  both" if min(gains) > 0 else ""
            print(f"{name:<28}{value:>9.4g}{gains[0]:>+9.4f}{gains[1]:>+9.4f}{both}")
            sys.stdout.flush()
        parameters[name] = kept


if __name__ == "__main__":
    main()
