"""To what does a letter fold that Unicode does not decompose into letter and mark?

A table per script, joined into `FOLDED_LETTERS`. Extend by adding to a row. Values are folded
further where they can be, and every chain ends: no letter may fold to itself by a detour (tested).
"""

from __future__ import annotations

from search.analysis.han_variants import SIMPLIFIED, VARIANTS


def _aligned(letters: str, folded: str) -> dict[str, str]:
    return dict(zip(letters.split(), folded.split(), strict=True))


_LATIN = _aligned(
    "ß æ ǽ œ ø ǿ ł đ ð þ ı ħ ŋ ĸ ŧ ſ ƒ ə ǝ ɛ ɔ ɓ ɗ ɖ ƙ ƴ ɨ ʉ ɣ ʋ ƶ ʒ ɑ ɩ ʊ ɲ ƥ ƭ ɠ ȷ ɐ ƀ ɫ ɬ",
    "ss ae ae oe o o l d d th i h n k t s f e e e o b d d k y i u g v z z a i u n p t g j a b l l",
)
_LATIN |= {"ɂ": "", "ʔ": ""}

# й ї є і are letters that everyone types; ё ґ ў and the letters of Central Asia are written е г у к
# by people with a Russian keyboard.
_CYRILLIC = _aligned(
    "ё ґ ў ѣ ѳ ѵ ә ғ қ ң ө ұ ү һ ҷ ҳ ҡ ҙ ҫ ҝ ҹ ҕ ӏ ԛ ԝ ӈ ҥ ӕ",
    "е г у е ф и а г к н о у у х ч х к з с к ч г і к в н н ае",
)

_GREEK = _aligned("ς ϐ ϑ ϕ ϖ ϰ ϱ ϲ ϵ ͅ", "σ β θ φ π κ ρ σ ε ι")

# Alef variants and hamza carriers, teh marbuta, dotless yeh, heh and yeh of Urdu and Kurdish.
_ARABIC = _aligned(
    "أ إ آ ٱ ٲ ٳ ؤ ئ ى ی ې ے ۓ ة ہ ۂ ۃ ھ ە ۀ ک ڪ ڭ ں ۆ ۇ ۈ ۋ ێ ڕ ڵ",
    "ا ا ا ا ا ا و ي ي ي ي ي ي ه ه ه ه ه ه ه ك ك ك ن و و و و ي ر ل",
)
_ARABIC["ء"] = _ARABIC["ٴ"] = ""

_HEBREW = _aligned("ך ם ן ף ץ װ ױ ײ", "כ מ נ פ צ וו וי יי")

# Candrabindu and tippi are written for anusvara and back; chillu letters and their older spelling
# (letter and virama) are two encodings of one Malayalam sign.
_INDIC = _aligned("ँ ঁ ઁ ଁ ఁ ಁ ੰ ਁ", "ं ং ં ଂ ం ಂ ਂ ਂ")
_INDIC |= {"ൺ": "ണ്", "ൻ": "ന്", "ർ": "ര്", "ൽ": "ല്", "ൾ": "ള്", "ൿ": "ക്", "ৎ": "ত্"}

_SMALL_KANA = _aligned(
    "ぁ ぃ ぅ ぇ ぉ っ ゃ ゅ ょ ゎ ゕ ゖ ゐ ゑ", "あ い う え お つ や ゆ よ わ か け い え"
)
# Small and large kana alike (キヤノン is read キャノン). The length mark ー stays: pairs of
# characters are folded one by one, and サー must not become the single さ.
_KANA = {chr(codepoint): chr(codepoint - 0x60) for codepoint in range(0x30A1, 0x30F7)}
_KANA |= {"ヽ": "ゝ", "ヾ": "ゞ", "ヷ": "わ", "ヸ": "い", "ヹ": "え", "ヺ": "を"} | _SMALL_KANA

_HAN = dict(zip(VARIANTS, SIMPLIFIED, strict=True))

# Amharic writes one sound with several letters; rows of seven or eight, one for each vowel.
_ETHIOPIC_ROWS = (("ሐ", "ሀ"), ("ኀ", "ሀ"), ("ሠ", "ሰ"), ("ዐ", "አ"), ("ፀ", "ጸ"))
_ETHIOPIC = {
    chr(ord(letter) + vowel): chr(ord(same) + vowel) for letter, same in _ETHIOPIC_ROWS for vowel in range(7)
}

#: Letter in lower case → its folded form, possibly several letters or none.
FOLDED_LETTERS: dict[str, str] = {
    **_LATIN,
    **_CYRILLIC,
    **_GREEK,
    **_ARABIC,
    **_HEBREW,
    **_INDIC,
    **_KANA,
    **_HAN,
    **_ETHIOPIC,
}
