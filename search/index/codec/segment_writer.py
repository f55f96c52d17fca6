"""How does a batch of analysed documents become one immutable segment?

The writer only collects: term numbers in document order, lengths, values. `finish` sorts once
and writes one file. Documents are numbered from 0 in the order they were added.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from search.index.codec.arrays import Array, write_arrays
from search.index.codec.lexicon import blob_arrays, lexicon_arrays
from search.index.codec.postings import postings_from_occurrences
from search.index.schema import FIELDS, POSITIONAL, WAYS, Field

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class SuggestionKey:
    """One completion: what is typed (folded), the title it stands for (0: the title itself,
    n: the n-th alternative title) and its weight."""

    key: str
    title: int
    weight: float


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What the index keeps of a document besides its terms.

    `stored` is the JSON of the whole document; `content_hash` 64 bits of its source's hash;
    `values` maps a facet to its values, `numbers` a sort key or numeric facet to its number.
    """

    id: str
    stored: bytes
    content_hash: int
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    suggestions: Sequence[SuggestionKey] = ()


@dataclass(slots=True)
class _Stream:
    """The occurrences of one field: term numbers, their count per document, positions."""

    terms: array[int] = field(default_factory=lambda: array("I"))
    counts: array[int] = field(default_factory=lambda: array("I"))
    lengths: array[int] = field(default_factory=lambda: array("I"))
    positions: array[int] = field(default_factory=lambda: array("I"))


class SegmentWriter:
    """Collects documents. `vocabulary(way)` numbers terms in the order they first appear."""

    def __init__(self, value_names: Iterable[str], number_names: Iterable[str]) -> None:
        self._vocabularies: dict[str, dict[str, int]] = {way: {} for way in WAYS}
        self._streams = {one: _Stream() for one in FIELDS}
        self._records: list[DocumentRecord] = []
        self._value_names = tuple(value_names)
        self._number_names = tuple(number_names)

    def __len__(self) -> int:
        return len(self._records)

    def vocabulary(self, way: str) -> dict[str, int]:
        """term → number, to be filled by the caller with `setdefault(term, len(vocabulary))`."""
        return self._vocabularies[way]

    def occurrences(self) -> int:
        """Occurrences collected so far; 4 to 8 bytes of memory each."""
        return sum(len(stream.terms) for stream in self._streams.values())

    def add_terms(self, one: Field, terms: Sequence[int], length: int, positions: Sequence[int] = ()) -> None:
        """The terms of a field of the document being added, before its `add_record`."""
        stream = self._streams[one]
        stream.terms.extend(terms)
        stream.counts.append(len(terms))
        stream.lengths.append(length)
        if one.way in POSITIONAL:
            stream.positions.extend(positions)

    def add_record(self, record: DocumentRecord) -> None:
        """Close the document: fields without terms are empty."""
        self._records.append(record)
        for stream in self._streams.values():
            if len(stream.counts) < len(self._records):
                stream.counts.append(0)
                stream.lengths.append(0)

    def finish(self, path: Path) -> None:
        """Write the segment to `path`, which must not exist. Raises `OSError`."""
        arrays: dict[str, Array] = {}
        for way, zones in WAYS.items():
            arrays.update(self._way_arrays(way, zones))
        arrays.update(self._record_arrays())
        arrays.update(self._suggestion_arrays())
        write_arrays(path, arrays, {"format": FORMAT_VERSION, "documents": len(self._records)})

    def _way_arrays(self, way: str, zones: Sequence[str]) -> dict[str, Array]:
        vocabulary = self._vocabularies[way]
        encoded = [term.encode("utf-8", "surrogatepass") for term in vocabulary]
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        number = np.empty(len(encoded), np.uint32)
        number[order] = np.arange(len(encoded), dtype=np.uint32)
        arrays = lexicon_arrays(f"lexicon/{way}", [encoded[index] for index in order])
        for zone in zones:
            one = Field(zone, way)
            stream = self._streams[one]
            terms = number[np.frombuffer(stream.terms, np.uint32)] if stream.terms else np.zeros(0, np.uint32)
            docs = (
                np.repeat(
                    np.arange(len(self._records), dtype=np.uint32), np.frombuffer(stream.counts, np.uint32)
                )
                if self._records
                else np.zeros(0, np.uint32)
            )
            positions = None
            if way in POSITIONAL:
                positions = np.array(stream.positions, np.uint32)
            columns = postings_from_occurrences(terms, docs, vocabulary=len(encoded), positions=positions)
            arrays.update(columns.arrays(one.name))
            arrays[f"{one.name}/lengths"] = np.array(stream.lengths, np.uint32)
        return arrays

    def _record_arrays(self) -> dict[str, Array]:
        records = self._records
        arrays = blob_arrays("stored", (record.stored for record in records))
        # Of documents with the same id the last one counts; the caller deletes the others.
        docs = {record.id.encode("utf-8", "surrogatepass"): doc for doc, record in enumerate(records)}
        ids = sorted(docs)
        arrays.update(lexicon_arrays("ids", ids))
        arrays["ids/docs"] = np.array([docs[one] for one in ids], np.uint32)
        arrays["hashes"] = np.array([record.content_hash for record in records], np.uint64)
        for name in self._value_names:
            arrays.update(value_column(name, [record.values.get(name, ()) for record in records]))
        for name in self._number_names:
            numbers = [record.numbers.get(name, np.nan) for record in records]
            arrays[f"number/{name}"] = np.array(numbers, np.float64)
        return arrays

    def _suggestion_arrays(self) -> dict[str, Array]:
        rows = sorted(
            (one.key.encode("utf-8", "surrogatepass"), doc, one.title, one.weight)
            for doc, record in enumerate(self._records)
            for one in record.suggestions
        )
        arrays = blob_arrays("suggest", (row[0] for row in rows))
        arrays["suggest/docs"] = np.array([row[1] for row in rows], np.uint32)
        arrays["suggest/titles"] = np.array([row[2] for row in rows], np.uint16)
        arrays["suggest/weights"] = np.array([row[3] for row in rows], np.float32)
        return arrays


def value_column(name: str, values: Sequence[Sequence[str]]) -> dict[str, Array]:
    """A facet's column, dictionary-encoded: a lexicon of distinct values, and per document the
    numbers of its values, flattened with the documents' bounds in `start`."""
    distinct = sorted({value.encode("utf-8", "surrogatepass") for row in values for value in row})
    number = {value: index for index, value in enumerate(distinct)}
    codes = [number[value.encode("utf-8", "surrogatepass")] for row in values for value in dict.fromkeys(row)]
    start = np.zeros(len(values) + 1, np.uint64)
    np.cumsum([len(dict.fromkeys(row)) for row in values], out=start[1:])
    return {
        **lexicon_arrays(f"value/{name}", distinct),
        f"value/{name}/start": start,
        f"value/{name}/codes": np.array(codes, np.uint32),
    }
