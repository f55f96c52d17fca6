"""What of a query do the leading documents have? Named queries, and what is made of their answers.

The cluster finds and scores. Why a document is a hit, whether a title is the query, which words are
neighbours: that is asked of the few documents that lead, by queries that bear names. Their answers
become the arrays that `word_matches`, `second_look` and `explanation` work on, for an index of just
these documents; so the judgement is the same code whatever the engine.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Values
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import orjson

from search.engines.base import EngineHit
from search.engines.explanation import explained_hits
from search.engines.matches import NO_DOCS, Matches
from search.engines.second_look import neighbours_worth, titles_worth
from search.engines.word_matches import READ_ZONES, Row, WordMatches, word_matches
from search.index.codec.arrays import Array
from search.index.schema import ALIAS, EXACT, KEY, STEM, TITLE, Field
from search.opensearch.filtering import Query
from search.opensearch.mapping import LANGUAGE_NUMBER, NUMBER, length_field
from search.opensearch.matching import NOTHING, Leaves, has_term
from search.opensearch.ordering import is_by_score
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

#: Clauses of named queries in one request; clusters refuse more than 1,024.
MOST_CLAUSES = 900
#: Zones of titles, and where the doc values are that tell how long these are.
_TITLES = (TITLE, ALIAS)
_LENGTHS = {zone: length_field(Field(zone, STEM)) for zone in _TITLES}
#: Doc values that the hits must bring.
DOC_VALUES: list[str] = [NUMBER, LANGUAGE_NUMBER, *_LENGTHS.values()]

#: Whether a term may be found in a field; where nobody knows, it may.
Occurs = Callable[[Field, str], bool]


@dataclass(frozen=True, slots=True)
class CandidateWord:
    """A word of a plan, or words in order, with what statistics say of it in all documents: its idf by
    number of language, and as in `WordMatches`. `score` is the query that scores it, if that is to be
    explained."""

    one: Unit | Sequence
    idfs: Array
    is_read: bool
    occurs: bool
    score: Query | None = None


def words_of_plan(root: Node) -> list[Unit | Sequence]:
    """All words that are looked for, excluded ones too, each node once, in the order of the plan."""
    return list({id(one): one for one in _words_in(root)}.values())


def _words_in(node: Node) -> Iterator[Unit | Sequence]:
    if isinstance(node, Unit | Sequence):
        yield node
    elif isinstance(node, AllOf | AnyOf | MostOf):
        for part in node.parts:
            yield from _words_in(part)
        if isinstance(node, AllOf):
            for part in node.excluded:
                yield from _words_in(part)


# What is asked


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms that words are made of, as `matching.py` asks."""

    occurs: Occurs

    def occurs_in(self, one: Field, term: str) -> bool:
        return self.occurs(one, term)

    def frequency(self, way: str, terms: Values[str], zones: Values[str]) -> int:
        raise AssertionError(f"not asked where nothing is weighed: {terms}")

    def having(self, node: FacetTerm) -> Query:
        raise AssertionError(f"no word: {node}")


@dataclass(slots=True)
class _Names:
    """Named queries, each different one once."""

    clauses: list[tuple[Query, int]] = field(default_factory=list)
    _known: dict[bytes, str] = field(default_factory=dict)

    def of(self, query: Query, size: int = 1) -> str:
        """The name of a query of `size` clauses."""
        key = orjson.dumps(query)
        name = self._known.get(key)
        if name is None:
            name = self._known[key] = f"q{len(self._known)}"
            self.clauses.append(({"bool": {"filter": [query], "_name": name}}, size))
        return name

    def scoring(self, query: Query) -> str:
        """The name of a query whose score is wanted besides."""
        name = f"s{len(self.clauses)}"
        self.clauses.append(({"bool": {"must": [query], "_name": name}}, 1))
        return name


@dataclass(slots=True)
class _Asked:
    """A word with the names of the queries that tell of it: of its ways by zone, and of its score."""

    word: CandidateWord
    rows: list[tuple[Alternative, str, str]]
    score: str | None
    written: tuple[tuple[str, ...], ...]


