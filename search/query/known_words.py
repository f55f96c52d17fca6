"""Does the index know a word? As it is, folded, inflected or romanised, but not by its sound.

A word that is met by sound, as a beginning or in part only may be a mistyped one: `second_try.py`
asks here before it trusts a reading, and before it doubts what was typed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.analysis.analyzer import stems_of
from search.analysis.folding import fold, normalize
from search.analysis.languages import languages_of_script
from search.analysis.romanization.kanji import shortened
from search.analysis.scripts import main_script
from search.analysis.tokenizers import has_unspaced_script, tokenize
from search.index.schema import ALIAS, EXACT, FOLDED, LATIN, PEOPLE, STEM, TITLE, ZONES
from search.query.across_scripts import NAMES
from search.query.memory import size_of_texts
from search.query.vocabulary import Vocabulary
from search.query.whole_query import (
    SHORTEST_PREFIX,
    begins_title,
    has_title,
    is_title,
    may_be_title,
    title_key,
)

#: Shorter stems are the stem of too many words to prove that a word is known.
SHORTEST_KNOWN_STEM = 4
_TITLES = (TITLE, ALIAS)
_STEMMED = tuple(zone for zone in ZONES if zone != PEOPLE)


@dataclass(frozen=True, slots=True)
class KnownWords:
    """What `vocabulary` knows."""

    vocabulary: Vocabulary

    def is_begun(self, piece: str) -> bool:
        """Whether known words begin so."""
        folded = fold(normalize(piece))
        if len(folded) < SHORTEST_PREFIX or has_unspaced_script(piece):
            return False
        return any(self.vocabulary.prefixed(way, folded, 1) for way in (EXACT, FOLDED))

    def is_title(self, words: Sequence[str]) -> bool:
        """Whether these words are the whole of a title."""
        return is_title(self.vocabulary, " ".join(words))

    def are_title(self, words: Sequence[str]) -> bool:
        """Whether a title is these words, all of them known, or begins with them if they are several;
        then the last may be begun."""
        if self.is_title(words):
            return all(map(self.knows, words))
        begins = len(words) > 1 and begins_title(self.vocabulary, " ".join(words))
        return begins and all(map(self.knows, words[:-1]))

    def completing(self, words: Sequence[str], word: str, others: Iterable[str]) -> Iterator[str]:
        """Those of `others` in whose place for `word` the words are the whole of a title."""
        place = words.index(word)
        before, after = (title_key(" ".join(part)) for part in (words[:place], words[place + 1 :]))
        # Keys are written together; what has none, having no letters or too many, is left to `title_key`.
        is_plain = (
            words.count(word) == 1 and bool(before or not place) and bool(after or not words[place + 1 :])
        )
        for other in others:
            middle = title_key(other)
            if is_plain and middle:
                key = (before or "=") + middle[1:] + after[1:]
            else:
                key = title_key(" ".join(other if one == word else one for one in words))
            if has_title(self.vocabulary, key):
                yield other

    def may_be_title(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether with a word between these a title may come about; False only where none does."""
        return may_be_title(self.vocabulary, " ".join(before), " ".join(after))

    def is_in_titles(self, piece: str) -> bool:
        """Whether a title has the word as typed, or with other marks."""
        exact = normalize(piece)
        forms = tuple(dict.fromkeys((exact, fold(exact))))
        return any(self.vocabulary.frequency(way, forms, _TITLES) for way in (EXACT, FOLDED))

    def is_written(self, piece: str) -> bool:
        """Whether a word, or each n-gram of a stretch, stands in the index as typed: the first try
        has just looked."""
        texts = [piece]
        if has_unspaced_script(piece):
            grams = [token.text for token in tokenize(unicodedata.normalize("NFC", piece))]
            longest = max(map(len, grams), default=0)
            texts = [gram for gram in grams if len(gram) > 1 or longest == 1]
        frequency = self.vocabulary.frequency
        return all(frequency(EXACT, (normalize(text),), ZONES) for text in texts)

    @staticmethod
    def is_number(piece: str) -> bool:
        """Whether there are digits in it, which are never corrected."""
        return any(map(str.isdigit, piece))

    def knows(self, piece: str) -> bool:
        """Whether a word is in the index as it is, folded, inflected or romanised; of a stretch
        without spaces whether all its n-grams are."""
        memory, key = self.vocabulary.memory.known, (piece, self.vocabulary.likely)
        known: bool | None = memory.get(key)
        if known is None:
            known = self._is_known(piece)
            memory.keep(key, known, size_of_texts((piece,)))
        return known

    def _is_known(self, piece: str) -> bool:
        if has_unspaced_script(piece):
            grams = [token.text for token in tokenize(unicodedata.normalize("NFC", piece))]
            longest = max(map(len, grams), default=0)
            return bool(grams) and all(
                self.has(normalize(gram)) for gram in grams if len(gram) > 1 or longest == 1
            )
        return self.has(normalize(piece)) or self._has_stem(normalize(piece))

    def has(self, exact: str) -> bool:
        """Whether a term is in the index as it is, folded or as a romanised name."""
        folded = fold(exact)
        ways: list[tuple[str, str, tuple[str, ...]]]
        ways = [(way, term, ZONES) for way in (EXACT, FOLDED) for term in (exact, folded)]
        if folded.isascii():
            ways += [(LATIN, term, NAMES) for term in (folded, shortened(folded))]
        frequency = self.vocabulary.frequency
        return any(frequency(way, (term,), zones) for way, term, zones in dict.fromkeys(ways))

    def _has_stem(self, exact: str) -> bool:
        script = main_script(exact)
        if script is None:
            return False
        codes = self.vocabulary.likely or ("und",)
        rows = [row for row in languages_of_script(script) if row.code in codes]
        stems = {stem for row in rows for stem in stems_of(exact, row) if len(stem) >= SHORTEST_KNOWN_STEM}
        return bool(stems) and self.vocabulary.frequency(STEM, tuple(stems), _STEMMED) > 0
