"""The pages, parsed as a browser would: what they show, that no text is run, that they need no script."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from web_fake import FILMS, HOSTILE, FakeSearcher, fake_client

from search.configuration import Facet, Settings, SortKey
from search.request import Range, SearchRequest
from search.results import MatchedTitle, SearchResults, StoredDocument
from web import openapi

STATIC = Path(openapi.__file__).parent / "static"
Attributes = dict[str, str | None]


class Page(HTMLParser):
    """Elements with their attributes, and all text outside scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self.text += data

    def all(self, tag: str, **wanted: str) -> list[Attributes]:
        found = [attributes for name, attributes in self.elements if name == tag]
        return [one for one in found if all(one.get(key) == value for key, value in wanted.items())]

    def links(self) -> list[str]:
        return [one["href"] or "" for one in self.all("a")]

    def words(self) -> str:
        return " ".join(self.text.split())


def page(address: str, searcher: FakeSearcher | None = None) -> Page:
    answer = fake_client(searcher).get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    return Page(answer.get_data(as_text=True))


ADDRESSES = [
    "/",
    "/?q=brick",
    "/?q=fantmas",
    "/?q=zzz&genre=Drama",
    "/?genre=Drama&year=1950..1999&page=2&per_page=2",
    "/document/treno-mosca",
    "/document/a/b%20c%3Fd",
    "/document/hostile",
    "/api/docs",
    f"/?q={HOSTILE}",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_runs_but_our_own_script(address: str) -> None:
    found = page(address)
    for script in found.all("script"):
        assert script.get("type") == "application/ld+json" or (script["src"] or "").startswith("/static/")
    for _, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            assert urlsplit(attributes.get(name) or "/").scheme in ("", "https")
    assert not found.all("style")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_well_made(address: str) -> None:
    found = page(address)
    assert found.all("html") == [{"lang": "en", "dir": "ltr"}]
    assert len(found.all("h1")) == 1
    assert found.all("a", **{"class": "skip", "href": "#content"})
    assert found.all("main", id="content")
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {one["for"] for one in found.all("label") if "for" in one}
    assert "q" in labelled
    for _, attributes in found.elements:
        for name in ("aria-labelledby", "aria-controls"):
            assert attributes.get(name) is None or attributes[name] in ids


def test_text_is_shown_and_never_interpreted() -> None:
    found = page("/document/a/b%20c%3Fd")
    assert f"A document that tries {HOSTILE} and fails." in found.text
    assert not [link for link in found.links() if link.startswith("javascript:")]
    html = fake_client().get("/document/hostile").get_data(as_text=True)
    assert "<script>alert" not in html
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["name"] == HOSTILE


def test_start_page_offers_ways_in() -> None:
    found = page("/")
    assert f"{len(FILMS)} films in 9 languages" in found.words()
    assert found.words().index("Kış Uykusu") < found.words().index("Il treno va a Mosca")
    assert "/?genre=Drama" in found.links()
    assert found.all("link", rel="canonical", href="https://films.example/")
    assert not found.all("meta", name="robots")


def test_hits_carry_language_and_direction() -> None:
    found = page("/?genre=Drama")
    headings = {(one.get("lang"), one.get("dir")) for one in found.all("h2", **{"class": "title"})}
    assert {("ar", "rtl"), ("ja", "ltr"), ("ru", "ltr"), ("tr", "ltr")} <= headings
    assert {(one.get("lang"), one.get("dir")) for one in found.all("p", **{"class": "snippet"})} >= {
        ("ar", "rtl")
    }
    assert "Arabic" in found.text
    assert "The Night of Counting the Years" in found.text
    assert "1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}43\N{NO-BREAK SPACE}min" in found.text


def test_marks_are_marks() -> None:
    html = fake_client().get("/?q=treno").get_data(as_text=True)
    assert "<bdi>Il <mark>treno</mark> va a Mosca</bdi>" in html


def test_why_it_matched_is_said_when_it_cannot_be_seen() -> None:
    assert (
        "Found by: the name in another script, letters without their accents" in page("/?q=barbiere").words()
    )
    assert "Found by:" not in page("/?q=treno").text


class Changed(FakeSearcher):
    """A searcher whose hits have these values instead of their own; nothing is marked in them."""

    def __init__(self, **values: Any) -> None:
        super().__init__()
        self._values = {"title_html": "A title", "snippet": None, **values}

    def search(self, request: SearchRequest) -> SearchResults:
        found = super().search(request)
        return replace(found, hits=tuple(replace(hit, **self._values) for hit in found.hits))


def found_by_another_title(**more: Any) -> FakeSearcher:
    other = MatchedTitle("Le Château", "<mark>Le</mark> <mark>Château</mark>", "fr", "ltr")
    return Changed(**{"matched_by": ("exact", "alias"), "matched_title": other, **more})


def test_the_other_title_is_shown_below_the_title() -> None:
    html = fake_client(found_by_another_title()).get("/?q=brick").get_data(as_text=True)
    assert (
        '<p class="original"><span class="hidden">Found by this title: </span>'
        '<bdi lang="fr" dir="ltr"><mark>Le</mark> <mark>Château</mark></bdi></p>'
    ) in html
    assert "Found by:" not in html


def test_an_original_title_is_not_shown_twice() -> None:
    fields = {"original_title": "Le Château", "original_language": "fr"}
    found = page("/?q=brick", found_by_another_title(fields=fields))
    assert found.text.count("Le Château") == 1
    assert "Original title" in found.text


@pytest.mark.parametrize("address", ["/?q=東京物語", "/document/tokyo"], ids=["hit", "document"])
def test_a_title_in_another_script_has_one_that_can_be_read(address: str) -> None:
    html = fake_client().get(address).get_data(as_text=True)
    assert '<span class="hidden">Also known as: </span><bdi lang="en"' in html
    assert "Also known as" not in page("/?q=treno").text, "a title in Latin letters needs none"


def test_a_reader_of_the_script_needs_no_other_title() -> None:
    assert '<bdi lang="en"' in fake_client().get("/?q=東京物語&ui=de").text
    assert '<bdi lang="en"' not in fake_client().get("/?q=東京物語&ui=ja").text


def test_a_way_beside_the_other_title_is_still_said() -> None:
    found = page("/?q=brick", found_by_another_title(matched_by=("romanized", "alias")))
    assert "Found by: the name in another script" in found.words()
    assert "another title" not in found.text


def test_a_hit_without_any_mark_says_where_it_was_found() -> None:
    said = "Found among the people or in other details"
    assert said in page("/?q=brick", Changed(matched_by=("exact",))).words()
    assert said not in page("/?q=brick", Changed(matched_by=())).words()
    assert said not in page("/?q=brick", Changed(matched_by=("exact",), title_html="<mark>A</mark>")).words()


def test_second_try_is_announced_with_a_way_back() -> None:
    found = page("/?q=cnfkrth&genre=Drama")
    assert "Showing results for лобанов (keyboard layout switched)." in found.words()
    assert "/?q=cnfkrth&genre=Drama&exact=1" in found.links()
    literal = page("/?q=cnfkrth&exact=1")
    assert "Showing results" not in literal.text
    assert "Showing exact matches only" in literal.words()


def test_filters_are_check_boxes_of_the_search_form() -> None:
    found = page("/?q=o&genre=Drama&genre=Nowhere")
    boxes = found.all("input", type="checkbox", name="genre")
    assert {one["value"] for one in boxes if "checked" in one} == {"Drama", "Nowhere"}
    assert {one["form"] for one in boxes} == {"search"}
    assert found.all("button", form="search")


def test_active_filters_can_be_taken_away_one_by_one() -> None:
    found = page("/?q=o&genre=Drama&genre=Crime&year=1950..2014&page=2&sort=-year")
    chips = [
        one["href"] for one in found.all("a") if (one.get("aria-label") or "").startswith("Remove filter")
    ]
    assert chips == [
        "/?q=o&genre=Drama&year=1950..2014&sort=-year",
        "/?q=o&genre=Crime&year=1950..2014&sort=-year",
        "/?q=o&genre=Crime&genre=Drama&sort=-year",
    ]
    assert "/?q=o&sort=-year" in found.links()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("year.from=1950&year.to=1970", (Range(1950, 1970),)),
        ("year.from=1970&year.to=1950", (Range(1950, 1970),)),
        ("year.from=1950&year.to=", (Range(1950, None),)),
        ("year.to=1970", (Range(None, 1970),)),
        ("year.from=1950&year=2001", ("2001", Range(1950, None))),
        ("year.from=x", None),
        ("year.from=&year.to=", None),
    ],
)
def test_range_fields_are_a_filter(query: str, expected: tuple[object, ...] | None) -> None:
    searcher = FakeSearcher()
    page(f"/?q=e&{query}", searcher)
    assert searcher.searches[-1].filters.get("year") == expected


