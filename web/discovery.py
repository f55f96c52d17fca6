"""What machines ask a site for: robots.txt, a sitemap, a feed of results, a description of the search.

Addresses in these are absolute and begin with the configured public address, never with the Host
header of the request.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from search.request import SearchRequest
from web import interface
from web.api import run_search
from web.caching import conditional
from web.feed import feed
from web.links import search_query_string
from web.pages import asked_in_query
from web.serialize import html_response
from web.service import service

blueprint = Blueprint("discovery", __name__)

DAY = "public, max-age=86400"
#: Addresses in one file of the sitemap; the protocol allows 50,000, a request's deadline less.
ADDRESSES = 5_000
#: Entries of a feed when the address does not say how many.
ENTRIES = 25
#: Paths that are no use to crawlers: endless combinations of filters, and what is for programs.
CLOSED_TO_CRAWLERS = ("/api/", "/facets/", "/feed.atom", "/metrics", "/*?")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Documents are for crawlers, results are not: endless addresses, and the commonest overload."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_CRAWLERS)]
    lines += ["", f"Sitemap: {_absolute('discovery.sitemap_index')}", ""]
    response = Response("\n".join(lines), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = DAY
    return response


@blueprint.get("/sitemap.xml")
def sitemap_index() -> Response:
    """The files of the sitemap (sitemaps.org), as many as the documents need."""

    def build() -> Response:
        files = [_absolute("discovery.sitemap", number=number) for number in range(1, _files() + 1)]
        return _xml(render_template("sitemap_index.xml", files=files))

    return conditional(service().searcher().generation(), "sitemap", build)


@blueprint.get("/sitemap-<number>.xml")
def sitemap(number: str) -> Response:
    """The addresses of `ADDRESSES` documents, the newest in the first file."""
    place = int(number) if re.fullmatch("[0-9]{1,6}", number) else 0
    if not 1 <= place <= _files():
        abort(404)

    def build() -> Response:
        first = (place - 1) * ADDRESSES
        found = service().searcher().document_ids(offset=first, limit=ADDRESSES)
        addresses = [_absolute("pages.document", document_id=one) for one in found]
        if place == 1:
            addresses.insert(0, _absolute("pages.search"))
        return _xml(render_template("sitemap.xml", addresses=addresses))

    return conditional(service().searcher().generation(), place, build)


@blueprint.get("/feed.atom")
def feed_of_results() -> Response:
    """Atom (RFC 4287): the results of a search, with the parameters of the page."""
    asked = asked_in_query()
    if "per_page" not in request.args:
        asked = replace(asked, per_page=ENTRIES)
    asked = replace(asked, facets=())

    def build() -> Response:
        results = run_search(asked)
        site = service().web.public_url
        own = search_query_string(replace(asked, facets=None))
        text = feed(
            results,
            service().collection,
            service().wording,
            address=site + interface.address("discovery.feed_of_results", own),
            page=site + interface.address("pages.search", own),
            address_of=lambda one: _absolute("pages.document", document_id=one),
        )
        return Response(text, content_type="application/atom+xml; charset=utf-8")

    in_words = (interface.language(), interface.stated())
    return conditional(service().searcher().generation(), (in_words, asked), build)


@blueprint.get("/opensearch.xml")
def browser_search() -> Response:
    """OpenSearch 1.1: browsers add the site to their search engines."""
    words, site = service().wording, service().collection
    text = render_template(
        "opensearch.xml",
        address=service().web.public_url,
        name=words.named("site", "name", site.site_name),
        description=words.named("site", "description", site.site_description),
    )
    response = Response(text, content_type="application/opensearchdescription+xml; charset=utf-8")
    response.headers["Cache-Control"] = DAY
    response.headers["Vary"] = "Accept-Language"
    return response


def _files() -> int:
    """How many files the sitemap has; one where there is no document."""
    total = run_search(SearchRequest(per_page=1, facets=(), highlight=False)).total
    return max(1, -(-total // ADDRESSES))


def _absolute(endpoint: str, **values: Any) -> str:
    """The address that names a page whatever the language it is shown in."""
    return service().web.public_url + url_for(endpoint, ui=None, **values)


def _xml(text: str) -> Response:
    g.hits = 0
    response = html_response(text)
    response.content_type = "application/xml; charset=utf-8"
    return response
