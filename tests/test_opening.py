"""What is read when an index is opened, and how does a server move to the next generation?"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.cli import main
from search.configuration import Settings
from search.errors import IndexDamaged
from search.index import hashes
from search.index.codec.arrays import ArrayFile
from search.index.generations import Generations
from search.index.reader import IndexReader
from search.index.schema import FIELDS
from search.index.verify import index_problems
from search.request import SearchRequest
from search.searcher import Searcher

SETTINGS = Settings()
PATIENCE = 30.0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with a generation of one segment and one with another beside it."""
    folder = tmp_path_factory.mktemp("opening")
    rows = [{"id": str(number), "title": f"Harbour {number}", "language": "en"} for number in range(300)]
    write(folder / "first.jsonl", rows)
    write(folder / "second.jsonl", [{"id": "new", "title": "Lighthouse", "language": "en"}])
    run("build", str(folder / "first.jsonl"), index=folder / "index")
    run("update", str(folder / "second.jsonl"), index=folder / "index")
    return folder / "index"


def write(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def run(*arguments: str, index: Path) -> None:
    done = CliRunner().invoke(main, [*arguments, "--quiet", "--index", str(index)])
    assert done.exit_code == 0, done.stderr


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "index", symlinks=True))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read at opening is so little that every index is large."""
    monkeypatch.setattr("search.index.manifest.READ_AT_OPENING", 0)
    monkeypatch.setattr("search.live_engine.READ_AT_OPENING", 0)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read whole, as it happens; none was before."""
    names: list[str] = []
    original = hashes.sha256_of

    def noted(path: Path) -> str:
        names.append(path.name)
        return original(path)

    monkeypatch.setattr(hashes, "sha256_of", noted)
    monkeypatch.setattr(hashes, "_hashes", {})
    return names


def live(index: Path) -> Path:
    generations = Generations(index)
    return generations.path(generations.live())


def flip(path: Path) -> None:
    """A bit in the middle of the last array but one that is not empty."""
    file = ArrayFile(path)
    array = [file[name] for name in file.names() if len(file[name])][-2]
    data = bytearray(path.read_bytes())
    place = bytes(data).rindex(array.tobytes()) + array.nbytes // 2
    data[place] ^= 4
    path.unlink()
    path.write_bytes(data)


def damage(index: Path, name: str = "") -> None:
    for path in (Generations(index).path(name) if name else live(index)).glob("MAIN_*.mls"):
        flip(path)


def finds(searcher: Searcher, query: str) -> int:
    return searcher.search(SearchRequest(q=query)).total


# Opening


def test_a_small_index_is_read_whole(index: Path, read: list[str]) -> None:
    Searcher.open(index, SETTINGS)
    assert sorted(read) == sorted(entry.name for entry in IndexReader(live(index)).manifest.files)
    damage(index)
    with pytest.raises(IndexDamaged, match="checksum"):
        Searcher.open(index, SETTINGS)


@pytest.mark.usefixtures("large")
def test_of_a_large_index_only_the_headers_are_read(index: Path, read: list[str]) -> None:
    searcher = Searcher.open(index, SETTINGS)
    assert read == []
    searcher.warm()
    assert len(read) == len(searcher.engine().manifest.files)
    searcher.warm()
    assert len(read) == len(searcher.engine().manifest.files)


@pytest.mark.usefixtures("large")
def test_a_large_index_is_read_by_those_who_rely_on_it(index: Path) -> None:
    damage(index)
    searcher = Searcher.open(index, SETTINGS)
    with pytest.raises(IndexDamaged, match="checksum"):
        searcher.warm()
    assert any("checksum" in problem for problem in index_problems(Generations(index)))
    for arguments in (("update", str(index)), ("dump", str(index / "dump"))):
        done = CliRunner().invoke(main, [*arguments, "--quiet", "--index", str(index)])
        assert done.exit_code == 4, done.stderr


@pytest.mark.usefixtures("large")
def test_a_damaged_header_is_always_seen(index: Path) -> None:
    path = next(live(index).glob("MAIN_*.mls"))
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexDamaged, match="header"):
        Searcher.open(index, SETTINGS)


