"""How are Whoosh's columns, a value per document for sorting and facets, kept as arrays?

Five shapes hold all of Whoosh's column types: numbers, flags, one of few texts, any bytes, lists
of bytes. Each has a builder, which fills gaps with the column's default, and a reader.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from whoosh import columns

from search.index.codec.arrays import Array, ArrayFile
from search.index.codec.lexicon import Lexicon, blob_arrays, lexicon_arrays
from search.index.codec.stored_values import decode_stored, encode_stored


class ColumnBuilder:
    """Collects the values of one column, documents ascending, gaps allowed."""

    def __init__(self, name: str, column: Any) -> None:
        self.name = name
        self.column = column
        self._rows: list[Any] = []

    def encode(self, value: Any) -> Any:
        """The value as it will be kept. Raises `TypeError` or `ValueError` for one that cannot be."""
        raise NotImplementedError

    def default(self) -> Any:
        raise NotImplementedError

    def put(self, document: int, encoded: Any) -> None:
        self._fill(document)
        self._rows.append(encoded)

    def arrays(self, documents: int) -> dict[str, Array]:
        self._fill(documents)
        return self._arrays()

    def _fill(self, count: int) -> None:
        if len(self._rows) < count:
            self._rows.extend([self.default()] * (count - len(self._rows)))

    def _arrays(self) -> dict[str, Array]:
        raise NotImplementedError


def _bytes(name: str, value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"column {name!r} holds bytes, not {type(value).__name__}")
    return value


class _Numbers(ColumnBuilder):
    def __init__(self, name: str, column: Any) -> None:
        super().__init__(name, column)
        inner = column._child if isinstance(column, columns.ClampedNumericColumn) else column
        self._limits = None if inner is column else _limits(inner._typecode)
        self._default = inner._default
        self._pack = struct.Struct("<" + inner._typecode)
        self._dtype = _dtype(inner._typecode)

    def encode(self, value: Any) -> Any:
        if self._limits is not None:
            value = min(max(value, self._limits[0]), self._limits[1])
        try:
            return self._pack.pack(value)
        except struct.error as error:
            raise ValueError(f"column {self.name!r} cannot hold {value!r}: {error}") from None

    def default(self) -> bytes:
        return bytes(self._pack.pack(self._default))

    def _arrays(self) -> dict[str, Array]:
        return {f"number/{self.name}": np.frombuffer(b"".join(self._rows), self._dtype)}


class _Flags(ColumnBuilder):
    def encode(self, value: Any) -> bool:
        return bool(value)

    def default(self) -> bool:
        return False

    def _arrays(self) -> dict[str, Array]:
        return {f"number/{self.name}": np.array(self._rows, np.uint8)}


class _Dictionary(ColumnBuilder):
    def encode(self, value: Any) -> bytes:
        value = _bytes(self.name, value)
        length = self.column._fixedlen
        if length and len(value) != length:
            raise ValueError(f"column {self.name!r} holds {length} bytes, not {len(value)}")
        return bytes(value)

    def default(self) -> bytes:
        return bytes(self.column._default)

    def _arrays(self) -> dict[str, Array]:
        return _encoded(f"value/{self.name}", self._rows)


class _Blobs(ColumnBuilder):
    def encode(self, value: Any) -> bytes:
        return _bytes(self.name, value)

    def default(self) -> bytes:
        return b""

    def _arrays(self) -> dict[str, Array]:
        return blob_arrays(f"bytes/{self.name}", self._rows)


class _FixedBytes(_Dictionary):
    def _arrays(self) -> dict[str, Array]:
        return blob_arrays(f"bytes/{self.name}", self._rows)


class _Structs(_Blobs):
    def encode(self, value: Any) -> bytes:
        try:
            return bytes(_struct(self.column).pack(*value))
        except struct.error as error:
            raise ValueError(f"column {self.name!r} cannot hold {value!r}: {error}") from None

    def default(self) -> bytes:
        return bytes(_struct(self.column).pack(*self.column._default))


class _Objects(_Blobs):
    """What Whoosh pickles, as JSON."""

    def encode(self, value: Any) -> bytes:
        return b"" if value is None else encode_stored({self.name: value})


class _Lists(ColumnBuilder):
    def encode(self, value: Any) -> list[bytes]:
        length = getattr(self.column, "_fixedlen", 0)
        rows = [_bytes(self.name, one) for one in value]
        if length and any(len(one) != length for one in rows):
            raise ValueError(f"column {self.name!r} holds lists of {length} bytes each")
        return rows

    def default(self) -> list[bytes]:
        return []

    def _arrays(self) -> dict[str, Array]:
        start = np.zeros(len(self._rows) + 1, np.uint64)
        np.cumsum([len(row) for row in self._rows], out=start[1:])
        flat = [one for row in self._rows for one in row]
        return {**_encoded(f"value/{self.name}", flat), f"value/{self.name}/start": start}


def _encoded(name: str, values: list[bytes]) -> dict[str, Array]:
    distinct = sorted(set(values))
    number = {value: place for place, value in enumerate(distinct)}
    codes = array("I", map(number.__getitem__, values))
    return {**lexicon_arrays(name, distinct), f"{name}/codes": np.array(codes, np.uint32)}


def _dtype(typecode: str) -> np.dtype[Any]:
    size = struct.calcsize("<" + typecode)
    kind = "f" if typecode in "fd" else "i" if typecode.islower() else "u"
    return np.dtype(f"<{kind}{size}")


def _limits(typecode: str) -> tuple[float, float]:
    dtype = _dtype(typecode)
    if dtype.kind == "f":
        return float(np.finfo(dtype).min), float(np.finfo(dtype).max)
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)


def _struct(column: Any) -> struct.Struct:
    return struct.Struct("<" + column._spec.lstrip("@=<>!"))


# Readers


class _Reader(columns.ColumnReader):
    """Base: `column` says how the values are to be understood, `documents` how many rows there are."""

    def __init__(self, file: ArrayFile, name: str, column: Any, documents: int) -> None:
        self._doccount = documents
        self._column = column
        self._open(file, name)

    def _open(self, file: ArrayFile, name: str) -> None:
        raise NotImplementedError


class _NumberReader(_Reader):
    _reverse = False

    def _open(self, file: ArrayFile, name: str) -> None:
        self._numbers = file[f"number/{name}"]

    def __getitem__(self, docnum: int) -> Any:
        return self._numbers.item(docnum)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._numbers.tolist())

    def sort_key(self, docnum: int) -> Any:
        key = self._numbers.item(docnum)
        return 0 - key if self._reverse else key

    def load(self) -> Any:
        return self._numbers.tolist()

    def set_reverse(self) -> None:
        self._reverse = True


class _FlagReader(_NumberReader):
    def __getitem__(self, docnum: int) -> bool:
        return bool(self._numbers.item(docnum))

    def __iter__(self) -> Iterator[bool]:
        return map(bool, self._numbers.tolist())

    def sort_key(self, docnum: int) -> Any:
        return int(self[docnum] ^ self._reverse)

    def load(self) -> list[bool]:
        return list(self)


class _DictionaryReader(_Reader):
    def _open(self, file: ArrayFile, name: str) -> None:
        self._texts = Lexicon.of(file, f"value/{name}").all()
        self._codes = file[f"value/{name}/codes"]

    def __getitem__(self, docnum: int) -> Any:
        return self._texts[self._codes.item(docnum)]

    def __iter__(self) -> Iterator[bytes]:
        return map(self._texts.__getitem__, self._codes.tolist())


class _BlobReader(_Reader):
    def _open(self, file: ArrayFile, name: str) -> None:
        self._blobs = Lexicon.of(file, f"bytes/{name}")

    def __getitem__(self, docnum: int) -> Any:
        return self._blobs[docnum]


class _StructReader(_BlobReader):
    def __getitem__(self, docnum: int) -> Any:
        return _struct(self._column).unpack(self._blobs[docnum])


class _ObjectReader(_BlobReader):
    def __getitem__(self, docnum: int) -> Any:
        return next(iter(decode_stored(self._blobs[docnum]).values()), None)


class _ListReader(_DictionaryReader):
    def _open(self, file: ArrayFile, name: str) -> None:
        super()._open(file, name)
        self._start = file[f"value/{name}/start"]

    def __getitem__(self, docnum: int) -> Any:
        codes = self._codes[self._start.item(docnum) : self._start.item(docnum + 1)]
        return [self._texts[code] for code in codes.tolist()]

    def __iter__(self) -> Iterator[Any]:
        return map(self.__getitem__, range(self._doccount))

    def sort_key(self, docnum: int) -> Any:
        return (self[docnum] or [b""])[0]


#: Builder, reader, and the array by which a column of this shape is known.
_Shape = tuple[type[ColumnBuilder], type[_Reader], str]
_SHAPES: dict[type, _Shape] = {
    columns.NumericColumn: (_Numbers, _NumberReader, "number/{}"),
    columns.ClampedNumericColumn: (_Numbers, _NumberReader, "number/{}"),
    columns.BitColumn: (_Flags, _FlagReader, "number/{}"),
    columns.RefBytesColumn: (_Dictionary, _DictionaryReader, "value/{}/codes"),
    columns.VarBytesColumn: (_Blobs, _BlobReader, "bytes/{}/offsets"),
    columns.CompressedBytesColumn: (_Blobs, _BlobReader, "bytes/{}/offsets"),
    columns.CompressedBlockColumn: (_Blobs, _BlobReader, "bytes/{}/offsets"),
    columns.FixedBytesColumn: (_FixedBytes, _BlobReader, "bytes/{}/offsets"),
    columns.StructColumn: (_Structs, _StructReader, "bytes/{}/offsets"),
    columns.PickleColumn: (_Objects, _ObjectReader, "bytes/{}/offsets"),
    columns.VarBytesListColumn: (_Lists, _ListReader, "value/{}/start"),
    columns.FixedBytesListColumn: (_Lists, _ListReader, "value/{}/start"),
}
_ARRAYS: tuple[str, ...] = tuple(dict.fromkeys(array_name for _, _, array_name in _SHAPES.values()))


def column_builder(name: str, column: Any) -> ColumnBuilder:
    """Raises `TypeError` for a column type that is none of Whoosh's own."""
    return _shape(name, column)[0](name, column)


