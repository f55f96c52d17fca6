"""What are the letters of a word, and can two words be spelled alike at all?

A letter is a base with its marks (Hindi, Thai). Spellings are compared letter by letter, which
takes a while for a vocabulary; first the signs of words are compared: bits that say which kinds of
letters a word has at least once, and which at least twice. Leaving a letter out or adding one
changes one bit, replacing one changes two, swapping two none: words whose signs differ more than
that are not alike.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence

import numpy as np

from search.index.codec.arrays import Array

#: Letters fall into so many kinds by their code points: small Latin or Russian letters are one each.
KINDS = 32
# Letters with marks stand as single characters of a private plane.
_FIRST_PRIVATE, _PRIVATE = 0xF0000, 0xFFFE


def is_word(text: str) -> bool:
    """Letters and marks alone; the only word of a number is the number."""
    return text.isalpha() or all(unicodedata.category(character)[0] in "LM" for character in text)


def letters_with_marks(word: str) -> list[str]:
    """Letters, each with the marks that follow it."""
    letters: list[str] = []
    for character in word:
        if letters and unicodedata.category(character)[0] == "M":
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def one_character_each(word: str) -> str:
    """The word with one character for each letter: the same letter is always the same character."""
    if word.isalpha():
        return word
    return "".join(
        letter if len(letter) == 1 else chr(_FIRST_PRIVATE + zlib.crc32(_encoded(letter)) % _PRIVATE)
        for letter in letters_with_marks(word)
    )


def sign_of(letters: str) -> np.uint64:
    """The sign of a word, given one character for each letter."""
    once = twice = 0
    for letter in letters:
        bit = 1 << (ord(letter) % KINDS)
        twice |= once & bit
        once |= bit
    return np.uint64(once | twice << KINDS)


def signs_of(codes: Array, firsts: Array, lengths: Array) -> Array:
    """The signs of many words: word w has the letters codes[firsts[w] :][: lengths[w]]. The lengths
    ascend."""
    once, twice = np.zeros(len(firsts), np.uint64), np.zeros(len(firsts), np.uint64)
    kinds = (codes % KINDS).astype(np.uint8)
    for place in range(int(lengths[-1]) if len(lengths) else 0):
        longer = int(np.searchsorted(lengths, place, side="right"))
        bits = np.left_shift(np.uint64(1), kinds[firsts[longer:] + place].astype(np.uint64))
        twice[longer:] |= once[longer:] & bits
        once[longer:] |= bits
    return once | np.left_shift(twice, np.uint64(KINDS))


def codes_of(words: Sequence[str]) -> Array:
    """The code points of all words, one word after another."""
    return np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
