"""Which part of a text shows best why it was found, and what in it is marked?

Marks follow the analysis, not the letters: a word is marked when one of its forms is one of the
plan's terms, so *strasse* marks «Straße» and *inuyasha* marks 犬夜叉. Always whole words of the
original text. Everything is escaped but `<mark>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from search.analysis.analyzer import cached_name, cached_word, joined_chains
from search.analysis.folding import fold, normalize
from search.analysis.tokenizers import tokenize, words_in
from search.index.schema import EXACT, FOLDED, GRAM, KEY, LATIN, STEM
from search.query.plan import AllOf, AnyOf, Node, Sequence, Unit

#: Length of a snippet in characters and how far it may grow to end at a word.
LENGTH, SLACK = 220, 24
_ELLIPSIS = "…"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marker:
    """The terms of a plan, by the way they are met in."""

    terms: dict[str, frozenset[str]] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, root: Node) -> Marker:
        collected: dict[str, set[str]] = {EXACT: set(), FOLDED: set(), STEM: set(), LATIN: set(), KEY: set()}
        parts: set[str] = set()
        _collect(root, collected, parts)
        return cls({way: frozenset(terms) for way, terms in collected.items()}, frozenset(parts))

    def spans(self, text: str, language: str) -> list[Span]:
        """What to mark in `text`, as (start, end), ascending, without overlaps."""
        spans = [*self._words(text, language), *self._names(text, language)]
        return _merged(spans)

    def _words(self, text: str, language: str) -> Iterable[Span]:
        tokens = tokenize(text)
        exact, folded, stems = self.terms[EXACT], self.terms[FOLDED], self.terms[STEM]
        for token in tokens:
            forms = cached_word(token.text, token.is_gram, language)
            if (
                forms.exact in exact
                or any(one in folded or one in exact for one in forms.folded)
                or any(one in stems for one in forms.stems)
                or (
                    self.parts and not token.is_gram and any(part in fold(forms.exact) for part in self.parts)
                )
            ):
                yield token.start, token.end
        for joined, first in joined_chains(text, tokens):
            if fold(normalize(joined)) in folded:
                start = tokens[first].start
                yield start, start + _chain_length(text, start, joined)

    def _names(self, text: str, language: str) -> Iterable[Span]:
        latin, keys = self.terms[LATIN], self.terms[KEY]
        if not latin and not keys:
            return
        for stretch, start, end in words_in(text):
            forms = cached_name(stretch, language)
            if any(one in latin for one in forms.latin) or any(one in keys for one in forms.keys):
                yield start, end


def _collect(node: Node, collected: dict[str, set[str]], parts: set[str]) -> None:
    if isinstance(node, Unit):
        for alternative in node.alternatives:
            if alternative.way == GRAM:
                parts.add(_reassembled(alternative.terms))
            else:
                collected[alternative.way].update(alternative.terms)
    elif isinstance(node, Sequence):
        collected[EXACT].update(term for place in node.places for term in place)
    elif isinstance(node, AllOf | AnyOf):
        for part in node.parts:
            _collect(part, collected, parts)


def _reassembled(grams: tuple[str, ...]) -> str:
    return grams[0] + "".join(gram[-1] for gram in grams[1:])


def _chain_length(text: str, start: int, joined: str) -> int:
    """Characters of the original text that a chain of joined words covers."""
    letters, end = 0, start
    while end < len(text) and letters < len(joined):
        letters += text[end] == joined[letters]
        end += 1
    return end - start


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def marked(text: str, spans: list[Span], start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` as HTML with the spans marked."""
    end = len(text) if end is None else end
    pieces: list[str] = []
    place = start
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        pieces += [escape(text[place:first]), "<mark>", escape(text[first:last]), "</mark>"]
        place = last
    pieces.append(escape(text[place:end]))
    return "".join(pieces)


def snippet(text: str, spans: list[Span], length: int = LENGTH) -> str:
    """The stretch of `text` with the most marked words as HTML; its beginning if none is marked."""
    if len(text) <= length + SLACK:
        return marked(text, spans)
    start = _best_start(spans, length)
    start = _word_start(text, start)
    end = _word_end(text, min(start + length, len(text)))
    before = f"{_ELLIPSIS} " if start else ""
    after = f" {_ELLIPSIS}" if end < len(text) else ""
    return before + marked(text, spans, start, end) + after


def _best_start(spans: list[Span], length: int) -> int:
    best, best_count = 0, 0
    for index, (start, _) in enumerate(spans):
        count = sum(1 for first, last in spans[index:] if last <= start + length)
        if count > best_count:
            best, best_count = max(0, start - length // 5), count
    return best


def _word_start(text: str, place: int) -> int:
    if place <= 0:
        return 0
    space = text.find(" ", place, place + SLACK)
    return space + 1 if space >= 0 else place


def _word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - SLACK, place)
    return space if space > 0 else place
