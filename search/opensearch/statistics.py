"""What do the scores of a query on a cluster depend on besides the document that is scored?

How frequent its words are among the documents of each language, how many of them the best document has. All
that can be asked at once is asked in one request, and remembered, since a generation never changes. What
depends on other numbers is asked in the next round: n-grams of a name come before the query of which
the name is a part.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search.index.codec.arrays import Array
from search.index.recently_used import RecentlyUsed
from search.index.schema import ALIAS, BODY, EXACT, KEY, TITLE
from search.opensearch.language_statistics import LanguageStatistics, Telling
from search.opensearch.mapping import LANGUAGE_NUMBER
from search.opensearch.matching import (
    EVERYTHING,
    MOST_CLAUSES,
    NOTHING,
    Dsl,
    Leaves,
    Matching,
    any_of,
    clauses_of,
    is_answered,
    is_wanted,
    nodes_of,
)
from search.query.plan import AllOf, Alternative, MostOf, Node, Unit
from search.query.plan import Sequence as WordSequence

#: Bytes of what is remembered of words, n-grams and plans.
KNOWN_BYTES = 8 << 20
#: Documents times words that one search counts: as many as take some times as long as the search itself.
MOST_LOOKS = 500_000
#: Words that one search counts: more of their terms might be more than a search may have.
MOST_WORDS = 40
#: Where n-grams and single characters are looked for, as in `engines/word_scores.py`.
SIDE_ZONES = (TITLE, ALIAS, BODY)


@dataclass(frozen=True, slots=True)
class WordFacts:
    """Of a word in all documents: how telling it is; of a phrase the same in each zone that has it.
    `is_read`, `occurs` as in `engines/word_matches.py`."""

    telling: Telling
    is_read: bool
    occurs: bool
    zones: Mapping[str, Telling]


class NotKnown(Exception):
    """A number has to be asked of the cluster first."""


@dataclass(frozen=True, slots=True)
class Search:
    """A question that takes a search of its own."""

    body: Dsl


@dataclass(frozen=True, slots=True)
class Count:
    """A question about the documents that a filter finds, some `documents` at most, which others may
    share a search with: what the aggregations say of them."""

    found: Dsl
    aggregations: Dsl
    documents: int


@dataclass(frozen=True, slots=True)
class _Open:
    """A question that was not asked yet, and what to make of the answer."""

    question: Search | Count
    read: Callable[[dict[str, Any]], Any]


class KnownNumbers:
    """What is known of the words and plans of a generation, and what has to be asked.

    Each method gives a number or raises `NotKnown` and notes what to ask; `asked` and `answer` belong
    to whoever holds the connection.
    """

    def __init__(self, leaves: Leaves, languages: LanguageStatistics) -> None:
        self._leaves = leaves
        self.languages = languages
        self._known: RecentlyUsed[Hashable, Any] = RecentlyUsed(KNOWN_BYTES)
        # What the query at hand needs, which must not be forgotten meanwhile.
        self._held: dict[Hashable, Any] = {}
        self._open: dict[Hashable, _Open] = {}
        self.matching = Matching(leaves, self)
        self._ranking: Hashable = ()
        nowhere = languages.telling(np.zeros(languages.count, np.int64))
        self._absent = WordFacts(nowhere, is_read=False, occurs=False, zones={})

    def begin(self, matching: Matching, ranking_terms: Hashable) -> None:
        """Another query, with its own way to tell what answers a question: nothing is held for the one
        before. `ranking_terms` is what that depends on besides the nodes of a plan."""
        self._held.clear()
        self._open.clear()
        self.matching, self._ranking = matching, ranking_terms

    def asked(self) -> list[Dsl]:
        """What to ask the cluster, each a search."""
        return [_body(group) for group in self._groups()]

    def answer(self, answers: Sequence[dict[str, Any]]) -> None:
        """The cluster's answers, in the order of `asked`."""
        for group, answer in zip(self._groups(), answers, strict=True):
            for place, (key, question) in enumerate(group):
                is_count = isinstance(question.question, Count)
                self._keep(key, question.read(answer["aggregations"][f"{place}"] if is_count else answer))
        self._open.clear()

    def _groups(self) -> list[list[tuple[Hashable, _Open]]]:
        """Open questions by the searches that they share. A search takes its time whatever it counts; one
        that counts several words looks at each document of any of them once for each of them."""
        groups: list[list[tuple[Hashable, _Open]]] = []
        together: list[tuple[Hashable, _Open]] = []
        documents = clauses = 0
        for key, one in self._open.items():
            if isinstance(one.question, Search):
                groups.append([(key, one)])
                continue
            own_clauses = clauses_of(one.question.found)
            documents += one.question.documents
            clauses += own_clauses
            is_long = len(together) >= MOST_WORDS or clauses > MOST_CLAUSES
            if together and (is_long or documents * (len(together) + 1) > MOST_LOOKS):
                groups.append(together)
                together, documents, clauses = [], one.question.documents, own_clauses
            together.append((key, one))
        return [*groups, together] if together else groups

    def _keep(self, key: Hashable, value: Any) -> Any:
        self._held[key] = value
        # A key has all the terms of a word, or of a whole plan.
        self._known.keep(key, value, 600 + 8 * self.languages.count + 3 * len(repr(key)))
        return value

    def remembered(
        self,
        key: Hashable,
        question: Callable[[], Search | Count | None],
        read: Callable[[Any], Any],
        nothing: Any,
    ) -> Any:
        """What is known by `key`. Else the `question` is to be asked, unless that is None: then it is
        `nothing`. Raises `NotKnown`."""
        known = self._held.get(key)
        if known is None:
            known = self._known.get(key)
            if known is not None:
                self._held[key] = known
        if known is not None:
            return known
        if key not in self._open:
            asked = question()
            if asked is None:
                return self._keep(key, nothing)
            self._open[key] = _Open(asked, read)
        raise NotKnown

    # Words

    def word(self, node: Unit | WordSequence) -> WordFacts:
        """Raises `NotKnown`."""
        if isinstance(node, WordSequence):
            known: WordFacts = self.remembered(
                ("phrase", node.places, node.zones),
                lambda: self._phrase_question(node),
                self._read_phrase,
                self._absent,
            )
            return known
        known = self.remembered(
            ("word", node.alternatives), lambda: self._word_question(node), self._read_word, self._absent
        )
        return known

    def _word_question(self, node: Unit) -> Count | None:
        found = self._leaves.word(node)
        if found is NOTHING:
            return None
        # What sounds like the word is not the word; that is a question only where both occur.
        read = self._leaves.met(one for one in node.alternatives if one.way != KEY)
        others = {"read": {"filter": read}} if read is not NOTHING else {}
        documents = sum(map(self._leaves.most, node.alternatives))
        return Count(found, {**self._by_language, **others}, documents)

    def _read_word(self, answer: dict[str, Any]) -> WordFacts:
        frequencies = self._frequencies(answer)
        read = answer.get("read")
        return WordFacts(
            self.languages.telling(frequencies),
            is_read=read is not None and read["doc_count"] > 0,
            occurs=bool(frequencies.any()),
            zones={},
        )

    def _phrase_question(self, node: WordSequence) -> Count | None:
        found = self._leaves.word(node)
        if found is NOTHING:
            return None
        zones = {zone: self._leaves.runs(zone, node.places) for zone in dict.fromkeys(node.zones)}
        inside = {
            f"in {zone}": {"filter": runs, "aggs": self._by_language}
            for zone, runs in zones.items()
            if runs is not NOTHING
        }
        # Nothing is known of how many there are, but that each place is found so often.
        whole = Alternative("exact", EXACT, (), node.zones, places=node.places)
        return Count(found, {**self._by_language, **inside}, self._leaves.most(whole))

    def _read_phrase(self, answer: dict[str, Any]) -> WordFacts:
        frequencies = self._frequencies(answer)
        zones = {
            name.removeprefix("in "): self.languages.telling(self._frequencies(its))
            for name, its in answer.items()
            if name.startswith("in ") and its["doc_count"]
        }
        occurs = bool(frequencies.any())
        return WordFacts(self.languages.telling(frequencies), is_read=occurs, occurs=occurs, zones=zones)

    @property
    def _by_language(self) -> Dsl:
        return {"languages": {"terms": {"field": LANGUAGE_NUMBER, "size": self.languages.count + 1}}}

    def _frequencies(self, aggregations: dict[str, Any]) -> Array:
        frequencies = np.zeros(self.languages.count, np.int64)
        for bucket in aggregations["languages"]["buckets"]:
            frequencies[int(bucket["key"])] = bucket["doc_count"]
        return frequencies

    # N-grams and characters

    def side(self, way: str, term: str) -> Telling:
        """How telling an n-gram or a single character is. Raises `NotKnown`."""

        def question() -> Count | None:
            one = Alternative("exact", way, (term,), SIDE_ZONES)
            found = self._leaves.met([one])
            return None if found is NOTHING else Count(found, self._by_language, self._leaves.most(one))

        def read(answer: dict[str, Any]) -> Telling:
            return self.languages.telling(self._frequencies(answer))

        known: Telling = self.remembered(("side", way, term), question, read, self._absent.telling)
        return known

    def tell_side(self, way: str, term: str, spread: Callable[[], Iterable[tuple[int, int]]]) -> None:
        """How many documents of which language have an n-gram: known elsewhere, and need not be asked."""
        if self._known.get(("side", way, term)) is not None:
            return
        frequencies = np.zeros(self.languages.count, np.int64)
        for language, documents in spread():
            frequencies[language] += documents
        self._keep(("side", way, term), self.languages.telling(frequencies))

    # Parts of plans

    def best_of(self, node: AllOf | MostOf) -> int:
        """Of the wanted parts, how many the document has that has most of them and nothing that is
        excluded. Raises `NotKnown`."""
        if isinstance(node, MostOf):
            parts = tuple(part.alternatives for part in node.parts)
            wanted = [self._leaves.word(part) for part in node.parts]
            best: int = self.remembered(("most", parts), lambda: _best_search(wanted, []), _read_best, 0)
            return best
        if not any(map(is_wanted, node.parts)):
            return 0
        asks = any(
            isinstance(one, AllOf) and is_answered(one) for part in node.parts for one in nodes_of(part)
        )
        best = self.remembered(
            ("best", node.parts, node.excluded, self._ranking if asks else ()),
            lambda: _best_search(self.matching.wanted(node), self.matching.excluded(node)),
            _read_best,
            0,
        )
        return best

    def has_documents(self, node: Node) -> bool:
        """Whether some document has the value of a facet, or one of the ids. Raises `NotKnown`."""
        found: bool = self.remembered(
            ("found", node),
            lambda: None if (its := self.matching.found(node)) is NOTHING else _best_search([its], []),
            lambda answer: _read_best(answer) > 0,
            False,
        )
        return found

    def most(self, key: Hashable, body: Callable[[], Dsl]) -> float:
        """The best score of a search. Raises `NotKnown`."""
        best: float = self.remembered(("score", key), lambda: Search({**body(), **_BEST}), _read_score, 0.0)
        return best


