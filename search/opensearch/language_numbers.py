"""Which number has the language of each document of a segment on the cluster?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from search.index.codec.arrays import Array
from search.index.codec.lexicon import Lexicon
from search.index.codec.segment_reader import SegmentWords
from search.index.schema import LANGUAGE


def language_numbers(segment: SegmentWords, number_of_language: Mapping[str, int]) -> Array:
    """The number of each document's language (uint16)."""
    numbers = np.full(segment.documents, number_of_language[""], np.uint16)
    if f"value/{LANGUAGE}/codes" in segment.file:
        of_value = np.array([number_of_language[code] for code in language_codes(segment)], np.uint16)
        start = segment.file[f"value/{LANGUAGE}/start"].astype(np.int64)
        has = start[1:] > start[:-1]
        numbers[has] = of_value[segment.file[f"value/{LANGUAGE}/codes"][start[:-1][has]]]
    return numbers


def language_codes(segment: SegmentWords) -> list[str]:
    """The languages of its documents, in order of code."""
    if f"value/{LANGUAGE}/blob" not in segment.file:
        return []
    return [code.decode("utf-8", "replace") for code in Lexicon.of(segment.file, f"value/{LANGUAGE}")]
