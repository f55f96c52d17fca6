"""Filters, counts, order and the second look of an index on a cluster are those of one in files."""

from __future__ import annotations

import json
import math
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import opensearch_site
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearch_language import Document as ScoredDocument
from opensearch_language import score
from opensearch_shards import aggregated, passes
from random_collection import GENRES, Collection, random_collection
from small_index import indexed
from test_oracle import plans

from search.engines.execution import Execution
from search.engines.filter_masks import passing as whoosh_passing
from search.engines.whoosh_engine import WhooshEngine
from search.engines.word_lookups import WordLookups
from search.errors import IndexUnavailable
from search.filters import AllOf, AnyOf, Exists, Filter, HasText, HasValue, NoneOf, Within
from search.index.codec.arrays import ArrayFile, write_arrays
from search.index.codec.lexicon import lexicon_arrays
from search.index.reader import WordReader
from search.index.schema import WAYS
from search.opensearch import counting, filtering
from search.opensearch.candidates import MOST_CLAUSES, Candidates, CandidateWord, words_of_plan
from search.opensearch.counting import Counting, is_settled
from search.opensearch.filtering import EVERY, NONE, Filters, ValueLexicons, accepting, filters_of, passing
from search.opensearch.ordering import heads_and_tails, page_of, sort_of, window
from search.opensearch.stored import MOST_AT_ONCE, SECONDS, StoredDocuments
from search.opensearch.word_segments import WordSegmentReader, write_word_segment
from search.query.plan import AllDocuments, Alternative, Plan, Unit
from search.ranking import RESCORED
from search.request import EVERY_VALUE, Range

Dsl = dict[str, Any]
#: Collections as (segments, documents, deleted).
SHAPES = ((1, 40, 0), (3, 70, 12), (2, 6, 1))


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> list[Collection]:
    folder = tmp_path_factory.mktemp("answers")
    return [
        random_collection(folder / str(seed), seed, segments=segments, documents=documents, deleted=deleted)
        for seed, (segments, documents, deleted) in enumerate(SHAPES)
    ]


def values_of(
    folder: Path, texts: dict[str, Sequence[str]], numbers: dict[str, Sequence[float]]
) -> ArrayFile:
    """What a word segment holds of facets."""
    arrays = {f"distinct/{name}": np.unique(np.array(held, np.float64)) for name, held in numbers.items()}
    for name, held in texts.items():
        arrays |= lexicon_arrays(f"value/{name}", sorted({one.encode() for one in held}))
    path = folder / f"{len(list(folder.iterdir()))}.arrays"
    write_arrays(path, arrays, {"documents": 0})
    return ArrayFile(path)


# Filters

_TEXTS = {"genre": ["Comédie", "comedie", "Drama", "War"], "language": ["de", "en"]}
_NUMBERS = {"year": [1950.0, 1999.0]}


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> ValueLexicons:
    folder = tmp_path_factory.mktemp("values")
    return ValueLexicons(
        [values_of(folder, _TEXTS, _NUMBERS), values_of(folder, {"genre": ["War", "Épic"]}, {})]
    )


def a_range(name: str, **bounds: float) -> Dsl:
    return {"range": {f"n_{name}": bounds}}


def terms(name: str, *held: str) -> Dsl:
    return {"terms": {f"v_{name}": list(held)}}


