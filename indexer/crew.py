"""How do several processes make one segment?

Batches go to whichever process is free; each process makes a segment of its own of the batches it
got, and these are merged by the documents' numbers. Which process analysed a batch, and how many
there are, makes no difference to the segment. Small collections are not worth starting anybody.
"""

from __future__ import annotations

import contextlib
import marshal
import multiprocessing
import os
import pickle
import queue
import signal
import threading
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from indexer.document import AlternativeTitle, Document, Person
from indexer.garbage import few_collections
from indexer.record import Prepared
from indexer.segment_maker import Incoming, SegmentMaker
from search.configuration import Settings
from search.errors import SearchServiceError
from search.index.codec.merge import merge_segments
from search.index.codec.segment_reader import SegmentReader

#: Fewer documents are done before other processes have loaded their tables.
WORTH_IT = 2_000
#: Batches on their way to one process, so that it never waits for the next.
_AHEAD = 2
#: Seconds that a process has to end by itself.
_PATIENCE = 2.0


#: What a process is sent: documents, or where to write the segment of them.
_Work = bytes | Sequence[Incoming] | Path


class ProcessLost(SearchServiceError):
    """A process that was indexing ended before its work was done."""


def usable_cores() -> int:
    """How many processes may run at the same time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(slots=True)
class _Member:
    """A process, the way to it, and the first document and size of each batch it holds."""

    process: BaseProcess
    connection: Connection
    asked: int = 0
    batches: list[tuple[int, int]] = field(default_factory=list)

    def numbers(self) -> Any:
        return np.concatenate([np.arange(first, first + size) for first, size in self.batches])


class Crew:
    """Several processes that make segments, with the methods of `SegmentMaker`."""

    def __init__(self, settings: Settings, jobs: int) -> None:
        self._settings = settings
        self._jobs = jobs
        self._members: list[_Member] = []
        self._waiting: list[Sequence[Incoming]] = []
        self._documents = 0
        # Python lets no daemon process start others.
        self._may_start = not multiprocessing.current_process().daemon

    def add_batch(self, batch: Sequence[Incoming]) -> list[Prepared]:
        """Add documents; returns nothing, because they are analysed elsewhere and later.

        Raises what a process raised, and `ProcessLost`.
        """
        self._waiting.append(batch)
        if not self._members and self._may_start and sum(map(len, self._waiting)) >= WORTH_IT:
            self._start()
        if self._members:
            for one in self._waiting:
                self._hand_out(one)
            self._waiting = []
        return []

    def write(self, path: Path) -> int:
        """Write all documents added as a new file; returns how many. Raises as `add_batch` does."""
        if not self._members:
            maker = SegmentMaker(self._settings)
            for batch in self._waiting:
                maker.add_batch(batch)
            self._waiting = []
            return maker.write(path)
        parts = [(one, path.with_name(f"{path.name}.{n}")) for n, one in enumerate(self._members)]
        parts = [(one, part) for one, part in parts if one.batches]
        for member, part in parts:
            self._ask(member, part)
        while any(member.asked for member in self._members):
            self._listen()
        if parts:
            numbers = [member.numbers() for member, _ in parts]
            merge_segments([SegmentReader(part) for _, part in parts], path, numbers)
        for member, part in parts:
            part.unlink()
            member.batches.clear()
        documents, self._documents = self._documents, 0
        return documents

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        for member in self._members:
            member.connection.close()
            if member.asked:
                member.process.terminate()
        for member in self._members:
            member.process.join(_PATIENCE)
            if member.process.is_alive():
                member.process.kill()
                member.process.join()
        self._members = []

    def _start(self) -> None:
        # A copy of this process has all tables loaded; one with threads must not be copied.
        can_copy = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
        context: Any = multiprocessing.get_context("fork" if can_copy else "spawn")
        for _ in range(self._jobs):
            ours, theirs = context.Pipe()
            # What a copied process inherits would keep the others' connections open after our end.
            inherited = [ours, *(member.connection for member in self._members)] if can_copy else []
            process = context.Process(
                target=_work, args=(self._settings, theirs, inherited), name="indexer", daemon=True
            )
            process.start()
            theirs.close()
            self._members.append(_Member(process, ours))

    def _hand_out(self, batch: Sequence[Incoming]) -> None:
        member = min(self._members, key=lambda one: one.asked)
        while member.asked >= _AHEAD:
            self._listen()
            member = min(self._members, key=lambda one: one.asked)
        self._ask(member, _packed(batch))
        member.batches.append((self._documents, len(batch)))
        self._documents += len(batch)

    def _ask(self, member: _Member, work: _Work) -> None:
        try:
            member.connection.send(work)
        except OSError:
            # It may have said why before it went.
            self._answer(member)
            raise self._lost(member) from None
        member.asked += 1

    def _listen(self) -> None:
        """Wait until something is done."""
        ready = wait([member.connection for member in self._members if member.asked])
        for member in self._members:
            if member.connection in ready:
                self._answer(member)

    def _answer(self, member: _Member) -> None:
        try:
            failure = member.connection.recv()
        except (EOFError, OSError):
            raise self._lost(member) from None
        member.asked -= 1
        if failure is not None:
            raise failure

    def _lost(self, member: _Member) -> ProcessLost:
        member.process.join(_PATIENCE)
        status = member.process.exitcode
        if status is not None and status < 0:
            with contextlib.suppress(ValueError):
                how = f"was ended by signal {signal.Signals(-status).name}"
                hint = (
                    "; was there enough memory? Fewer --jobs need less" if -status == signal.SIGKILL else ""
                )
                return ProcessLost(f"process {member.process.pid}, which was indexing, {how}{hint}")
        return ProcessLost(f"process {member.process.pid}, which was indexing, ended with status {status}")


_FIELDS = tuple(one.name for one in fields(Document) if one.name not in ("also_known_as", "people"))
_values_of = attrgetter(*_FIELDS)


def _packed(batch: Sequence[Incoming]) -> bytes | Sequence[Incoming]:
    """Documents as plain values, which takes a third of the time that pickling objects does."""
    rows = [
        (
            one.origin,
            one.hashed,
            _values_of(one.document),
            [(title.title, title.language) for title in one.document.also_known_as],
            [(person.name, person.role) for person in one.document.people],
        )
        for one in batch
    ]
    try:
        return marshal.dumps(rows)
    except ValueError:
        # Some extra value is of a type of its own.
        return batch


def _unpacked(work: bytes | Sequence[Incoming]) -> Sequence[Incoming]:
    if not isinstance(work, bytes):
        return work
    return [
        Incoming(
            Document(
                **dict(zip(_FIELDS, values, strict=True)),
                also_known_as=tuple([AlternativeTitle(*title) for title in titles]),
                people=tuple([Person(*person) for person in people]),
            ),
            origin,
            hashed,
        )
        for origin, hashed, values, titles, people in marshal.loads(work)
    ]


def _work(settings: Settings, connection: Connection, inherited: Sequence[Connection]) -> None:
    """What another process does: batches until the connection ends, a file when it is given a path."""
    # Ctrl-C goes to the whole group; the process that was started by the admin ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in inherited:
        other.close()
    maker = SegmentMaker(settings)
    received: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
    # A batch is larger than a pipe holds: whoever sends it would wait until this process is free.
    threading.Thread(target=_receive, args=(connection, received), daemon=True).start()
    with few_collections(), contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while (work := received.get()) is not None:
            failure = None
            try:
                if isinstance(work, Path):
                    maker.write(work)
                else:
                    maker.add_batch(_unpacked(work))
            except Exception as error:
                # Raised again where the command runs, which tells storage from defects.
                failure = _portable(error)
            connection.send(failure)


def _receive(connection: Connection, received: queue.SimpleQueue[_Work | None]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            received.put(connection.recv())
    received.put(None)


def _portable(error: Exception) -> Exception:
    """The error as it can be sent, with the traceback it has here."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))
    return error
