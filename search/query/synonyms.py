"""Which other words did the admin say that these words mean?

The sets of `search/index/curation.py`, found by the first word of what is typed, however many there
are. A synonym is one more way to meet each of the words it stands for: a document that has it counts
as having them all, and is worth less than one that has the words themselves. Words are compared in
folded form; those of a language's sets also by their stems in that language. In scripts without
spaces a synonym may stand anywhere in a stretch.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple, Protocol

from search.analysis.analyzer import stems_of
from search.analysis.folding import fold, normalize
from search.analysis.languages import language
from search.analysis.scripts import main_script
from search.analysis.tokenizers import Token, has_unspaced_script, tokenize, words_in
from search.index.curation import SynonymSet
from search.index.schema import ALIAS, BODY, EXACT, FOLDED, STEM, TITLE
from search.query.every_language import other_spellings, telling_stems
from search.query.plan import AllOf, Alternative, AnyOf, MostOf, Node, Unit
from search.query.tree import Query, Word

KIND = "synonym"
#: A synonym that is inflected, or written otherwise, as the word itself would count.
INFLECTED, FOLDED_WEIGHT = 0.9, 0.85
_STEMMED = (TITLE, ALIAS, BODY)
#: Words of the index that are looked at for the inflected forms of one word of several.
MOST_FORMS = 40
#: Shorter stretches of scripts without spaces are met too often inside of others.
SHORTEST_INSIDE = 2


class Held(Protocol):
    """What is asked of the index."""

    @property
    def languages(self) -> frozenset[str]: ...

    @property
    def prefixed(self) -> Callable[[str, str, int], list[str]]: ...


class _Rule(NamedTuple):
    """`words` are the forms of each word that is typed; `mean` the synonyms as they were written."""

    words: tuple[frozenset[str], ...]
    language: str
    mean: tuple[str, ...]


class _Typed(NamedTuple):
    """A word of the query: the part it belongs to, and its exact form."""

    part: int
    exact: str


@dataclass(frozen=True, slots=True, eq=False)
class Synonyms:
    """The synonyms of one generation. `rules` are by each form of their first word, `inside` by the
    folded stretch of a script without spaces; `codes` are the languages that have some."""

    rules: dict[str, list[_Rule]] = field(default_factory=dict)
    inside: dict[str, list[_Rule]] = field(default_factory=dict)
    longest_inside: int = 0
    codes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, sets: Sequence[SynonymSet]) -> Synonyms | None:
        """None of no sets: nothing is to be looked up."""
        if not sets:
            return None
        rules: dict[str, list[_Rule]] = {}
        inside: dict[str, list[_Rule]] = {}
        for one in sets:
            code = language(one.language).base if one.language else ""
            for typed in one.of:
                mean = tuple(other for other in one.mean if other != typed)
                words = _exact_words(typed)
                if not words or not mean:
                    continue
                rule = _Rule(tuple(_forms(word, code) for word in words), code, mean)
                if len(words) == 1 and has_unspaced_script(words[0]):
                    inside.setdefault(fold(words[0]) or words[0], []).append(rule)
                else:
                    for form in rule.words[0]:
                        rules.setdefault(form, []).append(rule)
        codes = frozenset(rule.language for held in (rules, inside) for row in held.values() for rule in row)
        return cls(rules, inside, max(map(len, inside), default=0), codes)


@dataclass(frozen=True, slots=True)
class SpokenSynonyms:
    """The synonyms of the languages that a query may be in; of all if `languages` is None."""

    synonyms: Synonyms
    languages: frozenset[str] | None = None

    def added(
        self, parts: Sequence[Query], nodes: Sequence[Node | None], held: Held, zones: tuple[str, ...]
    ) -> list[Node | None]:
        """The nodes of a conjunction's parts, those that are words also met by their synonyms."""
        met = list(nodes)
        for run in _runs(parts):
            typed = [_Typed(place, word) for place, text in run for word in _exact_words(text)]
            for found, rule in self._spaced(typed):
                ways = _ways_of(rule, held, zones)
                for place in dict.fromkeys(one.part for one in found):
                    its = [one.exact for one in typed if one.part == place]
                    wanted = [one.exact for one in found if one.part == place]
                    met[place] = _also_met(met[place], ways, its, wanted)
            for one in typed:
                for start, end, rule in self._inside(one.exact):
                    near = one.exact[max(start - 2, 0) : end + 2], one.exact[start:end]
                    node = met[one.part]
                    if node is not None:
                        met[one.part] = _also_met_inside(node, _ways_of(rule, held, zones), near)
        return met

    def covered(self, parts: Sequence[Query]) -> frozenset[str]:
        """The exact forms of the words that a synonym stands for."""
        words: set[str] = set()
        for run in _runs(parts):
            typed = [_Typed(place, word) for place, text in run for word in _exact_words(text)]
            words.update(one.exact for found, _ in self._spaced(typed) for one in found)
            words.update(one.exact for one in typed if any(self._inside(one.exact)))
        return frozenset(words)

    def _spaced(self, typed: Sequence[_Typed]) -> Iterator[tuple[Sequence[_Typed], _Rule]]:
        """The words that a rule is about, with the rule."""
        for place, first in enumerate(typed):
            candidates = {
                id(rule): rule
                for code in self.synonyms.codes
                for form in _forms(first.exact, code)
                for rule in self.synonyms.rules.get(form, ())
                if rule.language == code and self._is_spoken(code)
            }
            for rule in candidates.values():
                words = typed[place : place + len(rule.words)]
                if len(words) == len(rule.words) and all(
                    not forms.isdisjoint(_forms(word.exact, rule.language))
                    for word, forms in zip(words, rule.words, strict=True)
                ):
                    yield words, rule

    def _inside(self, exact: str) -> Iterator[tuple[int, int, _Rule]]:
        """Where synonyms stand in a stretch of a script without spaces, the longest first."""
        inside = self.synonyms.inside
        if not inside or not has_unspaced_script(exact):
            return
        folded = fold(exact)
        # Offsets are those of the exact form, of which folding keeps the length in nearly all scripts.
        text = folded if len(folded) == len(exact) else exact
        taken = [False] * len(text)
        for length in range(min(len(text), self.synonyms.longest_inside), 0, -1):
            if length < SHORTEST_INSIDE and length < len(text):
                break
            for start in range(len(text) - length + 1):
                rules = [
                    rule
                    for rule in inside.get(text[start : start + length], ())
                    if self._is_spoken(rule.language)
                ]
                if rules and not any(taken[start : start + length]):
                    taken[start : start + length] = [True] * length
                    for rule in rules:
                        yield start, start + length, rule

    def _is_spoken(self, code: str) -> bool:
        return not code or self.languages is None or code in self.languages


