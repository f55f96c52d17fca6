"""Which index is live, where is the next one built, and how does it take over?

    INDEX/LIVE                     pointer: the name of the live generation, and the hash of its manifest
    INDEX/writer.lock              held by the one process that writes
    INDEX/generations/000007/      an immutable, complete index with its manifest
    INDEX/generations/building-000008/   the one in the making

States: building → verified → live → retired → deleted. A crash leaves only `building-*`, or a
generation that was finished and never became live; the next writer removes both. The pointer is replaced
by one atomic rename; readers follow it. Order is by number, never by time: clocks may go back.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from search.errors import IndexDamaged, IndexLocked, IndexUnavailable
from search.index.apart import keep_apart
from search.index.hashes import hash_once
from search.index.manifest import (
    BUILDING,
    MANIFEST_NAME,
    MANIFEST_VERSION,
    Manifest,
    content_problems,
    manifest_hash,
    read_manifest,
    size_problems,
    sync_directory,
    write_manifest,
)

POINTER_NAME = "LIVE"
LOCK_NAME = "writer.lock"
#: Generations kept besides the live one, for `indexer rollback` and for readers that are behind.
KEPT = 2
#: How often a pointer that was replaced while it was followed is followed anew.
_TRIES = 10
#: Seconds in which a writer that has just taken the lock says who it is.
_INTRODUCTION = 0.5
#: Earlier versions wrote the first line only.
_POINTER = re.compile(rb"([0-9]{1,12})\n?|([0-9]{1,12})\n([0-9a-f]{64})\n")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pointed:
    """What the pointer says: the live generation's name, and the SHA-256 of its manifest (hex)."""

    name: str
    manifest: str


