"""When an answer may be used again: strong ETags of generation and question, 304s, answers in memory.

An answer changes only when the index, the question, the page's language or this code
changes, so the tag is made of those four and a repeated question costs no search at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from werkzeug.http import parse_etags

from web.answer_cache import Answer, Asked, Header, Question
from web.compression import takes_gzip
from web.headers import security_headers
from web.metrics import metrics
from web.service import Service, service

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CACHE_CONTROL = "public, max-age=30, stale-while-revalidate=60"
ASSET_CACHE_CONTROL = "public, max-age=31536000, immutable"
VARY = "Accept, Accept-Language, Accept-Encoding"
#: On answers that were kept: `took_ms` in the body is the time of the working out, not of this request.
FROM_CACHE: Header = ("Server-Timing", "cache;desc=hit")
#: Under pressure of time the searcher leaves out second tries. What took longer than this many
#: seconds, or half of the deadline, may be such an answer, and is not kept for those who have time.
SECONDS_AT_MOST = 1.0
#: What every answer gets for itself.
_OF_ONE_ANSWER = frozenset(("X-Request-ID", "Content-Length", "Server-Timing"))
#: What the request log and the query log tell of an answer, kept with it.
_NOTED = ("hits", "query_length", "q", "asked")


def install(app: Flask) -> None:
    """Keep what may be kept, and give every answer that says nothing itself a cache policy."""
    app.after_request(_finish)


def asked_in(environ: WSGIEnvironment) -> Asked:
    """Every part of a GET request that an answer may depend on, as it came in.

    Other spellings of one question have entries of their own, which lead to the same answer.
    """
    get = environ.get
    return (
        get("PATH_INFO", ""),
        get("QUERY_STRING", ""),
        get("HTTP_ACCEPT", ""),
        get("HTTP_ACCEPT_LANGUAGE", ""),
        get("HTTP_HOST", ""),
        get("SCRIPT_NAME", ""),
    )


def conditional(generation: str, identity: object, build: Callable[[], Response]) -> Response:
    """`build()`, the same kept from before, or 304 when the caller already has the answer to `identity`.

    `identity` is the normalised question; its `repr` must be the same for the same question, and
    other for any other. When `build` notes another generation in `g.generation`, because the index
    changed meanwhile, the tag is of that one.
    """
    g.generation = generation
    tag = entity_tag(generation, identity)
    stated = request.headers.get("If-None-Match")
    if stated is not None and names_tag(stated, tag):
        metrics().count_cache("not_modified")
        response = Response(status=304)
    else:
        response = _kept(tag) or _built(build)
        if g.generation != generation:
            tag = entity_tag(g.generation, identity)
    headers = response.headers
    headers["ETag"] = f'"{tag}"' if response.status_code == 200 else confirmed_tag(request.environ, tag)
    headers["Cache-Control"] = CACHE_CONTROL
    headers["Vary"] = VARY
    rule = request.url_rule
    g.question = Question(tag, generation, rule.rule if rule else "")
    return response


def names_tag(stated: str, tag: str) -> bool:
    """Whether an If-None-Match header holds `tag`. `*` does not: it is about changing things, not reading.

    Weak comparison, as RFC 9110 §13.1.2 asks: whoever packs an answer makes its tag weak.
    """
    if tag not in stated:
        return False
    if stated == f'"{tag}"':
        return True
    parsed = parse_etags(stated)
    return not parsed.star_tag and parsed.contains_weak(tag)


def confirmed_tag(environ: WSGIEnvironment, tag: str) -> str:
    """The ETag header of a 304: weak for those who have the packed answer."""
    weak = f'W/"{tag}"'
    has_packed = weak in environ.get("HTTP_IF_NONE_MATCH", "")
    return weak if has_packed and takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else f'"{tag}"'


def entity_tag(generation: str, identity: object) -> str:
    """The tag's text, without quotes."""
    return service().tag_of(generation, request.root_path, request.path, identity)


def _kept(tag: str) -> Response | None:
    """The answer with this tag, asked for in other words than before."""
    answer = service().answers.answer(tag)
    if answer is None:
        return None
    for name, value in answer.noted.items():
        setattr(g, name, value)
    g.cached = True
    metrics().count_cache("hit")
    return Response(answer.body, headers=[*answer.stated, FROM_CACHE])


def _built(build: Callable[[], Response]) -> Response:
    if service().answers.limit:
        metrics().count_cache("miss")
    response = build()
    g.built = True
    return response


def _finish(response: Response) -> Response:
    """Runs when the clock of the deadline has been stopped: what is kept is kept whole."""
    if "question" in g:
        _keep(g.question, response)
    elif request.endpoint == "static" and response.status_code in (200, 304):
        current = request.args.get("v") == service().version
        response.headers["Cache-Control"] = ASSET_CACHE_CONTROL if current else CACHE_CONTROL
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _keep(question: Question, response: Response) -> None:
    one = service()
    if not one.answers.limit or response.status_code not in (200, 304):
        return
    if "built" in g:
        seconds = time.perf_counter() - g.get("started", 0.0)
        if question.generation and g.generation != question.generation:
            return
        if not may_be_kept(one, question.generation, seconds):
            return
        one.answers.keep_answer(question, _answer(response))
    one.answers.keep_question(asked_in(request.environ), question)


def may_be_kept(one: Service, generation: str, seconds: float) -> bool:
    """Whether an answer of `generation` that was just made, in so many seconds, is whole and still true."""
    deadline = one.web.deadline_seconds
    if seconds >= (min(SECONDS_AT_MOST, deadline / 2) if deadline else SECONDS_AT_MOST):
        return False
    return not generation or one.searcher().generation() == generation


def _answer(response: Response) -> Answer:
    here = g.__dict__
    # A copy: orjson's bytes hold on to the buffer they were written in, up to twice their size.
    body = bytes(memoryview(response.get_data()))
    own = tuple((name, value) for name, value in response.headers if name not in _OF_ONE_ANSWER)
    added = (
        ("Content-Length", str(len(body))),
        *security_headers(response.status_code, response.headers.get("Content-Type", "")),
    )
    return Answer(body, own, added, {name: here[name] for name in _NOTED if name in here})
