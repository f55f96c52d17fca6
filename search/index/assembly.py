"""From segments to a finished generation: table of contents, manifest, check, swap.

The one place where a generation comes into being, for a full build, an update and a deletion.
"""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from search.analysis.fingerprint import code_of
from search.index.codec.arrays import Array
from search.index.codec.lexicon import Lexicon
from search.index.codec.merge import merge_segments
from search.index.codec.segment_reader import SegmentReader, SegmentWords
from search.index.codec.whoosh_codec import ColumnarSegment
from search.index.contents import INDEX_NAME
from search.index.generation_columns import COLUMNS_NAME, GenerationColumns
from search.index.generations import Generations
from search.index.links import link_or_copy
from search.index.manifest import ANALYSIS, Manifest, entries_of, read_manifest
from search.index.schema import ANALYZED, LANGUAGE
from search.index.segment_set import SegmentSet
from search.index.versions import PYTHON, versions
from search.index.whoosh_schema import whoosh_schema

#: More segments than this, or more than this share of deleted documents, are merged into one.
MOST_SEGMENTS = 6
MOST_DELETED = 0.3
_SOFTWARE = ("numpy", "PyStemmer", "langdetect", "Unidecode")


@dataclass(slots=True)
class _Part:
    segment: ColumnarSegment
    documents: int
    deleted: set[int]
    #: The generation it was taken over from.
    adopted: Path | None = None


class Collected(Protocol):
    """Documents that can be written as a segment."""

    def write(self, path: Path) -> int:
        """Write them as a new file; returns how many they are."""
        ...


@dataclass(frozen=True, slots=True)
class FinishedPart:
    """A segment of a generation whose documents are all known. `deleted` are the numbers of documents
    deleted from it (uint32, ascending), `gone` those of them that were not when it was `adopted` from
    another generation's folder."""

    path: Path
    documents: int
    deleted: Array
    gone: Array
    adopted: Path | None = None


class Delivery(Protocol):
    """Where posting lists go that are held elsewhere than in the folder of the generation."""

    def deliver(self, directory: Path, parts: Sequence[FinishedPart]) -> None:
        """Send away what is new; in place of each such segment leave what is to stay."""
        ...

    def reader(self, path: Path, deleted: Array) -> SegmentWords:
        """A segment as `deliver` leaves it."""
        ...

    def merges(self, documents: Sequence[int]) -> int:
        """From which segment on all that `deliver` leaves are to become one, told by their documents; their
        number where none is worth it."""
        ...

    def merge(self, segments: Sequence[SegmentWords], path: Path) -> None:
        """Write several of them as one. Documents are numbered as through all segments, the deleted ones
        too."""
        ...


