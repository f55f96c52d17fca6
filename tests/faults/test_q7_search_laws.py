"""Q7: laws that hold between answers, whatever the words: no expected answer is needed to see them broken."""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from fault_figures import begin, record, trials
from many_scripts import LETTERS, Vocabulary, documents, vocabularies
from small_index import indexed

from search.analysis.folding import fold, normalize
from search.analysis.languages import language
from search.analysis.stop_words import stop_words
from search.request import SearchRequest
from search.searcher import Searcher

#: Languages in which a word of ours counts as several: what has most of them is shown where nothing has all.
#: Quoted, it is one.
COUNTED_AS_SEVERAL = ("ja", "zh", "th", "ko")


class Collection:
    """A searcher, asked for the ids of all hits."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    @lru_cache(maxsize=5_000)  # noqa: B019 - lives as long as the test
    def ids(self, query: str, *, exact: bool = False) -> frozenset[str]:
        found = self._searcher.search(
            SearchRequest(q=query, per_page=100, facets=(), exact=exact, highlight=False)
        )
        assert found.total <= 100
        return frozenset(hit.id for hit in found.hits)

    def pages(self, query: str, per_page: int) -> list[str]:
        found: list[str] = []
        for page in range(1, 100 // per_page + 2):
            request = SearchRequest(q=query, page=page, per_page=per_page, facets=(), highlight=False)
            found += [hit.id for hit in self._searcher.search(request).hits]
        return found

    def page(self, query: str) -> list[str]:
        request = SearchRequest(q=query, per_page=100, facets=(), highlight=False)
        return [hit.id for hit in self._searcher.search(request).hits]


@dataclass(frozen=True)
class Case:
    """What the laws are tried on: two collections, the first within the second, and words of them."""

    fewer: Collection
    more: Collection
    source: random.Random
    known: tuple[Vocabulary, ...]

    def word(self) -> str:
        return self.word_and_language()[0]

    def word_and_language(self) -> tuple[str, str]:
        """A word that must be met: no small word, which is wanted only where nothing else is."""
        while True:
            one = self.source.choice(self.known)
            word = self.source.choice(one.words)
            if len(word) > 2 and word not in _small_words():
                return word, one.language

    def part(self) -> str:
        """What is met or not as a whole."""
        forms: tuple[Callable[[], str], ...] = (
            self.single,
            self.single,
            lambda: f"({self.single()} OR {self.single()})",
            lambda: f"title:{self.single()}",
            lambda: f'"{self.word()}"',
        )
        return self.source.choice(forms)()

    def single(self) -> str:
        """What counts as one word."""
        word, code = self.word_and_language()
        return f'"{word}"' if code in COUNTED_AS_SEVERAL else word


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    return frozenset(normalize(word) for code in (*LETTERS, "es", "it", "pt") for word in stop_words(code))


def and_narrows(case: Case) -> str | None:
    """A AND B ⊆ A, where some document has both; where none has, what has most of them is shown."""
    first, second = case.part(), case.part()
    exact = case.source.random() < 0.5
    one, other = case.more.ids(first, exact=exact), case.more.ids(second, exact=exact)
    both = case.more.ids(f"{first} AND {second}", exact=exact)
    wanted = both <= (one & other) if one & other else both <= (one | other)
    return None if wanted else f"{first!r} AND {second!r}, exact={exact}"


def or_joins(case: Case) -> str | None:
    """A OR A = A; A OR B = B OR A, and has what A has."""
    first, second = case.part(), case.part()
    exact = case.source.random() < 0.5
    one = case.more.ids(first, exact=exact)
    if case.more.ids(f"{first} OR {first}", exact=exact) != one:
        return f"{first!r} OR itself, exact={exact}"
    either = case.more.ids(f"{first} OR {second}", exact=exact)
    if either != case.more.ids(f"{second} OR {first}", exact=exact):
        return f"{first!r} OR {second!r} the other way round, exact={exact}"
    known = case.more.ids(first, exact=True) and case.more.ids(second, exact=True)
    return None if one <= either or not known else f"{first!r} OR {second!r} misses some of the first"


def more_documents_hide_none(case: Case) -> str | None:
    """What is found stays found when documents are added, unless it was shown for want of a better one."""
    first, second = case.part(), case.part()
    query = first if case.source.random() < 0.6 else f"{first} {second}"
    before = case.fewer.ids(query, exact=True)
    if query != first and not before <= case.fewer.ids(first, exact=True) & case.fewer.ids(
        second, exact=True
    ):
        # Documents with a part of the words give way to one that has all.
        return None
    if not before <= case.more.ids(query, exact=True):
        return f"{query!r}, exact"
    if before and query == first and not case.fewer.ids(query) <= case.more.ids(query):
        return f"{query!r}"
    return None


def pages_are_one(case: Case) -> str | None:
    query = case.source.choice(
        (case.word(), f"{case.word()} OR {case.word()}", f"{case.word()} {case.word()}", "")
    )
    per_page = case.source.randint(1, 40)
    return None if case.more.pages(query, per_page) == case.more.page(query) else f"{query!r} by {per_page}"


def case_and_width_do_not_matter(case: Case) -> str | None:
    word, code = case.word_and_language()
    spellings = {word.upper(), word.title(), unicodedata.normalize("NFD", word), f" {word} "}
    if word.isascii():
        spellings.add("".join(chr(ord(letter) + 0xFEE0) for letter in word))
    wrong = [
        one
        for one in spellings
        if normalize(one) == normalize(word) and case.more.ids(one) != case.more.ids(word)
    ]
    # Capitals of a dotless i are those of the dotted one: found it must be, others may be too.
    wrong += [one for one in spellings if not case.more.ids(word, exact=True) <= case.more.ids(one)]
    return f"{code} {word!r} as {wrong!r}" if wrong else None


def accents_do_not_matter_where_the_language_drops_them(case: Case) -> str | None:
    word, code = case.word_and_language()
    bare = fold(normalize(word))
    if bare != fold(normalize(word), language(code).keep_letters):
        return None
    found, wanted = case.more.ids(bare), case.more.ids(word, exact=True)
    return None if wanted <= found else f"{code} {word!r} as {bare!r}"


LAWS: tuple[Callable[[Case], str | None], ...] = (
    and_narrows, or_joins, more_documents_hide_none, pages_are_one, case_and_width_do_not_matter,
    accents_do_not_matter_where_the_language_drops_them,
)  # fmt: skip


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    source = begin("Q7")
    folder: Path = tmp_path_factory.mktemp("laws")
    # Few words, so that most are in several documents.
    known = vocabularies(source, 25)
    rows: list[dict[str, Any]] = list(documents(known, source, 100, words=14))
    fewer, more = indexed(folder / "fewer", rows[:60]), indexed(folder / "more", rows)
    return Case(Collection(fewer), Collection(more), source, known)


@pytest.mark.timeout(900)
def test_q7_laws_hold(case: Case) -> None:
    begin("Q7")
    count = trials(200, 2_000)
    broken: list[str] = []
    tried: Counter[str] = Counter()
    for number in range(count):
        law = LAWS[number % len(LAWS)]
        tried[law.__name__] += 1
        fault = law(case)
        if fault:
            broken.append(f"{law.__name__}: {fault}")
    record("Q7", "2,000 cases, 0 violations", f"{count:,} cases, {len(broken)} violations", tried=dict(tried))
    assert not broken, "\n".join(broken[:20])
