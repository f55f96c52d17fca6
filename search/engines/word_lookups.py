"""What does an engine know of words, ids and completions, without its posting lists?

Expansion, second tries and completions ask so often that no network may lie between: wherever the
posting lists are held, these are at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from search.engines.base import SuggestionRow
from search.engines.spellings import SpellingIndex
from search.index.reader import WordReader
from search.index.recently_used import RecentlyUsed
from search.index.schema import Field

#: Bytes of what is remembered of frequencies and beginnings of terms.
TERM_BYTES = 1 << 20


class WordLookups:
    """The words of one open generation."""

    def __init__(self, words: WordReader) -> None:
        self._word_reader = words
        self._frequencies: RecentlyUsed[tuple[str, tuple[str, ...], tuple[str, ...]], int] = RecentlyUsed(
            TERM_BYTES
        )
        self._prefixed: RecentlyUsed[tuple[str, str, int], list[str]] = RecentlyUsed(TERM_BYTES)

    def frequency(self, way: str, terms: Sequence[str], zones: Sequence[str]) -> int:
        """As `Engine.frequency`."""
        key = (way, tuple(terms), tuple(zones))
        found = self._frequencies.get(key)
        if found is None:
            frequency = self._word_reader.frequency
            found = sum(frequency(Field(zone, way), term) for zone in zones for term in terms)
            self._frequencies.keep(key, found, 300)
        return found

    def terms_with_prefix(self, way: str, prefix: str, limit: int) -> list[str]:
        """As `Engine.terms_with_prefix`."""
        key = (way, prefix, limit)
        found = self._prefixed.get(key)
        if found is None:
            # Far more are read than kept: the frequent ones may stand anywhere in the range.
            found = self._word_reader.frequent_terms(way, prefix, read=limit * 20, limit=limit)
            self._prefixed.keep(key, found, 300 + 70 * len(found))
        return list(found)

    def similar_spellings(self, word: str, limit: int) -> list[tuple[str, int]]:
        """As `Engine.similar_spellings`."""
        return self._spellings.candidates(word, limit)

    @cached_property
    def _spellings(self) -> SpellingIndex:
        return SpellingIndex(self._word_reader)

    def document_number(self, document_id: str) -> int | None:
        """As `Engine.document_number`."""
        return self._word_reader.doc_of(document_id)

    def suggestions(self, prefix: str, limit: int) -> list[SuggestionRow]:
        """As `Engine.suggestions`."""
        rows: list[SuggestionRow] = []
        encoded = prefix.encode("utf-8", "surrogatepass")
        wanted = limit * 4
        for base, segment in zip(self._word_reader.bases, self._word_reader.segments, strict=False):
            held = segment.completions
            first, last = held.keys.prefix_range(encoded)
            if first == last:
                continue
            if len(segment.deleted):
                best = held.heaviest_live(first, last, wanted, segment.live())
            else:
                best = held.heaviest(first, last, wanted)
            weights = held.levels[0]
            rows += [
                SuggestionRow(base + held.docs.item(key), held.titles.item(key), weights.item(key))
                for key in best.tolist()
            ]
        rows.sort(key=lambda row: -row.weight)
        return rows[:wanted]
