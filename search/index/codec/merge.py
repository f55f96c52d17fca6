"""How do several segments become one, without their deleted documents?

Arrays are copied and renumbered; no text is analysed again and no posting is touched one by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from search.index.codec.arrays import Array
from search.index.codec.lexicon import Lexicon, blob_arrays, lexicon_arrays
from search.index.codec.postings import merge_postings
from search.index.codec.segment_file import write_segment
from search.index.codec.segment_reader import SegmentReader
from search.index.schema import WAYS, Field


def merge_segments(
    segments: Sequence[SegmentReader], path: Path, numbers: Sequence[Array] | None = None
) -> int:
    """Write the documents of `segments` as one new segment; returns how many.

    These are the live ones, in order; or, where `numbers` are given, all, each under the number that
    an array per segment, ascending, says for it.
    """
    if numbers is None:
        numbers = _live_numbers(segments)
    documents = sum(int((number >= 0).sum()) for number in numbers)
    arrays: dict[str, Array] = {}
    for way, zones in WAYS.items():
        arrays.update(_way(segments, numbers, way, zones))
    arrays.update(_records(segments, numbers, documents))
    arrays.update(_suggestions(segments, numbers))
    write_segment(path, arrays, documents)
    return documents


def _live_numbers(segments: Sequence[SegmentReader]) -> list[Array]:
    """The new number of each document, -1 for deleted ones."""
    numbers: list[Array] = []
    documents = 0
    for segment in segments:
        live = segment.live()
        number = np.full(segment.documents, -1, np.int64)
        number[live] = documents + np.arange(int(live.sum()))
        documents += int(live.sum())
        numbers.append(number)
    return numbers


def _way(
    segments: Sequence[SegmentReader], numbers: Sequence[Array], way: str, zones: Sequence[str]
) -> dict[str, Array]:
    held = [segment.lexicons[way].all() for segment in segments]
    terms = sorted(set().union(*held))
    place = {term: index for index, term in enumerate(terms)}
    renumbered = [np.fromiter(map(place.__getitem__, part), np.int64, len(part)) for part in held]
    merged = {}
    occurs = np.zeros(len(terms), bool)
    for zone in zones:
        one = Field(zone, way)
        parts = [
            (segment.columns[one], new_terms, number)
            for segment, new_terms, number in zip(segments, renumbered, numbers, strict=True)
        ]
        merged[one] = merge_postings(parts, vocabulary=len(terms))
        occurs |= np.diff(merged[one].start) > 0
    # Terms of deleted documents alone go with them.
    kept = np.flatnonzero(occurs)
    arrays = lexicon_arrays(f"lexicon/{way}", [terms[index] for index in kept.tolist()])
    for one, columns in merged.items():
        start = np.append(columns.start[kept], columns.start[-1:])
        arrays.update(replace(columns, start=start).arrays(one.name))
        arrays[f"{one.name}/lengths"] = _placed([segment.lengths(one) for segment in segments], numbers)
    return arrays


def _placed(columns: Sequence[Array], numbers: Sequence[Array]) -> Array:
    """A value per document of each segment, as one column in the order of the new numbers."""
    number = np.concatenate(numbers)
    kept = number >= 0
    placed = np.empty(int(kept.sum()), columns[0].dtype)
    placed[number[kept]] = np.concatenate(columns)[kept]
    return placed


def _records(segments: Sequence[SegmentReader], numbers: Sequence[Array], documents: int) -> dict[str, Array]:
    stored, titles = [b""] * documents, [b""] * documents
    docs: dict[bytes, int] = {}
    for segment, number in zip(segments, numbers, strict=True):
        for doc, new in enumerate(number.tolist()):
            if new >= 0:
                stored[new] = segment.stored(doc)
                titles[new] = segment.sort_titles[doc]
        for term, doc in zip(segment.ids, number[segment.file["ids/docs"]].tolist(), strict=True):
            # Of documents with the same id the last one counts, as in `SegmentWriter`.
            if doc >= 0:
                docs[term] = max(doc, docs.get(term, -1))
    ids = sorted(docs)
    arrays = {**blob_arrays("stored", stored), **blob_arrays("order", titles)}
    arrays.update(lexicon_arrays("ids", ids))
    arrays["ids/docs"] = np.array([docs[one] for one in ids], np.uint32)
    arrays["hashes"] = _placed([segment.file["hashes"] for segment in segments], numbers)
    for name in sorted({name for segment in segments for name in segment.value_names()}):
        arrays.update(_value_column(segments, numbers, documents, name))
    for name in sorted({name for segment in segments for name in segment.number_names()}):
        columns = [
            segment.file[f"number/{name}"]
            if f"number/{name}" in segment.file
            else np.full(segment.documents, np.nan)
            for segment in segments
        ]
        arrays[f"number/{name}"] = _placed(columns, numbers)
    return arrays


def _value_column(
    segments: Sequence[SegmentReader], numbers: Sequence[Array], documents: int, name: str
) -> dict[str, Array]:
    """A facet's column, as `segment_writer.value_column` would make it of all documents."""
    holding = [
        (segment.file, number, Lexicon.of(segment.file, f"value/{name}").all())
        for segment, number in zip(segments, numbers, strict=True)
        if f"value/{name}/codes" in segment.file
    ]
    values = sorted(set().union(*(held for _, _, held in holding)))
    place = {value: index for index, value in enumerate(values)}
    owners, codes = [], []
    for file, number, held in holding:
        owner = np.repeat(number, np.diff(file[f"value/{name}/start"]).astype(np.int64))
        code = np.array([place[value] for value in held], np.int64)[file[f"value/{name}/codes"]]
        owners.append(owner[owner >= 0])
        codes.append(code[owner >= 0])
    owner, code = np.concatenate(owners), np.concatenate(codes)
    code = code[np.argsort(owner, kind="stable")]
    start = np.zeros(documents + 1, np.uint64)
    np.cumsum(np.bincount(owner, minlength=documents), out=start[1:])
    kept, code = np.unique(code, return_inverse=True)
    return {
        **lexicon_arrays(f"value/{name}", [values[index] for index in kept.tolist()]),
        f"value/{name}/start": start,
        f"value/{name}/codes": code.astype(np.uint32),
    }


def _suggestions(segments: Sequence[SegmentReader], numbers: Sequence[Array]) -> dict[str, Array]:
    held = [Lexicon.of(segment.file, "suggest").all() for segment in segments]
    keys = sorted(set().union(*held))
    place = {key: index for index, key in enumerate(keys)}
    key = np.fromiter(map(place.__getitem__, itertools.chain.from_iterable(held)), np.int64)
    docs = np.concatenate(
        [number[segment.file["suggest/docs"]] for segment, number in zip(segments, numbers, strict=True)]
    )
    titles = np.concatenate([segment.file["suggest/titles"] for segment in segments])
    weights = np.concatenate([segment.file["suggest/weights"] for segment in segments])
    order = np.lexsort((weights, titles, docs, key))
    order = order[docs[order] >= 0]
    return {
        **blob_arrays("suggest", [keys[index] for index in key[order].tolist()]),
        "suggest/docs": docs[order].astype(np.uint32),
        "suggest/titles": titles[order],
        "suggest/weights": weights[order],
    }
