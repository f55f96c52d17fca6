"""A disk that fails, fills or forgets: it stands between Python and the files below a folder.

Every call that changes such a file or reads it passes `Disk.step` first, which may count, note, refuse or end
the process. Files that are mapped into memory are read past it, as they are past every error return.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SYSTEM: dict[str, Callable[..., Any]] = {
    name: getattr(os, name)
    for name in ("open", "fsync", "rename", "replace", "unlink", "remove", "mkdir", "rmdir", "link", "utime")
}
_OPEN = builtins.open
#: What only looks; everything else changes the disk, or makes a change last.
READING = frozenset({"read"})


@dataclass(frozen=True, slots=True)
class Step:
    """A call. `target` is the second path of a rename or link; `data` is what is written at `offset`."""

    operation: str
    path: str
    target: str = ""
    data: bytes = b""
    offset: int = 0


class Disk:
    """Sees each step; a subclass decides what becomes of it."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)

    def step(self, step: Step) -> None:
        """Called before the call is made. Raises `OSError` in place of the system."""

    def watches(self, path: str) -> bool:
        return path == self.root or path.startswith(self.root + "/")

    @contextmanager
    def installed(self) -> Iterator[None]:
        """In place of the real one, within the block."""
        replaced = {name: self._wrapped(name, call) for name, call in _SYSTEM.items()}
        for name, call in replaced.items():
            setattr(os, name, call)
        builtins.open = io.open = self._open  # type: ignore[assignment]
        try:
            yield
        finally:
            builtins.open = io.open = _OPEN
            for name, call in _SYSTEM.items():
                setattr(os, name, call)

    def _wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(first: Any, *rest: Any, **options: Any) -> Any:
            if name == "open":
                return self._system_open(first, *rest, **options)
            path = _path(first, options.get("dir_fd", options.get("src_dir_fd")))
            if self.watches(path):
                target = _path(rest[0], None) if name in ("rename", "replace", "link") else ""
                self.step(Step({"replace": "rename", "remove": "unlink"}.get(name, name), path, target))
            return call(first, *rest, **options)

        return run

    def _system_open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        where = _path(path, dir_fd)
        if self.watches(where):
            self._note_opening(where, flags)
        descriptor: int = _SYSTEM["open"](path, flags, mode, dir_fd=dir_fd)
        return descriptor

    def _note_opening(self, path: str, flags: int) -> None:
        if flags & os.O_CREAT and not os.path.exists(path):
            self.step(Step("create", path))
        elif flags & os.O_TRUNC:
            self.step(Step("truncate", path))

    def _open(self, file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None,
              errors: str | None = None, newline: str | None = None, closefd: bool = True,
              opener: Any = None) -> Any:  # fmt: skip
        path = "" if isinstance(file, int) else _path(file, None)
        if not self.watches(path):
            return _OPEN(file, mode, buffering, encoding, errors, newline, closefd, opener)
        kind = mode.replace("b", "").replace("t", "")
        if opener is None and kind[0] in "wxa":
            self._note_opening(path, os.O_CREAT | (os.O_TRUNC if kind[0] == "w" else 0))
        raw = _File(self, path, kind, opener)
        if buffering == 0:
            return raw
        if "+" in kind:
            buffer: Any = io.BufferedRandom(raw)
        else:
            buffer = io.BufferedReader(raw) if kind[0] == "r" else io.BufferedWriter(raw)
        if "b" in mode:
            return buffer
        text = io.TextIOWrapper(buffer, encoding, errors, newline)
        text.mode = mode  # type: ignore[misc]
        return text


class _File(io.FileIO):
    def __init__(self, disk: Disk, path: str, mode: str, opener: Any) -> None:
        super().__init__(path, mode, opener=opener)
        self._disk, self._path, self._appends = disk, path, mode[0] == "a"

    def write(self, data: Any) -> int:
        offset = os.fstat(self.fileno()).st_size if self._appends else self.tell()
        whole = bytes(data)
        try:
            self._disk.step(Step("write", self._path, data=whole, offset=offset))
        except _Torn as torn:
            super().write(whole[: torn.length])
            torn.end()
        return super().write(data) or 0

    def truncate(self, size: int | None = None) -> int:
        self._disk.step(Step("truncate", self._path, offset=self.tell() if size is None else size))
        return super().truncate(size)

    def readinto(self, buffer: Any) -> int:
        self._disk.step(Step("read", self._path))
        return super().readinto(buffer) or 0

    def read(self, size: int | None = -1) -> bytes:
        self._disk.step(Step("read", self._path))
        return super().read(-1 if size is None else size) or b""

    def readall(self) -> bytes:
        self._disk.step(Step("read", self._path))
        return super().readall() or b""


class _Torn(Exception):
    """Only the first `length` bytes of a write arrive, then `end` is called."""

    def __init__(self, length: int, end: Callable[[], None]) -> None:
        super().__init__()
        self.length, self.end = length, end


def _path(path: Any, dir_fd: int | None) -> str:
    if isinstance(path, int):
        return _of_descriptor(path)
    text = os.fsdecode(path)
    if dir_fd is not None and not os.path.isabs(text):
        return f"{_of_descriptor(dir_fd)}/{text}"
    return os.path.abspath(text)


def _of_descriptor(descriptor: int) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return ""


class Dying(Disk):
    """Ends the process, as SIGKILL does, at the given step of those that change something; `torn`: a write
    is half done by then. With 0 it only counts."""

    def __init__(self, root: Path, at: int = 0, *, torn: bool = False) -> None:
        super().__init__(root)
        self.at, self.torn = at, torn
        self.seen = 0

    def step(self, step: Step) -> None:
        if step.operation in READING:
            return
        self.seen += 1
        if self.seen == self.at:
            if self.torn and len(step.data) > 1:
                raise _Torn(len(step.data) // 2, _die)
            _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Failing(Disk):
    """Refuses one call with an I/O error: the given one; all others work."""

    def __init__(self, root: Path, at: int) -> None:
        super().__init__(root)
        self.at = at
        self.seen = 0
        self.refused: Step | None = None

    def step(self, step: Step) -> None:
        self.seen += 1
        if self.seen == self.at:
            self.refused = step
            raise OSError(errno.EIO, os.strerror(errno.EIO), step.path)


class Full(Disk):
    """Has room for so many bytes, and gives none back: what is deleted stays taken until the run is over."""

    def __init__(self, root: Path, room: int) -> None:
        super().__init__(root)
        self.room = room

    def step(self, step: Step) -> None:
        if step.operation != "write":
            return
        if len(step.data) > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), step.path)
        self.room -= len(step.data)


class Recording(Disk):
    """Notes every change, in order."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.steps: list[Step] = []

    def step(self, step: Step) -> None:
        if step.operation not in READING and step.operation != "utime":
            self.steps.append(step)
