"""The language decision: its order, its reasons, its agreement with langdetect itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import langdetect
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langdetect.utils.ngram import NGram

from search.analysis import detection
from search.analysis.alphabets import ALPHABETS
from search.analysis.detection import decide_language, detect, detect_many, rank_languages
from search.analysis.function_words import function_words, words_of
from search.analysis.han import han_variety
from search.analysis.languages import canonical_code
from search.analysis.profiles import SMOOTHING, compile_profiles, log_likelihoods, without_marks
from search.analysis.relatives import RELATIVES

SENTENCES = [
    ("af", "Die kinders speel elke middag in die groot tuin agter ons huis."),
    ("ar", "ذهب الأولاد إلى المدرسة في الصباح الباكر مع أصدقائهم."),
    ("bg", "Вчера вечерта гледахме един много хубав филм с приятелите си."),
    ("bn", "আমরা গতকাল সন্ধ্যায় নদীর ধারে হাঁটতে গিয়েছিলাম।"),
    ("ca", "Els nens juguen cada tarda al jardí que hi ha darrere de casa nostra."),
    ("cs", "Včera večer jsme se s přáteli dívali na velmi pěkný film."),
    ("cy", "Mae'r plant yn chwarae bob prynhawn yn yr ardd fawr y tu ôl i'n tŷ ni."),
    ("da", "Børnene leger hver eftermiddag i den store have bag vores hus."),
    ("de", "Die Kinder spielen jeden Nachmittag im großen Garten hinter unserem Haus."),
    ("el", "Τα παιδιά παίζουν κάθε απόγευμα στον μεγάλο κήπο πίσω από το σπίτι μας."),
    ("en", "The children play every afternoon in the large garden behind our house."),
    ("es", "Los niños juegan todas las tardes en el gran jardín detrás de nuestra casa."),
    ("et", "Lapsed mängivad igal pärastlõunal suures aias meie maja taga."),
    ("fa", "دیروز عصر با دوستانم یک فیلم بسیار خوب در سینما دیدیم."),
    ("fi", "Lapset leikkivät joka iltapäivä suuressa puutarhassa talomme takana."),
    ("fr", "Les enfants jouent tous les après-midi dans le grand jardin derrière notre maison."),
    ("gu", "અમે ગઈકાલે સાંજે નદી કિનારે ફરવા ગયા હતા."),
    ("he", "הילדים משחקים כל אחר הצהריים בגינה הגדולה שמאחורי הבית שלנו."),
    ("hi", "हम कल शाम को नदी के किनारे घूमने गए थे और बहुत मज़ा आया।"),
    ("hr", "Djeca se svako poslijepodne igraju u velikom vrtu iza naše kuće."),
    ("hu", "A gyerekek minden délután a házunk mögötti nagy kertben játszanak."),
    ("id", "Anak-anak bermain setiap sore di kebun besar di belakang rumah kami."),
    ("it", "I bambini giocano ogni pomeriggio nel grande giardino dietro la nostra casa."),
    ("ja", "子供たちは毎日午後、家の裏の大きな庭で遊んでいます。"),
    ("kn", "ನಾವು ನಿನ್ನೆ ಸಂಜೆ ನದಿಯ ದಡದಲ್ಲಿ ನಡೆಯಲು ಹೋಗಿದ್ದೆವು."),
    ("ko", "아이들은 매일 오후 우리 집 뒤의 큰 정원에서 놀아요."),
    ("lt", "Vaikai kiekvieną popietę žaidžia dideliame sode už mūsų namo."),
    ("lv", "Bērni katru pēcpusdienu spēlējas lielajā dārzā aiz mūsu mājas."),
    ("mk", "Децата секое попладне си играат во големата градина зад нашата куќа."),
    ("ml", "ഞങ്ങൾ ഇന്നലെ വൈകുന്നേരം പുഴയുടെ തീരത്ത് നടക്കാൻ പോയി."),
    ("mr", "आम्ही काल संध्याकाळी नदीच्या काठावर फिरायला गेलो होतो."),
    ("ne", "हामी हिजो साँझ नदीको किनारमा घुम्न गएका थियौं।"),
    ("nl", "De kinderen spelen elke middag in de grote tuin achter ons huis."),
    ("no", "Barna leker hver ettermiddag i den store hagen bak huset vårt."),
    ("pa", "ਅਸੀਂ ਕੱਲ੍ਹ ਸ਼ਾਮ ਨੂੰ ਨਦੀ ਦੇ ਕੰਢੇ ਸੈਰ ਕਰਨ ਗਏ ਸੀ।"),
    ("pl", "Dzieci bawią się każdego popołudnia w dużym ogrodzie za naszym domem."),
    ("pt", "As crianças brincam todas as tardes no grande jardim atrás da nossa casa."),
    ("ro", "Copiii se joacă în fiecare după-amiază în grădina mare din spatele casei noastre."),
    ("ru", "Вчера вечером мы с друзьями смотрели очень хороший фильм в кинотеатре."),
    ("sk", "Včera večer sme sa s priateľmi pozerali na veľmi pekný film."),
    ("sl", "Otroci se vsako popoldne igrajo na velikem vrtu za našo hišo."),
    ("so", "Carruurtu waxay maalin kasta ku ciyaaraan beerta weyn ee guriga gadaashiisa ku taal."),
    ("sq", "Fëmijët luajnë çdo pasdite në kopshtin e madh prapa shtëpisë sonë."),
    ("sv", "Barnen leker varje eftermiddag i den stora trädgården bakom vårt hus."),
    ("sw", "Watoto wanacheza kila alasiri katika bustani kubwa nyuma ya nyumba yetu."),
    ("ta", "நாங்கள் நேற்று மாலை ஆற்றங்கரையில் நடக்கச் சென்றோம்."),
    ("te", "మేము నిన్న సాయంత్రం నది ఒడ్డున నడవడానికి వెళ్ళాము."),
    ("th", "เด็กๆ เล่นในสวนใหญ่หลังบ้านของเราทุกบ่าย"),
    ("tl", "Naglalaro ang mga bata tuwing hapon sa malaking hardin sa likod ng aming bahay."),
    ("tr", "Çocuklar her öğleden sonra evimizin arkasındaki büyük bahçede oynuyor."),
    ("uk", "Учора ввечері ми з друзями дивилися дуже гарний фільм у кінотеатрі."),
    ("ur", "ہم کل شام دریا کے کنارے سیر کرنے گئے تھے اور بہت مزہ آیا۔"),
    ("vi", "Bọn trẻ chơi đùa mỗi buổi chiều trong khu vườn lớn phía sau nhà chúng tôi."),
    ("zh", "孩子们每天下午都在我们家后面的大花园里玩耍。"),
    ("en", "Nobody could say where the old captain had hidden the letters before he left."),
    ("fr", "Personne ne savait où le vieux capitaine avait caché les lettres avant son départ."),
    ("it", "Nessuno sapeva dove il vecchio capitano avesse nascosto le lettere prima di partire."),
    ("de", "Niemand wusste, wo der alte Kapitän die Briefe vor seiner Abreise versteckt hatte."),
    ("es", "Nadie sabía dónde el viejo capitán había escondido las cartas antes de marcharse."),
    ("ru", "Никто не знал, где старый капитан спрятал письма перед своим отъездом."),
]


@pytest.mark.parametrize(("language", "sentence"), SENTENCES)
def test_sentences(language: str, sentence: str) -> None:
    decision = detect(sentence)
    assert decision.code == language, decision
    assert decision.confidence > 0.5


@pytest.mark.parametrize(("language", "sentence"), SENTENCES[:20])
def test_capitals_do_not_matter(language: str, sentence: str) -> None:
    assert detect(sentence.upper()).code == language


def test_fast_agrees_with_langdetect_itself() -> None:
    differing = [
        (sentence, fast, exact)
        for _, sentence in SENTENCES
        if (fast := detect(sentence).code) != (exact := detect(sentence, mode="exact").code)
    ]
    assert len(differing) <= 0.05 * len(SENTENCES), differing


def test_exact_is_langdetects_own_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(langdetect.DetectorFactory, "seed", 0)
    differing = [
        sentence
        for _, sentence in SENTENCES
        if canonical_code(langdetect.detect(sentence)) != detect(sentence, mode="exact").code
    ]
    assert differing == []


RELATIVE_SENTENCES = [
    ("gl", "Os nenos xogan na rúa e a nena le un libro que non é seu."),
    ("be", "Дзеці гуляюць на вуліцы, а бацька чытае кнігу."),
    ("is", "Börnin leika sér á götunni og pabbi þeirra les bók."),
    ("eu", "Haurrak kalean daude eta amak liburu bat irakurri nahi du."),
    ("ga", "Tá na páistí ag imirt ar an tsráid agus níl an fear sásta."),
    ("gd", "Tha a' chlann a-muigh agus chan eil an duine toilichte."),
    ("br", "Ar vugale a zo er straed hag an tad a lenn ul levr."),
    ("oc", "Los enfants jògan dins la carrièra e lo paire legís un libre."),
    ("la", "Pueri in via sunt et pater librum suum non legit."),
    ("fy", "De bern boartsje op strjitte en heit lêst in boek."),
    ("nds", "De Kinner speelt op de Straat un Vadder leest en Book, dat is nich nee."),
    ("eo", "La infanoj ludas sur la strato kaj la patro legas libron."),
    ("az", "Uşaqlar küçədə oynayır və ata kitab oxuyur."),
    ("hsb", "Dźěći sej na dróze hraja a nan čita knihu, kotraž je nowa."),
    ("ceb", "Ang mga bata nagdula sa dalan ug ang amahan nagbasa og libro."),
]


@pytest.mark.parametrize(("language", "sentence"), RELATIVE_SENTENCES)
def test_languages_without_statistics_are_told_by_their_words(language: str, sentence: str) -> None:
    assert detect(sentence, mode="alone").code == language
    assert detect(sentence).code == language


@pytest.mark.parametrize("title", ["Up", "M", "It", "Nine", "Ali", "Gia", "Kon-Tiki", "Xxy", "Elle"])
def test_a_bare_name_gets_no_far_fetched_language(title: str) -> None:
    rare = detection._load_statistics().is_rare
    assert not rare(decide_language(title=title, prior="en").code)
    alone = decide_language(title=title)
    assert alone.code == "und" or not rare(alone.code) or alone.confidence >= 0.5


def test_a_far_fetched_guess_is_named_in_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    guess = detection.LanguageDecision("so", 0.2, "statistics: so 0.20", "en")
    nothing = detection.NO_LETTERS
    monkeypatch.setattr(
        detection, "detect_many", lambda texts, **_: [guess if text else nothing for text in texts]
    )
    decision = decide_language(title="Oo")
    assert (decision.code, decision.second) == ("und", "so")
    assert decision.reason == "undetermined: so 0.20 in 2 letters"
    assert decide_language(title="Oo", prior="fr").code == "fr"
    assert decide_language(title="Oo", prior="ru").code == "und"


def test_word_lists_hold_what_a_text_is_cut_into() -> None:
    wrong = [
        (code, word)
        for code, words in function_words().items()
        for word in words
        if not (word.startswith("-") or word.endswith("-")) and words_of(word) != [word]
    ]
    assert wrong == []


def test_exact_is_the_same_every_time() -> None:
    assert len({detect("Mare nostrum", mode="exact") for _ in range(5)}) == 1


def test_many_answers_as_one_does() -> None:
    texts = [sentence for _, sentence in SENTENCES] + ["", "1984", "Up", "\ud800", "東京物語", "Қыз Жібек"]
    for text, together in zip(texts, detect_many(texts), strict=True):
        alone = detect(text)
        assert (alone.code, alone.second) == (together.code, together.second)
        assert alone.confidence == pytest.approx(together.confidence, abs=1e-6)
    assert detect_many([]) == []


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("犬夜叉 紅蓮の蓬莱島", "ja", "script: kana"),
        ("霸王别姬", "zh", "script: Hans"),
        ("花樣年華", "zh", "script: Hant"),
        ("攻殻機動隊 Ghost in the Shell", "ja", "script: Jpan"),
        ("기생충", "ko", "script: Hang"),
        ("ฉลาดเกมส์โกง", "th", "script: Thai"),
        ("Ο Θίασος", "el", "script: Grek"),
        ("ვეფხისტყაოსანი", "ka", "script: Geor"),
        ("Հայաստան", "hy", "script: Armn"),
        ("ភាសាខ្មែរ", "km", "script: Khmr"),
        ("ພາສາລາວ", "lo", "script: Laoo"),
        ("မြန်မာစာ", "my", "script: Mymr"),
        ("አማርኛ", "am", "script: Ethi"),
        ("සිංහල", "si", "script: Sinh"),
        ("Белавежская пушча ў снезе", "be", "letters: ў"),
        ("Қыз Жібек", "kk", "letters: қ"),
        ("Þrestir", "is", "letters: þ"),
        ("Nə gözəldir", "az", "letters: ə"),
        ("La ĉevalo ĝojas", "eo", "letters: ĉ ĝ"),
        ("Il-baħar tagħna", "mt", "letters: ħ"),
        ("מײַן שטעטעלע בעלז", "yi", "letters: pointed alef"),
        ("וַאלְס עִם בַּאשִׁיר", "he", "script: Hebr"),
        ("Ко то тамо пева", "sr", "statistics: sr"),
        ("Cталкер и другие фильмы", "ru", "statistics: ru"),
        ("Лобанов", "ru", "statistics: ru"),
        ("Il treno va a Mosca", "it", "statistics: it"),
        ("Mùi đu đủ xanh", "vi", "statistics: vi"),
        ("1984", "und", "undetermined: no letters"),
        ("8½ … !!! 😀", "und", "undetermined: no letters"),
        ("https://example.org/le/film", "und", "undetermined: no letters"),
        ("\ud800\udfff", "und", "undetermined: no letters"),
        ("", "und", "undetermined: no letters"),
    ],
)
def test_code_and_reason(text: str, code: str, reason: str) -> None:
    decision = detect(text)
    assert decision.code == code, decision
    assert decision.reason.startswith(reason), decision


def test_foreign_name_in_a_sentence_does_not_decide() -> None:
    text = (
        "The film was shown in Þórshöfn last winter, and everybody in the little town came to see it twice."
    )
    assert detect(text).code == "en"


def test_one_word_is_a_guess_and_says_so() -> None:
    assert detect("Up", mode="alone").confidence < 0.6
    assert detect("Psycho", mode="alone").confidence < 0.6


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ({"title": "The Third Man", "declared": "pt-BR"}, "pt", "declared"),
        ({"title": "The Third Man", "declared": "nb_NO"}, "nb", "declared"),
        ({"title": "The Third Man", "declared": "ITA"}, "it", "declared"),
        ({"title": "The Third Man and the others", "declared": "und"}, "en", "statistics"),
        ({"title": "The Third Man and the others", "declared": "!?"}, "en", "statistics"),
        ({"title": "東京物語", "prior": "ja"}, "ja", "catalogue prior: ja"),
        ({"title": "霸王别姬", "prior": "ja"}, "zh", "script: Hans"),
        ({"title": "Rocky", "prior": "en"}, "en", ""),
        ({"title": "Snø", "prior": "nb"}, "nb", "catalogue prior: nb"),
        ({"title": "Nunca", "prior": "gl"}, "gl", "catalogue prior: gl"),
        ({"title": "Gojira", "prior": "ja"}, None, ""),
        ({"title": "2046", "prior": "zh"}, "und", "undetermined"),
        ({"title": "The Man Who Would Be King of the Hill", "prior": "it"}, "en", "statistics"),
        (
            {
                "title": "La dolce vita",
                "prior": "it",
                "text": "A reporter drifts through one week in Rome, looking for love and never finding it.",
            },
            "en",
            "statistics: en",
        ),
        ({"title": "Der Himmel über Berlin", "text": "Un angelo si innamora di lei"}, "it", ""),
        (
            {"title": "七人の侍", "text": "Seven men are hired to defend a village from bandits."},
            "en",
            "statistics",
        ),
        ({}, "und", "undetermined"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_documents(arguments: dict[str, str], code: str | None, reason: str) -> None:
    decision = decide_language(**arguments)
    assert code is None or decision.code == code, decision
    assert decision.reason.startswith(reason), decision


def test_among_restricts_the_answer() -> None:
    assert detect("Barna leker i hagen", among={"da", "nb"}).code == "nb"
    assert detect("東京物語", among={"ja", "en"}).code == "ja"
    assert detect("기생충", among={"en", "fr"}).code == "und"
    assert detect("Les enfants jouent", among={"en", "it"}).code in ("en", "it")


def test_among_undetermined_is_no_way_in_for_other_languages() -> None:
    cornish = "Yth esov vy ow mos dhe'n dre, mes nyns eus den vyth ena."
    assert detect(cornish, mode="alone", among={"en", "fr", "und"}).code in ("en", "fr")


def test_ranking_begins_with_what_detect_says() -> None:
    for code, sentence in SENTENCES:
        ranked = rank_languages(sentence)
        assert ranked[0][0] == code
        assert sum(share for _, share in ranked) == pytest.approx(1, abs=0.11)
    for nothing in ("1984", "", "\ud800"):
        assert rank_languages(nothing) == ()
    assert {code for code, _ in rank_languages("Les enfants jouent", among={"en", "it"})} == {"en", "it"}
    assert dict(rank_languages("東京物語")) == {"zh": 0.5, "ja": 0.5}


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("cs", "pribehy obycejneho silenstvi"),
        ("tr", "hizli ve ofkeli"),
        ("pl", "zlodziej rowerow"),
        ("sv", "den allvarsamma leken"),
        ("hu", "a tanu es a villamos"),
        ("en", "the bicycle thief"),
        ("fr", "le diner de cons"),
    ],
)
def test_queries_are_typed_without_marks(code: str, typed: str) -> None:
    asked = {"cs", "vi", "tr", "pl", "sv", "hu", "en", "fr", "de", "it", "es"}
    assert rank_languages(typed, among=asked)[0][0] == code


def test_unknown_mode_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="mode: 'exact'"):
        rank_languages("text", mode="exact")
    with pytest.raises(ValueError, match="mode: 'slow'"):
        detect("text", mode="slow")


@pytest.mark.parametrize(
    ("characters", "script"),
    [
        ("国語学会", "Jpan"),
        ("人々", "Jpan"),
        ("天地大冲撞", "Hans"),
        ("臥虎藏龍", "Hant"),
        ("日本", "Hani"),
        ("", "Hani"),
    ],
)
def test_han_variety(characters: str, script: str) -> None:
    assert han_variety(characters).script == script


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=())), st.text(max_size=20))
def test_no_text_is_an_error(text: str, title: str) -> None:
    decision = decide_language(title=title, text=text, prior=title)
    assert 0 <= decision.confidence <= 1
    assert decision.code
    assert decision.reason
    assert detect_many([text, title])[0].code == detect(text).code
    assert detect(text, mode="exact").code


def test_characters_are_normalised_as_langdetect_does() -> None:
    table = {"name": "x", "freq": {"a": 1}, "n_words": [1, 0, 0]}
    normal = compile_profiles([table], same_ideographs=NGram.CJK_MAP).normal
    # Line breaks and other controls are spaces to langdetect as well: no exception in the table.
    differing = [hex(code) for code in range(0x10000) if NGram.normalize(chr(code)) != chr(normal[code])]
    assert differing == []


def test_tables_without_marks_add_up_what_is_typed_alike() -> None:
    czech = {"name": "cs", "freq": {"e": 5, "ě": 3, " ě": 2, " e": 1, "ß": 4}, "n_words": [12, 3, 0]}
    russian = {"name": "ru", "freq": {"е": 5, "a": 1}, "n_words": [6, 0, 0]}
    assert [dict(table) for table in without_marks([czech, russian])] == [
        {"name": "cs", "freq": {"e": 8, " e": 3}, "n_words": [12, 3, 0]}
    ]


def test_likelihood_is_the_sum_over_all_ngrams() -> None:
    tables = [
        {"name": "x", "freq": {"a": 6, "b": 4, " a": 3, "ab": 2}, "n_words": [10, 10, 10]},
        {"name": "y", "freq": {"b": 10, "b ": 5}, "n_words": [10, 10, 10]},
    ]
    profiles = compile_profiles(tables, same_ideographs={})
    scores, grams = log_likelihoods(profiles, ["ab ", "", "b "])

    def log(probability: float) -> float:
        return float(np.log((probability + SMOOTHING) / SMOOTHING))

    assert scores[0] == pytest.approx(
        [log(0.6) + log(0.4) + log(0.3) + log(0.2), log(1.0) + log(0.5)], rel=1e-4
    )
    assert scores[1].tolist() == [0, 0]
    assert scores[2] == pytest.approx([log(0.4), log(1.0) + log(0.5)], rel=1e-4)
    assert grams.tolist() == [5, 0, 2]


def test_tables_of_words_and_letters_name_languages_with_statistics() -> None:
    codes = set(detection._load_statistics().column_of)
    assert set(function_words()) <= codes
    assert set(RELATIVES) <= set(function_words())
    assert {"ru", "bg", "sr"} <= codes & set(ALPHABETS["Cyrl"])
    for script in ("Latn", "Cyrl", "Arab"):
        assert set(detection._load_statistics().languages_of_script(script)) <= set(ALPHABETS[script])


_FIRST_USE = """
import threading
from search.analysis.detection import detect
texts = {"en": "The children play in the garden.", "it": "I bambini giocano nel giardino della casa."}
answers, start = [], threading.Barrier(8)
def ask(number):
    code = "en" if number % 2 else "it"
    start.wait()
    answers.append((detect(texts[code]).code, detect(texts[code], mode="exact").code) == (code, code))
threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert answers == [True] * 8, answers
"""


def run_afresh(program: str) -> None:
    """Run a program in a new interpreter, with the project on its path."""
    project = Path(__file__).resolve().parent.parent
    environment = {**os.environ, "PYTHONPATH": str(project)}
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert result.returncode == 0, result.stderr


def test_first_use_by_eight_threads_at_once() -> None:
    run_afresh(_FIRST_USE)


def test_everything_can_be_loaded_beforehand() -> None:
    run_afresh(
        "import search.analysis.detection as d; d.load(); before = (d._statistics, d._unmarked);"
        "assert None not in before; d.load(); assert before == (d._statistics, d._unmarked)"
    )


def test_importing_loads_no_tables() -> None:
    run_afresh("import search.analysis.detection as d; assert d._statistics is None and d._factory is None")


@pytest.mark.parametrize(
    ("declared", "code"),
    [("tlh", "tlh"), ("TLH-Latn", "tlh"), ("pt-BR", "pt"), ("mul", "it"), ("klingon", "it")],
)
def test_a_declared_language_is_believed_though_the_table_has_it_not(declared: str, code: str) -> None:
    decision = decide_language(text="Il treno della notte parte domani mattina per Mosca.", declared=declared)
    assert decision.code == code
    assert (decision.reason == "declared") == (code != "it")
