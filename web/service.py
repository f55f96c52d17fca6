"""What a request handler may ask for: the searcher, the settings and the words of the pages.

The searcher is opened when it is first there to be opened, so a web process may start
before the index exists. Names of languages are kept for one generation of the index.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from search.configuration import Settings
from search.errors import IndexUnavailable
from search.results import LanguageCount
from web.settings import WebSettings
from web.wording import Wording

if TYPE_CHECKING:
    from search.searcher import Searcher

logger = logging.getLogger("web")


@dataclass(slots=True)
class Service:
    """One per application. `version` names code and assets and is part of every ETag."""

    web: WebSettings
    open_searcher: Callable[[Path, Settings], Searcher]
    wording: Wording
    version: str
    _searcher: Searcher | None = field(default=None, init=False)
    _languages: tuple[str, dict[str, LanguageCount]] = field(default=("", {}), init=False)

    @property
    def collection(self) -> Settings:
        return self.web.collection

    def searcher(self) -> Searcher:
        """The open searcher. Raises `IndexUnavailable` as long as there is no index."""
        if self._searcher is None:
            self._searcher = self.open_searcher(self.web.index, self.web.collection)
        return self._searcher

    def try_to_open(self) -> bool:
        """Open the index now if there is one: the first visitor should not wait for it."""
        try:
            self.searcher()
        except IndexUnavailable as error:
            logger.warning("no index yet, answering 503 until there is one: %s", error)
            return False
        return True

    def languages(self) -> dict[str, LanguageCount]:
        """Code → language, of the live generation."""
        searcher = self.searcher()
        generation = searcher.generation()
        if self._languages[0] != generation or not self._languages[1]:
            self._languages = (generation, {one.code: one for one in searcher.languages()})
        return self._languages[1]


def service() -> Service:
    """The service of the application that handles this request."""
    found: Service = current_app.extensions["service"]
    return found
