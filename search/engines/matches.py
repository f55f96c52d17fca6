"""Sets of scored documents and how they combine, as arrays.

Measured with NumPy 2.4: `add.at` takes 2 ns an element, half of `sums[docs] += scores`; marking
documents in an array of all of them and collecting the marks beats sorting unless they are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.index.codec.arrays import Array

#: Sorting so many documents takes as long as marking them among so many times more.
_SORTED = 128
#: Lists of at least this share of all documents are looked up in an array of all of them.
LONG = 0.25
#: Looking one document up in a list takes as long as adding so many of the list to the sums.
_LOOKED_UP = 8
#: Zeroing one document takes as long as zeroing so many one after another.
_ZEROED = 16


@dataclass(slots=True, eq=False)
class Matches:
    """Documents in ascending order, each once, with a score each. Not to be changed: the same
    object answers many queries. `spread` are the scores of all documents of the index, -1 where
    there is none, once somebody asked a long list for them."""

    docs: Array
    scores: Array
    spread: Array | None = None

    def __len__(self) -> int:
        return len(self.docs)


NO_DOCS = np.zeros(0, np.intp)
NO_MATCHES = Matches(NO_DOCS, np.zeros(0, np.float32))


class Combiner:
    """Unions and sums over the documents 0 … `size`-1. Documents are `intp` throughout: other
    integers would be converted each time they are used as an index.

    Keeps an array of sums between calls, all zeros, so that a query costs what it matches and not
    what the index holds. Not to be shared between threads.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._sums = np.zeros(size, np.float32)

    def forget(self) -> None:
        """Begin anew, after a call that was broken off."""
        self._sums.fill(0.0)

    def distinct(self, lists: Sequence[Array]) -> Array:
        """The documents that are in any of the lists, ascending, as each of the lists is."""
        if len(lists) < 2:
            return lists[0] if lists else NO_DOCS
        if sum(map(len, lists)) * _SORTED < self.size:
            docs = np.concatenate(lists)
            docs.sort()
            return docs[np.concatenate(([True], docs[1:] != docs[:-1]))] if len(docs) else docs
        marked = np.zeros(self.size, bool)
        for one in lists:
            marked[one] = True
        return marked.nonzero()[0]

    def counted(self, lists: Sequence[Array]) -> tuple[Array, Array]:
        """The documents that are in any of the lists, ascending, and in how many of them each is."""
        docs = self.distinct(lists)
        if len(lists) <= 1:
            return docs, np.ones(len(docs), np.float32)
        for one in lists:
            np.add.at(self._sums, one, np.float32(1))
        return docs, self._taken(docs)

    def sum_of(self, parts: Sequence[Matches]) -> Matches:
        """Union; a document's score is the sum of its scores."""
        parts = [part for part in parts if len(part)]
        if len(parts) < 2:
            return parts[0] if parts else NO_MATCHES
        docs = self.distinct([part.docs for part in parts])
        first, *others = parts
        self._sums[first.docs] = first.scores
        for part in others:
            np.add.at(self._sums, part.docs, part.scores)
        return Matches(docs, self._taken(docs))

    def best_of(self, parts: Sequence[Matches]) -> Matches:
        """Union; a document's score is its best. No score is below 0."""
        parts = [part for part in parts if len(part)]
        if len(parts) < 2:
            return parts[0] if parts else NO_MATCHES
        docs = self.distinct([part.docs for part in parts])
        first, *others = parts
        self._sums[first.docs] = first.scores
        for part in others:
            np.maximum.at(self._sums, part.docs, part.scores)
        return Matches(docs, self._taken(docs))

    def all_of(self, parts: Sequence[Matches]) -> Matches:
        """Intersection of at least one; a document's score is the sum of its scores."""
        shortest, *others = sorted(parts, key=len)
        docs, scores = shortest.docs, shortest.scores
        for part in others:
            if len(part) >= LONG * self.size:
                its = self.scores_at(part, docs)
                inside = (its >= 0).nonzero()[0]
                docs, scores = docs[inside], scores[inside] + its[inside]
            elif len(docs):
                places = part.docs.searchsorted(docs)
                inside = (part.docs.take(places, mode="clip") == docs).nonzero()[0]
                docs, scores = docs[inside], scores[inside] + part.scores[places[inside]]
        return Matches(docs, scores)

    def scores_at(self, part: Matches, docs: Array) -> Array:
        """The score of each of `docs`, -1 where `part` does not have it."""
        if len(part) >= LONG * self.size:
            if part.spread is None:
                part.spread = np.full(self.size, -1, np.float32)
                part.spread[part.docs] = part.scores
            return part.spread[docs]
        inside, places = found_in(docs, part.docs)
        return np.where(inside, part.scores[places], np.float32(-1)) if len(part) else inside - np.float32(1)

    def sums_at(self, parts: Sequence[Matches], docs: Array) -> Array:
        """The sum of the scores of each of `docs`, ascending; other documents are left out."""
        sums = np.zeros(len(docs), np.float32)
        added: list[Array] = []
        for part in parts:
            if part.docs is docs:
                sums += part.scores
            elif len(part) > _LOOKED_UP * len(docs):
                sums += np.maximum(self.scores_at(part, docs), 0)
            else:
                np.add.at(self._sums, part.docs, part.scores)
                added.append(part.docs)
        if added:
            sums += self._sums[docs]
            self._clear(added)
        return sums

    def sums(self, parts: Sequence[Matches]) -> Array:
        """The sum of the scores of every document of the index."""
        sums = np.zeros(self.size, np.float32)
        for part in parts:
            np.add.at(sums, part.docs, part.scores)
        return sums

    def _taken(self, docs: Array) -> Array:
        """The sums of `docs`, which are all that have any."""
        taken = self._sums[docs]
        if len(docs) * _ZEROED > self.size:
            self._sums.fill(0.0)
        else:
            self._sums[docs] = 0.0
        return taken

    def _clear(self, lists: Sequence[Array]) -> None:
        if sum(map(len, lists)) * _ZEROED > self.size:
            self._sums.fill(0.0)
            return
        for docs in lists:
            self._sums[docs] = 0.0


def found_in(docs: Array, sorted_docs: Array) -> tuple[Array, Array]:
    """For each of `docs`: whether it is in `sorted_docs`, and where (somewhere, if it is not)."""
    if not len(sorted_docs):
        return np.zeros(len(docs), bool), np.zeros(len(docs), np.intp)
    places = sorted_docs.searchsorted(docs)
    inside = sorted_docs.take(places, mode="clip") == docs
    return inside, np.minimum(places, len(sorted_docs) - 1, out=places)


def common(lists: Sequence[Array]) -> Array:
    """The documents that are in all of the lists, which are ascending."""
    shortest, *others = sorted(lists, key=len)
    for one in others:
        if not len(shortest):
            return shortest
        if one is not shortest:
            shortest = shortest[found_in(shortest, one)[0]]
    return shortest


def without(docs: Array, excluded: Sequence[Array]) -> Array:
    """`docs` less those in any of the other lists; all ascending."""
    for one in excluded:
        if len(one):
            docs = docs[~found_in(docs, one)[0]]
    return docs
