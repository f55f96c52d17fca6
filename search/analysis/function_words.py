"""Which words, beginnings and endings of words give a language away?

Articles, pronouns, prepositions, everyday verbs, inflections: what a short text is likely to
contain and a neighbouring language is not. They are evidence for `evidence.py` beside character
statistics, which are weak on titles and everyday sentences. They are not stop words: nothing is
removed from an index because it stands here, and what several languages use stands in each of
their lists. The lists are the files of `telling_words/`, one a language: to add a language, add a
file, and if it has no character statistics a row in `relatives.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from search.analysis.alphabets import in_serbian_letters
from search.analysis.folding import fold

FOLDER = Path(__file__).parent / "telling_words"

#: Natural-log points for a word of one, two, three and more letters, and for a known beginning or
#: ending. Chosen on every other title and sentence: two thirds as much costs 0.2 points of the
#: accuracy on sentences, half as much again 0.1.
WORD_POINTS = (8.0, 12.0, 16.0)
AFFIX_POINTS = 4.0
#: A beginning or ending leaves at least so many letters of the word, and is at most so long.
_LEAST_REST, _LONGEST_AFFIX = 2, 6
#: Croatian words apart, what Serbian in Cyrillic letters says differently.
_SERBIAN = ("ко", "шта", "где", "нешто", "овде", "увек", "хоћу")

_WORD = re.compile(r"[^\W\d_]+(?:[\u0900-\u097f]+)?")


def words_of(text: str) -> list[str]:
    """The words of a lower-case text, cut at everything that is no letter."""
    return _WORD.findall(text)


@lru_cache(maxsize=1)
def function_words() -> Mapping[str, tuple[str, ...]]:
    """Language code → its words, beginnings (`ge-`) and endings (`-ung`), lower case, NFC.

    Apostrophes and hyphens cut words (`l'été` is the two words `l` and `été`).
    """
    lists = {path.stem: _entries(path) for path in sorted(FOLDER.glob("*.txt"))}
    # Serbian writes what Croatian writes in letters of its own.
    lists["sr"] = (*map(in_serbian_letters, lists["hr"]), *_SERBIAN)
    return lists


def _entries(path: Path) -> tuple[str, ...]:
    lines = path.read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return tuple(dict.fromkeys(words))


@dataclass(frozen=True, slots=True)
class WordTables:
    """Word, ending or beginning → columns of the languages that have it."""

    words: Mapping[str, Sequence[int]]
    endings: Mapping[str, Sequence[int]]
    beginnings: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, codes: Sequence[str], *, unmarked: bool = False) -> WordTables:
        """The tables of the languages `codes`; a language's column is its place there. `unmarked`:
        words as people type them who leave the marks out (`není`, also `neni`)."""
        words: dict[str, list[int]] = {}
        endings: dict[str, list[int]] = {}
        beginnings: dict[str, list[int]] = {}
        for column, code in enumerate(codes):
            entries = function_words().get(code, ())
            if unmarked:
                entries = tuple(dict.fromkeys((*entries, *(fold(entry) or entry for entry in entries))))
            for entry in entries:
                if entry.startswith("-"):
                    endings.setdefault(entry[1:], []).append(column)
                elif entry.endswith("-"):
                    beginnings.setdefault(entry[:-1], []).append(column)
                else:
                    words.setdefault(entry, []).append(column)
        return cls(words, endings, beginnings)

    def known(self, word: str) -> Sequence[int]:
        """The columns of the languages that list a word."""
        return self.words.get(word, ())

    def found(self, word: str) -> list[tuple[Sequence[int], float]]:
        """What one word says: columns of languages, and the natural-log points each of them gets.

        A word in no list is judged by its longest known ending and beginning.
        """
        columns = self.words.get(word)
        if columns is not None:
            return [(columns, WORD_POINTS[min(len(word), len(WORD_POINTS)) - 1])]
        room = min(_LONGEST_AFFIX, len(word) - _LEAST_REST)
        found = []
        for length in range(room, 0, -1):
            if (columns := self.endings.get(word[-length:])) is not None:
                found.append((columns, AFFIX_POINTS))
                break
        for length in range(room, 0, -1):
            if (columns := self.beginnings.get(word[:length])) is not None:
                found.append((columns, AFFIX_POINTS))
                break
        return found
