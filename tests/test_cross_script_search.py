"""Titles found across scripts in an index, and ranked below those that have the words as typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_index import indexed

from search.analysis.detection import detect
from search.request import SearchRequest
from search.searcher import Searcher

TITLES = {
    "champloo": ("ja", "サムライチャンプルー"),
    "summer": ("ja", "サクラクエスト"),
    "pianist": ("ko", "피아니스트"),
    "story": ("th", "แคลนนาด อาฟเตอร์ สตอรี่"),
    "potter": ("ru", "Гарри Поттер"),
    "naru": ("ja", "どうにかなる日々"),
    "wolf": ("zh", "喜羊羊与灰太狼"),
    "trigun": ("en", "Trigun: Badlands Rumble"),
    "toraigan": ("ja", "トライガン"),
    "cowboy": ("en", "Cowboy Bebop"),
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder: Path = tmp_path_factory.mktemp("titles")
    rows = [{"id": id_, "title": title, "language": code} for id_, (code, title) in TITLES.items()]
    # Loads the tables, for which a first query's deadline may be too short on a busy machine.
    detect("loading")
    return indexed(folder, rows)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        pytest.param("samurai champloo", "champloo", id="words-of-a-run-of-kana"),
        pytest.param("sakura quest", "summer", id="loan-word-in-kana"),
        pytest.param("the pianist", "pianist", id="korean-without-the-article"),
        pytest.param("clannad after story", "story", id="thai"),
        pytest.param("harry potter", "potter", id="russian-g-for-h"),
        pytest.param("dounika naru", "naru", id="words-between-particles"),
        pytest.param("xiyangyang yu huitailang", "wolf", id="pinyin-by-words"),
        pytest.param("カウボーイビバップ", "cowboy", id="kana-asked-latin-held"),
    ],
)
def test_found_by_its_name_in_another_script(searcher: Searcher, query: str, wanted: str) -> None:
    hits = searcher.search(SearchRequest(q=query)).hits
    assert hits
    assert hits[0].id == wanted
    assert "romanized" in hits[0].matched_by


def test_sounds_stand_below_words_as_typed(searcher: Searcher) -> None:
    hits = searcher.search(SearchRequest(q="trigun")).hits
    assert [hit.id for hit in hits] == ["trigun", "toraigan"]


def test_literal_queries_know_no_sounds(searcher: Searcher) -> None:
    hits = searcher.search(SearchRequest(q="trigun", exact=True)).hits
    assert [hit.id for hit in hits] == ["trigun"]
