"""How fast is this service beside its peers?

    python -m benchmarks --shared ../shared

Prints the tables and keeps them, with command line, versions, machine and raw figures, in
benchmarks/runs/DATE/ (with --quick: var/benchmarks/DATE/, because quick figures are not to be
quoted). What each figure means: benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import CorpusError
from benchmarks.http import measure_http
from benchmarks.indexing import measure_indexing
from benchmarks.machine import machine, versions
from benchmarks.options import QUICK, Options
from benchmarks.outcome import Outcome
from benchmarks.queries import measure_queries
from benchmarks.server import ServerFailed
from search.errors import SearchServiceError

#: Name for `--only` → what runs.
BENCHMARKS: dict[str, Callable[[Options], Outcome]] = {
    "indexing": measure_indexing,
    "queries": measure_queries,
    "http": measure_http,
}
_PROJECT = Path(__file__).resolve().parent.parent
RUNS = _PROJECT / "benchmarks" / "runs"
QUICK_RUNS = _PROJECT / "var" / "benchmarks"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks asked for. Exit status: 0 done, 1 some were impossible, 2 wrong use."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    parser = _parser()
    given = parser.parse_args(arguments)
    names = _names(parser, given.only)
    values = {
        key: value for key, value in vars(given).items() if key in Options.__slots__ and value is not None
    }
    options = Options(**{**(QUICK if given.quick else {}), **values})
    before = machine()
    outcomes: dict[str, Outcome] = {}
    for name in names:
        try:
            outcomes[name] = BENCHMARKS[name](options)
        except (CorpusError, ServerFailed, SearchServiceError, OSError) as error:
            # What the others measured is kept.
            print(f"{name}: {error}", file=sys.stderr)
    if not outcomes:
        return 1
    title = "Quick run: not to be quoted" if given.quick else "Benchmarks"
    report = _report(title, outcomes, _command(arguments), before)
    print(report)
    folder = given.output or _new_folder(QUICK_RUNS if given.quick else RUNS)
    _keep(
        folder, report, outcomes, {"command": _command(arguments), "machine": before, "versions": versions()}
    )
    print(f"kept in {folder}", file=sys.stderr)
    return 0 if len(outcomes) == len(names) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--shared", type=Path, required=True, help="folder that holds data/films and data/xquad"
    )
    parser.add_argument("--only", metavar="NAMES", help=f"comma separated: {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="a short run, to see that everything works")
    parser.add_argument("--documents", type=_positive, help="films at most (default: all)")
    parser.add_argument(
        "--local", action="store_true", default=None, help="with the films in other languages"
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


def _command(arguments: Sequence[str]) -> str:
    """The command line as anyone may repeat it: folders of this machine become their last name."""
    shown = []
    for argument in arguments:
        option, equals, value = argument.partition("=")
        path = value if equals else argument
        shown.append(f"{option}{equals}<{Path(path).name}>" if equals and os.path.isabs(path) else argument)
        if not equals and os.path.isabs(path):
            shown[-1] = f"<{Path(path).name}>"
    return shlex.join(["python", "-m", "benchmarks", *shown])


def _report(title: str, outcomes: dict[str, Outcome], command: str, before: dict[str, str]) -> str:
    lines = [f"# {title}, {_today()}", "", f"`{command}`", ""]
    lines += [f"- {name}: {value}" for name, value in {**before, **versions()}.items()]
    for outcome in outcomes.values():
        lines += ["", *(table.markdown() for table in outcome.tables)]
    return "\n".join(lines)


def _today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def _new_folder(runs: Path) -> Path:
    """A folder named after today; the second run of a day gets `-2`."""
    number = 1
    while (folder := runs / (_today() if number == 1 else f"{_today()}-{number}")).exists():
        number += 1
    return folder


def _keep(folder: Path, report: str, outcomes: dict[str, Outcome], about: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(report, encoding="utf-8")
    for name, outcome in outcomes.items():
        text = json.dumps({**about, "benchmark": name, **outcome.raw}, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
