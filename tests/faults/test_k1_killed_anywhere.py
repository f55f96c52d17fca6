"""K1, K2, K3: the indexer dies at a random moment, at every step, again and again.

Whatever was published last is readable and whole, whatever was acknowledged is there, searches never fail,
and what the dead leave behind is cleared away by the next.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from fault_disk import Dying
from fault_figures import begin, is_long, record, trials
from fault_index import Child, Films, edition_of, forked, run_command

from search.errors import IndexUnavailable
from search.index.generations import KEPT, Generations
from search.index.verify import index_problems
from search.searcher import Searcher

KILLED = -9
#: Kills after which the litter is looked at without a run that succeeded between them.
LOOP = 50


@pytest.fixture
def films(tmp_path: Path) -> Films:
    made = Films(tmp_path)
    made.build(1)
    return made


def indexer(films: Films, command: str) -> Child:
    return forked(lambda: run_command(films.command(command)), films.source.with_name("said"))


def entries(films: Films) -> list[str]:
    return sorted(path.name for path in films.generations.folder.iterdir())


def run_length(films: Films) -> float:
    """Seconds that a run takes in a copy of this process."""
    started = time.monotonic()
    films.write(1)
    assert indexer(films, "build").wait() == 0
    return time.monotonic() - started


def test_k1_killed_at_random_moments(films: Films) -> None:
    source, wanted = begin("K1"), trials(15, 200)
    seconds = run_length(films)
    searcher = films.open(fall_back=True)
    acknowledged, edition = 1, 1
    kills = probes = finished = 0
    failed: list[str] = []
    while kills < wanted or (is_long() and probes < 20_000):
        edition += 1
        films.write(edition)
        moment = time.monotonic() + source.uniform(0, 1.1 * seconds)
        child = indexer(films, source.choice(("build", "update")))
        while child.is_running():
            if time.monotonic() >= moment:
                child.kill()
            probes += 1
            if probe(searcher, failed) not in (acknowledged, edition):
                failed.append(f"edition {edition}: an answer of neither generation")
        assert child.status in (0, KILLED), child.said()
        kills += child.status == KILLED
        finished += child.status == 0
        found = films.edition()
        assert found in ((edition,) if child.status == 0 else (acknowledged, edition))
        acknowledged = found
    films.build(edition + 1)
    assert films.edition() == edition + 1
    assert index_problems(films.generations) == []
    record(
        "K1", "200/200 kills readable, 0 acknowledged lost, 0 of at least 20,000 probes failed",
        f"{kills}/{kills} kills readable, 0 lost, {len(failed)} of {probes} probes failed",
        kills=kills, probes=probes, runs_finished=finished,
    )  # fmt: skip
    assert not failed, failed[:5]


def probe(searcher: Searcher, failed: list[str]) -> int:
    try:
        return edition_of(searcher)
    except Exception as error:
        failed.append(repr(error))
        return 0


#: Enough that an update shares the segment they are in.
BALLAST = 60


@pytest.mark.parametrize(
    ("kind", "ballast", "updates"),
    # Updates that share a segment: one that makes a copy of it, one that hands the copy on.
    [("build", 0, 0), ("update", 0, 0), ("update sharing", BALLAST, 0), ("update handing on", BALLAST, 2)],
    ids=lambda value: str(value).replace(" ", "-"),
)
def test_k2_killed_at_every_step(tmp_path: Path, kind: str, ballast: int, updates: int) -> None:
    command, films = kind.partition(" ")[0], Films(tmp_path, ballast)
    source = begin(f"K2 {kind}")
    if not ballast:
        films.build(1)
    films.build(2)
    for _ in range(updates):
        films.update(1)
        films.update(2)
    whole = Path(shutil.copytree(films.index, films.index.with_name("whole")))
    steps = counted(films, command, 3)
    points = list(range(1, steps + 1))
    if not is_long():
        points = sorted({*source.sample(points, min(12, steps)), *points[-8:]})
    found: Counter[int] = Counter()
    for at in points:
        shutil.rmtree(films.index)
        shutil.copytree(whole, films.index)
        disk = Dying(films.index, at, torn=source.random() < 0.5)
        child = dying(films, disk, command)
        # The number of steps differs a little: names are random, and blocks are filled differently.
        assert child.wait() == KILLED or at > steps - 5, child.said()
        edition = films.edition()
        assert edition in (2, 3)
        found[edition] += 1
        if source.random() < 0.1:
            assert indexer(films, command).wait() == 0
            assert films.edition() == 3
            assert index_problems(films.generations) == []
            assert len(entries(films)) <= KEPT + 1
    record(
        f"K2 {kind}", "every step (at least 40 of them), 0 unreadable",
        f"{len(points)} of {steps} steps, 0 unreadable: {found[2]} the old one, {found[3]} the new one",
        points=len(points), steps=steps,
    )  # fmt: skip


def test_k2_the_first_build_of_all(tmp_path: Path) -> None:
    """There is no index, or the whole of it."""
    source, films = begin("K2 first"), Films(tmp_path)
    steps = counted(films, "build", 3)
    points = list(range(1, steps + 1))
    if not is_long():
        points = sorted({*source.sample(points, min(12, steps)), *points[-8:]})
    found: Counter[str] = Counter()
    for at in points:
        shutil.rmtree(films.index)
        child = dying(films, Dying(films.index, at, torn=source.random() < 0.5), "build")
        assert child.wait() == KILLED or at > steps - 5, child.said()
        found[what_is_there(films)] += 1
        assert indexer(films, "build").wait() == 0
        assert films.edition() == 3
        assert index_problems(films.generations) == []
        assert len(entries(films)) <= 2
    record(
        "K2 first build", "every step: no index or a whole one, and the next build works",
        f"{len(points)} of {steps} steps: {found['none yet']} none yet, {found['whole']} whole",
        points=len(points), steps=steps,
    )  # fmt: skip
    assert found.keys() == {"none yet", "whole"}


def what_is_there(films: Films) -> str:
    try:
        return "whole" if films.edition() == 3 else "another"
    except IndexUnavailable as error:
        return "none yet" if "no index here" in str(error) else str(error)


def dying(films: Films, disk: Dying, command: str) -> Child:
    def work() -> int:
        with disk.installed():
            return run_command(films.command(command))

    return forked(work, films.source.with_name("said"))


def counted(films: Films, command: str, edition: int) -> int:
    """How many steps a run has that comes to its end."""
    films.write(edition)
    told = films.source.with_name("steps")

    def work() -> int:
        disk = Dying(films.index)
        with disk.installed():
            status = run_command(films.command(command))
        told.write_text(str(disk.seen))
        return status

    child = forked(work, films.source.with_name("said"))
    assert child.wait() == 0, child.said()
    assert films.edition() == edition
    return int(told.read_text())


def test_k3_a_crash_loop_leaves_no_litter(films: Films) -> None:
    source, wanted = begin("K3"), trials(15, LOOP)
    steps = counted(films, "build", 2)
    before, most = entries(films), 0
    for number in range(wanted):
        films.write(3)
        # The pointer is replaced by one of the last steps; none of these runs gets so far.
        disk = Dying(films.index, source.randint(1, steps - 20), torn=True)
        assert dying(films, disk, ("build", "update")[number % 2]).wait() == KILLED
        assert films.edition() == 2
        left = set(entries(films)) - set(before)
        most = max(most, len(left))
        assert len(left) <= 1, left
    with Generations(films.index).writing("test"):
        assert set(entries(films)) <= set(before)
    record("K3", "at most live + 1 in the making, removed by the next start",
           f"live and kept + {most} after {wanted} crashes, 0 after the next start",
           crashes=wanted)  # fmt: skip
