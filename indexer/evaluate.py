"""How good are the answers? Judged queries → MRR@10, nDCG@10, recall@10, per query and language.

Queries are tab-separated (`qid`, `lang`, `query`, with that header) or JSON Lines with the same
keys; judgements (qrels) are TREC's: `qid 0 docid relevance`. Either may be gzipped. How a run is
kept and two are compared: `saved_run.py` and `compare.py`.
"""

from __future__ import annotations

import gzip
import json
import math
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from search.errors import ConfigurationError

CUT = 10
#: What is measured of every query, by the names of the report.
MEASURES = ("mrr@10", "ndcg@10", "recall@10")
#: The group of all queries.
ALL = "all"


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query with the language it is grouped under; the engine is not told it."""

    qid: str
    language: str
    query: str


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What one query was answered, and how good that is. `values` are in the order of `MEASURES`,
    each 0 to 1; `ids` are the documents returned, best first."""

    qid: str
    language: str
    query: str
    values: tuple[float, float, float]
    ids: tuple[str, ...]
    milliseconds: float


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
    queries: dict[str, JudgedQuery] = {}
    for number, line in lines_of(path):
        query = _query_of(line, f"{path}:{number}")
        if query is None:
            continue
        if query.qid in queries:
            raise ConfigurationError(f"{path}:{number}: the qid {query.qid!r} was used before")
        queries[query.qid] = query
    return list(queries.values())


def _query_of(line: str, place: str) -> JudgedQuery | None:
    if line.startswith("{"):
        try:
            row = json.loads(line)
            query = JudgedQuery(str(row["qid"]), str(row.get("lang", "und")), str(row["query"]))
        except (ValueError, KeyError, RecursionError) as error:
            raise ConfigurationError(f"{place}: not a query: {error}") from None
    else:
        parts = line.split("\t")
        if len(parts) != 3:
            raise ConfigurationError(f"{place}: expected qid, lang and query separated by tabs")
        if parts[0] == "qid":
            return None
        query = JudgedQuery(*parts)
    if query.language == ALL:
        raise ConfigurationError(f"{place}: {ALL!r} is the name of all languages together, not of one")
    return query


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """qid → document id → relevance. Raises `ConfigurationError` naming file and line."""
    judgements: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in lines_of(path):
        parts = line.split("\t") if "\t" in line else line.split()
        try:
            qid, _, document_id, grade = parts
            judgements[qid][document_id] = int(grade)
        except ValueError:
            raise ConfigurationError(
                f"{path}:{number}: expected `qid 0 docid relevance`, tab-separated"
            ) from None
    return dict(judgements)


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """(number from 1, line) of every line with something on it, of a text file or a gzipped one.

    Raises `ConfigurationError` naming the file when it cannot be read as UTF-8 text.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip("\n\r")
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror or error}") from None
    except (UnicodeDecodeError, EOFError, zlib.error) as error:
        raise ConfigurationError(f"{path}: {error}") from None


def ask(
    queries: Iterable[JudgedQuery],
    judgements: dict[str, dict[str, int]],
    answer: Callable[[str], list[str]],
) -> Iterator[QueryResult]:
    """Ask every query that has judgements. `answer(query)` gives document ids, best first."""
    for query in queries:
        relevant = {one: grade for one, grade in judgements.get(query.qid, {}).items() if grade > 0}
        if not relevant:
            continue
        started = time.perf_counter()
        ids = answer(query.query)[:CUT]
        milliseconds = (time.perf_counter() - started) * 1000
        values = (reciprocal_rank(ids, relevant), ndcg(ids, relevant), recall(ids, relevant))
        yield QueryResult(query.qid, query.language, query.query, values, tuple(ids), milliseconds)


def figures_of(results: Iterable[QueryResult]) -> dict[str, Figures]:
    """Figures per language and under `all`."""
    figures: dict[str, Figures] = defaultdict(Figures)
    for result in results:
        for group in (result.language, ALL):
            figures[group].add(*result.values, result.milliseconds)
    return dict(figures)


def evaluate(
    queries: Iterable[JudgedQuery],
    judgements: dict[str, dict[str, int]],
    answer: Callable[[str], list[str]],
) -> dict[str, Figures]:
    """Figures per language and under `all`. `answer(query)` gives document ids, best first.

    A query without judgements is left out.
    """
    return figures_of(ask(queries, judgements, answer))


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