def test_the_range_comes_back_into_its_fields() -> None:
    found = page("/?year=1950..2014")
    assert found.all("input", name="year.from")[0]["value"] == "1950"
    assert found.all("input", name="year.to")[0]["value"] == "2014"


def test_page_ignores_and_repairs() -> None:
    searcher = FakeSearcher()
    page("/?q=e&what=1&page=x&sort=nope&year=soon&lang=!!&facets=zzz&explain=1&per_page=1000", searcher)
    asked = searcher.searches[-1]
    assert (asked.page, asked.sort, asked.filters, asked.languages_stated) == (1, "relevance", {}, False)
    assert (asked.facets, asked.explain, asked.per_page) == (None, False, 100)


def test_languages_of_the_browser_are_weak_and_stated_ones_travel() -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    client.get("/?q=e", headers={"Accept-Language": "it-IT,it;q=0.9,en;q=0.1"})
    assert (searcher.searches[-1].languages, searcher.searches[-1].languages_stated) == (
        ("it-IT", "it", "en"),
        False,
    )
    found = Page(client.get("/?q=e&lang=fr,it").get_data(as_text=True))
    assert found.all("input", type="hidden", name="lang", value="fr,it")


def test_what_has_no_control_survives_the_form() -> None:
    found = page("/?q=e&facets=genre&highlight=0&per_page=3&exact=1&facet_limit=4")
    hidden = {one["name"]: one["value"] for one in found.all("input", type="hidden", form="search")}
    assert hidden == {"facets": "genre", "highlight": "0", "per_page": "3", "exact": "1", "facet_limit": "4"}
    assert not found.all("p", **{"class": "snippet"})
    assert not found.all("input", type="checkbox", name="country")


