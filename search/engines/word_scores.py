"""How well does each document have a word? Scores of single words, phrases and n-grams.

BM25F over the zones of each way, the best of the ways, times the word's idf in the language of the
document (`ranking.py`). The same words come again in other queries and with every facet that is
clicked, and a generation never changes: what was worked out is kept, within a bound of memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Values
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from search import ranking
from search.engines.matches import NO_DOCS, NO_MATCHES, Combiner, Matches, common, found_in
from search.engines.word_matches import READ_ZONES, Row, WordMatches, with_farther, word_matches
from search.index.codec.arrays import Array
from search.index.reader import IndexReader
from search.index.recently_used import RecentlyUsed
from search.index.schema import ALIAS, BODY, EXACT, KEY, TITLE, Field
from search.query.plan import Alternative, Sequence, Unit

#: Bytes of words, of n-grams and of pairs of words that are kept.
WORD_BYTES, SIDE_BYTES, PAIR_BYTES = 24 << 20, 12 << 20, 2 << 20
#: Bytes kept of what is known of words: little of each, which outlives their scores.
KNOWN_BYTES = 2 << 20
#: Pairs are looked for in all documents, and kept, if one of the words occurs no more often.
MOST_OCCURRENCES = 16_000


class Statistics(Protocol):
    """What scores depend on besides posting lists."""

    reader: IndexReader

    def norms(self, one: Field) -> Array: ...

    @property
    def language_of(self) -> Array: ...

    @property
    def language_sizes(self) -> Array: ...


@dataclass(frozen=True, slots=True)
class _Known:
    """Of a word in all documents: its idf per language, and as in `WordMatches`."""

    idfs: Array
    is_read: bool
    occurs: bool


class WordScores:
    """The words of one open generation."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self._reader = statistics.reader
        self.combiner = Combiner(statistics.reader.documents)
        self._words: RecentlyUsed[tuple[Alternative, ...] | Sequence, WordMatches] = RecentlyUsed(WORD_BYTES)
        self._sides: RecentlyUsed[tuple[str, str], Matches] = RecentlyUsed(SIDE_BYTES)
        self._known: RecentlyUsed[tuple[Alternative, ...], _Known] = RecentlyUsed(KNOWN_BYTES)
        # While set, posting lists are read of these documents alone.
        self._within: Array | None = None
        self._pairs: RecentlyUsed[tuple[tuple[tuple[str, ...], ...], ...], Matches] = RecentlyUsed(PAIR_BYTES)

    def word(self, one: Unit | Sequence) -> WordMatches:
        """Where and how well the documents have a word, or words in order."""
        if isinstance(one, Unit):
            alone, names = _with_names(one.alternatives)
            if names:
                found = self._named(self.word(Unit(one.text, alone)), names)
                if found is not None:
                    return found
        key = one.alternatives if isinstance(one, Unit) else one
        found = self._words.get(key)
        if found is None:
            found = self._unit(one.alternatives) if isinstance(one, Unit) else self._sequence(one)
            self._words.keep(key, found, found.bytes)
        return found

    def most(self, one: Unit) -> int:
        """How many documents may have a word: at least as many as do."""
        count = self._reader.posting_count
        return sum(
            count(Field(zone, part.way), term)
            for part in one.alternatives
            for term in part.terms
            for zone in part.zones
        )

    def word_among(self, one: Unit, docs: Array) -> WordMatches | None:
        """As `word`, but of the given documents (ascending) alone, at the cost of these; None where that
        cannot be told from them."""
        alone, names = _with_names(one.alternatives)
        if self._words.get(alone) is not None:
            return self.word(one)
        known_of_it = self._known_of(alone)
        if names:
            named = self.combiner.distinct([self._together(name, []).docs for name in names])
            # A name that brings new documents changes the idf of the word.
            if len(self._among(alone, named, known_of_it).matches) < len(named):
                return None
        return self._among(one.alternatives, docs, known_of_it)

    def _among(self, alternatives: tuple[Alternative, ...], docs: Array, known: _Known) -> WordMatches:
        self._within = docs.astype(np.uint32)
        try:
            found = self._unit(alternatives, known.idfs)
        finally:
            self._within = None
        return replace(found, is_read=known.is_read, occurs=known.occurs)

    def _known_of(self, alternatives: tuple[Alternative, ...]) -> _Known:
        """What is known of a word once all its documents were looked at."""
        known = self._known.get(alternatives)
        if known is None:
            lists: list[Array] = []
            is_read = False
            for part in alternatives:
                if part.together:
                    found = [self._together(part, []).docs]
                else:
                    fields = [Field(zone, part.way) for zone in part.zones]
                    found = [self._reader.postings(one, term).docs for one in fields for term in part.terms]
                found = [one for one in found if len(one)]
                is_read = is_read or (bool(found) and part.way != KEY)
                lists += [one.astype(np.intp, copy=False) for one in found]
            known = _Known(self._idfs(self.combiner.distinct(lists)), is_read, bool(lists))
            self._known.keep(alternatives, known, known.idfs.nbytes + 1500)
        return known

    def side(self, way: str, term: str) -> Matches:
        """What an n-gram or a single character is worth to each document that has it, besides the
        words; zones of names other than titles are left out."""
        found = self._sides.get((way, term))
        if found is None:
            parts = [self._weighted(Field(zone, way), term) for zone in (BODY, TITLE, ALIAS)]
            sums = _saturated(self.combiner.sum_of(parts))
            idfs = self._idfs(sums.docs)[self._statistics.language_of[sums.docs]]
            found = Matches(sums.docs, sums.scores * idfs)
            self._sides.keep((way, term), found, 12 * len(found) + 300)
        return found

    # Words

    def _unit(self, alternatives: tuple[Alternative, ...], idfs: Array | None = None) -> WordMatches:
        """Per document the best of the word's ways; `idfs` if they are known."""
        rows: list[Row] = []
        parts: list[Matches] = []
        for alternative in alternatives:
            scored = self._together if alternative.together else self._any
            found = scored(alternative, rows)
            if len(found):
                value = np.float32(alternative.weight * ranking.KIND_WEIGHT[alternative.kind])
                parts.append(Matches(found.docs, found.scores * value))
        best = self.combiner.best_of(parts)
        if idfs is None:
            idfs = self._idfs(best.docs)
        matches = Matches(best.docs, best.scores * idfs[self._statistics.language_of[best.docs]])
        return word_matches(matches, idfs, rows, self.combiner.size)

    def _named(self, alone: WordMatches, names: Values[Alternative]) -> WordMatches | None:
        """A word that is also met by names of which it is a part; None if these bring new documents,
        which change its idf.

        Each query brings other names. Most words come in many queries, and are worked out once.
        """
        rows: list[Row] = []
        docs, scores, labels = alone.matches.docs, alone.matches.scores, alone.labels
        for name in names:
            first = len(rows)
            found = self._together(name, rows)
            inside, places = found_in(found.docs, docs)
            if not inside.all():
                return None
            value = np.float32(name.weight * ranking.KIND_WEIGHT[name.kind])
            idfs = alone.idfs[self._statistics.language_of[found.docs]]
            worth = found.scores * value * idfs
            if (worth > scores[places]).any():
                scores = scores.copy()
                scores[places] = np.maximum(scores[places], worth)
            for row in rows[first:]:
                labels = with_farther(labels, found_in(row.docs, docs)[1], row)
        matches = alone.matches if scores is alone.matches.scores else Matches(docs, scores)
        if matches is alone.matches and labels is alone.labels:
            return alone
        return replace(alone, matches=matches, labels=labels, spread=None)

    def _any(self, alternative: Alternative, rows: list[Row]) -> Matches:
        """Documents that have any of the terms in any of the zones."""
        parts: list[Matches] = []
        terms = [term for term in alternative.terms if self._reader.occurs(alternative.way, term)]
        for zone in alternative.zones if terms else ():
            field = Field(zone, alternative.way)
            found = [one for term in terms if len(one := self._weighted(field, term))]
            if found:
                docs = [one.docs for one in found]
                rows.append(Row(alternative, zone, docs[0] if len(docs) == 1 else np.concatenate(docs)))
                parts += found
        return _saturated(self.combiner.sum_of(parts))

    def _together(self, alternative: Alternative, rows: list[Row]) -> Matches:
        """Documents that have all the terms in one zone."""
        parts: list[Matches] = []
        terms = dict.fromkeys(alternative.terms)
        for zone in alternative.zones:
            lists = [self._weighted(Field(zone, alternative.way), term) for term in terms]
            docs = common([one.docs for one in lists]) if lists else NO_DOCS
            if len(docs):
                weights = [one.scores[found_in(docs, one.docs)[1]] for one in lists]
                parts.append(_saturated(Matches(docs, np.minimum.reduce(weights))))
                rows.append(Row(alternative, zone, docs))
        return self.combiner.best_of(parts)

    def _weighted(self, one: Field, term: str) -> Matches:
        """A posting list with its frequencies weighted by zone and normalised by length."""
        postings = self._reader.postings(one, term)
        if self._within is not None:
            postings = postings.among(self._within)
        if not len(postings):
            return NO_MATCHES
        docs = postings.docs.astype(np.intp)
        weights = self._statistics.norms(one)[docs]
        weights *= np.float32(ranking.ZONE_WEIGHT[one.zone])
        if one.zone == BODY:
            # A word twice in a title, or in two of many alternative titles, is no better match.
            weights *= postings.freqs
        return Matches(docs, weights)

    def _idfs(self, docs: Array) -> Array:
        """The idf, per language, of a word that these documents have."""
        sizes = self._statistics.language_sizes
        frequencies = np.bincount(self._statistics.language_of[docs], minlength=len(sizes))
        return ranking.idf_by_language(frequencies, sizes)

    # Words in order

    def _sequence(self, node: Sequence) -> WordMatches:
        parts: list[Matches] = []
        rows: list[Row] = []
        phrase = Alternative("exact", EXACT, (), node.zones)
        for zone in node.zones:
            field = Field(zone, EXACT)
            keys = self._occurrences(field, node.places[0])
            for distance, terms in enumerate(node.places[1:], 1):
                keys = keys[found_in(keys + distance, self._occurrences(field, terms))[0]]
            if len(keys):
                docs, counts = _counted_documents(keys)
                frequency = counts.astype(np.float32) * np.float32(ranking.ZONE_WEIGHT[zone])
                idfs = self._idfs(docs)[self._statistics.language_of[docs]] * np.float32(len(node.places))
                parts.append(Matches(docs, idfs * _saturated(Matches(docs, frequency)).scores))
                rows.append(Row(phrase, zone, docs))
        matches = self.combiner.best_of(parts)
        return word_matches(matches, self._idfs(matches.docs), rows, self.combiner.size)

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
            return self.combiner.sum_of(near)
        found = self.combiner.sum_of(near)
        self._pairs.keep(key, found, 12 * len(found) + 800)
        return found

    def _occurrences_in(self, one: Field, terms: Iterable[str], docs: Array) -> Array:
        """The same in some documents alone."""
        keys = np.concatenate([self._reader.occurrences(one, term, docs) for term in terms])
        keys.sort(kind="stable")
        return keys


