"""The engine finds what two slower ones find: plain Python one document at a time, with the same
scores, and Whoosh's own searcher on the same files, with the same documents."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_collection import GENRES, LANGUAGES, WORDS, Collection, random_collection
from reference_engine import Reference
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import And, Or, Phrase, Query, Term

from search.engines import execution
from search.index.contents import INDEX_NAME
from search.index.schema import BODY, EXACT, FOLDED, GRAM, KEY, LATIN, STEM, TITLE, WAYS
from search.query.plan import (
    AllDocuments,
    AllOf,
    Alternative,
    AnyOf,
    FacetTerm,
    MostOf,
    Node,
    Plan,
    Sequence,
    Unit,
)
from search.ranking import KIND_WEIGHT
from search.request import Range

#: Collections as (segments, documents, deleted): all below what is looked at twice.
SHAPES = ((1, 40, 0), (1, 60, 9), (3, 70, 0), (4, 90, 20), (2, 6, 1))
#: Plans answered by one example, and how many examples: 480 queries, each asked twice.
PLANS, EXAMPLES = 4, 120
FACETS = ("genre", "year", "language")


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> list[Collection]:
    folder = tmp_path_factory.mktemp("oracle")
    return [
        random_collection(folder / str(seed), seed, segments=segments, documents=documents, deleted=deleted)
        for seed, (segments, documents, deleted) in enumerate(SHAPES)
    ]


# Plans

words = st.sampled_from(WORDS)
some_words = st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def alternatives(draw: st.DrawFn) -> Alternative:
    way = draw(st.sampled_from((EXACT, EXACT, FOLDED, STEM, LATIN, KEY, GRAM)))
    zones = draw(st.lists(st.sampled_from(WAYS[way]), min_size=1, unique=True))
    together = draw(st.integers(0, 4)) == 0
    # Words in pieces and compounds are looked for together, never words as typed.
    kinds = ("romanized", "compound") if together else tuple(KIND_WEIGHT)
    return Alternative(
        draw(st.sampled_from(kinds)),
        way,
        draw(some_words),
        tuple(zones),
        draw(st.sampled_from((1.0, 0.6))),
        together=together,
    )


units = st.builds(
    Unit,
    words,
    st.lists(alternatives(), min_size=1, max_size=3).map(tuple),
    optional=st.sampled_from((False, False, True)),
    is_gram=st.sampled_from((False, False, False, True)),
)
sequences = st.builds(
    Sequence,
    st.just("a phrase"),
    st.lists(some_words, min_size=1, max_size=3).map(tuple),
    st.sampled_from(((TITLE, BODY), (BODY,))),
)
facet_terms = st.builds(
    FacetTerm, st.just("genre"), st.sampled_from((*GENRES, *map(str.lower, GENRES), "none"))
)
leaves = st.one_of(units, units, units, sequences, facet_terms, st.just(AllDocuments()))
most = st.builds(MostOf, st.lists(units, min_size=2, max_size=6).map(tuple))


def inner(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(AnyOf, several, summed=st.booleans()),
        st.builds(AllOf, several, st.lists(nodes, max_size=1).map(tuple)),
    )


nodes = st.recursive(st.one_of(leaves, leaves, most), inner, max_leaves=4)
roots = st.one_of(
    nodes,
    st.builds(
        AllOf,
        st.lists(st.one_of(units, units, nodes), min_size=1, max_size=7).map(tuple),
        st.lists(leaves, max_size=1).map(tuple),
        lenient=st.sampled_from((True, True, False)),
        question=st.booleans(),
    ).map(lambda root: root if root.lenient else AllOf(root.parts, root.excluded)),
)
accepted = {
    "genre": st.sampled_from((("Drama",), ("drama", "War"), ("none",))),
    "year": st.sampled_from((("1980",), (Range(None, 1980.0),), (Range(1960.0, 1990.0), "1999"))),
    "language": st.sampled_from((("en",), ("de", "ja"))),
}
plans = st.builds(
    Plan,
    roots,
    grams=st.lists(words, max_size=4).map(tuple),
    characters=st.lists(words, max_size=2).map(tuple),
    whole=st.sampled_from(("", *WORDS)),
    languages=st.dictionaries(
        st.sampled_from((*LANGUAGES, "xx")), st.sampled_from((0.3, 1.0, 3.0)), max_size=2
    ),
    filters=st.fixed_dictionaries({}, optional=accepted),
    facets=st.just(FACETS),
    limit=st.just(1000),
)


@pytest.mark.parametrize("rarest_first", [False, True], ids=["all documents", "those of the rarest word"])
@given(st.sampled_from(range(len(SHAPES))), st.lists(plans, min_size=PLANS, max_size=PLANS))
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
def test_documents_scores_and_counts_are_those_of_the_formula(
    collections: list[Collection], rarest_first: bool, number: int, several: list[Plan]
) -> None:
    collection = collections[number]
    for plan in several:
        expected = Reference(collection, plan).answer()
        for turn in ("first", "again, from what was kept"):
            with pytest.MonkeyPatch.context() as patch:
                if rarest_first:
                    patch.setattr(execution, "LEAST_FREQUENT", 0)
                    patch.setattr(execution, "TIMES_RARER", 0)
                    # A word whose scores are kept is not looked for anew.
                    collection.engine.__dict__.pop("scores", None)
                found = collection.engine.run(plan)
            scores = {hit.document: hit.score for hit in found.hits}
            assert scores == pytest.approx(expected.scores, rel=1e-4, abs=1e-4), f"{turn}: {plan}"
            assert found.total == len(expected.scores)
            assert found.facets == expected.facets, f"{turn}: {plan}"
            assert found.complete == expected.complete, f"{turn}: {plan}"
            ordered = [(-hit.score, hit.document) for hit in found.hits]
            assert ordered == sorted(ordered), f"{turn}: {plan}"


# Whoosh


def _whoosh_word(word: str) -> Query:
    return Or([Term(f"{zone}_exact", word) for zone in (TITLE, BODY)])


def _word(word: str) -> Unit:
    return Unit(word, (Alternative("exact", EXACT, (word,), (TITLE, BODY)),))


@pytest.mark.parametrize("number", range(len(SHAPES)), ids=[f"{shape}" for shape in SHAPES])
def test_documents_are_those_of_whoosh(collections: list[Collection], number: int) -> None:
    collection = collections[number]
    source = random.Random(number)
    with FileIndex(FileStorage(str(collection.directory)), indexname=INDEX_NAME).searcher() as searcher:
        for _ in range(200):
            chosen = source.sample((*WORDS, "absent"), source.randint(1, 3))
            phrase = [source.choice(WORDS) for _ in range(source.randint(2, 3))]
            pairs: list[tuple[Node, Query]] = [
                (AllOf(tuple(map(_word, chosen))), And(list(map(_whoosh_word, chosen)))),
                (AnyOf(tuple(map(_word, chosen))), Or(list(map(_whoosh_word, chosen)))),
                (
                    Sequence(" ".join(phrase), tuple((one,) for one in phrase), (TITLE, BODY)),
                    Or([Phrase(f"{zone}_exact", phrase) for zone in (TITLE, BODY)]),
                ),
            ]
            for root, query in pairs:
                found = {hit.document for hit in collection.engine.run(Plan(root, limit=1000)).hits}
                assert found == {hit.docnum for hit in searcher.search(query, limit=None)}, str(query)
