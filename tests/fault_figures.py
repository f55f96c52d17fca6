"""Which figure did a fault test reach, and is this the short or the long form of it?

The tests of `tests/faults/` prove what the service promises about faults, each by an id (K1, D2 …). What they
reach goes as one JSON line into the file that `FAULTS_FIGURES` names; without it nothing is written. The seed
of everything random comes from `FAULTS_SEED`, is chosen anew without it, and is printed: a failure can be had
again. `FAULTS=long` asks for the full number of trials instead of what a test run can wait for.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path

FIGURES = "FAULTS_FIGURES"
SEED = "FAULTS_SEED"
LENGTH = "FAULTS"

_started = time.monotonic()


def record(id: str, target: str, reached: str, *, seconds: float | None = None, **more: object) -> None:
    """Append a figure: the test's id, what must hold, what was found, and anything else worth keeping.

    `seconds` is how long it took; without it, the time since the test began (`begin`), or since this module
    was imported. Raises `OSError` when the file cannot be written, `TypeError` when `more` is not JSON.
    """
    path = os.environ.get(FIGURES)
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
    text = json.dumps(line, ensure_ascii=False)
    print(text)
    if not path:
        return
    # One write in append mode: tests that run at the same time do not tear each other's lines.
    with open(path, "ab", buffering=0) as file:
        file.write(text.encode() + b"\n")


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
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
    settings = [f"{name}={os.environ[name]}" for name in (LENGTH, SEED) if name in os.environ]
    called = f"python -m pytest {test}" if test else Path(sys.argv[0]).name
    return " ".join([*settings, called])