def _with_names(
    alternatives: tuple[Alternative, ...],
) -> tuple[tuple[Alternative, ...], tuple[Alternative, ...]]:
    """The ways of a word by itself, and the names of which it is a part; all ways are by itself where
    there are no others."""
    names = tuple(part for part in alternatives if part.together and part.way == KEY)
    if not names or len(names) == len(alternatives):
        return alternatives, ()
    return tuple(part for part in alternatives if part not in names), names


def _saturated(one: Matches) -> Matches:
    """Weighted frequencies as BM25's saturated ones."""
    k1 = np.float32(ranking.K1)
    return Matches(one.docs, one.scores * (k1 + 1) / (one.scores + k1))


def _near(keys: Array, following: Array) -> Matches:
    """Documents with an occurrence of the one right before one of the other."""
    if len(keys) <= len(following):
        docs = keys[found_in(keys + 1, following)[0]] >> 32
    else:
        docs = following[found_in(following - 1, keys)[0]] >> 32
    docs = docs[np.flatnonzero(np.diff(docs, prepend=-1))]
    return Matches(docs, np.ones(len(docs), np.float32))


def _counted_documents(keys: Array) -> tuple[Array, Array]:
    """The distinct documents of occurrences, and how many there are in each."""
    docs, counts = np.unique(keys >> 32, return_counts=True)
    return docs, counts