class Generations:
    """The generations below one index directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pointer = root / POINTER_NAME
        self.folder = root / "generations"
        self._lock: IO[str] | None = None
        # What this writer has finished and not made live.
        self._sealed = ""

    # Reading

    def live(self) -> str:
        """Name of the live generation. Raises as `pointed` does."""
        return self.pointed().name

    def pointed(self) -> Pointed:
        """The live generation, whose manifest is there and the one that was published.

        Raises `IndexUnavailable` when there is none, `IndexDamaged` when pointer and manifest disagree.
        """
        for _ in range(_TRIES):
            data = self._pointer_bytes()
            try:
                return self._checked(data)
            except IndexDamaged:
                # Old generations are deleted while they are looked at: then another one is live by now.
                if data == self._pointer_bytes():
                    raise
        return self._checked(self._pointer_bytes())

    def _pointer_bytes(self) -> bytes:
        try:
            with open(self.pointer, "rb", opener=_no_link) as file:
                return file.read(200)
        except FileNotFoundError:
            raise IndexUnavailable(
                f"{self.root}: no index here; build one with `indexer build SOURCE --index {self.root}`"
            ) from None
        except OSError as error:
            raise IndexUnavailable(f"{self.pointer}: {error.strerror}") from None

    def _checked(self, data: bytes) -> Pointed:
        match = _POINTER.fullmatch(data)
        if match is None:
            shown = data[:40].decode("ascii", "replace")
            raise IndexDamaged(
                f"{self.pointer}: does not name a generation: {shown!r}; `indexer rollback` repairs it"
            )
        name = (match[1] or match[2]).decode()
        found = manifest_hash(self.path(name))
        if match[3] is None:
            if read_manifest(self.path(name)).version >= MANIFEST_VERSION:
                raise IndexDamaged(f"{self.pointer}: cut short; `indexer rollback` repairs it")
        elif match[3].decode() != found:
            raise IndexDamaged(
                f"{self.path(name) / MANIFEST_NAME}: not the manifest that {self.pointer} was written for"
            )
        return Pointed(name, found)

    def path(self, name: str) -> Path:
        return self.folder / name

    def finished(self) -> list[str]:
        """Names of the complete generations, oldest first."""
        try:
            names = [path.name for path in self.folder.iterdir() if (path / MANIFEST_NAME).is_file()]
        except OSError:
            # Not there, or not readable: whoever opens one is told.
            return []
        return sorted(filter(_is_number, names), key=int)

    def litter(self) -> list[Path]:
        """What killed writers left behind."""
        found = [self._temporary_pointer] if os.path.lexists(self._temporary_pointer) else []
        if not self.folder.is_dir():
            return found
        return found + [
            path
            for path in self.folder.iterdir()
            if path.name.startswith(BUILDING) or (path.is_dir() and not (path / MANIFEST_NAME).is_file())
        ]

    def previous(self) -> str:
        """The newest finished generation older than the live one; the newest of all when the live one
        cannot be told, so that `rollback` repairs it. Those whose files are not even of the right size
        are passed over.

        Raises `IndexUnavailable` when there is none.
        """
        try:
            live = self.live()
            older = [name for name in self.finished() if int(name) < int(live)]
        except IndexDamaged:
            live, older = "the one that cannot be told", self.finished()
        for name in reversed(older):
            with contextlib.suppress(IndexDamaged, OSError):
                if not size_problems(self.path(name), read_manifest(self.path(name))):
                    return name
        raise IndexUnavailable(f"{self.root}: there is no sound generation before {live}")

    # Writing

    @contextlib.contextmanager
    def writing(self, command: str) -> Iterator[None]:
        """Hold the writer's lock; clean up after killed writers, and after this one if it fails.

        Raises `IndexLocked` at once when another process holds it, naming that process.
        """
        self._make_folders()
        with open(self.root / LOCK_NAME, "a+", encoding="utf-8", errors="replace", opener=_no_link) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise IndexLocked(f"{self.root}: being written by {_holder(lock)}") from None
            self._sealed = _building_of(lock)
            self._remove_unpublished()
            self._lock, self._notes = lock, {
                "pid": os.getpid(), "command": command, "since": time.strftime("%Y-%m-%d %H:%M:%S")
            }  # fmt: skip
            self._introduce()
            self.remove_litter()
            try:
                yield
            except BaseException:
                # A full disk gets its space back at once, not with the next build.
                self._remove_unpublished()
                self.remove_litter()
                raise
            finally:
                self._lock = None
                with contextlib.suppress(OSError):
                    lock.truncate(0)

    def _make_folders(self) -> None:
        made = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in made:
            # A folder of somebody else's may not be readable; it is not ours to look after.
            with contextlib.suppress(PermissionError):
                sync_directory(path.parent)

    def _introduce(self, **more: str) -> None:
        """Say in the lock who is writing, and what."""
        assert self._lock is not None
        self._lock.truncate(0)
        # One write: whoever reads it meanwhile sees all or nothing.
        self._lock.write(json.dumps({**self._notes, **more}))
        self._lock.flush()

    def remove_litter(self) -> int:
        """Remove what is unfinished; returns how many. Only under the lock."""
        litter = self.litter()
        for path in litter:
            _remove(path)
        return len(litter)

    def _remove_unpublished(self) -> None:
        """Remove the generation that was finished last, unless the pointer names it."""
        name, self._sealed = self._sealed, ""
        if not name or not (self.path(name) / MANIFEST_NAME).exists():
            return
        with contextlib.suppress(IndexUnavailable):
            match = _POINTER.fullmatch(self._pointer_bytes())
            if match is None or name == (match[1] or match[2]).decode():
                return
        self._delete(name)

    def begin(self) -> Path:
        """A new empty directory to build in. Only under the lock."""
        path = self.folder / f"{BUILDING}{self.next_name()}"
        if self._lock is not None:
            self._introduce(building=self.name_of(path))
        path.mkdir()
        return path

    def next_name(self) -> str:
        """The name of the next generation: a number that none has had."""
        names = [path.name.removeprefix(BUILDING) for path in self.folder.iterdir()]
        latest = max((int(name) for name in names if _is_number(name)), default=0)
        with contextlib.suppress(IndexUnavailable):
            latest = max(latest, int(self.live()))
        return f"{latest + 1:06d}"

    @staticmethod
    def name_of(building: Path) -> str:
        """The name that a directory returned by `begin` will have once it is finished."""
        return building.name.removeprefix(BUILDING)

    def seal(self, building: Path, manifest: Manifest) -> str:
        """Write the manifest, check every byte, give the generation its name.

        Raises `IndexDamaged` when what is on the disk is not what was written.
        """
        sync_directory(building)
        write_manifest(building, manifest)
        # What was taken over from the live generation was read when that was opened.
        problems = content_problems(building, read_manifest(building), hash_once)
        if problems:
            raise IndexDamaged(f"{building}: {'; '.join(problems)}")
        self._sealed = manifest.generation
        os.rename(building, self.path(manifest.generation))
        sync_directory(self.folder)
        return manifest.generation

    def publish(self, name: str) -> None:
        """Make a finished generation the live one: one atomic rename."""
        line = f"{name}\n{manifest_hash(self.path(name))}\n"
        temporary = self._temporary_pointer
        temporary.unlink(missing_ok=True)
        with open(temporary, "x", encoding="ascii") as file:
            file.write(line)
            file.flush()
            # Readers see by time and inode that it is another file, and a clock may stand still or go back.
            modified = max(time.time_ns(), self._pointer_time() + 1)
            os.utime(file.fileno(), ns=(modified, modified))
            os.fsync(file.fileno())
        os.rename(temporary, self.pointer)
        self._sealed = ""
        sync_directory(self.root)

    @property
    def _temporary_pointer(self) -> Path:
        return self.root / (POINTER_NAME + ".tmp")

    def _pointer_time(self) -> int:
        try:
            return self.pointer.stat().st_mtime_ns
        except OSError:
            return 0

    def collect(self, keep: int = KEPT) -> list[str]:
        """Delete all but the live generation and the `keep` newest others; returns their names.

        Before that, one of those kept gets a copy of its own of what all of them share.
        """
        live = self.live()
        others = [name for name in self.finished() if name != live]
        count = max(0, len(others) - keep)
        kept, retired = others[count:], others[:count]
        for name in retired:
            # From here on they are litter, whatever is taken out of them.
            with contextlib.suppress(OSError):
                (self.path(name) / MANIFEST_NAME).unlink(missing_ok=True)
        self._keep_apart(live, kept, retired)
        return [name for name in retired if self._delete(name)]

    def _keep_apart(self, live: str, kept: list[str], retired: list[str]) -> None:
        """It is not worth failing for: the new generation is live by now."""
        scratch = self.folder / f"{BUILDING}copy"
        try:
            keep_apart(self.path(live), [*map(self.path, kept)], [*map(self.path, retired)], scratch)
        except (OSError, IndexDamaged) as error:
            _log.warning("generation %s shares files with all others: %s", self.path(live), error)
            _remove(scratch)

    def _delete(self, name: str) -> bool:
        """Delete a finished generation; whether that worked. It is not worth failing for."""
        try:
            # The manifest goes first: a half-deleted generation is litter, not an index.
            (self.path(name) / MANIFEST_NAME).unlink(missing_ok=True)
            shutil.rmtree(self.path(name))
        except OSError as error:
            _log.warning("generation %s could not be deleted: %s", self.path(name), error)
            return False
        return True


def _no_link(path: str, flags: int) -> int:
    """Opens nothing but the path itself: a link could lead to what the writer must not touch."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def _noted(lock: IO[str]) -> dict[str, Any]:
    lock.seek(0)
    try:
        notes = json.loads(lock.read())
    except (ValueError, RecursionError):
        return {}
    return notes if isinstance(notes, dict) else {}


def _building_of(lock: IO[str]) -> str:
    """What a writer that did not come to its end was making."""
    name = str(_noted(lock).get("building", ""))
    return name if _is_number(name) else ""


def _holder(lock: IO[str]) -> str:
    """Who holds the lock. It may have taken it a moment ago, and what is read be of one that was killed."""
    end = time.monotonic() + _INTRODUCTION
    while True:
        notes = _noted(lock)
        complete = notes.keys() >= {"pid", "command", "since"}
        if complete and _is_alive(notes["pid"]):
            return _said(notes)
        if time.monotonic() >= end:
            # In another container, or on another machine, it is alive though there is no such process here.
            return _said(notes) if complete else "another process"
        time.sleep(0.01)


def _said(notes: dict[str, Any]) -> str:
    return f"process {notes['pid']} ({notes['command']}) since {notes['since']}"


def _is_alive(process: object) -> bool:
    if not isinstance(process, int) or process <= 0:
        return False
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
