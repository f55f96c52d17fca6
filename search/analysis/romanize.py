"""How may a word of another script be written in Latin letters?

Every way people might type it, best first: the schemes of its script (`romanization/`), joined
with what Unidecode and anyascii make of it. The union is what visitors type; no single system is.
The only module that imports Unidecode (GPL-2 or later) and anyascii (ISC): see README's licence
section. Sound keys, for spellings that no list foresees, come from `sound_keys.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from anyascii import anyascii
from unidecode import unidecode

from search.analysis.romanization.arabic import romanize_arabic
from search.analysis.romanization.caucasian import ARMENIAN, GEORGIAN
from search.analysis.romanization.cyrillic import romanize_cyrillic
from search.analysis.romanization.greek import romanize_greek
from search.analysis.romanization.han import syllables_of
from search.analysis.romanization.hangul import initial_consonants_of, romanize_hangul, typed_letters
from search.analysis.romanization.hebrew import romanize_hebrew
from search.analysis.romanization.indic import romanize_indic
from search.analysis.romanization.kana import romanize_kana
from search.analysis.romanization.thai import romanize_thai
from search.analysis.scripts import script_of
from search.analysis.sound_keys import consonant_key, skeleton, word_frames

__all__ = [
    "consonant_key",
    "initial_consonants",
    "jamo",
    "load",
    "pinyin_syllables",
    "romanize",
    "skeleton",
    "word_frames",
]

#: Spellings of one word, at most: more would not be typed but cost room and time.
MOST_SPELLINGS = 12
#: Without a language all customs of the alphabet must find room.
MOST_WITHOUT_LANGUAGE = 18
#: A stretch without spaces may be a whole title; nobody types such a romanisation as one word.
LONGEST_WORD = 48
_PER_PIECE = 3

_INDIC = frozenset(("Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh"))
_KANA = frozenset(("Hira", "Kana"))
_NEUTRAL = frozenset(("Zyyy", "Zinh", "Zzzz"))
_NOT_ASCII_WORD = re.compile("[^a-z0-9]+")


def load() -> None:
    """Read all tables of both libraries now (0.14 s of processor time, 12 MB), so that the copies that are
    made of this process share them. They come in blocks of 256 characters; surrogates have none."""
    for block in range(0x323):
        if not 0xD8 <= block <= 0xDF:
            character = chr(block << 8)
            anyascii(character)
            unidecode(character)


@lru_cache(maxsize=16_384)
def romanize(word: str, language: str | None = None) -> tuple[str, ...]:
    """Distinct Latin spellings of an exact form, best first: ASCII letters and digits, lower case.

    `language` (BCP 47) puts the custom of that language first; without it all customs of the
    script are given. At most 12 spellings, 18 without a language. A Latin word gives its letters
    without marks. Empty for what has no letters. Never raises.

    >>> romanize("ゴジラ"), "fantomas" in romanize("фантомас")
    (('gojira', 'gozira'), True)
    """
    if word.isascii():
        plain = _plain(word.lower())
        return (plain,) if plain else ()
    word = word[:LONGEST_WORD]
    pieces = list(_pieces(word))
    base = language.partition("-")[0] if language else None
    if base == "und":
        base = None
    spellings = _spellings(*pieces[0], base) if len(pieces) == 1 else _joined(pieces, base)
    general = (_plain(anyascii(word).lower()), _plain(unidecode(_encodable(word), errors="ignore").lower()))
    most = MOST_SPELLINGS if base else MOST_WITHOUT_LANGUAGE
    # The last places belong to the general tables, whose spellings other programs use as well.
    own = dict.fromkeys(filter(None, spellings[: most - len(general)]))
    return tuple(dict.fromkeys((*own, *filter(None, general))))


def _encodable(word: str) -> str:
    """Without lone surrogates, of which Unidecode warns."""
    return "".join(character for character in word if not "\ud800" <= character <= "\udfff")


def _plain(text: str) -> str:
    return _NOT_ASCII_WORD.sub("", text)


def _pieces(word: str) -> Iterator[tuple[str, str]]:
    """(piece, script) at each change of script; kana are one script, marks belong to what precedes."""
    piece, script = "", ""
    for character in word:
        here = "Kana" if character == "ー" else script_of(character)
        here = "Kana" if here in _KANA else "" if here in _NEUTRAL else here
        if here and script and here != script:
            yield piece, script
            piece = ""
        piece += character
        script = here or script
    if piece:
        yield piece, script


def _joined(pieces: list[tuple[str, str]], language: str | None) -> tuple[str, ...]:
    """Spellings of a word in several scripts: the first of each piece, the second of each, …"""
    options = []
    for piece, script in pieces:
        own = _spellings(piece, script, language) if script not in ("", "Latn") else ()
        options.append(own[:_PER_PIECE] or (_plain(anyascii(piece).lower()),))
    return tuple("".join(one[min(choice, len(one) - 1)] for one in options) for choice in range(_PER_PIECE))


def _spellings(piece: str, script: str, language: str | None) -> tuple[str, ...]:
    if script == "Cyrl":
        return romanize_cyrillic(piece, language)
    if script == "Grek":
        return romanize_greek(piece)
    if script == "Kana":
        return romanize_kana(piece)
    if script == "Hang":
        return romanize_hangul(piece)
    if script == "Hani":
        return ("".join(pinyin_syllables(piece)),)
    if script == "Arab":
        return romanize_arabic(piece)
    if script == "Hebr":
        return romanize_hebrew(piece)
    if script in _INDIC:
        return romanize_indic(piece, MOST_SPELLINGS - 2)
    if script == "Thai":
        return romanize_thai(piece)
    if script == "Geor":
        return GEORGIAN.spellings(piece, 4)
    if script == "Armn":
        return ARMENIAN.spellings(piece, 6)
    return ()


@lru_cache(maxsize=16_384)
def _mandarin(character: str) -> str:
    """What the general tables say of one character: Unidecode, else anyascii; may be empty."""
    if script_of(character) != "Hani":
        return ""
    return unidecode(character, errors="ignore").strip() or anyascii(character)


def pinyin_syllables(text: str) -> list[str]:
    """The Mandarin syllable of each Han character, without tones; other characters are left out.

    >>> pinyin_syllables("花樣年華")
    ['hua', 'yang', 'nian', 'hua']
    """
    return syllables_of(text, _mandarin)


def initial_consonants(word: str) -> str:
    """The initial consonants of a Korean word as compatibility jamo: 올드보이 → ㅇㄷㅂㅇ. Empty if
    the word is not all Hangul syllables."""
    return initial_consonants_of(unicodedata.normalize("NFC", word))


def jamo(word: str) -> str:
    """The keys that type a Korean word, as compatibility jamo, so that a half-typed word (올드ㅂ)
    is a prefix of the whole. Empty if there is anything but Hangul."""
    return typed_letters(word)
