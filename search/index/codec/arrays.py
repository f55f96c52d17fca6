"""How are arrays kept in a file so that many processes can share them?

One file holds named, one-dimensional, little-endian arrays behind a small header:

    8 bytes   magic "MLSARR01"
    4 bytes   length of the header, unsigned
    4 bytes   CRC-32 of the header
    header    JSON: {"arrays": {name: {"dtype", "length", "offset", "crc32"}}, "meta": {…}}
    data      each array at a multiple of 64 bytes

Reading maps the file into memory, so workers share its pages and opening costs the header only.
Nothing is pickled. See docs/index-format.md.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from search.errors import IndexDamaged

MAGIC = b"MLSARR01"
_ALIGNMENT = 64
_DTYPES = frozenset(
    ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float32", "float64")
)

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class ArrayData:
    """What is written of an array: its bytes, in pieces, are asked for once, after all checksums."""

    dtype: np.dtype[Any]
    length: int
    crc32: int
    pieces: Iterable[memoryview]


def write_arrays(path: Path, arrays: Mapping[str, Array], meta: Mapping[str, Any] | None = None) -> None:
    """Write the arrays to a new file and flush it to the disk.

    Raises `ValueError` for a dtype outside the format and `OSError` as the system gives it.
    """
    data: dict[str, ArrayData] = {}
    for name, array in arrays.items():
        flat = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(-1)
        crc32 = zlib.crc32(flat.view(np.uint8).data) if flat.size else 0
        data[name] = ArrayData(array.dtype, int(flat.size), crc32, (flat.data,))
    write_array_data(path, data, meta or {})


def write_array_data(path: Path, arrays: Mapping[str, ArrayData], meta: Mapping[str, Any]) -> None:
    """The same of arrays that are given piece by piece. Raises as `write_arrays` does."""
    entries: dict[str, dict[str, Any]] = {}
    offset = 0
    for name, one in arrays.items():
        if one.dtype.name not in _DTYPES:
            raise ValueError(f"array {name!r}: dtype {one.dtype} is not part of the format")
        entries[name] = {
            "dtype": one.dtype.name,
            "length": one.length,
            "offset": offset,
            "crc32": one.crc32,
        }
        offset = _aligned(offset + one.length * one.dtype.itemsize)
    header = json.dumps({"arrays": entries, "meta": dict(meta)}, separators=(",", ":")).encode()
    with open(path, "xb") as file:
        file.write(
            MAGIC + len(header).to_bytes(4, "little") + zlib.crc32(header).to_bytes(4, "little") + header
        )
        start = _aligned(file.tell())
        for name, one in arrays.items():
            file.write(b"\0" * (start + entries[name]["offset"] - file.tell()))
            for piece in one.pieces:
                file.write(piece)
        file.flush()
        os.fsync(file.fileno())


class ArrayFile:
    """The arrays of one file, mapped read-only. Raises `IndexDamaged` when the file is not one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with open(path, "rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"{path}: cannot be opened: {error}") from None
        head = self._map[:16]
        length = int.from_bytes(head[8:12], "little")
        header = self._map[16 : 16 + length]
        if head[:8] != MAGIC:
            raise IndexDamaged(f"{path}: not an array file of this version (expected {MAGIC.decode()})")
        if len(header) != length or zlib.crc32(header) != int.from_bytes(head[12:16], "little"):
            raise IndexDamaged(f"{path}: the header does not match its checksum")
        parsed = json.loads(header)
        self.meta: dict[str, Any] = parsed["meta"]
        self._entries: dict[str, dict[str, Any]] = parsed["arrays"]
        self._start = _aligned(16 + length)
        self._views: dict[str, Array] = {}
        end = max(
            (self._start + one["offset"] + self._bytes(one) for one in self._entries.values()), default=0
        )
        if end > len(self._map):
            raise IndexDamaged(f"{path}: {len(self._map)} bytes, but its header speaks of {end}")

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __getitem__(self, name: str) -> Array:
        """The array called `name`; a view of the mapped file, not a copy."""
        view = self._views.get(name)
        if view is None:
            entry = self._entries[name]
            dtype = np.dtype(entry["dtype"]).newbyteorder("<")
            view = np.frombuffer(self._map, dtype, entry["length"], self._start + entry["offset"])
            self._views[name] = view
        return view

    def names(self) -> list[str]:
        return list(self._entries)

    def let_go(self) -> None:
        """Give back the memory that holds what was read; what is asked for next is read again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def damaged(self) -> list[str]:
        """Names of the arrays whose bytes differ from their checksum; reads the whole file."""
        return [
            name
            for name, entry in self._entries.items()
            if entry["length"] and zlib.crc32(self[name].view(np.uint8).data) != entry["crc32"]
        ]

    @staticmethod
    def _bytes(entry: dict[str, Any]) -> int:
        return int(np.dtype(entry["dtype"]).itemsize) * int(entry["length"])


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT
