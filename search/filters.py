"""Which documents are wanted, whatever the query says? A boolean expression over what is known of each.

`SearchRequest.filters` joins values of a facet by OR and facets by AND, which is what a page of
check boxes needs. An expression here says anything else: NOT, OR across facets, open ranges. It is
applied before anything is counted, so facet counts are those of the documents that pass. Values
only; engines turn them into sets of documents (`engines/filter_masks.py`).

    year >= 1960 AND NOT genre = Horror
    AllOf((Within("year", low=1960.0), NoneOf(HasValue("genre", ("Horror",)))))
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from search.configuration import Settings

#: The name under which the id of a document is filtered by.
ID = "id"


@dataclass(frozen=True, slots=True)
class HasValue:
    """The key has one of the values, compared like those of facets: as written, else without case
    and marks. A key of numbers has the numbers that the values spell."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The key is a number between `low` and `high`, ends included unless `above` or `below`, which
    leave out the low and the high one. `None` leaves an end open. Keys of texts have no numbers."""

    name: str
    low: float | None = None
    high: float | None = None
    above: bool = False
    below: bool = False


@dataclass(frozen=True, slots=True)
class HasText:
    """A value of the key contains `text`, or with `at_start` begins with it; without case and marks."""

    name: str
    text: str
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """The key has any value."""

    name: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part; without parts, every document."""

    parts: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part; without parts, no document."""

    parts: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The documents that `part` leaves out, those without its keys included."""

    part: Filter


Filter: TypeAlias = HasValue | Within | HasText | Exists | AllOf | AnyOf | NoneOf


def names_in(one: Filter) -> Iterator[str]:
    """The keys an expression asks for, in its order."""
    if isinstance(one, AllOf | AnyOf):
        for part in one.parts:
            yield from names_in(part)
    elif isinstance(one, NoneOf):
        yield from names_in(one.part)
    else:
        yield one.name


def number_keys(settings: Settings) -> tuple[str, ...]:
    """Keys that documents have as numbers: to order by, to filter by, to count."""
    names = [facet.name for facet in settings.facets if facet.kind == "number"]
    names += [key.name for key in settings.sort_keys if key.name not in ("relevance", "title")]
    return tuple(dict.fromkeys((*names, settings.popular_by)))


def filterable_keys(settings: Settings) -> tuple[str, ...]:
    """Keys an expression may ask for: the facets, the numbers, the id."""
    facets = [facet.name for facet in settings.facets]
    return tuple(dict.fromkeys((*facets, *number_keys(settings), ID)))
