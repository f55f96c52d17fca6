"""How well does each document have what a plan asks for? Plans as scoring queries of the cluster.

The scores are those of `engines/execution.py`, node by node. Ways to meet a word combine by the best of
them (`word_scoring.py`), words by their sum.

Clusters refuse queries of more than some clauses. Of a plan that would have more some n-grams are left
out, then all, then words that are not wanted, then far ways to meet the others: each `thrift` more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from search import ranking
from search.index.schema import EXACT, GRAM
from search.opensearch import painless
from search.opensearch.matching import (
    EVERYTHING,
    MOST_CLAUSES,
    NOTHING,
    Dsl,
    Leaves,
    Matching,
    any_of,
    clauses_of,
    counts_apart,
    is_answered,
    is_wanted,
    required_of,
)
from search.opensearch.statistics import KnownNumbers
from search.opensearch.word_scoring import NONE, Scored, WordScoring, any_score, best_of, scripted, sum_of
from search.query.plan import AllOf, AnyOf, MostOf, Node, Plan, TheseDocuments, Unit
from search.query.plan import Sequence as WordSequence

#: From which thrift on there are no n-grams, only wanted words, these only by near ways; and the share of
#: n-grams, the most telling, that is kept before.
_NO_GRAMS, _ONLY_WANTED, _ONLY_NEAR, _KEPT = 2, 3, 4, 0.5
#: The ways to meet a word that are kept the longest.
_NEAR = ("exact", "folded", "stem")


class TooManyClauses(Exception):
    """The cluster would refuse the query: something has to be left out."""


class Scoring:
    """One plan as scoring queries. Raises `NotKnown` where a number has to be asked first, `TooManyClauses`
    where more thrift is needed."""

    def __init__(self, leaves: Leaves, known: KnownNumbers, plan: Plan, *, thrift: int = 0) -> None:
        self._known = known
        self._plan = plan
        self._thrift = thrift
        self._words = WordScoring(leaves, known)
        self.matching = Matching(leaves, known, lambda node: self.found(node).query)

    def query(self, *, popular: bool) -> Dsl:
        """The plan's documents and scores as pages by relevance order them, but for the second look.
        `popular`: documents differ in popularity."""
        query = self._checked(self.found(self._plan.root).query)
        preference = self._known.languages.preference(self._plan.languages)
        if query is NOTHING or self._plan.sort != "relevance" or not (popular or preference):
            return query
        if preference is None:
            return scripted(query, painless.POPULAR, {})
        return scripted(query, painless.PREFERRED, {"p": preference})

    def _checked(self, query: Dsl) -> Dsl:
        if self._thrift < _ONLY_NEAR and clauses_of(query) > MOST_CLAUSES:
            raise TooManyClauses
        return query

    def found(self, node: Node) -> Scored:
        """The documents that a node finds."""
        if isinstance(node, Unit | WordSequence):
            return self._word(node)
        if isinstance(node, AllOf):
            return self._all_of(node)
        if isinstance(node, AnyOf):
            return (sum_of if node.summed else best_of)([self.found(part) for part in node.parts])
        if isinstance(node, MostOf):
            return self._most_of(node)
        query = self.matching.found(node)
        if query is NOTHING:
            return NONE
        # Documents that are named are worth nothing by themselves.
        worth = 0.0 if isinstance(node, TheseDocuments) else 1.0
        return Scored({"constant_score": {"filter": query, "boost": worth}}, worth)

    def _word(self, node: Unit | WordSequence) -> Scored:
        if self._thrift < _ONLY_NEAR or isinstance(node, WordSequence):
            return self._words.word(node)
        near = tuple(one for one in node.alternatives if one.kind in _NEAR)
        found = self._words.met(near, self._known.word(node).telling)
        return self._words.word(node) if found.query is NOTHING else found

    def _most_of(self, node: MostOf) -> Scored:
        """Documents with enough of the n-grams."""
        required = ranking.grams_required(len(node.parts), self._known.best_of(node))
        if required is None:
            return NONE
        return _least([self._word(part) for part in node.parts], required)

    def _part(self, part: Node) -> Scored:
        """What a part of a conjunction finds; documents among it that do not count as having it, too."""
        if isinstance(part, MostOf):
            enough = ranking.grams_required(len(part.parts), self._known.best_of(part)) is not None
            return sum_of([self._word(one) for one in part.parts]) if enough else NONE
        if isinstance(part, AnyOf) and counts_apart(part):
            return best_of([self._part(one) for one in part.parts])
        return self.found(part)

    # Conjunctions

    def _all_of(self, node: AllOf) -> Scored:
        best = self._known.best_of(node)
        required = required_of(node, best)
        if not required:
            return NONE
        excluded = self.matching.excluded(node)
        spared = self._thrift >= _ONLY_WANTED and node.lenient
        parts = [(part, self._part(part)) for part in node.parts if is_wanted(part) or not spared]
        sides = self._sides(node)
        # Without n-grams nothing tells of documents that lack the words.
        if is_answered(node) and self._thrift < _NO_GRAMS:
            return self._answers(node, best, required, parts, sides)
        wanted = [scored for part, scored in parts if is_wanted(part)]
        others = [scored for part, scored in parts if not is_wanted(part)] + sides
        if any(counts_apart(part) for part in node.parts):
            # Documents may score without counting: what counts is asked apart.
            enough = any_of(self.matching.wanted(node), required)
            found = NONE if enough is NOTHING else Scored({"bool": {"filter": [enough]}}, 0.0)
            others = [*wanted, *others]
        else:
            found = _least(wanted, required)
        if found.query is NOTHING:
            return NONE
        scored = _with_others(found, others, excluded)
        if len(node.parts) > ranking.LONGEST_STRICT and required < best:
            return self._coordinated(node, best, scored)
        return scored

    def _coordinated(self, node: AllOf, best: int, scored: Scored) -> Scored:
        """Scores that also count how many of the wanted words a document has."""
        step = _step(scored.bound)
        parameters = {"step": step, "g": _shares(best)}
        query = scripted(self._with_counts(node, step, scored.query), painless.COORDINATED, parameters)
        return Scored(query, scored.bound)

    def _with_counts(self, node: AllOf, step: float, query: Dsl) -> Dsl:
        """Scores to which `step` is added once, and for each wanted part that a document has."""
        counts = [one for one in self.matching.wanted(node) if one is not NOTHING]
        functions = [{"filter": one, "weight": step} for one in (EVERYTHING, *counts)]
        return {
            "function_score": {
                "query": query,
                "functions": functions,
                "score_mode": "sum",
                "boost_mode": "sum",
            }
        }

    def _sides(self, node: AllOf) -> list[Scored]:
        """N-grams and single characters: they rank what words have found."""
        if not node.lenient or self._thrift >= _NO_GRAMS:
            return []
        sides = (
            (GRAM, self._plan.grams, ranking.GRAM_WEIGHT),
            (EXACT, self._plan.characters, ranking.CHARACTER_WEIGHT),
        )
        found = [
            self._words.side(way, term, weight)
            for way, terms, weight in sides
            for term in dict.fromkeys(terms)
        ]
        found = [one for one in found if one.query is not NOTHING]
        if self._thrift:
            found.sort(key=lambda one: -one.bound)
            found = found[: int(_KEPT * len(found))]
        return found

    # Questions

    def _answers(
        self,
        node: AllOf,
        best: int,
        required: int,
        parts: Sequence[tuple[Node, Scored]],
        sides: Sequence[Scored],
    ) -> Scored:
        """Documents that have enough of a question's words, and those whose parts of words say as much."""
        scored = [one for _, one in parts if one.query is not NOTHING] + list(sides)
        summed = any_score([one.query for one in scored])
        bound = sum(one.bound for one in scored)
        enough = any_of(self.matching.wanted(node), required)
        most = self._known.most(
            (node.parts, required, self._plan.grams, self._plan.characters, self._thrift),
            lambda: {"query": self._checked(_within(summed, enough))},
        )
        least = ranking.QUESTION_SHARE * most
        others = self._may_answer(required, parts, sides, least)
        step = _step(bound)
        query = self._with_counts(node, step, _within(summed, any_of([enough, others])))
        is_long = len(node.parts) > ranking.LONGEST_STRICT
        parameters = {
            "step": step,
            "g": _shares(best) if is_long else [1.0] * (best + 1),
            "r": required,
            "t": least,
        }
        return Scored(scripted(query, painless.ANSWERED, parameters, least=painless.LEAST), bound)

    @staticmethod
    def _may_answer(
        required: int, parts: Sequence[tuple[Node, Scored]], sides: Sequence[Scored], least: float
    ) -> Dsl:
        """Documents that may score so much though they have fewer than the required words: what a
        document would have to have is told from the bounds of the parts, so that few are looked at."""
        words = sorted((one.bound for part, one in parts if is_wanted(part)), reverse=True)
        optional = sum(one.bound for part, one in parts if not is_wanted(part))
        if any(counts_apart(part) for part, _ in parts):
            missing = 0.0
        else:
            missing = least - sum(words[: required - 1]) - optional
        # Sums of single precision.
        missing *= 1 - 1e-4
        if missing <= 0:
            return any_of([one.query for _, one in parts] + [one.query for one in sides])
        ordered = sorted(sides, key=lambda one: one.bound)
        total, few = 0.0, 0
        while few < len(ordered) and total + ordered[few].bound < missing:
            total += ordered[few].bound
            few += 1
        telling = [one.query for one in ordered[few:]]
        total, many = 0.0, 0
        for one in reversed(ordered):
            if total >= missing:
                break
            total += one.bound
            many += 1
        if not telling or total < missing:
            return NOTHING
        every = [one.query for one in ordered]
        if many < 2:
            return any_of(telling)
        return {"bool": {"filter": [any_of(telling), any_of(every, many)]}}


