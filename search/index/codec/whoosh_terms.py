"""Which terms does a segment have, and where do they occur? As Whoosh asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from search.index.codec.whoosh_layout import FieldTerms
from search.index.codec.whoosh_matcher import ColumnarMatcher

#: Statistics of so many terms are kept: a query asks for those of each of its terms several times.
_REMEMBERED = 1024


class ColumnarTermsReader(base.TermsReader):
    """Terms and posting lists. A field that no document of the segment has is a field without terms."""

    def __init__(self, fields: Mapping[str, FieldTerms]) -> None:
        self._fields = fields
        self._statistics = lru_cache(maxsize=_REMEMBERED)(self._count)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        fieldname, text = term
        return fieldname in self._fields and self._fields[fieldname].span(text) is not None

    def indexed_field_names(self) -> list[str]:
        return sorted(self._fields)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for fieldname in self.indexed_field_names():
            yield from self.terms_from(fieldname, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of the field that are not less than `prefix`."""
        field = self._fields.get(fieldname)
        if field is None:
            return
        for number in field.occurring[field.place(prefix) :].tolist():
            yield fieldname, field.lexicon[number]

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for term in self.terms():
            yield term, self.term_info(*term)

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for term in self.terms_from(fieldname, prefix):
            yield term, self.term_info(*term)

    def cursor(self, fieldname: str, fieldobj: Any) -> base.FieldCursor:
        field = self._fields.get(fieldname)
        return base.EmptyCursor() if field is None else ColumnarCursor(self, fieldname, field, fieldobj)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        # A new object each time: Whoosh's `MultiReader` writes into it.
        return TermInfo(*self._statistics(fieldname, text))

    def _count(self, fieldname: str, text: bytes) -> tuple[float, int, int, int, float, int, int]:
        field, first, last = self._postings(fieldname, text)
        docs, weights = field.docs[first:last], field.values.weight(first, last)
        shortest = longest = 0
        if field.lengths is not None:
            lengths = field.lengths[docs]
            shortest, longest = int(lengths.min()), int(lengths.max())
        weight = float(weights.sum(dtype=float))
        return weight, last - first, shortest, longest, float(weights.max()), int(docs[0]), int(docs[-1])

    def frequency(self, fieldname: str, text: bytes) -> float:
        return self._statistics(fieldname, text)[0] if (fieldname, text) in self else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        span = self._fields[fieldname].span(text) if fieldname in self._fields else None
        return 0 if span is None else span[1] - span[0]

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ColumnarMatcher:
        field, first, last = self._postings(fieldname, text)
        return ColumnarMatcher(
            field.docs[first:last],
            first,
            field.values,
            format_,
            lengths=field.lengths,
            term=(fieldname, text),
            scorer=scorer,
        )

    def _postings(self, fieldname: str, text: bytes) -> tuple[FieldTerms, int, int]:
        field = self._fields.get(fieldname)
        span = None if field is None else field.span(text)
        if field is None or span is None:
            raise TermNotFound(f"{fieldname}:{text!r}")
        return field, *span

    def close(self) -> None:
        """The mapped files are released with the last view of them. What is kept for terms refers to
        this reader, which would otherwise stay until Python looks for cycles."""
        self._fields = {}
        self._statistics.cache_clear()


class ColumnarCursor(base.FieldCursor):
    """A place in the sorted terms of a field, for spelling: at the first term, to begin with."""

    def __init__(self, reader: ColumnarTermsReader, fieldname: str, field: FieldTerms, fieldobj: Any) -> None:
        self._reader = reader
        self._fieldname = fieldname
        self._field = field
        self._fieldobj = fieldobj
        self._place = 0

    def first(self) -> Any:
        self._place = 0
        return self.text()

    def find(self, term: Any) -> Any:
        """Go to the first term that is not less than this one."""
        text = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._place = self._field.place(text)
        return self.text()

    def next(self) -> Any:
        self._place = min(self._place + 1, len(self._field.occurring))
        return self.text()

    def text(self) -> Any:
        """The term as the field shows it, or None behind the last."""
        return self._fieldobj.from_bytes(self._bytes()) if self.is_valid() else None

    def term_info(self) -> TermInfo | None:
        return self._reader.term_info(self._fieldname, self._bytes()) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._place < len(self._field.occurring)

    def _bytes(self) -> bytes:
        return self._field.lexicon[self._field.occurring.item(self._place)]
