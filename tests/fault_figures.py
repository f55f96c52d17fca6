"""Which figure did a fault test reach, and is this the short or the long form of it?

The tests of `tests/faults/` prove what the service promises about faults, each by an id (K1, D2 …). What they
reach goes as one JSON line into the file that `FAULTS_FIGURES` names; without it nothing is written. The seed
of everything random comes from `FAULTS_SEED`, is chosen anew without it, and is printed: a failure can be had
again. `FAULTS=long` asks for the full number of trials instead of what a test run can wait for. How each test
ended goes into the same file (`outcome`, called by `conftest.py`): a figure counts only if its test passed.
`python -m benchmarks.faults merge` makes the table of all ids of it.
"""

from __future__ import annotations

import json
import os
import random
import shlex
import subprocess
import sys
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

FIGURES = "FAULTS_FIGURES"
SEED = "FAULTS_SEED"
LENGTH = "FAULTS"
#: The commit that is measured, where the tree is a copy without its history.
COMMIT = "FAULTS_COMMIT"
#: Minutes that F31 spends on a format, in place of its own number.
MINUTES = "FAULTS_MINUTES"

_started = time.monotonic()


def record(id: str, target: str, reached: str, *, seconds: float | None = None, **more: object) -> None:
    """Append a figure: the test's id, what must hold, what was found, and anything else worth keeping.

    `seconds` is how long it took; without it, the time since the test began (`begin`), or since this module
    was imported. `met=False` says that the target is missed although the test passes, as where a machine is
    too slow for the number of trials, `whole=False` that there was less time than it wants. Raises `OSError`
    when the file cannot be written, `TypeError` when `more` is not JSON.
    """
    taken = time.monotonic() - _started if seconds is None else seconds
    line = {
        "id": id,
        "target": target,
        "reached": reached,
        "command": _command(),
        "seconds": round(taken, 2),
        "form": "long" if is_long() else "short",
        **more,
    }
    print(json.dumps(line, ensure_ascii=False))
    _append(line)


def outcome(test: str, how: str, seconds: float) -> None:
    """Append how a test ended: `passed`, `failed` or `skipped`. Raises `OSError`."""
    _append(
        {
            "test": test,
            "outcome": how,
            "seconds": round(seconds, 2),
            "form": "long" if is_long() else "short",
        }
    )


def _append(line: dict[str, object]) -> None:
    path = os.environ.get(FIGURES)
    if not path:
        return
    stamped = {**line, "date": datetime.now(tz=UTC).isoformat(timespec="seconds"), "commit": _commit()}
    # One write in append mode: tests that run at the same time do not tear each other's lines.
    with open(path, "ab", buffering=0) as file:
        file.write(json.dumps(stamped, ensure_ascii=False).encode() + b"\n")


@cache
def _commit() -> str:
    """What is measured; `+` if it was changed since."""
    if told := os.environ.get(COMMIT):
        return told
    called = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    try:
        found = subprocess.run(
            called, cwd=Path(__file__).parent, capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return found.stdout.strip()


def begin(id: str) -> random.Random:
    """Start the clock of a test and give it its randomness; prints the seed, and how to have it again."""
    global _started
    _started = time.monotonic()
    number = seed()
    print(f"{id}: {SEED}={number}")
    return random.Random(f"{number} {id}")


def seed() -> int:
    """The number that everything random of this run follows from. Raises `ValueError` when it is not one."""
    text = os.environ.get(SEED)
    if text is None:
        # Kept in the environment: all tests of a run, and their child processes, share it.
        text = os.environ[SEED] = str(random.SystemRandom().randrange(1_000_000_000))
    return int(text)


def is_long() -> bool:
    """Whether the full number of trials is asked for."""
    return os.environ.get(LENGTH) == "long"


def trials(short: int, long: int) -> int:
    """How many trials: `short` in a test run, `long` in `make faults`."""
    return long if is_long() else short


def _command() -> str:
    # The test's name may hold spaces; what it is doing stands in parentheses behind it.
    test = shlex.quote(os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0])
    settings = [f"{name}={os.environ[name]}" for name in (LENGTH, SEED, MINUTES) if name in os.environ]
    called = f"python -m pytest {test}" if test != "''" else Path(sys.argv[0]).name
    return " ".join([*settings, called])
