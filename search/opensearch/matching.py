"""Which documents have a word, and which have enough of a query's? Plans as filters of the cluster.

Only shapes: nothing here asks the cluster. What a plan's numbers of required words depend on comes from
`search/opensearch/statistics.py`. Terms that the local dictionaries do not have are left out, so
that a word in ten spellings and four zones costs what occurs of it. Words in order are `intervals`:
the score of a `span_near` is that of each of its terms, and of two terms of one place it finds both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeAlias

from search.index.recently_used import RecentlyUsed
from search.index.schema import EXACT, WAYS, Field
from search.opensearch.filtering import having_id
from search.opensearch.mapping import TOKENS, indexable, text_field
from search.query.plan import (
    AllOf,
    Alternative,
    AnyOf,
    FacetTerm,
    MostOf,
    Node,
    TheseDocuments,
    Unit,
)
from search.query.plan import Sequence as WordSequence
from search.ranking import grams_required, words_required

#: A query in the cluster's language.
Dsl: TypeAlias = dict[str, Any]
NOTHING: Dsl = {"match_none": {}}
EVERYTHING: Dsl = {"match_all": {}}
#: Clauses of a query; clusters refuse more than 1,024 if nobody has told them otherwise.
MOST_CLAUSES = 1000


#: Bytes of what is remembered of ways to meet words, and of words.
HELD_BYTES = 4 << 20


class Lexicon(Protocol):
    """What is known here of the terms and values of the index."""

    def occurs_in(self, one: Field, term: str) -> bool:
        """Whether some document may have the term in this field."""
        ...

    def frequency(self, way: str, terms: Sequence[str], zones: Sequence[str]) -> int:
        """How many documents have one of the terms in one of the zones, at most."""
        ...

    def having(self, node: FacetTerm) -> Dsl:
        """The documents with a value of a facet."""
        ...


class Numbers(Protocol):
    """What is known of a plan: of the wanted parts, how many the best document has."""

    def best_of(self, node: AllOf | MostOf) -> int: ...


def _or_nothing(query: Dsl) -> Dsl:
    """The same, and what finds nothing as `NOTHING` itself, which is left out of other queries."""
    return NOTHING if query == NOTHING else query


def any_of(queries: Sequence[Dsl], least: int = 1) -> Dsl:
    """Documents that at least so many of the queries find."""
    queries = [one for one in queries if one is not NOTHING]
    if len(queries) < least or not queries:
        return NOTHING
    if len(queries) == 1:
        return queries[0]
    if least == len(queries):
        return {"bool": {"filter": queries}}
    return {"bool": {"should": queries, "minimum_should_match": least}}


def all_of(queries: Sequence[Dsl]) -> Dsl:
    """Documents that all of the queries, of which there is one at least, find."""
    if not queries or any(one is NOTHING for one in queries):
        return NOTHING
    return queries[0] if len(queries) == 1 else {"bool": {"filter": list(queries)}}


def without(query: Dsl, excluded: Sequence[Dsl]) -> Dsl:
    """The same documents less those that one of the others finds."""
    excluded = [one for one in excluded if one is not NOTHING]
    if query is NOTHING or not excluded:
        return query
    return {"bool": {"filter": [query], "must_not": excluded}}


def has_term(one: Field, terms: Sequence[str]) -> Dsl:
    """Documents that have one of the terms, of which there is one at least, in the field."""
    if len(terms) == 1:
        return {"term": {text_field(one): terms[0]}}
    return {"terms": {text_field(one): list(terms)}}


def clauses_of(query: Any) -> int:
    """How many clauses a query has as clusters count them. Filters of functions are not counted."""
    if isinstance(query, list):
        return sum(map(clauses_of, query))
    if not isinstance(query, dict):
        return 0
    inner = sum(clauses_of(part) for name, part in query.items() if name not in _NOT_COUNTED)
    return inner + sum(name in query for name in _COUNTED)


_COUNTED = ("term", "terms", "match", "ids", "match_all")
_NOT_COUNTED = ("functions", "script", *_COUNTED)


class Leaves:
    """Words and phrases as filters. `lexicon` tells which terms there are."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._held: RecentlyUsed[Alternative, dict[Field, tuple[str, ...]]] = RecentlyUsed(HELD_BYTES)
        self._met: RecentlyUsed[tuple[Alternative, ...], Dsl] = RecentlyUsed(HELD_BYTES)

    def occurring(self, one: Field, terms: Iterable[str]) -> tuple[str, ...]:
        """Those of the terms, each once, that the field may have in some document."""
        return tuple(
            term for term in dict.fromkeys(terms) if indexable(term) and self.lexicon.occurs_in(one, term)
        )

    def held(self, alternative: Alternative) -> dict[Field, tuple[str, ...]]:
        """In which fields which of the terms of an alternative occur that wants one of them."""
        known = self._held.get(alternative)
        if known is not None:
            return known
        found = {}
        for zone in dict.fromkeys(alternative.zones):
            field = Field(zone, alternative.way)
            if zone in WAYS[alternative.way] and (terms := self.occurring(field, alternative.terms)):
                found[field] = terms
        self._held.keep(alternative, found, 1000 + 150 * len(alternative.terms))
        return found

    def held_together(self, alternative: Alternative) -> dict[Field, tuple[str, ...]]:
        """The fields in which all terms of an alternative occur that wants all of them."""
        wanted = tuple(dict.fromkeys(alternative.terms))
        held = self.held(alternative)
        return {field: terms for field, terms in held.items() if len(terms) == len(wanted)}

    def most(self, one: Alternative) -> int:
        """How many documents may be found by an alternative, about: at least as many as are."""
        if one.places:
            return min(self.lexicon.frequency(EXACT, terms, one.zones) for terms in one.places)
        return self.lexicon.frequency(one.way, one.terms, one.zones)

    def runs(self, zone: str, places: Sequence[Sequence[str]]) -> Dsl:
        """Documents that have words next to each other, one of each place; scored f / (f + 1)."""
        field = Field(zone, EXACT)
        rules: list[Dsl] = []
        for terms in places:
            held = [{"match": {"query": term, "analyzer": TOKENS}} for term in self.occurring(field, terms)]
            if not held:
                return NOTHING
            rules.append(held[0] if len(held) == 1 else {"any_of": {"intervals": held}})
        if not rules:
            return NOTHING
        if len(rules) == 1:
            rule = rules[0]
        else:
            rule = {"all_of": {"ordered": True, "max_gaps": 0, "intervals": rules}}
        return {"intervals": {text_field(field): rule}}

    def word(self, node: Unit | WordSequence) -> Dsl:
        """Documents that have the word in any way, or the words in order in any zone."""
        if isinstance(node, WordSequence):
            return any_of([self.runs(zone, node.places) for zone in dict.fromkeys(node.zones)])
        known = self._met.get(node.alternatives)
        if known is None:
            known = self.met(node.alternatives)
            terms = sum(len(one.terms) for one in node.alternatives)
            self._met.keep(node.alternatives, known, 2000 + 300 * terms)
        return known

    def met(self, alternatives: Iterable[Alternative]) -> Dsl:
        """Documents that have one of the alternatives."""
        by_field: dict[Field, dict[str, None]] = {}
        others: list[Dsl] = []
        for one in alternatives:
            if one.places:
                others += [self.runs(zone, one.places) for zone in dict.fromkeys(one.zones)]
            elif one.together:
                others += [
                    all_of([has_term(field, (term,)) for term in terms])
                    for field, terms in self.held_together(one).items()
                ]
            else:
                for field, terms in self.held(one).items():
                    by_field.setdefault(field, {}).update(dict.fromkeys(terms))
        return any_of([*(has_term(field, tuple(terms)) for field, terms in by_field.items()), *others])


