"""How do the words of several segments become one, while their documents keep their numbers?

Every update adds a segment, and what is looked up is looked up in each. Documents stay where the cluster
has them, so those that are deleted keep their places; of their words nothing is left, and no small file
beside the segment is needed any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from search.index.codec.array_spool import ArraySpool
from search.index.codec.arrays import Array
from search.index.codec.completions import weight_pyramid
from search.index.codec.lexicon import Lexicon
from search.index.codec.merge import WordMerge, renumbered
from search.index.codec.segment_file import FORMAT_VERSION
from search.index.codec.spelling_lists import spelling_arrays
from search.index.codec.term_ranges import Weighed, term_ranges
from search.index.schema import EXACT, FIELDS, GRAM, WAYS, Field
from search.opensearch.word_segments import KEPT_COLUMNS, WORDS_FORMAT, WordSegmentReader

#: Terms that are held at once.
_TERMS = 50_000
#: Languages are told apart by so many numbers.
_LANGUAGES = 1 << 16


def merge_words(segments: Sequence[WordSegmentReader], path: Path) -> int:
    """Write the words of `segments` as one new file; returns how many documents it counts places for, all
    of them. Raises `OSError`."""
    bases = np.cumsum([0, *(segment.documents for segment in segments)])
    numbers = [
        base + np.arange(segment.documents) for base, segment in zip(bases[:-1], segments, strict=True)
    ]
    documents = int(bases[-1])
    with ArraySpool(path.with_name(f"{path.name}.parts")) as spool:
        merge = _Merge(segments, numbers, documents, spool)
        for way, zones in WAYS.items():
            merge.way(way, zones)
        merge.records()
        merge.suggestions()
        merge.let_go()
        spool.put({"suggest/maxima": weight_pyramid(spool["suggest/weights"]), **spelling_arrays(spool)})
        spool.write(path, _meta(segments, documents))
    return documents


def _meta(segments: Sequence[WordSegmentReader], documents: int) -> dict[str, object]:
    lengths = {
        one.name: [
            sum(segment.file.meta["lengths"][one.name][place] for segment in segments) for place in (0, 1)
        ]
        for one in FIELDS
    }
    return {
        "format": WORDS_FORMAT,
        "segment_format": FORMAT_VERSION,
        "documents": documents,
        "lengths": lengths,
    }


class _Merge(WordMerge):
    """A merge of words under way."""

    def __init__(
        self,
        segments: Sequence[WordSegmentReader],
        numbers: Sequence[Array],
        documents: int,
        spool: ArraySpool,
    ) -> None:
        super().__init__(segments, numbers, documents, spool)
        self._segments = segments

    def way(self, way: str, zones: Sequence[str]) -> None:
        """The lexicon of a way and the counts of its fields."""
        fields = [Field(zone, way) for zone in zones]
        totals = dict.fromkeys(fields, 0)
        self._begin_lexicon(f"lexicon/{way}")
        for one in fields:
            self._spool.begin(f"{one.name}/start", np.uint64)
        if way in (GRAM, EXACT):
            self._begin_spread(way)
        written = 0
        for bounds in term_ranges([Weighed(segment.lexicons[way]) for segment in self._segments], _TERMS):
            terms, numbers = renumbered(
                [
                    list(segment.lexicons[way].between(*bound))
                    for segment, bound in zip(self._segments, bounds, strict=True)
                ]
            )
            counts = {one: np.zeros(len(terms), np.int64) for one in fields}
            for segment, number, bound in zip(self._segments, numbers, bounds, strict=True):
                for one in fields:
                    counts[one][number] += segment.frequencies(one, *bound)
            # Terms of deleted documents alone go with them.
            kept = np.flatnonzero(np.logical_or.reduce([counts[one] > 0 for one in fields]))
            self._append_terms(f"lexicon/{way}", [terms[place] for place in kept.tolist()])
            for one in fields:
                ends = totals[one] + np.cumsum(counts[one][kept])
                self._spool.append(f"{one.name}/start", (ends - counts[one][kept]).astype(np.uint64))
                totals[one] = int(ends[-1]) if len(ends) else totals[one]
            if way in (GRAM, EXACT):
                self._append_spread(way, bounds, numbers, kept, written)
            written += len(kept)
            self.let_go()
        for one in fields:
            self._spool.append(f"{one.name}/start", np.array([totals[one]], np.uint64))
        if way in (GRAM, EXACT):
            end = self._spool.length(f"spread/{way}/counts")
            self._spool.append(f"spread/{way}/start", np.array([end], np.uint64))

    def _begin_spread(self, way: str) -> None:
        kinds = {"start": np.uint64, "languages": np.uint16, "counts": np.uint32}
        for part, kind in ({"terms": np.uint32, **kinds} if way == EXACT else kinds).items():
            self._spool.begin(f"spread/{way}/{part}", kind)

    def _append_spread(
        self,
        way: str,
        bounds: Sequence[tuple[int, int]],
        numbers: Sequence[Array],
        kept: Array,
        written: int,
    ) -> None:
        """The cells of the terms that are kept, of which `written` came before."""
        keys, counts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for segment, number, (first, last) in zip(self._segments, numbers, bounds, strict=True):
            terms, languages, held = segment.cells(way, first, last)
            keys.append(number[terms - first] * _LANGUAGES + languages)
            counts.append(held)
        cells, place = np.unique(np.concatenate(keys), return_inverse=True)
        summed = np.bincount(place, np.concatenate(counts), minlength=len(cells)).astype(np.int64)
        cells, summed = cells[summed > 0], summed[summed > 0]
        owner = cells // _LANGUAGES
        if way == EXACT:
            # Only terms of one character have cells.
            owners = np.intersect1d(np.unique(owner), kept)
            self._spool.append(
                f"spread/{way}/terms", (written + np.searchsorted(kept, owners)).astype(np.uint32)
            )
        else:
            owners = kept
        has = np.isin(owner, owners)
        owner, cells, summed = owner[has], cells[has], summed[has]
        before = self._spool.length(f"spread/{way}/counts")
        self._spool.append(f"spread/{way}/start", (before + np.searchsorted(owner, owners)).astype(np.uint64))
        self._spool.append(f"spread/{way}/languages", (cells % _LANGUAGES).astype(np.uint16))
        self._spool.append(f"spread/{way}/counts", summed.astype(np.uint32))

    def records(self) -> None:
        """Ids, what an update compares, values and numbers."""
        self._ids()
        self._spool.put({"hashes": self._placed([segment.file["hashes"] for segment in self._segments])})
        for name in sorted({name for segment in self._segments for name in segment.value_names()}):
            if name in KEPT_COLUMNS:
                self._values(name)
            else:
                self._value_lexicon(name)
        for name in sorted({name for segment in self._segments for name in segment.number_names()}):
            distinct = np.unique(
                np.concatenate([segment.distinct_numbers(name) for segment in self._segments])
            )
            self._spool.put({f"distinct/{name}": distinct})

    def _value_lexicon(self, name: str) -> None:
        """The distinct values of a facet."""
        held = [segment.value_lexicon(name) for segment in self._segments]
        lexicons: list[Lexicon] = [one for one in held if one is not None]
        self._begin_lexicon(f"value/{name}")
        for bounds in term_ranges([Weighed(one) for one in lexicons], _TERMS):
            values = set().union(*(one.between(*bound) for one, bound in zip(lexicons, bounds, strict=True)))
            self._append_terms(f"value/{name}", sorted(values))
