"""In which order does a reader of some language expect these titles?

The places of all titles in the order that no language tailors are worked out when a generation is
published. A language that tailors it (å after z) moves only the titles with its letters: those are
put among the others by bisection, when somebody first asks for the order of that language.
"""

from __future__ import annotations

import bisect
import re
from itertools import groupby

import numpy as np

from search.analysis.collation import collation_key, tailored_letters
from search.index.codec.arrays import Array
from search.index.segment_set import SegmentSet

#: Where more than this share of the titles moves, all are put in order anew.
_MOST_MOVED = 0.2


def untailored_places(segments: SegmentSet) -> Array:
    """The place of each document's title (uint32); equal titles share one."""
    keys = [collation_key(title) for title in _all_titles(segments)]
    return np.array(_places(keys), np.uint32)


def places_in(segments: SegmentSet, code: str, untailored: Array, *, skip_articles: bool = False) -> Array:
    """The place of each document's title in the order of a language (float64), whose `untailored`
    places are known."""
    letters = tailored_letters(code)
    if not skip_articles and not letters:
        return untailored.astype(np.float64)
    moved = [] if skip_articles else _having(segments, letters)
    if skip_articles or len(moved) > _MOST_MOVED * len(untailored):
        titles = _all_titles(segments)
        keys = [collation_key(title, code, skip_articles=skip_articles) for title in titles]
        return np.array(_places(keys), np.float64)
    return _with_moved(segments, code, untailored, moved)


def _with_moved(segments: SegmentSet, code: str, untailored: Array, moved: list[int]) -> Array:
    places = untailored.astype(np.float64)
    stays = np.ones(len(untailored), bool)
    stays[moved] = False
    order = np.argsort(untailored, kind="stable")
    others: list[int] = order[stays[order]].tolist()
    keyed = sorted((collation_key(_title(segments, doc), code), doc) for doc in moved)
    gaps = [
        (key, bisect.bisect_left(others, key, key=lambda doc: collation_key(_title(segments, doc))), doc)
        for key, doc in keyed
    ]
    for gap, inside in groupby(gaps, key=lambda one: one[1]):
        titles = [(key, doc) for key, _, doc in inside]
        before = places[others[gap - 1]] if gap else -1.0
        parts = 1.0 / (len(titles) + 1)
        for place, (_, equal) in enumerate(groupby(titles, key=lambda one: one[0]), 1):
            for _, doc in equal:
                places[doc] = before + place * parts
    return places


def _places(keys: list[tuple[str, str]]) -> list[int]:
    place = {key: number for number, key in enumerate(sorted(set(keys)))}
    return [place[key] for key in keys]


def _all_titles(segments: SegmentSet) -> list[str]:
    return [
        title.decode("utf-8", "surrogatepass")
        for segment in segments.segments
        for title in segment.sort_titles.all()
    ]


def _title(segments: SegmentSet, doc: int) -> str:
    place = bisect.bisect_right(segments.bases, doc) - 1
    return segments.segments[place].sort_titles[doc - segments.bases[place]].decode("utf-8", "surrogatepass")


def _having(segments: SegmentSet, letters: frozenset[str]) -> list[int]:
    """The documents with one of the letters in their title. No part of a letter's UTF-8 is another
    letter, so the bytes of all titles are looked through at once."""
    wanted = re.compile(b"|".join(re.escape(letter.encode()) for letter in sorted(letters)))
    having: list[int] = []
    for base, segment in zip(segments.bases, segments.segments, strict=False):
        found = [match.start() for match in wanted.finditer(segment.sort_titles.blob.tobytes())]
        docs = np.searchsorted(segment.sort_titles.offsets, np.array(found, np.uint64), side="right") - 1
        having += (np.unique(docs) + base).tolist()
    return having
