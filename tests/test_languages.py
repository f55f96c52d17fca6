"""Is every row of the language table sound, and do its rules bring the forms of a word together?"""

from __future__ import annotations

import re
import unicodedata
from importlib import resources
from pathlib import Path

import pytest
import Stemmer
from langdetect.detector_factory import PROFILES_DIRECTORY

from search.analysis.analyzer import stems_of
from search.analysis.folding import normalize
from search.analysis.keyboards import LAYOUTS
from search.analysis.language import Language
from search.analysis.languages import (
    LANGUAGES,
    canonical_code,
    is_known,
    language,
    languages_of_script,
)
from search.analysis.scripts import script_of
from search.analysis.stop_words import stop_words
from search.analysis.tokenizers import tokenize

RIGHT_TO_LEFT = frozenset(("Arab", "Hebr", "Syrc", "Thaa", "Nkoo"))
ROWS = [pytest.param(row, id=code) for code, row in LANGUAGES.items()]
STOP_WORD_FILES = [
    pytest.param(file.name.removesuffix(".txt"), file.read_text(encoding="utf-8"), id=file.name)
    for file in sorted(resources.files("search.analysis.stop_words").iterdir(), key=lambda file: file.name)
    if file.name.endswith(".txt")
]
#: Languages that only Snowball's own names connect with a code.
SNOWBALL_VARIANTS = frozenset(("porter", "dutch_porter"))


def is_lower_composed(text: str) -> bool:
    return text == unicodedata.normalize("NFC", text) and text == text.lower()


@pytest.mark.parametrize("row", ROWS)
def test_row_is_sound(row: Language) -> None:
    assert LANGUAGES[row.code] is row
    assert row.name
    assert row.native_name == unicodedata.normalize("NFC", row.native_name)
    assert all(re.fullmatch("[A-Z][a-z]{3}", script) for script in row.scripts)
    assert row.direction == ("rtl" if row.scripts[0] in RIGHT_TO_LEFT else "ltr")
    assert not row.family or LANGUAGES[row.family].family == "", "a family is named after a row of its own"
    assert row.stemmer is None or row.stemmer in Stemmer.algorithms()
    assert row.keyboard is None or LAYOUTS[row.keyboard].script in row.scripts


@pytest.mark.parametrize("row", ROWS)
def test_row_speaks_of_letters_as_the_analyzer_sees_them(row: Language) -> None:
    assert is_lower_composed(row.keep_letters)
    assert len(set(row.keep_letters)) == len(row.keep_letters)
    for letter, spelling in row.spelled_out.items():
        assert is_lower_composed(letter)
        assert len(letter) == 1
        assert spelling.isascii()
        assert spelling.isalpha()
    for letter, before in row.after.items():
        assert is_lower_composed(letter)
        assert is_lower_composed(before)
        assert letter != before
    for word in (*row.prefixes, *row.articles):
        assert is_lower_composed(word)


@pytest.mark.parametrize("row", ROWS)
def test_alphabet_has_no_circle(row: Language) -> None:
    for letter in row.after:
        passed = set()
        while letter in row.after:
            assert letter not in passed, f"{letter} sorts after itself"
            passed.add(letter)
            letter = row.after[letter]


@pytest.mark.parametrize("row", ROWS)
def test_suffix_rules_are_longest_first_and_in_the_scripts_of_the_language(row: Language) -> None:
    lengths = [len(ending) for ending, _ in row.suffix_rules]
    assert lengths == sorted(lengths, reverse=True)
    assert len(dict(row.suffix_rules)) == len(row.suffix_rules)
    for ending, replacement in row.suffix_rules:
        assert ending
        assert (ending, replacement) == (normalize(ending), normalize(replacement)), (
            "rules work on exact forms"
        )
        assert {script_of(letter) for letter in ending + replacement} <= {*row.scripts, "Zinh", "Zyyy"}


