"""C1, C3, C4, C5: several writers, readers that open during publishing, readers that sleep, clocks."""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from mmap import mmap
from pathlib import Path

import pytest
from fault_figures import begin, is_long, record, trials
from fault_index import Child, Films, edition_of, forked, run_command

from search.index.generations import Generations
from search.index.verify import index_problems

LOCKED = 3


@pytest.fixture
def films(tmp_path: Path) -> Films:
    made = Films(tmp_path)
    made.build(1)
    return made


def test_c1_one_writer_the_others_are_told(films: Films, tmp_path: Path) -> None:
    begin("C1")
    rounds, slowest = trials(5, 50), 0.0
    for number in range(rounds):
        edition = number + 2
        films.write(edition)
        outcomes = [together(films, writers, tmp_path) for writers in ((2, 10) if is_long() else (2, 6))]
        assert films.edition() == edition
        slowest = max(slowest, *outcomes)
    assert index_problems(films.generations) == []
    record("C1", "50/50 rounds of 2 and 10: one works, others end with 3 within 1 s, naming it; 0 corrupt",
           f"{rounds}/{rounds}, slowest refusal {slowest:.2f} s", rounds=rounds)  # fmt: skip
    assert slowest < 1.0


def together(films: Films, writers: int, folder: Path) -> float:
    """Start so many builds at once, of which none can end before the others have; returns how long the
    slowest refusal took, in seconds."""
    reading, writing = os.pipe()
    index = str(films.index)

    def work() -> int:
        os.close(writing)
        sys.stdin = os.fdopen(reading, encoding="utf-8")
        started = time.monotonic()
        status = run_command(("build", "-", "--quiet", "--index", index))
        print(json.dumps({"seconds": time.monotonic() - started}), flush=True)
        return status

    children = [forked(work, folder / f"said-{number}") for number in range(writers)]
    os.close(reading)
    end = time.monotonic() + 30
    while sum(child.is_running() for child in children) > 1:
        assert time.monotonic() < end
        time.sleep(0.005)
    (first,) = [child for child in children if child.is_running()]
    with os.fdopen(writing, "wb") as source:
        source.write(films.source.read_bytes())
    assert first.wait() == 0, first.said()
    others = [child for child in children if child is not first]
    for child in others:
        assert child.status == LOCKED, child.said()
        assert f"process {first.process} (indexer build)" in child.said()
    return max(json.loads(child.said().splitlines()[-1])["seconds"] for child in others)


class Counters:
    """Numbers that copies of this process share."""

    def __init__(self, count: int) -> None:
        self._memory = mmap(-1, 8 * count)

    def __getitem__(self, number: int) -> int:
        found: int = struct.unpack_from("q", self._memory, 8 * number)[0]
        return found

    def __setitem__(self, number: int, value: int) -> None:
        struct.pack_into("q", self._memory, 8 * number, value)


def test_c3_readers_that_open_during_publishing(films: Films, tmp_path: Path) -> None:
    begin("C3")
    seconds, counters = trials(5, 60), Counters(2)
    end = time.monotonic() + seconds

    def reader(number: int) -> Callable[[], int]:
        def work() -> int:
            newest = 0
            while time.monotonic() < end:
                searcher = films.open()
                assert int(searcher.generation()) >= newest, "an older generation than before"
                newest = int(searcher.generation())
                # Every tenth is asked as well: that takes thrice as long as opening.
                if counters[number] % 10 == 0:
                    edition_of(searcher)
                counters[number] += 1
            return 0

        return work

    readers = [forked(reader(number), tmp_path / f"said-{number}") for number in range(2)]
    edition = 1
    while time.monotonic() < end:
        edition += 1
        films.build(edition) if edition % 3 else films.update(edition)
    statuses = [child.wait() for child in readers]
    opened = counters[0] + counters[1]
    record("C3", "0 of at least 10,000 openings fail in 60 s",
           f"{sum(map(bool, statuses))} of {opened} in {seconds} s, {edition - 1} generations published",
           openings=opened, met=opened >= trials(1, 10_000))  # fmt: skip
    assert statuses == [0, 0], [child.said() for child in readers]


@pytest.mark.parametrize("opens", [False, True], ids=["long-lived", "opening"])
def test_c4_a_reader_that_sleeps(films: Films, tmp_path: Path, opens: bool) -> None:
    """Stopped at any moment, five generations are published and the oldest deleted; then it goes on."""
    source = begin(f"C4 {opens}")
    rounds, counters = trials(3, 20), Counters(2)

    def work() -> int:
        searcher = films.open(fall_back=True)
        while True:
            counters[1] = edition_of(films.open() if opens else searcher)
            counters[0] += 1

    child = forked(work, tmp_path / "said")
    edition = 1
    try:
        for _ in range(rounds):
            wait_until(lambda: counters[1] == edition, child)  # noqa: B023
            time.sleep(source.uniform(0, 0.02))
            child.kill(signal.SIGSTOP)
            for _ in range(5):
                edition += 1
                films.build(edition)
            child.kill(signal.SIGCONT)
        wait_until(lambda: counters[1] == edition, child)
    finally:
        child.kill()
        child.wait()
    record(f"C4 {'opening' if opens else 'long-lived'}", "answers, then moves to the newest; 0 errors",
           f"0 errors in {counters[0]} answers, {rounds} sleeps over 5 swaps each")  # fmt: skip


def wait_until(holds: Callable[[], bool], child: Child) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert child.is_running(), child.said()
        assert time.monotonic() < end, child.said()
        time.sleep(0.005)


def test_c5_clocks_that_stand_still_or_go_back(films: Films, monkeypatch: pytest.MonkeyPatch) -> None:
    source = begin("C5")
    wanted, wrong = trials(15, 60), 0
    searcher = films.open(fall_back=True)
    now = time.time_ns()
    for number in range(wanted):
        edition = number + 2
        # The same instant for a while, then an hour back, then far ahead.
        now += source.choice((0, 0, 0, -3_600_000_000_000, 86_400_000_000_000))
        monkeypatch.setattr(time, "time_ns", lambda now=now: now)
        monkeypatch.setattr(time, "time", lambda now=now: now / 1e9)
        films.build(edition) if source.random() < 0.5 else films.update(edition)
        wrong += edition_of(searcher) != edition
        wrong += films.generations.live() != films.generations.finished()[-1]
        if source.random() < 0.3:
            roll_back(films.generations)
            wrong += edition_of(searcher) != edition - 1
            roll_forward(films.generations)
            wrong += edition_of(searcher) != edition
    record("C5", "0 wrong", f"{wrong} wrong of {wanted} publications")
    assert wrong == 0


def roll_back(generations: Generations) -> None:
    with generations.writing("test"):
        generations.publish(generations.previous())


def roll_forward(generations: Generations) -> None:
    with generations.writing("test"):
        generations.publish(generations.finished()[-1])


def test_c5_order_is_by_number(tmp_path: Path) -> None:
    """Names grow longer one day, and folders are looked at in any order."""
    generations = Generations(tmp_path)
    for name in ("1000000", "999999", "999998", "\u0667", "x"):
        (generations.folder / name).mkdir(parents=True)
        (generations.folder / name / "manifest.json").touch()
    assert generations.finished() == ["999998", "999999", "1000000"]
    assert generations.begin().name == "building-1000001"
