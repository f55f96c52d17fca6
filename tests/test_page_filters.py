"""Filters of the page: histograms, searching in the values of a facet, the page of one facet."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from small_index import SETTINGS, indexed
from web_fake import FakeSearcher, fake_client

from search.labels import may_begin
from search.request import Range
from search.results import FacetValue, StoredDocument
from search.searcher import Searcher
from web import WebSettings, create_app
from web.facet_names import find_values
from web.histogram import MOST_BARS, bars

COUNTRIES = {"JP": 3, "FR": 2, "RU": 1, "KR": 1, "EG": 1, "GR": 1}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Films of several countries, one document for each count of `COUNTRIES`."""
    rows = [
        {
            "id": f"{code}-{turn}", "title": f"Film {code} {turn}", "language": "en", "country": [code],
            "genre": ["Drama" if turn else "War"], "year": 1950 + 10 * turn, "people": ["Ozu Yasujirō"],
        }
        for code, count in COUNTRIES.items()
        for turn in range(count)
    ]  # fmt: skip
    return indexed(tmp_path_factory.mktemp("filters"), rows)


# --- bars ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], []),
        ([(1999, 4)], []),
        ([(2000, 3), (2001, 1)], [(2000, 2000, 3), (2001, 2001, 1)]),
        ([(1999, 1), (1999.5, 1)], None),
        (
            [(1900, 1), (1995, 2), (1999, 1), (2004, 5)],
            [(1900, 1904, 1), (1995, 1999, 3), (2000, 2004, 5)],
        ),
    ],
    ids=["none", "one-number", "two-numbers", "fractions", "five-years"],
)
def test_bars(counts: list[tuple[float, int]], expected: list[tuple[float, float, int]] | None) -> None:
    found = [(bar.low, bar.high, bar.count) for bar in bars(counts) if bar.count]
    if expected is None:
        assert len(found) == 2
    else:
        assert found == expected
    assert sum(bar.count for bar in bars(counts)) in (0, sum(count for _, count in counts))


def test_bars_fit_and_have_round_ends() -> None:
    found = bars([(year, 1) for year in range(1888, 2027)])
    assert len(found) <= MOST_BARS
    assert {bar.low % 5 for bar in found[1:]} == {0}
    assert max(bar.height for bar in found) == 1.0


def test_a_number_far_off_does_not_stretch_the_axis() -> None:
    found = bars([(1, 1), *((year, 100) for year in range(1980, 2000)), (9999, 1)])
    assert found[0].low >= 1980 - 5
    assert (found[0].span.low, found[-1].span.high) == (None, None), "what lies beyond is in the last bars"
    assert sum(bar.count for bar in found) == 2002


def test_bars_say_what_is_chosen() -> None:
    found = bars([(year, 1) for year in range(2000, 2010)], [Range(2003, 2004), Range(2009, None)])
    assert [bar.low for bar in found if bar.chosen] == [2003, 2004, 2009]


def test_a_histogram_is_links_that_need_no_script() -> None:
    links = [one for one in links_of("/?q=e&genre=Drama&year=1950..1999") if "year=" in one]
    assert "/?q=e&genre=Drama&year=2005..2009" in links
    assert not [one for one in links if "year=1950..1999&year=" in one], "a bar takes the place of a range"


def test_a_histogram_counts_more_numbers_than_a_list_would_show() -> None:
    many = FakeSearcher()
    many.films = [replace(many.films[0], id=str(year), fields={"year": year}) for year in range(1000, 1600)]
    titles = re.findall(r"<title>(\S+): (\d+)</title>", fake_client(many).get("/?page=1").text)
    assert sum(int(count) for _, count in titles) == 600
    assert ("1000–1019", "20") in titles


# --- values by their names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("japan", "JP"),
        ("日本", "JP"),
        ("Япо", "JP"),
        ("giapp", "JP"),
        ("اليابان", "JP"),
        ("프랑스", "FR"),
        ("frankr", "FR"),
        ("γαλλ", "FR"),
        ("रूस", "RU"),
        ("египет", "EG"),
        ("EGIPT", "EG"),
        ("грец", "GR"),
        ("south k", "KR"),
    ],
)
def test_a_country_is_found_by_its_name_in_any_language(searcher: Searcher, typed: str, value: str) -> None:
    assert [one.value for one in found_in(searcher, "country", typed)] == [value]


@pytest.mark.parametrize("typed", ["drama", "драма", "드라마", "dramat"])
def test_a_genre_is_found_by_its_synonyms(searcher: Searcher, typed: str) -> None:
    assert "Drama" in [one.value for one in found_in(searcher, "genre", typed)]


@pytest.mark.parametrize("typed", ["zzz", "апельсин", "☃", "ﷺ", "\ud800"])
def test_what_is_no_name_finds_nothing(searcher: Searcher, typed: str) -> None:
    assert found_in(searcher, "country", typed) == ()


def test_an_empty_text_gives_all_values_in_order(searcher: Searcher) -> None:
    assert [one.count for one in found_in(searcher, "country", "")] == sorted(COUNTRIES.values())[::-1]
    assert found_in(searcher, "country", " ")[0].value == "JP"


