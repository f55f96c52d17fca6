"""Where words begin and end, in every script."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.tokenizers import tokenize, words_in


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Il treno va a Mosca", ["Il", "treno", "va", "a", "Mosca"]),
        ("L’Atalante", ["L", "Atalante"]),
        ("Spider-Man", ["Spider", "Man"]),
        ("snake_case", ["snake", "case"]),
        ("हिन्दी मंज़िल", ["हिन्दी", "मंज़िल"]),
        ("שָׁלוֹם", ["שָׁלוֹם"]),
        ("Le\u0301on", ["Le\u0301on"]),
        ("بچه\u200cهای آسمان", ["بچه", "های", "آسمان"]),
        ("ವಿಕಿ\u200dಪೀಡಿಯ", ["ವಿಕಿ\u200dಪೀಡಿಯ"]),
        ("東京", ["東", "東京", "京"]),
        ("308分", ["308", "分"]),
        ("ｺﾞｼﾞﾗ", ["ｺﾞ", "ｺﾞｼﾞ", "ｼﾞ", "ｼﾞﾗ", "ﾗ"]),
        ("올드 보이", ["올", "올드", "드", "보", "보이", "이"]),
        ("เกมส์", ["เกม", "กมส", "มส์"]),
        ("ไป", ["ไป"]),
        ("8½", ["8", "1", "2"]),
        ("攻殻 Ghost", ["攻", "攻殻", "殻", "Ghost"]),
        ("ア・イ", ["ア", "イ"]),
        ("時々", ["時", "時時", "時"]),
        ("馬鹿々々し", ["馬", "馬鹿", "鹿", "鹿馬", "馬", "馬鹿", "鹿", "鹿し", "し"]),
        ("すゞ", ["す", "すず", "ず"]),
        ("々", ["々"]),
        ("I ♥ you", ["I", "♥", "you"]),
        ("... !? -- 。、", []),
        ("", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert [token.text for token in tokenize(text)] == tokens


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("七人の侍 and more", ["七人の侍", "and", "more"]),
        ("攻殻機動隊2045", ["攻殻機動隊", "2045"]),
        ("Кин-дза-дза!", ["Кин", "дза", "дза"]),
    ],
)
def test_stretches_are_whole(text: str, stretches: list[str]) -> None:
    assert [stretch for stretch, _, _ in words_in(text)] == stretches


def test_positions_count_characters_in_scripts_without_spaces() -> None:
    assert [(token.text, token.position) for token in tokenize("東京 is 大")] == [
        ("東", 0), ("東京", 0), ("京", 1), ("is", 2), ("大", 3),
    ]  # fmt: skip


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_nothing_is_lost_and_offsets_lie_inside(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    tokens = tokenize(text)
    covered = set()
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text), "offsets must lie inside the text"
        covered.update(range(token.start, token.end))
    missed = [
        character
        for index, character in enumerate(text)
        if unicodedata.category(character)[0] in "LN" and index not in covered
    ]
    assert missed == [], "every letter and digit belongs to a token: see the ranges in tokenizers.py"
    assert [token.position for token in tokens] == sorted(token.position for token in tokens)


@given(st.text(max_size=40))
def test_never_raises(text: str) -> None:
    assert isinstance(tokenize(text), list)
