"""One complete index, as the engine reads it: several segments under one numbering.

Documents are numbered through all segments; deleted ones never come out. Posting lists of
several segments are joined on request and kept in a bounded cache, since a generation never
changes once it is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from search.errors import IndexDamaged, IndexUnavailable
from search.index.codec.arrays import Array, ArrayFile
from search.index.codec.segment_reader import SegmentReader, SegmentWords
from search.index.codec.whoosh_codec import ColumnarSegment
from search.index.contents import read_contents
from search.index.generation_columns import COLUMNS_NAME
from search.index.hashes import hash_once
from search.index.manifest import Manifest, content_problems, opening_problems, read_manifest
from search.index.recently_used import RecentlyUsed
from search.index.schema import WAYS, Field
from search.index.segment_set import SegmentSet
from search.index.versions import schema_problem

#: Posting lists of several segments kept joined, in bytes of their arrays.
JOINED_BYTES = 4 << 20
#: Terms whose numbers are remembered: a word is asked for in every zone, and often not there.
MOST_NUMBERS = 8192


@dataclass(slots=True, eq=False)
class Postings:
    """The documents of a term in a field, ascending, with the frequency in each. Not to be changed."""

    docs: Array
    freqs: Array

    def __len__(self) -> int:
        return len(self.docs)

    def among(self, docs: Array) -> Postings:
        """Those of the given documents (uint32, ascending)."""
        if not len(self.docs):
            return self
        if len(docs) < len(self.docs):
            places = np.minimum(self.docs.searchsorted(docs), len(self.docs) - 1)
            places = places[self.docs[places] == docs]
        else:
            at = np.minimum(docs.searchsorted(self.docs), max(len(docs) - 1, 0))
            places = (docs[at] == self.docs).nonzero()[0] if len(docs) else at[:0]
        return Postings(self.docs[places], self.freqs[places])


_EMPTY = Postings(np.zeros(0, np.uint32), np.zeros(0, np.uint16))


class WordReader:
    """The words and ids of several segments under one numbering, wherever their posting lists are held."""

    directory: Path
    manifest: Manifest
    entries: list[ColumnarSegment]
    segments: Sequence[SegmentWords]
    bases: list[int]

    def _open(self, directory: Path, *, whole: bool) -> None:
        """Read what the generation in `directory` says of itself, and check its files against it.

        `whole`: every byte is read and compared with its hash, once per process and file, for a
        flipped bit would be a wrong answer or a crash. Without it only what is quickly read is, as
        `opening_problems` says; a server reads the whole before it answers from it.
        Raises `IndexDamaged`, and `IndexUnavailable` for a generation of another schema.
        """
        self.directory = directory
        self.manifest = read_manifest(directory)
        try:
            problems = (
                content_problems(directory, self.manifest, hash_once)
                if whole
                else opening_problems(directory, self.manifest)
            )
        except OSError as error:
            # Not readable for this user, or removed by a writer since the manifest was read.
            raise IndexDamaged(f"{error.filename or directory}: {error.strerror}") from None
        if problems:
            raise IndexDamaged(f"{directory}: {'; '.join(problems)}")
        if other := schema_problem(self.manifest):
            raise IndexUnavailable(f"{directory}: {other}")
        self.entries = read_contents(directory)
        strangers = {one.file_name() for one in self.entries} - {one.name for one in self.manifest.files}
        if strangers:
            raise IndexDamaged(f"{directory}: {min(strangers)}: a segment that is not in the manifest")
        self._term_numbers: dict[tuple[str, str], tuple[int, ...]] = {}

    def _numbers_of(self, way: str, term: str) -> tuple[int, ...]:
        """The number of a term in the lexicon of each segment, -1 where it is not."""
        numbers = self._term_numbers.get((way, term))
        if numbers is None:
            encoded = term.encode("utf-8", "surrogatepass")
            numbers = tuple(segment.lexicons[way].find(encoded) for segment in self.segments)
            if len(self._term_numbers) >= MOST_NUMBERS:
                self._term_numbers.clear()
            self._term_numbers[way, term] = numbers
        return numbers

    def occurs(self, way: str, term: str) -> bool:
        """Whether some document, deleted ones included, has the term in some zone."""
        return max(self._numbers_of(way, term), default=-1) >= 0

    def frequency(self, one: Field, term: str) -> int:
        """How many live documents have the term in the field; no posting list is read for it
        unless documents are deleted."""
        total = 0
        for segment, number in zip(self.segments, self._numbers_of(one.way, term), strict=False):
            if number < 0:
                continue
            if len(segment.deleted):
                total += int(segment.frequencies(one, number, number + 1)[0])
            else:
                start = segment.columns[one].start
                total += start.item(number + 1) - start.item(number)
        return total

    def frequent_terms(self, way: str, prefix: str, *, read: int, limit: int) -> list[str]:
        """Of the first `read` terms of a way that begin with `prefix`, in byte order, those with
        the most postings in all zones, most first; all of them in byte order if they are no more
        than `limit`."""
        encoded = prefix.encode("utf-8", "surrogatepass")
        found: dict[bytes, int] = {}
        for segment in self.segments:
            lexicon = segment.lexicons[way]
            first, last = lexicon.prefix_range(encoded)
            last = min(last, first + read)
            counts = sum(segment.frequencies(Field(zone, way), first, last) for zone in WAYS[way])
            for term, count in zip(lexicon.between(first, last), np.asarray(counts).tolist(), strict=True):
                found[term] = found.get(term, 0) + count
        terms = sorted(found)[:read]
        if len(terms) > limit:
            terms.sort(key=lambda term: -found[term])
        return [term.decode("utf-8", "surrogatepass") for term in terms[:limit]]

    def terms(self, way: str) -> Iterator[str]:
        """Every term of a way, segment by segment."""
        for segment in self.segments:
            for term in segment.lexicons[way]:
                yield term.decode("utf-8", "surrogatepass")

    def doc_of(self, document_id: str) -> int | None:
        """The number of the live document with this id, or None."""
        for base, segment in zip(self.bases, self.segments, strict=False):
            number = segment.doc_of(document_id)
            if number is not None:
                return int(base + number)
        return None

    def title_of(self, doc: int, title: int) -> str:
        """A title of a document: 0 is its own, n its n-th other one."""
        raise NotImplementedError


class IndexReader(SegmentSet, WordReader):
    """Read access to the generation in `directory`. Raises `IndexDamaged`, and `IndexUnavailable` for
    one of another schema."""

    segments: list[SegmentReader]

    def __init__(self, directory: Path, *, whole: bool = True) -> None:
        """`whole`: every byte is compared with its hash, as `WordReader` says."""
        self._open(directory, whole=whole)
        super().__init__([_segment_reader(directory, segment) for segment in self.entries])
        self._joined: RecentlyUsed[tuple[str, str, str], Postings] = RecentlyUsed(JOINED_BYTES)

    def columns_file(self) -> ArrayFile | None:
        """What was written of the columns over all documents (`generation_columns.py`), if it was."""
        written = any(one.name == COLUMNS_NAME for one in self.manifest.files)
        return ArrayFile(self.directory / COLUMNS_NAME) if written else None

    def postings(self, one: Field, term: str) -> Postings:
        """The posting list of a term; empty when no document has it."""
        numbers = self._numbers_of(one.way, term)
        if max(numbers, default=-1) < 0:
            return _EMPTY
        if len(numbers) == 1 and not self.has_deletions:
            columns = self.segments[0].columns[one]
            first, last = columns.start.item(numbers[0]), columns.start.item(numbers[0] + 1)
            return Postings(columns.docs[first:last], columns.freqs[first:last]) if last > first else _EMPTY
        key = (one.zone, one.way, term)
        found = self._joined.get(key)
        if found is None:
            found = self._read(one, numbers)
            self._joined.keep(key, found, found.docs.nbytes + found.freqs.nbytes + 200)
        return found

    def posting_count(self, one: Field, term: str) -> int:
        """How many documents have the term in the field, deleted ones included."""
        total = 0
        for segment, number in zip(self.segments, self._numbers_of(one.way, term), strict=False):
            if number >= 0:
                start = segment.columns[one].start
                total += start.item(number + 1) - start.item(number)
        return total

    def _read(self, one: Field, numbers: Sequence[int]) -> Postings:
        parts: list[tuple[Array, Array]] = []
        for base, segment, number in zip(self.bases, self.segments, numbers, strict=False):
            if number < 0:
                continue
            columns = segment.columns[one]
            span = slice(int(columns.start[number]), int(columns.start[number + 1]))
            docs, freqs = columns.docs[span], columns.freqs[span]
            if len(segment.deleted) and len(docs):
                alive = segment.live()[docs]
                docs, freqs = docs[alive], freqs[alive]
            if len(docs):
                parts.append((docs + np.uint32(base) if base else docs, freqs))
        return _joined(parts)

    def positions(self, one: Field, term: str) -> tuple[Array, Array]:
        """Occurrences of a term in a positional field: (document numbers, positions), parallel,
        ascending."""
        docs_parts, position_parts = [], []
        numbers = self._numbers_of(one.way, term)
        for base, segment, number in zip(self.bases, self.segments, numbers, strict=False):
            columns = segment.columns[one]
            if number < 0 or columns.positions is None or columns.position_start is None:
                continue
            first, last = int(columns.start[number]), int(columns.start[number + 1])
            bounds = columns.position_start[first : last + 1].astype(np.int64)
            docs = np.repeat(columns.docs[first:last].astype(np.int64), np.diff(bounds))
            positions = columns.positions[bounds[0] : bounds[-1]].astype(np.int64)
            if len(segment.deleted):
                alive = segment.live()[docs]
                docs, positions = docs[alive], positions[alive]
            docs_parts.append(docs + base)
            position_parts.append(positions)
        if not docs_parts:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate(docs_parts), np.concatenate(position_parts)

    def occurrence_count(self, one: Field, terms: Iterable[str]) -> int:
        """How often the terms occur in a positional field, deleted documents included."""
        total = 0
        for term in terms:
            numbers = self._numbers_of(one.way, term)
            for segment, number in zip(self.segments, numbers, strict=False):
                columns = segment.columns[one]
                if number >= 0 and columns.position_start is not None:
                    first, last = columns.start.item(number), columns.start.item(number + 1)
                    total += columns.position_start.item(last) - columns.position_start.item(first)
        return total

    def occurrences(self, one: Field, term: str, docs: Array) -> Array:
        """Occurrences of a term in the given documents (ascending) as numbers
        document · 2³² + position; work is that of the documents, not of the posting list."""
        parts = []
        numbers = self._numbers_of(one.way, term)
        for base, segment, number in zip(self.bases, self.segments, numbers, strict=False):
            columns = segment.columns[one]
            if number < 0 or columns.positions is None or columns.position_start is None:
                continue
            first, last = int(columns.start[number]), int(columns.start[number + 1])
            held = columns.docs[first:last]
            wanted = docs - base
            places = np.searchsorted(held, wanted)
            hits = (
                places[(places < len(held)) & (held[np.minimum(places, max(len(held) - 1, 0))] == wanted)]
                if len(held)
                else places[:0]
            )
            if not len(hits):
                continue
            starts = columns.position_start[first + hits].astype(np.int64)
            sizes = columns.position_start[first + hits + 1].astype(np.int64) - starts
            shift = np.repeat(starts - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
            positions = columns.positions[shift + np.arange(int(sizes.sum()))].astype(np.int64)
            parts.append((np.repeat(held[hits].astype(np.int64) + base, sizes) << 32) | positions)
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def stored(self, doc: int) -> bytes:
        """The JSON of a document."""
        segment, number = self._locate(doc)
        return segment.stored(number)

    def title_of(self, doc: int, title: int) -> str:
        """As `WordReader.title_of`."""
        return title_in(orjson.loads(self.stored(doc)), title)

    def _locate(self, doc: int) -> tuple[SegmentReader, int]:
        index = int(np.searchsorted(self.bases, doc, side="right")) - 1
        return self.segments[index], doc - self.bases[index]


def title_in(stored: dict[str, Any], title: int) -> str:
    """A title of a stored document, by its number as in `WordReader.title_of`."""
    return str(stored["title"] if not title else stored["other_titles"][title - 1]["title"])


def _segment_reader(directory: Path, segment: ColumnarSegment) -> SegmentReader:
    deleted = np.fromiter(sorted(segment.deleted_docs()), np.uint32, segment.deleted_count())
    return SegmentReader(directory / segment.file_name(), deleted)


def _joined(parts: list[tuple[Array, Array]]) -> Postings:
    if not parts:
        return _EMPTY
    if len(parts) == 1:
        return Postings(*parts[0])
    return Postings(
        np.concatenate([docs for docs, _ in parts]), np.concatenate([freqs for _, freqs in parts])
    )
