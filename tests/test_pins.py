"""Pinned results: in their places, once, and only where they belong."""

from __future__ import annotations

from typing import Any

import pytest
from small_index import indexed

from search.configuration import Settings
from search.query.pins import put_in_places
from search.request import SearchRequest
from search.results import SearchResults
from search.searcher import Searcher

PINNED = """
[[pinned]]
query = "Winter"
documents = ["guide", { id = "w25", position = 3 }]

[[pinned]]
query = "snow"
match = "words"
documents = ["w20"]

[[pinned]]
query = "winter"
language = "de"
documents = ["leitfaden"]

[[pinned]]
queries = ["冬", "зимний лес", "ثلج"]
documents = ["guide"]

[[pinned]]
query = "冬の夜"
match = "words"
documents = ["leitfaden"]

[[pinned]]
query = "storm"
documents = ["no-such-document", { id = "guide", position = 40 }]
"""

ROWS: tuple[dict[str, Any], ...] = (
    {"id": "guide", "title": "How to use it", "language": "en", "genre": ["Help"], "text": "Read me."},
    {"id": "leitfaden", "title": "Leitfaden", "language": "de", "genre": ["Help"], "text": "Bitte lesen."},
    {"id": "storm", "title": "A storm", "language": "en", "genre": ["Drama"]},
    {"id": "night", "title": "冬の夜の町", "language": "ja", "genre": ["Drama"]},
    *(
        {"id": f"w{number:02}", "title": f"Winter {number:02}", "language": "en", "genre": ["Drama"],
         "text": f"A winter of snow, number {number}." + " winter" * number, "year": 1980 + number}
        for number in range(30)
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("pins")
    (folder / "pinned.toml").write_text(PINNED, encoding="utf-8")
    return indexed(folder, ROWS, settings=Settings(pinned=str(folder / "pinned.toml")))


@pytest.fixture(scope="module")
def unpinned(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return indexed(tmp_path_factory.mktemp("unpinned"), ROWS)


def ask(searcher: Searcher, q: str, **more: Any) -> SearchResults:
    return searcher.search(SearchRequest(q=q, **{"per_page": 100, **more}))


def ids(found: SearchResults) -> list[str]:
    return [hit.id for hit in found.hits]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("winter", {0: "guide", 2: "w25"}),
        ("  WINTER! ", {0: "guide", 2: "w25"}),
        ("winter snow", {0: "w20"}),
        ("snow", {0: "w20"}),
        ("冬", {0: "guide"}),
        ("Зимний ЛЕС", {0: "guide"}),
        ("ثَلْج", {0: "guide"}),
        ("冬の夜の町", {0: "leitfaden"}),
        ("storm", {1: "guide"}),
    ],
)
def test_pinned_documents_are_in_their_places(searcher: Searcher, query: str, places: dict[int, str]) -> None:
    found = ask(searcher, query)
    assert {place: hit.id for place, hit in enumerate(found.hits) if hit.pinned} == places


@pytest.mark.parametrize(
    "request_",
    [
        {"q": "winter number"},
        {"q": "winter", "exact": True},
        {"q": "winter", "sort": "-year"},
        {"q": "winter", "sort": "title"},
        {"q": "winter -snow"},
        {"q": "title:winter"},
        {"q": "winter OR storm"},
        {"q": "wint*"},
        {"q": ""},
        {"q": "snowman"},
    ],
    ids=str,
)
def test_nothing_is_pinned_elsewhere(
    searcher: Searcher, unpinned: Searcher, request_: dict[str, Any]
) -> None:
    found, other = ask(searcher, **request_), ask(unpinned, **request_)
    assert not any(hit.pinned for hit in found.hits)
    assert ids(found) == ids(other)
    assert "pinned" not in str(found.to_dict())


@pytest.mark.parametrize("per_page", [1, 2, 3, 7, 10, 100])
def test_pages_show_every_document_once(searcher: Searcher, unpinned: Searcher, per_page: int) -> None:
    total = ask(searcher, "winter").total
    assert total == ask(unpinned, "winter").total + 1
    pages = [
        ask(searcher, "winter", per_page=per_page, page=page) for page in range(1, total // per_page + 2)
    ]
    shown = [one for page in pages for one in ids(page)]
    assert len(shown) == len(set(shown)) == total
    assert {page.total for page in pages} == {total}
    assert shown == ids(ask(searcher, "winter"))
    others = [one for one in ids(ask(unpinned, "winter")) if one != "w25"]
    assert [one for one in shown if one not in ("guide", "w25")] == others


@pytest.mark.parametrize(
    ("filters", "pinned"),
    [({"genre": ("Help",)}, ["guide"]), ({"genre": ("Drama",)}, ["w25"]), ({"genre": ("Western",)}, [])],
    ids=["help", "drama", "neither"],
)
def test_filters_hold_for_pinned_documents(
    searcher: Searcher, filters: dict[str, tuple[str, ...]], pinned: list[str]
) -> None:
    found = ask(searcher, "winter", filters=filters)
    assert [hit.id for hit in found.hits if hit.pinned] == pinned
    assert found.total == len(found.hits)


def test_facets_count_what_is_shown(searcher: Searcher) -> None:
    counts = {value.value: value.count for value in ask(searcher, "winter").facets["genre"]}
    assert counts == {"Drama": 30, "Help": 1}
    values = searcher.facet_values("genre", q="winter")
    assert {value.value: value.count for value in values} == counts


@pytest.mark.parametrize(
    ("languages", "first"), [(("de",), "leitfaden"), (("de-AT", "en"), "leitfaden"), (("fr",), "guide")]
)
def test_a_pin_for_a_language_comes_first_for_those_who_read_it(
    searcher: Searcher, languages: tuple[str, ...], first: str
) -> None:
    found = ask(searcher, "winter", languages=languages, languages_stated=True)
    assert found.hits[0].id == first
    assert [hit.id for hit in found.hits if hit.pinned].count("guide") == 1


def test_explain_says_pinned(searcher: Searcher) -> None:
    guide, _, third, *rest = ask(searcher, "winter", explain=True).hits
    assert guide.explanation is not None
    assert guide.explanation["pinned"] == {"query": "Winter", "position": 1}
    assert guide.matched_by == ()
    assert guide.to_dict()["pinned"] is True
    assert third.explanation is not None
    assert third.explanation["pinned"] == {"query": "Winter", "position": 3}
    assert third.matched_by == ("exact",)
    assert third.explanation["words"]["winter"]["kind"] == "exact"
    assert all("pinned" not in (hit.explanation or {}) for hit in rest)


def test_a_hit_keeps_its_score(searcher: Searcher, unpinned: Searcher) -> None:
    before = {hit.id: hit.score for hit in ask(unpinned, "winter").hits}
    for hit in ask(searcher, "winter").hits:
        assert hit.score == pytest.approx(before.get(hit.id, 0.0), rel=1e-5)


@pytest.mark.parametrize(
    ("pinned", "first", "count", "shown"),
    [
        ([], 0, 3, "abc"),
        ([(1, "P")], 0, 3, "Pab"),
        ([(2, "P"), (3, "Q")], 0, 4, "aPQb"),
        ([(2, "P"), (3, "Q")], 2, 2, "Qb"),
        ([(9, "P")], 0, 5, "abcdP"),
        ([(1, "P"), (2, "Q")], 4, 9, "cd"),
    ],
)
def test_places(pinned: list[tuple[int, str]], first: int, count: int, shown: str) -> None:
    assert "".join(put_in_places("abcd", pinned, first, count)) == shown
