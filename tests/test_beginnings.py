"""What is said of the first letters of words holds for every word that the analyzer is given."""

from __future__ import annotations

import itertools
import random
import string
import unicodedata

import pytest
import Stemmer

from search.analysis.analyzer import analyze_word
from search.analysis.folding import fold
from search.analysis.languages import LANGUAGES
from search.analysis.numerals import numeral_variants
from search.beginnings import (
    BEGINNINGS,
    KEEP_THE_FIRST_LETTER,
    UNSAID,
    beginnings,
    beginnings_of_words,
    endings_of_grams,
)
from search.text_words import TextWords
from search.word_forms import forms_of_grams

_ALPHABETS = {
    "greek": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ",
    "russian": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "armenian": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
    "persian": "ابپتثجچحخدذرزژسشصضطظعغفقكگلمنوهي",
    "hindi": "अआइईउकखगघचछजटडतथदधनपफबभमयरलवशसहािीुूेैोौ्ं",
    "nepali": "अआइईउकखगघचछजटडतथदधनपफबभमयरलवशसहािीुूेैोौ्ं",
}
_LATIN = (
    string.ascii_lowercase + "aeiouaeiouaeioustrnlàáâãäåæçèéêëìíîïñòóôõöøùúûüýčďěňřšťůžąćęłńśźżășțőűĉĝĥĵŝŭ"
)


@pytest.mark.parametrize("algorithm", sorted(KEEP_THE_FIRST_LETTER))
def test_stemmers_keep_the_first_letter(algorithm: str) -> None:
    chance = random.Random(algorithm)
    stemmer = Stemmer.Stemmer(algorithm, 0)
    alphabet = _ALPHABETS.get(algorithm, _LATIN)
    short = ["".join(letters) for letters in itertools.product(sorted(set(alphabet)), repeat=2)]
    longer = ["".join(chance.choices(alphabet, k=chance.randint(1, 9))) for _ in range(8000)]
    for word in short + longer:
        # Of a stem that is nothing the word itself is the term.
        stem = fold(stemmer.stemWord(word)) or word
        assert BEGINNINGS[stem[0]] == BEGINNINGS[word[0]], (word, stem)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("É", "e", id="mark and case"),
        pytest.param("Æ", "a", id="letter of two"),
        pytest.param("İ", "i", id="dotted"),
        pytest.param("С", "c", id="cyrillic look-alike"),
        pytest.param("Ε", "е", id="greek and cyrillic look-alikes"),
        pytest.param("й", "и", id="letter of its own"),
        pytest.param("ゴ", "こ", id="katakana, voiced"),
        pytest.param("華", "华", id="traditional"),
        pytest.param("ａ", "\u0301", id="unsaid"),
    ],
)
def test_the_same_beginning(one: str, other: str) -> None:
    assert BEGINNINGS[one] == BEGINNINGS[other]


def test_numerals_begin_as_their_letters() -> None:
    """Every word of letters that stands for a number is looked at where the term is one."""
    letters = string.ascii_lowercase + "іхѵсмдл"
    firsts = beginnings(["14"])
    words = ("".join(one) for length in (1, 2, 3) for one in itertools.product(letters, repeat=length))
    met = [word for word in words if numeral_variants(word)]
    assert len(met) > 30
    assert all(BEGINNINGS[word[0]] in firsts for word in met)


@pytest.mark.parametrize("code", LANGUAGES)
def test_words_of_every_language(code: str) -> None:
    """A word begins like each of its forms, as the language has it, or nothing is said."""
    chance = random.Random(code)
    row = LANGUAGES[code]
    endings = [ending for ending, _ in row.suffix_rules]
    letters = "".join((row.keep_letters, *row.spelled_out, "abcdeghiklmnoprstuvyzабвгдеийклмнопрсту"))
    words = [
        chance.choice(letters) + "".join(chance.choices(letters, k=chance.randint(0, 8))) for _ in range(150)
    ]
    words += endings + [word.title() for word in words[:50]] + ["Ångström", "FIlm", "ŉ", "ǆ", "ÉTÉ", "Яйцо"]
    for word in words:
        forms = analyze_word(word, False, code)
        for term in (forms.exact, *forms.folded, *forms.stems):
            firsts = beginnings_of_words(beginnings([term]), code)
            assert firsts is None or BEGINNINGS[word[0]] in firsts, (word, term)


def test_nothing_is_said_of_prefixes() -> None:
    assert beginnings_of_words(beginnings(["كتاب"]), "ar") is None
    assert beginnings_of_words(beginnings(["jalan"]), "id") is None
    assert UNSAID in beginnings([])


_UNSPACED_BLOCKS = (
    range(0xE01, 0xE5C),
    range(0xE81, 0xEE0),
    range(0x1000, 0x10A0),
    range(0x1780, 0x17DE),
    range(0x3041, 0x3100),
    range(0x4E00, 0x4E80),
    range(0xAC00, 0xAC80),
    range(0x1100, 0x1200),
    range(0xFF66, 0xFFA0),
)


@pytest.mark.parametrize("block", _UNSPACED_BLOCKS, ids=lambda block: f"{block.start:04x}")
def test_forms_of_grams_begin_and_end_as_they_do(block: range) -> None:
    chance = random.Random(block.start)
    others = [chance.choice(one) for one in _UNSPACED_BLOCKS]
    characters = list(map(chr, (*block, *others)))
    texts = ["".join(chance.choices(characters, k=4)) for _ in range(3000)]
    grams = set().union(*(TextWords.of(unicodedata.normalize("NFC", text)).grams for text in texts))
    assert len(grams) > 1000
    for gram, *forms in forms_of_grams(grams):
        for form in filter(None, forms):
            assert BEGINNINGS[gram[0]] in beginnings([form]), (gram, form)
            assert BEGINNINGS[gram[-1]] in endings_of_grams([form]), (gram, form)


def test_ideographs_beyond_the_first_plane_begin_as_themselves() -> None:
    """Some are what others fold to."""
    folded = fold("\u852f")
    assert folded > "\uffff"
    assert BEGINNINGS["\u852f"] == BEGINNINGS[folded] == folded
