"""K4: a worker is killed in the middle of its work, again and again, while visitors ask."""

from __future__ import annotations

import asyncio
import os
import signal
import statistics

from deployed import NAME, ROOMY, Site, site
from fault_figures import begin, is_long, record, trials
from load import Load, Outcome, answered, get, statuses, visitors

WORKERS = 3
#: Searches take this long, so that with this many a second some worker is always in the middle of one.
SECONDS = 0.05
RATE = 40
POST = (
    f"POST /api/v1/search HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: application/json\r\n"
    'Content-Length: 14\r\n\r\n{"q": "brick"}'
).encode()


def request(number: int) -> bytes:
    """nginx asks once more what may be asked twice; every fifth request is not of that kind."""
    return POST if number % 5 == 4 else get(f"/api/v1/search?q=brick{number}")


async def kill_under_load(
    running: Site, kills: int, pause: float
) -> tuple[list[Outcome], list[tuple[int, float]]]:
    """The load's outcomes, and per kill the number of the new worker and the time from kill to its birth."""
    load = Load(running.port, visitors(50))
    seconds = kills * pause + 2
    asking = asyncio.create_task(load.open_loop(request, rate=RATE, seconds=seconds))
    loop = asyncio.get_running_loop()
    began = loop.time()
    killed: list[tuple[int, float]] = []
    for turn in range(kills):
        await asyncio.sleep(max(0.0, began + turn * pause + 0.5 - loop.time()))
        before = running.web.worker_pids()
        victim = sorted(before)[turn % len(before)]
        os.kill(victim, signal.SIGKILL)
        at = loop.time() - began
        while not (running.web.worker_pids() - before):
            assert loop.time() - began < at + 10, "the master did not replace the worker"
            await asyncio.sleep(0.005)
        (new,) = running.web.worker_pids() - before
        killed.append((new, at))
    return await asking, killed


def test_a_killed_worker_costs_at_most_the_request_it_had_in_hand() -> None:
    begin("K4")
    kills = trials(6, 50)
    with site(
        environment={"SLOW_SECONDS": str(SECONDS)}, workers=WORKERS, changes={} if is_long() else ROOMY
    ) as running:
        outcomes, killed = asyncio.run(kill_under_load(running, kills, pause=1.0 if kills > 10 else 0.8))
    failed = [one for one in outcomes if one.status != 200]
    first_answers = {
        new: min((one.ended for one in outcomes if one.worker == new), default=float("inf"))
        for new, _ in killed
    }
    # A worker that is itself killed before it answered says nothing about how quickly it was there.
    replaced = [first_answers[new] - at for new, at in killed if first_answers[new] < float("inf")]
    reached = (
        f"{len(failed)} of {len(outcomes)} requests failed at {kills} kills, "
        f"replaced and answering after {statistics.median(replaced):.2f} s, at most {max(replaced):.2f} s"
    )
    record(
        "K4",
        "at most 1 failed request per kill; replaced in less than 2 s",
        reached,
        statuses=statuses(outcomes),
    )
    assert len(failed) <= kills
    assert len(replaced) >= kills * 0.8
    assert max(replaced) < trials(6, 2)
    assert len(answered(outcomes, 200)) > 0