class Candidates:
    """The leading documents of one plan: what is to be asked of them, what they answered, what it is
    worth. Documents are given by their numbers on the cluster."""

    def __init__(self, words: Values[CandidateWord], plan: Plan, *, occurs: Occurs | None = None) -> None:
        """`words`: those of `words_of_plan`, the nodes themselves."""
        self._plan = plan
        self._leaves = Leaves(_Terms(occurs or (lambda one, term: True)))
        self._names = _Names()
        self._asked = {id(word.one): self._ask(word) for word in words}
        self._whole: dict[Field, str] = {}
        self._pairs: dict[tuple[int, int], list[str]] = {}
        self._found: dict[int, _Found] = {}
        if is_by_score(plan) and plan.second_look:
            self._ask_titles()
            self._ask_neighbours()

    def _ask(self, word: CandidateWord) -> _Asked:
        rows: list[tuple[Alternative, str, str]] = []
        score = None
        if word.occurs:
            for alternative, zone, places in _ways(word.one):
                asked = self._met(alternative, zone, places)
                if asked is not None:
                    rows.append((alternative, zone, self._names.of(*asked)))
            score = None if word.score is None else self._names.scoring(word.score)
        return _Asked(word, rows, score, _written(word.one))

    def _met(
        self, alternative: Alternative, zone: str, places: Values[Values[str]]
    ) -> tuple[Query, int] | None:
        """The documents that meet a word so in a zone, and how many clauses that takes; None if none can."""
        if places:
            return self._in_order(zone, places)
        terms = list(dict.fromkeys(alternative.terms))
        one = Field(zone, alternative.way)
        held = self._leaves.occurring(one, terms)
        if not held or (alternative.together and len(held) < len(terms)):
            return None
        if alternative.together:
            return {"bool": {"filter": [has_term(one, (term,)) for term in held]}}, len(held)
        return has_term(one, held), 1

    def _in_order(self, zone: str, places: Values[Values[str]]) -> tuple[Query, int] | None:
        """One of the terms of each place, next to each other."""
        found = self._leaves.runs(zone, places)
        return None if found is NOTHING else (found, sum(map(len, places)))

    def _ask_titles(self) -> None:
        for one in (Field(zone, KEY) for zone in _TITLES):
            if held := self._leaves.occurring(one, (self._plan.whole,)):
                self._whole[one] = self._names.of(has_term(one, held))

    def _ask_neighbours(self) -> None:
        for first, second in itertools.pairwise(self._spaced()):
            names = []
            for zone, before, after in zip(READ_ZONES, first.written, second.written, strict=True):
                asked = self._in_order(zone, (before, after)) if before and after else None
                if asked is not None:
                    names.append(self._names.of(*asked))
            self._pairs[id(first), id(second)] = names

    def _met_units(self) -> list[_Asked]:
        """The words that some document has, in order, one that is written twice twice."""
        asked = (self._asked.get(id(unit)) for unit in units_of(self._plan.root))
        return [one for one in asked if one is not None and one.word.occurs]

    def _spaced(self) -> list[_Asked]:
        """N-grams overlap: neighbours are what they are made of."""
        return [
            one for one in self._met_units() if isinstance(one.word.one, Unit) and not one.word.one.is_gram
        ]

    @property
    def size(self) -> int:
        """How many clauses the named queries have."""
        return sum(size for _, size in self._names.clauses)

    def clauses(self) -> list[Query]:
        """The named queries. They may stand beside other filters, with no `should` required: then the
        cluster drops them from the search, and looks for them in the documents it gives back."""
        return [query for query, _ in self._names.clauses]

    def bodies(self, numbers: Iterable[int]) -> list[Query]:
        """Requests that ask the documents with these numbers, each no larger than clusters allow; none
        where there is nothing to ask."""
        wanted = [int(number) for number in numbers]
        parts: list[list[Query]] = []
        room = 0
        for query, size in self._names.clauses:
            if size > room or not parts:
                parts.append([])
                room = MOST_CLAUSES
            parts[-1].append(query)
            room -= size
        return [_body(wanted, part) for part in parts] if wanted else []

    # What was answered

    def read(self, hits: Iterable[dict[str, Any]]) -> None:
        """Take documents with their doc values and the names of the queries that met them; of one
        document there may be several."""
        for hit in hits:
            values = hit["fields"]
            number = int(values[NUMBER][0])
            found = self._found.get(number)
            if found is None:
                found = self._found[number] = _Found(
                    int(values.get(LANGUAGE_NUMBER, (0,))[0]),
                    {zone: int(values.get(name, (0,))[0]) for zone, name in _LENGTHS.items()},
                )
            names = hit.get("matched_queries", ())
            found.names.update(names if isinstance(names, dict) else dict.fromkeys(names, 0.0))

    def languages(self, numbers: Array) -> Array:
        """The number of the language of each document."""
        return _Few(numbers, self._found).languages

    def added(self, numbers: Array) -> Array:
        """What the second look adds to the score of each of the documents, by ascending number, before
        anybody's preference for languages."""
        few = _Few(numbers, self._found)
        words = {id(one): self._word(one, few) for one in self._asked.values()}
        few.pairs = {
            (id(words[first]), id(words[second])): names for (first, second), names in self._pairs.items()
        }
        few.whole = self._whole
        docs = np.arange(len(numbers))
        met = [words[id(one)] for one in self._met_units()]
        spaced = [words[id(one)] for one in self._spaced()]
        worth = titles_worth(few, met, docs, few.languages, self._plan.whole)
        added: Array = worth + neighbours_worth(few, spaced, docs, few.languages)
        return added

    def hits(self, numbers: Array, scores: Array, local: Array) -> tuple[EngineHit, ...]:
        """The documents as hits, in their order, under their `local` numbers."""
        few = _Few(numbers, self._found)
        words: dict[object, tuple[str, WordMatches]] = {}
        for asked in self._asked.values():
            # The same word twice is one, as everywhere.
            words.setdefault(asked.word.one, (asked.word.one.text, self._word(asked, few)))
        found = list(
            explained_hits(
                np.arange(len(numbers)),
                scores,
                list(words.values()),
                explain=self._plan.explain,
                language_of=few.languages,
                have_words=False,
            )
        )
        for hit, number in zip(found, local.tolist(), strict=True):
            hit.document = number
        return tuple(found)

    def _word(self, asked: _Asked, few: _Few) -> WordMatches:
        rows = [
            Row(alternative, zone, docs)
            for alternative, zone, name in asked.rows
            if len(docs := few.having(name))
        ]
        docs = np.unique(np.concatenate([row.docs for row in rows])) if rows else NO_DOCS
        scores = few.scores(asked.score, docs)
        word = word_matches(Matches(docs, scores), asked.word.idfs, rows, len(few))
        # Of all documents, where the rows are those of the few.
        return replace(
            word,
            written=asked.written,
            is_read=asked.word.is_read,
            occurs=asked.word.occurs,
            only_kind=None,
        )


