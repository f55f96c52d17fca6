"""What did which test reach, when, of which commit, on which machine?

Runs append lines (`tests/fault_figures.py`): figures, and how each test ended. Merged, every line is a figure
of an id with all that belongs to it, or how all tests of an id ended. A newer run takes the place of an older
one, but the short form of a test never that of the long one.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.faults.identities import IDENTITIES, IDS, identities_of_test, identity_of
from benchmarks.machine import machine

FILE = Path(__file__).with_name("figures.jsonl")
PASSED, FAILED, SKIPPED, UNKNOWN = "passed", "failed", "skipped", "unknown"
LONG = "long"
#: The part of an id under which the ends of all its tests stand.
TESTS = "tests"

Line = dict[str, Any]
#: Folders that a test was given, and its own interpreter's: they are of one machine only.
_OWN_FOLDERS = re.compile(r"/[^\s:'\"]*/pytest-(?:of-[^/\s]+/pytest-)?\d+/")


def read_lines(path: Path) -> list[Line]:
    """The lines of a file. Raises `OSError`, `ValueError` naming the line that is no figure."""
    lines: list[Line] = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            line = json.loads(text)
        except ValueError as error:
            raise ValueError(f"{path}:{number}: {error}") from None
        if not isinstance(line, dict) or not line.keys() & {"id", "test"}:
            raise ValueError(f"{path}:{number}: neither a figure nor the end of a test")
        lines.append(line)
    return lines


def write_lines(path: Path, lines: Iterable[Line]) -> None:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")


def merged(held: Iterable[Line], new: Iterable[Line], *, here: Mapping[str, str] | None = None) -> list[Line]:
    """The lines held, with those of a run added to them, in the order of the ids.

    `here` describes the machine of lines that do not say theirs; without it, this one.
    Raises `ValueError` for an id that is not known.
    """
    found = {_key(line): line for line in held}
    stamp = {"machine": dict(here or _this_machine())}
    new = list(new)
    ends = {line["test"]: line for line in new if "test" in line}
    for line in new:
        if "id" in line:
            complete = {**stamp, **_completed(line, ends)}
            _take(found, complete)
    for id, tests in _by_identity(ends).items():
        _take(found, {**stamp, **_tests_line(id, tests, found.get((id, TESTS)))})
    return sorted(found.values(), key=lambda line: (IDS.index(line["id"]), line["part"] == TESTS, _key(line)))


def without(held: Iterable[Line], ids: Iterable[str]) -> list[Line]:
    """The lines of all other ids."""
    forgotten = set(ids)
    return [line for line in held if line["id"] not in forgotten]


def test_of(line: Line) -> str:
    """The test that a figure comes from, as pytest names it."""
    called = shlex.split(str(line.get("command", "")))
    return called[-1] if called else ""


def _key(line: Line) -> tuple[str, str]:
    return line["id"], line["part"]


def _completed(line: Line, ends: Mapping[str, Line]) -> Line:
    """A figure as it is kept: its id without its part, and whether it is as wanted."""
    id = identity_of(line["id"])
    if id not in IDS:
        raise ValueError(f"{line['id']}: no such id")
    if "outcome" in line:
        return line
    test = test_of(line)
    # Of a name with spaces in it, earlier runs kept the first word.
    end = ends.get(test) or next((ends[one] for one in ends if one.startswith(f"{test} ")), None)
    how = end["outcome"] if end else UNKNOWN
    rest = {
        name: _without_folders(value) for name, value in line.items() if name not in ("id", "part", "met")
    }
    return {
        "id": id,
        "part": f"{line['id'].removeprefix(id).strip()} {test.partition('::')[2]}".strip(),
        # What says so itself needs no end of its test.
        "met": line.get("met") if how == UNKNOWN else how == PASSED and line.get("met") is not False,
        "outcome": how,
        **rest,
    }


def _tests_line(id: str, ends: Mapping[str, Line], held: Line | None) -> Line:
    """How all tests of an id ended; of those that did not run now, how they ended before."""
    before = dict(held["outcomes"]) if held else {}
    forms = {line.get("form") for line in ends.values()}
    outcomes = {**before, **{test: line["outcome"] for test, line in ends.items()}}
    counts = Counter(outcomes.values())
    whole = forms == {LONG} and (
        not before or held is None or held["form"] == LONG or before.keys() <= ends.keys()
    )
    last = max(ends.values(), key=lambda line: str(line.get("date", "")))
    files = sorted({test.partition("::")[0] for test in outcomes})
    return {
        "id": id,
        "part": TESTS,
        "met": not counts[FAILED] and bool(counts[PASSED]),
        "target": next(one.target for one in IDENTITIES if one.id == id),
        "reached": ", ".join(f"{counts[how]} {how}" for how in (PASSED, FAILED, SKIPPED) if counts[how]),
        "command": f"{'FAULTS=long ' if whole else ''}python -m pytest {' '.join(files)}",
        "seconds": round(sum(line["seconds"] for line in ends.values()), 2),
        "form": LONG if whole else "short",
        "date": last.get("date"),
        "commit": last.get("commit"),
        "outcomes": outcomes,
    }


def _by_identity(ends: Mapping[str, Line]) -> dict[str, dict[str, Line]]:
    found: dict[str, dict[str, Line]] = {}
    for test, line in ends.items():
        for id in identities_of_test(test):
            found.setdefault(id, {})[test] = line
    return found


def _take(found: dict[tuple[str, str], Line], line: Line) -> None:
    held = found.get(_key(line))
    if held is None or line["form"] == LONG or held["form"] != LONG:
        found[_key(line)] = line


def _without_folders(value: Any) -> Any:
    return _OWN_FOLDERS.sub("", value) if isinstance(value, str) else value


def _this_machine() -> dict[str, str]:
    return {name: value for name, value in machine().items() if not name.startswith("load")}
