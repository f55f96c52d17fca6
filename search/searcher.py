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
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from search import facets as facet_answers
from search.analysis import lemmas
from search.analysis.fingerprint import analysis_difference
from search.analysis.languages import LANGUAGES, language
from search.analysis.whole_title import whole_title_key
from search.configuration import Settings
from search.engines.base import Engine, EngineHit, EngineResults
from search.engines.whoosh_engine import WhooshEngine
from search.errors import DeadlineExceeded, DocumentNotFound, IndexUnavailable, RequestError
from search.hits import hit_of, stored_document
from search.index.generations import Generations
from search.labels import language_name
from search.marks import Marker
from search.query.collection_words import CollectionWords
from search.query.expansion import FIELD_ZONES, Expansion, Vocabulary, query_characters, query_grams
from search.query.guard import parse_within_limits
from search.query.plan import AllDocuments, AllOf, AnyOf, Plan
from search.query.preference import language_preference
from search.query.question import as_sentence, is_question
from search.query.second_try import Candidate, SecondTry
from search.query.tree import Query, words_of
from search.request import MAX_WINDOW, SearchRequest
from search.results import (
    FacetValue,
    Hit,
    Interpretation,
    LanguageCount,
    QueryEcho,
    SearchResults,
    StoredDocument,
    Suggestion,
)
from search.similar import similar_plan
from search.suggest import suggestions

_log = logging.getLogger(__name__)

#: Seconds a query may take before it is stopped.
DEADLINE = 2.0
#: Languages of the query whose small words are not wanted by themselves.
MOST_LIKELY = 1
#: Languages with so many documents have their dictionaries (of the extra `lemma`) read beforehand.
LEMMAS_FOR = 100
#: Queries of up to this many words are expected to be found whole.
SHORT = 4


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
        return _Answer(self.engine(), self.settings, request).results(started)

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
        return _Answer(self.engine(), self.settings, request).facet_values(name, prefix, limit)

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


