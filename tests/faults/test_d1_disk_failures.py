"""D1, D2: the disk is full, or fails at any call. The run says so and ends with 5, or is whole."""

from __future__ import annotations

import resource
import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest
from fault_disk import Disk, Failing, Full, Step
from fault_figures import begin, is_long, record, trials
from fault_index import Child, Films, edition_of, forked, run_command

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
    record(f"D1 {command}", "20/20 sizes: status 5, a message, index untouched, space back; 0 probes failed",
           f"{SIZES}/{SIZES}, 0 of {probes} probes failed", said=said.strip()[:200])  # fmt: skip


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


def probed_meanwhile(searcher: Searcher, child: Child) -> int:
    probes = 0
    while child.is_running():
        assert edition_of(searcher) == 2
        probes += 1
    return probes


@pytest.mark.parametrize("command", ["build", "update"])
def test_d2_an_error_at_every_call(films: Films, command: str) -> None:
    source = begin(f"D2 {command}")
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
    record(f"D2 {command}", "every call, 0 silent",
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
