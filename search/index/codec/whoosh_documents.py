"""What does a segment know of each document: lengths, stored fields, columns, vectors, deletions?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from whoosh.codec import base

from search.index.codec import whoosh_columns
from search.index.codec.lexicon import Lexicon
from search.index.codec.whoosh_layout import SegmentDocuments
from search.index.codec.whoosh_matcher import ColumnarMatcher
from search.index.codec.whoosh_values import PostingValues


class ColumnarDocumentReader(base.PerDocumentReader):
    """Documents are numbered from 0, deleted ones included."""

    def __init__(self, documents: SegmentDocuments, segment: Any) -> None:
        self._documents = documents
        self._segment = segment
        self._count = documents.count

    def doc_count(self) -> int:
        return self._count - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        return self._count

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Iterable[int]:
        deleted: Iterable[int] = self._segment.deleted_docs()
        return deleted

    # Lengths

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._documents.lengths(fieldname)
        return default if lengths is None else lengths.item(docnum) or default

    def doc_field_length_reader(self, fieldname: str, default: int = 0) -> Callable[[int], int]:
        lengths = self._documents.lengths(fieldname)
        if lengths is None:
            return lambda docnum: default
        return lambda docnum: lengths.item(docnum) or default

    def field_length(self, fieldname: str) -> int:
        lengths = self._documents.lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum())

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._documents.lengths(fieldname)
        return 0 if lengths is None or not len(lengths) else int(lengths.min())

    def max_field_length(self, fieldname: str) -> int:
        lengths = self._documents.lengths(fieldname)
        return 0 if lengths is None or not len(lengths) else int(lengths.max())

    # Stored fields

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return self._documents.decode(self._documents.stored[docnum])

    # Columns

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return whoosh_columns.has_column(self._documents.file, fieldname)

    def list_columns(self) -> list[str]:
        return whoosh_columns.column_names(self._documents.file)

    def column_reader(self, fieldname: str, column: Any) -> Any:
        return whoosh_columns.column_reader(self._documents.file, fieldname, column, self._count)

    # Vectors

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        first, last = self._vector_bounds(docnum, fieldname)
        return last > first

    def vector(self, docnum: int, fieldname: str, format_: Any) -> ColumnarMatcher:
        """The terms of the document's field. Raises `KeyError` where it has no vector."""
        first, last = self._vector_bounds(docnum, fieldname)
        if first == last:
            raise KeyError(f"document {docnum} has no vector of field {fieldname!r}")
        name, file = f"vector/{fieldname}", self._documents.file
        terms = Lexicon.of(file, f"{name}/terms")
        texts = [terms[code].decode("utf-8", "surrogatepass") for code in file[f"{name}/codes"][first:last]]
        return ColumnarMatcher(texts, first, PostingValues.of(file, name), format_)

    def _vector_bounds(self, docnum: int, fieldname: str) -> tuple[int, int]:
        name = f"vector/{fieldname}/start"
        if name not in self._documents.file:
            return 0, 0
        start = self._documents.file[name]
        return start.item(docnum), start.item(docnum + 1)

    def close(self) -> None:
        """The mapped file is released with its last view."""
