"""The script of a character and of a text."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import scripts
from search.analysis.scripts import main_script, script_of, scripts_in

CHARACTERS = [
    ("a", "Latn"), ("É", "Latn"), ("ſ", "Latn"), ("ﬁ", "Latn"), ("Ａ", "Latn"), ("ƒ", "Latn"),
    ("ж", "Cyrl"), ("Ў", "Cyrl"), ("ω", "Grek"), ("ἄ", "Grek"), ("ϣ", "Copt"), ("ա", "Armn"),
    ("ש", "Hebr"), ("ع", "Arab"), ("پ", "Arab"), ("ﻻ", "Arab"), ("ܐ", "Syrc"), ("ދ", "Thaa"),
    ("क", "Deva"), ("ি", "Beng"), ("ਕ", "Guru"), ("ક", "Gujr"), ("କ", "Orya"), ("க", "Taml"),
    ("క", "Telu"), ("ಕ", "Knda"), ("ക", "Mlym"), ("ක", "Sinh"), ("ก", "Thai"), ("ກ", "Laoo"),
    ("ཀ", "Tibt"), ("က", "Mymr"), ("ქ", "Geor"), ("አ", "Ethi"), ("ក", "Khmr"), ("한", "Hang"),
    ("ㅎ", "Hang"), ("ひ", "Hira"), ("カ", "Kana"), ("ｶ", "Kana"), ("ー", "Kana"), ("漢", "Hani"),
    ("々", "Hani"), ("𠀀", "Hani"), ("ㄅ", "Bopo"), ("Ꮳ", "Cher"), ("ᠮ", "Mong"), ("Ⅳ", "Latn"),
    ("\u0301", "Zinh"), ("1", "Zyyy"), (" ", "Zyyy"), ("×", "Zyyy"), ("😀", "Zyyy"),
    ("\ud800", "Zzzz"), ("\U0010ffff", "Zzzz"),
]  # fmt: skip

NAMES_OF_SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "ARABIC": "Arab", "HEBREW": "Hebr", "DEVANAGARI": "Deva",
    "THAI": "Thai", "GEORGIAN": "Geor", "ARMENIAN": "Armn", "HANGUL": "Hang", "KATAKANA": "Kana",
    "HIRAGANA": "Hira", "CJK": "Hani", "ETHIOPIC": "Ethi", "KHMER": "Khmr", "TAMIL": "Taml",
    "TIBETAN": "Tibt", "MYANMAR": "Mymr", "COPTIC": "Copt", "BOPOMOFO": "Bopo", "SINHALA": "Sinh",
}  # fmt: skip


@pytest.mark.parametrize(("character", "script"), CHARACTERS, ids=lambda value: ascii(value))
def test_script_of_a_character(character: str, script: str) -> None:
    assert script_of(character) == script


def test_letters_of_the_basic_plane_have_the_script_their_name_says() -> None:
    wrong = []
    for codepoint in range(0x10000):
        character = chr(codepoint)
        if unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lo"):
            first = unicodedata.name(character, "").partition(" ")[0]
            if first in NAMES_OF_SCRIPTS and script_of(character) != NAMES_OF_SCRIPTS[first]:
                wrong.append((hex(codepoint), script_of(character)))
    assert not wrong, f"extend _RANGES in scripts.py: {wrong[:10]}"


def test_ranges_do_not_overlap() -> None:
    spans = scripts._SPANS
    assert [(one, two) for one, two in pairwise(spans) if one[1] >= two[0]] == []


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Il treno va a Mosca", {"Latn": 15}),
        ("攻殻機動隊 Ghost 2", {"Hani": 5, "Latn": 5}),
        ("となりのトトロ", {"Hira": 4, "Kana": 3}),
        ("Cталкер", {"Cyrl": 6, "Latn": 1}),
        ("8½ !!! 😀 2046", {}),
        ("\u0301\u0301", {}),
        ("", {}),
    ],
)
def test_letters_per_script(text: str, counts: dict[str, int]) -> None:
    assert scripts_in(text) == counts
    assert main_script(text) == next(iter(counts), None)


def test_most_frequent_script_comes_first() -> None:
    assert next(iter(scripts_in("abc жзиклмн"))) == "Cyrl"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_counted(text: str) -> None:
    counts = scripts_in(text)
    assert sum(counts.values()) <= len(text)
    assert all(script[0] != "Z" and number > 0 for script, number in counts.items())
