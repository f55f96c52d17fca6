"""Where is a run kept, and under which command line? Shared by the commands that record runs."""

from __future__ import annotations

import datetime
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent
RUNS = _PROJECT / "benchmarks" / "runs"
QUICK_RUNS = _PROJECT / "var" / "benchmarks"


def command_line(module: str, arguments: Sequence[str]) -> str:
    """The command line as anyone may repeat it: folders of this machine become their last name."""
    shown = []
    for argument in arguments:
        option, equals, value = argument.partition("=")
        path = value if equals else argument
        if os.path.isabs(path):
            shown.append(f"{option}=<{Path(path).name}>" if equals else f"<{Path(path).name}>")
        else:
            shown.append(argument)
    return shlex.join(["python", "-m", module, *shown])


def today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def new_folder(runs: Path) -> Path:
    """A folder named after today; the second run of a day gets `-2`."""
    number = 1
    while (folder := runs / (today() if number == 1 else f"{today()}-{number}")).exists():
        number += 1
    return folder
