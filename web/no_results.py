"""What helps a visitor who found nothing? Other searches that do find something, with their counts.

Each offer is tried before it is made, with a search that only counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from search.configuration import Settings
from search.labels import may_begin
from search.request import SearchRequest
from search.results import Suggestion
from search.searcher import Searcher
from web.facet_view import filter_label
from web.fields import facet_label
from web.links import search_query_string, without
from web.wording import Wording

#: Filters, and words, that are left out one at a time: as many searches.
MOST_TRIED = 5
#: Titles offered; the parts of the query that they are looked for with, the longest first.
TITLES = 5
_PARTS = (1.0, 0.6)
_SHORTEST_PART = 2
#: Characters of the query that titles are looked for with. Hardly a title is longer.
_LONGEST_PART = 128
_LOOKED_THROUGH = 10
_SIGNS = re.compile(r"[\"*():]|(?<!\w)-|\bOR\b")


@dataclass(frozen=True, slots=True)
class Offer:
    """Another search: its text and the query string behind it."""

    text: Markup
    query: str


def offers(asked: SearchRequest, searcher: Searcher, settings: Settings, words: Wording) -> list[Offer]:
    """Searches near the one that found nothing, all of which find something."""
    found = []
    for key, other, values in _others(asked, settings, words):
        total = _count(other, searcher)
        if total:
            text = words(key, count=total, **values)
            found.append(Offer(text, search_query_string(other, page=1)))
    return found


def near_titles(q: str, searcher: Searcher) -> tuple[Suggestion, ...]:
    """Titles that begin like the query, or else like its first part.

    What completes a text may only sound like it; a part of one sounds like too much, so that a title
    must then begin with letters that may be written so.
    """
    plain = plain_query(q)[:_LONGEST_PART]
    for part in _PARTS:
        beginning = plain[: round(len(plain) * part)].strip()
        if len(beginning) < _SHORTEST_PART:
            break
        found = searcher.suggest(beginning, limit=TITLES if part == 1 else _LOOKED_THROUGH)
        length = len(beginning.split())
        near = [
            one for one in found if part == 1 or may_begin(" ".join(one.text.split()[:length]), beginning)
        ]
        if near:
            return tuple(near[:TITLES])
    return ()


def plain_query(q: str) -> str:
    """The query without signs that have a meaning.

    >>> plain_query('"il treno" -mosca title:roma')
    'il treno mosca title roma'
    """
    return " ".join(_SIGNS.sub(" ", q).split())


def _others(
    asked: SearchRequest, settings: Settings, words: Wording
) -> Iterator[tuple[str, SearchRequest, dict[str, Any]]]:
    """(text, search, values for the text) in the order of the page: the least change first."""
    if asked.exact:
        yield "none.normal", replace(asked, exact=False), {}
    plain = plain_query(asked.q)
    if plain and plain != asked.q:
        yield "none.plain", replace(asked, q=plain), {"query": _quoted(plain)}
    active = [(name, value) for name, values in asked.filters.items() for value in values]
    if len(active) > 1:
        for name, value in active[:MOST_TRIED]:
            facet = settings.facet(name)
            shown = filter_label(facet, value, words)
            yield (
                "none.filter",
                replace(asked, filters=without(asked.filters, name, value)),
                {"facet": facet_label(facet, words) if facet else name, "value": _isolated(shown)},
            )
    if active:
        yield "none.all.filters", replace(asked, filters={}), {}
    # Plain words that found nothing are nowhere: a search shows the documents with some of its words.
    if plain == asked.q and not asked.exact and not active:
        return
    for fewer in _fewer_words(plain):
        yield "none.words", replace(asked, q=fewer), {"query": _quoted(fewer)}


def _fewer_words(plain: str) -> list[str]:
    """The query without one of its words; then each word alone, where that is another search."""
    words = list(dict.fromkeys(plain.split()))[:MOST_TRIED]
    if len(words) < 2:
        return []
    less = [" ".join(words[:place] + words[place + 1 :]) for place in range(len(words))]
    return list(dict.fromkeys([*less, *words]))


def _count(asked: SearchRequest, searcher: Searcher) -> int:
    return searcher.search(replace(asked, page=1, per_page=1, facets=(), highlight=False)).total


def _quoted(text: str) -> Markup:
    return Markup("<q><bdi>{}</bdi></q>").format(text)


def _isolated(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)
