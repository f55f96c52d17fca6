"""Is a query a question, a sentence rather than a list of words? The visitor's own sign says so."""

from __future__ import annotations

import re

#: What a question ends with; Greek writes a semicolon, also as U+037E.
MARKS = ("?", "？", "؟", "\u037e", "՞", "፧")
#: Particles that end questions where no mark is needed: Japanese, Chinese, Korean.
PARTICLES = ("か", "か。", "吗", "嗎", "呢", "까", "나요")
#: Shorter texts that end so may be names.
SHORTEST_SENTENCE = 8
_HYPHEN = re.compile(r"(?<!\w)[-\u2010-\u2015\u2212](?=\w)")


def is_question(text: str) -> bool:
    """Whether the text ends as a question does."""
    text = text.rstrip()
    return text.endswith(MARKS) or (len(text) >= SHORTEST_SENTENCE and text.endswith(PARTICLES))


def as_sentence(question: str) -> str:
    """A question without signs that the query language would obey: a hyphen before a word belongs
    to it (Finnish *Rumble in the Jungle -ottelu*), as in any sentence.

    >>> as_sentence("Kuka ohjasi Tenet -elokuvan?")
    'Kuka ohjasi Tenet  elokuvan?'
    """
    return _HYPHEN.sub(" ", question)
