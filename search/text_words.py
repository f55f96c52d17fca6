"""Which different words are in a text, and where does one of them stand?

The tokens of `tokenize`, without an object for each: few words of a text are of interest to a
query. Texts of common characters, which are nearly all, are cut by one pattern; whatever needs the
tokenizer's care (joiners, fractions, marks of repetition) is left to it. That both agree is tested
on random texts (`tests/test_text_words.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from operator import add

from search.analysis.tokenizers import TRIPLE, Token, has_unspaced_script, tokenize

Span = tuple[int, int]


def _class(characters: Iterable[str]) -> str:
    """The inside of a regex class of these characters (ascending)."""
    ranges: list[list[int]] = []
    for codepoint in map(ord, characters):
        if ranges and ranges[-1][1] == codepoint - 1:
            ranges[-1][1] = codepoint
        else:
            ranges.append([codepoint, codepoint])
    return "".join(f"\\u{low:04x}-\\u{high:04x}" for low, high in ranges)


#: Alphabets and the scripts of India and South-East Asia; the rest is given as ranges below.
_FIRST_BLOCKS = [
    (character, unicodedata.category(character)[0], has_unspaced_script(character))
    for character in map(chr, range(0x2000))
]
#: Characters of one n-gram each: kana, Han, Hangul; then letters and vowel signs of Thai and others.
_CLUSTERED = "\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
_JAMO = frozenset(map(chr, range(0x1100, 0x1200)))
_LETTERS = _class(
    one for one, kind, unspaced in _FIRST_BLOCKS if unspaced and kind in "LM" and one not in _JAMO
)
_FULL_WIDTH = "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_FRACTIONS = "\u00bc\u00bd\u00be"
_SPACED = _FULL_WIDTH + _class(
    one for one, _, unspaced in _FIRST_BLOCKS if not unspaced and one.isalnum() and one not in _FRACTIONS
)
_MARKS = _class(one for one, kind, unspaced in _FIRST_BLOCKS if not unspaced and kind == "M")
#: All but letters and marks: signs, spaces, dashes, quotes, money; no underscore and no joiner.
_SIGNS = _class(one for one, kind, _ in _FIRST_BLOCKS if kind in "PSZN" and not one.isalnum() and one != "_")
_SIGNS += "\x00-\x1f\u2010-\u2027\u2030-\u203e\u2041-\u2053\u2055-\u205e\u20a0-\u20bf"
_SIGNS += "\u3000-\u3003\u3008-\u3020\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3e\uff40\uff5b-\uff65"

#: Latin, Greek and Cyrillic without marks apart from their letters: the quickest to tell and to cut.
_PLAIN = re.compile(
    "[\x00-\xac\xae-\xbb\xbf-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*"
)
#: Of ASCII alone, all but letters and digits is space.
_ASCII_WORDS = {code: " " for code in range(128) if not chr(code).isalnum()}
_PLAIN_WORD = re.compile(r"[^\W_]+")
_MARKED = re.compile(f"[{_SPACED}{_MARKS}{_SIGNS}]*")
_MARKED_WORD = re.compile(f"[{_SPACED}{_MARKS}]+")
#: Characters of texts without n-grams in which a word is all that stands between two signs, and of words.
COMMON, COMMON_WORD = re.compile(f"[{_SPACED}{_MARKS}{_SIGNS}]+"), _MARKED_WORD
#: Not together: vowel signs after a character of the others would belong to it.
_UNSPACED = re.compile(f"[{_CLUSTERED}{_SPACED}{_SIGNS}]*|[{_LETTERS}{_SPACED}{_SIGNS}]*")
_SPACED_WORD = re.compile(f"[{_SPACED}]+")
_RUN = re.compile(f"([{_CLUSTERED}]+)|([{_LETTERS}]+)|([{_SPACED}]+)")
_LETTER = re.compile(f"[{_LETTERS}]")


@dataclass(frozen=True, slots=True)
class TextWords:
    """The distinct tokens of a text, n-grams apart. `word` matches the characters of words, by which
    the places of one are found; without it `tokens` tell them."""

    text: str
    words: set[str]
    grams: set[str]
    word: re.Pattern[str] | None = None
    tokens: tuple[Token, ...] = ()

    @classmethod
    def of(cls, text: str) -> TextWords:
        """`text` in NFC."""
        if text.isascii():
            return cls(text, set(text.translate(_ASCII_WORDS).split()), set(), _PLAIN_WORD)
        if _PLAIN.fullmatch(text):
            return cls(text, set(_PLAIN_WORD.findall(text)), set(), _PLAIN_WORD)
        if _MARKED.fullmatch(text):
            return cls(text, set(_MARKED_WORD.findall(text)), set(), _MARKED_WORD)
        if _UNSPACED.fullmatch(text):
            return cls(text, *_cut(text), _SPACED_WORD)
        tokens = tuple(tokenize(text))
        words = {token.text for token in tokens if not token.is_gram}
        return cls(text, words, {token.text for token in tokens if token.is_gram}, None, tokens)

    def places(self, token: str, is_gram: bool) -> list[Span]:
        """(start, end) of every token with this text, one of `grams` or of `words`."""
        if self.word is None:
            return [
                (one.start, one.end) for one in self.tokens if one.text == token and one.is_gram == is_gram
            ]
        if not is_gram:
            return _standing_alone(self.text, token, self.word)
        if len(token) < TRIPLE and _LETTER.match(token):
            # Shorter than an n-gram of such letters: all there is between others.
            return _standing_alone(self.text, token, _LETTER)
        return _everywhere(self.text, token)


def _cut(text: str) -> tuple[set[str], set[str]]:
    """Words and n-grams of a text in which marks are part of South-East Asian letters only."""
    words: set[str] = set()
    grams: set[str] = set()
    for clustered, letters, word in _RUN.findall(text):
        if clustered:
            grams.update(clustered)
            grams.update(map(add, clustered, clustered[1:]))
        elif word:
            words.add(word)
        elif len(letters) <= TRIPLE:
            grams.add(letters)
        else:
            grams.update([letters[place : place + TRIPLE] for place in range(len(letters) - TRIPLE + 1)])
    return words, grams


def _standing_alone(text: str, word: str, inside: re.Pattern[str]) -> list[Span]:
    """Where `word` has no characters of words on either side."""
    places: list[Span] = []
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if inside.match(text, end) or (start and inside.match(text, start - 1)):
            end = start + 1
        else:
            places.append((start, end))
        start = text.find(word, end)
    return places


def _everywhere(text: str, gram: str) -> list[Span]:
    places: list[Span] = []
    start = text.find(gram)
    while start >= 0:
        places.append((start, start + len(gram)))
        start = text.find(gram, start + 1)
    return places
