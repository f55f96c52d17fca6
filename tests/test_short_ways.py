"""What is short-cut for speed gives what the long way gives."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import crew
from indexer.document import AlternativeTitle, Document, Person
from indexer.segment_maker import Incoming
from search.analysis import folding, numerals
from search.analysis.analyzer import analyze_word, analyze_words
from search.analysis.folding import normalize
from search.analysis.languages import LANGUAGES
from search.analysis.tokenizers import words_in, words_of
from search.analysis.whole_names import whole_name_keys
from search.suggestion_keys import suggestion_keys

_NOTHING = re.compile(r"(?!)")
_BLOCKS = (range(0x20, 0x700), range(0x1E00, 0x2000), range(0x2100, 0x2200))
_TEXT = (
    "rivers children ii xiv 1984 naïve fantômas straße łódź ångström søster çağrı việt ёлки лобанова "
    "чайковского п'ятниця θίασος ΆΝΘΡΩΠΟΙ والسلام کتاب‌ها ואלסים हिन्दी নদী ქართული 서울 a x ﬁlm ĳs"
)
_WORDS = tuple(_TEXT.split())


def settled_and_not(words: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    short = list(map(normalize, words))
    with monkeypatch.context() as patch:
        patch.setattr(folding, "_SETTLED", _NOTHING)
        return short, list(map(normalize, words))


def test_every_letter_is_normalized_alike_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = [chr(code) for block in _BLOCKS for code in block]
    words = [word for letter in letters for word in (letter, f"a{letter}1", f"ж{letter}", f"λ{letter}λ")]
    short, long = settled_and_not(words, monkeypatch)
    assert [word for word, one, two in zip(words, short, long, strict=True) if one != two] == []


@given(st.text(alphabet=st.characters(max_codepoint=0x6FF), max_size=6))
def test_words_are_normalized_alike_both_ways(word: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        short, long = settled_and_not([word], patch)
    assert short == long


def test_numerals_of_ascii() -> None:
    for length in range(1, 7):
        for letters in itertools.product("ivxm", repeat=length):
            word = "".join(letters)
            value = numerals._roman(word)
            assert numerals.numeral_variants(word) == (() if value is None else (str(value),))


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_many_words_are_analysed_as_each_is(code: str) -> None:
    exacts = list(dict.fromkeys(map(normalize, _WORDS)))
    forms = analyze_words(exacts, code)
    for exact, folded, stems, grams in zip(exacts, forms.folded, forms.stems, forms.grams, strict=True):
        expected = analyze_word(exact, False, code)
        assert (folded, stems, grams) == (expected.folded, expected.stems, expected.grams), exact


@given(st.lists(st.sampled_from([*_WORDS, "Spider-Man", "東京物語", "(", "'", " ", "\u200b"])).map(" ".join))
def test_stretches_without_their_places(text: str) -> None:
    stretches = [stretch for stretch, _, _ in words_in(text)]
    assert words_of(text) == stretches
    assert whole_name_keys(text, "en", stretches) == whole_name_keys(text, "en")


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("The Third Man", "en", {"the third man": 1.0, "third man": 0.5, "man": 0.5}),
        ("Ha ha ha", "en", {"ha ha ha": 1.0, "ha ha": 0.5, "ha": 0.5}),
        ("Spider-Man 2", "en", {"spider man 2": 1.0, "man 2": 0.5, "2": 0.5, "spiderman 2": 0.6}),
        ("Été d'hiver", "fr", {"ete d hiver": 1.0, "d hiver": 0.5, "hiver": 0.5, "dhiver": 0.6}),
        ("?!", "en", {}),
    ],
)
def test_keys_of_titles_in_latin_letters(title: str, language: str, expected: dict[str, float]) -> None:
    assert dict(suggestion_keys(title, language)) == expected


def test_documents_reach_another_process_as_they_are() -> None:
    batch = [
        Incoming(
            Document(
                "1", "t\ud800", "text", "o", "ru", (AlternativeTitle("a", None), AlternativeTitle("b", "fr")),
                "en", "http://x", "2001-01-01", 2001, (Person("p", "director"), Person("q")),
                {"genre": ["x"], "rating": 7.5, "seen": True}, "file:1",
            ),
            "file",
            2**63 + 1,
        ),
        Incoming(Document("2"), ""),
    ]  # fmt: skip
    packed = crew._packed(batch)
    assert isinstance(packed, bytes)
    assert crew._unpacked(packed) == batch
    odd = [Incoming(Document("3", extra={"odd": object()}), "")]
    assert crew._unpacked(crew._packed(odd)) == odd
