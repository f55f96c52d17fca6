"""How are counts shown? From an engine's numbers to labelled, selected, limited values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from search.analysis.folding import fold, normalize
from search.configuration import Settings
from search.labels import value_label
from search.request import Range, SearchRequest
from search.results import FacetValue

#: Values kept with their labels and as they are compared, which are the same in every answer.
MOST_KEPT = 8192

Counts = Sequence[tuple[str | float, int]]


def counted_facets(request: SearchRequest, settings: Settings) -> tuple[str, ...]:
    """Names of the facets to count: the configured ones, all, or those asked for."""
    if request.facets is None:
        return tuple(facet.name for facet in settings.facets if facet.shown)
    if request.facets == ("*",):
        return tuple(facet.name for facet in settings.facets)
    return tuple(dict.fromkeys(request.facets))


def facet_values(
    counts: dict[str, list[tuple[str | float, int]]], request: SearchRequest, settings: Settings
) -> dict[str, tuple[FacetValue, ...]]:
    """The first `facet_limit` values of each facet, and every selected one wherever it stands."""
    limit = request.facet_limit
    return {name: tuple(_values(name, rows, request, settings, limit=limit)) for name, rows in counts.items()}


def all_values(name: str, rows: Counts, request: SearchRequest, settings: Settings) -> list[FacetValue]:
    """Every value of one facet, most frequent first; a selected value without hits has count 0."""
    return _values(name, rows, request, settings, limit=len(rows))


def _values(
    name: str, rows: Counts, request: SearchRequest, settings: Settings, *, limit: int
) -> list[FacetValue]:
    """The first `limit` values, then the selected ones among the others, then those without hits."""
    facet = settings.facet(name)
    codes = facet.codes if facet else ""
    filters = request.filters.get(name, ())
    if not filters:
        return [FacetValue(*_shown(value, codes), count) for value, count in rows[:limit]]
    chosen = _Chosen.of(filters)
    values = [
        FacetValue(*_shown(value, codes), count, selected)
        for place, (value, count) in enumerate(rows)
        if (selected := chosen.holds(value)) or place < limit
    ]
    present = {folded(str(_shown(value, codes)[0])) for value, _ in rows} if chosen.texts else set()
    missing = [text for text in sorted(chosen.texts) if folded(text) not in present]
    return values + [FacetValue(text, value_label(text, codes), 0, True) for text in missing]


def with_prefix(values: Sequence[FacetValue], prefix: str) -> list[FacetValue]:
    """The values with a word that begins with `prefix`, in label or value, without case or marks."""
    wanted = folded(prefix)
    if not wanted:
        return list(values)
    return [
        value
        for value in values
        if any(
            text.startswith(wanted) or f" {wanted}" in text
            for text in (folded(value.label), folded(str(value.value)))
        )
    ]


@lru_cache(maxsize=MOST_KEPT)
def folded(text: str) -> str:
    """Text for comparing: words without case and marks, one space between them."""
    return " ".join([fold(normalize(word)) for word in text.split()])


@lru_cache(maxsize=MOST_KEPT)
def _shown(value: str | float, codes: str) -> tuple[str | int | float, str]:
    """What a value is in an answer, whole numbers as such, and what it is called."""
    is_whole = isinstance(value, float) and value.is_integer()
    return (int(value) if is_whole else value, value_label(value, codes))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The values of one filter, as they are compared with those of the facet."""

    texts: frozenset[str]
    folded: frozenset[str]
    numbers: frozenset[float]
    ranges: tuple[Range, ...]

    @classmethod
    def of(cls, filters: Sequence[str | Range]) -> _Chosen:
        texts = frozenset(one for one in filters if isinstance(one, str))
        return cls(
            texts,
            frozenset(map(folded, texts)),
            frozenset(number for one in texts if (number := _number(one)) is not None),
            tuple(one for one in filters if isinstance(one, Range)),
        )

    def holds(self, value: str | float) -> bool:
        if isinstance(value, float):
            return value in self.numbers or any(_within(value, one) for one in self.ranges)
        return bool(self.folded) and folded(value) in self.folded


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _within(value: float, span: Range) -> bool:
    return (span.low is None or value >= span.low) and (span.high is None or value <= span.high)