def test_nothing_found_helps_with_searches_that_find_something() -> None:
    found = page('/?q="treno"+-yyy&genre=Comedy&exact=1')
    words = found.words()
    assert "Nothing found for" in words
    assert "Search without the filters: 1 film" not in words, "the phrase with its quotes finds nothing"
    assert "Only treno: 1 film" not in words, "no comedy has the word"
    assert "Latest films" in words
    assert [one for one in found.all("input", name="genre") if "checked" in one]


@pytest.mark.parametrize(
    ("address", "offer", "link"),
    [
        ("/?q=treno&genre=Comedy", "Search without the filters: 1 film", "/?q=treno"),
        (
            "/?q=treno&genre=History&country=FR",
            "Without the filter “Country: France”: 1 film",
            "/?q=treno&genre=History",
        ),
        ('/?q="treno"', "Without quotation marks and other signs (treno): 1 film", "/?q=treno"),
        ("/?q=treno+brick&exact=1", "Only treno: 1 film", "/?q=treno&exact=1"),
        ("/?q=cnfkrth&exact=1", "With other spellings and forms allowed: 1 film", "/?q=cnfkrth"),
    ],
    ids=["all-filters", "one-filter", "signs", "fewer-words", "not-exact"],
)
def test_nothing_found_offers(address: str, offer: str, link: str) -> None:
    found = page(address)
    assert offer in found.words()
    assert link in found.links()


def test_nothing_found_offers_titles_that_begin_like_it() -> None:
    found = page("/?q=die+strasze")
    assert "Titles that begin like this: Die Straße" in found.words()
    assert "/document/strasse" in found.links()


def test_nonsense_asks_no_further_searches() -> None:
    searcher = FakeSearcher()
    page("/?q=zzz+yyy", searcher)
    assert len(searcher.searches) == 1


def test_paging() -> None:
    found = page("/?per_page=2&page=2")
    assert found.all("a", **{"aria-current": "page"})
    assert {"/?per_page=2", "/?per_page=2&page=3", "/?per_page=2&page=6"} <= set(found.links())
    assert found.all("ol", start="3")
    beyond = page("/?per_page=2&page=99")
    assert "There is no page 99." in beyond.words()
    assert "/?per_page=2&page=6" in beyond.links()


