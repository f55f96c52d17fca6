"""How are words of the scripts of India written in Latin letters?

The nine main scripts share one layout in Unicode, so one table by position in the block serves
Devanagari, Bengali, Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada and Malayalam; Sinhala has
its own. First the spellings people type (तीसरी → tisri, teesri), last ISO 15919 without its marks.
A consonant carries the vowel a unless a sign says otherwise; in northern languages it is silent at
the end of a word and between two vowelled syllables (Ohala's rule: VC_CV).
"""

from __future__ import annotations

import unicodedata

from search.analysis.romanization.scheme import Choices, cheapest

_BLOCKS = {
    0x0900: "Deva", 0x0980: "Beng", 0x0A00: "Guru", 0x0A80: "Gujr", 0x0B00: "Orya", 0x0B80: "Taml",
    0x0C00: "Telu", 0x0C80: "Knda", 0x0D00: "Mlym", 0x0D80: "Sinh",
}  # fmt: skip
_SILENT_VOWEL = frozenset(("Deva", "Beng", "Guru", "Gujr"))


def _by_offset(first: int, spellings: str) -> dict[int, tuple[str, ...]]:
    return {
        first + place: tuple(options.split("/"))
        for place, options in enumerate(spellings.split())
        if options != "_"
    }


_CONSONANTS = _by_offset(
    0x15,
    "k kh g gh n ch/c chh/ch j/z jh n/ny t th/t d/r dh n t th d dh n n p ph/f b bh m y r r l l l/zh v/w "
    "sh/s sh/s s h",
)
_CONSONANTS |= _by_offset(0x58, "q/k kh g z r/d rh/dh f y")
_NUKTA_CONSONANTS = {0x15: ("q", "k"), 0x16: ("kh",), 0x17: ("gh", "g"), 0x1C: ("z", "j"), 0x1D: ("zh",),
    0x21: ("d", "r"),
                     0x22: ("dh", "rh"), 0x2B: ("f", "ph"), 0x2F: ("y",), 0x30: ("r",), 0x33: ("l",
                         "zh")}  # fmt: skip
_VOWELS = _by_offset(0x05, "a a/aa i i/ee u u/oo ri/ru l e/a e e ai/e o/a o o au/o")
_SIGNS = _by_offset(0x3E, "a/aa i i/ee u u/oo ri/ru ri e e e ai/e o o o au/o")
_NUKTA, _VIRAMA, _ANUSVARA = 0x3C, 0x4D, frozenset((0x01, 0x02, 0x70))
_VISARGA, _ADDAK = 0x03, 0x71

# What single scripts do otherwise: (script, offset) → spellings.
_OWN = {
    ("Beng", 0x05): ("o", "a"), ("Beng", 0x2F): ("j", "y"), ("Beng", 0x35): ("b",), ("Beng", 0x57): ("au",),
    ("Taml", 0x15): ("k", "g"), ("Taml", 0x1A): ("s", "ch", "sh"), ("Taml", 0x1F): ("t", "d"), ("Taml",
    0x24): ("th", "t", "d"),
    ("Taml", 0x2A): ("p", "b"), ("Taml", 0x34): ("zh", "l"), ("Taml", 0x31): ("r", "tr"), ("Taml",
    0x57): ("au",),
    ("Mlym", 0x34): ("zh", "l"), ("Mlym", 0x24): ("th", "t"), ("Mlym", 0x15): ("k", "g"), ("Mlym",
    0x57): ("au",),
    ("Telu", 0x24): ("t", "th"), ("Knda", 0x24): ("t", "th"),
}  # fmt: skip
_SOUTHERN = frozenset(("Orya", "Taml", "Telu", "Knda", "Mlym"))
_CHILLU = {"ൺ": "n", "ൻ": "n", "ർ": "r", "ൽ": "l", "ൾ": "l", "ൿ": "k", "ৎ": "t"}
# Conjuncts that are not spoken as they are written (Devanagari, Gujarati, Bengali offsets).
_CONJUNCTS = {(0x15, 0x37): ("ksh", "x"), (0x1C, 0x1E): ("gy", "jn", "gn"), (0x19, 0x19): ("ng",)}
# Tamil and Malayalam write one stop and voice it after a nasal: கும்பகோணம் is Kumbakonam.
_VOICED_AFTER_NASAL = {
    0x15: ("g", "k"),
    0x1A: ("j", "ch"),
    0x1F: ("d", "t"),
    0x24: ("th", "d", "dh"),
    0x2A: ("b", "p"),
}

_SINHALA_CONSONANTS = _by_offset(
    0x0D9A,
    "k kh g gh n ng ch chh j jh n gn n t th d dh n nd th/t th d/dh dh n _ nd p p b b m mb y r _ l _ _ v/w sh "
    "sh s h l f",
)
_SINHALA_VOWELS = _by_offset(0x0D85, "a a a/e a/e i i/ee u u/oo ri ri l l e e ai o o au")
_SINHALA_SIGNS = _by_offset(0x0DCF, "a/aa a/e a/e i i/ee u _ u/oo _ ru e e ai o o au l")
_SINHALA_SIGNS |= _by_offset(0x0DF2, "ru l")

_Part = tuple[str, tuple[str, ...]]
_INHERENT, _CONSONANT, _VOWEL, _NASAL, _OTHER = "inherent", "consonant", "vowel", "nasal", "other"
_LABIALS = ("p", "b", "m", "f")
_FINAL_NASAL = {"Beng": ("ng", "n"), "Sinh": ("n", "ng", "m")} | dict.fromkeys(_SOUTHERN, ("m", "n"))


