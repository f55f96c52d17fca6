"""The marker finds what the plainest one finds, in texts thrown together from many scripts."""

from __future__ import annotations

import random
import unicodedata

import pytest
from reference_marker import reference_spans

from search import marks
from search.analysis.analyzer import analyze_word, grams_of
from search.analysis.folding import fold, normalize
from search.analysis.languages import LANGUAGES
from search.analysis.tokenizers import tokenize
from search.index.schema import BODY, ZONES
from search.marks import Marker
from search.query.across_scripts import NAMES, across_scripts
from search.query.plan import AllOf, Alternative, AnyOf, MostOf, Node, Sequence, Unit

#: Words to make texts of, with inflected, marked and mixed forms of them. The languages are those
#: in whose way the texts are read; the last ones of each row do not fit.
_WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "english": (
        "The running man's Runners ran and RUN to wolf's wolves of XIV Rocky II 2 café naïve Spider-Man "
        "spiderman they've flying dying die skis news it's 1960 M.A.S.H. &amp <b> \"quoted\"",
        ("en", "und", "tr"),
    ),
    "west": (
        "Straße strasse Häuser Haus Leuchtturm Turm l'été étés Été nach über ueber Ærø aerø Ångström "
        "angstrom señor niños NIÑO caixão æble þing ðe ﬁlm ĳs ijs gelopen lopen geachtet coração",
        ("de", "fr", "es", "da", "nl", "pt", "fi", "hu", "is", "ang"),
    ),
    "cyrillic": (
        "Сталкер Cталкер сталкера Ёлки елки лобанова Лобанов чайковский Їжак їжака ість ост радость "
        "новостями Кин-дза-дза киндзадза боец бойца ХIV xiv хiv 14 ПАЛАЦ Aвтор Mосква й",
        ("ru", "uk", "bg", "sr", "be", "en"),
    ),
    "greek": ("Ο Θίασος θίασος ίδια είτε Ελλάδα ελλαδα Αmerica ΟΔΟΣ οδός μTorrent", ("el", "en")),
    "turkish": ("İstanbul ISTANBUL ılık bine binde leri evlerinde ev eve şarkı sarki", ("tr", "az", "id")),
    "indonesian": ("berlari lari perjalanan jalan menulis tulis buku bukunya", ("id", "ms", "sw")),
    "arabic": (
        "والكتاب الكتاب كتاب بابُ الحديد می‌خواهم کتاب كتابها",
        ("ar", "fa", "ur", "he"),
    ),
    "hebrew": ("ואלס עִם באשיר הבית בית שבבית וכשבא", ("he", "yi", "ar")),
    "hindi": ("दो बीघा ज़मीन ज़मीन फ़िल्मों फिल्म १९५३ 1953 लड़का लड़के", ("hi", "ne", "mr")),
    "japanese": (
        "千と千尋の神隠し となりのトトロ ととろ 人々 時時 ゴジラ ｺﾞｼﾞﾗ 三百 2001年 みすゞ",
        ("ja", "zh"),
    ),
    "chinese": ("花样年华 花樣年華 重慶森林 霸王別姬，一九九三 ＡＢＣ", ("zh", "yue", "ja")),
    "korean": ("기생충은 기생충 올드보이 2019년 가", ("ko", "ja")),
    "thai": ("ลุงบุญมีระลึกชาติ แปลก เเปลก น้ํา น้ำ พ.ศ. ๒๕๕๓ 2553", ("th", "lo")),
    "odd": ("8½ ½ foo_bar co\u00adop I ♥ x\u0301y ʼa \u0301 ﷺ ŉ ß _ -- '' ß-ß a.b.c.d", ("en", "und", "de")),
}
_SEPARATORS = (" ", " ", " ", " ", ", ", ". ", "-", "’", "\n", "", " ‐ ", "·", "/")


def _altered(chance: random.Random, word: str) -> str:
    """A word as somebody else might write it."""
    way = chance.randrange(8)
    if way == 0:
        return word.upper()
    if way == 1:
        return word.lower()
    if way == 2:
        return fold(normalize(word)) or word
    if way == 3 and len(word) > 3:
        return word[: -chance.randint(1, 2)]
    if way == 4:
        return word + chance.choice(("s", "en", "ом", "a", "es", "'s", "ing", "の", "ي"))
    if way == 5:
        return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word) + "\u0301")
    return word


