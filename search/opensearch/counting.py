"""How many of the documents found have each value of a facet? Aggregations, and what they answered.

Each shard sends its most frequent values; one that is frequent over all may be missing among those of
a shard. The cluster says how many documents may be missing at most: only where these could change a
count or the order is asked again, for more values of each shard. So counts are exact, and most often
after the one request that finds the hits. (The stopping rule is the one of threshold algorithms:
Fagin, Lotem, Naor 2003, "Optimal aggregation algorithms for middleware".)

A facet's own filter does not reduce its own counts: they are filtered by all others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from search.opensearch.filtering import EVERY, Filters, Query, ValueLexicons, accepting, held_values
from search.opensearch.mapping import number_field, value_field
from search.query.plan import Plan

#: A facet's value and how many documents have it.
Row: TypeAlias = tuple[str | float, int]

#: Facets of up to so many values are counted whole.
WHOLE = 1000
#: Of others, how many values are asked for at first, at least, and how many for each that is wanted; and
#: how many times as many of each shard.
LEAST, TIMES_WANTED, TIMES_OF_SHARD = 200, 5, 10
#: How many times more are asked for when those were not enough.
MORE = 10
#: Values of one facet in one answer, and of all. Clusters refuse more than 65,535.
MOST_ROWS, MOST_TOGETHER = 10_000, 50_000
#: Where every value of a facet of more is wanted, they are asked for in parts of about so many.
PART = MOST_ROWS // 2

_TOP, _OWN = "top", "own"
_INNER = "inner"


class Counting:
    """The facets of one plan, being counted: ask `aggregations`, `read` what they answered, as long as
    there are any."""

    def __init__(self, plan: Plan, filters: Filters, values: ValueLexicons) -> None:
        self._names = plan.facets
        self._facets = {
            name: _facet_of(name, plan, filters, values) for name in plan.facets if values.count(name)
        }

    def aggregations(self) -> dict[str, Query]:
        """What is still to be asked; nothing when all is counted."""
        asked: dict[str, Query] = {}
        rows = 0
        for number, facet in enumerate(self._facets.values()):
            parts = facet.aggregations()
            rows += facet.most_rows if parts else 0
            if asked and rows > MOST_TOGETHER:
                break
            asked.update({f"{part}{number}": one for part, one in parts.items()})
        return asked

    def read(self, answered: dict[str, Any]) -> None:
        """Take the answers to the last `aggregations`."""
        for number, facet in enumerate(self._facets.values()):
            its = {
                part: answer.get(_INNER, answer)
                for part in (_TOP, _OWN)
                if (answer := answered.get(f"{part}{number}")) is not None
            }
            if its:
                facet.read(its)

    @property
    def facets(self) -> dict[str, list[Row]]:
        """The values of each facet, most frequent first, equally frequent ones in byte order, numbers the
        largest first: at least `facet_limit` of them, and those that the facet's own filter accepts."""
        return {name: self._facets[name].rows() if name in self._facets else [] for name in self._names}


def _facet_of(name: str, plan: Plan, filters: Filters, values: ValueLexicons) -> _Facet:
    is_number = values.is_number(name)
    column = _Column(
        number_field(name) if is_number else value_field(name),
        is_number,
        values.count(name),
        filters.but(name),
    )
    if column.distinct <= (MOST_ROWS if plan.facet_limit > WHOLE else WHOLE):
        return _WholeFacet(column)
    if plan.facet_limit > MOST_ROWS:
        return _FacetInParts(column)
    own = plan.filters.get(name, ())
    accepted: Query | None = None
    if own and is_number:
        accepted = accepting(name, own, values)
    texts = [] if is_number else values.alike(name, [one for one in own if isinstance(one, str)])
    return _LeadingValues(column, plan.facet_limit, held_values(texts), accepted)


@dataclass(frozen=True, slots=True)
class _Column:
    """Where the values are: the field, how many are distinct at most, and the documents that count."""

    field: str
    is_number: bool
    distinct: int
    among: Query

    def terms(self, size: int, of_shard: int, *, include: Any = None) -> Query:
        """The most frequent values, and how wrong their counts may be."""
        asked: dict[str, Any] = {
            "field": self.field,
            "size": max(size, 1),
            "shard_size": max(of_shard, size, 1),
            "order": [{"_count": "desc"}, {"_key": "desc" if self.is_number else "asc"}],
            "show_term_doc_count_error": True,
        }
        if include is not None:
            asked["include"] = include
        return {"terms": asked}

    def asked(self, inner: Query, among: Query | None = None) -> Query:
        """An aggregation over the documents that count, or over those of them that are `among`."""
        if among is not None:
            inner = {"filter": among, "aggs": {_INNER: inner}}
        return inner if self.among == EVERY else {"filter": self.among, "aggs": {_INNER: inner}}

    def rows(self, answer: dict[str, Any]) -> list[Row]:
        """The values in the order in which they came."""
        if self.is_number:
            return [(float(one["key"]), one["doc_count"]) for one in answer["buckets"]]
        return [(one["key"], one["doc_count"]) for one in answer["buckets"]]

    def ordered(self, rows: dict[str | float, int]) -> list[Row]:
        """All rows in their order. UTF-8 is in the order of code points, as are Python's texts."""
        if self.is_number:
            return sorted(rows.items(), key=lambda row: (-row[1], -float(row[0])))
        return sorted(rows.items(), key=lambda row: (-row[1], str(row[0])))


