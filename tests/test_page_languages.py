"""The pages in other languages: which one is chosen, how addresses keep it, what a catalogue must be."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from babel import Locale
from web_fake import FakeSearcher, fake_client

from search.configuration import Settings
from search.film_genres import FILM_GENRES
from web import catalogue, interface, translating
from web.interface import wording_for

SITE = "https://films.example"
ALL = catalogue.languages()
PAGES = (
    "/",
    "/?q=brick",
    "/?q=xyzzy",
    "/?q=o&genre=Drama&year=1950..2020",
    "/document/tokyo",
    "/facets/country",
)
HTML = re.compile(r'<html lang="([^"]*)" dir="([^"]*)">')


def shown(address: str, accepted: str = "") -> tuple[str, str]:
    """Language and direction of the page at `address` for a browser that accepts such languages."""
    found = HTML.search(fake_client().get(address, headers={"Accept-Language": accepted}).text)
    assert found is not None
    return found[1], found[2]


# --- which language ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "accepted", "expected"),
    [
        ("/", "", ("en", "ltr")),
        ("/", "it", ("it", "ltr")),
        ("/", "ar-EG,en;q=0.5", ("ar", "rtl")),
        ("/", "tlh,ja;q=0.3,it;q=0.9", ("it", "ltr")),
        ("/", "tlh", ("en", "ltr")),
        ("/", "en,it", ("en", "ltr")),
        ("/", "ar;q=0,it", ("it", "ltr")),
        ("/", "; ;q=x,,", ("en", "ltr")),
        ("/?ui=ja", "ar", ("ja", "ltr")),
        ("/?ui=AR-eg", "", ("ar", "rtl")),
        ("/?ui=en", "ar", ("en", "ltr")),
        ("/?ui=tlh", "ar", ("ar", "rtl")),
        ("/?ui=", "it", ("it", "ltr")),
        ("/?ui=../../x", "", ("en", "ltr")),
        ("/?lang=ar", "it", ("it", "ltr")),
        ("/nothing?ui=ar", "", ("ar", "rtl")),
        ("/api/docs?ui=ar", "", ("ar", "rtl")),
    ],
)
def test_the_address_decides_then_the_browser(address: str, accepted: str, expected: tuple[str, str]) -> None:
    assert shown(address, accepted) == expected


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ALL)
def test_every_page_is_there_in_every_language(language: str, address: str) -> None:
    joint = "&" if "?" in address else "?"
    answer = fake_client().get(f"{address}{joint}ui={language}")
    words = wording_for(language, "film", "films")
    assert answer.status_code == 200
    assert str(words("search.button")) in answer.text
    assert HTML.search(answer.text), address
    assert "{" not in re.sub(r"<script.*?</script>|data-count='[^']*'|data-count=\"[^\"]*\"", "", answer.text)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-SG", "zh"),
        ("zh", "zh"),
        ("zh-Hans-TW", "zh"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("cmn-Hans-CN", "zh"),
        ("cmn-Hant-TW", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("yue-Hant-HK", "zh-Hant"),
        ("yue-Hans-CN", "zh"),
        ("zh-yue", "zh-Hant"),
        ("nan-TW", "zh-Hant"),
        ("zh-min-nan", "zh-Hant"),
        ("wuu", "zh"),
    ],
)
def test_chinese_is_written_as_the_reader_writes_it(accepted: str, expected: str) -> None:
    assert shown("/", accepted) == (expected, "ltr")


@pytest.mark.parametrize(
    ("accepted", "expected"), [("iw", "he"), ("in", "id"), ("pt-BR", "pt"), ("sv-FI", "sv"), ("nn", "en")]
)
def test_other_names_of_a_language_lead_to_it(accepted: str, expected: str) -> None:
    assert shown("/", accepted)[0] == expected


def test_languages_are_called_as_they_call_themselves() -> None:
    names = {tag: interface.own_name(tag) for tag in interface.languages()}
    assert (names["zh"], names["zh-Hant"]) == ("简体中文", "繁體中文")
    assert (names["it"], names["ar"], names["ja"]) == ("Italiano", "العربية", "日本語")
    assert len(set(names.values())) == len(names)


# --- addresses -----------------------------------------------------------------------------------------


def links(text: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'href="(/[^"]*)"', text)]


@pytest.mark.parametrize(
    "address", ["/", "/?q=o&genre=Drama", "/document/tokyo", "/facets/genre?q=o", "/?q=xyzzy"]
)
def test_a_chosen_language_stays_in_every_link_and_form(address: str) -> None:
    joint = "&" if "?" in address else "?"
    text = fake_client().get(f"{address}{joint}ui=ar").text
    pages = [one for one in links(text) if not one.startswith(("/static/", "/opensearch.xml"))]
    assert pages
    assert [one for one in pages if parse_qs(urlsplit(one).query).get("ui") != ["ar"]] == []
    for form in re.findall(r"<form.*?</form>", text, flags=re.DOTALL):
        assert 'name="ui" value="ar"' in form, form
        assert "?" not in (re.search(r'action="([^"]*)"', form) or ["", "?"])[1], "a form drops what is there"


@pytest.mark.parametrize("address", ["/", "/?q=o&genre=Drama", "/document/tokyo"])
def test_the_browsers_language_is_not_written_into_links(address: str) -> None:
    text = fake_client().get(address, headers={"Accept-Language": "ar"}).text
    assert not [one for one in links(text) if "ui=" in one]


def test_another_language_is_one_press_away_and_loses_nothing() -> None:
    text = fake_client().get("/?q=o&genre=Drama&year=1950..2020&page=1&sort=-year").text
    form = re.search(r'<form class="languages".*?</form>', text, flags=re.DOTALL)
    assert form is not None
    sent = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0]))
    assert sent == {"q": "o", "genre": "Drama", "year": "1950..2020", "sort": "-year"}
    offered = re.findall(r'<button name="ui" value="([^"]*)" lang="([^"]*)" dir="([^"]*)"', form[0])
    assert [one[0] for one in offered] == list(interface.languages())
    assert all(dir == Locale.parse(tag, sep="-").text_direction for tag, _, dir in offered)


@pytest.mark.parametrize("path", ["//evil.example/", "/%0aevil", '/"><b>'])
def test_an_address_of_nothing_is_not_led_to_again(path: str) -> None:
    text = fake_client().get(path).text
    assert 'class="languages" action="/"' in text


@pytest.mark.parametrize("path", ["/", "/document/tokyo"])
def test_variants_name_each_other(path: str) -> None:
    text = fake_client().get(f"{path}?ui=it").text
    assert f'<link rel="canonical" href="{SITE}{path}?ui=it">' in text
    found = dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', text))
    assert found == {
        "x-default": SITE + path,
        **{tag: f"{SITE}{path}?ui={tag}" for tag in interface.languages()},
    }
    assert f'<link rel="canonical" href="{SITE}{path}">' in fake_client().get(path).text


def test_results_are_not_for_search_engines_and_name_no_variants() -> None:
    assert "hreflang" not in fake_client().get("/?q=o").text


# --- caches --------------------------------------------------------------------------------------------


def test_each_language_has_a_tag_of_its_own() -> None:
    client = fake_client()
    answers = [
        client.get("/?q=o"),
        client.get("/?q=o", headers={"Accept-Language": "it"}),
        client.get("/?q=o&ui=it"),
        client.get("/?q=o&ui=ar"),
    ]
    assert len({answer.headers["ETag"] for answer in answers}) == len(answers)
    assert all("Accept-Language" in answer.headers["Vary"] for answer in answers)
    again = client.get(
        "/?q=o", headers={"Accept-Language": "it", "If-None-Match": answers[1].headers["ETag"]}
    )
    other = client.get(
        "/?q=o", headers={"Accept-Language": "ar", "If-None-Match": answers[1].headers["ETag"]}
    )
    assert (again.status_code, other.status_code) == (304, 200)


def test_an_answer_kept_in_one_language_is_not_given_in_another() -> None:
    client = fake_client()
    for _ in range(2):
        assert 'lang="it"' in client.get("/?q=o", headers={"Accept-Language": "it"}).text
        assert '<html lang="ar"' in client.get("/?q=o", headers={"Accept-Language": "ar"}).text


def test_the_search_description_is_in_the_browsers_language() -> None:
    answer = fake_client().get("/opensearch.xml", headers={"Accept-Language": "it"})
    assert "<Language>it</Language>" in answer.text
    assert answer.headers["Vary"] == "Accept-Language"


# --- words ---------------------------------------------------------------------------------------------


def test_another_collection_is_one_of_documents() -> None:
    words = wording_for("it", "book", "books")
    assert words("results", count=3) == "3 documenti"
    assert wording_for("it", "film", "films")("latest") == "Ultimi film"
    assert wording_for("en", "book", "books")("results", count=3) == "3 books"


def test_some_words_are_those_of_a_collection_of_films() -> None:
    assert wording_for("en", "film", "films")("document.people") == "Cast and crew"
    assert wording_for("en", "book", "books")("document.people") == "People"
    assert wording_for("it", "film", "films")("document.related") == "Film correlati"
    assert wording_for("it", "book", "books")("document.related") == "Titoli correlati"


@pytest.mark.parametrize("language", ALL)
def test_a_genre_is_found_by_what_the_page_calls_it(language: str) -> None:
    read = catalogue.read(language, "film")
    named = {value: {name.casefold() for name in (value, *others)} for value, others in FILM_GENRES}
    unknown = [value for value, names in named.items() if read[f"genre.{value}"].casefold() not in names]
    assert unknown == []


def test_an_admins_words_stay_as_they_are() -> None:
    settings = replace(Settings(), site_name="Kino {a} <b>")
    text = fake_client(FakeSearcher(settings=settings)).get("/?ui=it").text
    assert "<h1>Kino {a} &lt;b&gt;</h1>" in text


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "لا أفلام"),
        (1, "فيلم واحد"),
        (2, "فيلمان"),
        (3, "3 أفلام"),
        (11, "11 فيلمًا"),
        (100, "100 فيلم"),
        (103, "103 أفلام"),
    ],
)
def test_arabic_counts_in_six_forms(number: int, expected: str) -> None:
    assert wording_for("ar", "film", "films")("results", count=number) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/?q=treno&ui=it", ["Italiano", "Documentario", "Storico", "Regno Unito", "7,1"]),
        ("/?q=treno&ui=ar", ["الإيطالية", "وثائقي", "المملكة المتحدة"]),
        ("/document/treno-mosca?ui=ja", ["イタリア語", "ドキュメンタリー", "2013年11月27日", "1,046"]),
    ],
)
def test_values_are_in_the_language_of_the_page(address: str, expected: list[str]) -> None:
    text = fake_client().get(address).text
    assert [one for one in expected if one.casefold() not in text.casefold()] == []


def test_a_title_that_cannot_be_read_is_shown_in_latin_letters() -> None:
    text = fake_client().get("/?q=Лобанов&ui=it").text
    assert '<bdi lang="ru-Latn" dir="ltr">Lobanov</bdi>' in text
    assert '<bdi lang="ru-Latn" dir="ltr">Lobanov</bdi>' in fake_client().get("/document/lobanov?ui=ar").text


# --- catalogues ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ALL)
def test_a_catalogue_has_no_fault(language: str) -> None:
    assert translating.faults(language) == []


@pytest.mark.parametrize("language", ["en", *ALL])
def test_what_is_read_aloud_holds_what_is_seen(language: str) -> None:
    """WCAG 2.5.3: who dictates says what stands on the link."""
    words = wording_for(language, "film", "films")
    removed = str(words("filters.remove", facet="Facet", value="Value"))
    assert re.search(r"Facet\W+Value", removed), removed
    assert re.search(r"\b2\b", str(words("pages.page", page="2")))


@pytest.mark.parametrize("language", ALL)
def test_a_catalogue_has_a_form_for_every_plural_category(language: str) -> None:
    read = catalogue.read(language, "film")
    category_of = Locale.parse(language, sep="-").plural_form
    for number in (*range(201), 1000):
        assert f"results.{category_of(number)}" in read


def test_the_template_is_that_of_the_table(tmp_path: Path) -> None:
    translating._write(translating.template(), tmp_path / "messages.pot")
    written = (tmp_path / "messages.pot").read_text(encoding="utf-8")
    assert written == translating.TEMPLATE.read_text(encoding="utf-8"), "run python -m web.translating"


@pytest.fixture
def italian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the Italian catalogue in a folder of its own."""
    source = catalogue.path_of("it")
    folder = tmp_path / "web" / "translations"
    monkeypatch.setattr(catalogue, "FOLDER", folder)
    monkeypatch.setattr(translating, "FOLDER", folder)
    path = catalogue.path_of("it")
    path.parent.mkdir(parents=True)
    path.write_bytes(source.read_bytes())
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('msgstr "Genere"', 'msgstr ""', "facet.genre: not translated"),
        ('msgctxt "facet.genre"', 'msgctxt "facet.gender"', "facet.gender: obsolete"),
        ('msgctxt "facet.genre"', 'msgctxt "facet.gender"', "facet.genre: missing"),
        ('msgid "Genre"', 'msgid "Sort"', "facet.genre: obsolete: the English text is another now"),
        ("La pagina {page} non", "La pagina {pagina} non", "results.beyond: form 0: unknown {pagina}"),
        ("La pagina {page} non", "La pagina non", "results.beyond: form 0: without {page}"),
        ('msgstr[1] "{count} lingue"', 'msgstr[1] "lingue"', "start.languages: form 1: without {count}"),
        ('msgstr[1] "{count} lingue"\n', "", "start.languages: not translated"),
        (
            "La pagina {page} non",
            "La <b>pagina</b> {page} non",
            "HTML tags must be those of the English text",
        ),
        ("La pagina {page} non", "La { pagina {page} non", "a brace that is no part"),
        ("La pagina {page} non", "La pagina & {page} non", "& outside of a tag"),
        ('msgstr "Genere"', 'msgstr "Genere "', "facet.genre: form 0: space at its beginning or end"),
        ('msgctxt "facet.genre"', '#, fuzzy\nmsgctxt "facet.genre"', "facet.genre: marked as fuzzy"),
        (
            "nplurals=2; plural=(n != 1)",
            "nplurals=3; plural=(n != 1)",
            "header: Plural-Forms must be nplurals=2",
        ),
        ('"Language: it', '"Language: fr', "header: Language must be it"),
    ],
)
def test_each_fault_is_named(italian: Path, old: str, new: str, said: str) -> None:
    text = italian.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    italian.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = translating.faults("it")
    assert any(said in fault for fault in found), found
    assert all(fault.startswith("web/translations/it/LC_MESSAGES/messages.po: ") for fault in found)


def test_what_is_not_translated_is_said_in_english(italian: Path) -> None:
    text = italian.read_text(encoding="utf-8").replace('msgstr "Genere"', 'msgstr ""', 1)
    italian.write_text(text, encoding="utf-8")
    read = catalogue.read("it", "film")
    assert "facet.genre" not in read
    assert catalogue.merged({"facet.genre": "Genre", "pages": "Pages"}, read)["facet.genre"] == "Genre"


def test_an_update_keeps_what_fits(italian: Path) -> None:
    text = italian.read_text(encoding="utf-8").replace('msgid "Genre"', 'msgid "Sort"', 1)
    italian.write_text(text, encoding="utf-8")
    assert translating.main(["--update", "it"]) == 0
    assert [one.partition("facet.genre: ")[2] for one in translating.faults("it")] == ["not translated"]
    assert translating.main(["--check"]) == 1


def test_a_new_catalogue_begins_empty(italian: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert translating.main(["--update", "cy"]) == 0
    assert len(translating.faults("cy")) == len(catalogue.texts())
    assert translating.main(["--update", "no-such-language-tag"]) == 2
    assert "no-such-language-tag" in capsys.readouterr().err
