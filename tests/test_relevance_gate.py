"""A new index takes over only if it answers what its admin knows the answers to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.build import BuildReport, build
from indexer.cli import main
from indexer.document import Refusal
from indexer.dump import DumpFeed, dump
from indexer.feed import Feed
from indexer.progress import NoProgress
from indexer.relevance_gate import Expectation, RelevanceVeto, read_expectations
from indexer.update import delete, update
from search.configuration import Relevance, Settings, load_settings
from search.errors import ConfigurationError
from search.index.generations import Generations
from search.index.verify import index_problems
from search.request import SearchRequest
from search.searcher import Searcher

FILMS = [
    {"id": "treno", "title": "Il treno va a Mosca", "language": "it"},
    {"id": "notte", "title": "Treno di notte", "language": "it", "text": "Una notte in treno."},
    {"id": "mare", "title": "Mare", "language": "it"},
]


class Collection:
    """A source, an index, and what the index must answer."""

    def __init__(self, folder: Path) -> None:
        self.source, self.index, self.wanted = folder / "films.jsonl", folder / "index", folder / "wanted.tsv"
        self.refusals: list[Refusal] = []
        self.write(FILMS)
        self.expect("treni mosca\ttreno")

    def write(self, rows: list[dict[str, str]]) -> None:
        self.source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def expect(self, *lines: str) -> None:
        self.wanted.write_text("\n".join(lines), encoding="utf-8")

    def settings(self, require: float = 1.0) -> Settings:
        return Settings(relevance=Relevance(str(self.wanted), require))

    def feed(self) -> Feed:
        return Feed((str(self.source),), Settings(), NoProgress(), self.refusals.append)

    def build(self, *, require: float = 1.0, force: bool = False) -> BuildReport:
        settings = self.settings(require)
        return build(self.feed(), sources=["s"], index=self.index, settings=settings, force=force)

    def update(self, *, force: bool = False) -> BuildReport:
        return update(self.feed(), index=self.index, settings=self.settings(), force=force)

    def restore(self, dumped: Path) -> BuildReport:
        feed = DumpFeed(dumped, self.refusals.append)
        return build(feed, sources=["s"], index=self.index, settings=self.settings())

    def found(self, query: str) -> list[str]:
        searcher = Searcher.open(self.index, Settings())
        return [hit.id for hit in searcher.search(SearchRequest(q=query)).hits]

    def live(self) -> str:
        return Generations(self.index).live()

    def left(self) -> list[str]:
        return sorted(path.name for path in (self.index / "generations").iterdir())


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(tmp_path)


def test_what_answers_as_expected_is_published(collection: Collection) -> None:
    report = collection.build()
    assert report.relevance is not None
    assert (report.relevance.checked, report.relevance.unmet, report.relevance.passed) == (1, (), True)
    assert collection.left() == [report.generation]
    assert index_problems(Generations(collection.index)) == []


def test_without_a_relevance_file_nothing_is_asked(collection: Collection) -> None:
    report = build(collection.feed(), sources=["s"], index=collection.index, settings=Settings())
    assert report.relevance is None
    assert report.to_dict()["relevance"] is None


@pytest.mark.parametrize("way", ["build", "update", "restore"])
def test_a_veto_leaves_the_old_generation_and_nothing_else(
    collection: Collection, tmp_path: Path, way: str
) -> None:
    before = collection.build().generation
    dumped = tmp_path / "all.dump"
    collection.write(FILMS[1:])
    if way == "restore":
        other = tmp_path / "other"
        build(collection.feed(), sources=["s"], index=other, settings=Settings())
        dump(other, dumped)
    with pytest.raises(RelevanceVeto) as caught:
        collection.restore(dumped) if way == "restore" else getattr(collection, way)()
    (unmet,) = caught.value.report.unmet
    assert (unmet.expectation.query, unmet.rank) == ("treni mosca", None)
    assert unmet.reason == "is no document of this index"
    assert unmet.instead[0][0] == "notte"
    assert collection.left() == [before]
    assert Generations(collection.index).live() == before
    assert collection.found("mosca") == ["treno"]


def test_a_deletion_is_asked_too(collection: Collection) -> None:
    before = collection.build().generation
    with pytest.raises(RelevanceVeto):
        delete(["treno"], index=collection.index, settings=collection.settings())
    assert collection.left() == [before]
    report, unknown = delete(
        ["treno", "x"], index=collection.index, settings=collection.settings(), force=True
    )
    assert (report.deleted, unknown, report.relevance is not None) == (1, ["x"], True)
    assert delete(["mare"], index=collection.index)[0].relevance is None


def test_a_rollback_is_asked_too(collection: Collection, tmp_path: Path) -> None:
    collection.write(FILMS[1:])
    collection.build(force=True)
    collection.write(FILMS)
    live = collection.build().generation
    (tmp_path / "search.toml").write_text('[relevance]\nfile = "wanted.tsv"\n')

    def rollback(*options: str) -> Result:
        where = ["--index", str(collection.index), "--config", str(tmp_path / "search.toml")]
        return CliRunner().invoke(main, ["rollback", *where, *options])

    vetoed = rollback()
    assert (vetoed.exit_code, collection.live()) == (1, live)
    assert "wanted.tsv:1: 'treni mosca'" in vetoed.stderr
    forced = rollback("--force", "--json")
    assert (forced.exit_code, collection.live()) == (1, "000001")
    assert json.loads(forced.stdout)["relevance"]["passed"] is False


def test_a_rollback_from_what_cannot_be_served_is_not_refused(collection: Collection, tmp_path: Path) -> None:
    collection.write(FILMS[1:])
    collection.build(force=True)
    collection.write(FILMS)
    live = collection.build().generation
    segment = next((collection.index / "generations" / live).glob("*.mls"))
    segment.write_bytes(b"rotten")
    (tmp_path / "search.toml").write_text('[relevance]\nfile = "wanted.tsv"\n')
    where = ["--index", str(collection.index), "--config", str(tmp_path / "search.toml")]
    result = CliRunner().invoke(main, ["rollback", *where])
    assert (result.exit_code, collection.live()) == (1, "000001"), result.output
    assert "'treni mosca'" in result.stderr


def test_a_first_build_that_is_refused_leaves_no_index(collection: Collection) -> None:
    collection.expect("mare\tnobody")
    with pytest.raises(RelevanceVeto, match="1 of 1 queries"):
        collection.build()
    assert collection.left() == []
    assert not (collection.index / "LIVE").exists()


@pytest.mark.parametrize("way", ["build", "update"])
def test_force_publishes_and_still_tells(collection: Collection, way: str) -> None:
    collection.build()
    collection.write(FILMS[1:])
    report = getattr(collection, way)(force=True)
    assert report.relevance is not None
    assert not report.relevance.passed
    assert Generations(collection.index).live() == report.generation
    assert collection.found("mosca") != ["treno"]


@pytest.mark.parametrize(
    ("line", "holds", "rank", "reason"),
    [
        ("mare\tmare", True, None, ""),
        ("MARÉ\tmare", True, None, ""),
        ("treno\tnotte", True, None, ""),
        ("treno\ttreno", False, 2, "is hit 2"),
        ("treno\ttreno\t2", True, None, ""),
        ("treno\tmare\t100", False, None, "is not found"),
        ("xqzv\tmare", False, None, "is not found"),
    ],
    ids=["title", "folded", "first", "second-is-not-first", "second-is-among-two", "not-found", "nothing"],
)
def test_an_expectation_holds_or_says_why_not(
    collection: Collection, line: str, holds: bool, rank: int | None, reason: str
) -> None:
    collection.expect(line)
    report = collection.build(force=True).relevance
    assert report is not None
    assert [(one.rank, one.reason) for one in report.unmet] == ([] if holds else [(rank, reason)])


@pytest.mark.parametrize(("require", "passes"), [(1.0, False), (0.76, False), (0.75, True), (0.0, True)])
def test_a_share_of_the_lines_may_be_enough(collection: Collection, require: float, passes: bool) -> None:
    collection.expect("mare\tmare", "mosca\ttreno", "notte\tnotte", "mosca\tmare")
    if passes:
        report = collection.build(require=require).relevance
        assert report is not None
        assert [one.expectation.place for one in report.unmet] == [f"{collection.wanted}:4"]
    else:
        with pytest.raises(RelevanceVeto, match=r"75\.0% are"):
            collection.build(require=require)


def test_what_changes_nothing_is_not_asked(collection: Collection) -> None:
    before = collection.build().generation
    collection.expect("mare\tnobody")
    assert collection.update().generation == before


DIES_ASKING = """
import os, sys
from indexer import relevance_gate
from indexer.cli import main
relevance_gate.unmet_expectations = lambda *_: os._exit(9)
main(sys.argv[1:])
"""


def test_a_writer_that_dies_while_asking_leaves_litter_and_no_generation(collection: Collection) -> None:
    before = collection.build().generation
    arguments = ["build", str(collection.source), "--index", str(collection.index)]
    done = subprocess.run(
        [sys.executable, "-c", DIES_ASKING, *arguments, "--relevance", str(collection.wanted)],
        cwd=Path(__file__).parent.parent, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 9
    generations = Generations(collection.index)
    assert (generations.finished(), generations.live()) == ([before], before)
    assert len(generations.litter()) == 2
    report = collection.build()
    assert generations.finished() == [before, report.generation]
    assert generations.litter() == []


# The file


def test_lines_of_every_form(tmp_path: Path) -> None:
    path = tmp_path / "wanted.tsv"
    path.write_text(
        "\ufeff# known answers\nquery\tid\twithin\n\nil treno\ttreno\n#metoo\tmetoo \t3\nmare\tmare\t\n"
        '{"query": "# due", "id": "b\\tc"}\n{"query": "sei", "id": "d", "within": 6}\n',
        encoding="utf-8",
    )
    assert read_expectations(path) == [
        Expectation("il treno", "treno", 1, f"{path}:4"),
        Expectation("#metoo", "metoo", 3, f"{path}:5"),
        Expectation("mare", "mare", 1, f"{path}:6"),
        Expectation("# due", "b\tc", 1, f"{path}:7"),
        Expectation("sei", "d", 6, f"{path}:8"),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("only a query", "expected `query`, `id`"),
        ("a\tb\t1\t2", "expected `query`, `id`"),
        ("\tb", "no query"),
        ("a\t", "no document id"),
        ("a\tb\t0", "within must be a whole number from 1 to 100"),
        ("a\tb\t101", "within must be"),
        ("a\tb\tfew", "within must be"),
        ("a\tb\t-1", "within must be"),
        ("{broken", "not JSON"),
        ('{"query": "a"}', "no document id"),
        ('{"query": "a", "id": 3}', "no document id"),
        ('{"query": "a", "id": "b", "within": true}', "within must be"),
        ('{"query": "a", "id": "b", "with": 2}', "unknown key 'with'"),
    ],
)
def test_a_bad_line_is_named_before_anything_is_built(
    collection: Collection, line: str, message: str
) -> None:
    collection.expect("mare\tmare", line)
    with pytest.raises(ConfigurationError) as caught:
        collection.build()
    assert str(caught.value).startswith(f"{collection.wanted}:2: ")
    assert message in str(caught.value)
    assert not collection.index.exists()


@pytest.mark.parametrize("text", ["", "# nothing\n", "query\tid\n"])
def test_a_file_that_asks_nothing_is_refused(collection: Collection, text: str) -> None:
    collection.expect(text)
    with pytest.raises(ConfigurationError, match="holds no line"):
        collection.build()


# The setting


def test_the_file_lies_where_the_configuration_lies(tmp_path: Path) -> None:
    path = tmp_path / "search.toml"
    path.write_text('[relevance]\nfile = "known/answers.tsv"\nrequire = 0.95\n')
    assert load_settings(path).relevance == Relevance(str(tmp_path / "known" / "answers.tsv"), 0.95)
    path.write_text('[relevance]\nfile = "/elsewhere.tsv"\n')
    assert load_settings(path).relevance == Relevance("/elsewhere.tsv", 1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[relevance]\n", "missing file"),
        ('[relevance]\nfile = ""\n', "missing file"),
        ("[relevance]\nfile = 3\n", "file must be a string"),
        ('[relevance]\nfile = "a"\nrequire = 95\n', "0 to 1"),
        ('[relevance]\nfile = "a"\nrequire = nan\n', "0 to 1"),
        ('[relevance]\nfile = "a"\nrequire = true\n', "require must be a number"),
        ('[relevance]\nfile = "a"\nrequired = 1\n', "did you mean 'require'"),
        ('relevance = "a"\n', "must be a table"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "search.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"search\.toml") as caught:
        load_settings(path)
    assert message in str(caught.value)
