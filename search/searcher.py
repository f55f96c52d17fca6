"""The front door: a request goes in, results come out.

`Searcher` follows the live generation by itself: each call looks at the pointer and moves to a new
generation between two answers, so every answer comes from one generation whole. A server reads a
generation whole before it answers from it; a large one in the background, while the old one still
answers. When the newest one cannot be read it stays on the one it has, says so (`problem`) and tries again.
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
from search.analysis import detection, lemmas, romanize
from search.analysis.fingerprint import analysis_difference, trust
from search.analysis.languages import LANGUAGES
from search.answer import Answer
from search.configuration import Settings
from search.engines.base import Engine, EngineHit
from search.engines.whoosh_engine import WhooshEngine
from search.errors import (
    DocumentNotFound,
    IndexDamaged,
    IndexUnavailable,
    RequestError,
    SearchServiceError,
)
from search.filters import filterable_keys, names_in, number_keys
from search.found import Collection, FoundDocuments
from search.hits import hit_of, stored_document
from search.index.generations import Generations, Pointed
from search.index.manifest import ANALYSIS, READ_AT_OPENING, read_manifest
from search.index.versions import version_problems
from search.labels import language_name
from search.marks import Marker
from search.next_engine import NextEngine
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

#: Seconds a query may take before it is stopped, unless somebody says otherwise.
DEADLINE = 2.0
#: Languages with so many documents have their dictionaries (of the extra `lemma`) read beforehand.
LEMMAS_FOR = 100
#: Seconds after which a generation that could not be opened is tried again: a folder that was not there, or
#: not readable, may be by now.
RETRY = 2.0
#: How often a generation is followed that was deleted while it was opened, because others came after it.
_TRIES = 5


class Searcher:
    """Answers requests on the index below `index`. Not shared between threads."""

    def __init__(
        self, index: Path, settings: Settings, *, fall_back: bool = False, deadline: float = DEADLINE
    ) -> None:
        """`deadline`: seconds that a query may take before it is stopped; 0 is as long as it takes."""
        self.settings = settings
        self._seconds = deadline or None
        self._fall_back = fall_back
        self._generations = Generations(index)
        self._engine: Engine | None = None
        self._is_whole = False
        self._stamp: tuple[int, int] | None = None
        self._next: NextEngine | None = None
        self._pointed: Pointed | None = None
        self._problem = ""
        self._tried = 0.0

    @property
    def problem(self) -> str:
        """Why answers come from another generation than the live one; empty if they do not. Names files:
        for logs, not for visitors."""
        return self._problem

    @classmethod
    def open(
        cls, index: Path, settings: Settings, *, fall_back: bool = False, deadline: float = DEADLINE
    ) -> Searcher:
        """Open the live generation; with `fall_back`, an older one if that is damaged.

        A server, which falls back, reads every byte first and answers from what it has. An admin at
        the command line wants to be told, and not to wait: a large index is opened without being
        read, which `warm` and `indexer check` do. Raises `IndexUnavailable` or `IndexDamaged`.
        """
        searcher = cls(index, settings, fall_back=fall_back, deadline=deadline)
        searcher.engine()
        return searcher

    def engine(self) -> Engine:
        """The live generation, opened. Raises `IndexUnavailable` or `IndexDamaged`."""
        if self._next is not None and self._next.wait(0):
            self._take_next()
        try:
            status = os.stat(self._generations.pointer)
        except OSError as error:
            if self._engine is not None:
                self._stay(self._engine, f"{self._generations.pointer}: {error.strerror}")
                return self._engine
            self._generations.live()
            raise IndexUnavailable(f"{self._generations.root}: no index here") from None
        stamp = (status.st_mtime_ns, status.st_ino)
        if self._engine is None:
            self._engine = self._first()
            self._stamp = stamp
        elif self._next is None and (stamp != self._stamp or (self._problem and self._is_time())):
            self._follow(self._engine)
            # Afterwards: a deadline may strike meanwhile.
            self._stamp = stamp
        return self._engine

    def _is_time(self) -> bool:
        return time.monotonic() - self._tried >= RETRY

    def _stay(self, engine: Engine, problem: str) -> None:
        """The live generation cannot be used: said once, tried again later."""
        self._tried = time.monotonic()
        if problem != self._problem:
            _log.error("staying on generation %s: %s", engine.manifest.generation, problem)
            self._problem = problem

    def _first(self) -> Engine:
        """The first generation to answer from: the live one, or an older one in its place."""
        self._is_whole = self._fall_back
        try:
            return self._live(whole=self._fall_back)
        except IndexUnavailable as error:
            if not self._fall_back:
                raise
            engine = self._newest_readable(error)
            self._stay(engine, str(error))
            return engine

    def _live(self, *, whole: bool) -> Engine:
        """The live generation, opened. It may be deleted meanwhile, if others are published: then the one
        that is live by then."""
        for _ in range(_TRIES):
            pointed = self._generations.pointed()
            try:
                engine = self._opened(pointed.name, whole=whole)
            except IndexUnavailable:
                if self._generations.pointed() == pointed:
                    raise
            else:
                self._pointed, self._problem = pointed, ""
                return engine
        raise IndexUnavailable(f"{self._generations.root}: replaced faster than it can be opened")

    def _follow(self, engine: Engine) -> None:
        """The pointer was replaced: move to the generation it names, or begin to."""
        try:
            pointed = self._generations.pointed()
            # A folder may be exchanged for another one, whose generations have the same numbers.
            if pointed == self._pointed:
                self._problem = ""
                return
            if self._fall_back and self._is_large(pointed.name):
                self._next = NextEngine(pointed, self._prepared)
                return
            self._move_to(self._live(whole=True))
            self._is_whole = True
        except IndexUnavailable as error:
            self._stay(engine, str(error))

    def _move_to(self, engine: Engine) -> None:
        if self._engine is not None:
            self._engine.release()
        self._engine = engine

    def _is_large(self, name: str) -> bool:
        return read_manifest(self._generations.path(name)).size > READ_AT_OPENING

    def _take_next(self) -> None:
        ready, self._next = self._next, None
        assert ready is not None
        assert self._engine is not None
        try:
            # Rolled back meanwhile, it is not wanted any more; an older one than the newest still is.
            if int(self._generations.live()) >= int(ready.pointed.name):
                self._move_to(ready.taken())
                self._pointed, self._problem = ready.pointed, ""
        except IndexUnavailable as error:
            self._stay(self._engine, str(error))

    def settle(self, seconds: float) -> bool:
        """Wait at most so long for a move that is under way; whether none is. The next answer comes
        from the new generation."""
        return self._next is None or self._next.wait(seconds)

    def _opened(self, name: str, *, whole: bool = True) -> Engine:
        """Raises `IndexUnavailable`, also for one that was written with other versions than ours."""
        path = self._generations.path(name)
        try:
            engine = WhooshEngine(
                path,
                popular_by=self.settings.popular_by,
                skip_articles=self.settings.skip_articles,
                whole=whole,
            )
        except SearchServiceError:
            raise
        except Exception as error:
            # Its bytes are what the manifest says, and make no index: nobody here wrote that.
            _log.exception("%s cannot be opened", path)
            raise IndexDamaged(f"{path}: cannot be opened: {error!r}") from None
        if problems := version_problems(engine.manifest):
            raise IndexUnavailable(f"{path}: {'; '.join(problems)}")
        return engine

    def _prepared(self, name: str) -> Engine:
        engine = self._opened(name)
        self._touch(engine)
        return engine

    def _newest_readable(self, wrong: IndexUnavailable) -> Engine:
        """An older generation in place of a live one with which something is `wrong`.

        Raises just that when there is none.
        """
        for name in reversed(self._generations.finished()):
            with contextlib.suppress(IndexUnavailable):
                return self._opened(name)
        raise wrong

    def generation(self) -> str:
        """Name of the live generation. Raises `IndexUnavailable`."""
        return self.engine().manifest.generation

    def warm(self) -> None:
        """Read the generation whole, and touch what the first query would otherwise wait for:
        columns, dictionaries, language profiles. For long-lived processes, before they take requests.

        Raises `IndexUnavailable` or `IndexDamaged`.
        """
        engine = self.engine()
        if not self._is_whole:
            engine = self._engine = self._opened(engine.manifest.generation)
            self._is_whole = True
        manifest = engine.manifest
        trust(manifest.software.get(ANALYSIS, ""), manifest.fingerprint)
        if difference := analysis_difference(manifest.fingerprint, self.settings.analysis.left_out):
            _log.warning("generation %s: %s", manifest.generation, difference)
        detection.load()
        romanize.load()
        lemmas.load(code for code, count in manifest.languages.items() if count >= LEMMAS_FOR)
        self._touch(engine)

    def _touch(self, engine: Engine) -> None:
        request = SearchRequest(q="warm up")
        self._answer(request, engine).results(time.perf_counter())
        # A word that nothing is spelled like: all lists of words are looked through for it.
        engine.similar_spellings("qzxqzxqz", 1)
        engine.suggestions("w", 1)

    # Searching

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request. Raises `RequestError`, `DeadlineExceeded`, `IndexUnavailable`."""
        started = time.perf_counter()
        self._check(request)
        return self._answer(request).results(started)

    def _answer(self, request: SearchRequest, engine: Engine | None = None) -> Answer:
        return Answer(engine or self.engine(), self.settings, request, seconds=self._seconds)

    def find(self, request: SearchRequest) -> FoundDocuments:
        """Answer a request with whole documents. Besides facets, keys of numbers may be counted.

        Raises as `search`.
        """
        started = time.perf_counter()
        self._check(request, counted=number_keys(self.settings))
        return self._answer(request).documents(started)

    def _check(self, request: SearchRequest, *, counted: Sequence[str] = ()) -> None:
        errors: dict[str, str] = {}
        for key in (request.sort, *request.then_by):
            if self.settings.sort_key(key.removeprefix("-")) is None:
                known = ", ".join(one.name for one in self.settings.sort_keys)
                errors["sort"] = f"unknown sort key {key!r}; known: {known}"
        if request.first + request.per_page > MAX_WINDOW:
            errors["page"] = f"only the first {MAX_WINDOW} hits can be paged through; narrow the search"
        for name in names_in(request.where) if request.where is not None else ():
            if name not in filterable_keys(self.settings):
                known = ", ".join(filterable_keys(self.settings))
                errors[name] = f"documents cannot be filtered by {name!r}; known: {known}"
        for name in (*request.filters, *(request.facets or ())):
            if name != "*" and name not in counted and self.settings.facet(name) is None:
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

    def document_ids(self, *, offset: int = 0, limit: int = 10) -> tuple[str, ...]:
        """Ids of `limit` documents behind the first `offset`, in the order of `latest`."""
        engine = self.engine()
        plan = Plan(AllDocuments(), sort="date", descending=True, offset=offset, limit=limit)
        return tuple(engine.stored(hit.document)["id"] for hit in engine.run(plan).hits)

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
        return self._answer(request).facet_values(name, prefix, limit)

    def collection(self) -> Collection:
        """The live generation as a whole."""
        manifest = self.engine().manifest
        return Collection(manifest.generation, manifest.documents, manifest.built, manifest.size)

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
