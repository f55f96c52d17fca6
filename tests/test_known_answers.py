"""Queries as people type and paste them → the document that must lead, and what is announced."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_index import SETTINGS, indexed

from search.request import SearchRequest
from search.searcher import Searcher

FILMS = [
    {"id": "slayers", "title": "Slayers Premium -The Movie-", "language": "en"},
    {"id": "sword", "title": "ストレンヂア -無皇刃譚-", "language": "ja"},
    {"id": "read", "title": "R.O.D READ OR DIE", "language": "en"},
    {"id": "familiar", "title": 'The Familiar of Zero: "Rondo" of Princesses', "language": "en"},
    {"id": "mission", "title": "Mission: Impossible", "language": "en"},
    {"id": "half", "title": "8½", "language": "it"},
    {"id": "star", "title": "About Sex * But Were Afraid (to Ask)", "language": "en"},
    {
        "id": "satyricon",
        "title": "Fellini Satyricon",
        "language": "it",
        "text": "Due giovani nella Roma antica.",
    },
    {"id": "lego", "title": "The Lego Movie", "language": "en", "text": "Un film di mattoncini."},
    {"id": "silent", "title": "Silent Movie", "language": "en"},
    {"id": "cinema", "title": "Film Film Film", "language": "en"},
    {"id": "silence", "title": "Silent Running", "language": "en", "text": "Plants in a silent space ship."},
    {"id": "boat", "title": "Подводная лодка", "language": "ru"},
    {"id": "howl", "title": "ハウルの動く城", "language": "ja"},
    {"id": "hero", "title": "英雄本色", "language": "zh"},
    {"id": "girl", "title": "電影少女", "language": "ja"},
    {"id": "escort", "title": "La scorta", "language": "it"},
    {"id": "wreck", "title": "Trainwreck", "language": "en"},
    {"id": "train", "title": "Night Train", "language": "en", "text": "A train crash and the wreck of it."},
    {"id": "hard", "title": "Die Hard", "language": "en"},
    {"id": "hadr", "title": "Port", "language": "en", "text": "Sailors of Hadr die at sea."},
    {"id": "guilty", "title": "Find Me Guilty", "language": "en"},
    {"id": "guilt", "title": "After", "language": "en", "text": "They find guilt in me."},
    {"id": "mask", "title": "Mirrormask", "language": "en"},
    {"id": "wave", "title": "Vượt sóng", "language": "vi"},
    {"id": "god", "title": "Cidade Alta", "language": "pt", "text": "Deus e des."},
    {"id": "red", "title": "紅の豚", "language": "ja"},
    {"id": "moon", "title": "紅の月", "language": "ja"},
]

#: What was typed or pasted, the documents that lead, what is announced.
ANSWERS = [
    *(
        pytest.param(film["title"], film["id"], None, id=f"pasted {film['id']}")
        for film in FILMS
        if film["id"] not in ("guilt", "after")
    ),
    pytest.param("SLAYERS PREMIUM -THE MOVIE-", "slayers", None, id="pasted in capitals"),
    pytest.param("film di Fellini", "satyricon", None, id="the word for the collection, Italian"),
    pytest.param("фильм про подводную лодку", "boat", None, id="the word for the collection, Russian"),
    pytest.param("ハウルの映画", "howl", None, id="the word for the collection at the end of a stretch"),
    pytest.param("电影英雄本色", "hero", None, id="the word for the collection before a stretch"),
    pytest.param("the lego movie", "lego", None, id="in a title it is meant"),
    pytest.param("la scotra", "escort", "spelling: la scorta", id="swapped letters"),
    pytest.param("die hadr", "hard", "spelling: die hard", id="a mistyped word that a text has"),
    pytest.param("train wreck", "wreck", None, id="a title but for its spaces"),
    pytest.param("find me guilt", "guilty", None, id="the beginning of a title"),
    pytest.param("mirrorma", "mask", None, id="the beginning of a word"),
    pytest.param("vuowtj songs", "wave", "keyboard: vượt sóng", id="Telex"),
    pytest.param("vuot75 so1ng", "wave", "keyboard: vượt sóng", id="VNI"),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return indexed(tmp_path_factory.mktemp("answers"), FILMS)


@pytest.mark.parametrize(("typed", "document", "announced"), ANSWERS)
def test_answer(searcher: Searcher, typed: str, document: str, announced: str | None) -> None:
    found = searcher.search(SearchRequest(q=typed))
    assert [hit.id for hit in found.hits[:1]] == [document]
    told = [f"{one.kind}: {one.query}" for one in found.query.interpretations]
    assert told == ([announced] if announced else [])


@pytest.mark.parametrize(
    ("typed", "documents"),
    [
        ("lego film", {"lego"}),
        ("film", {"lego", "cinema"}),
        ("silent movie", {"silent"}),
        ("silent movies", {"silent", "silence"}),
        ("電影少女", {"girl"}),
    ],
)
def test_what_all_documents_are_is_wanted_only_alone_and_in_titles(
    searcher: Searcher, typed: str, documents: set[str]
) -> None:
    assert {hit.id for hit in searcher.search(SearchRequest(q=typed)).hits} == documents


def test_the_words_are_those_of_the_configuration(searcher: Searcher) -> None:
    index = searcher._live.generations.root
    for words, documents in (
        ((), {"satyricon", "lego", "cinema"}),
        (("film",), {"satyricon"}),
        (("Satyricon",), {"lego", "cinema"}),
    ):
        configured = Searcher(index, replace(SETTINGS, collection_words=words))
        found = configured.search(SearchRequest(q="film satyricon"))
        assert {hit.id for hit in found.hits} == documents, words


@pytest.mark.parametrize("typed", ["Cidade de Deus", "紅の豚", "find me", "Сталкера", "ше", "фку"])
def test_nothing_is_announced(searcher: Searcher, typed: str) -> None:
    assert searcher.search(SearchRequest(q=typed)).query.interpretations == ()


def test_an_exclusion_stays_one(searcher: Searcher) -> None:
    assert not searcher.search(SearchRequest(q="slayers -movie")).hits
    assert {hit.id for hit in searcher.search(SearchRequest(q="silent -movie")).hits} == {"silence"}
