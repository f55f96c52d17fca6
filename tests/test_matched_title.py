"""Which other title of a hit shows why it was found, and when none does."""

from __future__ import annotations

from typing import Any

import pytest
from small_index import indexed, marks, unmarked

from search.request import SearchRequest
from search.results import Hit
from search.searcher import Searcher

ROWS: tuple[dict[str, Any], ...] = (
    {
        "id": "castle",
        "title": "空飛ぶ灯台",
        "language": "ja",
        "original_title": "空飛ぶ灯台",
        "also_known_as": [
            {"title": "Sora tobu toudai", "language": "ja-Latn"},
            {"title": "Le Phare volant", "language": "fr"},
            {"title": "Le Phare volant : une aventure", "language": "fr"},
            {"title": "המגדלור המעופף", "language": "he"},
            {"title": "The Flying Lighthouse"},
        ],
        "text": "少年が灯台で空へ行く。",
    },
    {
        "id": "pirates",
        "title": "Pirates of the Reef",
        "language": "en",
        "also_known_as": [{"title": "Pirates of the Reef: The Return", "language": "en"}],
        "text": "Two sailors look for a reef that no map shows.",
    },
    {
        "id": "mill",
        "title": "The Mill",
        "language": "en",
        "original_title": "Мельница",
        "original_language": "ru",
        "people": ["Ada Holm"],
        "text": "A miller and his daughter wait for the wind.",
    },
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return indexed(tmp_path_factory.mktemp("matched"), ROWS)


def hit_for(searcher: Searcher, q: str, document: str, **more: Any) -> Hit:
    found = searcher.search(SearchRequest(q=q, **more))
    return next(hit for hit in found.hits if hit.id == document)


@pytest.mark.parametrize(
    ("query", "document", "text", "marked", "language", "direction"),
    [
        pytest.param(
            "le phare volant", "castle", "Le Phare volant", ["Le", "Phare", "volant"], "fr", "ltr", id="best"
        ),
        pytest.param(
            "phare aventure",
            "castle",
            "Le Phare volant : une aventure",
            ["Phare", "aventure"],
            "fr",
            "ltr",
            id="the one with more of the query",
        ),
        pytest.param("המגדלור", "castle", "המגדלור המעופף", ["המגדלור"], "he", "rtl", id="right to left"),
        pytest.param(
            "flying lighthouse",
            "castle",
            "The Flying Lighthouse",
            ["Flying", "Lighthouse"],
            "und",
            "ltr",
            id="language not known",
        ),
        pytest.param("мельницы", "mill", "Мельница", ["Мельница"], "ru", "ltr", id="inflected original"),
        pytest.param("melnitsa", "mill", "Мельница", ["Мельница"], "ru", "ltr", id="romanised original"),
    ],
)
def test_the_title_it_was_found_by(
    searcher: Searcher,
    query: str,
    document: str,
    text: str,
    marked: list[str],
    language: str,
    direction: str,
) -> None:
    hit = hit_for(searcher, query, document)
    assert marks(hit.title_html) == []
    other = hit.matched_title
    assert other is not None
    assert (other.text, marks(other.html), unmarked(other.html)) == (text, marked, text)
    assert (other.language, other.direction) == (language, direction)
    assert hit.to_dict()["matched_title"] == {
        "text": text,
        "html": other.html,
        "language": language,
        "dir": direction,
    }


@pytest.mark.parametrize(
    ("query", "document"),
    [
        pytest.param("pirates reef", "pirates", id="the title says as much"),
        pytest.param("灯台", "castle", id="the title alone"),
        pytest.param("miller daughter", "mill", id="found by the text"),
        pytest.param("ada holm", "mill", id="found by a person"),
    ],
)
def test_no_title_where_none_says_more(searcher: Searcher, query: str, document: str) -> None:
    hit = hit_for(searcher, query, document)
    assert hit.matched_title is None
    assert hit.to_dict()["matched_title"] is None


def test_a_title_that_says_more_is_shown_besides(searcher: Searcher) -> None:
    hit = hit_for(searcher, "pirates reef return", "pirates")
    assert hit.matched_title is not None
    assert marks(hit.matched_title.html) == ["Pirates", "Reef", "Return"]


def test_none_without_highlighting(searcher: Searcher) -> None:
    assert hit_for(searcher, "phare volant", "castle", highlight=False).matched_title is None