@pytest.mark.parametrize(
    "row", [row for row in LANGUAGES.values() if row.code != "und"], ids=lambda row: row.code
)
def test_native_name_is_in_a_script_of_the_language(row: Language) -> None:
    scripts = {script_of(letter) for letter in row.native_name if letter.isalpha()} - {"Zinh", "Zyyy"}
    assert scripts
    assert scripts <= set(row.scripts)


def test_table_is_wide_enough() -> None:
    assert len(LANGUAGES) >= 85


def test_every_language_of_langdetect_has_a_row() -> None:
    names = {path.name for path in Path(PROFILES_DIRECTORY).iterdir() if not path.name.startswith(("_", "."))}
    assert {name for name in names if not is_known(name)} == set()


def test_every_snowball_algorithm_is_used() -> None:
    used = {row.stemmer for row in LANGUAGES.values()}
    assert set(Stemmer.algorithms()) - SNOWBALL_VARIANTS - used == set()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("pt-BR", "pt"),
        ("PT_br", "pt"),
        ("zh-TW", "zh"),
        ("zh-Hant-HK", "zh"),
        ("sr-Latn-RS", "sr"),
        ("iw", "he"),
        ("in", "id"),
        ("mo", "ro"),
        ("tl", "tl"),
        ("fil", "tl"),
        ("cn", "yue"),
        ("zh-yue", "yue"),
        ("zh-min-nan", "nan"),
        ("ITA", "it"),
        ("ger", "de"),
        (" en ", "en"),
        ("", "und"),
        ("tlh", "und"),
        ("xx", "und"),
        ("no-such-language", "no"),
        ("-", "und"),
        ("\u0000", "und"),
    ],
)
def test_canonical_code(code: str, expected: str) -> None:
    assert canonical_code(code) == expected
    assert language(code) is LANGUAGES[expected]
    assert is_known(code) == (expected != "und")


@pytest.mark.parametrize("code", LANGUAGES)
def test_codes_of_the_table_mean_themselves(code: str) -> None:
    assert canonical_code(code) == code
    assert canonical_code(code.upper() + "-XX") == code


