"""CONTRACT §3: what a search answers, on a collection small enough to know every right answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_index import indexed, marks, unmarked

from search.errors import DocumentNotFound, RequestError
from search.request import Range, SearchRequest
from search.results import SearchResults
from search.searcher import Searcher

ROWS: tuple[dict[str, Any], ...] = (
    {"id": "train", "title": "Il treno va a Mosca", "language": "it", "year": 2013, "genre": ["Documentary"],
     "country": "IT", "rating": 7.1, "people": [{"name": "Federico Ferrone", "role": "director"}],
     "text": "Tre amici lasciano la Romagna e vanno in treno fino a Mosca con una piccola cinepresa."},
    {"id": "street", "title": "Die Straße im Nebel", "language": "de", "year": 1957,
     "genre": ["Drama", "Crime"], "country": "DE", "rating": 6.2,
     "text": "Ein Briefträger geht jede Nacht dieselbe Straße und zählt die Häuser."},
    {"id": "istanbul", "title": "İSTANBUL geceleri", "language": "tr", "year": 1971, "genre": ["Drama"],
     "country": "TR", "text": "Bir balıkçı her gece köprünün altında bekler."},
    {"id": "fantomas", "title": "Fantômas contre la brume", "language": "fr", "year": 1964,
     "genre": ["Crime"], "country": "FR", "rating": 6.9, "people": ["Jeanne Brume"],
     "text": "Un voleur sans visage traverse Paris pendant que la police dort."},
    {"id": "france", "title": "Le brouillard du matin", "language": "fr", "year": 2013, "genre": ["Drama"],
     "country": "FR", "text": "Une police sans visage cherche un enfant dans la brume."},
    {"id": "mirror", "title": "Зеркало", "language": "ru", "year": 1975, "genre": ["Drama"], "country": "SU",
     "people": ["Андрей Тарковский"], "text": "Поэт вспоминает дом своего детства, мать и ветер в поле."},
    {"id": "dog", "title": "犬夜叉", "language": "ja", "genre": ["Animation"], "country": "JP",
     "also_known_as": [{"title": "InuYasha", "language": "en"}],
     "text": "少女が古い井戸に落ちて、昔の国で少年に会う。"},
    {"id": "it", "title": "It", "language": "en", "year": 1990, "genre": ["Horror"], "country": "US",
     "rating": 6.8, "text": "Children of a small town meet what lives under its streets."},
    {"id": "lighthouse", "title": "The Lighthouse Keeper's Daughter", "language": "en", "year": 2001,
     "genre": ["Drama"], "country": "GB", "rating": 8.0, "popularity": 50.0,
     "text": "A daughter keeps the light while her father rows out to a wreck on the rocks."},
    {"id": "rocks", "title": "Wreck on the Rocks", "language": "en", "year": 2004, "genre": ["Drama"],
     "country": "GB",
     "text": "The wreck of a mail ship lies on the rocks, and the lighthouse was dark that night."},
    {"id": "angst", "title": "Ångest", "language": "sv", "year": 1968,
     "text": "En läkare ser sin stad försvinna."},
    {"id": "zebra", "title": "Zebra", "language": "sv", "year": 1969,
     "text": "En cirkus reser genom landet."},
    {"id": "apple", "title": "Apelsinen", "language": "sv", "text": "En apelsin rullar nerför trappan."},
)  # fmt: skip

Hits = list[str]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return indexed(tmp_path_factory.mktemp("answers"), ROWS)


def ask(searcher: Searcher, q: str = "", **more: Any) -> SearchResults:
    return searcher.search(SearchRequest(q=q, **{"per_page": 100, **more}))


def ids(found: SearchResults) -> Hits:
    return [hit.id for hit in found.hits]


# In which ways


@pytest.mark.parametrize(
    ("query", "first", "way"),
    [
        ("treno", "train", "exact"),
        ("treni", "train", "stem"),
        ("зеркала", "mirror", "stem"),
        ("İstanbul", "istanbul", "exact"),
        ("zerkalo", "mirror", "romanized"),
        ("tarkovsky", "mirror", "romanized"),
        ("inuyasha", "dog", "alias"),
        ("fanto*", "fantomas", "prefix"),
        ("lightouse", "lighthouse", "typo"),
        ("pthrfkj", "mirror", "keyboard"),
    ],
)
def test_matched_by_names_the_way(searcher: Searcher, query: str, first: str, way: str) -> None:
    hit = ask(searcher, query).hits[0]
    assert hit.id == first
    assert way in hit.matched_by


@pytest.mark.parametrize("query", ["fantomas", "FANTOMAS", "fantômas"])
def test_folding_finds_as_well_as_typing_in_full(searcher: Searcher, query: str) -> None:
    found = ask(searcher, query)
    assert ids(found) == ["fantomas"]
    assert set(found.hits[0].matched_by) <= {"exact", "folded", "stem"}
    assert found.query.interpretations == ()


@pytest.mark.parametrize(
    ("query", "kind", "stands_for"),
    [
        ("lightouse", "spelling", "lighthouse"),
        ("(lightouse)", "spelling", "lighthouse"),
        ("pthrfkj", "keyboard", "зеркало"),
        ("lighthousekeeper", "split", "lighthouse keeper"),
        ("ze bra", "join", "zebra"),
    ],
)
def test_second_tries_are_announced(searcher: Searcher, query: str, kind: str, stands_for: str) -> None:
    found = ask(searcher, query)
    assert found.total
    assert [(one.kind, one.query.casefold()) for one in found.query.interpretations] == [(kind, stands_for)]
    assert found.query.corrected == (stands_for if kind == "spelling" else None)
    literal = ask(searcher, query, exact=True)
    assert (literal.query.interpretations, literal.query.corrected) == ((), None)
    assert literal.total == 0


def test_a_correction_is_never_the_typed_query(searcher: Searcher) -> None:
    for typed in ("/lightouse/", "lightouse!", "lightouse-keper", "'lightouse'"):
        found = ask(searcher, typed)
        assert found.total
        assert found.query.corrected != typed


@pytest.mark.parametrize("query", ["qqzzxxy", "zzyzx wqwqwq", "!!!", "-", '"', "*"])
def test_nonsense_finds_nothing(searcher: Searcher, query: str) -> None:
    assert ask(searcher, query).total == 0


def test_stop_words_count_when_they_are_all_there_is(searcher: Searcher) -> None:
    assert ids(ask(searcher, "it"))[0] == "it"


# The query language


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"wreck on the rocks"', {"rocks", "lighthouse"}),
        ('"rocks on the wreck"', set()),
        ("wreck -father", {"rocks"}),
        ("zebra OR treno", {"zebra", "train"}),
        ("(zebra OR treno) mosca", {"train"}),
        ("title:lighthouse", {"lighthouse"}),
        ('title:"on the rocks"', {"rocks"}),
        ("people:brume", {"fantomas"}),
        ("people:тарковский", {"mirror"}),
        ("genre:crime", {"fantomas", "street"}),
        ("genre:crime police", {"fantomas"}),
        ("year:1975", {"mirror"}),
        ("lighth*", {"lighthouse", "rocks"}),
        ("title:lighth*", {"lighthouse"}),
        ("-genre:drama -genre:crime", {"train", "dog", "it", "angst", "zebra", "apple"}),
    ],
)
def test_query_syntax(searcher: Searcher, query: str, expected: set[str]) -> None:
    assert set(ids(ask(searcher, query))) == expected


@pytest.mark.parametrize(
    "query", ['wreck "', "wreck)", "((wreck", "wreck OR", "OR wreck", "wreck AND", "wreck -", '""wreck']
)
def test_what_does_not_parse_is_searched_as_words(searcher: Searcher, query: str) -> None:
    assert {"rocks", "lighthouse"} <= set(ids(ask(searcher, query)))


def test_missing_words_rank_down_rather_than_out(searcher: Searcher) -> None:
    found = ask(searcher, "wreck daughter mail father")
    assert set(ids(found)) == {"lighthouse", "rocks"}
    assert ids(found)[0] == "lighthouse"


# Marks


@pytest.mark.parametrize(
    ("query", "document", "in_title", "in_text"),
    [
        ("strasse", "street", ["Straße"], ["Straße"]),
        ("STRASSE", "street", ["Straße"], ["Straße"]),
        ("istanbul", "istanbul", ["İSTANBUL"], []),
        ("fantomas", "fantomas", ["Fantômas"], []),
        ("Häusern", "street", [], ["Häuser"]),
        ("zerkalo", "mirror", ["Зеркало"], []),
        ("inuyasha", "dog", ["犬夜叉"], []),
        ("hauser", "street", [], ["Häuser"]),
        # Small words only next to another mark; romanisations only in titles and names.
        ("wreck on the rocks", "lighthouse", [], ["wreck", "on", "the", "rocks"]),
        ("the lighthouse", "lighthouse", ["The", "Lighthouse"], []),
        ("the lighthouse", "rocks", [], ["the", "lighthouse"]),
        ("lighthouse of rocks", "rocks", ["Rocks"], ["rocks", "lighthouse"]),
        ("it", "it", ["It"], ["its"]),
    ],
)
def test_marks_are_whole_words_of_the_original(
    searcher: Searcher, query: str, document: str, in_title: Hits, in_text: Hits
) -> None:
    hit = next(hit for hit in ask(searcher, query).hits if hit.id == document)
    assert marks(hit.title_html) == in_title
    assert marks(hit.snippet) == in_text
    assert unmarked(hit.title_html or "") == hit.title


def test_highlighting_can_be_turned_off(searcher: Searcher) -> None:
    hit = ask(searcher, "strasse", highlight=False).hits[0]
    assert (hit.snippet, hit.title_html) == (None, None)


# Facets and filters


def counts(found: SearchResults, name: str) -> dict[Any, int]:
    """Counts by value, without the selected values that no document has."""
    return {value.value: value.count for value in found.facets[name] if value.count}


def test_facets_are_disjunctive(searcher: Searcher) -> None:
    free = ask(searcher)
    french = ask(searcher, filters={"language": ("fr",)})
    both = ask(searcher, filters={"language": ("fr", "it")})
    assert counts(free, "language") == counts(french, "language") == counts(both, "language")
    assert counts(french, "genre") == {"Crime": 1, "Drama": 1}
    assert counts(both, "genre") == {"Crime": 1, "Documentary": 1, "Drama": 1}
    assert (french.total, both.total) == (2, 3)
    assert {value.value for value in both.facets["language"] if value.selected} == {"fr", "it"}
    crossed = ask(searcher, filters={"language": ("fr", "it"), "genre": ("Drama",)})
    assert ids(crossed) == ["france"]
    assert counts(crossed, "genre") == counts(both, "genre")
    assert counts(crossed, "language") == counts(ask(searcher, filters={"genre": ("Drama",)}), "language")


def test_facet_counts_are_those_of_the_hits(searcher: Searcher) -> None:
    for query in ("", "police", "rocks OR treno", "брат", "the"):
        found = ask(searcher, query)
        for value in found.facets["language"]:
            assert ask(searcher, query, filters={"language": (str(value.value),)}).total == value.count


def test_which_facets_are_counted(searcher: Searcher) -> None:
    assert ask(searcher, facets=()).facets == {}
    assert set(ask(searcher, facets=("genre",)).facets) == {"genre"}
    assert set(ask(searcher, facets=("*",)).facets) == {facet.name for facet in searcher.settings.facets}
    assert len(ask(searcher, facets=("language",), facet_limit=2).facets["language"]) == 2


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Range(1957, 1964), {"street", "fantomas"}),
        (Range(None, 1960), {"street"}),
        (Range(2004, None), {"train", "france", "rocks"}),
        (Range(2005, 2012), set()),
    ],
)
def test_ranges_are_inclusive(searcher: Searcher, span: Range, expected: set[str]) -> None:
    assert set(ids(ask(searcher, filters={"year": (span,)}))) == expected


def test_facet_values_by_prefix(searcher: Searcher) -> None:
    def values(name: str, prefix: str, q: str = "") -> list[tuple[Any, int]]:
        return [(one.value, one.count) for one in searcher.facet_values(name, q=q, prefix=prefix)]

    assert values("genre", "dr") == [("Drama", 6)]
    assert values("language", "fre") == [("fr", 2)]
    assert values("people", "tark") == []
    assert values("people", "тарк") == [("Андрей Тарковский", 1)]
    assert values("genre", "dr", q="police") == [("Drama", 1)]


# Order and pages


def test_pages_together_are_one_big_page(searcher: Searcher) -> None:
    for query in ("", "the", "police OR rocks OR en OR treno", "a"):
        for sort in ("relevance", "title", "-year", "rating"):
            whole = ask(searcher, query, sort=sort)
            pages = [
                ask(searcher, query, sort=sort, page=page, per_page=3)
                for page in range(1, whole.total // 3 + 2)
            ]
            assert [one for page in pages for one in ids(page)] == ids(whole), (query, sort)
            assert {page.total for page in pages} == {whole.total}
            assert {page.pages for page in pages} == {-(-whole.total // 3)}


def test_beyond_the_last_page_there_is_nothing(searcher: Searcher) -> None:
    found = ask(searcher, page=50)
    assert (found.hits, found.total) == ((), len(ROWS))


def test_missing_values_sort_last_either_way(searcher: Searcher) -> None:
    for sort in ("year", "-year"):
        found = ask(searcher, sort=sort)
        years = [hit.fields.get("year") for hit in found.hits]
        known = [year for year in years if year is not None]
        assert known == sorted(known, reverse=sort == "-year")
        assert years[-2:] == [None, None]


@pytest.mark.parametrize(
    ("languages", "order"),
    [(("sv",), ["apple", "zebra", "angst"]), (("de",), ["angst", "apple", "zebra"])],
    ids=["Swedish: å after z", "German: å among a"],
)
def test_titles_sort_as_the_reader_sorts(searcher: Searcher, languages: tuple[str, ...], order: Hits) -> None:
    swedish = {"language": ("sv",)}
    found = ask(searcher, sort="title", languages=languages, languages_stated=True, filters=swedish)
    assert ids(found) == order


def test_a_preferred_language_is_no_filter(searcher: Searcher) -> None:
    plain = ask(searcher, "police OR lighthouse")
    for languages in (("fr",), ("en",), ("ja",)):
        told = ask(searcher, "police OR lighthouse", languages=languages, languages_stated=True)
        assert set(ids(told)) == set(ids(plain))


def test_a_preferred_language_breaks_a_tie(tmp_path: Path) -> None:
    rows = [{"id": code, "title": "Solaris", "language": code} for code in ("de", "fr", "it", "pl")]
    found = indexed(tmp_path, rows)
    for code in ("de", "fr", "it", "pl"):
        assert ids(ask(found, "solaris", languages=(code,), languages_stated=True))[0] == code


def test_explanations_come_on_request(searcher: Searcher) -> None:
    assert ask(searcher, "treno").hits[0].explanation is None
    assert ask(searcher, "treno", explain=True).hits[0].explanation


@pytest.mark.parametrize(
    ("more", "named"),
    [({"sort": "length"}, "sort"), ({"facets": ("colour",)}, "colour"), ({"filters": {"hue": ("x",)}}, "hue"),
     ({"page": 102}, "page")],
)  # fmt: skip
def test_what_cannot_be_asked_is_named(searcher: Searcher, more: dict[str, Any], named: str) -> None:
    with pytest.raises(RequestError) as raised:
        ask(searcher, "treno", **more)
    assert named in raised.value.errors


# Neighbours


def test_similar_documents_share_words_and_leave_out_the_document(searcher: Searcher) -> None:
    found = [hit.id for hit in searcher.similar("lighthouse")]
    assert "lighthouse" not in found
    assert found[0] == "rocks"
    with pytest.raises(DocumentNotFound):
        searcher.similar("no such document")


@pytest.mark.parametrize(
    ("typed", "document"),
    [("Il tr", "train"), ("mosc", "train"), ("strass", "street"), ("istan", "istanbul"),
     ("fantom", "fantomas"), ("зерк", "mirror"), ("zerk", "mirror"), ("犬", "dog"), ("inuy", "dog"),
     ("LIGHT", "lighthouse"),
     ("keeper's d", "lighthouse"), ("ange", "angst"), ("ångest", "angst")],
)  # fmt: skip
def test_suggestions_complete_in_any_script(searcher: Searcher, typed: str, document: str) -> None:
    assert document in [one.id for one in searcher.suggest(typed)]


def test_suggestions_read_what_was_typed_in_another_script(tmp_path: Path) -> None:
    rows = [
        {"id": "matrix", "title": "The Matrix", "language": "en"},
        {"id": "avatar", "title": "Avatar", "language": "en"},
        {"id": "spider", "title": "Spider-Man: Far From Home", "language": "en"},
    ]
    found = indexed(tmp_path, rows)
    for typed, expected in (
        ("матри", "matrix"), ("αβατα", "avatar"), ("авата", "avatar"), ("спайдер", ""), ("spiderm", "spider"),
        ("spiderman: far", "spider"), ("spider m", "spider"), ("spider-man f", "spider"),
    ):  # fmt: skip
        assert [one.id for one in found.suggest(typed)] == [expected] * bool(expected), typed


@pytest.mark.parametrize("typed", ["", "   ", "%", "\u0301", "qqqq"])
def test_nothing_to_suggest(searcher: Searcher, typed: str) -> None:
    assert searcher.suggest(typed) == ()


def test_languages_and_their_documents(searcher: Searcher) -> None:
    counted = {row.code: row.documents for row in searcher.languages() if row.documents}
    assert counted == {"it": 1, "de": 1, "tr": 1, "fr": 2, "ru": 1, "ja": 1, "en": 3, "sv": 3}


def test_a_title_is_found_inflected_though_no_text_is_in_its_language(tmp_path: Path) -> None:
    """The only Italian in the collection is one title; its film is described in English."""
    found = indexed(
        tmp_path,
        [
            {
                "id": "train",
                "title": "Il treno va a Mosca",
                "language": "en",
                "text": "Three friends leave their town to see the Soviet Union with their own eyes.",
            }
        ],
    )
    hits = found.search(SearchRequest(q="treni mosca")).hits
    assert [hit.id for hit in hits] == ["train"]
    assert "stem" in hits[0].matched_by
