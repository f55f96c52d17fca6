"""What must an engine be able to do? The seam between our query and whatever holds the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from search.index.curation import Curation
from search.index.manifest import Manifest
from search.query.plan import Plan


@dataclass(slots=True)
class EngineHit:
    """A matching document. `document` is an engine's own number or name for it; `kinds` are the
    ways in which it was met, best first; `parts` explains the score when asked for. Not to be
    changed; not frozen because every query makes a page of them, and that would take thrice as long."""

    document: int
    score: float
    kinds: tuple[str, ...] = ()
    alias: bool = False
    parts: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class EngineResults:
    """`complete` is true when some document has all the wanted words; `missing` are the texts of
    the words that no document of the index has. `facets` counts values per facet, most first:
    exact, each without its own filter."""

    total: int
    hits: tuple[EngineHit, ...]
    facets: dict[str, list[tuple[str | float, int]]] = field(default_factory=dict)
    complete: bool = True
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A completion as the index holds it: title 0 is the document's own, n its n-th other title."""

    document: int
    title: int
    weight: float


class Engine(Protocol):
    """One generation, open. All documents are named by the engine's own numbers."""

    manifest: Manifest
    curation: Curation

    def release(self) -> None:
        """Nobody will ask this one again: files may be closed."""
        ...

    def run(self, plan: Plan) -> EngineResults:
        """Match, score, count. Raises `DeadlineExceeded`."""
        ...

    def frequency(self, way: str, terms: Sequence[str], zones: Sequence[str]) -> int:
        """How many documents have one of the terms in one of the zones (an upper bound)."""
        ...

    def terms_with_prefix(self, way: str, prefix: str, limit: int) -> list[str]:
        """Terms that begin with `prefix`, most frequent first."""
        ...

    def similar_spellings(self, word: str, limit: int) -> list[tuple[str, int]]:
        """Terms spelled like `word`, best first, with how many documents have each."""
        ...

    def stored(self, document: int) -> dict[str, Any]:
        """The stored document."""
        ...

    def document_number(self, document_id: str) -> int | None:
        """The engine's number of the document with this id."""
        ...

    def suggestions(self, prefix: str, limit: int) -> list[SuggestionRow]:
        """Completions of a folded prefix, heaviest first."""
        ...
