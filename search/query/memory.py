"""What is remembered of queries while a generation is open?

A generation never changes, so what a word or a whole query means to it holds as long as it is
open: the same words come again in other queries, and the same query with another page, order or
filter. Each kind has a bound in bytes; sizes are estimates on the safe side.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Any, TypeAlias

from search.index.recently_used import RecentlyUsed
from search.query.plan import AllOf, Alternative, AnyOf, MostOf, Node, Sequence, Unit

#: Bytes at most of words in all their forms, of n-grams, of plans, of other readings, of each kind of small
#: fact. A thousand queries of the films and texts in 45 languages take 6 MB in all (half of these bounds made
#: repeated queries 0.4 ms slower and saved nothing).
WORD_BYTES, GRAM_BYTES, PLAN_BYTES, TRY_BYTES, FACT_BYTES = 4 << 20, 4 << 20, 8 << 20, 2 << 20, 1 << 20

# Measured with Python 3.11: an entry with its key and its place in the dictionary, a way to meet a word,
# a term, most being held by several objects, a string without its characters, a character.
_ENTRY, _WAY, _TERM, _STRING, _CHARACTER = 250, 150, 60, 40, 2

Kept: TypeAlias = RecentlyUsed[Hashable, Any]


class Memory:
    """One kind each; a key holds all that the value depends on besides the generation.

    words      a word in all its forms
    grams      the same of an n-gram
    plans      the root of a query's plan
    terms      what ranks a query's documents besides its words
    languages  the languages a query may be in
    doubts     the doubtful words of a query
    candidates its other readings, as far as they were asked for
    known      whether the index knows a word
    spellings  the words that are spelled like one
    """

    def __init__(self) -> None:
        self.words: Kept = RecentlyUsed(WORD_BYTES)
        self.grams: Kept = RecentlyUsed(GRAM_BYTES)
        self.plans: Kept = RecentlyUsed(PLAN_BYTES)
        self.terms: Kept = RecentlyUsed(TRY_BYTES)
        self.languages: Kept = RecentlyUsed(FACT_BYTES)
        self.doubts: Kept = RecentlyUsed(FACT_BYTES)
        self.candidates: Kept = RecentlyUsed(TRY_BYTES)
        self.known: Kept = RecentlyUsed(FACT_BYTES)
        self.spellings: Kept = RecentlyUsed(FACT_BYTES)


def size_of_texts(texts: Collection[str]) -> int:
    """Bytes that an entry with these texts takes."""
    return _ENTRY + _STRING * len(texts) + _CHARACTER * sum(map(len, texts))


def size_of_ways(alternatives: Collection[Alternative]) -> int:
    """Bytes that an entry with these ways to meet a word takes."""
    return _ENTRY + _WAY * len(alternatives) + _TERM * sum([len(one.terms) for one in alternatives])


def size_of_node(node: Node) -> int:
    """Bytes that an entry with this part of a plan takes."""
    if isinstance(node, Unit):
        return size_of_ways(node.alternatives)
    if isinstance(node, AllOf):
        return _ENTRY + sum(map(size_of_node, (*node.parts, *node.excluded)))
    if isinstance(node, AnyOf | MostOf):
        return _ENTRY + sum(map(size_of_node, node.parts))
    if isinstance(node, Sequence):
        return _ENTRY + sum(map(size_of_texts, node.places))
    return _ENTRY
