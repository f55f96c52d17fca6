"""The pieces of query execution: sets of scored documents, what is kept, counted and looked up."""

from __future__ import annotations

import bisect
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from random_collection import WORDS, Collection, random_collection

from search.engines.leading import best_places, leading_places
from search.engines.matches import Combiner, Matches, common, found_in, without
from search.errors import DeadlineExceeded
from search.index.codec.lexicon import SampledLexicon, lexicon_arrays
from search.index.recently_used import RecentlyUsed
from search.index.schema import ALIAS, BODY, EXACT, GRAM, STEM, TITLE, WAYS, Field
from search.index.value_column import ValueColumn, combinations_of, distinct_numbers
from search.query.plan import AllOf, Alternative, AnyOf, MostOf, Plan, Unit


def scored(source: random.Random, size: int, count: int) -> dict[int, float]:
    """Some documents with scores that float32 holds exactly; 0 is a score."""
    return {doc: source.randrange(8) / 4 for doc in source.sample(range(size), count)}


def matches(scores: dict[int, float]) -> Matches:
    docs = sorted(scores)
    return Matches(np.array(docs, np.intp), np.array([scores[doc] for doc in docs], np.float32))


def as_dict(one: Matches) -> dict[int, float]:
    assert one.docs.tolist() == sorted(one.docs.tolist())
    return dict(zip(one.docs.tolist(), one.scores.tolist(), strict=True))


# Sets of documents: few and many of each size, so that every way of combining them is taken.

SIZES = [(10, (0, 3, 10)), (1000, (1, 2, 3)), (1000, (600, 5, 400)), (5000, (4000, 30, 2)), (5000, (20, 20))]


@pytest.mark.parametrize(("size", "counts"), SIZES, ids=[f"{counts} of {size}" for size, counts in SIZES])
def test_combined_documents_and_scores(size: int, counts: tuple[int, ...]) -> None:
    source = random.Random(size)
    combiner = Combiner(size)
    # Twice: what is kept between calls must be as it was.
    for _ in range(2):
        several = [scored(source, size, count) for count in counts]
        parts = [matches(one) for one in several]
        every = {doc for one in several for doc in one}
        all_scores = {doc: [one[doc] for one in several if doc in one] for doc in every}
        assert as_dict(combiner.sum_of(parts)) == {doc: sum(its) for doc, its in all_scores.items()}
        assert as_dict(combiner.best_of(parts)) == {doc: max(its) for doc, its in all_scores.items()}
        assert combiner.distinct([part.docs for part in parts]).tolist() == sorted(every)
        docs, number = combiner.counted([part.docs for part in parts])
        assert dict(zip(docs.tolist(), number.tolist(), strict=True)) == {
            doc: len(its) for doc, its in all_scores.items()
        }
        shared = {doc: sum(its) for doc, its in all_scores.items() if len(its) == len(several)}
        assert as_dict(combiner.all_of(parts)) == shared
        assert common([part.docs for part in parts]).tolist() == sorted(shared)
        asked = np.array(sorted(source.sample(range(size), min(size, 7))), np.intp)
        assert combiner.sums_at(parts, asked).tolist() == [
            sum(all_scores.get(doc, [0])) for doc in asked.tolist()
        ]
        assert combiner.sums(parts).tolist() == [sum(all_scores.get(doc, [0])) for doc in range(size)]


def test_found_and_excluded() -> None:
    docs = np.array([2, 5, 9], np.intp)
    inside, places = found_in(np.array([1, 2, 9, 10], np.intp), docs)
    assert inside.tolist() == [False, True, True, False]
    assert places[inside].tolist() == [0, 2]
    assert found_in(docs, docs[:0])[0].tolist() == [False] * 3
    assert without(docs, [np.array([5], np.intp), docs[:0]]).tolist() == [2, 9]


# What is kept


def test_what_is_asked_for_stays_and_the_bound_holds() -> None:
    kept: RecentlyUsed[int, str] = RecentlyUsed(100)
    for number in range(1000):
        kept.keep(number, str(number), 10)
        assert kept.get(0) == "0"
    assert sum(kept.get(number) is not None for number in range(1000)) <= 10
    assert kept.get(999) == "999"
    assert kept.get(500) is None


