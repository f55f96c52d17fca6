"""The pages for people: search, the values of one facet, one document.

They take the API's parameters but forgive: what is unknown is ignored, what is wrong is repaired.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request, url_for
from markupsafe import Markup

from search.request import SearchRequest
from search.results import FacetValue, SearchResults, StoredDocument
from web import interface
from web.api import run_search
from web.caching import conditional
from web.facet_names import find_values
from web.facet_view import COUNTED, carried_besides, chips, choices, facet_views
from web.fields import Name, facet_label, facts, names_of, web_address
from web.links import filter_query, search_parameters, search_query_string
from web.no_results import near_titles, offers
from web.params import Given, clean, given_in_query, languages_of_header, search_request
from web.results_view import (
    hit_views,
    last_page,
    name_of_language,
    page_links,
    readable_title,
    romanized_title,
    second_tries,
)
from web.serialize import html_response, json_for_html
from web.service import service
from web.structured import structured_data, structured_results
from web.wording import Wording

blueprint = Blueprint("pages", __name__)

LATEST = 10
SIMILAR = 8
#: Characters of a query on the page, where every link repeats it. The searcher reads fewer still.
MAX_QUERY = 1000
#: Values on the page of one facet, and numbers that a histogram counts.
MOST_VALUES = 500
MOST_NUMBERS = 100_000
#: Ends of the two fields of a range: `year.from=2000&year.to=2009` is `year=2000..2009`.
_FROM, _TO = ".from", ".to"
#: Parameters that make the start page a list.
_LISTING = ("page", "sort", "per_page", "exact")
#: Parameters without a control of their own, which a submitted form must not lose.
_CARRIED = frozenset({"exact", "per_page", "facets", "facet_limit", "highlight"})


@blueprint.app_context_processor
def shared_values() -> dict[str, Any]:
    """What every template may use."""
    one = service()
    collection, words = one.collection, one.wording
    return {
        "site": collection,
        "site_name": words.named("site", "name", collection.site_name),
        "site_description": words.named("site", "description", collection.site_description),
        "words": words,
        "version": one.version,
        "request": request,
        "at": lambda query: interface.address("pages.search", query),
        "language_parameters": interface.carried(),
        "interface_languages": interface.choices(words.language),
        "own_path": interface.own_path(),
        # What the buttons that choose another language send along.
        "parameters": [],
    }


@blueprint.get("/")
def search() -> Response:
    """The start page, or a page of results."""
    asked = asked_in_query()
    is_listing = bool(asked.q or asked.filters or any(name in request.args for name in _LISTING))
    build = _results if is_listing else _start
    return _conditional((asked, is_listing), lambda: build(asked))


@blueprint.get("/facets/<name>")
def facet(name: str) -> Response:
    """All values of one facet, to search in and choose from; the search goes on with what is chosen."""
    asked = asked_in_query()
    prefix = clean(request.args.get("prefix", "")).strip()[:MAX_QUERY]
    if service().collection.facet(name) is None:
        abort(404)
    return _conditional((asked, prefix), lambda: _facet(name, prefix, asked))


@blueprint.get("/document/<document_id:document_id>")
def document(document_id: str) -> Response:
    """Everything known about one document, with similar ones."""
    return _conditional("document", lambda: _document(service().searcher().document(document_id)))


def _conditional(identity: object, build: Callable[[], Response]) -> Response:
    """`conditional`, for answers in the visitor's language."""
    in_words = (interface.language(), interface.stated())
    return conditional(service().searcher().generation(), (in_words, identity), build)


blueprint.app_url_defaults(interface.keep_in_addresses)


def asked_in_query() -> SearchRequest:
    """The search that this request's address asks for, repaired where it must be."""
    collection = service().collection
    given = _with_ranges(given_in_query(request.args), [facet.name for facet in collection.facets])
    # The parts of a score are for programs; a page has no place for them.
    given.pop("explain", None)
    accepted = languages_of_header(request.headers.get("Accept-Language", ""))
    asked = search_request(given, collection, accepted=accepted, strict=False)
    return replace(asked, q=asked.q.strip()[:MAX_QUERY].rstrip())


def _with_ranges(given: Given, facets: list[str]) -> Given:
    """Fold the two fields of a range into one filter value; the wrong way round is put right."""
    for name in facets:
        low, high = (clean((given.get(name + end) or [""])[0]).strip() for end in (_FROM, _TO))
        if low or high:
            if low and high and _is_reversed(low, high):
                low, high = high, low
            given[name] = [*given.get(name, []), f"{low}..{high}"]
    return given


def _is_reversed(low: str, high: str) -> bool:
    return low.isdecimal() and high.isdecimal() and int(low[:18]) > int(high[:18])


def _start(asked: SearchRequest) -> Response:
    """The start page: how much there is, ways in by facet, the latest."""
    results, counted = _searched(replace(asked, per_page=1, highlight=False))
    searcher, collection, words = service().searcher(), service().collection, service().wording
    html = render_template(
        "start.html",
        asked=asked,
        address=service().web.public_url + url_for("pages.search"),
        alternates=interface.alternates(service().web.public_url),
        total=results.total,
        languages=sum(1 for one in searcher.languages() if one.documents),
        facets=facet_views(asked, counted, collection, words),
        latest=hit_views(searcher.latest(limit=LATEST), collection, words),
    )
    return html_response(html)


