"""How well does each document have a word? Words, phrases and n-grams as scoring queries of the cluster.

The scores are those of `engines/word_scores.py`; their numbers come from `search/ranking.py`. A way to meet
a word is one script over the documents that have it: what they have of it comes packed in their score
(`painless.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from search import ranking
from search.index.schema import BODY, EXACT, WAYS, Field
from search.opensearch import painless
from search.opensearch.language_statistics import Telling
from search.opensearch.mapping import text_field
from search.opensearch.matching import (
    NOTHING,
    Dsl,
    Leaves,
    has_term,
)
from search.opensearch.statistics import SIDE_ZONES, KnownNumbers
from search.query.plan import Alternative, Unit
from search.query.plan import Sequence as WordSequence

#: What no saturated frequency reaches.
_MOST_SATURATED = ranking.K1 + 1
#: A word does not occur more often in a body than so many bits say.
_FREQUENCY_BITS = 16
#: More than the frequency of any word.
_COMPLEMENT = float(1 << 20)


#: By language, what a saturated frequency is multiplied by; at least one.
Worth: TypeAlias = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Scored:
    """A scoring query, and a bound that none of its scores exceeds."""

    query: Dsl
    bound: float


NONE = Scored(NOTHING, 0.0)


def scripted(query: Dsl, source: str, parameters: Mapping[str, Any], *, least: float | None = None) -> Dsl:
    """The documents of a query with the score that a script gives them; only those that reach `least`."""
    inner: Dsl = {"query": query, "script": {"source": source, "params": dict(parameters)}}
    if least is not None:
        inner["min_score"] = least
    return {"script_score": inner}


def best_of(parts: Sequence[Scored]) -> Scored:
    """Documents of any part, scored as the best."""
    parts = [part for part in parts if part.query is not NOTHING]
    if len(parts) < 2:
        return parts[0] if parts else NONE
    query = {"dis_max": {"tie_breaker": 0.0, "queries": [part.query for part in parts]}}
    return Scored(query, max(part.bound for part in parts))


def sum_of(parts: Sequence[Scored]) -> Scored:
    """Documents of any part, scored as the sum of them."""
    parts = [part for part in parts if part.query is not NOTHING]
    if len(parts) < 2:
        return parts[0] if parts else NONE
    return Scored(
        {"bool": {"should": [part.query for part in parts], "minimum_should_match": 1}},
        sum(part.bound for part in parts),
    )


class WordScoring:
    """Words, phrases, n-grams."""

    def __init__(self, leaves: Leaves, known: KnownNumbers) -> None:
        self._leaves = leaves
        self._known = known
        self._languages = known.languages

    def word(self, node: Unit | WordSequence) -> Scored:
        """Raises `NotKnown`."""
        if isinstance(node, WordSequence):
            return self._phrase(node)
        return self.met(node.alternatives, self._known.word(node).telling)

    def met(self, alternatives: Sequence[Alternative], telling: Telling) -> Scored:
        """Documents that have a word in one of these ways, scored as the best."""
        return best_of(
            [
                self._alternative(one, _worth(telling, one.weight * ranking.KIND_WEIGHT[one.kind]))
                for one in alternatives
            ]
        )

    def side(self, way: str, term: str, weight: float) -> Scored:
        """An n-gram or a single character. Raises `NotKnown`."""
        fields = [Field(zone, way) for zone in SIDE_ZONES]
        held = {one: (term,) for one in fields if self._leaves.occurring(one, (term,))}
        return self._any(held, _worth(self._known.side(way, term), weight)) if held else NONE

    def _alternative(self, one: Alternative, worth: Worth) -> Scored:
        if one.places:
            return self._in_order(one, worth)
        if one.together:
            held = self._leaves.held_together(one)
            return best_of([self._together(field, terms, worth) for field, terms in held.items()])
        return self._any(self._leaves.held(one), worth)

    def _any(self, held: Mapping[Field, Sequence[str]], worth: Worth) -> Scored:
        """Documents that have any of the terms of any of the fields."""
        if not held:
            return NONE
        most = max(map(len, held.values()))
        bits = most.bit_length()
        bodies = [field for field in held if field.zone == BODY]
        needed = len(painless.NAME_ZONES) * bits
        needed += _FREQUENCY_BITS + (len(held[bodies[0]]) - 1).bit_length() if bodies else 0
        (way,) = {field.way for field in held}
        if needed <= painless.SCORE_BITS:
            clauses = [one for field, terms in held.items() for one in _counts(field, terms, bits)]
            return self._packed(way, clauses, bits, worth)
        # More terms than fit: the names and the body are added by scripts of their own.
        parts = [
            [
                one
                for field, terms in held.items()
                if field.zone != BODY
                for one in _counts(field, terms, bits)
            ],
            [one for field in bodies for one in _counts(field, held[field], bits)],
        ]
        weights = [
            scripted(
                any_score(clauses),
                painless.word_script(way, single=False, saturated=False),
                {"p": self._numbers(way, bits, worth)},
            )
            for clauses in parts
            if clauses
        ]
        return _saturated(any_score(weights), painless.SATURATED, {}, worth)

    def _packed(self, way: str, clauses: list[Dsl], bits: int, worth: Worth) -> Scored:
        """Clauses whose sum is what a document has of a word, packed, as its worth."""
        source = painless.word_script(way, single=bits == 1)
        query = scripted(any_score(clauses), source, {"p": self._numbers(way, bits, worth)})
        return Scored(query, _most(worth))

    def _numbers(self, way: str, bits: int, worth: Worth) -> list[float]:
        """The parameter `p` of `painless.word_script`."""
        zones = [zone for zone in painless.PACKED_ZONES if zone in WAYS[way]]
        slopes = [self._languages.slopes(Field(zone, way)) for zone in zones]
        numbers: list[float] = [(1 << bits) - 1, bits]
        for language, weight in worth:
            numbers += [language, weight, *(one[language] for one in slopes)]
        return numbers

    def _together(self, field: Field, terms: Sequence[str], worth: Worth) -> Scored:
        """Documents that have all of the terms in one field; those of a body as often as the rarest."""
        every = [has_term(field, (term,)) for term in terms]
        query: Dsl
        if field.zone != BODY:
            query = {"bool": {"filter": every}}
        elif len(every) == 1:
            query = every[0]
        else:
            frequencies = [scripted(one, painless.COMPLEMENT, {"c": _COMPLEMENT}) for one in every]
            most = {"dis_max": {"tie_breaker": 0.0, "queries": frequencies}}
            query = scripted(
                {"bool": {"must": [most], "filter": every}}, painless.COMPLEMENT, {"c": _COMPLEMENT}
            )
        return self._packed(field.way, [_shifted(field, query)], 1, worth)

    def _in_order(self, one: Alternative, worth: Worth) -> Scored:
        """Documents that have the words of an alternative next to each other."""
        clauses = []
        for zone in dict.fromkeys(one.zones):
            runs = self._leaves.runs(zone, one.places)
            if runs is not NOTHING:
                if zone == BODY:
                    runs = scripted(runs, painless.RUNS, {"scale": 1.0})
                clauses.append(_shifted(Field(zone, EXACT), runs))
        return self._packed(EXACT, clauses, 1, worth) if clauses else NONE

    def _phrase(self, node: WordSequence) -> Scored:
        facts = self._known.word(node)
        return best_of(
            [
                _saturated(
                    self._leaves.runs(zone, node.places),
                    painless.PHRASE,
                    {"z": ranking.ZONE_WEIGHT[zone]},
                    _worth(telling, len(node.places)),
                )
                for zone, telling in facts.zones.items()
            ]
        )


def _worth(telling: Telling, weight: float) -> Worth:
    """What a saturated frequency is multiplied by: the word's idf times what the way is worth. As many
    digits as matter: queries have thousands of these."""
    weight *= ranking.K1 + 1
    idfs = telling.idfs[list(telling.languages)].tolist()
    worth = [
        (one, round(max(idf, 0.0) * weight, 6)) for one, idf in zip(telling.languages, idfs, strict=True)
    ]
    # Nobody has a word that no document was counted with: any weight will do.
    return worth or [(0, 0.0)]


def _most(worth: Worth) -> float:
    return max(weight for _, weight in worth)


def _saturated(query: Dsl, source: str, parameters: Mapping[str, Any], worth: Worth) -> Scored:
    """A script that saturates a sum, with its weights by language."""
    numbers = [number for row in worth for number in row]
    return Scored(scripted(query, source, {**parameters, "p": numbers}), _most(worth))


def _counts(field: Field, terms: Sequence[str], bits: int) -> list[Dsl]:
    """Clauses whose sum is what a document has of the terms in a field, at the field's place."""
    return [_shifted(field, has_term(field, (term,)), bits) for term in terms]


def _shifted(field: Field, query: Dsl, bits: int = 1) -> Dsl:
    """One for a document of the query, or for a body the query's score, at the place of the field's zone."""
    boost = float(1 << painless.PACKED_ZONES.index(field.zone) * bits)
    if field.zone != BODY:
        return {"constant_score": {"filter": query, "boost": boost}}
    if "term" in query:
        return {"term": {text_field(field): {"value": query["term"][text_field(field)], "boost": boost}}}
    return {"bool": {"must": [query], "boost": boost}}


def any_score(clauses: list[Dsl]) -> Dsl:
    """The sum of the scores of the clauses, of which there is one at least."""
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": clauses, "minimum_should_match": 1}}
