"""In which order does a reader of this language expect titles?

The default order goes by base letters, then marks, then case, with numbers by value; a language's
row tailors it (`after`: å sorts after z in Swedish, ґ after г in Ukrainian). A simplification of
the Unicode Collation Algorithm (UTS #10): digraph letters are not treated as one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from search.analysis.folding import fold, normalize
from search.analysis.languages import UNDETERMINED, language

_NUMBER = re.compile(r"[0-9]+")
_SEPARATORS = re.compile(r"[^\w]+")
# What becomes of each byte of ASCII: lower case, and a space for what is no part of a word.
_ASCII_WORDS = bytes(
    ord(chr(code).lower()) if chr(code).isalnum() or chr(code) == "_" else 0x20 for code in range(256)
)
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


def normalize_title(title: str) -> str:
    """Lower case, without punctuation, words separated by one space."""
    if title.isascii():
        return " ".join(title.encode("ascii").translate(_ASCII_WORDS).decode("ascii").split())
    return " ".join(filter(None, (normalize(word) for word in _SEPARATORS.sub(" ", title).split())))


def collation_key(
    normalized: str, code: str = UNDETERMINED, *, skip_articles: bool = False
) -> tuple[str, str]:
    """A key whose order is that of the language, for a title as `normalize_title` leaves it; titles
    equal in letters differ by marks."""
    if skip_articles:
        normalized = _without_article(normalized, code)
    tailored = normalized.translate(_tailoring(code)) if tailored_letters(code) else normalized
    primary = tailored if tailored.isascii() else " ".join(map(fold, tailored.split()))
    return _NUMBER.sub(lambda number: number.group().zfill(_DIGITS), primary), normalized


def tailored_letters(code: str) -> frozenset[str]:
    """The letters that the language orders otherwise than by their base."""
    return frozenset(language(code).after)


def _without_article(lowered: str, code: str) -> str:
    first, space, rest = lowered.partition(" ")
    return (
        rest if space and first in {article.rstrip("'’") for article in language(code).articles} else lowered
    )
