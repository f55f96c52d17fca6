"""What was found, for front ends that show documents their own way: whole documents and where to mark them.

`SearchResults` is a finished page: snippets, labels, HTML. Here are the parts it is made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from search.results import Interpretation, StoredDocument


class Marks(Protocol):
    """Which words of a text show why its document was found?"""

    def spans(self, text: str, language: str, *, is_name: bool = False) -> list[tuple[int, int]]:
        """(start, end) in characters of `text`, in NFC, ascending, without overlaps. `is_name`: the
        text is a title or a name, which is also found by its romanisation and its sound."""
        ...


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document with its score, whose scale is the engine's own. `parts` explains it when asked for."""

    document: StoredDocument
    score: float
    parts: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FoundDocuments:
    """A page of documents. `counts` are all values of each facet asked for, most frequent first;
    numbers are floats. `browsing`: nothing was asked for, so that scores say nothing of a match."""

    total: int
    documents: tuple[FoundDocument, ...]
    counts: dict[str, list[tuple[str | float, int]]]
    marks: Marks
    interpretations: tuple[Interpretation, ...]
    browsing: bool
    took_ms: float
    generation: str


@dataclass(frozen=True, slots=True)
class Collection:
    """What is known of the index as a whole. `built` is UTC, ISO 8601; `size` in bytes."""

    generation: str
    documents: int
    built: str
    size: int
