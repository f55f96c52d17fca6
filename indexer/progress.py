"""How is a long run shown? A bar on a terminal, a plain line now and then otherwise."""

from __future__ import annotations

import sys
import time
from typing import Protocol, TextIO

#: Seconds between two lines, and between two redraws of the bar.
LINE_EVERY, BAR_EVERY = 10.0, 0.1
_WIDTH = 28


class Progress(Protocol):
    """Told about every document and the bytes read of the sources."""

    def advance(self, documents: int, done: float) -> None:
        """`done` is the share of the source bytes read so far, 0 to 1; negative if unknown."""
        ...

    def finish(self) -> None: ...


class NoProgress:
    """Shows nothing."""

    def advance(self, documents: int, done: float) -> None:
        return

    def finish(self) -> None:
        return


class TextProgress:
    """Writes to `stream`: a bar that is redrawn, or lines when it is not a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar = stream.isatty()
        self._started = self._shown = time.monotonic()

    def advance(self, documents: int, done: float) -> None:
        now = time.monotonic()
        if now - self._shown < (BAR_EVERY if self._bar else LINE_EVERY):
            return
        self._shown = now
        rate = documents / max(now - self._started, 1e-6)
        counted = f"{documents:,} documents, {rate:,.0f}/s"
        if not self._bar:
            self._stream.write(f"indexing: {counted}\n")
        else:
            filled = int(max(done, 0.0) * _WIDTH)
            self._stream.write(f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {counted} ")
        self._stream.flush()

    def finish(self) -> None:
        if self._bar:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def progress_for(*, quiet: bool) -> Progress:
    """The progress of a command line run, on standard error."""
    return NoProgress() if quiet else TextProgress(sys.stderr)