class Assembly:
    """A generation in the making. Used under the writer's lock, finished by `publish`. With a `delivery`
    its posting lists do not stay in the folder."""

    def __init__(
        self, generations: Generations, *, popular_by: str = "popularity", delivery: Delivery | None = None
    ) -> None:
        self._generations = generations
        self._popular_by = popular_by
        self._delivery = delivery
        self.directory = generations.begin()
        self._parts: list[_Part] = []

    def adopt(self, directory: Path, segment: ColumnarSegment) -> int:
        """Take over a segment of a finished generation as it is; returns its number here."""
        link_or_copy(directory / segment.file_name(), self.directory / segment.file_name())
        self._parts.append(_Part(segment, segment.doc_count_all(), set(segment.deleted_docs()), directory))
        return len(self._parts) - 1

    def add(self, collected: Collected) -> int:
        """Write the collected documents as a new segment; returns its number here."""
        segment = ColumnarSegment(INDEX_NAME)
        documents = collected.write(self.directory / segment.file_name())
        segment.set_doc_count(documents)
        self._parts.append(_Part(segment, documents, set()))
        return len(self._parts) - 1

    def delete(self, part: int, document: int) -> None:
        """Mark a document of a segment as deleted."""
        self._parts[part].deleted.add(document)

    def publish(
        self,
        *,
        sources: Sequence[str],
        seconds: float,
        fingerprint: str,
        refused: int = 0,
        duplicates: int = 0,
    ) -> Manifest:
        """Merge if worth it, deliver what is held elsewhere, write the manifest, check every byte, swap the
        pointer."""
        python = self._python()
        if self._delivery is not None:
            self._let_go_of_the_dead()
        if self._delivery is None or all(part.adopted is None for part in self._parts):
            self._merge_if_worth_it()
        if self._delivery is not None:
            self._delivery.deliver(self.directory, [self._finished(part) for part in self._parts])
            self._merge_left(self._delivery)
        else:
            columns = GenerationColumns(SegmentSet(self._readers()), self._popular_by)
            columns.write(self.directory / COLUMNS_NAME)
        for part in self._parts:
            part.segment = _with_deletions(part)
        segments = [part.segment for part in self._parts]
        TOC(whoosh_schema(), segments, 1).write(FileStorage(str(self.directory)), INDEX_NAME)
        _flush(self.directory)
        manifest = Manifest(
            generation=self._generations.name_of(self.directory),
            built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            documents=sum(part.documents - len(part.deleted) for part in self._parts),
            languages=self._counts(LANGUAGE),
            title_languages=self._counts(ANALYZED),
            files=entries_of(self.directory),
            fingerprint=fingerprint,
            software={
                **{name: version(name) for name in _SOFTWARE},
                **versions(),
                PYTHON: python,
                ANALYSIS: code_of(fingerprint),
            },
            sources=tuple(sources),
            seconds=round(seconds, 3),
            refused=refused,
            duplicates=duplicates,
        )
        name = self._generations.seal(self.directory, manifest)
        self._generations.publish(name)
        self._generations.collect()
        return replace(manifest, generation=name)

    def _python(self) -> str:
        """The Python whose Unicode the terms are made with: what was taken over keeps its own."""
        for part in self._parts:
            if part.adopted is not None and part.documents > len(part.deleted):
                return read_manifest(part.adopted).software.get(PYTHON, versions()[PYTHON])
        return versions()[PYTHON]

    def _finished(self, part: _Part) -> FinishedPart:
        gone = part.deleted - part.segment.deleted_docs() if part.adopted is not None else ()
        return FinishedPart(
            self._path(part), part.documents, _numbers(part.deleted), _numbers(gone), part.adopted
        )

    def _path(self, part: _Part) -> Path:
        return self.directory / part.segment.file_name()

    def _readers(self) -> list[SegmentReader]:
        return [SegmentReader(self._path(part), _numbers(part.deleted)) for part in self._parts]

    def _words(self) -> Sequence[SegmentWords]:
        """The segments as they stay in the folder."""
        if self._delivery is None:
            return self._readers()
        return [self._delivery.reader(self._path(part), _numbers(part.deleted)) for part in self._parts]

    def _merge_if_worth_it(self) -> None:
        total = sum(part.documents for part in self._parts)
        deleted = sum(len(part.deleted) for part in self._parts)
        if len(self._parts) <= MOST_SEGMENTS and deleted <= MOST_DELETED * max(total, 1):
            return
        segment = ColumnarSegment(INDEX_NAME)
        documents = merge_segments(self._readers(), self.directory / segment.file_name())
        segment.set_doc_count(documents)
        for part in self._parts:
            self._path(part).unlink()
        self._parts = [_Part(segment, documents, set())]

    def _let_go_of_the_dead(self) -> None:
        """Where nothing that was taken over is live any more, begin anew: there is something new instead."""
        new = [part for part in self._parts if part.adopted is None]
        if new and all(len(part.deleted) == part.documents for part in self._parts if part not in new):
            for part in self._parts:
                if part.adopted is not None:
                    self._path(part).unlink()
            self._parts = new

    def _merge_left(self, delivery: Delivery) -> None:
        """Make one of several segments that stay in the folder, if it is worth it."""
        first = delivery.merges([part.documents for part in self._parts])
        merged = self._parts[first:]
        if len(merged) < 2:
            return
        segment = ColumnarSegment(INDEX_NAME)
        delivery.merge(self._words()[first:], self.directory / segment.file_name())
        deleted: set[int] = set()
        documents = 0
        for part in merged:
            deleted.update(documents + number for number in part.deleted)
            documents += part.documents
            for path in self.directory.glob(f"{part.segment.file_name()}*"):
                path.unlink()
        segment.set_doc_count(documents)
        self._parts[first:] = [_Part(segment, documents, deleted)]

    def _counts(self, name: str) -> dict[str, int]:
        """How many live documents have each value of a column, most frequent first."""
        counts: Counter[str] = Counter()
        for reader in self._words():
            if f"value/{name}/codes" not in reader.file:
                continue
            values = [value.decode() for value in Lexicon.of(reader.file, f"value/{name}")]
            sizes = np.diff(reader.file[f"value/{name}/start"]).astype(np.int64)
            owners = np.repeat(np.arange(reader.documents), sizes)
            codes = reader.file[f"value/{name}/codes"][reader.live()[owners]]
            for number, count in enumerate(np.bincount(codes, minlength=len(values)).tolist()):
                if count:
                    counts[values[number]] += count
        return dict(counts.most_common())


def _numbers(documents: Iterable[int]) -> Array:
    return np.array(sorted(documents), np.uint32)


def _with_deletions(part: _Part) -> ColumnarSegment:
    """The segment's entry with its deletions, leaving the one that was adopted untouched."""
    segment = ColumnarSegment(INDEX_NAME, part.documents, tuple(sorted(part.deleted)))
    segment.segid = part.segment.segid
    return segment


def _flush(directory: Path) -> None:
    """Whoosh does not fsync what it writes; a published generation must survive a power cut."""
    for path in directory.iterdir():
        with open(path, "rb") as file:
            os.fsync(file.fileno())
