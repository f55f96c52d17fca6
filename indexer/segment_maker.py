"""From documents to one segment file, within one process.

Documents come in batches, and each step is done for the whole batch before the next: deciding
languages, writing records and looking up chunks each fill a processor's cache with their tables, and
going through all of them for every single document takes a third longer (256 documents a batch).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.bulk import BulkAnalyzer
from indexer.document import Document
from indexer.record import Prepared, RecordMaker, content_hash, numeric_names, prepare_many
from search.analysis.word_evidence import expect_documents
from search.configuration import Settings
from search.index.codec.segment_writer import SegmentWriter
from search.index.schema import ANALYZED, LANGUAGE, ORIGIN


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document, the file it came from, and its `content_hash` where that is known already."""

    document: Document
    origin: str
    hashed: int | None = None


class SegmentMaker:
    """Collects documents and writes them as a segment, again and again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        expect_documents()
        self._records = RecordMaker(settings)
        self._analyzer = BulkAnalyzer(settings)
        self._start()

    def _start(self) -> None:
        values = [facet.name for facet in self._settings.facets if facet.kind == "value"]
        names = dict.fromkeys((LANGUAGE, *values, ANALYZED, ORIGIN))
        self._writer = SegmentWriter(names, numeric_names(self._settings), self._analyzer.vocabularies)

    def add_batch(self, batch: Sequence[Incoming]) -> list[Prepared]:
        """Add documents; returns what was decided about them."""
        hashes = [content_hash(one.document) if one.hashed is None else one.hashed for one in batch]
        decided = prepare_many([one.document for one in batch], self._settings)
        records = [
            self._records.record(prepared, hashed, one.origin)
            for prepared, hashed, one in zip(decided, hashes, batch, strict=True)
        ]
        for prepared, record in zip(decided, records, strict=True):
            self._analyzer.add(prepared)
            self._writer.add_record(record)
        return decided

    def write(self, path: Path) -> int:
        """Write the documents collected as a new file; returns how many. Raises `OSError`."""
        documents = len(self._writer)
        self._analyzer.hand_over(self._writer)
        self._writer.finish(path)
        self._start()
        return documents

    def close(self) -> None:
        """Nothing to be ended in a single process."""
