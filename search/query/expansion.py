"""In how many ways may a typed word be met? From the query tree to a plan.

Each word becomes a unit of alternatives: as typed, inflected (stemmed by every language of its
script that the index holds, so that no hit depends on a guess), with other marks, romanised, and,
when the index knows none of these, as a prefix or as a part of a compound. Spelling and keyboard
are not guessed here but tried afterwards (`second_try.py`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from search.analysis.analyzer import grams_of, joined_chains
from search.analysis.folding import fold, normalize
from search.analysis.romanization.kanji import shortened
from search.analysis.scripts import main_script
from search.analysis.tokenizers import Token, has_unspaced_script, tokenize, words_in
from search.index.schema import ALIAS, BODY, EXACT, FOLDED, GRAM, KEY, PEOPLE, STEM, TITLE, ZONES
from search.query.across_scripts import NAMES, across_scripts, typed_jamo
from search.query.collection_words import CollectionWords
from search.query.every_language import codes_of_script, other_spellings, small_words, telling_stems
from search.query.memory import size_of_node, size_of_texts, size_of_ways
from search.query.plan import AllDocuments, AllOf, Alternative, AnyOf, FacetTerm, Node, Unit
from search.query.plan import Sequence as WordSequence
from search.query.stretch import Stretches, read_in_pieces
from search.query.tree import And, Everything, Fielded, Not, Or, Phrase, Query, Word, words_of
from search.query.vocabulary import Vocabulary
from search.query.whole_query import (
    PREFIX_TERMS,
    SHORTEST_PREFIX,
    is_title,
    met_by_beginning,
    met_by_sound,
    met_by_title,
    prefixed,
)
from search.ranking import LONGEST_NAME

__all__ = ["FIELD_ZONES", "Expansion", "Vocabulary"]

_STEMMED = (TITLE, ALIAS, BODY)
#: Query fields that are zones of the text; every facet is a query field besides.
FIELD_ZONES: dict[str, tuple[str, ...]] = {
    "title": (TITLE, ALIAS),
    "people": (PEOPLE,),
    "text": (BODY,),
}
#: A typed mark is meant: words that differ in it count less than for a query without marks.
MARKS_MEANT = 0.6
SHORTEST_COMPOUND_PART = 5
#: Unknown Latin words from this length on may be a romanised title written as one word.
SHORTEST_IN_PIECES = 8


class _Met(NamedTuple):
    """A word as the index may have it, before spellings are tried in its place."""

    exact: str
    alternatives: tuple[Alternative, ...] = ()
    is_stop_word: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """How far to go. `literal` keeps to the words as typed (exact and folded, no second meaning);
    `corrections` maps a folded word to the spellings tried in its place. `names`: a stretch of a
    script without spaces may be a name that is written in Latin letters elsewhere; in a long
    question it is not. `question`: the visitor said that it is one."""

    vocabulary: Vocabulary
    literal: bool = False
    corrections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: bool = True
    question: bool = False

    def plan(self, query: Query) -> Node:
        """The root of the plan for a query tree."""
        vocabulary = self.vocabulary
        key = (
            query,
            self.literal,
            tuple(self.corrections.items()),
            self.names,
            self.question,
            vocabulary.likely,
            vocabulary.collection_words,
            vocabulary.synonyms,
        )
        root: Node | None = vocabulary.memory.plans.get(key)
        if root is None:
            root = self._root(query)
            texts = [leaf.text for leaf in words_of(query)]
            vocabulary.memory.plans.keep(key, root, size_of_node(root) + size_of_texts(texts))
        return root

    def _root(self, query: Query) -> Node:
        leaves = query.parts if isinstance(query, And) else (query,)
        words = [leaf for leaf in leaves if isinstance(leaf, Word)]
        text = unicodedata.normalize("NFC", " ".join(word.text for word in words))
        is_plain = len(words) == len(leaves) and not any(word.prefix for word in words)
        if self.literal or not is_plain:
            return self._plan(query)
        if is_title(self.vocabulary, text):
            # All its words are meant: *The Lego Movie*.
            known = replace(self.vocabulary, collection_words=CollectionWords())
            node = met_by_title(replace(self, vocabulary=known)._plan(query), text)
        else:
            node = met_by_beginning(self.vocabulary, self._plan(query), text)
        return met_by_sound(self.vocabulary, node, text)

    def _plan(self, query: Query) -> Node:
        letters = sum(len(leaf.text) for leaf in words_of(query))
        if self.names and (self.question or letters > LONGEST_NAME):
            return replace(self, names=False)._plan(query)
        node = self._node(query, ZONES)
        if node is None:
            return AllOf(())
        if isinstance(node, AllOf):
            return AllOf(_with_optional(node.parts), node.excluded, lenient=True, question=self.question)
        return AllOf(_with_optional((node,)), lenient=True, question=self.question)

    def _node(self, query: Query, zones: tuple[str, ...]) -> Node | None:
        if isinstance(query, Word):
            return self._nodes((query,), zones)[0]
        if isinstance(query, Phrase):
            return _sequence(query.text, zones)
        if isinstance(query, Fielded):
            return self._fielded(query)
        if isinstance(query, And):
            return self._and(query, zones)
        if isinstance(query, Or):
            parts = [node for part in query.parts if (node := self._node(part, zones)) is not None]
            return AnyOf(tuple(parts)) if parts else None
        if isinstance(query, Not):
            return self._and(And((query,)), zones)
        assert isinstance(query, Everything)
        return AllDocuments()

    def _nodes(self, parts: Sequence[Query], zones: tuple[str, ...]) -> list[Node | None]:
        """The parts of a conjunction; words that are wanted are also met by their synonyms."""
        inner = [part.query if isinstance(part, Not) else part for part in parts]
        nodes = [self._word(one, zones) if isinstance(one, Word) else self._node(one, zones) for one in inner]
        synonyms = self.vocabulary.synonyms
        return (
            nodes
            if synonyms is None or self.literal
            else synonyms.added(parts, nodes, self.vocabulary, zones)
        )

    def _and(self, query: And, zones: tuple[str, ...]) -> Node | None:
        parts: list[Node] = []
        excluded: list[Node] = []
        for part, node in zip(query.parts, self._nodes(query.parts, zones), strict=True):
            if node is None:
                continue
            if isinstance(part, Not):
                excluded.append(node)
            elif isinstance(node, AllOf) and not node.excluded:
                parts.extend(node.parts)
            else:
                parts.append(node)
        if not parts and not excluded:
            return None
        return AllOf(tuple(parts) or (AllDocuments(),), tuple(excluded))

    def _fielded(self, query: Fielded) -> Node | None:
        zones = FIELD_ZONES.get(query.field)
        if zones is not None:
            return self._node(query.query, zones)
        if isinstance(query.query, Word | Phrase):
            return FacetTerm(query.field, query.query.text)
        return self._node(query.query, ZONES)

    # Words

    def _word(self, word: Word, zones: tuple[str, ...]) -> Node | None:
        text = unicodedata.normalize("NFC", word.text)
        typed = typed_jamo(text)
        if typed is not None:
            return Unit(
                text,
                (
                    Alternative(
                        "prefix", KEY, tuple(self.vocabulary.prefixed(KEY, typed, PREFIX_TERMS)), NAMES
                    ),
                ),
            )
        tokens = tokenize(text)
        parts: list[Node] = []
        parts += self._spaced_units(text, tokens, word.prefix, zones)
        stretches = Stretches(self.vocabulary, self.literal, self.names)
        for stretch, _, _ in words_in(text) if has_unspaced_script(text) else ():
            if has_unspaced_script(stretch):
                node = stretches.node(stretch, zones)
                if isinstance(node, AllOf):
                    parts += node.parts
                elif node is not None:
                    parts.append(node)
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _spaced_units(
        self, text: str, tokens: list[Token], prefix: bool, zones: tuple[str, ...]
    ) -> list[Node]:
        spaced = [token for token in tokens if not token.is_gram]
        units: list[Node] = []
        for index, token in enumerate(spaced):
            last = index == len(spaced) - 1
            unit = self._unit(token.text, zones, prefix=prefix and last)
            if unit is not None:
                units.append(unit)
        joined = [join for join, _ in joined_chains(text, tokens)]
        if joined and len(units) > 1:
            whole = self._unit(joined[0], zones, prefix=False)
            if whole is not None and self._known(whole):
                return [AnyOf((AllOf(_with_optional(tuple(units))), whole))]
        return units

    def _unit(self, token: str, zones: tuple[str, ...], *, prefix: bool) -> Unit | None:
        met = self._met(token, zones, prefix=prefix)
        if not met.exact:
            return None
        alternatives = met.alternatives
        corrected = self.corrections.get(fold(met.exact), ()) if self.corrections else ()
        if corrected:
            ways = (Alternative("typo", way, corrected, zones) for way in (EXACT, FOLDED))
            alternatives = (*alternatives, *ways)
        optional = met.is_stop_word or self.vocabulary.collection_words.holds(met.exact)
        return Unit(token, alternatives, optional=optional)

    def _met(self, token: str, zones: tuple[str, ...], *, prefix: bool) -> _Met:
        """Remembered: a word is the same in every query of its language."""
        words, likely = self.vocabulary.memory.words, self.vocabulary.likely
        key = (token, zones, prefix, self.literal, likely)
        met: _Met | None = words.get(key)
        if met is None:
            exact = normalize(token)
            met = self._met_as(exact, zones, prefix=prefix) if exact else _Met("")
            words.keep(key, met, size_of_ways(met.alternatives) + size_of_texts((token, exact)))
        return met

    def _met_as(self, exact: str, zones: tuple[str, ...], *, prefix: bool) -> _Met:
        script = main_script(exact) or "Zyyy"
        alternatives = [Alternative("exact", EXACT, (exact,), zones)]
        alternatives += self._other_spellings(exact, script, zones)
        if not self.literal:
            alternatives += self._inflected(exact, script, zones)
            alternatives += across_scripts(exact, script, zones)
        alternatives = [one for one in alternatives if one.zones]
        if prefix:
            alternatives += prefixed(self.vocabulary, exact, zones)
        elif not self.literal and not self.vocabulary.has(alternatives):
            alternatives += prefixed(self.vocabulary, exact, zones) if len(exact) >= SHORTEST_PREFIX else []
            if not self.vocabulary.has(alternatives):
                alternatives += _compounds(exact, zones)
                names = tuple(zone for zone in zones if zone in NAMES)
                if exact.isascii() and len(exact) >= SHORTEST_IN_PIECES:
                    alternatives += read_in_pieces(self.vocabulary, (shortened(exact),), names)
        # German *war* is a small word, English *war* is not: the query's own language decides.
        codes = self.vocabulary.likely or codes_of_script(script, self.vocabulary.languages)
        return _Met(exact, tuple(alternatives), exact in small_words(codes))

    def _known(self, unit: Unit) -> bool:
        return self.vocabulary.has(
            [one for one in unit.alternatives if one.kind in ("exact", "folded", "stem")]
        )

    def _other_spellings(self, exact: str, script: str, zones: tuple[str, ...]) -> list[Alternative]:
        others = other_spellings(exact, script, self.vocabulary.languages)
        weight = MARKS_MEANT if others else 1.0
        alternatives = [Alternative("folded", FOLDED, (exact, *others), zones, weight)]
        if others:
            alternatives.append(Alternative("folded", EXACT, others, zones, weight))
        return alternatives

    def _inflected(self, exact: str, script: str, zones: tuple[str, ...]) -> list[Alternative]:
        stems = telling_stems(exact, script, self.vocabulary.languages, self.vocabulary.likely)
        stemmed = tuple(zone for zone in zones if zone in _STEMMED)
        return [Alternative("stem", STEM, stems, stemmed)] if stems else []


def _compounds(exact: str, zones: tuple[str, ...]) -> list[Alternative]:
    """The word as a part of longer words of titles: all its character n-grams in one title."""
    folded = fold(exact)
    titles = tuple(zone for zone in zones if zone in (TITLE, ALIAS))
    if len(folded) < SHORTEST_COMPOUND_PART or not titles:
        return []
    return [
        Alternative("compound", GRAM, grams_of(spelling), titles, together=True)
        for spelling in dict.fromkeys((folded, exact))
    ]


def _with_optional(parts: tuple[Node, ...]) -> tuple[Node, ...]:
    """Stop words are optional only while other words remain."""
    if any(not (isinstance(part, Unit) and part.optional) for part in parts):
        return parts
    return tuple(Unit(part.text, part.alternatives) if isinstance(part, Unit) else part for part in parts)


def _sequence(text: str, zones: tuple[str, ...]) -> Node | None:
    tokens = tokenize(unicodedata.normalize("NFC", text))
    places: dict[int, str] = {}
    for token in tokens:
        places[token.position] = max(places.get(token.position, ""), normalize(token.text), key=len)
    if len(places) > 1 and tokens[-1].is_gram and len(tokens[-1].text) == 1 and len(tokens) > 1:
        places.pop(tokens[-1].position, None)
    if not places:
        return None
    return WordSequence(text, tuple((exact,) for exact in places.values()), zones)
