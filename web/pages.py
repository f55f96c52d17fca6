"""The pages for people: search, one document, and what browsers ask a site for.

They take the API's parameters but forgive: what is unknown is ignored, what is wrong is repaired.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from markupsafe import Markup

from search.request import SearchRequest
from search.results import StoredDocument
from web.api import run_search
from web.caching import conditional
from web.fields import Name, facts, names_of, web_address
from web.links import search_parameters, search_query_string
from web.params import Given, clean, given_in_query, languages_of_header, search_request
from web.results_view import (
    chips,
    facet_views,
    hit_views,
    last_page,
    name_of_language,
    page_links,
    plain_query,
    second_tries,
    single_words,
)
from web.serialize import html_response, json_for_html
from web.service import service
from web.structured import structured_data

blueprint = Blueprint("pages", __name__)

LATEST = 10
SIMILAR = 8
#: Characters of a query on the page, where every link repeats it. The searcher reads fewer still.
MAX_QUERY = 1000
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
    return {
        "site": one.collection,
        "words": one.wording,
        "version": one.version,
        "request": request,
        "plural": one.collection.noun_plural,
    }


@blueprint.get("/")
def search() -> Response:
    """The start page, or a page of results."""
    asked = _asked()
    is_listing = bool(asked.q or asked.filters or any(name in request.args for name in _LISTING))
    build = _results if is_listing else _start
    return conditional(service().searcher().generation(), (asked, is_listing), lambda: build(asked))


@blueprint.get("/document/<document_id:document_id>")
def document(document_id: str) -> Response:
    """Everything known about one document, with similar ones."""
    return conditional(
        service().searcher().generation(),
        "document",
        lambda: _document(service().searcher().document(document_id)),
    )


@blueprint.get("/opensearch.xml")
def browser_search() -> Response:
    """OpenSearch 1.1: browsers add the site to their search engines."""
    site = service().collection
    text = render_template("opensearch.xml", address=service().web.public_url, short_name=site.site_name[:16])
    response = Response(text, content_type="application/opensearchdescription+xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Documents are for crawlers, results are not: endless addresses, and the commonest overload."""
    lines = ("User-agent: *", "Disallow: /api/", "Disallow: /*?", "Disallow: /metrics", "")
    response = Response("\n".join(lines), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _asked() -> SearchRequest:
    collection = service().collection
    given = _with_ranges(given_in_query(request.args), [facet.name for facet in collection.facets])
    # The parts of a score are for programs; a page has no place for them.
    given.pop("explain", None)
    accepted = languages_of_header(request.headers.get("Accept-Language", ""))
    asked = search_request(given, collection, accepted=accepted, strict=False)
    return replace(asked, q=asked.q.strip()[:MAX_QUERY])


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
    results = run_search(replace(asked, per_page=1, highlight=False))
    searcher, collection, words = service().searcher(), service().collection, service().wording
    html = render_template(
        "start.html",
        asked=asked,
        address=service().web.public_url + url_for("pages.search"),
        total=results.total,
        languages=sum(1 for one in searcher.languages() if one.documents),
        facets=facet_views(asked, results, collection),
        latest=hit_views(searcher.latest(limit=LATEST), collection, words),
    )
    return html_response(html)


def _results(asked: SearchRequest) -> Response:
    """A page of hits with filters; or, when nothing was found, what may help."""
    results = run_search(asked)
    collection, words = service().collection, service().wording
    latest = () if results.total else service().searcher().latest(limit=5)
    html = render_template(
        "results.html",
        asked=asked,
        results=results,
        hits=hit_views(results.hits, collection, words),
        facets=facet_views(asked, results, collection),
        chips=chips(asked, collection, words),
        second_tries=second_tries(results),
        pages=page_links(asked, results),
        last_page=last_page(asked, results),
        carried=[pair for pair in search_parameters(asked) if pair[0] in _CARRIED],
        latest=hit_views(latest, collection, words),
        single_words=single_words(asked.q),
        plain_query=plain_query(asked.q),
        link=lambda **changes: (
            url_for("pages.search") + _question_mark(search_query_string(asked, **changes))
        ),
        word_link=lambda q: url_for("pages.search") + _question_mark(search_query_string(SearchRequest(q=q))),
    )
    return html_response(html)


def _question_mark(query: str) -> str:
    return f"?{query}" if query else ""


def _document(found: StoredDocument) -> Response:
    g.hits = 1
    searcher, collection, words = service().searcher(), service().collection, service().wording
    related = names_of(found.fields.get("related") or [], "language")
    existing = searcher.find_titles([name.text for name in related]) if related else {}
    address = service().web.public_url + url_for("pages.document", document_id=found.id)
    similar = searcher.similar(found.id, limit=SIMILAR)
    html = render_template(
        "document.html",
        document=found,
        address=address,
        source=web_address(found.url),
        name_of_language=lambda code: name_of_language(code, words),
        original=_other_title(found),
        tagline=str(found.fields.get("tagline") or ""),
        facts=facts(found.fields, collection, words),
        people=_by_role(names_of(found.fields.get("people") or [], "role")),
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


def _by_role(people: tuple[Name, ...]) -> dict[str, list[Name]]:
    """Role → people, in the order the roles first appear; no role is the empty role."""
    groups: dict[str, list[Name]] = {}
    for person in people:
        groups.setdefault(person.about, []).append(person)
    return groups
