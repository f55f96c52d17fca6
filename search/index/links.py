"""How does a file of one generation get into another without being copied?

Published files never change, so two generations may share them. Where the file system knows no hard
links, or allows no more of them, the file is copied. That not all generations share one file is seen to
elsewhere (`apart.py`).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def link_or_copy(source: Path, target: Path) -> None:
    """Make `source` known under a second, new path. A copy is flushed to the disk. Raises `OSError`."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        copy(source, target)


def copy(source: Path, target: Path) -> None:
    """Write the bytes of `source` a second time, under a new path, and flush them. Raises `OSError`."""
    # Not by `shutil.copy` or the like, which may clone the file where the file system can.
    with open(source, "rb") as old, open(target, "xb") as new:
        shutil.copyfileobj(old, new, 1 << 20)
        new.flush()
        os.fsync(new.fileno())
