"""How fast is this service beside its peers?

    python -m benchmarks --shared ../shared

Prints the tables and keeps them, with command line, versions, machine and raw figures, in
benchmarks/runs/DATE/ (with --quick: var/benchmarks/DATE/, because quick figures are not to be
quoted). What each figure means: benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.bar import bar_table, latest_scale
from benchmarks.corpus import CorpusError
from benchmarks.facets import measure_facets
from benchmarks.http import measure_http
from benchmarks.indexing import measure_indexing
from benchmarks.machine import machine, versions
from benchmarks.opening import measure_opening
from benchmarks.options import QUICK, Options
from benchmarks.outcome import Outcome, Table
from benchmarks.processes import CommandFailed
from benchmarks.queries import measure_queries
from benchmarks.record import QUICK_RUNS, RUNS, command_line, new_folder, today
from benchmarks.server import ServerFailed
from benchmarks.service_queries import measure_service
from benchmarks.similar import measure_similar
from benchmarks.snippets import measure_snippets
from benchmarks.sorting import measure_sorting
from benchmarks.spelling import measure_spelling
from benchmarks.suggestions import measure_suggest
from benchmarks.updates import measure_updates
from search.errors import SearchServiceError

#: Name for `--only` → what runs.
BENCHMARKS: dict[str, Callable[[Options], Outcome]] = {
    "indexing": measure_indexing,
    "queries": measure_queries,
    "service": measure_service,
    "http": measure_http,
    "suggest": measure_suggest,
    "snippets": measure_snippets,
    "spelling": measure_spelling,
    "similar": measure_similar,
    "facets": measure_facets,
    "sorting": measure_sorting,
    "opening": measure_opening,
    "updates": measure_updates,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks asked for. Exit status: 0 done, 1 some were impossible, 2 wrong use."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    parser = _parser()
    given = parser.parse_args(arguments)
    names = _names(parser, given.only)
    values = {
        key: value for key, value in vars(given).items() if key in Options.__slots__ and value is not None
    }
    before = machine()
    with tempfile.TemporaryDirectory(dir=given.scratch, prefix="benchmarks-") as scratch:
        options = Options(**{**(QUICK if given.quick else {}), **values, "scratch": Path(scratch)})
        outcomes = _measured(names, options)
    if not outcomes:
        return 1
    title = "Quick run: not to be quoted" if given.quick else "Benchmarks"
    raw = {name: outcome.raw for name, outcome in outcomes.items()}
    scale = latest_scale(QUICK_RUNS if given.quick else RUNS)
    bar = bar_table(raw | ({"scale": scale} if scale else {}))
    command = command_line("benchmarks", arguments)
    report = _report(
        title, [*(table for one in outcomes.values() for table in one.tables), bar], command, before
    )
    print(report)
    folder = given.output or new_folder(QUICK_RUNS if given.quick else RUNS)
    _keep(folder, report, outcomes, {"command": command, "machine": before, "versions": versions()})
    print(f"kept in {folder}", file=sys.stderr)
    return 0 if len(outcomes) == len(names) else 1


def _measured(names: Sequence[str], options: Options) -> dict[str, Outcome]:
    """What each benchmark found; those that were impossible are told of and left out."""
    outcomes: dict[str, Outcome] = {}
    for name in names:
        try:
            outcomes[name] = BENCHMARKS[name](options)
        except (CorpusError, CommandFailed, ServerFailed, SearchServiceError, OSError) as error:
            # What the others measured is kept.
            print(f"{name}: {error}", file=sys.stderr)
    return outcomes


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, required=True, help="folder that holds data/")
    parser.add_argument("--only", metavar="NAMES", help=f"comma separated: {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="a short run, to see that everything works")
    parser.add_argument("--documents", type=_positive, help="films at most (default: all)")
    parser.add_argument(
        "--local", action="store_true", default=None, help="with the films in other languages"
    )
    parser.add_argument(
        "--collection", type=_positive, help="documents of the collection in many languages (default: 35000)"
    )
    parser.add_argument(
        "--held", type=_positive, help="documents of the collection that is updated (default: 100000)"
    )
    parser.add_argument("--queries", type=_positive, help="queries (default: 1000)")
    parser.add_argument("--repeats", type=_positive, help="indexes built by each engine (default: 3)")
    parser.add_argument("--passes", type=_positive, help="warm passes over the queries (default: 2)")
    parser.add_argument("--scratch", type=Path, help="where indexes are made (default: the temporary folder)")
    parser.add_argument("--output", type=Path, help="folder to keep the run in")
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return value


def _names(parser: argparse.ArgumentParser, only: str | None) -> list[str]:
    names = only.split(",") if only else list(BENCHMARKS)
    for name in names:
        if name not in BENCHMARKS:
            parser.error(f"--only: unknown benchmark {name!r}; known: {', '.join(BENCHMARKS)}")
    return names


def _report(title: str, tables: Sequence[Table], command: str, before: dict[str, str]) -> str:
    lines = [f"# {title}, {today()}", "", f"`{command}`", ""]
    lines += [f"- {name}: {value}" for name, value in {**before, **versions()}.items()]
    return "\n".join([*lines, "", *(table.markdown() for table in tables)])


def _keep(folder: Path, report: str, outcomes: dict[str, Outcome], about: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(report, encoding="utf-8")
    for name, outcome in outcomes.items():
        text = json.dumps({**about, "benchmark": name, **outcome.raw}, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
