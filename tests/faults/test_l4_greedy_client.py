"""L4: one address asks a hundred times what the others ask. They do not notice."""

from __future__ import annotations

import asyncio

import pytest
from deployed import site
from fault_figures import begin, record, trials
from load import Load, Outcome, answered, get, percentile, statuses, visitors

OTHERS = 10
#: Requests a second of each of the others; the service answers 100.
SHARE = 3.0
GREED = 100
GREEDY = "127.8.0.1"


async def others_and(greedy: bool, port: int, seconds: float) -> tuple[list[Outcome], list[Outcome]]:
    others = Load(port, visitors(OTHERS, 7)).open_loop(
        lambda number: get(f"/api/v1/search?q=brick{number}"), rate=OTHERS * SHARE, seconds=seconds
    )
    if not greedy:
        return await others, []
    one = Load(port, [GREEDY]).open_loop(
        lambda number: get(f"/api/v1/search?q=train{number}"), rate=GREED * SHARE, seconds=seconds
    )
    told = await asyncio.gather(others, one)
    return told[0], told[1]


@pytest.mark.timeout(300)
def test_one_greedy_client_takes_nothing_from_the_others() -> None:
    begin("L4")
    seconds = trials(4, 60)
    with site(environment={"SLOW_SECONDS": "0.02"}, workers=2) as running:
        alone, _ = asyncio.run(others_and(False, running.port, trials(2, 20)))
        beside, greedy = asyncio.run(others_and(True, running.port, seconds))
    kept = len(answered(beside, 200)) / len(beside) / (len(answered(alone, 200)) / len(alone))
    reached = (
        f"{kept:.1%} of their goodput; p99 {percentile(beside, 0.99) * 1000:.0f} ms "
        f"(alone {percentile(alone, 0.99) * 1000:.0f} ms); the greedy one got {statuses(greedy)}"
    )
    record("L4", "the others keep at least 90 % of their goodput", reached)
    assert kept >= 0.9
    assert set(statuses(greedy)) <= {200, 429, 503}, statuses(greedy)
    refused = answered(greedy, 429)
    assert len(refused) > len(greedy) / 2
    assert all(one.may_retry for one in refused)
