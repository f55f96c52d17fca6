"""Languages decided anew: what is shown, what is kept, and what a new generation then holds.

The other decisions come from another `prior` in the settings: a hint that was not looked at before.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.build import BuildReport, build
from indexer.document import Refusal
from indexer.feed import Feed
from indexer.progress import NoProgress
from indexer.redetect import (
    Change,
    Redetection,
    preview_kept,
    preview_sources,
    rebuild_from_kept,
    rebuild_from_sources,
)
from indexer.relevance_gate import RelevanceVeto
from indexer.update import delete, update
from search.analysis import second_opinions
from search.configuration import Relevance, Settings
from search.errors import IndexUnavailable
from search.index.generations import Generations
from search.index.verify import index_problems
from search.request import SearchRequest
from search.searcher import Searcher

BEFORE, AFTER = Settings(prior="nothing"), Settings(prior="hint")
LONG = "Tre amici di Alfonsine partono in treno per vedere Mosca con i loro occhi e tornano a casa."
ROWS: list[dict[str, object]] = [
    {"id": "amor", "title": "Amor", "hint": "es", "year": 1999, "genre": ["Drama"]},
    {"id": "madre", "title": "Lluvia", "hint": "es"},
    {"id": "declared", "title": "Amor", "hint": "es", "language": "ro"},
    {"id": "long", "title": "Il treno", "text": LONG, "hint": "es"},
    {"id": "plain", "title": "Лобанов", "text": "История одного тренера и его команды, которая проиграла."},
]


class Collection:
    def __init__(self, folder: Path) -> None:
        self.source, self.index = folder / "films.jsonl", folder / "index"
        self.changes: list[Change] = []
        self.refusals: list[Refusal] = []
        self.write(ROWS)
        build(self.feed(), sources=[str(self.source)], index=self.index, settings=BEFORE)

    def write(self, rows: list[dict[str, object]]) -> None:
        self.source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def feed(self) -> Feed:
        return Feed((str(self.source),), BEFORE, NoProgress(), self.refusals.append)

    def redetection(self) -> Redetection:
        self.changes.clear()
        return Redetection(self.changes.append)

    def rebuild(self, settings: Settings = AFTER) -> tuple[BuildReport, Redetection]:
        found = self.redetection()
        report = rebuild_from_kept(found, index=self.index, settings=settings, progress=NoProgress())
        return report, found

    def languages(self) -> dict[str, str]:
        found = Searcher.open(self.index, AFTER).search(SearchRequest(per_page=100))
        return {hit.id: hit.language for hit in found.hits}


@pytest.fixture(autouse=True)
def _base_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The titles are ones the base install reads wrongly without a hint, the extra `detect` rightly."""
    monkeypatch.setattr(second_opinions, "_load", dict)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(tmp_path)


def test_the_same_detector_decides_the_same(collection: Collection) -> None:
    found = collection.redetection()
    preview_kept(found, index=collection.index, settings=BEFORE, progress=NoProgress())
    assert (found.documents, found.declared, found.changed, found.titles) == (5, 1, 0, 0)
    report, _ = collection.rebuild(BEFORE)
    assert (report.generation, report.unchanged) == ("000001", 5)
    assert Generations(collection.index).finished() == ["000001"]
    assert Generations(collection.index).litter() == []


def check_changes(collection: Collection, found: Redetection) -> None:
    assert [(one.id, one.title, one.after) for one in collection.changes] == [
        ("amor", "Amor", "es"),
        ("madre", "Lluvia", "es"),
    ]
    for one in collection.changes:
        assert one.before != "es"
        assert one.reason == "catalogue prior: es"
        assert one.was.startswith(("statistics", "undetermined"))
        assert 0 < one.confidence <= 1
    assert sum(found.pairs.values()) == found.changed == 2
    assert found.to_dict()["pairs"][0]["after"] == "es"


@pytest.mark.parametrize("way", ["kept", "sources"])
def test_a_preview_names_what_would_change_and_changes_nothing(collection: Collection, way: str) -> None:
    before = collection.languages()
    found = collection.redetection()
    if way == "kept":
        preview_kept(found, index=collection.index, settings=AFTER, progress=NoProgress())
    else:
        preview_sources(found, collection.feed(), index=collection.index, settings=AFTER)
    check_changes(collection, found)
    assert collection.languages() == before
    assert Generations(collection.index).finished() == ["000001"]


