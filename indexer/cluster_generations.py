"""What do the commands do otherwise where a cluster holds the postings?

The pipeline is the same; these generations have an index on the cluster besides their folder. They take the
lock of the cluster with that of the folder, follow the alias before they begin, ship what an assembly makes,
send the folder's files along and move the alias before `LIVE`.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from indexer.cluster_state import cluster_values, stored_document, stored_documents
from indexer.dump import document_of, dumped
from indexer.read_generations import Held
from indexer.record import numeric_names
from indexer.relevance_gate import GatedGenerations
from indexer.segment_maker import Incoming, SegmentMaker
from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.errors import IndexDamaged, IndexUnavailable, SearchServiceError
from search.index.assembly import Assembly
from search.index.curation import NO_CURATION, Curation
from search.index.generations import KEPT
from search.index.manifest import (
    BUILDING,
    Manifest,
    content_problems,
    manifest_hash,
    read_manifest,
    sync_directory,
)
from search.index.reader import WordReader
from search.index.verify import index_problems
from search.opensearch.facts import ClusterFacts, read_facts
from search.opensearch.local_copy import opened_copy
from search.opensearch.shipping import Shipping
from search.opensearch.verify import cluster_problems, folder_problems
from search.opensearch.word_segments import WordSegments
from search.opensearch.writer_lock import WriterLock
from search.searcher import Searcher

_log = logging.getLogger(__name__)


class ClusterGenerations(GatedGenerations):
    """Generations of which the cluster has the postings and the files, and this folder a copy of the files.

    `told` is called with the documents shipped, from time to time. Raises `ConfigurationError`.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings,
        access: ClusterAccess,
        *,
        force: bool = False,
        curation: Curation | None = None,
        told: Callable[[int], None] = lambda documents: None,
    ) -> None:
        super().__init__(root, settings, force=force, curation=curation)
        self._access = access
        self._told = told
        self.copy = opened_copy(root, settings, access)
        self.control = self.copy.control
        self._writer: WriterLock | None = None
        self._is_published = False

    # Reading

    def follow(self) -> None:
        """Make this folder's live generation that of the cluster. Where that is damaged, this one stays."""
        with contextlib.suppress(IndexDamaged):
            self.copy.bring()

    def refuse_a_loss(self) -> None:
        live = self.control.live()
        if live is None and not self.control.records():
            return
        here = ""
        with contextlib.suppress(IndexUnavailable):
            here = self.live()
        if here != live:
            raise IndexDamaged(
                f"{self.control.names.alias}: generation {live or 'none'} is live on the cluster and could "
                f"not be brought here, where it is {here or 'none'}: run `indexer check`, then `indexer "
                "rollback` or `indexer build` on all sources"
            )

    def reader(self, directory: Path, *, whole: bool = True) -> WordReader:
        return WordSegments(directory, whole=whole)

    def documents(self, directory: Path) -> Iterator[Held]:
        return stored_documents(self.control, self._facts(directory), WordSegments(directory))

    def looking_up(self, directory: Path) -> Callable[[str], dict[str, Any] | None]:
        index = self._facts(directory).index
        return lambda document_id: stored_document(self.control.cluster, index, document_id)

    def problems(self, name: str | None = None) -> list[str]:
        """What is wrong with the files here; without a name, with what the cluster holds, too."""
        problems = index_problems(self, name, problems_of=folder_problems)
        return problems if name is not None else problems + cluster_problems(self.control, self)

    def state(self, directory: Path) -> dict[str, Any] | None:
        return cluster_values(self.control, self._facts(directory))

    @staticmethod
    def _facts(directory: Path) -> ClusterFacts:
        facts = read_facts(directory)
        if facts is None:
            raise IndexDamaged(f"{directory}: not a generation on a cluster")
        return facts

    def popular_by(self, directory: Path) -> str:
        del directory
        return self._settings.popular_by

    def previous(self) -> str:
        """As `Generations.previous`, of those that the cluster has; its files are fetched if they are not
        here. Only under the lock."""
        name = self.control.previous()
        record = self.control.record(name)
        if record is None:
            raise IndexUnavailable(f"{self.control.names.index(name)}: has no record")
        path = self.path(name)
        with contextlib.suppress(IndexDamaged, OSError):
            if manifest_hash(path) == record.manifest and not content_problems(path, read_manifest(path)):
                return name
        self._delete(name)
        building = self.folder / f"{BUILDING}{name}"
        building.mkdir()
        self.control.download(record, building)
        os.rename(building, path)
        sync_directory(self.folder)
        return name

    # Writing

    @contextlib.contextmanager
    def writing(self, command: str) -> Iterator[None]:
        """Hold the lock of the cluster and that of the folder. Raises `IndexLocked`."""
        with self.control.writing(command) as writer:
            # What is wrong with the live generation is no reason not to make another, or to go back to one.
            with contextlib.suppress(IndexDamaged):
                self.copy.bring()
            with super().writing(command):
                self._writer = writer
                try:
                    yield
                finally:
                    self._writer = None

    def next_name(self) -> str:
        known = f"{int(super().next_name()) - 1}"
        name = self.control.next_generation(known)
        if self._writer is not None:
            self._writer.begin(name)
        return name

    def assembly(self, popular_by: str) -> Assembly:
        shipping = Shipping(
            self.control.cluster,
            self.control.names,
            self._settings,
            number_names=numeric_names(self._settings),
            analyse=self._analyse,
            told=self._sent,
        )
        return Assembly(self, popular_by=popular_by, delivery=shipping)

    def _sent(self, documents: int) -> None:
        """Who lost the lock must not go on writing beside who took it over."""
        if self._writer is not None and self._writer.lost:
            self._writer.check()
        self._told(documents)

    def _analyse(self, stored: Sequence[bytes], path: Path) -> None:
        maker = SegmentMaker(self._settings)
        for document in stored:
            row = dumped(orjson.loads(document))
            maker.add_batch([Incoming(document_of(row, "", decided=True), "", 0)])
        maker.write(path)

    def seal(self, building: Path, manifest: Manifest) -> str:
        """As `GatedGenerations.seal`; then the files go to the cluster: the generation can be published."""
        name = super().seal(building, manifest)
        self.control.complete(self.control.upload(self.path(name)))
        return name

    def publish(self, name: str) -> None:
        """Move the alias, then `LIVE`, which follows it sooner or later in any case."""
        if self._writer is not None:
            self._writer.check()
        self.control.publish(name)
        self._is_published = True
        super().publish(name)

    def collect(self, keep: int = KEPT) -> list[str]:
        try:
            removed = self.control.collect(keep)
        except SearchServiceError as error:
            if not self._is_published:
                raise
            # What was to be done is done: the next run, or `indexer gc`, removes the rest.
            _log.warning("old generations of %s were not removed: %s", self.control.names.alias, error)
            removed = []
        return sorted({*removed, *super().collect(keep)}, key=int)

    def _searcher(self, root: Path) -> Searcher:
        return Searcher.open(root, self._settings, cluster=self._access, follow=False)


def looked_at(root: Path, settings: Settings, access: ClusterAccess) -> ClusterGenerations:
    """The generations for who adds nothing: no file of the configuration is read, and what is live is what
    is live on the cluster. Raises `ConfigurationError` and `IndexUnavailable`."""
    generations = ClusterGenerations(root, replace(settings, relevance=None), access, curation=NO_CURATION)
    generations.follow()
    return generations
