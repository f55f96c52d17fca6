"""What was worked out before and may be asked for again, within a bound of memory.

Two dictionaries instead of an order of all entries: new ones go to the young one; when that has
half the bytes it becomes the old one, and what nobody asked for in the meantime is forgotten.
A look-up that succeeds is one dictionary access, which matters where keys are long to hash.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class RecentlyUsed(Generic[Key, Value]):
    """At most `limit` bytes of values, by the sizes that `keep` is told."""

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._young: dict[Key, tuple[Value, int]] = {}
        self._old: dict[Key, tuple[Value, int]] = {}
        self._young_bytes = 0

    def get(self, key: Key) -> Value | None:
        """The value, or None where it was never kept or is forgotten."""
        entry = self._young.get(key)
        if entry is None:
            entry = self._old.get(key)
            if entry is None:
                return None
            self._keep(key, entry)
        return entry[0]

    def keep(self, key: Key, value: Value, size: int) -> None:
        """Remember `value`, which takes `size` bytes; not if it alone is half of what there may be."""
        if size < self._half:
            self._keep(key, (value, size))

    def _keep(self, key: Key, entry: tuple[Value, int]) -> None:
        if self._young_bytes + entry[1] > self._half:
            self._old, self._young, self._young_bytes = self._young, {}, 0
        self._young[key] = entry
        self._young_bytes += entry[1]