EXPRESSIONS: list[tuple[str, Filter, Dsl]] = [
    ("as-written", HasValue("genre", ("Drama",)), terms("genre", "Drama")),
    ("without-case-and-marks", HasValue("genre", ("DRAMA", "epic")), terms("genre", "Drama", "Épic")),
    ("as-written-before-alike", HasValue("genre", ("comedie",)), terms("genre", "comedie")),
    ("alike-only", HasValue("genre", ("COMEDIE",)), terms("genre", "Comédie", "comedie")),
    ("unknown", HasValue("genre", ("Western",)), NONE),
    ("unknown-key", HasValue("shelf", ("3",)), NONE),
    ("half-a-surrogate-pair", HasValue("genre", ("\ud800",)), NONE),
    ("number", HasValue("year", ("1999",)), {"term": {"n_year": 1999.0}}),
    ("no-number", HasValue("year", ("soon", "nan", "inf")), NONE),
    ("between", Within("year", 1950.0, 1999.0, below=True), a_range("year", gte=1950.0, lt=1999.0)),
    ("above", Within("year", 1950.0, above=True), a_range("year", gt=1950.0)),
    ("open-range", Within("year"), {"exists": {"field": "n_year"}}),
    ("beyond-all-numbers", Within("year", math.inf), NONE),
    ("not-a-number", Within("year", math.nan), NONE),
    ("texts-have-no-numbers", Within("genre", 1.0), NONE),
    ("contained", HasText("genre", "RAM"), terms("genre", "Drama")),
    ("at-the-start", HasText("genre", "com", at_start=True), terms("genre", "Comédie", "comedie")),
    ("numbers-have-no-text", HasText("year", "19"), NONE),
    ("any-value", Exists("genre"), {"exists": {"field": "v_genre"}}),
    ("any-number", Exists("year"), {"exists": {"field": "n_year"}}),
    ("id", HasValue("id", ("a", "", "b" * 600, "\ud800", "a")), {"ids": {"values": ["a"]}}),
    ("no-id", HasValue("id", ("",)), NONE),
    ("any-id", Exists("id"), EVERY),
    ("part-of-an-id", HasText("id", "a"), NONE),
    ("nothing-wanted", AllOf(), EVERY),
    ("nothing-accepted", AnyOf(), NONE),
    ("none-of-none", NoneOf(AnyOf()), EVERY),
    ("none-of-every", NoneOf(AllOf()), NONE),
    ("twice-none-of", NoneOf(NoneOf(HasValue("genre", ("War",)))), terms("genre", "War")),
    (
        "all-within-all",
        AllOf((AllOf((HasValue("genre", ("War",)), Exists("year"))), Exists("genre"))),
        {
            "bool": {
                "filter": [
                    terms("genre", "War"),
                    {"exists": {"field": "n_year"}},
                    {"exists": {"field": "v_genre"}},
                ]
            }
        },
    ),
    ("any-with-every", AnyOf((Exists("id"), HasValue("genre", ("War",)))), EVERY),
    ("all-with-none", AllOf((AnyOf(), HasValue("genre", ("War",)))), NONE),
]


@pytest.mark.parametrize(
    ("one", "expected"), [row[1:] for row in EXPRESSIONS], ids=[row[0] for row in EXPRESSIONS]
)
def test_filter_expressions(values: ValueLexicons, one: Filter, expected: Dsl) -> None:
    assert passing(one, values) == expected


_leaves: st.SearchStrategy[Filter] = st.one_of(
    st.builds(
        HasValue, st.just("genre"), st.lists(st.sampled_from((*GENRES, "drama", "x")), max_size=2).map(tuple)
    ),
    st.builds(HasValue, st.just("year"), st.sampled_from((("1980",), ("1980", "1999.0"), ("x",)))),
    st.builds(
        HasValue,
        st.just("id"),
        st.lists(st.sampled_from(("d1", "d2", "d3", "d60", "")), max_size=3).map(tuple),
    ),
    st.builds(
        Within,
        st.sampled_from(("year", "popularity", "genre", "id")),
        st.sampled_from((None, 1.0, 1950.0, 1980.0, math.nan, -math.inf)),
        st.sampled_from((None, 5.0, 1980.0, 1999.0, math.inf)),
        st.booleans(),
        st.booleans(),
    ),
    st.builds(
        HasText, st.sampled_from(("genre", "year", "id")), st.sampled_from(("r", "DRA", "")), st.booleans()
    ),
    st.builds(Exists, st.sampled_from(("genre", "year", "language", "id", "nothing"))),
)
expressions = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(NoneOf, inner),
    ),
    max_leaves=6,
)


def local_values(collection: Collection, folder: Path) -> ValueLexicons:
    """The facets' values in the word segments of a collection."""
    files = []
    for number, segment in enumerate(collection.engine.reader.segments):
        path = folder / f"{len(collection.rows)}-{number}.mls"
        if not path.exists():
            write_word_segment(path, segment, np.zeros(segment.documents, np.uint16))
        files.append(WordSegmentReader(path).file)
    return ValueLexicons(files)


def documents_of(collection: Collection) -> list[dict[str, Sequence[Any]]]:
    """The columns of a collection as a cluster has them."""
    return [
        {
            "_id": (f"d{number}",),
            "v_genre": row.genres,
            "v_language": (row.language,) if row.language else (),
            "n_year": () if row.year is None else (row.year,),
            "n_popularity": () if row.popularity is None else (row.popularity,),
        }
        for number, row in enumerate(collection.rows)
    ]


