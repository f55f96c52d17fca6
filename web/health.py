"""For those who watch the process: alive, ready, and its counters."""

from __future__ import annotations

from flask import Blueprint, Response

from search.errors import IndexUnavailable
from search.request import SearchRequest
from web.metrics import CONTENT_TYPE, metrics
from web.serialize import json_response
from web.service import service

blueprint = Blueprint("health", __name__)

#: The smallest search that opens the index, matches and counts.
_PROBE = SearchRequest(per_page=1, facets=(), highlight=False)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers; says nothing about the index."""
    return json_response({"status": "alive"})


@blueprint.get("/readyz")
def ready() -> Response:
    """The index is open and answers; else the error layer says 503."""
    searcher = service().searcher()
    results = searcher.search(_PROBE)
    return json_response({"status": "ready", "generation": searcher.generation(), "documents": results.total})


@blueprint.get("/metrics")
def exposition() -> Response:
    """Prometheus' text format."""
    generation, built = _generation()
    return Response(metrics().exposition(generation, built), content_type=CONTENT_TYPE)


def _generation() -> tuple[str, float | None]:
    """The live generation and when it was built, as far as that can be told: counters must always be."""
    try:
        generation = service().searcher().generation()
    except IndexUnavailable:
        return "", None
    try:
        manifest = service().web.index / "generations" / generation / "manifest.json"
        return generation, manifest.stat().st_mtime
    except OSError:
        return generation, None
