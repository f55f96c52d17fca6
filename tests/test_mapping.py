"""Which keys and values of a record become which fields of a Document."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from babel import localedata

from indexer import facet_values, territory_names
from indexer.dates import find_date, parse_date
from indexer.default_id import default_id
from indexer.document import AlternativeTitle, Document, Person
from indexer.durations import find_duration, parse_duration
from indexer.language_codes import canonical_language
from indexer.mapping import InvalidRecord, document_from
from indexer.territory_names import territory_code
from search.configuration import Facet, Settings, load_settings
from search.errors import ConfigurationError
from search.film_genres import FILM_GENRES

SHARED = Path(os.environ.get("SHARED", Path(__file__).resolve().parents[2] / "shared"))


def mapped(record: dict[str, Any], settings: Settings | None = None) -> Document:
    return document_from(
        {"title": "T", **record}, default_id="d", origin="test:1", settings=settings or Settings()
    )


FIELDS: list[tuple[str, dict[str, Any], str, Any]] = [
    ("id", {"id": "a"}, "id", "a"),
    ("integer id", {"id": 12}, "id", "12"),
    ("no id", {}, "id", "d"),
    ("empty id", {"id": ""}, "id", "d"),
    ("overview", {"overview": "o"}, "text", "o"),
    ("body", {"body": "b"}, "text", "b"),
    ("texts are joined", {"text": "t", "body": "b"}, "text", "t\n\nb"),
    ("lang", {"lang": "it"}, "language", "it"),
    ("text_language", {"text_language": "PT_br"}, "language", "pt-BR"),
    ("TMDB's Cantonese", {"original_language": "cn"}, "original_language", "yue"),
    ("name of a language", {"language": "German"}, "language", "de"),
    ("no code", {"language": "the old one"}, "language", None),
    ("no language", {"language": "xx"}, "language", None),
    ("year", {"year": 2013}, "year", 2013),
    ("year as text", {"year": "2013"}, "date", "2013"),
    ("year was a number", {"year": "2013.0"}, "year", 2013),
    ("release date", {"release_date": "27/11/2013"}, "date", "2013-11-27"),
    ("date before year", {"year": 2013, "release_date": "2013-11-27"}, "date", "2013-11-27"),
    ("dots", {"date": "27.11.2013"}, "date", "2013-11-27"),
    ("year 0", {"year": 0}, "date", None),
    ("zero date", {"date": "0000-00-00"}, "date", None),
    ("month unknown", {"date": "1998-00-00"}, "date", "1998"),
    ("not known", {"date": "N/A"}, "year", None),
    ("genres", {"genres": ["a", "b"]}, "extra", {"genre": ["a", "b"]}),
    ("genre and genres", {"genre": "a", "genres": ["b", "a"]}, "extra", {"genre": ["a", "b"]}),
    ("objects with names", {"genres": [{"id": 1, "name": "Drama"}]}, "extra", {"genre": ["Drama"]}),
    ("cell", {"countries": "IT; FR|DE"}, "extra", {"country": ["IT", "FR", "DE"]}),
    (
        "countries in any language",
        {"countries": ["США", "Frankreich", "US"]},
        "extra",
        {"country": ["US", "FR"]},
    ),
    ("genres in any language", {"genres": ["боевик", "Action", "Ação"]}, "extra", {"genre": ["Action"]}),
    ("genre unknown", {"genres": ["Slow cinema"]}, "extra", {"genre": ["Slow cinema"]}),
    ("country unknown", {"country": "Ruritania"}, "extra", {"country": ["Ruritania"]}),
    ("director", {"director": "Ada Holm"}, "people", (Person("Ada Holm", "director"),)),
    (
        "people",
        {"people": ["A", {"name": "B", "role": "cast"}]},
        "people",
        (Person("A"), Person("B", "cast")),
    ),
    (
        "commas between full names",
        {"cast": "Ada Holm, Ivo Brandt"},
        "people",
        (Person("Ada Holm", "cast"), Person("Ivo Brandt", "cast")),
    ),
    ("a comma inside a name", {"cast": "Holm, Ada"}, "people", (Person("Holm, Ada", "cast"),)),
    ("crew", {"crew": [{"name": "A", "job": "Editor"}]}, "people", (Person("A", "Editor"),)),
    (
        "aliases",
        {"also_known_as": ["A", {"title": "B", "lang": "x-jat"}]},
        "also_known_as",
        (AlternativeTitle("A"), AlternativeTitle("B", "ja-Latn")),
    ),
    ("title as number", {"title": 2046}, "title", "2046"),
    ("title in lines", {"title": "A\n  B"}, "title", "A B"),
    ("NUL", {"title": "A\x00B"}, "title", "A B"),
    (
        "unknown keys are kept",
        {"tagline": "x", "n": 1, "b": True, "l": [1, "a"], "o": {"a": 1}, "e": []},
        "extra",
        {"tagline": "x", "n": 1, "b": True, "l": [1, "a"]},
    ),
    ("rating as text", {"rating": "7.5"}, "extra", {"rating": 7.5}),
    ("spelling of keys", {"Release Date": "2013"}, "year", 2013),
    ("absent", {"url": None, "tagline": ""}, "extra", {}),
]


@pytest.mark.parametrize(
    ("record", "field", "expected"), [row[1:] for row in FIELDS], ids=[row[0] for row in FIELDS]
)
def test_fields(record: dict[str, Any], field: str, expected: Any) -> None:
    assert getattr(mapped(record), field) == expected


@pytest.mark.parametrize(
    ("name", "language", "code"),
    [
        pytest.param("us", None, "US", id="lower case"),
        pytest.param("USA", None, "US", id="three letters"),
        pytest.param("840", None, "US", id="figures"),
        pytest.param("UK", None, "GB", id="not quite a code"),
        pytest.param("SU", None, "SU", id="a state that is no more"),
        pytest.param("U.S.A.", None, "US", id="dots"),
        pytest.param("Soviet Union", None, "SU", id="its name"),
        pytest.param("Österreich", "de", "AT", id="in the document's language"),
        pytest.param("osterreich", "en", "AT", id="in another language, without marks"),
        pytest.param("대한민국", "en", "KR", id="in another script"),
        pytest.param("法國", None, "FR", id="traditional characters"),
        pytest.param("Корея Южная", "ru", "KR", id="the other way round"),
        pytest.param("Germany (West)", "en", "DE", id="parentheses"),
        pytest.param("Trinidad and Tobago", None, "TT", id="and"),
        pytest.param("Côte d’Ivoire", "fr", "CI", id="apostrophe"),
        pytest.param("ZZ", None, None, id="no country's code"),
        pytest.param("Unknown", None, None, id="no country"),
        pytest.param("...", None, None, id="no name"),
    ],
)
def test_territories(name: str, language: str | None, code: str | None) -> None:
    assert territory_code(name, language) == code


def test_further_names_contradict_nobody() -> None:
    """A name means one country here, and no other in any language of CLDR."""
    meant = [
        (territory_names._key(name), code)
        for code, names in territory_names._FURTHER_NAMES.items()
        for name in names.split("|")
    ]
    assert len({key for key, _ in meant}) == len(set(meant))
    for locale in localedata.locale_identifiers():
        if "_" not in locale:
            known = territory_names._names_in(locale)
            assert not [key for key, code in meant if known.get(key, code) != code], locale


def test_genres_mean_one_thing() -> None:
    compared = [
        (facet_values.compared(name), value) for value, names in FILM_GENRES for name in (value, *names)
    ]
    assert len({key for key, _ in compared}) == len(set(compared))


def test_synonyms_are_the_configuration_of_a_facet() -> None:
    settings = Settings(facets=(Facet("course", "Course", synonyms=(("Soup", ("Zuppa", "Суп")),)),))
    record = {"course": ["ZUPPA", "суп", "soup", "Primo"], "genre": "Боевик", "country": "США"}
    assert mapped(record, settings).extra == {
        "course": ["Soup", "Primo"],
        "genre": "Боевик",
        "country": "США",
    }


def test_synonyms_are_read_from_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "search.toml"
    file.write_text('[[facets]]\nname = "a"\nlabel = "A"\nsynonyms = {Soup = ["Zuppa"]}\n', encoding="utf-8")
    assert load_settings(file).facets == (Facet("a", "A", synonyms=(("Soup", ("Zuppa",)),)),)
    for wrong in ('["Zuppa"]', '{Soup = "Zuppa"}', "5"):
        file.write_text(f'[[facets]]\nname = "a"\nlabel = "A"\nsynonyms = {wrong}\n', encoding="utf-8")
        with pytest.raises(ConfigurationError, match=r"facets\[1\]: synonyms"):
            load_settings(file)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"title": ["a"]}, "title must be text, not a list"),
        ({"text": {"a": 1}}, "text must be text, not an object"),
        ({"title": True}, "true or false"),
        ({"date": "2013-02-30"}, "date '2013-02-30' is not a date"),
        ({"year": 123456}, "year '123456'"),
        ({"date": ["x"]}, "date must be a date"),
        ({"id": "x" * 513}, "longer than 512 bytes"),
        ({"id": "ж" * 257}, "longer than 512 bytes"),
        ({"id": ["a"]}, "id must be text"),
        ({"id": "a\nb"}, "line breaks"),
        ({"language": 5}, "language must be a language code"),
        ({"people": 5}, "people must be a list"),
        ({"people": [5]}, "people must be names"),
        ({"cast": [{"role": "x"}]}, "no name"),
        ({"also_known_as": [[1]]}, "also_known_as must be text"),
        ({"title": "\ud800"}, "surrogate"),
        ({"tagline": "\udfff"}, "surrogate"),
        ({"n": float("nan")}, "finite"),
        ({"n": 2**70}, "too large"),
    ],
)
def test_wrong_values_are_named(record: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRecord, match=message.replace("(", r"\(")):
        mapped(record)


def test_neither_title_nor_text() -> None:
    with pytest.raises(InvalidRecord, match="neither a title nor a text"):
        document_from({"year": 2013}, default_id="d", origin="o", settings=Settings())


def test_titles_in_several_languages() -> None:
    film = document_from(
        {
            "titles": [
                {"title": "Crest", "lang": "en", "type": "official"},
                {"title": "Monshou", "lang": "x-jat", "type": "main"},
                {"title": "紋章", "lang": "ja", "type": "official"},
            ]
        },
        default_id="d",
        origin="o",
        settings=Settings(),
    )
    assert (film.title, film.language, film.original_language) == ("紋章", "ja", "ja")
    assert film.also_known_as == (AlternativeTitle("Crest", "en"), AlternativeTitle("Monshou", "ja-Latn"))


def test_another_collection_has_other_facets() -> None:
    settings = Settings(
        facets=(
            Facet("price", "Price", kind="number", also=("cost",)),
            Facet("colour", "Colour", also=("colours",)),
            Facet("language", "Language", also=("idioma",)),
        )
    )
    thing = mapped({"cost": "12.5", "colours": "red;blue", "idioma": "es", "genres": ["a"]}, settings)
    assert thing.extra == {"price": 12.5, "colour": ["red", "blue"], "genres": ["a"]}
    assert thing.language == "es"
    with pytest.raises(InvalidRecord, match="price must be a number"):
        mapped({"price": "cheap"}, settings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("27/11/2013", "2013-11-27"),
        ("11/27/2013", "2013-11-27"),
        ("2013", "2013"),
        ("2013-11", "2013-11"),
        ("20131127", "2013-11-27"),
        ("2013-11-27T10:00:00Z", "2013-11-27"),
        ("2013-13-01", None),
        ("soon", None),
        ("", None),
        ("13", None),
    ],
)
def test_dates_in_figures(text: str, expected: str | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("27 novembre 2013", "2013-11-27"),
        ("November 27, 2013", "2013-11-27"),
        ("2013年11月27日", "2013-11-27"),
        ("2013년 11월 27일", "2013-11-27"),
        ("27. März 2013", "2013-03-27"),
        ("3 de mayo de 2012", "2012-05-03"),
        ("14 октября 2016 г.", "2016-10-14"),
        ("11 Eylül 2014", "2014-09-11"),
        ("8 sierpnia 2021", "2021-08-08"),
        ("12 أبريل 2018", "2018-04-12"),
        ("3 במאי 2012", "2012-05-03"),
        ("16 Februari 2020", "2020-02-16"),
        ("ngày 27 tháng 11 năm 2013", "2013-11-27"),
        ("27 नवंबर 2013", "2013-11-27"),
        ("12 มกราคม 2556", "2013-01-12"),
        ("2013. november 27.", "2013-11-27"),
        ("27 Νοεμβρίου 2013", "2013-11-27"),
        ("Nov 2013", "2013-11"),
        ("in 1957", "1957"),
        ("8mm", None),
        ("2275 films", None),
    ],
)
def test_dates_in_lines(text: str, expected: str | None) -> None:
    assert find_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1h 10m", 70),
        ("57 Min.", 57),
        ("1 Std. 34 Min.", 94),
        ("95 dk", 95),
        ("1時間50分", 110),
        ("PT1H10M", 70),
        ("1 ч. 48 мин.", 108),
        ("2 часа 5 минут", 125),
        ("1 heure et 10 minutes", 70),
        ("1 godz. 41 min", 101),
        ("98 menit", 98),
        ("1시간 43분", 103),
        ("ساعة و 35 دقيقة", 95),
        ("95 דקות", 95),
        ("102'", 102),
        ("8mm film", None),
        ("2013", None),
    ],
)
def test_durations(text: str, expected: int | None) -> None:
    assert find_duration(text) == expected


def test_durations_where_one_is_expected() -> None:
    assert (parse_duration("94"), parse_duration("1:34"), parse_duration("0"), parse_duration("x")) == (
        94,
        94,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ENG", "en"),
        ("zh_hans_cn", "zh-Hans-CN"),
        ("zh-TW", "zh-Hant"),
        ("iw", "he"),
        ("x-unk", None),
        ("Klingonisch!", None),
        ("zh-x-nan", "zh-x-nan"),
        ("", None),
    ],
)
def test_language_codes(code: str, expected: str | None) -> None:
    assert canonical_language(code) == expected


def test_ids_out_of_paths() -> None:
    assert default_id("films.csv", 12) == "films.csv-12"
    assert default_id("films.csv.gz", 12) == "films.csv-12"
    assert default_id("italy/moretti.md") == "italy:moretti.md"
    assert default_id("a b.md") != default_id("a-b.md")
    assert len(default_id("ж" * 4000, 10**9).encode()) <= 512


@pytest.mark.skipif(
    not (SHARED / "data" / "films").is_dir(), reason="needs the film catalogue in the folder named by SHARED"
)
@pytest.mark.parametrize("name", ["films", "films_local", "anime_titles"])
def test_real_catalogues_map_without_refusals(name: str) -> None:
    with gzip.open(SHARED / "data" / "films" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [
            document_from(json.loads(line), default_id="d", origin="o", settings=Settings()) for line in lines
        ]
    assert len(documents) == len({one.id for one in documents}) > 1700
    assert all(one.title for one in documents)
    if name == "anime_titles":
        assert sum(one.original_language == "ja" for one in documents) > 4000
    else:
        assert sum(bool(one.extra.get("genre")) for one in documents) > 1000