def test_a_rebuild_takes_the_new_decisions_and_keeps_the_rest(collection: Collection) -> None:
    before = collection.languages()
    report, found = collection.rebuild()
    check_changes(collection, found)
    assert report.generation == "000002"
    assert collection.languages() == {**before, "amor": "es", "madre": "es"}
    stored = Searcher.open(collection.index, AFTER).document("amor")
    assert (stored.fields["year"], stored.fields["genre"]) == (1999, ["Drama"])
    assert index_problems(Generations(collection.index)) == []
    again, found = collection.rebuild()
    assert (again.generation, found.changed) == ("000002", 0)


def test_an_update_after_a_rebuild_knows_its_documents_again(collection: Collection) -> None:
    collection.rebuild()
    same = update(collection.feed(), index=collection.index, settings=AFTER)
    assert (same.generation, same.unchanged) == ("000002", 5)
    collection.write(ROWS[:-1])
    assert update(collection.feed(), index=collection.index, settings=AFTER).deleted == 1


def test_an_update_keeps_decisions(collection: Collection) -> None:
    before = collection.languages()
    collection.write([*ROWS, {"id": "new", "title": "Amor", "hint": "es"}])
    update(collection.feed(), index=collection.index, settings=AFTER)
    assert collection.languages() == {**before, "new": "es"}


def test_documents_of_several_segments_and_deleted_ones(collection: Collection) -> None:
    collection.write([*ROWS, {"id": "new", "title": "Amor", "hint": "es"}])
    update(collection.feed(), index=collection.index, settings=BEFORE)
    delete(["madre"], index=collection.index)
    _, found = collection.rebuild()
    assert found.documents == 5
    assert {one.id for one in collection.changes} == {"amor", "new"}
    assert "madre" not in collection.languages()


def test_sources_are_compared_with_what_was_decided_before(collection: Collection) -> None:
    collection.write(
        [{**ROWS[0]}, {**ROWS[1], "language": "gl"}, {"id": "new", "title": "Amor", "hint": "es"}]
    )
    found = collection.redetection()
    report = rebuild_from_sources(found, collection.feed(), index=collection.index, settings=AFTER)
    assert [one.id for one in collection.changes] == ["amor"], "declared and new ones were not decided anew"
    assert (found.documents, found.declared, found.new) == (3, 1, 1)
    assert (report.generation, report.documents) == ("000002", 3)
    assert collection.languages() == {"amor": "es", "madre": "gl", "new": "es"}


def test_a_title_alone_may_be_read_in_another_language(tmp_path: Path) -> None:
    collection = Collection(tmp_path)
    collection.write([{"id": "a", "title": "Hermanos", "text": LONG, "hint": "es"}])
    build(collection.feed(), sources=["s"], index=collection.index, settings=BEFORE)
    report, found = collection.rebuild()
    assert (found.changed, found.titles, report.changed) == (0, 1, 1)
    assert Searcher.open(collection.index, AFTER).document("a").title_language == "es"


def test_the_relevance_file_is_asked(collection: Collection, tmp_path: Path) -> None:
    wanted = tmp_path / "wanted.tsv"
    wanted.write_text("amor\tnobody\n")
    settings = Settings(prior="hint", relevance=Relevance(str(wanted)))
    with pytest.raises(RelevanceVeto):
        collection.rebuild(settings)
    assert Generations(collection.index).finished() == ["000001"]
    assert Generations(collection.index).litter() == []


def test_without_an_index(tmp_path: Path) -> None:
    found = Redetection(lambda change: None)
    with pytest.raises(IndexUnavailable):
        preview_kept(found, index=tmp_path / "none", settings=AFTER, progress=NoProgress())
    with pytest.raises(IndexUnavailable):
        rebuild_from_kept(found, index=tmp_path / "none", settings=AFTER, progress=NoProgress())
    assert not (tmp_path / "none").exists()