def romanize_indic(word: str, limit: int) -> tuple[str, ...]:
    """Spellings of a word in one of the ten scripts; none if it holds other letters."""
    parts, script = _parts(unicodedata.normalize("NFC", word))
    if not parts:
        return ()
    if script in _SILENT_VOWEL:
        spoken = _without_silent_vowels(parts)
        spellings = cheapest(_choices(spoken), limit)
        if spoken != parts:
            spellings += cheapest(_choices(parts), 2)
    else:
        spellings = cheapest(_choices(parts), limit)
    if script == "Beng":
        spellings += cheapest(_choices(_without_silent_vowels(_with_round_vowel(parts))), 3)
    return tuple(dict.fromkeys(spelling for spelling in spellings if spelling))


def _parts(word: str) -> tuple[list[_Part], str]:
    """The sounds of a word in order, each inherent vowel in its place."""
    parts: list[_Part] = []
    script, offsets = "", []
    for character in word:
        codepoint = ord(character)
        block = codepoint & ~0x7F
        if block not in _BLOCKS:
            return [], ""
        script = script or _BLOCKS[block]
        offsets.append(codepoint - block if script != "Sinh" else codepoint)
    place = 0
    while place < len(offsets):
        offset = offsets[place]
        following = offsets[place + 1 : place + 3]
        character = word[place]
        place += 1
        if character in _CHILLU:
            parts.append((_CONSONANT, (_CHILLU[character],)))
            continue
        consonant = _consonant(script, offset)
        if consonant is not None:
            pair = (offset, following[1]) if following[:1] == [_VIRAMA] and len(following) > 1 else None
            if pair in _CONJUNCTS and script != "Taml":
                parts += [(_CONSONANT, _CONJUNCTS[pair]), (_INHERENT, ("a",))]
                place += 2
                continue
            if script in ("Taml", "Mlym") and parts and parts[-1][1][0] in ("n", "m"):
                consonant = _VOICED_AFTER_NASAL.get(offset, consonant)
            if following[:1] == [_NUKTA] and offset in _NUKTA_CONSONANTS:
                consonant = _NUKTA_CONSONANTS[offset]
            parts += [(_CONSONANT, consonant), (_INHERENT, ("a",))]
        elif offset in (_VIRAMA, 0x0DCA) and parts and parts[-1][0] == _INHERENT:
            parts.pop()
        elif (sign := _sign(script, offset)) is not None:
            if parts and parts[-1][0] == _INHERENT:
                parts.pop()
            parts.append((_VOWEL, sign))
        elif (vowel := _vowel(script, offset)) is not None:
            parts.append((_VOWEL, vowel))
        elif offset in _ANUSVARA or offset in (0x0D81, 0x0D82):
            parts.append((_NASAL, _FINAL_NASAL.get(script, ("n", "m", ""))))
        elif offset == _ADDAK and place < len(offsets):
            if (doubled := _consonant(script, offsets[place])) is not None:
                parts.append((_CONSONANT, (doubled[0][0],)))
        elif offset == _VISARGA:
            parts.append((_OTHER, ("h", "")))
        elif 0x66 <= offset <= 0x6F:
            parts.append((_OTHER, (str(offset - 0x66),)))
    return parts, script


def _consonant(script: str, offset: int) -> tuple[str, ...] | None:
    if script == "Sinh":
        return _SINHALA_CONSONANTS.get(offset)
    if (own := _OWN.get((script, offset))) is not None and offset not in (0x05, 0x57):
        return own
    return _CONSONANTS.get(offset)


def _vowel(script: str, offset: int) -> tuple[str, ...] | None:
    if script == "Sinh":
        return _SINHALA_VOWELS.get(offset)
    return _OWN.get((script, offset)) or _VOWELS.get(offset)


def _sign(script: str, offset: int) -> tuple[str, ...] | None:
    if script == "Sinh":
        return _SINHALA_SIGNS.get(offset)
    if offset == 0x57:
        return _OWN.get((script, offset))
    return _SIGNS.get(offset)


def _without_silent_vowels(parts: list[_Part]) -> list[_Part]:
    """Inherent vowels that northern languages do not speak are taken out, from right to left."""
    spoken = list(parts)
    if len(spoken) > 2 and spoken[-1][0] == _INHERENT:
        spoken.pop()
    place = len(spoken) - 2
    while place > 1:
        is_between = (
            spoken[place][0] == _INHERENT
            and spoken[place - 1][0] == _CONSONANT
            and spoken[place - 2][0] in (_VOWEL, _INHERENT)
            and spoken[place + 1][0] == _CONSONANT
            and place + 2 < len(spoken)
            and spoken[place + 2][0] in (_VOWEL, _INHERENT)
        )
        if is_between:
            spoken.pop(place)
            place -= 1
        place -= 1
    return spoken


def _with_round_vowel(parts: list[_Part]) -> list[_Part]:
    """Bengali speaks the inherent vowel as o."""
    return [(kind, ("o",)) if kind == _INHERENT else (kind, options) for kind, options in parts]


def _choices(parts: list[_Part]) -> Choices:
    choices: list[tuple[str, ...]] = []
    for place, (kind, options) in enumerate(parts):
        following = parts[place + 1] if place + 1 < len(parts) else None
        if kind == _NASAL and following is not None:
            options = ("m", "n") if following[1][0].startswith(_LABIALS) else ("n",)
        choices.append(options)
    return choices
