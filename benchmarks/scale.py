"""How do time, size, memory and latency grow with the collection?

    python -m benchmarks.scale --shared ../shared --documents 35000,350000,1000000

Documents are the verses and films of the shared data, repeated with variation (variation.py says
how) and streamed to a file; the real `indexer build` makes the index, languages declared. The same
queries, drawn from the first documents, are asked at every size. Figures go to
benchmarks/runs/DATE/scale.json as soon as a size is done, so sizes may be run one by one; scale.md
beside it shows all sizes there. With --keep DIR, files and indexes stay there and are used again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.collection import VERSES
from benchmarks.corpus import ENGLISH, FILMS, LOCAL, SEED, CorpusError
from benchmarks.machine import machine, versions
from benchmarks.opening import ALONE, beside, opened_alone
from benchmarks.peers.peer import bytes_below
from benchmarks.processes import CommandFailed, run_measured
from benchmarks.record import QUICK_RUNS, RUNS, command_line, today
from benchmarks.rows import LANGUAGE_KEYS, Row, rows_of, write_rows
from benchmarks.scale_report import report
from benchmarks.suggestions import ONE, TWO, draw_beginnings
from benchmarks.typed_queries import draw_typed_queries
from benchmarks.variation import Variations
from benchmarks.worker_process import WorkerProcess

SIZES, QUICK_SIZES = (35_000, 350_000, 1_000_000), (2_000, 5_000)
#: Queries are drawn from so many of the first documents: the same at every size from there.
DRAWN_FROM = 5_000
WARM_UP = 10
FIGURES, REPORT = "scale.json", "scale.md"
_SOURCE, _BUILT, _INDEX = "documents.jsonl", "built.json", "index"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every size asked for. Exit status: 0 done, 1 impossible, 2 wrong use."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    given = _parser().parse_args(arguments)
    sizes = given.documents or (QUICK_SIZES if given.quick else SIZES)
    output: Path = given.output or (QUICK_RUNS if given.quick else RUNS) / today()
    output.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as stack:
            folder = given.keep
            if folder is None:
                made = tempfile.TemporaryDirectory(dir=given.scratch, prefix="benchmark-")
                folder = Path(stack.enter_context(made))
            for size in sizes:
                figures = _measured(given, folder, size)
                figures["command"] = command_line("benchmarks.scale", arguments)
                _keep(output, size, figures)
                if given.keep is None:
                    shutil.rmtree(folder / str(size))
    except (CorpusError, CommandFailed, OSError) as error:
        print(f"scale: {error}", file=sys.stderr)
        return 1
    print((output / REPORT).read_text(encoding="utf-8"))
    print(f"kept in {output}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--shared", type=Path, required=True, help="folder that holds data/scale and data/films"
    )
    parser.add_argument("--documents", type=_sizes, help="sizes, comma separated (35000,350000,1000000)")
    parser.add_argument("--quick", action="store_true", help="2000,5000: to see that everything works")
    parser.add_argument("--queries", type=int, help="queries (default: 1000; 100 with --quick)")
    parser.add_argument("--passes", type=int, default=2, help="warm passes over the queries (default: 2)")
    parser.add_argument("--jobs", type=int, default=1, help="processes that index (default: 1)")
    parser.add_argument(
        "--detect", action="store_true", help="declare no languages: the indexer has to detect them"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep documents and indexes, use them again")
    parser.add_argument("--scratch", type=Path, help="where indexes are made (default: the temporary folder)")
    parser.add_argument("--output", type=Path, help="folder to keep the figures in")
    return parser


def _sizes(text: str) -> list[int]:
    sizes = [int(one) for one in text.replace("_", "").split(",")]
    if min(sizes) < 1:
        raise argparse.ArgumentTypeError(f"{text}: sizes are numbers above 0")
    return sizes


def documents(shared: Path, *, declared: bool) -> Iterator[Row]:
    """The endless stream; not `declared`: without the languages."""
    for row in Variations(_given(shared), seed=SEED):
        yield row if declared else {key: value for key, value in row.items() if key not in LANGUAGE_KEYS}


def _given(shared: Path) -> Iterator[Row]:
    for path in (FILMS / ENGLISH, FILMS / LOCAL, VERSES):
        yield from rows_of(shared / path)


def _measured(given: argparse.Namespace, folder: Path, size: int) -> dict[str, Any]:
    folder = folder / (f"{size}-detected" if given.detect else str(size))
    folder.mkdir(parents=True, exist_ok=True)
    source, index = folder / _SOURCE, folder / _INDEX
    figures = _built(given, folder, size)
    count = given.queries or (100 if given.quick else 1000)
    drawn_from = _first(source, DRAWN_FROM)
    drawn = draw_typed_queries(drawn_from, 2 * count + WARM_UP)
    warm_up, queries, others = drawn[:WARM_UP], drawn[WARM_UP:][:count], drawn[WARM_UP:][count:]
    beginnings = draw_beginnings(drawn_from, count)
    texts = [one.text for one in queries]
    log = folder / "worker.log"
    _tell(size, f"{count:,} queries")
    with WorkerProcess(index, log) as worker:
        worker.search([one.text for one in warm_up], 0)
        timings, asked = worker.search(texts, given.passes)
        later, _ = worker.search([one.text for one in others], 0)
        suggested = {
            name: worker.suggest(beginnings[name], given.passes).raw()
            for name in (ONE, TWO)
            if beginnings[name]
        }
        _tell(size, "opening")
        extra, also = beside(worker, index, texts, log)
        opened = [*opened_alone(index, log, 0 if given.quick else ALONE), worker.opening, also]
    return {
        **figures,
        "openings": opened,
        "extra_worker": asdict(extra),
        "queries": [asdict(one) for one in queries],
        "asked": [asdict(one) for one in asked],
        "timings": timings.raw(),
        "later": later.raw(),
        "suggest": suggested,
        "machine": machine(),
        "versions": versions(),
    }


def _built(given: argparse.Namespace, folder: Path, size: int) -> dict[str, Any]:
    """What building cost; what was kept is built no second time."""
    built, source, index = folder / _BUILT, folder / _SOURCE, folder / _INDEX
    if built.exists():
        kept: dict[str, Any] = json.loads(built.read_text(encoding="utf-8"))
        if kept["jobs"] == given.jobs:
            return kept
    _tell(size, "writing documents")
    started = time.perf_counter()
    write_rows(source, islice(documents(given.shared, declared=not given.detect), size))
    written = time.perf_counter() - started
    _tell(size, "indexing")
    shutil.rmtree(index, ignore_errors=True)
    command = ["-m", "indexer", "build", str(source), "--index", str(index), "--jobs", str(given.jobs)]
    cost = run_measured(command, folder / "build.log")
    figures = {
        "documents": size,
        "declared": not given.detect,
        "jobs": given.jobs,
        "writing_seconds": written,
        "source_bytes": source.stat().st_size,
        "build": asdict(cost),
        "index_bytes": bytes_below(index),
    }
    built.write_text(json.dumps(figures), encoding="utf-8")
    return figures


def _first(source: Path, count: int) -> list[Row]:
    with source.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, count)]


def _keep(output: Path, size: int, figures: dict[str, Any]) -> None:
    """Put the figures of one size beside those of the others, and write the report of all."""
    path = output / FIGURES
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"sizes": {}}
    kept["sizes"][str(size)] = figures
    kept["sizes"] = dict(sorted(kept["sizes"].items(), key=lambda item: int(item[0])))
    path.write_text(json.dumps(kept, ensure_ascii=False) + "\n", encoding="utf-8")
    (output / REPORT).write_text(report(list(kept["sizes"].values())), encoding="utf-8")


def _tell(size: int, what: str) -> None:
    print(f"scale: {size:,} documents: {what}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
