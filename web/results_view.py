"""Search results as the page shows them: hits, why they matched, filters, chips, second tries, pages.

Takes what was asked and answered, gives plain values for the template. Knows words and addresses, not HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from search.configuration import Facet, Settings
from search.labels import language_name, value_label
from search.request import MAX_WINDOW, Range, SearchRequest
from search.results import FacetValue, Hit, SearchResults
from web.fields import Fact, line, marked
from web.links import filter_text, search_query_string, without
from web.wording import Wording

#: Values of a facet shown at once; the others unfold.
FACET_VALUES_SHOWN = 6
#: Ways of matching that explain themselves: the visitor sees the word, or nearly, in the title.
_OBVIOUS_WAYS = frozenset({"exact", "stem"})
_SIGNS = re.compile(r"[\"*():]|(?<!\w)-|\bOR\b")


@dataclass(frozen=True, slots=True)
class OtherTitle:
    """A title below a hit's own. `label` says to those who cannot see it what it is; an unknown
    `language` is empty."""

    html: Markup
    label: Markup
    language: str
    direction: str


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit. `other_titles` are its original title and the one it was found by; `reason` says
    why it matched, when the hit does not show it itself."""

    hit: Hit
    title: Markup
    snippet: Markup | None
    language_name: str
    other_titles: tuple[OtherTitle, ...]
    line: tuple[Fact, ...]
    reason: str


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
class FacetView:
    """One facet of the filter form. `low` and `high` are its active range, as typed."""

    facet: Facet
    shown: tuple[Choice, ...]
    more: tuple[Choice, ...]
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class SecondTry:
    """A query that was answered besides or instead of the typed one; `instead` says which."""

    query: str
    kind: str
    instead: bool


def hit_views(hits: tuple[Hit, ...], settings: Settings, words: Wording) -> list[HitView]:
    """The hits, ready to show."""
    return [_hit_view(hit, settings, words) for hit in hits]


def _hit_view(hit: Hit, settings: Settings, words: Wording) -> HitView:
    return HitView(
        hit=hit,
        title=marked(hit.title_html, hit.title),
        snippet=Markup(hit.snippet) if hit.snippet else None,
        language_name=name_of_language(hit.language, words),
        other_titles=tuple(_other_titles(hit, words)),
        line=line(hit.fields, settings, words),
        reason=_reason(hit, words),
    )


def _other_titles(hit: Hit, words: Wording) -> Iterator[OtherTitle]:
    """The original title and the one the hit was found by; often they are the same."""
    original, found_by = hit.fields.get("original_title"), hit.matched_title
    if isinstance(original, str) and original and original != hit.title:
        html = Markup.escape(original)
        if found_by is not None and found_by.text == original:
            html, found_by = Markup(found_by.html), None
        language = str(hit.fields.get("original_language") or "")
        yield OtherTitle(html, words("original"), language, "auto")
    if found_by is not None:
        language = "" if found_by.language == "und" else found_by.language
        yield OtherTitle(
            Markup(found_by.html),
            words("matched.title"),
            language,
            found_by.direction if language else "auto",
        )


def _reason(hit: Hit, words: Wording) -> str:
    """Why a hit is there, as a sentence; empty where its marks say it."""
    if hit.matched_by and hit.title_html is not None and not _has_marks(hit):
        return str(words("matched.elsewhere"))
    # The marked other title says by itself that it is one.
    ways = tuple(way for way in hit.matched_by if way != "alias" or hit.matched_title is None)
    in_words = why_matched(ways, words)
    return str(words("matched", ways=in_words)) if in_words else ""


def _has_marks(hit: Hit) -> bool:
    return hit.matched_title is not None or any(
        "<mark>" in (html or "") for html in (hit.title_html, hit.snippet)
    )


def why_matched(ways: tuple[str, ...], words: Wording) -> str:
    """The ways of matching in words; empty when the match is plain to see."""
    if not ways or _OBVIOUS_WAYS & set(ways):
        return ""
    return str(words.texts["list.separator"]).join(str(words.choose("way", way)) for way in ways)


