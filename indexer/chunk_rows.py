"""Which terms does a stretch of text between two spaces stand for?

Such a stretch, a chunk, is what texts repeat: it is analysed once per language, and its words are kept
as rows of term numbers, so that indexing a text costs a look-up per chunk and the terms of all
documents are put together by NumPy at the end. No token and no chain of joined words reaches across
a space.
"""

from __future__ import annotations

import itertools
import re
from array import array
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from search.analysis.analyzer import (
    LONGEST_TERM,
    analyze_word,
    analyze_words,
    cached_name,
    joined_chains,
)
from search.analysis.folding import fold, normalize
from search.analysis.languages import language
from search.analysis.stop_words import stop_words
from search.analysis.tokenizers import Token, tokenize, words_of
from search.index.codec.arrays import Array
from search.index.schema import EXACT, FOLDED, GRAM, KEY, LATIN, STEM, WAYS

#: Longer chunks hardly repeat: sentences without spaces, addresses.
LONGEST_REMEMBERED = 40
#: New words whose terms are numbered together.
_TOGETHER = 10_000

# Signs that neither belong to a word nor join two: "(word," and "word" are the same chunk. Those of
# ASCII are never part of another character in UTF-8.
_SIGNS = b'!"#$%&()*+,:;<=>?@[\\]^_`{|}~'
_BETWEEN = bytes.maketrans(_SIGNS, b" " * len(_SIGNS))
# A chunk of ASCII with two words or more, each but the first after one sign that `joined_chains` knows.
_HELD_TOGETHER = re.compile(r"[^0-9A-Za-z]*[0-9A-Za-z]+(?:[-'./][0-9A-Za-z]+)+[^0-9A-Za-z]*")
_OTHER_SIGNS = ("\u201c", "\u201d", "\u00ab", "\u00bb", "\u2014", "\u2026")


def chunks_of(text: str) -> list[str]:
    """The chunks of a text in order, without signs that are no part of any word.

    >>> chunks_of("(Spider-Man, 2002). Then: nothing.")
    ['Spider-Man', '2002', 'Then', 'nothing']
    """
    # Bytes are translated by a table, text character by character.
    if text.isascii():
        return f"{text} ".encode("ascii").translate(_BETWEEN).decode("ascii").replace(". ", " ").split()
    text = f"{text} ".encode("utf-8", "surrogatepass").translate(_BETWEEN).decode("utf-8", "surrogatepass")
    for sign in _OTHER_SIGNS:
        text = text.replace(sign, " ")
    return text.replace(". ", " ").split()


class Rows:
    """Rows of numbers of any length, one after another."""

    def __init__(self) -> None:
        self._values = array("I")
        self._bounds = array("Q", (0,))

    def append(self, values: Iterable[int]) -> None:
        self._values.extend(values)
        self._bounds.append(len(self._values))

    def extend(self, sizes: Iterable[int], values: Iterable[int]) -> None:
        """Append rows of these sizes, their values one row after another."""
        self._bounds.extend(itertools.islice(itertools.accumulate(sizes, initial=self._bounds[-1]), 1, None))
        self._values.extend(values)

    def sizes(self, rows: Array) -> Array:
        """How many values each of these rows has."""
        return np.diff(self._starts())[rows]

    def taken(self, rows: Array) -> tuple[Array, Array]:
        """The values of the rows with these numbers, one row after another, and each row's size."""
        bounds = self._starts()
        starts = bounds[:-1][rows]
        sizes = bounds[1:][rows] - starts
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        # These columns are the longest of all: half of the memory where small numbers do.
        kind = np.int32 if max(total, len(self._values)) < 2**31 else np.int64
        places = np.repeat((starts - ends + sizes).astype(kind), sizes)
        places += np.arange(total, dtype=kind)
        return numbers_of(self._values)[places], sizes

    def _starts(self) -> Array:
        return numbers_of(self._bounds).astype(np.int64)


def numbers_of(numbers: array[int]) -> Array:
    """The numbers without a copy; they must not grow while it is in use."""
    return np.frombuffer(numbers, np.dtype(f"u{numbers.itemsize}")) if numbers else np.zeros(0, np.uint32)


