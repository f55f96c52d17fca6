"""What may be asked of the index while a query is being read?

Counts and terms, no documents: enough to tell which words are known and what they may stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from search.query.collection_words import CollectionWords
from search.query.memory import Memory
from search.query.plan import Alternative
from search.query.synonyms import SpokenSynonyms

Frequency = Callable[[str, Sequence[str], Sequence[str]], int]
Prefixed = Callable[[str, str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the expansion may ask of the index: `frequency(way, terms, zones)` counts documents,
    `prefixed(way, prefix, limit)` lists terms, `languages` are the codes it holds, `likely` those
    the query is probably written in (empty if nobody can tell). `collection_words` name the kind of
    thing that all documents are, `synonyms` are those the admin gave. `memory` holds what was
    worked out before of the same index."""

    frequency: Frequency
    prefixed: Prefixed
    languages: frozenset[str]
    likely: tuple[str, ...] = ()
    collection_words: CollectionWords = field(default_factory=CollectionWords)
    synonyms: SpokenSynonyms | None = None
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    def has(self, alternatives: Iterable[Alternative]) -> bool:
        """Whether some document is met in one of these ways."""
        return any(self.frequency(one.way, one.terms, one.zones) for one in alternatives)
