"""What is marked in a text, given the words of a plan: the marker alone, without an index."""

from __future__ import annotations

import pytest

from search.analysis import analyzer
from search.index.schema import BODY, ZONES
from search.joined_marks import _SIGN
from search.marks import Marker
from search.query.across_scripts import NAMES, across_scripts
from search.query.plan import AllOf, Alternative, AnyOf, MostOf, Node, Sequence, Unit


def word(text: str, *, optional: bool = False) -> Unit:
    ways = tuple(Alternative(way, way, (text,), ZONES) for way in ("exact", "folded", "stem"))
    return Unit(text, ways, optional=optional)


def words(typed: str, *, optional: str = "") -> Node:
    return AllOf(tuple(word(one, optional=one in optional.split()) for one in typed.split()))


def romanized(*terms: str, together: bool = False) -> Unit:
    return Unit("".join(terms), (Alternative("romanized", "latin", terms, NAMES, together=together),))


def sounding(name: str, script: str) -> Unit:
    return Unit(name, tuple(across_scripts(name, script, ZONES)))


def marked(root: Node, text: str, language: str, *, is_name: bool = False) -> list[str]:
    spans = Marker.of(root).spans(text, language, is_name=is_name)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("typed", "optional", "text", "language", "expected"),
    [
        pytest.param(
            "lord of the rings", "of the", "The Lord of the Rings is of the old kind.", "en",
            ["The", "Lord", "of", "the", "Rings"], id="next to a mark",
        ),
        pytest.param("man of the sea", "of the", "The end of the road", "en", [], id="by themselves"),
        pytest.param("gelin ve dağ", "ve", "they've seen Dağ", "en", ["Dağ"], id="the rest of a word"),
        pytest.param("they ve", "ve", "they've seen it", "en", ["they", "ve"], id="a word in two parts"),
        pytest.param("to fantasma", "", "how to go to fantasma", "en", ["to", "fantasma"], id="of the text"),
        pytest.param("die hard", "", "Die Frau. Hard rock.", "de", ["Hard"], id="not over a full stop"),
        pytest.param("the who", "", "the man who knew the who", "en", ["the", "who"], id="only small ones"),
        pytest.param("the who", "", "the man who knew", "en", [], id="only small, apart"),
        pytest.param("it", "", "It is it", "en", ["It", "it"], id="a single word"),
    ],
)  # fmt: skip
def test_small_words(typed: str, optional: str, text: str, language: str, expected: list[str]) -> None:
    assert marked(words(typed, optional=optional), text, language) == expected


def test_small_words_alone_are_marked_in_titles() -> None:
    assert marked(words("the who"), "The Man Who", "en", is_name=True) == ["The", "Who"]


@pytest.mark.parametrize(
    ("root", "text", "language", "expected"),
    [
        pytest.param(romanized("konan"), "名探偵コナン", "ja", ["コナン"], id="katakana in a sentence"),
        pytest.param(romanized("zonbi"), "これはゾンビですか", "ja", ["ゾンビ"], id="between hiragana"),
        pytest.param(romanized("senlin"), "重慶森林", "zh", ["森林"], id="two of four characters"),
        pytest.param(romanized("inuyasha"), "犬夜叉", "ja", ["犬夜叉"], id="whole"),
        pytest.param(romanized("zerkalo"), "Зеркало и вода", "ru", ["Зеркало"], id="a word with spaces"),
        pytest.param(
            romanized("zerkalo", "voda", together=True), "Зеркало, вода", "ru", ["Зеркало", "вода"],
            id="together",
        ),
        pytest.param(romanized("zerkalo", "voda", together=True), "Зеркало", "ru", [], id="not all there"),
        pytest.param(sounding("konan", "Latn"), "名探偵コナン", "ja", ["コナン"], id="as the query has it"),
        pytest.param(
            sounding("potemkin", "Latn"), "Броненосец Потёмкин", "ru", ["Потёмкин"], id="by its sound"
        ),
        pytest.param(sounding("тарковский", "Cyrl"), "Tarkovsky, mirror", "en", ["Tarkovsky"], id="Latin"),
    ],
)  # fmt: skip
def test_names_in_other_scripts(root: Node, text: str, language: str, expected: list[str]) -> None:
    assert marked(root, text, language, is_name=True) == expected
    assert marked(root, text, language) == [], "bodies are not searched across scripts"


def test_only_what_is_searched_there() -> None:
    in_titles = Unit("reef", (Alternative("exact", "exact", ("reef",), NAMES),))
    in_body = Unit("reef", (Alternative("exact", "exact", ("reef",), (BODY,)),))
    assert marked(in_titles, "the reef", "en") == marked(in_body, "the reef", "en", is_name=True) == []
    assert marked(in_titles, "the reef", "en", is_name=True) == marked(in_body, "the reef", "en") == ["reef"]


@pytest.mark.parametrize(
    ("root", "text", "language", "expected"),
    [
        pytest.param(MostOf((word("天気"), word("気の"))), "今日の天気の話", "ja", ["天気の"], id="n-grams"),
        pytest.param(AnyOf((word("reef"), word("map"))), "A map, a reef", "en", ["map", "reef"], id="either"),
        pytest.param(Sequence("x", (("no",), ("map",)), ZONES), "No map?", "en", ["No", "map"], id="phrase"),
        pytest.param(AllOf((word("map"),), (word("reef"),)), "map, reef", "en", ["map"], id="excluded"),
        pytest.param(word("spiderman"), "See Spider-Man!", "en", ["Spider-Man"], id="joined"),
        pytest.param(word("киндзадза"), "Кин-дза-дза", "ru", ["Кин-дза-дза"], id="joined, in Cyrillic"),
    ],
)  # fmt: skip
def test_nodes(root: Node, text: str, language: str, expected: list[str]) -> None:
    assert marked(root, text, language) == expected


def test_a_part_of_a_compound_marks_the_word() -> None:
    part = Unit("haus", (Alternative("compound", "gram", ("leuc", "euch", "ucht"), NAMES, together=True),))
    assert marked(part, "Der Leuchtturm", "de", is_name=True) == ["Leuchtturm"]


def test_nothing_wanted_is_nothing_marked() -> None:
    assert Marker().spans("Anything", "en", is_name=True) == []


def test_signs_are_those_that_join() -> None:
    assert _SIGN.pattern.count(analyzer._JOINING.pattern) == 2
