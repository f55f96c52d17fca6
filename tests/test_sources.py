"""Which files a SOURCE stands for, and that nothing else is touched."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from indexer.document import Document, Refusal
from indexer.extract import EXTRACTORS, extract
from indexer.sources import SUFFIXES, SourceFile, split_suffix, walk
from search.configuration import Settings
from search.errors import ConfigurationError


def relatives(*paths: Path | str) -> list[str]:
    return [one.relative for one in walk(paths) if isinstance(one, SourceFile)]


def refusals(*paths: Path | str) -> list[Refusal]:
    return [one for one in walk(paths) if isinstance(one, Refusal)]


def test_every_suffix_has_an_extractor() -> None:
    assert EXTRACTORS.keys() == SUFFIXES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("films.jsonl", (".jsonl", False)),
        ("Films.CSV.gz", (".csv", True)),
        ("archive.gz", ("", True)),
        ("noname", ("", False)),
        ("a.b.md", (".md", False)),
    ],
)
def test_suffix(name: str, expected: tuple[str, bool]) -> None:
    assert split_suffix(name) == expected


def test_folders_are_walked_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.jsonl", "c.csv.gz", "b/deep/3.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert relatives(tmp_path) == ["a.jsonl", "b/1.txt", "b/2.txt", "b/deep/3.md", "c.csv.gz"]
    assert relatives(tmp_path / "b" / "1.txt") == ["1.txt"]


def test_what_is_skipped_silently_in_folders(tmp_path: Path) -> None:
    for name in (
        ".hidden.txt",
        ".git/a.txt",
        "queries.tsv",
        "qrels.tsv",
        "README.md",
        "LICENSE.txt",
        "picture.jpg",
        "no_suffix",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert list(walk([tmp_path])) == []
    assert relatives(tmp_path / "README.md") == ["README.md"], "what is named is taken"
    assert "no extractor" in refusals(tmp_path / "picture.jpg")[0].reason


def test_a_missing_source_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(ConfigurationError, match="nowhere"):
        walk([tmp_path, tmp_path / "nowhere"])


def test_only_regular_files(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.txt"
    outside.write_text("secret")
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "link.txt").symlink_to(outside)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nothing")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "s.txt"))
        found = {Path(one.path).name: one.reason for one in refusals(tmp_path)}
    assert relatives(tmp_path) == []
    assert found.keys() == {"pipe.jsonl", "link.txt", "loop", "dangling.txt", "s.txt"}
    assert "FIFO" in found["pipe.jsonl"]
    assert "socket" in found["s.txt"]
    assert "symbolic link" in found["loop"]
    assert "FIFO" in refusals(tmp_path / "pipe.jsonl")[0].reason
    assert "device" in refusals("/dev/null")[0].reason


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "one.txt").symlink_to(tmp_path / "real" / "a.txt")
    assert relatives(tmp_path / "link", tmp_path / "one.txt") == ["a.txt", "one.txt"]
    for source in walk([tmp_path / "link", tmp_path / "one.txt"]):
        assert isinstance(source, SourceFile)
        assert all(isinstance(one, Document) for one in extract(source, Settings()))


@pytest.mark.parametrize("swap", ["link", "fifo", "folder_link"])
def test_a_file_swapped_after_walking_is_not_read(tmp_path: Path, swap: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "sub", outside):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text("Title\n\nbody")
    (source,) = walk([root])
    assert isinstance(source, SourceFile)
    (root / "sub" / "a.txt").unlink()
    if swap == "link":
        (root / "sub" / "a.txt").symlink_to(outside / "a.txt")
    elif swap == "fifo":
        os.mkfifo(root / "sub" / "a.txt")
    else:
        (root / "sub").rmdir()
        (root / "sub").symlink_to(outside)
    (found,) = extract(source, Settings())
    assert isinstance(found, Refusal)


def test_names_that_are_not_utf_8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        Path(os.fsdecode(name)).write_text("x")
    except OSError:
        pytest.skip("this file system refuses such names itself")
    (refusal,) = refusals(tmp_path)
    assert "not UTF-8" in refusal.reason
    assert refusal.path.encode("utf-8").endswith(b"caf\\xe9.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "b").mkdir(mode=0)
    assert len(refusals(tmp_path)) == 2


def test_standard_input_is_json_lines() -> None:
    (source,) = walk(["-"])
    assert isinstance(source, SourceFile)
    assert source.standard_input
    assert source.suffix == ".jsonl"
