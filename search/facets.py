"""How are counts shown? From an engine's numbers to labelled, selected, limited values."""

from __future__ import annotations

from collections.abc import Sequence

from search.analysis.folding import fold, normalize
from search.configuration import Settings
from search.labels import value_label
from search.request import Range, SearchRequest
from search.results import FacetValue

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
    answered = {}
    for name, rows in counts.items():
        values = all_values(name, rows, request, settings)
        shown = values[: request.facet_limit]
        answered[name] = tuple(shown + [value for value in values[request.facet_limit :] if value.selected])
    return answered


def all_values(name: str, rows: Counts, request: SearchRequest, settings: Settings) -> list[FacetValue]:
    """Every value of one facet, most frequent first; a selected value without hits has count 0."""
    facet = settings.facet(name)
    codes = facet.codes if facet else ""
    chosen = request.filters.get(name, ())
    texts = {value for value in chosen if isinstance(value, str)}
    values = [
        FacetValue(_plain(value), value_label(value, codes), count, _is_chosen(value, chosen))
        for value, count in rows
    ]
    present = {folded(str(value.value)) for value in values}
    values += [
        FacetValue(text, value_label(text, codes), 0, True)
        for text in sorted(texts)
        if folded(text) not in present
    ]
    return values


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


def folded(text: str) -> str:
    """Text for comparing: words without case and marks, one space between them."""
    return " ".join(fold(normalize(word)) for word in text.split())


def _plain(value: str | float) -> str | int | float:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_chosen(value: str | float, chosen: Sequence[str | Range]) -> bool:
    for one in chosen:
        if isinstance(one, Range):
            if isinstance(value, float) and _within(value, one):
                return True
        elif isinstance(value, float):
            try:
                if float(one) == value:
                    return True
            except ValueError:
                continue
        elif one == value or folded(one) == folded(value):
            return True
    return False


def _within(value: float, span: Range) -> bool:
    return (span.low is None or value >= span.low) and (span.high is None or value <= span.high)
