"""I4, I6: an index holds what a dictionary would after any history, and answers alike."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fault_disk import Dying
from fault_figures import begin, record, trials
from fault_index import SETTINGS, forked, run_command

from indexer.build import build
from indexer.document import Document
from indexer.feed import Feed
from indexer.progress import NoProgress
from indexer.update import delete, update
from search.index.generations import Generations
from search.index.verify import index_problems
from search.request import SearchRequest
from search.searcher import Searcher

PROJECT = Path(__file__).resolve().parent.parent.parent
STEPS = 7
FILES = ("a.jsonl", "b.jsonl")
_ALL = SearchRequest(per_page=100, facets=(), highlight=False)


class History:
    """Source files and an index on the one side, dictionaries of titles on the other."""

    def __init__(self, folder: Path, source: random.Random) -> None:
        self.folder = folder / "source"
        self.index = folder / "index"
        self.output = folder / "said"
        self.source = source
        self.generations = Generations(self.index)
        self.folder.mkdir(parents=True)
        self.expected: dict[str, dict[str, str]] = {}
        self.events: list[str] = []
        self.searcher: Searcher | None = None

    def feed(self) -> Feed:
        return Feed((str(self.folder),), SETTINGS, NoProgress(), lambda refusal: None)

    def write(self) -> dict[str, str]:
        """Write the sources anew, ids twice in a file and in two of them; returns what they say."""
        said: dict[str, str] = {}
        for name in FILES:
            rows = [
                (f"d{self.source.randrange(8)}", f"word{self.source.randrange(10_000)}")
                for _ in range(self.source.randrange(1, 8))
            ]
            lines = (json.dumps({"id": one, "title": title}) + "\n" for one, title in rows)
            (self.folder / name).write_text("".join(lines), encoding="utf-8")
            said.update(rows)
        return said

    def build(self) -> None:
        said = self.write()
        build(self.feed(), sources=["s"], index=self.index, settings=SETTINGS)
        self.is_now(said)

    def update(self) -> None:
        said = self.write()
        update(self.feed(), index=self.index, settings=SETTINGS)
        self.is_now(said)

    def delete(self) -> None:
        held = self.expected[self.generations.live()]
        gone = self.source.sample(sorted(held), min(2, len(held) - 1))
        delete([*gone, "nobody"], index=self.index)
        self.is_now({one: title for one, title in held.items() if one not in gone})

    def crash(self) -> None:
        """A run that dies at any of its steps, or comes to its end."""
        before = self.generations.live()
        said = self.write()
        disk = Dying(self.index, self.source.randrange(1, 400), torn=True)
        command = (
            self.source.choice(("build", "update")),
            str(self.folder),
            "--quiet",
            "--index",
            str(self.index),
        )

        def work() -> int:
            with disk.installed():
                return run_command(command)

        forked(work, self.output).wait()
        if self.generations.live() != before:
            self.is_now(said)

    def roll_back(self) -> None:
        if self.generations.live() != self.generations.finished()[0]:
            assert run_command(("rollback", "--index", str(self.index))) == 0

    def clear_away(self) -> None:
        with self.generations.writing("test"):
            self.generations.collect(self.source.randrange(3))

    def is_now(self, said: dict[str, str]) -> None:
        self.expected[self.generations.live()] = said

    def run(self) -> None:
        self.build()
        events = ("build", "update", "update", "update", "delete", "crash", "roll_back", "clear_away")
        for _ in range(STEPS):
            event = self.source.choice(events)
            self.events.append(event)
            getattr(self, event)()
            self.compare()
        assert index_problems(self.generations) == []

    def compare(self) -> None:
        if self.searcher is None or self.source.random() < 0.3:
            self.searcher = Searcher.open(self.index, SETTINGS)
        found = self.searcher.search(_ALL)
        held = [(hit.id, hit.title) for hit in found.hits]
        expected = self.expected[self.generations.live()]
        assert Counter(held) == Counter(expected.items()), self.events
        assert found.total == len(expected), self.events
        one, title = self.source.choice(sorted(expected.items()))
        by_word = self.searcher.search(SearchRequest(q=title, exact=True, facets=(), highlight=False))
        assert one in {hit.id for hit in by_word.hits}, self.events


def test_i4_an_index_is_what_its_history_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, wanted = begin("I4"), trials(12, 500)
    events: Counter[str] = Counter()
    for number in range(wanted):
        history = History(tmp_path / str(number), random.Random(source.random()))
        history.run()
        events.update(history.events)
    capsys.readouterr()
    record("I4", "500/500 histories equal to the model, 0 duplicates", f"{wanted}/{wanted}", events=events)


# However it is built


class Given:
    """Documents in a given order, as the indexer wants them."""

    refused = 0

    def __init__(self, rows: Sequence[tuple[Document, str]]) -> None:
        self.rows, self.documents = rows, len(rows)

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        return iter(self.rows)


def sample_documents() -> list[tuple[Document, str]]:
    """The project's own samples, in many languages, each id once."""
    feed = Feed((str(PROJECT / "sample_docs"),), SETTINGS, NoProgress(), lambda refusal: None)
    return list({document.id: (document, origin) for document, origin in feed}.values())


def answers(index: Path, queries: list[str]) -> list[object]:
    searcher = Searcher.open(index, SETTINGS)
    return [answer(searcher, query) for query in queries]


def answer(searcher: Searcher, query: str) -> object:
    found = searcher.search(SearchRequest(q=query, per_page=20)).to_dict()
    del found["took_ms"]
    for hit in found["hits"]:
        hit["score"] = round(hit["score"], 6)
    return found


def test_i6_the_order_and_the_workers_make_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, wanted = begin("I6"), trials(100, 1000)
    documents = sample_documents()
    assert len(documents) > 50
    words = sorted({word for document, _ in documents for word in document.title.split()})
    queries = [" ".join(source.sample(words, source.randint(1, 3))) for _ in range(wanted)]
    # So small a collection is otherwise not worth a second process.
    monkeypatch.setattr("indexer.crew.WORTH_IT", 10)
    monkeypatch.setattr("indexer.build.BATCH", 16)
    given: list[object] = []
    different: Counter[str] = Counter()
    for name, jobs in (
        ("as given", 1),
        ("again", 1),
        ("shuffled", 1),
        ("two workers", 2),
        ("shuffled, three", 3),
    ):
        if "shuffled" in name:
            source.shuffle(documents)
        build(Given(documents), sources=["s"], index=tmp_path / name, settings=SETTINGS, jobs=jobs)
        found = answers(tmp_path / name, queries)
        given = given or found
        different[name] = sum(one != other for one, other in zip(found, given, strict=True))
    told = ", ".join(f"{name}: {count}" for name, count in different.items())
    record("I6", "identical answers to 1,000 queries", f"of {wanted} queries differ: {told}")
    assert not any(different.values()), told