@dataclass(slots=True)
class _Found:
    """A document that was given back: the number of its language, the lengths of its titles, the names of
    the queries that it met, with their scores if these were asked for."""

    language: int
    lengths: dict[str, int]
    names: dict[str, float] = field(default_factory=dict)


class _Few:
    """Some documents as an index of their own, each numbered by its place."""

    def __init__(self, numbers: Array, found: dict[int, _Found]) -> None:
        nothing = _Found(0, dict.fromkeys(_TITLES, 0))
        self._found = [found.get(number, nothing) for number in numbers.tolist()]
        self.languages = np.array([one.language for one in self._found], np.intp)
        self.whole: dict[Field, str] = {}
        self.pairs: dict[tuple[int, int], list[str]] = {}
        self._having: dict[str, list[int]] = {}
        for place, one in enumerate(self._found):
            for name in one.names:
                self._having.setdefault(name, []).append(place)

    def __len__(self) -> int:
        return len(self._found)

    def having(self, name: str) -> Array:
        """The documents that met the query of this name."""
        return np.array(self._having.get(name, ()), np.intp)

    def scores(self, name: str | None, docs: Array) -> Array:
        """The score of each of `docs` by the query of this name."""
        if name is None:
            return np.zeros(len(docs), np.float32)
        return np.array([self._found[doc].names.get(name, 0.0) for doc in docs.tolist()], np.float32)

    # As `second_look` asks

    def lengths_at(self, one: Field, docs: Array) -> Array:
        return np.array([self._found[doc].lengths[one.zone] for doc in docs.tolist()], np.int64)

    def postings(self, one: Field, term: str) -> Matches:
        docs = self.having(self.whole[one]) if one in self.whole else NO_DOCS
        return Matches(docs, np.ones(len(docs), np.float32))

    @property
    def occurrences(self) -> _Few:
        return self

    def neighbours(self, first: WordMatches, second: WordMatches, docs: Array) -> Matches:
        times = np.zeros(len(self), np.float32)
        for name in self.pairs.get((id(first), id(second)), ()):
            times[self.having(name)] += 1
        having = times.nonzero()[0]
        return Matches(having, times[having])


def _ways(one: Unit | Sequence) -> Iterator[tuple[Alternative, str, tuple[tuple[str, ...], ...]]]:
    """Each way and zone in which a word may be met, with its places if its terms stand in order."""
    if isinstance(one, Sequence):
        phrase = Alternative("exact", EXACT, (), one.zones)
        yield from ((phrase, zone, one.places) for zone in one.zones)
        return
    for alternative in one.alternatives:
        yield from ((alternative, zone, alternative.places) for zone in alternative.zones)


def _written(one: Unit | Sequence) -> tuple[tuple[str, ...], ...]:
    """The terms of a word as written, by zone, as `word_matches` collects them."""
    written: dict[str, dict[str, None]] = {zone: {} for zone in READ_ZONES}
    for alternative, zone, _ in _ways(one):
        if alternative.way == EXACT and alternative.kind in ("exact", "folded") and zone in written:
            written[zone].update(dict.fromkeys(alternative.terms))
    return tuple(map(tuple, written.values()))


def _body(numbers: list[int], clauses: list[Query]) -> Query:
    asked = {"bool": {"should": clauses, "minimum_should_match": 0}}
    return {
        "size": len(numbers),
        "query": {"bool": {"filter": [{"terms": {NUMBER: numbers}}, asked]}},
        "_source": False,
        "docvalue_fields": DOC_VALUES,
        "sort": ["_doc"],
        "track_total_hits": False,
    }
