"""What does the search box offer while a title is being typed?"""

from __future__ import annotations

from pathlib import Path

import pytest
from small_index import indexed

from search.searcher import Searcher
from search.suggestion_keys import joined_reading, korean_key, suggestion_key, suggestion_keys

FILMS = [
    {"id": "parasite", "title": "Parasite", "language": "en", "also_known_as": ["Паразиты", "기생충"]},
    {"id": "paradise", "title": "Paradise Now", "language": "en", "popularity": 90},
    {"id": "chihiro", "title": "千と千尋の神隠し", "language": "ja"},
    {"id": "totoro", "title": "となりのトトロ", "language": "ja"},
    {"id": "tokyo", "title": "東京物語", "language": "ja"},
    {"id": "mood", "title": "花樣年華", "language": "zh"},
    {"id": "oldboy", "title": "올드보이", "language": "ko"},
    {"id": "windstruck", "title": "내 여자친구를 소개합니다", "language": "ko"},
    {"id": "stalker", "title": "Сталкер", "language": "ru"},
    {"id": "spider", "title": "Spider-Man", "language": "en"},
    {"id": "gods", "title": "God of Cookery", "language": "en"},
    {"id": "good", "title": "Good Bye, Lenin!", "language": "en"},
    {"id": "whole", "title": "Good", "language": "en"},
    {"id": "1984", "title": "1984", "language": "en"},
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return indexed(tmp_path_factory.mktemp("films"), FILMS)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("spid", "Spider-Man"),
        ("spiderm", "Spider-Man"),
        ("man", "Spider-Man"),
        ("となり", "となりのトトロ"),
        ("トナリ", "となりのトトロ"),
        ("tonari", "となりのトトロ"),
        ("tonari no to", "となりのトトロ"),
        ("せん", "千と千尋の神隠し"),
        ("sen to", "千と千尋の神隠し"),
        ("toukyou", "東京物語"),
        ("tokyo", "東京物語"),
        ("huayang", "花樣年華"),
        ("hua yang nian", "花樣年華"),
        ("花样", "花樣年華"),
        ("올드ㅂ", "올드보이"),
        ("올드 ㅂ", "올드보이"),
        ("올ㄷ", "올드보이"),
        ("ㅇㄷㅂ", "올드보이"),
        ("내 옂", "내 여자친구를 소개합니다"),
        ("ㄴㅇㅈㅊㄱ", "내 여자친구를 소개합니다"),
        ("парази", "Паразиты"),
        ("para", "Paradise Now"),
        ("parasi", "Parasite"),
        ("기생", "기생충"),
        ("stalk", "Сталкер"),
        ("good", "Good"),
        ("good b", "Good Bye, Lenin!"),
    ],
)
def test_completion(searcher: Searcher, typed: str, first: str) -> None:
    found = [one.text for one in searcher.suggest(typed, languages=("en",))]
    assert found[:1] == [first]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cnfk", "Сталкер"),
        ("ызшв", "Spider-Man"),
        ("dhfem", "올드보이"),
        ("spidr", "Spider-Man"),
        ("pasrsi", None),
        ("parsai", "Parasite"),
        ("сталек", "Сталкер"),
        ("기셍", "기생충"),
        ("올드보애", "올드보이"),
        ("goodb", "Good Bye, Lenin!"),
    ],
)
def test_second_tries_complete_what_nothing_goes_on_from(
    searcher: Searcher, typed: str, first: str | None
) -> None:
    found = [one.text for one in searcher.suggest(typed)]
    assert found[:1] == ([first] if first else [])


@pytest.mark.parametrize("typed", ["", " ", "?!", "xqzw", "1985", "q", "\ud800", "\u0301", "ㅋㅋㅋㅋ"])
def test_nothing_to_complete(searcher: Searcher, typed: str) -> None:
    assert searcher.suggest(typed) == ()


def test_a_document_is_offered_once_in_the_script_that_is_typed(searcher: Searcher) -> None:
    for typed, text, kind in (("пара", "Паразиты", "alias"), ("기생", "기생충", "alias")):
        found = [one for one in searcher.suggest(typed, languages=("en",)) if one.id == "parasite"]
        assert [(one.text, one.kind) for one in found] == [(text, kind)]


def test_long_vowels_are_read_only_into_titles_without_spaces(searcher: Searcher) -> None:
    # Read as Japanese, "good" would be "god".
    assert "gods" not in [one.id for one in searcher.suggest("good")]


@pytest.mark.parametrize(
    "typed", ["{}", "{} and the rest", "{}" + " more" * 2_000], ids=["whole", "on", "long"]
)
def test_a_long_title_is_completed_however_much_follows(tmp_path: Path, typed: str) -> None:
    title = "The Assassination of Jesse James by the Coward Robert Ford and What Came of It"
    found = indexed(tmp_path, [{"id": "jesse", "title": title, "language": "en"}]).suggest(
        typed.format(title)
    )
    assert [one.id for one in found] == ["jesse"]


def test_titles_in_the_typed_script_come_before_heavier_ones_in_another(tmp_path: Path) -> None:
    rows = [
        {"id": "matrix", "title": "The Matrix", "language": "en", "popularity": 99},
        {"id": "mother", "title": "Матриархат", "language": "ru", "popularity": 1},
    ]
    found = indexed(tmp_path, rows).suggest("матри", languages=("en",))
    assert [one.id for one in found] == ["mother", "matrix"]


@pytest.mark.parametrize(
    ("title", "language", "key"),
    [
        ("Amélie", "fr", "amelie"),
        ("Spider-Man: Home", "en", "spiderman home"),
        ("Матрица", "ru", "matritsa"),
        ("七人の侍", "ja", "shichininnosamurai"),
        ("となりのトトロ", "ja", "tonarinototoro"),
        ("花樣年華", "zh", "huayangnianhua"),
        ("올드 보이", "ko", "ㅇㅗㄹㄷㅡㅂㅗㅇㅣ"),
        ("올드 보이", "ko", "ㅇㄷㅂㅇ"),
    ],
)
def test_a_title_has_the_key(title: str, language: str, key: str) -> None:
    assert key in dict(suggestion_keys(title, language))


@pytest.mark.parametrize(
    "title", ["東京物語", "銀河鉄道の夜と朝と昼と夕方の物語", "攻殻機動隊 Ghost in the Shell", "ฉลาดเกมส์โกง"]
)
def test_keys_are_distinct_short_and_few(title: str) -> None:
    keys = [key for key, _ in suggestion_keys(title, "ja")]
    assert len(keys) == len(set(keys)) <= 80
    assert all(0 < len(key) <= 64 for key in keys)


def test_lookups_are_made_like_keys() -> None:
    assert suggestion_key("  ÉTÉ  97! ") == "ete 97"
    assert (korean_key("올드 ㅂ"), korean_key("old")) == ("ㅇㅗㄹㄷㅡㅂ", "")
    assert joined_reading("toukyou mono") == "tokyomono"
