"""How large is a run? The values every benchmark reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import Film, read_films


@dataclass(frozen=True, slots=True)
class Options:
    """`documents` limits the corpus (None: all of it); `local` adds the films in other languages.

    `collection` is the size of the collection in many languages that the whole service is asked on,
    `held` that of the one that updates are made to.
    `passes` is how often the queries are repeated once everything is warm, `budget` the seconds
    after which an engine is not asked to repeat them again. `http_seconds` is how long each kind of
    request is sent. `scratch` is where indexes are made (None: the system's temporary folder).
    """

    shared: Path
    documents: int | None = None
    local: bool = False
    collection: int = 35_000
    held: int = 100_000
    queries: int = 1000
    repeats: int = 3
    passes: int = 2
    budget: float = 20.0
    http_seconds: float = 5.0
    scratch: Path | None = None

    def films(self) -> list[Film]:
        """The corpus of this run."""
        return read_films(self.shared, local=self.local, limit=self.documents)


#: What `--quick` changes: enough to see that everything works, not enough to quote.
QUICK = {
    "documents": 1000,
    "collection": 1500,
    "held": 2000,
    "queries": 100,
    "repeats": 1,
    "passes": 1,
    "budget": 5.0,
    "http_seconds": 1.0,
}
