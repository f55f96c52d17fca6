"""What does each word of a text say for the languages of a script?

No n-gram reaches across a space, so what character statistics and lists of words say of a text is
the sum of what they say of its words, and texts repeat words. Each distinct one is therefore judged
once and kept as a row of numbers: judging a text costs a look-up for each word and a sum of rows. How
the sums are weighed, is `evidence.py`'s question.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.analysis.function_words import WordTables, words_of
from search.analysis.profiles import Profiles, log_likelihoods

#: Words kept at hand for a script, in a process that reads queries and in one that reads documents; then
#: all are forgotten. In Latin letters 0.5 KB each.
OF_QUERIES, OF_DOCUMENTS = 4_096, 32_768
#: Rows there is room for at first.
_ROOM = 1024
#: Texts whose rows are copied at once: of more, they do not fit a processor's cache.
_AT_ONCE = 32

# Signs of ASCII and general punctuation part words; bytes beyond ASCII are parts of other characters.
_SIGNS = bytes(code for code in range(0x80) if not chr(code).isalpha())
_PARTING = bytes.maketrans(_SIGNS, b" " * len(_SIGNS))
_PUNCTUATION = re.compile("[\u2000-\u206f]+")


def stretches_of(text: str) -> list[str]:
    """What stands between spaces and signs of a text: words, but for rare signs.

    >>> stretches_of("the “end” of 1984: l'été")
    ['the', 'end', 'of', 'l', 'été']
    """
    if not text.isascii():
        text = _PUNCTUATION.sub(" ", text)
    return text.encode("utf-8", "surrogatepass").translate(_PARTING).decode("utf-8", "surrogatepass").split()


_most_words = OF_QUERIES


def expect_documents() -> None:
    """Keep as many words of every script as is worth it for a collection."""
    global _most_words
    _most_words = OF_DOCUMENTS


@dataclass(frozen=True, slots=True)
class Said:
    """What the words of some texts say, one row a text.

    likelihoods  x usual language: sum of log(p + smoothing) over n-grams (see `log_likelihoods`)
    points       x language: natural-log points for words, beginnings and endings
    listed       x language without statistics: how many of the words it lists
    anything     whether anything was said at all
    """

    likelihoods: NDArray[np.float32]
    points: NDArray[np.float32]
    listed: NDArray[np.float32]
    anything: NDArray[np.bool_]


class _Numbers(dict[str, int]):
    """word → number, in order of first appearance; a word is numbered by asking for it."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class WordEvidence:
    """The words met so far in texts of one script. Threads may share it.

    The languages of `profiles`, then the `others` without statistics, are the columns of `tables`.
    """

    def __init__(self, profiles: Profiles, tables: WordTables, others: int) -> None:
        self._profiles = profiles
        self._tables = tables
        self._usual = len(profiles.codes)
        borders = np.cumsum([self._usual, self._usual + others, others, 1]).tolist()
        self._likelihoods, self._points, self._listed = map(slice, (0, *borders), borders[:3])
        self._width = borders[-1]
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._numbers = _Numbers()
        self._judged = 0
        self._rows = np.zeros((_ROOM, self._width), dtype=np.float32)

    def of(self, texts: Sequence[str]) -> Said:
        """What the words of each text (lower case, NFC) say."""
        stretches = list(map(stretches_of, texts))
        sums = np.empty((len(texts), self._width), dtype=np.float32)
        with self._lock:
            if len(self._numbers) > _most_words:
                self._forget()
            words = map(self._numbers.__getitem__, itertools.chain.from_iterable(stretches))
            ends = list(itertools.accumulate(map(len, stretches), initial=0))
            numbers = np.fromiter(words, dtype=np.intp, count=ends[-1])
            self._judge_new()
            for first in range(0, len(texts), _AT_ONCE):
                start, *bounds = ends[first : first + _AT_ONCE + 1]
                rows = self._rows.take(numbers[start : bounds[-1]], axis=0)
                begin = start
                for place, end in enumerate(bounds, first):
                    np.add.reduce(rows[begin - start : end - start], axis=0, out=sums[place])
                    begin = end
        return Said(sums[:, self._likelihoods], sums[:, self._points], sums[:, self._listed], sums[:, -1] > 0)

    def _judge_new(self) -> None:
        """Fill the rows of the words numbered since the last time."""
        number = len(self._numbers) - self._judged
        if not number:
            return
        new = list(itertools.islice(reversed(self._numbers), number))[::-1]
        if len(self._numbers) > len(self._rows):
            room = max(2 * len(self._rows), len(self._numbers))
            rows = np.zeros((room, self._width), dtype=np.float32)
            rows[: self._judged] = self._rows[: self._judged]
            self._rows = rows
        rows = self._rows[self._judged : len(self._numbers)]
        likelihoods, grams = log_likelihoods(self._profiles, new)
        points, listed = self._told(new)
        rows[:, self._likelihoods] = likelihoods
        rows[:, self._points] = points
        rows[:, self._listed] = listed[:, self._usual :]
        rows[:, -1] = grams + points.any(axis=1)
        self._judged = len(self._numbers)

    def _told(self, stretches: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Stretch x language: the points its words give, and how many of them the language lists."""
        width = self._points.stop - self._points.start
        rows: list[int] = []
        columns: list[Sequence[int]] = []
        points: list[float] = []
        listed_rows: list[int] = []
        listed: list[Sequence[int]] = []
        tables = self._tables
        for number, stretch in enumerate(stretches):
            row = number * width
            for word in (stretch,) if stretch.isascii() else words_of(stretch):
                for having, worth in tables.found(word):
                    rows.append(row)
                    columns.append(having)
                    points.append(worth)
                if known := tables.known(word):
                    listed_rows.append(row)
                    listed.append(known)
        shape = len(stretches), width
        size = len(stretches) * width
        weights = np.repeat(points, np.fromiter(map(len, columns), np.intp, len(columns)))
        return (
            np.bincount(_cells(rows, columns), weights, minlength=size).reshape(shape).astype(np.float64),
            np.bincount(_cells(listed_rows, listed), minlength=size).reshape(shape).astype(np.float64),
        )


def _cells(rows: Sequence[int], columns: Sequence[Sequence[int]]) -> NDArray[np.intp]:
    """The places of the columns that each of the rows has, which begin at these places."""
    sizes = np.fromiter(map(len, columns), np.intp, len(columns))
    cells = np.repeat(np.array(rows, np.intp), sizes)
    cells += np.fromiter(itertools.chain.from_iterable(columns), np.intp, len(cells))
    return cells
