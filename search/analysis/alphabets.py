"""Which letters does a language write with, and which languages can a text be in by its letters?

A language's row holds the letters of its own words beyond the basic ones of the script (a-z for
Latin, nothing for Cyrillic and Arabic: all letters). A letter missing from a row is evidence
against the language; a text whose letters fit no language with statistics may fit one without
(ў is Belarusian, þ Icelandic, қ Kazakh). Where two rows fit, the one further up is meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_VIETNAMESE = "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"

#: Script → language → letters, lower case, NFC.
ALPHABETS: Mapping[str, Mapping[str, str]] = {
    "Latn": {
        "af": "áéèêëíîïóôöúûüýŉ",
        "ca": "àçèéíïòóúüŀ",
        "cs": "áčďéěíňóřšťúůýž",
        "cy": "áàâäéèêëíìîïóòôöúùûüẃẁŵẅýỳŷÿ",
        "da": "æøåé",
        "de": "äöüß",
        "en": "é",
        "es": "áéíñóúüªº",
        "et": "äõöüšž",
        "fi": "äöåšž",
        "fr": "àâæçéèêëîïôœùûüÿ",
        "hr": "čćđšžǆǉǌ",
        "hu": "áéíóöőúüű",
        "id": "é",
        "it": "àèéìíîòóùúªº",
        "lt": "ąčęėįšųūž",
        "lv": "āčēģīķļņōŗšūž",
        "nl": "áéèêëíïóöúüĳ",
        "no": "æøåéèêòóô",
        "pl": "ąćęłńóśźż",
        "pt": "áâãàçéêíóôõúüªº",
        "ro": "ăâîșşțţ",
        "sk": "áäčďéíĺľňóôŕšťúýž",
        "sl": "čšž",
        "so": "",
        "sq": "ëç",
        "sv": "åäöé",
        "sw": "",
        "tl": "ñáàâéèêíìîóòôúùû",
        "tr": "çğıöşüâîû\u0307",
        "vi": _VIETNAMESE,
        "is": "áéíóúýöðþæ",
        "fo": "áíóúýæøð",
        "az": "çəğıöşü\u0307",
        "eo": "ĉĝĥĵŝŭ",
        "mt": "ċġħżàèìòù",
        "tk": "äçňöşüýž",
        "ku": "çêîşû",
        "hsb": "čćěłńóřšžź",
        "dsb": "čćěłńóŕśšžź",
        "csb": "ąãéëłńòóôùż",
        "kab": "čḍɛǧɣḥṛṣṭẓ",
        "se": "áčđŋšŧž",
        "mi": "āēīōū",
        "ha": "ɓɗƙƴ",
        "yo": "àáèéẹìíòóọṣùúńǹ\u0300\u0301",
        "ig": "ịọụṅñ",
        "ak": "ɛɔ",
        "ee": "ɖɛƒɣŋɔʋãẽĩõũ",
        "bm": "ɛɔɲŋ",
        "ff": "ɓɗŋɲƴñ",
        "nv": "áéíóàąęįǫńł",
        "gn": "ãẽĩõũỹñáéíóúý",
        "uz": "ʻʼ",
    },
    "Cyrl": {
        "ru": _RUSSIAN,
        "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "bg": "абвгдежзийклмнопрстуфхцчшщъьюяѝ",
        "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ",
        "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
        "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
        "mn": _RUSSIAN + "өү",
        "ky": _RUSSIAN + "ңөү",
        "tt": _RUSSIAN + "әҗңөүһ",
        "kk": _RUSSIAN + "әғқңөұүһі",
        "ba": _RUSSIAN + "әғҙҡңөҫүһ",
        "tg": _RUSSIAN + "ғӣқӯҳҷ",
        "uz": _RUSSIAN + "ўқғҳ",
        "cv": _RUSSIAN + "ӑӗҫӳ",
        "os": _RUSSIAN + "ӕ",
        "mhr": _RUSSIAN + "ҥӧӱ",
        "ab": _RUSSIAN + "ҟҩӡҵқҭҳӷԥӡҷҽҿәџ",
    },
    "Arab": {
        "ar": _ARABIC,
        "fa": _ARABIC + "پچژکگی\u06c0",
        "ur": _ARABIC + "پچژکگیٹڈڑںھہۂۃےۓ",
        "ug": "ئابپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىيە",
        "ps": _ARABIC + "پچژکگیټځڅډړږښګڼۀېۍ",
        "ku": "ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنهھوۆیێە",
        "sd": _ARABIC + "پچگیکٻڀٺٽٿٹڄڃڇڌڏڊڍڙڦڪڳڱڻھ",
    },
}
_BASIC_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
#: The dot that stays when Turkish İ is lowered.
_COMBINING_DOT = "\u0307"
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")

# Yiddish points its alefs and little else, or has ligatures; Hebrew points all letters or none.
_YIDDISH = re.compile("\u05d0[\u05b7\u05b8]|[\u05f0-\u05f2]")
_HEBREW_POINTS = re.compile("[\u05b0-\u05b6\u05b9-\u05bb]")
_SERBIAN_PAIRS = (("lj", "љ"), ("nj", "њ"), ("dž", "џ"))
_SERBIAN = str.maketrans("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш")


def in_serbian_letters(text: str) -> str:
    """Lower-case Croatian or Serbian in Latin letters, written in Cyrillic ones."""
    for latin, cyrillic in _SERBIAN_PAIRS:
        text = text.replace(latin, cyrillic)
    return text.translate(_SERBIAN)


def is_yiddish(text: str) -> bool:
    """Whether a text in Hebrew letters (NFC) is pointed as only Yiddish is."""
    return _YIDDISH.search(text) is not None and _HEBREW_POINTS.search(text) is None


@dataclass(frozen=True, slots=True)
class ForeignLetters:
    """What the letters of a text say: per language (same order as `codes`) how many different ones its
    alphabet lacks. `letters` are those that some alphabet of the script lacks and another has."""

    text: str
    script: str
    letters: tuple[str, ...]
    codes: tuple[str, ...]
    different: NDArray[np.int64]

    def occurrences(self) -> NDArray[np.int64]:
        """Per language how often letters occur that its alphabet lacks."""
        table = _telling(self.script)
        times = [self.text.count(letter) for letter in self.letters]
        return times @ table.lacking[[table.rows[letter] for letter in self.letters]]


@dataclass(frozen=True, slots=True)
class _TellingLetters:
    """The letters of a script that tell its languages apart. `lacking` holds 1 for each language whose
    alphabet lacks a letter, in the row `rows` names."""

    codes: tuple[str, ...]
    rows: Mapping[str, int]
    lacking: NDArray[np.int64]


@lru_cache(maxsize=64)
def _telling(script: str) -> _TellingLetters:
    alphabets = ALPHABETS[script]
    # A letter no alphabet has (q with tilde, a letter of another script) tells nothing.
    letters = [
        letter
        for letter in dict.fromkeys("".join(alphabets.values()))
        if letter not in _BASIC_LATIN and (letter.isalpha() or letter == _COMBINING_DOT)
        if not all(letter in own for own in alphabets.values())
    ]
    lacking = [[letter not in own for own in alphabets.values()] for letter in letters]
    rows = {letter: row for row, letter in enumerate(letters)}
    return _TellingLetters(tuple(alphabets), rows, np.array(lacking, dtype=np.int64))


def foreign_letters(text: str, script: str) -> ForeignLetters | None:
    """What the letters of a text (lower case, NFC) say against each language of `script`; None when
    they say nothing: all common to the languages, or no alphabets are known for the script."""
    if text.isascii() or script not in ALPHABETS:
        return None
    table = _telling(script)
    letters = tuple(
        letter for letter in dict.fromkeys("".join(_BEYOND_ASCII.findall(text))) if letter in table.rows
    )
    if not letters:
        return None
    different = table.lacking[[table.rows[letter] for letter in letters]].sum(axis=0)
    return ForeignLetters(text, script, letters, table.codes, different)


def owners_by_letters(foreign: ForeignLetters, letters: int, *, unless: Collection[str]) -> tuple[str, ...]:
    """The languages not in `unless` whose alphabet has all letters of a text of `letters` letters, if
    every language in `unless` lacks some at least once in 60 letters; else none."""
    fitting = [
        code for code, lacking in zip(foreign.codes, foreign.different.tolist(), strict=True) if not lacking
    ]
    if any(code in unless for code in fitting):
        return ()
    rows = zip(foreign.codes, foreign.occurrences().tolist(), strict=True)
    fewest = min((occurrences for code, occurrences in rows if code in unless), default=0)
    return () if fewest < max(1, letters / 60) else tuple(fitting)
