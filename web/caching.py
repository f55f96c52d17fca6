"""When an answer may be used again: strong ETags of generation and question, and 304s.

An answer changes only when the index, the question, the page's language or this code
changes, so the tag is made of those four and a repeated question costs no search at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Flask, Response, g, request

from web.service import service

CACHE_CONTROL = "public, max-age=30, stale-while-revalidate=60"
ASSET_CACHE_CONTROL = "public, max-age=31536000, immutable"
VARY = ("Accept", "Accept-Language", "Accept-Encoding")
API_VERSION = "1"


def install(app: Flask) -> None:
    """Give every answer that says nothing itself a cache policy."""
    app.after_request(_finish)


def conditional(generation: str, identity: object, build: Callable[[], Response]) -> Response:
    """`build()`, or 304 when the caller already has the answer to `identity` from `generation`.

    `identity` is the normalised question; its `repr` must be the same for the same question.
    When `build` notes another generation in `g.generation`, because the index changed
    meanwhile, the tag is of that one.
    """
    g.generation = generation
    tag = entity_tag(generation, identity)
    # Weak comparison, as RFC 9110 §13.1.2 asks: a proxy that compresses makes our tags weak.
    if not request.if_none_match.star_tag and request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = build()
        tag = entity_tag(g.generation, identity)
    response.set_etag(tag)
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.vary.update(VARY)
    return response


def entity_tag(generation: str, identity: object) -> str:
    """The tag's text, without quotes."""
    one = service()
    parts = (generation, request.path, repr(identity), one.wording.language, API_VERSION, one.version)
    whole = "\n".join((*parts, repr(one.collection), one.web.public_url))
    return hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _finish(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        current = request.args.get("v") == service().version
        response.headers["Cache-Control"] = ASSET_CACHE_CONTROL if current else CACHE_CONTROL
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
