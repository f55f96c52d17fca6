"""Filter expressions: what they mean, by an oracle that looks at the documents; what is refused."""

from __future__ import annotations

import random
from typing import Any

import pytest
from meilisearch_site import films
from small_index import SETTINGS, indexed

from search.filters import AllOf, AnyOf, Exists, Filter, HasText, HasValue, NoneOf, Within, filterable_keys
from search.request import SearchRequest
from search.searcher import Searcher
from web.meilisearch.errors import MeilisearchError
from web.meilisearch.filter_expression import DEEPEST, MOST_CONDITIONS, filter_of

KEYS = filterable_keys(SETTINGS)
DRAMA, WAR = HasValue("genre", ("Drama",)), HasValue("genre", ("War",))
NO_DOCUMENT = AnyOf()

MEANINGS: dict[str, tuple[Any, Filter | None]] = {
    "nothing": ("", None),
    "no-conditions": ([], None),
    "word": ("genre = Drama", DRAMA),
    "close": ('"genre"="Drama"', DRAMA),
    "single-quotes": ("'genre' = 'Drama'", DRAMA),
    "spaces-in-quotes": ("genre = 'Science Fiction'", HasValue("genre", ("Science Fiction",))),
    "escaped-quote": (r'people = "Ann \"A\" O\\B"', HasValue("people", ('Ann "A" O\\B',))),
    "other-quote-inside": ('''people = "l'amie"''', HasValue("people", ("l'amie",))),
    "any-script": ("people = 北野武", HasValue("people", ("北野武",))),
    "signs-in-words": ("people = Saint-Exupéry/A_b.c", HasValue("people", ("Saint-Exupéry/A_b.c",))),
    "keyword-in-quotes": ("genre = 'OR'", HasValue("genre", ("OR",))),
    "lower-case-is-no-keyword": ("genre = or", HasValue("genre", ("or",))),
    "not-equal": ("genre != Drama", NoneOf(DRAMA)),
    "greater": ("year > 1960", Within("year", low=1960, above=True)),
    "at-least": ("year>=1960", Within("year", low=1960)),
    "less": ("rating < 7.5", Within("rating", high=7.5, below=True)),
    "at-most": ('year<="1960"', Within("year", high=1960)),
    "negative": ("rating > -1.5", Within("rating", low=-1.5, above=True)),
    "between": ("year 1950 TO 1959", Within("year", 1950, 1959)),
    "between-quoted-key": ('"year" 1950 TO 1959', Within("year", 1950, 1959)),
    "in": ("genre IN [Drama, 'War']", HasValue("genre", ("Drama", "War"))),
    "in-close": ("genre IN[Drama,War,]", HasValue("genre", ("Drama", "War"))),
    "in-nothing": ("genre IN []", HasValue("genre", ())),
    "not-in": ("genre NOT IN [Drama]", NoneOf(DRAMA)),
    "exists": ("rating EXISTS", Exists("rating")),
    "not-exists": ("rating NOT EXISTS", NoneOf(Exists("rating"))),
    "null": ("rating IS NULL", NO_DOCUMENT),
    "not-null": ("rating IS NOT NULL", NoneOf(NO_DOCUMENT)),
    "empty": ("genre IS EMPTY", NO_DOCUMENT),
    "not-empty": ("genre IS NOT EMPTY", NoneOf(NO_DOCUMENT)),
    "contains": ("genre CONTAINS fic", HasText("genre", "fic")),
    "not-contains": ("genre NOT CONTAINS fic", NoneOf(HasText("genre", "fic"))),
    "starts": ("genre STARTS WITH sci", HasText("genre", "sci", at_start=True)),
    "id": ("id != train", NoneOf(HasValue("id", ("train",)))),
    "and-binds-tighter": (
        "genre = Drama AND year > 1960 OR genre = War",
        AnyOf((AllOf((DRAMA, Within("year", low=1960, above=True))), WAR)),
    ),
    "parentheses": (
        "genre = Drama AND (year > 1960 OR genre = War)",
        AllOf((DRAMA, AnyOf((Within("year", low=1960, above=True), WAR)))),
    ),
    "not-binds-tightest": ("NOT genre = Drama AND genre = War", AllOf((NoneOf(DRAMA), WAR))),
    "not-of-a-group": ("NOT (genre = Drama OR genre = War)", NoneOf(AnyOf((DRAMA, WAR)))),
    "not-twice": ("NOT NOT genre = Drama", NoneOf(NoneOf(DRAMA))),
    "list-is-and": (["genre = Drama", "genre = War"], AllOf((DRAMA, WAR))),
    "list-in-list-is-or": ([["genre = Drama", "genre = War"], "NOT genre = War"],
                           AllOf((AnyOf((DRAMA, WAR)), NoneOf(WAR)))),
    "expressions-in-lists": (["genre = Drama OR genre = War"], AllOf((AnyOf((DRAMA, WAR)),))),
    "empty-texts-in-lists": (["", "genre = Drama"], AllOf((DRAMA,))),
}  # fmt: skip

