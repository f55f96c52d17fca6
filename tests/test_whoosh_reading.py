"""What Whoosh reads besides hits is the same from segments of our codec as from its own: orders, groups,
terms with their statistics, spellings, and the movements of matchers."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest
from whoosh import query, sorting
from whoosh_pair import BORN, KINDS, WORDS, Pair, random_pair

#: Segments and deleted documents. Blocks hold 128 postings: the first collection has several per term.
SHAPES: tuple[tuple[list[int], int], ...] = (([400], 0), ([60], 9), ([40, 30, 20], 0), ([25, 5, 1, 60], 20))


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    folder = tmp_path_factory.mktemp("pairs")
    return [
        random_pair(folder / str(seed), seed, segments=sizes, deleted=deleted)
        for seed, (sizes, deleted) in enumerate(SHAPES)
    ]


# Sorting and facets

SORT_KEYS = ("title", "kind", "year", "price", "when")


@pytest.mark.parametrize("key", SORT_KEYS)
@pytest.mark.parametrize("reverse", [False, True], ids=["ascending", "descending"])
@pytest.mark.parametrize("number", range(len(SHAPES)), ids=[f"{sizes}" for sizes, _ in SHAPES])
def test_sorted_by_a_column(pairs: list[Pair], number: int, key: str, reverse: bool) -> None:
    with pairs[number].searchers() as (ours, theirs):
        facet = sorting.FieldFacet(key, reverse=reverse)
        orders = [
            [hit.docnum for hit in one.search(query.Every(), sortedby=facet, limit=None)]
            for one in (ours, theirs)
        ]
        assert orders[0] == orders[1]
        assert orders[0] != sorted(orders[0])


FACETS: dict[str, Any] = {
    "column": lambda: sorting.FieldFacet("kind"),
    "numbers": lambda: sorting.RangeFacet("year", 0, 2040, 100),
    "dates": lambda: sorting.DateRangeFacet(
        "when", BORN, BORN + datetime.timedelta(days=4000), datetime.timedelta(days=300)
    ),
    "several values": lambda: sorting.FieldFacet("tags", allow_overlap=True),
    "stored": lambda: sorting.StoredFieldFacet("year"),
    "queries": lambda: sorting.QueryFacet(
        {"alpha": query.Term("body", "alpha"), "al": query.Prefix("body", "al")}
    ),
    "two at once": lambda: sorting.MultiFacet(["kind", "year"]),
}


@pytest.mark.parametrize("facet", FACETS.values(), ids=FACETS)
def test_grouped_by_a_facet(pairs: list[Pair], facet: Any) -> None:
    for pair in pairs:
        with pair.searchers() as (ours, theirs):
            groups = [
                one.search(query.Every(), groupedby={"facet": facet()}, limit=None).groups("facet")
                for one in (ours, theirs)
            ]
            assert groups[0] == groups[1]
            assert len(groups[0]) > 1


def test_hits_show_columns_that_are_not_stored(pairs: list[Pair]) -> None:
    with pairs[0].searchers() as (ours, theirs):
        kinds = [[hit["kind"] for hit in one.search(query.Every("kind"), limit=30)] for one in (ours, theirs)]
        assert kinds[0] == kinds[1]
        assert set(kinds[0]) == set(KINDS)


# Terms


@pytest.mark.parametrize("number", range(len(SHAPES)), ids=[f"{sizes}" for sizes, _ in SHAPES])
def test_terms_and_their_statistics(pairs: list[Pair], number: int) -> None:
    with pairs[number].searchers() as (ours, theirs):
        ours, theirs = ours.reader(), theirs.reader()
        terms = list(theirs.all_terms())
        assert list(ours.all_terms()) == terms
        assert sorted(ours.indexed_field_names()) == sorted(theirs.indexed_field_names())
        for field, text in terms:
            assert (field, text) in ours
            assert _statistics(ours, field, text) == pytest.approx(_statistics(theirs, field, text), rel=1e-6)
        for field in ours.indexed_field_names():
            assert ours.field_length(field) == theirs.field_length(field)
            assert list(ours.lexicon(field)) == list(theirs.lexicon(field))
        assert list(ours.expand_prefix("body", "al")) == [b"alpha", b"alphabet"]
        assert list(ours.field_terms("year")) == list(theirs.field_terms("year"))
        assert ours.doc_frequency("body", "absent") == ours.frequency("body", "absent") == 0


def _statistics(reader: Any, field: str, text: bytes) -> list[float]:
    info = reader.term_info(field, text)
    return [
        info.weight(),
        info.doc_frequency(),
        info.min_length() or 0,
        info.max_length(),
        info.max_weight(),
        info.min_id(),
        info.max_id(),
        reader.frequency(field, text),
        reader.doc_frequency(field, text),
    ]


@pytest.mark.parametrize("field", ["title", "body", "year", "kind"])
def test_a_cursor_walks_the_terms(pairs: list[Pair], field: str) -> None:
    for pair in pairs:
        with pair.searchers() as (ours, theirs):
            # Whoosh's cursor on numbers stops at terms it cannot show; ours is compared where it has one.
            cursors = [one.leaf_searchers()[0][0].reader().cursor(field) for one in (ours, theirs)]
            seen = [_walk(cursor) for cursor in cursors]
            assert seen[0] == seen[1]
            assert len(seen[0]) > 1
            assert [cursor.is_valid() for cursor in cursors] == [False, False]
            assert [cursor.first() for cursor in cursors] == [seen[0][0]] * 2


def _walk(cursor: Any) -> list[Any]:
    seen = []
    while cursor.is_valid():
        seen.append(cursor.text())
        cursor.next()
    return seen


def test_a_cursor_finds_the_next_term(pairs: list[Pair]) -> None:
    with pairs[0].ours.reader() as reader:
        cursor = reader.cursor("body")
        assert cursor.find("alphab") == "alphabet"
        assert cursor.find("été") == "été"
        assert cursor.find(b"\xff") is None
        assert cursor.text() is cursor.term_info() is cursor.next() is None
        assert cursor.find("") == "alpha"
        assert cursor.term_info().doc_frequency() == reader.doc_frequency("body", "alpha")


@pytest.mark.parametrize("word", ["alphq", "bete", "gamur", "zet", "日木", "absent", "été"])
def test_spelling(pairs: list[Pair], word: str) -> None:
    for pair in pairs:
        with pair.searchers() as (ours, theirs):
            assert ours.suggest("body", word) == theirs.suggest("body", word)
            assert set(ours.reader().terms_within("body", word, maxdist=2)) == set(
                theirs.reader().terms_within("body", word, maxdist=2)
            )


def test_key_terms_and_similar_documents(pairs: list[Pair]) -> None:
    for pair in pairs:
        with pair.searchers() as (ours, theirs):
            documents = [hit.docnum for hit in theirs.search(query.Every("body"), limit=5)]
            assert dict(ours.key_terms(documents, "body")) == pytest.approx(
                dict(theirs.key_terms(documents, "body"))
            )
            similar = [
                {hit.docnum: hit.score for hit in one.more_like(documents[0], "body")}
                for one in (ours, theirs)
            ]
            assert similar[0] == pytest.approx(similar[1])


# Matchers


def test_matchers_move_as_whooshs_do(pairs: list[Pair]) -> None:
    """`next`, `skip_to`, `copy`, `reset` and the qualities of blocks, in any order."""
    source = random.Random(4)
    with pairs[0].searchers() as (ours, theirs):
        for word in WORDS:
            matchers = [query.Term("body", word).matcher(one) for one in (ours, theirs)]
            for _ in range(200):
                active = {matcher.is_active() for matcher in matchers}
                assert len(active) == 1
                if active == {False}:
                    for matcher in matchers:
                        matcher.reset()
                assert _here(matchers[0]) == pytest.approx(_here(matchers[1]))
                step = source.choice(("next", "next", "skip", "quality", "copy"))
                target = matchers[0].id() + source.choice((0, 1, 5, 60, 300))
                quality = matchers[0].block_quality() * source.choice((0.5, 1.0))
                for matcher in matchers:
                    if step == "next":
                        matcher.next()
                    elif step == "skip":
                        matcher.skip_to(target)
                    elif step == "quality":
                        matcher.skip_to_quality(quality)
                if step == "copy":
                    other = matchers[0].copy()
                    assert _here(other) == _here(matchers[0])
                    other.next()
                    matchers[0].skip_to(matchers[0].id())


def _here(matcher: Any) -> list[float]:
    return [
        matcher.id(),
        matcher.weight(),
        matcher.score(),
        matcher.block_quality(),
        matcher.max_quality(),
        matcher.block_max_weight(),
        matcher.block_min_length(),
        *(span.start for span in matcher.spans()),
        *(span.endchar for span in matcher.spans()),
    ]
