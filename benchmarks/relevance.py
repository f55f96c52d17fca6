"""How well are questions answered when 17 languages share one index and nobody tells which?

    python -m benchmarks.relevance --shared ../shared [--sets xquad,fi-tydiqa,…] [--undeclared]

Builds one mixed index of the question sets named and prints MRR@10, nDCG@10 and recall@10 per set
and language. `--undeclared` hides the documents' language too, so that it must be decided.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from indexer.build import build
from indexer.document import Document
from indexer.evaluate import evaluate, read_judgements, read_queries
from search.configuration import Settings
from search.request import SearchRequest
from search.searcher import Searcher

SETS = ("xquad", "fi-tydiqa", "it-squadit", "ja-jsquad", "ko-tydiqa", "pl-poquad")


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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--undeclared", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="take every n-th question")
    parser.add_argument("--index", type=Path, help="keep the index here (reused if it exists)")
    arguments = parser.parse_args()
    names = arguments.sets.split(",")
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
    for name in names:
        queries = read_queries(set_file(arguments.shared, name, "queries.jsonl.gz"))[:: arguments.every]
        figures = evaluate(queries, read_judgements(set_file(arguments.shared, name, "qrels.tsv")), answer)
        rows = {language: one.mean() for language, one in sorted(figures.items())}
        languages = [row for language, row in rows.items() if language != "all"]
        if len(languages) > 1:
            rows["mean"] = {key: sum(row[key] for row in languages) / len(languages) for key in languages[0]}
        for language, row in rows.items():
            if language != "all":
                print(
                    f"{name:<12}{language:<6}{row['queries']:>8.0f}{row['mrr@10']:>9.4f}{row['ndcg@10']:>9.4f}"
                    f"{row['recall@10']:>10.4f}{row['p50_ms']:>8.2f}{row['p95_ms']:>8.2f}"
                )
    print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
