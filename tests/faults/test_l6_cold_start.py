"""L6: a server that is started anew on a large index is ready soon, and nginx loses no request meanwhile."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from deployed import site
from fault_figures import begin, record, trials
from load import Load, Outcome, get, statuses, visitors
from made_collection import films_index, publish, write_films

#: As many as find a place in the queue while the server starts.
RATE = 1.5


def forget(folder: Path) -> None:
    """Take the files of a folder out of the memory of the system, as far as it lets go of them."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


@pytest.mark.timeout(1200)
def test_ready_soon_and_no_request_lost(tmp_path: Path) -> None:
    begin("L6")
    documents = trials(300, 100_000)
    index, words = films_index(tmp_path, documents)
    with site("web.wsgi:app", {"SEARCH_INDEX": str(index)}, workers=2) as running:
        times: list[float] = []

        def restart() -> None:
            running.web.stop()
            forget(index)
            began = time.monotonic()
            running.web.start()
            running.wait()
            times.append(time.monotonic() - began)

        async def asked_meanwhile() -> list[Outcome]:
            load = Load(running.port, visitors(20))
            asking = asyncio.create_task(
                load.open_loop(
                    lambda number: get(f"/api/v1/search?q={words[number]}"), rate=RATE, seconds=trials(5, 12)
                )
            )
            for _ in range(trials(1, 2)):
                await asyncio.sleep(0.5)
                await asyncio.to_thread(restart)
            return await asking

        outcomes = asyncio.run(asked_meanwhile())
    failed = [one for one in outcomes if one.status != 200]
    told = ", ".join(f"{one:.2f}" for one in times)
    reached = (
        f"ready after {told} s with {documents} documents; {len(failed)} of {len(outcomes)} requests lost"
    )
    record(
        "L6", "ready in <= 3 s for 100,000 documents, no request lost", reached, statuses=statuses(outcomes)
    )
    assert not failed
    assert max(times) <= trials(10, 3)


def test_red_until_there_is_an_index(tmp_path: Path) -> None:
    begin("L6")
    index = tmp_path / "index"
    with site("web.wsgi:app", {"SEARCH_INDEX": str(index)}, workers=1, ready=503) as running:
        status, headers, _ = running.get("/readyz")
        assert (status, headers["Retry-After"]) == (503, "5")
        assert running.get("/healthz")[0] == 200
        write_films(tmp_path / "films.jsonl", 20)
        publish(tmp_path / "films.jsonl", index)
        status, _, _ = running.get("/readyz")
    record("L6", "/readyz red without an index, green with one, without a restart", f"503, then {status}")
    assert status == 200
