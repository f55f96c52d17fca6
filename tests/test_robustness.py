"""Whatever is typed: an answer, its numbers in agreement, its HTML escaped, in good time.

Queries are generated from a seed (environment `SEED` chooses another): the query language,
mutations of it, and floods of what Unicode has to offer.
"""

from __future__ import annotations

import html
import itertools
import os
import random
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from small_index import indexed, unmarked

from search.request import SearchRequest
from search.results import SearchResults
from search.searcher import Searcher

SEED = int(os.environ.get("SEED", "20261"))
GENERATED = 600
#: Seconds one query may take on a small index, on a busy machine.
SLOWEST = 1.0

TITLES: tuple[tuple[str, str], ...] = (
    ("en", "The Clockmaker's Last Summer"),
    ("en", "It Rains in Harbour Street"),
    ("de", "Die Brücke über den Fluß"),
    ("fr", "L'Été où la rivière s'est tue"),
    ("es", "El niño que contaba trenes"),
    ("pl", "Źródło i żółw"),
    ("sv", "Ön där ångbåten väntade"),
    ("tr", "Işıklı İskele"),
    ("vi", "Người đưa thư trên núi"),
    ("ru", "Ёлка на краю вокзала"),
    ("uk", "Їжак і місячна пошта"),
    ("el", "Ο φύλακας του φάρου"),
    ("ar", "حارس المنارة القديمة"),
    ("fa", "نامه‌رسان کوهستان"),
    ("he", "שומר המגדלור"),
    ("hi", "पहाड़ी डाकिया"),
    ("th", "คนส่งจดหมายบนภูเขา"),
    ("ja", "山の郵便屋さんと犬"),
    ("zh", "山上的郵差與狗"),
    ("ko", "산 위의 우체부"),
    ("ka", "ფოსტალიონი მთაში"),
    ("hy", "Լեռան փոստատարը"),
)

STOP_WORDS = (
    "the of and to in", "der die das und ist", "le la les de et", "el la de que y", "и в не на что",
    "i w nie na się", "och i att det som", "ve bir bu da için", "في من على إلى أن", "の に は を が",
    "के में है की का",
)  # fmt: skip

FLOODS: tuple[tuple[str, str], ...] = (
    ("10,000 letters", "a" * 10_000),
    ("10,000 ideographs", "東" * 10_000),
    ("one letter, 10,000 marks", "a" + "\u0301" * 10_000),
    ("marks alone", "\u0301" * 10_000),
    ("joiners", "\u200d" * 5_000),
    ("direction overrides", "\u202e" * 5_000),
    ("families", "👨‍👩‍👧‍👦" * 500),
    ("5,000 open", "(" * 5_000),
    ("5,000 open and closed", "(" * 5_000 + "river" + ")" * 5_000),
    ("20,000 quotes", '"' * 20_000),
    ("10,000 hyphens", "-" * 10_000),
    ("OR alone", "OR " * 3_000),
    ("OR chain", "river OR " * 1_000 + "bridge"),
    ("5,000 words", " ".join(f"w{number}" for number in range(5_000))),
    ("1,000 prefixes", "a* " * 1_000),
    ("1,000 phrases", '"a b" ' * 1_000),
    ("2,000 fields", "title:" * 2_000 + "x"),
    ("1,000 exclusions", "-a " * 1_000),
    ("a chain of words", "a-" * 5_000),
    ("ligatures that become words", "ﷺ" * 2_000),
    ("capitals that grow", "İ" * 5_000),
    ("single jamo", "ㄱ" * 3_000),
    ("wildcards", "*a*" * 20 + " ?*?*?*?* [a TO z] love~9 /a.*b/"),
    ("controls", "".join(map(chr, range(32))) + "river"),
    ("lone surrogates", "\ud800\udc00\udfff river"),
    ("figures of every script", "".join(chr(one) for one in range(0x110000) if chr(one).isdecimal())),
)  # fmt: skip

