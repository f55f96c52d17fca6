"""Judged queries: what is measured of a run, how it is kept, and when a difference is more than luck."""

from __future__ import annotations

import gzip
import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.compare import Comparison, compare, randomisation_p
from indexer.evaluate import (
    JudgedQuery,
    QueryResult,
    ask,
    evaluate,
    figures_of,
    ndcg,
    read_judgements,
    read_queries,
    recall,
    reciprocal_rank,
)
from indexer.saved_run import FORMAT, VERSION, SavedRun, about_run, read_run, save_run
from search.errors import ConfigurationError
from search.index.manifest import Manifest

HEADER = {"format": FORMAT, "version": VERSION, "generation": "000001"}


# Figures


@pytest.mark.parametrize(
    ("ids", "relevant", "rank", "gain", "share"),
    [
        (["a"], {"a": 1}, 1.0, 1.0, 1.0),
        (["x", "a"], {"a": 1}, 0.5, 1 / math.log2(3), 1.0),
        (["x"], {"a": 1}, 0.0, 0.0, 0.0),
        ([], {"a": 1}, 0.0, 0.0, 0.0),
        (["a"], {"a": 1, "b": 1}, 1.0, 1 / (1 + 1 / math.log2(3)), 0.5),
        (["b", "a"], {"a": 2, "b": 1}, 1.0, (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)), 1.0),
    ],
    ids=["first", "second", "missed", "nothing", "one-of-two", "grades"],
)
def test_measures(ids: list[str], relevant: dict[str, int], rank: float, gain: float, share: float) -> None:
    assert reciprocal_rank(ids, relevant) == pytest.approx(rank)
    assert ndcg(ids, relevant) == pytest.approx(gain)
    assert recall(ids, relevant) == pytest.approx(share)


QUERIES = [JudgedQuery("1", "it", "treni"), JudgedQuery("2", "it", "x"), JudgedQuery("3", "ru", "y")]
JUDGEMENTS = {"1": {"a": 1}, "2": {"b": 1}, "9": {"a": 1}}


def test_each_query_is_answered_once_and_those_without_judgements_are_left_out() -> None:
    asked: list[str] = []

    def answer(query: str) -> list[str]:
        asked.append(query)
        return ["a", "b"] * 8

    results = list(ask(QUERIES, JUDGEMENTS, answer))
    assert asked == ["treni", "x"]
    assert [(one.qid, one.values[0], len(one.ids)) for one in results] == [("1", 1.0, 10), ("2", 0.5, 10)]
    assert figures_of(results)["it"].mean()["mrr@10"] == 0.75
    assert evaluate(QUERIES, JUDGEMENTS, answer).keys() == {"it", "all"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\tit\n", ":1: expected qid, lang and query"),
        ("1\tit\ta\n1\tit\tb\n", ":2: the qid '1' was used before"),
        ("1\tall\ta\n", ":1: 'all' is the name of all languages"),
        ('{"qid": 1}\n', ":1: not a query"),
        ("\n{broken\n", ":2: not a query"),
        ('{"a":' * 100_000 + "\n", ":1: not a query"),
    ],
    ids=["columns", "twice", "all", "key", "json", "deep"],
)
def test_bad_queries_are_named_by_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "queries.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"queries\.tsv") as caught:
        read_queries(path)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["1 0 a\n", "1\t0\ta\tmuch\n", "1\t0\ta\t1\t2\n", "1\t0\ta\t--1\n"])
def test_bad_judgements_are_named_by_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text("0\t0\ta\t1\n" + text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"qrels\.tsv:2: expected"):
        read_judgements(path)


@pytest.mark.parametrize(
    "data", [b"not gzip", gzip.compress(b"1\tit\ttreni\n" * 99)[:-9], b"\x1f\x8b\x08\x00" + b"\xff" * 40]
)
def test_a_damaged_gzip_file_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "queries.tsv.gz"
    path.write_bytes(data)
    with pytest.raises(ConfigurationError, match=r"queries\.tsv\.gz"):
        read_queries(path)


# Saved runs


