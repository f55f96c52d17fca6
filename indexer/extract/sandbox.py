"""Files that can hurt are read by a process that may be killed; what comes of it?

A file is opened here, below its SOURCE, and handed over as a descriptor. The process is started with
the first file, used for all that follow, and replaced when it takes too long, dies, or says nonsense:
that costs the file it was reading, which is refused with the reason. Files may be handed over ahead;
answers come in the same order.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson

from indexer.document import Document, Refusal
from indexer.extract.child import Limits, Task, send
from indexer.extract.formats import EXTRACTORS, Format
from indexer.extract.wire import (
    BEGUN,
    DOCUMENT,
    DONE,
    FAILED,
    MEMORY,
    READY,
    REFUSAL,
    Unreadable,
    document_of,
    refusal_of,
)
from indexer.sources import SourceFile, printable
from search.configuration import Settings
from search.errors import SearchServiceError

LIMITS = Limits()

#: Seconds until a process must be ready, on a machine that is busy.
_PATIENCE = 60.0
#: Bytes of one answer: the longest text in its longest spelling, and facts.
_LONGEST_ANSWER = 64 * 2**20
_CHUNK = 2**18
#: What of the environment is handed on; it may hold secrets.
_VARIABLES = ("LD_LIBRARY_PATH", "LANG", "LC_ALL")
#: The folders that modules come from are told, because `-I -S` looks for none: neither the environment
#: nor the working folder can bring in others.
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[3:]; "
    "from indexer.extract.child import main; main(int(sys.argv[1]), int(sys.argv[2]))"
)


#: Where `indexer` and `search` lie.
_OUR_FOLDER = Path(__file__).resolve().parents[2]


class ExtractionUnavailable(SearchServiceError):
    """No process can be started that reads files."""


class _Ended(Exception):
    """The process ended or was ended; the message completes "the file …"."""


class _NoMemory(Exception):
    """The process had not enough memory, and ended."""


@dataclass(slots=True)
class _Child:
    """A running process and the ways to and from it."""

    process: subprocess.Popen[bytes]
    requests: socket.socket
    answers: int
    poll: select.poll
    received: bytearray = field(default_factory=bytearray)
    looked_at: int = 0
    layers: tuple[str, ...] | None = None
    files: int = 0


class Sandbox:
    """One process that reads files, and what it was asked. Not for several threads at once."""

    def __init__(
        self,
        settings: Settings,
        *,
        limits: Limits = LIMITS,
        formats: Mapping[str, Format] = EXTRACTORS,
    ) -> None:
        self.task = Task(settings, limits, formats)
        self.owner = os.getpid()
        self._child: _Child | None = None
        self._asked: deque[SourceFile] = deque()

    @property
    def is_free(self) -> bool:
        """Whether everything that was asked is answered."""
        return not self._asked

    def layers(self) -> tuple[str, ...]:
        """What confines the process: names of `indexer/confinement.py`. Starts it if there is none.

        Raises `ExtractionUnavailable`.
        """
        child = self._child or self._start()
        while child.layers is None:
            try:
                self._line(child, time.monotonic() + _PATIENCE)
            except _Ended as error:
                raise self._unavailable(child, error) from None
        return child.layers

    def ask(self, source: SourceFile) -> None:
        """Hand over a file whose `descriptor` is open; it is closed when the answer was read.

        Raises `ExtractionUnavailable`.
        """
        assert source.descriptor is not None
        self._asked.append(source)
        if self._child is None:
            self._start()
        else:
            self._send(self._child, source)

    def answer(self) -> Generator[Document | Refusal]:
        """What became of the file that was asked first. Raises `ExtractionUnavailable`."""
        source = self._asked[0]
        path = printable(source.path)
        try:
            yield from self._answer(source, path)
        except _Ended as error:
            self._stop()
            yield Refusal(path, None, str(error))
        except BaseException:
            # Whoever asked has gone away; what is still to come would be taken for another answer.
            self._stop()
            raise
        finally:
            if self._asked and self._asked[0] is source:
                self._asked.popleft()
                _close(source)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._stop()
        while self._asked:
            _close(self._asked.popleft())

    def _answer(self, source: SourceFile, path: str) -> Iterator[Document | Refusal]:
        """Ask again where it is not the file's fault that there is no answer."""
        left = self.task.limits.seconds
        failures = 0
        documents = 0
        while True:
            self.layers()
            child = self._child
            assert child is not None
            begun = False
            try:
                while True:
                    started = time.monotonic()
                    line = self._line(child, started + left)
                    left -= time.monotonic() - started
                    kind, data = line[:1], line[1:]
                    if kind == DOCUMENT:
                        documents += 1
                        yield document_of(data)
                    elif kind == REFUSAL:
                        number, reason = refusal_of(data)
                        yield Refusal(path, number, reason)
                    elif kind == BEGUN:
                        begun = True
                    elif kind == DONE:
                        child.files += 1
                        return
                    elif kind == FAILED:
                        child.files += 1
                        yield Refusal(path, None, refusal_of(b"[null," + data + b"]")[1])
                        return
                    elif kind == MEMORY:
                        raise _NoMemory
                    else:
                        raise Unreadable(f"a line that begins with {kind!r}")
            except _NoMemory:
                # Memory that earlier files left in pieces is not this one's fault.
                if not child.files or documents:
                    size = self.task.limits.memory // 2**20
                    raise _Ended(f"needs more than {size:,} MiB of memory to be read") from None
                self._stop()
            except Unreadable as error:
                raise _Ended(f"made its extractor answer nonsense ({error})") from None
            except _Ended:
                failures += 1
                if begun or failures > 2:
                    raise
                # It was gone before it saw the file.
                self._stop()

    def _line(self, child: _Child, deadline: float) -> bytes:
        """The next answer. Raises `_Ended`; notes what a process says when it is ready."""
        while (end := child.received.find(b"\n", child.looked_at)) < 0:
            child.looked_at = len(child.received)
            if child.looked_at > _LONGEST_ANSWER:
                raise _Ended("made its extractor answer without end")
            wait = deadline - time.monotonic()
            if wait <= 0 or not child.poll.poll(wait * 1000):
                raise _Ended(f"took longer than {self.task.limits.seconds:g} seconds to read")
            piece = os.read(child.answers, _CHUNK)
            if not piece:
                raise _Ended(f"made its extractor end ({self._how_ended(child)})")
            child.received += piece
        line = bytes(child.received[:end])
        del child.received[: end + 1]
        child.looked_at = 0
        if line[:1] == READY:
            child.layers = tuple(orjson.loads(line[1:]))
        return line

    def _start(self) -> _Child:
        ours, theirs = socket.socketpair()
        answers, written = os.pipe()
        try:
            # An editable installation is found by a hook instead of a folder: the child gets the folder.
            folders = [os.path.abspath(entry) for entry in (*sys.path, str(_OUR_FOLDER))]
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _PROGRAM, str(theirs.fileno()), str(written), *folders],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), written),
                env={name: os.environ[name] for name in _VARIABLES if name in os.environ},
            )
        except OSError as error:
            ours.close()
            os.close(answers)
            raise ExtractionUnavailable(f"no process can be started that reads files: {error}") from None
        finally:
            theirs.close()
            os.close(written)
        ours.settimeout(_PATIENCE)
        poll = select.poll()
        poll.register(answers, select.POLLIN)
        child = self._child = _Child(process, ours, answers, poll)
        with contextlib.suppress(OSError):
            send(child.requests, pickle.dumps(self.task))
        for source in self._asked:
            self._send(child, source)
        return child

    @staticmethod
    def _send(child: _Child, source: SourceFile) -> None:
        # One that is gone is noticed, and replaced, when its answer is wanted.
        with contextlib.suppress(OSError):
            send(child.requests, pickle.dumps(replace(source, descriptor=None)), source.descriptor)

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.requests.close()
        os.close(child.answers)
        if self.owner == os.getpid():
            child.process.kill()
            child.process.wait()

    def _unavailable(self, child: _Child, error: Exception) -> ExtractionUnavailable:
        how = self._how_ended(child)
        self._stop()
        return ExtractionUnavailable(f"the process that reads files cannot be started ({how}): {error}")

    @staticmethod
    def _how_ended(child: _Child) -> str:
        try:
            status = child.process.wait(2)
        except subprocess.TimeoutExpired:
            return "it still runs"
        if status < 0:
            with contextlib.suppress(ValueError):
                return f"signal {signal.Signals(-status).name}"
        return f"status {status}"


_free: list[Sandbox] = []


@contextlib.contextmanager
def sandbox_for(settings: Settings) -> Iterator[Sandbox]:
    """A sandbox for these settings, for one user at a time; a process that is free is used again."""
    sandbox = None
    while _free and sandbox is None:
        sandbox = _free.pop()
        if sandbox.owner != os.getpid() or sandbox.task.settings != settings:
            sandbox.close()
            sandbox = None
    sandbox = sandbox or Sandbox(settings)
    try:
        yield sandbox
    finally:
        if sandbox.is_free:
            _free.append(sandbox)
        else:
            sandbox.close()


@atexit.register
def _close_all() -> None:
    while _free:
        _free.pop().close()


def _close(source: SourceFile) -> None:
    if source.descriptor is not None:
        os.close(source.descriptor)
