"""One request on one generation: what was typed, what else may have been meant, what was found."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import replace
from weakref import WeakKeyDictionary

from search import facets as facet_answers
from search.analysis.folding import normalize
from search.configuration import Settings
from search.engines.base import Engine, EngineHit, EngineResults
from search.errors import DeadlineExceeded
from search.found import FoundDocument, FoundDocuments
from search.hits import hits_of, stored_document
from search.marks import Marker
from search.pinned_hits import with_pinned
from search.query.candidate import AS_TYPED, KEYBOARD, SPELLING, Candidate
from search.query.collection_words import CollectionWords
from search.query.expansion import FIELD_ZONES, Expansion, Vocabulary
from search.query.generation_facts import GenerationFacts
from search.query.guard import parse_within_limits
from search.query.memory import size_of_texts
from search.query.pins import PlacedDocument
from search.query.plan import AllDocuments, AllOf, AnyOf, Plan
from search.query.question import as_sentence, is_question
from search.query.ranking_terms import RankingTerms, ranking_terms
from search.query.second_try import SecondTry
from search.query.tree import And, Query, within_any, words_of
from search.query.whole_query import title_key
from search.request import SearchRequest
from search.results import FacetValue, Hit, Interpretation, QueryEcho, SearchResults
from search.synonyms_met import SynonymsMet

#: Languages of the query whose small words are not wanted by themselves.
MOST_LIKELY = 1
#: Queries of up to this many words are expected to be found whole.
SHORT = 4

# A generation is open as long as its engine.
_facts: WeakKeyDictionary[Engine, GenerationFacts] = WeakKeyDictionary()


def _facts_of(engine: Engine) -> GenerationFacts:
    facts = _facts.get(engine)
    if facts is None:
        facts = _facts[engine] = GenerationFacts.of(engine.manifest, engine.curation)
    return facts


class Answer:
    """One request on one generation."""

    def __init__(
        self, engine: Engine, settings: Settings, request: SearchRequest, *, seconds: float | None = None
    ) -> None:
        """`seconds` are those the query may take before it is stopped, None for as long as it takes."""
        self._engine = engine
        self._facts = _facts_of(engine)
        self._settings = settings
        self._request = request
        self._deadline = None if seconds is None else time.monotonic() + seconds
        fields = {*FIELD_ZONES, *(facet.name for facet in settings.facets)}
        self._asks = is_question(request.q)
        text = as_sentence(request.q) if self._asks else request.q
        self._query, self.cut = parse_within_limits(text, fields)
        self._preference, self._likely = self._facts.preference(request)
        self._vocabulary = Vocabulary(
            engine.frequency,
            engine.terms_with_prefix,
            self._facts.languages,
            self._likely[:MOST_LIKELY],
            CollectionWords.of(settings.collection_words),
            self._facts.spoken_synonyms(request, self._likely),
            self._facts.memory,
        )
        self._pinned: dict[int, PlacedDocument] = {}

    def results(self, started: float) -> SearchResults:
        plan, found, chosen = self._answered()
        marker = Marker.of(plan.root)
        synonyms = SynonymsMet(plan.root) if plan.explain and self._facts.synonyms else None
        kind = chosen.kind if chosen else None
        hits = self._hits(found, marker, kind, synonyms)
        interpretations = (Interpretation(chosen.kind, chosen.text),) if chosen and chosen.kind else ()
        return SearchResults(
            query=QueryEcho(
                self._request.q,
                self._likely,
                chosen.text if chosen and chosen.kind == SPELLING else None,
                interpretations,
            ),
            total=found.total,
            page=self._request.page,
            per_page=self._request.per_page,
            hits=hits,
            facets=facet_answers.facet_values(found.facets, self._request, self._settings),
            took_ms=(time.perf_counter() - started) * 1000,
            generation=self._engine.manifest.generation,
            complete=found.complete,
        )

    def _hits(
        self, found: EngineResults, marker: Marker, kind: str | None, synonyms: SynonymsMet | None
    ) -> tuple[Hit, ...]:
        rows = []
        for hit in found.hits:
            values = self._engine.stored(hit.document)
            if synonyms is not None and hit.parts is not None:
                hit = replace(hit, parts=synonyms.told(hit.parts, values))
            rows.append((values, hit))
        highlight = self._request.highlight
        shown = hits_of(rows, self._settings, marker, highlight=highlight, interpretation=kind)
        if not self._pinned:
            return shown
        return tuple(
            replace(one, pinned=True) if hit.document in self._pinned else one
            for one, hit in zip(shown, found.hits, strict=True)
        )

    def documents(self, started: float) -> FoundDocuments:
        """The same answer with whole documents, not yet made into a page."""
        plan, found, chosen = self._answered()
        return FoundDocuments(
            total=found.total,
            documents=tuple(
                FoundDocument(stored_document(self._engine.stored(hit.document)), hit.score, hit.parts)
                for hit in found.hits
            ),
            counts=found.facets,
            marks=Marker.of(plan.root),
            interpretations=(Interpretation(chosen.kind, chosen.text),) if chosen and chosen.kind else (),
            browsing=not words_of(self._query),
            took_ms=(time.perf_counter() - started) * 1000,
            generation=self._engine.manifest.generation,
        )

    def facet_values(self, name: str, prefix: str, limit: int) -> tuple[FacetValue, ...]:
        _, found, _ = self._answered()
        rows = facet_answers.all_values(name, found.facets.get(name, []), self._request, self._settings)
        return tuple(facet_answers.with_prefix(rows, prefix)[:limit])

    def _answered(self) -> tuple[Plan, EngineResults, Candidate | None]:
        """What was found, with what is pinned for the query in its places."""
        plan, found, chosen = self._tried()
        request, pins = self._request, self._facts.pins
        if pins is None or request.exact or request.sort != "relevance" or request.only_in:
            return plan, found, chosen
        wanted = pins.of_query(self._query, request.languages)
        if not wanted and chosen:
            wanted = pins.of_query(chosen.query, request.languages)
        if wanted:
            found, self._pinned = with_pinned(self._engine, plan, found, wanted)
        return plan, found, chosen

    def _tried(self) -> tuple[Plan, EngineResults, Candidate | None]:
        """The typed query, or the second try that finds all of what it means."""
        plan = self._plan(self._query, self._expansion(literal=self._request.exact))
        found = self._engine.run(plan)
        if self._request.exact:
            return plan, found, None
        second_try = self._second_try()
        if not self._is_poor(found) and (self._asks or not self._is_doubtful(second_try)):
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
                if candidate.kind == KEYBOARD:
                    _, self._likely = self._facts.preference(self._request, text=candidate.text)
                return other_plan, other, self._told(candidate.settled(stored))
        return plan, found, None

    def _is_doubtful(self, second_try: SecondTry) -> bool:
        """Whether the index does not know a word, or the admin what it means."""
        doubtful = second_try.doubtful(self._query)
        synonyms = self._vocabulary.synonyms
        if not doubtful or synonyms is None:
            return bool(doubtful)
        parts = self._query.parts if isinstance(self._query, And) else (self._query,)
        return not {normalize(word) for word in doubtful} <= synonyms.covered(parts)

    def _told(self, candidate: Candidate) -> Candidate:
        """The same, or a reading that nobody need be told of: what was typed, heard otherwise."""
        typed = self._request.q.casefold().split()
        return replace(candidate, kind=AS_TYPED) if candidate.text.casefold().split() == typed else candidate

    def _best(self, plan: Plan, found: EngineResults) -> EngineHit:
        """The best hit, whatever page and order were asked for."""
        if found.hits and not plan.offset and plan.sort == "relevance":
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

    def _second_try(self) -> SecondTry:
        return SecondTry(self._vocabulary, self._engine.similar_spellings, self._facts.scripts)

    def _expansion_of(self, candidate: Candidate) -> Expansion:
        expansion = replace(self._expansion(), corrections=candidate.corrections)
        if candidate.kind != KEYBOARD:
            return expansion
        # What was typed is in no language; what was meant is.
        _, likely = self._facts.preference(self._request, text=candidate.text)
        return replace(expansion, vocabulary=replace(self._vocabulary, likely=likely[:MOST_LIKELY]))

    def _expansion(self, *, literal: bool = False) -> Expansion:
        return Expansion(self._vocabulary, literal=literal, question=self._asks)

    def _plan(self, query: Query, expansion: Expansion) -> Plan:
        request = self._request
        root = expansion.plan(within_any(request.only_in, query))
        if request.every_word and isinstance(root, AllOf):
            root = replace(root, lenient=False, question=False)
        browsing = isinstance(root, AllOf) and root.parts == (AllDocuments(),)
        by_popularity = browsing and request.sort == "relevance"
        sort = self._settings.popular_by if by_popularity else request.sort.removeprefix("-")
        words = () if browsing else tuple(leaf.text for leaf in words_of(query))
        terms = self._ranking_terms(words)
        return Plan(
            root,
            grams=() if expansion.literal else terms.grams,
            characters=terms.characters,
            whole=title_key(unicodedata.normalize("NFC", " ".join(words))),
            languages=self._preference,
            filters=request.filters,
            where=request.where,
            facets=facet_answers.counted_facets(request, self._settings),
            facet_limit=request.facet_limit,
            sort=sort,
            descending=by_popularity or request.sort.startswith("-"),
            sort_language=request.languages[0] if request.languages else "",
            then_by=tuple((key.removeprefix("-"), key.startswith("-")) for key in request.then_by),
            offset=request.first,
            limit=request.per_page,
            explain=request.explain,
            deadline=self._deadline,
        )

    def _ranking_terms(self, words: tuple[str, ...]) -> RankingTerms:
        terms: RankingTerms | None = self._facts.memory.terms.get(words)
        if terms is None:
            terms = ranking_terms(words)
            self._facts.memory.terms.keep(words, terms, size_of_texts((*words, *terms.grams)))
        return terms
