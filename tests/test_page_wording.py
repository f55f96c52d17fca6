"""The words of the pages: every one is in the table, plural forms follow the language, nothing is glued."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from search.configuration import Settings
from web import wording
from web.english import TEXTS
from web.interface import wording_for
from web.wording import PLURAL_CATEGORIES, Wording, in_english

WEB = Path(wording.__file__).parent
#: Keys made of parts at run time: a name of the collection, of a way of matching, of a status.
MADE = ("error", "advice", "facet", "field", "genre", "kind", "reason", "role", "site", "sort", "type", "way")
ENGLISH = wording_for("en", "film", "films")
RUSSIAN = Wording(
    "ru",
    "ltr",
    {
        "results.one": "{count} фильм",
        "results.few": "{count} фильма",
        "results.many": "{count} фильмов",
        "results.other": "{count} фильма",
        "facet.genre": "Жанр",
    },
)


def used() -> set[str]:
    """Keys that templates and code name."""
    files = [*WEB.glob("*.py"), *(WEB / "templates").glob("*")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files if file.name != "english.py")
    found = set(re.findall(r"""words(?:\.plurals)?\(\s*"([a-z.]+)\"""", text))
    found |= set(re.findall(r"""words(?:\.plurals)?\(\s*'([a-z.]+)'""", text))
    found |= set(re.findall(r"""words\.texts\["([a-z.]+)"\]""", text))
    # One of two, and keys that a module yields for others to look up.
    found |= set(re.findall(r"""words\(\s*"[a-z.]+" if [^,]* else "([a-z.]+)\"""", text))
    found |= set(re.findall(r"""yield \(?\s*"(none\.[a-z.]+)\"""", text))
    return found


def bases() -> set[str]:
    """Keys of the table, plural forms as one, whatever the collection is of."""
    ends = tuple(f".{category}" for category in PLURAL_CATEGORIES)
    keys = {key.partition("@")[0] for key in TEXTS}
    return {key.rpartition(".")[0] if key.endswith(ends) else key for key in keys}


def test_every_word_that_is_used_is_in_the_table() -> None:
    assert len(used()) > 80
    assert used() - bases() - set(TEXTS) == set()


def test_every_word_of_the_table_is_used() -> None:
    made = {key for key in bases() if key.partition(".")[0] in MADE}
    counts = {"search.count.none", "search.count"}
    assert bases() - used() - made - counts == set()


def test_templates_have_no_words_of_their_own() -> None:
    for file in (WEB / "templates").glob("*.html"):
        source = re.sub(r"\{% block kind %\}\w+", "", file.read_text(encoding="utf-8"))
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "\0", source, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", "\0", text)
        assert re.findall(r"[^\W\d_]{2,}", text) == [], file.name


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 фильмов"),
        (1, "1 фильм"),
        (2, "2 фильма"),
        (5, "5 фильмов"),
        (21, "21 фильм"),
        (112, "112 фильмов"),
    ],
)
def test_plural_forms_are_those_of_the_language(count: int, expected: str) -> None:
    assert RUSSIAN("results", count=count) == expected


def test_a_missing_form_is_the_general_one() -> None:
    sparse = Wording("ru", "ltr", {"results.other": "{count}!"})
    assert sparse("results", count=3) == "3!"


def test_all_forms_travel_to_the_script() -> None:
    assert '"few": "{count} фильма"' in RUSSIAN.plurals("results")


def test_english_counts() -> None:
    assert ENGLISH("results", count=1) == "1 film"
    assert ENGLISH("results", count=1234567) == "1,234,567 films"


def test_an_admins_noun_is_a_word_and_nothing_else() -> None:
    words = Wording("en", "ltr", in_english("b<o>ok {x}", "books & more"))
    assert words("results", count=1) == "1 b&lt;o&gt;ok {x}"
    assert words("latest") == "Latest books &amp; more"


@pytest.mark.parametrize(
    ("language", "number", "decimal", "date"),
    [
        ("de", "1.234.567", "7,1", "27. November 2013"),
        ("hi", "12,34,567", "7.1", "27 नवंबर 2013"),
        (
            "ru",
            "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567",
            "7,1",
            "27 ноября 2013\N{NARROW NO-BREAK SPACE}г.",
        ),
    ],
)
def test_numbers_and_dates_are_those_of_the_language(
    language: str, number: str, decimal: str, date: str
) -> None:
    words = Wording(language, "ltr", {})
    assert (words.number(1234567), words.decimal(7.1), words.date("2013-11-27")) == (number, decimal, date)
    assert words.date("soon") == "soon"


def test_an_admins_word_is_not_translated() -> None:
    assert RUSSIAN.named("facet", "genre", "Genre") == "Жанр"
    assert RUSSIAN.named("facet", "genre", "Kind") == "Kind"
    assert RUSSIAN.named("facet", "shelf", "Shelf") == "Shelf"


def test_the_table_knows_the_words_of_the_default_configuration() -> None:
    settings = Settings()
    assert TEXTS["site.name"] == settings.site_name
    assert TEXTS["site.description"] == settings.site_description
    for facet in settings.facets:
        assert TEXTS[f"facet.{facet.name}"] == facet.label
    for key in settings.sort_keys:
        assert TEXTS[f"sort.{key.name}"] == key.label


def test_the_table_knows_the_genres_of_the_default_configuration() -> None:
    genre = Settings().facet("genre")
    assert genre is not None
    assert {f"genre.{value}" for value, _ in genre.synonyms} - set(TEXTS) == set()


def test_values_are_escaped_and_texts_are_not() -> None:
    assert ENGLISH("none.heading", query="<b>") == "Nothing found for &lt;b&gt;"
    assert "<span>" in ENGLISH("second.shown", query="x", kind="y")


@pytest.mark.parametrize(
    ("name", "label", "descending", "expected"),
    [
        ("title", "Title", False, "Title, A–Z"),
        ("title", "Title", True, "Title, Z–A"),
        ("year", "Year", True, "Year, newest first"),
        ("year", "Year", False, "Year, oldest first"),
        ("rating", "Rating", True, "Rating, highest first"),
        ("pages", "Pages & more", False, "Pages &amp; more, lowest first"),
        ("year", "Season", True, "Season, highest first"),
    ],
)
def test_an_order_says_what_comes_first(name: str, label: str, descending: bool, expected: str) -> None:
    assert ENGLISH.order(name, label, descending=descending) == expected
