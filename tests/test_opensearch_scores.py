"""Plans compiled to a cluster's query language find the documents of the other engine, with its scores."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import opensearch_site
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearch_language import SCRIPTS, Document, SmallCluster
from random_collection import WORDS, Collection, random_collection
from random_collection import _Batch as Batch
from test_oracle import alternatives, plans, words

from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.engines.base import EngineResults
from search.engines.opensearch_engine import OpenSearchEngine
from search.errors import DeadlineExceeded
from search.filters import Filter, HasValue, NoneOf, Within
from search.index.assembly import Assembly
from search.index.generations import Generations
from search.index.schema import ALIAS, BODY, EXACT, FIELDS, FOLDED, PEOPLE, TITLE, Field
from search.opensearch import scoring, statistics
from search.opensearch.connection import Cluster
from search.opensearch.language_statistics import LanguageStatistics
from search.opensearch.matching import NOTHING, Leaves
from search.opensearch.names import Names
from search.opensearch.prepared import prepared
from search.opensearch.shipping import Shipping
from search.opensearch.statistics import KnownNumbers
from search.query.plan import AllOf, Alternative, AnyOf, FacetTerm, Plan, TheseDocuments, Unit
from search.request import Range

#: Collections as (segments, documents).
SHAPES = ((1, 40), (3, 70), (2, 6))


class CollectionFacts:
    """What `cluster.json` would say of a collection without deletions."""

    def __init__(self, collection: Collection) -> None:
        rows = collection.rows
        self.languages = ("", *sorted({row.language for row in rows if row.language}))
        numbers = {code: number for number, code in enumerate(self.languages)}
        self.of = [numbers[row.language or ""] for row in rows]
        self.documents_by_language = {number: self.of.count(number) for number in set(self.of)}
        self.lengths = {
            one.name: {
                language: (sum(lengths), len(lengths))
                for language in set(self.of)
                if (
                    lengths := [
                        len(row.terms[one])
                        for row, its in zip(rows, self.of, strict=True)
                        if its == language and row.terms.get(one)
                    ]
                )
            }
            for one in FIELDS
        }


class CollectionTerms:
    """The words of a collection."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def occurs_in(self, one: Field, term: str) -> bool:
        return self._collection.engine.reader.frequency(one, term) > 0

    def frequency(self, way: str, terms: Sequence[str], zones: Sequence[str]) -> int:
        return self._collection.engine.frequency(way, terms, zones)

    def having(self, node: FacetTerm) -> dict[str, Any]:
        held = {value for row in self._collection.rows for value in row.genres}
        values = [value for value in held if value.lower() == node.value.lower()]
        return {"terms": {"v_genre": values}} if values else NOTHING


class OnSmallCluster:
    """A collection asked as a cluster is."""

    def __init__(self, collection: Collection) -> None:
        facts = CollectionFacts(collection)
        boosts = collection.engine.boosts
        self._cluster = SmallCluster(
            [
                Document(
                    f"d{number}",
                    row.terms,
                    facts.of[number],
                    1.0 if boosts is None else float(boosts[number]),
                    {"v_genre": row.genres},
                )
                for number, row in enumerate(collection.rows)
            ]
        )
        self._leaves = Leaves(CollectionTerms(collection))
        self._known = KnownNumbers(self._leaves, LanguageStatistics(facts))
        self.asked = 0

    def ask(self, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        self.asked += len(bodies)
        return [self._cluster.search(body) for body in bodies]

    def run(self, plan: Plan) -> tuple[dict[int, float], bool, tuple[str, ...]]:
        """Scores of all documents found, whether the answer is complete, what is missing."""
        ready = prepared(self._leaves, self._known, plan, self.ask, popular=True)
        return self._cluster.scores(ready.query), ready.complete, ready.missing


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Collection, OnSmallCluster]]:
    folder = tmp_path_factory.mktemp("scores")
    found = []
    for seed, (segments, documents) in enumerate(SHAPES):
        one = random_collection(folder / str(seed), seed, segments=segments, documents=documents, deleted=0)
        found.append((one, OnSmallCluster(one)))
    return found


# Plans: those of the oracle, and what its slower engine does not know

