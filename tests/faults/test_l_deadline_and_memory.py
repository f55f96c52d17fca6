"""Q4: a query that never ends is ended at its deadline, and its worker is as good as before. And memory: a
request that would take all there is fails alone."""

from __future__ import annotations

import asyncio
import http.client
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from deployed import NAME, Site, site
from fault_figures import begin, is_long, record, trials
from load import Load, answered, get, statuses, visitors

#: Workers that wait side by side: a query that is forced slow does not compute.
WORKERS = 20
DEADLINE = 2.0


def ask(running: Site, number: int) -> tuple[float, int, str | None, bytes]:
    """Seconds, status, Retry-After and body of a query that never ends."""
    if number < WORKERS:
        # One after another: twenty answers in one moment take two cores a while, which is not the clock's.
        time.sleep(number * DEADLINE / WORKERS)
    source = (visitors(200)[number % 200], 0)
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20, source_address=source)
    began = time.monotonic()
    try:
        connection.request("GET", f"/api/v1/search?q=forever{number}", headers={"Host": NAME})
        answer = connection.getresponse()
        body = answer.read()
        return time.monotonic() - began, answer.status, answer.headers["Retry-After"], body
    finally:
        connection.close()


def test_a_query_without_end_is_stopped_at_its_deadline() -> None:
    begin("Q4")
    times = trials(40, 100)
    # What is asked afterwards takes a while, so that it is spread over the workers.
    with site(environment={"SLOW_SECONDS": "0.2"}, workers=WORKERS) as running:
        before = running.web.worker_pids()
        with ThreadPoolExecutor(WORKERS) as pool:
            told = list(pool.map(lambda number: ask(running, number), range(times)))
        assert running.web.worker_pids() == before, "a worker was lost"
        after = asyncio.run(
            Load(running.port, visitors(100)).open_loop(
                lambda number: get(f"/api/v1/search?q=brick{number}"), rate=60, seconds=2
            )
        )
    seconds = [one[0] for one in told]
    reached = (
        f"{sum(one[1] == 503 and one[2] is not None for one in told)} of {times} got 503, Retry-After, after "
        f"{min(seconds):.2f} to {max(seconds):.2f} s, median {statistics.median(seconds):.2f}; "
        f"afterwards {statuses(after)} from {len({one.worker for one in after})} workers"
    )
    record("Q4", "503 with Retry-After at 2.0 s ± 0.2, worker usable after, 100 times", reached)
    assert all(status == 503 and retry is not None for _, status, retry, _ in told)
    assert all(b'"/api/docs#deadline"' in body for *_, body in told)
    assert min(seconds) >= 1.8
    # Twenty clients and twenty workers on a busy machine: the middle one tells whether the clock is right.
    assert statistics.median(seconds) <= 2.2
    assert max(seconds) <= (2.2 if is_long() else 4)
    assert len(answered(after, 200)) == len(after)


def test_memory_fails_as_one_request() -> None:
    begin("Q4 memory")
    turns = trials(3, 20)
    with site(environment={"SEARCH_WORKER_MEMORY_MB": "192"}, workers=2) as running:
        answers = []
        for turn in range(turns):
            status, headers, body = running.get(f"/api/v1/search?q=memory{turn}")
            answers.append((status, headers["Retry-After"], b"Traceback" in body))
            assert running.get(f"/api/v1/search?q=brick{turn}")[0] == 200
        refused = [
            line
            for line in running.get("/metrics")[2].decode().splitlines()
            if line.startswith("search_http_refused_total{")
        ]
    record(
        "Q4",
        "memory fails as one request with 503",
        f"{answers.count((503, '1', False))} of {turns}",
        part="memory",
    )
    assert answers == [(503, "1", False)] * turns
    assert any('reason="memory"' in line and float(line.split()[-1]) == turns for line in refused), refused
