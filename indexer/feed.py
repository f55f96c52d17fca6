"""One pass over the sources: documents prepared, refusals collected, duplicates counted.

Shared by the full build and the update, which differ only in what they do with a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.document import Document, Refusal
from indexer.extract import extract_each
from indexer.progress import Progress
from indexer.sources import SourceFile, walk
from search.configuration import Settings

#: Refusals told one by one; more are only counted.
TOLD = 1000


@dataclass(slots=True)
class Feed:
    """Iterates over (document, origin file). After that, `refusals` holds what was not taken."""

    sources: Sequence[str]
    settings: Settings
    progress: Progress
    tell: Callable[[Refusal], None]
    refused: int = 0
    documents: int = 0
    refused_files: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        before: SourceFile | None = None
        origin = ""
        for source, found in extract_each(walk(self.sources), self.settings):
            if source is not None and source is not before:
                before, origin = source, origin_of(source.path)
            if isinstance(found, Refusal):
                self._refuse(found)
                if source is not None:
                    self.refused_files.add(origin)
                continue
            self.documents += 1
            self.progress.advance(self.documents, -1.0)
            yield found, origin
        self.progress.finish()

    def _refuse(self, refusal: Refusal) -> None:
        self.refused += 1
        self.refused_files.add(origin_of(Path(refusal.path)))
        if self.refused <= TOLD:
            self.tell(refusal)


def origin_of(path: Path) -> str:
    """The absolute path of a source file, `-` for standard input."""
    return "-" if str(path) == "-" else str(path.absolute())
