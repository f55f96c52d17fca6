"""How do documents that Whoosh's writer adds one by one become arrays?

Everything is collected in memory and written as one file at the end; what a cancelled document
left is dropped.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base

from search.index.codec.arrays import Array, write_arrays
from search.index.codec.lexicon import blob_arrays, lexicon_arrays
from search.index.codec.stored_values import encode_stored
from search.index.codec.whoosh_columns import ColumnBuilder, column_builder
from search.index.codec.whoosh_layout import WHOOSH_FORMAT
from search.index.codec.whoosh_values import ValueWriter


class ColumnarDocumentWriter(base.PerDocumentWriter):
    """Lengths, stored fields, columns and vectors. Raises `TypeError` or `ValueError`, naming the field,
    for values that cannot be kept."""

    def __init__(self, path: Path, segment: Any) -> None:
        self._path = path
        self._segment = segment
        self._stored: list[bytes] = []
        self._lengths: dict[str, array[int]] = {}
        self._columns: dict[str, ColumnBuilder] = {}
        self._vectors: dict[str, _VectorBuilder] = {}
        #: Of the document that is open: its stored fields, and what is to be done once it is finished.
        self._fields: dict[str, Any] | None = None
        self._pending: list[Callable[[], None]] = []
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        """Raises `RuntimeError` when the document before was not finished: adding it had failed, and
        its terms are with Whoosh already, so that the writer cannot go on."""
        if self._fields is not None:
            raise RuntimeError(f"document {len(self._stored)} was not finished; cancel this writer")
        if docnum != len(self._stored):
            raise RuntimeError(f"documents come in order: {len(self._stored)} is next, not {docnum}")
        self._fields = {}

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        if value is not None:
            # Looked at now, so that the error appears with its document.
            encode_stored({fieldname: value})
            self._open_fields()[fieldname] = value
        if length:
            self._pending.append(lambda: self._add_length(fieldname, length))

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        builder = self._columns.get(fieldname)
        if builder is None:
            builder = self._columns[fieldname] = column_builder(fieldname, columnobj)
        encoded = builder.encode(value)
        self._pending.append(lambda: builder.put(len(self._stored), encoded))

    def add_vector_items(
        self, fieldname: str, fieldobj: Any, items: Iterable[tuple[str, float, bytes]]
    ) -> None:
        held = list(items)
        if not held:
            return
        builder = self._vectors.get(fieldname)
        if builder is None:
            builder = self._vectors[fieldname] = _VectorBuilder(fieldname, fieldobj.vector)
        self._pending.append(lambda: builder.put(len(self._stored), held))

    def finish_doc(self) -> None:
        stored = encode_stored(self._open_fields())
        for put in self._pending:
            put()
        self._stored.append(stored)
        self.cancel_doc()

    def cancel_doc(self) -> None:
        """Forget the open document."""
        self._fields = None
        self._pending.clear()

    def close(self) -> None:
        """Write the file. Raises `OSError`."""
        self.cancel_doc()
        count = len(self._stored)
        self._segment.set_doc_count(count)
        arrays = blob_arrays("stored", self._stored)
        for name, lengths in self._lengths.items():
            arrays[f"{name}/lengths"] = _filled(lengths, count)
        for builder in self._columns.values():
            arrays.update(builder.arrays(count))
        for vector in self._vectors.values():
            arrays.update(vector.arrays(count))
        write_arrays(self._path, arrays, {"format": WHOOSH_FORMAT, "documents": count})
        self.is_closed = True

    def _open_fields(self) -> dict[str, Any]:
        if self._fields is None:
            raise RuntimeError("no document was started")
        return self._fields

    def _add_length(self, fieldname: str, length: int) -> None:
        lengths = self._lengths.setdefault(fieldname, array("I"))
        document = len(self._stored)
        lengths.extend([0] * (document + 1 - len(lengths)))
        lengths[document] += length


class _VectorBuilder:
    def __init__(self, fieldname: str, format_: Any) -> None:
        self._name = f"vector/{fieldname}"
        self._numbers: dict[str, int] = {}
        self._codes = array("I")
        self._ends = array("Q", (0,))
        self._values = ValueWriter(fieldname, format_)

    def put(self, document: int, items: Iterable[tuple[str, float, bytes]]) -> None:
        self._fill(document)
        for text, weight, value in items:
            self._codes.append(self._numbers.setdefault(text, len(self._numbers)))
            self._values.add(weight, value)
        self._ends.append(len(self._codes))

    def arrays(self, documents: int) -> dict[str, Array]:
        self._fill(documents)
        encoded = {text.encode("utf-8", "surrogatepass"): number for text, number in self._numbers.items()}
        terms = sorted(encoded)
        sorted_number = np.empty(len(terms), np.uint32)
        sorted_number[[encoded[term] for term in terms]] = np.arange(len(terms), dtype=np.uint32)
        return {
            **lexicon_arrays(f"{self._name}/terms", terms),
            f"{self._name}/start": np.array(self._ends, np.uint64),
            f"{self._name}/codes": sorted_number[np.array(self._codes, np.uint32)],
            **self._values.arrays(self._name),
        }

    def _fill(self, documents: int) -> None:
        self._ends.extend([len(self._codes)] * (documents + 1 - len(self._ends)))


def _filled(values: array[int], count: int) -> Array:
    filled = np.zeros(count, np.uint32)
    filled[: len(values)] = values
    return filled
