"""Which figures can only be had on a machine that does nothing else, and how are all of them had at once?

    FAULTS_FIGURES=figures.jsonl python tests/faults/idle_machine.py

runs the long forms of the tests whose targets are times and rates, one after another, each in a process of
its own, and says at the end what each reached. Other names of tests may be given instead. It refuses to start
while the machine is busy: such figures would be of the machine. Ends with 1 if a test failed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PROJECT = TESTS.parent.parent
#: Minutes that each takes on two cores, and its file; the quick ones first.
MEASURED: tuple[tuple[float, str], ...] = (
    (1, "test_c2_swap_under_load.py"),
    (1, "test_q2_queries_of_death.py"),
    (1, "test_l_deadline_and_memory.py"),
    (2, "test_q4_ways_to_hang.py"),
    (1.5, "test_l1_capacity.py"),
    (4, "test_l2_overload.py"),
    (1.5, "test_l4_greedy_client.py"),
    (2, "test_l6_cold_start.py"),
    (2, "test_q8_suggestions.py"),
    (9, "test_q1_fuzzed_queries.py"),
)
#: Processes that want a core when nothing is done, over the last minute.
IDLE = 0.5
#: Seconds to wait for that.
PATIENCE = 180


def main(asked: list[str]) -> int:
    """Run them; returns the exit status."""
    files = asked or [file for _, file in MEASURED]
    if not _is_idle():
        print(f"the machine is busy (load {os.getloadavg()[0]:.1f})", file=sys.stderr)
        return 2
    figures = Path(os.environ.get("FAULTS_FIGURES") or Path(tempfile.gettempdir()) / "faults.jsonl").resolve()
    known = _lines(figures)
    failed = []
    for file in files:
        print(f"{time.strftime('%H:%M:%S')} {file}", flush=True)
        if _run(TESTS / file, figures):
            failed.append(file)
    for line in _lines(figures)[len(known) :]:
        if "id" in line:
            print(f"{line['id']}: {line['reached']}\n    wanted: {line['target']}; {line['seconds']} s")
    print(f"figures: {figures}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def _run(test: Path, figures: Path) -> int:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "--timeout=1800"]
    environment = {**os.environ, "FAULTS": "long", "FAULTS_FIGURES": str(figures)}
    return subprocess.run([*command, str(test)], cwd=PROJECT, env=environment, check=False).returncode


def _is_idle() -> bool:
    end = time.monotonic() + PATIENCE
    while os.getloadavg()[0] > IDLE:
        if time.monotonic() > end:
            return False
        time.sleep(2)
    return True


def _lines(path: Path) -> list[dict[str, object]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
