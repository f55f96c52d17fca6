"""A small collection to break, and processes to break it with.

Every document says of which edition of the collection it is, and their number depends on the edition: an
answer that mixes two generations, or comes from half of one, gives itself away. Commands run in copies of the
test's process, which has everything imported, so that a run takes as long as its work and no longer.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.build import build
from indexer.cli import COMMANDS, main
from indexer.feed import Feed
from indexer.progress import NoProgress
from indexer.update import update
from search.configuration import Settings
from search.index.generations import Generations
from search.request import SearchRequest
from search.searcher import Searcher

SETTINGS = Settings()
# Commands are imported when they are looked up: here, lest every copy of the process does it anew.
for _name in COMMANDS:
    main.commands[_name]
DOCUMENTS = 6
_PROBE = SearchRequest(q="harbour", per_page=100, facets=("year",), highlight=False)
#: A process whose work raised what it should not.
FAILED = 70


class Mixed(AssertionError):
    """An answer that no single generation gives."""


class Films:
    """A source file and an index of it below `folder`.

    With `ballast`, so many documents besides stay the same in every edition and are in no answer: with them,
    updates share segments.
    """

    def __init__(self, folder: Path, ballast: int = 0) -> None:
        self._ballast = ballast
        self.source = folder / "films.jsonl"
        self.index = folder / "index"
        self.generations = Generations(self.index)

    def write(self, edition: int) -> None:
        rows = (
            {"id": f"film-{number}", "title": f"Harbour lights {number}", "year": edition,
             "text": f"Ships of edition {edition} leave the old harbour.", "language": "en"}
            for number in range(size_of(edition))
        )  # fmt: skip
        same = (
            {"id": f"ballast-{number}", "title": f"Stone {number}", "text": "Heavy.", "language": "en"}
            for number in range(self._ballast)
        )
        lines = (json.dumps(row) + "\n" for row in (*same, *rows))
        self.source.write_text("".join(lines), encoding="utf-8")

    def build(self, edition: int) -> None:
        self.write(edition)
        build(self.feed(), sources=[str(self.source)], index=self.index, settings=SETTINGS)

    def update(self, edition: int) -> None:
        self.write(edition)
        update(self.feed(), index=self.index, settings=SETTINGS)

    def feed(self) -> Feed:
        return Feed((str(self.source),), SETTINGS, NoProgress(), lambda refusal: None)

    def command(self, name: str) -> tuple[str, ...]:
        """The arguments of `build` or `update`."""
        return (name, str(self.source), "--quiet", "--index", str(self.index))

    def open(self, *, fall_back: bool = False) -> Searcher:
        return Searcher.open(self.index, SETTINGS, fall_back=fall_back)

    def edition(self) -> int:
        """The edition that a server which starts now answers from."""
        return edition_of(self.open())


def size_of(edition: int) -> int:
    """How many documents an edition has."""
    return DOCUMENTS + edition % 5


def edition_of(searcher: Searcher) -> int:
    """The edition that all of an answer is of. Raises `Mixed`."""
    found = searcher.search(_PROBE)
    editions = {hit.fields.get("year") for hit in found.hits}
    counted = {value.value for value in found.facets["year"] if value.count}
    (edition,) = editions if len(editions) == 1 else (None,)
    if not isinstance(edition, int) or found.total != size_of(edition) or counted != editions:
        raise Mixed(f"editions {editions}, counted {counted}, {found.total} documents")
    return edition


@dataclass
class Child:
    """A copy of this process at work; what it says goes into `output`."""

    process: int
    output: Path | None
    status: int | None = field(default=None)

    def is_running(self) -> bool:
        if self.status is None:
            ended, status = os.waitpid(self.process, os.WNOHANG)
            if ended:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is None

    def kill(self, number: int = signal.SIGKILL) -> None:
        if self.status is None:
            os.kill(self.process, number)

    def wait(self, seconds: float = 60.0) -> int:
        """Its exit status, negative for a signal. Raises `TimeoutError`, and kills it, after `seconds`."""
        end = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() > end:
                self.kill()
                os.waitpid(self.process, 0)
                raise TimeoutError(f"still running after {seconds:g} s: {self.said()}")
            time.sleep(0.002)
        assert self.status is not None
        return self.status

    def said(self) -> str:
        if self.output is None or not self.output.exists():
            return ""
        return self.output.read_text(encoding="utf-8", errors="replace")


def forked(work: Callable[[], int | None], output: Path | None = None) -> Child:
    """Run `work` in a copy of this process; what it returns is the exit status."""
    if output is not None:
        output.unlink(missing_ok=True)
    with warnings.catch_warnings():
        # NumPy has threads, which the copy does not use.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if process:
        return Child(process, output)
    status: object = FAILED
    try:
        signal.setitimer(signal.ITIMER_REAL, 0)
        descriptor = os.open(output or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.stdout = sys.stderr = os.fdopen(descriptor, "w", encoding="utf-8", errors="replace")
        status = work()
    except SystemExit as ended:
        status = ended.code
    except BaseException:
        traceback.print_exc()
    finally:
        # Nothing of the test's own: no fixtures torn down, no reports written.
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else FAILED if status else 0)


def run_command(arguments: Sequence[str]) -> int:
    """A command of the admin, in this process."""
    try:
        main(list(arguments), prog_name="indexer")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FAILED
    return 0


def resident_bytes(process: int | str = "self") -> int:
    """Memory that a process holds."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def open_files(process: int | str = "self") -> int:
    """How many descriptors a process has."""
    return len(os.listdir(f"/proc/{process}/fd"))
