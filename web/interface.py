"""In which language is this request answered, and how do addresses keep it?

The address decides (`?ui=de`), else the browser's `Accept-Language`, else it is English. No cookie: a
page is its address, and may be kept by every cache that heeds `Vary`. `ui` is about the words of the
page only; `lang`, the languages a visitor reads, is about the order of the results.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import g, has_request_context, request, url_for

from search.configuration import Settings
from web import catalogue
from web.params import canonical_language, languages_of_header
from web.wording import Wording, in_english

PARAMETER = "ui"
ENGLISH = "en"
#: Routes whose answers are in the visitor's language; links to them keep the one that was chosen.
_IN_WORDS = frozenset(
    ("pages.search", "pages.facet", "pages.document", "documentation.page", "discovery.feed_of_results")
)
#: What languages call themselves, where CLDR tells two of the list apart by brackets.
_OWN_NAMES: dict[str, str] = {"zh": "简体中文", "zh-Hant": "繁體中文"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One language of the interface: its tag, its own name for itself, whether the page is in it."""

    tag: str
    name: str
    direction: str
    current: bool


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages of the interface, by their own names."""
    return tuple(sorted((ENGLISH, *catalogue.languages()), key=lambda tag: own_name(tag).casefold()))


@lru_cache(maxsize=128)
def own_name(tag: str) -> str:
    """What a language calls itself, as it stands in a list."""
    name = _OWN_NAMES.get(tag) or catalogue.locale_of(tag).get_display_name() or tag
    return name[0].upper() + name[1:]


@lru_cache(maxsize=128)
def wording_for(tag: str, singular: str, plural: str) -> Wording:
    """The words of one language for a collection that calls its documents so; read once."""
    texts = in_english(singular, plural)
    if tag != ENGLISH:
        texts = catalogue.merged(texts, catalogue.read(tag, catalogue.nouns_of(singular, plural)))
    return Wording(tag, catalogue.locale_of(tag).text_direction, texts)


def wording(settings: Settings) -> Wording:
    """The words of this request."""
    found: Wording | None = g.get("wording")
    if found is None:
        found = g.wording = wording_for(language(), settings.noun_singular, settings.noun_plural)
    return found


def language() -> str:
    """The language this request is answered in."""
    return stated() or _accepted(request.headers.get("Accept-Language", ""))


def stated() -> str | None:
    """The language that the address names, if there is such a one."""
    given = request.args.get(PARAMETER, "")
    return _known(canonical_language(given)) if given else None


@lru_cache(maxsize=128)
def choices(current: str) -> tuple[Choice, ...]:
    """All languages, to choose from; `current` is that of the page."""
    return tuple(
        Choice(tag, own_name(tag), catalogue.locale_of(tag).text_direction, tag == current)
        for tag in languages()
    )


def address(endpoint: str, query: str = "", **values: Any) -> str:
    """`url_for` with a query string behind it."""
    found = url_for(endpoint, **values)
    if not query:
        return found
    return f"{found}{'&' if '?' in found else '?'}{query}"


def own_path() -> str:
    """The path of this page, for a form that asks for it again; of an error, that of the start page."""
    endpoint = request.endpoint if request.endpoint in _IN_WORDS else "pages.search"
    values: dict[str, Any] = dict(request.view_args or {}) if endpoint == request.endpoint else {}
    return url_for(endpoint, **values, ui=None)


def alternates(public_url: str) -> list[tuple[str, str]]:
    """(`hreflang`, address) of this page in every language, and as the browser asks for it."""
    plain = public_url + own_path()
    return [*((tag, f"{plain}?{PARAMETER}={tag}") for tag in languages()), ("x-default", plain)]


def carried() -> list[tuple[str, str]]:
    """What a form must send along so that its answer is in the same language."""
    tag = stated()
    return [(PARAMETER, tag)] if tag else []


def keep_in_addresses(endpoint: str, values: dict[str, Any]) -> None:
    """For Flask's `url_defaults`: an address made while a stated language holds has it too.

    Who wants one without passes `ui=None`.
    """
    if endpoint in _IN_WORDS and PARAMETER not in values and has_request_context():
        tag = _stated_once()
        if tag:
            values[PARAMETER] = tag


def _stated_once() -> str | None:
    if "stated_language" not in g:
        g.stated_language = stated()
    found: str | None = g.stated_language
    return found


@lru_cache(maxsize=128)
def _accepted(header: str) -> str:
    return next((known for tag in languages_of_header(header) if (known := _known(tag))), ENGLISH)


def _known(tag: str) -> str | None:
    """The language of the interface that serves a reader of `tag`."""
    return next((one for one in catalogue.wider(tag) if one in languages()), None)
