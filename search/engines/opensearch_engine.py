"""A generation whose postings are on a cluster, as an engine: the same plans, the same answers.

Words, spellings and completions are held here (`search/opensearch/words.py`); what documents have them is
asked of the cluster. A plan takes three requests: what its scores depend on and is not known yet
(`statistics.py`), the documents with their scores and the counts of facets, what the leading documents
have of the query (`candidates.py`). Documents themselves are fetched when somebody wants them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from search.engines.base import EngineResults, SuggestionRow
from search.errors import DeadlineExceeded
from search.index.codec.arrays import Array
from search.index.schema import EXACT
from search.opensearch.candidates import (
    DOC_VALUES,
    MOST_CLAUSES,
    Candidates,
    CandidateWord,
    words_of_plan,
)
from search.opensearch.connection import Cluster
from search.opensearch.counting import Counting
from search.opensearch.filtering import Filters, filters_of
from search.opensearch.language_statistics import LanguageStatistics
from search.opensearch.mapping import NUMBER
from search.opensearch.matching import EVERYTHING, NOTHING, Dsl, Leaves
from search.opensearch.ordering import heads_and_tails, is_by_score, page_of, sort_of, window
from search.opensearch.prepared import PreparedPlan, prepared, ranking_terms_of
from search.opensearch.statistics import KnownNumbers
from search.opensearch.stored import StoredDocuments
from search.opensearch.words import LocalWords
from search.query.plan import Plan
from search.ranking import RESCORED

#: So that named queries tell their scores.
_NAMED_SCORES = {"include_named_queries_score": "true"}
#: Of an index that is only read every shard would be asked first whether it may have any hits.
_NO_ROUND_BEFORE = {"pre_filter_shard_size": "100000"}
#: Of so many documents is asked at once what they have of the query: those that are looked at again.
MOST_NAMED = RESCORED
#: What is read of documents, behind the number by which they are ordered last.
_READ_WITH: list[Dsl] = [{name: {"order": "asc", "missing": 0}} for name in DOC_VALUES if name != NUMBER]
_NUMBER_AT = -1 - len(_READ_WITH)


def _with_names(query: Dsl, always: Sequence[Dsl], named: Sequence[Dsl]) -> Dsl:
    """The same documents; of those given back it is told which of the named queries meet them. Beside
    a filter, what need not be is not even looked for before."""
    beside = {"bool": {"filter": [EVERYTHING], "should": list(named), "minimum_should_match": 0}}
    return {"bool": {"must": [query], "filter": [*always, beside]}}


def _with_fields(hit: dict[str, Any]) -> dict[str, Any]:
    """A hit with what was read of its document by its place in the order."""
    names = (NUMBER, *(name for name in DOC_VALUES if name != NUMBER))
    values = zip(names, hit["sort"][_NUMBER_AT:], strict=True)
    return {
        "fields": {name: [value] for name, value in values},
        "matched_queries": hit.get("matched_queries", ()),
    }


class OpenSearchEngine:
    """One open generation. Safe to use from one thread at a time."""

    def __init__(
        self,
        directory: Path,
        cluster: Cluster,
        *,
        popular_by: str = "popularity",
        skip_articles: bool = False,
        whole: bool = True,
    ) -> None:
        """`whole` as for `IndexReader`. Raises `IndexDamaged`."""
        self.words = LocalWords(directory, whole=whole)
        self.manifest = self.words.manifest
        self.curation = self.words.curation
        self.facts = self.words.facts
        self.cluster = cluster
        self.skip_articles = skip_articles
        self.is_popular = any(popular_by in segment.number_names() for segment in self.words.segments)
        self.leaves = Leaves(self.words)
        self.languages = LanguageStatistics(self.facts)
        self.known = KnownNumbers(self.leaves, self.languages)
        self.documents = StoredDocuments(cluster, self.facts.index, self.facts.number)
        self.words.stored_by = self.documents.get

    def release(self) -> None:
        """Let go of what refers back to this engine, so that its files are closed with the last reference
        to it and need not wait for the garbage collector."""
        self.words.stored_by = None

    # Words, held here

    def frequency(self, way: str, terms: Sequence[str], zones: Sequence[str]) -> int:
        return self.words.frequency(way, terms, zones)

    def terms_with_prefix(self, way: str, prefix: str, limit: int) -> list[str]:
        return self.words.terms_with_prefix(way, prefix, limit)

    def similar_spellings(self, word: str, limit: int) -> list[tuple[str, int]]:
        return self.words.similar_spellings(word, limit)

    def suggestions(self, prefix: str, limit: int) -> list[SuggestionRow]:
        rows = self.words.suggestions(prefix, limit)
        self.documents.expect(row.document for row in rows)
        return rows

    # Documents

    def document_number(self, document_id: str) -> int | None:
        return self.words.document_number(document_id)

    def stored(self, document: int) -> dict[str, Any]:
        return self.documents.get(document)

    # Matching

    def run(self, plan: Plan) -> EngineResults:
        return _Run(self, plan).results()


class _Run:
    """A plan being run; used once."""

    def __init__(self, engine: OpenSearchEngine, plan: Plan) -> None:
        self._engine = engine
        self._plan = plan
        self._index = engine.facts.index
        #: Whether the main request has told what its documents have of the query.
        self._is_looked_at = False

    def results(self) -> EngineResults:
        plan, engine = self._plan, self._engine
        self._keep_sides()
        ready = prepared(engine.leaves, engine.known, plan, self._ask, popular=engine.is_popular)
        filters = filters_of(plan, engine.words.values)
        counting = Counting(plan, filters, engine.words.values)
        candidates = Candidates(self._words(ready), plan, occurs=engine.words.occurs_in)
        total, numbers, scores = self._found(ready.query, filters, counting, candidates)
        numbers, scores = self._page(candidates, numbers, scores)
        local = engine.facts.locals_of(numbers)
        engine.documents.expect(local.tolist(), plan.deadline)
        return EngineResults(
            total=total,
            hits=candidates.hits(numbers, scores, local) if len(numbers) else (),
            facets=counting.facets,
            complete=ready.complete,
            missing=ready.missing,
        )

    # What scores depend on

    def _ask(self, bodies: Sequence[Dsl]) -> Sequence[dict[str, Any]]:
        self._check_deadline()
        return self._engine.cluster.msearch(self._index, bodies, self._plan.deadline)

    def _check_deadline(self) -> None:
        if self._plan.deadline is not None and time.monotonic() > self._plan.deadline:
            raise DeadlineExceeded("the query took too long; try fewer or more specific words")

    def _keep_sides(self) -> None:
        """How frequent n-grams and single characters are is known here."""
        for way, term in ranking_terms_of(self._plan):
            if way == EXACT and len(term) != 1:
                continue
            self._engine.known.tell_side(way, term, partial(self._engine.words.side_frequencies, way, term))

    # What is found

    def _found(
        self, query: Dsl, filters: Filters, counting: Counting, candidates: Candidates
    ) -> tuple[int, Array, Array]:
        """How many documents are found, and those of the main request with their scores, in order."""
        if query is NOTHING:
            return 0, np.zeros(0, np.int64), np.zeros(0)
        self._check_deadline()
        found = {"bool": {"must": [query], "filter": list(filters.always)}} if filters.always else query
        first, size = window(self._plan)
        named = candidates.clauses() if size <= MOST_NAMED and candidates.size <= MOST_CLAUSES else None
        body: Dsl = {
            "query": found if not named else _with_names(query, filters.always, named),
            "from": first,
            "size": size,
            # Scores beside the order would be worked out once more; doc values beside it are read slowly.
            "sort": [*sort_of(self._plan, skip_articles=self._engine.skip_articles), *_READ_WITH],
            "track_total_hits": True,
            "_source": False,
            "stored_fields": "_none_",
        }
        if aggregations := counting.aggregations():
            body["aggs"] = aggregations
        if (later := filters.post_filter()) is not None:
            body["post_filter"] = later
        answer = self._search(body)
        counting.read(answer.get("aggregations", {}))
        while more := counting.aggregations():
            refined = {"size": 0, "query": found, "aggs": more, "track_total_hits": False}
            counting.read(self._search(refined)["aggregations"])
        hits = answer["hits"]["hits"]
        self._is_looked_at = named is not None
        if self._is_looked_at:
            candidates.read(map(_with_fields, hits))
        # All orders end in scores and numbers.
        numbers = np.array([hit["sort"][_NUMBER_AT] for hit in hits], np.int64)
        scores = np.array([hit["sort"][_NUMBER_AT - 1] for hit in hits], np.float64)
        return answer["hits"]["total"]["value"], numbers, scores

    def _search(self, body: Dsl) -> dict[str, Any]:
        params = {**_NO_ROUND_BEFORE, **(_NAMED_SCORES if self._plan.explain else {})}
        return self._engine.cluster.search(self._index, body, self._plan.deadline, params=params)

    # The page

    def _words(self, ready: PreparedPlan) -> list[CandidateWord]:
        words = []
        for one in words_of_plan(self._plan.root):
            facts = ready.facts(one)
            score = ready.scored(one).query if self._plan.explain and facts.occurs else None
            words.append(CandidateWord(one, facts.telling.idfs, facts.is_read, facts.occurs, score))
        return words

    def _page(self, candidates: Candidates, numbers: Array, scores: Array) -> tuple[Array, Array]:
        """Numbers and scores of the page, in order, after the leading ones were looked at again."""
        plan = self._plan
        if not len(numbers):
            return numbers, scores
        if not (is_by_score(plan) and plan.second_look):
            self._look_at(candidates, numbers)
            return numbers, scores
        head, tail = heads_and_tails(numbers, scores)
        behind = page_of(head, np.zeros(len(head[0])), tail, plan)[0]
        self._look_at(candidates, np.union1d(head[0], behind))
        added = candidates.added(head[0])
        preference = self._engine.languages.preference(plan.languages)
        if preference is not None:
            added = added * np.array(preference)[candidates.languages(head[0])]
        return page_of(head, added, tail, plan)

    def _look_at(self, candidates: Candidates, numbers: Array) -> None:
        if self._is_looked_at:
            return
        bodies = candidates.bodies(numbers.tolist())
        if self._plan.explain:
            # Only of single searches the scores of named queries are given.
            answers = [self._search(body) for body in bodies]
        else:
            answers = self._engine.cluster.msearch(self._index, bodies, self._plan.deadline)
        for answer in answers:
            candidates.read(answer["hits"]["hits"])
