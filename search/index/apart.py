"""Could one rotten file take every generation with it?

An update shares the segments that did not change with the generation before it, by hard links, and that with
the one before: after some updates all that are kept hold one and the same file, and blocks that rot are
rotten in all of them. So one of those behind the live one has a copy of its own of each such file. It is made
once, when the new generation is live already, and handed on by a rename when its generation is retired. A
clone of the file (reflink) would not do: it shares the blocks.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from search.errors import IndexDamaged
from search.index.hashes import hash_once, sha256_of
from search.index.links import copy
from search.index.manifest import sync_directory

#: A copy is made where it takes up no more than this part of what is free.
_SHARE_OF_FREE = 0.5


def keep_apart(live: Path, kept: Sequence[Path], retired: Sequence[Path], scratch: Path) -> None:
    """See to it that no file of `live` is also in all of `kept` (generations, oldest first).

    Copies are taken from `retired`, which is about to be deleted, or made by way of `scratch`, a path beside
    them. Without room for a copy nothing is done. Raises `OSError`, and `IndexDamaged` when a file is found
    to have changed; what is where it should be stays as it is in either case.
    """
    for path in shared_by_all(live, kept):
        target = kept[-1] / path.name
        spare = next((one for folder in retired if _is_copy(one := folder / path.name, path)), None)
        if spare is None:
            if path.stat().st_size > _SHARE_OF_FREE * shutil.disk_usage(live).free:
                continue
            spare = _copied(path, scratch)
        os.rename(spare, target)
        sync_directory(target.parent)


def shared_by_all(live: Path, kept: Sequence[Path]) -> list[Path]:
    """The files of `live` that are the very same in each of `kept`; none if nothing is kept."""
    if not kept:
        return []
    return [path for path in sorted(live.iterdir()) if all(_is_same(path, one / path.name) for one in kept)]


def _copied(path: Path, scratch: Path) -> Path:
    scratch.unlink(missing_ok=True)
    copy(path, scratch)
    if sha256_of(scratch) != hash_once(path):
        scratch.unlink()
        raise IndexDamaged(f"{path}: is not what it was when it was read; run `indexer check`")
    return scratch


def _is_same(path: Path, other: Path) -> bool:
    try:
        return os.path.samestat(path.lstat(), other.lstat())
    except OSError:
        return False


def _is_copy(other: Path, path: Path) -> bool:
    """Whether it is another file of the same name and size: names of segments are never given twice."""
    try:
        found, wanted = other.lstat(), path.lstat()
    except OSError:
        return False
    return (
        stat.S_ISREG(found.st_mode)
        and found.st_size == wanted.st_size
        and not os.path.samestat(found, wanted)
    )
