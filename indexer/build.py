"""The full rebuild: everything the sources hold becomes a new generation, then the live one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from indexer.bulk import BulkAnalyzer
from indexer.document import Document
from indexer.record import Prepared, content_hash, numeric_names, prepare, record_of
from indexer.relevance_gate import GatedGenerations, RelevanceReport
from search.analysis.fingerprint import analysis_fingerprint
from search.configuration import Settings
from search.index.assembly import Assembly
from search.index.codec.segment_writer import SegmentWriter
from search.index.manifest import Manifest
from search.index.schema import ANALYZED, LANGUAGE, ORIGIN

#: A segment is written when this many occurrences are collected: about 300 MB of memory.
FLUSH_AT = 24_000_000
#: Duplicates named one by one; more are only counted.
NAMED = 100


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a run did. `seconds` is wall time; `unchanged` and `deleted` are of updates; `repeated`
    names the first duplicates; `relevance` is what the relevance file said, where there is one."""

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


class SegmentFiller:
    """Collects documents into segments of an assembly and remembers where each id went."""

    def __init__(self, assembly: Assembly, settings: Settings) -> None:
        self._assembly = assembly
        self._settings = settings
        self._places: dict[str, tuple[int, int]] = {}
        self.duplicates = Duplicates()
        self._start()

    def _start(self) -> None:
        values = [facet.name for facet in self._settings.facets if facet.kind == "value"]
        names = dict.fromkeys((LANGUAGE, *values, ANALYZED, ORIGIN))
        self._writer = SegmentWriter(names, numeric_names(self._settings))
        self._analyzer = BulkAnalyzer(self._writer, self._settings)
        self._pending: dict[str, int] = {}
        self._replaced: list[int] = []

    def add(self, document: Document, origin: str, hashed: int) -> Prepared:
        """Add a document; an earlier one with the same id gives way to it. Returns what was decided."""
        prepared = prepare(document, self._settings)
        record = record_of(prepared, self._settings, hashed, origin)
        if document.id in self._pending:
            self.duplicates.add(document)
            self._replaced.append(self._pending[document.id])
        elif document.id in self._places:
            self.duplicates.add(document)
            self._assembly.delete(*self._places.pop(document.id))
        self._pending[document.id] = len(self._writer)
        self._analyzer.add(prepared)
        self._writer.add_record(record)
        if self._writer.occurrences() >= FLUSH_AT:
            self.flush()
        return prepared

    def __contains__(self, document_id: str) -> bool:
        return document_id in self._pending or document_id in self._places

    def flush(self) -> None:
        """Write what is collected as a segment."""
        if not len(self._writer):
            return
        part = self._assembly.add(self._writer)
        for number in self._replaced:
            self._assembly.delete(part, number)
        self._places.update((document_id, (part, number)) for document_id, number in self._pending.items())
        self._start()


class Supply(Protocol):
    """Documents on their way in, each with the file it came from; counts what it had to refuse."""

    refused: int
    documents: int

    def __iter__(self) -> Iterator[tuple[Document, str]]: ...


def build(
    supply: Supply,
    *,
    sources: Sequence[str],
    index: Path,
    settings: Settings,
    force: bool = False,
    decided: Callable[[Prepared], None] = lambda prepared: None,
) -> BuildReport:
    """Build a new generation of everything supplied and make it live.

    When nothing at all could be read the live index is left as it is. `force` publishes whatever
    the settings' relevance file says; `decided` is told each document with its languages.
    Raises `IndexLocked`, `ConfigurationError`, `RelevanceVeto` and `OSError`.
    """
    started = time.monotonic()
    generations = GatedGenerations(index, settings, force=force)
    with generations.writing("indexer build"):
        assembly = Assembly(generations)
        filler = SegmentFiller(assembly, settings)
        for document, origin in supply:
            decided(filler.add(document, origin, content_hash(document)))
        filler.flush()
        if not supply.documents and supply.refused:
            generations.remove_litter()
            return BuildReport("", 0, {}, 0, time.monotonic() - started, refused=supply.refused)
        manifest = assembly.publish(
            sources=[str(source) for source in sources],
            seconds=time.monotonic() - started,
            fingerprint=analysis_fingerprint(),
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