#: What is refused → words of the message.
REFUSED: dict[str, tuple[Any, str]] = {
    "unknown-key": ("colour = red", "`colour` is not filterable"),
    "text-key": ("title = x", "`title` is not filterable"),
    "no-operator": ("genre", "expecting an operation"),
    "no-value": ("genre =", "expecting a value"),
    "keyword-for-value": ("genre = OR", "reserved words must be in quotes"),
    "no-number": ("year > soon", "`soon` is not a number"),
    "nan": ("year > nan", "is not a number"),
    "infinity": ("year < inf", "is not a number"),
    "open-range": ("year 1950 TO", "expecting a number"),
    "open-parenthesis": ("(genre = Drama", "Expected `)`"),
    "stray-parenthesis": ("genre = Drama)", "unexpected characters"),
    "two-values": ("genre = Science Fiction", "unexpected characters"),
    "open-quote": ("genre = 'Drama", "quote is not closed"),
    "open-list": ("genre IN [Drama", "Expected `]`"),
    "operator-at-start": ("AND genre = Drama", "reserved words"),
    "operator-at-end": ("genre = Drama OR", "name of an attribute"),
    "places": ("_geoRadius(1, 2, 3)", "`_geoRadius` is not supported"),
    "number": (5, "expected a string or an array"),
    "object": ({"genre": "Drama"}, "expected a string or an array"),
    "too-nested-list": ([[["genre = Drama"]]], "expected a string or an array"),
    "number-in-list": ([1], "expected a string or an array"),
    "too-deep": ("(" * (DEEPEST + 1) + "genre = Drama" + ")" * (DEEPEST + 1), "maximum depth"),
    "too-many": (" OR ".join(["genre = Drama"] * (MOST_CONDITIONS + 1)), "at most 1000 conditions"),
    "too-many-in-a-list": (["genre = Drama"] * (MOST_CONDITIONS + 1), "at most 1000 conditions"),
    "too-many-nots": ("NOT " * 5000 + "genre = Drama", "maximum depth"),
}


@pytest.mark.parametrize("name", MEANINGS)
def test_meaning(name: str) -> None:
    given, meant = MEANINGS[name]
    assert filter_of(given, KEYS) == meant


@pytest.mark.parametrize("name", REFUSED)
def test_refusal(name: str) -> None:
    given, words = REFUSED[name]
    with pytest.raises(MeilisearchError) as refused:
        filter_of(given, KEYS)
    assert words in refused.value.message
    assert refused.value.code == "invalid_search_filter"
    assert len(refused.value.message) < 500


# --- against the documents themselves ------------------------------------------------------------------


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return indexed(tmp_path_factory.mktemp("filters"), films())


def ids(searcher: Searcher, given: Any) -> set[str]:
    found = searcher.find(SearchRequest(per_page=100, where=filter_of(given, KEYS), facets=()))
    assert found.total == len(found.documents)
    return {one.document.id for one in found.documents}


