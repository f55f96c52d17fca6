"""In how many ways may a typed word be met? From the query tree to a plan.

Each word becomes a unit of alternatives: as typed, inflected (stemmed by every language of its
script that the index holds, so that no hit depends on a guess), with other marks, romanised, and,
when the index knows none of these, as a prefix or as a part of a compound. Spelling and keyboard
are not guessed here but tried afterwards (`second_try.py`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from search.analysis.analyzer import grams_of, joined_chains
from search.analysis.folding import fold, normalize
from search.analysis.korean import without_particle
from search.analysis.romanization.kanji import shortened
from search.analysis.romanize import romanize
from search.analysis.scripts import main_script
from search.analysis.tokenizers import Token, has_unspaced_script, tokenize, words_in
from search.index.schema import ALIAS, BODY, EXACT, FOLDED, GRAM, KEY, LATIN, PEOPLE, STEM, TITLE, ZONES
from search.query.across_scripts import NAMES, across_scripts, typed_jamo
from search.query.collection_words import CollectionWords
from search.query.every_language import codes_of_script, other_spellings, small_words, telling_stems
from search.query.memory import size_of_node, size_of_texts, size_of_ways
from search.query.plan import AllDocuments, AllOf, Alternative, AnyOf, FacetTerm, MostOf, Node, Unit
from search.query.plan import Sequence as WordSequence
from search.query.segmentation import cuts
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

__all__ = ["FIELD_ZONES", "Expansion", "Vocabulary", "ranking_terms"]

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
#: Spellings of a word that are cut into pieces, and what a name found in pieces is worth.
MOST_SPELLINGS, PIECES_WEIGHT = 3, 0.8
_KANA, _HANGUL = frozenset(("Hira", "Kana")), "Hang"
_CHARACTERS = _KANA | {"Hani", "Hang"}


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
            return self._word(query, zones)
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

    def _and(self, query: And, zones: tuple[str, ...]) -> Node | None:
        parts: list[Node] = []
        excluded: list[Node] = []
        for part in query.parts:
            inner = part.query if isinstance(part, Not) else part
            node = self._node(inner, zones)
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
        for stretch, _, _ in words_in(text) if has_unspaced_script(text) else ():
            if has_unspaced_script(stretch):
                node = self._stretch(stretch, zones)
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
                    alternatives += self._read_in_pieces((shortened(exact),), names)
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

    # Scripts without spaces

    def _stretch(self, stretch: str, zones: tuple[str, ...]) -> Node | None:
        """A stretch, or what is left of it when the word for what all documents are is taken away."""
        exact, words = normalize(stretch), self.vocabulary.collection_words
        if words.holds(exact):
            return self._named(exact, zones)
        parted = words.parted(exact)
        rest = self._unspaced(parted[0], zones) if parted is not None else None
        if parted is None or rest is None:
            return self._unspaced(stretch, zones)
        return AllOf((rest, self._named(parted[1], zones)))

    def _named(self, word: str, zones: tuple[str, ...]) -> Unit:
        """A word of a script without spaces that is not wanted: all its n-grams."""
        grams = tuple(dict.fromkeys(token.text for token in tokenize(word) if token.is_gram))
        longest = max(map(len, grams), default=0)
        terms = tuple(gram for gram in grams if len(gram) == longest)
        return Unit(word, (Alternative("exact", EXACT, terms, zones, together=True),), optional=True)

    def _unspaced(self, stretch: str, zones: tuple[str, ...]) -> Node | None:
        grams = [token for token in tokenize(stretch) if token.is_gram]
        longest: dict[int, str] = {}
        for token in grams:
            longest[token.position] = max(longest.get(token.position, ""), token.text, key=len)
        texts = list(longest.values())
        # The last position of a pair-wise run holds a single character, already part of a pair.
        if len(texts) > 1 and len(texts[-1]) < len(texts[0]):
            texts.pop()
        units = [self._gram_unit(text, zones) for text in dict.fromkeys(texts) if normalize(text)]
        if not units:
            return None
        native: Node = units[0]
        if len(units) > 1:
            # Up to a name's length it is one word to the visitor; a longer one is a sentence.
            native = MostOf(tuple(units)) if self.names else AllOf(tuple(units))
            bare = len(without_particle(normalize(stretch))) - 1
            if main_script(stretch) == _HANGUL and self.names and bare < len(texts) == len(units):
                noun: Node = units[0] if bare == 1 else MostOf(tuple(units[:bare]))
                native = AnyOf((native, noun))
        foreign = [] if self.literal or not self.names else self._foreign(stretch, zones)
        met = [one for one in foreign if self.vocabulary.frequency(one.way, one.terms, one.zones)]
        if not met:
            return native
        # Not missing where no document is met by it: it is only another way.
        return AnyOf((native, Unit(stretch, tuple(met), optional=True)))

    def _foreign(self, stretch: str, zones: tuple[str, ...]) -> list[Alternative]:
        """Latin names for a stretch; for kana also the titles in kanji that may be read so."""
        exact, script = normalize(stretch), main_script(stretch) or ""
        alternatives = across_scripts(exact, script, zones)
        names = tuple(zone for zone in zones if zone in NAMES)
        if script in _KANA and names:
            spellings = tuple(dict.fromkeys(map(shortened, romanize(exact))))
            readings = [Alternative("romanized", LATIN, spellings, names)]
            if not self.vocabulary.has(readings):
                readings += self._read_in_pieces(spellings, names)
            alternatives += readings
        return alternatives

    def _read_in_pieces(self, spellings: Sequence[str], names: tuple[str, ...]) -> list[Alternative]:
        """Names whose romanised pieces, together, make up the word."""

        def known(piece: str) -> bool:
            return self.vocabulary.frequency(LATIN, (piece,), names) > 0

        return [
            Alternative("romanized", LATIN, cut, names, PIECES_WEIGHT, together=True)
            for spelling in spellings[:MOST_SPELLINGS]
            for cut in cuts(spelling, known)
        ]

    def _gram_unit(self, text: str, zones: tuple[str, ...]) -> Unit:
        unit: Unit | None = self.vocabulary.memory.grams.get((text, zones))
        if unit is None:
            unit = self._gram_as(text, normalize(text), zones)
            self.vocabulary.memory.grams.keep((text, zones), unit, size_of_node(unit))
        return unit

    def _gram_as(self, text: str, exact: str, zones: tuple[str, ...]) -> Unit:
        alternatives = [Alternative("exact", EXACT, (exact,), zones)]
        folded = fold(exact)
        terms = tuple(dict.fromkeys((exact, folded))) if folded else (exact,)
        alternatives.append(Alternative("folded", FOLDED, terms, zones))
        if folded and folded != exact:
            alternatives.append(Alternative("folded", EXACT, (folded,), zones))
        if len(exact) < 3 and not self.vocabulary.has(alternatives):
            alternatives += prefixed(self.vocabulary, exact, zones)
        return Unit(text, tuple(alternatives), is_gram=True)


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


class RankingTerms(NamedTuple):
    """What ranks besides words: `grams`, character n-grams of words, for the side field;
    `characters`, single characters of scripts written in pairs."""

    grams: tuple[str, ...]
    characters: tuple[str, ...]


def ranking_terms(texts: Iterable[str]) -> RankingTerms:
    """The terms for ranking of a query's words."""
    grams: list[str] = []
    characters: dict[str, None] = {}
    for text in texts:
        for token in tokenize(unicodedata.normalize("NFC", text)):
            exact = normalize(token.text)
            if not token.is_gram:
                for spelling in dict.fromkeys((fold(exact) or token.text, exact)):
                    grams += grams_of(spelling)
            elif len(exact) == 1 and main_script(token.text) in _CHARACTERS:
                characters[exact] = None
    return RankingTerms(tuple(grams), tuple(characters))
