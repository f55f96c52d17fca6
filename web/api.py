"""The JSON API, version 1: one function per route of the contract.

Each reads its parameters, asks the searcher and hands back the answer's `to_dict`. Errors
travel to `errors`, ETags and 304s are `caching`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header

from search.errors import RequestError
from search.request import SearchRequest
from search.results import SearchResults, Suggestion
from web import query_log
from web.bodies import json_body
from web.caching import conditional
from web.facet_names import find_values
from web.kinds import Parameter
from web.links import page_queries
from web.metrics import Metrics, metrics
from web.openapi import MAX_SEARCHES, SUGGESTIONS
from web.params import (
    FACET_VALUES_PARAMETERS,
    LIMIT_PARAMETERS,
    SUGGEST_PARAMETERS,
    clean,
    facet_named,
    form_of,
    given_in_json,
    given_in_query,
    languages_of_header,
    read,
    search_request,
)
from web.problems import PROBLEM
from web.results_view import last_page, name_of_language
from web.serialize import JSON, json_response
from web.service import Service, service

#: Bytes of the `Link` header. Clients and proxies refuse long headers; the body has the page numbers too.
MAX_LINK_HEADER = 4096

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

#: Endpoints that can answer with more than JSON.
_MEDIA_TYPES: dict[str, tuple[str, ...]] = {"api.suggest": (JSON, SUGGESTIONS)}


@blueprint.before_request
def refuse_other_media_types() -> None:
    """406 for callers that take neither JSON nor anything."""
    stated = request.headers.get("Accept")
    if stated and not takes(stated, request.endpoint or ""):
        raise NotAcceptable()


@lru_cache(maxsize=128)
def takes(accept: str, endpoint: str) -> bool:
    """Whether a caller with this Accept header takes what the endpoint has. There are few such headers."""
    if not accept:
        return True
    offered = (*_MEDIA_TYPES.get(endpoint, (JSON,)), PROBLEM)
    accepted = parse_accept_header(accept, MIMEAccept)
    return not accepted or accepted.best_match(offered) is not None


@blueprint.get("/search")
def search() -> Response:
    """Ranked, faceted results, with links to the neighbouring pages in `Link`."""
    asked = search_request(given_in_query(request.args), service().collection, accepted=_accepted())

    def build() -> Response:
        results = run_search(asked)
        response = json_response(results.to_dict())
        links = page_links(request.root_path + request.path, asked, results)
        if links:
            response.headers["Link"] = links
        return response

    return conditional(service().searcher().generation(), asked, build)


@blueprint.post("/search")
def search_by_post() -> Response:
    """The same, parameters as a JSON object."""
    _no_query_string()
    given = given_in_json(json_body())
    asked = search_request(given, service().collection, accepted=_accepted())
    return json_response(run_search(asked).to_dict())


@blueprint.post("/multi-search")
def multi_search() -> Response:
    """Several searches in one request, answered in order."""
    body = json_body()
    asked = [
        search_request(
            given_in_json(one, place=place), service().collection, accepted=_accepted(), place=place
        )
        for place, one in _searches(body)
    ]
    return json_response({"results": [run_search(one).to_dict() for one in asked]})


@blueprint.get("/suggest")
def suggest() -> Response:
    """Completions while typing."""
    given = _given(SUGGEST_PARAMETERS)
    q, limit, languages = given["q"], given["limit"], given["lang"] or _accepted()
    # Browsers that know the form name it; a plain */* means our own.
    for_browser = (
        given["format"] == "opensearch"
        or request.accept_mimetypes.best_match((JSON, SUGGESTIONS)) == SUGGESTIONS
    )

    def build() -> Response:
        found = service().searcher().suggest(q, limit=limit, languages=languages)
        g.hits = len(found)
        if for_browser:
            return json_response(_browser_form(q, found), mimetype=SUGGESTIONS)
        return json_response({"suggestions": [one.to_dict() for one in found]})

    g.query_length = len(q)
    return conditional(service().searcher().generation(), (q, limit, languages, for_browser), build)


@blueprint.get("/documents/<document_id:document_id>")
def document(document_id: str) -> Response:
    """One document as the index keeps it."""
    _given(())
    return _conditional((), lambda: service().searcher().document(document_id).to_dict())


@blueprint.get("/documents/<document_id:document_id>/similar")
def similar(document_id: str) -> Response:
    """More like this one."""
    limit = _given(LIMIT_PARAMETERS)["limit"]

    def answer() -> dict[str, Any]:
        hits = service().searcher().similar(document_id, limit=limit)
        return {"id": document_id, "hits": [hit.to_dict() for hit in hits]}

    return _conditional(limit, answer)


@blueprint.get("/facets/<name>")
def facet_values(name: str) -> Response:
    """The values of one facet, of the documents that match `q` and the filters."""
    facet = facet_named(name, service().collection)
    given = _given(FACET_VALUES_PARAMETERS, with_filters=True)
    q, prefix, limit, filters = given["q"], given["prefix"], given["limit"], given[""]

    def answer() -> dict[str, Any]:
        values = find_values(service().searcher(), facet, q=q, prefix=prefix, limit=limit, filters=filters)
        return {"name": name, "values": [value.to_dict() for value in values]}

    return _conditional((q, prefix, limit, filters), answer)


@blueprint.get("/languages")
def languages() -> Response:
    """Languages known, and how many documents each has."""
    _given(())
    return _conditional(
        (), lambda: {"languages": [one.to_dict() for one in service().searcher().languages()]}
    )


def run_search(asked: SearchRequest) -> SearchResults:
    """Search, and note what the log and the counters want to know."""
    results, noted = searched(service(), metrics(), asked)
    for name, value in noted.items():
        setattr(g, name, value)
    g.generation = results.generation or g.get("generation", "")
    query_log.note(asked, results)
    return results


def searched(one: Service, counters: Metrics, asked: SearchRequest) -> tuple[SearchResults, dict[str, Any]]:
    """Search and count it; the results, and what the log wants to know of them."""
    started = time.perf_counter()
    results = one.searcher().search(asked)
    noted: dict[str, Any] = {"query_length": len(asked.q), "hits": results.total}
    noted["search_ms"] = round((time.perf_counter() - started) * 1000, 2)
    if one.web.log_queries:
        noted["q"] = asked.q
    language = ""
    if not results.total and results.query.languages:
        language = one.known_language(results.query.languages[0])
    counters.count_search(
        results.total, tuple(again.kind for again in results.query.interpretations), language
    )
    return results, noted


def _conditional(identity: object, answer: Callable[[], dict[str, Any]]) -> Response:
    return conditional(service().searcher().generation(), identity, lambda: json_response(answer()))


def _accepted() -> tuple[str, ...]:
    return languages_of_header(request.headers.get("Accept-Language", ""))


def _given(parameters: tuple[Parameter, ...], *, with_filters: bool = False) -> dict[str, Any]:
    form = form_of(parameters, service().collection, with_filters=with_filters)
    return read(given_in_query(request.args), form)


def _no_query_string() -> None:
    if request.args:
        names = dict.fromkeys(map(clean, list(request.args)[:20]), "belongs in the JSON body of a POST")
        raise RequestError(names)


def _searches(body: Any) -> list[tuple[str, Any]]:
    _no_query_string()
    if not isinstance(body, dict) or set(body) != {"searches"} or not isinstance(body["searches"], list):
        raise RequestError({"searches": 'the body must be {"searches": [...]}, a list of search objects'})
    if not 1 <= len(body["searches"]) <= MAX_SEARCHES:
        raise RequestError({"searches": f"must be 1 to {MAX_SEARCHES} searches"})
    return [(f"searches[{number}]", one) for number, one in enumerate(body["searches"])]


def _browser_form(q: str, found: tuple[Suggestion, ...]) -> list[Any]:
    """OpenSearch suggestions: [what was typed, completions, descriptions, addresses]."""
    words = service().wording
    described = [name_of_language(one.language, words) for one in found]
    site = service().web.public_url
    addresses = [site + url_for("pages.document", document_id=one.id) for one in found]
    return [q, [one.text for one in found], described, addresses]


def page_links(path: str, asked: SearchRequest, results: SearchResults) -> str:
    """RFC 8288 links to the first, previous, next and last page within the window; empty if too long."""
    last = last_page(asked, results)
    pages = {"first": 1, "prev": asked.page - 1, "next": asked.page + 1, "last": last}
    there = {relation: page for relation, page in pages.items() if 1 <= page <= last}
    links = []
    for relation, query in zip(there, page_queries(asked, there.values()), strict=True):
        links.append(f'<{path}?{query}>; rel="{relation}"' if query else f'<{path}>; rel="{relation}"')
    header = ", ".join(links)
    return header if len(header) <= MAX_LINK_HEADER else ""