@pytest.mark.usefixtures("large")
def test_a_server_never_answers_from_what_it_has_not_read(
    index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damage(index)
    with caplog.at_level(logging.ERROR):
        searcher = Searcher.open(index, SETTINGS, fall_back=True)
    assert (searcher.generation(), Generations(index).live()) == ("000001", "000002")
    assert "checksum" in caplog.text


def test_what_generations_share_is_read_once(made: Path, read: list[str], tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(made, index, copy_function=os.link)
    older, newer = (Generations(index).path(name) for name in ("000001", "000002"))
    (shared,) = {path.name for path in older.glob("MAIN_*")} & {path.name for path in newer.glob("MAIN_*")}
    # Of two generations the older has its own copy: here it is one of those that share.
    (older / shared).unlink()
    os.link(newer / shared, older / shared)
    for directory in (older, newer):
        IndexReader(directory)
    assert read.count(shared) == 1


# Moving


@pytest.mark.usefixtures("large")
def test_a_server_answers_from_the_old_generation_until_the_new_one_was_read(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generations = Generations(index)
    generations.publish("000001")
    searcher = Searcher.open(index, SETTINGS, fall_back=True)
    going_on = threading.Event()
    original = searcher._live._prepared

    def slow(name: str) -> object:
        assert going_on.wait(PATIENCE)
        return original(name)

    monkeypatch.setattr(searcher._live, "_prepared", slow)
    generations.publish("000002")
    for _ in range(3):
        assert (finds(searcher, "lighthouse"), searcher.generation()) == (0, "000001")
    assert not searcher.settle(0)
    going_on.set()
    assert searcher.settle(PATIENCE)
    assert (finds(searcher, "lighthouse"), searcher.generation()) == (1, "000002")
    assert searcher.settle(0)


@pytest.mark.usefixtures("large")
def test_a_server_stays_where_it_is_when_the_new_generation_is_damaged(
    index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    generations = Generations(index)
    generations.publish("000001")
    searcher = Searcher.open(index, SETTINGS, fall_back=True)
    damage(index, "000002")
    generations.publish("000002")
    searcher.generation()
    assert searcher.settle(PATIENCE)
    with caplog.at_level(logging.ERROR):
        assert searcher.generation() == "000001"
    assert "staying on generation 000001" in caplog.text
    assert "checksum" in caplog.text
    # It is not tried again and again, only when the pointer says something new.
    assert searcher.settle(0)
    generations.publish("000001")
    assert (searcher.generation(), searcher.settle(0)) == ("000001", True)


@pytest.mark.usefixtures("large")
def test_a_generation_rolled_back_while_it_is_read_is_not_moved_to(index: Path) -> None:
    generations = Generations(index)
    generations.publish("000001")
    searcher = Searcher.open(index, SETTINGS, fall_back=True)
    generations.publish("000002")
    searcher.generation()
    generations.publish("000001")
    assert searcher.settle(PATIENCE)
    assert searcher.generation() == "000001"


@pytest.mark.usefixtures("large")
def test_a_move_that_breaks_harms_nobody(
    index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    generations = Generations(index)
    generations.publish("000001")
    searcher = Searcher.open(index, SETTINGS, fall_back=True)

    def broken(name: str) -> None:
        raise ZeroDivisionError(name)

    monkeypatch.setattr(searcher._live, "_prepared", broken)
    generations.publish("000002")
    with caplog.at_level(logging.ERROR):
        searcher.generation()
        assert searcher.settle(PATIENCE)
        assert finds(searcher, "harbour") == 300
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("fall_back", [True, False], ids=["server", "library"])
def test_a_small_generation_is_seen_by_the_next_request(index: Path, fall_back: bool) -> None:
    generations = Generations(index)
    generations.publish("000001")
    searcher = Searcher.open(index, SETTINGS, fall_back=fall_back)
    assert finds(searcher, "lighthouse") == 0
    generations.publish("000002")
    assert finds(searcher, "lighthouse") == 1


# What a segment says of itself


def test_the_header_adds_the_lengths_up(index: Path) -> None:
    reader = IndexReader(live(index))
    for one in FIELDS:
        lengths = [length for segment in reader.segments for length in segment.lengths(one).tolist()]
        filled = sum(length > 0 for length in lengths)
        assert reader.average_lengths[one] == (max(sum(lengths) / filled, 1.0) if filled else 1.0)


def test_what_was_worked_out_wrongly_is_found(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert index_problems(Generations(index)) == []
    monkeypatch.setattr("search.index.verify.weight_pyramid", lambda weights: weights[:0])
    assert any("greatest weights" in problem for problem in index_problems(Generations(index)))
