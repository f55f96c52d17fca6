"""Which generations of a collection has the cluster, which one answers, and how does the next take over?

The alias is the truth: it names the index of the generation that answers, and moves in one step. Beside the
indices stands the control index with a record of every complete generation, its local files in pieces, and
the writer's lock. An index without a record was never completed; a record without an index lost it: either is
listed, and removed by the next writer or by `collect`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from search.errors import IndexDamaged, IndexUnavailable, SearchServiceError, StorageError
from search.index.links import link_or_copy
from search.index.manifest import MANIFEST_NAME, FileEntry, manifest_hash, read_manifest, sync_directory
from search.opensearch import writer_lock
from search.opensearch.connection import Cluster, Conflict, NotThere, Refused
from search.opensearch.file_chunks import MAPPINGS, FileChunks
from search.opensearch.names import Names
from search.opensearch.writer_lock import WriterLock

#: Generations kept besides the live one, for `indexer rollback` and for hosts that are behind.
KEPT = 2
#: More generations than this are not listed; `collect` keeps three.
_MOST = 1000
#: Seconds in which the alias must have moved.
_PATIENCE = 60.0
#: Seconds in which the cluster must answer before anything begins.
_AT_ONCE = 10.0
#: What a file of a generation may be called: it becomes a path on other machines.
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """A complete generation: the index with its postings, and the files that each host keeps a copy of,
    `manifest.json` among them. `built` is UTC, ISO 8601; `manifest` the SHA-256 of `manifest.json`, hex."""

    generation: str
    index: str
    built: str
    documents: int
    manifest: str
    files: tuple[FileEntry, ...]

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(one.size for one in self.files)


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What dead writers left: generations that have an index and no record, or a record and no index, and
    how many files no record names."""

    indices: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    files: int = 0

    def __bool__(self) -> bool:
        return bool(self.indices or self.records or self.files)


