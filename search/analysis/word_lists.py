"""In which language are the words of a text common?

Naive Bayes over the word frequencies of the package wordfreq (about 40 languages; part of the optional
extra `detect`, its data CC BY-SA 4.0: read where it is installed, nothing of it copied). Near relatives
differ less in their letters than in their everyday words: Danish from Norwegian, Slovene from Croatian.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from search.analysis.alphabets import in_serbian_letters
from search.analysis.function_words import words_of
from search.analysis.languages import canonical_code, language
from search.analysis.scripts import main_script

#: The frequency a word is held to have in a language that does not list it. The lists go down to one in
#: a million; two powers of ten below, a word that is listed counts for something however rare it is.
UNSEEN = 1e-8
#: Log-likelihoods are divided by this: words depend on each other. Chosen, as the next one is, on every
#: other title, sentence and paragraph.
TEMPERATURE = 2.0
#: A share counts times the share of words the language lists, to this power. For languages without a
#: list: their texts look like a relative's, but with many words it does not have.
LISTED_POWER = 4
#: Languages with character statistics but no list, and the relative whose list says as much for them,
#: so that letters and other detectors decide between the two. Without it Afrikaans falls from 97 to 91 %.
STAND_INS: Mapping[str, str] = {"af": "nl", "et": "fi"}
#: Words per list element: element n of a list holds the words of frequency 10 ** (-n / 100).
_STEP = math.log(10) / 100
#: Written without spaces, so that nothing could be looked up word by word.
_WITHOUT_WORDS = frozenset(("zh", "ja", "ko"))

#: Words by falling frequency, those of 10 ** (-n / 100) being element n.
Steps = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of several languages together: hash (sorted), the language's place in `codes`, and
    points above those of an unseen word. Hashes, since a million strings would take 150 MB."""

    codes: tuple[str, ...]
    hashes: NDArray[np.int64]
    columns: NDArray[np.uint8]
    points: NDArray[np.float32]

    @classmethod
    def of(cls, readers: Mapping[str, Callable[[], Steps]]) -> _Words:
        """The lists of these languages, read one after the other: as strings one takes 5 MB."""
        hashes: list[NDArray[np.int64]] = []
        columns: list[NDArray[np.uint8]] = []
        points: list[NDArray[np.float32]] = []
        for column, read in enumerate(readers.values()):
            steps = read()
            lengths = [len(words) for words in steps]
            worth = np.maximum(-math.log(UNSEEN) - _STEP * np.arange(len(steps)), 0.0)
            hashes.append(_hashes(word for words in steps for word in words))
            columns.append(np.full(sum(lengths), column, dtype=np.uint8))
            points.append(np.repeat(worth, lengths).astype(np.float32))
        together = np.concatenate((np.empty(0, np.int64), *hashes))
        order = np.argsort(together, kind="stable")
        return cls(
            codes=tuple(readers),
            hashes=together[order],
            columns=np.concatenate((np.empty(0, np.uint8), *columns))[order],
            points=np.concatenate((np.empty(0, np.float32), *points))[order],
        )

    def shares(self, words: Sequence[str]) -> dict[str, float]:
        """Code → the likelihood's share (0 to 1), less where not all words are listed (`LISTED_POWER`);
        empty if none is."""
        asked = _hashes(words)
        starts = np.searchsorted(self.hashes, asked, "left").tolist()
        ends = np.searchsorted(self.hashes, asked, "right").tolist()
        likelihoods, listed = np.zeros(len(self.codes)), np.zeros(len(self.codes))
        for start, end in zip(starts, ends, strict=True):
            if start < end:
                columns = self.columns[start:end]
                likelihoods[columns] += self.points[start:end]
                listed[columns] += 1
        if not listed.any():
            return {}
        shares = np.exp((likelihoods - likelihoods.max()) / TEMPERATURE)
        shares *= (listed / len(words)) ** LISTED_POWER / shares.sum()
        return dict(zip(self.codes, shares.tolist(), strict=True))


class WordLists:
    """Word lists of many languages, those of a script read when its first text comes (Latin: 0.5 s)."""

    def __init__(self, readers: Mapping[str, Callable[[], Steps]]) -> None:
        """`readers`: language code → what reads its list. Words are lower case, NFC."""
        self._readers = {code: read for code, read in _ours(readers) if code not in _WITHOUT_WORDS}
        self._of_script: dict[str, _Words] = {}
        self._lock = threading.Lock()

    @property
    def codes(self) -> frozenset[str]:
        """The languages that have a list, their own or a relative's."""
        borrowers = (code for code, lender in STAND_INS.items() if lender in self._readers)
        return frozenset((*self._readers, *borrowers))

    def shares(self, text: str) -> Mapping[str, float]:
        """Language code → conviction (0 to 1) that a text is in it; empty without listed words, and
        where only one language of the script has a list: the script alone has said as much."""
        words = words_of(normalize("NFC", text.lower()))
        script = main_script(text)
        if not words or script is None:
            return {}
        lists = self._lists(script)
        if len(lists.codes) < 2:
            return {}
        shares = lists.shares(words)
        for code, lender in STAND_INS.items():
            if lender in shares:
                shares.setdefault(code, shares[lender])
        return shares

    def _lists(self, script: str) -> _Words:
        with self._lock:
            if script not in self._of_script:
                codes = [code for code in sorted(self._readers) if script in _scripts(code)]
                # One list says nothing: it is not read.
                readers = {code: self._readers[code] for code in codes if len(codes) > 1}
                self._of_script[script] = _Words.of(readers)
            return self._of_script[script]


def _scripts(code: str) -> Sequence[str]:
    """The scripts of a language's list: the Serbian one is of Serbian letters only (`_ours`)."""
    return ("Cyrl",) if code == "sr" else language(code).scripts


def _ours(readers: Mapping[str, Callable[[], Steps]]) -> Iterator[tuple[str, Callable[[], Steps]]]:
    """The readers under our codes. Serbo-Croatian is listed in Latin letters: it is read as Croatian,
    and in Serbian letters as Serbian."""
    for code, read in readers.items():
        if code == "sh":
            yield "hr", read
            yield "sr", _serbian(read)
        else:
            yield canonical_code(code), read


def _serbian(read: Callable[[], Steps]) -> Callable[[], Steps]:
    return lambda: [[in_serbian_letters(word) for word in words] for words in read()]


def _hashes(words: Iterable[str]) -> NDArray[np.int64]:
    return np.fromiter(map(hash, words), dtype=np.int64)