def name_of_language(code: str, words: Wording) -> str:
    """A language's name in the page's language; codes nobody knows stay codes."""
    return str(words("language.unknown")) if code in ("", "und") else language_name(code, words.language)


def facet_views(asked: SearchRequest, results: SearchResults, settings: Settings) -> list[FacetView]:
    """The filter form: every counted facet, and every filtered one, with what is chosen first."""
    views = []
    for facet in settings.facets:
        counted = results.facets.get(facet.name, ())
        if counted or facet.name in asked.filters:
            views.append(_facet_view(facet, counted, asked))
    return views


def _facet_view(facet: Facet, counted: tuple[FacetValue, ...], asked: SearchRequest) -> FacetView:
    active = asked.filters.get(facet.name, ())
    exact = [value for value in active if isinstance(value, str)]
    ranges = [value for value in active if isinstance(value, Range)]
    choices = [Choice(str(one.value), one.label, one.count, str(one.value) in exact) for one in counted]
    listed = {choice.value for choice in choices}
    choices += [Choice(value, value, None, True) for value in exact if value not in listed]
    # Stable: within chosen and not chosen, the searcher's order stays.
    choices.sort(key=lambda choice: not choice.selected)
    shown = max(FACET_VALUES_SHOWN, sum(choice.selected for choice in choices))
    return FacetView(
        facet=facet,
        # Ranges that the two number fields cannot hold stay as check boxes: no filter is lost on submit.
        shown=(*(_range_choice(one) for one in ranges[1:]), *choices[:shown]),
        more=tuple(choices[shown:]),
        low=filter_text(ranges[0]).partition("..")[0] if ranges else "",
        high=filter_text(ranges[0]).partition("..")[2] if ranges else "",
    )


def _range_choice(value: Range) -> Choice:
    return Choice(filter_text(value), range_text(value), None, True)


def range_text(value: Range) -> str:
    """A range for people: `2000–2009`, `–1960`, `2010–`."""
    low, _, high = filter_text(value).partition("..")
    return f"{low}–{high}"


def chips(asked: SearchRequest, settings: Settings, words: Wording) -> list[Link]:
    """A link for each active filter that takes it away."""
    found = []
    for name, values in asked.filters.items():
        facet = settings.facet(name)
        for value in values:
            codes = facet.codes if facet else ""
            if isinstance(value, Range):
                text = range_text(value)
            else:
                text = value_label(value, codes, words.language)
            query = search_query_string(replace(asked, filters=without(asked.filters, name, value)), page=1)
            found.append(Link(text, query, label=facet.label if facet else name))
    return found


def second_tries(results: SearchResults) -> list[SecondTry]:
    """Second tries to announce: first the one shown instead of the typed query, then those besides."""
    echo = results.query
    tries = [SecondTry(one.query, one.kind, one.query == echo.corrected) for one in echo.interpretations]
    if echo.corrected and not any(one.instead for one in tries):
        tries.append(SecondTry(echo.corrected, "spelling", True))
    return sorted(tries, key=lambda one: not one.instead)


def last_page(asked: SearchRequest, results: SearchResults) -> int:
    """The last page that can be asked for, within the window."""
    return max(1, min(results.pages, MAX_WINDOW // asked.per_page))


def page_links(asked: SearchRequest, results: SearchResults) -> list[Link]:
    """Links around the current page and to both ends; an empty text stands for a gap."""
    last = last_page(asked, results)
    near = {page for page in range(asked.page - 2, asked.page + 3) if 1 <= page <= last}
    pages = sorted(near | {1, last})
    links: list[Link] = []
    previous = 0
    for page in pages:
        if page - previous > 1:
            links.append(Link("", ""))
        links.append(Link(str(page), search_query_string(asked, page=page), page == asked.page))
        previous = page
    return links if last > 1 else []


def single_words(q: str) -> list[str]:
    """The words of a query that found nothing, to try one by one; none for a single word."""
    words = list(dict.fromkeys(plain_query(q).split()))
    return words[:5] if len(words) > 1 else []


def plain_query(q: str) -> str:
    """The query without signs that have a meaning.

    >>> plain_query('"il treno" -mosca title:roma')
    'il treno mosca title roma'
    """
    return " ".join(_SIGNS.sub(" ", q).split())