_zones = st.sampled_from(((TITLE, BODY), (ALIAS, PEOPLE, BODY), (BODY,)))
_in_order = st.builds(
    lambda places, zones: Alternative(
        "synonym", EXACT, tuple(dict.fromkeys(itertools.chain(*places))), zones, places=places
    ),
    st.lists(st.lists(words, min_size=1, max_size=2, unique=True).map(tuple), min_size=1, max_size=3).map(
        tuple
    ),
    _zones,
)
#: More terms than a score holds the counts of.
_many = st.builds(
    lambda terms, zones: Alternative("prefix", FOLDED, terms, zones),
    st.lists(words, min_size=4, max_size=12, unique=True).map(tuple),
    _zones,
)
more_units = st.builds(
    Unit,
    words,
    st.lists(st.one_of(_in_order, _many, alternatives()), min_size=1, max_size=2).map(tuple),
)
_ids = st.builds(TheseDocuments, st.lists(st.sampled_from(("d0", "d3", "d5", "none")), max_size=3).map(tuple))
_lenient = st.builds(
    lambda parts, question: AllOf(parts, lenient=True, question=question),
    st.lists(more_units, min_size=1, max_size=6).map(tuple),
    st.booleans(),
)
more_roots = st.one_of(
    _lenient,
    st.builds(lambda one, other: AnyOf((one, other)), _lenient, st.one_of(_lenient, _ids)),
    st.builds(lambda one, other: AllOf((one, other)), _lenient, _ids),
    st.builds(lambda one, other: AllOf((one,), (other,)), more_units, _ids),
)
more_plans = st.builds(
    lambda plan, root: replace(plan, root=root, filters={}, facets=("genre",)), plans, more_roots
)
some_plans = st.one_of(plans, more_plans)
_EXAMPLES = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "suppress_health_check": [
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
}


def without_second_look(plan: Plan) -> Plan:
    """The plan as the main request answers it."""
    return replace(plan, whole="", filters={}, facets=(), limit=1000, second_look=False)


@given(st.sampled_from(range(len(SHAPES))), st.lists(some_plans, min_size=3, max_size=3))
@settings(max_examples=120, **_EXAMPLES)
def test_documents_and_scores_are_those_of_the_other_engine(
    collections: list[tuple[Collection, OnSmallCluster]], number: int, several: list[Plan]
) -> None:
    collection, cluster = collections[number]
    for plan in map(without_second_look, several):
        expected = collection.engine.run(plan)
        scores = {hit.document: hit.score for hit in expected.hits}
        found, complete, missing = cluster.run(plan)
        assert found == pytest.approx(scores, rel=1e-4, abs=1e-4), str(plan)
        assert complete == expected.complete, str(plan)
        assert missing == expected.missing, str(plan)
        before = cluster.asked
        assert cluster.run(plan)[0] == found, "again, from what is known"
        assert cluster.asked == before


def word(text: str, *terms: str, optional: bool = False) -> Unit:
    return Unit(text, (Alternative("exact", EXACT, terms or (text,), (TITLE, BODY)),), optional=optional)


def test_words_are_asked_for_once_and_together(collections: list[tuple[Collection, OnSmallCluster]]) -> None:
    collection, _ = collections[1]
    cluster = OnSmallCluster(collection)
    cluster.run(Plan(AllOf((word("w0"), word("w1"), word("w2")), lenient=True)))
    # How frequent the words are, and how many of them the best document has.
    assert cluster.asked == 2
    cluster.run(Plan(AllOf((word("w2"), word("w1")), lenient=True)))
    assert cluster.asked == 3
    cluster.run(Plan(word("w2"), sort="year"))
    assert cluster.asked == 3


def test_words_that_occur_nowhere_are_not_asked_for(
    collections: list[tuple[Collection, OnSmallCluster]],
) -> None:
    cluster = OnSmallCluster(collections[0][0])
    found, complete, missing = cluster.run(Plan(AllOf((word("absent"), word("nowhere")), lenient=True)))
    assert (found, complete, missing, cluster.asked) == ({}, False, ("absent", "nowhere"), 0)


