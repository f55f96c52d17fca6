"""How well are questions answered when 17 languages share one index and nobody tells which?

    python -m benchmarks.relevance --shared ../shared [--sets xquad,fi-tydiqa,…] [--undeclared] [--record]

Builds one mixed index of the question sets named and prints MRR@10, nDCG@10 and recall@10 per set
and language. `--undeclared` hides the documents' language too, so that it must be decided.
`--record` keeps the figures in benchmarks/runs/DATE/relevance.json, where docs/languages.md takes
them from, and every query in relevance.run.jsonl.gz beside it; `--save` keeps the queries alone. Two
such files are compared by `indexer evaluate --compare A B`. With `--every` the figures are not to be
quoted, and are recorded below var/benchmarks/.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from indexer.build import build
from indexer.document import Document
from indexer.evaluate import ALL, QueryResult, ask, figures_of, read_judgements, read_queries
from indexer.saved_run import SavedRun, about_run, save_run
from search.configuration import Settings
from search.request import SearchRequest
from search.searcher import Searcher

SETS = ("xquad", "fi-tydiqa", "it-squadit", "ja-jsquad", "ko-tydiqa", "pl-poquad")
_PROJECT = Path(__file__).resolve().parent.parent
RUNS, PARTIAL_RUNS = _PROJECT / "benchmarks" / "runs", _PROJECT / "var" / "benchmarks"
FIGURES = "relevance.json"


class QuestionSets:
    """The paragraphs of the sets as documents."""

    refused = 0
    documents = 0

    def __init__(self, shared: Path, names: list[str], *, declared: bool) -> None:
        self._paths = [set_file(shared, name, "documents.jsonl.gz") for name in names]
        self._declared = declared

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        for path in self._paths:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                for line in file:
                    row = json.loads(line)
                    language = row["lang"] if self._declared else None
                    self.documents += 1
                    yield Document(row["id"], row.get("title", ""), row["text"], language=language), str(path)


def set_file(shared: Path, name: str, ending: str) -> Path:
    folder = "xquad" if name == "xquad" else "retrieval"
    return shared / "data" / folder / f"{name}.{ending}"


def question_file(shared: Path, name: str) -> Path:
    return set_file(shared, name, "queries.jsonl.gz")


def judgement_file(shared: Path, name: str) -> Path:
    return set_file(shared, name, "qrels.tsv")


def measure(
    shared: Path, name: str, answer: Callable[[str], list[str]], every: int = 1
) -> Iterator[QueryResult]:
    """Every n-th question of a set, answered; its qid gets the name of the set in front."""
    queries = read_queries(question_file(shared, name))[::every]
    for result in ask(queries, read_judgements(judgement_file(shared, name)), answer):
        yield replace(result, qid=f"{name}/{result.qid}")


def print_figures(name: str, rows: dict[str, dict[str, float]]) -> None:
    """The lines of one set, with the mean of its languages if there are several."""
    languages = list(rows.values())
    if len(languages) > 1:
        rows = {**rows, "mean": {key: sum(row[key] for row in languages) / len(rows) for key in languages[0]}}
    for language, row in rows.items():
        print(
            f"{name:<12}{language:<6}{row['queries']:>8.0f}{row['mrr@10']:>9.4f}{row['ndcg@10']:>9.4f}"
            f"{row['recall@10']:>10.4f}{row['p50_ms']:>8.2f}{row['p95_ms']:>8.2f}"
        )


def record(
    folder: Path,
    figures: dict[str, dict[str, dict[str, float]]],
    run: SavedRun,
    *,
    about: dict[str, Any],
    undeclared: bool,
) -> None:
    """Keep figures (set → language → figures) and run in a folder. Sets that an earlier run of the
    day measured and this one did not are left as they are; those without declared languages go by
    a name of their own."""
    ending = "-undeclared" if undeclared else ""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FIGURES
    languages: dict[str, dict[str, Any]] = {}
    if path.is_file():
        languages = json.loads(path.read_text(encoding="utf-8"))["languages"]
    for name, rows in figures.items():
        for language, row in rows.items():
            languages.setdefault(language, {})[name + ending] = row
    values = {**about, "languages": dict(sorted(languages.items()))}
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    save_run(folder / f"relevance{ending}.run.jsonl.gz", run)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--undeclared", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="take every n-th question")
    parser.add_argument("--index", type=Path, help="keep the index here (reused if it exists)")
    parser.add_argument("--record", action="store_true", help="keep figures and queries in a folder of runs")
    parser.add_argument("--output", type=Path, help="that folder (default: named after today)")
    parser.add_argument("--save", type=Path, help="keep every query in this file")
    arguments = parser.parse_args()
    names = arguments.sets.split(",")
    unknown = [name for name in names if name not in SETS]
    if unknown:
        parser.error(f"--sets: unknown set {unknown[0]!r}; known: {', '.join(SETS)}")
    if arguments.every < 1:
        parser.error("--every: a number from 1")
    index = arguments.index or Path(tempfile.mkdtemp(prefix="relevance-"))
    if not (index / "LIVE").exists():
        supply = QuestionSets(arguments.shared, names, declared=not arguments.undeclared)
        report = build(supply, sources=names, index=index, settings=Settings())
        print(
            f"{report.documents} documents in {report.seconds:.1f} s, {report.size / 1e6:.0f} MB",
            file=sys.stderr,
        )
    searcher = Searcher.open(index, Settings())

    def answer(query: str) -> list[str]:
        found = searcher.search(SearchRequest(q=query, facets=(), highlight=False))
        return [hit.id for hit in found.hits]

    started = time.perf_counter()
    print(
        f"{'set':<12}{'lang':<6}{'queries':>8}{'MRR@10':>9}{'nDCG@10':>9}{'recall@10':>10}"
        f"{'p50 ms':>8}{'p95 ms':>8}"
    )
    results: list[QueryResult] = []
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for name in names:
        of_set = list(measure(arguments.shared, name, answer, arguments.every))
        results += of_set
        found = sorted(figures_of(of_set).items())
        figures[name] = {language: one.mean() for language, one in found if language != ALL}
        print_figures(name, figures[name])
    print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr)

    about = about_run(
        searcher.engine().manifest,
        queries=[question_file(arguments.shared, name) for name in names],
        judgements=[judgement_file(arguments.shared, name) for name in names],
    )
    about["undeclared"], about["every"] = arguments.undeclared, arguments.every
    run = SavedRun("this run", about, tuple(results))
    if arguments.save:
        save_run(arguments.save, run)
    if arguments.record:
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        folder = arguments.output or (RUNS if arguments.every == 1 else PARTIAL_RUNS) / today
        about_figures = {
            "command": "python -m benchmarks.relevance" + (" --undeclared" if arguments.undeclared else ""),
            "machine": machine(),
            **{key: about[key] for key in ("saved", "documents", "fingerprint", "software", "every")},
        }
        record(folder, figures, run, about=about_figures, undeclared=arguments.undeclared)
        print(f"kept in {folder}", file=sys.stderr)


if __name__ == "__main__":
    main()
