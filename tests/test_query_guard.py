"""What is left of a query that wants too much, and what the cut is called."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query.guard import (
    CUTS,
    DEEPEST_QUERY,
    LONGEST_TEXT,
    LONGEST_TOKEN,
    MOST_PREFIXES,
    MOST_TERMS,
    cut_text,
    guard,
    parse_within_limits,
)
from search.query.parser import parse
from search.query.tree import And, Everything, Fielded, Not, Or, Phrase, Query, Word, to_text, words_of

FIELDS = ("title", "year")


def depth_of(query: Query) -> int:
    """Groups within groups, as the guard counts them; `-a` alone is none."""
    if isinstance(query, Fielded | Not):
        return depth_of(query.query)
    if isinstance(query, And | Or):
        inner = max(map(depth_of, query.parts))
        return inner if not inner and query.parts[0] == Everything() and len(query.parts) == 2 else inner + 1
    return 0


def leaves_of(query: Query) -> list[Word | Phrase]:
    """All leaves, the excluded ones too."""
    if isinstance(query, Fielded | Not):
        return leaves_of(query.query)
    if isinstance(query, And | Or):
        return [leaf for part in query.parts for leaf in leaves_of(part)]
    return [query] if isinstance(query, Word | Phrase) else []


def assert_within_limits(query: Query) -> None:
    leaves = leaves_of(query)
    tokens = [token for leaf in leaves for token in leaf.text.split()]
    assert len(tokens) <= MOST_TERMS
    assert all(len(token) <= LONGEST_TOKEN for token in tokens)
    assert sum(isinstance(leaf, Word) and leaf.prefix for leaf in leaves) <= MOST_PREFIXES
    assert depth_of(query) <= DEEPEST_QUERY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "boot",
        "das boot -tv",
        '"das boot" OR titanic',
        "title:(a OR b) -(c d)",
        "metro* pol*",
        "東*",
        "((a OR b) c) OR d",
        "-a",
    ],
)
def test_a_modest_query_comes_back_equal(text: str) -> None:
    tree = parse(text, FIELDS)
    assert guard(tree) == (tree, ())
    assert parse_within_limits(text, FIELDS) == (tree, ())


@pytest.mark.parametrize(
    ("text", "left", "cuts"),
    [
        ("metro*", "metro*", ()),
        ("me*", "me", ("prefixes",)),
        ("m* et*", "m et", ("prefixes",)),
        ("aaa* bbb* ccc*", "aaa* bbb* ccc", ("prefixes",)),
        ("aa* bbb* ccc* ddd*", "aa bbb* ccc* ddd", ("prefixes",)),
        ("aaa* -bb*", "aaa* -bb", ("prefixes",)),
        ("京*", "京*", ()),
        ("올*", "올*", ()),
        ("と*", "と*", ()),
        ("ж*", "ж", ("prefixes",)),
        ("e\u0301a\u0301*", "e\u0301a\u0301", ("prefixes",)),
        ("हिन्दी*", "हिन्दी*", ()),
        ("l'at*", "l'at", ("prefixes",)),
        ("l'ata*", "l'ata*", ()),
        ("ma.*", "ma.", ("prefixes",)),
        ("200*", "200*", ()),
    ],
)
def test_prefixes(text: str, left: str, cuts: tuple[str, ...]) -> None:
    tree, names = guard(parse(text))
    assert (to_text(tree), names) == (left, cuts)


def test_too_many_words() -> None:
    tree, cuts = guard(parse(" ".join(f"w{number}" for number in range(1_000))))
    assert [leaf.text for leaf in words_of(tree)] == [f"w{number}" for number in range(MOST_TERMS)]
    assert cuts == ("terms",)


def test_words_of_a_phrase_count() -> None:
    phrase = " ".join("abcdefgh" * 10)
    tree, cuts = guard(parse(f'one "{phrase}" two'))
    first, second = words_of(tree)
    assert first == Word("one")
    assert second.text.split() == phrase.split()[: MOST_TERMS - 1]
    assert cuts == ("terms",)


def test_an_exclusion_that_does_not_fit_is_dropped_whole() -> None:
    words = " ".join("a" * (MOST_TERMS - 1))
    tree, cuts = guard(parse(f"{words} -(b c)"))
    assert tree == parse(words)
    assert cuts == ("terms",)
    long = "b" * (LONGEST_TOKEN + 1)
    assert guard(parse(f"a -{long} -(c {long})")) == (Word("a"), ("token",))
    # One that fits stays, and so does what comes after one that does not.
    assert to_text(guard(parse(f"{words} -(b c) d"))[0]) == f"{words} d"


@pytest.mark.parametrize(
    ("token", "kept"),
    [
        ("a" * 500, "a" * LONGEST_TOKEN),
        ("a" * 127 + "e\u0301" * 9, "a" * 127),
        ("a" * 126 + "👩\u200d🚀", "a" * 126),
        ("a" * 127 + "🇩🇪", "a" * 127),
        ("a" * 127 + "👍🏽", "a" * 127),
        ("a" * 120 + "*" * 20 + "b", "a" * 120),
        ("e" + "\u0301" * 500, "e" + "\u0301" * (LONGEST_TOKEN - 1)),
    ],
    ids=["letters", "accent", "joined emoji", "flag", "skin tone", "stars", "flood of marks"],
)
def test_long_tokens_end_after_a_whole_character(token: str, kept: str) -> None:
    assert guard(Word(token)) == (Word(kept), ("token",))
    assert guard(Phrase(f"x {token}")) == (Phrase(f"x {token[: len(kept)]}"), ("token",))


def nested(depth: int) -> str:
    text = "z"
    for level in range(depth):
        text = f"(x{level} OR {text})" if level % 2 else f"(y{level} {text})"
    return text


def test_deep_groups_become_words() -> None:
    assert guard(parse(nested(DEEPEST_QUERY)))[1] == ()
    tree, cuts = guard(parse(nested(DEEPEST_QUERY + 5)))
    assert cuts == ("depth",)
    assert depth_of(tree) == DEEPEST_QUERY
    assert words_of(tree) == words_of(parse(nested(DEEPEST_QUERY + 5)))
    assert parse(to_text(tree)) == tree


def test_flattening_keeps_fields_and_drops_what_was_unwanted() -> None:
    around = "{}"
    for level in range(DEEPEST_QUERY):
        around = around.replace("{}", f"(x{level} OR {{}})" if level % 2 else f"(y{level} {{}})")
    tree, cuts = guard(parse(around.replace("{}", "title:(p (q OR -r))"), FIELDS))
    assert cuts == ("depth",)
    assert "title:p OR title:q" in to_text(tree)
    assert Word("r") not in leaves_of(tree)


def test_text_within_the_limit_is_untouched() -> None:
    text = " a " * (LONGEST_TEXT // 3)
    assert cut_text(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("word " * 200, ("word " * 102).strip()),
        ("a" * LONGEST_TEXT + " b", "a" * LONGEST_TEXT),
        ("東" * 600, "東" * LONGEST_TEXT),
        ("東" * 511 + "か\u3099" * 9, "東" * 511),
        ("京 " + "東" * 600, "京 " + "東" * 510),
        (" " * 100_000 + "boot", "boot"),
    ],
    ids=["words", "at a space", "no spaces", "combined character", "space too far back", "leading spaces"],
)
def test_long_text_is_cut_between_words_or_characters(text: str, kept: str) -> None:
    shortened, cuts = cut_text(text)
    assert shortened == kept
    assert cuts == (("length",) if len(text.strip()) > LONGEST_TEXT else ())


def test_a_phrase_cut_open_is_searched_as_words() -> None:
    tree, cuts = parse_within_limits('"' + "boot " * 200 + '"')
    assert set(words_of(tree)) == {Word("boot")}
    assert cuts == ("length", "terms")


KILLERS = {
    "star": "*",
    "wildcards": "?*?*?*?*",
    "twenty inner stars": " OR ".join(["*a*"] * 20),
    "range": "[a TO z]",
    "fuzzy": "word~9",
    "regex": "/(a+)+$/",
    "100 KB token": "a" * 100_000,
    "1,000 words": "word " * 1_000,
    "5,000 words": "word " * 5_000,
    "5,000 alternatives": " OR ".join(["word"] * 5_000),
    "2,000 parentheses": "(" * 2_000,
    "5,000 groups": "(" * 5_000 + "a" + ")" * 5_000,
    "20,000 quotes": '"' * 20_000,
    "1,000 exclusions": "-a " * 1_000,
    "1,000 prefixes": "abc* " * 1_000,
    "1,000 fields": "title:" * 1_000 + "x",
    "spaces": " " * 100_000,
    "flood of marks": "a" + "\u0301" * 100_000,
    "joiners": "👩\u200d" * 50_000,
    "flags": "🇩" * 100_000,
    "surrogates": "\ud800" * 100_000,
    "NULs": "\x00" * 100_000,
}


@pytest.mark.parametrize("text", KILLERS.values(), ids=KILLERS)
def test_killers_are_cheap(text: str) -> None:
    seconds = []
    for _ in range(3):
        start = time.thread_time()
        tree, cuts = parse_within_limits(text, FIELDS)
        seconds.append(time.thread_time() - start)
    assert min(seconds) < 0.05
    assert_within_limits(tree)
    assert set(cuts) <= set(CUTS)


def test_any_character_a_hundred_thousand_times() -> None:
    one_of_each_category = {unicodedata.category(chr(code)): chr(code) for code in range(0x3000)}
    for character in sorted({*one_of_each_category.values(), *"()\"-*:'[{^~\\/|&+", "「", "（", "－", "＂"}):
        start = time.thread_time()
        tree, _ = parse_within_limits(character * 100_000, FIELDS)
        assert time.thread_time() - start < 0.05, ascii(character)
        assert_within_limits(tree)


PIECES = st.sampled_from([
    " ", " ", " ", " ", " ", " ", "a", "bcd", "xyz*", "é", "א", "😀", "\u0301", "\x00", "\ud800", "\u200f",
    "!", ":", "OR", "AND", "-", "--", "－", "(", ")", "（", "）", "*", "title:", "year:", "(a", "-(",
    "title:(", "((((((", "))))))",
    '"', "＂", "「", "」", "“", "”", "„", "«", "»", "w" * 130, "東" * 130,
])  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.lists(PIECES, max_size=250).map("".join),
        st.text(st.characters(exclude_categories=()), max_size=700),
    )
)
def test_any_text_ends_within_limits(text: str) -> None:
    tree, cuts = parse_within_limits(text, FIELDS)
    assert_within_limits(tree)
    assert list(cuts) == [name for name in CUTS if name in cuts]
    assert guard(tree) == (tree, ()), "what was cut once needs no second cut"
    assert parse(to_text(tree), FIELDS) == tree
