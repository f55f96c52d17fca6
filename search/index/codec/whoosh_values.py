"""What does a posting say besides its document: weight, frequency, positions, characters, boosts?

Whoosh hands these over as one string of bytes per posting, in which all but the simplest formats
pickle them. We take the string apart before it reaches the disk, keep columns, and put it together
again for readers that ask for the string.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh import formats
from whoosh.system import _INT_SIZE, pack_uint, unpack_uint

from search.index.codec.arrays import Array, ArrayFile

#: format → the columns it needs besides the weight, in the order of what the format encodes
_COLUMNS: dict[type, tuple[str, ...]] = {
    formats.Existence: (),
    formats.Frequency: ("freqs",),
    formats.Positions: ("positions",),
    formats.Characters: ("positions", "start_chars", "end_chars"),
    formats.PositionBoosts: ("positions", "boosts"),
    formats.CharacterBoosts: ("positions", "start_chars", "end_chars", "boosts"),
}
#: format → what its `decode_…` method is called that returns all it holds
_WHOLE: dict[type, str] = {
    formats.Positions: "positions",
    formats.Characters: "characters",
    formats.PositionBoosts: "position_boosts",
    formats.CharacterBoosts: "character_boosts",
}
_TYPES = {"freqs": "I", "positions": "I", "start_chars": "I", "end_chars": "I", "boosts": "d"}


class ValueWriter:
    """Collects weights and values of the postings of one field, in order.

    Raises `TypeError` for a format that is none of Whoosh's own: its bytes could be anything.
    """

    def __init__(self, field: str, format_: Any) -> None:
        names = _COLUMNS.get(type(format_))
        if names is None:
            raise TypeError(
                f"field {field!r}: postings in the format {type(format_).__name__} cannot be kept as "
                f"columns; use one of {', '.join(sorted(one.__name__ for one in _COLUMNS))}"
            )
        self._columns = {name: array(_TYPES[name]) for name in names}
        self._ends = array("Q", (0,)) if "positions" in names else None
        self._weights = array("f")
        whole = _WHOLE.get(type(format_))
        self._decode = None if whole is None else format_.decoder(whole)
        if "freqs" in names:
            self._decode = _leading_frequency

    def add(self, weight: float, value: bytes) -> None:
        """The next posting."""
        self._weights.append(weight)
        self._extend(value, first=True)

    def add_again(self, weight: float, value: bytes) -> None:
        """More of the posting before: the same term was given twice for one document."""
        if self._decode is not None:
            self._weights[-1] += weight
        self._extend(value, first=False)

    def _extend(self, value: bytes, *, first: bool) -> None:
        if self._decode is None:
            return
        held = self._decode(value)
        if self._ends is None:
            freqs = self._columns["freqs"]
            if first:
                freqs.append(held)
            else:
                freqs[-1] += held
            return
        columns = list(self._columns.values())
        if len(columns) == 1:
            columns[0].extend(held)
        else:
            for row in held:
                for column, one in zip(columns, row, strict=True):
                    column.append(one)
        if first:
            self._ends.append(len(columns[0]))
        else:
            self._ends[-1] = len(columns[0])

    def arrays(self, name: str) -> dict[str, Array]:
        """The columns, as `NAME/…`. Weights are left out where they are the frequencies."""
        columns = {
            part: np.array(column, np.dtype(column.typecode)) for part, column in self._columns.items()
        }
        if self._ends is not None:
            columns["position_start"] = np.array(self._ends, np.uint64)
            frequencies = np.diff(columns["position_start"])
        else:
            frequencies = columns.get("freqs", np.ones(len(self._weights), np.uint32))
        weights = np.array(self._weights, np.float32)
        if not np.array_equal(weights, frequencies):
            columns["weights"] = weights
        return {f"{name}/{part}": column for part, column in columns.items()}


def _leading_frequency(value: bytes) -> int:
    """Whoosh gives words for spelling the value of the text's format, whose first part this is."""
    return int(unpack_uint(value[:_INT_SIZE])[0]) if value else 1


@dataclass(frozen=True, slots=True)
class PostingValues:
    """Read access by number of posting. A column is None where the field has none."""

    name: str
    weights: Array | None
    freqs: Array | None
    position_start: Array | None
    positions: Array | None
    start_chars: Array | None
    end_chars: Array | None
    boosts: Array | None

    @classmethod
    def of(cls, file: ArrayFile, name: str) -> PostingValues:
        parts = ("weights", "freqs", "position_start", "positions", "start_chars", "end_chars", "boosts")
        return cls(name, *(column_of(file, f"{name}/{part}") for part in parts))

    def weight(self, first: int, last: int) -> Array:
        """Weights of the postings first … last-1."""
        if self.weights is not None:
            return self.weights[first:last]
        return self.frequencies(first, last)

    def frequencies(self, first: int, last: int) -> Array:
        """How often the term occurs, of the postings first … last-1; 1 where only existence is known."""
        if self.freqs is not None:
            return self.freqs[first:last]
        if self.position_start is not None:
            return np.diff(self.position_start[first : last + 1])
        return np.ones(last - first, np.uint32)

    def encoded(self, posting: int, format_: Any) -> bytes:
        """The value as Whoosh's format encodes it. Raises `ValueError` when the field was not written
        with what this format needs."""
        kind = type(format_)
        if kind is formats.Existence:
            return b""
        if kind is formats.Frequency:
            return bytes(pack_uint(int(self.frequencies(posting, posting + 1)[0])))
        held = format_.encode(self._rows(posting, kind))
        return bytes(held[0] if isinstance(held, tuple) else held)

    def decoded(self, posting: int, format_: Any, form: str) -> Any:
        """The value as `form`, which the format supports: "positions", "frequency" …"""
        if form == "positions":
            return self._column("positions")[self._bounds(posting)].tolist()
        if form == "frequency":
            return int(self.frequencies(posting, posting + 1)[0])
        if form == "characters":
            return self._rows(posting, formats.Characters)
        return format_.decoder(form)(self.encoded(posting, format_))

    def _rows(self, posting: int, kind: type) -> list[Any]:
        span = self._bounds(posting)
        columns = [self._column(part)[span].tolist() for part in _COLUMNS.get(kind, ("positions",))]
        return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))

    def _bounds(self, posting: int) -> slice:
        start = self._column("position_start")
        return slice(start.item(posting), start.item(posting + 1))

    def _column(self, part: str) -> Array:
        column: Array | None = getattr(self, part)
        if column is None:
            held = part.replace("position_start", "positions")
            raise ValueError(f"{self.name}: the postings on the disk hold no {held}; the schema has changed")
        return column


def column_of(file: ArrayFile, name: str) -> Array | None:
    """The array, or None where the file has none of this name."""
    if name not in file:
        return None
    return file[name]