_BEST: Dsl = {"size": 1, "_source": False, "stored_fields": "_none_", "track_total_hits": False}


def _best_search(wanted: Sequence[Dsl], excluded: Sequence[Dsl]) -> Search | None:
    """A search whose best score is twice how many of the parts a document has, or less than 2."""
    held = [one for one in wanted if one is not NOTHING]
    if not held:
        return None
    parts = [{"constant_score": {"filter": one, "boost": 2.0}} for one in held]
    query: Dsl = {"bool": {"should": parts, "minimum_should_match": 1}}
    if clauses_of(query) > MOST_CLAUSES:
        # Filters of functions are not counted among the clauses that a query may have.
        functions = [{"filter": one, "weight": 2.0} for one in held]
        counted = {
            "query": EVERYTHING,
            "functions": functions,
            "score_mode": "sum",
            "boost_mode": "replace",
        }
        query = {"bool": {"must": [{"function_score": counted}]}}
    if excluded:
        query["bool"]["must_not"] = list(excluded)
    return Search({"query": query, **_BEST})


def _read_score(answer: dict[str, Any]) -> float:
    return float(answer["hits"].get("max_score") or 0.0)


def _read_best(answer: dict[str, Any]) -> int:
    return round(_read_score(answer)) // 2


def _body(group: Sequence[tuple[Hashable, _Open]]) -> Dsl:
    """The search that several questions share."""
    questions = [one.question for _, one in group]
    if isinstance(questions[0], Search):
        return questions[0].body
    counts = [one for one in questions if isinstance(one, Count)]
    return {
        "query": {"constant_score": {"filter": any_of([one.found for one in counts])}},
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            f"{place}": {"filter": one.found, "aggs": one.aggregations} for place, one in enumerate(counts)
        },
    }
