"""Which index is live, where is the next one built, and how does it take over?

    INDEX/LIVE                     pointer: the name of the live generation
    INDEX/writer.lock              held by the one process that writes
    INDEX/generations/000007/      an immutable, complete index with its manifest
    INDEX/generations/building-000008/   the one in the making

States: building → verified → live → retired → deleted. A crash leaves only `building-*`, which
the next writer removes. The pointer is replaced by one atomic rename; readers follow it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from search.errors import IndexDamaged, IndexLocked, IndexUnavailable
from search.index.hashes import hash_once
from search.index.manifest import MANIFEST_NAME, Manifest, content_problems, sync_directory, write_manifest

POINTER_NAME = "LIVE"
LOCK_NAME = "writer.lock"
_BUILDING = "building-"
#: Generations kept besides the live one, for `indexer rollback` and for readers that are behind.
KEPT = 2


class Generations:
    """The generations below one index directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pointer = root / POINTER_NAME
        self.folder = root / "generations"

    def live(self) -> str:
        """Name of the live generation. Raises `IndexUnavailable` when there is none."""
        try:
            name = self.pointer.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            raise IndexUnavailable(
                f"{self.root}: no index here; build one with `indexer build SOURCE --index {self.root}`"
            ) from None
        except OSError as error:
            raise IndexUnavailable(f"{self.pointer}: {error.strerror}") from None
        if not name.isdigit():
            raise IndexDamaged(f"{self.pointer}: does not name a generation: {name[:40]!r}")
        return name

    def path(self, name: str) -> Path:
        return self.folder / name

    def finished(self) -> list[str]:
        """Names of the complete generations, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(
            path.name
            for path in self.folder.iterdir()
            if path.name.isdigit() and (path / MANIFEST_NAME).is_file()
        )

    def litter(self) -> list[Path]:
        """What killed writers left behind."""
        if not self.folder.is_dir():
            return []
        return [
            path
            for path in self.folder.iterdir()
            if path.name.startswith(_BUILDING) or (path.is_dir() and not (path / MANIFEST_NAME).is_file())
        ]

    @contextlib.contextmanager
    def writing(self, command: str) -> Iterator[None]:
        """Hold the writer's lock; clean up after killed writers, and after this one if it fails.

        Raises `IndexLocked` at once when another process holds it, naming that process.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.root / LOCK_NAME, "a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise IndexLocked(f"{self.root}: being written by {_holder(lock.read())}") from None
            lock.truncate(0)
            json.dump(
                {"pid": os.getpid(), "command": command, "since": time.strftime("%Y-%m-%d %H:%M:%S")}, lock
            )
            lock.flush()
            self.remove_litter()
            try:
                yield
            except BaseException:
                # A full disk gets its space back at once, not with the next build.
                self.remove_litter()
                raise

    def remove_litter(self) -> int:
        """Remove unfinished generations; returns how many. Only under the lock."""
        litter = self.litter()
        for path in litter:
            shutil.rmtree(path, ignore_errors=True)
        return len(litter)

    def begin(self) -> Path:
        """A new empty directory to build in. Only under the lock."""
        names = [path.name.removeprefix(_BUILDING) for path in self.folder.iterdir()]
        latest = max((int(name) for name in names if name.isdigit()), default=0)
        with contextlib.suppress(IndexUnavailable):
            latest = max(latest, int(self.live()))
        path = self.folder / f"{_BUILDING}{latest + 1:06d}"
        path.mkdir()
        return path

    @staticmethod
    def name_of(building: Path) -> str:
        """The name that a directory returned by `begin` will have once it is finished."""
        return building.name.removeprefix(_BUILDING)

    def seal(self, building: Path, manifest: Manifest) -> str:
        """Write the manifest, check every byte, give the generation its name.

        Raises `IndexDamaged` when what is on the disk is not what was written.
        """
        sync_directory(building)
        write_manifest(building, manifest)
        # What was taken over from the live generation was read when that was opened.
        problems = content_problems(building, manifest, hash_once)
        if problems:
            raise IndexDamaged(f"{building}: {'; '.join(problems)}")
        os.rename(building, self.path(manifest.generation))
        sync_directory(self.folder)
        return manifest.generation

    def publish(self, name: str) -> None:
        """Make a finished generation the live one: one atomic rename."""
        temporary = self.root / (POINTER_NAME + ".tmp")
        with open(temporary, "w", encoding="ascii") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, self.pointer)
        sync_directory(self.root)

    def previous(self) -> str:
        """The newest finished generation older than the live one; the newest of all when the
        pointer is damaged, so that `rollback` repairs it.

        Raises `IndexUnavailable` when there is none.
        """
        try:
            live = self.live()
            older = [name for name in self.finished() if int(name) < int(live)]
        except IndexDamaged:
            live, older = "the one that cannot be named", self.finished()
        if not older:
            raise IndexUnavailable(f"{self.root}: there is no generation before {live}")
        return older[-1]

    def collect(self, keep: int = KEPT) -> list[str]:
        """Delete all but the live generation and the `keep` newest others; returns their names."""
        live = self.live()
        others = [name for name in self.finished() if name != live]
        gone = others[: len(others) - keep] if keep else others
        for name in gone:
            # The manifest goes first: a half-deleted generation is litter, not an index.
            (self.path(name) / MANIFEST_NAME).unlink(missing_ok=True)
            shutil.rmtree(self.path(name), ignore_errors=True)
        return gone


def _holder(text: str) -> str:
    try:
        holder = json.loads(text)
        return f"process {holder['pid']} ({holder['command']}) since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        return "another process"