@pytest.mark.parametrize("most", [1, 5, 20, 60])
def test_queries_that_clusters_refuse_are_made_smaller(
    collections: list[tuple[Collection, OnSmallCluster]], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    collection, _ = collections[1]
    parts = (*map(word, WORDS[:4]), word("w5", optional=True))
    far = Unit("w6", (Alternative("typo", EXACT, ("w6",), (TITLE,)), word("w6").alternatives[0]))
    for root in (AllOf((*parts, far), lenient=True), AllOf((*parts, far), lenient=True, question=True)):
        plan = Plan(root, grams=WORDS, limit=1000, second_look=False)
        for module in (scoring, statistics):
            monkeypatch.setattr(module, "MOST_CLAUSES", 1000)
        whole, *told = OnSmallCluster(collection).run(plan)
        for module in (scoring, statistics):
            monkeypatch.setattr(module, "MOST_CLAUSES", most)
        found, *also_told = OnSmallCluster(collection).run(plan)
        assert also_told == told
        # A question also finds what n-grams alone tell.
        assert found.keys() == whole.keys() or (root.question and found)


def test_no_script_holds_what_was_typed() -> None:
    texts = "".join(SCRIPTS)
    assert not any(one in texts for one in WORDS)
    # Clusters keep a hundred compiled, and compile no more than 75 in five minutes.
    assert len(SCRIPTS) < 40


# A real cluster


def shipped(collection: Collection, folder: Path, cluster: Cluster, name: str) -> OpenSearchEngine:
    """The collection once more, its postings on a cluster."""
    generations = Generations(folder)
    bases = collection.engine.reader.bases
    with generations.writing("a test"):
        delivery = Shipping(cluster, Names(name), Settings())
        assembly = Assembly(generations, delivery=delivery)
        for first, last in itertools.pairwise(bases):
            assembly.add(Batch(list(collection.rows[first:last]), first))
        assembly.publish(sources=["random"], seconds=0.0, fingerprint="")
    return OpenSearchEngine(generations.path(generations.live()), cluster)


@pytest.fixture(scope="module")
def pairs(
    collections: list[tuple[Collection, OnSmallCluster]],
    tmp_path_factory: pytest.TempPathFactory,
    cluster: opensearch_site.Cluster,
) -> Iterator[list[tuple[Collection, OpenSearchEngine]]]:
    folder = tmp_path_factory.mktemp("shipped")
    connected = Cluster(ClusterAccess(cluster.urls))
    names = [f"scores-{os.getpid()}-{number}" for number in range(len(collections))]
    try:
        yield [
            (collection, shipped(collection, folder / name, connected, name))
            for (collection, _), name in zip(collections, names, strict=True)
        ]
    finally:
        for name in names:
            connected.request("DELETE", f"/{Names(name).all_indices}")


def same_hits(found: EngineResults, expected: EngineResults, plan: Plan) -> None:
    """The same documents with the same scores, met in the same ways; order is that of the scores."""
    scores = {hit.document: hit.score for hit in expected.hits}
    assert {hit.document: hit.score for hit in found.hits} == pytest.approx(scores, rel=1e-4, abs=1e-4)
    told = {hit.document: (hit.kinds, hit.alias) for hit in expected.hits}
    assert {hit.document: (hit.kinds, hit.alias) for hit in found.hits} == told, str(plan)
    same = ("total", "facets", "complete", "missing")
    assert [getattr(found, one) for one in same] == [getattr(expected, one) for one in same], str(plan)


@given(st.sampled_from(range(len(SHAPES))), st.lists(some_plans, min_size=3, max_size=3))
@settings(max_examples=40, **_EXAMPLES)
def test_a_cluster_answers_as_the_other_engine(
    pairs: list[tuple[Collection, OpenSearchEngine]], number: int, several: list[Plan]
) -> None:
    collection, engine = pairs[number]
    for plan in several:
        # All at once, which is more than is looked at again, and as a page.
        found = engine.run(plan)
        same_hits(found, collection.engine.run(plan), plan)
        ordered = [(-hit.score, hit.document) for hit in found.hits]
        assert ordered == sorted(ordered), str(plan)
        page = engine.run(replace(plan, offset=2, limit=5))
        assert page.hits == found.hits[2:7], str(plan)
        assert page.total == found.total


WHERE = (
    NoneOf(HasValue("genre", ("drama",))),
    Within("year", low=1960.0),
    HasValue("id", ("d1", "d2", "d3")),
)


@pytest.mark.parametrize("where", [None, *WHERE], ids=["all", "not", "within", "ids"])
@pytest.mark.parametrize("sort", ["relevance", "year", "popularity"])
@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
def test_pages_filters_and_orders_on_a_cluster(
    pairs: list[tuple[Collection, OpenSearchEngine]], sort: str, descending: bool, where: Filter | None
) -> None:
    collection, engine = pairs[1]
    plan = Plan(
        AnyOf((word("w0"), word("w3")), summed=True),
        filters={"year": (Range(1950.0, 1990.0),)},
        where=where,
        facets=("genre", "language", "year"),
        sort=sort,
        descending=descending,
        then_by=(("year", True),) if sort != "year" else (),
        offset=3,
        limit=8,
        explain=True,
    )
    expected, found = collection.engine.run(plan), engine.run(plan)
    assert [hit.document for hit in found.hits] == [hit.document for hit in expected.hits]
    same_hits(found, expected, plan)
    for one, other in zip(found.hits, expected.hits, strict=True):
        assert one.parts is not None
        assert other.parts is not None
        assert one.parts["words"].keys() == other.parts["words"].keys()
        for text, its in other.parts["words"].items():
            assert one.parts["words"][text] == {
                **its,
                "idf": pytest.approx(its["idf"], abs=2e-4),
                "score": pytest.approx(its["score"], abs=2e-4),
            }


def test_a_deadline_stops_a_query_on_a_cluster(pairs: list[tuple[Collection, OpenSearchEngine]]) -> None:
    with pytest.raises(DeadlineExceeded):
        pairs[0][1].run(Plan(word("w0"), deadline=time.monotonic() - 1))
