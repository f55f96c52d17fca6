"""Where do the words of a text begin and end?

A tokenizer neither changes nor drops a letter: every letter, mark and digit of the text lies
inside a token, and offsets refer to the text as given (NFC expected). Words of scripts with
spaces become one token each. Scripts without spaces between words (Chinese, Japanese, Korean,
Thai, Lao, Khmer, Burmese) become overlapping n-grams, because n-grams equal or beat dictionary
segmenters for search and cannot disagree between index and query (docs/adr/0003).

Python's `\\w` does not match combining marks, which would cut Hindi, Thai and pointed Hebrew
words apart; the pattern here adds every mark of Unicode.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple


class Token(NamedTuple):
    """A piece of a text that is indexed as one term.

    `text` is as written, or what is meant where a character stands for others (½ → 1, 2;
    山々 → 山山). `start` and `end` are offsets in code points into the original text. `position`
    counts words, or characters in scripts without spaces. `is_gram` marks n-grams.
    """

    text: str
    start: int
    end: int
    position: int
    is_gram: bool = False


def _character_class(codepoints: Iterator[int]) -> str:
    """The inside of a regex class that matches exactly these code points (ascending)."""
    ranges: list[list[int]] = []
    for codepoint in codepoints:
        if ranges and ranges[-1][1] == codepoint - 1:
            ranges[-1][1] = codepoint
        else:
            ranges.append([codepoint, codepoint])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


# Marks live below U+20000 and in the variation-selector block; scanning further finds none.
_MARKS = _character_class(
    codepoint
    for block in (range(0x300, 0x20000), range(0xE0100, 0xE01F0))
    for codepoint in block
    if unicodedata.category(chr(codepoint))[0] == "M"
)

# Invisible characters inside words: soft hyphen, zero-width (non-)joiner, word joiner, bidi marks.
_JOINERS = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"

_IDEOGRAPHIC = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003fffd"
)
_KANA = "\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f\U0001b000-\U0001b16f"
_HANGUL = "\u1100-\u11ff\u302e\u302f\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb\uffa0-\uffdc"
_SOUTH_EAST = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109d"
    "\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f\u1780-\u17d3\u17d7\u17dc\u17dd"
)

_CLUSTERED = _IDEOGRAPHIC + _KANA + _HANGUL
_RUN = re.compile(
    rf"[^\W_{_JOINERS}](?:[\w{_MARKS}{_JOINERS}](?<!_))*|[{_MARKS}]+(?:[\w{_MARKS}{_JOINERS}](?<!_))*"
)
_UNSPACED = re.compile(rf"[{_CLUSTERED}{_SOUTH_EAST}]")
_PIECE = re.compile(
    rf"(?P<clustered>[{_CLUSTERED}][{_CLUSTERED}{_MARKS}{_JOINERS}]*)"
    rf"|(?P<letters>[{_SOUTH_EAST}][{_SOUTH_EAST}{_MARKS}{_JOINERS}]*)"
    rf"|(?P<word>[^{_CLUSTERED}{_SOUTH_EAST}]+)"
)
_FRACTION = re.compile("[\u00bc-\u00be\u2150-\u215e\u2189]")
# Symbols that titles use as words (I ♥ Huckabees) and visitors search by (emoji).
_SYMBOL = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")
_ANYTHING = re.compile(f"{_RUN.pattern}|{_SYMBOL.pattern}")
# In a text of ASCII nothing else is a token.
_ASCII_WORDS = re.compile("[0-9A-Za-z]+")
_NON_JOINER = "\u200c"
_ARABIC_LETTER = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_VOICING_MARKS = "\uff9e\uff9f\u3099\u309a"
# Written for the character before, or, several in a row, for as many characters before: 時々 is 時時,
# 馬鹿々々しい is 馬鹿馬鹿しい. The second pair of kana marks voices what it repeats (みすゞ is みすず).
_REPEATED = re.compile("[\u3005\u303b\u309d\u30fd]+|[\u309e\u30fe]")
_REPEATED_VOICED = "\u309e\u30fe"
_VOICED = "\u3099"

#: Length of the n-grams: pairs of characters, or triples where a character is less than a syllable.
PAIR, TRIPLE = 2, 3


def tokenize(text: str) -> list[Token]:
    """Cut `text` into tokens.

    >>> [token.text for token in tokenize("L’Atalante")]
    ['L', 'Atalante']
    >>> [token.text for token in tokenize("東京物語")]
    ['東', '東京', '京', '京物', '物', '物語', '語']
    """
    tokens: list[Token] = []
    position = 0
    for match in _ANYTHING.finditer(text):
        run, start = match.group(), match.start()
        if run.isascii():
            tokens.append(Token(run, start, match.end(), position))
            position += 1
            continue
        for piece in _pieces(run, start, position):
            tokens.append(piece)
            position = piece.position + 1
    return tokens


def words_of(text: str) -> list[str]:
    """The unbroken stretches of `text` as `words_in` gives them, without their places."""
    if text.isascii():
        return _ASCII_WORDS.findall(text)
    return [stretch for stretch, _, _ in words_in(text)]


def words_in(text: str) -> list[tuple[str, int, int]]:
    """The unbroken stretches of `text` as (text, start, end): whole runs of scripts without
    spaces, whole words of the others. Names are romanised from these, not from n-grams."""
    stretches = []
    for match in _ANYTHING.finditer(text):
        run, start = match.group(), match.start()
        if run.isascii() or not _UNSPACED.search(run):
            stretches.append((run, start, match.end()))
        else:
            stretches.extend(
                (piece.group(), start + piece.start(), start + piece.end()) for piece in _PIECE.finditer(run)
            )
    return stretches


def has_unspaced_script(text: str) -> bool:
    """Whether some letter of `text` belongs to a script written without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def _pieces(run: str, offset: int, position: int) -> Iterator[Token]:
    if not _UNSPACED.search(run):
        yield from _spaced(run, offset, position)
        return
    for piece in _PIECE.finditer(run):
        start = offset + piece.start()
        produced: Iterator[Token]
        if piece.lastgroup == "clustered":
            produced = _grams(_clusters(piece.group(), start), PAIR, position)
        elif piece.lastgroup == "letters":
            produced = _grams(_letters(piece.group(), start), TRIPLE, position)
        else:
            produced = _spaced(piece.group(), start, position)
        last = position - 1
        for token in produced:
            yield token
            last = token.position
        position = last + 1


