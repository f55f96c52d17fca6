"""How do several segments become one, without their deleted documents?

Arrays are copied and renumbered; no text is analysed again and no posting is touched one by one.
Everything goes in bounded pieces, ranges of terms or of documents, from the mapped files of the
segments into a spool: how much memory a merge takes hardly depends on how much is merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from search.index.codec.array_spool import ArraySpool
from search.index.codec.arrays import Array
from search.index.codec.lexicon import Lexicon, lexicon_arrays
from search.index.codec.postings import PostingColumns, merge_postings
from search.index.codec.segment_file import write_spooled_segment
from search.index.codec.segment_reader import SegmentReader, SegmentWords
from search.index.codec.term_ranges import Weighed, term_ranges
from search.index.schema import WAYS, Field

#: Occurrences and terms that are held at once, about: an occurrence takes some hundred bytes meanwhile,
#: a term some three hundred.
_OCCURRENCES, _TERMS = 300_000, 50_000
#: Documents that are copied at once.
_DOCUMENTS = 4096


def merge_segments(
    segments: Sequence[SegmentReader], path: Path, numbers: Sequence[Array] | None = None
) -> int:
    """Write the documents of `segments` as one new segment; returns how many.

    These are the live ones, in order; or, where `numbers` are given, all, each under the number that
    an array per segment, ascending, says for it. Raises `OSError`.
    """
    if numbers is None:
        numbers = _live_numbers(segments)
    documents = sum(int((number >= 0).sum()) for number in numbers)
    with ArraySpool(path.with_name(f"{path.name}.parts")) as spool:
        merge = _Merge(segments, numbers, documents, spool)
        for way, zones in WAYS.items():
            merge.way(way, zones)
        merge.records()
        merge.suggestions()
        merge.let_go()
        write_spooled_segment(path, spool, documents)
    return documents


def _live_numbers(segments: Sequence[SegmentReader]) -> list[Array]:
    """The new number of each document, -1 for deleted ones."""
    numbers: list[Array] = []
    documents = 0
    for segment in segments:
        live = segment.live()
        number = np.full(segment.documents, -1, np.int64)
        number[live] = documents + np.arange(int(live.sum()))
        documents += int(live.sum())
        numbers.append(number)
    return numbers


class WordMerge:
    """What a merge does with words, ids, values and completions, wherever posting lists are held: what goes
    in, and the spool that it comes out by. `numbers` are the new numbers of each segment's documents."""

    def __init__(
        self, segments: Sequence[SegmentWords], numbers: Sequence[Array], documents: int, spool: ArraySpool
    ) -> None:
        self._words = segments
        self._numbers = numbers
        self._documents = documents
        self._spool = spool
        self._runs = _runs(numbers, documents)

    def let_go(self) -> None:
        """Give back the memory that holds what was read of the segments."""
        for segment in self._words:
            segment.file.let_go()

    def _begin_lexicon(self, name: str) -> None:
        self._spool.begin(f"{name}/blob", np.uint8)
        self._spool.begin(f"{name}/offsets", np.uint64)
        self._spool.append(f"{name}/offsets", np.zeros(1, np.uint64))

    def _append_terms(self, name: str, terms: Sequence[bytes]) -> None:
        piece = lexicon_arrays(name, terms)
        before = np.uint64(self._spool.length(f"{name}/blob"))
        self._spool.append(f"{name}/offsets", piece[f"{name}/offsets"][1:] + before)
        self._spool.append(f"{name}/blob", piece[f"{name}/blob"])

    def _placed(self, columns: Sequence[Array]) -> Array:
        """A value per document of each segment, as one column in the order of the new numbers."""
        placed = np.empty(self._documents, columns[0].dtype)
        for column, number in zip(columns, self._numbers, strict=True):
            kept = number >= 0
            placed[number[kept]] = column[kept]
        return placed

    def _ids(self) -> None:
        self._begin_lexicon("ids")
        self._spool.begin("ids/docs", np.uint32)
        for bounds in term_ranges([Weighed(segment.ids) for segment in self._words], _TERMS):
            docs: dict[bytes, int] = {}
            for segment, number, (first, last) in zip(self._words, self._numbers, bounds, strict=True):
                held = number[segment.file["ids/docs"][first:last]].tolist()
                for term, doc in zip(segment.ids.between(first, last), held, strict=True):
                    # Of documents with the same id the last one counts, as in `SegmentWriter`.
                    if doc >= 0:
                        docs[term] = max(doc, docs.get(term, -1))
            ids = sorted(docs)
            self._append_terms("ids", ids)
            self._spool.append("ids/docs", np.fromiter(map(docs.__getitem__, ids), np.uint32, len(ids)))

    def _values(self, name: str) -> None:
        """A facet's column, as `segment_writer.value_column` would make it of all documents."""
        files = [segment.file if f"value/{name}/codes" in segment.file else None for segment in self._words]
        self._begin_lexicon(f"value/{name}")
        codes = self._value_codes(name)
        self._spool.begin(f"value/{name}/start", np.uint64)
        self._spool.begin(f"value/{name}/codes", np.uint32)
        self._spool.append(f"value/{name}/start", np.zeros(1, np.uint64))
        for place, first, last in self._runs:
            file, before = files[place], np.uint64(self._spool.length(f"value/{name}/codes"))
            if file is None:
                self._spool.append(f"value/{name}/start", np.full(last - first, before))
                continue
            start = file[f"value/{name}/start"][first : last + 1]
            held = file[f"value/{name}/codes"][int(start[0]) : int(start[-1])]
            self._spool.append(f"value/{name}/start", start[1:] - start[0] + before)
            self._spool.append(f"value/{name}/codes", codes[place][held])

    def _value_codes(self, name: str) -> dict[int, Array]:
        """Writes the values of live documents; returns for each segment that has the facet the new
        number of each of its values."""
        holding = {
            place: segment.file
            for place, segment in enumerate(self._words)
            if f"value/{name}/codes" in segment.file
        }
        lexicons = {place: Lexicon.of(file, f"value/{name}") for place, file in holding.items()}
        codes = {place: np.zeros(len(lexicon), np.uint32) for place, lexicon in lexicons.items()}
        used = {}
        for place, file in holding.items():
            live = np.repeat(self._numbers[place] >= 0, np.diff(file[f"value/{name}/start"]).astype(np.int64))
            used[place] = np.zeros(len(lexicons[place]), bool)
            used[place][file[f"value/{name}/codes"][live]] = True
        written = 0
        for bounds in term_ranges([Weighed(lexicon) for lexicon in lexicons.values()], _TERMS):
            intervals = dict(zip(lexicons, bounds, strict=True))
            held = [list(lexicons[place].between(*bound)) for place, bound in intervals.items()]
            values, new = renumbered(held)
            occurs = np.zeros(len(values), bool)
            for (place, (first, last)), numbers in zip(intervals.items(), new, strict=True):
                occurs[numbers[used[place][first:last]]] = True
            number = written + np.cumsum(occurs) - 1
            for (place, (first, last)), numbers in zip(intervals.items(), new, strict=True):
                codes[place][first:last] = number[numbers]
            self._append_terms(f"value/{name}", [values[index] for index in np.flatnonzero(occurs).tolist()])
            written += int(occurs.sum())
        return codes

    def suggestions(self) -> None:
        """The completions, sorted by what is typed."""
        kinds = {"docs": np.uint32, "titles": np.uint16, "weights": np.float32}
        self._begin_lexicon("suggest")
        for part, kind in kinds.items():
            self._spool.begin(f"suggest/{part}", kind)
        lexicons = [Lexicon.of(segment.file, "suggest") for segment in self._words]
        for bounds in term_ranges([Weighed(lexicon) for lexicon in lexicons], _TERMS):
            held = [list(one.between(*bound)) for one, bound in zip(lexicons, bounds, strict=True)]
            keys, numbers = renumbered(held)
            columns = {part: self._suggested(part, bounds) for part in kinds}
            docs = np.concatenate(
                [number[part] for number, part in zip(self._numbers, columns["docs"], strict=True)]
            )
            key = np.concatenate(numbers)
            titles, weights = np.concatenate(columns["titles"]), np.concatenate(columns["weights"])
            order = np.lexsort((weights, titles, docs, key))
            order = order[docs[order] >= 0]
            self._append_terms("suggest", [keys[number] for number in key[order].tolist()])
            for part, column in (("docs", docs), ("titles", titles), ("weights", weights)):
                self._spool.append(f"suggest/{part}", column[order])
            self.let_go()

    def _suggested(self, part: str, bounds: Sequence[tuple[int, int]]) -> list[Array]:
        return [
            segment.file[f"suggest/{part}"][first:last]
            for segment, (first, last) in zip(self._words, bounds, strict=True)
        ]


class _Merge(WordMerge):
    """A merge of whole segments under way."""

    def __init__(
        self, segments: Sequence[SegmentReader], numbers: Sequence[Array], documents: int, spool: ArraySpool
    ) -> None:
        super().__init__(segments, numbers, documents, spool)
        self._segments = segments

    # Terms

    def way(self, way: str, zones: Sequence[str]) -> None:
        """The lexicon of a way and the posting lists of its fields."""
        spool = self._spool
        columns = {Field(zone, way): self._columns(Field(zone, way)) for zone in zones}
        self._begin_lexicon(f"lexicon/{way}")
        for one, parts in columns.items():
            self._begin_postings(one, positional=all(part.positions is not None for part in parts))
        lexicons = [
            Weighed(segment.lexicons[way], _weights([parts[place] for parts in columns.values()]))
            for place, segment in enumerate(self._segments)
        ]
        for bounds in term_ranges(lexicons, _OCCURRENCES):
            held = [list(one.lexicon.between(*bound)) for one, bound in zip(lexicons, bounds, strict=True)]
            terms, new_terms = renumbered(held)
            occurs = np.zeros(len(terms), bool)
            merged = {}
            for one, parts in columns.items():
                cut = [_cut(part, *bound) for part, bound in zip(parts, bounds, strict=True)]
                merged[one] = merge_postings(
                    list(zip(cut, new_terms, self._numbers, strict=True)), vocabulary=len(terms)
                )
                occurs |= np.diff(merged[one].start) > 0
            # Terms of deleted documents alone go with them.
            kept = np.flatnonzero(occurs)
            self._append_terms(f"lexicon/{way}", [terms[place] for place in kept.tolist()])
            for one, postings in merged.items():
                self._append_postings(one, postings, kept)
            self.let_go()
        for one in columns:
            spool.append(f"{one.name}/start", np.array([spool.length(f"{one.name}/docs")], np.uint64))
        self.let_go()

    def _columns(self, one: Field) -> list[PostingColumns]:
        return [segment.columns[one] for segment in self._segments]

    def _begin_postings(self, one: Field, *, positional: bool) -> None:
        kinds = {"start": np.uint64, "docs": np.uint32, "freqs": np.uint16}
        if positional:
            kinds |= {"position_start": np.uint64, "positions": np.uint32}
        for part, kind in kinds.items():
            self._spool.begin(f"{one.name}/{part}", kind)
        if positional:
            self._spool.append(f"{one.name}/position_start", np.zeros(1, np.uint64))
        lengths = [segment.lengths(one) for segment in self._segments]
        self._spool.put({f"{one.name}/lengths": self._placed(lengths)})

    def _append_postings(self, one: Field, postings: PostingColumns, kept: Array) -> None:
        spool = self._spool
        spool.append(f"{one.name}/start", postings.start[kept] + np.uint64(spool.length(f"{one.name}/docs")))
        spool.append(f"{one.name}/docs", postings.docs)
        spool.append(f"{one.name}/freqs", postings.freqs)
        if postings.positions is not None and postings.position_start is not None:
            before = np.uint64(spool.length(f"{one.name}/positions"))
            spool.append(f"{one.name}/position_start", postings.position_start[1:] + before)
            spool.append(f"{one.name}/positions", postings.positions)

    # Documents

    def records(self) -> None:
        """What is kept of each document besides its terms."""
        segments = self._segments
        self._blobs("stored", [Lexicon.of(segment.file, "stored") for segment in segments])
        self._blobs("order", [segment.sort_titles for segment in segments])
        self._ids()
        self._spool.put({"hashes": self._placed([segment.file["hashes"] for segment in segments])})
        for name in sorted({name for segment in segments for name in segment.value_names()}):
            self._values(name)
        for name in sorted({name for segment in segments for name in segment.number_names()}):
            columns = [
                segment.file[f"number/{name}"]
                if f"number/{name}" in segment.file
                else np.full(segment.documents, np.nan)
                for segment in segments
            ]
            self._spool.put({f"number/{name}": self._placed(columns)})
        self.let_go()

    def _blobs(self, name: str, parts: Sequence[Lexicon]) -> None:
        """A byte string per document."""
        self._begin_lexicon(name)
        for place, first, last in self._runs:
            offsets = parts[place].offsets[first : last + 1]
            before = np.uint64(self._spool.length(f"{name}/blob"))
            self._spool.append(f"{name}/offsets", offsets[1:] - offsets[0] + before)
            self._spool.append(f"{name}/blob", parts[place].blob[int(offsets[0]) : int(offsets[-1])])
        self.let_go()


