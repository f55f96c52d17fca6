"""The front door: a request goes in, results come out.

`Searcher` follows the live generation by itself, between two answers (`search/live_engine.py`): every
answer comes from one generation whole.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from search import facets as facet_answers
from search.analysis import detection, lemmas, romanize
from search.analysis.fingerprint import analysis_difference, trust
from search.analysis.languages import LANGUAGES
from search.answer import Answer
from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.engines.base import Engine, EngineHit
from search.errors import DocumentNotFound, RequestError
from search.filters import filterable_keys, names_in, number_keys
from search.found import Collection, FoundDocuments
from search.hits import hit_of, stored_document
from search.index.manifest import ANALYSIS
from search.labels import language_name
from search.live_engine import LiveEngine
from search.marks import Marker
from search.query.plan import AllDocuments, Plan
from search.request import EVERY_VALUE, MAX_WINDOW, SearchRequest
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


class Searcher:
    """Answers requests on the index below `index`. Not shared between threads."""

    def __init__(
        self,
        index: Path,
        settings: Settings,
        *,
        fall_back: bool = False,
        deadline: float = DEADLINE,
        cluster: ClusterAccess | None = None,
        follow: bool = True,
    ) -> None:
        """`deadline`: seconds that a query may take before it is stopped; 0 is as long as it takes.

        `cluster`: where the postings are, if not in `index` itself; with `follow`, the generation that is
        live there is fetched and answers, else the one that is live in `index`.
        """
        self.settings = settings
        self._seconds = deadline or None
        self._live = LiveEngine(
            index, settings, touch=self._touch, fall_back=fall_back, cluster=cluster, follow=follow
        )

    @property
    def problem(self) -> str:
        """Why answers come from another generation than the live one; empty if they do not. Names files:
        for logs, not for visitors."""
        return self._live.problem

    @classmethod
    def open(
        cls,
        index: Path,
        settings: Settings,
        *,
        fall_back: bool = False,
        deadline: float = DEADLINE,
        cluster: ClusterAccess | None = None,
        follow: bool = True,
    ) -> Searcher:
        """Open the live generation; with `fall_back`, an older one if that is damaged.

        A server, which falls back, reads every byte first and answers from what it has. An admin at
        the command line wants to be told, and not to wait: a large index is opened without being
        read, which `warm` and `indexer check` do. Raises `IndexUnavailable` or `IndexDamaged`.
        """
        searcher = cls(
            index, settings, fall_back=fall_back, deadline=deadline, cluster=cluster, follow=follow
        )
        searcher.engine()
        return searcher

    def engine(self) -> Engine:
        """The live generation, opened. Raises `IndexUnavailable` or `IndexDamaged`."""
        return self._live.engine()

    def settle(self, seconds: float) -> bool:
        """Wait at most so long for a move that is under way; whether none is. The next answer comes
        from the new generation."""
        return self._live.settle(seconds)

    def generation(self) -> str:
        """Name of the live generation. Raises `IndexUnavailable`."""
        return self.engine().manifest.generation

    def warm(self) -> None:
        """Read the generation whole, and touch what the first query would otherwise wait for:
        columns, dictionaries, language profiles. For long-lived processes, before they take requests.

        Raises `IndexUnavailable` or `IndexDamaged`.
        """
        engine = self._live.whole()
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
        return self._answer(replace(request, facet_limit=EVERY_VALUE)).documents(started)

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
        request = SearchRequest(
            q=q,
            filters=filters or {},
            facets=(name,),
            facet_limit=EVERY_VALUE,
            per_page=1,
            highlight=False,
        )
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
