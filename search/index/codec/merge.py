"""How do several segments become one, without their deleted documents?

Arrays are copied and renumbered; no text is analysed again and no posting is touched one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from search.index.codec.arrays import Array, write_arrays
from search.index.codec.lexicon import Lexicon, blob_arrays, lexicon_arrays
from search.index.codec.postings import merge_postings
from search.index.codec.segment_reader import SegmentReader
from search.index.codec.segment_writer import FORMAT_VERSION, value_column
from search.index.schema import WAYS, Field


def merge_segments(segments: Sequence[SegmentReader], path: Path) -> int:
    """Write the live documents of `segments`, in order, as one new segment; returns how many."""
    numbers: list[Array] = []
    documents = 0
    for segment in segments:
        live = segment.live()
        number = np.full(segment.documents, -1, np.int64)
        number[live] = documents + np.arange(int(live.sum()))
        documents += int(live.sum())
        numbers.append(number)
    arrays: dict[str, Array] = {}
    for way, zones in WAYS.items():
        arrays.update(_way(segments, numbers, way, zones))
    arrays.update(_records(segments, numbers, documents))
    arrays.update(_suggestions(segments, numbers))
    write_arrays(path, arrays, {"format": FORMAT_VERSION, "documents": documents})
    return documents


def _way(
    segments: Sequence[SegmentReader], numbers: list[Array], way: str, zones: Sequence[str]
) -> dict[str, Array]:
    held = [list(segment.lexicons[way]) for segment in segments]
    terms = sorted({term for part in held for term in part})
    place = {term: index for index, term in enumerate(terms)}
    renumbered = [np.fromiter((place[term] for term in part), np.int64, len(part)) for part in held]
    arrays = lexicon_arrays(f"lexicon/{way}", terms)
    for zone in zones:
        one = Field(zone, way)
        parts = [
            (segment.columns[one], new_terms, number)
            for segment, new_terms, number in zip(segments, renumbered, numbers, strict=True)
        ]
        arrays.update(merge_postings(parts, vocabulary=len(terms)).arrays(one.name))
        arrays[f"{one.name}/lengths"] = np.concatenate(
            [segment.lengths(one)[segment.live()] for segment in segments]
        )
    return arrays


def _records(segments: Sequence[SegmentReader], numbers: list[Array], documents: int) -> dict[str, Array]:
    arrays = blob_arrays(
        "stored",
        (segment.stored(doc) for segment in segments for doc in np.flatnonzero(segment.live()).tolist()),
    )
    pairs = sorted(
        (term, int(number[doc]))
        for segment, number in zip(segments, numbers, strict=True)
        for term, doc in zip(segment.ids, segment.file["ids/docs"].tolist(), strict=True)
        if number[doc] >= 0
    )
    arrays.update(lexicon_arrays("ids", [term for term, _ in pairs]))
    arrays["ids/docs"] = np.array([doc for _, doc in pairs], np.uint32)
    arrays["hashes"] = np.concatenate([segment.file["hashes"][segment.live()] for segment in segments])
    for name in sorted({name for segment in segments for name in segment.value_names()}):
        arrays.update(value_column(name, [row for segment in segments for row in _value_rows(segment, name)]))
    for name in sorted({name for segment in segments for name in segment.number_names()}):
        arrays[f"number/{name}"] = np.concatenate(
            [
                segment.file[f"number/{name}"][segment.live()]
                if f"number/{name}" in segment.file
                else np.full(int(segment.live().sum()), np.nan)
                for segment in segments
            ]
        )
    assert len(arrays["hashes"]) == documents
    return arrays


def _value_rows(segment: SegmentReader, name: str) -> list[list[str]]:
    """The values of a facet, a list per live document."""
    live = np.flatnonzero(segment.live()).tolist()
    if f"value/{name}/codes" not in segment.file:
        return [[] for _ in live]
    values = [value.decode("utf-8", "surrogatepass") for value in Lexicon.of(segment.file, f"value/{name}")]
    start = segment.file[f"value/{name}/start"].tolist()
    codes = segment.file[f"value/{name}/codes"].tolist()
    return [[values[code] for code in codes[start[doc] : start[doc + 1]]] for doc in live]


def _suggestions(segments: Sequence[SegmentReader], numbers: list[Array]) -> dict[str, Array]:
    rows = sorted(
        (key, int(number[doc]), title, weight)
        for segment, number in zip(segments, numbers, strict=True)
        for key, doc, title, weight in zip(
            Lexicon.of(segment.file, "suggest"),
            segment.file["suggest/docs"].tolist(),
            segment.file["suggest/titles"].tolist(),
            segment.file["suggest/weights"].tolist(),
            strict=True,
        )
        if number[doc] >= 0
    )
    arrays = blob_arrays("suggest", (row[0] for row in rows))
    arrays["suggest/docs"] = np.array([row[1] for row in rows], np.uint32)
    arrays["suggest/titles"] = np.array([row[2] for row in rows], np.uint16)
    arrays["suggest/weights"] = np.array([row[3] for row in rows], np.float32)
    return arrays
