"""Watching: when an update comes, when it does not, what is survived, and how it ends."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.cli import main
from indexer.watch import FIRST_DELAY, LONGEST_DELAY, LONGEST_UNREST, Outcome, View, Watch, look
from search.index.generations import Generations

ROOT = Path(__file__).parent.parent


# One look


def test_a_look_sees_every_change(tmp_path: Path) -> None:
    one = tmp_path / "a.jsonl"
    one.write_text("{}")

    def seen() -> bytes:
        return look([str(tmp_path)]).digest

    def changed(change: Callable[[], object]) -> bool:
        before = seen()
        change()
        return seen() != before

    def replace_by_same_size() -> None:
        (tmp_path / "b.tmp").write_text("[]")
        os.utime(tmp_path / "b.tmp", ns=(one.stat().st_atime_ns, one.stat().st_mtime_ns))
        (tmp_path / "b.tmp").rename(one)

    assert not changed(lambda: None)
    assert changed(lambda: one.write_text("{} "))
    assert changed(replace_by_same_size)
    assert changed(lambda: (tmp_path / "c.md").write_text("# c"))
    assert changed((tmp_path / "c.md").unlink)
    assert not changed(lambda: (tmp_path / "not-a-document.swp").write_text("x"))
    assert changed(lambda: (tmp_path / "new.txt").symlink_to(one)), "what is refused is seen, too"


def test_a_look_tells_what_is_there(tmp_path: Path) -> None:
    full, empty, nowhere = tmp_path / "full", tmp_path / "empty", tmp_path / "nowhere"
    full.mkdir()
    empty.mkdir()
    (full / "a.txt").write_text("a")
    view = look([str(full), str(empty), str(nowhere)])
    assert view.there == (str(full),)
    assert view.missing == (str(empty), str(nowhere))


def test_files_besides_are_seen(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    synonyms = tmp_path / "synonyms"
    before = look([str(tmp_path / "a.txt")], [synonyms]).digest
    synonyms.write_text("a, b")
    assert look([str(tmp_path / "a.txt")], [synonyms]).digest != before


# When an update comes, by a clock of our own


class Told:
    """A watch over one file, with a clock that only waiting moves on."""

    def __init__(self, folder: Path, *, settle: float = 2.0) -> None:
        self.source = folder / "a.jsonl"
        self.source.write_text("{}")
        self.now = 0.0
        self.updates: list[tuple[float, tuple[str, ...]]] = []
        self.said: list[str] = []
        self.outcomes: list[Outcome] = []
        self.events: dict[int, Callable[[], object]] = {}
        self.last = 60
        self.looks = 0
        self.watch = Watch(
            [str(self.source)],
            self._update,
            tell=self.said.append,
            wait=self._wait,
            settle=settle,
            poll=2.0,
            clock=lambda: self.now,
        )

    def _update(self, sources: tuple[str, ...]) -> Outcome:
        self.updates.append((self.now, sources))
        return self.outcomes.pop(0) if self.outcomes else Outcome.DONE

    def _wait(self, seconds: float) -> bool:
        assert seconds >= 1.0, "no busy loop"
        self.looks += 1
        before, self.now = self.now, self.now + seconds
        for second, event in sorted(self.events.items()):
            if before < second <= self.now:
                event()
        return self.now >= self.last

    def write(self) -> None:
        self.source.write_text(self.source.read_text() + " ")

    @property
    def times(self) -> list[float]:
        return [when for when, _ in self.updates]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


def test_what_changed_before_is_updated_once(told: Told) -> None:
    told.watch.run()
    assert told.updates == [(2.0, (str(told.source),))]
    assert told.said == []


def test_a_change_is_updated_when_it_has_settled(told: Told) -> None:
    told.events = dict.fromkeys((10, 11, 12, 13), told.write)
    told.watch.run()
    assert len(told.times) == 2
    assert 13 + 2 <= told.times[1] <= 13 + 5


def test_what_never_settles_is_updated_all_the_same(told: Told) -> None:
    told.last = 200
    told.events = dict.fromkeys(range(4, 200), told.write)
    told.watch.run()
    assert told.times[1] - told.times[0] <= LONGEST_UNREST + 4
    assert 2 <= len(told.times) <= 5


def test_what_may_pass_is_tried_again_ever_more_seldom(told: Told) -> None:
    told.last = 2_000
    told.outcomes = [Outcome.LATER] * 12
    told.watch.run()
    gaps = [after - before for before, after in zip(told.times, told.times[1:], strict=False)]
    assert gaps[0] >= FIRST_DELAY
    assert gaps == sorted(gaps)
    assert gaps[-1] <= LONGEST_DELAY + 4
    assert told.said[0] == "trying again in 5 s"


def test_what_will_not_pass_waits_for_a_change(told: Told) -> None:
    told.outcomes = [Outcome.REFUSED]
    told.events = {30: told.write}
    told.watch.run()
    assert len(told.times) == 2
    assert told.times[1] >= 32


def test_a_change_during_an_update_is_the_next_one(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    first = told._update

    def slow(sources: tuple[str, ...]) -> Outcome:
        if not told.updates:
            told.write()
        return first(sources)

    monkeypatch.setattr(told.watch, "_update", slow)
    told.watch.run()
    assert len(told.times) == 2


def test_a_source_that_vanishes_is_no_order_to_forget(told: Told) -> None:
    told.events = {10: told.source.unlink, 30: lambda: told.source.write_text("{}")}
    told.watch.run()
    assert [sources for _, sources in told.updates] == [(str(told.source),)] * 2
    assert told.said == [
        f"{told.source}: not there or empty; its documents stay (`indexer update` removes them)",
        f"{told.source}: there again",
    ]


def test_looking_takes_a_small_share_of_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(tmp_path)
    told.last = 1_000

    def slow_look(*_arguments: object) -> View:
        told.now += 5
        return View(b"same", (str(told.source),), ())

    monkeypatch.setattr("indexer.watch.look", slow_look)
    told.watch.run()
    assert told.looks <= 11


# The command


class Watching:
    """`indexer watch` as a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.source, self.index = folder / "source", folder / "index"
        self.errors = folder / "stderr"
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "indexer", "watch", str(self.source), "--index", str(self.index),
                 "--poll", "0.2", "--settle", "0.2", *options],
                stdout=subprocess.PIPE, stderr=errors, cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip

    def line(self, seconds: float = 60.0) -> str:
        """The next line of standard output."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        assert ready, f"no line within {seconds} s; standard error: {self.errors.read_text()}"
        return self.process.stdout.readline().decode()

    def wait_for_error(self, told: str, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while told not in self.errors.read_text():
            assert time.monotonic() < end, self.errors.read_text()
            time.sleep(0.05)

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.jsonl").write_text('{"id": "a", "title": "Solaris"}\n')
    return tmp_path


@pytest.fixture
def watching(folder: Path) -> Iterator[Watching]:
    started = Watching(folder)
    yield started
    if started.process.poll() is None:
        started.process.kill()
    started.process.communicate()


def write(folder: Path, name: str, *titles: str) -> None:
    rows = [json.dumps({"id": title.lower(), "title": title}) for title in titles]
    (folder / "source" / name).write_text("\n".join(rows) + "\n")


def test_each_change_is_a_generation_and_a_line(watching: Watching, folder: Path) -> None:
    assert "generation 000001: 1 documents" in watching.line()
    write(folder, "b.jsonl", "Stalker", "Mirror")
    assert "generation 000002: 3 documents; 2 added" in watching.line()
    with Generations(watching.index).writing("a test"):
        pass  # nothing holds the writer's lock between two updates
    (folder / "source" / "b.jsonl").unlink()
    assert "generation 000003: 1 documents; 2 deleted" in watching.line()
    assert watching.end() == 0
    assert Generations(watching.index).litter() == []


def test_errors_are_survived(watching: Watching, folder: Path) -> None:
    watching.line()
    # A file that is refused.
    (folder / "source" / "bad.jsonl").write_text('{"id": "x", "tit\n')
    watching.wait_for_error("bad.jsonl:1")
    # Another writer.
    with open(watching.index / "writer.lock", "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        write(folder, "b.jsonl", "Stalker")
        watching.wait_for_error("being written by")
        watching.wait_for_error("trying again in 5 s")
    assert "generation 000002: 2 documents" in watching.line()
    # The whole source.
    (folder / "source").rename(folder / "elsewhere")
    watching.wait_for_error("not there or empty; its documents stay")
    (folder / "elsewhere").rename(folder / "source")
    watching.wait_for_error("there again")
    write(folder, "b.jsonl", "Stalker", "Mirror")
    assert "generation 000003: 3 documents" in watching.line()
    assert watching.end(signal.SIGINT) == 0


def test_an_update_that_runs_is_broken_off_cleanly(folder: Path) -> None:
    rows = [json.dumps({"id": str(number), "title": f"Title {number}"}) for number in range(60_000)]
    (folder / "source" / "many.jsonl").write_text("\n".join(rows))
    watching = Watching(folder)
    try:
        building = folder / "index" / "generations"
        end = time.monotonic() + 60
        while not list(building.glob("building-*")) and time.monotonic() < end:
            time.sleep(0.02)
        assert list(building.glob("building-*"))
        assert watching.end() == 0
    finally:
        watching.process.kill()
        watching.process.communicate()
    assert not (folder / "index" / "LIVE").exists()
    assert list(building.glob("building-*")) == []
    assert "Traceback" not in watching.errors.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "standard input cannot be watched"),
        (["/nowhere/at-all"], "there is no such file or folder"),
        (["--poll", "0", "x"], "--poll"),
        (["--relevance", "/nowhere.tsv", "--no-relevance", "x"], "one or the other"),
    ],
    ids=["stdin", "nowhere", "poll", "relevance"],
)
def test_wrong_use(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["watch", *arguments])
    assert result.exit_code == 2
    assert message in result.stderr


def test_json_is_a_line_a_generation(folder: Path) -> None:
    watching = Watching(folder, "--json")
    try:
        told = json.loads(watching.line())
        assert (told["generation"], told["documents"], told["added"]) == ("000001", 1, 1)
        assert watching.end() == 0
    finally:
        watching.process.kill()
        watching.process.communicate()
