"""Which words of a segment may be spelled almost like this one?

Made when a segment is written, so that nothing is to be made when it is opened. Five lists, each in
order of length, with the signs of their words (`search/index/letters.py`):

    spaced      words of texts in scripts with spaces, folded
    stretches   titles, or parts of them, in scripts without spaces but Korean; where each is from
    korean      Korean names by their letters, as they are typed
    syllables   the same names by their syllables
    romanized   names in other scripts in Latin letters

The words of the first two are kept with them; those of the others are terms of the ways `key` and
`latin`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from search.analysis.folding import fold
from search.analysis.keyboards import compose_hangul
from search.analysis.scripts import main_script
from search.analysis.tokenizers import has_unspaced_script
from search.index.codec.arrays import Array, ArrayFile
from search.index.codec.lexicon import Lexicon, text_arrays
from search.index.letters import codes_of, is_word, one_character_each, sign_of, signs_of
from search.index.schema import EXACT, KEY, LATIN, TITLE, ZONES, Field

SPACED, STRETCHES, KOREAN, SYLLABLES, ROMANIZED = "spaced", "stretches", "korean", "syllables", "romanized"
LISTS = (SPACED, STRETCHES, KOREAN, SYLLABLES, ROMANIZED)
HANGUL = "Hang"
#: Shorter words have too many neighbours.
SHORTEST = 3
#: Shorter romanised names are spelled like too many.
SHORTEST_ROMANIZED = 5
#: What terms of the way `key` that are Korean names by their letters begin with.
_BY_LETTERS = b"j"
_KEY_FIELD, _LATIN_FIELD = Field(TITLE, KEY), Field(TITLE, LATIN)
_LETTERS = np.array([chr(code).isascii() and chr(code).isalpha() for code in range(256)])
_NONE = np.zeros(0, np.int64)
#: Terms that are looked at together.
_AT_ONCE = 10_000


# Making


def spelling_arrays(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The lists of a segment with these arrays: term dictionaries, posting lists, completions."""
    return {**_spaced(arrays), **_stretches(arrays), **_korean(arrays), **_romanized(arrays)}


def _list(name: str, compared: Sequence[str]) -> tuple[Array, dict[str, Array]]:
    """The order of the words by length, and signs and starts of the list; `compared` have a
    character for each letter."""
    lengths = np.fromiter(map(len, compared), np.int64, len(compared))
    firsts = np.cumsum(lengths) - lengths
    return _in_order(name, codes_of(compared), firsts, lengths)


def _in_order(name: str, codes: Array, firsts: Array, lengths: Array) -> tuple[Array, dict[str, Array]]:
    order = np.argsort(lengths, kind="stable")
    firsts, lengths = firsts[order], lengths[order]
    longest = int(lengths[-1]) if len(lengths) else 0
    return order, {
        f"spelling/{name}/start": np.searchsorted(lengths, np.arange(longest + 2)).astype(np.uint32),
        f"spelling/{name}/signs": signs_of(codes, firsts, lengths),
    }


def _words(name: str, words: Mapping[str, int]) -> tuple[list[str], dict[str, Array]]:
    """A list with words of its own, which have so many documents."""
    held = list(words)
    order, arrays = _list(name, [one_character_each(word) for word in held])
    ordered = [held[place] for place in order.tolist()]
    arrays |= text_arrays(f"spelling/{name}", ordered)
    arrays[f"spelling/{name}/frequency"] = np.fromiter(map(words.__getitem__, ordered), np.uint32, len(held))
    return ordered, arrays