@pytest.mark.parametrize(
    ("script", "first", "also"),
    [
        ("Latn", "en", {"sr", "tr", "vi"}),
        ("Cyrl", "ru", {"sr", "uk", "bs", "kk"}),
        ("Hani", "zh", {"ja", "yue"}),
        ("Arab", "ar", {"fa", "ur", "ku"}),
        ("Deva", "hi", {"mr", "ne"}),
        ("Hang", "ko", set()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_languages_of_script(script: str, first: str, also: set[str]) -> None:
    codes = [row.code for row in languages_of_script(script)]
    assert codes[0] == first
    assert also <= set(codes)
    assert len(codes) == len(set(codes))


def test_unknown_script_has_no_languages() -> None:
    assert languages_of_script("Xxxx") == ()


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("ru", "лобанов лобанова лобанову лобановым лобанове лобановы"),
        ("ru", "конец конца концом концы"),
        ("ru", "девушка девушки девушку девушек"),
        ("pl", "książka książki książce książkę"),
        ("pl", "chłopiec chłopca chłopcem"),
        ("cs", "kniha knihy knize knihou"),
        ("fi", "menneisyys menneisyyttä menneisyyden menneisyydessä menneisyyteen"),
        ("fi", "rakkaus rakkauden rakkautta rakkaudesta"),
        ("fi", "vastaus vastauksen vastausta vastaukset"),
        ("fi", "ihminen ihmisen ihmistä ihmiset"),
        ("fi", "kaupunki kaupungin kaupungissa kaupunkia"),
        ("fi", "hallinto hallinnon hallinnossa hallintoa"),
        ("et", "leping lepingu lepingud lepingute"),
        ("hu", "kutya kutyák kutyát kutyákkal"),
        ("sr", "beograd beograda beogradu београд београда београду"),
        ("hr", "knjiga knjige knjigu књига књиге"),
        ("uk", "книга книги книгу книгою книгами"),
        ("uk", "радість радості радістю"),
        ("be", "кніга кнігі кнігу кнігай кнігамі"),
        ("bg", "градът градове градовете"),
        ("bg", "ученик ученици ученикът учениците"),
        ("bg", "история историята истории историите"),
        ("mk", "книга книгата книги книгите"),
        ("sk", "mestský mestského mestskému mestskí"),
        ("sk", "chlapec chlapca chlapci chlapcov"),
        ("sl", "zemlja zemlje zemljo zemlji"),
        ("lv", "grāmata grāmatas grāmatu grāmatām"),
        ("sq", "student studenti studentit studentëve"),
        ("is", "hestur hestinum hestarnir hesta"),
        ("ka", "წიგნი წიგნის წიგნები წიგნებში"),
        ("az", "kitabı kitablar kitablarda kitabdan"),
        ("uz", "kitobni kitoblar kitoblarda kitobdan"),
        ("kk", "кітаптар кітапты кітаптан"),
        ("ur", "کتابیں کتابوں"),
        ("mr", "पुस्तके पुस्तकात पुस्तकाची"),
        ("bn", "মানুষের মানুষকে মানুষরা"),
        ("gu", "પુસ્તકો પુસ્તકમાં પુસ્તકની"),
        ("te", "పుస్తకం పుస్తకాలు పుస్తకంలో"),
        ("ml", "പുസ്തകം പുസ്തകങ്ങൾ പുസ്തകത്തിൽ"),
        ("kn", "ಪುಸ್ತಕಗಳು ಪುಸ್ತಕದಲ್ಲಿ ಪುಸ್ತಕವನ್ನು"),
        ("he", "מלחמה מלחמות מלחמת"),
        ("ru", "ковёр ковра ковры ковров"),
        ("uk", "читати читала читали читалася"),
        ("be", "чытаць чытала чыталі чыталася"),
        ("sk", "volať volal volala volali"),
        ("cs", "volat volal volala volali"),
        ("sl", "govoriti govoril govorila govorili"),
        ("af", "gesprek gesprekke"),
        ("af", "moreel morele"),
        ("mr", "काढणे काढला काढली काढून"),
        ("ur", "رکھنا رکھتے رکھا رکھنے"),
        ("fa", "شهر شهرها شهرهای شهری"),
        ("et", "võlgnevus võlgnevuse võlgnevusega"),
    ],
)
def test_forms_of_a_word_share_a_stem(code: str, forms: str) -> None:
    stems = {form: stems_of(normalize(form), LANGUAGES[code]) for form in forms.split()}
    assert set.intersection(*map(set, stems.values())), stems


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("sv", "får", "far"),
        ("es", "año", "ano"),
        ("tr", "acı", "aci"),
        ("fi", "vaara", "väärä"),
        ("vi", "má", "mả"),
    ],
    ids=str,
)
def test_letters_of_their_own_tell_words_apart(code: str, one: str, other: str) -> None:
    assert not set(stems_of(one, LANGUAGES[code])) & set(stems_of(other, LANGUAGES[code]))


@pytest.mark.parametrize(("code", "text"), STOP_WORD_FILES)
def test_stop_word_file(code: str, text: str) -> None:
    assert code in LANGUAGES
    words = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert 5 <= len(words) <= 200
    assert len(set(words)) == len(words)
    for word in words:
        assert is_lower_composed(word), word
        tokens = tokenize(word)
        assert tokens
        assert tokens[0].is_gram or [token.text for token in tokens] == [word], word
        scripts = {script_of(letter) for letter in word} - {"Zinh", "Zyyy"}
        assert scripts <= {*LANGUAGES[code].scripts}, word


def test_stop_words_are_exact_forms_of_the_languages_row() -> None:
    assert len(STOP_WORD_FILES) >= 45
    assert {"the", "and"} <= stop_words("en")
    assert stop_words("EN-us") == stop_words("en")
    assert "του" in stop_words("el")
    assert normalize("της") in stop_words("el")
    assert normalize("می") in stop_words("fa")
    assert stop_words("nb") == stop_words("no"), "a language without a list takes its family's"
    assert stop_words("und") == stop_words("tlh") == frozenset()
