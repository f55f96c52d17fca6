"""Where in several texts do the words stand that begin in a certain way?

Most texts of a page are long and of common characters, and few of their words begin as a word of the
query does. Their characters are looked up all at once in tables, and only the words that may matter
become strings. Words are those of `TextWords`, with which random texts are compared
(`tests/test_word_places.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from search.beginnings import BEGINNINGS, UNSAID
from search.text_words import COMMON, COMMON_WORD

#: Letters whose beginnings are told apart; words that begin beyond may begin in any way.
_TOLD = 0x2000
#: Codepoints in the table of kinds; all beyond are as the last one.
_ENDS = 0x10000
_SIGN, _WORD, _OTHER = 0, 1, 2
#: Fewer characters are cut into words faster than they are looked up.
FEWEST_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class WordPlaces:
    """Words of several texts, one after the other in `joined`: where they start and end there, and the
    number of the beginning of each. `offsets`: where each text starts."""

    joined: str
    offsets: tuple[int, ...]
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    beginnings: NDArray[np.uint16]

    @classmethod
    def of(cls, texts: Sequence[str]) -> WordPlaces | None:
        """The words of texts in NFC; None if one of them needs the tokenizer's care."""
        joined = "\n".join(texts)
        codepoints: NDArray[np.uint8] | NDArray[np.uint32]
        firsts: NDArray[np.uint8] | NDArray[np.uint32]
        # A sign before and after, so that every word has two edges.
        kinds = np.zeros(len(joined) + 2, np.uint8)
        if joined.isascii():
            codepoints = firsts = np.frombuffer(joined.encode("ascii"), np.uint8)
            kinds[1:-1] = _kinds()[codepoints]
        else:
            codepoints = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
            kinds[1:-1] = _kinds()[np.minimum(codepoints, _ENDS)]
            firsts = np.minimum(codepoints, _TOLD)
        if _OTHER in kinds.tobytes():
            return None
        edges = np.flatnonzero(kinds[1:] != kinds[:-1])
        starts, ends = edges[::2], edges[1::2]
        offsets = accumulate((len(text) + 1 for text in texts[:-1]), initial=0)
        return cls(joined, tuple(offsets), starts, ends, _beginnings()[0][firsts[starts]])

    def beginning(self, firsts: frozenset[str] | None) -> list[tuple[str, int, int]]:
        """(word, start, end) in `joined` of the words with one of these beginnings, all for None."""
        starts, ends = self.starts, self.ends
        if firsts is not None:
            numbers = _beginnings()[1]
            wanted = np.zeros(len(numbers), bool)
            wanted[[numbers[first] for first in firsts if first in numbers]] = True
            places = np.flatnonzero(wanted[self.beginnings])
            starts, ends = starts[places], ends[places]
        joined = self.joined
        return [
            (joined[start:end], start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]


@cache
def _kinds() -> NDArray[np.uint8]:
    """Of each codepoint whether it is of a word, or else a sign, in a text of common characters."""
    kinds = np.full(_ENDS + 1, _OTHER, np.uint8)
    for match in COMMON.finditer("".join(map(chr, range(_ENDS)))):
        kinds[match.start() : match.end()] = _SIGN
    for match in COMMON_WORD.finditer("".join(map(chr, range(_ENDS)))):
        kinds[match.start() : match.end()] = _WORD
    return kinds


@cache
def _beginnings() -> tuple[NDArray[np.uint16], dict[str, int]]:
    """Of each codepoint the number of its beginning, and beginning → number."""
    numbers = {UNSAID: 0}
    of_codepoints = [
        numbers.setdefault(BEGINNINGS[character] if character.isalnum() else UNSAID, len(numbers))
        for character in map(chr, range(_TOLD))
    ]
    return np.array([*of_codepoints, 0], np.uint16), numbers
