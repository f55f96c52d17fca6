"""How do arrays grow piece by piece on their way into a file, without being held in memory?

Each array has a file of its own, which begins when its first pieces have become too many to be
kept; at the end all are written behind one header, as `write_arrays` does it with arrays that are
at hand. What was added can be read meanwhile, mapped.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from search.index.codec.arrays import Array, ArrayData, write_array_data

#: Bytes of an array that are kept until they are written, and that are copied at once.
_KEPT, _COPIED = 1 << 17, 1 << 22


class _Growing:
    """One array: the pieces not yet written, behind those that are."""

    def __init__(self, path: Path, dtype: np.dtype[Any]) -> None:
        self._path = path
        self.dtype = dtype
        self.length = self.crc32 = 0
        self._kept: list[Array] = []
        self._kept_bytes = 0

    def append(self, piece: Array) -> None:
        piece = np.ascontiguousarray(piece, self.dtype)
        self.length += len(piece)
        self._kept.append(piece)
        self._kept_bytes += piece.nbytes
        if self._kept_bytes > _KEPT:
            self._write()

    def _write(self) -> None:
        with open(self._path, "ab", buffering=0) as file:
            for piece in self._kept:
                for part in _parts(piece):
                    self.crc32 = zlib.crc32(part, self.crc32)
                    while len(part):
                        part = part[file.write(part) :]
        self._kept, self._kept_bytes = [], 0

    def mapped(self) -> Array:
        if self._kept:
            self._write()
        if not self.length:
            return np.zeros(0, self.dtype)
        return np.memmap(self._path, self.dtype, "r", shape=(self.length,))

    def data(self) -> ArrayData:
        if self._path.exists() and self._kept:
            self._write()
        if self._path.exists():
            return ArrayData(self.dtype, self.length, self.crc32, self._copied())
        for piece in self._kept:
            self.crc32 = zlib.crc32(piece.data, self.crc32)
        return ArrayData(self.dtype, self.length, self.crc32, (piece.data.cast("B") for piece in self._kept))

    def _copied(self) -> Iterator[memoryview]:
        buffer = bytearray(_COPIED)
        with open(self._path, "rb", buffering=0) as file:
            while read := file.readinto(buffer):
                yield memoryview(buffer)[:read]
        # The space is needed for the next array's place in the file.
        self._path.unlink()


class ArraySpool(Mapping[str, Array]):
    """Arrays by name, in the order in which they were begun. To be used as a context, which ends with
    the files of the arrays."""

    def __init__(self, folder: Path) -> None:
        """`folder` must not exist. Raises `OSError`, as all methods do."""
        self._folder = folder
        self._arrays: dict[str, _Growing] = {}

    def __enter__(self) -> ArraySpool:
        self._folder.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def begin(self, name: str, dtype: npt.DTypeLike) -> None:
        """Begin an array, which is empty until something is added."""
        kind = np.dtype(dtype).newbyteorder("<")
        self._arrays[name] = _Growing(self._folder / str(len(self._arrays)), kind)

    def append(self, name: str, piece: Array) -> None:
        """Add elements to an array."""
        if len(piece):
            self._arrays[name].append(piece)

    def put(self, arrays: Mapping[str, Array]) -> None:
        """Begin arrays that are complete."""
        for name, array in arrays.items():
            self.begin(name, array.dtype)
            self.append(name, array)

    def length(self, name: str) -> int:
        """How many elements an array has by now."""
        return self._arrays[name].length

    def __getitem__(self, name: str) -> Array:
        """An array as it is by now, mapped from its file."""
        return self._arrays[name].mapped()

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def write(self, path: Path, meta: Mapping[str, Any]) -> None:
        """Write all arrays to a new file and flush it to the disk; nothing can be added any more."""
        write_array_data(path, {name: array.data() for name, array in self._arrays.items()}, meta)


def _parts(piece: Array) -> Iterator[memoryview]:
    data = piece.data.cast("B")
    for start in range(0, len(data), _COPIED):
        yield data[start : start + _COPIED]