def _results(asked: SearchRequest) -> Response:
    """A page of hits with filters; or, when nothing was found, what may help."""
    results, counted = _searched(asked)
    one = service()
    collection, words = one.collection, one.wording
    site = one.web.public_url
    html = render_template(
        "results.html",
        asked=asked,
        results=results,
        hits=hit_views(results.hits, collection, words, asked.filters),
        facets=facet_views(asked, counted, collection, words),
        chips=chips(asked, collection, words),
        second_tries=second_tries(results),
        pages=page_links(asked, results),
        last_page=last_page(asked, results),
        parameters=search_parameters(asked) or [("page", "1")],
        carried=[pair for pair in search_parameters(asked) if pair[0] in _CARRIED],
        carried_besides=lambda name: carried_besides(asked, name),
        link=_linker(asked),
        link_facet=lambda name: interface.address(
            "pages.facet", search_query_string(asked, page=1), name=name
        ),
        filter_query=filter_query(asked),
        feed=interface.address("discovery.feed_of_results", search_query_string(asked, page=1)),
        structured=Markup(
            json_for_html(
                structured_results(
                    results,
                    words,
                    address=site + interface.address("pages.search", search_query_string(asked)),
                    address_of=lambda found: site + url_for("pages.document", document_id=found, ui=None),
                )
            )
        ),
        **({} if results.total else _help(asked)),
    )
    return html_response(html)


def _help(asked: SearchRequest) -> dict[str, Any]:
    """What a page without results offers instead."""
    searcher, collection, words = service().searcher(), service().collection, service().wording
    return {
        "offers": offers(asked, searcher, collection, words),
        "near_titles": near_titles(asked.q, searcher),
        "latest": hit_views(searcher.latest(limit=5), collection, words),
    }


def _facet(name: str, prefix: str, asked: SearchRequest) -> Response:
    collection, words = service().collection, service().wording
    found = collection.facet(name)
    assert found is not None
    values = find_values(
        service().searcher(), found, q=asked.q, prefix=prefix, limit=MOST_VALUES, filters=asked.filters
    )
    g.hits = len(values)
    chosen = [value for value in asked.filters.get(name, ()) if isinstance(value, str)]
    listed = choices(found, values, chosen, words)
    html = render_template(
        "facet.html",
        asked=asked,
        facet=found,
        label=facet_label(found, words),
        prefix=prefix,
        choices=listed,
        number=len(values),
        parameters=[*([("prefix", prefix)] if prefix else []), *search_parameters(asked)],
        carried=carried_besides(asked, name),
        own=[pair for pair in search_parameters(asked) if pair[0] == name],
        link=_linker(asked),
    )
    return html_response(html)


def _searched(asked: SearchRequest) -> tuple[SearchResults, dict[str, tuple[FacetValue, ...]]]:
    """The results, and counts of more values than a program would be given.

    Numbers make a histogram, which needs all of them.
    """
    results = run_search(replace(asked, facet_limit=max(asked.facet_limit, COUNTED)))
    counted = dict(results.facets)
    for found in service().collection.facets:
        if found.kind == "number" and len(counted.get(found.name, ())) >= COUNTED:
            counted[found.name] = (
                service()
                .searcher()
                .facet_values(found.name, q=asked.q, limit=MOST_NUMBERS, filters=asked.filters)
            )
    return results, counted


def _linker(asked: SearchRequest) -> Callable[..., str]:
    """A function of changes to `asked` that gives the address of the changed search."""
    return lambda **changes: interface.address("pages.search", search_query_string(asked, **changes))


def _document(found: StoredDocument) -> Response:
    g.hits = 1
    searcher, collection, words = service().searcher(), service().collection, service().wording
    related = names_of(found.fields.get("related") or [], "language")
    existing = searcher.find_titles([name.text for name in related]) if related else {}
    address = service().web.public_url + url_for("pages.document", document_id=found.id)
    similar = searcher.similar(found.id, limit=SIMILAR)
    original = _other_title(found)
    shown = [found.title, original.text] if original else [found.title]
    readable = readable_title(shown, found.fields, words)
    html = render_template(
        "document.html",
        document=found,
        address=address,
        alternates=interface.alternates(service().web.public_url),
        source=web_address(found.url),
        name_of_language=lambda code: name_of_language(code, words),
        original=original,
        readable=readable,
        latin=(None if readable else romanized_title(shown, found.title_language or found.language, words)),
        tagline=str(found.fields.get("tagline") or ""),
        year=found.fields.get("year"),
        reason=words.choose("reason", found.language_reason.partition(":")[0]),
        facts=facts(found.fields, collection, words),
        people=_by_role(names_of(found.fields.get("people") or [], "role"), words),
        aliases=names_of(found.fields.get("also_known_as") or [], "language"),
        related=[(name.text, existing.get(name.text)) for name in related],
        similar=hit_views(similar, collection, words),
        latest=hit_views(searcher.latest(limit=SIMILAR), collection, words),
        structured=Markup(json_for_html(structured_data(found, collection, address))),
        paragraphs=[part for part in found.text.split("\n") if part.strip()],
        people_filter="people" if collection.facet("people") else None,
    )
    return html_response(html)


def _other_title(found: StoredDocument) -> Name | None:
    """The title in the work's own language, where it is another."""
    title = found.fields.get("original_title")
    if not isinstance(title, str) or not title or title == found.title:
        return None
    return Name(title, str(found.fields.get("original_language") or ""))


def _by_role(people: tuple[Name, ...], words: Wording) -> dict[str, list[str]]:
    """Heading → names, in the order in which the headings first appear. Roles that the page's language
    calls the same are one; nobody is named twice below it."""
    groups: dict[str, dict[str, None]] = {}
    for person in people:
        role = person.about
        heading = words.texts.get(f"role.{role.lower()}") or role or str(words("document.anyrole"))
        groups.setdefault(heading, {})[person.text] = None
    return {heading: list(names) for heading, names in groups.items()}