@given(st.sampled_from(range(len(SHAPES))), expressions)
@settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_expressions_pass_the_documents_of_the_other_engine(
    collections: list[Collection], tmp_path_factory: pytest.TempPathFactory, shape: int, one: Filter
) -> None:
    collection = collections[shape]
    folder = tmp_path_factory.getbasetemp() / "word-segments"
    folder.mkdir(exist_ok=True)
    query = passing(one, local_values(collection, folder))
    found = [passes(query, document) for document in documents_of(collection)]
    expected = whoosh_passing(one, collection.engine)
    assert [found[doc] for doc in collection.live] == [bool(expected[doc]) for doc in collection.live]


def test_more_values_than_a_list_may_have_are_several_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtering, "MOST_VALUES", 2)
    held = ValueLexicons([values_of(tmp_path, {"genre": ["a1", "a2", "a3"]}, {})])
    assert passing(HasText("genre", "a"), held) == {
        "bool": {"should": [terms("genre", "a1", "a2"), terms("genre", "a3")], "minimum_should_match": 1}
    }


def test_a_facet_of_very_many_values_is_compared_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtering, "MOST_FOLDED", 1)
    held = ValueLexicons([values_of(tmp_path, _TEXTS, _NUMBERS)])
    assert held.accepted("genre", ["DRAMA", "COMEDIE"]) == ["Drama", "Comédie", "comedie"]


def test_only_filters_of_counted_facets_wait_for_the_counts(values: ValueLexicons) -> None:
    plan = Plan(
        AllDocuments(),
        filters={"genre": ("War",), "year": (Range(1990.0),)},
        where=Exists("language"),
        facets=("genre", "language"),
    )
    found = filters_of(plan, values)
    assert found.always == ({"exists": {"field": "v_language"}}, a_range("year", gte=1990.0))
    assert found.later == {"genre": terms("genre", "War")}
    assert found.post_filter() == terms("genre", "War")
    assert found.but("genre") == EVERY
    assert found.but("language") == terms("genre", "War")
    assert Filters().post_filter() is None


# Counts


class Shop:
    """Documents on shards with a facet of many values, and what is held here of them."""

    def __init__(self, folder: Path, seed: int, *, values: int, documents: int, shards: int) -> None:
        source = random.Random(seed)
        people = [f"p{number:05}" for number in range(values)]
        weights = [1 / (rank + 3) for rank in range(values)]
        self.documents: list[dict[str, Any]] = [
            {
                "_id": (str(number),),
                "v_people": tuple(dict.fromkeys(source.choices(people, weights, k=4))),
                "v_genre": source.sample(("Drama", "drama", "War", "Épic"), 2),
                "n_year": (float(source.randrange(1900, 2020)),),
                "n_price": (source.randrange(3 * values) / 4,),
            }
            for number in range(documents)
        ]
        self.shards: list[list[dict[str, Any]]] = [[] for _ in range(shards)]
        for document in self.documents:
            source.choice(self.shards).append(document)
        columns = {name: [one for doc in self.documents for one in doc[name]] for name in self.documents[0]}
        self.values = ValueLexicons(
            [
                values_of(
                    folder,
                    {"people": columns["v_people"], "genre": columns["v_genre"]},
                    {"year": columns["n_year"], "price": columns["n_price"]},
                )
            ]
        )

    def counted(self, plan: Plan) -> tuple[dict[str, list[tuple[str | float, int]]], int]:
        """What `Counting` makes of the shards' answers, and how often it asked."""
        filters = filters_of(plan, self.values)
        found = [
            [doc for doc in shard if all(passes(one, doc) for one in filters.always)] for shard in self.shards
        ]
        one = Counting(plan, filters, self.values)
        times = 0
        while asked := one.aggregations():
            one.read(aggregated(asked, found))
            times += 1
            assert times < 100
        return one.facets, times

    def expected(self, plan: Plan, name: str) -> list[tuple[str | float, int]]:
        """All values of a facet, counted one document at a time."""
        fields = {"people": "v_people", "genre": "v_genre", "year": "n_year", "price": "n_price"}
        passed = [
            document
            for document in self.documents
            if all(
                passes(accepting(other, accepted, self.values), document)
                for other, accepted in plan.filters.items()
                if other != name
            )
        ]
        counts = Counter(value for document in passed for value in document[fields[name]])
        sign = -1 if fields[name].startswith("n_") else 1
        rows = sorted(counts.items(), key=lambda row: row[0], reverse=sign < 0)
        return sorted(rows, key=lambda row: -row[1])


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> list[Shop]:
    folder = tmp_path_factory.mktemp("shops")
    return [
        Shop(folder, 0, values=3000, documents=4000, shards=3),
        Shop(folder, 1, values=3000, documents=700, shards=7),
        Shop(folder, 2, values=40, documents=200, shards=1),
    ]


