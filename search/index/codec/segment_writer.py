"""How does a batch of analysed documents become one immutable segment?

The writer only collects: records one by one, occurrences of terms as whole columns. `finish` sorts
once and writes one file. Documents are numbered from 0 in the order they were added.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from search.index.codec.arrays import Array
from search.index.codec.lexicon import blob_arrays, text_arrays
from search.index.codec.postings import postings_from_occurrences
from search.index.codec.segment_file import write_segment
from search.index.schema import POSITIONAL, WAYS, Field


class SuggestionKey(NamedTuple):
    """One completion: what is typed (folded), the title it stands for (0: the title itself,
    n: the n-th alternative title) and its weight."""

    key: str
    title: int
    weight: float


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What the index keeps of a document besides its terms.

    `stored` is the JSON of the whole document; `content_hash` 64 bits of its source's hash;
    `values` maps a facet to its values, `numbers` a sort key or numeric facet to its number;
    `sort_title` is the title as it is put in order (`collation.normalize_title`).
    """

    id: str
    stored: bytes
    content_hash: int
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    suggestions: Sequence[SuggestionKey] = ()
    sort_title: str = ""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """All occurrences of a field's terms in all documents of a segment.

    `terms` (numbers of the way's vocabulary) and `docs` are parallel, in order of documents;
    `positions`, of the ways that keep them, ascend within a document.
    """

    terms: Array
    docs: Array
    positions: Array | None = None


_NOTHING = Occurrences(np.zeros(0, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.uint32))


class SegmentWriter:
    """Collects documents.

    `vocabularies` maps a way to its terms and their numbers, from 0 in the order of the mapping; they
    may hold more terms than occur here, and grow until `finish`.
    """

    def __init__(
        self,
        value_names: Iterable[str],
        number_names: Iterable[str],
        vocabularies: Mapping[str, Mapping[str, int]],
    ) -> None:
        self._vocabularies = vocabularies
        self._occurrences: dict[Field, Occurrences] = {}
        self._lengths: dict[Field, Array] = {}
        self._records: list[DocumentRecord] = []
        self._value_names = tuple(value_names)
        self._number_names = tuple(number_names)

    def __len__(self) -> int:
        return len(self._records)

    def add_record(self, record: DocumentRecord) -> None:
        """Add the next document; its terms follow with those of all others by `give`."""
        self._records.append(record)

    def give(self, one: Field, occurrences: Occurrences, lengths: Array) -> None:
        """The occurrences of a field in all documents, and its length in each of them. A field that
        is not given is empty."""
        self._occurrences[one] = occurrences
        self._lengths[one] = lengths

    def finish(self, path: Path) -> None:
        """Write the segment to `path`, which must not exist. Raises `OSError`."""
        arrays: dict[str, Array] = {}
        for way, zones in WAYS.items():
            arrays.update(self._way_arrays(way, zones))
        arrays.update(self._record_arrays())
        arrays.update(self._suggestion_arrays())
        write_segment(path, arrays, len(self._records))

    def _way_arrays(self, way: str, zones: Sequence[str]) -> dict[str, Array]:
        fields = [Field(zone, way) for zone in zones]
        known = list(self._vocabularies.get(way, ()))
        occurs = np.zeros(len(known), bool)
        for one in fields:
            occurs[self._occurrences.get(one, _NOTHING).terms] = True
        used = np.flatnonzero(occurs).tolist()
        # Code points sort as their UTF-8 bytes do.
        used.sort(key=known.__getitem__)
        number = np.zeros(len(known), np.uint32)
        number[used] = np.arange(len(used), dtype=np.uint32)
        arrays = text_arrays(f"lexicon/{way}", [known[place] for place in used])
        for one in fields:
            # What is sorted is not needed any more: a third of the memory.
            given = self._occurrences.pop(one, _NOTHING)
            columns = postings_from_occurrences(
                number[given.terms],
                given.docs,
                vocabulary=len(used),
                positions=given.positions if way in POSITIONAL else None,
            )
            arrays.update(columns.arrays(one.name))
            lengths = self._lengths.get(one)
            arrays[f"{one.name}/lengths"] = (
                np.zeros(len(self._records), np.uint32) if lengths is None else lengths.astype(np.uint32)
            )
        return arrays

    def _record_arrays(self) -> dict[str, Array]:
        records = self._records
        arrays = blob_arrays("stored", (record.stored for record in records))
        arrays.update(text_arrays("order", [record.sort_title for record in records]))
        # Of documents with the same id the last one counts; the caller deletes the others. Code points
        # sort as their UTF-8 bytes do.
        docs = {record.id: doc for doc, record in enumerate(records)}
        ids = sorted(docs)
        arrays.update(text_arrays("ids", ids))
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
            (key, doc, title, weight)
            for doc, record in enumerate(self._records)
            for key, title, weight in record.suggestions
        )
        keys, docs, titles, weights = zip(*rows, strict=True) if rows else ((), (), (), ())
        return {
            **text_arrays("suggest", keys),
            "suggest/docs": np.array(docs, np.uint32),
            "suggest/titles": np.array(titles, np.uint16),
            "suggest/weights": np.array(weights, np.float32),
        }


def value_column(name: str, values: Sequence[Sequence[str]]) -> dict[str, Array]:
    """A facet's column, dictionary-encoded: a lexicon of distinct values, and per document the
    numbers of its values, flattened with the documents' bounds in `start`."""
    rows = [row if len(row) < 2 else tuple(dict.fromkeys(row)) for row in values]
    flat = list(itertools.chain.from_iterable(rows))
    # Code points sort as their UTF-8 bytes do.
    distinct = sorted(set(flat))
    number = {value: index for index, value in enumerate(distinct)}
    start = np.zeros(len(rows) + 1, np.uint64)
    np.cumsum(np.fromiter(map(len, rows), np.uint64, len(rows)), out=start[1:])
    return {
        **text_arrays(f"value/{name}", distinct),
        f"value/{name}/start": start,
        f"value/{name}/codes": np.fromiter(map(number.__getitem__, flat), np.uint32, len(flat)),
    }