def _spaced(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """All words of one length at a time: a dictionary of every word would take more memory than
    anything else that a merge needs."""
    terms = _lexicon(arrays, f"lexicon/{EXACT}")
    starts = (arrays[f"{Field(zone, EXACT).name}/start"] for zone in ZONES)
    frequency = np.sum([np.diff(start.astype(np.int64)) for start in starts], axis=0)
    plain, plain_lengths, others = _plain_terms(terms)
    folded = _folded(terms, others)
    longest = max(int(plain_lengths.max(initial=0)), int(folded.lengths.max(initial=0)))
    made = [
        _of_one_length(terms, plain[plain_lengths == length], folded.of(length), length, frequency)
        for length in range(longest + 1)
    ]
    counts = [len(one.frequency) for one in made]
    sizes = np.concatenate([one.sizes for one in made])
    return {
        f"spelling/{SPACED}/start": np.concatenate(([0], np.cumsum(counts))).astype(np.uint32),
        f"spelling/{SPACED}/signs": np.concatenate([one.signs for one in made]),
        f"spelling/{SPACED}/blob": np.frombuffer(b"".join([one.blob for one in made]), np.uint8),
        f"spelling/{SPACED}/offsets": np.concatenate(([0], np.cumsum(sizes))).astype(np.uint64),
        f"spelling/{SPACED}/frequency": np.concatenate([one.frequency for one in made]),
    }


def _plain_terms(terms: Lexicon) -> tuple[Array, Array, Array]:
    """The terms of small ASCII letters, which are words as they are, with their lengths; and those
    that are not of ASCII."""
    offsets = terms.offsets.astype(np.int64)
    lengths = np.diff(offsets)
    filled = np.flatnonzero(lengths)
    if not len(filled):
        return filled, lengths[filled], filled
    is_ascii = np.maximum.reduceat(terms.blob, offsets[filled]) < 128
    is_plain = np.logical_and.reduceat(_LETTERS[terms.blob], offsets[filled])
    plain = filled[is_plain & (lengths[filled] >= SHORTEST)]
    return plain, lengths[plain], filled[~is_ascii]


@dataclass(frozen=True, slots=True)
class _Folded:
    """Words that terms become by folding, with the numbers of these and the words' lengths in letters."""

    terms: Array
    lengths: Array
    words: Lexicon

    def of(self, length: int) -> tuple[Array, list[str]]:
        """Those of one length: numbers of the terms, words."""
        chosen = np.flatnonzero(self.lengths == length)
        return self.terms[chosen], self.words.some(chosen)


def _folded(terms: Lexicon, numbers: Array) -> _Folded:
    kept, lengths, sizes, blob = array("I"), array("I"), array("Q", (0,)), bytearray()
    for first in range(0, len(numbers), _AT_ONCE):
        some = numbers[first : first + _AT_ONCE]
        for number, word in zip(some.tolist(), terms.some(some), strict=True):
            if len(word) < SHORTEST or not is_word(word) or has_unspaced_script(word):
                continue
            word = fold(word)
            if word:
                kept.append(number)
                lengths.append(len(word) if word.isalpha() else len(one_character_each(word)))
                blob += word.encode("utf-8", "surrogatepass")
                sizes.append(len(blob))
    return _Folded(
        np.array(kept, np.int64),
        np.array(lengths, np.int64),
        Lexicon(np.frombuffer(blob, np.uint8), np.array(sizes, np.uint64)),
    )


@dataclass(frozen=True, slots=True)
class _OneLength:
    """Words of one length, one after another in UTF-8, and how many bytes each has."""

    blob: bytes
    sizes: Array
    signs: Array
    frequency: Array


def _of_one_length(
    terms: Lexicon, plain: Array, folded: tuple[Array, list[str]], length: int, frequency: Array
) -> _OneLength:
    """The words in the order of the first term of each, which several terms may become by folding."""
    numbers = np.concatenate((plain, folded[0]))
    words = terms.some(plain) + folded[1]
    documents = frequency[numbers]
    if folded[1]:
        order = np.argsort(numbers, kind="stable")
        times: dict[str, int] = {}
        for place, count in zip(order.tolist(), documents[order].tolist(), strict=True):
            word = words[place]
            times[word] = times.get(word, 0) + count
        words, documents = list(times), np.fromiter(times.values(), np.int64, len(times))
        encoded = [word.encode("utf-8", "surrogatepass") for word in words]
        sizes = np.fromiter(map(len, encoded), np.int64, len(words))
        blob, codes = b"".join(encoded), codes_of([one_character_each(word) for word in words])
    else:
        sizes = np.full(len(words), length, np.int64)
        blob, codes = "".join(words).encode("ascii"), codes_of(words)
    firsts, lengths = np.arange(len(words)) * length, np.full(len(words), length, np.int64)
    return _OneLength(blob, sizes, signs_of(codes, firsts, lengths), documents.astype(np.uint32))


def _stretches(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Taken from the completions, which hold every title folded."""
    times: dict[str, int] = {}
    places: dict[str, int] = {}
    for place, key in enumerate(_lexicon(arrays, "suggest")):
        if key.isascii():
            continue
        # Keys run from each word of a title to its end: the first word is enough.
        word = key.decode("utf-8", "surrogatepass").partition(" ")[0]
        if _is_stretch(word):
            times[word] = times.get(word, 0) + 1
            places[word] = place
    words, made = _words(STRETCHES, times)
    last = np.fromiter(map(places.__getitem__, words), np.int64, len(words))
    made[f"spelling/{STRETCHES}/docs"] = arrays["suggest/docs"][last].astype(np.uint32)
    made[f"spelling/{STRETCHES}/titles"] = arrays["suggest/titles"][last].astype(np.uint16)
    return made


@lru_cache(maxsize=4096)
def _is_stretch(word: str) -> bool:
    return has_unspaced_script(word) and main_script(word) != HANGUL and is_word(word)


def _korean(arrays: Mapping[str, Array]) -> dict[str, Array]:
    terms = _lexicon(arrays, f"lexicon/{KEY}")
    first, last = terms.prefix_range(_BY_LETTERS)
    skipped = len(_BY_LETTERS)
    letters = [term[skipped:].decode("utf-8", "surrogatepass") for term in terms.between(first, last)]
    order, made = _list(KOREAN, letters)
    made[f"spelling/{KOREAN}/terms"] = (first + order).astype(np.uint32)
    names = [(number, compose_hangul(typed)) for number, typed in enumerate(letters, first)]
    names = [(number, name) for number, name in names if main_script(name) == HANGUL]
    order, syllables = _list(SYLLABLES, [name for _, name in names])
    numbers = np.array([number for number, _ in names], np.uint32)
    return {**made, **syllables, f"spelling/{SYLLABLES}/terms": numbers[order]}


def _romanized(arrays: Mapping[str, Array]) -> dict[str, Array]:
    blob, offsets = arrays[f"lexicon/{LATIN}/blob"], arrays[f"lexicon/{LATIN}/offsets"].astype(np.int64)
    lengths = np.diff(offsets)
    filled = np.flatnonzero(lengths)
    is_name = lengths >= SHORTEST_ROMANIZED
    if len(filled):
        is_name[filled] &= np.logical_and.reduceat(_LETTERS[blob], offsets[filled])
    terms = np.flatnonzero(is_name)
    order, made = _in_order(ROMANIZED, blob, offsets[terms], lengths[terms])
    return {**made, f"spelling/{ROMANIZED}/terms": terms[order].astype(np.uint32)}


def _lexicon(arrays: Mapping[str, Array], name: str) -> Lexicon:
    return Lexicon(arrays[f"{name}/blob"], arrays[f"{name}/offsets"])


# Reading


@dataclass(frozen=True, slots=True)
class SpellingList:
    """One list of a segment. Words are numbered from 0 in order of length; `start[n]` is the number
    of the first word of at least n letters.

    A list with words of its own has them in `words`, and the documents of each in `counts`. Of the
    others `terms` are the numbers in the dictionary `words`, whose posting lists begin at `counts`;
    `skipped` bytes of each term are not part of the word."""

    start: Array
    signs: Array
    words: Lexicon
    counts: Array
    terms: Array | None = None
    skipped: int = 0

    def alike(self, letters: str, allowed: int) -> Array:
        """Numbers of the words that may be within `allowed` edits of the letters; of those that are,
        none is missing."""
        sign, longest = sign_of(letters), len(self.start) - 2
        found = [_NONE]
        for length in range(max(len(letters) - allowed, 0), min(len(letters) + allowed, longest) + 1):
            first, last = self.start.item(length), self.start.item(length + 1)
            # An edit that makes the word longer or shorter changes only one bit of its sign.
            most = 2 * allowed - abs(length - len(letters))
            found.append((np.bitwise_count(self.signs[first:last] ^ sign) <= most).nonzero()[0] + first)
        return np.concatenate(found)

    def held(self, numbers: Array) -> Iterator[tuple[str, int]]:
        """The words with these numbers as they are kept (of Korean names their letters), and how many
        documents have each, deleted ones included."""
        if self.terms is None:
            return zip(self.words.some(numbers), self.counts[numbers].tolist(), strict=True)
        terms = self.terms[numbers].astype(np.int64)
        documents = (self.counts[terms + 1] - self.counts[terms]).tolist()
        return zip(self.words.some(terms, skipped=self.skipped), documents, strict=True)


def spelling_list(file: ArrayFile, name: str) -> SpellingList:
    """A list of the segment in the file."""
    start, signs = file[f"spelling/{name}/start"], file[f"spelling/{name}/signs"]
    if name in (SPACED, STRETCHES):
        own = Lexicon.of(file, f"spelling/{name}")
        return SpellingList(start, signs, own, file[f"spelling/{name}/frequency"])
    one, skipped = (_LATIN_FIELD, 0) if name == ROMANIZED else (_KEY_FIELD, len(_BY_LETTERS))
    words, bounds = Lexicon.of(file, f"lexicon/{one.way}"), file[f"{one.name}/start"]
    return SpellingList(start, signs, words, bounds, file[f"spelling/{name}/terms"], skipped)
