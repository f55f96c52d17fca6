"""Is a query a question, a sentence rather than a list of words? The visitor's own sign says so."""

from __future__ import annotations

import re

#: What a question ends with; Greek writes a semicolon, also as U+037E.
MARKS = ("?", "？", "؟", "\u037e", "՞", "፧")
_HYPHEN = re.compile(r"(?<!\w)[-\u2010-\u2015\u2212](?=\w)")


def is_question(text: str) -> bool:
    return text.rstrip().endswith(MARKS)


def as_sentence(question: str) -> str:
    """A question without signs that the query language would obey: a hyphen before a word belongs
    to it (Finnish *Rumble in the Jungle -ottelu*), as in any sentence.

    >>> as_sentence("Kuka ohjasi Tenet -elokuvan?")
    'Kuka ohjasi Tenet  elokuvan?'
    """
    return _HYPHEN.sub(" ", question)
