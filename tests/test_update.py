"""Whatever the history of builds, updates and deletions: the index holds what the sources say."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from indexer.build import BuildReport, build
from indexer.document import Refusal
from indexer.feed import Feed
from indexer.progress import NoProgress
from indexer.update import delete, update
from search.configuration import Settings
from search.errors import IndexUnavailable
from search.index.generations import Generations
from search.index.verify import index_problems
from search.request import SearchRequest
from search.searcher import Searcher

SETTINGS = Settings()


class Collection:
    """A folder of sources and the index made from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "source"
        self.index = folder / "index"
        self.folder.mkdir()
        self.refusals: list[Refusal] = []

    def write(self, name: str, rows: list[dict[str, object]] | str) -> None:
        text = rows if isinstance(rows, str) else "\n".join(json.dumps(row) for row in rows)
        (self.folder / name).write_text(text + "\n", encoding="utf-8")

    def feed(self) -> Feed:
        return Feed((str(self.folder),), SETTINGS, NoProgress(), self.refusals.append)

    def build(self) -> BuildReport:
        return build(self.feed(), sources=[str(self.folder)], index=self.index, settings=SETTINGS)

    def update(self) -> BuildReport:
        return update(self.feed(), index=self.index, settings=SETTINGS)

    def held(self) -> dict[str, str]:
        """id → title of everything a visitor can find by browsing."""
        found = Searcher.open(self.index, SETTINGS).search(SearchRequest(per_page=100))
        assert found.total == len(found.hits) <= 100
        return {hit.id: hit.title for hit in found.hits}

    def finds(self, query: str) -> list[str]:
        found = Searcher.open(self.index, SETTINGS).search(SearchRequest(q=query, exact=True))
        return [hit.id for hit in found.hits]


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection(tmp_path)
    made.write("a.jsonl", [{"id": "one", "title": "First light"}, {"id": "two", "title": "Second wind"}])
    made.write("b.jsonl", [{"id": "three", "title": "Third man"}])
    return made


def test_update_adds_replaces_and_removes(collection: Collection) -> None:
    collection.build()
    collection.write(
        "a.jsonl", [{"id": "one", "title": "First light"}, {"id": "four", "title": "Fourth wall"}]
    )
    collection.write("b.jsonl", [{"id": "three", "title": "Third person"}])
    report = collection.update()
    assert (report.added, report.changed, report.unchanged, report.deleted) == (1, 1, 1, 1)
    assert collection.held() == {"one": "First light", "four": "Fourth wall", "three": "Third person"}
    assert collection.finds("second") == []
    assert collection.finds("man") == []
    assert collection.finds("person") == ["three"]
    assert index_problems(Generations(collection.index)) == []


def test_nothing_changed_makes_no_generation(collection: Collection) -> None:
    before = collection.build().generation
    report = collection.update()
    assert (report.generation, report.unchanged) == (before, 3)
    assert Generations(collection.index).finished() == [before]


@pytest.mark.parametrize(
    "rows",
    [
        [{"id": "one", "title": "Early light"}, {"id": "one", "title": "First light"}],
        [{"id": "one", "title": title} for title in ("First light", "Early light", "First light")],
        [{"id": "one", "title": title} for title in ("A", "B", "A", "First light")],
    ],
    ids=["twice", "there-and-back", "four-times"],
)
def test_an_id_that_comes_twice_makes_no_generation_again(
    collection: Collection, rows: list[dict[str, object]]
) -> None:
    two: dict[str, object] = {"id": "two", "title": "Second wind"}
    collection.write("a.jsonl", [*rows, two])
    before = collection.build().generation
    report = collection.update()
    assert (report.generation, report.changed, report.unchanged) == (before, 0, 3)
    assert report.duplicates == len(rows) - 1
    collection.write("a.jsonl", [*rows, {"id": "two", "title": "Second sight"}])
    report = collection.update()
    assert (report.changed, report.unchanged, report.deleted) == (1, 2, 0)
    assert collection.held() == {"one": "First light", "two": "Second sight", "three": "Third man"}
    assert collection.update().generation == report.generation


def test_an_empty_source_is_kept_if_asked(collection: Collection) -> None:
    collection.build()
    for path in collection.folder.iterdir():
        path.unlink()
    kept = update(collection.feed(), index=collection.index, settings=SETTINGS, keep_empty=True)
    assert (kept.deleted, kept.documents) == (0, 3)
    assert collection.update().deleted == 3


