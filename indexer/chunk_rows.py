"""Which terms does a stretch of text between two spaces stand for?

Such a stretch, a chunk, is what texts repeat: it is analysed once per language, and its words are kept
as rows of term numbers, so that indexing a text costs a look-up per chunk and the terms of all
documents are put together by NumPy at the end. No token and no chain of joined words reaches across
a space.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from search.analysis.analyzer import LONGEST_TERM, Forms, analyze_word, joined_chains, name_forms
from search.analysis.folding import fold, normalize
from search.analysis.languages import language
from search.analysis.stop_words import stop_words
from search.analysis.tokenizers import Token, tokenize, words_in
from search.index.codec.arrays import Array
from search.index.schema import EXACT, FOLDED, GRAM, KEY, LATIN, STEM, WAYS

#: Longer chunks hardly repeat: sentences without spaces, addresses.
LONGEST_REMEMBERED = 40
#: New words whose terms are numbered together.
_TOGETHER = 10_000

# Signs of ASCII that neither belong to a word nor join two: "(word," and "word" are the same chunk.
_SIGNS = b'!"#$%&()*+,:;<=>?@[\\]^_`{|}~'
_BETWEEN = bytes.maketrans(_SIGNS, b" " * len(_SIGNS))


def chunks_of(text: str) -> list[str]:
    """The chunks of a text in order, without signs that are no part of any word.

    >>> chunks_of("(Spider-Man, 2002). Then: nothing.")
    ['Spider-Man', '2002', 'Then', 'nothing.']
    """
    if text.isascii():
        # Bytes are translated by a table, text character by character.
        return text.encode("ascii").translate(_BETWEEN).decode("ascii").replace(". ", " ").split()
    return text.replace(", ", " ").replace(". ", " ").split()


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
        places = np.repeat(starts - ends + sizes, sizes)
        places += np.arange(len(places))
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
    twice its number among these and one. `terms` has the row of each word, in each way.
    """

    def __init__(self, vocabularies: dict[str, Vocabulary]) -> None:
        self._number = {way: one.__getitem__ for way, one in vocabularies.items()}
        self._languages: dict[str, _TextChunks] = {}
        self._terms = {way: Rows() for way in (EXACT, FOLDED, STEM, GRAM)}
        self._telling = array("B")
        self._new: list[Forms] = []
        self._parts, self._places, self._joined, self._widths = Rows(), Rows(), Rows(), array("I")

    def __len__(self) -> int:
        return len(self._telling) + len(self._widths)

    def of(self, code: str) -> _TextChunks:
        """chunk → its note, of texts in a language; languages of one code share their words."""
        chunks = self._languages.get(code)
        if chunks is None:
            own = language(code).code
            chunks = self._languages.get(own) or _TextChunks(self, own)
            self._languages[code] = self._languages[own] = chunks
        return chunks

    def add_word(self, forms: Forms, *, telling: bool) -> int:
        """The number of a new word."""
        if len(self._new) >= _TOGETHER:
            self._number_terms()
        self._new.append(forms)
        self._telling.append(telling and forms.exact != "")
        return len(self._telling) - 1

    def add_chunk(self, words: list[int], places: list[int], joined: list[str]) -> int:
        """The note of a chunk of several words, given with their positions, and of what they are
        written together."""
        self._parts.append(words)
        self._places.append(places)
        self._joined.append(map(self._number[FOLDED], joined))
        self._widths.append(places[-1] + 1 if places else 0)
        return 2 * len(self._widths) - 1

    def _number_terms(self) -> None:
        """Number the terms of new words, for all of them at once."""
        ways: tuple[tuple[str, list[tuple[str, ...]]], ...] = (
            (EXACT, [(one.exact,) if one.exact else () for one in self._new]),
            (FOLDED, [one.folded for one in self._new]),
            (STEM, [one.stems for one in self._new]),
            (GRAM, [one.grams for one in self._new]),
        )
        for way, terms in ways:
            self._terms[way].extend(
                map(len, terms), map(self._number[way], itertools.chain.from_iterable(terms))
            )
        self._new = []

    def terms(self, way: str) -> Rows:
        """The rows of term numbers of the words, in a way."""
        self._number_terms()
        return self._terms[way]

    def telling(self) -> Array:
        """Of each word, whether it is none of the stop words of its language."""
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
    """chunk → its note in one language, analysed when first asked for."""

    def __init__(self, rows: TextRows, code: str) -> None:
        super().__init__()
        self._rows = rows
        self._code = code
        self._stop_words = stop_words(code)
        self._words: dict[str, int] = {}
        self._grams: dict[str, int] = {}

    def __missing__(self, chunk: str) -> int:
        # Of letters and digits of ASCII alone, the tokenizer makes one word.
        note = 2 * self._word(chunk) if chunk.isalnum() and chunk.isascii() else self._chunk(chunk)
        if len(chunk) <= LONGEST_REMEMBERED:
            self[chunk] = note
        return note

    def _chunk(self, chunk: str) -> int:
        tokens = tokenize(chunk)
        if len(tokens) == 1 and not tokens[0].is_gram:
            return 2 * self._word(tokens[0].text)
        return self._rows.add_chunk(
            [self._gram(one.text) if one.is_gram else self._word(one.text) for one in tokens],
            [one.position for one in tokens],
            _written_together(chunk, tokens),
        )

    def _word(self, token: str) -> int:
        exact = normalize(token)[:LONGEST_TERM]
        number = self._words.get(exact)
        if number is None:
            forms = analyze_word(token, False, self._code)
            number = self._words[exact] = self._rows.add_word(
                forms, telling=forms.exact not in self._stop_words
            )
        return number

    def _gram(self, token: str) -> int:
        number = self._grams.get(token)
        if number is None:
            forms = analyze_word(token, True, self._code)
            number = self._grams[token] = self._rows.add_word(
                forms, telling=forms.exact not in self._stop_words
            )
        return number


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

    def add(self, latin: Iterable[str], keys: Iterable[str]) -> int:
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
        forms = [name_forms(stretch, self._code) for stretch in _names_in(chunk)]
        row = self._rows.add(
            (term for one in forms for term in one.latin), (term for one in forms for term in one.keys)
        )
        if len(chunk) <= LONGEST_REMEMBERED:
            self[chunk] = row
        return row


def _names_in(chunk: str) -> Iterator[str]:
    """The names of a chunk, and those held together by signs as one: Кин-дза-дза is also kindzadza."""
    for stretch, _, _ in words_in(chunk):
        yield stretch
    if not chunk.isascii():
        for joined, _ in joined_chains(chunk, tokenize(chunk)):
            if not joined.isascii():
                yield joined


def new_vocabularies() -> dict[str, Vocabulary]:
    """An empty vocabulary for every way."""
    return {way: Vocabulary() for way in WAYS}
