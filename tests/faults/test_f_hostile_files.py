"""F1-F30: whatever a file holds, it costs itself; the run goes on and names file and line."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from fault_figures import begin, is_long, record
from hostile_files import GOOD, KINDS, write

from indexer.document import Document, Refusal
from indexer.extract import extract_each
from indexer.garbage import few_collections
from indexer.sources import walk
from search.configuration import Settings

ROOT = Path(__file__).parent.parent.parent
MOST_SECONDS = 10
MOST_MEMORY = 2**30
TARGET = (
    f"each of {len(KINDS)} kinds <= 10 s and <= 1 GiB, 0 tracebacks, good neighbours indexed, exit 1, "
    "file and line named"
)


def built(folder: Path, index: Path) -> tuple[int, str, int, float]:
    """Exit status, standard error, bytes of memory at most (all processes), seconds of `indexer build`."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "indexer", "build", str(folder), "--index", str(index), "--quiet"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    assert process.stderr is not None
    told = process.stderr.read()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, told, usage.ru_maxrss * 1024, time.monotonic() - started


def ids_of(index: Path, folder: Path) -> set[str]:
    """The ids of all documents in the index."""
    dumped = folder / "dump.jsonl.gz"
    command = [sys.executable, "-m", "indexer", "dump", str(dumped), "--index", str(index), "--quiet"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    with gzip.open(dumped, "rt", encoding="utf-8") as lines:
        return set(re.findall(r'"id": ?"([^"]+)"', lines.read()))


@pytest.mark.parametrize("name", KINDS, ids=lambda name: name.replace(" ", "-"))
def test_a_hostile_file_costs_itself(tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    path = write(kind, tmp_path / "folder")
    started = time.monotonic()
    with few_collections():  # as every build does
        found = [one for _, one in extract_each(walk([tmp_path]), Settings())]
    assert time.monotonic() - started <= MOST_SECONDS
    documents = [one for one in found if isinstance(one, Document)]
    refused = [one for one in found if isinstance(one, Refusal)]
    assert {"folder-0-good", "folder-z-good"} <= {one.id for one in documents}
    if not kind.reason:
        assert refused == []
    else:
        assert any(re.search(kind.reason, one.reason) and one.line == kind.line for one in refused), refused[
            :5
        ]
        assert {one.path.removesuffix("\udce9") for one in refused} == {str(path)}
    assert len(documents) - 2 == kind.documents
    for document in documents:
        assert "root:" not in document.text
        assert len(document.text) < 2_000_000


def test_all_kinds_in_one_build(tmp_path: Path) -> None:
    begin("F1-F30")
    folder = tmp_path / "films"
    paths = {name: write(kind, folder / f"k{number}") for number, (name, kind) in enumerate(KINDS.items())}
    status, told, memory, seconds = built(folder, tmp_path / "index")
    assert status == 1
    assert "Traceback" not in told
    assert memory <= MOST_MEMORY
    for name, path in paths.items():
        kind = KINDS[name]
        place = f"{path}:{kind.line}: " if kind.line else f"{path}: "
        if kind.reason:
            mine = [line for line in told.splitlines() if line.startswith(f"refused: {place}")]
            assert any(re.search(kind.reason, line) for line in mine), (name, told[:2000])
    ids = ids_of(tmp_path / "index", tmp_path)
    neighbours = {f"{path.parent.name}-{place}" for path in paths.values() for place in ("0-good", "z-good")}
    assert neighbours <= ids
    record(
        "F1-F30",
        TARGET,
        f"{len(paths)} kinds in one build: {seconds:.1f} s, {memory / 2**20:.0f} MiB at most, exit 1, "
        f"0 tracebacks, {len(neighbours)} of {len(neighbours)} neighbours",
    )


@pytest.mark.skipif(not is_long(), reason="a build for each kind takes minutes: FAULTS=long")
def test_each_kind_in_a_build_of_its_own(tmp_path: Path) -> None:
    begin("F1-F30")
    slowest, largest = (0.0, ""), (0, "")
    for name, kind in KINDS.items():
        folder = tmp_path / name.replace(" ", "-")
        write(kind, folder / "k")
        status, told, memory, seconds = built(folder, tmp_path / "index")
        assert (status, "Traceback" in told) == (1 if kind.reason else 0, False), (name, told[:2000])
        slowest, largest = max(slowest, (seconds, name)), max(largest, (memory, name))
    size = largest[0] / 2**20
    reached = f"slowest build {slowest[0]:.1f} s ({slowest[1]}), largest {size:.0f} MiB ({largest[1]})"
    record("F1-F30", TARGET, reached)
    assert slowest[0] <= MOST_SECONDS, reached
    assert largest[0] <= MOST_MEMORY, reached


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "growing.jsonl"
    path.write_text("".join(GOOD % n for n in range(5000)))
    ended = threading.Event()

    def grow() -> None:
        with open(path, "a") as file:
            number = 5000
            while not ended.is_set():
                file.write(GOOD % number)
                file.flush()
                number += 1

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        started = time.monotonic()
        found = [one for _, one in extract_each(walk([tmp_path]), Settings())]
        seconds = time.monotonic() - started
    finally:
        ended.set()
        writer.join()
    assert seconds <= MOST_SECONDS
    documents = [one.id for one in found if isinstance(one, Document)]
    assert documents[:5000] == [str(n) for n in range(5000)]
    # It may have been cut within a line, at the size it had when it was opened.
    assert len(found) - len(documents) <= 1