class _Facet:
    """One facet, being counted. `most_rows`: how many values its next answer may have."""

    most_rows: int

    def aggregations(self) -> dict[str, Query]:
        """What is still to be asked, by part."""
        raise NotImplementedError

    def read(self, answered: dict[str, Any]) -> None:
        """Take the answers, by part."""
        raise NotImplementedError

    def rows(self) -> list[Row]:
        """The values counted, in order."""
        raise NotImplementedError


@dataclass
class _WholeFacet(_Facet):
    """All values of a facet that has not many: no shard leaves one out."""

    column: _Column
    counted: list[Row] | None = None

    def __post_init__(self) -> None:
        self.most_rows = self.column.distinct

    def aggregations(self) -> dict[str, Query]:
        if self.counted is not None:
            return {}
        size = self.column.distinct
        return {_TOP: self.column.asked(self.column.terms(size, size))}

    def read(self, answered: dict[str, Any]) -> None:
        self.counted = self.column.rows(answered[_TOP])

    def rows(self) -> list[Row]:
        return self.counted or []


@dataclass
class _FacetInParts(_Facet):
    """All values of a facet that has many: every part is counted by itself."""

    column: _Column
    parts: int = 0
    counted: dict[str | float, int] = field(default_factory=dict)
    done: int = 0

    def __post_init__(self) -> None:
        self.parts = -(-self.column.distinct // PART)
        self.most_rows = MOST_ROWS

    def aggregations(self) -> dict[str, Query]:
        if self.done == self.parts:
            return {}
        part = {"partition": self.done, "num_partitions": self.parts}
        return {_TOP: self.column.asked(self.column.terms(MOST_ROWS, MOST_ROWS, include=part))}

    def read(self, answered: dict[str, Any]) -> None:
        answer = answered[_TOP]
        if _is_whole(answer):
            self.counted.update(self.column.rows(answer))
            self.done += 1
        else:
            # Values are shared out by their hashes, and so never quite evenly.
            self.parts, self.done, self.counted = 2 * self.parts, 0, {}

    def rows(self) -> list[Row]:
        return self.column.ordered(self.counted)


@dataclass
class _LeadingValues(_Facet):
    """The `limit` most frequent values of a facet that has many, and those that its own filter accepts:
    these `texts`, or the numbers of the documents `accepted`."""

    column: _Column
    limit: int
    texts: list[str]
    accepted: Query | None
    size: int = 0
    of_shard: int = 0
    counted: list[Row] | None = None
    own: list[Row] | None = None

    def __post_init__(self) -> None:
        self.size = min(max(LEAST, TIMES_WANTED * self.limit), MOST_ROWS)
        self.of_shard = TIMES_OF_SHARD * self.size
        self.most_rows = self.size + min(len(self.texts) or self.column.distinct, MOST_ROWS)
        if not self.texts and self.accepted is None:
            self.own = []

    def aggregations(self) -> dict[str, Query]:
        asked = {}
        if self.counted is None:
            asked[_TOP] = self.column.asked(self.column.terms(self.size, self.of_shard))
        if self.own is None:
            size = min(len(self.texts) or self.column.distinct, MOST_ROWS)
            terms = self.column.terms(size, self.column.distinct, include=self.texts or None)
            asked[_OWN] = self.column.asked(terms, self.accepted)
        return asked

    def read(self, answered: dict[str, Any]) -> None:
        if _OWN in answered:
            self.own = self.column.rows(answered[_OWN].get(_INNER, answered[_OWN]))
        if _TOP not in answered:
            return
        if self.of_shard >= self.column.distinct or is_settled(answered[_TOP], self.limit):
            self.counted = self.column.rows(answered[_TOP])[: self.limit]
        else:
            self.size = min(self.size * MORE, MOST_ROWS)
            self.of_shard = min(self.of_shard * MORE, self.column.distinct)

    def rows(self) -> list[Row]:
        return self.column.ordered(dict([*(self.counted or ()), *(self.own or ())]))


def is_settled(answer: dict[str, Any], limit: int) -> bool:
    """Whether the first `limit` values of an answer are the most frequent ones, and counted right."""
    buckets, unseen = answer["buckets"], answer["doc_count_error_upper_bound"]
    if not unseen:
        return True
    if len(buckets) <= limit or any(one["doc_count_error_upper_bound"] for one in buckets[:limit]):
        return False
    least = buckets[limit - 1]["doc_count"]
    most = max(
        one["doc_count"] + one["doc_count_error_upper_bound"]
        for one in buckets[limit:]
        if one["doc_count_error_upper_bound"] or one is buckets[-1]
    )
    # A value that no shard has sent, or that came to no more than the last one so far.
    return bool(most < least and buckets[-1]["doc_count"] + unseen < least)


def _is_whole(answer: dict[str, Any]) -> bool:
    return not answer["doc_count_error_upper_bound"] and not answer["sum_other_doc_count"]
