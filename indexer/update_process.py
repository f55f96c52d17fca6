"""How is an update run beside a program that goes on? As a process of its own.

Its memory returns to the system when it ends, and what ends it (a signal, memory running out) does not end
whoever started it. It says what it did in JSON; what it refuses goes to the same standard error.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import indexer

#: The folder this program is imported from.
_HOME = str(Path(indexer.__file__).parent.parent)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an update ended. `status` is its exit status, negative if a signal ended it; `report` is what
    it printed, empty if nothing."""

    status: int
    report: dict[str, Any] = field(default_factory=dict)


class UpdateProcess:
    """Runs `indexer update` with the same `options` again and again, one at a time."""

    def __init__(self, options: Sequence[str]) -> None:
        self._options = tuple(options)
        self._running: subprocess.Popen[bytes] | None = None
        self._interrupted = False

    def run(self, sources: Sequence[str]) -> Ended:
        """Update from these sources and wait for the end of it. Raises `OSError` if it cannot be started."""
        # -P: a folder `indexer` where the admin happens to stand is not this program.
        called = [sys.executable, "-P", "-m", "indexer", "update", "--json", "--quiet", *self._options]
        paths = (os.environ.get("PYTHONPATH"), _HOME)
        self._running = subprocess.Popen(
            [*called, "--", *sources],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            # Ctrl-C in a terminal is for who started it, who then decides.
            process_group=0,
        )
        with self._running as process:
            printed, _ = process.communicate()
        self._running = None
        return Ended(process.returncode, _report(printed))

    def interrupt(self) -> None:
        """End what runs: it may clean up; called again, at once. Safe in a signal handler."""
        process = self._running
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGKILL if self._interrupted else signal.SIGINT)
            self._interrupted = True


def _report(printed: bytes) -> dict[str, Any]:
    try:
        values = json.loads(printed)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
