"""What does a generation on the cluster say of its index? `cluster.json`, beside its word segments.

Documents are numbered for good when they are shipped: part · 2³² + place. A part is what was shipped as
one segment, a place is the document's number there; deletions leave holes. Locally documents are
numbered through all parts, as through segments (`search/index/segment_set.py`).
"""

from __future__ import annotations

import bisect
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from search.errors import IndexDamaged
from search.index.codec.arrays import Array

FACTS_NAME = "cluster.json"
FORMAT = 1
_PLACE_BITS = 32


@dataclass(frozen=True)
class ClusterFacts:
    """`documents` are live ones, `parts` the documents of each part, deleted ones included.

    A language has the number of its place in `languages`, the same in all generations of an index and
    its clones; "" stands for documents without one. `lengths` are, per field and number of a language, the
    sum of all lengths and how many documents have any, deleted documents included, as Whoosh counts them
    too until segments are merged. `documents_by_language` counts live documents. `orders` are the languages
    in which titles may have a place of their own.
    """

    index: str
    shards: int
    documents: int
    parts: tuple[int, ...]
    languages: tuple[str, ...]
    lengths: Mapping[str, Mapping[int, tuple[int, int]]]
    documents_by_language: Mapping[int, int]
    orders: tuple[str, ...] = ()

    @property
    def bases(self) -> tuple[int, ...]:
        """The local number of the first document of each part, and of the one behind the last."""
        return tuple(accumulate(self.parts, initial=0))

    def local(self, number: int) -> int:
        """The local number of a document. Raises `IndexDamaged` for one that there cannot be."""
        part, place = number >> _PLACE_BITS, number & ((1 << _PLACE_BITS) - 1)
        if not 0 <= part < len(self.parts) or place >= self.parts[part]:
            raise IndexDamaged(f"{self.index}: a document with the number {number}, which no part has")
        return self.bases[part] + place

    def number(self, local: int) -> int:
        """The number on the cluster of a document."""
        bases = self.bases
        part = bisect.bisect_right(bases, local, hi=len(self.parts)) - 1
        return (part << _PLACE_BITS) | (local - bases[part])

    def locals_of(self, numbers: Array) -> Array:
        """The local numbers (int64) of several documents."""
        numbers = np.asarray(numbers, np.int64)
        bases: Array = np.array(self.bases, np.int64)[numbers >> _PLACE_BITS]
        found: Array = bases + (numbers & ((1 << _PLACE_BITS) - 1))
        return found


def write_facts(directory: Path, facts: ClusterFacts) -> None:
    """Write it into a generation in the making. Raises `OSError`."""
    values = {
        "format": FORMAT,
        "index": facts.index,
        "shards": facts.shards,
        "documents": facts.documents,
        "parts": facts.parts,
        "languages": facts.languages,
        "lengths": {
            name: {str(number): list(pair) for number, pair in sorted(lengths.items())}
            for name, lengths in facts.lengths.items()
        },
        "documents_by_language": {str(n): count for n, count in sorted(facts.documents_by_language.items())},
        "orders": facts.orders,
    }
    with open(directory / FACTS_NAME, "x", encoding="utf-8") as file:
        json.dump(values, file, separators=(",", ":"))
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def read_facts(directory: Path) -> ClusterFacts | None:
    """None for a generation that is not on a cluster. Raises `IndexDamaged` for what is no such file."""
    path = directory / FACTS_NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexDamaged(f"{path}: {error.strerror}") from None
    try:
        return _facts(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexDamaged(f"{path}: does not say what is on the cluster: {error!r}") from None


def _facts(values: dict[str, Any]) -> ClusterFacts:
    if values["format"] != FORMAT:
        raise ValueError(f"format {values['format']}, this software reads {FORMAT}")
    index = values["index"]
    if not isinstance(index, str) or not index:
        raise ValueError("names no index")
    return ClusterFacts(
        index,
        int(values["shards"]),
        int(values["documents"]),
        tuple(map(int, values["parts"])),
        tuple(map(str, values["languages"])),
        {
            str(name): {int(number): (int(total), int(filled)) for number, (total, filled) in held.items()}
            for name, held in values["lengths"].items()
        },
        {int(number): int(count) for number, count in values["documents_by_language"].items()},
        tuple(map(str, values["orders"])),
    )
