"""A damaged, full or interrupted index: a sentence and an exit status, and what was served stays.

Complements test_generations (the swap itself) by what an admin meets on the command line.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main
from search.configuration import Settings
from search.errors import IndexDamaged
from search.index.generations import Generations
from search.index.hashes import sha256_of
from search.index.manifest import MANIFEST_NAME
from search.index.reader import IndexReader
from search.searcher import Searcher

ROOT = Path(__file__).parent.parent
UNREADABLE, STORAGE, INTERRUPTED = 4, 5, 130


def command(*arguments: str, index: Path) -> list[str]:
    return [sys.executable, "-m", "indexer", *arguments, "--index", str(index)]


def indexer(*arguments: str, index: Path, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command; `limit` is the greatest size of a file in bytes, to stand for a full disk."""

    def restrict() -> None:
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        command(*arguments, index=index), capture_output=True, text=True, check=False, cwd=ROOT, timeout=120,
        preexec_fn=restrict, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def admin(*arguments: str, index: Path) -> Result:
    """The same within this process, where nothing depends on being another one."""
    return CliRunner().invoke(main, [*arguments, "--index", str(index)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a source and an index of two generations."""
    folder = tmp_path_factory.mktemp("damage")
    source = folder / "films.jsonl"
    source.write_text('{"id": "a", "title": "Solaris"}\n{"id": "b", "title": "Stalker"}\n', encoding="utf-8")
    for _ in range(2):
        done = admin("build", str(source), "--quiet", index=folder / "index")
        assert done.exit_code == 0, done.stderr
    return folder


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "index", tmp_path / "index"))


def live(index: Path) -> Path:
    generations = Generations(index)
    return generations.path(generations.live())


def pointer(data: bytes) -> Callable[[Path], None]:
    def damage(index: Path) -> None:
        (index / "LIVE").write_bytes(data)

    return damage


def manifest(data: bytes) -> Callable[[Path], None]:
    def damage(index: Path) -> None:
        (live(index) / "manifest.json").write_bytes(data)

    return damage


def manifest_with(key: str, value: object) -> Callable[[Path], None]:
    def damage(index: Path) -> None:
        resealed(index, {key: value})

    return damage


def resealed(index: Path, changes: dict[str, object]) -> None:
    """Edit the live manifest as somebody would who knows how: its own hash, and the pointer, follow."""
    generations = Generations(index)
    name = generations.live()
    path = generations.path(name) / MANIFEST_NAME
    values = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    del values["sha256"]
    lines = json.dumps(values, indent=1).removesuffix("\n}").encode()
    path.write_bytes(lines + b',\n "sha256": "' + hashlib.sha256(lines).hexdigest().encode() + b'"\n}\n')
    generations.publish(name)


def flipped(pattern: str) -> Callable[[Path], None]:
    def damage(index: Path) -> None:
        path = next(live(index).glob(pattern))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    return damage


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch '{self.path}'",)


def planted(index: Path, *, vouched: bool = False) -> None:
    """A table of contents with a trap where the segments stand; `vouched` for by the manifest."""
    path = next(live(index).glob("*.toc"))
    start = path.read_bytes().rindex(b"\x80")
    path.write_bytes(path.read_bytes()[:start] + pickle.dumps([Trap(index.parent / "trapped")]))
    if vouched:
        listed = json.loads((live(index) / "manifest.json").read_text(encoding="utf-8"))["files"]
        for entry in listed:
            if entry["name"] == path.name:
                entry |= {"size": path.stat().st_size, "sha256": sha256_of(path)}
        manifest_with("files", listed)(index)


def test_a_large_segment_is_looked_at_whole(tmp_path: Path) -> None:
    """A flipped bit anywhere is found before the first answer, not by a visitor."""
    source = tmp_path / "large.jsonl"
    rows = ({"id": str(one), "title": f"Title {one}", "text": f"{one * 7919:x} " * 60} for one in range(3000))
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert admin("build", str(source), "--quiet", index=tmp_path / "index").exit_code == 0
    segment = next(live(tmp_path / "index").glob("*.mls"))
    whole = segment.read_bytes()
    assert len(whole) > 1_000_000
    for place in range(len(whole) // 40, len(whole), len(whole) // 20):
        segment.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        with pytest.raises(IndexDamaged, match="checksum"):
            IndexReader(live(tmp_path / "index"))


DAMAGES: dict[str, Callable[[Path], None]] = {
    "pointer garbage": pointer(b"\xff\0garbage\x1b[31m"),
    "pointer empty": pointer(b""),
    "pointer to nowhere": pointer(b"000999\n"),
    "pointer out of the index": pointer(b"../../etc\n"),
    "manifest no JSON": manifest(b"\xff{"),
    "manifest a list": manifest(b"[]"),
    "manifest nested deeply": manifest(b"[" * 100_000),
    "manifest: file size a text": manifest_with("files", [{"name": "a", "size": "1", "sha256": ""}]),
    "manifest: file name a number": manifest_with("files", [{"name": 5, "size": 1, "sha256": ""}]),
    "manifest: languages a list": manifest_with("languages", []),
    "manifest: count a text": manifest_with("languages", {"en": "two"}),
    "manifest: of the future": manifest_with("version", 99),
    "segment flipped": flipped("*.mls"),
    "contents flipped": flipped("*.toc"),
    "contents a trap": planted,
    "contents a trap, manifest edited to match": lambda index: planted(index, vouched=True),
    "segment missing": lambda index: next(live(index).glob("*.mls")).unlink(),
    "stranger": lambda index: (live(index) / "extra").touch(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_refused_in_words_and_a_build_repairs_it(
    damage: Callable[[Path], None], made: Path, index: Path, tmp_path: Path
) -> None:
    damage(index)
    source = str(made / "films.jsonl")
    for arguments in (("search", "solaris"), ("update", source, "--quiet"), ("dump", str(tmp_path / "dump"))):
        done = admin(*arguments, index=index)
        assert done.exit_code == UNREADABLE, (arguments, done, done.stderr)
        assert isinstance(done.exception, SystemExit), done.exception
        assert "\x1b" not in done.stderr
    checked = admin("check", index=index)
    assert checked.exit_code in (1, UNREADABLE)
    assert isinstance(checked.exception, SystemExit), checked.exception
    assert not (tmp_path / "trapped").exists()
    assert admin("build", source, "--quiet", index=index).exit_code == 0
    # The damaged generation is kept besides, and told of, until it is cleared away.
    assert admin("gc", index=index).exit_code == 0
    assert admin("check", index=index).exit_code == 0


@pytest.mark.parametrize(
    "name", ["pointer garbage", "pointer to nowhere", "manifest no JSON", "segment flipped"]
)
def test_rollback_repairs_what_the_previous_generation_can(name: str, index: Path) -> None:
    DAMAGES[name](index)
    done = admin("rollback", index=index)
    assert done.exit_code == 0, done.stderr
    assert admin("search", "solaris", index=index).exit_code == 0


def test_an_unreadable_file_is_damage_to_the_reader(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("search.index.reader.hash_once", refused)
    with pytest.raises(IndexDamaged, match="Permission denied"):
        IndexReader(live(index))


@pytest.mark.parametrize("limit", [0, 4_096, 200_000])
def test_a_full_disk_costs_nothing_that_was_there(index: Path, tmp_path: Path, limit: int) -> None:
    source = tmp_path / "many.jsonl"
    rows = ({"id": str(one), "title": f"Number {one}", "text": "words " * 40} for one in range(900))
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    before = sorted(path.name for path in (index / "generations").iterdir())
    for arguments in (("build", str(source), "--quiet"), ("update", str(source), "--quiet")):
        done = indexer(*arguments, index=index, limit=limit)
        assert done.returncode == STORAGE, done
        assert str(index) in done.stderr
        assert "Traceback" not in done.stderr
        # The space comes back at once, not with the next build.
        assert sorted(path.name for path in (index / "generations").iterdir()) == before
    dumped = indexer("dump", str(tmp_path / "dump"), index=index, limit=0)
    assert dumped.returncode == STORAGE
    assert not list(tmp_path.glob("dump*"))
    assert admin("search", "solaris", index=index).exit_code == 0
    assert admin("check", index=index).exit_code == 0


def test_interrupted_by_hand(index: Path) -> None:
    running = subprocess.Popen(
        command("build", "-", "--quiet", index=index), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    end = time.monotonic() + 30
    while not list((index / "generations").glob("building-*")) and time.monotonic() < end:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    output, errors = running.communicate(timeout=30)
    assert (running.returncode, output, errors.strip()) == (INTERRUPTED, "", "indexer: interrupted")
    assert not list((index / "generations").glob("building-*"))
    assert admin("search", "solaris", index=index).exit_code == 0


def test_delete_of_nothing_says_so(index: Path) -> None:
    done = admin("delete", "no-such-id", index=index)
    assert done.exit_code == 1
    assert "no-such-id" in done.stderr
    assert "nothing changed" in done.stdout


def test_a_server_starts_on_the_generation_before_a_damaged_one(made: Path, index: Path) -> None:
    source = str(made / "films.jsonl")
    before = Generations(index).live()
    assert admin("build", source, "--quiet", index=index).exit_code == 0
    live = Generations(index).live()
    assert live != before
    (Generations(index).path(live) / "manifest.json").write_text("{}")
    assert Searcher.open(index, Settings(), fall_back=True).generation() == before
    with pytest.raises(IndexDamaged):
        Searcher.open(index, Settings())
