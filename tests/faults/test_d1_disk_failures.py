"""D1, D2: the disk is full, or fails at any call. The run says so and ends with 5, or is whole."""

from __future__ import annotations

import bisect
import os
import resource
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_disk import Disk, Failing, Full, Step
from fault_figures import begin, is_long, record, trials
from fault_index import Child, Films, edition_of, forked, run_command

from search.index.generations import Generations
from search.index.verify import index_problems
from search.searcher import Searcher

STORAGE, UNREADABLE = 5, 4
SIZES = 20


@pytest.fixture
def films(tmp_path: Path) -> Films:
    made = Films(tmp_path)
    made.build(1)
    made.build(2)
    made.write(3)
    return made


def on_disk(films: Films, disk: Disk, command: str) -> Child:
    def work() -> int:
        with disk.installed():
            return run_command(films.command(command))

    return forked(work, films.source.with_name("said"))


def small_files(films: Films, size: int, command: str) -> Child:
    """As on a full disk, by the system itself: no file may grow beyond the size."""

    def work() -> int:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return run_command(films.command(command))

    # Nowhere: the command's own words would go into a file as well.
    return forked(work)


def listed(films: Films) -> list[str]:
    """Everything below the index but the lock, which stays."""
    return sorted(str(path.relative_to(films.index)) for path in films.index.rglob("*"))


class Weighing(Disk):
    """Adds up what is written."""

    written = 0

    def step(self, step: Step) -> None:
        self.written += len(step.data)


def weight(films: Films, command: str) -> int:
    """Bytes that a run writes."""
    told = films.source.with_name("weight")
    disk = Weighing(films.index)

    def work() -> int:
        with disk.installed():
            status = run_command(films.command(command))
        told.write_text(str(disk.written))
        return status

    assert forked(work, films.source.with_name("said")).wait() == 0
    return int(told.read_text())


@pytest.mark.parametrize("command", ["build", "update"])
def test_d1_full_disk(films: Films, command: str) -> None:
    begin(f"D1 {command}")
    whole = shutil.copytree(films.index, films.index.with_name("whole"))
    needed = weight(films, command)
    shutil.rmtree(films.index)
    shutil.copytree(whole, films.index)
    searcher = films.open(fall_back=True)
    before, probes, said = listed(films), 0, ""
    for number in range(SIZES):
        # The lock and the pointer are small: the first and the last sizes are of them.
        room = (
            (0, 20, 60, needed - 30, needed - 200)[number] if number < 5 else needed * (number - 4) // SIZES
        )
        child = on_disk(films, Full(films.index, room), command)
        probes += probed_meanwhile(searcher, child)
        said = child.said()
        assert child.status == STORAGE, (room, said)
        assert "No space left on device" in said
        assert "Traceback" not in said
        assert listed(films) == before
        assert films.edition() == 2
    assert index_problems(films.generations) == []
    told = said.strip().replace(f"{films.index.parent}/", "")
    record(f"D1 {command}", "20/20 sizes: status 5, a message, index untouched, space back; 0 probes failed",
           f"{SIZES}/{SIZES}, 0 of {probes} probes failed", said=told)  # fmt: skip


def test_d1_the_systems_own_limit(films: Films) -> None:
    source = begin("D1 system")
    before = listed(films)
    largest = max(path.stat().st_size for path in films.index.rglob("*.mls"))
    sizes = [0, *(source.randrange(1, largest) for _ in range(trials(4, SIZES - 1)))]
    for size in sizes:
        child = small_files(films, size, source.choice(("build", "update")))
        assert child.wait() == STORAGE
        assert listed(films) == before
        assert films.edition() == 2
    record("D1 RLIMIT_FSIZE", "status 5, index untouched, space given back",
           f"{len(sizes)}/{len(sizes)} sizes")  # fmt: skip