def result(qid: str, *values: float, language: str = "it", query: str = "treni") -> QueryResult:
    first, second, third = values if len(values) == 3 else values * 3
    return QueryResult(qid, language, query, (first, second, third), ("a", "犬/1"), 1.25)


def run(name: str, *results: QueryResult) -> SavedRun:
    return SavedRun(name, HEADER, results)


@pytest.mark.parametrize("name", ["run.jsonl", "run.jsonl.gz"])
def test_a_run_comes_back_as_it_was_saved(tmp_path: Path, name: str) -> None:
    kept = (result("1", 1 / 3, 0.5, 1.0), result("2", 0.0, language="ja", query="犬\u2028\t夜叉"))
    save_run(tmp_path / name, SavedRun("", HEADER, kept))
    found = read_run(tmp_path / name)
    assert (found.results, dict(found.about)) == (kept, HEADER)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_run_says_of_which_index_and_of_which_questions(tmp_path: Path) -> None:
    queries, qrels = tmp_path / "q.tsv", tmp_path / "r.tsv"
    queries.write_text("a")
    qrels.write_text("b")
    manifest = Manifest("000007", "2026-01-01", 3, {}, (), "abc", {"numpy": "2"})
    about = about_run(manifest, queries=[queries], judgements=[qrels])
    assert (about["generation"], about["fingerprint"], about["software"]) == ("000007", "abc", {"numpy": "2"})
    assert list(about["queries"]) == ["q.tsv"]
    assert str(tmp_path) not in json.dumps(about)


ROW: dict[str, Any] = {
    "qid": "1", "language": "it", "query": "x", "mrr@10": 1, "ndcg@10": 1.0, "recall@10": 0,
    "ids": [], "ms": 2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "is empty"),
        (["{broken"], ":1: not JSON"),
        (["[]"], ":1: not a JSON object"),
        ([{"format": "other"}], ":1: not a run saved by"),
        ([{**HEADER, "version": 2}], ":1: not a run saved by"),
        ([HEADER, {**ROW, "qid": 1}], ":2: 'qid' must be text"),
        ([HEADER, {**ROW, "language": "all"}], ":2: 'all' is the name"),
        ([HEADER, {**ROW, "mrr@10": 1.5}], ":2: 'mrr@10' must be a number from 0 to 1, not 1.5"),
        ([HEADER, {**ROW, "ndcg@10": float("nan")}], ":2: 'ndcg@10' must be a number"),
        ([HEADER, {**ROW, "recall@10": True}], ":2: 'recall@10' must be a number"),
        ([HEADER, {**ROW, "ids": "a"}], ":2: 'ids' must be a list"),
        ([HEADER, {**ROW, "ms": -1}], ":2: 'ms' must be a number from 0, not -1"),
        ([HEADER, ROW, ROW], ":3: the qid '1' was used before"),
    ],
)
def test_a_bad_run_is_named_by_line(tmp_path: Path, lines: list[Any], message: str) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines))
    with pytest.raises(ConfigurationError) as caught:
        read_run(path)
    assert f"{path}{message}" in str(caught.value).replace(": is", "is")


# Comparisons


def exact_p(differences: list[float]) -> float:
    """Every exchange, one by one."""
    least = abs(sum(differences)) - 1e-9
    signs = list(itertools.product((-1, 1), repeat=len(differences)))
    return sum(
        abs(math.fsum(s * d for s, d in zip(sign, differences, strict=True))) >= least for sign in signs
    ) / len(signs)


@pytest.mark.parametrize("seed", range(6))
def test_p_is_that_of_all_exchanges(seed: int) -> None:
    """Counted out where that is possible, and met by random exchanges where it is not."""
    generator = np.random.default_rng(seed)
    differences = generator.choice([-0.5, -0.1, 0.0, 0.25, 0.5, 1.0], size=12)
    expected = exact_p(differences.tolist())
    assert randomisation_p(differences, rounds=5000) == pytest.approx(expected)
    drawn = randomisation_p(differences, rounds=200, seed=seed)
    assert abs(drawn - expected) < 4 * math.sqrt(0.25 / 200)


