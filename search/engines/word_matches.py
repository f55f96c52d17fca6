"""Where the words of a query were found: for the second look at leading documents, and to say
why a hit matched. Works on the posting lists that scoring has already read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search.engines.base import EngineHit
from search.engines.matches import Matches, found_in
from search.index.codec.arrays import Array
from search.index.reader import IndexReader
from search.index.schema import ALIAS, BODY, EXACT, KEY, STEM, TITLE, Field
from search.query.plan import Alternative, Unit
from search.ranking import ADJACENT, KIND_WEIGHT, WHOLE_TITLE

#: How close the ways are to what was typed, the closest first, and what they are called outside:
#: a part of a compound is found by taking the word apart, as a stem is.
_CLOSENESS = ("exact", "folded", "stem", "compound", "romanized", "prefix", "typo")
REPORTED = {kind: "stem" if kind == "compound" else kind for kind in KIND_WEIGHT}
#: How a hit is reported that has only parts of the words.
PARTS_ONLY = REPORTED["compound"]
#: A whole alternative title is worth this share of a whole title.
ALIAS_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Row:
    """One posting list (or, for terms wanted together, their common documents), ascending."""

    alternative: Alternative
    zone: str
    docs: Array


@dataclass(frozen=True, slots=True)
class WordMatches:
    """A word's scored documents, its idf per language, and the rows it was found in."""

    unit: Unit
    matches: Matches
    idfs: Array
    rows: tuple[Row, ...]


def is_read(word: WordMatches) -> bool:
    """Whether some document has the word itself, and not only one that sounds like it: a mistyped
    word sounds like the right one, and may be what was meant."""
    return any(row.alternative.way != KEY for row in word.rows)


def worth(alternative: Alternative) -> float:
    """The factor of a word met in this way."""
    return alternative.weight * KIND_WEIGHT[alternative.kind]


def titles_worth(
    reader: IndexReader, words: Sequence[WordMatches], docs: Array, languages: Array, whole: str
) -> Array:
    """What a title that consists of the query's words, and little else, adds to each document.

    `whole` is the key of titles that are the query itself; among many alternative titles only it
    tells that one of them is.
    """
    share = np.zeros(len(docs), np.float32)
    for zone, factor in ((TITLE, 1.0), (ALIAS, ALIAS_SHARE)):
        met = np.zeros(len(docs), np.float32)
        for word in words:
            inside = np.zeros(len(docs), bool)
            for row in word.rows:
                if row.zone == zone and not row.alternative.together and row.alternative.kind != "prefix":
                    inside |= found_in(docs, row.docs)[0]
            met += inside
        length = reader.lengths(Field(zone, STEM))[docs].astype(np.float32)
        covered = np.minimum(met / np.maximum(length, 1), 1.0) * (met / max(len(words), 1))
        share = np.maximum(share, covered * np.float32(factor))
        if whole:
            is_it, _ = found_in(docs, reader.postings(Field(zone, KEY), whole).docs)
            share[is_it] = np.maximum(share[is_it], np.float32(factor))
    mass = np.zeros(len(docs), np.float32)
    for word in words:
        mass += word.idfs[languages]
    return np.float32(WHOLE_TITLE) * mass * share * share


def neighbours_worth(
    reader: IndexReader, words: Sequence[WordMatches], docs: Array, languages: Array
) -> Array:
    """What neighbouring words of the query that are neighbours in the document add to it."""
    added = np.zeros(len(docs), np.float32)
    # N-grams overlap: neighbours are what they are made of.
    spaced = [word for word in words if not word.unit.is_gram]
    ordered = np.sort(docs)
    occurrences: dict[tuple[Unit, str], Array] = {}
    for zone in (TITLE, BODY):
        for word in spaced:
            occurrences[word.unit, zone] = _occurrences(reader, word, zone, ordered)
        for first, second in itertools.pairwise(spaced):
            before, after = occurrences[first.unit, zone], occurrences[second.unit, zone]
            if len(before) and len(after):
                near = np.isin(docs, before[np.isin(before + 1, after)] >> 32)
                added += np.float32(ADJACENT) * near * (first.idfs[languages] + second.idfs[languages])
    return added


def _occurrences(reader: IndexReader, word: WordMatches, zone: str, docs: Array) -> Array:
    """Where the documents have the word as written, as numbers document · 2³² + position."""
    terms = dict.fromkeys(
        term
        for row in word.rows
        if row.zone == zone and row.alternative.way == EXACT and row.alternative.kind in ("exact", "folded")
        for term in row.alternative.terms
    )
    parts = [reader.occurrences(Field(zone, EXACT), term, docs) for term in terms]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def explained_hits(
    page: Sequence[tuple[int, float]], words: Sequence[WordMatches], explain: bool, language_of: Array
) -> Iterator[EngineHit]:
    """The hits of a page, each with the ways in which its words were met, the best first."""
    docs = np.array([doc for doc, _ in page], np.int64)
    best = [_best_ways(word, docs) for word in words]
    for place, (doc, score) in enumerate(page):
        met = [(word, *ways[place]) for word, ways in zip(words, best, strict=True) if ways[place][0]]
        kinds = sorted({REPORTED[kind] for _, kind, _ in met}, key=_CLOSENESS.index)
        if words and not kinds:
            kinds = [PARTS_ONLY]
        yield EngineHit(
            doc,
            score,
            tuple(kinds),
            any(zones == {ALIAS} for _, _, zones in met),
            _explanation(met, doc, score, language_of) if explain else None,
        )


def _closeness(row: Row) -> int:
    """Place in the order of ways; what only sounds like the word is further than a misspelling."""
    if row.alternative.way == KEY:
        return len(_CLOSENESS)
    return _CLOSENESS.index(row.alternative.kind)


def _best_ways(word: WordMatches, docs: Array) -> list[tuple[str, set[str]]]:
    """For each document the closest way it meets the word in, and the zones of that way: a word
    that differs in marks alone is folded, though its stem is the same too."""
    ways: list[tuple[str, set[str]]] = [("", set()) for _ in docs]
    for row in sorted(word.rows, key=_closeness):
        kind = row.alternative.kind
        for place in np.flatnonzero(found_in(docs, row.docs)[0]).tolist():
            if not ways[place][0]:
                ways[place] = kind, set()
            if ways[place][0] == kind:
                ways[place][1].add(row.zone)
    return ways


def _explanation(
    met: Sequence[tuple[WordMatches, str, set[str]]], doc: int, score: float, language_of: Array
) -> dict[str, Any]:
    words = {}
    for word, kind, zones in met:
        inside, places = found_in(np.array([doc]), word.matches.docs)
        value = float(word.matches.scores[places[0]]) if inside[0] else 0.0
        words[word.unit.text] = {
            "kind": kind,
            "zones": sorted(zones),
            "idf": round(float(word.idfs[language_of[doc]]), 4),
            "score": round(value, 4),
        }
    return {"words": words, "total": round(score, 4)}
