"""The plain search of a program, without Flask: read, search, answer.

`GET /api/v1/search` is what this service is asked most. Flask's request, its routing, hooks and response
take longer than all that the search's answer needs besides the search itself (0.36 ms became 0.15).
Only what goes right is answered here: whatever is not a plain request, and every failure, goes on to
Flask and is worded there; the two ways give the same answers, which is tested.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from search.errors import RequestError
from search.request import SearchRequest
from web import request_log
from web.answer_cache import Answer, Question
from web.api import page_links, searched, takes
from web.caching import CACHE_CONTROL, VARY, asked_in, may_be_kept
from web.compression import FAST, packed_answer, takes_gzip
from web.headers import security_headers
from web.limits import FAILURE
from web.params import Given, languages_of_header, search_request
from web.query_log import AskedQuery
from web.serialize import JSON, json_bytes
from web.short_way import ShortWay

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH = "/api/v1/search"
_ENDPOINT = "api.search"
_SECURITY = security_headers(200, JSON)
#: Bytes of an address that are no UTF-8 stay as they were written, `%ED`: so Flask's `request.args` reads
#: them, and both ways must read alike.
_AS_WRITTEN = "web.as-written"


def _as_written(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return quote(error.object[error.start : error.end], safe=""), error.end


codecs.register_error(_AS_WRITTEN, _as_written)


class DirectSearch(ShortWay):
    """WSGI: answers plain searches, hands everything else to `inner`."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        asked = self._asked(environ) if environ.get("PATH_INFO") == PATH else None
        question = self._question(asked) if asked is not None else None
        if asked is None or question is None or not self._limits.admit(environ):
            return self._inner(environ, start_response)
        try:
            with self._limits.running() as there_is_room:
                answer = self._answer(environ, asked, question, started) if there_is_room else None
        except Exception as error:
            # Whatever it is: Flask answers it in our one shape, and logs what is a defect of ours.
            environ[FAILURE] = error
            answer = None
        if answer is None:
            return self._inner(environ, start_response)
        request_id, seconds = self._finish(environ, PATH, 200, started, answer.noted)
        timing = request_log.server_timing(answer.noted["search_ms"], seconds)
        own = [("Server-Timing", timing), ("X-Request-ID", request_id)]
        start_response("200 OK", [*answer.stated, *answer.added, *own])
        return [answer.body]

    def _asked(self, environ: WSGIEnvironment) -> SearchRequest | None:
        """What is asked, if it is a plain request without a fault."""
        text = environ.get("QUERY_STRING", "")
        if (
            environ["REQUEST_METHOD"] != "GET"
            or environ.get("SCRIPT_NAME")
            or "HTTP_IF_NONE_MATCH" in environ
            or len(text) > self._service.web.max_query_string_bytes
            or not text.isascii()
            or not takes(environ.get("HTTP_ACCEPT", ""), _ENDPOINT)
        ):
            return None
        given: Given = {}
        for name, value in parse_qsl(text, keep_blank_values=True, errors=_AS_WRITTEN):
            given.setdefault(name, []).append(value)
        accepted = languages_of_header(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        try:
            return search_request(given, self._service.collection, accepted=accepted)
        except RequestError:
            return None

    def _question(self, asked: SearchRequest) -> Question | None:
        """The question with its tag; None if its answer was kept, or there is no index to ask."""
        one = self._service
        try:
            generation = one.searcher().generation()
        except Exception:
            # Flask meets it again at once.
            return None
        question = Question(one.tag_of(generation, "", PATH, asked), generation, PATH)
        return None if one.answers.answer(question.tag) else question

    def _answer(
        self, environ: WSGIEnvironment, asked: SearchRequest, question: Question, started: float
    ) -> Answer:
        one = self._service
        results, noted = searched(one, self._metrics, asked)
        if self._query_log is not None and asked.q.strip() and asked.page == 1:
            noted["asked"] = (AskedQuery.of(asked, results),)
        generation = question.generation
        answered_by = results.generation or generation
        if generation != answered_by:
            # The index changed meanwhile: the tag is of the one that answered.
            question = Question(one.tag_of(answered_by, "", PATH, asked), answered_by, PATH)
        stated = [("Content-Type", JSON)]
        links = page_links(PATH, asked, results)
        if links:
            stated.append(("Link", links))
        stated += [("ETag", f'"{question.tag}"'), ("Cache-Control", CACHE_CONTROL), ("Vary", VARY)]
        body = json_bytes(results.to_dict())
        added = (("Content-Length", str(len(body))), *_SECURITY)
        kept = {name: value for name, value in noted.items() if name != "search_ms"}
        answer = Answer(body, tuple(stated), added, kept)
        if one.answers.limit:
            self._metrics.count_cache("miss")
            seconds = time.perf_counter() - started
            if generation == answered_by and may_be_kept(one, generation, seconds):
                one.answers.keep_answer(question, answer)
                one.answers.keep_question(asked_in(environ), question)
        packed = None
        if one.web.compress and takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            packed = packed_answer(answer, FAST)
        answer = packed or answer
        return Answer(answer.body, answer.stated, answer.added, {"generation": answered_by, **noted})
