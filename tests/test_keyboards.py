"""Does text typed on the wrong keyboard layout come back?"""

from __future__ import annotations

import random
import unicodedata

import pytest

from search.analysis.keyboards import (
    LAYOUTS,
    candidates,
    compose_hangul,
    decompose_hangul,
    latin_readings,
    readings,
    retype,
)
from search.analysis.languages import LANGUAGES

SCRIPTS = frozenset(layout.script for layout in LAYOUTS.values())
KEYS = 47


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_complete(name: str) -> None:
    layout = LAYOUTS[name]
    assert layout.name == name
    assert len(layout.base) == len(layout.shift) == KEYS
    assert all(token == unicodedata.normalize("NFC", token) for token in (*layout.base, *layout.shift))


def test_the_usual_latin_layout_comes_first() -> None:
    assert next(iter(LAYOUTS)) == "us"
    assert {row.keyboard for row in LANGUAGES.values()} - {None} <= set(LAYOUTS)


@pytest.mark.parametrize(
    ("typed", "origin", "target", "meant"),
    [
        ("ghbdtn", "us", "ru", "привет"),
        ("cnfkrth", "us", "ru", "сталкер"),
        ("k.,jdm", "us", "ru", "любовь"),
        ("GHBDTN", "us", "ru", "ПРИВЕТ"),
        ("руддщ", "ru", "us", "hello"),
        ("Ghbdsn", "us", "uk", "Привіт"),
        ("akuo", "us", "he", "שלום"),
        ("שלום", "he", "us", "akuo"),
        ("tkfkd", "us", "ko", "사랑"),
        ("dhfemqhdl", "us", "ko", "올드보이"),
        ("ㅗ디ㅣㅐ", "ko", "us", "hello"),
        ("rkqt", "us", "ko", "값"),
        ("rkqtdl", "us", "ko", "값이"),
        ("sghl", "us", "ar", "سلام"),
        ("لاخخن", "ar", "us", "book"),
        ("Au;hna", "us", "el", "Αθήνα"),
        ("Αθήνα", "el", "us", "Au;hna"),
        ("l;ylfu", "us", "th", "สวัสดี"),
        ("azerty", "us", "fr", "qwerty"),
        ("yeit", "us", "de", "zeit"),
        ("1984", "us", "ru", "1984"),
        ("犬 ghbdtn", "us", "ru", "犬 привет"),
        ("", "us", "ru", ""),
    ],
)
def test_retype(typed: str, origin: str, target: str, meant: str) -> None:
    assert retype(typed, origin, target) == meant


@pytest.mark.parametrize("arguments", [("x", "us", "qwertzuiop"), ("x", "", "us")])
def test_unknown_layout_is_named_with_those_known(arguments: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match=r"unknown keyboard layout .*known are us"):
        retype(*arguments)


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name != "us"])
def test_retyping_there_and_back_gives_the_text_again(name: str) -> None:
    layout = LAYOUTS[name]
    letters = [
        letter
        for letter, (_, shifted) in layout.key_of.items()
        if not shifted and len(letter) == 1 and unicodedata.category(letter)[0] == "L"
    ]
    generator = random.Random(7)
    for _ in range(50):
        word = "".join(generator.choices(letters, k=6))
        if layout.script == "Hang":
            word = compose_hangul(word)
        elif layout.script == "Arab":
            word = word.replace("لا", "لب")  # two letters, or the one key that writes both
        assert retype(retype(word, name, "us"), "us", name) == word


def test_every_korean_syllable_is_typed_and_composed_again() -> None:
    generator = random.Random(7)
    for _ in range(500):
        text = "".join(chr(generator.randint(0xAC00, 0xD7A3)) for _ in range(3))
        assert compose_hangul(decompose_hangul(text)) == text


