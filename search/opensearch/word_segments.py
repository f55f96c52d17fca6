"""What stays of a segment when its documents are on the cluster?

Its words: lexicons and how many documents have each term, lists of spellings, completions, ids and what
an update compares. Posting lists, lengths, numbers and the documents themselves are gone. The container
is that of segments, and so are the names of what was kept; docs/index-format.md lists what was added.

Documents that are deleted later leave the words as they are: a small file beside the segment says how many
of each term are gone (`departed.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np

from search.errors import IndexDamaged
from search.index.codec.arrays import Array, ArrayFile, write_arrays
from search.index.codec.lexicon import Lexicon
from search.index.codec.postings import PostingColumns
from search.index.codec.segment_file import FORMAT_VERSION
from search.index.codec.segment_reader import SegmentReader, SegmentWords
from search.index.reader import WordReader
from search.index.schema import ALIAS, ANALYZED, BODY, EXACT, FIELDS, GRAM, LANGUAGE, ORIGIN, TITLE, Field
from search.opensearch.departed import Departed

#: Stands in `meta` where a whole segment has its number.
WORDS_FORMAT = "words 1"
#: The zones whose n-grams and single characters add to scores (`search/engines/word_scores.py`).
SIDE_ZONES = (BODY, TITLE, ALIAS)
#: Columns of values that are kept per document; of other facets the distinct values are.
KEPT_COLUMNS = (LANGUAGE, ANALYZED, ORIGIN)
_KEPT_WHOLE = ("lexicon/", "spelling/", "suggest/", "ids/")
#: Terms and postings that are counted at once.
_TERMS, _POSTINGS = 20_000, 2_000_000


def write_word_segment(path: Path, segment: SegmentReader, languages: Array) -> None:
    """Write what stays of a whole segment to a new file. `languages` is the number of each document's
    language. Raises `OSError`."""
    arrays: dict[str, Array] = {}
    for name in segment.file.names():
        if name.startswith(_KEPT_WHOLE) or name in ("hashes", "suggest"):
            arrays[name] = segment.file[name]
    for name in segment.value_names():
        parts = ("blob", "offsets", "start", "codes") if name in KEPT_COLUMNS else ("blob", "offsets")
        arrays |= {f"value/{name}/{part}": segment.file[f"value/{name}/{part}"] for part in parts}
    for name in segment.number_names():
        numbers = segment.file[f"number/{name}"]
        arrays[f"distinct/{name}"] = np.unique(numbers[~np.isnan(numbers)])
    for one in FIELDS:
        arrays[f"{one.name}/start"] = _live_start(segment, one)
    terms = np.arange(len(segment.lexicons[GRAM]), dtype=np.uint32)
    arrays |= _named(f"spread/{GRAM}", spread_of(segment, GRAM, terms, languages))
    terms = single_characters(segment.lexicons[EXACT])
    arrays |= {
        f"spread/{EXACT}/terms": terms,
        **_named(f"spread/{EXACT}", spread_of(segment, EXACT, terms, languages)),
    }
    lengths = {one.name: segment.length_totals(one) for one in FIELDS}
    meta = {
        "format": WORDS_FORMAT,
        "segment_format": FORMAT_VERSION,
        "documents": segment.documents,
        "lengths": lengths,
    }
    write_arrays(path, arrays, meta)


def _live_start(segment: SegmentReader, one: Field) -> Array:
    """The postings of live documents before those of each term, and their number."""
    start = segment.columns[one].start
    if not len(segment.deleted):
        return start
    counts = [
        segment.frequencies(one, first, min(first + _TERMS, len(start) - 1))
        for first in range(0, len(start) - 1, _TERMS)
    ]
    return np.concatenate(([0], np.cumsum(np.concatenate(counts or [np.zeros(0, np.int64)])))).astype(
        np.uint64
    )


def _named(name: str, parts: tuple[Array, Array, Array]) -> dict[str, Array]:
    return {
        f"{name}/{part}": array for part, array in zip(("start", "languages", "counts"), parts, strict=True)
    }


def single_characters(lexicon: Lexicon) -> Array:
    """The numbers of the terms of one character."""
    lengths = np.diff(lexicon.offsets.astype(np.int64))
    filled = np.flatnonzero(lengths)
    lead = lexicon.blob[lexicon.offsets[filled].astype(np.int64)]
    expected = 1 + (lead >= 0xC0).astype(np.int64) + (lead >= 0xE0) + (lead >= 0xF0)
    single: Array = filled[lengths[filled] == expected].astype(np.uint32)
    return single


def spread_of(segment: SegmentReader, way: str, terms: Array, languages: Array) -> tuple[Array, Array, Array]:
    """For each of the terms, ascending, how many live documents of each language have it in one of
    `SIDE_ZONES`: where the counts of each term begin, and in parallel languages and counts."""
    kinds = int(languages.max(initial=0)) + 1
    sizes, numbers, counts = [np.zeros(0, np.int64)], [np.zeros(0, np.uint16)], [np.zeros(0, np.uint32)]
    for first, last in _term_ranges(segment, way, terms):
        table = _counted(segment, way, terms[first:last], languages, kinds)
        term, number = table.nonzero()
        sizes.append(np.bincount(term, minlength=last - first))
        numbers.append(number.astype(np.uint16))
        counts.append(table[term, number].astype(np.uint32))
    start = np.concatenate(([0], np.cumsum(np.concatenate(sizes)))).astype(np.uint64)
    return start, np.concatenate(numbers), np.concatenate(counts)


def _term_ranges(segment: SegmentReader, way: str, terms: Array) -> Iterator[tuple[int, int]]:
    """Stretches of the terms that are counted at once."""
    starts = [segment.columns[Field(zone, way)].start for zone in SIDE_ZONES]
    postings = sum(start[terms + 1].astype(np.int64) - start[terms].astype(np.int64) for start in starts)
    before = np.concatenate(([0], np.cumsum(postings)))
    first = 0
    while first < len(terms):
        last = int(np.searchsorted(before, before[first] + _POSTINGS, side="right")) - 1
        last = min(max(last, first + 1), first + _TERMS, len(terms))
        yield first, last
        first = last


def _counted(segment: SegmentReader, way: str, terms: Array, languages: Array, kinds: int) -> Array:
    """A row per term with the number of its live documents in each language."""
    body, *others = [_pairs(segment, Field(zone, way), terms) for zone in SIDE_ZONES]
    # Short zones against the long one: most of what they have the body has as well.
    more = np.unique(np.concatenate(others))
    places = np.searchsorted(body, more)
    known = np.zeros(len(more), bool)
    within = places < len(body)
    known[within] = body[places[within]] == more[within]
    pairs = np.concatenate((body, more[~known]))
    term, doc = pairs >> np.uint64(32), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    alive = segment.live()[doc]
    cells = term[alive].astype(np.int64) * kinds + languages[doc[alive]]
    return np.bincount(cells, minlength=len(terms) * kinds).reshape(len(terms), kinds)


def _pairs(segment: SegmentReader, one: Field, terms: Array) -> Array:
    """Place of the term · 2³² + document, ascending, of all postings of the terms."""
    columns = segment.columns[one]
    first = columns.start[terms].astype(np.int64)
    sizes = columns.start[terms.astype(np.int64) + 1].astype(np.int64) - first
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    docs = columns.docs[np.repeat(first - (ends - sizes), sizes) + np.arange(total)]
    term = np.repeat(np.arange(len(terms), dtype=np.uint64), sizes)
    pairs: Array = (term << np.uint64(32)) | docs
    return pairs


class WordSegmentReader(SegmentWords):
    """The words of one segment, and the documents deleted from it since. It has no posting lists, no
    lengths and no documents. `deleted` holds document numbers."""

    def __init__(self, path: Path, deleted: Array | None = None) -> None:
        file = ArrayFile(path)
        written = file.meta.get("format"), file.meta.get("segment_format")
        if written != (WORDS_FORMAT, FORMAT_VERSION):
            raise IndexDamaged(
                f"{path}: written in segment format {written[0]!r}, this version reads {WORDS_FORMAT!r}; "
                "rebuild the index with `indexer build`"
            )
        super().__init__(file, deleted)
        nothing = np.zeros(0, np.uint32)
        self.columns = {one: PostingColumns(file[f"{one.name}/start"], nothing, nothing) for one in FIELDS}
        self.departed = Departed.beside(path)

    def value_names(self) -> list[str]:
        """The facets of texts, and the other columns of values."""
        return [
            name[6:-5] for name in self.file.names() if name.startswith("value/") and name.endswith("/blob")
        ]

    def number_names(self) -> list[str]:
        """The columns of numbers."""
        return [name[9:] for name in self.file.names() if name.startswith("distinct/")]

    def frequencies(self, one: Field, first: int, last: int) -> Array:
        """How many live documents have each of the terms numbered first … last-1 in the field."""
        counts = np.diff(self.columns[one].start[first : last + 1].astype(np.int64))
        if self.departed is not None:
            self.departed.subtract(one, first, counts)
        return counts

    def value_lexicon(self, name: str) -> Lexicon | None:
        """The distinct values of a facet, those of deleted documents included; None if it has none."""
        return Lexicon.of(self.file, f"value/{name}") if f"value/{name}/blob" in self.file else None

    def distinct_numbers(self, name: str) -> Array:
        """The distinct numbers of a column (float64), ascending, those of deleted documents included."""
        return self.file[f"distinct/{name}"] if f"distinct/{name}" in self.file else np.zeros(0)

    def spread(self, way: str, term: bytes) -> dict[int, int]:
        """Number of a language → live documents that have an n-gram, or a term of one character, in
        a title or in the body."""
        number = self.lexicons[way].find(term)
        if number < 0:
            return {}
        found: dict[int, int] = {}
        _, languages, counts = self.cells(way, number, number + 1)
        for language, count in zip(languages.tolist(), counts.tolist(), strict=True):
            found[language] = found.get(language, 0) + count
        return {language: count for language, count in found.items() if count > 0}

    def cells(self, way: str, first: int, last: int) -> tuple[Array, Array, Array]:
        """The same of the terms numbered first … last-1: terms, languages and how many documents, in
        parallel. Documents that are gone are counted below zero, in cells of their own."""
        start = self.file[f"spread/{way}/start"].astype(np.int64, copy=False)
        if way == EXACT:
            terms = self._spread_terms
            low, high = np.searchsorted(terms, (first, last)).tolist()
            numbers = terms[low:high].astype(np.int64)
        else:
            low, high, numbers = first, last, np.arange(first, last)
        bounds = start[low : high + 1]
        held = slice(int(bounds[0]), int(bounds[-1]))
        sizes: Array = np.diff(bounds)
        found = (
            np.repeat(numbers, sizes),
            self.file[f"spread/{way}/languages"][held].astype(np.int64),
            self.file[f"spread/{way}/counts"][held].astype(np.int64),
        )
        if self.departed is None:
            return found
        gone = self.departed.cells(way, first, last)
        terms, languages, counts = (np.concatenate(pair) for pair in zip(found, gone, strict=True))
        return terms, languages, counts

    @cached_property
    def _spread_terms(self) -> Array:
        return self.file[f"spread/{EXACT}/terms"]


class WordSegments(WordReader):
    """The words of a generation on the cluster. Raises as `IndexReader` does."""

    segments: list[WordSegmentReader]

    def __init__(self, directory: Path, *, whole: bool = True) -> None:
        self._open(directory, whole=whole)
        self.segments = [
            WordSegmentReader(
                directory / entry.file_name(),
                np.fromiter(sorted(entry.deleted_docs()), np.uint32, entry.deleted_count()),
            )
            for entry in self.entries
        ]
        self.bases = np.cumsum([0, *(segment.documents for segment in self.segments)]).tolist()
