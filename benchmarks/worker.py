"""One more worker: a process with what those of the web server hold, asked from outside.

    python -m benchmarks.worker INDEX < questions.jsonl

Loads what the master of the web server loads, opens the index and lets go of it, and makes a copy of
itself, which opens the index again: a worker. That says on standard output, a line of JSON each, what
opening took and how much memory of its own it has. Then, for every line of input: `{"search": [texts],
"passes": n}` or `{"suggest": [texts], "passes": n}` gives timings, and for searches how each was answered;
`{"memory": true}` gives its memory. Imports little but the service, so that its memory is that of a
worker of the web server.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import web
from benchmarks.processes import memory_of
from benchmarks.timings import timed
from search.configuration import Settings
from search.request import SearchRequest
from search.searcher import Searcher

#: What a worker of the web server holds besides the index.
LOADED = (web.create_app,)
_FIRST = SearchRequest(q="the")


def main(index: Path) -> None:
    """Open, tell, and answer until the input ends."""
    opening = _opened(index)
    gc.collect()
    gc.freeze()
    worker = os.fork()
    if worker:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))
    loaded = memory_of()
    searcher = Searcher.open(index, Settings())
    searcher.search(_FIRST)
    after_first = memory_of()
    searcher.warm()
    gc.collect()
    gc.freeze()
    _tell(
        {
            **opening,
            "documents": searcher.engine().manifest.documents,
            "memory_loaded": loaded,
            "memory_first_answer": after_first,
            "memory_warm": memory_of(),
        }
    )
    for line in sys.stdin:
        _tell(_answer(searcher, json.loads(line)))


def _opened(index: Path) -> dict[str, float]:
    """What opening takes a process that has loaded its libraries and nothing else, in milliseconds."""
    started = time.perf_counter()
    searcher = Searcher.open(index, Settings())
    opened = time.perf_counter()
    searcher.search(_FIRST)
    answered = time.perf_counter()
    searcher.warm()
    warm = time.perf_counter()
    Searcher.open(index, Settings())
    again = time.perf_counter()
    return {
        "open_milliseconds": (opened - started) * 1000,
        "first_answer_milliseconds": (answered - opened) * 1000,
        "warm_milliseconds": (warm - answered) * 1000,
        "open_again_milliseconds": (again - warm) * 1000,
    }


def _answer(searcher: Searcher, asked: dict[str, Any]) -> dict[str, Any]:
    if "memory" in asked:
        return memory_of()
    if "suggest" in asked:
        return timed("suggest", searcher.suggest, asked["suggest"], passes=asked["passes"]).raw()
    requests = [SearchRequest(q=text) for text in asked["search"]]
    timings = timed("search", searcher.search, requests, passes=asked["passes"]).raw()
    kinds = []
    for request in requests:
        results = searcher.search(request)
        second_try = " ".join(f"{one.kind}: {one.query}" for one in results.query.interpretations)
        kinds.append({"total": results.total, "second_try": second_try})
    return {**timings, "asked": kinds}


def _tell(values: dict[str, Any]) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