def random_condition(chance: random.Random) -> tuple[str, Any]:
    """An expression and a test of a document."""
    kind = chance.randrange(6)
    key = chance.choice(["genre", "country"])
    values = sorted({value for row in films() for value in row[key]})
    if kind == 0:
        value = chance.choice(values)
        return f"{key} = '{value}'", lambda row: value in row[key]
    if kind == 1:
        some = chance.sample(values, 3)
        return f"{key} IN {some}", lambda row: bool(set(some) & set(row[key]))
    if kind == 2:
        year = chance.choice([row["year"] for row in films()])
        sign = chance.choice([">", ">=", "<", "<="])
        tests = {">": year.__lt__, ">=": year.__le__, "<": year.__gt__, "<=": year.__ge__}
        return f"year {sign} {year}", lambda row: tests[sign](row["year"])
    if kind == 3:
        low, high = sorted(chance.sample([row["year"] for row in films()], 2))
        return f"year {low} TO {high}", lambda row: low <= row["year"] <= high
    if kind == 4:
        return "rating EXISTS", lambda row: "rating" in row
    rating = chance.choice([5.5, 6.95, 7.4])
    return f"rating > {rating}", lambda row: row.get("rating", 0) > rating


def random_expression(chance: random.Random, depth: int) -> tuple[str, Any]:
    if not depth or chance.random() < 0.3:
        return random_condition(chance)
    first, its = random_expression(chance, depth - 1)
    second, others = random_expression(chance, depth - 1)
    kind = chance.randrange(3)
    if kind == 0:
        return f"({first}) AND ({second})", lambda row: its(row) and others(row)
    if kind == 1:
        return f"({first}) OR ({second})", lambda row: its(row) or others(row)
    return f"NOT ({first})", lambda row: not its(row)


@pytest.mark.parametrize("seed", range(200))
def test_documents_that_pass(searcher: Searcher, seed: int) -> None:
    text, test = random_expression(random.Random(seed), 3)
    assert ids(searcher, text) == {row["id"] for row in films() if test(row)}, text


PASSING: dict[str, tuple[str, set[str]]] = {
    "case-and-marks": ("genre = dráma AND year < 1955", {"train"}),
    "starts-with": ("genre STARTS WITH sci", {"comet"}),
    "contains": ("genre CONTAINS usi", {"kiosk"}),
    "no-rating": ("rating NOT EXISTS", {"salt"}),
    "not-equal-has-those-without": ("NOT rating > 0", {"salt"}),
    "ids": ("id IN [train, salt, nobody]", {"train", "salt"}),
    "other-than-this-one": ("country = JP AND id != bridge", set()),
    "number-as-text": ("year = 1954", {"train"}),
    "number-that-is-none": ("year = soon", set()),
    "null": ("rating IS NULL", set()),
    "in-nothing": ("genre IN []", set()),
}


@pytest.mark.parametrize("name", PASSING)
def test_known_documents_pass(searcher: Searcher, name: str) -> None:
    text, expected = PASSING[name]
    assert ids(searcher, text) == expected


def test_counts_are_of_the_documents_that_pass(searcher: Searcher) -> None:
    wanted = filter_of("genre = Drama AND country = GB", KEYS)
    found = searcher.find(SearchRequest(per_page=0, where=wanted, facets=("genre", "country")))
    passing = [row for row in films() if "Drama" in row["genre"] and "GB" in row["country"]]
    for key in ("genre", "country"):
        values = [value for row in passing for value in row[key]]
        assert dict(found.counts[key]) == {value: values.count(value) for value in set(values)}


def test_a_query_and_a_filter_meet(searcher: Searcher) -> None:
    found = searcher.find(SearchRequest(q="lantern", where=filter_of("genre = Crime", KEYS)))
    assert [one.document.id for one in found.documents] == ["harbour"]