@pytest.mark.parametrize(
    ("typed", "scripts", "expected"),
    [
        ("cnfkrth", {"Cyrl"}, ("ru", "сталкер")),
        ("Ghbdtn vbh", {"Cyrl", "Latn"}, ("ru", "Привет мир")),
        ("ghbdtn, vbh", {"Cyrl"}, ("ru", "привет, мир")),
        ("k.,k.", {"Cyrl"}, ("ru", "люблю")),
        ("akuo", SCRIPTS, ("he", "שלום")),
        ("tkfkd", SCRIPTS, ("ko", "사랑")),
        ("Au;hna", SCRIPTS, ("el", "Αθήνα")),
        ("l;ylfu", SCRIPTS, ("th", "สวัสดี")),
        ("sghl", SCRIPTS, ("ar", "سلام")),
        ("üjhjij", {"Cyrl"}, ("ru", "хорошо")),
        ("руддщ", {"Latn"}, ("us", "hello")),
        ("Руддщ, цщкдв", {"Latn"}, ("us", "Hello, world")),
        ("вщтэе", {"Latn"}, ("us", "don't")),
        ("ㅗ디ㅣㅐ", {"Latn"}, ("us", "hello")),
        ("ηελλο", {"Latn"}, ("us", "hello")),
        ("لاخخن", {"Latn"}, ("us", "book")),
        ("ساخص", {"Latn"}, ("us", "show")),
    ],
)
def test_candidates_hold_what_was_meant(typed: str, scripts: set[str], expected: tuple[str, str]) -> None:
    assert expected in candidates(typed, scripts)


@pytest.mark.parametrize(
    ("typed", "scripts"),
    [
        ("", SCRIPTS),
        ("1984", SCRIPTS),
        ("?!", SCRIPTS),
        ("cnfkrth", {"Latn"}),
        ("cnfkrth", set()),
        ("犬夜叉", SCRIPTS),
        ("привет hello", SCRIPTS),
    ],
)
def test_no_reading_where_none_is_possible(typed: str, scripts: set[str]) -> None:
    assert candidates(typed, scripts) == []


@pytest.mark.parametrize(
    ("typed", "script", "why"),
    [
        ("hello", "Hang", "letters that make no syllable"),
        ("hello", "Hebr", "a final letter inside a word"),
        ("hello", "Thai", "a vowel sign after a vowel that stands before"),
        ("what", "Grek", "a final sigma inside a word"),
    ],
)
def test_readings_that_nobody_writes_are_left_out(typed: str, script: str, why: str) -> None:
    assert candidates(typed, [script]) == [], why


def test_readings_are_listed_once_and_never_raise() -> None:
    generator = random.Random(7)
    alphabet = [chr(generator.randint(32, 0x2FFF)) for _ in range(300)] + list(
        "abcхקㄱ가لا;'\u0301 \n\u0000\ud800"
    )
    for _ in range(400):
        text = "".join(generator.choices(alphabet, k=generator.randint(1, 8)))
        readings = [reading.casefold() for _, reading in candidates(text, SCRIPTS)]
        assert len(readings) == len(set(readings))


def test_every_layout_that_fits_is_told_with_its_reading() -> None:
    found = list(readings("привет", {"Latn"}))
    assert ("ru", "us", "ghbdtn") in found
    assert len({origin for origin, _, _ in found}) > 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bqd", ("us", "fr", "bad")),
        ("zear", ("us", "de", "year")),
        (";issing", ("us", "fr", "missing")),
        ("dnim", ("us", "fr", "dni,")),
        ("bj;rn", ("us", "sv", "björn")),
        ("qwertz", ("us", "de", "qwerty")),
    ],
)
def test_latin_letters_of_another_latin_layout(typed: str, expected: tuple[str, str, str]) -> None:
    assert expected in list(latin_readings(typed))


@pytest.mark.parametrize("typed", ["", "1984", "stiy", "vicious"])
def test_letters_do_not_become_signs_inside_words(typed: str) -> None:
    # On a Turkish keyboard the key of the US one's ' writes i.
    assert all("'" not in reading for _, _, reading in latin_readings(typed))
