"""What is the dictionary form of an inflected word?

Answered from the dictionaries of simplemma (https://github.com/adbar/simplemma, MIT), an extra:
whoever installs `[lemma]` has them in use, in the indexer and in the web processes alike, and
without them everything works with the stemmers and rules alone. A lemma never takes the place of a
stem, it adds one: an index built with lemmas is still searched rightly without them, and the other
way about, only less well.

Of a dictionary we keep the hashes of its forms, sorted, and the number of each form's lemma: a sixth of
simplemma's own most frugal way in memory and a tenth in time (docs/adr). What simplemma does beyond looking
words up (taking off what looks like an affix) is left to our own rules.
"""

from __future__ import annotations

import lzma
import threading
from array import array
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import numpy as np

from search.analysis.folding import normalize

try:
    from simplemma import __version__
    from simplemma.strategies.dictionaries import frontcode
    from simplemma.strategies.dictionaries.dictionary_factory import DATA_FOLDER
except ImportError:
    #: Release of simplemma that is in use; empty without it.
    VERSION = ""
else:
    VERSION = __version__

#: Language code → simplemma's name of its dictionary. In the first row of `_NAMES` stand languages without
#: a Snowball stemmer, in the second those where lemmas bring more forms of a word together although there
#: is one. English, French, German, Italian, Romanian, Russian and Spanish gained nothing in retrieval.
_NAMES = """
ast bg cy gd gl gv he is ka la lb lv mk ml se sk sl sq sw tl uk
ar cs da el et fa fi ga hr=hbs bs=hbs sr=hbs sh=hbs cnr=hbs hu hy id lt ms=id nl no=nb nb nn pl sv tr
"""
DICTIONARIES: dict[str, str] = {
    code: dictionary or code for code, _, dictionary in (entry.partition("=") for entry in _NAMES.split())
}

#: Letters of exact forms that the dictionaries write in another way: Persian yeh and keheh.
_PERSIAN = str.maketrans("يك", "یک")
_LONGEST_WORD = 40

_loading = threading.Lock()


def in_use() -> str:
    """Name and release of what gives the lemmas; empty without the extra."""
    return f"simplemma-{VERSION}" if VERSION else ""


def has_lemmas(code: str) -> bool:
    """Whether words of the language (a code of the table) are looked up in this process."""
    return bool(VERSION) and code in DICTIONARIES


def load(codes: Iterable[str]) -> None:
    """Read the dictionaries of these languages now, so that no visitor waits for it."""
    for code in codes:
        lemma_of("-", code)


@lru_cache(maxsize=16_384)
def lemma_of(exact: str, code: str) -> str | None:
    """The dictionary form of an exact form, as an exact form too; None if none is known, the word
    is one already, or the language has no lemmas.

    >>> lemma_of("menneisyyttä", "fi")  # with the extra
    'menneisyys'
    """
    name = DICTIONARIES.get(code)
    if not VERSION or name is None or not 1 <= len(exact) <= _LONGEST_WORD:
        return None
    dictionary = _dictionary(name)
    written = _as_written(exact, name)
    # Exact forms are in lower case; names and German nouns stand with their capital.
    lemma = dictionary.get(written) or dictionary.get(written.capitalize())
    found = normalize(lemma) if lemma else ""
    return found if found and found != exact else None


def _as_written(exact: str, name: str) -> str:
    """Exact forms write Persian yeh and keheh as Arabic ones, and final sigma as any other."""
    if name == "fa":
        return exact.translate(_PERSIAN)
    if name == "el" and exact.endswith("σ"):
        return exact[:-1] + "ς"
    return exact


class _Dictionary:
    """Inflected form → lemma. Two forms of one 64-bit hash would share a lemma; among the million
    forms of the largest dictionary that happens to one unknown word in 10¹³."""

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        hashes, numbers, starts = array("q"), array("I"), array("I", [0])
        known: dict[bytes, int] = {}
        lemmas = bytearray()
        number, before = 0, b""
        for form, lemma in pairs:
            # Forms come in the order of the alphabet: most have the lemma of the one before.
            if lemma != before:
                before = lemma
                number = known.setdefault(lemma, len(known))
                if number == len(starts) - 1:
                    lemmas += lemma
                    starts.append(len(lemmas))
            hashes.append(hash(form))
            numbers.append(number)
        unordered = np.frombuffer(hashes, np.int64)
        order = np.argsort(unordered)
        self._hashes = unordered[order]
        self._numbers = np.frombuffer(numbers, np.uint32)[order]
        self._starts = starts
        self._lemmas = bytes(lemmas)

    def get(self, form: str) -> str | None:
        hashed = hash(form.encode("utf-8", "surrogatepass"))
        place = int(self._hashes.searchsorted(hashed))
        if place == len(self._hashes) or self._hashes[place] != hashed:
            return None
        number = int(self._numbers[place])
        return self._lemmas[self._starts[number] : self._starts[number + 1]].decode()


def _entries(name: str) -> Iterator[tuple[bytes, bytes]]:
    """(form, lemma) of a dictionary of simplemma; forms that are lemmas and phrases are left out."""
    with lzma.open(DATA_FOLDER / f"{name}.plzma") as file:
        data = file.read()
    backwards, _, start = frontcode._read_header(data)
    for _, form, lemma in frontcode._iter_records(data, start):
        if form != lemma and b" " not in lemma:
            yield (form[::-1], lemma[::-1]) if backwards else (form, lemma)


@cache
def _loaded(name: str) -> _Dictionary:
    return _Dictionary(_entries(name))


def _dictionary(name: str) -> _Dictionary:
    """One for each language and process, read when first asked for; only loading needs the lock."""
    with _loading:
        return _loaded(name)
