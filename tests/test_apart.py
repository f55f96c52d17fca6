"""A file that rots takes no more with it than it must: of what all share, one generation has its own copy."""

from __future__ import annotations

import logging
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from fault_index import Films, edition_of

from indexer.doctor.index_files import shared_by_all_generations
from search.index import hashes
from search.index.apart import keep_apart, shared_by_all
from search.index.generations import BUILDING, KEPT, Generations
from search.index.verify import index_problems

#: Enough that updates do not merge everything anew.
BALLAST = 80


@pytest.fixture
def films(tmp_path: Path) -> Films:
    made = Films(tmp_path, BALLAST)
    made.build(1)
    return made


def folders(generations: Generations) -> tuple[Path, list[Path]]:
    """The live one, and the others, oldest first."""
    live = generations.live()
    return generations.path(live), [generations.path(one) for one in generations.finished() if one != live]


def largest(folder: Path) -> Path:
    """The segment of the ballast."""
    return max(folder.glob("*.mls"), key=lambda path: path.stat().st_size)


def rot(path: Path) -> None:
    """A byte in the middle, as the disk loses it: in the file itself, whatever its names."""
    with open(path, "r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes((byte[0] ^ 1,)))
    hashes._hashes.clear()


def test_no_file_is_in_all_generations(films: Films) -> None:
    copies: set[int] = set()
    first = largest(folders(films.generations)[0]).name
    for edition in range(2, 6):
        films.update(edition)
        live, others = folders(films.generations)
        assert len(others) == min(edition - 1, KEPT)
        assert shared_by_all(live, others) == []
        assert index_problems(films.generations) == []
        copies |= {(folder / first).stat().st_ino for folder in (live, *others) if (folder / first).exists()}
    assert len(copies) == 2, "a copy is made once and handed on"


@pytest.mark.parametrize("updates", [1, 2, 3, 4])
def test_whatever_segment_rots_a_generation_answers(films: Films, updates: int) -> None:
    for edition in range(2, 2 + updates):
        films.update(edition)
    rot(largest(folders(films.generations)[0]))
    assert edition_of(films.open(fall_back=True)) in (updates, updates - 1)
    assert index_problems(films.generations)


def test_gc_keeps_the_copy(films: Films) -> None:
    for edition in (2, 3, 4):
        films.update(edition)
    with films.generations.writing("test"):
        films.generations.collect(keep=1)
    live, others = folders(films.generations)
    assert len(others) == 1
    assert shared_by_all(live, others) == []
    assert index_problems(films.generations) == []


def test_a_lone_generation_is_left_alone(films: Films) -> None:
    films.update(2)
    with films.generations.writing("test"):
        films.generations.collect(keep=0)
    live, others = folders(films.generations)
    assert others == []
    assert shared_by_all(live, others) == []


def test_without_room_nothing_is_copied(
    films: Films, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1_000, 990, 10))
    films.update(2)
    live, others = folders(films.generations)
    assert [path.name for path in shared_by_all(live, others)] == [largest(live).name]
    assert index_problems(films.generations) == []
    assert caplog.records == []


def test_what_cannot_be_copied_is_a_warning(
    films: Films, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr("search.index.apart.copy", full)
    with caplog.at_level(logging.WARNING):
        films.update(2)
    assert films.edition() == 2
    assert "No space left on device" in caplog.text
    assert not list(films.generations.folder.glob(f"{BUILDING}*"))
    assert index_problems(films.generations) == []


def test_a_copy_of_rotten_bytes_takes_no_place(films: Films) -> None:
    films.update(2)
    live, others = folders(films.generations)
    path, scratch = largest(live), films.generations.folder / f"{BUILDING}copy"
    hashes.hash_once(path)
    before = path.stat()
    rot_quietly = path.read_bytes()
    hashed = dict(hashes._hashes)
    rot(path)
    # As on a disk: nobody wrote, so the time of modification is what it was.
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    hashes._hashes.update(hashed)
    os.unlink(others[0] / path.name)
    os.link(path, others[0] / path.name)
    with pytest.raises(Exception, match="not what it was"):
        keep_apart(live, others, [], scratch)
    assert not scratch.exists()
    assert (others[0] / path.name).samefile(path)
    path.write_bytes(rot_quietly)


def test_the_doctor_tells_what_all_share(films: Films, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.index.generations.keep_apart", lambda *_: None)
    films.update(2)
    assert largest(folders(films.generations)[0]).name in shared_by_all_generations(films.generations)
    monkeypatch.undo()
    films.update(3)
    assert shared_by_all_generations(films.generations) == ""
