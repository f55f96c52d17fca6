"""Is a query the whole of a title? The key both share, whatever separates the words."""

from __future__ import annotations

from collections.abc import Sequence

from search.analysis.folding import fold, normalize
from search.analysis.tokenizers import words_of

#: Longer titles have no key: they are found by their words.
LONGEST_KEY = 96


def whole_title_key(text: str) -> str:
    """All words of a title or query in NFC, folded and written together after a "="; "" if there
    is no word in it, or too many.

    >>> whole_title_key("Spider-Man"), whole_title_key("spider man")
    ('=spiderman', '=spiderman')
    """
    return whole_title_key_of(words_of(text))


def whole_title_key_of(stretches: Sequence[str]) -> str:
    """`whole_title_key` of the title with these stretches (`words_of`)."""
    together = "".join(stretches)
    # Of ASCII this is all that folding does.
    together = together.lower() if together.isascii() else "".join(map(fold, map(normalize, stretches)))
    return "=" + together if 0 < len(together) <= LONGEST_KEY else ""
