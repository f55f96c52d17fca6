"""The quick ways to the words of a text find what the tokenizer finds, at the same places."""

from __future__ import annotations

import random

import pytest

from search.analysis.tokenizers import tokenize
from search.text_words import _MARKED, _PLAIN, _UNSPACED, TextWords

#: First and last code point of what is thrown together.
_BLOCKS = {
    "latin": (0x20, 0x250),
    "alphabets": (0x250, 0x590),
    "right to left": (0x590, 0x860),
    "india": (0x900, 0xE00),
    "thai and lao": (0xE00, 0xF00),
    "other asia": (0xF00, 0x1380),
    "khmer": (0x1780, 0x1880),
    "rest of the alphabets": (0x1380, 0x2000),
    "signs": (0x2000, 0x2400),
    "kana and signs": (0x2FF0, 0x3130),
    "han": (0x4E00, 0x4E80),
    "hangul": (0xAC00, 0xAC60),
    "full width": (0xFE00, 0x10000),
}


def agree(text: str) -> None:
    found = TextWords.of(text)
    tokens = tokenize(text)
    assert found.words == {one.text for one in tokens if not one.is_gram}, ascii(text)
    assert found.grams == {one.text for one in tokens if one.is_gram}, ascii(text)
    places = [(span, word, False) for word in found.words for span in found.places(word, False)]
    places += [(span, gram, True) for gram in found.grams for span in found.places(gram, True)]
    expected = {((one.start, one.end), one.text, one.is_gram) for one in tokens}
    assert set(places) == expected, ascii(text)


@pytest.mark.parametrize("block", _BLOCKS)
def test_each_character(block: str) -> None:
    for codepoint in range(*_BLOCKS[block]):
        for text in (
            chr(codepoint),
            f"a{chr(codepoint)}b",
            f"{chr(codepoint)}東{chr(codepoint)}",
            f"ก{chr(codepoint)}",
        ):
            agree(text)


@pytest.mark.parametrize("block", _BLOCKS)
def test_random_texts(block: str) -> None:
    chance = random.Random(block)
    alphabet = [chr(codepoint) for codepoint in range(*_BLOCKS[block])]
    for _ in range(400):
        letters = [*chance.sample(alphabet, 6), " ", " ", "a", "-", chance.choice("東ก한ま1я")]
        agree("".join(chance.choices(letters, k=24)))


def test_the_quick_ways_are_taken() -> None:
    """Ordinary texts need no tokenizer."""
    texts = {
        "latin": "L’Été – “à bout de souffle” (1960), 90 %…",
        "greek": "Ο Θίασος· πού πας;",
        "hindi": "दो बीघा ज़मीन, १९५३ की फ़िल्म।",
        "arabic": "بابُ الحديد، ١٩٥٨؟",
        "hebrew": "ואלס עִם באשיר",
        "japanese": "千と千尋の神隠し（2001年）「ジブリ」・映画、ＡＢＣ。",
        "korean": "기생충은 2019년 영화이다.",
        "chinese": "《花样年华》，王家衛導演，2000年。",
        "thai": "ลุงบุญมีระลึกชาติ พ.ศ. ๒๕๕๓",
        "khmer": "រំដួលអង្គរ",
    }
    for name, text in texts.items():
        quick = [pattern for pattern in (_PLAIN, _MARKED, _UNSPACED) if pattern.fullmatch(text)]
        assert quick, name
        agree(text)


def test_the_tokenizer_s_care() -> None:
    """Fractions, half-spaces and marks of repetition are not what is written."""
    for text in ("8½", "می‌خواهم", "人々と時々", "foo_bar", "I ♥ you", "co\u00adop"):
        agree(text)
    assert TextWords.of("8½").words == {"8", "1", "2"}
