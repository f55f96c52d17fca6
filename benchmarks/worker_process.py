"""A worker (`worker.py`) started, asked and ended from here."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.processes import CommandFailed, python
from benchmarks.service_queries import Asked
from benchmarks.timings import Timings

_PATIENCE = 10.0


class WorkerProcess:
    """For as long as a `with` block lasts. `told` is what it said when it had opened the index.

    Every method raises `CommandFailed` when the process has ended.
    """

    def __init__(self, index: Path, log: Path) -> None:
        """What it says on standard error goes to `log`."""
        self._log = log
        with log.open("w") as errors:
            self._process = python(
                ["-m", "benchmarks.worker", str(index)], stdin=subprocess.PIPE, stderr=errors
            )
        try:
            self.told = self._heard()
        except CommandFailed:
            self._end()
            raise

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        # What an ended process has not read cannot be sent any more.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    @property
    def opening(self) -> dict[str, float]:
        """What it said of its opening, in milliseconds, and the number of documents."""
        return {name: value for name, value in self.told.items() if not name.startswith("memory")}

    def memory(self) -> dict[str, float]:
        """Megabytes by kind, as `processes.memory_of`."""
        found: dict[str, float] = self._ask({"memory": True})
        return found

    def search(self, queries: Sequence[str], passes: int) -> tuple[Timings, list[Asked]]:
        """Ask all queries, and how each was answered."""
        answer = self._ask({"search": list(queries), "passes": passes})
        asked = [Asked(**one) for one in answer.pop("asked")]
        return Timings(**answer), asked

    def suggest(self, beginnings: Sequence[str], passes: int) -> Timings:
        """Complete all beginnings."""
        return Timings(**self._ask({"suggest": list(beginnings), "passes": passes}))

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        # Its answer, or the lack of one, tells.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        return self._heard()

    def _heard(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            said = self._log.read_text(errors="replace")[-2000:]
            raise CommandFailed(f"the worker ended with status {self._process.wait()}\n{said}")
        return json.loads(line)
