"""Two spellings of a word: the same in the exact form, the same when folded, or different?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.folded_letters import FOLDED_LETTERS
from search.analysis.folding import fold, fold_all, normalize, normalize_all, spelled_out_variants
from search.analysis.han_variants import SIMPLIFIED, VARIANTS
from search.analysis.homoglyphs import repair_homoglyphs
from search.analysis.language import Language

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=12)


@pytest.mark.parametrize(
    ("word", "exact"),
    [
        pytest.param("PSYCHO", "psycho", id="ascii"),
        pytest.param("İSTANBUL", "istanbul", id="turkish-capital-dotted-i"),
        pytest.param("I\u0307stanbul", "istanbul", id="turkish-dotted-i-decomposed"),
        pytest.param("i\u0307stanbul", "istanbul", id="dotted-i-lowered-by-others"),
        pytest.param("Işık", "işık", id="dotless-i-stays"),
        pytest.param("STRAẞE", "straße", id="capital-sharp-s"),
        pytest.param("Straße", "straße", id="sharp-s-is-not-ss"),
        pytest.param("Θίασος", "θίασοσ", id="final-sigma"),
        pytest.param("Le\u0301on", "léon", id="decomposed"),
        pytest.param("Le\u0301\u200bon\u00ad", "léon", id="zero-width-and-soft-hyphen"),
        pytest.param("ｺﾞｼﾞﾗ", "ゴジラ", id="half-width-kana-with-marks"),
        pytest.param("２０４６", "2046", id="full-width-digits"),
        pytest.param("٢٠٤٦", "2046", id="arabic-digits"),
        pytest.param("२०४६", "2046", id="devanagari-digits"),
        pytest.param("ﬁlm", "film", id="ligature"),
        pytest.param("וַאלְס", "ואלס", id="niqqud"),
        pytest.param("שׁלום", "שלום", id="hebrew-presentation-form"),
        pytest.param("مُحَمَّد", "محمد", id="harakat"),
        pytest.param("هٰذا", "هذا", id="superscript-alef"),
        pytest.param("الســلام", "السلام", id="tatweel"),
        pytest.param("ﻛﺘﺎﺏ", "كتاب", id="arabic-presentation-forms"),
        pytest.param("کتابی", "كتابي", id="farsi-keheh-and-yeh"),
        pytest.param("إسكندرية", "إسكندرية", id="hamza-stays"),
        pytest.param("Ле\u0301нин", "ленин", id="stress-mark"),
        pytest.param("Ѓорѓи", "ѓорѓи", id="macedonian-letter-is-no-stress"),
        pytest.param("Чайковский", "чайковский", id="short-i"),
        pytest.param("пʼятниця", "пятниця", id="apostrophe-letter"),
        pytest.param("क़लम", unicodedata.normalize("NFC", "क़लम"), id="nukta-one-way"),
        pytest.param("เเม่", "แม่", id="sara-e-typed-twice"),
        pytest.param("น\u0e4d้า", normalize("น้ำ"), id="sara-am-typed-apart"),
        pytest.param("Cталкер", "сталкер", id="latin-c-in-cyrillic"),
        pytest.param("♥\ufe0f", "♥", id="variation-selector"),
        pytest.param("\u200d", "", id="nothing-visible"),
        pytest.param("\ud800x", "\ud800x", id="lone-surrogate"),
    ],
)
def test_exact_form(word: str, exact: str) -> None:
    assert normalize(word) == exact


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        pytest.param("fantômas", "fantomas", id="french"),
        pytest.param("straße", "strasse", id="sharp-s"),
        pytest.param("cœur", "coeur", id="ligature"),
        pytest.param("człowiek", "czlowiek", id="polish"),
        pytest.param("død", "dod", id="danish"),
        pytest.param("þrestir", "threstir", id="thorn"),
        pytest.param("ışık", "isik", id="turkish"),
        pytest.param("đủ", "du", id="vietnamese"),
        pytest.param("ėjęs", "ejes", id="lithuanian"),
        pytest.param("əli", "eli", id="azerbaijani"),
        pytest.param("ёлки", "елки", id="yo"),
        pytest.param("чайка", "чайка", id="short-i-stays"),
        pytest.param("їжак", "їжак", id="yi-stays"),
        pytest.param("ґанок", "ганок", id="ge-with-upturn"),
        pytest.param("қазақ", "казак", id="kazakh"),
        pytest.param("θίασοσ", "θιασοσ", id="greek-accent"),
        pytest.param("προϊόν", "προιον", id="greek-dialytika"),
        pytest.param("ゴジラ", "ごじら", id="katakana"),
        pytest.param("キャノン", "きやのん", id="small-kana"),
        pytest.param("サーバー", "さーばー", id="length-mark-stays"),
        pytest.param("が", "が", id="voicing-is-no-accent"),
        pytest.param("إسكندرية", "اسكندريه", id="arabic-alef-and-teh-marbuta"),
        pytest.param("آسمان", "اسمان", id="madda"),
        pytest.param("مومياء", "موميا", id="final-hamza"),
        pytest.param("על־ךםןףץ", "על־כמנפצ", id="hebrew-final-forms"),
        pytest.param("मंज़िल", "मंजिल", id="nukta"),
        pytest.param("हँसी", "हंसी", id="candrabindu"),
        pytest.param("हिन्दी", "हिन्दी", id="devanagari-vowels-stay"),
        pytest.param("เกมส์", "เกมส์", id="thai-signs-stay"),
        pytest.param("臥虎藏龍", "卧虎藏龙", id="traditional"),
        pytest.param("竜", "龙", id="shinjitai"),
        pytest.param("桜", "樱", id="shinjitai-of-another-traditional"),
        pytest.param("東京", "东京", id="japanese-name"),
        pytest.param("올드보이", "올드보이", id="hangul"),
    ],
)
def test_folded_form(word: str, folded: str) -> None:
    assert fold(unicodedata.normalize("NFC", word)) == unicodedata.normalize("NFC", folded)


@pytest.mark.parametrize(
    ("word", "keep", "folded"),
    [
        pytest.param("åsa", "åäö", "åsa", id="swedish-letter"),
        pytest.param("åsé", "åäö", "åse", id="other-marks-go"),
        pytest.param("lậm", "â", "lâm", id="tone-goes-letter-stays"),
        pytest.param("ñandú", "ñ", "ñandu", id="spanish"),
        pytest.param("øl", "æøå", "øl", id="not-decomposable"),
    ],
)
def test_letters_of_a_language_stay(word: str, keep: str, folded: str) -> None:
    assert fold(word, keep) == folded


@pytest.mark.parametrize(
    ("mixed", "repaired"),
    [
        pytest.param("Cталкер", "Сталкер", id="latin-in-cyrillic"),
        pytest.param("Mосква", "Москва", id="latin-capital"),
        pytest.param("Тhe", "The", id="cyrillic-in-latin"),
        pytest.param("Αlpha", "Alpha", id="greek-in-latin"),
        pytest.param("Яndex", "Яndex", id="no-twin-either-way"),
        pytest.param("μTorrent", "μTorrent", id="greek-letter-meant"),
        pytest.param("Сталкер", "Сталкер", id="one-script"),
    ],
)
def test_homoglyphs(mixed: str, repaired: str) -> None:
    assert repair_homoglyphs(mixed) == repaired


def test_han_tables_are_aligned_and_end() -> None:
    assert len(VARIANTS) == len(SIMPLIFIED) == len(set(VARIANTS))
    assert not set(VARIANTS) & set(SIMPLIFIED)


def test_every_folded_letter_is_folded_already() -> None:
    assert {letter: fold(letter) for letter in FOLDED_LETTERS if fold(fold(letter)) != fold(letter)} == {}


def test_every_character_of_the_first_plane_folds_once_and_for_all() -> None:
    unstable = []
    for codepoint in range(0x10000):
        exact = normalize(chr(codepoint))
        folded = fold(exact)
        if normalize(exact) != exact or fold(folded) != folded or normalize(folded) != folded:
            unstable.append(hex(codepoint))
    assert unstable == []


@given(ANY_TEXT)
def test_normalize_is_idempotent_and_never_raises(word: str) -> None:
    exact = normalize(word)
    assert normalize(exact) == exact


@given(ANY_TEXT, st.sampled_from(("", "åäö", "ñ", "âêôăơưđ", "йїё")))
def test_fold_is_idempotent_and_never_raises(word: str, keep: str) -> None:
    for start in (word, normalize(word)):
        folded = fold(start, keep)
        assert fold(folded, keep) == folded


@given(st.lists(ANY_TEXT.map(lambda text: "".join(text.split())), max_size=6))
@example(["\ufdfa", "a"])
@example(["C\u0442\u0430\u043b\u043a\u0435\u0440", "film"])
@example(["\u0130", "\u0e40", "\u0e40", "\u0e4d", "\u0e48\u0e32"])
@example(["a", "\u0301", "\u03a3", "\u03a3\u03a3"])
@example([])
@example([""])
def test_many_words_at_once_are_as_one_by_one(words: list[str]) -> None:
    exacts = [normalize(word) for word in words]
    assert normalize_all(words) == exacts
    assert fold_all(exacts) == [fold(word) for word in exacts]
    assert fold_all(exacts, "\u00e5\u00e4\u00f6") == [fold(word, "\u00e5\u00e4\u00f6") for word in exacts]


@given(st.text(max_size=8))
def test_no_blank_appears_in_a_word(word: str) -> None:
    one_word = "".join(word.split())
    assert normalize(one_word).split() in ([], [normalize(one_word)])


@pytest.mark.parametrize(
    ("word", "variants"),
    [
        pytest.param("müller", ("mueller",), id="one-letter"),
        pytest.param("blåbærgrød", ("blaabaergroed",), id="all-letters"),
        pytest.param("muller", (), id="nothing-to-spell-out"),
    ],
)
def test_spelled_out(word: str, variants: tuple[str, ...]) -> None:
    row = Language("xx", "Test", "Test", ("Latn",), spelled_out={"ü": "ue", "å": "aa", "æ": "ae", "ø": "oe"})
    assert spelled_out_variants(word, row) == variants


def test_without_a_custom_nothing_is_spelled_out() -> None:
    assert spelled_out_variants("müller", Language("xx", "Test", "Test", ("Latn",))) == ()
