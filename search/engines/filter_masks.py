"""Which documents pass a filter expression? Expressions of `search/filters.py` as arrays of booleans."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Protocol

import numpy as np

from search.analysis.folding import fold, normalize
from search.filters import ID, AllOf, AnyOf, Exists, Filter, HasText, HasValue, NoneOf, Within
from search.index.codec.arrays import Array
from search.index.reader import IndexReader
from search.request import Range


class Columns(Protocol):
    """What is asked of an engine."""

    reader: IndexReader

    def accepted(self, name: str, accepted: tuple[str | Range, ...]) -> Array: ...

    def having(self, name: str, is_wanted: Callable[[str], bool]) -> Array: ...

    def document_number(self, document_id: str) -> int | None: ...


def passing(one: Filter, engine: Columns) -> Array:
    """A boolean per document of the index, deleted ones included: true where it passes."""
    if isinstance(one, AllOf):
        return reduce(np.logical_and, (passing(part, engine) for part in one.parts), _all(engine, True))
    if isinstance(one, AnyOf):
        return reduce(np.logical_or, (passing(part, engine) for part in one.parts), _all(engine, False))
    if isinstance(one, NoneOf):
        return ~passing(one.part, engine)
    if one.name == ID:
        return _by_id(one, engine)
    if isinstance(one, HasValue):
        return engine.accepted(one.name, one.values)
    if engine.reader.has_number(one.name):
        return _by_number(one, engine.reader.number_column(one.name))
    if isinstance(one, Within):
        return _all(engine, False)
    return engine.having(one.name, _test_of(one))


def _all(engine: Columns, value: bool) -> Array:
    return np.full(engine.reader.documents, value)


def _by_id(one: HasValue | Within | HasText | Exists, engine: Columns) -> Array:
    """Ids are looked up one by one: only those that are named can be asked for."""
    if not isinstance(one, HasValue):
        return _all(engine, isinstance(one, Exists))
    found = _all(engine, False)
    for value in one.values:
        number = engine.document_number(value)
        if number is not None:
            found[number] = True
    return found


def _by_number(one: Within | HasText | Exists, numbers: Array) -> Array:
    # Comparisons with NaN, which is no number, are false.
    passed: Array = ~np.isnan(numbers)
    if isinstance(one, HasText):
        return np.zeros_like(passed)
    if isinstance(one, Within) and one.low is not None:
        passed &= (numbers > one.low) if one.above else (numbers >= one.low)
    if isinstance(one, Within) and one.high is not None:
        passed &= (numbers < one.high) if one.below else (numbers <= one.high)
    return passed


def _test_of(one: HasText | Exists) -> Callable[[str], bool]:
    if isinstance(one, Exists):
        return lambda value: True
    wanted = fold(normalize(one.text))
    if one.at_start:
        return lambda value: fold(normalize(value)).startswith(wanted)
    return lambda value: wanted in fold(normalize(value))
