"""What ranks the documents of a query besides its words?

Parts of words do not match by themselves: a document that has the words ranks higher the more it has of
what they are spelled with.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from search.analysis.analyzer import grams_of
from search.analysis.folding import fold, normalize
from search.analysis.scripts import main_script
from search.analysis.tokenizers import tokenize

_CHARACTERS = frozenset(("Hira", "Kana", "Hani", "Hang"))


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
