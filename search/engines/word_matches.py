"""Where one word of a query was found: its documents, and for each of them in which way and zone.

What the second look at leading documents and the explanation of a hit need to know of a word is
two small numbers per document, worked out once with its scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.engines.matches import LONG, Matches, found_in
from search.index.codec.arrays import Array
from search.index.schema import ALIAS, BODY, EXACT, KEY, TITLE, ZONES
from search.query.plan import Alternative
from search.ranking import KIND_WEIGHT

#: How close the ways are to what was typed, the closest first, and what they are called outside:
#: a part of a compound is found by taking the word apart, as a stem is; a synonym is another name.
CLOSENESS = ("exact", "folded", "stem", "synonym", "compound", "romanized", "prefix", "typo")
_CALLED = {"compound": "stem", "synonym": "alias"}
REPORTED = {kind: _CALLED.get(kind, kind) for kind in KIND_WEIGHT}
#: Ways that do not tell that the title is the query.
_IN_PART = frozenset(("prefix", "synonym"))
#: How a hit is reported that has only parts of the words.
PARTS_ONLY = REPORTED["compound"]

#: Zones in which words are neighbours.
READ_ZONES = (TITLE, BODY)

#: What `WordMatches.labels` are made of, from the lowest bit: the zones of the closest way, the
#: titles that have the word whole, and the kind and the closeness of the way, counted from 1.
ZONE_BIT = {zone: 1 << place for place, zone in enumerate(ZONES)}
WHOLE_BIT = {TITLE: 1 << len(ZONES), ALIAS: 2 << len(ZONES)}
_KIND_SHIFT, _CLOSENESS_SHIFT, _MASK = 8, 12, 15
#: What only sounds like the word is further than a misspelling.
_SOUND = len(CLOSENESS)


@dataclass(frozen=True, slots=True)
class Row:
    """One posting list (or, for terms wanted together, their common documents), ascending."""

    alternative: Alternative
    zone: str
    docs: Array

    @property
    def kind(self) -> int:
        return CLOSENESS.index(self.alternative.kind)

    @property
    def closeness(self) -> int:
        """Place in the order of ways."""
        return _SOUND if self.alternative.way == KEY else self.kind


@dataclass(slots=True, eq=False)
class WordMatches:
    """A word's scored documents and its idf per language, whatever its text.

    `labels` say for each of the documents how it was met, in bits: by the closest way, and in
    which zones by that (a word that differs in marks alone is folded, though its stem is the same
    too). `spread` are the labels of all documents of the index, 0 where the word is not, once
    somebody asked for those of a frequent word. `written` are the terms whose positions are those
    of the word as written, for each zone of `READ_ZONES`. `is_read` is true if some document has
    the word itself, and not only one that sounds like it: a mistyped word sounds like the right
    one, and may be what was meant. `occurs` is true if some document has it in any way. Both are about
    all documents, where the matches are those of some. `only_kind` is the kind in which all its
    documents have it, none of them in an alternative title alone; None where they differ.
    """

    matches: Matches
    idfs: Array
    labels: Array
    size: int
    written: tuple[tuple[str, ...], ...]
    is_read: bool
    occurs: bool
    only_kind: str | None = None
    spread: Array | None = None

    @property
    def is_frequent(self) -> bool:
        return len(self.matches) >= LONG * self.size

    @property
    def bytes(self) -> int:
        """Memory it takes or will take, about."""
        spread = 6 * self.size if self.is_frequent else 0
        return 14 * len(self.matches) + spread + self.idfs.nbytes + 1000

    def labels_at(self, docs: Array) -> Array:
        """The label of each of `docs`, 0 where the word is not."""
        if self.is_frequent:
            if self.spread is None:
                self.spread = np.zeros(self.size, np.uint16)
                self.spread[self.matches.docs] = self.labels
            return self.spread[docs]
        if not len(self.matches):
            return np.zeros(len(docs), np.uint16)
        inside, places = found_in(docs, self.matches.docs)
        return self.labels[places] * inside


def word_matches(matches: Matches, idfs: Array, rows: Sequence[Row], size: int) -> WordMatches:
    """The word with what its posting lists say of each document. `size` is that of the index."""
    written: dict[str, dict[str, None]] = {zone: {} for zone in READ_ZONES}
    for row in rows:
        alternative = row.alternative
        is_written = alternative.way == EXACT and alternative.kind in ("exact", "folded")
        if is_written and row.zone in written:
            written[row.zone].update(dict.fromkeys(alternative.terms))
    kinds = {row.alternative.kind for row in rows}
    is_alike = len(kinds) == 1 and all(row.zone != ALIAS for row in rows)
    return WordMatches(
        matches,
        idfs,
        _labels(rows, matches.docs, size),
        size,
        tuple(map(tuple, written.values())),
        any(row.alternative.way != KEY for row in rows),
        len(matches) > 0,
        REPORTED[kinds.pop()] if is_alike else None,
    )


def with_farther(labels: Array, places: Array, row: Row) -> Array:
    """The labels with those at `places` also met by a row that is farther than, or as far as, the closest
    way of each. It only adds its zone where it is of the same kind."""
    alike = places[(labels[places] >> np.uint16(_KIND_SHIFT) & np.uint16(_MASK)) == row.kind]
    bit = np.uint16(ZONE_BIT[row.zone])
    if not len(alike) or (labels[alike] & bit).all():
        return labels
    labels = labels.copy()
    labels[alike] |= bit
    return labels


def _labels(rows: Sequence[Row], docs: Array, size: int) -> Array:
    """The closest way of each document, and the zones of all rows of its kind."""
    labels = np.zeros(len(docs), np.uint16)
    place_of: Array | None = None
    if sum(len(row.docs) for row in rows) * 4 > size:
        place_of = np.zeros(size, np.intp)
        place_of[docs] = np.arange(len(docs))
    placed = []
    # The closest comes last and stays, of equally close ones the first.
    for row in sorted(rows, key=lambda row: row.closeness)[::-1]:
        its = docs.searchsorted(row.docs) if place_of is None else place_of[row.docs]
        labels[its] = (row.closeness + 1) << _CLOSENESS_SHIFT | row.kind << _KIND_SHIFT
        placed.append((row, its))
    several = len({row.kind for row in rows}) > 1
    kinds = labels >> np.uint16(_KIND_SHIFT) & np.uint16(_MASK) if several else labels
    for row, its in placed:
        alternative = row.alternative
        bits = ZONE_BIT[row.zone]
        if row.zone in WHOLE_BIT and not alternative.together and alternative.kind not in _IN_PART:
            labels[its] |= np.uint16(WHOLE_BIT[row.zone])
        if several:
            its = its[kinds[its] == row.kind]
        labels[its] |= np.uint16(bits)
    return labels


def kind_of(label: int) -> str | None:
    """The kind of the closest way by which a document was met; None if it was not."""
    return CLOSENESS[label >> _KIND_SHIFT & _MASK] if label else None


def zones_of(label: int) -> list[str]:
    """The zones in which a document was met by the closest way, by name."""
    return sorted(zone for zone, bit in ZONE_BIT.items() if label & bit)
