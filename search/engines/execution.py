"""One plan run on one open generation: matching, scoring, counting, ordering.

Whole posting lists at a time, as NumPy arrays. Per word the best of its ways, summed over the
words (`ranking.py` has the numbers), then the leading documents are looked at again for whole
titles and neighbouring words. Facets are counted over doc-value columns, each without its own
filter, in the same pass.
"""

from __future__ import annotations

import time
from collections.abc import Sequence as Values
from typing import Protocol

import numpy as np

from search.engines.base import EngineResults
from search.engines.matches import NO_MATCHES, Matches, best_of, distinct, found_in, sum_of
from search.engines.word_matches import (
    Row,
    WordMatches,
    explained_hits,
    is_read,
    neighbours_worth,
    titles_worth,
    worth,
)
from search.errors import DeadlineExceeded
from search.index.codec.arrays import Array
from search.index.reader import IndexReader
from search.index.schema import ALIAS, BODY, EXACT, GRAM, TITLE, Field
from search.index.value_column import ValueColumn
from search.query.plan import (
    AllOf,
    Alternative,
    AnyOf,
    FacetTerm,
    MostOf,
    Node,
    Plan,
    Sequence,
    Unit,
    units_of,
)
from search.ranking import (
    CHARACTER_WEIGHT,
    COORDINATION,
    GRAM_WEIGHT,
    K1,
    LANGUAGE_PREFERENCE,
    LONGEST_STRICT,
    POPULARITY,
    QUESTION_SHARE,
    RESCORED,
    ZONE_WEIGHT,
    grams_required,
    idf_by_language,
    words_required,
)
from search.request import Range


class Columns(Protocol):
    """What a run needs of the engine besides posting lists."""

    reader: IndexReader

    def column(self, name: str) -> ValueColumn: ...

    def counted(self, name: str, docs: Array) -> list[tuple[str | float, int]]: ...

    def accepted(self, name: str, accepted: Values[str | Range]) -> Array: ...

    def ranks(self, language: str) -> Array: ...

    def norms(self, one: Field) -> Array: ...

    @property
    def popularity(self) -> Array: ...

    @property
    def language_numbers(self) -> dict[str, int]: ...

    @property
    def language_of(self) -> Array: ...

    @property
    def language_sizes(self) -> Array: ...


class Execution:
    """A plan being run; used once."""

    def __init__(self, engine: Columns, plan: Plan) -> None:
        self._engine = engine
        self._reader = engine.reader
        self._plan = plan
        self._universe = engine.reader.documents
        self._scratch = np.zeros(self._universe, np.float32)
        self._words: dict[Unit, WordMatches] = {}
        self._complete = True

    def results(self) -> EngineResults:
        matches = self._evaluate(self._plan.root)
        alive = self._reader.live
        if self._reader.has_deletions:
            keep = alive[matches.docs]
            matches = Matches(matches.docs[keep], matches.scores[keep])
        facets, docs_kept = self._filtered(matches)
        docs, scores = matches.docs[docs_kept], matches.scores[docs_kept]
        ordered = self._ordered(docs, scores)
        page = ordered[self._plan.offset : self._plan.offset + self._plan.limit]
        return EngineResults(
            total=len(docs),
            hits=tuple(
                explained_hits(page, list(self._words.values()), self._plan.explain, self._engine.language_of)
            ),
            facets=facets,
            complete=self._complete,
            missing=tuple(
                unit.text
                for unit in units_of(self._plan.root)
                if not unit.optional and unit in self._words and not is_read(self._words[unit])
            ),
        )

    def _check_deadline(self) -> None:
        if self._plan.deadline is not None and time.monotonic() > self._plan.deadline:
            raise DeadlineExceeded("the query took too long; try fewer or more specific words")

    # The tree

    def _evaluate(self, node: Node) -> Matches:
        self._check_deadline()
        if isinstance(node, Unit):
            return self._unit(node)
        if isinstance(node, Sequence):
            return self._sequence(node)
        if isinstance(node, FacetTerm):
            return self._constant(np.flatnonzero(self._engine.accepted(node.name, (node.value,))))
        if isinstance(node, AllOf):
            return self._all_of(node)
        if isinstance(node, MostOf):
            some, enough = self._most_of(node)
            return Matches(some.docs[enough], some.scores[enough])
        if isinstance(node, AnyOf):
            combine = sum_of if node.summed else best_of
            return combine(self._alternatives(node.parts), self._universe)
        return self._constant(np.flatnonzero(self._reader.live))

    def _alternatives(self, parts: Values[Node]) -> list[Matches]:
        """Each part by itself; complete if one of them is."""
        before, complete, found = self._complete, False, []
        for part in parts:
            self._complete = True
            found.append(self._evaluate(part))
            complete = complete or (self._complete and len(found[-1]) > 0)
        self._complete = before and complete
        return found

    @staticmethod
    def _constant(docs: Array) -> Matches:
        return Matches(docs, np.ones(len(docs), np.float32))

    def _all_of(self, node: AllOf) -> Matches:
        wanted = [part for part in node.parts if not (isinstance(part, Unit) and part.optional)]
        scores = np.zeros(self._universe, np.float32)
        count = np.zeros(self._universe, np.uint16)
        for part in node.parts:
            found, counted = self._scored_and_counted(part)
            scores[found.docs] += found.scores
            if part in wanted:
                count[counted] += 1
        for part in node.excluded:
            count[self._evaluate(part).docs] = 0
        best = int(count.max(initial=0))
        if not best or not wanted:
            self._complete = self._complete and not wanted
            return NO_MATCHES
        required = len(wanted)
        if node.lenient:
            required = words_required(len(wanted), best, len(node.parts), question=node.question)
        if node.lenient and best < len(wanted):
            self._complete = False
        docs = np.flatnonzero(count >= required)
        if node.lenient:
            self._add_side_terms(scores, GRAM, self._plan.grams, GRAM_WEIGHT)
            self._add_side_terms(scores, EXACT, self._plan.characters, CHARACTER_WEIGHT)
        if node.question and not node.excluded and len(docs):
            # Other endings, compounds and spellings of the words: their n-grams tell.
            enough = scores >= np.float32(QUESTION_SHARE) * scores[docs].max()
            docs = np.flatnonzero((count >= required) | enough)
        ranked = scores[docs]
        if len(node.parts) > LONGEST_STRICT:
            ranked *= (np.maximum(count[docs], 1) / np.float32(best)) ** np.float32(COORDINATION)
        return Matches(docs, ranked)

    def _scored_and_counted(self, part: Node) -> tuple[Matches, Array]:
        """What a part finds, and the documents that have enough of it to count as having it."""
        if isinstance(part, MostOf):
            some, enough = self._most_of(part)
            return some, some.docs[enough]
        if isinstance(part, AnyOf) and any(isinstance(one, MostOf) for one in part.parts):
            before, complete = self._complete, False
            found, counted = [], []
            for one in part.parts:
                self._complete = True
                its, its_counted = self._scored_and_counted(one)
                found.append(its)
                counted.append(its_counted)
                complete = complete or (self._complete and len(its_counted) > 0)
            self._complete = before and complete
            return best_of(found, self._universe), distinct(np.concatenate(counted), self._universe)
        found_all = self._evaluate(part)
        return found_all, found_all.docs

    def _most_of(self, node: MostOf) -> tuple[Matches, Array]:
        """Documents with any of the n-grams, and which of them have enough to count."""
        parts = [self._unit(part) for part in node.parts]
        some = sum_of(parts, self._universe)
        count = np.zeros(self._universe, np.uint16)
        for part in parts:
            count[part.docs] += 1
        best = int(count.max(initial=0))
        if best < len(parts):
            self._complete = False
        required = grams_required(len(parts), best)
        if required is None:
            return NO_MATCHES, np.zeros(0, bool)
        return some, count[some.docs] >= required

    # One word

    def _unit(self, unit: Unit) -> Matches:
        word = self._words.get(unit)
        if word is None:
            word = self._words[unit] = self._word(unit)
        return word.matches

    def _word(self, unit: Unit) -> WordMatches:
        """Where and how well the documents have a word: per document the best of its ways."""
        rows: list[Row] = []
        scored: list[tuple[Alternative, Array, Array]] = []
        for alternative in unit.alternatives:
            docs, saturated, its_rows = self._alternative(alternative)
            if len(docs):
                scored.append((alternative, docs, saturated))
                rows += its_rows
        if not scored:
            return WordMatches(unit, NO_MATCHES, self._weights(NO_MATCHES.docs), ())
        docs = distinct(np.concatenate([docs for _, docs, _ in scored]), self._universe)
        weights = self._weights(docs)
        best = np.zeros(self._universe, np.float32)
        for alternative, its_docs, saturated in scored:
            value = saturated * np.float32(worth(alternative))
            best[its_docs] = np.maximum(best[its_docs], value)
        matches = Matches(docs, best[docs] * weights[self._engine.language_of[docs]])
        return WordMatches(unit, matches, weights, tuple(rows))

    def _weights(self, docs: Array) -> Array:
        """The idf, per language, of a word that these documents have."""
        sizes = self._engine.language_sizes
        return idf_by_language(np.bincount(self._engine.language_of[docs], minlength=len(sizes)), sizes)

    def _alternative(self, alternative: Alternative) -> tuple[Array, Array, list[Row]]:
        """Documents (possibly repeated), their saturated frequency, and the posting lists used."""
        if alternative.together:
            return self._together(alternative)
        rows: list[Row] = []
        for zone in alternative.zones:
            for term in alternative.terms:
                docs, weights = self._weighted(Field(zone, alternative.way), term)
                if len(docs):
                    self._scratch[docs] += weights
                    rows.append(Row(alternative, zone, docs))
        if not rows:
            return NO_MATCHES.docs, NO_MATCHES.scores, rows
        docs = rows[0].docs if len(rows) == 1 else np.concatenate([row.docs for row in rows])
        frequency = self._scratch[docs]
        self._scratch[docs] = 0.0
        return docs, frequency * (K1 + 1) / (frequency + K1), rows

    def _together(self, alternative: Alternative) -> tuple[Array, Array, list[Row]]:
        """Documents that have all the terms in one zone."""
        found: list[Matches] = []
        rows: list[Row] = []
        for zone in alternative.zones:
            lists = [
                self._weighted(Field(zone, alternative.way), term)
                for term in dict.fromkeys(alternative.terms)
            ]
            if not all(len(docs) for docs, _ in lists):
                continue
            lists.sort(key=lambda one: len(one[0]))
            docs, weights = lists[0]
            for others, other_weights in lists[1:]:
                inside, places = found_in(docs, others)
                docs, weights = docs[inside], np.minimum(weights[inside], other_weights[places[inside]])
            found.append(Matches(docs, weights * (K1 + 1) / (weights + K1)))
            rows.append(Row(alternative, zone, docs))
        both = best_of(found, self._universe)
        return both.docs, both.scores, rows

    def _weighted(self, one: Field, term: str) -> tuple[Array, Array]:
        """A posting list with its frequencies weighted by zone and normalised by length."""
        postings = self._reader.postings(one, term)
        if not len(postings):
            return NO_MATCHES.docs, NO_MATCHES.scores
        weights = np.float32(ZONE_WEIGHT[one.zone]) * self._engine.norms(one)[postings.docs]
        if one.zone == BODY:
            # A word twice in a title, or in two of many alternative titles, is no better match.
            weights *= postings.freqs
        return postings.docs, weights

    def _add_side_terms(self, scores: Array, way: str, terms: Values[str], weight: float) -> None:
        """N-grams and single characters: they rank what words have found, whatever the language."""
        for term in dict.fromkeys(terms):
            self._check_deadline()
            found = []
            for zone in (BODY, TITLE, ALIAS):
                docs, weights = self._weighted(Field(zone, way), term)
                if len(docs):
                    self._scratch[docs] += weights
                    found.append(docs)
            if not found:
                continue
            docs = found[0] if len(found) == 1 else distinct(np.concatenate(found), self._universe)
            frequency = self._scratch[docs]
            self._scratch[docs] = 0.0
            idfs = self._weights(docs)[self._engine.language_of[docs]]
            scores[docs] += np.float32(weight * (K1 + 1)) * idfs * frequency / (frequency + np.float32(K1))

    # Words in order

    def _sequence(self, node: Sequence) -> Matches:
        found: list[Matches] = []
        rows: list[Row] = []
        phrase = Alternative("exact", EXACT, (), node.zones)
        for zone in node.zones:
            keys = self._occurrences(Field(zone, EXACT), node.places[0])
            for distance, terms in enumerate(node.places[1:], 1):
                following = self._occurrences(Field(zone, EXACT), terms) - distance
                keys = keys[np.isin(keys, following, assume_unique=True)]
            if len(keys):
                docs, counts = np.unique(keys >> 32, return_counts=True)
                frequency = counts.astype(np.float32) * np.float32(ZONE_WEIGHT[zone])
                weight = self._weights(docs)[self._engine.language_of[docs]] * np.float32(len(node.places))
                found.append(Matches(docs, weight * frequency * (K1 + 1) / (frequency + K1)))
                rows.append(Row(phrase, zone, docs))
        matches = best_of(found, self._universe)
        unit = Unit(node.text, (phrase,))
        self._words[unit] = WordMatches(unit, matches, self._weights(matches.docs), tuple(rows))
        return matches

    def _occurrences(self, one: Field, terms: Values[str]) -> Array:
        """Occurrences of any of the terms as sorted distinct numbers document · 2³² + position."""
        parts = []
        for term in terms:
            docs, positions = self._reader.positions(one, term)
            parts.append((docs << 32) | positions)
        return np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)

    # Filters and facets

    def _filtered(self, matches: Matches) -> tuple[dict[str, list[tuple[str | float, int]]], Array]:
        """Facet counts, each without its own filter, and which matches pass all filters."""
        passes = {
            name: self._engine.accepted(name, accepted)[matches.docs]
            for name, accepted in self._plan.filters.items()
        }
        everything = np.ones(len(matches), bool)
        for mask in passes.values():
            everything &= mask
        facets = {}
        for name in self._plan.facets:
            others = np.ones(len(matches), bool)
            for other, mask in passes.items():
                if other != name:
                    others &= mask
            facets[name] = self._engine.counted(name, matches.docs[others])
        return facets, everything

    # Order

    def _ordered(self, docs: Array, scores: Array) -> list[tuple[int, float]]:
        if not len(docs):
            return []
        if self._plan.sort != "relevance":
            return self._sorted_by_column(docs, scores)
        scores = scores * self._preference(docs)
        scores = scores * (1 + np.float32(POPULARITY) * self._engine.popularity[docs])
        top = _leading(scores, docs, max(self._plan.offset + self._plan.limit, RESCORED))
        head, tail = top[:RESCORED], top[RESCORED:]
        better = scores[head] + self._second_look(docs[head]) * self._preference(docs[head])
        order = np.lexsort((docs[head], -better))
        ordered = list(zip(docs[head][order].tolist(), better[order].tolist(), strict=True))
        return ordered + list(zip(docs[tail].tolist(), scores[tail].tolist(), strict=True))

    def _sorted_by_column(self, docs: Array, scores: Array) -> list[tuple[int, float]]:
        if self._plan.sort == "title":
            keys = self._engine.ranks(self._plan.sort_language)[docs]
        else:
            keys = self._reader.number_column(self._plan.sort)[docs]
        missing = np.isnan(keys)
        keys = np.where(missing, 0.0, -keys if self._plan.descending else keys)
        order = np.lexsort((docs, -scores, keys, missing))
        end = self._plan.offset + self._plan.limit
        return list(zip(docs[order][:end].tolist(), scores[order][:end].tolist(), strict=True))

    def _preference(self, docs: Array) -> Array:
        preferred = self._plan.languages
        if not preferred:
            return np.ones(len(docs), np.float32)
        factor = np.ones(len(self._engine.language_sizes), np.float32)
        for code, strength in preferred.items():
            number = self._engine.language_numbers.get(code)
            if number is not None:
                factor[number] = 1 + LANGUAGE_PREFERENCE * strength
        return factor[self._engine.language_of[docs]]

    def _second_look(self, docs: Array) -> Array:
        """What whole titles and neighbouring words add to the score of the leading documents."""
        words = [
            self._words[unit]
            for unit in units_of(self._plan.root)
            if unit in self._words and len(self._words[unit].matches)
        ]
        languages = self._engine.language_of[docs]
        whole = self._plan.whole
        return titles_worth(self._reader, words, docs, languages, whole) + neighbours_worth(
            self._reader, words, docs, languages
        )


def _leading(scores: Array, docs: Array, wanted: int) -> Array:
    """Places of the `wanted` best scores, best first, equal ones by document: the same documents
    lead whatever page is asked for."""
    if wanted < len(scores):
        least = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(len(scores))
    order: Array = places[np.lexsort((docs[places], -scores[places]))]
    return order[:wanted]
