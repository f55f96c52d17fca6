"""How is kana written in Latin letters?

Modified Hepburn without macrons. Long vowels in the three ways people type them: short (tokyo),
as written in kana (toukyou), and doubled (raamen); ん before b, m, p as n and m; last, Kunrei
(si, ti, tu). Kanji have no reading without a dictionary and are not treated.
"""

from __future__ import annotations

import itertools
import re

from search.analysis.romanization.scheme import rules

_ROWS = {
    "": "あa いi うu えe おo",
    "k": "かa きi くu けe こo",
    "s": "さa すu せe そo",
    "t": "たa てe とo",
    "n": "なa にi ぬu ねe のo",
    "h": "はa ひi へe ほo",
    "m": "まa みi むu めe もo",
    "y": "やa ゆu よo",
    "r": "らa りi るu れe ろo",
    "w": "わa",
    "g": "がa ぎi ぐu げe ごo",
    "z": "ざa ずu ぜe ぞo",
    "d": "だa でe どo",
    "b": "ばa びi ぶu べe ぼo",
    "p": "ぱa ぴi ぷu ぺe ぽo",
}
_SINGLE = {pair[0]: consonant + pair[1] for consonant, row in _ROWS.items() for pair in row.split()}
_SINGLE |= rules(
    "し=shi ち=chi つ=tsu ふ=fu じ=ji ぢ=ji づ=zu を=o ゐ=i ゑ=e ん=n ゔ=vu ぁ=a ぃ=i ぅ=u ぇ=e ぉ=o "
    "ゃ=ya ゅ=yu ょ=yo ゎ=wa ゕ=ka ゖ=ke"
) | {"・": "", "゠": ""}
# Kana followed by a small ゃ ゅ ょ: the consonant before a, u, o.
_CONTRACTED = rules(
    "き=ky し=sh ち=ch に=ny ひ=hy み=my り=ry ぎ=gy じ=j ぢ=j び=by ぴ=py ふ=fy て=ty で=dy ゔ=vy"
)
# Kana followed by a small vowel, as in foreign words: ファ fa, ティ ti, ジェ je.
_FOREIGN = rules(
    "ふ=f て=t で=d し=sh じ=j ち=ch つ=ts う=w ゔ=v と=t ど=d く=kw ぐ=gw い=y す=s ず=z き=ky に=ny "
    "ひ=hy み=my り=ry び=by"
)
_SMALL_Y = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
_SMALL_VOWELS = {"ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}
_LONG, _DOUBLED = "ー", "っ"
_KUNREI = (
    ("sh", "sy"),
    ("syi", "si"),
    ("chi", "ti"),
    ("ch", "ty"),
    ("tsu", "tu"),
    ("fu", "hu"),
    ("ji", "zi"),
    ("j", "zy"),
)
_PARTICLES = {"は": ("wa", "ha"), "へ": ("e", "he"), "を": ("o", "wo")}
_PARTICLES_INSIDE = "のはをがにとへもでやか"
#: Kana of a part of a run, and the most parts.
_SHORTEST_PART, _LONGEST_PART, _MOST_PARTS = 2, 8, 24
_TRAILING_PARTICLES = "のはをがにと"
_TO_HIRAGANA = {codepoint: codepoint - 0x60 for codepoint in range(0x30A1, 0x30F7)}
_REPEATED = re.compile("(.)(?:[ゝヽ]|(?P<voiced>[ゞヾ]))")


def romanize_kana(word: str) -> tuple[str, ...]:
    """Spellings of a run of kana; none if it holds anything else.

    A run of hiragana that ends in a particle (となりの) is also given without it.
    """
    if word in _PARTICLES:
        return _PARTICLES[word]
    kana = _REPEATED.sub(_repetition, word.translate(_TO_HIRAGANA))
    letters = _letters(kana)
    if letters is None:
        return ()
    spellings = _spellings(letters)
    if len(word) > 2 and word == kana and kana[-1] in _TRAILING_PARTICLES:
        spellings += _spellings(_letters(kana[:-1]) or "")[:2]
    return tuple(dict.fromkeys(spelling for spelling in spellings if spelling))


def kana_parts(run: str) -> tuple[str, ...]:
    """Words that a run of hiragana may consist of, in Latin letters with short vowels: what lies
    between particles, with and without them. おひさまとかえる gives ohisama and kaeru."""
    places = {0, len(run)}
    for place, kana in enumerate(run):
        if place > 0 and kana in _PARTICLES_INSIDE:
            places.update((place, place + 1))
    borders = sorted(places)
    parts: dict[str, None] = {}
    for start, end in itertools.combinations(borders, 2):
        if _SHORTEST_PART <= end - start <= _LONGEST_PART and end - start < len(run):
            parts.update(dict.fromkeys(romanize_kana(run[start:end])[:1]))
        if len(parts) >= _MOST_PARTS:
            break
    return tuple(parts)


def _repetition(match: re.Match[str]) -> str:
    repeated = match[1]
    return repeated + (chr(ord(repeated) + 1) if match["voiced"] and "か" <= repeated <= "ほ" else repeated)


def _letters(kana: str) -> str | None:
    """Latin letters with ー for a long vowel, and ' after ん before a vowel."""
    letters = ""
    place, doubled = 0, False
    while place < len(kana):
        here, after = kana[place], kana[place + 1 : place + 2]
        place += 1
        if here == _DOUBLED:
            doubled = True
            continue
        if here == _LONG:
            letters += _LONG
            continue
        if after in _SMALL_Y and here in _CONTRACTED:
            sound, place = _CONTRACTED[here] + _SMALL_Y[after], place + 1
        elif after in _SMALL_VOWELS and _SINGLE.get(here, "")[-1:] == _SMALL_VOWELS[after]:
            sound, place = _SINGLE[here] + _LONG, place + 1
        elif after in _SMALL_VOWELS and here in _FOREIGN:
            sound, place = _FOREIGN[here] + _SMALL_VOWELS[after], place + 1
        elif here in _SINGLE:
            sound = _SINGLE[here]
        else:
            return None
        if doubled and sound[:1] not in "aiueon":
            letters += "t" if sound.startswith("ch") else sound[0]
        doubled = False
        if letters.endswith("n") and kana[place - 2 : place - 1] == "ん" and sound[:1] in "aiueoy":
            letters += "'"
        letters += sound
    return letters


def _spellings(letters: str) -> list[str]:
    as_written = letters.replace(_LONG, "").replace("'", "")
    short = re.sub("oo|ou", "o", letters.replace("'", "")).replace("uu", "u").replace(_LONG, "")
    doubled = re.sub(f"([aiueo]){_LONG}", "\\1\\1", letters).replace(_LONG, "").replace("'", "")
    before_labial = re.sub("n(?=[bmp])", "m", short)
    kunrei = doubled
    for hepburn, other in _KUNREI:
        kunrei = kunrei.replace(hepburn, other)
    return [
        short,
        as_written,
        before_labial,
        doubled,
        short.replace("tch", "cch"),
        short.replace("v", "b"),
        kunrei,
    ]
