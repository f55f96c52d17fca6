"""A rate for each address, over all processes that share the table."""

from __future__ import annotations

import multiprocessing
import random
from pathlib import Path

import pytest

from web.rate_limit import BUCKETS, RateLimit


def test_the_bucket_fills_again() -> None:
    limit = RateLimit(1.0)
    assert [limit.wait_for("a", 0.0) for _ in range(10)] == [0.0] * 10
    assert limit.wait_for("a", 0.0) == pytest.approx(1.0)
    assert limit.wait_for("b", 0.0) == 0.0
    assert limit.wait_for("a", 1.1) == 0.0
    assert limit.wait_for("a", 1.1) > 0


def test_over_a_long_time_the_rate_holds() -> None:
    limit = RateLimit(5.0)
    allowed = sum(limit.wait_for("a", number / 100) == 0 for number in range(6000))
    assert allowed == pytest.approx(5 * 60 + 50, abs=2)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "", True),
        ("a:b", "a:c", False),
    ],
)
def test_who_is_one_caller(one: str, other: str, same: bool) -> None:
    limit = RateLimit(0.01)
    assert limit.wait_for(one, 0.0) == 0
    assert (limit.wait_for(other, 0.0) > 0) is same


def _ask(file: Path, times: int) -> int:
    limit = RateLimit(1.0, file)
    return sum(limit.wait_for("a", 100.0) == 0 for _ in range(times))


def test_processes_count_together(tmp_path: Path) -> None:
    file = tmp_path / "table"
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        allowed = pool.starmap(_ask, [(file, 50)] * 4)
    assert sum(allowed) == 10
    assert [one.name for one in tmp_path.iterdir()] == ["table"]


def test_a_crowd_does_not_free_those_who_ask_all_the_time() -> None:
    """More addresses than the table has places: nobody fails, and who asks without end stays refused."""
    limit, rng = RateLimit(1.0), random.Random(5)
    now, refused = 0.0, 0
    for _ in range(BUCKETS * 8):
        now += 0.0005
        assert limit.wait_for(str(rng.random()), now) == 0
        refused += limit.wait_for("greedy", now) > 0
    assert refused > BUCKETS * 8 * 0.95


def test_a_clock_that_begins_anew_locks_nobody_out(tmp_path: Path) -> None:
    before = RateLimit(1.0, tmp_path / "table")
    for _ in range(12):
        before.wait_for("a", 1e6)
    after = RateLimit(1.0, tmp_path / "table")
    assert after.wait_for("a", 5.0) <= 1.0
    assert after.wait_for("a", 8.0) == 0