def test_result_pages_are_not_for_crawlers() -> None:
    assert page("/?q=x").all("meta", name="robots", content="noindex, follow")
    assert not page("/document/brick").all("meta", name="robots")
    robots = fake_client().get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Disallow: /*?" in robots.text


def test_document_page_has_everything() -> None:
    found = page("/document/treno-mosca")
    words = found.words()
    for text in (
        "Il treno va a Mosca",
        "Un viaggio in otto millimetri",
        "Federico Ferrone",
        "Director",
        "1,046",
        "The Train to Moscow",
        "Поезд идёт в Москву",
        "Torino",
        "November 27, 2013",
        "according to the source",
        "Similar films",
        "Latest films",
        "No such film",
    ):
        assert text in words
    assert {
        "/document/lobanov",
        "/?genre=Documentary",
        "/?people=Federico+Ferrone",
        "https://example.org/treno",
    } <= {link.replace("%20", "+") for link in found.links()}
    assert found.all("link", rel="canonical", href="https://films.example/document/treno-mosca")


def test_document_page_in_its_own_direction() -> None:
    found = page("/document/mumya")
    assert found.all("h1") == [{"lang": "ar", "dir": "rtl"}]
    assert found.all("section", **{"class": "text", "lang": "ar", "dir": "rtl"})


def test_structured_data() -> None:
    html = fake_client().get("/document/treno-mosca").get_data(as_text=True)
    data = json.loads(html.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert data["@type"] == "Movie"
    assert [one["name"] for one in data["director"]] == ["Federico Ferrone", "Michele Manzolini"]
    assert (data["duration"], data["inLanguage"], data["datePublished"]) == ("PT70M", "it", "2013-11-27")
    assert data["alternateName"] == ["The Train to Moscow", "Поезд идёт в Москву"]


def test_unknown_document_is_a_page() -> None:
    answer = fake_client().get("/document/nobody")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert Page(answer.text).all("input", name="q")


def test_another_collection_is_another_configuration() -> None:
    books = Settings(
        site_name="Books",
        noun_singular="book",
        noun_plural="books",
        schema_type="Book",
        shown=("pages", "shelf"),
        facets=(Facet("shelf", "Shelf"), Facet("pages", "Pages", kind="number")),
        sort_keys=(SortKey("relevance", "Relevance"), SortKey("pages", "Pages")),
    )
    book = StoredDocument("b1", "A Book", "en", "ltr", "Text", fields={"pages": 120, "shelf": "Blue"})
    searcher = FakeSearcher([book], books)
    found = page("/?pages=100..200&sort=-pages", searcher)
    assert "1 book" in found.words()
    assert "film" not in found.words().lower().replace("films in every language", "")
    document = fake_client(searcher).get("/document/b1").get_data(as_text=True)
    assert '"@type": "Book"' in document
    assert "/?shelf=Blue" in Page(document).links()
    assert fake_client(searcher).get("/api/v1/search?year=2000").status_code == 400


def test_right_to_left_interface() -> None:
    found = page("/?q=brick&ui=ar")
    assert found.all("html") == [{"lang": "ar", "dir": "rtl"}]


def test_the_style_sheet_knows_no_left_and_right() -> None:
    sheet = (STATIC / "style.css").read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    assert not re.findall(
        r"(?:^|[\s;{-])(?:left|right)\s*:|(?:margin|padding|border)-(?:left|right)|: (?:left|right)\b", rules
    )
    assert "url(" not in rules
    assert "@import" not in rules


@pytest.mark.parametrize("address", ["/", "/?genre=Drama", "/document/treno-mosca"])
def test_first_screen_is_small(address: str) -> None:
    client = fake_client()
    answer = client.get(address)
    found = Page(answer.text)
    assets = [one["href"] for one in found.all("link", rel="stylesheet")]
    assets += [one["src"] for one in found.all("script") if "src" in one]
    bodies = [answer.data]
    for asset_address in assets:
        with client.get(asset_address or "") as asset:
            bodies.append(asset.data)
    assert sum(map(len, bodies)) < 64_000, "as written"
    assert sum(len(gzip.compress(body)) for body in bodies) < 20_000, "as a compressing server sends it"


def test_assets_are_kept_for_long_only_under_their_version() -> None:
    client = fake_client()
    address = page("/").all("link", rel="stylesheet")[0]["href"]
    assert address is not None
    with client.get(address) as versioned, client.get("/static/style.css") as bare:
        assert "immutable" in versioned.headers["Cache-Control"]
        assert "immutable" not in bare.headers["Cache-Control"]


def test_pages_revalidate_without_work() -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    for address in ("/", "/?q=brick", "/document/brick"):
        tag = client.get(address).headers["ETag"]
        count = len(searcher.searches)
        again = client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, len(searcher.searches)) == (304, count)


def test_browsers_can_add_the_site() -> None:
    answer = fake_client().get("/opensearch.xml", headers={"Host": "evil.example"})
    assert answer.content_type.startswith("application/opensearchdescription+xml")
    root = ElementTree.fromstring(answer.data)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert len(root.findtext(f"{space}ShortName") or "") <= 16
    templates = {one.get("type"): one.get("template") or "" for one in root.findall(f"{space}Url")}
    assert templates["text/html"] == "https://films.example/?q={searchTerms}"
    assert templates["application/x-suggestions+json"].startswith("https://films.example/api/v1/suggest?")
    assert b"evil" not in answer.data
    assert page("/").all("link", rel="search", href="/opensearch.xml")


def test_odd_documents_do_not_break_a_page() -> None:
    fields = {
        "year": None,
        "genre": [None, "", ["x"], {"a": 1}],
        "people": [3, {"role": "x"}, None],
        "runtime": "long",
        "rating": "good",
        "votes": -1,
        "also_known_as": "One",
        "related": [{"title": "Brick"}],
        "date": 1999,
        "original_title": 5,
        "extra_key": True,
        "\ud800": "\udfff",
    }
    odd = StoredDocument("odd", "", "xx", "ltr", "a\ud800b", "http://[", "", fields)
    searcher = FakeSearcher([*FILMS, odd])
    client = fake_client(searcher)
    assert client.get("/document/odd").status_code == 200
    assert client.get("/api/v1/documents/odd").status_code == 200
