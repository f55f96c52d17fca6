"""K5: the server is reloaded, and replaced, while visitors ask."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

import pytest
from deployed import Site, site
from fault_figures import begin, record, trials
from load import Load, Outcome, get, statuses, visitors

WORKERS = 2
SECONDS = 0.03


def reload(running: Site) -> None:
    """`systemctl reload`: new workers of the same master."""
    assert running.web.process is not None
    running.web.process.send_signal(signal.SIGHUP)


def restart(running: Site) -> None:
    """`systemctl restart`: a new master on the old socket, where requests wait meanwhile."""
    running.web.stop()
    running.web.start()


async def under_load(
    running: Site, act: Callable[[Site], None], *, turns: int, pause: float, rate: float
) -> list[Outcome]:
    load = Load(running.port, visitors(50))
    asking = asyncio.create_task(
        load.open_loop(
            lambda number: get(f"/api/v1/search?q=brick{number}"), rate=rate, seconds=turns * pause + 3
        )
    )
    for _ in range(turns):
        await asyncio.sleep(pause)
        await asyncio.to_thread(act, running)
    return await asking


@pytest.mark.parametrize(
    ("act", "rate", "pause"),
    [
        pytest.param(reload, trials(12, 30), 1.0, id="SIGHUP"),
        # As many as find a place in the queue while there is no server.
        pytest.param(restart, 1.5, 2.0, id="SIGTERM and start"),
    ],
)
def test_no_request_fails(act: Callable[[Site], None], rate: float, pause: float) -> None:
    begin("K5")
    turns = trials(4 if act is reload else 2, 20)
    with site(environment={"SLOW_SECONDS": str(SECONDS)}, workers=WORKERS) as running:
        first = running.web.worker_pids()
        outcomes = asyncio.run(under_load(running, act, turns=turns, pause=pause, rate=rate))
        assert not first & running.web.worker_pids(), "the workers were not replaced"
    failed = [one for one in outcomes if one.status != 200]
    slowest = max(one.seconds for one in outcomes)
    reached = (
        f"{len(failed)} of {len(outcomes)} failed at {turns} times {act.__name__}, slowest {slowest:.2f} s"
    )
    record("K5", "0 failed requests", reached, statuses=statuses(outcomes))
    assert len(outcomes) >= turns
    assert not failed, failed[:5]
