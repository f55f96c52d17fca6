"""In which writing system is a character, and in which is a text?

Python's `unicodedata` has no script property, so the ranges stand here, cut at block borders and
inside a block only where two scripts share it (Greek and Coptic, Latin and Common in Latin-1).
Only letters and marks belong to a script; digits, punctuation and symbols are `Zyyy` (common),
marks used by many scripts `Zinh` (inherited), unassigned characters and surrogates `Zzzz`.
Which language a text is in is not answered here: see `detection.py`.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter

COMMON, INHERITED, UNKNOWN = "Zyyy", "Zinh", "Zzzz"

# (ISO 15924 code, "first-last" ranges in hexadecimal). Extend by adding to a row; ranges must not
# overlap (tested). Unicode 15 block borders.
_RANGES: tuple[tuple[str, str], ...] = (
    (
        "Latn",
        "41-5a 61-7a aa ba c0-2af 1d00-1d25 1d2c-1d5c 1d62-1d65 1d6b-1d77 1d79-1dbe 1e00-1eff 2071 207f "
        "2090-209c 212a-212b 2160-2188 2c60-2c7f a722-a7ff ab30-ab64 ab66-ab69 fb00-fb06 ff21-ff3a ff41-ff5a "
        "10780-107ba 1df00-1df2a",
    ),
    ("Grek", "370-377 37a-3e1 3f0-3ff 1d26-1d2a 1d5d-1d61 1d66-1d6a 1dbf 1f00-1fff ab65 10140-1018e"),
    ("Copt", "3e2-3ef 2c80-2cff"),
    ("Cyrl", "400-52f 1c80-1c8f 1d2b 1d78 2de0-2dff a640-a69f 1e030-1e08f"),
    ("Armn", "531-58f fb13-fb17"),
    ("Hebr", "591-5f4 fb1d-fb4f"),
    ("Arab", "600-6ff 750-77f 870-8ff fb50-fdff fe70-fefc 10e60-10e7e 1ee00-1eeff"),
    ("Syrc", "700-74f 860-86a"),
    ("Thaa", "780-7bf"),
    ("Nkoo", "7c0-7ff"),
    ("Samr", "800-83f"),
    ("Mand", "840-85f"),
    ("Deva", "900-963 966-97f a8e0-a8ff 11b00-11b09"),
    ("Beng", "980-9ff"),
    ("Guru", "a00-a7f"),
    ("Gujr", "a80-aff"),
    ("Orya", "b00-b7f"),
    ("Taml", "b80-bff 11fc0-11fff"),
    ("Telu", "c00-c7f"),
    ("Knda", "c80-cff"),
    ("Mlym", "d00-d7f"),
    ("Sinh", "d80-dff 111e1-111f4"),
    ("Thai", "e00-e3e e40-e7f"),
    ("Laoo", "e80-eff"),
    ("Tibt", "f00-fff"),
    ("Mymr", "1000-109f a9e0-a9ff aa60-aa7f"),
    ("Geor", "10a0-10ff 1c90-1cbf 2d00-2d2f"),
    ("Hang", "1100-11ff 302e-302f 3131-318e a960-a97f ac00-d7ff ffa0-ffdc"),
    ("Ethi", "1200-139f 2d80-2ddf ab00-ab2f 1e7e0-1e7ff"),
    ("Cher", "13a0-13ff ab70-abbf"),
    ("Cans", "1400-167f 18b0-18ff 11ab0-11abf"),
    ("Ogam", "1680-169f"),
    ("Runr", "16a0-16ff"),
    ("Tglg", "1700-171f"),
    ("Hano", "1720-1734"),
    ("Buhd", "1740-175f"),
    ("Tagb", "1760-177f"),
    ("Khmr", "1780-17ff 19e0-19ff"),
    ("Mong", "1800-18af 11660-1166c"),
    ("Limb", "1900-194f"),
    ("Tale", "1950-197f"),
    ("Talu", "1980-19df"),
    ("Bugi", "1a00-1a1f"),
    ("Lana", "1a20-1aaf"),
    ("Bali", "1b00-1b7f"),
    ("Sund", "1b80-1bbf 1cc0-1ccf"),
    ("Batk", "1bc0-1bff"),
    ("Lepc", "1c00-1c4f"),
    ("Olck", "1c50-1c7f"),
    ("Glag", "2c00-2c5f 1e000-1e02f"),
    ("Tfng", "2d30-2d7f"),
    ("Hani", "2e80-2fdf 3005 3007 3021-3029 3038-303b 3400-4dbf 4e00-9fff f900-faff 20000-3fffd"),
    ("Hira", "3041-3096 309d-309f 1b001-1b11f 1b132 1b150-1b152 1f200"),
    (
        "Kana",
        "30a1-30fa 30fc-30ff 31f0-31ff 32d0-32fe 3300-3357 ff66-ff9f 1aff0-1b000 1b120-1b122 1b155-1b167",
    ),
    ("Bopo", "2ea-2eb 3105-312f 31a0-31bf"),
    ("Yiii", "a000-a4cf"),
    ("Lisu", "a4d0-a4ff 11fb0"),
    ("Vaii", "a500-a63f"),
    ("Bamu", "a6a0-a6ff 16800-16a3f"),
    ("Sylo", "a800-a82f"),
    ("Phag", "a840-a87f"),
    ("Saur", "a880-a8df"),
    ("Kali", "a900-a92d a92f"),
    ("Rjng", "a930-a95f"),
    ("Java", "a980-a9df"),
    ("Cham", "aa00-aa5f"),
    ("Tavt", "aa80-aadf"),
    ("Mtei", "aae0-aaff abc0-abff"),
    ("Linb", "10000-100ff"),
    ("Goth", "10330-1034f"),
    ("Ugar", "10380-1039f"),
    ("Xpeo", "103a0-103df"),
    ("Dsrt", "10400-1044f"),
    ("Shaw", "10450-1047f"),
    ("Osma", "10480-104af"),
    ("Phnx", "10900-1091f"),
    ("Rohg", "10d00-10d3f"),
    ("Brah", "11000-1107f"),
    ("Cakm", "11100-1114f"),
    ("Shrd", "11180-111df"),
    ("Tirh", "11480-114df"),
    ("Modi", "11600-1165f"),
    ("Xsux", "12000-1254f"),
    ("Egyp", "13000-1345f"),
    ("Hmnp", "1e100-1e14f"),
    ("Wcho", "1e2c0-1e2ff"),
    ("Adlm", "1e900-1e95f"),
)


def _spans() -> list[tuple[int, int, str]]:
    spans = []
    for script, ranges in _RANGES:
        for one in ranges.split():
            low, _, high = one.partition("-")
            spans.append((int(low, 16), int(high or low, 16), script))
    return sorted(spans)


_SPANS = _spans()
_STARTS = [low for low, _, _ in _SPANS]


def _block_script(codepoint: int) -> str:
    """The script that owns the range a code point lies in; empty outside all of them."""
    index = bisect_right(_STARTS, codepoint) - 1
    if index < 0:
        return ""
    _, high, script = _SPANS[index]
    return script if codepoint <= high else ""


def _look_up(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cn", "Cs", "Co"):
        return UNKNOWN
    script = _block_script(ord(character))
    # Letters, marks and letter-like numbers (Ⅳ, 〇); a sign inside a block of letters is none (×, ÷).
    if category[0] == "M":
        return script or INHERITED
    if category == "Lo":
        return script or UNKNOWN
    return (script or COMMON) if category[0] == "L" or category == "Nl" else COMMON


class _Scripts(dict[str, str]):
    """Every character is looked up once; 1.1 million entries at the very most, a few hundred in use."""

    def __missing__(self, character: str) -> str:
        script = self[character] = _look_up(character)
        return script


class _LetterScripts(dict[str, str]):
    """As `_Scripts`, but empty for what is no letter."""

    def __missing__(self, character: str) -> str:
        script = _SCRIPTS[character]
        is_letter = script[0] != "Z" and (character.isalpha() or character == "〇")
        found = self[character] = script if is_letter else ""
        return found


_SCRIPTS, _LETTER_SCRIPTS = _Scripts(), _LetterScripts()
_ASCII_SIGNS = bytes(code for code in range(0x80) if not chr(code).isalpha())


def script_of(character: str) -> str:
    """The ISO 15924 code of one character: `Latn`, `Hani`, … or `Zyyy`, `Zinh`, `Zzzz`.

    >>> [script_of(character) for character in "aЖ京カ1"]
    ['Latn', 'Cyrl', 'Hani', 'Kana', 'Zyyy']
    """
    return _SCRIPTS[character]


def scripts_in(text: str) -> dict[str, int]:
    """How many letters `text` has of each script, most first. Marks, digits and signs do not count.

    >>> scripts_in("攻殻機動隊 Ghost 2")
    {'Latn': 5, 'Hani': 5}
    """
    if text.isascii():
        letters = len(text.encode("ascii").translate(None, _ASCII_SIGNS))
        return {"Latn": letters} if letters else {}
    counts: dict[str, int] = {}
    for character, times in Counter(text).items():
        if script := _LETTER_SCRIPTS[character]:
            counts[script] = counts.get(script, 0) + times
    if len(counts) > 1:
        return dict(sorted(counts.items(), key=lambda item: -item[1]))
    return counts


def main_script(text: str) -> str | None:
    """The script most letters of `text` are in; the earlier one of equals; None without letters."""
    return next(iter(scripts_in(text)), None)
