"""Both engines give the same answers to the same requests: documents, order, scores, counts, words.

`engine_pair.py` says what counts as the same: scores to rounding, and documents of one score in any order of
their own. Each test asks many requests and tells the first that were answered otherwise.
"""

from __future__ import annotations

import csv
import itertools
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import opensearch_site
import pytest
from engine_pair import EnginePair, engine_pair, plain

from search.configuration import OpenSearchSettings, Settings
from search.filters import AllOf, AnyOf, Exists, HasText, HasValue, NoneOf, Within
from search.request import Range, SearchRequest

SAMPLE = Path(__file__).resolve().parents[1] / "sample_docs"
#: Several shards, so that every count and every order is put together of parts.
ON_CLUSTER = OpenSearchSettings(shards=3, replicas=0)
SYNONYMS = "knight, cavaliere\ntrain => railway\nwar, guerra, война\n"
PINNED = """
[[pinned]]
queries = ["train", "il treno"]
documents = ["il-treno-va-a-mosca", "{other}"]

[[pinned]]
queries = ["moscow"]
match = "words"
documents = [{{id = "{other}", position = 2}}]
"""


@pytest.fixture(scope="module")
def sample(
    cluster: opensearch_site.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EnginePair]:
    """The sample documents, with synonyms and pinned results."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / "synonyms.txt").write_text(SYNONYMS, encoding="utf-8")
    (folder / "pinned.toml").write_text(PINNED.format(other="the-corporation"), encoding="utf-8")
    settings = Settings(
        synonyms=str(folder / "synonyms.txt"), pinned=str(folder / "pinned.toml"), opensearch=ON_CLUSTER
    )
    with engine_pair(folder, cluster.urls, SAMPLE / "films", settings=settings) as pair:
        yield pair


# A collection of which documents were changed, added and deleted

_TITLES = (
    "Ängel", "Åsa", "Öar", "Zebra", "An Old Zebra", "The Angel", "Der Engel", "Das Haus", "Haus am See",
    "House", "The House", "houses", "2 Houses", "10 Houses", "Дом", "Старый дом", "東京物語", "東京",
    "千と千尋の神隠し", "서울의 봄", "기생충", "İstanbul", "Łódź", "Lodz", "L'été", "Été", "été 36",
    "Sommar", "Sommer", "Summer",
)  # fmt: skip
_SENTENCES = {
    "en": "a house by the old sea where angels walk on summer days and nobody knows the running zebras",
    "de": "das alte haus am see wo im sommer engel gehen und niemand die laufenden zebras kennt",
    "sv": "ett gammalt hus vid havet där änglar går om sommaren och ingen känner zebrorna",
    "ru": "старый дом у моря где летом ходят ангелы и никто не знает бегущих зебр",
    "ja": "海辺の 古い家で 天使が 夏に 歩く 東京の 物語",
}
_BODIES = {language: sentence.split() for language, sentence in _SENTENCES.items()}
_GENRES = ("Drama", "Comedy", "War", "Sci-Fi", "Comédie")
_NAMES = (
    ("Anna", "Bo", "Chloé", "Dmitri", "Eun-ji", "Fatima"),
    ("Olsson", "Ortega", "Östlund", "Иванов", "Sato"),
)
_PEOPLE = [f"{first} {last}" for first, last in itertools.product(*_NAMES)]


def _row(source: random.Random, number: int) -> dict[str, Any]:
    language = source.choice(list(_BODIES))
    row: dict[str, Any] = {
        "id": f"d{number}",
        "title": " ".join(source.sample(_TITLES, source.choice((1, 1, 1, 2)))),
        "language": language,
        "text": " ".join(source.choices(_BODIES[language], k=source.randrange(4, 40))),
        "genre": source.sample(_GENRES, source.randrange(3)),
        "people": source.sample(_PEOPLE, source.randrange(4)),
        "country": source.sample(("SE", "DE", "RU", "JP"), 1),
        "popularity": source.choice((0.5, 1, 2, 3.25, 10)),
    }
    if source.random() < 0.9:
        row["year"] = source.randrange(1960, 1990)
    if source.random() < 0.6:
        row["rating"] = source.randrange(20) / 2
    if source.random() < 0.3:
        row["also_known_as"] = source.sample(_TITLES, 2)
    return row


@pytest.fixture(scope="module")
def changed(
    cluster: opensearch_site.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EnginePair]:
    """A collection that was updated, and of which documents were deleted afterwards; articles are skipped."""
    folder = tmp_path_factory.mktemp("changed")
    source = random.Random(7)
    rows = {f"d{number}": _row(source, number) for number in range(260)}
    _write(folder / "rows.jsonl", rows.values())
    for name in source.sample(sorted(rows), 30):
        del rows[name]
    for name in source.sample(sorted(rows), 30):
        rows[name] = {**rows[name], "title": source.choice(_TITLES), "genre": ["Changed"]}
    rows |= {f"d{number}": _row(source, number) for number in range(300, 340)}
    _write(folder / "updated.jsonl", rows.values())
    with engine_pair(
        folder,
        cluster.urls,
        folder / "rows.jsonl",
        settings=Settings(skip_articles=True, opensearch=ON_CLUSTER),
        updated=folder / "updated.jsonl",
        deleted=source.sample(sorted(rows), 12),
    ) as pair:
        yield pair


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def differences(pair: EnginePair, requests: Iterable[SearchRequest]) -> list[str]:
    """What was answered otherwise, the first few."""
    found = ((request, pair.difference(request)) for request in requests)
    return [f"{request}: {difference}" for request, difference in found if difference][:5]


# Searching

WORDS = (
    "zebra", "house", "houses", "Haus", "angel", "ängel", "angels", "sommar", "старый дом", "дом моря",
    "東京", "東京物語", "千尋", "기생충", "서울", "istanbul", "lodz", "été", "old sea", "haus am see",
    "the house", "engel im sommer", "running", "tokyo", "dom", "zebr", "hou*", "som*", "ea",
)  # fmt: skip
SYNTAX = (
    '"old house"', '"haus am see"', '"东京"', '"the house" -zebra', "house -sea", "-house",
    "angel OR zebra", "(angel OR zebra) sea", "title:house", "title:haus sommer", "genre:war",
    "genre:comedie zebra", "people:olsson", "house genre:drama", '"an old zebra" OR дом', "house house",
    "zebra angel house sea", "-zebra -angel", "who walks by the old sea in summer?",
    "wo gehen engel im sommer am alten haus?", "ett hus vid havet där änglar går", "anna olsson",
    "ostlund", "иванов", "ivanov", "year:1970", "()", '""', "a OR", "*",
)  # fmt: skip
SECOND_TRIES = (
    "zebar", "huose", "sommmer", "anegls", "ängell", "oldhouse", "haus amsee", "tokoy", "lstanbul",
    "вщь", "рщгыу", "ghbdtn", "seaside zebraa", "qqqqzzzz", "基生虫", "기생츙", "東京物誤",
    "dmitri ivanof", "chloe ostlund zebras",
)  # fmt: skip


@pytest.mark.parametrize("texts", [WORDS, SYNTAX, SECOND_TRIES], ids=["words", "syntax", "second-tries"])
def test_queries_on_a_changed_collection(changed: EnginePair, texts: Sequence[str]) -> None:
    forms: list[dict[str, Any]] = [
        {"facets": ("*",)},
        {"explain": True, "languages": ("de", "sv"), "languages_stated": True},
        {"exact": True, "per_page": 50},
    ]
    assert not differences(changed, (SearchRequest(text, **form) for text in texts for form in forms))


def test_sample_queries(sample: EnginePair) -> None:
    with (SAMPLE / "queries.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) > 30
    requests = (
        SearchRequest(row["query"], languages=(row["lang"],), languages_stated=place % 2 == 0, explain=True)
        for place, row in enumerate(rows)
    )
    assert not differences(sample, requests)


# Filters, counts, orders, pages

FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"genre": ("Drama",)},
    {"genre": ("drama", "comedie", "none")},
    {"genre": ("Changed",), "language": ("sv", "de")},
    {"year": (Range(1970.0, 1975.0),)},
    {"year": ("1971", Range(None, 1962.0)), "people": ("anna olsson", "Chloé Östlund")},
    {"country": ("SE",), "year": (Range(1980.0),), "genre": ("War",)},
    {"people": ("nobody",)},
)
EXPRESSIONS = (
    None,
    NoneOf(HasValue("genre", ("Drama",))),
    AllOf((Within("year", 1965.0, 1980.0, above=True), AnyOf((HasText("people", "ost"), Exists("rating"))))),
    AnyOf((HasValue("id", ("d1", "d2", "d3", "d300", "d999")), Within("rating", 9.0))),
    AllOf((NoneOf(Exists("year")), NoneOf(HasText("genre", "com", at_start=True)))),
)
SORTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("relevance", ()),
    ("title", ()),
    ("-title", ("year",)),
    ("year", ()),
    ("-year", ("title",)),
    ("rating", ("-year", "title")),
    ("-popularity", ()),
)


def test_filters_and_counts(changed: EnginePair) -> None:
    assert not differences(
        changed,
        (
            SearchRequest(q, filters=filters, where=where, facets=facets, facet_limit=limit)
            for q, filters, where, (facets, limit) in itertools.product(
                ("", "house OR zebra"), FILTERS, EXPRESSIONS, ((("*",), 3), (("genre", "year"), 100))
            )
        ),
    )


def test_orders_and_pages(changed: EnginePair) -> None:
    pages: list[dict[str, Any]] = [
        {}, {"page": 3, "per_page": 7}, {"per_page": 100}, {"offset": 15, "per_page": 30}, {"page": 40}
    ]  # fmt: skip
    assert not differences(
        changed,
        (
            SearchRequest(q, sort=sort, then_by=then_by, languages=languages, **page)
            for q, (sort, then_by), languages, page in itertools.product(
                ("", "house zebra", "som*"), SORTS, ((), ("sv",), ("de",)), pages
            )
            if sort.endswith("title") or not languages
        ),
    )


def test_what_is_refused_is_refused_alike(changed: EnginePair) -> None:
    assert not differences(
        changed,
        [
            SearchRequest("x", page=1001),
            SearchRequest("x", sort="colour"),
            SearchRequest("x", filters={"colour": ("red",)}),
            SearchRequest("", page=1000),
            SearchRequest("house", only_in=("title",)),
            SearchRequest("house zebra", only_in=("people", "text"), every_word=True),
            SearchRequest("house qqqq", every_word=True),
        ],
    )


HOSTILE = (
    "\ud800", "house \udfff", "a\x02b", "ho\x00use", "\x03", "house\nzebra", "\t", "z" * 5000, "house " * 300,
    '"' + "old " * 60 + '"', "*" * 40, "(" * 100 + "house" + ")" * 100, "-" * 30, "house OR " * 80,
    "\u202ehouse", "'; DROP TABLE", "${jndi:x}", '{"match_all":{}}', "_id:d1", "number:1", "a" * 33 + "*",
    "é" * 600, "👩\u200d👩\u200d👧 zebra", " ".join(f"w{number}*" for number in range(40)), '"house" ' * 30,
    "title:(" + "zebra " * 30 + ")",
)  # fmt: skip


def test_hostile_input(changed: EnginePair) -> None:
    values = ("\ud800", "\x00", "x" * 40_000, "", "*", "9" * 400, "nan", "-inf", "1e999")
    where = (
        AnyOf(tuple(HasValue(name, values) for name in ("genre", "year", "id", "people"))),
        AllOf((HasText("genre", "\ud800"), NoneOf(Within("year", float("nan"))))),
        NoneOf(AnyOf(tuple(HasValue("id", (f"d{number}",)) for number in range(200)))),
    )
    assert not differences(
        changed,
        [
            *(SearchRequest(text, facets=("*",)) for text in HOSTILE),
            *(SearchRequest(text, explain=True, sort="title") for text in HOSTILE[:8]),
            *(
                SearchRequest("house", filters={name: values})
                for name in ("genre", "year", "people", "language")
            ),
            *(SearchRequest("", where=one) for one in where),
            SearchRequest("", filters={"year": (Range(float("nan")), Range(float("inf"), float("-inf")))}),
            SearchRequest("zebra", facets=("genre",) * 3, facet_limit=1000),
        ],
    )


def test_synonyms_and_pinned_documents(sample: EnginePair) -> None:
    queries = (
        "train",
        "il treno",
        "moscow",
        "moscow train",
        "knight",
        "cavaliere",
        "guerra",
        "war",
        "dark cavaliere",
    )
    assert not differences(
        sample,
        (
            SearchRequest(q, explain=explain, filters=filters, page=page, facets=("*",))
            for q, explain, filters, page in itertools.product(
                queries, (False, True), ({}, {"language": ("it",)}), (1, 2)
            )
        ),
    )


# Everything else that is asked


@pytest.mark.parametrize(
    "q", ["", "z", "haus", "ho", "дом", "東", "千と", "ㅅㅓ", "tok", "zebrw", "ljv", "an old", "Ä"]
)
def test_completions(changed: EnginePair, q: str) -> None:
    for languages in ((), ("sv",)):
        expected, found = (one.suggest(q, languages=languages) for one in (changed.files, changed.cluster))
        assert found == expected


def test_similar_and_latest_documents(changed: EnginePair) -> None:
    for name in ("d300", "d310", "d325"):
        expected, found = (one.similar(name, limit=5) for one in (changed.files, changed.cluster))
        assert [plain(hit) for hit in found] == [plain(hit) for hit in expected]
        assert changed.cluster.document(name) == changed.files.document(name)
    expected, found = (one.latest(limit=20) for one in (changed.files, changed.cluster))
    assert [hit.id for hit in found] == [hit.id for hit in expected]
    assert changed.cluster.document_ids(limit=50) == changed.files.document_ids(limit=50)
    assert changed.cluster.languages() == changed.files.languages()
    assert changed.cluster.find_titles(["House", "дом"]) == changed.files.find_titles(["House", "дом"])


@pytest.mark.parametrize(
    ("name", "prefix"), [("people", ""), ("people", "o"), ("genre", "com"), ("year", "197")]
)
def test_values_of_a_facet(changed: EnginePair, name: str, prefix: str) -> None:
    for q in ("", "house OR zebra"):
        expected, found = (
            one.facet_values(name, q=q, prefix=prefix, limit=500) for one in (changed.files, changed.cluster)
        )
        assert found == expected


def test_whole_documents_with_all_counts(changed: EnginePair) -> None:
    request = SearchRequest("house", per_page=20, facets=("people", "year", "popularity", "rating"))
    expected, found = (one.find(request) for one in (changed.files, changed.cluster))
    assert found.counts == expected.counts
    assert [one.document for one in found.documents] == [one.document for one in expected.documents]


def test_spellings_are_offered_as_titles_write_them(changed: EnginePair) -> None:
    for word in ("zebrq", "東京物誤", "기생츙", "ostlunf", "aengel"):
        expected, found = (
            one.engine().similar_spellings(word, 5) for one in (changed.files, changed.cluster)
        )
        assert found == expected
