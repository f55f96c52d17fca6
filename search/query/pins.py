"""Which documents did the admin put in their places for this query?

A pin is met by the whole of a query, or by some of its words, in folded form; it is found by a hash
of these words, however many pins there are. Only for queries of nothing but words: who excludes
words or names fields means just that.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from search.analysis.folding import fold, normalize
from search.analysis.languages import canonical_code, language
from search.analysis.tokenizers import tokenize, words_in
from search.index.curation import WHOLE, Pin
from search.query.tree import And, Phrase, Query, Word

One = TypeVar("One")


class PlacedDocument(NamedTuple):
    """A document at a place, counted from 1, and the query it was pinned for, as the admin wrote it."""

    id: str
    position: int
    query: str


@dataclass(frozen=True, slots=True, eq=False)
class Pins:
    """The pins of one generation: by all words of a query, and by one of the words of each that is met
    by some of a query's."""

    whole: dict[tuple[str, ...], list[tuple[Pin, str]]] = field(default_factory=dict)
    words: dict[str, list[tuple[frozenset[str], Pin, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, pins: Sequence[Pin]) -> Pins | None:
        """None of no pins."""
        if not pins:
            return None
        found = cls()
        for pin in pins:
            for query in pin.queries:
                if pin.match == WHOLE:
                    found.whole.setdefault(_words(query), []).append((pin, query))
                elif terms := _terms(query):
                    found.words.setdefault(min(terms), []).append((terms, pin, query))
        return found

    def of_query(self, query: Query, languages: Sequence[str]) -> tuple[PlacedDocument, ...]:
        """What is pinned for a query, in order of place, each document and each place once.

        `languages` are those the visitor prefers. The whole query tells more than some of its words,
        a pin for a language more than one for all, and an earlier pin of the file more than a later.
        """
        text = _plain_text(query)
        if text is None:
            return ()
        bases = {language(canonical_code(code)).base for code in languages}
        met = [
            (pin, typed)
            for pin, typed in self._met(text)
            if not pin.language or language(pin.language).base in bases
        ]
        placed: dict[int, PlacedDocument] = {}
        ids: set[str] = set()
        for pin, typed in sorted(met, key=lambda one: not one[0].language):
            for document in pin.documents:
                if document.id in ids:
                    continue
                position = document.position
                while position in placed:
                    position += 1
                placed[position] = PlacedDocument(document.id, position, typed)
                ids.add(document.id)
        return tuple(placed[position] for position in sorted(placed))

    def _met(self, text: str) -> Iterator[tuple[Pin, str]]:
        yield from self.whole.get(_words(text), ())
        if not self.words:
            return
        terms = _terms(text)
        for term in sorted(terms):
            yield from ((pin, typed) for wanted, pin, typed in self.words.get(term, ()) if wanted <= terms)


def put_in_places(
    hits: Sequence[One], pinned: Sequence[tuple[int, One]], first: int, count: int
) -> list[One]:
    """The hits from the place `first`, counted from 0, on, at most `count`, with the pinned ones at their
    places (counted from 1, ascending).

    `hits` are all others from the best on, at least as many as `first + count` if there are so many.
    A place beyond the last hit is the end.

    >>> put_in_places(["a", "b", "c"], [(1, "P"), (3, "Q")], 0, 4)
    ['P', 'a', 'Q', 'b']
    """
    merged = list(hits)
    for position, one in pinned:
        merged.insert(position - 1, one)
    return merged[first : first + count]


def _plain_text(query: Query) -> str | None:
    """What was typed, if it is nothing but words."""
    parts = query.parts if isinstance(query, And) else (query,)
    texts = [
        part.text
        for part in parts
        if isinstance(part, Phrase) or (isinstance(part, Word) and not part.prefix)
    ]
    return " ".join(texts) if len(texts) == len(parts) else None


def _words(text: str) -> tuple[str, ...]:
    stretches = words_in(unicodedata.normalize("NFC", text))
    return tuple(fold(exact) or exact for one, _, _ in stretches if (exact := normalize(one)))


def _terms(text: str) -> frozenset[str]:
    """The words of a text; of scripts without spaces the n-grams, which a longer stretch has too."""
    tokens = tokenize(unicodedata.normalize("NFC", text))
    longest = max((len(token.text) for token in tokens if token.is_gram), default=0)
    return frozenset(
        fold(exact) or exact
        for token in tokens
        if (exact := normalize(token.text)) and (not token.is_gram or len(token.text) == longest)
    )