class Control:
    """The generations of the collection called `name`, which must have been through `checked_name`."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster = cluster
        self.names = Names(name)
        self.files = FileChunks(cluster, self.names.control)
        self._lock: WriterLock | None = None
        # What another writer was making when its lock was taken over.
        self._taken_over = ""

    # Reading. Everything raises `IndexUnavailable` when no node answers.

    def live(self, deadline: float | None = None) -> str | None:
        """The generation that the alias names; None where there is no alias.

        Raises `IndexDamaged` when it names what is no single generation of ours.
        """
        found = self._aliased(deadline)
        generations = [self.names.generation_of(index) for index in found]
        if not found:
            return None
        if len(found) > 1 or generations[0] is None:
            raise IndexDamaged(
                f"the alias {self.names.alias} names {', '.join(sorted(found))} instead of one generation; "
                "`indexer rollback` repairs it"
            )
        return generations[0]

    def _aliased(self, deadline: float | None = None) -> list[str]:
        try:
            return list(self.cluster.request("GET", f"/_alias/{self.names.alias}", deadline=deadline))
        except NotThere:
            return []

    def record(self, generation: str, deadline: float | None = None) -> GenerationRecord | None:
        """What is known of a complete generation; None of others. Raises `IndexDamaged`."""
        path = f"/{self.names.control}/_doc/{_record_id(generation)}"
        try:
            found = self.cluster.request("GET", path, deadline=deadline)
        except NotThere:
            return None
        return self._read(found["_source"]) if found.get("found") else None

    def records(self) -> list[GenerationRecord]:
        """The complete generations, oldest first. Raises `IndexDamaged`."""
        try:
            self.cluster.request("POST", f"/{self.names.control}/_refresh", repeat=True)
            body = {"query": {"term": {"kind": "generation"}}, "size": _MOST}
            found = self.cluster.search(self.names.control, body)
        except NotThere:
            return []
        records = [self._read(hit["_source"]) for hit in found["hits"]["hits"]]
        return sorted(records, key=lambda record: int(record.generation))

    def _read(self, source: dict[str, Any]) -> GenerationRecord:
        try:
            values = dict(source["body"])
            values["files"] = tuple(FileEntry(**one) for one in values["files"])
            record = GenerationRecord(**values)
            int(record.generation)
        except (KeyError, TypeError, ValueError) as error:
            raise IndexDamaged(f"{self.names.control}: not the record of a generation: {error!r}") from None
        for one in record.files:
            if not _FILE_NAME.fullmatch(one.name):
                raise IndexDamaged(f"{self.names.control}: {one.name!r} is no name of a file of ours")
        return record

    def indices(self) -> list[str]:
        """Generations that have an index, oldest first."""
        params = {"expand_wildcards": "all", "filter_path": "*.settings.index.uuid"}
        path = f"/{self.names.all_indices}/_settings/index.uuid"
        with contextlib.suppress(NotThere):
            found = map(self.names.generation_of, self.cluster.request("GET", path, params=params))
            return sorted((one for one in found if one is not None), key=int)
        return []

    def leftovers(self) -> Leftovers:
        """What no generation needs and nobody is making."""
        records = self.records()
        indices, complete = set(self.indices()), {record.generation for record in records}
        unfinished = indices - complete
        held = writer_lock.read(self.cluster, self.names.control)
        in_the_making = held is not None and writer_lock.is_alive(held[0])
        if held is not None and in_the_making:
            unfinished.discard(held[0].building)
        wanted = {one.sha256 for record in records for one in record.files}
        # A writer's files come before its record.
        files = 0 if in_the_making or not self._is_there() else len(self.files.held() - wanted)
        return Leftovers(
            tuple(sorted(unfinished, key=int)), tuple(sorted(complete - indices, key=int)), files
        )

    def _is_there(self) -> bool:
        return self.cluster.exists(f"/{self.names.control}")

    def previous(self) -> str:
        """The newest complete generation older than the live one; the newest of all where the alias names
        none. Raises `IndexUnavailable` when there is none."""
        try:
            live = self.live()
        except IndexDamaged:
            live = None
        indices = set(self.indices())
        for record in reversed(self.records()):
            name = record.generation
            if name in indices and (live is None or int(name) < int(live)):
                return name
        raise IndexUnavailable(f"{self.names.alias}: there is no complete generation before {live or 'any'}")

    def holder(self) -> str:
        """Who is writing, in words; "" if nobody is."""
        held = writer_lock.read(self.cluster, self.names.control)
        return str(held[0]) if held is not None and writer_lock.is_alive(held[0]) else ""

    # Writing

    @contextlib.contextmanager
    def writing(self, command: str, *, watched: float = writer_lock.WATCHED) -> Iterator[WriterLock]:
        """Hold the writer's lock; remove what a dead writer left unpublished, and what this one leaves so if
        it fails. Raises `IndexLocked`."""
        self._prepare()
        with writer_lock.hold(self.cluster, self.names.control, command, watched=watched) as (lock, left):
            self._lock = lock
            self._taken_over = lock.holder.building
            try:
                if left:
                    self._remove_unpublished(lock)
                try:
                    yield lock
                except BaseException:
                    # The cause is told, not that nothing could be cleaned up: the next writer will.
                    with contextlib.suppress(SearchServiceError):
                        self._remove_unpublished(lock)
                    raise
            finally:
                self._lock = None
                self._taken_over = ""

    def _prepare(self) -> None:
        """Make the control index if there is none. A cluster that is away is told at once: what has not begun
        need not wait for it."""
        if self.cluster.exists(f"/{self.names.control}", time.monotonic() + _AT_ONCE):
            return
        settings = {
            "number_of_shards": 1,
            # A second copy wherever there is a second machine.
            "auto_expand_replicas": "0-1",
            "hidden": True,
        }
        body = {"settings": {"index": settings}, "mappings": MAPPINGS}
        with contextlib.suppress(Conflict):
            self.cluster.request("PUT", f"/{self.names.control}", body, repeat=True)

    def _remove_unpublished(self, lock: WriterLock) -> None:
        """Remove what was being made, unless it is or may become the live generation."""
        building = lock.holder.building
        if lock.lost or lock.keep or not building:
            return
        if self.live() != building:
            self.remove(building)
        lock.published()

    def next_generation(self, *local: str) -> str:
        """A number above that of every generation here, and of those a host has besides.

        And of the one that a writer was making whose lock was taken over: should he wake up, he is not to
        write into an index of ours.
        """
        found = [*self.indices(), *(record.generation for record in self.records()), *local]
        found.append(self._taken_over or "0")
        return f"{max(map(int, found)) + 1:06d}"

    def upload(self, folder: Path) -> GenerationRecord:
        """Send the files of a sealed generation; returns its record, which `complete` makes known.

        Files that are there cost nothing. Raises `IndexDamaged` when a file is not what the manifest says.
        """
        manifest = read_manifest(folder)
        path = folder / MANIFEST_NAME
        own = FileEntry(MANIFEST_NAME, path.stat().st_size, manifest_hash(folder))
        files = (own, *manifest.files)
        for one in files:
            if not _FILE_NAME.fullmatch(one.name):
                raise IndexDamaged(f"{folder / one.name}: no name of a file of ours")
            self.files.put(folder / one.name, one)
            if self._lock is not None:
                self._lock.check()
        index = self.names.index(manifest.generation)
        return GenerationRecord(
            manifest.generation, index, manifest.built, manifest.documents, own.sha256, files
        )

    def complete(self, record: GenerationRecord) -> None:
        """Make a generation known, whose index and files are there: from now on it can be published."""
        body = {"kind": "generation", "body": _plain(record)}
        path = f"/{self.names.control}/_doc/{_record_id(record.generation)}"
        self.cluster.request("PUT", path, body, repeat=True)

    def publish(self, generation: str) -> None:
        """Make a complete generation the one that answers: the alias moves in one step, if it still stands
        where it stood. Done when reading it says so.

        Raises `IndexUnavailable` when it is not complete, or when no node says in time that it moved;
        whether it did is then not known, and nothing is removed.
        """
        index = self.names.index(generation)
        if self.record(generation) is None or not self.cluster.exists(f"/{index}"):
            raise IndexUnavailable(f"{self.names.alias}: generation {generation} is not complete")
        end = time.monotonic() + _PATIENCE
        if self._lock is not None:
            # Whatever interrupts from here on, the alias may have moved, or be about to.
            self._lock.keep = True
        try:
            while (standing := self._aliased()) != [index]:
                if time.monotonic() >= end:
                    raise IndexUnavailable(f"the alias {self.names.alias} does not move to {index}")
                self._move(standing, index)
        except StorageError:
            # The cluster said no.
            if self._lock is not None:
                self._lock.keep = False
            raise
        if self._lock is not None:
            self._lock.published()

    def _move(self, standing: Iterable[str], index: str) -> None:
        alias = self.names.alias
        actions: list[dict[str, Any]] = [
            {"remove": {"index": old, "alias": alias, "must_exist": True}} for old in standing if old != index
        ]
        actions.append({"add": {"index": index, "alias": alias}})
        try:
            self.cluster.request("POST", "/_aliases", {"actions": actions})
        except NotThere:
            # The alias stands elsewhere by now: look again.
            time.sleep(0.1)
        except IndexUnavailable as error:
            # Perhaps it was done all the same, and only the answer is lost.
            _log.warning("moving the alias %s to %s: %s", alias, index, error)
            time.sleep(0.2)
        except Refused as error:
            if error.kind == "invalid_alias_name_exception":
                raise StorageError(
                    f"an index on the cluster is called {alias}, which must be free for the alias: give the "
                    "collection another name"
                ) from None
            raise

    def remove(self, generation: str) -> None:
        """Remove a generation: first its record, then its index. Not the live one: raises `StorageError`."""
        index = self.names.index(generation)
        if index in self._aliased():
            raise StorageError(f"{index} is live and not removed")
        for path in (f"/{self.names.control}/_doc/{_record_id(generation)}", f"/{index}"):
            with contextlib.suppress(NotThere):
                self.cluster.request("DELETE", path, repeat=True)

    def collect(self, keep: int = KEPT) -> list[str]:
        """Remove all but the live generation and the `keep` newest others, and what dead writers left;
        returns the generations. Only under the lock."""
        live = self.live()
        others = [record.generation for record in self.records() if record.generation != live]
        if live is None and others:
            raise IndexUnavailable(
                f"no index has the alias {self.names.alias}: give it back with `indexer rollback` first"
            )
        removed = others[: max(len(others) - keep, 0)]
        building = self._lock.holder.building if self._lock is not None else ""
        for generation in removed:
            self.remove(generation)
        left = self.leftovers()
        for generation in (*left.indices, *left.records):
            if generation not in (live, building):
                self.remove(generation)
                removed.append(generation)
        self.files.remove_except(one.sha256 for record in self.records() for one in record.files)
        return removed

    # Files

    def download(
        self,
        record: GenerationRecord,
        folder: Path,
        *,
        at_hand: dict[str, Path] | None = None,
        deadline: float | None = None,
    ) -> None:
        """Write the files of a generation into an empty folder and flush them. Files with a hash that is
        `at_hand` are linked instead: who opens the folder compares them with the manifest.

        Raises `IndexDamaged` when a file is not there as it was sent.
        """
        for one in record.files:
            near = (at_hand or {}).get(one.sha256)
            with contextlib.suppress(OSError):
                if near is not None and near.stat().st_size == one.size:
                    link_or_copy(near, folder / one.name)
                    continue
            self.files.get(one, folder / one.name, deadline=deadline)
        sync_directory(folder)


def _record_id(generation: str) -> str:
    return f"generation-{generation}"


def _plain(record: GenerationRecord) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(json.dumps(asdict(record)))
    return values
