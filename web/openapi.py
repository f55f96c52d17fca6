"""The description of the HTTP API (OpenAPI 3.1), made of the models that read requests and describe answers.

What is written here by hand is only which route takes which form and gives which answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from search.configuration import Settings
from web.answers import ANSWERS
from web.kinds import Parameter
from web.params import (
    FACET_VALUES_PARAMETERS,
    LIMIT_PARAMETERS,
    PARAMETERS,
    SUGGEST_PARAMETERS,
    form_of,
)
from web.problems import PROBLEM
from web.serialize import JSON

Schema = dict[str, Any]

MAX_SEARCHES = 20
SUGGESTIONS = "application/x-suggestions+json"
_SCHEMAS = "#/components/schemas/"
_TEXT: Schema = {"schema": {"type": "string"}}
#: Media type → what is in it, where it is not a model.
_CONTENTS: Schema = {
    "text/html": _TEXT,
    "text/plain": _TEXT,
    "application/opensearchdescription+xml": _TEXT,
    SUGGESTIONS: {
        "schema": {
            "type": "array",
            "description": "OpenSearch suggestions: what was typed, completions, descriptions, addresses.",
            "items": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "minItems": 4,
            "maxItems": 4,
        }
    },
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one route. `answer` names a model, `also` are further media types it can be had in;
    `parameters` stand in the address, `in_path` are the parts of the path with their descriptions."""

    path: str
    method: str
    name: str
    summary: str
    answer: str = ""
    parameters: tuple[Parameter, ...] = ()
    with_filters: bool = False
    in_path: tuple[tuple[str, str], ...] = ()
    body: str = ""
    also: tuple[str, ...] = ()
    is_conditional: bool = True


_DOCUMENT_ID = (("id", "The document's id."),)

#: Every route of version 1.
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "/api/v1/search", "get", "search", "Ranked, faceted results", "SearchResults", PARAMETERS, True
    ),
    Operation(
        "/api/v1/search",
        "post",
        "searchByPost",
        "The same, parameters as JSON",
        "SearchResults",
        body="SearchParameters",
        is_conditional=False,
    ),
    Operation(
        "/api/v1/multi-search",
        "post",
        "multiSearch",
        "Several searches, answered in order",
        "MultiResults",
        body="Searches",
        is_conditional=False,
    ),
    Operation(
        "/api/v1/suggest",
        "get",
        "suggest",
        "Completions while typing",
        "Suggestions",
        SUGGEST_PARAMETERS,
        also=(SUGGESTIONS,),
    ),
    Operation("/api/v1/documents/{id}", "get", "document", "One document", "Document", in_path=_DOCUMENT_ID),
    Operation(
        "/api/v1/documents/{id}/similar",
        "get",
        "similar",
        "More like this",
        "Similar",
        LIMIT_PARAMETERS,
        in_path=_DOCUMENT_ID,
    ),
    Operation(
        "/api/v1/facets/{name}",
        "get",
        "facetValues",
        "Search in the values of one facet",
        "FacetValues",
        FACET_VALUES_PARAMETERS,
        True,
        in_path=(("name", "The facet's name."),),
    ),
    Operation("/api/v1/languages", "get", "languages", "Languages and their documents", "Languages"),
    Operation("/healthz", "get", "alive", "The process answers", "Alive", is_conditional=False),
    Operation("/readyz", "get", "ready", "The index is open and answers", "Ready", is_conditional=False),
    Operation(
        "/metrics",
        "get",
        "metrics",
        "Counters of all workers, for Prometheus",
        also=("text/plain",),
        is_conditional=False,
    ),
    Operation(
        "/opensearch.xml",
        "get",
        "browserSearch",
        "OpenSearch 1.1 description, for browsers",
        also=("application/opensearchdescription+xml",),
        is_conditional=False,
    ),
    Operation("/", "get", "page", "The search page; takes the parameters of a search", also=("text/html",)),
    Operation(
        "/document/{id}",
        "get",
        "documentPage",
        "The page of one document",
        in_path=_DOCUMENT_ID,
        also=("text/html",),
    ),
)

#: Status → name and meaning of the failures that every route may answer with, or those with a body.
_FAILURES: dict[int, tuple[str, str]] = {
    400: ("BadParameter", "A parameter is wrong; `errors` names each."),
    404: ("NotFound", "No document has this id."),
    406: ("NotAcceptable", "Accept allows neither JSON nor anything."),
    413: ("TooLarge", "The body is larger than 64 KiB."),
    414: ("AddressTooLong", "The query string is longer than 128 KiB."),
    415: ("WrongContentType", "The body is not announced as application/json."),
    429: ("TooManyRequests", "Wait as long as Retry-After says."),
    500: ("Defect", "A defect of ours; it has been logged."),
    503: ("Unavailable", "Overload, a query past its deadline, or no index; see Retry-After."),
}
_WITH_BODY = frozenset({413, 415})
_WITH_RETRY_AFTER = frozenset({429, 503})

_HEADERS: dict[str, tuple[str, Schema]] = {
    "ETag": ("Of generation and question; send it back as If-None-Match.", {"type": "string"}),
    "Link": (
        "RFC 8288: first, prev, next and last page; absent where it would be long.",
        {"type": "string"},
    ),
    "Server-Timing": (
        "Milliseconds of the search and of the whole; or that the answer was kept.",
        {"type": "string"},
    ),
    "X-Request-ID": ("The id of this request in the log.", {"type": "string"}),
    "Retry-After": ("Seconds to wait.", {"type": "string", "pattern": "^[0-9]+$"}),
}


