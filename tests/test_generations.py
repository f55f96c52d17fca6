"""Building aside and swapping in: what readers see at each moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from search.errors import IndexDamaged, IndexLocked, IndexUnavailable
from search.index.generations import Generations
from search.index.manifest import (
    FileEntry,
    Manifest,
    content_problems,
    entries_of,
    read_manifest,
    size_problems,
)


def manifest_for(building: Path, name: str) -> Manifest:
    return Manifest(name, "2026-01-01T00:00:00+00:00", 0, {}, entries_of(building), "f", {})


def finished(generations: Generations, content: bytes = b"data") -> str:
    building = generations.begin()
    (building / "a.mls").write_bytes(content)
    return generations.seal(building, manifest_for(building, generations.name_of(building)))


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    made = Generations(tmp_path / "index")
    made.folder.mkdir(parents=True)
    return made


def test_no_index_says_how_to_make_one(generations: Generations) -> None:
    with pytest.raises(IndexUnavailable, match="indexer build"):
        generations.live()


def test_a_generation_is_live_only_once_published(generations: Generations) -> None:
    first = finished(generations)
    with pytest.raises(IndexUnavailable):
        generations.live()
    generations.publish(first)
    second = finished(generations)
    assert generations.live() == first
    generations.publish(second)
    assert generations.live() == second
    assert generations.previous() == first


@pytest.mark.parametrize("content", ["", "../../etc", "000001/../x", "\x00"])
def test_a_garbled_pointer_is_damage(generations: Generations, content: str) -> None:
    generations.pointer.write_text(content)
    with pytest.raises(IndexDamaged):
        generations.live()


def test_numbers_never_go_back(generations: Generations) -> None:
    names = [finished(generations) for _ in range(3)]
    for name in names:
        generations.publish(name)
    generations.collect(keep=0)
    assert generations.finished() == [names[-1]]
    assert int(finished(generations)) == int(names[-1]) + 1


def test_what_a_killed_writer_left_is_removed_by_the_next(generations: Generations) -> None:
    generations.publish(finished(generations))
    building = generations.begin()
    (building / "half").write_bytes(b"x" * 1000)
    with generations.writing("test"):
        assert not building.exists()
    assert generations.finished() == [generations.live()]


def test_a_second_writer_is_told_who_is_first(generations: Generations) -> None:
    program = (
        "import sys; from pathlib import Path; from search.index.generations import Generations\n"
        "with Generations(Path(sys.argv[1])).writing('indexer build'):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(generations.root)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "held\n"
    with (
        pytest.raises(IndexLocked, match=rf"process {holder.pid} \(indexer build\)"),
        generations.writing("test"),
    ):
        pytest.fail("two writers at once")
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    with generations.writing("test"):
        pass


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[0] ^= 255
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "cheap", "thorough"),
    [
        (lambda folder: (folder / "a.mls").unlink(), "a.mls: missing", "a.mls: missing"),
        (
            lambda folder: (folder / "a.mls").write_bytes(b"da"),
            "2 bytes instead of 4",
            "2 bytes instead of 4",
        ),
        (lambda folder: (folder / "b").write_bytes(b""), "b: not in the manifest", "b: not in the manifest"),
        (lambda folder: _flip(folder / "a.mls"), None, "content differs"),
    ],
    ids=["missing", "truncated", "stranger", "flipped"],
)
def test_damage_is_named(generations: Generations, damage: object, cheap: str | None, thorough: str) -> None:
    folder = generations.path(finished(generations))
    manifest = read_manifest(folder)
    assert content_problems(folder, manifest) == []
    damage(folder)  # type: ignore[operator]
    assert [cheap in problem for problem in size_problems(folder, manifest)] == ([True] if cheap else [])
    assert [thorough in problem for problem in content_problems(folder, manifest)] == [True]


def test_a_generation_that_changed_while_it_was_written_is_not_sealed(generations: Generations) -> None:
    building = generations.begin()
    (building / "a.mls").write_bytes(b"data")
    wrong = Manifest("000001", "", 0, {}, (FileEntry("a.mls", 4, "0" * 64),), "f", {})
    with pytest.raises(IndexDamaged, match="content differs"):
        generations.seal(building, wrong)
    assert generations.finished() == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 99}', "\x00"])
def test_a_garbled_manifest_is_damage(generations: Generations, text: str) -> None:
    folder = generations.path(finished(generations))
    (folder / "manifest.json").write_text(text)
    with pytest.raises(IndexDamaged):
        read_manifest(folder)
