"""Extractors that do what a library taken over by a hostile file would do. Run in the sandbox only."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.document import Document, Refusal
from indexer.extract.reading import read_whole
from indexer.sources import SourceFile
from search.configuration import Settings

#: A descriptor keeps its number in the child, and whoever starts one may have many.
MOST_DESCRIPTORS = 4096


def misbehave(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """Does what the file says: the name of a deed and what it is done to."""
    deed, _, argument = read_whole(source).decode().strip().partition(" ")
    yield Document("before", "Before")
    yield Document("after", "After", str(DEEDS[deed](argument)))


def _fill_memory(argument: str) -> object:
    return len(b"x" * (int(argument) * 2**20))


def _write(argument: str) -> object:
    with open(argument, "w") as file:
        file.write("x")
    return "written"


def _print_nonsense(argument: str) -> object:
    # The answers go to the highest descriptor that is a pipe; all of them get it.
    for descriptor in range(3, MOST_DESCRIPTORS):
        try:
            os.write(descriptor, argument.encode() + b"\n")
        except OSError:
            continue
    time.sleep(0.2)
    return ""


def _flood(argument: str) -> object:
    return "x" * (int(argument) * 1_000_000)


def _recurse(argument: str) -> object:
    return _recurse(argument)


def _fail(argument: str) -> object:
    raise KeyError(argument)


DEEDS: dict[str, Callable[[str], object]] = {
    "nothing": lambda argument: "",
    "sleep": lambda argument: time.sleep(float(argument)),
    "spin": lambda argument: [None for _ in iter(int, 1)],
    "fill": _fill_memory,
    "crash": lambda argument: ctypes.string_at(0),
    "leave": lambda argument: os._exit(int(argument)),
    "open": lambda argument: Path(argument).read_text(),
    "list": lambda argument: os.listdir(argument),
    "write": _write,
    "remove": lambda argument: os.remove(argument),
    "connect": lambda argument: socket.create_connection(("127.0.0.1", int(argument)), 1),
    "local": lambda argument: socket.socket(socket.AF_UNIX).connect(argument),
    "fork": lambda argument: os.fork(),
    "run": lambda argument: subprocess.run([sys.executable, "-c", ""], check=True),
    "kill": lambda argument: os.kill(int(argument), signal.SIGTERM),
    "nonsense": _print_nonsense,
    "flood": _flood,
    "recurse": _recurse,
    "fail": _fail,
    "environment": lambda argument: sorted(os.environ.values()),
    "descriptors": lambda argument: [n for n in range(MOST_DESCRIPTORS) if _is_open(n)],
}


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