class Vocabulary(dict[str, int]):
    """term → number, in order of first appearance; a term is numbered by asking for it."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


@dataclass(frozen=True, slots=True)
class Words:
    """The words of many chunks. `words`, `places` (positions within the chunk) and `chunks` (which
    one, by its place in what was asked for) are parallel; `widths` says how many positions each chunk
    takes; `joined` are terms that chunks have besides those of their words, of `joined_chunks`."""

    words: Array
    places: Array
    chunks: Array
    widths: Array
    joined: Array
    joined_chunks: Array


class TextRows:
    """The chunks of running text, in every language met so far.

    A chunk is noted as twice the number of its word or, of a chunk of several words or none, as
    twice its number among these and one. `terms` has the row of each word, in each of the `ways`.
    """

    def __init__(self, vocabularies: dict[str, Vocabulary], ways: Container[str] = WAYS) -> None:
        self._number = {way: one.__getitem__ for way, one in vocabularies.items()}
        self._languages: dict[str, _TextChunks] = {}
        self._all: list[_TextChunks] = []
        self._ways = [way for way in (EXACT, FOLDED, STEM, GRAM) if way in ways]
        self._terms = {way: Rows() for way in self._ways}
        self._telling = array("B")
        self._count = self._waiting = 0
        self._parts, self._places, self._joined, self._widths = Rows(), Rows(), Rows(), array("I")

    def __len__(self) -> int:
        return self._count + len(self._widths)

    def of(self, code: str) -> _TextChunks:
        """chunk → its note, of texts in a language; languages of one code share their words."""
        chunks = self._languages.get(code)
        if chunks is None:
            own = language(code).code
            chunks = self._languages.get(own)
            if chunks is None:
                chunks = _TextChunks(self, own, joining=FOLDED in self._ways)
                self._all.append(chunks)
            self._languages[code] = self._languages[own] = chunks
        return chunks

    def add_word(self) -> int:
        """The number of a new word; its language is asked for its terms later."""
        if self._waiting >= _TOGETHER:
            self._number_terms()
        number = self._count
        self._waiting += 1
        self._count += 1
        return number

    def add_chunk(self, words: list[int], places: Sequence[int], joined: list[str]) -> int:
        """The note of a chunk of several words, given with their positions, and of what they are
        written together."""
        self._parts.append(words)
        self._places.append(places)
        self._joined.append(map(self._number[FOLDED], joined))
        self._widths.append(places[-1] + 1 if places else 0)
        return 2 * len(self._widths) - 1

    def _number_terms(self) -> None:
        """Number the terms of new words, for all of them at once."""
        if not self._waiting:
            return
        first = self._count - self._waiting
        terms: dict[str, list[tuple[str, ...]]] = {way: [()] * self._waiting for way in self._ways}
        telling = array("B", bytes(self._waiting))
        self._waiting = 0
        for chunks in self._all:
            chunks.analyze_new(terms, telling, first)
        self._telling.extend(telling)
        for way, rows in terms.items():
            self._terms[way].extend(
                map(len, rows), map(self._number[way], itertools.chain.from_iterable(rows))
            )

    def terms(self, way: str) -> Rows:
        """The rows of term numbers of the words, in a way."""
        self._number_terms()
        return self._terms[way]

    def telling(self) -> Array:
        """Of each word, whether it is none of the stop words of its language."""
        self._number_terms()
        return numbers_of(self._telling)

    def words(self, notes: Array) -> Words:
        """The words of the chunks noted."""
        number = (notes >> 1).astype(np.int64)
        composed = (notes & 1).astype(bool)
        several = number[composed]
        parts, counts = self._parts.taken(several)
        sizes = np.ones(len(notes), np.int64)
        sizes[composed] = counts
        words = np.repeat(number, sizes)
        places = np.zeros(len(words), np.int64)
        within = np.repeat(composed, sizes)
        words[within] = parts
        places[within] = self._places.taken(several)[0]
        widths = np.ones(len(notes), np.int64)
        widths[composed] = numbers_of(self._widths)[several]
        joined, joined_sizes = self._joined.taken(several)
        return Words(
            words,
            places,
            np.repeat(np.arange(len(notes)), sizes),
            widths,
            joined,
            np.repeat(np.flatnonzero(composed), joined_sizes),
        )


class _TextChunks(dict[str, int]):
    """chunk → its note in one language; cut into words when first asked for."""

    def __init__(self, rows: TextRows, code: str, *, joining: bool) -> None:
        super().__init__()
        self._rows = rows
        self._code = code
        self._joining = joining
        self._stop_words = stop_words(code)
        self._words = _Numbered(rows)
        self._grams = _Numbered(rows)

    def __missing__(self, chunk: str) -> int:
        if chunk.isascii():
            # The tokenizer makes one word of letters and digits.
            is_word = chunk.isalnum()
            note = 2 * self._words[chunk.lower()[:LONGEST_TERM]] if is_word else self._ascii_chunk(chunk)
        else:
            note = self._chunk(chunk)
        if len(chunk) <= LONGEST_REMEMBERED:
            self[chunk] = note
        return note

    def _ascii_chunk(self, chunk: str) -> int:
        exacts = [word.lower()[:LONGEST_TERM] for word in words_of(chunk)]
        if len(exacts) == 1:
            return 2 * self._words[exacts[0]]
        if not self._joining or not exacts:
            joined = []
        elif _HELD_TOGETHER.fullmatch(chunk):
            joined = ["".join(words_of(chunk)).lower()]
        else:
            joined = _written_together(chunk, tokenize(chunk))
        return self._rows.add_chunk([self._words[one] for one in exacts], range(len(exacts)), joined)

    def _chunk(self, chunk: str) -> int:
        tokens = tokenize(chunk)
        if len(tokens) == 1 and not tokens[0].is_gram:
            return 2 * self._word(tokens[0].text)
        return self._rows.add_chunk(
            [self._grams[one.text] if one.is_gram else self._word(one.text) for one in tokens],
            [one.position for one in tokens],
            _written_together(chunk, tokens) if self._joining else [],
        )

    def _word(self, token: str) -> int:
        return self._words[normalize(token)[:LONGEST_TERM]]

    def analyze_new(self, terms: dict[str, list[tuple[str, ...]]], telling: array[int], first: int) -> None:
        """Say of the words that are new since the last time what their terms are in each way and
        whether they are telling, each in the place of its number from `first` on."""
        new = self._words.taken_new()
        # Nothing visible is left of it, so it has no terms.
        new.pop("", None)
        exacts = list(new)
        forms = analyze_words(
            exacts, self._code, folded=FOLDED in terms, stems=STEM in terms, grams=GRAM in terms
        )
        columns = {EXACT: zip(exacts), FOLDED: forms.folded, STEM: forms.stems, GRAM: forms.grams}
        places = [number - first for number in new.values()]
        for way, rows in terms.items():
            for place, row in zip(places, columns[way], strict=True):
                rows[place] = row
        stop = self._stop_words
        for place, exact in zip(places, exacts, strict=True):
            telling[place] = exact not in stop
        for token, number in self._grams.taken_new().items():
            gram = analyze_word(token, True, self._code)
            if gram.exact:
                terms[EXACT][number - first] = (gram.exact,)
                telling[number - first] = gram.exact not in stop
            if FOLDED in terms:
                terms[FOLDED][number - first] = gram.folded


class _Numbered(dict[str, int]):
    """word → its number among the words of all languages; numbered when first asked for."""

    def __init__(self, rows: TextRows) -> None:
        super().__init__()
        self._rows = rows
        #: Those numbered since their terms were last asked for.
        self._new: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        # Numbered first: that may ask for the terms of all words before.
        number = self._rows.add_word()
        self[word] = self._new[word] = number
        return number

    def taken_new(self) -> dict[str, int]:
        new, self._new = self._new, {}
        return new


def _written_together(chunk: str, tokens: list[Token]) -> list[str]:
    chains = (fold(normalize(joined)) for joined, _ in joined_chains(chunk, tokens))
    return [word for word in chains if word]


class NameRows:
    """The chunks of titles and names, in every language met so far: Latin spellings and sounds."""

    def __init__(self, vocabularies: dict[str, Vocabulary]) -> None:
        self._vocabularies = vocabularies
        self._languages: dict[str, _NameChunks] = {}
        self.terms = {way: Rows() for way in (LATIN, KEY)}
        self._count = 0

    def of(self, code: str) -> _NameChunks:
        """chunk → row, of names in a language."""
        chunks = self._languages.get(code)
        if chunks is None:
            chunks = self._languages[code] = _NameChunks(self, code)
        return chunks

    def add(self, latin: list[str], keys: list[str]) -> int:
        self.terms[LATIN].append(map(self._vocabularies[LATIN].__getitem__, latin))
        self.terms[KEY].append(map(self._vocabularies[KEY].__getitem__, keys))
        self._count += 1
        return self._count - 1


class _NameChunks(dict[str, int]):
    """chunk → row in one language, romanised when first asked for."""

    def __init__(self, rows: NameRows, code: str) -> None:
        super().__init__()
        self._rows = rows
        self._code = code

    def __missing__(self, chunk: str) -> int:
        names = words_of(chunk) if chunk.isascii() else _names_in(chunk)
        forms = [cached_name(name, self._code) for name in names]
        row = self._rows.add(
            [term for one in forms for term in one.latin], [term for one in forms for term in one.keys]
        )
        if len(chunk) <= LONGEST_REMEMBERED:
            self[chunk] = row
        return row


def _names_in(chunk: str) -> Iterator[str]:
    """The names of a chunk, and those held together by signs as one: Кин-дза-дза is also kindzadza."""
    yield from words_of(chunk)
    for joined, _ in joined_chains(chunk, tokenize(chunk)):
        if not joined.isascii():
            yield joined


def new_vocabularies() -> dict[str, Vocabulary]:
    """An empty vocabulary for every way."""
    return {way: Vocabulary() for way in WAYS}