class _Answer:
    """One request on one generation."""

    def __init__(self, engine: Engine, settings: Settings, request: SearchRequest) -> None:
        self._engine = engine
        self._settings = settings
        self._request = request
        self._deadline = time.monotonic() + DEADLINE
        held = frozenset(engine.manifest.languages)
        # The title of an Italian film may be the only Italian in an English catalogue.
        analyzed = held | frozenset(engine.manifest.title_languages)
        fields = {*FIELD_ZONES, *(facet.name for facet in settings.facets)}
        self._asks = is_question(request.q)
        text = as_sentence(request.q) if self._asks else request.q
        self._query, self.cut = parse_within_limits(text, fields)
        self._preference, self._likely = language_preference(request, held, analyzed)
        self._vocabulary = Vocabulary(
            engine.frequency,
            engine.terms_with_prefix,
            analyzed,
            self._likely[:MOST_LIKELY],
            CollectionWords.of(settings.collection_words),
        )

    def results(self, started: float) -> SearchResults:
        plan, found, chosen = self._tried()
        marker = Marker.of(plan.root)
        kind = chosen.kind if chosen else None
        hits = tuple(
            hit_of(
                self._engine.stored(hit.document),
                hit,
                self._settings,
                marker,
                highlight=self._request.highlight,
                interpretation=kind,
            )
            for hit in found.hits
        )
        interpretations = (Interpretation(chosen.kind, chosen.text),) if chosen and chosen.kind else ()
        return SearchResults(
            query=QueryEcho(
                self._request.q,
                self._likely,
                chosen.text if chosen and chosen.kind == "spelling" else None,
                interpretations,
            ),
            total=found.total,
            page=self._request.page,
            per_page=self._request.per_page,
            hits=hits,
            facets=facet_answers.facet_values(found.facets, self._request, self._settings),
            took_ms=(time.perf_counter() - started) * 1000,
            generation=self._engine.manifest.generation,
        )

    def facet_values(self, name: str, prefix: str, limit: int) -> tuple[FacetValue, ...]:
        _, found, _ = self._tried()
        rows = facet_answers.all_values(name, found.facets.get(name, []), self._request, self._settings)
        return tuple(facet_answers.with_prefix(rows, prefix)[:limit])

    def _tried(self) -> tuple[Plan, EngineResults, Candidate | None]:
        """The typed query, or the second try that finds all of what it means."""
        plan = self._plan(self._query, self._expansion(literal=self._request.exact))
        found = self._engine.run(plan)
        if self._request.exact:
            return plan, found, None
        second_try = SecondTry(
            self._vocabulary, self._engine.similar_spellings, _scripts(self._vocabulary.languages)
        )
        if not self._is_poor(found) and (self._asks or not second_try.doubtful(self._query)):
            return plan, found, None
        for candidate in second_try.candidates(self._query, self._request.q, found.missing):
            other_plan = self._plan(candidate.query, self._expansion_of(candidate))
            try:
                other = self._engine.run(other_plan)
            except DeadlineExceeded:
                # What the typed words found is an answer already.
                break
            if not other.total or (found.total and not self._is_better(other, found)):
                continue
            if candidate.is_whole and not other.complete:
                # Words that are split or joined mean nothing where some of the others are missing.
                continue
            best = self._best(other_plan, other)
            # Where the typed words were found, a spelling is worth telling only if it is what leads.
            if not found.complete or not found.total or candidate.leads(best.kinds):
                stored = self._engine.stored(best.document)
                if found.total and found.complete:
                    # All words were heard, if not read: what sounds so stays, below.
                    other_plan = replace(other_plan, root=AnyOf((other_plan.root, plan.root)))
                    other = self._engine.run(other_plan)
                return other_plan, other, candidate.settled(stored)
        return plan, found, None

    def _best(self, plan: Plan, found: EngineResults) -> EngineHit:
        """The best hit, whatever page and order were asked for."""
        if self._request.page == 1 and plan.sort == "relevance":
            return found.hits[0]
        leading = replace(plan, facets=(), sort="relevance", offset=0, limit=1)
        return self._engine.run(leading).hits[0]

    def _is_poor(self, found: EngineResults) -> bool:
        """Whether a second try is worth it: words that no document has, or nothing found at all."""
        if not words_of(self._query):
            return False
        return (
            not found.total
            or bool(found.missing)
            or (not found.complete and not self._asks and len(words_of(self._query)) <= SHORT)
        )

    def _is_better(self, other: EngineResults, found: EngineResults) -> bool:
        """Whether another reading finds all words, or, in a question, some that the typed one lacks."""
        return other.complete or (self._asks and len(other.missing) < len(found.missing))

    def _expansion_of(self, candidate: Candidate) -> Expansion:
        return replace(self._expansion(), corrections=candidate.corrections)

    def _expansion(self, *, literal: bool = False) -> Expansion:
        return Expansion(self._vocabulary, literal=literal, question=self._asks)

    def _plan(self, query: Query, expansion: Expansion) -> Plan:
        request = self._request
        root = expansion.plan(query)
        browsing = isinstance(root, AllOf) and root.parts == (AllDocuments(),)
        by_popularity = browsing and request.sort == "relevance"
        sort = self._settings.popular_by if by_popularity else request.sort.removeprefix("-")
        words = [] if browsing else [leaf.text for leaf in words_of(query)]
        return Plan(
            root,
            grams=() if expansion.literal else query_grams(words),
            characters=query_characters(words),
            whole=whole_title_key(unicodedata.normalize("NFC", " ".join(words))),
            languages=self._preference,
            filters=request.filters,
            facets=facet_answers.counted_facets(request, self._settings),
            facet_limit=request.facet_limit,
            sort=sort,
            descending=by_popularity or request.sort.startswith("-"),
            sort_language=request.languages[0] if request.languages else "",
            offset=(request.page - 1) * request.per_page,
            limit=request.per_page,
            explain=request.explain,
            deadline=self._deadline,
        )


def _scripts(codes: frozenset[str]) -> frozenset[str]:
    return frozenset(script for code in codes for script in language(code).scripts)
