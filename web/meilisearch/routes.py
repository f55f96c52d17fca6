"""Meilisearch's routes: one function a route, for searching and reading; every other is refused in words.

With search keys configured, only those are answered that have one. Which pages of other sites may ask
is for `web/cors.py` to say, as for every route.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import MethodNotAllowed

from search.labels import value_label
from search.request import SearchRequest
from web.bodies import json_body
from web.facet_names import find_values
from web.meilisearch import errors
from web.meilisearch.description import (
    FOLLOWED_VERSION,
    default_uid,
    index_object,
    index_settings,
    index_stats,
    is_uid,
    setting_named,
)
from web.meilisearch.documents import EVERYTHING, flat, selected
from web.meilisearch.errors import AUTHORISATION, MeilisearchError, unknown_index
from web.meilisearch.federation import Weighted, federated, weight_of
from web.meilisearch.parameters import search_in_json, search_in_query
from web.meilisearch.searching import (
    MAX_HITS,
    MAX_TOTAL_HITS,
    answered,
    countable_keys,
    facet_text,
    request_of,
    where,
)
from web.params import clean
from web.serialize import json_response
from web.service import service

blueprint = Blueprint("meilisearch", __name__)
errors.install(blueprint)

MAX_QUERIES = 50
MAX_FACET_HITS = 100
#: A configured name that stands for any.
ANY_NAME = "*"
_CHANGING = ("POST", "PUT", "PATCH", "DELETE")
_EVERY_METHOD = ("GET", *_CHANGING)
_SEARCH_ONLY = (
    "This service only searches. Documents, settings, keys and tasks are not managed over HTTP: documents "
    "are indexed on the server with `indexer build SOURCE` or `indexer update SOURCE`, which read JSON "
    "Lines, JSON, CSV and more; settings are those of `search.toml`."
)


@blueprint.before_request
def check_key() -> None:
    """401 or 403 for callers without one of the search keys, if there are any."""
    keys = service().web.meilisearch_keys
    if not keys or request.method == "OPTIONS" or request.endpoint == "meilisearch.health":
        return
    scheme, _, stated = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not stated:
        message = "The Authorization header is missing. It must use the bearer authorization method."
        raise MeilisearchError("missing_authorization_header", message, status=401, kind=AUTHORISATION)
    given = stated.strip().encode("utf-8", "surrogatepass")
    # Every key is compared, so that the time says nothing of which.
    if not sum(hmac.compare_digest(given, key.encode()) for key in keys):
        message = "The provided API key is invalid."
        raise MeilisearchError("invalid_api_key", message, status=403, kind=AUTHORISATION)


# Searching


@blueprint.post("/indexes/<uid>/search")
def search(uid: str) -> Response:
    """Hits for the search in the body."""
    _check_uid(uid)
    return json_response(answered(search_in_json(_body())).to_dict())


@blueprint.get("/indexes/<uid>/search")
def search_by_get(uid: str) -> Response:
    """The same, the search in the address."""
    _check_uid(uid)
    return json_response(answered(search_in_query(request.args)).to_dict())


@blueprint.post("/multi-search")
def multi_search() -> Response:
    """Several searches at once: their answers in order, or one merged list with `federation`."""
    body = _body()
    queries = body.get("queries") if isinstance(body, dict) else None
    if not isinstance(queries, list) or not set(body) <= {"queries", "federation"}:
        message = 'The body must be {"queries": [...]}, with "federation" if they are to be merged.'
        raise MeilisearchError("bad_request", message)
    if len(queries) > MAX_QUERIES:
        raise MeilisearchError("bad_request", f"At most {MAX_QUERIES} queries can be asked at once.")
    federation = body.get("federation")
    asked = [_query(f".queries[{number}]", one) for number, one in enumerate(queries)]
    if federation is None:
        for number, one in enumerate(queries):
            if one.get("federationOptions") is not None:
                message = (
                    f"`federationOptions` is not allowed in a non-federated search: `queries[{number}]`."
                )
                raise MeilisearchError("invalid_multi_search_federation_options", message)
        results = [{"indexUid": one.uid, **answered(one.search).to_dict()} for one in asked]
        return json_response({"results": results})
    return json_response(federated(asked, federation))


@blueprint.post("/indexes/<uid>/facet-search")
def facet_search(uid: str) -> Response:
    """Values of one facet that begin with what was typed, among the hits of a search."""
    _check_uid(uid)
    read = search_in_json(_body(), others=("facetName", "facetQuery", "exhaustiveFacetCount"))
    name, typed = read.others.get("facetName"), read.others.get("facetQuery")
    known = countable_keys(service().collection)
    if not isinstance(name, str):
        message = "Missing field `facetName`: it names the facet whose values are searched."
        raise MeilisearchError("missing_facet_search_facet_name", message)
    if name not in known:
        listed = ", ".join(known)
        shown = clean(name)[:64]
        message = f"Attribute `{shown}` is not facet-searchable. Available attributes are: `{listed}`."
        raise MeilisearchError("invalid_facet_search_facet_name", message)
    if typed is not None and not isinstance(typed, str):
        message = "Invalid value type at `.facetQuery`: expected a string"
        raise MeilisearchError("invalid_facet_search_facet_query", message)
    asked = request_of(replace(read, facets=(name,), sort=()), offset=0, limit=0)
    found = service().searcher().find(asked)
    wanted = clean(typed or "").strip()
    values = found.counts.get(name, [])
    if wanted:
        called = _values_called(name, wanted)
        values = [row for row in values if row[0] in called]
    g.query_length, g.hits = len(read.q), len(values)
    hits = [{"value": facet_text(value), "count": count} for value, count in values[:MAX_FACET_HITS]]
    return json_response({"facetHits": hits, "facetQuery": typed, "processingTimeMs": round(found.took_ms)})


def _values_called(name: str, typed: str) -> frozenset[str | float]:
    """The values of a facet that are called so, in any language, whatever the search."""
    facet = service().collection.facet(name)
    if facet is None:
        # A number that is no facet is called what it is.
        found = service().searcher().find(SearchRequest(per_page=0, facets=(name,), highlight=False))
        rows = found.counts.get(name, [])
        return frozenset(value for value, _ in rows if value_label(value, "").startswith(typed))
    values = find_values(service().searcher(), facet, q="", prefix=typed, limit=MAX_TOTAL_HITS, filters={})
    return frozenset(one.value for one in values)


# Reading


@blueprint.get("/indexes/<uid>/documents")
def documents(uid: str) -> Response:
    """Documents without a query, the most popular first."""
    _check_uid(uid)
    return _documents(dict(request.args.items()))


@blueprint.post("/indexes/<uid>/documents/fetch")
def documents_by_post(uid: str) -> Response:
    """The same, what is wanted in the body."""
    _check_uid(uid)
    return _documents(_body())


@blueprint.get("/indexes/<uid>/documents/<document_id:document_id>")
def document(uid: str, document_id: str) -> Response:
    """One document."""
    _check_uid(uid)
    found = service().searcher().document(document_id)
    return json_response(selected(flat(found), _fields(request.args.get("fields"))))


@blueprint.get("/indexes")
def indexes() -> Response:
    """The one index, under each of its names."""
    collection = service().searcher().collection()
    listed = [index_object(uid, collection) for uid in _names()]
    return json_response({"results": listed, "offset": 0, "limit": 20, "total": len(listed)})


@blueprint.get("/indexes/<uid>")
def index(uid: str) -> Response:
    """The index."""
    _check_uid(uid)
    return json_response(index_object(uid, service().searcher().collection()))


@blueprint.get("/indexes/<uid>/stats")
def stats_of_index(uid: str) -> Response:
    """How large the index is."""
    _check_uid(uid)
    return json_response(index_stats(service().searcher().collection()))


@blueprint.get("/stats")
def stats() -> Response:
    """How large everything is."""
    collection = service().searcher().collection()
    return json_response(
        {
            "databaseSize": collection.size,
            "usedDatabaseSize": collection.size,
            "lastUpdate": collection.built,
            "indexes": {uid: index_stats(collection) for uid in _names()},
        }
    )


@blueprint.get("/indexes/<uid>/settings")
def settings(uid: str) -> Response:
    """What may be filtered, sorted and searched by."""
    _check_uid(uid)
    return json_response(_settings())


@blueprint.get("/indexes/<uid>/settings/<name>")
def setting(uid: str, name: str) -> Response:
    """One of the settings."""
    _check_uid(uid)
    is_known, value = setting_named(name, _settings())
    if not is_known:
        raise MeilisearchError("not_found", "There is no such setting.", status=404)
    return json_response(value)


@blueprint.get("/health")
def health() -> Response:
    """Whether searches are answered. Raises `IndexUnavailable`."""
    service().searcher().generation()
    return json_response({"status": "available"})


@blueprint.get("/version")
def version() -> Response:
    """The version of Meilisearch whose documentation is followed; `commitSha` is that of our code."""
    return json_response(
        {"commitSha": service().version, "commitDate": "unknown", "pkgVersion": FOLLOWED_VERSION}
    )


# What is not offered


def _search_only(**_parts: str) -> Response:
    raise MeilisearchError("search_only", _SEARCH_ONLY, status=403)


def _other_method() -> Response:
    raise MethodNotAllowed(valid_methods=_ONLY[request.path])


def _refuse_everything_else() -> None:
    """Routes of Meilisearch's that change or manage: known, and refused in its shape."""
    rules = [f"/{name}{rest}" for name in _MANAGED for rest in ("", "/<path:rest>")]
    for number, rule in enumerate(("/indexes/<uid>/<path:rest>", *rules)):
        blueprint.add_url_rule(rule, f"search_only_{number}", _search_only, methods=_EVERY_METHOD)
    for rule, methods in _ONLY.items():
        others = [method for method in _EVERY_METHOD if method not in methods]
        blueprint.add_url_rule(rule, f"only_{rule[1:]}", _other_method, methods=others)
    for number, rule in enumerate(("/indexes", "/indexes/<uid>", "/indexes/<uid>/documents/<path:rest>")):
        blueprint.add_url_rule(rule, f"no_change_{number}", _search_only, methods=_CHANGING)


