"""One name in two scripts: keys that meet, parts of Japanese titles, and the benchmark's own rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.cross_script import Plain, is_held_out
from benchmarks.title_pairs import ALIKE, Title, likeness, title_pairs
from search.analysis.folding import normalize
from search.analysis.romanization.kana import kana_parts
from search.analysis.romanization.kanji import inflected_spellings
from search.analysis.romanize import romanize, word_frames
from search.analysis.sound_keys import comparable_frame, consonant_frames
from search.analysis.whole_names import LATIN_NAME, NATIVE_NAME, SHORTEST_NAME, whole_name_keys
from search.index.schema import EXACT, KEY
from search.query.across_scripts import NAMES, across_scripts, whole_name


@pytest.mark.parametrize(
    ("latin", "native"),
    [
        pytest.param("quest", "クエスト", id="vowels-between-consonants"),
        pytest.param("online", "オンライン", id="vowel-first"),
        pytest.param("world", "ワールド", id="r-not-spoken"),
        pytest.param("magical", "マジカル", id="soft-g"),
        pytest.param("friends", "フレンズ", id="plural"),
        pytest.param("classroom", "クラスルーム", id="double-letters"),
        pytest.param("studio", "スタジオ", id="di-is-ji"),
        pytest.param("cinderella", "シンデレラ", id="soft-c"),
        pytest.param("ghostbusters", "고스트버스터즈", id="korean"),
        pytest.param("superman", "슈퍼맨", id="korean-r-not-spoken"),
        pytest.param("dragonball", "ดราก้อนบอล", id="thai"),
        pytest.param("dragon", "دراغون", id="arabic"),
        pytest.param("claymore", "Клеймор", id="cyrillic"),
    ],
)
def test_a_loan_word_keeps_its_consonants(latin: str, native: str) -> None:
    spellings = romanize(normalize(native))[:3]
    held = {comparable_frame(frame) for spelling in spellings for frame in consonant_frames(spelling)}
    asked = {comparable_frame(frame) for frame in consonant_frames(latin)}
    assert asked & held, (asked, held)


def test_frames_of_short_words_are_not_keys() -> None:
    assert word_frames(("ball",)) == ()
    assert word_frames(("transformers",)) == ("TRNSPMS",)


@pytest.mark.parametrize(
    ("latin", "native", "language"),
    [
        pytest.param("Samurai Champloo", "サムライチャンプルー", "ja", id="no-spaces"),
        pytest.param("The Pianist", "ピアニスト", "ja", id="article-left-out"),
        pytest.param("Alice in Deadly School", "アリスインデッドリースクール", "ja", id="four-words"),
        pytest.param("Clannad: After Story", "แคลนนาด อาฟเตอร์ สตอรี่", "th", id="thai"),
        pytest.param("Lady Bird", "Леди Бёрд", "ru", id="russian"),
        pytest.param("Harry Potter", "Гарри Поттер", "ru", id="russian-g-for-h"),
        pytest.param("Dragon Ball Kai", "دراغون بول كاي", "ar", id="arabic"),
        pytest.param("Oldboy", "올드보이", "ko", id="korean"),
        pytest.param("Kero Kero Keroppi", "けろけろけろっぴ", "ja", id="hiragana"),
        pytest.param("Xiyangyang Yu Huitailang", "喜羊羊与灰太狼", "zh", id="pinyin-by-words"),
    ],
)
def test_whole_names_meet(latin: str, native: str, language: str) -> None:
    asked = {key.removeprefix(LATIN_NAME) for key in whole_name_keys(latin, "en")}
    held = {key.removeprefix(NATIVE_NAME) for key in whole_name_keys(native, language)}
    assert asked & held, (asked, held)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("東京物語", "ja", id="kanji"),
        pytest.param("七人の侍", "und", id="kanji-and-kana"),
        pytest.param("It", "en", id="short"),
        pytest.param("a b c d e f g h i", "en", id="many-words"),
        pytest.param("2046", "en", id="digits"),
        pytest.param("", "en", id="nothing"),
    ],
)
def test_names_without_a_key(text: str, language: str) -> None:
    assert whole_name_keys(text, language) == ()


@given(st.text(max_size=30), st.sampled_from(("en", "ja", "zh", "ru", "und")))
def test_keys_of_any_text(text: str, language: str) -> None:
    for key in whole_name_keys(text, language):
        assert key[:2] in (LATIN_NAME, NATIVE_NAME)
        assert len(key) - 2 >= SHORTEST_NAME


@pytest.mark.parametrize(
    ("kanji", "kana", "word"),
    [
        pytest.param("始", "まった", "hajimatta", id="doubled"),
        pytest.param("輝", "く", "kagayaku", id="as-it-is"),
        pytest.param("帰", "ってきた", "kaette", id="shortened"),
        pytest.param("美", "しい", "utsukushii", id="adjective"),
    ],
)
def test_a_kanji_is_read_with_its_ending(kanji: str, kana: str, word: str) -> None:
    assert word in inflected_spellings(kanji, kana)


def test_endings_that_do_not_fit_are_not_read() -> None:
    assert inflected_spellings("風", "の") == inflected_spellings("", "の") == ()


@pytest.mark.parametrize(
    ("run", "words"),
    [
        pytest.param("どうにかなる", "donika naru", id="particles"),
        pytest.param("となりの", "tonari", id="at-the-end"),
        pytest.param("の", "", id="particle-alone"),
    ],
)
def test_words_between_particles(run: str, words: str) -> None:
    assert set(words.split()) <= set(kana_parts(run))


@given(st.text(alphabet="のはをがにとへもでやかあいきしょっんー", max_size=40))
def test_parts_are_bounded(run: str) -> None:
    assert len(kana_parts(run)) <= 40


def test_the_whole_is_asked_in_other_scripts_only() -> None:
    latin = whole_name("Samurai Champloo", "Latn")
    assert latin
    assert all(one.terms[0].startswith(NATIVE_NAME) and one.way == KEY and one.together for one in latin)
    native = {one.terms[0][:2] for one in whole_name("サムライチャンプルー", "Kana")}
    assert native == {LATIN_NAME, NATIVE_NAME}


def test_chinese_is_asked_syllable_by_syllable() -> None:
    by_syllable = [one for one in across_scripts("白蛇", "Hani", NAMES) if one.together]
    assert [(one.way, one.terms) for one in by_syllable] == [(EXACT, ("bai", "she"))]


# The benchmark


def _work(*titles: tuple[str, str, str], **more: str) -> dict[str, object]:
    rows = [{"title": title, "lang": language, "type": kind} for title, language, kind in titles]
    return {"id": "work-1", "titles": rows, **more}


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        pytest.param(
            _work(("Inu no Uta", "x-jat", "main"), ("犬の歌", "ja", "official")), ["ja←x-jat"], id="declared"
        ),
        pytest.param(
            _work(("Bebop", "x-jat", "main"), ("BEBOPの歌", "ja", "official")), [], id="shared-word"
        ),
        pytest.param(
            _work(("Ying Xiong", "en", "main"), ("英雄", "zh", "official"), language="zh"),
            ["zh←x-zht"],
            id="as-many-syllables-as-characters",
        ),
        pytest.param(
            _work(("Gladiator", "en", "main"), ("Гладиатор", "ru", "syn")), ["ru←latin"], id="sounds-alike"
        ),
        pytest.param(_work(("The Tower", "en", "main"), ("Башня", "ru", "syn")), [], id="translated"),
    ],
)
def test_only_one_name_in_two_scripts_is_a_pair(work: dict[str, object], expected: list[str]) -> None:
    assert [pair.kind for pair in title_pairs([work])] == expected


def test_likeness_is_of_consonants() -> None:
    assert likeness("Гладиатор", "Gladiator") == 1.0
    assert likeness("Башня", "The Tower") < ALIKE


def test_the_plain_way_knows_unidecode_and_no_more() -> None:
    plain = Plain([Title("a", "ru", "Москва"), Title("b", "ja", "東京"), Title("c", "en", "Moscow")])
    assert plain.ask("moskva") == [0]
    assert plain.ask("tokyo") == []


def test_about_half_of_the_works_are_held_out() -> None:
    share = sum(is_held_out(f"anidb-{number}") for number in range(1000)) / 1000
    assert 0.4 < share < 0.6