class SmallDisk:
    """A file system of its own in memory, with as much room as is said. Wants the right to mount."""

    PAGE = 4096

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        if self._mount("-t", "tmpfs", "-o", "size=64m", "tmpfs") != 0:
            pytest.skip("no right to mount a file system")

    def _mount(self, *options: str) -> int:
        try:
            return subprocess.run(["mount", *options, str(self.folder)], capture_output=True).returncode
        except FileNotFoundError:
            return 1

    def used(self) -> int:
        """Pages that are taken."""
        status = os.statvfs(self.folder)
        return (status.f_blocks - status.f_bfree) * status.f_frsize // self.PAGE

    def leave(self, pages: int) -> None:
        """So many are free from now on."""
        assert self._mount("-o", f"remount,size={(self.used() + pages) * self.PAGE}") == 0

    def close(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=True, capture_output=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    made = SmallDisk(tmp_path / "disk")
    yield made
    made.close()


@pytest.mark.parametrize("command", ["build", "update"])
def test_d1_a_real_small_disk(tmp_path: Path, small_disk: SmallDisk, command: str) -> None:
    begin(f"D1 tmpfs {command}")
    films = Films(tmp_path, ballast=60)
    films.index = small_disk.folder / "index"
    films.generations = Generations(films.index)
    films.build(1)
    films.build(2)
    films.write(3)
    whole = shutil.copytree(films.index, tmp_path / "whole")

    def run(pages: int) -> tuple[Child, int]:
        small_disk.leave(pages)
        child = forked(lambda: run_command(films.command(command)), films.source.with_name("said"))
        return child, probed_meanwhile(searcher, child) if searcher else child.wait() and 0

    def is_enough(pages: int) -> bool:
        child, _ = run(pages)
        small_disk.leave(10_000)
        if child.status == 0:
            shutil.rmtree(films.index)
            shutil.copytree(whole, films.index)
        return child.status == 0

    searcher: Searcher | None = None
    enough = bisect.bisect_left(range(4_000), True, key=is_enough)
    assert 10 < enough < 4_000
    searcher = films.open(fall_back=True)
    before, used, probes = listed(films), small_disk.used(), 0
    for number in range(SIZES):
        room = enough * number // SIZES if number < SIZES - 1 else enough - 1
        child, asked = run(room)
        probes += asked
        said = child.said()
        assert child.status == STORAGE, (room, said)
        assert "No space left on device" in said
        assert "Traceback" not in said
        assert (listed(films), small_disk.used()) == (before, used), room
        assert films.edition() == 2
    assert index_problems(films.generations) == []
    searcher = None
    child, _ = run(enough)
    assert child.status == 0, child.said()
    assert films.edition() == 3
    record(f"D1 tmpfs {command}", "20/20 sizes: status 5, a message, index untouched, space back",
           f"{SIZES}/{SIZES} on a real file system with 0 to {enough - 1} free pages, 0 of {probes} probes "
           f"failed; {enough} pages are enough")  # fmt: skip


def probed_meanwhile(searcher: Searcher, child: Child) -> int:
    probes = 0
    while child.is_running():
        assert edition_of(searcher) == 2
        probes += 1
    return probes


@pytest.mark.parametrize(
    ("kind", "ballast"),
    # The last one shares a segment with all generations before it, of which one gets a copy.
    [("build", 0), ("update", 0), ("update sharing", 60)],
    ids=lambda value: str(value).replace(" ", "-"),
)
def test_d2_an_error_at_every_call(tmp_path: Path, kind: str, ballast: int) -> None:
    source, command = begin(f"D2 {kind}"), kind.partition(" ")[0]
    films = Films(tmp_path, ballast)
    if not ballast:
        films.build(1)
    films.build(2)
    films.write(3)
    whole = shutil.copytree(films.index, films.index.with_name("whole"))
    calls = calls_of(films, command)
    points = list(range(1, calls + 1))
    if not is_long():
        points = sorted({*source.sample(points, min(12, calls)), *points[-8:]})
    outcomes: Counter[str] = Counter()
    silent: list[str] = []
    for at in points:
        shutil.rmtree(films.index)
        shutil.copytree(whole, films.index)
        disk = Failing(films.index, at)
        child = refused(films, disk, command)
        status, said = child.wait(), child.said()
        met = films.source.with_name("met").read_text()
        edition = films.edition()
        assert "Traceback" not in said, (met, said)
        if status == 0:
            outcomes["whole all the same"] += 1
            # Nothing that mattered, or something that was told: a folder that could not be cleared away.
            if edition != 3 or (met.startswith(("write", "fsync", "rename", "create", "link")) and not said):
                silent.append(met)
        else:
            outcomes[f"status {status}"] += 1
            assert status in (STORAGE, UNREADABLE), (met, said)
            assert said.strip(), met
            # A flush that failed after the pointer was replaced is an error, and the new generation is live.
            assert edition in (2, 3)
    told = ", ".join(f"{name}: {count}" for name, count in sorted(outcomes.items()))
    record(f"D2 {kind}", "every call, 0 silent",
           f"{len(points)} of {calls} calls, {len(silent)} silent ({told})", calls=calls)  # fmt: skip
    assert not silent


def refused(films: Films, disk: Failing, command: str) -> Child:
    def work() -> int:
        with disk.installed():
            status = run_command(films.command(command))
        step = disk.refused
        films.source.with_name("met").write_text(f"{step.operation} {step.path}" if step else "nothing")
        return status

    return forked(work, films.source.with_name("said"))


def calls_of(films: Films, command: str) -> int:
    told = films.source.with_name("calls")
    disk = Failing(films.index, 0)

    def work() -> int:
        with disk.installed():
            status = run_command(films.command(command))
        told.write_text(str(disk.seen))
        return status

    assert forked(work, films.source.with_name("said")).wait() == 0
    return int(told.read_text())
