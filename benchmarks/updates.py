"""How long until a change is seen by a searcher that is running?

A collection of verses is indexed once. Then, each several times: the same input again; the whole
input with a hundred documents changed in it; a hundred documents, half changed and half new, in a
file of their own, by the command and within a process. The clock starts before the command does
(its interpreter and libraries are part of it) and stops when a searcher that has been open all the
time answers with all of the hundred.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from benchmarks.collection import VERSES, build_index, opened
from benchmarks.isolation import isolated
from benchmarks.options import Options
from benchmarks.outcome import Outcome, Table, significant
from benchmarks.processes import CommandFailed, python
from benchmarks.rows import Row, rows_of, write_rows
from indexer.feed import Feed
from indexer.progress import NoProgress
from indexer.update import update
from search.configuration import Settings
from search.request import SearchRequest
from search.searcher import Searcher

CHANGED = 100
#: Seconds between two looks of the running searcher, and until it is given up.
LOOK_EVERY, PATIENCE = 0.005, 120.0
UNCHANGED, WHOLE, SMALL, WITHIN = (
    "unchanged input", "whole input, 100 changed", "100 in a file of their own", "the same, within a process"
)  # fmt: skip
NOTES = {
    UNCHANGED: "`indexer update` of everything; nothing to see, the command's whole time",
    WHOLE: "`indexer update` of everything",
    SMALL: "`indexer update` of a file of 100, half changed and half new",
    WITHIN: "as before, by `update` in a process that has its libraries loaded (as `indexer watch` has)",
}


@dataclass(slots=True)
class UpdateFigures:
    """Seconds until the change was seen, and until the update was over, of each repetition."""

    name: str
    visible: list[float] = field(default_factory=list)
    done: list[float] = field(default_factory=list)

    def median(self) -> float:
        return statistics.median(self.visible or self.done)


class _Collection:
    """The documents, their source and index, and a searcher that stays open."""

    def __init__(self, folder: Path, documents: Sequence[Row]) -> None:
        self._folder = folder
        self._documents = documents
        self.source = folder / "source" / "documents.jsonl"
        self.index = folder / "index"
        self._round = 0
        self.source.parent.mkdir(parents=True)
        write_rows(self.source, iter(documents))
        build_index(self.source, self.index)
        self.searcher: Searcher = opened(self.index)

    def next_word(self) -> str:
        """A word that no document has yet."""
        self._round += 1
        return f"zqbenchmarkqz{self._round}"

    def change_within(self, word: str) -> None:
        """The whole source again, with the word in some of its documents."""
        start = self._round * CHANGED
        changed = {place % len(self._documents) for place in range(start, start + self.changes)}
        write_rows(
            self.source,
            (_with(row, word) if place in changed else row for place, row in enumerate(self._documents)),
        )

    def change_beside(self, word: str) -> Path:
        """A file of changed and new documents with the word."""
        half = self.changes // 2
        start = self._round * CHANGED
        old = [self._documents[(start + place) % len(self._documents)] for place in range(half)]
        new = [{**row, "id": f"{row['id']}/{word}"} for row in old[: self.changes - half]]
        path = self._folder / f"{word}.jsonl"
        write_rows(path, (_with(row, word) for row in (*old, *new)))
        return path

    @property
    def changes(self) -> int:
        return min(CHANGED, len(self._documents))

    def sees(self, word: str) -> bool:
        """Whether the searcher finds every changed document."""
        return self.searcher.search(SearchRequest(q=word, exact=True, facets=())).total == self.changes


def _with(row: Row, word: str) -> Row:
    return {**row, "text": f"{row['text']} {word}"}


def measure_updates(options: Options) -> Outcome:
    """Change a collection. Raises `CorpusError`, `CommandFailed`."""
    assert options.scratch is not None
    documents = list(islice(rows_of(options.shared / VERSES), options.held))
    folder = options.scratch / "updates"
    folder.mkdir()
    print(f"updates: indexing {len(documents):,} documents", file=sys.stderr)
    collection = _Collection(folder, documents)
    works: dict[str, Callable[[_Collection], tuple[float | None, float]]] = {
        UNCHANGED: _unchanged,
        WHOLE: _whole,
        SMALL: _small,
        WITHIN: _within,
    }
    figures = [UpdateFigures(name) for name in works]
    for one, work in zip(figures, works.values(), strict=True):
        for turn in range(options.repeats):
            print(f"updates: {one.name}, {turn + 1} of {options.repeats}", file=sys.stderr)
            visible, done = work(collection)
            one.done.append(done)
            one.visible += [] if visible is None else [visible]
    raw = {"documents": len(documents), "updates": [asdict(one) for one in figures]}
    return Outcome((_table(figures, len(documents)),), raw)


def _unchanged(collection: _Collection) -> tuple[None, float]:
    return None, _updated(collection, collection.source, None)[1]


def _whole(collection: _Collection) -> tuple[float | None, float]:
    word = collection.next_word()
    collection.change_within(word)
    return _updated(collection, collection.source, word)


def _small(collection: _Collection) -> tuple[float | None, float]:
    word = collection.next_word()
    return _updated(collection, collection.change_beside(word), word)


def _within(collection: _Collection) -> tuple[float | None, float]:
    """In a process of its own, but with a searcher there: the clock starts after its imports."""
    word = collection.next_word()
    return isolated(_update_here, collection.index, collection.change_beside(word), word, collection.changes)


def _update_here(index: Path, source: Path, word: str, changes: int) -> tuple[float, float]:
    searcher = opened(index)
    started = time.perf_counter()
    feed = Feed([str(source)], Settings(), NoProgress(), print)
    update(feed, index=index, settings=Settings())
    done = time.perf_counter() - started
    total = searcher.search(SearchRequest(q=word, exact=True, facets=())).total
    if total != changes:
        raise CommandFailed(f"after the update {total} documents of {changes} are found")
    return time.perf_counter() - started, done


def _updated(collection: _Collection, source: Path, word: str | None) -> tuple[float | None, float]:
    """Seconds until the word is seen, and until the command has ended. Raises `CommandFailed`."""
    started = time.perf_counter()
    process = python(["-m", "indexer", "update", str(source), "--index", str(collection.index), "--quiet"])
    visible: float | None = None
    with process:
        while word is not None and visible is None and time.perf_counter() - started < PATIENCE:
            ended = process.poll() is not None
            if collection.sees(word):
                visible = time.perf_counter() - started
            elif ended:
                break
            time.sleep(LOOK_EVERY)
        _, said = process.communicate()
    done = time.perf_counter() - started
    if process.returncode:
        raise CommandFailed(f"indexer update: status {process.returncode}\n{said[-2000:]}")
    if word is not None and visible is None:
        raise CommandFailed("the update has ended and the running searcher does not see it")
    return visible, done


def _table(figures: Sequence[UpdateFigures], documents: int) -> Table:
    rows = tuple(
        (
            one.name,
            significant(statistics.median(one.visible)) if one.visible else "–",
            significant(statistics.median(one.done)),
            significant(max(one.visible or one.done)),
            NOTES[one.name],
        )
        for one in figures
    )
    return Table(
        f"Updates: {documents:,} documents; median seconds of {len(figures[0].done)}",
        ("work", "until seen", "until over", "longest", "what was done"),
        rows,
        ("A running searcher asks every 5 ms while the command runs, on the same cores.",),
    )