def _step(bound: float) -> float:
    """A power of two above all scores, which leaves single precision the most bits for them."""
    return 2.0 ** math.ceil(math.log2(bound * 1.001 + 0.01))


def _shares(best: int) -> list[float]:
    """By the number of words that a document has, what its score is multiplied by."""
    return [(max(count, 1) / best) ** ranking.COORDINATION for count in range(best + 1)]


def _least(parts: Sequence[Scored], required: int) -> Scored:
    """Documents that so many of the parts find, scored as the sum of them."""
    held = [part for part in parts if part.query is not NOTHING]
    if len(held) < required:
        return NONE
    bound = sum(part.bound for part in held)
    queries = [part.query for part in held]
    if required == len(held):
        return held[0] if required == 1 else Scored({"bool": {"must": queries}}, bound)
    return Scored({"bool": {"should": queries, "minimum_should_match": required}}, bound)


def _with_others(found: Scored, others: Sequence[Scored], excluded: Sequence[Dsl]) -> Scored:
    """The same documents with what others add to their scores, less the excluded."""
    added = [one for one in others if one.query is not NOTHING]
    if not added and not excluded:
        return found
    clauses: Dsl = {"must": [found.query]}
    if added:
        # Beside what must be, nothing of these need be.
        clauses["should"] = [one.query for one in added]
    if excluded:
        clauses["must_not"] = list(excluded)
    return Scored({"bool": clauses}, found.bound + sum(one.bound for one in added))


def _within(query: Dsl, documents: Dsl) -> Dsl:
    return {"bool": {"must": [query], "filter": [documents]}}
