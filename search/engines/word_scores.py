"""How well does each document have a word? Scores of single words, phrases and n-grams.

BM25F over the zones of each way, the best of the ways, times the word's idf in the language of the
document (`ranking.py`). The same words come again in other queries and with every facet that is
clicked, and a generation never changes: what was worked out is kept, within a bound of memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence as Values
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np

from search import ranking
from search.engines.matches import NO_DOCS, NO_MATCHES, Combiner, Matches, common, found_in
from search.engines.occurrences import Occurrences, counted_documents
from search.engines.word_matches import Row, WordMatches, with_farther, word_matches
from search.index.codec.arrays import Array
from search.index.reader import IndexReader
from search.index.recently_used import RecentlyUsed
from search.index.schema import ALIAS, BODY, EXACT, KEY, TITLE, Field
from search.query.plan import Alternative, Sequence, Unit

#: Bytes of words that are kept, and of what n-grams add to the documents of a query.
#: Of the n-grams of a thousand different queries one in six was met before: their scores are not kept.
WORD_BYTES, ADDED_BYTES = 24 << 20, 8 << 20
#: Bytes kept of what is known of words, and of n-grams: little of each, which outlives their scores.
KNOWN_BYTES = 1 << 20
#: N-grams are looked for in the documents found alone if they occur in so many times more.
_TIMES_MORE = 4
#: Where n-grams and single characters are looked for.
SIDE_ZONES = (BODY, TITLE, ALIAS)


#: What ranks besides words: way, terms, weight.
Ranking: TypeAlias = tuple[str, tuple[str, ...], float]


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
        self.occurrences = Occurrences(statistics.reader, self.combiner)
        self._words: RecentlyUsed[tuple[Alternative, ...] | Sequence, WordMatches] = RecentlyUsed(WORD_BYTES)
        # The documents by their digest, which takes less than they do.
        self._added: RecentlyUsed[tuple[tuple[Ranking, ...], int, bytes], Array] = RecentlyUsed(ADDED_BYTES)
        self._known: RecentlyUsed[tuple[Alternative, ...], _Known] = RecentlyUsed(KNOWN_BYTES)
        self._side_idfs: RecentlyUsed[tuple[str, str], Array] = RecentlyUsed(KNOWN_BYTES)
        # While set, posting lists are read of these documents alone.
        self._within: Array | None = None

    def word(self, one: Unit | Sequence) -> WordMatches:
        """Where and how well the documents have a word, or words in order."""
        found = self._words.get(one.alternatives if isinstance(one, Unit) else one)
        if found is not None:
            return found
        if isinstance(one, Unit):
            alone, names = _with_names(one.alternatives)
            if names:
                found = self._named(self.word(Unit(one.text, alone)), names)
                if found is not None:
                    return found
            found = self._unit(one.alternatives)
            self._words.keep(one.alternatives, found, found.bytes)
        else:
            found = self._sequence(one)
            self._words.keep(one, found, found.bytes)
        return found

    def kept(self, one: Unit) -> WordMatches | None:
        """The same if it is at hand; None where it would have to be worked out."""
        return self._words.get(one.alternatives)

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
        if self._words.get(alone) is not None or (self._known.get(alone) is not None and self._is_small(one)):
            # At hand, or asked for again: worth keeping.
            return self.word(one)
        known_of_it = self._known_of(alone)
        if names:
            named = self.combiner.distinct([self._together(name, []).docs for name in names])
            # A name that brings new documents changes the idf of the word.
            if len(self._among(alone, named, known_of_it).matches) < len(named):
                return None
        return self._among(one.alternatives, docs, known_of_it)

    def _is_small(self, one: Unit) -> bool:
        """Whether all scores of a word take little of what may be kept."""
        return 14 * self.most(one) + 6 * self.combiner.size < WORD_BYTES // 32

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
                if part.together or part.places:
                    found = [self._scored(part, []).docs]
                else:
                    fields = [Field(zone, part.way) for zone in part.zones]
                    found = [self._reader.postings(one, term).docs for one in fields for term in part.terms]
                found = [one for one in found if len(one)]
                is_read = is_read or (bool(found) and part.way != KEY)
                lists += [one.astype(np.intp, copy=False) for one in found]
            known = _Known(self._idfs(self.combiner.distinct(lists)), is_read, bool(lists))
            self._known.keep(alternatives, known, known.idfs.nbytes + 1500)
        return known

    def added(self, sides: tuple[Ranking, ...], docs: Array) -> Array:
        """What n-grams and single characters add to the score of each of `docs`, ascending.

        The same query comes again with another page, order or facets.
        """
        key = sides, len(docs), hashlib.blake2b(docs.data, digest_size=16).digest()
        kept = self._added.get(key)
        if kept is not None:
            return kept
        sums = np.zeros(len(docs), np.float32)
        for way, terms, weight in sides:
            found = [self._side_among(way, term, docs) for term in terms]
            sums += np.float32(weight) * self.combiner.sums_at(found, docs)
        self._added.keep(key, sums, sums.nbytes + 600)
        return sums

    def side(self, way: str, term: str) -> Matches:
        """What an n-gram or a single character is worth to each document that has it, besides the
        words; zones of names other than titles are left out."""
        parts = [self._weighted(Field(zone, way), term) for zone in SIDE_ZONES]
        sums = _saturated(self.combiner.sum_of(parts))
        idfs = self._side_idfs.get((way, term))
        if idfs is None:
            idfs = self._keep_idfs((way, term), self._idfs(sums.docs))
        return Matches(sums.docs, sums.scores * idfs[self._statistics.language_of[sums.docs]])

    def _side_among(self, way: str, term: str, docs: Array) -> Matches:
        """The same in `docs`, at the cost of these if the n-gram is much more frequent, and perhaps in
        others."""
        lists = [self._reader.postings(Field(zone, way), term).docs for zone in SIDE_ZONES]
        if max(map(len, lists)) < _TIMES_MORE * len(docs):
            return self.side(way, term)
        if self._side_idfs.get((way, term)) is None:
            every = self.combiner.distinct([one.astype(np.intp) for one in lists if len(one)])
            self._keep_idfs((way, term), self._idfs(every))
        self._within = docs.astype(np.uint32)
        try:
            return self.side(way, term)
        finally:
            self._within = None

    def _keep_idfs(self, key: tuple[str, str], idfs: Array) -> Array:
        self._side_idfs.keep(key, idfs, idfs.nbytes + 400)
        return idfs

    # Words

    def _unit(self, alternatives: tuple[Alternative, ...], idfs: Array | None = None) -> WordMatches:
        """Per document the best of the word's ways; `idfs` if they are known."""
        rows: list[Row] = []
        parts: list[Matches] = []
        for alternative in alternatives:
            found = self._scored(alternative, rows)
            if len(found):
                value = alternative.weight * ranking.KIND_WEIGHT[alternative.kind]
                parts.append(found if value == 1.0 else Matches(found.docs, found.scores * np.float32(value)))
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
        return replace(alone, matches=matches, labels=labels, only_kind=None, spread=None)

    def _scored(self, alternative: Alternative, rows: list[Row]) -> Matches:
        if alternative.places:
            return self._in_order(alternative, rows)
        return (self._together if alternative.together else self._any)(alternative, rows)

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
            keys = self.occurrences.runs(Field(zone, EXACT), node.places)
            if len(keys):
                docs, counts = counted_documents(keys)
                frequency = counts.astype(np.float32) * np.float32(ranking.ZONE_WEIGHT[zone])
                idfs = self._idfs(docs)[self._statistics.language_of[docs]] * np.float32(len(node.places))
                parts.append(Matches(docs, idfs * _saturated(Matches(docs, frequency)).scores))
                rows.append(Row(phrase, zone, docs))
        matches = self.combiner.best_of(parts)
        return word_matches(matches, self._idfs(matches.docs), rows, self.combiner.size)

    def _in_order(self, alternative: Alternative, rows: list[Row]) -> Matches:
        """Documents that have the words of an alternative next to each other in one of the zones."""
        parts: list[Matches] = []
        for zone in alternative.zones:
            field = Field(zone, EXACT)
            docs, counts = counted_documents(self.occurrences.runs(field, alternative.places))
            if self._within is not None:
                inside = found_in(docs, self._within)[0]
                docs, counts = docs[inside], counts[inside]
            if len(docs):
                weights = self._statistics.norms(field)[docs] * np.float32(ranking.ZONE_WEIGHT[zone])
                if zone == BODY:
                    weights *= counts
                parts.append(Matches(docs, weights))
                rows.append(Row(alternative, zone, docs))
        return _saturated(self.combiner.sum_of(parts))


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
