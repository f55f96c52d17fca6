"""L5: asked for minutes, with a new index again and again, the server takes no more than at first."""

from __future__ import annotations

import asyncio
import contextlib
import re
import statistics
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest
from deployed import PROJECT, Site, site
from fault_figures import begin, record, trials
from load import Load, Outcome, get, statuses, visitors
from made_collection import publish, write_films

#: A second. Few enough in the short form that a machine with much else to do answers all of them.
RATE = trials(5, 15)
DOCUMENTS = 300
_OWN_MEMORY = re.compile(r"^RssAnon:\s+([0-9]+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sample:
    """What all workers hold at a moment, in seconds since the beginning; memory of their own in MB."""

    at: float
    memory: float
    files: int


def look(running: Site, at: float) -> Sample:
    memory, files = 0.0, 0
    for pid in running.web.worker_pids():
        with contextlib.suppress(OSError):
            found = _OWN_MEMORY.search(Path(f"/proc/{pid}/status").read_text())
            memory += int(found[1]) / 1024 if found else 0.0
            files += len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Sample(at, memory, files)


async def soak(
    running: Site, source: Path, index: Path, words: list[str], *, seconds: int, every: int
) -> tuple[list[Outcome], list[Sample], int]:
    """The outcomes, a sample every half second, and how many new indexes there were."""

    def request(number: int) -> bytes:
        word, other = words[number % len(words)], words[number * 7 % len(words)]
        kinds = (
            f"/api/v1/search?q={word}%20{other}",
            f"/?q={word}",
            f"/api/v1/suggest?q={word[:3]}",
            f"/document/film-{number % DOCUMENTS}",
            f"/api/v1/search?q={word}x&facets=*",
        )
        return get(kinds[number % len(kinds)])

    loop = asyncio.get_running_loop()
    load = Load(running.port, visitors(60))
    asking = asyncio.create_task(load.open_loop(request, rate=RATE, seconds=seconds))
    began = loop.time()
    samples: list[Sample] = []

    async def watch() -> None:
        while not asking.done():
            samples.append(look(running, loop.time() - began))
            await asyncio.sleep(0.5)

    watching = asyncio.create_task(watch())
    edition = 1
    while not asking.done():
        edition += 1
        write_films(source, DOCUMENTS, edition=edition)
        build = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "indexer", "build", str(source), "--index", str(index), "--quiet",
            cwd=PROJECT, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert await build.wait() == 0
        await asyncio.wait([asking], timeout=every)
    await watching
    return await asking, samples, edition - 1


def middles(samples: list[Sample], every: int) -> list[Sample]:
    """The middle of each stretch of time: the moment of a swap, with two indexes open, does not count."""
    stretches: dict[int, list[Sample]] = defaultdict(list)
    for one in samples:
        stretches[int(one.at / every)].append(one)
    return [
        Sample(
            statistics.median(one.at for one in stretch),
            statistics.median(one.memory for one in stretch),
            statistics.median_high(one.files for one in stretch),
        )
        for stretch in stretches.values()
    ]


@pytest.mark.timeout(1200)
def test_nothing_grows(tmp_path: Path) -> None:
    begin("L5")
    source, index = tmp_path / "films.jsonl", tmp_path / "index"
    words = write_films(source, DOCUMENTS)
    publish(source, index)
    seconds, every = trials(7, 600), trials(2, 30)
    with site("web.wsgi:app", {"SEARCH_INDEX": str(index)}, workers=2) as running:
        workers = running.web.worker_pids()
        outcomes, samples, swaps = asyncio.run(
            soak(running, source, index, words, seconds=seconds, every=every)
        )
        assert running.web.worker_pids() == workers, "a worker was replaced"
    failed = [one for one in outcomes if one.status != 200]
    stretches = middles(samples, every)
    warm = stretches[len(stretches) * 2 // 5 :]
    line = statistics.linear_regression([one.at for one in warm], [one.memory for one in warm])
    growth = line.slope * 3600
    files = [one.files for one in warm]
    reached = (
        f"{len(failed)} of {len(outcomes)} failed over {seconds} s, {swaps} new indexes; "
        f"memory of 2 workers {warm[0].memory:.1f} to {warm[-1].memory:.1f} MB, {growth:+.1f} MB/h; "
        f"files {min(files)} to {max(files)}"
    )
    target = "RSS slope < 1 MB/h after warm-up, files flat, 0 errors"
    record("L5", target, reached, statuses=statuses(outcomes))
    assert not failed, failed[:5]
    # The files of an index that is being taken over are open beside the old one's for a moment.
    assert max(files) - min(files) <= trials(40, 4)
    # Seconds say nothing about hours; but a leak of every index would be seen even here.
    assert warm[-1].memory - warm[0].memory < 50
    if seconds >= 600:
        assert growth < 1
