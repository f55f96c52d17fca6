"""The full rebuild: everything the sources hold becomes a new generation, then the live one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from indexer.crew import Crew
from indexer.document import Document
from indexer.garbage import few_collections
from indexer.record import Prepared
from indexer.relevance_gate import RelevanceReport, generations_in
from indexer.segment_maker import Incoming, SegmentMaker
from search.analysis.fingerprint import analysis_fingerprint
from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.index.assembly import Assembly
from search.index.curation import Curation
from search.index.manifest import Manifest

#: A segment is written when documents of about this many occurrences are collected: a process held
#: 1.2 GB when it wrote one of 76,000 verses in forty languages.
SEGMENT_SIZE = 32_000_000
#: Megabytes of tables and libraries, and bytes an occurrence takes until it is written (100,000 verses:
#: 1,193 MB at most with segments of 32 million occurrences, 752 MB with 16 million).
_TABLES, _PER_OCCURRENCE = 310, 28
#: The least memory that is of use, in megabytes: with less, segments would be too small to be worth it.
LEAST_MEMORY = 400
#: Documents, and occurrences, that are worked off together.
BATCH, BATCH_SIZE = 256, 1_000_000
#: Duplicates named one by one; more are only counted.
NAMED = 100


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a run did. `seconds` is wall time; `unchanged` and `deleted` are of updates; `repeated`
    names the first duplicates, `unknown_pinned` the ids pinned that no document has; `relevance` is what
    the relevance file said, where there is one."""

    generation: str
    documents: int
    languages: dict[str, int]
    size: int
    seconds: float
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    duplicates: int = 0
    refused: int = 0
    kept: int = 0
    repeated: tuple[str, ...] = ()
    unknown_pinned: tuple[str, ...] = ()
    relevance: RelevanceReport | None = None

    def to_dict(self) -> dict[str, object]:
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "relevance": self.relevance.to_dict() if self.relevance else None,
        }


class Duplicates:
    """Documents whose id was used before in the same run: all counted, the first named."""

    def __init__(self) -> None:
        self.count = 0
        self._named: list[str] = []

    def add(self, document: Document) -> None:
        self.count += 1
        if len(self._named) < NAMED:
            place = document.origin or "a document without a file"
            self._named.append(f"{place}: the id {document.id!r} again; the last one counts")

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(self._named)


def segment_size(memory: int | None) -> int:
    """Occurrences of a segment so that at most about `memory` megabytes are held; without a
    number, `SEGMENT_SIZE`."""
    if memory is None:
        return SEGMENT_SIZE
    return (max(memory, LEAST_MEMORY) - _TABLES) * 1_000_000 // _PER_OCCURRENCE


class SegmentFiller:
    """Collects documents into segments of an assembly and remembers where each id went.

    With more than one job, several processes share the work. Where a segment ends depends on the
    documents alone, so the index is the same for any number of them.
    """

    def __init__(
        self,
        assembly: Assembly,
        settings: Settings,
        *,
        jobs: int = 1,
        memory: int | None = None,
        decided: Callable[[Prepared], None] = lambda prepared: None,
    ) -> None:
        """`decided` is told each document with its languages; in a single process only. `memory` is
        as in `build`."""
        self._segment_size = segment_size(memory)
        self._assembly = assembly
        self._maker = SegmentMaker(settings) if jobs == 1 else Crew(settings, jobs)
        self._decided = decided
        self._places: dict[str, tuple[int, int]] = {}
        self.duplicates = Duplicates()
        self._batch: list[Incoming] = []
        self._batch_size = 0
        self._start()

    def _start(self) -> None:
        self._pending: dict[str, int] = {}
        self._replaced: list[int] = []
        self._documents = self._size = 0

    def put(self, document: Document, origin: str, hashed: int | None = None) -> None:
        """Add a document, sooner or later; an earlier one with the same id gives way to it."""
        self._note(Incoming(document, origin, hashed))
        if len(self._batch) >= BATCH or self._batch_size >= BATCH_SIZE:
            self._work_off()
        if self._size >= self._segment_size:
            self.flush()

    def add(self, document: Document, origin: str, hashed: int) -> Prepared:
        """Add a document at once and return what was decided; in a single process only."""
        self._work_off()
        self._note(Incoming(document, origin, hashed))
        (prepared,) = self._work_off()
        if self._size >= self._segment_size:
            self.flush()
        return prepared

    def _note(self, incoming: Incoming) -> None:
        document = incoming.document
        if document.id in self._pending:
            self.duplicates.add(document)
            self._replaced.append(self._pending[document.id])
        elif document.id in self._places:
            self.duplicates.add(document)
            self._assembly.delete(*self._places.pop(document.id))
        self._pending[document.id] = self._documents
        self._documents += 1
        self._batch.append(incoming)
        size = _size(document)
        self._size += size
        self._batch_size += size

    def _work_off(self) -> list[Prepared]:
        """Analyse what was put; returns what was decided, nothing where other processes do it."""
        if not self._batch:
            return []
        batch, self._batch, self._batch_size = self._batch, [], 0
        decided = self._maker.add_batch(batch)
        for prepared in decided:
            self._decided(prepared)
        return decided

    def __contains__(self, document_id: str) -> bool:
        return document_id in self._pending or document_id in self._places

    def flush(self) -> None:
        """Write what is collected as a segment."""
        self._work_off()
        if not self._documents:
            return
        part = self._assembly.add(self._maker)
        for number in self._replaced:
            self._assembly.delete(part, number)
        self._places.update((document_id, (part, number)) for document_id, number in self._pending.items())
        self._start()

    def close(self) -> None:
        """End the processes that were started."""
        self._maker.close()


