"""Query string and JSON → SearchRequest: what is understood, refused and repaired."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import LanguageAccept, MultiDict

from search.configuration import Settings
from search.errors import RequestError
from search.request import Range, SearchRequest
from web.links import search_parameters, search_query_string
from web.params import accepted_languages, canonical_language, given_in_json, given_in_query, search_request

SETTINGS = Settings()


def parse(query: str, **options: Any) -> SearchRequest:
    pairs = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    return search_request(given_in_query(MultiDict(pairs)), SETTINGS, **options)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("", SearchRequest(), id="nothing is the defaults"),
        pytest.param("q=treni mosca", SearchRequest(q="treni mosca"), id="text"),
        pytest.param("q=a\x00b\nc", SearchRequest(q="a b c"), id="control characters are spaces"),
        pytest.param("q=x\ud800", SearchRequest(q="x\ufffd"), id="half a character"),
        pytest.param("page=3&per_page=100", SearchRequest(page=3, per_page=100), id="paging"),
        pytest.param(
            "page=100&per_page=100", SearchRequest(page=100, per_page=100), id="last page of the window"
        ),
        pytest.param("sort=-year", SearchRequest(sort="-year"), id="descending"),
        pytest.param(
            "lang=it,PT_br", SearchRequest(languages=("it", "pt-BR"), languages_stated=True), id="languages"
        ),
        pytest.param(
            "lang=xx", SearchRequest(languages=("xx",), languages_stated=True), id="language nobody knows"
        ),
        pytest.param("facets=*", SearchRequest(facets=("*",)), id="all facets"),
        pytest.param("facets=", SearchRequest(facets=()), id="no facets"),
        pytest.param("facets=year,genre", SearchRequest(facets=("year", "genre")), id="some facets"),
        pytest.param(
            "exact=1&highlight=0&explain=true",
            SearchRequest(exact=True, highlight=False, explain=True),
            id="flags",
        ),
        pytest.param(
            "genre=Drama&genre=Crime", SearchRequest(filters={"genre": ("Crime", "Drama")}), id="or"
        ),
        pytest.param(
            "genre=a..b", SearchRequest(filters={"genre": ("a..b",)}), id="dots in a value facet are text"
        ),
        pytest.param("genre=", SearchRequest(), id="empty filter is none"),
        pytest.param("year=2000..2009", SearchRequest(filters={"year": (Range(2000, 2009),)}), id="range"),
        pytest.param("year=..1960", SearchRequest(filters={"year": (Range(None, 1960),)}), id="open below"),
        pytest.param("year=2010..", SearchRequest(filters={"year": (Range(2010, None),)}), id="open above"),
        pytest.param(
            "year=2013.0", SearchRequest(filters={"year": ("2013",)}), id="number in its usual form"
        ),
    ],
)
def test_understood(query: str, expected: SearchRequest) -> None:
    assert parse(query) == expected


@pytest.mark.parametrize(
    ("query", "name", "says"),
    [
        pytest.param("perpage=3", "perpage", "did you mean 'per_page'?", id="nearest parameter"),
        pytest.param("genres=Drama", "genres", "did you mean 'genre'?", id="nearest facet"),
        pytest.param("zzzzzz=1", "zzzzzz", "known are q, page", id="nothing near"),
        pytest.param("page=0", "page", "from 1 to", id="page zero"),
        pytest.param("page=-1", "page", "from 1 to", id="negative page"),
        pytest.param("page=١", "page", "from 1 to", id="other digits"),
        pytest.param("page=", "page", "from 1 to", id="empty number"),
        pytest.param("page=1&page=2", "page", "more than once", id="twice"),
        pytest.param("per_page=101", "per_page", "from 1 to 100", id="too many per page"),
        pytest.param("page=1001", "page", "at most 10000", id="beyond the window"),
        pytest.param(
            "page=101&per_page=100", "page", "at most 100 for this per_page", id="window with per_page"
        ),
        pytest.param("sort=color", "sort", "relevance, title, year", id="unknown sort names the known"),
        pytest.param("sort=--year", "sort", "must be one of", id="two signs"),
        pytest.param("lang=1t", "lang", "language codes", id="no language code"),
        pytest.param("facets=genre,yeer", "facets", "did you mean 'year'?", id="unknown facet"),
        pytest.param("facet_limit=1001", "facet_limit", "from 1 to 1000", id="facet limit"),
        pytest.param("exact=maybe", "exact", "0 or 1", id="flag"),
        pytest.param("year=soon", "year", "a number or a range", id="no number"),
        pytest.param("year=2010..2000", "year", "a number or a range", id="range the wrong way round"),
        pytest.param("year=nan..5", "year", "a number or a range", id="not a number"),
        pytest.param(
            "&".join(f"genre={n}" for n in range(101)), "genre", "at most 100", id="too many values"
        ),
    ],
)
def test_refused(query: str, name: str, says: str) -> None:
    with pytest.raises(RequestError) as refusal:
        parse(query)
    assert list(refusal.value.errors) == [name]
    assert says in refusal.value.errors[name]


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(RequestError) as refusal:
        parse("page=x&sort=y&year=z&what=1")
    assert set(refusal.value.errors) == {"page", "sort", "year", "what"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("what=1&page=x&sort=y", SearchRequest(), id="ignored"),
        pytest.param("per_page=500", SearchRequest(per_page=100), id="cut to the most"),
        pytest.param("page=5000", SearchRequest(page=1000), id="cut to the window"),
        pytest.param(
            "year=soon&year=2001", SearchRequest(filters={"year": ("2001",)}), id="bad filter dropped"
        ),
        pytest.param(
            "lang=it,1t", SearchRequest(languages=("it",), languages_stated=True), id="bad code dropped"
        ),
        pytest.param("page=2&page=3", SearchRequest(page=2), id="first of two"),
    ],
)
def test_repaired(query: str, expected: SearchRequest) -> None:
    assert parse(query, strict=False) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"q": "x", "page": 2}, SearchRequest(q="x", page=2), id="number"),
        pytest.param(
            {"exact": True, "highlight": False}, SearchRequest(exact=True, highlight=False), id="booleans"
        ),
        pytest.param({"exact": 1}, SearchRequest(exact=True), id="number as flag"),
        pytest.param(
            {"genre": ["Drama", "Crime"]}, SearchRequest(filters={"genre": ("Crime", "Drama")}), id="list"
        ),
        pytest.param({"year": 2013}, SearchRequest(filters={"year": ("2013",)}), id="number as filter"),
        pytest.param(
            {"year": "2000..2009"}, SearchRequest(filters={"year": (Range(2000, 2009),)}), id="range"
        ),
        pytest.param(
            {"lang": ["it", "fr"]}, SearchRequest(languages=("it", "fr"), languages_stated=True), id="lang"
        ),
        pytest.param({"facets": ["year"]}, SearchRequest(facets=("year",)), id="facets as list"),
        pytest.param({"facets": []}, SearchRequest(facets=()), id="empty list of facets"),
        pytest.param({"q": "a\ud800"}, SearchRequest(q="a\ufffd"), id="lone surrogate"),
    ],
)
def test_json_is_understood(body: dict[str, Any], expected: SearchRequest) -> None:
    assert search_request(given_in_json(body), SETTINGS) == expected


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param([], "body", id="list"),
        pytest.param("q", "body", id="string"),
        pytest.param({"q": None}, "q", id="null"),
        pytest.param({"q": {"x": 1}}, "q", id="object"),
        pytest.param({"genre": [["x"]]}, "genre", id="list in list"),
        pytest.param({"page": True}, "page", id="boolean for a number"),
        pytest.param({"page": 1.5}, "page", id="fraction"),
        pytest.param({"page": 1e400}, "page", id="infinite"),
        pytest.param({"q": ["a", "b"]}, "q", id="two texts"),
    ],
)
def test_json_is_refused(body: Any, name: str) -> None:
    with pytest.raises(RequestError) as refusal:
        search_request(given_in_json(body), SETTINGS)
    assert list(refusal.value.errors) == [name]


def test_equal_questions_are_equal_requests() -> None:
    assert repr(parse("genre=b&genre=a&year=1&genre=a")) == repr(parse("year=1&genre=a&genre=b"))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param([("it-IT", 1), ("en", 0.5)], ("it-IT", "en"), id="in order"),
        pytest.param([("*", 1), ("de", 0.9)], ("de",), id="any language says nothing"),
        pytest.param([("de", 0), ("fr", 0.1)], ("fr",), id="refused language"),
        pytest.param([("x<y", 1)], (), id="no language"),
        pytest.param([(f"a{chr(97 + n)}", 1) for n in range(26)], None, id="at most ten"),
    ],
)
def test_accept_language(header: list[tuple[str, float]], expected: tuple[str, ...] | None) -> None:
    found = accepted_languages(LanguageAccept(header))
    assert found == expected if expected is not None else len(found) == 10


def test_browser_languages_count_only_without_lang() -> None:
    assert parse("q=x", accepted=("de",)) == SearchRequest(q="x", languages=("de",))
    assert parse("lang=it", accepted=("de",)) == SearchRequest(languages=("it",), languages_stated=True)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("IT", "it"), ("zh_hant_tw", "zh-Hant-TW"), ("pt-br", "pt-BR"), ("es-419", "es-419")],
)
def test_language_tags_have_one_spelling(tag: str, expected: str) -> None:
    assert canonical_language(tag) == expected


@pytest.mark.parametrize(
    "query",
    [
        "q=a b&genre=Crime&genre=Drama&year=..1960&sort=-year&page=2&lang=it",
        "q=x&exact=1&highlight=0&explain=1&facets=year&facet_limit=5&per_page=3",
        "facets=",
    ],
)
def test_an_address_gives_the_request_it_came_from(query: str) -> None:
    asked = parse(query)
    again = search_request(given_in_query(MultiDict(search_parameters(asked))), SETTINGS)
    assert again == asked


def test_defaults_are_not_in_the_address() -> None:
    assert search_query_string(SearchRequest(q="é&", languages=("it",))) == "q=%C3%A9%26"