@pytest.mark.parametrize(
    ("differences", "low", "high"),
    [
        ([0.0] * 50, 1.0, 1.0),
        ([], 1.0, 1.0),
        ([0.5], 1.0, 1.0),
        ([0.1] * 60, 0.0, 0.001),
        ([-0.1] * 60, 0.0, 0.001),
        ([0.3, -0.3] * 40, 0.9, 1.0),
        ([0.1] * 60 + [0.0] * 5000, 0.0, 0.001),
    ],
    ids=["same", "none", "one", "better", "worse", "balanced", "mostly-same"],
)
def test_p_of_clear_cases(differences: list[float], low: float, high: float) -> None:
    assert low <= randomisation_p(np.array(differences)) <= high


def test_p_is_right_about_luck() -> None:
    """Where there is no difference, one comparison in twenty is below 0.05."""
    generator = np.random.default_rng(11)
    values = [randomisation_p(generator.normal(size=40), rounds=400, seed=one) for one in range(400)]
    below = sum(value < 0.05 for value in values)
    assert 6 <= below <= 38  # 20 are expected, with a standard deviation of 4.4


def test_p_is_the_same_each_time_and_needs_little_memory() -> None:
    differences = np.random.default_rng(3).normal(0.01, 0.3, size=15_000)
    assert randomisation_p(differences, rounds=500) == randomisation_p(differences, rounds=500)


def compared() -> Comparison:
    russian = [result(f"ru{n}", 1.0, language="ru") for n in range(5)]
    before = [result(f"it{n}", 0.5) for n in range(20)]
    after = [result(f"it{n}", 1.0 if n else 0.25) for n in range(20)]
    return compare(
        run("before.jsonl", *before, *russian, result("gone", 1.0)),
        run("after.jsonl", *after, *russian, result("new", 1.0), result("newer", 1.0)),
    )


def test_a_comparison_is_paired_per_language_and_over_all() -> None:
    found = compared()
    assert list(found.measures) == ["it", "ru", "all"]
    assert found.queries == {"it": 20, "ru": 5, "all": 25}
    assert (found.only_before, found.only_after) == (1, 2)
    italian = found.measures["it"]["mrr@10"]
    assert (italian.before, italian.better, italian.worse, italian.same) == (0.5, 19, 1, 0)
    assert italian.difference == pytest.approx((19 * 0.5 - 0.25) / 20)
    assert italian.is_significant
    russian = found.measures["ru"]["ndcg@10"]
    assert (russian.difference, russian.same, russian.p, russian.is_significant) == (0.0, 5, 1.0, False)
    assert found.measures["all"]["recall@10"].better == 19


def test_the_queries_that_changed_most_come_first() -> None:
    found = compared()
    assert len(found.changed) == 20
    assert found.changed[-1].after.qid == "it0"
    values = found.to_dict(3)
    assert [one["qid"] for one in values["most_changed"]] == ["it1", "it10", "it11"]
    assert values["most_changed"][0]["mrr@10"] == {"before": 0.5, "after": 1.0}
    json.dumps(values)


def test_looking_at_more_languages_asks_for_more_evidence() -> None:
    """Holm: the smallest p counts as many times as there are languages, and none falls below it."""
    before = [result(f"a{n}", 0.5, language="it") for n in range(8)]
    after = [result(f"a{n}", 1.0, language="it") for n in range(8)]
    rest = [result(f"{code}{n}", 0.5, language=code) for code in ("de", "fr", "ru") for n in range(4)]
    measures = compare(run("a", *before, *rest), run("b", *after, *rest)).measures
    assert measures["it"]["mrr@10"].p == pytest.approx(2 / 2**8)
    assert measures["it"]["mrr@10"].p_holm == pytest.approx(4 * 2 / 2**8)
    assert measures["de"]["mrr@10"].p_holm == 1.0


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (result("other", 1.0), "no query in common"),
        (result("1", 1.0, query="navi"), "the query of '1' is 'treni' in one and 'navi' in the other"),
        (result("1", 1.0, language="de"), "the language of '1' is 'it' in one and 'de' in the other"),
    ],
    ids=["disjoint", "query", "language"],
)
def test_runs_of_other_queries_are_not_compared(after: QueryResult, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        compare(run("a", result("1", 1.0)), run("b", after))