def _unit(chance: random.Random, token: str, is_gram: bool, languages: tuple[str, ...]) -> Unit:
    """A word of a plan much as `expansion` makes it."""
    exact = normalize(token)
    of_languages = [analyze_word(token, is_gram, code) for code in languages]
    folded = tuple(dict.fromkeys(one for forms in of_languages for one in forms.folded))
    stems = tuple(dict.fromkeys(one for forms in of_languages for one in forms.stems))
    zones = chance.choice((ZONES, ZONES, ZONES, NAMES, (BODY,)))
    ways = [Alternative("exact", "exact", (exact,), zones)] if chance.random() < 0.8 else []
    ways.append(Alternative("folded", "folded", (exact, *folded), zones))
    if folded:
        ways.append(Alternative("folded", "exact", folded, zones))
    if stems and chance.random() < 0.8:
        ways.append(Alternative("stem", "stem", stems, zones))
    if chance.random() < 0.3:
        ways += across_scripts(exact, chance.choice(("Latn", "Cyrl", "Hani", "Kana")), zones)
    if not is_gram and len(exact) > 5 and chance.random() < 0.2:
        part = fold(exact)[: chance.randint(4, 6)]
        if len(part) >= 4:
            ways.append(Alternative("compound", "gram", grams_of(part), NAMES, together=True))
    return Unit(token, tuple(ways), optional=chance.random() < 0.2, is_gram=is_gram)


def _plan(chance: random.Random, words: list[str], languages: tuple[str, ...]) -> Node:
    parts: list[Node] = []
    for word in chance.sample(words, chance.randint(1, 3)):
        tokens = tokenize(_altered(chance, word))
        units = [_unit(chance, one.text, one.is_gram, languages) for one in tokens if normalize(one.text)]
        if not units:
            continue
        chosen = tuple(chance.sample(units, min(len(units), 3)))
        parts.append(chance.choice((AllOf(chosen), MostOf(chosen), AnyOf(chosen), chosen[0])))
        if chance.random() < 0.1:
            parts.append(Sequence(word, tuple((normalize(one.text),) for one in tokens), ZONES))
    return AllOf(tuple(parts))


@pytest.mark.parametrize("fewest", [pytest.param(1, id="tables"), pytest.param(10**9, id="one by one")])
@pytest.mark.parametrize("kind", _WORDS)
def test_marks_are_those_of_the_reference(kind: str, fewest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "FEWEST_CHARACTERS", fewest)
    chance = random.Random(kind)
    own = _WORDS[kind][0].split(" ")
    others = [word for words, _ in _WORDS.values() for word in words.split(" ")]
    languages = _WORDS[kind][1]
    met = 0
    for _ in range(150):
        plan = _plan(chance, own if chance.random() < 0.8 else others, chance.sample(languages, 2))
        marker = Marker.of(plan)
        is_name = chance.random() < 0.4
        texts = []
        for _ in range(4):
            words = chance.choices(own, k=chance.randint(1, 12)) + chance.choices(others, k=2)
            chance.shuffle(words)
            text = "".join(_altered(chance, word) + chance.choice(_SEPARATORS) for word in words)
            texts.append((unicodedata.normalize("NFC", text), chance.choice(languages)))
        alone = marker.spans(*texts[0], is_name=is_name)
        found = marker.spans_of_all(texts, is_name=is_name)
        assert found[0] == alone
        for (text, language), spans in zip(texts, found, strict=True):
            assert spans == reference_spans(marker, text, language, is_name=is_name), (text, language, plan)
            met += bool(spans)
    assert met > 80, "texts and queries have something in common"


def test_in_every_language() -> None:
    """What each row of the table does to the first letters of words is known to the marker."""
    chance = random.Random(5)
    words = [word for row, _ in _WORDS.values() for word in row.split(" ")]
    for code, row in LANGUAGES.items():
        endings = [
            one for pair in chance.sample(row.suffix_rules, min(6, len(row.suffix_rules))) for one in pair
        ]
        pool = [
            *words,
            *endings,
            *row.spelled_out,
            *row.spelled_out.values(),
            *row.prefixes,
            *row.keep_letters,
        ]
        for _ in range(6):
            marker = Marker.of(_plan(chance, pool, (code, "en")))
            text = unicodedata.normalize(
                "NFC", " ".join(_altered(chance, one) for one in chance.choices(pool, k=60))
            )
            assert marker.spans(text, code) == reference_spans(marker, text, code, is_name=False), (
                code,
                text,
            )
