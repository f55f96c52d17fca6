"""The description of the HTTP API (OpenAPI 3.1), made of the same tables that read the parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from search.configuration import Facet, Settings
from web.params import (
    FACET_VALUES_PARAMETERS,
    LIMIT_PARAMETERS,
    MAX_FILTER_VALUES,
    PARAMETERS,
    SUGGEST_PARAMETERS,
    Parameter,
)

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_INTEGER: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_OBJECT: Schema = {"type": "object", "additionalProperties": True}
_DIRECTION: Schema = {"enum": ["ltr", "rtl"]}


def describe(settings: Settings, public_url: str) -> Schema:
    """The whole document for one collection."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.site_name,
            "version": "1",
            "description": settings.site_description,
        },
        "servers": [{"url": public_url}],
        "paths": _paths(settings),
        "components": {"schemas": _schemas(), "responses": _failures()},
    }


def _paths(settings: Settings) -> Schema:
    facets = [_facet_parameter(facet) for facet in settings.facets]
    document_id = _path_parameter("id", "The document's id.")
    search_body = {"$ref": "#/components/schemas/SearchParameters"}
    several = {
        "type": "object",
        "required": ["searches"],
        "additionalProperties": False,
        "properties": {"searches": {"type": "array", "minItems": 1, "maxItems": 20, "items": search_body}},
    }
    search_parameters = [*_query(PARAMETERS, settings), *facets]
    return {
        "/api/v1/search": {
            "get": _operation("search", "Ranked, faceted results", "SearchResults", search_parameters),
            "post": _operation(
                "searchByPost", "The same, parameters as JSON", "SearchResults", body=search_body
            ),
        },
        "/api/v1/multi-search": {
            "post": _operation(
                "multiSearch", "Several searches, answered in order", "MultiResults", body=several
            )
        },
        "/api/v1/suggest": {
            "get": _operation(
                "suggest", "Completions while typing", "Suggestions", _query(SUGGEST_PARAMETERS, settings)
            )
        },
        "/api/v1/documents/{id}": {"get": _operation("document", "One document", "Document", [document_id])},
        "/api/v1/documents/{id}/similar": {
            "get": _operation(
                "similar", "More like this", "Similar", [document_id, *_query(LIMIT_PARAMETERS, settings)]
            )
        },
        "/api/v1/facets/{name}": {
            "get": _operation(
                "facetValues",
                "Search in the values of one facet",
                "FacetValues",
                [
                    _path_parameter(
                        "name", "The facet's name.", enum=[facet.name for facet in settings.facets]
                    ),
                    *_query(FACET_VALUES_PARAMETERS, settings),
                    *facets,
                ],
            )
        },
        "/api/v1/languages": {"get": _operation("languages", "Languages and their documents", "Languages")},
    }


def _operation(
    name: str, summary: str, answer: str, parameters: Iterable[Schema] = (), *, body: Schema | None = None
) -> Schema:
    failures = {str(status): {"$ref": f"#/components/responses/{key}"} for status, key in _FAILURES.items()}
    if body is None:
        failures = {status: failure for status, failure in failures.items() if status not in ("413", "415")}
    operation: Schema = {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {
            "200": {
                "description": summary,
                "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}},
            },
            **failures,
        },
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation


def _query(parameters: Iterable[Parameter], settings: Settings) -> list[Schema]:
    described = []
    for one in parameters:
        schema = _schema_of(one, settings)
        if one.default is not None:
            schema = schema | {"default": int(one.default) if isinstance(one.default, bool) else one.default}
        described.append({"name": one.name, "in": "query", "description": one.description, "schema": schema})
    return described


def _schema_of(parameter: Parameter, settings: Settings) -> Schema:
    if parameter.kind == "integer":
        return {"type": "integer", "minimum": parameter.low, "maximum": parameter.high}
    if parameter.kind == "flag":
        return {"enum": [0, 1]}
    if parameter.kind == "sort":
        return {"enum": [sign + key.name for key in settings.sort_keys for sign in ("", "-")]}
    if parameter.name == "format":
        return {"enum": ["json", "opensearch"]}
    return dict(_TEXT)


def _facet_parameter(facet: Facet) -> Schema:
    is_number = facet.kind == "number"
    form = "numbers and ranges (2000..2009, ..1960, 2010..)." if is_number else "values."
    return {
        "name": facet.name,
        "in": "query",
        "description": f"Filter by {facet.label}; repeat for OR, different facets AND. Takes {form}",
        "schema": {"type": "array", "items": _TEXT, "maxItems": MAX_FILTER_VALUES},
        "style": "form",
        "explode": True,
    }


def _path_parameter(name: str, description: str, **schema: Any) -> Schema:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": _TEXT | schema,
    }