def column_reader(file: ArrayFile, name: str, column: Any, documents: int) -> Any:
    """The column's values as this type of column. Raises `TypeError` for a type that is none of
    Whoosh's own or not the one that was written."""
    _, reader, array_name = _shape(name, column)
    if array_name.format(name) not in file:
        raise TypeError(
            f"column {name!r} was not written as {type(column).__name__}; index the documents anew"
        )
    return reader(file, name, column, documents)


def has_column(file: ArrayFile, name: str) -> bool:
    return any(array_name.format(name) in file for array_name in _ARRAYS)


def column_names(file: ArrayFile) -> list[str]:
    """The names of all columns in the file."""
    return sorted(set(_names(file.names())))


def _names(arrays: Iterable[str]) -> Iterator[str]:
    for array_name in arrays:
        for shape in _ARRAYS:
            before, after = shape.split("{}")
            if array_name.startswith(before) and array_name.endswith(after):
                yield array_name[len(before) : len(array_name) - len(after)]


def _shape(name: str, column: Any) -> _Shape:
    shape = _SHAPES.get(type(column))
    if shape is None:
        known = ", ".join(sorted(one.__name__ for one in _SHAPES))
        raise TypeError(
            f"column {name!r}: {type(column).__name__} cannot be kept as arrays; use one of {known}"
        )
    return shape