def is_wanted(part: Node) -> bool:
    """Whether documents are expected to have a part of a conjunction."""
    return not (isinstance(part, Unit) and part.optional)


def counts_apart(part: Node) -> bool:
    """Whether documents are found by a part that do not count as having it."""
    if isinstance(part, MostOf):
        return True
    return isinstance(part, AnyOf) and any(isinstance(one, MostOf) for one in part.parts)


def is_answered(node: AllOf) -> bool:
    """Whether documents are found by their scores, too."""
    return node.question and not node.excluded


def nodes_of(node: Node) -> Iterator[Node]:
    """All nodes of a plan, parts before what they are parts of, excluded ones among them."""
    if isinstance(node, AllOf):
        for part in (*node.parts, *node.excluded):
            yield from nodes_of(part)
    elif isinstance(node, AnyOf | MostOf):
        for part in node.parts:
            yield from nodes_of(part)
    yield node


def required_of(node: AllOf, best: int) -> int:
    """How many wanted parts a document must have, where the best one has `best`; 0: none is found."""
    wanted = sum(map(is_wanted, node.parts))
    if not best:
        return 0
    if not node.lenient:
        return wanted if best >= wanted else 0
    return words_required(wanted, best, len(node.parts), question=node.question)


class Matching:
    """Plans as filters, with what is known of their numbers."""

    def __init__(
        self, leaves: Leaves, numbers: Numbers, answers: Callable[[AllOf], Dsl] | None = None
    ) -> None:
        """`answers` gives the documents that a question finds, which depends on scores."""
        self._leaves = leaves
        self._numbers = numbers
        self._answers = answers

    def found(self, node: Node) -> Dsl:
        """The documents that a node finds."""
        if isinstance(node, Unit | WordSequence):
            return self._leaves.word(node)
        if isinstance(node, FacetTerm):
            return _or_nothing(self._leaves.lexicon.having(node))
        if isinstance(node, TheseDocuments):
            return _or_nothing(having_id(node.ids))
        if isinstance(node, MostOf):
            return self._most_of(node)
        if isinstance(node, AnyOf):
            return any_of([self.found(part) for part in node.parts])
        if isinstance(node, AllOf):
            return self._all_of(node)
        return EVERYTHING

    def counted(self, part: Node) -> Dsl:
        """The documents that have enough of a part of a conjunction to count as having it."""
        if isinstance(part, AnyOf) and counts_apart(part):
            return any_of([self.counted(one) for one in part.parts])
        return self.found(part)

    def wanted(self, node: AllOf) -> list[Dsl]:
        """Each wanted part of a conjunction: the documents that count as having it."""
        return [self.counted(part) for part in node.parts if is_wanted(part)]

    def excluded(self, node: AllOf) -> list[Dsl]:
        """What a document must not have."""
        return [found for part in node.excluded if (found := self.found(part)) is not NOTHING]

    def _most_of(self, node: MostOf) -> Dsl:
        required = grams_required(len(node.parts), self._numbers.best_of(node))
        return NOTHING if required is None else self.least(node.parts, required)

    def _all_of(self, node: AllOf) -> Dsl:
        if is_answered(node) and self._answers is not None:
            return self._answers(node)
        required = required_of(node, self._numbers.best_of(node))
        if not required:
            return NOTHING
        return without(any_of(self.wanted(node), required), self.excluded(node))

    def least(self, parts: Sequence[Unit], required: int) -> Dsl:
        """The documents that have so many of the words."""
        return any_of([self._leaves.word(part) for part in parts], max(required, 1))