#: Routes that are asked in one way only.
_ONLY: dict[str, tuple[str, ...]] = {
    "/multi-search": ("POST",),
    "/health": ("GET",),
    "/version": ("GET",),
    "/stats": ("GET",),
}
_MANAGED = (
    "tasks", "batches", "keys", "dumps", "snapshots", "swap-indexes", "experimental-features", "network",
    "webhooks", "chats", "export",
)  # fmt: skip
_refuse_everything_else()


# Parts of the answers


def _names() -> tuple[str, ...]:
    """The names of the index."""
    stated = tuple(name for name in service().web.meilisearch_indexes if name != ANY_NAME)
    return stated or (default_uid(service().collection),)


def _check_uid(uid: str) -> None:
    accepts_any = ANY_NAME in service().web.meilisearch_indexes and is_uid(uid)
    if not accepts_any and uid not in _names():
        raise unknown_index(clean(uid)[:64])


def _body() -> Any:
    """The JSON of the body. Without a body, nothing is asked for."""
    if not request.get_data():
        return {}
    return json_body()


def _query(place: str, body: Any) -> Weighted:
    """One of the queries of a multi-search."""
    if not isinstance(body, dict):
        raise MeilisearchError("bad_request", f"Invalid value type at `{place}`: expected an object.")
    uid = body.get("indexUid")
    if not isinstance(uid, str):
        raise MeilisearchError("missing_index_uid", f"Missing field `indexUid` inside `{place}`")
    _check_uid(uid)
    read = search_in_json(body, others=("indexUid", "federationOptions"), place=place)
    return Weighted(uid, read, weight_of(read.others.get("federationOptions"), place))


