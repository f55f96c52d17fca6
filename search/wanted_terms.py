"""By which terms may the words of a text be met, as a plan has it?

A plan holds the words of a query with all the ways to meet them. Of these the terms are collected by
way, for the texts or for the names of a document. Where in a text they are is for `marks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from search.analysis.analyzer import cached_word
from search.analysis.folding import fold, normalize
from search.beginnings import beginnings
from search.index.schema import BODY, EXACT, FOLDED, GRAM, KEY, LATIN, STEM
from search.query.plan import AllOf, Alternative, AnyOf, MostOf, Node, Sequence, Unit

_ONLY_BODY = (BODY,)


@dataclass(frozen=True, slots=True)
class WantedWord:
    """A word of the plan: how it is written, and the ways in which it may be met."""

    text: str
    optional: bool
    # Equal words mostly have equal alternatives, and these are many.
    alternatives: tuple[Alternative, ...] = field(hash=False)


def wanted_words(node: Node) -> Iterator[WantedWord]:
    """The words of a plan in order, without excluded ones."""
    if isinstance(node, Unit):
        yield WantedWord(normalize(node.text), node.optional, node.alternatives)
    elif isinstance(node, Sequence):
        for place in node.places:
            yield WantedWord(place[0], False, (Alternative("exact", EXACT, place, node.zones),))
    elif isinstance(node, AllOf | AnyOf | MostOf):
        for part in node.parts:
            yield from wanted_words(part)


@dataclass(frozen=True, slots=True)
class WantedTerms:
    """Terms by the way they are met in. `parts` are pieces of compounds; of each of `groups`,
    (way, terms), all terms must be in the text; of each of `runs` one term of every place, in order.
    `of_words` are those that a word by itself is met by, in whatever way, and `beginnings` how they begin."""

    exact: frozenset[str]
    spelled: frozenset[str]
    folded: frozenset[str]
    stems: frozenset[str]
    latin: frozenset[str]
    keys: frozenset[str]
    parts: frozenset[str]
    groups: tuple[tuple[str, frozenset[str]], ...]
    runs: tuple[tuple[tuple[str, ...], ...], ...]
    of_words: frozenset[str]
    beginnings: frozenset[str]

    @classmethod
    def of(cls, wanted: tuple[WantedWord, ...], *, in_body: bool) -> WantedTerms:
        """The terms of these words, for texts or for names."""
        by_way: dict[str, set[str]] = {way: set() for way in (EXACT, FOLDED, STEM, LATIN, KEY)}
        parts: set[str] = set()
        groups: dict[tuple[str, frozenset[str]], None] = {}
        runs: dict[tuple[tuple[str, ...], ...], None] = {}
        for word in wanted:
            for one in word.alternatives:
                zones = one.zones
                if (BODY not in zones) if in_body else (not zones or zones == _ONLY_BODY):
                    continue
                if one.places:
                    runs[one.places] = None
                elif one.way == GRAM:
                    parts.add(_reassembled(one.terms))
                elif one.together and len(one.terms) > 1:
                    groups[one.way, frozenset(one.terms)] = None
                else:
                    by_way[one.way].update(one.terms)
        exact, folded, stems = (frozenset(by_way[way]) for way in (EXACT, FOLDED, STEM))
        spelled = exact | folded
        of_words = spelled | stems
        return cls(
            exact=exact,
            spelled=spelled,
            folded=folded,
            stems=stems,
            latin=frozenset(by_way[LATIN]),
            keys=frozenset(by_way[KEY]),
            parts=frozenset(parts),
            groups=tuple(groups),
            runs=tuple(runs),
            of_words=of_words,
            beginnings=beginnings(of_words),
        )

    def meet(self, token: str, is_gram: bool, language: str) -> bool:
        """Whether a token is one of the words, as written, respelled or inflected."""
        forms = cached_word(token, is_gram, language)
        return (
            forms.exact in self.exact
            or not self.spelled.isdisjoint(forms.folded)
            or not self.stems.isdisjoint(forms.stems)
            or (not is_gram and bool(self.parts) and self._is_compound(forms.exact))
        )

    def _is_compound(self, exact: str) -> bool:
        whole = fold(exact)
        return any(part in whole for part in self.parts)


def _reassembled(grams: tuple[str, ...]) -> str:
    return grams[0] + "".join(gram[-1] for gram in grams[1:])
