"""What do whole titles and neighbouring words add to the scores of the leading documents?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from search import ranking
from search.engines.matches import NO_DOCS, Matches, found_in
from search.engines.word_matches import WHOLE_BIT, WordMatches
from search.index.codec.arrays import Array
from search.index.schema import ALIAS, KEY, STEM, TITLE, Field

#: A whole alternative title is worth this share of a whole title.
ALIAS_SHARE = 0.9
_STEMS = {zone: Field(zone, STEM) for zone in (TITLE, ALIAS)}
_KEYS = {zone: Field(zone, KEY) for zone in (TITLE, ALIAS)}


class Listed(Protocol):
    """The documents of a term, ascending."""

    @property
    def docs(self) -> Array: ...


class Titles(Protocol):
    """What is asked of an index about titles."""

    def lengths_at(self, one: Field, docs: Array) -> Array: ...

    def postings(self, one: Field, term: str) -> Listed: ...


class Pairs(Protocol):
    """Where two words stand next to each other."""

    def neighbours(self, first: WordMatches, second: WordMatches, docs: Array) -> Matches: ...


class Neighbours(Protocol):
    """What is asked of an index about neighbouring words."""

    @property
    def occurrences(self) -> Pairs: ...


def titles_worth(
    reader: Titles, words: Sequence[WordMatches], docs: Array, languages: Array, whole: str
) -> Array:
    """What a title that consists of the query's words, and little else, adds to each of `docs`.

    `whole` is the key of titles that are the query itself; among many alternative titles only it
    tells that one of them is.
    """
    share = np.zeros(len(docs), np.float32)
    labels = np.array([word.labels_at(docs) for word in words], np.uint16)
    for zone, factor in ((TITLE, 1.0), (ALIAS, ALIAS_SHARE)):
        has = (labels & np.uint16(WHOLE_BIT[zone])) != 0
        if has.any():
            met = has.sum(axis=0)
            length = np.maximum(reader.lengths_at(_STEMS[zone], docs), 1)
            covered = np.minimum(met / length, 1.0) * (met * (factor / len(words)))
            np.maximum(share, covered, out=share, casting="same_kind")
        titled = reader.postings(_KEYS[zone], whole).docs if whole else NO_DOCS
        if len(titled):
            is_it, _ = found_in(docs, titled)
            share[is_it] = np.maximum(share[is_it], np.float32(factor))
    if not words or not share.any():
        return np.zeros(len(docs), np.float32)
    mass = np.sum([word.idfs for word in words], axis=0)[languages]
    worth: Array = np.float32(ranking.WHOLE_TITLE) * mass * share * share
    return worth


def neighbours_worth(
    scores: Neighbours, words: Sequence[WordMatches], docs: Array, languages: Array
) -> Array:
    """What neighbouring words of the query that are neighbours in the document add to each of
    `docs`, ascending."""
    added = np.zeros(len(docs), np.float32)
    for first, second in itertools.pairwise(words):
        near = scores.occurrences.neighbours(first, second, docs)
        inside, places = found_in(docs, near.docs)
        if inside.any():
            pair = np.float32(ranking.ADJACENT) * (first.idfs + second.idfs)
            added += near.scores[places] * inside * pair[languages]
    return added
