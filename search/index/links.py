"""How does a file of one generation get into another without being copied?

Published files never change, so two generations may share them. Where the file system knows no hard
links, or allows no more of them, the file is copied.
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
        with open(source, "rb") as old, open(target, "xb") as new:
            shutil.copyfileobj(old, new, 1 << 20)
            new.flush()
            os.fsync(new.fileno())
