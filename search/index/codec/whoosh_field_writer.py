"""How do posting lists that Whoosh's writer hands over one posting at a time become arrays?

Whoosh sorts: fields, terms and documents arrive in order, and each field's columns only grow.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base

from search.index.codec.arrays import Array, write_arrays
from search.index.codec.lexicon import lexicon_arrays
from search.index.codec.whoosh_layout import WHOOSH_FORMAT
from search.index.codec.whoosh_values import ValueWriter


class ColumnarFieldWriter(base.FieldWriter):
    """Raises `TypeError`, naming the field, for posting formats that are none of Whoosh's own."""

    def __init__(self, path: Path, segment: Any) -> None:
        self._path = path
        self._segment = segment
        self._arrays: dict[str, Array] = {}
        self._fields: list[str] = []
        self._columns: _FieldColumns | None = None
        self._given = False
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Iterable[Any]) -> None:
        """All postings of the segment."""
        self._given = True
        super().add_postings(schema, lengths, items)

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        self._columns = _FieldColumns(fieldname, fieldobj.format)

    def start_term(self, text: bytes) -> None:
        self._open().terms.append(text)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        # Terms of a document that failed half-way are with Whoosh already; the document is not there.
        if docnum < self._segment.doc_count_all():
            self._open().add(docnum, weight, vbytes)

    def finish_term(self) -> None:
        columns = self._open()
        columns.ends.append(len(columns.docs))

    def finish_field(self) -> None:
        columns = self._open()
        self._fields.append(columns.name)
        self._arrays.update(columns.arrays())
        self._columns = None

    def close(self) -> None:
        """Write the file. Raises `OSError`. A writer that was cancelled leaves none."""
        if self._given:
            write_arrays(self._path, self._arrays, {"format": WHOOSH_FORMAT, "fields": self._fields})
        self.is_closed = True

    def _open(self) -> _FieldColumns:
        if self._columns is None:
            raise RuntimeError("no field was started")
        return self._columns


class _FieldColumns:
    """The growing posting lists of one field."""

    def __init__(self, name: str, format_: Any) -> None:
        self.name = name
        self.terms: list[bytes] = []
        self.ends = array("Q", (0,))
        self.docs = array("I")
        self._values = ValueWriter(name, format_)

    def add(self, docnum: int, weight: float, value: bytes) -> None:
        # Of several numbers in one document Whoosh gives equal ones, and equal parts, several times.
        if len(self.docs) > self.ends[-1] and self.docs[-1] == docnum:
            self._values.add_again(weight, value)
        else:
            self.docs.append(docnum)
            self._values.add(weight, value)

    def arrays(self) -> dict[str, Array]:
        return {
            **lexicon_arrays(f"{self.name}/terms", self.terms),
            f"{self.name}/start": np.array(self.ends, np.uint64),
            f"{self.name}/docs": np.array(self.docs, np.uint32),
            **self._values.arrays(self.name),
        }