def _size(document: Document) -> int:
    """About how many occurrences of terms a document has: a byte of text makes one."""
    extra = sum(len(value) if isinstance(value, str) else 16 for value in document.extra.values())
    text = document.text
    return 200 + extra + (len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass")))


class Supply(Protocol):
    """Documents on their way in, each with the file it came from; counts what it had to refuse."""

    refused: int
    documents: int

    def __iter__(self) -> Iterator[tuple[Document, str]]: ...


@few_collections()
def build(
    supply: Supply,
    *,
    sources: Sequence[str],
    index: Path,
    settings: Settings,
    force: bool = False,
    jobs: int = 1,
    memory: int | None = None,
    decided: Callable[[Prepared], None] | None = None,
    curation: Curation | None = None,
    cluster: ClusterAccess | None = None,
) -> BuildReport:
    """Build a new generation of everything supplied and make it live.

    When nothing at all could be read the live index is left as it is. `force` publishes whatever
    the settings' relevance file says. So many `jobs` (processes) share the work, if there is enough
    of it; the index is the same for any number. A segment is written before about `memory` megabytes
    are held; the less, the more segments there are. `decided` is told each document with its languages,
    for which there can be one job only. `curation` takes the place of the configuration's files.
    `cluster` holds the postings, if not the folder.
    Raises `IndexLocked`, `ConfigurationError`, `RelevanceVeto`, `ProcessLost` and `OSError`.
    """
    started = time.monotonic()
    generations = generations_in(index, settings, cluster, force=force, curation=curation)
    with generations.writing("indexer build"):
        assembly = generations.assembly(settings.popular_by)
        filler = (
            SegmentFiller(assembly, settings, jobs=jobs, memory=memory)
            if decided is None
            else SegmentFiller(assembly, settings, memory=memory, decided=decided)
        )
        with contextlib.closing(filler):
            for document, origin in supply:
                filler.put(document, origin)
            filler.flush()
        if not supply.documents and supply.refused:
            generations.remove_litter()
            return BuildReport("", 0, {}, 0, time.monotonic() - started, refused=supply.refused)
        manifest = assembly.publish(
            sources=[str(source) for source in sources],
            seconds=time.monotonic() - started,
            fingerprint=analysis_fingerprint(settings.analysis.left_out),
            refused=supply.refused,
            duplicates=filler.duplicates.count,
        )
    return report_of(
        manifest,
        started,
        added=manifest.documents,
        duplicates=filler.duplicates.count,
        repeated=filler.duplicates.named,
        refused=supply.refused,
        unknown_pinned=generations.unknown_pinned,
        relevance=generations.report,
    )


def report_of(manifest: Manifest, started: float, **counts: Any) -> BuildReport:
    """The report of a run that ended with this manifest; `counts` are further fields of it."""
    return BuildReport(
        manifest.generation,
        manifest.documents,
        manifest.languages,
        manifest.size,
        round(time.monotonic() - started, 3),
        **counts,
    )