FILTERS: dict[str, dict[str, tuple[str | Range, ...]]] = {
    "none": {},
    "of-another": {"genre": ("War",)},
    "of-its-own": {"people": ("p00001", "P00700", "p02999", "nobody")},
    "of-numbers": {"year": (Range(1950.0, 1960.0), "2001"), "price": (Range(None, 40.0),)},
    "of-several": {"people": ("p00000", "p00002"), "genre": ("DRAMA",), "year": (Range(1950.0),)},
}


@pytest.mark.parametrize("limit", [1, 20, 300, EVERY_VALUE])
@pytest.mark.parametrize("filters", FILTERS.values(), ids=list(FILTERS))
@pytest.mark.parametrize("shop", range(3), ids=["large", "many-shards", "small"])
def test_counts_are_exact_wherever_the_values_are(
    shops: list[Shop], shop: int, filters: dict[str, tuple[str | Range, ...]], limit: int
) -> None:
    facets = ("people", "genre", "year", "price", "nothing")
    plan = Plan(AllDocuments(), filters=filters, facets=facets, facet_limit=limit)
    found, _ = shops[shop].counted(plan)
    assert list(found) == list(facets)
    assert found["nothing"] == []
    for name in facets[:-1]:
        expected = shops[shop].expected(plan, name)
        assert found[name][:limit] == expected[:limit]
        if limit == EVERY_VALUE or shops[shop].values.count(name) <= counting.WHOLE:
            assert found[name] == expected
        else:
            # Behind the leading values stand those of the facet's own filter.
            own = accepting(name, filters[name], shops[shop].values) if name in filters else NONE
            field = f"n_{name}" if name == "price" else f"v_{name}"
            chosen = [row for row in expected[limit:] if passes(own, {field: (row[0],)})]
            assert [row for row in found[name][limit:] if row in chosen] == chosen
            assert set(found[name]) <= set(expected)


def test_most_counts_take_one_request(shops: list[Shop]) -> None:
    plan = Plan(AllDocuments(), facets=("people", "genre", "year"), facet_limit=20)
    assert shops[0].counted(plan)[1] == 1