@lru_cache(maxsize=8)
def describe(settings: Settings, public_url: str) -> Schema:
    """The whole document for one collection."""
    paths: Schema = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(one, settings)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.site_name,
            "version": "1",
            "description": settings.site_description,
        },
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": _schemas(settings),
            "responses": _failures(),
            "headers": {
                name: {"description": meaning, "schema": schema}
                for name, (meaning, schema) in _HEADERS.items()
            },
        },
    }


def _operation(one: Operation, settings: Settings) -> Schema:
    content: Schema = {JSON: {"schema": {"$ref": _SCHEMAS + one.answer}}} if one.answer else {}
    content |= {kind: _CONTENTS[kind] for kind in one.also}
    headers = ["X-Request-ID", "Server-Timing"]
    headers += ["ETag"] if one.is_conditional else []
    headers += ["Link"] if one.name == "search" else []
    responses: Schema = {
        "200": {"description": one.summary, "headers": _headers(headers), "content": content}
    }
    if one.is_conditional:
        responses["304"] = {"description": "Not modified since the answer named in If-None-Match."}
    for status, (name, _) in _FAILURES.items():
        if (status in _WITH_BODY and not one.body) or (status == 404 and not one.in_path):
            continue
        responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
    if "text/html" in one.also:
        # People are told in pages too.
        responses = {
            status: _as_page(status) if "$ref" in response else response
            for status, response in responses.items()
        }
    described: Schema = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [*_in_path(one, settings), *_in_query(one, settings)],
        "responses": responses,
    }
    if one.body:
        schema = {"$ref": _SCHEMAS + one.body}
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    return described


def _as_page(status: str) -> Schema:
    return {"description": _FAILURES[int(status)][1], "content": {"text/html": _TEXT}}


def _in_path(one: Operation, settings: Settings) -> list[Schema]:
    names: Schema = {"type": "string", "enum": [facet.name for facet in settings.facets]}
    schemas = {"id": {"type": "string", "minLength": 1}, "name": names}
    return [
        {"name": name, "in": "path", "required": True, "description": meaning, "schema": schemas[name]}
        for name, meaning in one.in_path
    ]


def _in_query(one: Operation, settings: Settings) -> list[Schema]:
    """The fields of the model that reads the address, each as a parameter."""
    if not one.parameters:
        return []
    form = form_of(one.parameters, settings, with_filters=one.with_filters)
    described = []
    for name, schema in tidy(form.query.model_json_schema())["properties"].items():
        meaning, examples = schema.pop("description", ""), schema.pop("examples", None)
        parameter = {"name": name, "in": "query", "description": meaning, "schema": schema}
        if examples:
            parameter["example"] = examples[0]
        if schema.get("type") == "array":
            schema.pop("default", None)
            parameter |= {"style": "form", "explode": True}
        if isinstance(schema.get("default"), bool):
            schema["default"] = str(int(schema["default"]))
        described.append(parameter)
    return described


def _headers(names: Iterable[str]) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _schemas(settings: Settings) -> Schema:
    form = form_of(PARAMETERS, settings)
    models: list[tuple[type[BaseModel], Any]] = [(one, "serialization") for one in ANSWERS]
    _, described = models_json_schema(models, ref_template=_SCHEMAS + "{model}")
    body = form.body.model_json_schema(ref_template=_SCHEMAS + "{model}")
    body["description"] = "The parameters of GET /api/v1/search by name, facets included."
    body["examples"] = [{"q": "treni mosca", "per_page": 5, "lang": ["it"], "highlight": False}]
    searches = {
        "type": "object",
        "description": "Several searches in one request.",
        "properties": {
            "searches": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_SEARCHES,
                "items": {"$ref": _SCHEMAS + "SearchParameters"},
            }
        },
        "required": ["searches"],
        "additionalProperties": False,
        "examples": [{"searches": [{"q": "treni"}, {"q": "mosca", "facets": []}]}],
    }
    found: Schema = tidy(described["$defs"] | {"SearchParameters": body, "Searches": searches})
    return found


def _failures() -> Schema:
    content = {PROBLEM: {"schema": {"$ref": _SCHEMAS + "Problem"}}}
    return {
        name: {
            "description": meaning,
            "headers": _headers(["X-Request-ID", *(["Retry-After"] if status in _WITH_RETRY_AFTER else [])]),
            "content": content,
        }
        for status, (name, meaning) in _FAILURES.items()
    }


def tidy(schema: Any, *, is_named: bool = False) -> Any:
    """A schema of pydantic's without titles made of names, a choice of plain types as a list of types,
    and without defaults of null, which no caller can send in an address.

    `is_named`: the keys are names of properties, not words of JSON Schema.
    """
    if isinstance(schema, list):
        return [tidy(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {}
    for key, value in schema.items():
        if not is_named and (key == "title" or (key == "default" and value is None)):
            continue
        kept_as_is = not is_named and key in ("examples", "enum", "default")
        found[key] = (
            value if kept_as_is else tidy(value, is_named=not is_named and key in ("properties", "$defs"))
        )
    choice = None if is_named else found.get("anyOf")
    if choice and all(set(one) == {"type"} and isinstance(one["type"], str) for one in choice):
        del found["anyOf"]
        found = {"type": [one["type"] for one in choice], **found}
    return found
