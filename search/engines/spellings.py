"""Which words of the index are spelled almost like this one?

Distances are Damerau-Levenshtein's (optimal string alignment) over folded words, computed by
RapidFuzz over the words of similar length. How many edits are allowed depends on the length:
short words have too many neighbours, and digits are never corrected.
"""

from __future__ import annotations

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis.folding import fold
from search.analysis.tokenizers import has_unspaced_script
from search.index.reader import IndexReader
from search.index.schema import EXACT, ZONES, Field

#: From this length on, one edit is allowed; from the second on, two.
ONE_EDIT, TWO_EDITS = 4, 8


def edits_allowed(word: str) -> int:
    """How many letters may differ in a folded word of this length."""
    if len(word) < ONE_EDIT or not word.isalpha() or has_unspaced_script(word):
        return 0
    return 2 if len(word) >= TWO_EDITS else 1


class SpellingIndex:
    """The folded words of one index, by length."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._by_length: dict[int, list[str]] = {}
        self._written: dict[str, list[str]] = {}
        for term in reader.terms(EXACT):
            if len(term) < ONE_EDIT - 1 or not term.isalpha() or has_unspaced_script(term):
                continue
            folded = term if term.isascii() else fold(term)
            if folded not in self._written:
                self._by_length.setdefault(len(folded), []).append(folded)
                self._written[folded] = []
            self._written[folded].append(term)

    def candidates(self, word: str, limit: int) -> list[tuple[str, int]]:
        """Folded words within the allowed edits, with their number of documents: nearest first,
        then those with the same first letter, then the most frequent."""
        allowed = edits_allowed(word)
        if not allowed:
            return []
        found: list[tuple[int, bool, int, str]] = []
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            near = process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=allowed, limit=None
            )
            for candidate, distance, _ in near:
                if distance:
                    found.append(
                        (int(distance), candidate[0] != word[0], -self._frequency(candidate), candidate)
                    )
        found.sort()
        return [(candidate, -frequency) for _, _, frequency, candidate in found[:limit]]

    def _frequency(self, folded: str) -> int:
        return sum(
            len(self._reader.postings(Field(zone, EXACT), term))
            for term in self._written[folded]
            for zone in ZONES
        )