def test_what_takes_half_of_the_memory_is_not_kept() -> None:
    kept: RecentlyUsed[str, int] = RecentlyUsed(100)
    kept.keep("large", 1, 50)
    assert kept.get("large") is None


# Terms


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 64, 1000])
def test_sampled_terms_are_found_where_they_are(count: int) -> None:
    source = random.Random(count)
    terms = sorted({f"{source.randrange(10**6)}é".encode() for _ in range(count)})
    arrays = lexicon_arrays("x", terms)
    lexicon = SampledLexicon(arrays["x/blob"], arrays["x/offsets"])
    assert [lexicon.find(term) for term in terms] == list(range(len(terms)))
    for term in (b"", b"5", b"99", b"zz", *(one + b"x" for one in terms[:50])):
        assert lexicon.position(term) == bisect.bisect_left(terms, term)
        assert lexicon.find(term) == -1
    expected = [term for term in terms if term.startswith(b"7")]
    assert list(lexicon.between(*lexicon.prefix_range(b"7"))) == expected


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 250, 1500, 20_000])
@pytest.mark.parametrize("kinds", [1, 3, 100_000], ids=["all-equal", "many-equal", "different"])
@pytest.mark.parametrize(("first", "wanted"), [(10, 10), (200, 200), (200, 1000), (10, 10_000)])
def test_the_best_scores_lead_in_a_stable_order(count: int, kinds: int, first: int, wanted: int) -> None:
    # The best stand close together too: a sample of every so many-th score would miss them.
    scores = np.random.default_rng(count).integers(0, kinds, count).astype(np.float32)
    for one in (scores, np.sort(scores)):
        order = sorted(range(count), key=lambda place: (-one[place], place))
        head, tail = leading_places(one, first, wanted)
        assert head.tolist() == sorted(order[:first])
        if count > first:
            assert tail.tolist() == order[first:wanted]
        assert best_places(one, wanted).tolist() == order[:wanted]


# Columns


def column(rows: list[list[str]]) -> ValueColumn:
    values = sorted({value for row in rows for value in row})
    sizes = [len(row) for row in rows]
    codes = [values.index(value) for row in rows for value in row]
    start = np.concatenate(([0], np.cumsum(sizes))).astype(np.uint64)
    return ValueColumn(tuple(values), start, np.array(codes, np.uint32), None)


@pytest.mark.parametrize(
    ("names", "most"), [(3, 1), (4, 3), (3, 12), (9000, 2)], ids=["single", "several", "wide", "many values"]
)
def test_counts_of_values(names: int, most: int) -> None:
    source = random.Random(most)
    pool = [f"v{number:04}" for number in range(names)]
    rows = [source.sample(pool, source.randint(0, min(most, names))) for _ in range(3000)]
    times = 1 if most < 10 else 4
    alone = column([row * times for row in rows])
    combined = replace(alone, combinations=combinations_of(alone.start, alone.codes))
    assert (combined.combinations is None) == (names == 9000)
    for count in (0, 1, 40, 2000, 3000):
        docs = sorted(source.sample(range(len(rows)), count))
        expected = sorted(
            Counter(value for doc in docs for value in rows[doc] * times).items(),
            key=lambda pair: (-pair[1], pair[0]),
        )
        assert alone.most_frequent(np.array(docs, np.intp)) == expected
        assert combined.most_frequent(np.array(docs, np.intp)) == expected
    chosen = np.array([0, len(alone.values) - 1])
    having = [bool({alone.values[number] for number in chosen} & set(row)) for row in rows]
    assert alone.having(chosen).tolist() == combined.having(chosen).tolist() == having


def test_combinations_know_no_order_of_values() -> None:
    rows = [["b", "a"], ["a", "b"], [], ["c"], ["a", "b"], []]
    values = column(rows)
    combinations = combinations_of(values.start, values.codes)
    assert combinations is not None
    assert len(combinations) == 3
    assert (combinations.of == combinations.of[0]).tolist() == [True, True, False, False, True, False]


