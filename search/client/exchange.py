"""One question and what may come of it: an answer, an exception, or a wait before it is asked again.

Knows no sockets: `clients` sends, this decides. Asked again is only what the service itself puts off,
429 and 503 with `Retry-After`; every route reads and none writes, so asking again changes nothing.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Generic

from search.client.calls import Answer, Call
from search.client.problems import ClientError, Problem, UnexpectedAnswer, problem_of

_PUT_OFF = frozenset({429, 503})
_LATER_AT_MOST = 0.25


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a question is asked again (`retries`), and the longest wait in seconds that is worth it.

    A service that asks for more is taken at its word: its answer becomes an exception at once.
    """

    retries: int = 2
    longest_wait: float = 10.0


class TagCache:
    """Answers by path with their entity tags: asked again, an unchanged one costs the service no search.

    At most `size` of them, the least recently used go first. 0 keeps none. Safe between threads.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[str, tuple[str, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, path: str) -> tuple[str, Any] | None:
        """(tag, answer) kept for this path."""
        with self._lock:
            found = self._kept.get(path)
            if found is not None:
                self._kept.move_to_end(path)
            return found

    def keep(self, path: str, tag: str, answer: Any) -> None:
        """Keep `answer`, if it has a tag."""
        if not tag or not self._size:
            return
        with self._lock:
            self._kept.pop(path, None)
            self._kept[path] = tag, answer
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


@dataclass(slots=True, repr=False)
class Exchange(Generic[Answer]):
    """One call under way. `answer` is there when `heard` returned None."""

    call: Call[Answer]
    patience: Patience
    cache: TagCache
    answer: Answer = field(init=False)
    _asked: int = field(default=0, init=False)
    _known: tuple[str, Any] | None = field(default=None, init=False)

    def headers(self) -> dict[str, str]:
        """Headers to send this time."""
        if self.call.body is None:
            self._known = self.cache.find(self.call.path)
        return {"If-None-Match": self._known[0]} if self._known else {}

    def heard(self, status: int, headers: Mapping[str, str], body: bytes) -> float | None:
        """Take what came: seconds to wait before asking again, or None and `answer` is set.

        Raises `Problem` or `UnexpectedAnswer`. `headers` must find names in any case.
        """
        self._asked += 1
        if status == 304 and self._known is not None:
            self.answer = self._known[1]
        elif status == 200:
            self.answer = self._read(body)
            if self.call.body is None:
                self.cache.keep(self.call.path, headers.get("etag", ""), self.answer)
        else:
            problem = _problem(status, headers, body)
            wait = self._wait(problem)
            if wait is None:
                raise problem
            return wait
        return None

    def _wait(self, problem: ClientError) -> float | None:
        if not isinstance(problem, Problem) or problem.status not in _PUT_OFF:
            return None
        asked_for = problem.retry_after
        if asked_for is None or self._asked > self.patience.retries:
            return None
        # A little more, so that those who were refused together do not come back together.
        return (
            asked_for + random.uniform(0, _LATER_AT_MOST) if asked_for <= self.patience.longest_wait else None
        )

    def _read(self, body: bytes) -> Answer:
        try:
            return self.call.read(json.loads(body))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnexpectedAnswer(f"{self.call.path}: not an answer of this API: {error!r}") from error


def _problem(status: int, headers: Mapping[str, str], body: bytes) -> ClientError:
    try:
        told = json.loads(body) if body else None
    except ValueError:
        told = None
    if not 400 <= status < 600:
        return UnexpectedAnswer(f"status {status} is no answer of this API")
    return problem_of(
        status,
        told,
        retry_after=_seconds(headers.get("retry-after", "")),
        request_id=headers.get("x-request-id", ""),
    )


def _seconds(stated: str) -> float | None:
    """`Retry-After` (RFC 9110 §10.2.3): seconds, or a date from which on to ask."""
    if not stated:
        return None
    if stated.isascii() and stated.isdigit():
        return float(stated[:9])
    try:
        return max(0.0, parsedate_to_datetime(stated).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