def test_not_more_values_in_one_answer_than_clusters_give(
    shops: list[Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_ROWS", 1500)
    monkeypatch.setattr(counting, "MOST_TOGETHER", 1600)
    monkeypatch.setattr(counting, "PART", 700)
    plan = Plan(AllDocuments(), facets=("people", "price", "year"), facet_limit=EVERY_VALUE)
    found, times = shops[0].counted(plan)
    assert times > 3
    assert found == {name: shops[0].expected(plan, name) for name in plan.facets}


def bucket(key: str, count: int, error: int = 0) -> Dsl:
    return {"key": key, "doc_count": count, "doc_count_error_upper_bound": error}


SETTLED = [
    ("nothing-left-out", 0, [bucket("a", 3)], True),
    ("fewer-than-wanted", 4, [bucket("a", 3)], False),
    ("far-behind", 2, [bucket("a", 9), bucket("b", 8), bucket("c", 3)], True),
    ("a-leading-one-is-wrong", 2, [bucket("a", 9, 1), bucket("b", 8), bucket("c", 3)], False),
    ("one-behind-may-lead", 2, [bucket("a", 9), bucket("b", 8), bucket("c", 6, 2)], False),
    ("one-unseen-may-lead", 5, [bucket("a", 9), bucket("b", 8), bucket("c", 3)], False),
    ("as-many-may-come-first", 5, [bucket("a", 9), bucket("b", 8), bucket("c", 3, 0)], False),
]


@pytest.mark.parametrize(
    ("unseen", "buckets", "expected"), [row[1:] for row in SETTLED], ids=[row[0] for row in SETTLED]
)
def test_when_the_leading_values_are_known(unseen: int, buckets: list[Dsl], expected: bool) -> None:
    answer = {"doc_count_error_upper_bound": unseen, "sum_other_doc_count": 9, "buckets": buckets}
    assert is_settled(answer, 2) is expected


@pytest.fixture(scope="module")
def shop_index(shops: list[Shop], cluster: opensearch_site.Cluster) -> Iterator[str]:
    """The documents of the first shop on a cluster."""
    name = f"answers-{os.getpid()}-shop"
    kinds = {"v_people": "keyword", "v_genre": "keyword", "n_year": "double", "n_price": "double"}
    mappings = {"properties": {field: {"type": kind} for field, kind in kinds.items()}}
    settings = {"number_of_shards": 3, "number_of_replicas": 0}
    cluster.request("PUT", f"/{name}", {"settings": settings, "mappings": mappings})
    try:
        rows = [
            [{"index": {"_id": document["_id"][0]}}, {field: document[field] for field in kinds}]
            for document in shops[0].documents
        ]
        lines = "".join(json.dumps(one) + "\n" for row in rows for one in row)
        assert not cluster.request("POST", f"/{name}/_bulk?refresh=true", lines)["errors"]
        yield name
    finally:
        cluster.request("DELETE", f"/{name}")


@pytest.mark.parametrize("limit", [20, 300, EVERY_VALUE])
@pytest.mark.parametrize("filters", FILTERS.values(), ids=list(FILTERS))
def test_a_cluster_counts_exactly(
    shops: list[Shop],
    cluster: opensearch_site.Cluster,
    shop_index: str,
    filters: dict[str, tuple[str | Range, ...]],
    limit: int,
) -> None:
    facets = ("people", "genre", "year", "price")
    plan = Plan(AllDocuments(), filters=filters, facets=facets, facet_limit=limit)
    its = filters_of(plan, shops[0].values)
    one = Counting(plan, its, shops[0].values)
    while asked := one.aggregations():
        body = {"size": 0, "query": {"bool": {"filter": list(its.always)}}, "aggs": asked}
        one.read(cluster.request("POST", f"/{shop_index}/_search", body)["aggregations"])
    for name in facets:
        expected = shops[0].expected(plan, name)
        assert one.facets[name][:limit] == expected[:limit]
        assert set(one.facets[name]) <= set(expected)


@given(expressions)
@settings(max_examples=40, derandomize=True, deadline=None, database=None)
def test_a_cluster_passes_what_filters_say(
    shops: list[Shop], cluster: opensearch_site.Cluster, shop_index: str, one: Filter
) -> None:
    query = passing(one, shops[0].values)
    body = {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": [query]}}}
    total = cluster.request("POST", f"/{shop_index}/_search", body)["hits"]["total"]["value"]
    assert total == sum(passes(query, document) for document in shops[0].documents)


# Order


ORDERS: list[tuple[str, Plan, list[Dsl]]] = [
    ("by-score", Plan(AllDocuments()), []),
    (
        "by-number",
        Plan(AllDocuments(), sort="year", descending=True),
        [{"n_year": {"order": "desc", "missing": "_last", "unmapped_type": "double"}}],
    ),
    (
        "titles-as-in-most-languages",
        Plan(AllDocuments(), sort="title", sort_language="en"),
        [{"order": {"order": "asc", "missing": "_last", "unmapped_type": "keyword"}}],
    ),
    (
        "then-by",
        Plan(AllDocuments(), sort="title", then_by=(("year", False),)),
        [
            {"order": {"order": "asc", "missing": "_last", "unmapped_type": "keyword"}},
            {"n_year": {"order": "asc", "missing": "_last", "unmapped_type": "double"}},
        ],
    ),
]


@pytest.mark.parametrize(("plan", "expected"), [row[1:] for row in ORDERS], ids=[row[0] for row in ORDERS])
def test_orders(plan: Plan, expected: list[Dsl]) -> None:
    ties = [{"_score": {"order": "desc"}}, {"number": {"order": "asc"}}]
    assert sort_of(plan, skip_articles=False) == [*expected, *ties]


@pytest.mark.parametrize(
    ("language", "skip_articles", "field"),
    [("sv", False, "order_sv"), ("sv-SE", False, "order_sv"), ("en", True, "order_en"), ("en", False, None)],
)
def test_languages_with_an_order_of_their_own(language: str, skip_articles: bool, field: str | None) -> None:
    found = sort_of(Plan(AllDocuments(), sort="title", sort_language=language), skip_articles=skip_articles)[
        0
    ]
    if field is None:
        assert "_script" not in found
    else:
        assert found["_script"]["script"]["params"] == {"own": field, "untailored": "order"}


WINDOWS = [
    ("leading", Plan(AllDocuments()), (0, RESCORED)),
    ("far-page", Plan(AllDocuments(), offset=990), (0, 1000)),
    ("no-second-look", Plan(AllDocuments(), offset=20, second_look=False), (20, 10)),
    ("by-column", Plan(AllDocuments(), sort="year", offset=9990), (9990, 10)),
]


@pytest.mark.parametrize(("plan", "expected"), [row[1:] for row in WINDOWS], ids=[row[0] for row in WINDOWS])
def test_windows(plan: Plan, expected: tuple[int, int]) -> None:
    assert window(plan) == expected


@pytest.mark.parametrize("hits", [0, 1, 150, RESCORED, RESCORED + 1, 450])
@pytest.mark.parametrize(("offset", "limit"), [(0, 10), (190, 20), (200, 10), (440, 30), (0, 450), (900, 10)])
def test_the_leading_documents_change_places(hits: int, offset: int, limit: int) -> None:
    source = random.Random(hits)
    rows = sorted(
        ((source.randrange(9) / 4, number) for number in range(hits)), key=lambda row: (-row[0], row[1])
    )
    added = {number: source.randrange(5) / 8 for _, number in rows[:RESCORED]}
    plan = Plan(AllDocuments(), offset=offset, limit=limit)
    size = window(plan)[1]
    numbers = np.array([number for _, number in rows[:size]], np.int64)
    scores = np.array([one for one, _ in rows[:size]], np.float32)
    head, tail = heads_and_tails(numbers, scores)
    page = page_of(head, np.array([added[number] for number in head[0].tolist()], np.float32), tail, plan)
    better = sorted(
        ((one + added[number], number) for one, number in rows[:RESCORED]), key=lambda row: (-row[0], row[1])
    )
    expected = (better + rows[RESCORED:])[offset : offset + limit]
    assert list(zip(*(array.tolist() for array in page), strict=True)) == [(n, s) for s, n in expected]


# The leading documents


def answers_of(bodies: Sequence[Dsl], documents: dict[int, ScoredDocument]) -> list[Dsl]:
    """Hits with doc values and the names of the queries they meet, a document once for each body."""
    hits = []
    for body in bodies:
        wanted, named = body["query"]["bool"]["filter"]
        for number in wanted["terms"]["number"]:
            document = documents[number]
            names = []
            for clause in named["bool"]["should"]:
                (query,) = clause["bool"]["filter"]
                if score(query, document) is not None:
                    names.append(clause["bool"]["_name"])
            lengths = {name: [its] for name, its in document.lengths.items() if name in LENGTHS and its}
            fields = {"number": [number], "language_number": [document.language], **lengths}
            hits.append({"fields": fields, "matched_queries": names})
    return hits


LENGTHS = {"len_title_stem", "len_alias_stem"}


@given(st.sampled_from(range(len(SHAPES))), st.lists(plans, min_size=2, max_size=2))
@settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
def test_the_second_look_is_that_of_the_other_engine(
    collections: list[Collection], shape: int, several: list[Plan]
) -> None:
    engine = collections[shape].engine
    of = engine.language_of
    documents = {
        number: ScoredDocument(f"d{number}", row.terms, int(of[number]), 1.0, {})
        for number, row in enumerate(collections[shape].rows)
    }
    for plan in several:
        execution = Execution(engine, plan)
        expected = execution.results()
        words = []
        for one in words_of_plan(plan.root):
            known = execution._words[id(one)][1]
            words.append(CandidateWord(one, known.idfs, known.is_read, known.occurs))
        assert len(words) == len(execution._words)
        numbers = np.array([hit.document for hit in expected.hits], np.int64)
        scores = np.array([hit.score for hit in expected.hits], np.float32)
        candidates = Candidates(words, plan, occurs=lambda one, term: engine.reader.frequency(one, term) > 0)
        candidates.read(answers_of(candidates.bodies(numbers), documents))
        hits = candidates.hits(numbers, scores, numbers)
        assert [(hit.document, hit.kinds, hit.alias) for hit in hits] == [
            (hit.document, hit.kinds, hit.alias) for hit in expected.hits
        ]
        ascending = np.sort(numbers)
        added = execution._second_look(ascending.astype(np.intp))
        assert candidates.added(ascending).tolist() == pytest.approx(added.tolist(), rel=1e-5)


def word(text: str, *, count: int = 1) -> Unit:
    forms = tuple(f"{text}{number}" for number in range(count))
    return Unit(text, (Alternative("exact", "exact", forms, ("title", "body"), together=count > 1),))


def known(one: Unit, **more: Any) -> CandidateWord:
    return CandidateWord(one, np.ones(1, np.float32), True, True, **more)


def test_named_queries_come_in_parts_that_clusters_accept() -> None:
    units = [word(f"w{number}", count=90) for number in range(12)]
    candidates = Candidates([known(one) for one in units], Plan(units[0], second_look=False))
    bodies = candidates.bodies([1, 2])
    assert candidates.size == 12 * 2 * 90
    sizes = [
        sum(
            len(clause["bool"]["filter"][0]["bool"]["filter"])
            for clause in body["query"]["bool"]["filter"][1]["bool"]["should"]
        )
        for body in bodies
    ]
    assert sum(sizes) == candidates.size
    assert max(sizes) <= MOST_CLAUSES
    assert candidates.bodies([]) == []


def test_the_same_query_is_asked_once() -> None:
    first, second = word("x"), word("x")
    candidates = Candidates([known(first), known(second)], Plan(first, second_look=False))
    assert len(candidates.clauses()) == 2


def test_scores_of_words_are_told_where_they_are_asked_for() -> None:
    unit = word("x")
    plan = Plan(unit, explain=True)
    candidates = Candidates([known(unit, score={"match_all": {}})], plan)
    names = {next(iter(one["bool"])): one["bool"]["_name"] for one in candidates.clauses()}
    fields = {"number": [7], "language_number": [0]}
    candidates.read([{"fields": fields, "matched_queries": {names["must"]: 2.5, "q0": 0.0}}])
    (hit,) = candidates.hits(np.array([7]), np.array([3.0], np.float32), np.array([5]))
    assert hit.document == 5
    assert hit.parts == {
        "words": {"x": {"kind": "exact", "zones": ["title"], "idf": 1.0, "score": 2.5}},
        "total": 3.0,
    }


def test_without_words_nothing_is_asked() -> None:
    candidates = Candidates([], Plan(AllDocuments(), sort="year", explain=True))
    assert candidates.bodies([1]) == []
    (hit,) = candidates.hits(np.array([1]), np.array([1.0], np.float32), np.array([1]))
    assert (hit.kinds, hit.parts) == ((), {"words": {}, "total": 1.0})


# Stored documents


class Store:
    """A cluster that counts how often it is asked."""

    def __init__(self, documents: int) -> None:
        self.documents = documents
        self.asked: list[list[int]] = []
        self.deadlines: list[float | None] = []

    def search(self, index: str, body: Dsl, deadline: float | None = None, /) -> Dsl:
        assert index == "films-1"
        (wanted,) = body["query"]["bool"]["filter"]
        numbers = wanted["terms"]["number"]
        self.asked.append(numbers)
        self.deadlines.append(deadline)
        assert body["size"] >= len(numbers)
        hits = [
            {"fields": {"number": [number]}, "_source": {"stored": {"id": f"d{number}"}}}
            for number in numbers
            if number < self.documents + 1000
        ]
        return {"hits": {"hits": hits[::-1]}}


def stored(store: Store, **more: Any) -> StoredDocuments:
    return StoredDocuments(store, "films-1", lambda local: local + 1000, **more)


def test_a_page_is_one_request_and_is_kept() -> None:
    store = Store(100)
    documents = stored(store)
    documents.fetch(range(10))
    assert [documents.get(number)["id"] for number in range(10)] == [f"d{1000 + n}" for n in range(10)]
    documents.fetch(range(5, 15))
    assert store.asked == [list(range(1000, 1010)), list(range(1010, 1015))]


def test_what_is_expected_comes_with_the_first_that_is_asked_for() -> None:
    store = Store(1000)
    documents = stored(store)
    documents.expect(range(40))
    assert store.asked == []
    assert documents.get(7)["id"] == "d1007"
    assert documents.get(39)["id"] == "d1039"
    assert [sorted(numbers) for numbers in store.asked] == [list(range(1000, 1040))]
    documents.expect(range(40, 40 + 3 * MOST_AT_ONCE))
    documents.get(900)
    assert len(store.asked[1]) == MOST_AT_ONCE


def test_nobody_waits_for_a_document_longer_than_for_the_answer() -> None:
    store = Store(50)
    documents = stored(store)
    deadline = time.monotonic() + 12.5
    documents.expect([1, 2], deadline=deadline)
    documents.expect([3])
    documents.get(1)
    documents.get(3, 14.0)
    before = time.monotonic()
    documents.get(40)
    first, *_, last = store.deadlines
    assert first == deadline
    assert last is not None
    assert before + SECONDS <= last <= time.monotonic() + SECONDS


def test_what_came_with_something_else_is_not_asked_for() -> None:
    store = Store(5)
    documents = stored(store)
    documents.keep(3, {"id": "three"})
    assert documents.get(3) == {"id": "three"}
    assert store.asked == []


def test_no_more_is_kept_than_may_be() -> None:
    store = Store(5000)
    documents = stored(store, limit=20_000)
    for number in range(500):
        documents.get(number)
    documents.get(0)
    assert len(store.asked) == 501


def test_a_page_of_documents_too_long_to_be_kept_is_one_request() -> None:
    store = Store(5000)
    documents = stored(store, limit=100)
    documents.expect(range(10))
    assert [documents.get(number)["id"] for number in range(10)] == [f"d{1000 + n}" for n in range(10)]
    assert len(store.asked) == 1


def test_a_document_that_is_not_there() -> None:
    with pytest.raises(IndexUnavailable, match="films-1: no document number 1009"):
        stored(Store(5)).get(9)


# Words


class WrittenWords(WordReader):
    """The word segments of an index in files, its documents elsewhere."""

    def __init__(self, engine: WhooshEngine, folder: Path) -> None:
        self._term_numbers = {}
        self._engine = engine
        self.bases = engine.reader.bases
        self.segments = []
        for number, segment in enumerate(engine.reader.segments):
            path = folder / f"{number}.mls"
            write_word_segment(path, segment, np.zeros(segment.documents, np.uint16))
            self.segments.append(WordSegmentReader(path, segment.deleted))

    def title_of(self, doc: int, title: int) -> str:
        return self._engine.reader.title_of(doc, title)


_ROWS = [
    {"id": "1", "title": "Zebra crossing", "text": "Zebras cross the street", "language": "en"},
    {
        "id": "2",
        "title": "東京物語",
        "also_known_as": ["Tokyo Story"],
        "text": "家族の物語",
        "language": "ja",
    },
    {"id": "3", "title": "기생충", "text": "가족 이야기", "language": "ko"},
    {"id": "4", "title": "Ängel", "text": "Zebran och ängeln", "language": "sv", "people": ["Bo Östlund"]},
]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> tuple[WhooshEngine, WordLookups]:
    folder = tmp_path_factory.mktemp("words")
    engine = indexed(folder, _ROWS).engine()
    assert isinstance(engine, WhooshEngine)
    return engine, WordLookups(WrittenWords(engine, folder))


@pytest.mark.parametrize("word", ["zebar", "tokio", "東京物誤", "기생츙", "angle", "ostlunt", "x", "zebra"])
def test_spellings_without_posting_lists(engines: tuple[WhooshEngine, WordLookups], word: str) -> None:
    engine, words = engines
    assert words.similar_spellings(word, 5) == engine.similar_spellings(word, 5)


@pytest.mark.parametrize("prefix", ["z", "to", "東京", "기", "ang", "", "nothing"])
def test_completions_and_beginnings_without_posting_lists(
    engines: tuple[WhooshEngine, WordLookups], prefix: str
) -> None:
    engine, words = engines
    assert words.suggestions(prefix, 3) == engine.suggestions(prefix, 3)
    for way in WAYS:
        found = words.terms_with_prefix(way, prefix, 50)
        assert found == engine.terms_with_prefix(way, prefix, 50)
        for term in found:
            assert words.frequency(way, (term,), WAYS[way]) == engine.frequency(way, (term,), WAYS[way])


def test_ids_without_posting_lists(engines: tuple[WhooshEngine, WordLookups]) -> None:
    engine, words = engines
    assert [words.document_number(one) for one in ("1", "3", "5")] == [
        engine.document_number(one) for one in ("1", "3", "5")
    ]
