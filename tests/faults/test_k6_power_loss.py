"""K6: the power goes. Whatever was not flushed may be there, torn, zero or gone, in any order."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from fault_disk import Recording, Step
from fault_figures import begin, record, trials
from fault_index import Films, edition_of
from fault_power import Power, lay_out

from search.configuration import Settings
from search.index import hashes
from search.index.generations import POINTER_NAME
from search.searcher import Searcher


@pytest.mark.parametrize(
    ("kind", "ballast"),
    # The last one shares a segment with all generations before it, of which one gets a copy.
    [("build", 0), ("update", 0), ("update sharing", 60)],
    ids=lambda value: str(value).replace(" ", "-"),
)
def test_k6_the_power_goes(tmp_path: Path, kind: str, ballast: int) -> None:
    source, points = begin(f"K6 {kind}"), trials(20, 250)
    command, films = kind.partition(" ")[0], Films(tmp_path, ballast)
    if not ballast:
        films.build(1)
    films.build(2)
    disk = Recording(films.index)
    power = Power(films.index, disk.steps)
    with disk.installed():
        getattr(films, command)(3)
    acknowledged = flushed_pointer(disk.steps, films.index)
    found: Counter[int] = Counter()
    for number in range(points):
        # The last steps, where it is decided, more often than chance would.
        last = number % 3 == 0
        count = source.randint(acknowledged - 12 if last else 0, len(disk.steps))
        edition = after(power, count, source, tmp_path / f"left-{number}")
        assert edition in ((3,) if count >= acknowledged else (2, 3)), (count, edition)
        found[edition] += 1
    record(
        f"K6 {kind}", "250 of 500 points, 0 unreadable, 0 acknowledged lost",
        f"{points} points of {len(disk.steps)} steps, 0 unreadable: {found[2]} the old generation, "
        f"{found[3]} the new one",
        points=points,
    )  # fmt: skip
    assert min(found.values()) > 0


def flushed_pointer(steps: list[Step], index: Path) -> int:
    """How many steps there are until the new pointer is sure to be on the disk."""
    renamed = next(n for n, step in enumerate(steps) if step.target == str(index / POINTER_NAME))
    flushed = next(n for n, step in enumerate(steps) if n > renamed and step.operation == "fsync")
    assert steps[flushed].path == str(index)
    return flushed + 1


def after(power: Power, count: int, source: random.Random, folder: Path) -> int:
    lay_out(power.after(count, source), folder)
    # Another disk: what was read of the last one says nothing of it.
    hashes._hashes.clear()
    return edition_of(Searcher.open(folder, Settings()))


def test_the_model_loses_what_is_not_flushed(tmp_path: Path) -> None:
    """Without flushing, the same points leave indexes that cannot be read: the test would notice."""
    source = random.Random(6)
    films = Films(tmp_path)
    films.build(2)
    disk = Recording(films.index)
    power = Power(films.index, disk.steps)
    with disk.installed():
        films.build(3)
    power.steps = [step for step in disk.steps if step.operation != "fsync"]
    lost = 0
    for number in range(30):
        try:
            after(power, len(power.steps), source, tmp_path / f"left-{number}")
        except Exception:
            lost += 1
    assert lost > 5
