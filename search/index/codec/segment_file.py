"""What does every segment file hold besides what it was made from?

However a segment comes about, written or merged, it is finished here: with what is worked out from
its arrays once, so that nobody who opens it has to.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from search.index.codec.array_spool import ArraySpool
from search.index.codec.arrays import Array, write_arrays
from search.index.codec.completions import weight_pyramid
from search.index.codec.spelling_lists import spelling_arrays
from search.index.schema import FIELDS

FORMAT_VERSION = 3


def write_segment(path: Path, arrays: Mapping[str, Array], documents: int) -> None:
    """Write a segment to a new file: `arrays` as they are listed in docs/index-format.md, but those
    that this module adds. Raises `OSError`."""
    write_arrays(path, {**arrays, **_worked_out(arrays)}, _meta(arrays, documents))


def write_spooled_segment(path: Path, spool: ArraySpool, documents: int) -> None:
    """The same of arrays that were spooled. Raises `OSError`."""
    spool.put(_worked_out(spool))
    spool.write(path, _meta(spool, documents))


def _worked_out(arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {"suggest/maxima": weight_pyramid(arrays["suggest/weights"]), **spelling_arrays(arrays)}


def _meta(arrays: Mapping[str, Array], documents: int) -> dict[str, object]:
    lengths = {one.name: arrays[f"{one.name}/lengths"] for one in FIELDS}
    return {
        "format": FORMAT_VERSION,
        "documents": documents,
        "lengths": {
            name: (int(column.sum(dtype=np.uint64)), int(np.count_nonzero(column)))
            for name, column in lengths.items()
        },
    }
