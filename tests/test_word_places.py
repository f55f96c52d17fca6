"""Words that are looked up in tables are those that are cut out one by one."""

from __future__ import annotations

import random
import string

import pytest

from search.beginnings import BEGINNINGS, beginnings
from search.text_words import TextWords
from search.word_places import WordPlaces

_ALPHABETS = {
    "ascii": string.printable.replace("_", ""),
    "latin": string.ascii_letters + "éàüßæøŁđıİ -’.!«»—",
    "cyrillic and greek": "абвгдёжѣΑΒΓάώς 12.,;–",
    "marks": "नमस्तेरामिी क़ابپتَُ֑שׁלוֹם .،। 12",
    "full width": "ＡＢｃ１２ 、。「」abc",
}


@pytest.mark.parametrize("name", _ALPHABETS)
def test_words_are_those_of_each_text(name: str) -> None:
    chance = random.Random(name)
    for _ in range(300):
        texts = [
            "".join(chance.choices(_ALPHABETS[name], k=chance.randint(0, 30)))
            for _ in range(chance.randint(1, 4))
        ]
        places = WordPlaces.of(texts)
        assert places is not None
        for text, offset in zip(texts, places.offsets, strict=True):
            end = offset + len(text)
            assert places.joined[offset:end] == text
            here = [word for word, start, stop in places.beginning(None) if offset <= start and stop <= end]
            assert set(here) == TextWords.of(text).words
        assert {word for word, _, _ in places.beginning(None)} == set().union(
            *(TextWords.of(text).words for text in texts)
        )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("東京物語", id="n-grams"),
        pytest.param("8½", id="fraction"),
        pytest.param("snake_case", id="low line"),
        pytest.param("می\u200cخواهم", id="joiner"),
        pytest.param("\U0001f600", id="emoji"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_what_needs_care_is_left_to_the_tokenizer(text: str) -> None:
    assert WordPlaces.of(["plain", text]) is None


def test_only_words_that_begin_as_wanted() -> None:
    texts = ["Été à Étretat", "the Ice, the end", "Ещё 14 ёлок"]
    places = WordPlaces.of(texts)
    assert places is not None
    firsts = beginnings(["etoile"])
    found = places.beginning(firsts)
    assert [word for word, _, _ in found] == ["Été", "Étretat", "end", "Ещё", "14", "ёлок"]
    assert all(places.joined[start:end] == word for word, start, end in found)
    everything = places.beginning(None)
    assert found == [row for row in everything if BEGINNINGS[row[0][0]] in firsts]


def test_no_words_at_all() -> None:
    places = WordPlaces.of(["", " … "])
    assert places is not None
    assert places.beginning(None) == places.beginning(beginnings(["a"])) == []
