"""Search results as the page shows them: hits, why they matched, second tries, pages.

Takes what was asked and answered, gives plain values for the template. Knows words and addresses, not HTTP.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from search.configuration import Settings
from search.labels import language_name, romanized
from search.request import MAX_WINDOW, FacetFilter, SearchRequest
from search.results import Hit, SearchResults
from web.catalogue import wider
from web.facet_view import Link
from web.fields import Fact, Name, line, marked, names_of
from web.links import search_query_string
from web.wording import Wording

#: Ways of matching that explain themselves: the visitor sees the word, or nearly, in the title.
_OBVIOUS_WAYS = frozenset({"exact", "stem"})
#: No distance between a language and one whose readers can read it.
_FAR = 100
#: Letters of the Latin script, with and without marks.
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")


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
class SecondTry:
    """A query that was answered besides or instead of the typed one; `instead` says which."""

    query: str
    kind: str
    instead: bool


def hit_views(
    hits: tuple[Hit, ...], settings: Settings, words: Wording, wanted: Mapping[str, FacetFilter] | None = None
) -> list[HitView]:
    """The hits, ready to show; of long lists of values, those `wanted` by a filter come first."""
    return [_hit_view(hit, settings, words, wanted or {}) for hit in hits]


def _hit_view(hit: Hit, settings: Settings, words: Wording, wanted: Mapping[str, FacetFilter]) -> HitView:
    return HitView(
        hit=hit,
        title=marked(hit.title_html, hit.title),
        snippet=Markup(hit.snippet) if hit.snippet else None,
        language_name=name_of_language(hit.language, words),
        other_titles=tuple(_other_titles(hit, words)),
        line=line(hit.fields, settings, words, wanted),
        reason=_reason(hit, words),
    )


def _other_titles(hit: Hit, words: Wording) -> Iterator[OtherTitle]:
    """The original title, the one the hit was found by, and one that the reader can read.

    Often they are the same, and often there are none.
    """
    original, found_by = hit.fields.get("original_title"), hit.matched_title
    shown = [hit.title]
    if isinstance(original, str) and original and original != hit.title:
        html = Markup.escape(original)
        if found_by is not None and found_by.text == original:
            html, found_by = Markup(found_by.html), None
        shown.append(original)
        yield OtherTitle(html, words("original"), _tag(hit.fields.get("original_language")), "auto")
    if found_by is not None:
        language = _tag(found_by.language)
        shown.append(found_by.text)
        direction = found_by.direction if language else "auto"
        yield OtherTitle(Markup(found_by.html), words("matched.title"), language, direction)
    readable = readable_title(shown, hit.fields, words)
    if readable is not None:
        yield OtherTitle(Markup.escape(readable.text), words("known.as"), _tag(readable.about), "auto")
    elif latin := romanized_title(shown, hit.title_language or hit.language, words):
        yield OtherTitle(Markup.escape(latin.text), words("romanized"), latin.about, "ltr")


def readable_title(shown: list[str], fields: Mapping[str, Any], words: Wording) -> Name | None:
    """Where all titles shown are in scripts that are not the page's: another title in the page's language,
    or else in Latin letters."""
    if _is_readable(shown, words):
        return None
    others = names_of(fields.get("also_known_as") or [], "language")
    own = min(others, key=lambda one: _distance(one.about, words.language), default=None)
    if own is not None and _distance(own.about, words.language) < _FAR:
        return own
    return next((one for one in others if _LATIN.search(one.text)), None)


def _distance(written: str, read: str) -> int:
    """How far a title in `written` is from what readers of `read` are used to: the page in traditional
    Chinese has a title from Taiwan before one in Chinese of any kind, and that before none."""
    served = wider(written)
    if read in served:
        return served.index(read)
    return _FAR - 1 if written.partition("-")[0] == read.partition("-")[0] else _FAR


def romanized_title(shown: list[str], language: str, words: Wording) -> Name | None:
    """Where all titles shown are in scripts that are not the page's: the first in Latin letters."""
    latin = "" if _is_readable(shown, words) else romanized(shown[0], language)
    return Name(latin, f"{language or 'und'}-Latn") if latin and latin != shown[0] else None


def _is_readable(titles: list[str], words: Wording) -> bool:
    """Whether one of the titles is in Latin letters or, which needs no list of scripts, in those of the
    page's own word for language."""
    own = _first_letter_block(str(words.texts["facet.language"]))
    return any(_LATIN.search(one) or _first_letter_block(one) == own for one in titles)


def _first_letter_block(text: str) -> str:
    letter = next((one for one in text if one.isalpha()), "")
    block = unicodedata.name(letter, "").partition(" ")[0] if letter else ""
    # Who reads Japanese reads all three.
    return "CJK" if block in ("HIRAGANA", "KATAKANA") else block


def _tag(code: object) -> str:
    """A language for `lang`; empty where nobody knows it."""
    return "" if code in (None, "und") else str(code)


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
    return str(words.listed([words.choose("way", way) for way in ways]))


def name_of_language(code: str, words: Wording) -> str:
    """A language's name in the page's language; codes nobody knows stay codes."""
    return str(words("language.unknown")) if code in ("", "und") else language_name(code, words.language)


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
