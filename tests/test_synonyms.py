"""What the admin's synonyms do to queries: in which languages and scripts, in which order, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_index import indexed, marks

from search.configuration import Settings
from search.engines import execution
from search.request import SearchRequest
from search.results import Hit, SearchResults
from search.searcher import Searcher

SYNONYMS = """
# for all languages
sci-fi, science fiction
nyc => new york city
motion picture, moving images
café, tearoom
ufo, unidentified flying object, flying saucer

[de]
Handy, Mobiltelefon
[en]
gift, present
[ru]
машина, автомобиль
искусственный разум => искусственный интеллект
[ar]
سيارة, مركبة
[ja]
人工知能, AI
映画館, シネマ
[it]
ordinatore, calcolatore elettronico
[*]
brontosaurus, apatosaurus
"""

ROWS: tuple[dict[str, Any], ...] = (
    {"id": "scifi", "title": "A sci-fi tale", "language": "en", "text": "Robots walk."},
    {"id": "science", "title": "Nine nights", "language": "en",
     "text": "The best science fiction of the year, with robots."},
    {"id": "apart", "title": "Fiction and science", "language": "en", "text": "Two words, far apart."},
    {"id": "city", "title": "Autumn", "language": "en", "text": "An autumn in New York City with friends."},
    {"id": "york", "title": "Old York", "language": "en", "text": "A new road to the city of York."},
    {"id": "nyc", "title": "NYC by night", "language": "en", "text": "Taxi drivers and rain."},
    {"id": "saucer", "title": "The flying saucer", "language": "en", "text": "It lands behind the barn."},
    {"id": "object", "title": "Barn", "language": "en", "text": "An unidentified flying object lands."},
    {"id": "handy", "title": "Das verlorene Handy", "language": "de", "text": "Es klingelt im Wald."},
    {"id": "mobil", "title": "Im Wald", "language": "de", "text": "Alle Mobiltelefone klingeln auf einmal."},
    {"id": "present", "title": "The present", "language": "en", "text": "A box with a ribbon."},
    {"id": "auto", "title": "Автомобили", "language": "ru", "text": "Гараж на окраине."},
    {"id": "machine", "title": "Гараж", "language": "ru", "text": "Он чинит старую машину."},
    {"id": "mind", "title": "Лаборатория", "language": "ru",
     "text": "Учёный боится искусственного интеллекта и зимы."},
    {"id": "car", "title": "السيارة الحمراء", "language": "ar", "text": "طريق طويل في الصحراء."},
    {"id": "vehicle", "title": "الصحراء", "language": "ar", "text": "مركبة قديمة تعبر الطريق."},
    {"id": "ki", "title": "人工知能の夢", "language": "ja", "text": "機械は眠らない。"},
    {"id": "ai", "title": "AI の研究", "language": "ja", "text": "研究所で機械が学ぶ。"},
    {"id": "kino", "title": "古い映画館", "language": "ja", "text": "町の最後の夜。"},
    {"id": "cinema", "title": "シネマの夜", "language": "ja", "text": "雨が降る町。"},
    {"id": "calc", "title": "Il calcolatore elettronico", "language": "it", "text": "Una stanza di valvole."},
    {"id": "cafe", "title": "Cafe at the corner", "language": "en", "text": "Tea is served."},
    {"id": "tea", "title": "The tearoom", "language": "en", "text": "Coffee is served."},
    {"id": "apato", "title": "Apatosaurus", "language": "en", "text": "A long neck."},
)  # fmt: skip


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("synonyms")
    (folder / "synonyms.txt").write_text(SYNONYMS, encoding="utf-8")
    return indexed(folder, ROWS, settings=Settings(synonyms=str(folder / "synonyms.txt")))


def ask(searcher: Searcher, q: str, **more: Any) -> SearchResults:
    return searcher.search(SearchRequest(q=q, **{"per_page": 100, **more}))


def hit(searcher: Searcher, q: str, document_id: str, **more: Any) -> Hit:
    return next(one for one in ask(searcher, q, **more).hits if one.id == document_id)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sci-fi", {"scifi", "science"}),
        ("science fiction", {"scifi", "science", "apart"}),
        ("SCI FI", {"scifi", "science"}),
        ("sci-fi robots", {"scifi", "science"}),
        ("nyc", {"nyc", "city"}),
        ("ufo", {"saucer", "object"}),
        ("flying saucer", {"saucer", "object"}),
        ("handy", {"handy", "mobil"}),
        ("Mobiltelefons", {"handy", "mobil"}),
        ("mobiltelefon klingeln", {"mobil"}),
        ("автомобиль", {"auto", "machine"}),
        ("машины", {"auto", "machine"}),
        ("искусственный разум", {"mind"}),
        ("سيارة", {"car", "vehicle"}),
        ("人工知能", {"ki", "ai"}),
        ("映画館", {"kino", "cinema"}),
        ("シネマ", {"kino", "cinema"}),
        ("cafe", {"cafe", "tea"}),
        ("tearoom", {"cafe", "tea"}),
        ("l'ordinatore", {"calc"}),
        ("brontosaurus", {"apato"}),
        ("brontosaurus neck", {"apato"}),
    ],
)
def test_synonyms_are_found(searcher: Searcher, query: str, found: set[str]) -> None:
    answer = ask(searcher, query)
    assert {one.id for one in answer.hits} == found
    assert answer.query.corrected is None
    assert answer.query.interpretations == ()


@pytest.mark.parametrize(
    ("query", "not_found"),
    [
        ("new york city", "nyc"),
        ("искусственный интеллект", "auto"),
        ('"sci fi"', "science"),
        ("barn -ufo", "nyc"),
    ],
    ids=["one-way", "one-way-russian", "phrases-are-literal", "nothing-but-words-is-excluded"],
)
def test_what_synonyms_do_not_find(searcher: Searcher, query: str, not_found: str) -> None:
    assert not_found not in {one.id for one in ask(searcher, query).hits}


def test_exact_means_the_words_themselves(searcher: Searcher) -> None:
    assert {one.id for one in ask(searcher, "handy", exact=True).hits} == {"handy"}


def test_an_excluded_word_is_meant_literally(searcher: Searcher) -> None:
    assert {one.id for one in ask(searcher, "barn -ufo").hits} == {"saucer", "object"}


def test_a_part_of_a_japanese_stretch_is_found_too(searcher: Searcher) -> None:
    assert ask(searcher, "人工知能研究").hits[0].id == "ai"


@pytest.mark.parametrize(
    ("query", "word", "synonym"),
    [
        ("nyc", "nyc", "city"),
        ("handy", "handy", "mobil"),
        ("映画館", "kino", "cinema"),
        ("ufo", "saucer", "object"),
    ],
)
def test_the_word_itself_comes_first(searcher: Searcher, query: str, word: str, synonym: str) -> None:
    order = [one.id for one in ask(searcher, query).hits]
    assert order.index(word) < order.index(synonym)


def test_equal_documents_differ_by_the_word(tmp_path: Path) -> None:
    (tmp_path / "synonyms.txt").write_text("dog, hound\nhouse of glass, greenhouse\n", encoding="utf-8")
    rows = [
        {"id": "hound", "title": "The hound barks", "language": "en"},
        {"id": "dog", "title": "The dog barks", "language": "en"},
        {"id": "green", "title": "My greenhouse burns", "language": "en"},
        {"id": "glass", "title": "My house of glass burns", "language": "en"},
        *(
            {"id": f"other{number}", "title": f"My dog number {number}", "language": "en"}
            for number in range(9)
        ),
    ]
    made = indexed(tmp_path, rows, settings=Settings(synonyms=str(tmp_path / "synonyms.txt")))
    for query, first, second in (
        ("dog barks", "dog", "hound"),
        ("hound barks", "hound", "dog"),
        ("house of glass", "glass", "green"),
        ("greenhouse", "green", "glass"),
    ):
        hits = ask(made, query).hits
        assert [one.id for one in hits][:2] == [first, second], query
        assert hits[0].score > hits[1].score


@pytest.mark.parametrize(
    ("query", "document_id", "marked"),
    [
        ("nyc", "city", ["New York City"]),
        ("handy", "mobil", ["Mobiltelefone"]),
        ("машина", "auto", ["Автомобили"]),
        ("人工知能", "ai", ["AI"]),
        ("映画館", "cinema", ["シネマ"]),
        ("искусственный разум", "mind", ["искусственного интеллекта"]),
        ("brontosaurus", "apato", ["Apatosaurus"]),
    ],
)
def test_the_synonym_is_marked(searcher: Searcher, query: str, document_id: str, marked: list[str]) -> None:
    found = hit(searcher, query, document_id)
    assert [*marks(found.title_html), *marks(found.snippet)] == marked
    assert "alias" in found.matched_by


@pytest.mark.parametrize(
    ("query", "word", "document_id", "synonyms"),
    [
        ("ufo", "ufo", "saucer", ["flying saucer"]),
        ("ufo", "ufo", "object", ["unidentified flying object"]),
        ("Mobiltelefons", "Mobiltelefons", "handy", ["Handy"]),
    ],
)
def test_explain_names_the_synonym(
    searcher: Searcher, query: str, word: str, document_id: str, synonyms: list[str]
) -> None:
    explanation = hit(searcher, query, document_id, explain=True).explanation
    assert explanation is not None
    assert explanation["words"][word]["kind"] == "synonym"
    assert explanation["words"][word]["synonyms"] == synonyms


def test_the_word_itself_is_no_alias(searcher: Searcher) -> None:
    found = hit(searcher, "handy", "handy", explain=True)
    assert found.matched_by == ("exact",)
    assert found.explanation is not None
    assert "synonyms" not in found.explanation["words"]["handy"]


@pytest.mark.parametrize(
    ("languages", "found"),
    [((), True), (("en",), True), (("de",), False), (("de", "en"), True)],
    ids=["nobody-says", "english", "german", "both"],
)
def test_synonyms_of_languages_that_are_not_read_stay_away(
    searcher: Searcher, languages: tuple[str, ...], found: bool
) -> None:
    answer = ask(searcher, "gift", languages=languages, languages_stated=bool(languages))
    assert ("present" in {one.id for one in answer.hits}) is found


def test_many_sets_cost_a_query_nothing(tmp_path: Path) -> None:
    sets = "\n".join(f"word{number}, other{number}, third word{number}" for number in range(10_000))
    (tmp_path / "synonyms.txt").write_text(sets + "\ndog, hound\n", encoding="utf-8")
    rows = [{"id": "hound", "title": "The hound", "language": "en"}]
    made = indexed(tmp_path, rows, settings=Settings(synonyms=str(tmp_path / "synonyms.txt")))
    assert ask(made, "dog").total == 1
    assert ask(made, "word77 dog").total == 1
    assert ask(made, "hounds word9999 other1").total == 1


@pytest.mark.parametrize(
    "query", ["ufo lands", "nyc friends", "sci-fi robots", "barn flying saucer", "handy wald"]
)
def test_where_the_rarest_word_leads_scores_are_the_same(
    searcher: Searcher, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    everywhere = ask(searcher, query)
    monkeypatch.setattr(execution, "LEAST_FREQUENT", 0)
    monkeypatch.setattr(execution, "TIMES_RARER", 0)
    # Opened anew: what is remembered of words would answer in their place.
    fresh = Searcher.open(searcher._live.generations.root, searcher.settings)
    among = ask(fresh, query)
    assert [one.id for one in among.hits] == [one.id for one in everywhere.hits]
    for one, other in zip(among.hits, everywhere.hits, strict=True):
        assert one.score == pytest.approx(other.score, rel=1e-5)
        assert one.matched_by == other.matched_by