_RANGES = (
    (0x00, 0x7F), (0x80, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0x97F),
    (0xE00, 0xE7F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x2000, 0x206F), (0x2150, 0x218F),
    (0x3040, 0x30FF), (0x4E00, 0x4FFF), (0xAC00, 0xACFF), (0xFE00, 0xFE6F), (0xFF00, 0xFFFF),
    (0x1D400, 0x1D7FF), (0x1F300, 0x1F6FF), (0xE0000, 0xE007F),
)  # fmt: skip


INSERTED = (*'"()-*:\\~^[]{}&|!<>\0%?', "\u0301", "\u200d", " OR ")

#: Characters without a shape of their own.
UNSEEN = "\u034f\u0301\u115f\u1160\u17b4\u17b5\u180b\u3164\ufe0f\uffa0\U000e0041"


class Generator:
    """Queries by the kind, all from one source of randomness."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words = [word for _, title in TITLES for word in title.split()]

    def queries(self, count: int) -> Iterator[str]:
        kinds: tuple[Callable[[], str], ...] = (self.grammar, self.mutated, self.characters, self.stretches)
        for number in range(count):
            yield kinds[number % len(kinds)]()

    def word(self) -> str:
        return self.random.choice(self.words)

    def grammar(self, depth: int = 0) -> str:
        if depth > 4 or self.random.random() < 0.4:
            return self.word()

        def inner() -> str:
            return self.grammar(depth + 1)

        forms: tuple[Callable[[], str], ...] = (
            lambda: f'"{self.word()} {self.word()}"',
            lambda: f"-{inner()}",
            lambda: f"({inner()} {inner()})",
            lambda: f"{inner()} OR {inner()}",
            lambda: f"{self.random.choice(('title', 'people', 'genre', 'year', 'nothing'))}:{inner()}",
            lambda: f"{self.word()[:2]}*",
            lambda: f"{inner()} {inner()}",
        )
        return self.random.choice(forms)()

    def mutated(self) -> str:
        letters = list(self.grammar())
        for _ in range(self.random.randint(1, 5)):
            place = self.random.randint(0, len(letters))
            letters.insert(place, self.random.choice(INSERTED))
            if self.random.random() < 0.3:
                del letters[self.random.randrange(len(letters))]
        return "".join(letters)

    def characters(self) -> str:
        low, high = self.random.choice(_RANGES)
        return "".join(chr(self.random.randint(low, high)) for _ in range(self.random.randint(1, 40)))

    def stretches(self) -> str:
        return " ".join(self.characters()[:6] for _ in range(self.random.randint(1, 10)))


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    rows: list[dict[str, Any]] = [
        {"id": f"{code}-{number}", "title": title, "language": code, "year": 1950 + number,
         "text": f"{title}. {other}"}
        for number, ((code, title), (_, other)) in enumerate(zip(TITLES, reversed(TITLES), strict=True))
    ]  # fmt: skip
    return indexed(tmp_path_factory.mktemp("robustness"), rows)


def answered(searcher: Searcher, query: str) -> SearchResults:
    """The answer to a query, after a look at what holds for every answer."""
    started = time.monotonic()
    found = searcher.search(SearchRequest(q=query))
    assert time.monotonic() - started < SLOWEST, f"{query[:80]!r} took too long"
    assert len(found.hits) == min(found.total, found.per_page)
    assert len({hit.id for hit in found.hits}) == len(found.hits)
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    for hit in found.hits:
        assert hit.title_html is not None
        assert unmarked(hit.title_html) == hit.title
        for marked in (hit.title_html, hit.snippet or ""):
            assert_marks_are_whole(marked)
    return found


def assert_marks_are_whole(marked: str) -> None:
    """Marks are balanced, nothing else is markup, no letter loses its combining marks."""
    assert "<" not in re.sub("</?mark>", "", marked)
    assert re.sub("<mark>[^<]+</mark>", "", marked).count("<") == 0
    for after in re.findall("</mark>(.)", html.unescape(marked.replace("</mark>", "\ue000")), re.DOTALL):
        assert not unicodedata.category(after).startswith("M")
    for inside in re.findall("<mark>(.*?)</mark>", marked, re.DOTALL):
        assert not unicodedata.category(html.unescape(inside)[0]).startswith("M")


@pytest.mark.parametrize("query", [text for _, text in FLOODS], ids=[name for name, _ in FLOODS])
def test_floods_are_answered(searcher: Searcher, query: str) -> None:
    answered(searcher, query)


@pytest.mark.parametrize("query", STOP_WORDS)
def test_stop_words_alone_are_answered(searcher: Searcher, query: str) -> None:
    answered(searcher, query)


def test_generated_queries_are_answered(searcher: Searcher) -> None:
    for query in Generator(SEED).queries(GENERATED):
        try:
            answered(searcher, query)
        except Exception as error:
            pytest.fail(f"SEED={SEED}, query {query!r}: {error!r}")


def test_generated_beginnings_are_completed(searcher: Searcher) -> None:
    for query in Generator(SEED + 1).queries(GENERATED):
        found = searcher.suggest(query, limit=5)
        assert len(found) <= 5
        assert len({one.id for one in found}) == len(found)


@pytest.mark.parametrize("character", UNSEEN, ids=lambda one: unicodedata.name(one).lower())
def test_what_nobody_sees_finds_nothing_by_itself(searcher: Searcher, character: str) -> None:
    """An invisible character is no prefix of every word."""
    found = answered(searcher, character)
    assert found.total in (0, len(TITLES))
    with_word = answered(searcher, f"{character} qqzzxxy")
    assert with_word.total == 0


@pytest.mark.parametrize(("code", "title"), TITLES, ids=[code for code, _ in TITLES])
def test_every_title_is_found_however_it_is_written(searcher: Searcher, code: str, title: str) -> None:
    bare = "".join(one for one in unicodedata.normalize("NFD", title) if not unicodedata.combining(one))
    spellings = [title, title.upper(), title.casefold(), unicodedata.normalize("NFD", title), f"«{title}»"]
    if code in ("de", "fr", "es", "sv", "vi", "el"):
        spellings.append(bare)
    for spelling in spellings:
        assert title in [hit.title for hit in answered(searcher, spelling).hits], spelling


# Search laws


def ids(searcher: Searcher, query: str) -> set[str]:
    return {hit.id for hit in searcher.search(SearchRequest(q=query, per_page=100, exact=True)).hits}


def test_or_is_union_and_minus_is_difference(searcher: Searcher) -> None:
    generator = Generator(SEED + 2)
    for _ in range(80):
        first, second = (generator.word().strip("'") for _ in range(2))
        one, other = ids(searcher, f"({first})"), ids(searcher, f"({second})")
        assert ids(searcher, f"({first}) OR ({second})") == one | other, (first, second)
        assert ids(searcher, f"({first}) OR ({first})") == one, first
        assert ids(searcher, f"({first}) -({second})") == one - other, (first, second)


def test_two_words_find_what_both_find(searcher: Searcher) -> None:
    """Small words are optional beside others, so the law is that of the other ones."""
    telling = "clockmaker summer brücke fluß rivière trenes źródło żółw вокзала пошта φάρου المنارة"
    for first, second in itertools.product(telling.split(), repeat=2):
        both = ids(searcher, first) & ids(searcher, second)
        if both:
            assert ids(searcher, f"{first} {second}") == both, (first, second)


# Pages of equals


@pytest.fixture(scope="module")
def equals(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """More documents of one score than are looked at twice."""
    rows = [{"id": f"{number:03d}", "title": "River bridge", "language": "en"} for number in range(450)]
    return indexed(tmp_path_factory.mktemp("equals"), rows)


@pytest.mark.parametrize("query", ["river", "river bridge", "bridges"])
@pytest.mark.parametrize("per_page", [7, 100])
def test_pages_of_equal_hits_miss_and_repeat_nothing(equals: Searcher, query: str, per_page: int) -> None:
    seen: list[str] = []
    for page in range(1, -(-450 // per_page) + 1):
        found = equals.search(SearchRequest(q=query, page=page, per_page=per_page, facets=()))
        assert found.total == 450
        seen += [hit.id for hit in found.hits]
    assert sorted(seen) == [f"{number:03d}" for number in range(450)]