@pytest.mark.parametrize(
    ("typed", "name", "is_found"),
    [
        ("fellini", "Федерико Феллини", True),
        ("феллини", "Federico Fellini", True),
        ("فيليني", "Federico Fellini", True),
        ("fed fell", "Федерико Феллини", True),
        ("chahine", "يوسف شاهين", True),
        ("bong joon", "봉준호", True),
        ("zzzz", "Александр Замятин", False),
        ("fellini", "Фёдор Бондарчук", False),
        ("", "Федерико Феллини", False),
    ],
)
def test_a_name_is_found_as_another_script_writes_it(typed: str, name: str, is_found: bool) -> None:
    assert may_begin(name, typed) == is_found
    cinema = [StoredDocument("1", "One", "en", "ltr", "text", fields={"people": [{"name": name}]})]
    people = SETTINGS.facet("people")
    assert people is not None
    found = find_values(FakeSearcher(cinema), people, q="", prefix=typed, limit=5, filters={})  # type: ignore[arg-type]
    assert [one.value for one in found] == ([name] if is_found or not typed else [])


def test_limit_and_filters_hold_for_names(searcher: Searcher) -> None:
    facet = SETTINGS.facet("country")
    assert facet is not None
    filters = {"genre": ("Drama",)}
    found = find_values(searcher, facet, q="", prefix="日", limit=5, filters=filters)
    assert [(one.value, one.count) for one in found] == [("JP", 2)]
    assert len(find_values(searcher, facet, q="", prefix="", limit=2, filters={})) == 2


def test_the_endpoint_finds_values_by_their_names(searcher: Searcher) -> None:
    app = create_app(WebSettings(), lambda _index, _settings: searcher)
    answers = [
        app.test_client().get(f"/api/v1/facets/country?prefix={typed}").json["values"]
        for typed in ("japan", "日本")
    ]
    assert answers[0] == answers[1] == [{"value": "JP", "label": "Japan", "count": 3, "selected": False}]


def found_in(searcher: Searcher, name: str, typed: str) -> tuple[FacetValue, ...]:
    facet = SETTINGS.facet(name)
    assert facet is not None
    return find_values(searcher, facet, q="", prefix=typed, limit=20, filters={})


# --- the page of one facet -----------------------------------------------------------------------------


def test_the_page_of_a_facet_keeps_the_search() -> None:
    answer = fake_client().get("/facets/country?q=e&genre=Drama&genre=Crime&country=US&sort=-year&page=3")
    assert answer.status_code == 200
    assert fields_of(answer.text, "values") == [
        ("q", "e"), ("genre", "Crime"), ("genre", "Drama"), ("sort", "-year"), ("country", "US"),
    ]  # fmt: skip
    assert 'content="noindex, follow"' in answer.text
    assert "/?q=e&amp;country=US&amp;genre=Crime&amp;genre=Drama&amp;sort=-year" in answer.text


def test_a_chosen_value_is_kept_while_searching_for_others() -> None:
    answer = fake_client().get("/facets/language?language=it&prefix=jap")
    boxes = [(one["value"], "checked" in one) for one in boxes_of(answer.text)]
    assert boxes == [("it", True), ("ja", False)]


def test_a_facet_nobody_knows_is_no_page() -> None:
    assert fake_client().get("/facets/nope").status_code == 404


@pytest.mark.parametrize(
    "query", ["prefix=%3Cscript%3E", "prefix=%00", "prefix=%ed%a0%80", "prefix=" + "x" * 5000]
)
def test_odd_prefixes_are_answered(query: str) -> None:
    answer = fake_client().get(f"/facets/genre?{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_long_facets_have_a_field_and_short_ones_have_not() -> None:
    many = FakeSearcher()
    many.films = [
        replace(many.films[0], id=str(number), fields={"genre": [f"Genre {number}"], "country": "IT"})
        for number in range(40)
    ]
    html = fake_client(many).get("/?page=1").get_data(as_text=True)
    assert 'action="/facets/genre"' in html
    assert 'action="/facets/country"' not in html
    assert 'All 40<span class="hidden"> options: Genre</span>' in html


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.form = ""
        self.fields: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.found.append((tag, values))
        if tag == "form":
            self.form = values.get("id") or ""
        if tag == "input":
            self.fields.append((values.get("form") or self.form, values))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = ""


def links_of(address: str) -> list[str]:
    html = fake_client().get(address).get_data(as_text=True)
    return [values["href"] or "" for tag, values in _Elements(html).found if tag == "a"]


def boxes_of(html: str) -> list[dict[str, str | None]]:
    return [values for tag, values in _Elements(html).found if values.get("type") == "checkbox"]


def fields_of(html: str, form: str) -> list[tuple[str | None, str | None]]:
    """What the form would send as it stands."""
    return [
        (values.get("name"), values.get("value"))
        for owner, values in _Elements(html).fields
        if owner == form and (values.get("type") != "checkbox" or "checked" in values)
    ]
