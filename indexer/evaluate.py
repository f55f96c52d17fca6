"""How good are the answers? Judged queries → MRR@10, nDCG@10, recall@10, per language.

Queries are tab-separated (`qid`, `lang`, `query`, with that header) or JSON Lines with the same
keys; judgements (qrels) are TREC's: `qid 0 docid relevance`. Either may be gzipped.
"""

from __future__ import annotations

import gzip
import json
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from search.errors import ConfigurationError

CUT = 10


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query with the language it is grouped under; the engine is not told it."""

    qid: str
    language: str
    query: str


@dataclass(slots=True)
class Figures:
    """Sums over queries; `mean` gives the figures of the report."""

    queries: int = 0
    reciprocal_rank: float = 0.0
    ndcg: float = 0.0
    recall: float = 0.0
    milliseconds: list[float] = field(default_factory=list)

    def add(self, reciprocal_rank: float, ndcg: float, recall: float, milliseconds: float) -> None:
        self.queries += 1
        self.reciprocal_rank += reciprocal_rank
        self.ndcg += ndcg
        self.recall += recall
        self.milliseconds.append(milliseconds)

    def mean(self) -> dict[str, float]:
        count = max(self.queries, 1)
        times = sorted(self.milliseconds) or [0.0]
        return {
            "queries": self.queries,
            "mrr@10": round(self.reciprocal_rank / count, 4),
            "ndcg@10": round(self.ndcg / count, 4),
            "recall@10": round(self.recall / count, 4),
            "p50_ms": round(times[len(times) // 2], 2),
            "p95_ms": round(times[min(len(times) - 1, int(len(times) * 0.95))], 2),
        }


def read_queries(path: Path) -> list[JudgedQuery]:
    """Raises `ConfigurationError` naming file and line."""
    queries = []
    for number, line in _lines(path):
        if line.startswith("{"):
            try:
                row = json.loads(line)
                queries.append(JudgedQuery(str(row["qid"]), str(row.get("lang", "und")), str(row["query"])))
            except (ValueError, KeyError) as error:
                raise ConfigurationError(f"{path}:{number}: not a query: {error}") from None
            continue
        parts = line.split("\t")
        if len(parts) != 3:
            raise ConfigurationError(f"{path}:{number}: expected qid, lang and query separated by tabs")
        if parts[0] != "qid":
            queries.append(JudgedQuery(*parts))
    return queries


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """qid → document id → relevance. Raises `ConfigurationError` naming file and line."""
    judgements: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in _lines(path):
        parts = line.split("\t") if "\t" in line else line.split()
        if len(parts) != 4 or not parts[3].lstrip("-").isdigit():
            raise ConfigurationError(f"{path}:{number}: expected `qid 0 docid relevance`, tab-separated")
        judgements[parts[0]][parts[2]] = int(parts[3])
    return dict(judgements)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip("\n\r")
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise ConfigurationError(f"{path}: {error}") from None


def evaluate(
    queries: Iterable[JudgedQuery],
    judgements: dict[str, dict[str, int]],
    answer: Callable[[str], list[str]],
) -> dict[str, Figures]:
    """Figures per language and under `all`. `answer(query)` gives document ids, best first.

    A query without judgements is left out.
    """
    figures: dict[str, Figures] = defaultdict(Figures)
    for query in queries:
        relevant = {one: grade for one, grade in judgements.get(query.qid, {}).items() if grade > 0}
        if not relevant:
            continue
        started = time.perf_counter()
        ids = answer(query.query)[:CUT]
        milliseconds = (time.perf_counter() - started) * 1000
        values = (reciprocal_rank(ids, relevant), ndcg(ids, relevant), recall(ids, relevant), milliseconds)
        figures[query.language].add(*values)
        figures["all"].add(*values)
    return dict(figures)


def reciprocal_rank(ids: list[str], relevant: dict[str, int]) -> float:
    """1 / rank of the first relevant document among the first ten, 0 without one."""
    return next((1.0 / rank for rank, one in enumerate(ids, 1) if one in relevant), 0.0)


def ndcg(ids: list[str], relevant: dict[str, int]) -> float:
    """Normalised discounted cumulative gain at 10 (Järvelin, Kekäläinen 2002), gain 2^grade - 1."""
    gained = sum(
        (2 ** relevant[one] - 1) / math.log2(rank + 1) for rank, one in enumerate(ids, 1) if one in relevant
    )
    best = sorted(relevant.values(), reverse=True)[:CUT]
    possible = sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(best, 1))
    return float(gained / possible)


def recall(ids: list[str], relevant: dict[str, int]) -> float:
    """Share of the relevant documents among the first ten."""
    return sum(one in relevant for one in ids) / len(relevant)
