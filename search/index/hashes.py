"""Which files has this process read whole, and what is the hash of each?

A published file never changes, and generations share segments by hard links: what was read once
need not be read again under another name. A file is the same as long as device, inode, size and
time of modification are; the time of change is not asked, because another link changes it.
Damage that happens to the disk after a file was read is not seen, nor would it be by a reader that
has the file's pages in memory.
"""

from __future__ import annotations

import hashlib
import mmap
from pathlib import Path

#: Bytes that are read and hashed at once. Other threads go on meanwhile; between two blocks this one
#: has to wait for them, which takes longer than the block if that is small.
_BLOCK = 4 << 20
#: More files than this are forgotten together.
_MOST = 4096
_hashes: dict[tuple[int, int, int, int], str] = {}


def sha256_of(path: Path) -> str:
    """The SHA-256 of the file's content, in hex. Raises `OSError`."""
    digest = hashlib.sha256()
    # Not from the heap, which would keep the space for the rest of the process.
    with mmap.mmap(-1, _BLOCK) as buffer, open(path, "rb", buffering=0) as file:
        while read := file.readinto(buffer):
            with memoryview(buffer) as block:
                digest.update(block[:read])
    return digest.hexdigest()


def hash_once(path: Path) -> str:
    """The same, read only if this process has not read the file yet. Raises `OSError`."""
    identity = _identity(path)
    found = _hashes.get(identity)
    if found is None:
        found = sha256_of(path)
        if len(_hashes) >= _MOST:
            _hashes.clear()
        _hashes[identity] = found
    return found


def known_hash(path: Path) -> str | None:
    """The hash of a file that this process has read; None of one that it has not. Raises `OSError`."""
    return _hashes.get(_identity(path))


def _identity(path: Path) -> tuple[int, int, int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
