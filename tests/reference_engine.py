"""What a plan should find, worked out one document at a time in plain Python.

The formulas are those of docs/adr/0004 and `search/ranking.py`, written from their description and
without NumPy, posting lists or caches. Collections have fewer documents than are looked at twice,
so every document is.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from dataclasses import dataclass

from random_collection import Collection

from search import ranking
from search.index.schema import ALIAS, BODY, EXACT, GRAM, KEY, STEM, TITLE, Field
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
from search.request import Range

Scores = dict[int, float]
ALIAS_SHARE = 0.9


@dataclass
class Answer:
    scores: Scores
    facets: dict[str, list[tuple[str | float, int]]]
    complete: bool


class Reference:
    """Answers to one plan on one collection."""

    def __init__(self, collection: Collection, plan: Plan) -> None:
        self._rows = collection.rows
        self._live = collection.live
        self._plan = plan
        self._sizes = Counter(self._rows[doc].language for doc in self._live)
        self._complete = True
        self._idfs: dict[tuple[frozenset[int], str | None], float] = {}
        self._known: dict[tuple[Alternative, ...], tuple[Scores, set[int]]] = {}
        self._lengths: dict[Field, dict[str | None, float]] = {}

    def answer(self) -> Answer:
        scores, _ = self._evaluate(self._plan.root)
        scores = {doc: score for doc, score in scores.items() if doc in set(self._live)}
        facets = {
            name: self._counts(name, [doc for doc in scores if self._passes(doc, but=name)])
            for name in self._plan.facets
        }
        scores = {doc: score for doc, score in scores.items() if self._passes(doc)}
        return Answer({doc: self._final(doc, score) for doc, score in scores.items()}, facets, self._complete)

    # Words

    def _tf(self, one: Field, term: str, doc: int) -> int:
        return self._rows[doc].terms.get(one, ()).count(term)

    def _idf(self, docs: set[int], doc: int) -> float:
        """Of a word that `docs` have, in the language of `doc`."""
        key = (frozenset(docs), self._rows[doc].language)
        if key not in self._idfs:
            self._idfs[key] = self._idf_in(docs, self._rows[doc].language)
        return self._idfs[key]

    def _idf_in(self, docs: set[int], language: str | None) -> float:
        own = sum(self._rows[one].language == language for one in docs)
        share = (len(docs) + 0.5) / (len(self._live) + 1)
        size = self._sizes[language]
        prior = ranking.LANGUAGE_PRIOR**2 / (ranking.LANGUAGE_PRIOR + size)
        smoothed = (own + prior * share) / (size + prior)
        return -math.log(min(max(smoothed, share, 1e-9), 1.0))

    def _weight(self, one: Field, term: str, doc: int) -> float:
        tf = self._tf(one, term, doc)
        if not tf:
            return 0.0
        b = ranking.ZONE_B[one.zone]
        norm = 1 / (1 - b + b * len(self._rows[doc].terms[one]) / self._mean_length(one, doc))
        return ranking.ZONE_WEIGHT[one.zone] * norm * (tf if one.zone == BODY else 1)

    def _mean_length(self, one: Field, doc: int) -> float:
        """In the language of `doc`; documents deleted since count as long as they lie in a segment."""
        if one not in self._lengths:
            by_language: defaultdict[str | None, list[int]] = defaultdict(list)
            for row in self._rows:
                if row.terms.get(one):
                    by_language[row.language].append(len(row.terms[one]))
            every = [length for lengths in by_language.values() for length in lengths]
            mean = max(sum(every) / len(every), 1.0)
            prior = ranking.LENGTH_PRIOR
            self._lengths[one] = {
                language: max((sum(lengths) + prior * mean) / (len(lengths) + prior), 1.0)
                for language, lengths in by_language.items()
            }
        return self._lengths[one][self._rows[doc].language]

    def _alternative(self, one: Alternative, doc: int) -> float:
        """The saturated frequency, 0 where the document does not have it."""
        if not one.together:
            return saturated(
                sum(self._weight(Field(zone, one.way), term, doc) for zone in one.zones for term in one.terms)
            )
        return max(
            saturated(min(self._weight(Field(zone, one.way), term, doc) for term in one.terms))
            for zone in one.zones
        )

    def _word(self, unit: Unit) -> tuple[Scores, set[int]]:
        if unit.alternatives not in self._known:
            self._known[unit.alternatives] = self._scored(unit)
        return self._known[unit.alternatives]

    def _scored(self, unit: Unit) -> tuple[Scores, set[int]]:
        best: Scores = {}
        for doc in self._live:
            for one in unit.alternatives:
                value = self._alternative(one, doc)
                if value:
                    worth = value * one.weight * ranking.KIND_WEIGHT[one.kind]
                    best[doc] = max(best.get(doc, 0.0), worth)
        docs = set(best)
        return {doc: value * self._idf(docs, doc) for doc, value in best.items()}, docs

    def _sequence(self, node: Sequence) -> Scores:
        best: Scores = {}
        for zone in node.zones:
            counts = {
                doc: sum(
                    all(text[start + place] in terms for place, terms in enumerate(node.places))
                    for start in range(len(text) - len(node.places) + 1)
                )
                for doc in self._live
                if (text := self._rows[doc].terms.get(Field(zone, EXACT), ()))
            }
            docs = {doc for doc, count in counts.items() if count}
            for doc in docs:
                score = saturated(counts[doc] * ranking.ZONE_WEIGHT[zone])
                score *= len(node.places) * self._idf(docs, doc)
                best[doc] = max(best.get(doc, 0.0), score)
        return best

    # The tree: scores, and the documents that count as having a part

    def _evaluate(self, node: Node) -> tuple[Scores, set[int]]:
        if isinstance(node, Unit):
            return self._word(node)
        if isinstance(node, Sequence):
            scores = self._sequence(node)
        elif isinstance(node, FacetTerm):
            scores = {doc: 1.0 for doc in range(len(self._rows)) if self._has(node.name, node.value, doc)}
        elif isinstance(node, AllOf):
            scores = self._all_of(node)
        elif isinstance(node, AnyOf):
            scores = self._combined(self._alternatives(node, whole=True), summed=node.summed)[0]
        elif isinstance(node, MostOf):
            some, enough = self._most_of(node)
            scores = {doc: some[doc] for doc in enough}
        else:
            scores = dict.fromkeys(self._live, 1.0)
        return scores, set(scores)

    def _counted(self, node: Node) -> tuple[Scores, set[int]]:
        if isinstance(node, MostOf):
            return self._most_of(node)
        if isinstance(node, AnyOf) and any(isinstance(one, MostOf) for one in node.parts):
            return self._combined(self._alternatives(node, whole=False), summed=False)
        return self._evaluate(node)

    def _alternatives(self, node: AnyOf, *, whole: bool) -> list[tuple[Scores, set[int]]]:
        before, complete, found = self._complete, False, []
        for part in node.parts:
            self._complete = True
            found.append(self._evaluate(part) if whole else self._counted(part))
            complete = complete or (self._complete and bool(found[-1][1]))
        self._complete = before and complete
        return found

    @staticmethod
    def _combined(found: list[tuple[Scores, set[int]]], *, summed: bool) -> tuple[Scores, set[int]]:
        scores: Scores = {}
        for its, _ in found:
            for doc, score in its.items():
                scores[doc] = scores.get(doc, 0.0) + score if summed else max(scores.get(doc, 0.0), score)
        return scores, {doc for _, counted in found for doc in counted}

    def _most_of(self, node: MostOf) -> tuple[Scores, set[int]]:
        found = [self._word(part) for part in node.parts]
        counts = Counter(doc for _, docs in found for doc in docs)
        best = max(counts.values(), default=0)
        self._complete = self._complete and best == len(node.parts)
        required = ranking.grams_required(len(node.parts), best)
        if required is None:
            return {}, set()
        scores, _ = self._combined(found, summed=True)
        return scores, {doc for doc, count in counts.items() if count >= required}

    def _all_of(self, node: AllOf) -> Scores:
        found = [self._counted(part) for part in node.parts]
        wanted = [
            docs
            for part, (_, docs) in zip(node.parts, found, strict=True)
            if not (isinstance(part, Unit) and part.optional)
        ]
        excluded = {doc for part in node.excluded for doc in self._evaluate(part)[0]}
        counts = Counter(doc for docs in wanted for doc in docs if doc not in excluded)
        best = max(counts.values(), default=0)
        if not best:
            self._complete = self._complete and not wanted
            return {}
        required = len(wanted)
        if node.lenient:
            self._complete = self._complete and best == len(wanted)
            required = ranking.words_required(len(wanted), best, len(node.parts), question=node.question)
        scores: defaultdict[int, float] = defaultdict(float)
        for its, _ in found:
            for doc, score in its.items():
                scores[doc] += score
        if node.lenient:
            self._add_sides(scores)
        docs = {doc for doc, count in counts.items() if count >= required}
        if node.question and not node.excluded and docs:
            least = ranking.QUESTION_SHARE * max(scores[doc] for doc in docs)
            docs |= {doc for doc, score in scores.items() if score >= least}
        if len(node.parts) > ranking.LONGEST_STRICT:
            return {doc: scores[doc] * (max(counts[doc], 1) / best) ** ranking.COORDINATION for doc in docs}
        return {doc: scores[doc] for doc in docs}

    def _add_sides(self, scores: defaultdict[int, float]) -> None:
        for way, terms, weight in (
            (GRAM, self._plan.grams, ranking.GRAM_WEIGHT),
            (EXACT, self._plan.characters, ranking.CHARACTER_WEIGHT),
        ):
            for term in set(terms):
                summed = {
                    doc: sum(self._weight(Field(zone, way), term, doc) for zone in (TITLE, ALIAS, BODY))
                    for doc in self._live
                }
                docs = {doc for doc, value in summed.items() if value}
                for doc in docs:
                    scores[doc] += weight * saturated(summed[doc]) * self._idf(docs, doc)

    # The second look, preferences, facets

    def _final(self, doc: int, score: float) -> float:
        row = self._rows[doc]
        if self._plan.sort != "relevance":
            return score
        strength = self._plan.languages.get(row.language or "", 0.0)
        preference = 1 + ranking.LANGUAGE_PREFERENCE * strength
        values = sorted({one.popularity or 0.0 for one in self._rows})
        popular = values.index(row.popularity or 0.0) / max(len(values) - 1, 1)
        score *= preference * (1 + ranking.POPULARITY * popular)
        words = [(unit, docs) for unit in units_of(self._plan.root) if (docs := self._word(unit)[1])]
        return score + preference * (self._title(doc, words) + self._neighbours(doc, words))

    def _title(self, doc: int, words: list[tuple[Unit, set[int]]]) -> float:
        share = 0.0
        for zone, factor in ((TITLE, 1.0), (ALIAS, ALIAS_SHARE)):
            met = sum(any(self._is_in(one, zone, doc) for one in unit.alternatives) for unit, _ in words)
            length = len(self._rows[doc].terms.get(Field(zone, STEM), ()))
            covered = min(met / max(length, 1), 1.0) * met / max(len(words), 1)
            share = max(share, covered * factor)
            if self._plan.whole and self._tf(Field(zone, KEY), self._plan.whole, doc):
                share = max(share, factor)
        return ranking.WHOLE_TITLE * share**2 * sum(self._idf(docs, doc) for _, docs in words)

    def _is_in(self, one: Alternative, zone: str, doc: int) -> bool:
        return (
            zone in one.zones
            and not one.together
            and one.kind not in ("prefix", "synonym")
            and any(self._tf(Field(zone, one.way), term, doc) for term in one.terms)
        )

    def _neighbours(self, doc: int, words: list[tuple[Unit, set[int]]]) -> float:
        added = 0.0
        spaced = [(unit, docs) for unit, docs in words if not unit.is_gram]
        for (first, its), (second, others) in itertools.pairwise(spaced):
            for zone in (TITLE, BODY):
                text = self._rows[doc].terms.get(Field(zone, EXACT), ())
                before, after = self._written(first, zone), self._written(second, zone)
                if any(one in before and other in after for one, other in itertools.pairwise(text)):
                    added += ranking.ADJACENT * (self._idf(its, doc) + self._idf(others, doc))
        return added

    @staticmethod
    def _written(unit: Unit, zone: str) -> set[str]:
        return {
            term
            for one in unit.alternatives
            if one.way == EXACT and one.kind in ("exact", "folded") and zone in one.zones
            for term in one.terms
        }

    def _values(self, name: str, doc: int) -> tuple[str | float, ...]:
        row = self._rows[doc]
        if name == "genre":
            return row.genres
        if name == "year":
            return () if row.year is None else (row.year,)
        return (row.language,) if row.language else ()

    def _has(self, name: str, accepted: str | Range, doc: int) -> bool:
        for value in self._values(name, doc):
            if isinstance(accepted, Range):
                low = -math.inf if accepted.low is None else accepted.low
                high = math.inf if accepted.high is None else accepted.high
                if isinstance(value, float) and low <= value <= high:
                    return True
            elif isinstance(value, float):
                if float(accepted) == value:
                    return True
            elif accepted.lower() == value.lower():
                return True
        return False

    def _passes(self, doc: int, *, but: str = "") -> bool:
        return all(
            any(self._has(name, one, doc) for one in accepted)
            for name, accepted in self._plan.filters.items()
            if name != but
        )

    def _counts(self, name: str, docs: list[int]) -> list[tuple[str | float, int]]:
        counts = Counter(value for doc in docs for value in self._values(name, doc))
        return sorted(
            counts.items(),
            key=lambda pair: (-pair[1], -pair[0] if isinstance(pair[0], float) else pair[0]),
        )


def saturated(frequency: float) -> float:
    """BM25's saturation of a weighted frequency."""
    return frequency * (ranking.K1 + 1) / (frequency + ranking.K1)