def _runs(parts: Sequence[Query]) -> Iterator[list[tuple[int, str]]]:
    """(place, text) of words that were typed one after the other, nothing else between them."""
    run: list[tuple[int, str]] = []
    for place, part in enumerate(parts):
        if isinstance(part, Word) and not part.prefix:
            run.append((place, part.text))
        elif run:
            yield run
            run = []
    if run:
        yield run


@lru_cache(maxsize=4096)
def _exact_words(text: str) -> tuple[str, ...]:
    stretches = words_in(unicodedata.normalize("NFC", text))
    return tuple(exact for stretch, _, _ in stretches if (exact := normalize(stretch)))


@lru_cache(maxsize=16_384)
def _forms(exact: str, code: str) -> frozenset[str]:
    """By what a word is recognised: folded, and by its stems if it is of a language."""
    forms = {fold(exact) or exact}
    if code and not has_unspaced_script(exact):
        forms.update(fold(stem) or stem for stem in stems_of(exact, language(code), lemmas=False))
    return frozenset(forms)


# What a synonym is met by


def _ways_of(rule: _Rule, held: Held, zones: tuple[str, ...]) -> tuple[Alternative, ...]:
    return tuple(way for synonym in rule.mean for way in _ways(synonym, rule.language, held, zones))


def _ways(synonym: str, code: str, held: Held, zones: tuple[str, ...]) -> Iterator[Alternative]:
    text = unicodedata.normalize("NFC", synonym)
    places = _places(tokenize(text))
    if len(places) > 1:
        accepted = tuple(_accepted(token, code, held) for token in places)
        terms = tuple(dict.fromkeys(term for place in accepted for term in place))
        yield Alternative(KIND, EXACT, terms, zones, places=accepted, synonym=synonym)
        return
    exact = normalize(places[0].text)
    script = main_script(exact) or "Zyyy"
    others = other_spellings(exact, script, held.languages)
    yield Alternative(KIND, EXACT, (exact,), zones, synonym=synonym)
    yield Alternative(KIND, FOLDED, (exact, *others), zones, FOLDED_WEIGHT, synonym=synonym)
    if others:
        yield Alternative(KIND, EXACT, others, zones, FOLDED_WEIGHT, synonym=synonym)
    stemmed = tuple(zone for zone in zones if zone in _STEMMED)
    if stemmed and not places[0].is_gram:
        stems = telling_stems(exact, script, held.languages, (code,) if code in held.languages else ())
        if stems:
            yield Alternative(KIND, STEM, stems, stemmed, INFLECTED, synonym=synonym)