@pytest.mark.parametrize("combined", [True, False])
def test_counts_of_numbers_begin_with_the_largest_of_equals(combined: bool) -> None:
    found, start, codes = distinct_numbers([1999.0, np.nan, 1950.0, 2001.0, 1950.0] * 2)
    numbers = ValueColumn(found.tolist(), start, codes, combinations_of(start, codes) if combined else None)
    assert numbers.most_frequent(np.arange(5)) == [(1950.0, 2), (2001.0, 1), (1999.0, 1)]
    assert numbers.most_frequent(np.array([1])) == []


# An open generation


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    folder: Path = tmp_path_factory.mktemp("execution")
    return random_collection(folder, 5, segments=3, documents=80, deleted=15)


def test_frequencies_count_live_documents(collection: Collection) -> None:
    engine = collection.engine
    for way, zones in WAYS.items():
        for word in (*WORDS, "absent"):
            held = [
                sum(word in collection.rows[doc].terms.get(Field(zone, way), ()) for doc in collection.live)
                for zone in zones
            ]
            assert engine.frequency(way, (word,), zones) == sum(held)
            assert [engine.reader.frequency(Field(zone, way), word) for zone in zones] == held
            assert [len(engine.reader.postings(Field(zone, way), word)) for zone in zones] == held


def test_lengths_of_some_documents_are_those_of_all(collection: Collection) -> None:
    reader = collection.engine.reader
    assert len(reader.segments) > 1
    for one in (Field(TITLE, EXACT), Field(BODY, STEM)):
        assert reader.lengths(one).any()
        for docs in ([], [0], [25, 30, 79], collection.live):
            numbers = np.array(sorted(docs), np.intp)
            assert reader.lengths_at(one, numbers).tolist() == reader.lengths(one)[numbers].tolist()