def test_update_of_one_file_keeps_the_others(collection: Collection) -> None:
    collection.build()
    extra = collection.folder.parent / "extra.jsonl"
    extra.write_text('{"id": "five", "title": "Fifth element"}\n')
    report = update(
        Feed((str(extra),), SETTINGS, NoProgress(), collection.refusals.append),
        index=collection.index,
        settings=SETTINGS,
    )
    assert (report.added, report.kept, report.deleted) == (1, 3, 0)
    assert set(collection.held()) == {"one", "two", "three", "five"}


def test_a_removed_file_takes_its_documents_along(collection: Collection) -> None:
    collection.build()
    (collection.folder / "b.jsonl").unlink()
    assert collection.update().deleted == 1
    assert set(collection.held()) == {"one", "two"}


def test_an_emptied_file_may_be_an_accident(collection: Collection) -> None:
    collection.build()
    collection.write("a.jsonl", "")
    report = collection.update()
    assert (report.refused, report.deleted) == (1, 0)
    assert set(collection.held()) == {"one", "two", "three"}


def test_documents_of_a_broken_file_are_not_lost(collection: Collection) -> None:
    collection.build()
    collection.write("a.jsonl", '{"id": "one", "title": "First light"}\n{"id": "two", "tit')
    report = collection.update()
    assert (report.refused, report.deleted) == (1, 0)
    assert collection.refusals[0].line == 2
    assert set(collection.held()) == {"one", "two", "three"}


def test_the_last_document_with_an_id_wins(collection: Collection) -> None:
    collection.write(
        "c.jsonl", [{"id": "one", "title": "Later light"}, {"id": "one", "title": "Latest light"}]
    )
    report = collection.build()
    assert (report.documents, report.duplicates) == (3, 2)
    assert collection.held()["one"] == "Latest light"
    assert collection.finds("later") == []


def test_a_build_of_nothing_readable_leaves_the_index(collection: Collection) -> None:
    before = collection.build().generation
    for path in collection.folder.iterdir():
        path.write_text("{broken\n")
    report = collection.build()
    assert (report.generation, report.refused) == ("", 2)
    assert Generations(collection.index).live() == before
    assert Generations(collection.index).litter() == []


def test_delete_names_what_there_is_not(collection: Collection) -> None:
    collection.build()
    report, unknown = delete(["two", "nobody"], index=collection.index)
    assert (report.deleted, report.documents, unknown) == (1, 2, ["nobody"])
    assert set(collection.held()) == {"one", "three"}


def test_delete_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable):
        delete(["x"], index=tmp_path / "none")


@pytest.mark.parametrize("seed", range(12))
def test_any_history_ends_in_what_the_sources_say(tmp_path: Path, seed: int) -> None:
    """A random history against a dictionary; enough steps to force merges."""
    source = random.Random(seed)
    collection = Collection(tmp_path)
    files: dict[str, dict[str, str]] = {"a": {}, "b": {}}
    collection.write("a.jsonl", [{"id": "seed", "title": "seed word"}])
    files["a"]["seed"] = "seed word"
    collection.build()
    for step in range(14):
        name = source.choice("ab")
        for _ in range(source.randrange(1, 4)):
            one = f"d{source.randrange(9)}"
            for held in files.values():
                held.pop(one, None)
            if source.random() < 0.75:
                files[name][one] = f"word{source.randrange(20)} step{step}"
        for written, held in files.items():
            (collection.folder / f"{written}.jsonl").unlink(missing_ok=True)
            if held:
                rows: list[dict[str, object]] = [{"id": one, "title": title} for one, title in held.items()]
                collection.write(f"{written}.jsonl", rows)
        collection.build() if source.random() < 0.15 else collection.update()
        expected = {one: title for held in files.values() for one, title in held.items()}
        assert collection.held() == expected, f"seed {seed}, step {step}"
        if source.random() < 0.2 and len(expected) > 1:
            gone = source.choice(sorted(expected))
            delete([gone], index=collection.index)
            assert set(collection.held()) == set(expected) - {gone}
    assert index_problems(Generations(collection.index)) == []
    assert len(Generations(collection.index).finished()) <= 3
