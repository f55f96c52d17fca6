"""What is tried when the typed words find too little, how is it announced, and what is never tried?"""

from __future__ import annotations

import random

import pytest
from small_index import indexed

from benchmarks import mistypings
from search.engines.spellings import edits_allowed
from search.query.segmentation import cuts
from search.request import SearchRequest
from search.searcher import Searcher

FILMS = [
    {"id": "oldboy", "title": "올드보이", "language": "ko"},
    {"id": "parasite", "title": "기생충", "language": "ko"},
    {"id": "slam", "title": "スラムダンク", "language": "ja"},
    {"id": "chihiro", "title": "千と千尋の神隠し", "language": "ja"},
    {"id": "genius", "title": "ฉลาดเกมส์โกง", "language": "th"},
    {"id": "third", "title": "तीसरी मंज़िल", "language": "hi"},
    {"id": "mummy", "title": "المومياء", "language": "ar"},
    {"id": "waltz", "title": "ואלס עם באשיר", "language": "he"},
    {"id": "stalker", "title": "Сталкер", "language": "ru"},
    {"id": "thiasos", "title": "Ο Θίασος", "language": "el"},
    {"id": "planet", "title": "What Planet Are You From?", "language": "en"},
    {"id": "matrix", "title": "The Matrix", "language": "en"},
    {"id": "santa", "title": "Bad Santa", "language": "en"},
    {"id": "year", "title": "Year of the Dragon", "language": "en"},
    {"id": "chicago", "title": "Chicago", "language": "en"},
    {"id": "ice", "title": "Ice Age", "language": "en"},
    {"id": "wreck", "title": "Trainwreck", "language": "en"},
    {"id": "army", "title": "Dad's Army", "language": "en"},
    {"id": "bandit", "title": "Amor Bandido", "language": "es"},
    {"id": "it", "title": "It", "language": "en"},
    {"id": "1984", "title": "1984", "language": "en"},
    {"id": "amy", "title": "Amy", "language": "en", "text": "A singer."},
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return indexed(tmp_path_factory.mktemp("films"), FILMS)


SPELLINGS = [
    pytest.param("올드보애", "oldboy", "올드보이", id="one jamo"),
    pytest.param("기셍충", "parasite", "기생충", id="one jamo of three syllables"),
    pytest.param("올보드이", "oldboy", "올드보이", id="syllables swapped"),
    pytest.param("올보이", "oldboy", "올드보이", id="syllable left out"),
    pytest.param("기ㅐㅇ충", "parasite", "기생충", id="letters an input method left apart"),
    pytest.param("スラムダクク", "slam", "スラムダンク", id="kana"),
    pytest.param("千と千尋神隠し", "chihiro", "千と千尋の神隠し", id="kana between kanji left out"),
    pytest.param("ฉลาดเกมสโกง", "genius", "ฉลาดเกมส์โกง", id="Thai mark"),
    pytest.param("तिसरी मंज़िल", "third", "तीसरी मंज़िल", id="vowel sign"),
    pytest.param("المومبا", "mummy", "المومياء", id="Arabic"),
    pytest.param("ואלס עם באשר", "waltz", "ואלס עם באשיר", id="Hebrew, one letter of three words"),
    pytest.param("сталекр", "stalker", "сталкер", id="Cyrillic, letters swapped"),
    pytest.param("θιασς", "thiasos", "θίασος", id="Greek"),
    pytest.param("the martix", "matrix", "the matrix", id="beside a right word"),
    pytest.param("what pleanet are you from", "planet", "what planet are you from", id="among small words"),
    pytest.param("mor bandido", "bandit", "amor bandido", id="first letter of a short word"),
    pytest.param("stalkre", "stalker", "stalker", id="romanised"),
    pytest.param("dads amy", "army", "dads army", id="a word that exists, but not in such company"),
]


@pytest.mark.parametrize(("typed", "document", "spelled"), SPELLINGS)
def test_spelling(searcher: Searcher, typed: str, document: str, spelled: str) -> None:
    found = searcher.search(SearchRequest(q=typed))
    assert [hit.id for hit in found.hits[:1]] == [document]
    assert [one.kind for one in found.query.interpretations] == ["spelling"]
    assert found.query.corrected == spelled == found.query.interpretations[0].query
    assert "typo" in found.hits[0].matched_by


@pytest.mark.parametrize(
    ("typed", "kind", "document", "meant"),
    [
        ("cnfkrth", "keyboard", "stalker", "сталкер"),
        ("dhfemqhdl", "keyboard", "oldboy", "올드보이"),
        ("uprrto", "keyboard", None, None),
        ("еру ьфекшч", "keyboard", "matrix", "the matrix"),
        ("еруматршч", "keyboard", None, None),
        ("τηε ματριχ", "keyboard", "matrix", "the matrix"),
        ("bqd sqntq", "keyboard", "santa", "bad santa"),
        ("zear of the dragon", "keyboard", "year", "year of the dragon"),
        ("year of thedragon", "split", "year", "year of the dragon"),
        ("what planetare you from", "split", "planet", "what planet are you from"),
        ("train wreck", "join", "wreck", "trainwreck"),
        ("чикагго", "transliteration", "chicago", "chicago"),
    ],
)
def test_other_readings(
    searcher: Searcher, typed: str, kind: str, document: str | None, meant: str | None
) -> None:
    found = searcher.search(SearchRequest(q=typed))
    assert [hit.id for hit in found.hits[:1]] == ([document] if document else [])
    told = [(one.kind, one.query.casefold()) for one in found.query.interpretations]
    assert told == ([(kind, meant)] if document else [])
    assert found.query.corrected is None


@pytest.mark.parametrize("typed", [*(row.values[0] for row in SPELLINGS), "cnfkrth", "bqd sqntq", "чикагго"])
def test_the_literal_query_tries_nothing_else(searcher: Searcher, typed: str) -> None:
    found = searcher.search(SearchRequest(q=typed, exact=True))
    assert (found.query.interpretations, found.query.corrected) == ((), None)


@pytest.mark.parametrize(
    "typed", ["the matrix", "matrix", "сталкер", "stalker", "올드보이", "ice age", "it", "amy"]
)
def test_nothing_else_is_tried_when_all_is_found(searcher: Searcher, typed: str) -> None:
    assert searcher.search(SearchRequest(q=typed)).query.interpretations == ()


@pytest.mark.parametrize("typed", ["1985", "19844", "ut", "xt", "올", "i7", "x"])
def test_numbers_and_words_of_two_letters_are_not_respelled(searcher: Searcher, typed: str) -> None:
    found = searcher.search(SearchRequest(q=typed))
    assert "spelling" not in [one.kind for one in found.query.interpretations]


def test_a_last_word_that_is_begun_is_no_mistake(searcher: Searcher) -> None:
    for typed in ("the matr", "bad sant", "year of the drag"):
        found = searcher.search(SearchRequest(q=typed))
        assert found.hits, typed
        assert found.query.interpretations == (), typed


def test_the_decision_does_not_depend_on_the_page(searcher: Searcher) -> None:
    first, second = (searcher.search(SearchRequest(q="the martix", page=page)) for page in (1, 2))
    assert first.query.interpretations == second.query.interpretations
    assert first.total == second.total


def test_excluded_words_and_fields_survive(searcher: Searcher) -> None:
    assert searcher.search(SearchRequest(q="martix -the")).total == 0
    found = searcher.search(SearchRequest(q="title:martix"))
    assert [hit.id for hit in found.hits] == ["matrix"]
    assert found.query.corrected == "title:matrix"


@pytest.mark.parametrize(
    ("word", "edits"),
    [
        ("", 0), ("a", 0), ("it", 0), ("edv", 1), ("matrix", 1), ("thousand", 2), ("1984", 0), ("mp3", 0),
        ("東京", 0), ("東京物語", 1), ("となりのトトロ", 1), ("올", 0), ("하루", 1), ("올드보이", 2),
        ("तीसरी", 1), ("เกม", 1),
    ],
)  # fmt: skip
def test_edits_are_counted_in_letters_of_the_script(word: str, edits: int) -> None:
    assert edits_allowed(word) == edits


def test_spellings_near_the_word_come_nearest_first(searcher: Searcher) -> None:
    engine = searcher.engine()
    assert [word for word, _ in engine.similar_spellings("matrxi", 3)] == ["matrix"]
    assert engine.similar_spellings("matrix", 3) == []
    assert engine.similar_spellings("zzzzzz", 3) == []
    assert engine.similar_spellings("올드보애", 3)[0][0] == "올드보이"


def test_any_text_may_be_misspelled(searcher: Searcher) -> None:
    generator = random.Random(7)
    letters = 'abcхקㄱ가드보ก์เम千ーのंि́0 -"*(\ud800'
    for _ in range(150):
        typed = "".join(generator.choices(letters, k=generator.randint(1, 9)))
        searcher.search(SearchRequest(q=typed))
        searcher.suggest(typed)


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("abcde", {"ab", "cde", "abc", "de"}, [("ab", "cde"), ("abc", "de")]),
        ("shichininnosamurai", {"shichinin", "no", "samurai"}, [("shichinin", "no", "samurai")]),
        ("abc", {"ab", "c"}, []),
        ("ab", {"ab"}, []),
        ("", set(), []),
    ],
)
def test_cuts(word: str, known: set[str], expected: list[tuple[str, ...]]) -> None:
    assert cuts(word, known.__contains__) == expected


@pytest.mark.parametrize("title", ["The Dinner Game", "Сталкер", "올드보이", "तीसरी मंज़िल", "スラムダンク"])
def test_a_typo_of_the_benchmark_is_one_edit_and_seeded(title: str) -> None:
    typed = [mistypings.typo(title, random.Random(seed)) for seed in range(20)]
    assert typed == [mistypings.typo(title, random.Random(seed)) for seed in range(20)]
    for one in filter(None, typed):
        assert one != title
        assert abs(len(mistypings.graphemes(one)) - len(mistypings.graphemes(title))) <= 1
