"""Which answers were given before, and may be given again as they are?

Bytes by entity tag, within a bound of memory. A tag is made of everything that determines an answer,
the generation of the index among it, so what is kept under a tag never becomes wrong; it only stops
being asked for. A second kind of entry leads from a request as it came in, unread, to the tag of its
answer. Nothing here knows Flask.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

#: Bytes that an entry takes besides its texts: tuples, keys, the place in the order. Measured with
#: tracemalloc as 850, rounded up.
OVERHEAD = 1000
#: No entry may take more than this part of the whole: one huge page is not worth all the others.
_LARGEST_PART = 8

#: A request as it came in: every part of it that an answer may depend on.
Asked = tuple[str, ...]
Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What a request turned out to ask: the tag of its answer, true as long as `generation` is live.

    An empty `generation` means that the answer does not come from the index. `route` is the
    route's pattern.
    """

    tag: str
    generation: str
    route: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer. `stated` are the headers it decides itself, `added` those that every answer gets;
    `noted` is what the request log tells of it."""

    body: bytes
    stated: tuple[Header, ...]
    added: tuple[Header, ...]
    noted: dict[str, Any] = field(default_factory=dict)


class AnswerCache:
    """At most `limit` bytes of answers; the least recently used are forgotten first. 0 keeps nothing.

    Safe between threads.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._entries: OrderedDict[Hashable, tuple[Question | Answer, int]] = OrderedDict()
        self._bytes = 0
        self._generation = ""
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Entries of both kinds."""
        return len(self._entries)

    @property
    def bytes_kept(self) -> int:
        """What the entries are reckoned to take."""
        return self._bytes

    def question(self, asked: Asked) -> Question | None:
        """What `asked` means, if it was asked before. The caller compares the generation."""
        found = self._find(asked)
        return found if isinstance(found, Question) else None

    def answer(self, tag: str) -> Answer | None:
        """The answer with this tag."""
        found = self._find(tag)
        return found if isinstance(found, Answer) else None

    def keep_question(self, asked: Asked, question: Question) -> None:
        """Remember what `asked` means."""
        self._make_room_for(question.generation)
        self._keep(asked, question, sum(map(len, asked)) + OVERHEAD)

    def keep_answer(self, question: Question, answer: Answer) -> None:
        """Remember the answer to `question`."""
        self._make_room_for(question.generation)
        headers = sum(len(name) + len(value) for name, value in answer.stated)
        self._keep(question.tag, answer, len(answer.body) + headers + OVERHEAD)

    def _make_room_for(self, generation: str) -> None:
        """Answers of a generation that is no longer asked would only be in the way."""
        with self._lock:
            if generation and generation != self._generation:
                self._entries.clear()
                self._bytes = 0
                self._generation = generation

    def _find(self, key: Hashable) -> Question | Answer | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def _keep(self, key: Hashable, value: Question | Answer, size: int) -> None:
        if size * _LARGEST_PART > self.limit:
            return
        with self._lock:
            former = self._entries.pop(key, None)
            self._entries[key] = (value, size)
            self._bytes += size - (former[1] if former else 0)
            while self._bytes > self.limit:
                _, (_, freed) = self._entries.popitem(last=False)
                self._bytes -= freed
