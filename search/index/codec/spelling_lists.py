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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from search.analysis.folding import fold
from search.analysis.keyboards import compose_hangul
from search.analysis.scripts import main_script
from search.analysis.tokenizers import has_unspaced_script
from search.index.codec.arrays import Array, ArrayFile
from search.index.codec.lexicon import Lexicon, lexicon_arrays
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
    encoded = [word.encode("utf-8", "surrogatepass") for word in ordered]
    arrays |= lexicon_arrays(f"spelling/{name}", encoded)
    arrays[f"spelling/{name}/frequency"] = np.fromiter(map(words.__getitem__, ordered), np.uint32, len(held))
    return ordered, arrays


def _spaced(arrays: Mapping[str, Array]) -> dict[str, Array]:
    starts = [arrays[f"{Field(zone, EXACT).name}/start"] for zone in ZONES]
    frequency = np.sum([np.diff(start.astype(np.int64)) for start in starts], axis=0).tolist()
    words: dict[str, int] = {}
    for term, documents in zip(_lexicon(arrays, f"lexicon/{EXACT}"), frequency, strict=True):
        if term.isascii():
            if len(term) < SHORTEST or not term.isalpha():
                continue
            word = term.decode("ascii")
        else:
            word = term.decode("utf-8", "surrogatepass")
            if len(word) < SHORTEST or not is_word(word) or has_unspaced_script(word):
                continue
            word = fold(word)
            if not word:
                continue
        words[word] = words.get(word, 0) + documents
    return _words(SPACED, words)[1]


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
