"""What is asked of the cluster before a plan can be, and what the plan is then.

Round by round: all that can be asked is asked at once, until nothing is missing. Of a plan whose words are
known nothing is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from search.index.schema import EXACT, GRAM
from search.opensearch.completeness import is_complete, missing_words
from search.opensearch.matching import Dsl, Leaves, nodes_of
from search.opensearch.scoring import Scoring, TooManyClauses
from search.opensearch.statistics import KnownNumbers, NotKnown, WordFacts
from search.opensearch.word_scoring import Scored
from search.query.plan import AllOf, MostOf, Plan, Unit
from search.query.plan import Sequence as WordSequence

#: Asks the cluster several searches, and gives their answers.
Ask = Callable[[Sequence[Dsl]], Sequence[dict[str, Any]]]
#: Rounds that no plan needs: one for each node within another, and more.
_MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class PreparedPlan:
    """A plan as one scoring query. `complete`, `missing` as in `EngineResults`."""

    query: Dsl
    complete: bool
    missing: tuple[str, ...]
    scoring: Scoring
    known: KnownNumbers

    def facts(self, word: Unit | WordSequence) -> WordFacts:
        """What is known of one of the plan's words in all documents."""
        return self.known.word(word)

    def scored(self, word: Unit | WordSequence) -> Scored:
        """One of the plan's words as a scoring query."""
        return self.scoring.found(word)


def prepared(leaves: Leaves, known: KnownNumbers, plan: Plan, ask: Ask, *, popular: bool) -> PreparedPlan:
    """The plan, after all was asked that it depends on. `popular`: documents differ in popularity."""
    thrift = 0
    scoring = _begun(leaves, known, plan, thrift)
    for _ in range(_MOST_ROUNDS):
        try:
            for node in nodes_of(plan.root):
                if isinstance(node, Unit | WordSequence):
                    known.word(node)
            return PreparedPlan(
                scoring.query(popular=popular),
                is_complete(plan.root, known),
                missing_words(plan.root, known),
                scoring,
                known,
            )
        except TooManyClauses:
            thrift += 1
            scoring = _begun(leaves, known, plan, thrift)
        except NotKnown:
            _note_all(plan, known)
            known.answer(ask(known.asked()))
    raise RuntimeError("a plan whose numbers depend on themselves")


def _begun(leaves: Leaves, known: KnownNumbers, plan: Plan, thrift: int) -> Scoring:
    scoring = Scoring(leaves, known, plan, thrift=thrift)
    known.begin(scoring.matching, (plan.grams, plan.characters, thrift))
    return scoring


def _note_all(plan: Plan, known: KnownNumbers) -> None:
    """Note all that can be asked by now."""
    for node in nodes_of(plan.root):
        try:
            if isinstance(node, Unit | WordSequence):
                known.word(node)
            elif isinstance(node, AllOf | MostOf):
                known.best_of(node)
        except NotKnown:
            continue
    if not any(isinstance(node, AllOf) and node.lenient for node in nodes_of(plan.root)):
        return
    for way, term in ranking_terms_of(plan):
        try:
            known.side(way, term)
        except NotKnown:
            continue


def ranking_terms_of(plan: Plan) -> list[tuple[str, str]]:
    """(way, term) of the n-grams and single characters that rank what words have found."""
    terms = [(GRAM, term) for term in plan.grams] + [(EXACT, term) for term in plan.characters]
    return list(dict.fromkeys(terms))
