"""Which files and arrays hold what Whoosh asks of a segment?

There are two kinds of segments. Those of the service are written in bulk, one file `SEGMENT.mls`,
with a lexicon per way that its zones share. Those that Whoosh's own writer makes, of any schema,
are two files, since Whoosh finishes documents before terms: `SEGMENT.documents.mls` and
`SEGMENT.terms.mls`, with a lexicon per field. Posting lists have the same arrays in both, so that
everything above this module is one code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.filedb.filestore import FileStorage

from search.errors import IndexDamaged
from search.index.codec.arrays import Array, ArrayFile
from search.index.codec.lexicon import Lexicon, SampledLexicon
from search.index.codec.segment_reader import SegmentReader
from search.index.codec.stored_values import decode_stored
from search.index.codec.whoosh_values import PostingValues, column_of
from search.index.schema import FIELDS

SEGMENT_SUFFIX = ".mls"
DOCUMENTS_SUFFIX, TERMS_SUFFIX = ".documents.mls", ".terms.mls"
#: Written into `meta`; the service's own segments have a number there, which keeps the two apart.
WHOOSH_FORMAT = "whoosh 1"


@dataclass(frozen=True)
class FieldTerms:
    """The terms of one field with their posting lists. Terms are numbered as in the lexicon, which
    may hold terms that do not occur in the field."""

    lexicon: Lexicon
    start: Array
    docs: Array
    values: PostingValues
    lengths: Array | None

    @classmethod
    def of(cls, file: ArrayFile, name: str, lexicon: Lexicon, lengths: Array | None) -> FieldTerms:
        return cls(
            lexicon, file[f"{name}/start"], file[f"{name}/docs"], PostingValues.of(file, name), lengths
        )

    @cached_property
    def occurring(self) -> Array:
        """The numbers of the terms that occur, ascending."""
        return np.flatnonzero(np.diff(self.start))

    def place(self, text: bytes) -> int:
        """The place in `occurring` of the first term that is not less than `text`."""
        return int(self.occurring.searchsorted(self.lexicon.position(text)))

    def span(self, text: bytes) -> tuple[int, int] | None:
        """The postings of the term, first and behind the last; None if it does not occur."""
        number = self.lexicon.find(text)
        if number < 0:
            return None
        first, last = self.start.item(number), self.start.item(number + 1)
        return (first, last) if last > first else None


@dataclass(frozen=True)
class SegmentDocuments:
    """What a segment knows of documents: `decode` makes stored fields of their bytes."""

    file: ArrayFile
    decode: Callable[[bytes], dict[str, Any]]

    @property
    def count(self) -> int:
        return int(self.file.meta["documents"])

    @cached_property
    def stored(self) -> Lexicon:
        return Lexicon.of(self.file, "stored")

    def lengths(self, fieldname: str) -> Array | None:
        """The length of the field in each document; None if no document has the field."""
        return column_of(self.file, f"{fieldname}/lengths")


def open_documents(storage: Any, segment: Any) -> SegmentDocuments:
    """Raises `IndexDamaged` when there is no such segment of this version."""
    whole = segment_path(storage, segment, SEGMENT_SUFFIX)
    if whole.exists():
        return SegmentDocuments(SegmentReader(whole).file, _document)
    return SegmentDocuments(_array_file(segment_path(storage, segment, DOCUMENTS_SUFFIX)), decode_stored)


def open_terms(storage: Any, segment: Any) -> dict[str, FieldTerms]:
    """Field → its terms. Raises `IndexDamaged` when there is no such segment of this version."""
    whole = segment_path(storage, segment, SEGMENT_SUFFIX)
    if whole.exists():
        reader = SegmentReader(whole)
        return {
            one.name: FieldTerms.of(reader.file, one.name, reader.lexicons[one.way], reader.lengths(one))
            for one in FIELDS
        }
    documents = open_documents(storage, segment)
    file = _array_file(segment_path(storage, segment, TERMS_SUFFIX))
    return {
        name: FieldTerms.of(file, name, SampledLexicon.of(file, f"{name}/terms"), documents.lengths(name))
        for name in file.meta["fields"]
    }


def segment_path(storage: Any, segment: Any, suffix: str) -> Path:
    """Where a segment's file lies. Raises `TypeError` for a storage that is no folder: the files are
    mapped into memory by the system."""
    if not isinstance(storage, FileStorage):
        raise TypeError(f"ColumnarCodec needs Whoosh's FileStorage, not {type(storage).__name__}")
    return Path(storage.folder) / str(segment.make_filename(suffix))


def _array_file(path: Path) -> ArrayFile:
    if not path.exists():
        # Whoosh tries again when a segment vanished between its table of contents and its file.
        raise FileNotFoundError(f"{path}: no such segment")
    file = ArrayFile(path)
    if file.meta.get("format") != WHOOSH_FORMAT:
        raise IndexDamaged(
            f"{path}: written in segment format {file.meta.get('format')!r}, "
            f"this version reads {WHOOSH_FORMAT!r}; index the documents anew"
        )
    return file


def _document(stored: bytes) -> dict[str, Any]:
    return {"document": stored.decode()}
