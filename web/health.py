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
    """The index is open and answers; else the error layer says 503. What an older generation answers is
    an answer: 200, with a warning."""
    searcher = service().searcher()
    results = searcher.search(_PROBE)
    said = {"status": "ready", "generation": searcher.generation(), "documents": results.total}
    if searcher.problem:
        # What exactly is wrong stands in the log: it names files.
        said["warning"] = "the live generation cannot be used; this is the newest that can"
    return json_response(said)


@blueprint.get("/metrics")
def exposition() -> Response:
    """Prometheus' text format."""
    generation, built, fallen_back = _generation()
    text = metrics().exposition(generation, built, fallen_back=fallen_back)
    return Response(text, content_type=CONTENT_TYPE)


def _generation() -> tuple[str, float | None, bool]:
    """The generation that answers, when it was built, and whether it does so in place of the live one, as
    far as that can be told: counters must always be."""
    try:
        searcher = service().searcher()
        generation, fallen_back = searcher.generation(), bool(searcher.problem)
    except IndexUnavailable:
        return "", None, False
    try:
        manifest = service().web.index / "generations" / generation / "manifest.json"
        return generation, manifest.stat().st_mtime, fallen_back
    except OSError:
        return generation, None, fallen_back
