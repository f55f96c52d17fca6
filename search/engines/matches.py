"""Sets of scored documents and how they combine, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from search.index.codec.arrays import Array


@dataclass(frozen=True, slots=True)
class Matches:
    """Documents in ascending order, each once, with a score each."""

    docs: Array
    scores: Array

    def __len__(self) -> int:
        return len(self.docs)


NO_MATCHES = Matches(np.zeros(0, np.int64), np.zeros(0, np.float32))


def distinct(docs: Array, universe: int) -> Array:
    """The distinct documents of `docs`, ascending. Small sets are sorted, large ones marked."""
    if len(docs) * 8 < universe:
        return np.unique(docs).astype(np.int64)
    marked = np.zeros(universe, bool)
    marked[docs] = True
    return np.flatnonzero(marked)


def best_of(parts: list[Matches], universe: int) -> Matches:
    """Union; a document's score is its best."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return NO_MATCHES
    if len(parts) == 1:
        return parts[0]
    docs = distinct(np.concatenate([part.docs for part in parts]), universe)
    scores = np.zeros(universe, np.float32)
    for part in parts:
        scores[part.docs] = np.maximum(scores[part.docs], part.scores)
    return Matches(docs, scores[docs])


def sum_of(parts: list[Matches], universe: int) -> Matches:
    """Union; a document's score is the sum of its scores."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return NO_MATCHES
    docs = distinct(np.concatenate([part.docs for part in parts]), universe)
    scores = np.zeros(universe, np.float32)
    for part in parts:
        scores[part.docs] += part.scores
    return Matches(docs, scores[docs])


def found_in(docs: Array, sorted_docs: Array) -> tuple[Array, Array]:
    """For each of `docs`: whether it is in `sorted_docs`, and where."""
    if not len(sorted_docs):
        return np.zeros(len(docs), bool), np.zeros(len(docs), np.int64)
    places = np.minimum(np.searchsorted(sorted_docs, docs), len(sorted_docs) - 1)
    return sorted_docs[places] == docs, places
