"""Which requests are answered without being read again? Those that this process has just answered.

Stands in front of Flask. A repeated request costs a look at the index's pointer file, its place in
the rate limit, its counters and its log line, but no routing, no reading of parameters and no
search. Whatever is not simply a repeat goes on to Flask, which also words every refusal.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from web.answer_cache import Answer, Header, Question
from web.caching import CACHE_CONTROL, FROM_CACHE, VARY, asked_in, confirmed_tag, names_tag
from web.compression import packed_answer, takes_gzip
from web.headers import security_headers
from web.short_way import ShortWay

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_NOT_MODIFIED: tuple[Header, ...] = (
    ("Cache-Control", CACHE_CONTROL),
    ("Vary", VARY),
    *security_headers(304, ""),
)


class Repeats(ShortWay):
    """WSGI: answers repeats from the cache of `service`, hands everything else to `inner`."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        method = environ["REQUEST_METHOD"]
        question = self._question(environ) if method in ("GET", "HEAD") else None
        if question is None:
            return self._inner(environ, start_response)
        stated = environ.get("HTTP_IF_NONE_MATCH")
        answer = None
        if stated is None or not names_tag(stated, question.tag):
            answer = self._answer(question, environ)
            if answer is None:
                return self._inner(environ, start_response)
        if not self._limits.admit(environ):
            return self._inner(environ, start_response)
        self._metrics.count_cache("hit" if answer else "not_modified")
        noted = {"generation": question.generation, **(answer.noted if answer else {}), "cached": True}
        status = 304 if answer is None else 200
        request_id, _ = self._finish(environ, question.route, status, started, noted)
        if answer is None:
            tag = confirmed_tag(environ, question.tag)
            headers = [*_NOT_MODIFIED, ("ETag", tag), ("X-Request-ID", request_id)]
            start_response("304 NOT MODIFIED", headers)
            return []
        start_response("200 OK", [*answer.stated, *answer.added, FROM_CACHE, ("X-Request-ID", request_id)])
        return [answer.body] if method == "GET" else []

    def _answer(self, question: Question, environ: WSGIEnvironment) -> Answer | None:
        """The answer in the bytes that the caller takes. What is packed is packed once, and kept."""
        answers = self._service.answers
        if not self._service.web.compress or not takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            return answers.answer(question.tag)
        packed = replace(question, tag=f"{question.tag}+gzip")
        answer = answers.answer(packed.tag)
        if answer is None:
            answer = answers.answer(question.tag)
            if answer is not None and (smaller := packed_answer(answer)) is not None:
                answers.keep_answer(packed, smaller)
                return smaller
        return answer

    def _question(self, environ: WSGIEnvironment) -> Question | None:
        """What is asked, if it was asked before in the generation that is live now."""
        question = self._service.answers.question(asked_in(environ))
        if question is None or not question.generation:
            return question
        try:
            generation = self._service.searcher().generation()
        except Exception:
            # Whatever it is, Flask meets it again at once and answers it in our one shape.
            return None
        return question if question.generation == generation else None
