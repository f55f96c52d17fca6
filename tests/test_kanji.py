"""Readings of kanji without a dictionary of words, and unbroken words cut into known ones."""

from __future__ import annotations

import pytest

from search.analysis.analyzer import name_forms
from search.analysis.romanization.kanji import MOST_CANDIDATES, kanji_spellings, shortened
from search.analysis.romanization.kanji_table import table_lines
from search.query.segmentation import cuts


@pytest.mark.parametrize(
    ("kanji", "reading"),
    [
        ("東京", "tokyo"),
        ("京都", "kyoto"),
        ("物語", "monogatari"),
        ("学校", "gakko"),
        ("日本", "nippon"),
        ("心中", "shinju"),
        ("羅生門", "rashomon"),
        ("侍", "samurai"),
        ("桜", "sakura"),
        ("影武者", "kagemusha"),
        ("切腹", "seppuku"),
        ("用心棒", "yojinbo"),
    ],
)
def test_the_reading_is_among_the_candidates(kanji: str, reading: str) -> None:
    assert reading in kanji_spellings(kanji)


def test_candidates_are_bounded_and_latin() -> None:
    run = "生上下行明空重着開"
    candidates = kanji_spellings(run)
    assert all(one.isascii() and one.isalpha() and one.islower() for one in candidates)
    assert len(candidates) <= MOST_CANDIDATES * 3 * len(run)


@pytest.mark.parametrize(
    ("typed", "short"), [("toukyou", "tokyo"), ("Oosaka".lower(), "osaka"), ("kimi", "kimi")]
)
def test_long_vowels_are_written_short(typed: str, short: str) -> None:
    assert shortened(typed) == short


@pytest.mark.parametrize(
    ("title", "language", "both"),
    [
        ("東京物語", "zh", True),
        ("东京故事", "zh", False),
        ("東京物語", "ja", True),
        ("東京物語", "und", True),
    ],
    ids=["shared-characters", "simplified", "japanese", "undetermined"],
)
def test_a_title_that_may_be_japanese_is_read_both_ways(title: str, language: str, both: bool) -> None:
    latin = name_forms(title, language).latin
    assert ("tokyo" in latin) == both
    assert "dongjing" in latin


def test_the_table_is_made_from_unihan() -> None:
    lines = list(
        table_lines(
            [
                "# Unicode version: 15.0.0\n",
                "U+72AC\tkJapaneseKun\tINU\n",
                "U+72AC\tkJapaneseOn\tKEN\n",
                "U+72AC\tkMandarin\tquǎn\n",
                "U+3400\tkJapaneseOn\tKYUU\n",
            ]
        )
    )
    assert "Unicode Character Database 15.0.0" in lines[0]
    assert lines[1:] == ["犬 ken | inu"]


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        (
            "shichininnosamurai",
            {"shichinin", "no", "samurai", "shichi", "nin"},
            ("shichinin", "no", "samurai"),
        ),
        ("abcd", {"ab"}, None),
        ("ab", {"a", "b"}, None),
        ("x" * 200, {"xx"}, None),
    ],
    ids=["fewest-pieces-first", "no-way", "too-short", "too-long"],
)
def test_words_are_cut_into_known_ones(word: str, known: set[str], expected: tuple[str, ...] | None) -> None:
    found = cuts(word, known.__contains__)
    assert (found[0] if found else None) == expected
