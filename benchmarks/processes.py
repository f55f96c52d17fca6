"""What does a command cost: time, processor time of all its processes, memory of all together?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
#: Seconds between two looks at the memory of a command.
LOOK_EVERY = 0.2
_ERRORS_SHOWN = 2000


class CommandFailed(RuntimeError):
    """A command ended with a status that is not 0; the message holds what it said last."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time and of processor time; the most memory its processes held at one moment,
    in megabytes: `peak_megabytes` counts pages that they share once for each, `peak_proportional`
    once."""

    seconds: float
    processor_seconds: float
    peak_megabytes: float
    peak_proportional: float


def python(arguments: Sequence[str], **options: object) -> subprocess.Popen[str]:
    """Start this interpreter in the project's folder, its three streams as pipes if not said otherwise."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen([sys.executable, *arguments], cwd=PROJECT, text=True, **streams)  # type: ignore[call-overload, no-any-return]


def run(arguments: Sequence[str]) -> str:
    """What a command of this interpreter printed. Raises `CommandFailed`."""
    with python(arguments) as process:
        printed, errors = process.communicate()
    _check(arguments, process.returncode, errors)
    return printed


def run_measured(arguments: Sequence[str], log: Path) -> Cost:
    """Run a command of this interpreter; what it prints goes to `log`. Raises `CommandFailed`."""
    peak = proportional = 0.0
    started = time.perf_counter()
    with log.open("w") as output:
        process = python(arguments, stdout=output, stderr=output)
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            resident, own = _memory_of_tree(process.pid)
            peak, proportional = max(peak, resident), max(proportional, own)
            time.sleep(LOOK_EVERY)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    _check(arguments, process.returncode, log.read_text(errors="replace"))
    return Cost(seconds, usage.ru_utime + usage.ru_stime, peak, proportional)


def _check(arguments: Sequence[str], status: int, said: str) -> None:
    if status:
        shown = [Path(one).name if os.path.isabs(one) else one for one in arguments]
        raise CommandFailed(f"{' '.join(shown)}: status {status}\n{said[-_ERRORS_SHOWN:]}")


def _memory_of_tree(root: int) -> tuple[float, float]:
    """Megabytes that a process and all below it hold: resident, and each page counted once."""
    resident = proportional = 0.0
    for process in _tree(root):
        kibibytes = memory_of(process)
        resident += kibibytes.get("Rss", 0.0)
        proportional += kibibytes.get("Pss", 0.0)
    return resident, proportional


def _tree(process: int) -> list[int]:
    found = [process]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            # It ended meanwhile.
            continue
    return found


def memory_of(process: int | str = "self") -> dict[str, float]:
    """`smaps_rollup` of a process in megabytes; empty where the system has none or it ended.

    `Private`, added here, is what would be free without it: pages nobody else maps.
    """
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return {}
    parts = (line.split() for line in lines if line.endswith(" kB"))
    found = {name.rstrip(":"): int(amount) * 1024 / 1e6 for name, amount, _ in parts}
    found["Private"] = found.get("Private_Clean", 0.0) + found.get("Private_Dirty", 0.0)
    return found
