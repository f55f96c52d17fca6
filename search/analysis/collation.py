"""In which order does a reader of this language expect titles?

The default order goes by base letters, then marks, then case, with numbers by value; a language's
row tailors it (`after`: å sorts after z in Swedish, ґ after г in Ukrainian). A simplification of
the Unicode Collation Algorithm (UTS #10): digraph letters are not treated as one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from search.analysis.folding import fold, normalize
from search.analysis.languages import language

_NUMBER = re.compile(r"[0-9]+")
_SEPARATORS = re.compile(r"[^\w]+")
_DIGITS = 12
#: Sorts after every letter that may follow the letter it is attached to.
_AFTER = 0x10FF00


@lru_cache(maxsize=64)
def _tailoring(code: str) -> dict[int, str]:
    after = language(code).after
    keys: dict[int, str] = {}
    for letter in after:
        anchor, depth = letter, 0
        while anchor in after and depth < 40:
            anchor, depth = after[anchor], depth + 1
        keys[ord(letter)] = fold(anchor) + chr(_AFTER + depth)
    return keys


def collation_key(title: str, code: str, *, skip_articles: bool = False) -> tuple[str, str, str]:
    """A key whose order is that of the language; titles equal in letters differ by marks and case."""
    lowered = normalize_title(title)
    if skip_articles:
        lowered = _without_article(lowered, code)
    tailored = lowered.translate(_tailoring(code))
    primary = _NUMBER.sub(lambda number: number.group().zfill(_DIGITS), " ".join(map(fold, tailored.split())))
    return primary, lowered, title


def normalize_title(title: str) -> str:
    """Lower case, without punctuation, words separated by one space."""
    return " ".join(filter(None, (normalize(word) for word in _SEPARATORS.sub(" ", title).split())))


def _without_article(lowered: str, code: str) -> str:
    first, space, rest = lowered.partition(" ")
    return (
        rest if space and first in {article.rstrip("'’") for article in language(code).articles} else lowered
    )


def title_ranks(titles: Sequence[str], code: str, *, skip_articles: bool = False) -> list[int]:
    """The place of each title in the language's order; equal titles share a place."""
    keys = [collation_key(title, code, skip_articles=skip_articles) for title in titles]
    place = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [place[key] for key in keys]