def _settings() -> dict[str, Any]:
    return index_settings(service().collection, service().web.deadline_seconds)


def _fields(stated: Any) -> tuple[str, ...]:
    """Attributes to show, as a list or with commas between them."""
    if stated is None or stated == "":
        return (EVERYTHING,)
    names = stated.split(",") if isinstance(stated, str) else stated
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise MeilisearchError("invalid_document_fields", "`fields` must be a list of attributes.")
    return tuple(names)


def _documents(given: Any) -> Response:
    """A page of documents."""
    if not isinstance(given, dict):
        raise MeilisearchError("bad_request", "Invalid value type at `.`: expected an object.")
    _check_known(given)
    offset, limit = _count("offset", given, 0), _count("limit", given, 20)
    collection = service().collection
    conditions = where(given.get("filter"), collection, code="invalid_document_filter")
    fields = _fields(given.get("fields"))
    offset = min(offset, MAX_TOTAL_HITS)
    asked = SearchRequest(
        per_page=min(limit, MAX_HITS, MAX_TOTAL_HITS - offset),
        offset=offset,
        where=conditions,
        facets=(),
        highlight=False,
    )
    found = service().searcher().find(asked)
    g.hits = found.total
    return json_response(
        {
            "results": [selected(flat(one.document), fields) for one in found.documents],
            "offset": offset,
            "limit": limit,
            "total": found.total,
        }
    )


def _check_known(given: dict[str, Any]) -> None:
    for name in given:
        if name not in ("offset", "limit", "filter", "fields"):
            shown = clean(str(name))[:64]
            message = f"Unknown field `{shown}`: expected one of `offset`, `limit`, `filter`, `fields`"
            raise MeilisearchError("bad_request", message)


def _count(name: str, given: dict[str, Any], default: int) -> int:
    value = given.get(name, default)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        message = f"Invalid value at `.{name}`: expected a positive integer"
        raise MeilisearchError(f"invalid_document_{name}", message)
    return value
