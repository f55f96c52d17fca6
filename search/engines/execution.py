"""One plan run on one open generation: matching, scoring, counting, ordering.

Whole posting lists at a time, as NumPy arrays. Words are scored in `word_scores.py`; here they are
combined, and the leading documents are looked at again for whole titles and neighbouring words.
Facets are counted over doc-value columns, each without its own filter, in the same pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Sequence as Values
from typing import Protocol

import numpy as np

from search.engines.base import EngineResults
from search.engines.explanation import explained_hits
from search.engines.filter_masks import passing
from search.engines.leading import best_places, leading_places
from search.engines.matches import NO_MATCHES, Matches, common, found_in, without
from search.engines.second_look import neighbours_worth, titles_worth
from search.engines.word_matches import WordMatches
from search.engines.word_scores import Ranking, WordScores
from search.errors import DeadlineExceeded
from search.index.codec.arrays import Array
from search.index.reader import IndexReader
from search.index.schema import EXACT, GRAM
from search.query.plan import (
    AllOf,
    AnyOf,
    FacetTerm,
    MostOf,
    Node,
    Plan,
    Sequence,
    TheseDocuments,
    Unit,
    units_of,
)
from search.ranking import (
    CHARACTER_WEIGHT,
    COORDINATION,
    GRAM_WEIGHT,
    LANGUAGE_PREFERENCE,
    LONGEST_STRICT,
    QUESTION_SHARE,
    RESCORED,
    grams_required,
    words_required,
)
from search.request import Range

#: Words are looked for in the documents of the rarest alone if one of them occurs so often at least, and
#: so many times more often.
LEAST_FREQUENT, TIMES_RARER = 4096, 8


class Columns(Protocol):
    """What a run needs of the engine."""

    reader: IndexReader

    @property
    def scores(self) -> WordScores: ...

    def counted(self, name: str, docs: Array) -> list[tuple[str | float, int]]: ...

    def accepted(self, name: str, accepted: Values[str | Range]) -> Array: ...

    def having(self, name: str, is_wanted: Callable[[str], bool]) -> Array: ...

    def document_number(self, document_id: str) -> int | None: ...

    def ranks(self, language: str) -> Array: ...

    @property
    def boosts(self) -> Array | None: ...

    @property
    def language_numbers(self) -> dict[str, int]: ...

    @property
    def language_of(self) -> Array: ...

    @property
    def language_sizes(self) -> Array: ...


class Execution:
    """A plan being run; used once."""

    def __init__(self, engine: Columns, plan: Plan) -> None:
        self._engine = engine
        self._reader = engine.reader
        self._scores = engine.scores
        self._combiner = engine.scores.combiner
        self._plan = plan
        # Text and matches by the identity of the node: to hash a node takes longer than to add its
        # scores.
        self._words: dict[int, tuple[str, WordMatches]] = {}
        self._complete = True

    def results(self) -> EngineResults:
        matches = self._evaluate(self._plan.root)
        if self._reader.has_deletions:
            keep = self._reader.live[matches.docs]
            matches = Matches(matches.docs[keep], matches.scores[keep])
        if self._plan.where is not None:
            keep = passing(self._plan.where, self._engine)[matches.docs]
            matches = Matches(matches.docs[keep], matches.scores[keep])
        facets, kept = self._filtered(matches)
        docs, scores = self._page(kept)
        words = list(dict.fromkeys(self._words.values()))
        return EngineResults(
            total=len(kept),
            hits=tuple(
                explained_hits(
                    docs,
                    scores,
                    words,
                    explain=self._plan.explain,
                    language_of=self._engine.language_of,
                    have_words=_finds_words(self._plan.root),
                )
            ),
            facets=facets,
            complete=self._complete,
            missing=self._missing(),
        )

    def _missing(self) -> tuple[str, ...]:
        if all(word.is_read for _, word in self._words.values()):
            return ()
        return tuple(
            unit.text
            for unit in units_of(self._plan.root)
            if not unit.optional and id(unit) in self._words and not self._words[id(unit)][1].is_read
        )

    def _check_deadline(self) -> None:
        if self._plan.deadline is not None and time.monotonic() > self._plan.deadline:
            raise DeadlineExceeded("the query took too long; try fewer or more specific words")

    # The tree

    def _evaluate(self, node: Node) -> Matches:
        self._check_deadline()
        if isinstance(node, Unit | Sequence):
            return self._word(node)
        if isinstance(node, FacetTerm):
            return self._constant(np.flatnonzero(self._engine.accepted(node.name, (node.value,))))
        if isinstance(node, AllOf):
            return self._all_of(node)
        if isinstance(node, TheseDocuments):
            numbers = {number for one in node.ids if (number := self._reader.doc_of(one)) is not None}
            # Not worth anything by themselves: beside words they change no score.
            return Matches(np.array(sorted(numbers), np.intp), np.zeros(len(numbers), np.float32))
        if isinstance(node, MostOf):
            some, enough = self._most_of(node)
            return Matches(some.docs[enough], some.scores[enough])
        if isinstance(node, AnyOf):
            combine = self._combiner.sum_of if node.summed else self._combiner.best_of
            return combine(self._alternatives(node.parts))
        return self._constant(np.flatnonzero(self._reader.live))

    def _word(self, node: Unit | Sequence) -> Matches:
        known = self._words.get(id(node))
        if known is None:
            known = self._words[id(node)] = node.text, self._scores.word(node)
        return known[1].matches

    def _alternatives(self, parts: Values[Node]) -> list[Matches]:
        """Each part by itself; complete if one of them is."""
        before, complete, found = self._complete, False, []
        for part in parts:
            self._complete = True
            found.append(self._evaluate(part))
            complete = complete or (self._complete and len(found[-1]) > 0)
        self._complete = before and complete
        return found

    @staticmethod
    def _constant(docs: Array) -> Matches:
        return Matches(docs, np.ones(len(docs), np.float32))

    def _all_of(self, node: AllOf) -> Matches:
        is_strict = not node.lenient or (len(node.parts) <= LONGEST_STRICT and not node.question)
        # Of a part of the query, other documents than those it finds are looked at later.
        if is_strict and node is self._plan.root and (found := self._with_the_rarest(node)) is not None:
            return found
        parts: list[Matches] = []
        wanted: list[Array] = []
        for part in node.parts:
            found, counted = self._scored_and_counted(part)
            parts.append(found)
            if not (isinstance(part, Unit) and part.optional):
                wanted.append(counted)
        excluded = [self._evaluate(part).docs for part in node.excluded]
        if is_strict:
            found_all = self._found_whole(parts, wanted, excluded)
            if found_all is not None:
                return self._with_sides(found_all, node)
        docs, counts = self._combiner.counted(wanted)
        if excluded:
            kept = ~found_in(docs, self._combiner.distinct(excluded))[0]
            docs, counts = docs[kept], counts[kept]
        best = int(counts.max(initial=0))
        if not best:
            self._complete = self._complete and not wanted
            return NO_MATCHES
        required = len(wanted)
        if node.lenient:
            required = words_required(len(wanted), best, len(node.parts), question=node.question)
            self._complete = self._complete and best == len(wanted)
        enough = counts >= required
        if node.question and not node.excluded and enough.any():
            docs, counts, scores = self._answers(
                docs, counts, enough, [(parts, 1.0), *self._sides_anywhere(node)]
            )
        else:
            docs, counts = docs[enough], counts[enough]
            scores = self._with_sides(Matches(docs, self._combiner.sums_at(parts, docs)), node).scores
        if len(node.parts) > LONGEST_STRICT:
            scores = scores * (np.maximum(counts, 1) / np.float32(best)) ** np.float32(COORDINATION)
        return Matches(docs, scores)

    def _with_the_rarest(self, node: AllOf) -> Matches | None:
        """The documents that have all words, if one of the words is rare: the others are looked for in its
        documents alone, however frequent they are. None where there are none, or it is not worth it."""
        units = [part for part in node.parts if isinstance(part, Unit)]
        wanted = [unit for unit in units if not unit.optional]
        if len(units) < max(len(node.parts), 2) or not wanted:
            return None
        kept = [(unit, word) for unit in units if (word := self._scores.kept(unit)) is not None]
        if len(kept) == len(units):
            # All at hand already.
            self._words.update((id(unit), (unit.text, word)) for unit, word in kept)
            return None
        counts = {id(unit): self._scores.most(unit) for unit in units}
        rarest = min(wanted, key=lambda unit: counts[id(unit)])
        if max(counts.values()) < max(LEAST_FREQUENT, TIMES_RARER * counts[id(rarest)]):
            return None
        docs = self._word(rarest).docs
        words: dict[int, tuple[str, WordMatches]] = {}
        for unit in units:
            if unit is rarest or not len(docs):
                continue
            word = self._scores.word_among(unit, docs)
            if word is None:
                return None
            words[id(unit)] = unit.text, word
            if not unit.optional:
                docs = common([docs, word.matches.docs])
        docs = without(docs, [self._evaluate(part).docs for part in node.excluded]) if len(docs) else docs
        if not len(docs):
            return None
        self._words.update(words)
        found = Matches(
            docs, self._combiner.sums_at([self._words[id(unit)][1].matches for unit in units], docs)
        )
        return self._with_sides(found, node)

    def _found_whole(
        self, parts: list[Matches], wanted: list[Array], excluded: list[Array]
    ) -> Matches | None:
        """The documents that have all wanted parts, if there are any: others need not be counted."""
        if not wanted:
            return None
        if len(wanted) == len(parts) and all(
            part.docs is its for part, its in zip(parts, wanted, strict=True)
        ):
            found = self._combiner.all_of(parts)
            if excluded and len(found):
                docs = without(found.docs, excluded)
                found = Matches(docs, found.scores[found.docs.searchsorted(docs)])
        else:
            docs = without(common(wanted), excluded)
            found = Matches(docs, self._combiner.sums_at(parts, docs) if len(docs) else NO_MATCHES.scores)
        return found if len(found) else None

    def _with_sides(self, found: Matches, node: AllOf) -> Matches:
        """The same documents with what n-grams and characters add to their scores."""
        sides = self._sides(node)
        if not sides:
            return found
        self._check_deadline()
        return Matches(found.docs, found.scores + self._scores.added(sides, found.docs))

    def _answers(
        self, docs: Array, counts: Array, enough: Array, scored: list[tuple[list[Matches], float]]
    ) -> tuple[Array, Array, Array]:
        """Documents that may answer a question, how many of its words they have, and their scores:
        those with enough of its words, and those whose parts of words say as much as the words."""
        scores = np.zeros(self._reader.documents, np.float32)
        for parts, weight in scored:
            sums = self._combiner.sums(parts)
            scores += sums if weight == 1.0 else np.float32(weight) * sums
        # Other endings, compounds and spellings of the words: their n-grams tell.
        answers = scores >= np.float32(QUESTION_SHARE) * scores[docs[enough]].max()
        answers[docs[enough]] = True
        had = np.zeros(self._reader.documents, np.float32)
        had[docs] = counts
        docs = np.flatnonzero(answers)
        return docs, had[docs], scores[docs]

    def _sides_anywhere(self, node: AllOf) -> list[tuple[list[Matches], float]]:
        """What they are worth to all documents."""
        found = []
        for way, terms, weight in self._sides(node):
            self._check_deadline()
            found.append(([self._scores.side(way, term) for term in terms], weight))
        return found

    def _sides(self, node: AllOf) -> tuple[Ranking, ...]:
        """N-grams and single characters: they rank what words have found, whatever the language."""
        if not node.lenient:
            return ()
        sides = (GRAM, self._plan.grams, GRAM_WEIGHT), (EXACT, self._plan.characters, CHARACTER_WEIGHT)
        return tuple((way, tuple(dict.fromkeys(terms)), weight) for way, terms, weight in sides if terms)

    def _scored_and_counted(self, part: Node) -> tuple[Matches, Array]:
        """What a part finds, and the documents that have enough of it to count as having it."""
        if isinstance(part, MostOf):
            some, enough = self._most_of(part)
            return some, some.docs[enough]
        if isinstance(part, AnyOf) and any(isinstance(one, MostOf) for one in part.parts):
            before, complete = self._complete, False
            found, counted = [], []
            for one in part.parts:
                self._complete = True
                its, its_counted = self._scored_and_counted(one)
                found.append(its)
                counted.append(its_counted)
                complete = complete or (self._complete and len(its_counted) > 0)
            self._complete = before and complete
            return self._combiner.best_of(found), self._combiner.distinct(counted)
        found_all = self._evaluate(part)
        return found_all, found_all.docs

    def _most_of(self, node: MostOf) -> tuple[Matches, Array]:
        """Documents with any of the n-grams, and which of them have enough to count."""
        parts = [self._word(part) for part in node.parts]
        _, counts = self._combiner.counted([part.docs for part in parts])
        best = int(counts.max(initial=0))
        if best < len(parts):
            self._complete = False
        required = grams_required(len(parts), best)
        if required is None:
            return NO_MATCHES, np.zeros(0, bool)
        return self._combiner.sum_of(parts), counts >= required

    # Filters and facets

    def _filtered(self, matches: Matches) -> tuple[dict[str, list[tuple[str | float, int]]], Matches]:
        """Facet counts, each without its own filter, and the matches that pass all filters."""
        if not self._plan.filters:
            return {name: self._engine.counted(name, matches.docs) for name in self._plan.facets}, matches
        passes = {
            name: self._engine.accepted(name, accepted)[matches.docs]
            for name, accepted in self._plan.filters.items()
        }
        everything = np.logical_and.reduce(list(passes.values()))
        kept = Matches(matches.docs[everything], matches.scores[everything])
        facets = {}
        for name in self._plan.facets:
            docs = kept.docs
            if name in passes:
                others = [mask for other, mask in passes.items() if other != name]
                docs = matches.docs[np.logical_and.reduce(others)] if others else matches.docs
            facets[name] = self._engine.counted(name, docs)
        return facets, kept

    # Order

    def _page(self, matches: Matches) -> tuple[Array, Array]:
        """Documents and scores of the page asked for, in order."""
        docs, end = matches.docs, self._plan.offset + self._plan.limit
        if not len(docs):
            return docs, matches.scores
        if self._plan.sort != "relevance":
            return self._sorted_by_column(matches, end)
        preference = self._preference()
        scores, boosts = matches.scores, self._engine.boosts
        if boosts is not None:
            scores = scores * boosts[docs]
        if preference is not None:
            scores = scores * preference[self._engine.language_of[docs]]
        if not self._plan.second_look:
            order = best_places(scores, end)[self._plan.offset :]
            return docs[order], scores[order]
        head, tail = leading_places(scores, RESCORED, max(end, RESCORED))
        leading = docs[head]
        added = self._second_look(leading)
        if preference is not None:
            added *= preference[self._engine.language_of[leading]]
        better = scores[head] + added
        order = (-better).argsort(kind="stable")[self._plan.offset : end]
        if end <= len(leading) or not len(tail):
            return leading[order], better[order]
        rest = tail[max(self._plan.offset - RESCORED, 0) : end - RESCORED]
        return np.concatenate((leading[order], docs[rest])), np.concatenate((better[order], scores[rest]))

    def _sorted_by_column(self, matches: Matches, end: int) -> tuple[Array, Array]:
        docs, scores = matches.docs, matches.scores
        missing, keys = self._sort_keys(docs, self._plan.sort, self._plan.descending)
        if 0 < end < len(docs):
            # Most documents come after the page whatever else they hold.
            first = np.flatnonzero(keys <= np.partition(keys, end - 1)[end - 1])
            docs, scores, keys, missing = docs[first], scores[first], keys[first], missing[first]
        # The last array orders first.
        arrays: list[Array] = [docs, -scores]
        for name, descending in reversed(self._plan.then_by):
            its_missing, its_keys = self._sort_keys(docs, name, descending)
            arrays += [its_keys, its_missing]
        order = np.lexsort((*arrays, keys, missing))[self._plan.offset : end]
        return docs[order], scores[order]

    def _sort_keys(self, docs: Array, name: str, descending: bool) -> tuple[Array, Array]:
        """Which documents have no value to be ordered by, and the values, ascending in the order wanted."""
        if name == "title":
            keys = self._engine.ranks(self._plan.sort_language)[docs]
        else:
            keys = self._reader.number_column(name)[docs]
        missing = np.isnan(keys)
        return missing, np.where(missing, np.inf, -keys if descending else keys)

    def _preference(self) -> Array | None:
        """A factor for each language, or None if none is preferred."""
        if not self._plan.languages:
            return None
        factor = np.ones(len(self._engine.language_sizes), np.float32)
        for code, strength in self._plan.languages.items():
            number = self._engine.language_numbers.get(code)
            if number is not None:
                factor[number] = 1 + LANGUAGE_PREFERENCE * strength
        return factor

    def _second_look(self, docs: Array) -> Array:
        """What whole titles and neighbouring words add to the score of the leading documents."""
        met = [
            (unit, self._words[id(unit)][1]) for unit in units_of(self._plan.root) if id(unit) in self._words
        ]
        words = [word for _, word in met if word.occurs]
        # N-grams overlap: neighbours are what they are made of.
        spaced = [word for unit, word in met if word.occurs and not unit.is_gram]
        languages = self._engine.language_of[docs]
        worth = titles_worth(self._reader, words, docs, languages, self._plan.whole)
        return worth + neighbours_worth(self._scores, spaced, docs, languages)


def _finds_words(root: Node) -> bool:
    """Whether every document found has one of the plan's words: n-grams may answer a question alone."""
    if isinstance(root, AllOf | AnyOf):
        is_question = isinstance(root, AllOf) and root.question
        return not is_question and all(isinstance(part, Unit | Sequence) for part in root.parts)
    return isinstance(root, Unit | Sequence)