def _array(name: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


def _closed(properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
    }


def _schemas() -> Schema:
    texts = {"type": "array", "items": _TEXT}
    value = {"type": ["string", "number", "boolean", "array"], "items": {"type": ["string", "number"]}}
    known = {one.name: {"description": one.description} for one in PARAMETERS}
    return {
        "SearchParameters": {
            "type": "object",
            "description": "The parameters of GET /api/v1/search by name, facets included.",
            "properties": known,
            "additionalProperties": value,
        },
        "SearchResults": _closed(
            {
                "query": _closed(
                    {
                        "q": _TEXT,
                        "languages": texts,
                        "corrected": _TEXT_OR_NULL,
                        "interpretations": {
                            "type": "array",
                            "items": _closed({"kind": _TEXT, "query": _TEXT}),
                        },
                    }
                ),
                "total": _INTEGER,
                "page": _INTEGER,
                "per_page": _INTEGER,
                "pages": _INTEGER,
                "took_ms": _NUMBER,
                "hits": _array("Hit"),
                "facets": {"type": "object", "additionalProperties": _array("FacetValue")},
            }
        ),
        "Hit": _closed(
            {
                "id": _TEXT,
                "title": _TEXT,
                "language": _TEXT,
                "title_language": _TEXT,
                "dir": _DIRECTION,
                "score": _NUMBER,
                "url": _TEXT_OR_NULL,
                "snippet": _TEXT_OR_NULL | {"description": "HTML, all escaped but <mark>."},
                "title_html": _TEXT_OR_NULL | {"description": "HTML, all escaped but <mark>."},
                "matched_title": {
                    "type": ["object", "null"],
                    "description": "The other title that shows why the document was found.",
                    "required": ["text", "html", "language", "dir"],
                    "properties": {
                        "text": _TEXT,
                        "html": _TEXT | {"description": "HTML, all escaped but <mark>."},
                        "language": _TEXT,
                        "dir": _DIRECTION,
                    },
                },
                "matched_by": texts,
                "fields": _OBJECT,
                "explanation": _OBJECT,
            },
            optional=("explanation",),
        ),
        "FacetValue": _closed(
            {
                "value": {"type": ["string", "number"]},
                "label": _TEXT,
                "count": _INTEGER,
                "selected": {"type": "boolean"},
            }
        ),
        "MultiResults": _closed({"results": _array("SearchResults")}),
        "Suggestions": _closed(
            {
                "suggestions": {
                    "type": "array",
                    "items": _closed({"text": _TEXT, "id": _TEXT, "language": _TEXT, "kind": _TEXT}),
                }
            }
        ),
        "Document": _closed(
            {
                "id": _TEXT,
                "title": _TEXT,
                "language": _TEXT,
                "title_language": _TEXT,
                "dir": _DIRECTION,
                "language_reason": _TEXT,
                "text": _TEXT,
                "url": _TEXT_OR_NULL,
                "fields": _OBJECT,
            }
        ),
        "Similar": _closed({"id": _TEXT, "hits": _array("Hit")}),
        "FacetValues": _closed({"name": _TEXT, "values": _array("FacetValue")}),
        "Languages": _closed(
            {
                "languages": {
                    "type": "array",
                    "items": _closed(
                        {
                            "code": _TEXT,
                            "name": _TEXT,
                            "native_name": _TEXT,
                            "dir": _DIRECTION,
                            "documents": _INTEGER,
                        }
                    ),
                }
            }
        ),
        "Problem": _closed(
            {
                "type": _TEXT,
                "title": _TEXT,
                "status": _INTEGER,
                "detail": _TEXT,
                "errors": {
                    "type": "object",
                    "additionalProperties": _TEXT,
                    "description": "Each bad parameter and what to do about it.",
                },
            },
            optional=("errors",),
        ),
    }


#: Status → name of the described failure.
_FAILURES: dict[int, str] = {
    400: "BadParameter",
    404: "NotFound",
    406: "NotAcceptable",
    413: "TooLarge",
    414: "AddressTooLong",
    415: "WrongContentType",
    429: "TooManyRequests",
    503: "Unavailable",
}


def _failures() -> Schema:
    sentences = {
        "BadParameter": "A parameter is wrong; `errors` names each.",
        "NotFound": "No document has this id.",
        "NotAcceptable": "Accept allows neither JSON nor anything.",
        "TooLarge": "The body is larger than 64 KiB.",
        "AddressTooLong": "The query string is longer than 128 KiB.",
        "WrongContentType": "The body is not announced as application/json.",
        "TooManyRequests": "Wait as long as Retry-After says.",
        "Unavailable": "Overload, a query past its deadline, or no index; see Retry-After.",
    }
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {name: {"description": sentences[name], "content": content} for name in _FAILURES.values()}
