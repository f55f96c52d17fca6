"""Which words of a language carry grammar rather than meaning?

One file a language, `<code>.txt`: articles, pronouns, prepositions, conjunctions, auxiliaries and
question words, one a line, lower case, `#` begins a comment. Stop words are indexed like all
words; a query leaves them out only when other words remain, so that *It* and *The Who* are found.
Keep lists short: a word that could be what a visitor looks for (zero, world) does not belong here.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from search.analysis.folding import normalize
from search.analysis.languages import LANGUAGES, canonical_code


@lru_cache(maxsize=512)
def stop_words(code: str) -> frozenset[str]:
    """The stop words of a language as exact forms (see `normalize`); empty if it has no list.

    A language without a list of its own takes that of its family (Bosnian the Croatian one).
    """
    row = LANGUAGES[canonical_code(code)]
    return _read(row.code) or (_read(row.family) if row.family else frozenset())


@lru_cache(maxsize=512)
def _read(code: str) -> frozenset[str]:
    file = resources.files(__name__).joinpath(f"{code}.txt")
    if not file.is_file():
        return frozenset()
    lines = (line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return frozenset(normalize(word) for word in lines if word)
