"""D3, D4: the index folder is not there for a while; descriptors are few. The server answers, or says that it
cannot and recovers by itself; and it keeps nothing open that it does not need."""

from __future__ import annotations

import gc
import http.client
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fault_figures import begin, is_long, record, trials
from fault_index import Films, edition_of, forked, open_files, resident_bytes, size_of

from benchmarks.server import HOST, served

RECOVERY = 5.0
#: Answers that a server without its index may give.
ALLOWED = (200, 503)
QUERIES = 50


@pytest.fixture
def films(tmp_path: Path) -> Films:
    made = Films(tmp_path)
    made.build(1)
    return made


@pytest.fixture
def port(films: Films, tmp_path: Path) -> Iterator[int]:
    # One worker: of two, the one that nobody asked in between would rightly still be a generation behind.
    environment = {
        "SEARCH_INDEX": str(films.index), "WEB_CONCURRENCY": "1", "SEARCH_RATE_LIMIT": "0",
        "SEARCH_CACHE_MB": "0",
    }  # fmt: skip
    with served("web.wsgi:app", ready="/readyz", log=tmp_path / "log", environment=environment) as number:
        yield number


def get(port: int, address: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def renamed(index: Path) -> Callable[[], None]:
    aside = index.with_name("aside")
    index.rename(aside)

    def back() -> None:
        aside.rename(index)

    return back


def exchanged(index: Path) -> Callable[[], None]:
    """An empty folder in its place, as an unmounted disk leaves one."""
    aside = index.with_name("aside")
    index.rename(aside)
    index.mkdir()

    def back() -> None:
        index.rmdir()
        aside.rename(index)

    return back


def unreadable(index: Path) -> Callable[[], None]:
    index.chmod(0)
    return lambda: index.chmod(0o755)


def pointer_gone(index: Path) -> Callable[[], None]:
    pointer, aside = index / "LIVE", index / "LIVE.aside"
    pointer.rename(aside)

    def back() -> None:
        aside.rename(pointer)

    return back


LOSSES = {"renamed": renamed, "exchanged": exchanged, "unreadable": unreadable, "pointer gone": pointer_gone}


def test_d3_the_index_folder_is_lost_for_a_while(films: Films, port: int) -> None:
    begin("D3")
    slowest, statuses = 0.0, set()
    for edition, (name, lose) in enumerate(LOSSES.items(), 2):
        give_back = lose(films.index)
        for _ in range(20):
            for address in ("/api/v1/search?q=harbour", "/readyz"):
                status, body = get(port, address)
                statuses.add(status)
                assert status in ALLOWED, (name, address, body)
                if status == 200 and address != "/readyz":
                    assert json.loads(body)["total"] == size_of(edition - 1)
        give_back()
        films.build(edition)
        slowest = max(slowest, recovered(port, edition))
    record("D3", "answers or 503 with /readyz red; recovery in less than 5 s",
           f"{len(LOSSES)} ways, statuses {sorted(statuses)}, recovery {slowest:.2f} s at most")  # fmt: skip
    assert slowest < RECOVERY


def recovered(port: int, edition: int) -> float:
    """Seconds until the server answers from the new generation and says that it is ready."""
    started, right = time.monotonic(), 0
    while right < 8:
        ready, body = get(port, "/readyz")
        total = json.loads(get(port, "/api/v1/search?q=harbour&per_page=1")[1]).get("total")
        right = right + 1 if (ready, total) == (200, size_of(edition)) and b"warning" not in body else 0
        assert time.monotonic() - started < 20, body
    return time.monotonic() - started


def test_d3_a_server_that_starts_on_a_damaged_generation_says_so_and_recovers(
    films: Films, tmp_path: Path
) -> None:
    begin("D3 fallback")
    films.build(2)
    live = films.generations.path(films.generations.live())
    segment = next(live.glob("*.mls"))
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    environment = {"SEARCH_INDEX": str(films.index), "WEB_CONCURRENCY": "1", "SEARCH_RATE_LIMIT": "0"}
    with served("web.wsgi:app", ready="/readyz", log=tmp_path / "log", environment=environment) as port:
        said = json.loads(get(port, "/readyz")[1])
        assert (said["generation"], said["documents"]) == ("000001", size_of(1))
        assert "warning" in said
        assert b"search_index_fallen_back 1.0" in get(port, "/metrics")[1]
        segment.write_bytes(whole)
        started = time.monotonic()
        while json.loads(get(port, "/readyz")[1])["generation"] != "000002":
            assert time.monotonic() - started < 20
            time.sleep(0.05)
        seconds = time.monotonic() - started
        assert b"search_index_fallen_back 0.0" in get(port, "/metrics")[1]
    record("D3 fallback", "falls back, warns in /readyz and metrics, recovers in less than 5 s",
           f"recovery {seconds:.2f} s")  # fmt: skip
    assert seconds < RECOVERY


def test_d4_few_descriptors(films: Films, tmp_path: Path) -> None:
    begin("D4")
    swaps, queries = trials(20, 200), 10_000 if is_long() else 20 * QUERIES
    per_swap, warm_up = queries // swaps, swaps // 4
    order_in, order_out = os.pipe()
    told_in, told_out = os.pipe()

    def serve() -> int:
        os.close(order_out)
        os.close(told_in)
        # What the tests before have left open is not to be counted.
        gc.collect()
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        searcher = films.open(fall_back=True)
        while edition := int.from_bytes(os.read(order_in, 4), "little"):
            for _ in range(per_swap):
                assert edition_of(searcher) == edition, searcher.problem
            assert not searcher.problem
            os.write(told_out, json.dumps([open_files(), resident_bytes()]).encode() + b"\n")
        return 0

    server = forked(serve, tmp_path / "said")
    os.close(order_in)
    os.close(told_out)
    figures: list[list[int]] = []
    with os.fdopen(told_in) as told:
        for edition in range(2, swaps + 2):
            films.build(edition) if edition % 2 else films.update(edition)
            os.write(order_out, edition.to_bytes(4, "little"))
            line = told.readline()
            assert line, server.said()
            figures.append(json.loads(line))
        os.close(order_out)
    assert server.wait() == 0, server.said()
    (files_before, memory_before), (files, memory) = figures[warm_up], figures[-1]
    growth = memory / memory_before - 1
    most = max(one for one, _ in figures)
    record("D4", "10,000 queries and 200 swaps at 64 descriptors: before ± 2, memory grows by less than 5 %",
           f"{queries} queries, {swaps} swaps: {files_before} descriptors, then {files} (at most {most}); "
           f"memory {growth:+.1%}")  # fmt: skip
    assert abs(files - files_before) <= 2
    assert growth < 0.05
