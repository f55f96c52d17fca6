"""The admin's commands on a real cluster: build, update, delete, rollback, gc, check, dump, restore."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from opensearch_site import Cluster as Site

from indexer.cli import main
from search.cluster_access import ClusterAccess
from search.engines.word_scores import SIDE_ZONES
from search.errors import StorageError
from search.index.generation_columns import GenerationColumns
from search.index.generations import Generations
from search.index.reader import IndexReader, WordReader
from search.index.schema import EXACT, FIELDS, GRAM, WAYS, Field
from search.opensearch import shipping
from search.opensearch.connection import Cluster
from search.opensearch.control import Control
from search.opensearch.facts import read_facts
from search.opensearch.mapping import EMPTY_PLACE, JOINED, PLACES, SEPARATOR, TOKENS
from search.opensearch.word_segments import WordSegments

pytest.importorskip("opensearchpy")

ROWS: list[dict[str, Any]] = [
    {"id": "fox", "title": "The Quick Brown Fox", "text": "The quick brown fox jumps.", "language": "en",
     "genre": ["Drama", "Nature"], "year": 1999, "popularity": 3.5},
    {"id": "zug", "title": "Größe zählt nicht", "text": "Die Straße war naß, ein Zug fuhr über die Brücke.",
     "language": "de", "genre": ["Drama"], "year": 2001, "popularity": 1.0},
    {"id": "千尋", "title": "千と千尋の神隠し", "text": "少女は神々の世界に迷い込んだ。", "language": "ja",
     "year": 2001},
    {"id": "a/b c", "title": "Ångbåten", "text": "En film om en ångbåt och en ö.", "language": "sv",
     "original_title": "Ångbåten på ön"},
    {"id": "dog", "title": "A Dog's Life", "text": "The dog and the fox and the dog again.", "language": "en",
     "year": 1918, "popularity": 9.0, "people": [{"name": "Charlie Chaplin", "role": "director"}]},
    *({"id": f"n{number}", "title": f"Number {number}", "text": f"word{number} and more", "language": "en"}
      for number in range(30)),
]  # fmt: skip


@dataclass(frozen=True)
class Collection:
    """A collection of its own on the cluster, and the same documents held by Whoosh."""

    folder: Path
    control: Control
    options: tuple[str, ...]

    def run(self, command: str, *arguments: str, status: int = 0) -> Any:
        result = self.invoke(command, *arguments)
        assert result.exit_code == status, result.output + result.stderr
        return json.loads(result.stdout) if result.stdout else {}

    def invoke(self, command: str, *arguments: str) -> Result:
        called = [command, *arguments, "--quiet", "--json", *self.options, "--index", str(self.index)]
        return CliRunner().invoke(main, called, catch_exceptions=False)

    def whoosh(self, command: str, *arguments: str) -> Any:
        called = [command, *arguments, "--quiet", "--json", "--index", str(self.folder / "whoosh")]
        result = CliRunner().invoke(main, called, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def both(self, command: str, *arguments: str) -> Any:
        self.whoosh(command, *arguments)
        return self.run(command, *arguments)

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def write(self, rows: list[dict[str, Any]]) -> str:
        path = self.folder / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return str(path)

    def live_folder(self, root: Path | None = None) -> Path:
        generations = Generations(root or self.index)
        return generations.path(generations.live())

    def ask(self, body: dict[str, Any]) -> dict[str, Any]:
        return self.control.cluster.search(self.control.names.alias, body)

    def ids(self) -> set[str]:
        return {hit["_id"] for hit in self.ask({"size": 1000})["hits"]["hits"]}


@pytest.fixture
def collection(cluster: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collection]:
    name = f"shipping-{uuid.uuid4().hex}"
    monkeypatch.setenv("SEARCH_ENGINE_NAME", name)
    control = Control(Cluster(ClusterAccess(cluster.urls)), name)
    yield Collection(tmp_path, control, ("--engine", "opensearch", "--engine-url", ",".join(cluster.urls)))
    for index in (*map(control.names.index, control.indices()), control.names.control):
        if control.cluster.exists(f"/{index}"):
            control.cluster.request("DELETE", f"/{index}")


def assert_words_agree(collection: Collection) -> None:
    """What is known here of words is what Whoosh knows of the same documents."""
    folder = collection.live_folder()
    ours, facts = WordSegments(folder), read_facts(folder)
    theirs = IndexReader(collection.live_folder(collection.folder / "whoosh"))
    assert facts is not None
    for way, zones in WAYS.items():
        for term in {*ours.terms(way), *theirs.terms(way)}:
            for zone in zones:
                one = Field(zone, way)
                assert ours.frequency(one, term) == theirs.frequency(one, term), (one, term)
    columns = GenerationColumns(theirs, "popularity")
    codes = {number: code for code, number in columns.language_numbers.items()}
    sizes = {codes.get(number, ""): int(size) for number, size in enumerate(columns.language_sizes) if size}
    assert {
        facts.languages[number]: size for number, size in facts.documents_by_language.items() if size
    } == sizes
    for way, term in [(GRAM, "fox"), (GRAM, "more"), (EXACT, "a"), (EXACT, "千"), (EXACT, "ö")]:
        assert spread_here(ours, facts.languages, way, term) == spread_there(theirs, columns, way, term)
    if theirs.documents != facts.bases[-1]:
        # Whoosh has merged: lengths of deleted documents count no more.
        return
    for one in FIELDS:
        total, filled = (sum(pair[place] for pair in facts.lengths[one.name].values()) for place in (0, 1))
        assert max(total / filled if filled else 1.0, 1.0) == pytest.approx(theirs.average_lengths[one])


def spread_here(words: WordReader, languages: tuple[str, ...], way: str, term: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for segment in words.segments:
        for number, count in segment.spread(way, term.encode()).items():  # type: ignore[attr-defined]
            if count:
                found[languages[number]] = found.get(languages[number], 0) + count
    return found


def spread_there(reader: IndexReader, columns: GenerationColumns, way: str, term: str) -> dict[str, int]:
    docs = np.unique(np.concatenate([reader.postings(Field(zone, way), term).docs for zone in SIDE_ZONES]))
    codes = {number: code for code, number in columns.language_numbers.items()}
    counts = np.bincount(columns.language_of[docs], minlength=len(codes))
    return {codes[number]: count for number, count in enumerate(counts.tolist()) if count}


def test_analyzers_of_the_cluster_take_apart_what_was_joined(collection: Collection) -> None:
    collection.run("build", collection.write(ROWS[:1]))
    text = SEPARATOR.join(
        ("a", f"b{JOINED}c", EMPTY_PLACE, "two words", f"{EMPTY_PLACE}{JOINED}d", "e" * 1024)
    )
    index = collection.control.names.alias

    def analyzed(analyzer: str) -> list[tuple[str, int]]:
        answer = collection.control.cluster.request(
            "POST", f"/{index}/_analyze", {"analyzer": analyzer, "text": text}
        )
        return [(one["token"], one["position"]) for one in answer["tokens"]]

    assert analyzed(PLACES) == [("a", 0), ("b", 1), ("c", 1), ("two words", 3), ("d", 4), ("e" * 1024, 5)]
    assert [term for term, _ in analyzed(TOKENS)][:2] == ["a", f"b{JOINED}c"]


def test_a_build_is_shipped_and_published(collection: Collection) -> None:
    report = collection.both("build", collection.write(ROWS))
    assert report["documents"] == len(ROWS)
    assert collection.control.live() == report["generation"] == "000001"
    assert collection.ids() == {row["id"] for row in ROWS}
    assert_words_agree(collection)
    settings = collection.control.cluster.request("GET", f"/{collection.control.names.alias}/_settings")
    (index,) = [one["settings"]["index"] for one in settings.values()]
    assert index["blocks"]["write"] == "true"
    assert int(index["number_of_replicas"]) == 1
    assert sorted(path.suffix for path in collection.live_folder().iterdir()) == [
        ".json",
        ".json",
        ".mls",
        ".toc",
    ]
    assert collection.run("check") == {"problems": []}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"term": {"title_exact": "fox"}}, {"fox"}),
        ({"term": {"body_stem": "dog"}}, {"dog"}),
        ({"term": {"body_exact": "千"}}, set()),
        ({"term": {"v_genre": "Nature"}}, {"fox"}),
        ({"range": {"n_year": {"gte": 2000}}}, {"zug", "千尋"}),
        ({"span_near": {"clauses": [{"span_term": {"body_exact": one}} for one in ("quick", "brown")],
                        "slop": 0, "in_order": True}}, {"fox"}),
        ({"span_near": {"clauses": [{"span_term": {"body_exact": one}} for one in ("brown", "quick")],
                        "slop": 0, "in_order": True}}, set()),
        ({"exists": {"field": "order_sv"}}, {"a/b c", "zug"}),
    ],
    ids=["exact", "stem", "character", "facet", "number", "in-order", "out-of-order", "tailored-title"],
)  # fmt: skip
def test_fields_are_searched_as_they_are_named(
    collection: Collection, query: dict[str, Any], ids: set[str]
) -> None:
    collection.run("build", collection.write(ROWS[:5]))
    assert {hit["_id"] for hit in collection.ask({"query": query})["hits"]["hits"]} == ids


def test_an_update_ships_what_changed(collection: Collection) -> None:
    collection.both("build", collection.write(ROWS))
    before = {
        hit["_id"]: hit["sort"] for hit in collection.ask({"size": 99, "sort": ["number"]})["hits"]["hits"]
    }
    changed = {**ROWS[0], "title": "The Slow Green Fox", "language": "en"}
    added = {"id": "neu", "title": "Ein neuer Film", "text": "Etwas ganz anderes.", "language": "nl"}
    rows = [changed, *ROWS[2:20], added]
    report = collection.both("update", collection.write(rows))
    assert (report["added"], report["changed"], report["deleted"]) == (1, 1, 16)
    assert collection.ids() == {row["id"] for row in rows}
    assert_words_agree(collection)
    after = {
        hit["_id"]: hit["sort"] for hit in collection.ask({"size": 99, "sort": ["number"]})["hits"]["hits"]
    }
    kept = {row["id"] for row in ROWS[2:20]}
    assert {one: after[one] for one in kept} == {one: before[one] for one in kept}
    assert {after[one][0] >> 32 for one in ("fox", "neu")} == {1}
    # Once more: what is gone now is added to what was gone before.
    collection.both("update", collection.write(rows[:10]))
    collection.both("delete", "dog")
    assert_words_agree(collection)
    assert collection.ids() == {row["id"] for row in rows[:10]} - {"dog"}
    assert collection.run("check") == {"problems": []}
    assert collection.run("status")["documents"] == 9


def test_many_updates_do_not_leave_many_segments(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipping, "MOST_WORD_SEGMENTS", 3)
    collection.both("build", collection.write(ROWS[:6]))
    for count in range(7, 12):
        collection.both("update", collection.write([{**ROWS[0], "title": f"Fox {count}"}, *ROWS[2:count]]))
        assert_words_agree(collection)
        assert len(WordSegments(collection.live_folder()).segments) <= 4
        assert collection.ids() == {"fox", *(row["id"] for row in ROWS[2:count])}
    assert collection.run("check") == {"problems": []}


def test_an_update_without_changes_ships_nothing(collection: Collection) -> None:
    source = collection.write(ROWS)
    collection.run("build", source)
    assert collection.run("update", source)["generation"] == "000001"
    assert collection.control.indices() == ["000001"]


def test_an_update_without_an_index_builds_one(collection: Collection) -> None:
    assert collection.run("update", collection.write(ROWS))["added"] == len(ROWS)


def test_where_all_is_new_the_index_is(collection: Collection) -> None:
    collection.both("build", collection.write(ROWS[:5]))
    collection.both("update", collection.write(ROWS[5:]))
    assert collection.ids() == {row["id"] for row in ROWS[5:]}
    facts = read_facts(collection.live_folder())
    assert facts is not None
    assert facts.parts == (30,)
    assert_words_agree(collection)


def test_nothing_is_an_index_too(collection: Collection) -> None:
    collection.both("build", collection.write(ROWS[5:8]))
    collection.both("delete", *(row["id"] for row in ROWS[5:8]))
    assert collection.ids() == set()
    # No document has ever had a year.
    assert collection.ask({"sort": [{"n_year": "desc"}, "number"]})["hits"]["hits"] == []
    assert collection.run("check") == {"problems": []}
    collection.both("update", collection.write(ROWS[:3]))
    assert collection.ids() == {row["id"] for row in ROWS[:3]}
    assert_words_agree(collection)


def test_redetect_goes_through_the_cluster(collection: Collection) -> None:
    collection.run("build", collection.write(ROWS))
    assert collection.run("build", "--redetect", "--dry-run")["documents"] == len(ROWS)
    assert collection.run("build", "--redetect", "--dry-run", collection.write(ROWS))["documents"] == len(
        ROWS
    )


def test_another_host_goes_on_where_one_ended(collection: Collection) -> None:
    collection.run("build", collection.write(ROWS))
    elsewhere = Collection(collection.folder / "elsewhere", collection.control, collection.options)
    elsewhere.folder.mkdir()
    assert elsewhere.run("status")["generation"] == "000001"
    assert elsewhere.run("delete", "fox")["generation"] == "000002"
    assert collection.run("status")["generation"] == "000002"
    assert collection.run("rollback")["generation"] == "000001"
    assert elsewhere.run("status")["generation"] == "000001"
    assert elsewhere.ids() == {row["id"] for row in ROWS}


def test_deleting_unknown_documents_changes_nothing(collection: Collection) -> None:
    collection.run("build", collection.write(ROWS))
    assert collection.run("delete", "nobody", status=1)["unknown"] == ["nobody"]
    assert collection.control.live() == "000001"


def test_rollback_and_gc(collection: Collection) -> None:
    source = collection.write(ROWS)
    for _ in range(3):
        collection.run("build", source)
    assert collection.run("rollback")["generation"] == "000002"
    assert collection.control.live() == "000002"
    assert collection.run("status")["cluster"]["generations"] == ["000001", "000002", "000003"]
    assert collection.run("gc")["removed"] == ["000001", "000003"]
    assert collection.control.indices() == ["000002"]
    assert collection.run("rollback", status=4) == {}
    assert collection.ids() == {row["id"] for row in ROWS}


def test_an_alias_that_somebody_removed(collection: Collection) -> None:
    """Nothing is built over what is there, nothing of it is deleted, and one command gives it back."""
    source = collection.write(ROWS)
    collection.run("build", source)
    collection.run("delete", "fox")
    names = collection.control.names
    collection.control.cluster.request("DELETE", f"/{names.index('000002')}/_alias/{names.alias}")
    for command in (("update", collection.write(ROWS[:1])), ("delete", "hare"), ("gc",)):
        assert collection.run(*command, status=4) == {}
    assert collection.control.indices() == ["000001", "000002"]
    assert collection.run("rollback")["generation"] == "000002"
    assert collection.ids() == {row["id"] for row in ROWS} - {"fox"}


def test_dump_and_restore(collection: Collection) -> None:
    collection.both("build", collection.write(ROWS))
    dumps = [collection.folder / "cluster.gz", collection.folder / "whoosh.gz"]
    collection.run("dump", str(dumps[0]))
    collection.whoosh("dump", str(dumps[1]))
    ours, theirs = (
        [json.loads(line) for line in gzip.decompress(one.read_bytes()).splitlines()[1:]] for one in dumps
    )
    assert ours == theirs
    assert collection.run("restore", str(dumps[0]))["documents"] == len(ROWS)
    assert_words_agree(collection)


def test_status_tells_of_the_cluster(collection: Collection) -> None:
    collection.run("build", collection.write(ROWS))
    told = collection.run("status")["cluster"]
    assert (told["live"], told["health"], told["documents"]) == ("000001", "green", len(ROWS))
    assert told["leftovers"] == {"indices": [], "records": [], "files": 0}
    arguments = ["status", *collection.options, "--index", str(collection.index)]
    text = CliRunner().invoke(main, arguments).stdout
    assert f"{collection.control.names.alias}-000001 ({len(ROWS)} documents" in text


def damage_documents(collection: Collection) -> None:
    index = collection.control.names.index("000001")
    request = collection.control.cluster.request
    request("PUT", f"/{index}/_settings", {"index": {"blocks.write": None}})
    request("DELETE", f"/{index}/_doc/fox", params={"refresh": "true"})


def damage_index(collection: Collection) -> None:
    collection.control.cluster.request("DELETE", f"/{collection.control.names.index('000001')}")


def damage_folder(collection: Collection) -> None:
    (path,) = collection.live_folder().glob("*.mls")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)


def damage_files(collection: Collection) -> None:
    query = {"query": {"term": {"kind": "chunk"}}}
    names = collection.control.names
    collection.control.cluster.request("POST", f"/{names.control}/_refresh")
    hits = collection.control.cluster.search(names.control, {"size": 100, "_source": False})["hits"]["hits"]
    del query
    for hit in hits:
        if not hit["_id"].startswith(("generation-", "lock")):
            collection.control.cluster.request(
                "DELETE", f"/{names.control}/_doc/{hit['_id']}", params={"refresh": "true"}
            )


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (damage_documents, "holds 34 documents, 35 were shipped"),
        (damage_documents, "can be written to"),
        (damage_folder, "differs from its checksum"),
        (damage_files, "files of generation 000001"),
        (damage_index, "the index is gone"),
    ],
    ids=["documents", "open-to-writers", "folder", "files", "index"],
)
def test_check_finds(collection: Collection, damage: Callable[[Collection], None], told: str) -> None:
    collection.run("build", collection.write(ROWS))
    damage(collection)
    result = collection.invoke("check")
    assert result.exit_code != 0
    assert told in result.output + result.stderr


@pytest.mark.parametrize("step", ["_fill", "_check_count", "_settle", "_take_back"])
@pytest.mark.parametrize("command", ["build", "update"])
def test_what_fails_on_the_way_leaves_the_old_index(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, step: str, command: str
) -> None:
    collection.run("build", collection.write(ROWS))

    def fail(*arguments: object) -> None:
        raise StorageError("on purpose")

    monkeypatch.setattr(shipping.Shipping, step, fail)
    assert collection.invoke(command, collection.write(ROWS[1:])).exit_code == 5
    assert collection.control.indices() == ["000001"]
    assert collection.control.live() == "000001"
    assert not collection.control.leftovers()
    assert collection.run("check") == {"problems": []}
    monkeypatch.undo()
    monkeypatch.setenv("SEARCH_ENGINE_NAME", collection.control.names.name)
    assert collection.run(command, collection.write(ROWS[1:]))["documents"] == len(ROWS) - 1


@pytest.mark.parametrize("command", ["build", "update"])
def test_what_does_not_answer_as_expected_is_not_published(collection: Collection, command: str) -> None:
    source = collection.write(ROWS)
    relevance = collection.folder / "expected.tsv"
    relevance.write_text("quick fox\tfox\n")
    collection.run("build", source, "--relevance", str(relevance))
    collection.write(ROWS[1:])
    report = collection.run(command, source, "--relevance", str(relevance), status=1)
    assert report["relevance"]["passed"] is False
    assert collection.control.live() == "000001"
    assert collection.control.indices() == ["000001"]
    assert (
        collection.run(command, source, "--relevance", str(relevance), "--force", status=1)["documents"] == 34
    )
    # Back to what answers.
    assert collection.run("rollback", "--relevance", str(relevance))["generation"] == "000001"


def test_pinned_documents_that_nobody_has_are_told(collection: Collection) -> None:
    (collection.folder / "pinned.toml").write_text(
        '[[pinned]]\nqueries = ["a"]\ndocuments = [{ id = "nobody", position = 2 }]\n'
    )
    config = collection.folder / "search.toml"
    config.write_text('pinned = "pinned.toml"\n')
    report = collection.run("build", collection.write(ROWS), "--config", str(config))
    assert report["unknown_pinned"] == ["nobody"]


def test_a_cluster_that_is_away_is_told(collection: Collection) -> None:
    called = [
        "status",
        "--engine",
        "opensearch",
        "--engine-url",
        "http://127.0.0.1:9",
        "--index",
        str(collection.index),
    ]
    assert CliRunner().invoke(main, called).exit_code == 4


def test_a_folder_is_one_engines(collection: Collection) -> None:
    collection.both("build", collection.write(ROWS))
    wrong = CliRunner().invoke(main, ["update", collection.write(ROWS), "--index", str(collection.index)])
    assert (wrong.exit_code, "--engine opensearch" in wrong.stderr) == (2, True)
    other = Collection(collection.folder, collection.control, collection.options)
    called = ["status", *other.options, "--index", str(collection.folder / "whoosh")]
    wrong = CliRunner().invoke(main, called)
    assert (wrong.exit_code, "engine whoosh" in wrong.stderr) == (2, True)


def test_duplicates_and_several_segments(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.build.SEGMENT_SIZE", 2000)
    rows = [*ROWS, {**ROWS[0], "title": "The last one counts"}]
    report = collection.both("build", collection.write(rows))
    assert report["duplicates"] == 1
    assert collection.ids() == {row["id"] for row in ROWS}
    assert_words_agree(collection)
    (found,) = collection.ask({"query": {"ids": {"values": ["fox"]}}})["hits"]["hits"]
    assert found["_source"]["stored"]["title"] == "The last one counts"
