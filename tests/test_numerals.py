"""Which number does a word stand for?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.numerals import numeral_variants


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("ii", "2"), ("iii", "3"), ("iv", "4"), ("v", "5"), ("vi", "6"), ("viii", "8"), ("ix", "9"), ("x",
        "10"),
        ("xiv", "14"), ("xix", "19"), ("xxx", "30"), ("xxxix", "39"), ("іі", "2"), ("хх", "20"),
        ("一", "1"), ("十", "10"), ("二十", "20"), ("三百二十一", "321"), ("千九百八十四", "1984"),
        ("二〇四六", "2046"),
        ("二万", "20000"), ("弐", "2"), ("两", "2"),
    ],
)  # fmt: skip
def test_numerals(word: str, number: str) -> None:
    assert numeral_variants(word) == (number,)


@pytest.mark.parametrize(
    "word",
    ["", "i", "m", "d", "c", "l", "iiii", "vv", "iix", "mix", "civil", "xl", "х", "2", "七人", "rocky"],
)
def test_words(word: str) -> None:
    assert numeral_variants(word) == ()


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=10))
def test_never_raises(word: str) -> None:
    assert all(variant.isdecimal() and variant.isascii() for variant in numeral_variants(word))
