"""What must an engine be able to do to be measured here?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

from benchmarks.corpus import Film

Mode = Literal["and", "or"]
TOP = 10


class Peer(Protocol):
    """One engine with an index of its own below the folder it was made with.

    `index` builds it from nothing and returns its bytes on disk; `open` makes an index that is there
    ready for queries. `query` finds the best ten documents that have all (`and`) or any (`or`) of the
    words in title or text and returns how many documents match; with `facets` it also counts genres
    and years over all of them. The words are lower case. `index_note` and `query_note` say, for the
    reader of the table, what exactly was done. `reads` names the engine whose index this one opens,
    if not its own.
    """

    name: str
    index_note: str
    query_note: str
    reads: str

    def __init__(self, folder: Path) -> None: ...

    def index(self, films: Sequence[Film]) -> int: ...

    def open(self) -> None: ...

    def query(self, words: Sequence[str], mode: Mode, facets: bool) -> int: ...

    def close(self) -> None: ...


def bytes_below(folder: Path) -> int:
    """Size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
