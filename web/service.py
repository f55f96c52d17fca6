"""What a request handler may ask for: the searcher, the settings and the words of the pages.

The searcher is opened when it is first there to be opened, so a web process may start
before the index exists. Each thread has its own: a searcher is not shared between threads.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from search.configuration import Settings
from search.errors import IndexUnavailable
from search.searcher import Searcher
from web.settings import WebSettings
from web.wording import Wording

logger = logging.getLogger("web")


@dataclass(slots=True)
class Service:
    """One per application. `version` names code and assets and is part of every ETag."""

    web: WebSettings
    open_searcher: Callable[[Path, Settings], Searcher]
    wording: Wording
    version: str
    _of_thread: threading.local = field(default_factory=threading.local, init=False)

    @property
    def collection(self) -> Settings:
        return self.web.collection

    def searcher(self) -> Searcher:
        """The open searcher of this thread. Raises `IndexUnavailable` as long as there is no index."""
        opened: Searcher | None = getattr(self._of_thread, "searcher", None)
        if opened is None:
            opened = self._of_thread.searcher = self.open_searcher(self.web.index, self.web.collection)
        return opened

    def try_to_open(self) -> bool:
        """Open the index now if there is one: the first visitor should not wait for it."""
        try:
            self.searcher().warm()
        except IndexUnavailable as error:
            logger.warning("no index yet, answering 503 until there is one: %s", error)
            return False
        return True


def service() -> Service:
    """The service of the application that handles this request."""
    found: Service = current_app.extensions["service"]
    return found