def _places(tokens: Sequence[Token]) -> list[Token]:
    """The longest token of each position that has letters; of a run of n-grams without the last one,
    which is part of the one before."""
    longest: dict[int, Token] = {}
    for token in tokens:
        if normalize(token.text) and len(token.text) > len(longest.get(token.position, ("",))[0]):
            longest[token.position] = token
    places = list(longest.values())
    return [
        token
        for place, token in enumerate(places)
        if not (
            place
            and token.is_gram
            and places[place - 1].is_gram
            and token.end == places[place - 1].end
            and token.position == places[place - 1].position + 1
        )
    ]


def _accepted(token: Token, code: str, held: Held) -> tuple[str, ...]:
    """One word of several: as written, with other marks, and inflected as its language does."""
    exact = normalize(token.text)
    others = () if token.is_gram else other_spellings(exact, main_script(exact) or "Zyyy", held.languages)
    inflected: Iterator[str] = iter(())
    if code and not token.is_gram:
        row = language(code)
        stems = set(stems_of(exact, row, lemmas=False))
        beginning = min((*stems, exact), key=len)
        inflected = (
            term
            for term in (held.prefixed(EXACT, beginning, MOST_FORMS) if beginning else ())
            if not stems.isdisjoint(stems_of(term, row, lemmas=False))
        )
    return tuple(dict.fromkeys((exact, fold(exact) or exact, *others, *inflected)))


# Where it is met


def _also_met(
    node: Node | None, ways: tuple[Alternative, ...], words: Sequence[str], wanted: Sequence[str]
) -> Node | None:
    """The node of a part of the query that has these words, the wanted ones also met by the ways."""
    if node is None:
        return None
    if len(words) == len(wanted):
        return _with_ways(node, ways)
    if isinstance(node, AllOf):
        # *l'ordinateur*: the article is no part of the synonym.
        units = tuple(
            _with_ways(part, ways) if isinstance(part, Unit) and normalize(part.text) in wanted else part
            for part in node.parts
        )
        return replace(node, parts=units)
    return node


def _also_met_inside(node: Node, ways: tuple[Alternative, ...], near: tuple[str, str]) -> Node:
    """The n-grams of a stretch that lie in a part of it, or reach into it, also met by the ways."""
    if isinstance(node, Unit):
        return _gram_also_met(node, ways, near)
    if isinstance(node, MostOf):
        return replace(node, parts=tuple(_gram_also_met(part, ways, near) for part in node.parts))
    if isinstance(node, AllOf):
        return replace(node, parts=tuple(_also_met_inside(part, ways, near) for part in node.parts))
    if isinstance(node, AnyOf):
        return replace(node, parts=(_also_met_inside(node.parts[0], ways, near), *node.parts[1:]))
    return node


def _gram_also_met(unit: Unit, ways: tuple[Alternative, ...], near: tuple[str, str]) -> Unit:
    around, part = near
    gram = normalize(unit.text)
    if gram not in around or not (gram in part or _overlaps(gram, part)):
        return unit
    return replace(unit, alternatives=(*unit.alternatives, *ways))


def _overlaps(gram: str, part: str) -> bool:
    """Whether an n-gram ends as the part begins, begins as it ends, or holds it."""
    return part in gram or any(
        part.startswith(gram[cut:]) or part.endswith(gram[:-cut]) for cut in range(1, len(gram))
    )


def _with_ways(node: Node, ways: tuple[Alternative, ...]) -> Node:
    if isinstance(node, Unit):
        return replace(node, alternatives=(*node.alternatives, *ways))
    if isinstance(node, MostOf):
        units = (replace(unit, alternatives=(*unit.alternatives, *ways)) for unit in node.parts)
        return replace(node, parts=tuple(units))
    if isinstance(node, AllOf):
        return replace(node, parts=tuple(_with_ways(part, ways) for part in node.parts))
    if isinstance(node, AnyOf):
        # The first is the words themselves.
        return replace(node, parts=(_with_ways(node.parts[0], ways), *node.parts[1:]))
    return node
