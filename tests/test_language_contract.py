"""What every language of the table promises, the same for all of them.

When a test here fails, the failing code names the row in `languages_*.py`; the character names
the table to look at (folding, stemming rules, romanisation scheme of its script).
"""

from __future__ import annotations

import random
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import analyze, name_forms, stems_of
from search.analysis.folding import fold, normalize
from search.analysis.languages import LANGUAGES
from search.analysis.romanize import romanize
from search.analysis.tokenizers import tokenize, words_in

CODES = sorted(LANGUAGES)

#: One sentence or title for each script, with its usual difficulties.
TEXTS = (
    "The children's 2nd race: Spider-Man II, 8½ & naïve café",
    "Straßenbahnen, İSTANBUL'da ışıklar, Łódź, Þrestir, œuvre, đường",
    "Ёлки и п'ятниця у Ђорђа; Қазақстан",
    "Οι άνθρωποι της Αθήνας, ΘΊΑΣΟΣ",
    "犬夜叉 紅蓮の蓬莱島 ｺﾞｼﾞﾗ 臥虎藏龍 올드보이",
    "إسكندرية... ليه؟ بچه‌های آسمان ٢٠٤٦ ואלס עם באשיר וַאלְס",
    "तीसरी मंज़िल বাংলা ਪੰਜਾਬੀ ગુજરાતી ଓଡ଼ିଆ தமிழ் తెలుగు ಕನ್ನಡ മലയാളം සිංහල",
    "ฉลาดเกมส์โกง ฤดู ພາສາລາວ ភាសាខ្មែរ မြန်မာဘာသာ བོད་སྐད",
    "ქართული Հայերեն አማርኛ ትግርኛ ދިވެހި ܣܘܪܝܝܐ ᏣᎳᎩ ᠮᠣᠩᠭᠣᠯ",
    "🎬 ♥ ... 2046 ２０４６ x² №5",
)


def test_the_table_has_at_least_sixty_languages() -> None:
    assert len(CODES) >= 60


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_lost_and_offsets_lie_inside(code: str) -> None:
    for text in (unicodedata.normalize("NFC", one) for one in TEXTS):
        covered: set[int] = set()
        for one in analyze(text, code):
            assert 0 <= one.token.start < one.token.end <= len(text)
            covered.update(range(one.token.start, one.token.end))
            assert one.forms.exact, f"{one.token.text!r} has no exact form in {code}"
            if not one.token.is_gram:
                assert one.forms.stems, f"{one.token.text!r} has no stem in {code}"
                assert all(one.forms.stems)
        lost = [letter for place, letter in enumerate(text) if letter.isalnum() and place not in covered]
        assert lost == [], f"letters outside every token in {code}"


@pytest.mark.parametrize("code", CODES)
def test_folding_and_normalising_twice_changes_nothing(code: str) -> None:
    row = LANGUAGES[code]
    for text in TEXTS:
        for stretch, _, _ in words_in(unicodedata.normalize("NFC", text)):
            exact = normalize(stretch)
            assert normalize(exact) == exact
            assert fold(fold(exact)) == fold(exact)
            assert fold(fold(exact, row.keep_letters), row.keep_letters) == fold(exact, row.keep_letters)


@pytest.mark.parametrize("code", CODES)
def test_letters_of_the_language_do_not_fold_in_its_stems(code: str) -> None:
    row = LANGUAGES[code]
    for letter in row.keep_letters:
        assert fold(letter, row.keep_letters) == letter, f"{letter} must stay itself in {code}"


@pytest.mark.parametrize("code", CODES)
def test_index_and_query_meet(code: str) -> None:
    """A word finds itself in any case and width: the forms are those of one analyzer."""
    row = LANGUAGES[code]
    for word in ("Treno", "МОСКВА", "Αθήνα", "ｇｈｏｓｔ", "Łódź"):
        assert stems_of(normalize(word), row) == stems_of(normalize(word.lower()), row)
        assert stems_of(normalize(unicodedata.normalize("NFD", word)), row) == stems_of(normalize(word), row)


@given(st.text(max_size=30), st.sampled_from(CODES))
def test_never_raises_on_any_text(text: str, code: str) -> None:
    for one in analyze(unicodedata.normalize("NFC", text), code):
        assert isinstance(one.forms.exact, str)
    for stretch, _, _ in words_in(text):
        name_forms(stretch, code)


def test_never_raises_on_any_letter() -> None:
    """Every letter, mark and number of Unicode, alone and among its neighbours."""
    source = random.Random(2026)
    letters = [
        chr(point) for point in range(sys.maxunicode + 1) if unicodedata.category(chr(point))[0] in "LMN"
    ]
    # Ideographs and syllables behave alike: a sample of the large blocks is enough.
    many = ("CJK", "HANGUL SYLLABLE")
    letters = [
        letter
        for letter in letters
        if not unicodedata.name(letter, "").startswith(many) or source.random() < 0.02
    ]
    for place, letter in enumerate(letters):
        near = letters[max(0, place - 40) : place + 40]
        for word in (letter, letter + "".join(source.choices(near, k=3))):
            exact = normalize(word)
            fold(exact)
            spellings = romanize(exact)
            assert all(spelling.isascii() for spelling in spellings), f"{word!r} gives {spellings}"
            name_forms(word, "und")
            assert all(token.start < token.end for token in tokenize(word))
