"""The front door: a request goes in, results come out.

`Searcher` follows the live generation by itself: each call looks at the pointer and opens a new
generation between two answers, so every answer comes from one generation whole. When the newest
one cannot be read it stays on the one it has.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from search import facets as facet_answers
from search.analysis import detection, lemmas
from search.analysis.fingerprint import analysis_difference
from search.analysis.languages import LANGUAGES
from search.answer import Answer
from search.configuration import Settings
from search.engines.base import Engine, EngineHit
from search.engines.whoosh_engine import WhooshEngine
from search.errors import DocumentNotFound, IndexUnavailable, RequestError
from search.hits import hit_of, stored_document
from search.index.generations import Generations
from search.labels import language_name
from search.marks import Marker
from search.query.plan import AllDocuments, Plan
from search.request import MAX_WINDOW, SearchRequest
from search.results import (
    FacetValue,
    Hit,
    LanguageCount,
    SearchResults,
    StoredDocument,
    Suggestion,
)
from search.similar import similar_plan
from search.suggest import suggestions

_log = logging.getLogger(__name__)

#: Languages with so many documents have their dictionaries (of the extra `lemma`) read beforehand.
LEMMAS_FOR = 100


class Searcher:
    """Answers requests on the index below `index`. Not shared between threads."""

    def __init__(self, index: Path, settings: Settings, *, fall_back: bool = False) -> None:
        self.settings = settings
        self._fall_back = fall_back
        self._generations = Generations(index)
        self._engine: Engine | None = None
        self._stamp: tuple[int, int] | None = None

    @classmethod
    def open(cls, index: Path, settings: Settings, *, fall_back: bool = False) -> Searcher:
        """Open the live generation; with `fall_back`, an older one if that is damaged.

        A server answers from what it has; an admin at the command line wants to be told.
        Raises `IndexUnavailable` or `IndexDamaged`.
        """
        detection.load()
        searcher = cls(index, settings, fall_back=fall_back)
        searcher.engine()
        return searcher

    def engine(self) -> Engine:
        """The live generation, opened. Raises `IndexUnavailable` or `IndexDamaged`."""
        try:
            status = os.stat(self._generations.pointer)
        except OSError:
            if self._engine is not None:
                return self._engine
            self._generations.live()
            raise IndexUnavailable(f"{self._generations.root}: no index here") from None
        stamp = (status.st_mtime_ns, status.st_ino)
        if self._engine is None or stamp != self._stamp:
            self._move_to(stamp)
        assert self._engine is not None
        return self._engine

    def _move_to(self, stamp: tuple[int, int]) -> None:
        try:
            name = self._generations.live()
            if self._engine is None or self._engine.manifest.generation != name:
                self._engine = self._opened(name)
        except IndexUnavailable:
            if self._engine is None:
                if not self._fall_back:
                    raise
                self._engine = self._newest_readable()
        self._stamp = stamp

    def _opened(self, name: str) -> Engine:
        return WhooshEngine(
            self._generations.path(name),
            popular_by=self.settings.popular_by,
            skip_articles=self.settings.skip_articles,
        )

    def _newest_readable(self) -> Engine:
        """An older generation in place of a live one that is damaged.

        Raises what is wrong with the live one when there is none.
        """
        for name in reversed(self._generations.finished()):
            with contextlib.suppress(IndexUnavailable):
                return self._opened(name)
        return self._opened(self._generations.live())

    def generation(self) -> str:
        """Name of the live generation. Raises `IndexUnavailable`."""
        return self.engine().manifest.generation

    def warm(self) -> None:
        """Touch what the first query would otherwise wait for: statistics, columns, spellings,
        language profiles. For long-lived processes, before they take requests."""
        manifest = self.engine().manifest
        if difference := analysis_difference(manifest.fingerprint):
            _log.warning("generation %s: %s", manifest.generation, difference)
        lemmas.load(code for code, count in manifest.languages.items() if count >= LEMMAS_FOR)
        self.search(SearchRequest(q="warm up", highlight=False))
        # A word that nothing is spelled like: all lists of words are looked through for it.
        self.engine().similar_spellings("qzxqzxqz", 1)

    # Searching

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request. Raises `RequestError`, `DeadlineExceeded`, `IndexUnavailable`."""
        started = time.perf_counter()
        self._check(request)
        return Answer(self.engine(), self.settings, request).results(started)

    def _check(self, request: SearchRequest) -> None:
        errors: dict[str, str] = {}
        if self.settings.sort_key(request.sort.removeprefix("-")) is None:
            known = ", ".join(key.name for key in self.settings.sort_keys)
            errors["sort"] = f"unknown sort key {request.sort!r}; known: {known}"
        if request.page * request.per_page > MAX_WINDOW:
            errors["page"] = f"only the first {MAX_WINDOW} hits can be paged through; narrow the search"
        for name in (*request.filters, *(request.facets or ())):
            if name != "*" and self.settings.facet(name) is None:
                known = ", ".join(facet.name for facet in self.settings.facets)
                errors[name] = f"unknown facet {name!r}; known: {known}"
        if errors:
            raise RequestError(errors)

    # Documents

    def document(self, document_id: str) -> StoredDocument:
        """One document. Raises `DocumentNotFound`."""
        engine = self.engine()
        return stored_document(engine.stored(self._number(engine, document_id)))

    def similar(self, document_id: str, *, limit: int = 10) -> tuple[Hit, ...]:
        """Documents like this one, best first. Raises `DocumentNotFound`."""
        engine = self.engine()
        number = self._number(engine, document_id)
        plan = similar_plan(engine, engine.stored(number), limit + 1)
        hits = [hit for hit in engine.run(plan).hits if hit.document != number]
        return tuple(self._plain_hit(engine, hit) for hit in hits[:limit])

    def latest(self, *, limit: int = 10) -> tuple[Hit, ...]:
        """The newest documents by date."""
        engine = self.engine()
        found = engine.run(Plan(AllDocuments(), sort="date", descending=True, limit=limit))
        return tuple(self._plain_hit(engine, hit) for hit in found.hits)

    def find_titles(self, titles: Sequence[str]) -> dict[str, str]:
        """title → id of the document with exactly this title (folded), for those there are."""
        engine = self.engine()
        found: dict[str, str] = {}
        for title in titles:
            exact = [one for one in suggestions(engine, title, limit=5) if _same(one.text, title)]
            if exact:
                found[title] = exact[0].id
        return found

    def _number(self, engine: Engine, document_id: str) -> int:
        number = engine.document_number(document_id)
        if number is None:
            raise DocumentNotFound(document_id)
        return number

    def _plain_hit(self, engine: Engine, hit: EngineHit) -> Hit:
        return hit_of(engine.stored(hit.document), hit, self.settings, Marker(), highlight=False)

    # Lists

    def suggest(self, q: str, *, limit: int = 10, languages: tuple[str, ...] = ()) -> tuple[Suggestion, ...]:
        """Completions of what was typed so far."""
        return suggestions(self.engine(), q, limit=limit, languages=languages)

    def facet_values(
        self,
        name: str,
        *,
        q: str = "",
        prefix: str = "",
        limit: int = 20,
        filters: dict[str, Any] | None = None,
    ) -> tuple[FacetValue, ...]:
        """Values of one facet whose label or value begins with `prefix`, for the hits of `q`.

        Raises `RequestError` for an unknown facet.
        """
        request = SearchRequest(q=q, filters=filters or {}, facets=(name,), per_page=1, highlight=False)
        self._check(request)
        return Answer(self.engine(), self.settings, request).facet_values(name, prefix, limit)

    def languages(self) -> tuple[LanguageCount, ...]:
        """Every language of the analysis with its documents, most frequent first."""
        counts = self.engine().manifest.languages
        rows = [
            LanguageCount(
                row.code, language_name(row.code), row.native_name, row.direction, counts.get(row.code, 0)
            )
            for row in LANGUAGES.values()
        ]
        return tuple(sorted(rows, key=lambda row: (-row.documents, row.code)))


def _same(first: str, second: str) -> bool:
    return facet_answers.folded(first) == facet_answers.folded(second)
