"""What is in the members of a ZIP file, without believing what it says of itself?

Nothing is unpacked onto the disk, so names that lead out of a folder lead nowhere. Sizes are counted
while unpacking: the declared ones may be lies.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from indexer.extract.reading import MEBIBYTE, UnusableSource

MOST_MEMBERS = 20_000
#: Bytes of all members together that are unpacked, and how many times its packed size one may be.
UNPACKED_LIMIT = 64 * MEBIBYTE
RATIO = 200
#: Small members may be as repetitive as they like.
_RATIO_FROM = MEBIBYTE
_CHUNK = MEBIBYTE // 4
_ENCRYPTED = 1


class Archive:
    """The members of a ZIP file by name, unpacked within limits that hold for all of them together."""

    def __init__(self, data: bytes) -> None:
        """Raises `UnusableSource` for what is no ZIP file, or has too many members."""
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
            raise UnusableSource(f"is not a valid ZIP file: {error}") from None
        members = self._file.infolist()
        if len(members) > MOST_MEMBERS:
            raise UnusableSource(f"holds more than {MOST_MEMBERS:,} files")
        self._members = {one.filename: one for one in members}
        self._left = UNPACKED_LIMIT

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """The bytes of a member. Raises `UnusableSource`, naming it."""
        member = self._members.get(name)
        if member is None:
            raise UnusableSource(f"holds no file {name[:100]!r}")
        if member.flag_bits & _ENCRYPTED:
            raise UnusableSource(f"is encrypted: {name[:100]!r} needs a password")
        pieces: list[bytes] = []
        size = 0
        try:
            with self._file.open(member) as stream:
                while piece := stream.read(_CHUNK):
                    pieces.append(piece)
                    size += len(piece)
                    self._check(name, size, member.compress_size)
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
            ValueError,
        ) as error:
            if isinstance(error, UnusableSource):
                raise
            raise UnusableSource(f"its part {name[:100]!r} cannot be unpacked: {error}") from None
        self._left -= size
        return b"".join(pieces)

    def _check(self, name: str, size: int, packed: int) -> None:
        if size > self._left:
            raise UnusableSource(
                f"unpacks to more than {UNPACKED_LIMIT // MEBIBYTE} MiB, the limit for this format"
            )
        if size > _RATIO_FROM and size > max(packed, 1) * RATIO:
            raise UnusableSource(f"its part {name[:100]!r} unpacks to more than {RATIO} times its size")