class _Runs:
    """Stretches of documents that follow one another both in a segment and in the new numbers, in the
    order of these: segment, first document, last one and one."""

    def __init__(self, places: Array, firsts: Array, sizes: Array) -> None:
        self._places, self._firsts, self._sizes = places, firsts, sizes

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        for place, first, size in zip(self._places, self._firsts, self._sizes, strict=True):
            end = int(first + size)
            for start in range(int(first), end, _DOCUMENTS):
                yield int(place), start, min(start + _DOCUMENTS, end)


def _runs(numbers: Sequence[Array], documents: int) -> _Runs:
    places, docs = np.zeros(documents, np.uint32), np.zeros(documents, np.int64)
    for place, number in enumerate(numbers):
        kept = np.flatnonzero(number >= 0)
        places[number[kept]] = place
        docs[number[kept]] = kept
    begins = np.ones(documents, bool)
    begins[1:] = (np.diff(docs) != 1) | (places[1:] != places[:-1])
    starts = np.flatnonzero(begins)
    return _Runs(places[starts], docs[starts], np.diff(np.append(starts, documents)))


def renumbered(held: Sequence[Sequence[bytes]]) -> tuple[list[bytes], list[Array]]:
    """All terms sorted, and the number among them of each of those that were held."""
    terms = sorted(set().union(*held))
    place = {term: number for number, term in enumerate(terms)}
    return terms, [np.fromiter(map(place.__getitem__, part), np.int64, len(part)) for part in held]


def _weights(fields: Sequence[PostingColumns]) -> Array:
    """How many occurrences in all fields there are before those of each term; postings, of fields without
    positions."""
    weights = np.zeros(len(fields[0].start), np.int64)
    for columns in fields:
        held = columns.position_start
        weights += (columns.start if held is None else held[columns.start]).astype(np.int64)
    return weights


def _cut(columns: PostingColumns, first: int, last: int) -> PostingColumns:
    """The posting lists of the terms numbered first … last-1."""
    start = columns.start[first : last + 1]
    begin, end = int(start[0]), int(start[-1])
    docs, freqs = columns.docs[begin:end], columns.freqs[begin:end]
    if columns.position_start is None or columns.positions is None:
        return PostingColumns(start - start[0], docs, freqs)
    bounds = columns.position_start[begin : end + 1]
    positions = columns.positions[int(bounds[0]) : int(bounds[-1])]
    return PostingColumns(start - start[0], docs, freqs, bounds - bounds[0], positions)
