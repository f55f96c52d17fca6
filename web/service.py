"""What a request handler may ask for: the searcher, the settings and the words of the pages.

The searcher is opened when it is first there to be opened, so a web process may start
before the index exists. Each thread has its own: a searcher is not shared between threads.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app

from search.configuration import Settings
from search.errors import DeadlineExceeded, IndexUnavailable
from search.searcher import Searcher
from web import interface
from web.answer_cache import AnswerCache
from web.settings import WebSettings
from web.wording import Wording

logger = logging.getLogger("web")

API_VERSION = "1"


@dataclass(slots=True)
class Service:
    """One per application. `version` names code and assets and is part of every ETag."""

    web: WebSettings
    open_searcher: Callable[[Path, Settings], Searcher]
    version: str
    answers: AnswerCache = field(init=False)
    _identity: Any = field(init=False)
    _languages: frozenset[str] | None = field(default=None, init=False)
    _of_thread: threading.local = field(default_factory=threading.local, init=False)

    def __post_init__(self) -> None:
        self.answers = AnswerCache(self.web.cache_bytes)
        fixed = (API_VERSION, self.version, self.web.public_url, self.collection)
        self._identity = hashlib.blake2b(repr(fixed).encode("utf-8", "surrogatepass"), digest_size=16)

    def tag_of(self, *parts: object) -> str:
        """A hash of `parts` and of what is fixed as long as this process lives."""
        digest = self._identity.copy()
        digest.update(repr(parts).encode("utf-8", "surrogatepass"))
        return str(digest.hexdigest())

    @property
    def collection(self) -> Settings:
        return self.web.collection

    @property
    def wording(self) -> Wording:
        """The words of the language that this request is answered in."""
        return interface.wording(self.web.collection)

    def searcher(self) -> Searcher:
        """The open searcher of this thread. Raises `IndexUnavailable` as long as there is no index."""
        opened: Searcher | None = getattr(self._of_thread, "searcher", None)
        if opened is None:
            opened = self._of_thread.searcher = self.open_searcher(self.web.index, self.web.collection)
        return opened

    def known_language(self, tag: str) -> str:
        """The language of a tag if we know it, else nothing: for labels, of which there must be few."""
        if self._languages is None:
            self._languages = frozenset(one.code for one in self.searcher().languages())
        code = tag.partition("-")[0]
        return code if code in self._languages else ""

    def try_to_open(self) -> bool:
        """Open the index now if there is one: the first visitor should not wait for it."""
        try:
            self.searcher().warm()
        except (IndexUnavailable, DeadlineExceeded) as error:
            logger.warning("no index yet, answering 503 until there is one: %s", error)
            return False
        return True

    def release(self) -> None:
        """Close the index again: what was read besides stays loaded, and is there for copies of the
        process; files of the index that are deleted later do not stay on the disk because of it."""
        self._of_thread = threading.local()


def service() -> Service:
    """The service of the application that handles this request."""
    found: Service = current_app.extensions["service"]
    return found