def _spaced(run: str, offset: int, position: int) -> Iterator[Token]:
    """A word of a script with spaces; fractions and Persian half-spaces cut it further."""
    if _NON_JOINER in run and _ARABIC_LETTER.search(run):
        start = 0
        for word in run.split(_NON_JOINER):
            if word:
                yield Token(word, offset + start, offset + start + len(word), position)
                position += 1
            start += len(word) + 1
        return
    if not _FRACTION.search(run):
        yield Token(run, offset, offset + len(run), position)
        return
    for part in re.finditer(f"{_FRACTION.pattern}|[^\u00bc-\u00be\u2150-\u215e\u2189]+", run):
        start, end = offset + part.start(), offset + part.end()
        for number in unicodedata.normalize("NFKC", part.group()).split("\u2044"):
            if number:
                yield Token(number, start, end, position)
                position += 1


_Unit = tuple[str, int, int]


def _clusters(run: str, offset: int) -> list[_Unit]:
    """Characters with the marks that follow them; half-width kana take their voicing mark along."""
    units: list[_Unit] = []
    for index, character in enumerate(run):
        attaches = character in _VOICING_MARKS or unicodedata.category(character) in ("Mn", "Mc", "Cf")
        if attaches and units:
            text, start, _ = units[-1]
            units[-1] = (text + character, start, offset + index + 1)
        else:
            units.append((character, offset + index, offset + index + 1))
    return _without_repetition_marks(units) if _REPEATED.search(run) else units


def _without_repetition_marks(units: list[_Unit]) -> list[_Unit]:
    """Each mark of repetition replaced by what it stands for, if there is anything before it."""
    meant = list(units)
    place = 0
    while place < len(units):
        length = 0
        while place + length < len(units) and _REPEATED.fullmatch(units[place + length][0]):
            length += 1
        if 0 < length <= place:
            for here in range(place, place + length):
                mark, start, end = units[here]
                repeated = meant[here - length][0]
                if mark in _REPEATED_VOICED:
                    repeated = unicodedata.normalize("NFC", repeated[0] + _VOICED)
                meant[here] = (repeated, start, end)
        place += max(length, 1)
    return meant


def _letters(run: str, offset: int) -> list[_Unit]:
    return [
        (character, offset + index, offset + index + 1)
        for index, character in enumerate(run)
        if unicodedata.category(character) != "Cf"
    ]


def _grams(units: list[_Unit], size: int, position: int) -> Iterator[Token]:
    """Single units and overlapping n-grams for pairs; n-grams alone for triples (shorter runs whole)."""
    texts = [text for text, _, _ in units]
    if size == PAIR:
        for index, (text, start, end) in enumerate(units):
            yield Token(text, start, end, position + index, is_gram=True)
            if index + 1 < len(units):
                yield Token(
                    text + texts[index + 1], start, units[index + 1][2], position + index, is_gram=True
                )
        return
    if not units:
        return
    last = max(len(units) - size, 0)
    for index in range(last + 1):
        end = min(index + size, len(units))
        yield Token(
            "".join(texts[index:end]), units[index][1], units[end - 1][2], position + index, is_gram=True
        )
