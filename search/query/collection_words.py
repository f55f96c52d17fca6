"""Which words of a query only name the kind of thing that the collection holds?

In *film di Fellini* the visitor says what is looked for; few documents say so of themselves. Such
words score where they occur but are not wanted, as stop words are not. They are configured
(`collection_words` in search.toml), with their inflected forms. In scripts without spaces they
stand at either end of a stretch: ジブリの映画, 电影英雄.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from search.analysis.folding import fold, normalize
from search.analysis.tokenizers import has_unspaced_script

#: Characters that must be left of a stretch when its collection word is taken away.
SHORTEST_REST = 2


@dataclass(frozen=True, slots=True)
class CollectionWords:
    """`spaced` in exact and folded form, `unspaced` as they are in stretches, longest first."""

    spaced: frozenset[str] = frozenset()
    unspaced: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: tuple[str, ...]) -> CollectionWords:
        """The words of a configuration."""
        return _read(words)

    def holds(self, exact: str) -> bool:
        """Whether an exact form (see `normalize`) is one of them."""
        return exact in self.spaced or exact in self.unspaced

    def parted(self, stretch: str) -> tuple[str, str] | None:
        """What is left of a stretch without the collection word at one of its ends, and that
        word; None if there is none, or too little is left."""
        for word in self.unspaced:
            if len(stretch) < len(word) + SHORTEST_REST:
                continue
            if stretch.endswith(word):
                return stretch.removesuffix(word), word
            if stretch.startswith(word):
                return stretch.removeprefix(word), word
        return None


@lru_cache(maxsize=16)
def _read(words: tuple[str, ...]) -> CollectionWords:
    spaced = [word for word in words if not has_unspaced_script(word)]
    unspaced = {normalize(word) for word in words if has_unspaced_script(word)}
    return CollectionWords(
        frozenset(form for word in spaced for form in (normalize(word), fold(normalize(word))) if form),
        tuple(sorted(unspaced, key=lambda word: (-len(word), word))),
    )
