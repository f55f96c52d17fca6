"""What is asked: one frozen value that travels from the front ends to the searcher.

Nothing here knows HTTP or the command line; both build a `SearchRequest` and both get
the same answer for the same request.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from search.filters import Filter

MAX_PER_PAGE = 100
MAX_WINDOW = 10_000
#: `facet_limit` of who wants every value of a facet.
EVERY_VALUE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Range:
    """An inclusive numeric range; `None` leaves that end open."""

    low: float | None = None
    high: float | None = None


#: The accepted values of one facet, joined by OR: exact values and numeric ranges.
FacetFilter = tuple["str | Range", ...]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One question.

    `filters` maps a facet's name to the values accepted for it (OR within a facet, AND
    between facets). `facets` lists the facets to count: `None` means the configured
    defaults, `("*",)` all. `languages` are the visitor's preferred languages, most
    preferred first: a preference for ranking, never a filter. `languages_stated` is true
    when the caller named them (`lang=`), false when they come from a browser's header
    and count only weakly. `sort` is a sort key, `-` before it for descending; `then_by` are those
    that order what it leaves equal. `where` is a further filter, which facet counts heed, too.
    `only_in` are the searched fields words are looked for in (`title`, `people`, `text`), all if
    empty. `every_word`: documents without one of the words are no hits even if none has all.
    `offset` is the number of hits to leave out, in place of those before `page`.
    """

    q: str = ""
    page: int = 1
    per_page: int = 10
    sort: str = "relevance"
    languages: tuple[str, ...] = ()
    languages_stated: bool = False
    filters: dict[str, FacetFilter] = field(default_factory=dict)
    facets: tuple[str, ...] | None = None
    facet_limit: int = 20
    exact: bool = False
    highlight: bool = True
    explain: bool = False
    where: Filter | None = None
    then_by: tuple[str, ...] = ()
    only_in: tuple[str, ...] = ()
    every_word: bool = False
    offset: int | None = None

    @property
    def first(self) -> int:
        """The number of hits that come before those wanted."""
        return (self.page - 1) * self.per_page if self.offset is None else self.offset


def parse_filter_value(text: str) -> str | Range:
    """Read one filter value: `2000..2009`, `..1960` and `2010..` are ranges, all else is exact.

    >>> parse_filter_value("2000..2009")
    Range(low=2000.0, high=2009.0)
    >>> parse_filter_value("Drama")
    'Drama'
    """
    low, dots, high = text.partition("..")
    if not dots or not (low or high):
        return text
    try:
        return Range(float(low) if low else None, float(high) if high else None)
    except ValueError:
        return text
