"""How much memory does a process hold?"""

from __future__ import annotations

import os
from pathlib import Path


def resident_megabytes(*processes: int) -> float:
    """Resident memory of these processes together; of this one if none is named."""
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in processes or (os.getpid(),))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def children_of(process: int) -> tuple[int, ...]:
    """The processes that `process` started and that still live."""
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return tuple(map(int, text.split()))
