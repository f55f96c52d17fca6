"""Our segments, as Whoosh sees them.

Whoosh opens the index, knows its schema and segments, and its own searcher and matchers work on
our files through this codec. That makes Whoosh the oracle of the fast path: the same documents,
the same frequencies. Segments are written in bulk by `SegmentWriter`, not posting by posting.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.matching.mcore import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from search.index.codec.lexicon import Lexicon
from search.index.codec.segment_reader import SegmentReader
from search.index.schema import FIELD_BY_NAME

SEGMENT_SUFFIX = ".mls"
_IN_BULK = "segments are written whole by SegmentWriter, not one posting at a time"


class ColumnarSegment(base.Segment):
    """A segment's entry in Whoosh's table of contents: name, size, deleted documents."""

    def __init__(self, indexname: str, documents: int = 0, deleted: tuple[int, ...] = ()) -> None:
        super().__init__(indexname)
        self._documents = documents
        self._deleted = set(deleted)

    def codec(self) -> ColumnarCodec:
        return ColumnarCodec()

    def file_name(self) -> str:
        return str(self.make_filename(SEGMENT_SUFFIX))

    def doc_count_all(self) -> int:
        return self._documents

    def set_doc_count(self, doccount: int) -> None:
        self._documents = doccount

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> set[int]:
        return self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def should_assemble(self) -> bool:
        return False


class ColumnarCodec(base.Codec):
    """Reads segments; writing one posting at a time is not supported."""

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> ColumnarTermsReader:
        return ColumnarTermsReader(_open(storage, segment))

    def per_document_reader(self, storage: Any, segment: ColumnarSegment) -> ColumnarDocumentReader:
        return ColumnarDocumentReader(_open(storage, segment), segment)

    def new_segment(self, storage: Any, indexname: str) -> ColumnarSegment:
        return ColumnarSegment(indexname)

    def per_document_writer(self, storage: Any, segment: ColumnarSegment) -> Any:
        raise NotImplementedError(_IN_BULK)

    def field_writer(self, storage: Any, segment: ColumnarSegment) -> Any:
        raise NotImplementedError(_IN_BULK)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        raise NotImplementedError(_IN_BULK)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        raise NotImplementedError("posting lists are columns: ask the terms reader for a matcher")


def _open(storage: Any, segment: ColumnarSegment) -> SegmentReader:
    return SegmentReader(Path(storage.folder) / segment.file_name())


class ColumnarTermsReader(base.TermsReader):
    """Terms and posting lists. A field's terms are those of its way that occur in its zone."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader

    def _number(self, fieldname: str, text: bytes) -> int:
        field = FIELD_BY_NAME.get(fieldname)
        if field is None:
            return -1
        number = self._reader.lexicons[field.way].find(text)
        if number < 0:
            return -1
        start = self._reader.columns[field].start
        return number if start[number + 1] > start[number] else -1

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._number(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        return sorted(FIELD_BY_NAME)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for fieldname in self.indexed_field_names():
            yield from self.terms_from(fieldname, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        field = FIELD_BY_NAME.get(fieldname)
        if field is None:
            raise TermNotFound(f"no field {fieldname!r}")
        lexicon: Lexicon = self._reader.lexicons[field.way]
        present = np.diff(self._reader.columns[field].start) > 0
        first = lexicon.position(prefix)
        for number, term in enumerate(lexicon.between(first, len(lexicon)), first):
            if present[number]:
                yield fieldname, term

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for fieldname, text in self.terms():
            yield (fieldname, text), self.term_info(fieldname, text)

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for name, text in self.terms_from(fieldname, prefix):
            yield (name, text), self.term_info(name, text)

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        raise NotImplementedError("walk terms_from(); spelling works on the term dictionary itself")

    def _slice(self, fieldname: str, text: bytes) -> slice:
        number = self._number(fieldname, text)
        if number < 0:
            raise TermNotFound(f"{fieldname}:{text!r}")
        start = self._reader.columns[FIELD_BY_NAME[fieldname]].start
        return slice(int(start[number]), int(start[number + 1]))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        span = self._slice(fieldname, text)
        field = FIELD_BY_NAME[fieldname]
        columns = self._reader.columns[field]
        docs, freqs = columns.docs[span], columns.freqs[span]
        lengths = self._reader.lengths(field)[docs]
        return TermInfo(
            weight=float(freqs.sum()),
            df=len(docs),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(freqs.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        return self.term_info(fieldname, text).weight() if (fieldname, text) in self else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        if (fieldname, text) not in self:
            return 0
        span = self._slice(fieldname, text)
        return int(span.stop - span.start)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        span = self._slice(fieldname, text)
        columns = self._reader.columns[FIELD_BY_NAME[fieldname]]
        docs = columns.docs[span].tolist()
        values = None
        if columns.positions is not None and columns.position_start is not None:
            bounds = columns.position_start[span.start : span.stop + 1].tolist()
            values = [
                format_.encode(columns.positions[first:last].tolist())
                for first, last in itertools.pairwise(bounds)
            ]
        return ListMatcher(
            docs,
            columns.freqs[span].astype(float).tolist(),
            values,
            format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def close(self) -> None:
        """The mapped file is released with its last view."""


class ColumnarDocumentReader(base.PerDocumentReader):
    """Lengths, deletions and stored documents."""

    def __init__(self, reader: SegmentReader, segment: ColumnarSegment) -> None:
        self._reader = reader
        self._segment = segment

    def doc_count(self) -> int:
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> set[int]:
        return self._segment.deleted_docs()

    def _lengths(self, fieldname: str) -> Any:
        field = FIELD_BY_NAME.get(fieldname)
        return np.zeros(0, np.uint32) if field is None else self._reader.lengths(field)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._lengths(fieldname)
        return int(lengths[docnum]) if len(lengths) else default

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return int(lengths.min()) if len(lengths) else 0

    def max_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return int(lengths.max()) if len(lengths) else 0

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {"document": self._reader.stored(docnum).decode()}

    def close(self) -> None:
        """The mapped file is released with its last view."""
