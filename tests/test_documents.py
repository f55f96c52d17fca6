"""CONTRACT §2: what a document may say, and that the service keeps and answers what it said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_index import indexed

from indexer.document import Refusal
from search.request import Range, SearchRequest
from search.searcher import Searcher

ROWS: tuple[dict[str, Any], ...] = (
    {"id": "lamp", "title": "Lampa", "text": "Latarnik mieszka sam na skale i pisze listy do brata."},
    {"id": 12, "title": "Twelve clocks", "overview": "A watchmaker repairs every clock of the town."},
    {"_id": "under", "name": "Underneath", "body": "Divers look for a bell that sank with its church."},
    {"identifier": "ident", "title": "Identified", "text": "First part.", "overview": "Other part."},
    {"id": "lang", "title": "Kurze Wege", "lang": "de"},
    {"id": "text-language", "title": "Chemins courts", "text_language": "fr"},
    {"id": "against", "title": "Der lange Weg nach Hause", "language": "sv"},
    {"id": "upper", "title": "Caminhos", "language": "PT_br"},
    {"id": "three-letters", "title": "Strade", "language": "ita"},
    {"id": "hant", "title": "海邊的燈塔", "language": "zh-Hant"},
    {"id": "latn", "title": "Svetionik na steni", "language": "sr-Latn"},
    {"id": "aliases", "title": "灯台守", "language": "ja",
     "also_known_as": ["Toudaimori", {"title": "Смотритель маяка", "language": "ru"}, {"title": "등대지기"}]},
    {"id": "original", "title": "The Lighthouse Keeper", "language": "en",
     "original_title": "Fyrvaktaren", "original_language": "sv"},
    {"id": "people", "title": "Five", "people": ["Ada Holm", {"name": "Bo Ek", "role": "director"}],
     "cast": ["Cy Dahl"], "director": "Di Lind"},
    {"id": "year", "title": "Of a year", "year": 1987},
    {"id": "year-text", "title": "Of a written year", "year": "1987"},
    {"id": "date", "title": "Of a day", "date": "1987-05-06"},
    {"id": "release", "title": "Of a release", "release_date": "1987-11-30"},
    {"id": "singular", "title": "One genre", "genre": "Drama", "country": "IS"},
    {"id": "plural", "title": "Two genres", "genres": ["Drama", "War"], "countries": ["IS", "FO"]},
    {"id": "extra", "title": "Extra keys", "colour": "ochre", "reels": 7, "silent": True,
     "weight": 1.5, "tags": ["sea", 3], "url": "https://films.example/extra"},
    {"id": "only text", "text": "A description that has no title above it."},
    {"id": "a/b?c#d%20é 灯", "title": "Odd identifier"},
    {"id": "markup", "title": "<b>Bold</b> & <mark>marked</mark>",
     "text": "x < y & <script>alert(1)</script>"},
)  # fmt: skip

REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"id": "empty"}, "neither a title nor a text"),
    ({"id": "blank", "title": "   "}, "neither a title nor a text"),
    ({"id": "list", "title": ["a"]}, "title must be text"),
    ({"id": True, "title": "t"}, "id must be text"),
    ({"id": "a\nb", "title": "t"}, "line breaks"),
    ({"id": "x" * 600, "title": "t"}, "longer than"),
    ({"id": "day", "title": "t", "date": "1999-02-30"}, "is not a date"),
    ({"id": "when", "title": "t", "date": "yesterday"}, "is not a date"),
    ({"id": "code", "title": "t", "language": 5}, "language code"),
    ({"id": "who", "title": "t", "people": [5]}, "people must be names"),
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return indexed(tmp_path_factory.mktemp("documents"), ROWS)


def ids(searcher: Searcher, q: str = "", **more: Any) -> set[str]:
    return {hit.id for hit in searcher.search(SearchRequest(q=q, per_page=100, **more)).hits}


def test_every_row_is_a_document(searcher: Searcher) -> None:
    assert len(ids(searcher)) == len(ROWS)


@pytest.mark.parametrize("document_id", ["12", "under", "ident", "only text", "a/b?c#d%20é 灯"])
def test_ids_are_kept_as_they_are(searcher: Searcher, document_id: str) -> None:
    assert searcher.document(document_id).id == document_id


@pytest.mark.parametrize(
    ("document_id", "word"),
    [
        ("12", "watchmaker"),
        ("under", "divers"),
        ("ident", "first"),
        ("ident", "other"),
        ("only text", "above"),
    ],
)
def test_every_name_of_the_text_is_searched(searcher: Searcher, document_id: str, word: str) -> None:
    assert document_id in ids(searcher, word)


@pytest.mark.parametrize(
    ("document_id", "language"),
    [("lang", "de"), ("text-language", "fr"), ("against", "sv"), ("upper", "pt"), ("three-letters", "it"),
     ("hant", "zh"), ("latn", "sr"), ("aliases", "ja"), ("original", "en")],
)  # fmt: skip
def test_a_declared_language_is_believed(searcher: Searcher, document_id: str, language: str) -> None:
    document = searcher.document(document_id)
    assert document.language.split("-")[0] == language
    assert document.language_reason == "declared"
    assert document_id in ids(searcher, filters={"language": (language,)})


def test_an_undeclared_language_is_decided_with_a_reason(searcher: Searcher) -> None:
    document = searcher.document("lamp")
    assert document.language == "pl"
    assert document.language_reason not in ("", "declared")


@pytest.mark.parametrize(
    "alias", ["Toudaimori", "смотритель маяка", "Смотрителя маяка", "smotritel mayaka", "등대지기"]
)
def test_aliases_are_found_in_any_form(searcher: Searcher, alias: str) -> None:
    found = searcher.search(SearchRequest(q=alias))
    assert found.hits[0].id == "aliases"
    assert "alias" in found.hits[0].matched_by


def test_the_original_title_is_found(searcher: Searcher) -> None:
    assert searcher.search(SearchRequest(q="fyrvaktaren")).hits[0].id == "original"


def test_people_keep_names_and_roles(searcher: Searcher) -> None:
    people = {one["name"]: one["role"] for one in searcher.document("people").fields["people"]}
    assert people == {"Ada Holm": None, "Bo Ek": "director", "Cy Dahl": "cast", "Di Lind": "director"}
    for name in people:
        assert ids(searcher, f'people:"{name}"') == {"people"}
        assert ids(searcher, filters={"people": (name,)}) == {"people"}


def test_every_way_to_say_the_year_counts(searcher: Searcher) -> None:
    dated = {"year", "year-text", "date", "release"}
    assert ids(searcher, filters={"year": ("1987",)}) == dated
    assert ids(searcher, filters={"year": (Range(1980, 1990),)}) == dated
    assert ids(searcher, filters={"year": (Range(None, 1986),)}) == set()
    assert searcher.document("date").fields["date"] == "1987-05-06"


def test_singular_and_plural_are_one_facet(searcher: Searcher) -> None:
    assert ids(searcher, filters={"genre": ("Drama",)}) == {"singular", "plural"}
    assert ids(searcher, filters={"country": ("FO",)}) == {"plural"}


def test_other_keys_are_kept(searcher: Searcher) -> None:
    document = searcher.document("extra")
    kept = {key: document.fields[key] for key in ("colour", "reels", "silent", "weight", "tags")}
    assert kept == {"colour": "ochre", "reels": 7, "silent": True, "weight": 1.5, "tags": ["sea", 3]}
    assert document.url == "https://films.example/extra"


def test_markup_is_text(searcher: Searcher) -> None:
    hit = searcher.search(SearchRequest(q="bold")).hits[0]
    assert hit.title == "<b>Bold</b> & <mark>marked</mark>"
    assert hit.title_html is not None
    assert hit.title_html == "&lt;b&gt;<mark>Bold</mark>&lt;/b&gt; &amp; &lt;mark&gt;marked&lt;/mark&gt;"
    assert "<script" not in (hit.snippet or "")


@pytest.mark.parametrize(("row", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_is_no_document_is_refused_with_its_line(
    tmp_path: Path, row: dict[str, Any], reason: str
) -> None:
    refusals: list[Refusal] = []
    good = {"id": "good", "title": "A good neighbour"}
    found = indexed(tmp_path, [good, row, {**good, "id": "last"}], refusals=refusals)
    assert ids(found) == {"good", "last"}
    assert [(one.line, reason in str(one)) for one in refusals] == [(2, True)], refusals


def test_the_last_document_of_an_id_counts(tmp_path: Path) -> None:
    rows = (("twice", "Former"), ("once", "Once"), ("twice", "Latter"))
    found = indexed(tmp_path, [{"id": one, "title": title} for one, title in rows])
    assert ids(found) == {"once", "twice"}
    assert found.document("twice").title == "Latter"
    assert ids(found, "former", exact=True) == set()
