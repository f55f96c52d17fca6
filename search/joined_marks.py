"""Where are words with signs between them met as one? *spiderman* in «Spider-Man».

The chains are those of `joined_chains`, by which the index has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from search.analysis.analyzer import joined_chains
from search.analysis.folding import fold, normalize
from search.analysis.tokenizers import tokenize
from search.beginnings import BEGINNINGS
from search.name_marks import Span
from search.wanted_terms import WantedTerms

_SIGNS = "-\u2010\u2011\u2012\u2013'\u2019\u02bc.\u00b7\u30fb\u05be/"
#: Signs inside words, as `joined_chains` knows them. What comes before is looked at last: it is seldom
#: that a sign is followed by a letter.
_SIGN = re.compile(f"[{_SIGNS}](?=\\S)(?<=\\S[{_SIGNS}])")
#: Letters and digits that the tokenizer keeps together, and a piece of text that is one chain of them.
_PLAIN = "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0400-\u0481\u048a-\u052f"
_ONE_CHAIN = re.compile(rf"[{_PLAIN}]+(?:[{_SIGNS}][{_PLAIN}]+)*[^\w\s]*")
#: Pieces that are kept with what they are when written as one.
_MOST_PIECES = 2048


def joined_marks(text: str, terms: WantedTerms) -> Iterator[Span]:
    """Where chains of words are one of the folded terms when written as one, ascending."""
    if not terms.folded:
        return
    end = 0
    for sign in _SIGN.finditer(text):
        if sign.start() < end:
            continue
        begin = text.rfind(" ", 0, sign.start()) + 1
        end = text.find(" ", sign.end())
        end = len(text) if end < 0 else end
        piece = text[begin:end]
        if BEGINNINGS[piece[0]] not in terms.beginnings and _ONE_CHAIN.fullmatch(piece):
            continue
        for folded, first, last in _chains(piece):
            if folded in terms.folded:
                yield begin + first, begin + last


@lru_cache(maxsize=_MOST_PIECES)
def _chains(piece: str) -> tuple[tuple[str, int, int], ...]:
    """(folded form, start, end) of the words in a piece of text that may be written as one."""
    tokens = tokenize(piece)
    return tuple(
        (fold(normalize(joined)), start, start + _chain_length(piece, start, joined))
        for joined, first in joined_chains(piece, tokens)
        for start in (tokens[first].start,)
    )


def _chain_length(text: str, start: int, joined: str) -> int:
    """Characters of the original text that a chain of joined words covers."""
    letters, end = 0, start
    while end < len(text) and letters < len(joined):
        letters += text[end] == joined[letters]
        end += 1
    return end - start
