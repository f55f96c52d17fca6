"""Our segments, as Whoosh sees them: the codec that ties readers and writers together.

Whoosh's own writer, merging, searcher and matchers work through it, on any schema. The service
itself writes its segments in bulk (`SegmentWriter`) and reads them without Whoosh; both kinds can
be read and merged here, which makes Whoosh the oracle of the fast path.

The path of `ColumnarSegment` stands in tables of contents on the disk: it must not move.
"""

from __future__ import annotations

from typing import Any, NoReturn

from whoosh.codec import base

from search.index.codec.whoosh_document_writer import ColumnarDocumentWriter
from search.index.codec.whoosh_documents import ColumnarDocumentReader
from search.index.codec.whoosh_field_writer import ColumnarFieldWriter
from search.index.codec.whoosh_layout import (
    DOCUMENTS_SUFFIX,
    SEGMENT_SUFFIX,
    TERMS_SUFFIX,
    open_documents,
    open_terms,
    segment_path,
)
from search.index.codec.whoosh_terms import ColumnarTermsReader

_NO_POSTING_FILES = (
    "posting lists are columns of a segment, not streams in a file of their own: "
    "write them with field_writer(), read them with terms_reader().matcher()"
)


class ColumnarSegment(base.Segment):
    """A segment's entry in Whoosh's table of contents: name, size, deleted documents."""

    def __init__(self, indexname: str, documents: int = 0, deleted: tuple[int, ...] = ()) -> None:
        super().__init__(indexname)
        self._documents = documents
        self._deleted = set(deleted)

    def codec(self) -> ColumnarCodec:
        return ColumnarCodec()

    def file_name(self) -> str:
        """The file of a segment that was written in bulk."""
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
        # Several of Whoosh's files in one could not be mapped as arrays; ours are two at most.
        return False


class ColumnarCodec(base.Codec):
    """`index.writer(codec=ColumnarCodec())`; readers find it by the segments themselves."""

    #: Lengths are columns: the field writer need not be told them with every posting.
    length_stats = False

    def per_document_writer(self, storage: Any, segment: ColumnarSegment) -> ColumnarDocumentWriter:
        return ColumnarDocumentWriter(segment_path(storage, segment, DOCUMENTS_SUFFIX), segment)

    def field_writer(self, storage: Any, segment: ColumnarSegment) -> ColumnarFieldWriter:
        return ColumnarFieldWriter(segment_path(storage, segment, TERMS_SUFFIX), segment)

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> ColumnarTermsReader:
        return ColumnarTermsReader(open_terms(storage, segment))

    def per_document_reader(self, storage: Any, segment: ColumnarSegment) -> ColumnarDocumentReader:
        return ColumnarDocumentReader(open_documents(storage, segment), segment)

    def new_segment(self, storage: Any, indexname: str) -> ColumnarSegment:
        return ColumnarSegment(indexname)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> NoReturn:
        raise NotImplementedError(_NO_POSTING_FILES)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> NoReturn:
        raise NotImplementedError(_NO_POSTING_FILES)

    def column_filename(self, segment: ColumnarSegment, fieldname: str) -> NoReturn:
        """What `whoosh.sorting.add_sortable` asks for. Segments never change once they are written."""
        raise NotImplementedError(
            f"a column cannot be added to a written segment: declare {fieldname!r} sortable and index anew"
        )
