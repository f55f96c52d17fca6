"""Where do words stand next to each other? Phrases, and neighbours among the leading documents."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Values

import numpy as np

from search.engines.matches import Combiner, Matches, found_in
from search.engines.word_matches import READ_ZONES, WordMatches
from search.index.codec.arrays import Array
from search.index.reader import IndexReader
from search.index.recently_used import RecentlyUsed
from search.index.schema import EXACT, Field

#: Bytes of pairs of words that are kept.
PAIR_BYTES = 1 << 20
#: Pairs are looked for in all documents, and kept, if one of the words occurs no more often.
MOST_OCCURRENCES = 16_000


class Occurrences:
    """The places of words in one open generation."""

    def __init__(self, reader: IndexReader, combiner: Combiner) -> None:
        self._reader = reader
        self._combiner = combiner
        self._pairs: RecentlyUsed[tuple[tuple[tuple[str, ...], ...], ...], Matches] = RecentlyUsed(PAIR_BYTES)

    def runs(self, one: Field, places: Values[Values[str]]) -> Array:
        """Where words stand next to each other, as `_occurrences` has the first of them."""
        keys = self._occurrences(one, places[0])
        for distance, terms in enumerate(places[1:], 1):
            keys = keys[found_in(keys + distance, self._occurrences(one, terms))[0]]
        return keys

    def _occurrences(self, one: Field, terms: Iterable[str]) -> Array:
        """Occurrences of any of the terms as sorted distinct numbers document · 2³² + position."""
        parts = []
        for term in terms:
            docs, positions = self._reader.positions(one, term)
            parts.append((docs << 32) | positions)
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return np.zeros(0, np.int64)
        keys = np.concatenate(parts)
        # Ascending stretches, which this kind of sorting merges.
        keys.sort(kind="stable")
        return keys[np.flatnonzero(np.diff(keys, prepend=-1))]

    def neighbours(self, first: WordMatches, second: WordMatches, docs: Array) -> Matches:
        """Documents that have the two words as written next to each other, with the number of zones
        in which they do: those of `docs`, ascending, and perhaps others."""
        key = (first.written, second.written)
        found = self._pairs.get(key)
        if found is not None:
            return found
        pairs = [
            (Field(zone, EXACT), before, after)
            for zone, before, after in zip(READ_ZONES, first.written, second.written, strict=True)
            if before and after
        ]
        count = self._reader.occurrence_count
        rarer = [min(count(field, before), count(field, after)) for field, before, after in pairs]
        if max(rarer, default=0) < MOST_OCCURRENCES:
            near = [
                _near(self._occurrences(field, before), self._occurrences(field, after))
                for field, before, after in pairs
            ]
        else:
            near = [
                _near(*(self._occurrences_in(field, terms, docs) for terms in (before, after)))
                for field, before, after in pairs
            ]
            return self._combiner.sum_of(near)
        found = self._combiner.sum_of(near)
        self._pairs.keep(key, found, 12 * len(found) + 800)
        return found

    def _occurrences_in(self, one: Field, terms: Iterable[str], docs: Array) -> Array:
        """The same in some documents alone."""
        keys = np.concatenate([self._reader.occurrences(one, term, docs) for term in terms])
        keys.sort(kind="stable")
        return keys


def counted_documents(keys: Array) -> tuple[Array, Array]:
    """The distinct documents of occurrences, and how many there are in each."""
    docs, counts = np.unique(keys >> 32, return_counts=True)
    return docs, counts


def _near(keys: Array, following: Array) -> Matches:
    """Documents with an occurrence of the one right before one of the other."""
    if len(keys) <= len(following):
        docs = keys[found_in(keys + 1, following)[0]] >> 32
    else:
        docs = following[found_in(following - 1, keys)[0]] >> 32
    docs = docs[np.flatnonzero(np.diff(docs, prepend=-1))]
    return Matches(docs, np.ones(len(docs), np.float32))
