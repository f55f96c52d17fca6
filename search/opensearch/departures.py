"""Which counts of a word segment are too high since documents of it were deleted?

Which terms a document has is known on the cluster only, turned round. So the documents that are gone are
analysed once more, as a segment of their own; what that counts is written down beside the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from search.index.codec.arrays import Array
from search.index.codec.segment_reader import SegmentReader
from search.index.schema import EXACT, FIELDS, GRAM, WAYS, Field
from search.opensearch.departed import Departed, write_departed
from search.opensearch.language_numbers import language_numbers
from search.opensearch.word_segments import WordSegmentReader, single_characters, spread_of


class Departures:
    """What is gone of a word segment: what was `before`, and what is added. `number_of_language` is that of
    the cluster."""

    def __init__(
        self, words: WordSegmentReader, number_of_language: Mapping[str, int], before: Departed | None
    ) -> None:
        self._words = words
        self._number_of_language = number_of_language
        self._fields: dict[Field, Counter[int]] = {one: Counter() for one in FIELDS}
        self._spreads: dict[str, Counter[tuple[int, int]]] = {GRAM: Counter(), EXACT: Counter()}
        if before is not None:
            for one, counts in before.fields().items():
                self._fields[one].update(counts)
            for way, cells in before.spreads().items():
                self._spreads[way].update(cells)

    def add(self, departed: Path) -> None:
        """Add what a whole segment of documents has that are gone. Raises `OSError`."""
        segment = SegmentReader(departed)
        languages = language_numbers(segment, self._number_of_language)
        for way, zones in WAYS.items():
            lexicon = self._words.lexicons[way]
            numbers = np.array([lexicon.find(term) for term in segment.lexicons[way]], np.int64)
            for zone in zones:
                one = Field(zone, way)
                counts = segment.frequencies(one, 0, len(numbers))
                held = np.flatnonzero((counts > 0) & (numbers >= 0))
                found = dict(zip(numbers[held].tolist(), counts[held].tolist(), strict=True))
                self._fields[one].update(found)
            if way in self._spreads:
                self._add_spread(segment, way, numbers, languages)

    def _add_spread(self, segment: SegmentReader, way: str, numbers: Array, languages: Array) -> None:
        lexicon, counted = segment.lexicons[way], self._spreads[way]
        terms = single_characters(lexicon) if way == EXACT else np.arange(len(lexicon), dtype=np.uint32)
        start, of, counts = spread_of(segment, way, terms, languages)
        sizes: Array = np.diff(start.astype(np.int64))
        owners = np.repeat(numbers[terms], sizes).tolist()
        for number, language, count in zip(owners, of.tolist(), counts.tolist(), strict=True):
            if number >= 0:
                counted[number, language] += count

    def write(self) -> None:
        """Write it down beside the words, where nothing is yet. Raises `OSError`."""
        write_departed(self._words.file.path, self._fields, self._spreads)
