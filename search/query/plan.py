"""A query ready to be run: which terms, in which ways and zones, count as each word.

The tree of `tree.py` holds what the visitor typed; a plan holds what the index is asked. Both
engines run the same plans, so moving from one to the other does not change answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from search.filters import Filter
from search.request import Range


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a word may be met.

    `kind` is the name reported in `matched_by` (`exact`, `stem`, `folded`, `romanized`, `prefix`,
    `typo`, `compound`, `synonym`); `way` and `zones` say where `terms` are looked up. A document meets the
    alternative with any of the terms, or with all of them if `together`; if there are `places`, with one
    of the terms of each place, in order and next to each other (`terms` are then all of them). `weight`
    multiplies the word's score. `synonym` is what was meant, as the admin wrote it, where that is another
    word.
    """

    kind: str
    way: str
    terms: tuple[str, ...]
    zones: tuple[str, ...]
    weight: float = 1.0
    together: bool = False
    places: tuple[tuple[str, ...], ...] = ()
    synonym: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One word of the query, or an n-gram. An optional word (a stop word among others) scores but
    is not wanted."""

    text: str
    alternatives: tuple[Alternative, ...]
    optional: bool = False
    is_gram: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """Words in order, next to each other, in one zone: each place has the exact terms accepted."""

    text: str
    places: tuple[tuple[str, ...], ...]
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetTerm:
    """Documents with this value of a facet, compared without case and accents."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts wanted, none of the excluded. `lenient`: documents with most of the parts count
    when none has all; only the outermost is. `question`: documents with some of the parts count."""

    parts: tuple[Node, ...]
    excluded: tuple[Node, ...] = ()
    lenient: bool = False
    question: bool = False


@dataclass(frozen=True, slots=True)
class MostOf:
    """A name in a script without spaces, as its n-grams: all wanted, or most if none has all.
    Counts as one word."""

    parts: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the parts; the best of them scores, or the sum of all if `summed`."""

    parts: tuple[Node, ...]
    summed: bool = False


@dataclass(frozen=True, slots=True)
class AllDocuments:
    """Every document, with the same score."""


@dataclass(frozen=True, slots=True)
class TheseDocuments:
    """The documents with these ids, worth nothing by themselves."""

    ids: tuple[str, ...]


Node = Unit | Sequence | FacetTerm | AllOf | MostOf | AnyOf | AllDocuments | TheseDocuments


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an engine needs to answer.

    `grams` are the query's character n-grams and `characters` its single characters of scripts
    written in n-grams: both rank but do not match. `whole` is the query as the key of a whole
    title, if it may be one. `languages` maps a
    code to the preference for its documents, 0 to 1. `filters` and `where` as in `SearchRequest`. `facets`
    lists the facets to count with `facet_limit` values each. `sort` is a sort key or `relevance`;
    `sort_language` the language whose alphabet orders titles; `then_by` are (sort key, descending) for
    what that leaves equal. The page is
    hits `offset` … `offset + limit - 1`. Without `second_look`, whole titles and neighbouring words are worth
    no more than their words. `deadline` is a time of `time.monotonic`, seconds.
    """

    root: Node
    grams: tuple[str, ...] = ()
    characters: tuple[str, ...] = ()
    whole: str = ""
    languages: dict[str, float] = field(default_factory=dict)
    filters: dict[str, tuple[str | Range, ...]] = field(default_factory=dict)
    where: Filter | None = None
    facets: tuple[str, ...] = ()
    facet_limit: int = 20
    sort: str = "relevance"
    descending: bool = False
    sort_language: str = ""
    then_by: tuple[tuple[str, bool], ...] = ()
    offset: int = 0
    limit: int = 10
    explain: bool = False
    second_look: bool = True
    deadline: float | None = None


def units_of(node: Node) -> list[Unit]:
    """The words of a plan in order, without excluded ones."""
    if isinstance(node, Unit):
        return [node]
    if isinstance(node, AllOf | AnyOf | MostOf):
        return [unit for part in node.parts for unit in units_of(part)]
    return []
