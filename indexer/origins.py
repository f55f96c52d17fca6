"""From which file did each document of a segment come?"""

from __future__ import annotations

from search.index.codec.lexicon import Lexicon
from search.index.codec.segment_reader import SegmentWords
from search.index.schema import ORIGIN


class Origins:
    """The file of each document of a segment; empty where none is known."""

    def __init__(self, segment: SegmentWords) -> None:
        self._names = [
            value.decode("utf-8", "surrogatepass") for value in Lexicon.of(segment.file, f"value/{ORIGIN}")
        ]
        self._start = segment.file[f"value/{ORIGIN}/start"]
        self._codes = segment.file[f"value/{ORIGIN}/codes"]

    def of(self, number: int) -> str:
        first, last = int(self._start[number]), int(self._start[number + 1])
        return self._names[int(self._codes[first])] if last > first else ""
