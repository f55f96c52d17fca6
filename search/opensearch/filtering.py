"""Which documents pass? Filters of a request as filters of the cluster.

Values are compared here and not there: over the lexicons of the word segments, as written, else
without case and marks. The cluster is asked for the exact values these are, which is the same
question whatever it knows of letters. Nothing here talks to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from search.analysis.folding import fold, normalize
from search.filters import ID, AllOf, AnyOf, Exists, Filter, HasText, HasValue, NoneOf, Within
from search.index.codec.arrays import ArrayFile
from search.index.codec.lexicon import Lexicon
from search.index.recently_used import RecentlyUsed
from search.opensearch.mapping import LONGEST_VALUE, number_field, value_field
from search.query.plan import Plan
from search.request import Range

Query = dict[str, Any]

#: What every document passes, and what none does.
EVERY: Query = {"match_all": {}}
NONE: Query = {"match_none": {}}
#: The longest id, in bytes of UTF-8, that a document of a cluster may have.
LONGEST_ID = 512
#: Values in one list; clusters refuse more than 65,536.
MOST_VALUES = 50_000
#: Values of a facet that are kept without case and marks once somebody asks for one; of more than these
#: every one is looked at each time.
MOST_FOLDED = 20_000
#: Bytes of resolved values that are kept.
RESOLVED_BYTES = 4 << 20


class ValueLexicons:
    """The distinct values of the facets of a generation, deleted documents' included: those in the
    files of its word segments."""

    def __init__(self, files: Sequence[ArrayFile]) -> None:
        self._files = files
        self._held: dict[str, list[Lexicon]] = {}
        self._counts: dict[str, int] = {}
        self._by_folded: dict[str, dict[str, list[str]]] = {}
        self._resolved: RecentlyUsed[tuple[str, str], tuple[str, ...]] = RecentlyUsed(RESOLVED_BYTES)

    def is_number(self, name: str) -> bool:
        """Whether the values of a key are numbers."""
        return any(f"distinct/{name}" in file for file in self._files)

    def count(self, name: str) -> int:
        """How many distinct values a key has, at most; where they are not very many, just so many."""
        if name not in self._counts:
            self._counts[name] = self._count(name)
        return self._counts[name]

    def _count(self, name: str) -> int:
        if self.is_number(name):
            numbers = [file[f"distinct/{name}"] for file in self._files if f"distinct/{name}" in file]
            return len(np.unique(np.concatenate(numbers)))
        most = sum(map(len, self._lexicons(name)))
        return most if most > MOST_FOLDED else sum(1 for _ in self._all(name))

    def accepted(self, name: str, values: Iterable[str]) -> list[str]:
        """The values of a facet that are meant by these: as written, else without case and marks."""
        met: dict[str, None] = {}
        for value in values:
            met.update(dict.fromkeys((value,) if self._has(name, value) else self._alike(name, value)))
        return list(met)

    def alike(self, name: str, values: Iterable[str]) -> list[str]:
        """The values of a facet that are those but for case and marks; of a facet of very many, only those
        that are `accepted`."""
        if self.count(name) > MOST_FOLDED:
            return self.accepted(name, values)
        return list(dict.fromkeys(one for value in values for one in self._alike(name, value)))

    def wanted(self, name: str, is_wanted: Callable[[str], bool]) -> list[str]:
        """The values of a facet that are wanted."""
        return [value for value in self._all(name) if is_wanted(value)]

    def _has(self, name: str, value: str) -> bool:
        encoded = value.encode("utf-8", "surrogatepass")
        return any(lexicon.find(encoded) >= 0 for lexicon in self._lexicons(name))

    def _alike(self, name: str, value: str) -> tuple[str, ...]:
        key = (name, fold(normalize(value)))
        found = self._resolved.get(key)
        if found is None:
            found = tuple(self._folding_to(name, key[1]))
            self._resolved.keep(key, found, 400 + 100 * len(found))
        return found

    def _folding_to(self, name: str, folded: str) -> Iterable[str]:
        if self.count(name) > MOST_FOLDED:
            return (one for one in self._all(name) if fold(normalize(one)) == folded)
        if name not in self._by_folded:
            by_folded = self._by_folded[name] = {}
            for one in self._all(name):
                by_folded.setdefault(fold(normalize(one)), []).append(one)
        return self._by_folded[name].get(folded, ())

    def _all(self, name: str) -> Iterable[str]:
        lexicons = self._lexicons(name)
        if len(lexicons) == 1:
            values: Iterable[bytes] = lexicons[0]
        else:
            values = dict.fromkeys(value for lexicon in lexicons for value in lexicon)
        return (value.decode("utf-8", "surrogatepass") for value in values)

    def _lexicons(self, name: str) -> list[Lexicon]:
        if name not in self._held:
            self._held[name] = [
                Lexicon.of(file, f"value/{name}") for file in self._files if f"value/{name}/blob" in file
            ]
        return self._held[name]


# One facet


def accepting(name: str, accepted: Sequence[str | Range], values: ValueLexicons) -> Query:
    """The documents that have one of the accepted values of a facet."""
    if values.is_number(name):
        return _any_of([_of_number(name, one) for one in accepted])
    return _having(name, values.accepted(name, [one for one in accepted if isinstance(one, str)]))


def _of_number(name: str, one: str | Range) -> Query:
    if isinstance(one, Range):
        return _between(name, one.low, one.high)
    try:
        number = float(one)
    except ValueError:
        return NONE
    return {"term": {number_field(name): number}} if math.isfinite(number) else NONE


def _between(
    name: str, low: float | None, high: float | None, *, above: bool = False, below: bool = False
) -> Query:
    """The documents whose number is between two, or has any; ends that are not finite are open or
    passed by nothing."""
    bounds: dict[str, float] = {}
    if low is not None and low != -math.inf:
        bounds["gt" if above else "gte"] = low
    if high is not None and high != math.inf:
        bounds["lt" if below else "lte"] = high
    if not all(map(math.isfinite, bounds.values())):
        return NONE
    return {"range": {number_field(name): bounds}} if bounds else {"exists": {"field": number_field(name)}}


def _having(name: str, texts: Sequence[str]) -> Query:
    """The documents that have one of the texts, as they are held."""
    held = held_values(texts)
    parts = [held[first : first + MOST_VALUES] for first in range(0, len(held), MOST_VALUES)]
    return _any_of([{"terms": {value_field(name): part}} for part in parts])


def held_values(texts: Iterable[str]) -> list[str]:
    """Those that the cluster has, if any document does."""
    return [text for text in texts if _is_held(text)]


def _is_held(text: str) -> bool:
    """Whether the cluster has the value: it has none with half a surrogate pair, or of such a length."""
    try:
        return len(text.encode()) <= LONGEST_VALUE
    except UnicodeEncodeError:
        return False


def _any_of(parts: Sequence[Query]) -> Query:
    parts = [part for part in parts if part != NONE]
    if len(parts) <= 1:
        return parts[0] if parts else NONE
    return EVERY if EVERY in parts else {"bool": {"should": list(parts), "minimum_should_match": 1}}


def _all_of(parts: Sequence[Query]) -> Query:
    if NONE in parts:
        return NONE
    # Of those within those nothing is gained by the depth, which clusters may limit.
    flat = [inner for part in parts if part != EVERY for inner in _conjuncts(part)]
    if len(flat) <= 1:
        return flat[0] if flat else EVERY
    return {"bool": {"filter": flat}}


def _conjuncts(part: Query) -> list[Query]:
    held = part.get("bool", {})
    if held.keys() == {"filter"}:
        inner: list[Query] = held["filter"]
        return inner
    return [part]


# Expressions


def passing(one: Filter, values: ValueLexicons) -> Query:
    """The documents that pass an expression."""
    if isinstance(one, AllOf):
        return _all_of([passing(part, values) for part in one.parts])
    if isinstance(one, AnyOf):
        return _any_of([passing(part, values) for part in one.parts])
    if isinstance(one, NoneOf):
        return _none_of(passing(one.part, values))
    if one.name == ID:
        return _by_id(one)
    if isinstance(one, HasValue):
        return accepting(one.name, one.values, values)
    if values.is_number(one.name):
        return _by_number(one)
    if isinstance(one, Within):
        return NONE
    if isinstance(one, Exists):
        return {"exists": {"field": value_field(one.name)}}
    return _having(one.name, values.wanted(one.name, _test_of(one)))


def _none_of(part: Query) -> Query:
    if part in (EVERY, NONE):
        return NONE if part == EVERY else EVERY
    held = part.get("bool", {})
    if held.keys() == {"must_not"} and len(held["must_not"]) == 1:
        inner: Query = held["must_not"][0]
        return inner
    return {"bool": {"must_not": [part]}}


def _by_id(one: HasValue | Within | HasText | Exists) -> Query:
    """Ids are looked up one by one: only those that are named can be asked for."""
    if isinstance(one, HasValue):
        return having_id(one.values)
    return EVERY if isinstance(one, Exists) else NONE


def having_id(ids: Iterable[str]) -> Query:
    """The documents with these ids."""
    held = [one for one in dict.fromkeys(ids) if one and _is_held(one) and len(one.encode()) <= LONGEST_ID]
    return {"ids": {"values": held}} if held else NONE


def _by_number(one: Within | HasText | Exists) -> Query:
    if isinstance(one, HasText):
        return NONE
    if isinstance(one, Exists):
        return _between(one.name, None, None)
    return _between(one.name, one.low, one.high, above=one.above, below=one.below)


def _test_of(one: HasText) -> Callable[[str], bool]:
    wanted = fold(normalize(one.text))
    if one.at_start:
        return lambda value: fold(normalize(value)).startswith(wanted)
    return lambda value: wanted in fold(normalize(value))


# A plan


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a plan: those that all documents found and counted pass, and by the name of the
    facet those that its own counts do not heed."""

    always: tuple[Query, ...] = ()
    later: dict[str, Query] = field(default_factory=dict)

    def post_filter(self) -> Query | None:
        """What only the hits pass; None where that is nothing."""
        return _all_of(list(self.later.values())) if self.later else None

    def but(self, name: str) -> Query:
        """What the documents pass among which a facet is counted."""
        return _all_of([one for other, one in self.later.items() if other != name])


def filters_of(plan: Plan, values: ValueLexicons) -> Filters:
    """The filters of a plan. One of a facet that is not counted keeps back documents from all others'
    counts, as `where` does."""
    always = [] if plan.where is None else [passing(plan.where, values)]
    later: dict[str, Query] = {}
    for name, accepted in plan.filters.items():
        one = accepting(name, accepted, values)
        if name in plan.facets:
            later[name] = one
        else:
            always.append(one)
    return Filters(tuple(one for one in always if one != EVERY), later)
