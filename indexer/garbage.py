"""How often does Python look for garbage while documents are indexed?

What is collected for an index lives until it is written and forms no cycles, so looking through all
of it again and again finds nothing and takes a tenth of the time. Young objects are still looked
through, in large portions: memory cannot grow without bound if some library does make cycles.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

#: New objects until the young ones are looked through, and how many of such rounds until older ones
#: are; Python's own numbers are 700 (or 2,000), 10 and 10.
_THRESHOLDS = (200_000, 20, 50)


@contextlib.contextmanager
def few_collections() -> Iterator[None]:
    """Look for garbage seldom, and never among the objects there are already (tables, modules)."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
