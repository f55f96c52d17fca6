"""How does a host get the local files of the generation that the cluster's alias names?

    look → alias names another generation? → fetch its files, compare every hash → seal → LIVE

The folder is one of the usual shape (`search/index/generations.py`), written under the usual lock, so that
many processes of a host fetch once, and readers follow `LIVE` as they always do. A cluster that does not
answer changes nothing: what is here stays, and `problem` says so.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import threading
import time
from pathlib import Path

from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.errors import IndexDamaged, IndexLocked, IndexUnavailable, SearchServiceError
from search.index.generations import Generations
from search.index.hashes import hash_once, sha256_of
from search.index.manifest import (
    BUILDING,
    MANIFEST_NAME,
    content_problems,
    manifest_hash,
    read_manifest,
    size_problems,
    sync_directory,
)
from search.opensearch.connection import Unreachable, shared_cluster
from search.opensearch.control import Control, GenerationRecord
from search.opensearch.names import name_of

#: What only generations of a cluster have in their folder.
FACTS_NAME = "cluster.json"
#: Seconds between two looks at the alias.
EVERY = 1.0
#: Seconds after which a look at the alias is given up, and in which a fetched piece must begin to arrive.
_ALIAS, _FETCH = 5.0, 3600.0

_log = logging.getLogger(__name__)


class LocalCopy:
    """The copy below `root`. Safe to use from several threads, and after a fork."""

    def __init__(self, root: Path, control: Control) -> None:
        self.control = control
        self.generations = Generations(root)
        #: Why the copy may be behind the cluster; empty if it is not. Names hosts: for logs.
        self.problem = ""
        self._said: type[Exception] | None = None
        self._mutex = threading.Lock()
        self._process = 0
        self._looker: threading.Thread | None = None
        self._looked = 0.0
        self._is_slow = False
        self._distrusted: set[str] = set()

    # For servers

    def look(self, wait: float = 0.2) -> None:
        """Follow the alias, at most once a second and in the background. Waited for is only at most `wait`
        seconds, and not again as long as a look takes longer or fails."""
        with self._mutex:
            looker = self._begun()
        if looker is None or self._is_slow:
            return
        looker.join(wait)
        if looker.is_alive():
            self._is_slow = True

    def _begun(self) -> threading.Thread | None:
        """The look that is under way, a new one if it is time, else None."""
        if self._process != os.getpid():
            # A fork leaves threads behind.
            self._process, self._looker, self._is_slow = os.getpid(), None, False
        if self._looker is not None and self._looker.is_alive():
            return self._looker
        if time.monotonic() - self._looked < EVERY:
            return None
        self._looked = time.monotonic()
        self._looker = threading.Thread(target=self._look, name="local copy", daemon=True)
        self._looker.start()
        return self._looker

    def _look(self) -> None:
        try:
            self.bring()
        except IndexLocked:
            # Another process of this host is fetching, or building: LIVE will tell.
            return
        except (SearchServiceError, OSError) as error:
            self._say(error, str(error))
        except Exception as error:
            _log.exception("%s: the local copy cannot be kept", self.generations.root)
            self._say(error, "a defect; the log has it")
        else:
            if self.problem:
                _log.warning("%s: follows the cluster again", self.generations.root)
            self.problem, self._said, self._is_slow = "", None, False

    def _say(self, error: Exception, problem: str) -> None:
        """Each kind of problem once: sentences differ from node to node."""
        kind = IndexUnavailable if isinstance(error, Unreachable) else type(error)
        self._is_slow = True
        self.problem = problem
        if kind != self._said:
            _log.error("%s: the local copy stays as it is: %s", self.generations.root, problem)
            self._said = kind

    def distrust(self, generation: str) -> None:
        """What is here of a generation turned out to be damaged: it is fetched anew with the next look."""
        self._distrusted.add(generation)

    # For commands

    def bring(self, deadline: float | None = None) -> str | None:
        """Make the live generation here that of the cluster, now; returns it, None where there is no alias.

        Raises `IndexLocked` when another process of this host writes the folder, `IndexUnavailable` when no
        node answers, `IndexDamaged` when what the cluster holds is not what was sent, and `OSError`.
        """
        generation = self.control.live(deadline or time.monotonic() + _ALIAS)
        if generation is None:
            return None
        record = self.control.record(generation, deadline or time.monotonic() + _ALIAS)
        if record is None:
            raise IndexDamaged(
                f"{self.control.names.control}: no record of generation {generation}, which the alias names"
            )
        if generation in self._distrusted or not self._is_here(record):
            self._fetch(record, deadline or time.monotonic() + _FETCH)
        return generation

    def _is_here(self, record: GenerationRecord) -> bool:
        """Whether the live generation is the one recorded. The number alone does not tell: a collection that
        was made anew begins with the first."""
        try:
            pointed = self.generations.pointed()
        except IndexUnavailable:
            return False
        return (pointed.name, pointed.manifest) == (record.generation, record.manifest)

    def _fetch(self, record: GenerationRecord, deadline: float) -> None:
        self._refuse_another_engine()
        with self.generations.writing(f"copy of {record.index}"):
            if record.generation in self._distrusted or not self._is_whole(record):
                self._seal(record, deadline)
            self._distrusted.discard(record.generation)
            self.generations.publish(record.generation)
            self.generations.collect()

    def _refuse_another_engine(self) -> None:
        """A folder is one engine's: numbers of generations mean nothing from one to the other."""
        for name in self.generations.finished():
            if not (self.generations.path(name) / FACTS_NAME).is_file():
                raise IndexUnavailable(
                    f"{self.generations.root}: holds an index of the engine whoosh; name another folder "
                    "(--index, SEARCH_INDEX) for what is on a cluster"
                )

    def _is_whole(self, record: GenerationRecord) -> bool:
        """Whether the generation is here already, live or not; every byte is read that was not before."""
        path = self.generations.path(record.generation)
        try:
            return manifest_hash(path) == record.manifest and not content_problems(
                path, read_manifest(path), hash_once
            )
        except (IndexDamaged, OSError):
            return False

    def _seal(self, record: GenerationRecord, deadline: float) -> None:
        """Fetch into a folder aside, compare, give it its name. Only under the lock."""
        building = self.generations.folder / f"{BUILDING}{record.generation}"
        building.mkdir()
        self.control.download(record, building, at_hand=self._at_hand(), deadline=deadline)
        if manifest_hash(building) != record.manifest:
            raise IndexDamaged(f"{building}: not the manifest of the generation recorded")
        # Where the disk is in doubt, having read a file once does not count.
        hashed = sha256_of if self._distrusted else hash_once
        if problems := content_problems(building, read_manifest(building), hashed):
            raise IndexDamaged(f"{building}: {'; '.join(problems)}")
        self._remove(record.generation)
        os.rename(building, self.generations.path(record.generation))
        sync_directory(self.generations.folder)

    def _at_hand(self) -> dict[str, Path]:
        """Files of generations here by their hashes: most of an update is old."""
        found: dict[str, Path] = {}
        # A damaged file may be that of other generations too, under the same inode.
        for name in () if self._distrusted else self.generations.finished():
            path = self.generations.path(name)
            with contextlib.suppress(IndexDamaged, OSError):
                manifest = read_manifest(path)
                if not size_problems(path, manifest):
                    found |= {one.sha256: path / one.name for one in manifest.files}
        return found

    def _remove(self, generation: str) -> None:
        """Make way for another of the same number: of a collection made anew, or of a damaged one."""
        path = self.generations.path(generation)
        with contextlib.suppress(FileNotFoundError):
            (path / MANIFEST_NAME).unlink()
        if path.exists():
            shutil.rmtree(path)


_copies: dict[tuple[int, Path, ClusterAccess, str], LocalCopy] = {}
_copies_mutex = threading.Lock()


def opened_copy(root: Path, settings: Settings, access: ClusterAccess) -> LocalCopy:
    """The copy below `root`, one for all threads of a process.

    Raises `ConfigurationError` when the client library is missing or the collection has no name.
    """
    name = name_of(settings, access, root)
    key = (os.getpid(), root.resolve(), access, name)
    with _copies_mutex:
        if key not in _copies:
            _copies[key] = LocalCopy(root, Control(shared_cluster(access), name))
        return _copies[key]
