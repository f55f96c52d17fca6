"""Do the Latin spellings people type meet the word as it is written?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.folding import fold, normalize
from search.analysis.romanization.scheme import Scheme, cheapest
from search.analysis.romanize import (
    MOST_SPELLINGS,
    MOST_WITHOUT_LANGUAGE,
    consonant_key,
    initial_consonants,
    jamo,
    pinyin_syllables,
    romanize,
    skeleton,
)

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=12)
NAMES = Path(__file__).with_name("romanized_names.tsv")


@pytest.mark.parametrize(
    ("language", "word", "typed"),
    [
        pytest.param(
            "ru",
            "Чайковский",
            "chaykovskiy tchaikovsky chaikovsky tschaikowski tchaikovski cajkovskij",
            id="russian",
        ),
        pytest.param("ru", "Фантомас", "fantomas", id="latin-title-typed-in-cyrillic"),
        pytest.param(
            "ru", "Хрущёв", "khrushchev khrushchov chruschtschow khrouchtchev", id="yo-after-sibilant"
        ),
        pytest.param(None, "Чайковский", "tchaikovsky chaykovskiy", id="language-unknown"),
        pytest.param("bg", "Чайковский", "chaykovskiy tchaikovski tschaikowski", id="language-guessed-wrong"),
        pytest.param("uk", "забутих", "zabutykh", id="ukrainian-y"),
        pytest.param(None, "забутих", "zabutykh zabutikh", id="ukrainian-unknown"),
        pytest.param("uk", "Григорій", "hryhorii grigoriy", id="ukrainian-h"),
        pytest.param("bg", "Щастие", "shtastie", id="bulgarian"),
        pytest.param("sr", "Живојин", "zivojin zhivoyin", id="serbian"),
        pytest.param("el", "Καβάφης", "kavafis cavafis", id="greek-b-is-v"),
        pytest.param("el", "Μάιος", "maios", id="greek-vowels-apart"),
        pytest.param("el", "αυτός", "aftos", id="greek-voiceless-diphthong"),
        pytest.param("el", "μπλε", "ble", id="greek-b"),
        pytest.param("ja", "ゴジラ", "gojira", id="hepburn"),
        pytest.param("ja", "とうきょう", "tokyo toukyou", id="long-vowels"),
        pytest.param("ja", "ラーメン", "ramen raamen", id="length-mark"),
        pytest.param("ja", "しんぶん", "shinbun shimbun sinbun", id="n-before-b"),
        pytest.param("ja", "となりの", "tonarino tonari", id="trailing-particle"),
        pytest.param("ja", "ファイティング", "faitingu", id="foreign-sounds"),
        pytest.param("ja", "となりのトトロ", "tonarinototoro", id="both-kana"),
        pytest.param("ko", "기생충", "gisaengchung", id="revised-romanization"),
        pytest.param("ko", "올드보이", "oldeuboi", id="korean-loan"),
        pytest.param("ko", "국물", "gungmul gukmul", id="korean-sound-change"),
        pytest.param("ko", "신라", "silla", id="korean-double-l"),
        pytest.param("ko", "부산", "busan pusan", id="mccune-reischauer"),
        pytest.param("hi", "तीसरी", "teesri tisri", id="hindi-long-i"),
        pytest.param("hi", "मंज़िल", "manzil manjil", id="hindi-nukta"),
        pytest.param("hi", "बचपन", "bachpan", id="hindi-silent-vowel"),
        pytest.param("te", "బాహుబలి", "bahubali baahubali", id="telugu"),
        pytest.param("ml", "ദൃശ്യം", "drishyam", id="malayalam"),
        pytest.param("bn", "পথের", "pather", id="bengali"),
        pytest.param("ta", "பொன்னியின்", "ponniyin", id="tamil"),
        pytest.param("ka", "საქართველო", "sakartvelo", id="georgian"),
        pytest.param("hy", "Հայաստան", "hayastan", id="armenian"),
        pytest.param("he", "באשיר", "bashir", id="hebrew"),
        pytest.param("fa", "آسمان", "asman", id="persian"),
        pytest.param("th", "องค์บาก", "ongbak", id="thai"),
        pytest.param("zh", "花樣年華", "huayangnianhua", id="pinyin"),
        pytest.param("fr", "Fantômas", "fantomas", id="latin"),
    ],
)
def test_typed_spellings_are_among_the_romanisations(language: str | None, word: str, typed: str) -> None:
    assert set(typed.split()) <= set(romanize(normalize(word), language))


def test_own_language_comes_first() -> None:
    assert romanize("киев", "uk")[0] != romanize("киев", "ru")[0]


def _rows() -> list[tuple[str, str, list[str]]]:
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(language, native, typed.split()) for language, native, typed in rows]


def _meets(native: str, typed: str, language: str) -> bool:
    """As the index and the query do it: by spelling, by the sound of words of five letters or more,
    by consonants of three or more."""
    exact, folded = normalize(native), fold(normalize(typed))
    spellings = romanize(exact, language)
    if folded in spellings:
        return True
    if len(folded) >= 5 and skeleton(folded) in {skeleton(one) for one in spellings[:4]}:
        return True
    consonants = consonant_key(folded)
    return len(consonants) >= 3 and language in ("ar", "fa", "he") and consonants == consonant_key(exact)


def test_names_people_type_meet_the_names_as_written() -> None:
    pairs = [(native, typed, language) for language, native, spellings in _rows() for typed in spellings]
    missed = [(native, typed) for native, typed, language in pairs if not _meets(native, typed, language)]
    # Measured 0.94 of 299 pairs; the rest are translations or English customs (Godzilla, Cavafy).
    assert len(missed) <= 0.08 * len(pairs), missed


def test_sound_keys_tell_other_words_apart() -> None:
    keys = [skeleton(spellings[0]) for _, _, spellings in _rows() if len(spellings[0]) >= 5]
    assert len(set(keys)) >= 0.97 * len(keys)


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param("potemkin potyomkin potjomkin potiomkine", id="potemkin"),
        pytest.param("tchaikovsky chaykovskiy tschaikowski tchaikovski", id="tchaikovsky"),
        pytest.param("rakhmaninov rahmaninov rakhmaninoff", id="ending-off"),
        pytest.param("sostakovic shostakovich", id="carons-folded"),
        pytest.param("mohammed mohamed", id="double-letters"),
        pytest.param("yuri iouri", id="glide-at-the-beginning"),
    ],
)
def test_one_skeleton(spellings: str) -> None:
    assert len({skeleton(one) for one in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("native", "typed"),
    [
        pytest.param("الرسالة", "risala alrisala resala", id="article-and-vowels"),
        pytest.param("محمد", "mohamed muhammad mohammed", id="muhammad"),
        pytest.param("القاهرة", "qahira kahera", id="q-and-k"),
        pytest.param("پرسپولیس", "persepolis", id="persian-p"),
        pytest.param("گیلاس", "gilas guilass", id="persian-g"),
        pytest.param("ואלס", "vals wals", id="waw-at-the-beginning"),
        pytest.param("ירושלים", "yerushalayim yerushalaim", id="hebrew-plural"),
        pytest.param("מבצע", "mivtza mivtsa", id="hebrew-tz"),
    ],
)
def test_consonant_keys_meet(native: str, typed: str) -> None:
    key = consonant_key(normalize(native))
    assert len(key) >= 3
    assert {consonant_key(one) for one in typed.split()} == {key}


def test_consonant_key_of_other_scripts_is_empty() -> None:
    assert [consonant_key(word) for word in ("москва", "東京", "")] == ["", "", ""]


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        pytest.param("花樣年華", ["hua", "yang", "nian", "hua"], id="traditional"),
        pytest.param("霸王别姬", ["ba", "wang", "bie", "ji"], id="simplified"),
        pytest.param("七人の侍", ["qi", "ren", "shi"], id="kana-left-out"),
        pytest.param("ghost", [], id="no-han"),
    ],
)
def test_pinyin(text: str, syllables: list[str]) -> None:
    assert pinyin_syllables(text) == syllables


@pytest.mark.parametrize(
    ("word", "initials"),
    [("올드보이", "ㅇㄷㅂㅇ"), ("기생충", "ㄱㅅㅊ"), ("꿈", "ㄲ"), ("올드ㅂ", ""), ("oldboy", ""), ("", "")],
)
def test_initial_consonants(word: str, initials: str) -> None:
    assert initial_consonants(word) == initials


@pytest.mark.parametrize(
    "typed", ["ㅇ", "오", "올", "올ㄷ", "올드", "올드ㅂ", "올듭", "올드보", "올드봉", "올드보이"]
)
def test_a_half_typed_word_is_a_prefix(typed: str) -> None:
    assert jamo("올드보이").startswith(jamo(typed))


@pytest.mark.parametrize(
    ("word", "keys"), [("닭", "ㄷㅏㄹㄱ"), ("과", "ㄱㅗㅏ"), ("ㅄ", "ㅂㅅ"), ("old", ""), ("", "")]
)
def test_jamo(word: str, keys: str) -> None:
    assert jamo(word) == keys


@given(ANY_TEXT, st.sampled_from((None, "ru", "uk", "ja", "und", "zh-Hant", "")))
def test_romanisations_are_plain_and_never_raise(word: str, language: str | None) -> None:
    for start in (word, normalize(word)):
        spellings = romanize(start, language)
        assert all(re.fullmatch("[a-z0-9]+", one) for one in spellings)
        most = MOST_SPELLINGS if language not in (None, "und", "") else MOST_WITHOUT_LANGUAGE
        assert len(spellings) == len(set(spellings)) <= most


@given(st.text(alphabet="ชกฎะาิ์เแไคุอวยรหนم اويبגשןתआकंक्षीज़ਪੰਅൺക്കටිごーっゃんファ각ㄱ닭", max_size=8))
def test_no_order_of_letters_and_marks_raises(word: str) -> None:
    assert isinstance(romanize(normalize(word)), tuple)
    assert isinstance(pinyin_syllables(word), list)


@given(ANY_TEXT)
def test_keys_never_raise(word: str) -> None:
    assert re.fullmatch("[a-z0-9]*", skeleton(word))
    assert re.fullmatch("[a-z]*", consonant_key(word))
    assert isinstance(initial_consonants(word) + jamo(word), str)


def test_cheapest_takes_first_options_first() -> None:
    assert cheapest([("a", "b"), ("x", "y")], 3) == ("ax", "ay", "bx")


def test_a_scheme_knows_places_and_refuses_foreign_letters() -> None:
    rules = {"е": "e", "^е": "ye", "+е": "ye", "о": "o", "ий$": "y", "и": "i", "л": "l", "й": "j"}
    scheme = Scheme(rules, vowels="ое")
    assert scheme.spellings("ело", 2) == ("yelo",)
    assert scheme.spellings("лоелий", 2) == ("loyely",)
    assert scheme.spellings("лї", 2) == ()