def test_an_answer_broken_off_leaves_nothing_behind(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = collection.engine
    units = tuple(Unit(word, (Alternative("exact", EXACT, (word,), (TITLE, BODY)),)) for word in WORDS[:3])
    plan = Plan(AnyOf(units, summed=True), limit=1000)
    expected = engine.run(plan).hits
    # The words are worked out anew, and the time is over between adding their scores and reading them.
    engine.__dict__.pop("scores", None)
    taken = Combiner._taken

    def struck(self: Combiner, docs: np.ndarray) -> np.ndarray:
        monkeypatch.setattr(Combiner, "_taken", taken)
        raise DeadlineExceeded("now")

    monkeypatch.setattr(Combiner, "_taken", struck)
    with pytest.raises(DeadlineExceeded):
        engine.run(plan)
    assert Combiner._taken is taken
    assert engine.run(plan).hits == expected


def test_beginnings_give_the_most_frequent_terms(collection: Collection) -> None:
    engine = collection.engine
    terms = [word for word in WORDS if engine.frequency(EXACT, (word,), WAYS[EXACT])]
    ranked = sorted(sorted(terms), key=lambda word: -engine.frequency(EXACT, (word,), WAYS[EXACT]))
    assert engine.terms_with_prefix(EXACT, "w", 4) == ranked[:4]
    # No more than asked for: in the order of the dictionary.
    assert engine.terms_with_prefix(EXACT, "w", 50) == sorted(terms)
    assert engine.terms_with_prefix(EXACT, "x", 4) == []
    # Asked for again, and not what somebody did to the answer.
    engine.terms_with_prefix(EXACT, "w", 4).clear()
    assert engine.terms_with_prefix(EXACT, "w", 4) == ranked[:4]


def word(text: str, way: str = EXACT, *zones: str) -> Unit:
    return Unit(text, (Alternative("exact", way, (text,), zones or (TITLE, BODY)),))


@pytest.mark.parametrize("sort", ["relevance", "year", "popularity", "title"])
@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
def test_pages_are_cut_from_one_order(collection: Collection, sort: str, descending: bool) -> None:
    plan = Plan(AnyOf((word("w0"), word("w3")), summed=True), sort=sort, descending=descending, limit=1000)
    whole = collection.engine.run(plan)
    assert len(whole.hits) == whole.total > 20
    pages = [
        hit
        for offset in range(0, whole.total + 7, 7)
        for hit in collection.engine.run(replace(plan, offset=offset, limit=7)).hits
    ]
    assert pages == list(whole.hits)


def test_filters_count_each_facet_without_its_own(collection: Collection) -> None:
    plan = Plan(
        word("w0"),
        filters={"genre": ("Drama",), "language": ("en",)},
        facets=("genre", "language", "year"),
        limit=1000,
    )
    found = collection.engine.run(plan)
    assert 0 < found.total < collection.engine.run(replace(plan, filters={})).total
    assert dict(found.facets["genre"])["Drama"] == dict(found.facets["language"])["en"] == found.total
    assert len(found.facets["genre"]) > 1
    assert len(found.facets["language"]) > 1
    assert sum(count for _, count in found.facets["year"]) <= found.total


def test_a_part_found_whole_does_not_make_up_for_another(collection: Collection) -> None:
    some_grams = MostOf((word("w0"), word("w1"), word("absent")))
    for root, complete in (
        (word("w0"), True),
        (AllOf((AnyOf((word("w0"),)), AnyOf((word("absent"), word("w1"))))), True),
        (AllOf((some_grams, AnyOf((word("w0"),)))), False),
        (AllOf((AnyOf((some_grams, word("w0"))), word("w1"))), True),
    ):
        found = collection.engine.run(Plan(root))
        assert found.total
        assert found.complete == complete, str(root)


def test_the_same_words_written_otherwise_share_what_is_kept(collection: Collection) -> None:
    alternatives = (Alternative("exact", EXACT, ("w1",), (TITLE, ALIAS, BODY)),)
    required, optional = Unit("W1", alternatives), Unit("w1", alternatives, optional=True)
    scores = collection.engine.scores
    assert scores.word(required) is scores.word(optional)
    found = collection.engine.run(Plan(AllOf((required, word("w2"))), explain=True, limit=1))
    assert found.hits[0].parts is not None
    assert set(found.hits[0].parts["words"]) == {"W1", "w2"}


@pytest.mark.parametrize("count", [1, 3, 65])
def test_parts_of_words_add_the_same_to_few_documents_as_to_many(collection: Collection, count: int) -> None:
    scores = collection.engine.scores
    docs = np.array(sorted(random.Random(count).sample(collection.live, count)), np.intp)
    sides = ((GRAM, WORDS, 0.5), (EXACT, WORDS[:2], 0.25))
    everywhere = np.zeros(collection.engine.reader.documents)
    for way, terms, weight in sides:
        for term in terms:
            found = scores.side(way, term)
            everywhere[found.docs] += weight * found.scores
    assert everywhere[docs].any()
    # Worked out, and kept.
    for _ in range(2):
        np.testing.assert_allclose(scores.added(sides, docs), everywhere[docs], rtol=1e-5)


@pytest.mark.parametrize("zones", [(TITLE,), (TITLE, BODY), (TITLE, ALIAS, BODY), (ALIAS,)], ids="+".join)
@pytest.mark.parametrize("way", [EXACT, STEM])
def test_hits_are_met_alike_with_and_without_their_parts(
    collection: Collection, way: str, zones: tuple[str, ...]
) -> None:
    units = tuple(word(one, way, *zones) for one in WORDS[:3])
    for root in (units[0], AllOf(units[:2]), AnyOf(units), AllOf(units, excluded=(word("w3"),))):
        plan = Plan(root, limit=1000)
        told = collection.engine.run(replace(plan, explain=True)).hits
        assert [(hit.document, hit.kinds, hit.alias) for hit in collection.engine.run(plan).hits] == [
            (hit.document, hit.kinds, hit.alias) for hit in told
        ]


def test_an_answer_leaves_what_is_kept_as_it_was(collection: Collection) -> None:
    kept = collection.engine.scores.word(word("w0"))
    before = kept.matches.scores.copy(), kept.matches.docs.copy(), kept.labels.copy()
    for preferred in ({}, {"en": 1.0}):
        for root in (word("w0"), AllOf((word("w0"),)), AllOf((word("w0"), word("w1")), lenient=True)):
            collection.engine.run(Plan(root, grams=("w2", "w3"), languages=preferred, facets=("genre",)))
    for old, new in zip(before, (kept.matches.scores, kept.matches.docs, kept.labels), strict=True):
        np.testing.assert_array_equal(old, new)
