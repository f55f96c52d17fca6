"""Filters as the page shows them: check boxes, ranges with their bars, and a chip for each active one.

Takes what was asked and counted, gives plain values for the template.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote_plus

from search.configuration import Facet, Settings
from search.labels import value_label
from search.request import Range, SearchRequest
from search.results import FacetValue
from web.fields import facet_label
from web.histogram import Bar, bars
from web.links import filter_text, search_parameters, search_query_string, without
from web.wording import Wording

#: Values of a facet shown at once; the others unfold.
SHOWN = 6
#: A facet with more values than this gets a field to search in them.
LONG = 12
#: Values per facet that the page has counted, whatever it lists: enough for the years of a century.
COUNTED = 200
#: Characters of a query string that each bar of a histogram repeats. With a longer one the bars can only be
#: drawn upon, and the two fields filled in.
LONGEST_QUERY = 150
#: The drawing of a histogram, in units of its own.
BAR_WIDTH, BAR_GAP, CHART_HEIGHT = 10, 1, 48


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the page: text and the query string behind it."""

    text: str
    query: str
    current: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet as a check box."""

    value: str
    label: str
    count: int | None
    selected: bool


@dataclass(frozen=True, slots=True)
class BarView:
    """A bar of a histogram as a rectangle; a link to its numbers, with what they are in words. `range` is
    its filter; `query` is empty where links would be longer than everything else."""

    x: int
    width: int
    height: str
    range: str
    text: str
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet of the filter form. `low` and `high` are its active range, as typed; `axis`
    the ends of its bars; `number` is how many values there are, as far as they were counted."""

    facet: Facet
    label: str
    shown: tuple[Choice, ...]
    more: tuple[Choice, ...] = ()
    number: int = 0
    low: str = ""
    high: str = ""
    bars: tuple[BarView, ...] = ()
    axis: tuple[str, str] = ("", "")

    @property
    def is_long(self) -> bool:
        """Whether a search in the values is of use."""
        return self.number > LONG

    @property
    def has_all_counted(self) -> bool:
        """Whether `number` is all there are."""
        return self.number < COUNTED


def facet_views(
    asked: SearchRequest, counted: dict[str, tuple[FacetValue, ...]], settings: Settings, words: Wording
) -> list[FacetView]:
    """The filter form: every counted facet, and every filtered one, with what is chosen first."""
    views = []
    for facet in settings.facets:
        values, active = counted.get(facet.name, ()), facet.name in asked.filters
        if facet.kind == "number":
            # Where all documents have the same number there is nothing to choose.
            if active or len(values) > 1:
                views.append(_range_view(facet, values, asked, words))
        elif active or values:
            views.append(_choice_view(facet, values, asked, words))
    return views


def choices(
    facet: Facet, counted: Iterable[FacetValue], active: Iterable[str], words: Wording
) -> list[Choice]:
    """Check boxes for counted values, chosen ones first; active ones that were not counted as well."""
    chosen = set(active)
    listed = [
        Choice(
            str(one.value),
            label_of(facet, one.value, words),
            one.count,
            one.selected or str(one.value) in chosen,
        )
        for one in counted
    ]
    known = {choice.value for choice in listed}
    listed += [Choice(one, label_of(facet, one, words), None, True) for one in sorted(chosen - known)]
    # Stable: within chosen and not chosen, the searcher's order stays.
    listed.sort(key=lambda choice: not choice.selected)
    return listed


def label_of(facet: Facet | None, value: str | float, words: Wording) -> str:
    """What a value is called in the page's language."""
    codes = facet.codes if facet else ""
    if codes == "language" and value in ("", "und"):
        return str(words("language.unknown"))
    own = words.value(facet.name, str(value)) if facet and not codes else None
    return own or str(value_label(value if isinstance(value, float) else str(value), codes, words.language))


def filter_label(facet: Facet | None, value: str | Range, words: Wording) -> str:
    """What a filter's value is called in the page's language."""
    return range_text(value, words) if isinstance(value, Range) else label_of(facet, value, words)


def _choice_view(
    facet: Facet, counted: tuple[FacetValue, ...], asked: SearchRequest, words: Wording
) -> FacetView:
    exact = [value for value in asked.filters.get(facet.name, ()) if isinstance(value, str)]
    found = choices(facet, counted, exact, words)
    chosen = sum(choice.selected for choice in found)
    shown = max(SHOWN, chosen)
    listed = max(asked.facet_limit, shown)
    return FacetView(
        facet,
        facet_label(facet, words),
        shown=tuple(found[:shown]),
        more=tuple(found[shown:listed]),
        number=len(found),
    )


def _range_view(
    facet: Facet, counted: tuple[FacetValue, ...], asked: SearchRequest, words: Wording
) -> FacetView:
    active = asked.filters.get(facet.name, ())
    ranges = [value for value in active if isinstance(value, Range)]
    numbers = [value for value in active if isinstance(value, str)]
    low, _, high = filter_text(ranges[0]).partition("..") if ranges else ("", "", "")
    # What the two number fields cannot hold stays as check boxes: no filter is lost on submit.
    held = [Choice(filter_text(one), range_text(one, words), None, True) for one in ranges[1:]]
    held += [Choice(one, one, None, True) for one in numbers]
    spans = [*ranges, *(Range(float(one), float(one)) for one in numbers)]
    found = bars(((float(one.value), one.count) for one in counted), spans)
    others = {name: values for name, values in asked.filters.items() if name != facet.name}
    besides = search_query_string(asked, filters=others, page=1)
    query = f"{besides}&{quote_plus(facet.name)}=" if besides else f"{quote_plus(facet.name)}="
    return FacetView(
        facet,
        facet_label(facet, words),
        shown=tuple(held),
        low=low,
        high=high,
        bars=tuple(_bar_view(index, one, query, words) for index, one in enumerate(found)),
        axis=(f"{found[0].low:.15g}", f"{found[-1].high:.15g}") if found else ("", ""),
    )


def _bar_view(index: int, bar: Bar, query: str, words: Wording) -> BarView:
    # A bar with anything in it can be seen and hit.
    height = max(2.0, round(bar.height * CHART_HEIGHT, 1)) if bar.count else 0.0
    span = range_text(bar.span, words)
    return BarView(
        x=index * BAR_WIDTH,
        width=BAR_WIDTH - BAR_GAP,
        height=f"{height:g}",
        range=filter_text(bar.span),
        text=str(words("range.bar", range=span, count=bar.count)),
        query=query + filter_text(bar.span) if len(query) <= LONGEST_QUERY else "",
        chosen=bar.chosen,
    )


def range_text(value: Range, words: Wording) -> str:
    """A range in words: `2000–2009`, `until 1960`, `from 2010`, `1999`."""
    low, _, high = filter_text(value).partition("..")
    if low and high:
        return low if low == high else str(words("range.both", low=low, high=high))
    return str(words("range.since", low=low) if low else words("range.until", high=high))


def chips(asked: SearchRequest, settings: Settings, words: Wording) -> list[Link]:
    """A link for each active filter that takes it away."""
    found = []
    for name, values in asked.filters.items():
        facet = settings.facet(name)
        label = facet_label(facet, words) if facet else name
        for value in values:
            text = filter_label(facet, value, words)
            query = search_query_string(replace(asked, filters=without(asked.filters, name, value)), page=1)
            found.append(Link(text, query, label=label))
    return found


def carried_besides(asked: SearchRequest, name: str) -> list[tuple[str, str]]:
    """The parameters a form about the facet `name` must not lose: all but its own and the page."""
    return [pair for pair in search_parameters(asked) if pair[0] not in (name, "page")]
