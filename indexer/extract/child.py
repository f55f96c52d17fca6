"""The process that reads files of formats that can hurt: one file after another, as it is asked.

It opens nothing itself: each request brings an open descriptor. Before the first one it gives up
whatever it does not need (`indexer/confinement.py`). What it writes is described in `wire.py`; whoever
asked kills it when it takes too long.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

from indexer.confinement import confine, python_folders
from indexer.document import Document, Refusal
from indexer.extract.formats import TEXT_LIMIT, Format, bounded
from indexer.extract.reading import UnusableSource
from indexer.extract.wire import BEGUN, DOCUMENT, DONE, FAILED, MEMORY, READY, REFUSAL, line_of
from indexer.garbage import few_collections
from indexer.sources import SourceFile
from search.configuration import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: seconds of waiting (with what ending a process takes, it is ten), bytes of
    address space, characters of text of a document."""

    seconds: float = 9.0
    memory: int = 2**30
    text: int = TEXT_LIMIT


@dataclass(frozen=True, slots=True)
class Task:
    """What the process is started for."""

    settings: Settings
    limits: Limits
    formats: Mapping[str, Format]


def main(requests: int, answers: int) -> None:
    """Serve requests that come in at one descriptor, with answers to another, until the first is closed."""
    # Ctrl-C goes to the whole group; the process that asks ends this one by closing the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=requests) as connection, open(answers, "wb", buffering=2**16) as out:
        first = receive(connection)
        if first is None:
            return
        task: Task = pickle.loads(first[0])
        for format in task.formats.values():
            format.extractor()
        layers = confine(task.limits.memory, python_folders())
        _write(out, line_of(READY, layers))
        # Looking for garbage among millions of values takes longer than making them.
        with few_collections():
            while (request := receive(connection)) is not None:
                source: SourceFile = pickle.loads(request[0])
                descriptor = request[1]
                assert descriptor is not None
                try:
                    _read(replace(source, descriptor=descriptor), task, out)
                finally:
                    os.close(descriptor)


def send(connection: socket.socket, message: bytes, descriptor: int | None = None) -> None:
    """A message with its length before it, and an open file along with it. Raises `OSError`."""
    head = len(message).to_bytes(4, "big")
    if descriptor is None:
        connection.sendall(head + message)
        return
    # The file travels with the first byte; the rest must not be sent by the same call, which may send less.
    socket.send_fds(connection, [head], [descriptor])
    connection.sendall(message)


def receive(connection: socket.socket) -> tuple[bytes, int | None] | None:
    """A message and the file that came with it; None when the other side is gone."""
    head, descriptors, _, _ = socket.recv_fds(connection, 4, 1)
    while head and len(head) < 4:
        head += connection.recv(4 - len(head))
    left = int.from_bytes(head, "big")
    if not left:
        return None
    pieces: list[bytes] = []
    while left:
        piece = connection.recv(left)
        if not piece:
            return None
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces), descriptors[0] if descriptors else None


def _read(source: SourceFile, task: Task, out: BinaryIO) -> None:
    """Answer one request. Ends the process when memory ran out: nothing is certain after that."""
    # A net below the one who asked, who may have been killed: three times the processor time.
    signal.setitimer(signal.ITIMER_PROF, task.limits.seconds * 3)
    _write(out, line_of(BEGUN))
    try:
        for found in task.formats[source.suffix].extractor()(source, task.settings):
            out.write(_line(bounded(found, "", task.limits.text)))
        _write(out, line_of(DONE))
    except UnusableSource as error:
        _write(out, line_of(FAILED, str(error)))
    except RecursionError:
        _write(out, line_of(FAILED, "is nested too deeply"))
    except MemoryError:
        _write(out, line_of(MEMORY))
        os._exit(1)
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:
        # A defect of ours or of a library; one file is not worth a run.
        _write(out, line_of(FAILED, f"made its extractor fail ({type(error).__name__}: {str(error)[:200]})"))
    signal.setitimer(signal.ITIMER_PROF, 0)


def _line(found: Document | Refusal) -> bytes:
    if isinstance(found, Refusal):
        return line_of(REFUSAL, (found.line, found.reason))
    return line_of(DOCUMENT, found)


def _write(out: BinaryIO, line: bytes) -> None:
    out.write(line)
    out.flush()
