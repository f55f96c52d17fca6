"""`indexer report queries`: what is listed, what only counts, and that it reads what the server writes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from small_index import SETTINGS, indexed

from indexer.cli import main
from indexer.report import MISSING_WORDS, PARTS_OF_WORDS, SELDOM, Group, report_queries
from search.searcher import Searcher
from web import create_app, query_log
from web.settings import WebSettings

TODAY = date(2026, 3, 1)


def line(query: str | None, times: int = 1, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "language": "it",
        "total": 1,
        "narrowed": False,
        "second_tries": [],
        "matched_by": ["exact"],
        "complete": True,
    }
    return {"query": query, "times": times} | values | changes


def logged(folder: Path, *lines: dict[str, Any], day: date = TODAY) -> Path:
    with (folder / f"queries-{day.isoformat()}.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in lines)
    return folder


def only_group(folder: Path, **options: Any) -> Group:
    (group,) = report_queries(folder, today=TODAY, **options).groups
    return group


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        pytest.param({}, {}, id="found as typed"),
        pytest.param({"second_tries": ["spelling"]}, {"spelling": 5}, id="second try"),
        pytest.param({"complete": False}, {MISSING_WORDS: 5}, id="a word is missing"),
        pytest.param({"matched_by": ["prefix"]}, {PARTS_OF_WORDS: 5}, id="parts of words"),
        pytest.param({"matched_by": ["prefix", "romanized"]}, {}, id="one hit is whole"),
        pytest.param(
            {"second_tries": ["split"], "complete": False}, {"split": 5, MISSING_WORDS: 5}, id="two reasons"
        ),
        pytest.param({"narrowed": True, "complete": False}, {}, id="filtered"),
        pytest.param({"total": 0, "matched_by": [], "complete": False}, {}, id="nothing is not weak"),
        pytest.param({"matched_by": []}, {}, id="only words that exclude"),
    ],
)
def test_what_is_weak(tmp_path: Path, changes: dict[str, Any], reasons: dict[str, int]) -> None:
    group = only_group(logged(tmp_path, line("treno va", 5, **changes)))
    assert [one.why for one in group.weak] == ([reasons] if reasons else [])
    assert group.totals.weak == (5 if reasons else 0)


def test_long_queries_need_not_be_found_whole(tmp_path: Path) -> None:
    logged(tmp_path, line("the one with the train", 5, complete=False))
    assert only_group(tmp_path).weak == ()


def test_lists_and_totals(tmp_path: Path) -> None:
    logged(
        tmp_path,
        line("treno", 9, total=3),
        line("mosca", 12),
        line("zzz", 6, total=0, matched_by=[]),
        line("zzz", 5, total=0, matched_by=[], narrowed=True),
        line(None, 4),
        line("godzila", 7, second_tries=["spelling"]),
    )
    report = report_queries(tmp_path, today=TODAY)
    (group,) = report.groups
    assert [(one.query, one.times) for one in group.top] == [
        ("mosca", 12),
        ("zzz", 11),
        ("treno", 9),
        ("godzila", 7),
    ]
    assert [(one.query, one.times) for one in group.without_hits] == [("zzz", 6)]
    assert [(one.query, one.times) for one in group.weak] == [("godzila", 7)]
    assert (report.totals.searches, report.totals.not_kept) == (43, 4)
    assert (group.totals.searches, group.totals.without_hits, group.totals.weak) == (39, 6, 7)
    assert [one.query for one in only_group(tmp_path, limit=2).top] == ["mosca", "zzz"]


def test_what_is_seldom_asked_is_in_the_totals_only(tmp_path: Path) -> None:
    logged(
        tmp_path,
        line("my neighbour's name", 4),
        line("treno", 5),
        line("nulla", 2, total=0),
        line("treno", 3, total=0),
        line("ຊື່", 3, language="lo"),
        line("ชื่อ", 1, language="th"),
    )
    report = report_queries(tmp_path, today=TODAY)
    assert report.totals.searches == 18
    told = json.dumps(report.to_dict(), ensure_ascii=False)
    for hidden in ("neighbour", "nulla", "ຊື່", "Laoo", '"lo"', "Thai"):
        assert hidden not in told
    italian, seldom = report.groups
    assert [(one.query, one.times) for one in italian.top] == [("treno", 8)]
    assert italian.without_hits == (), "each number in a list is at least as large as the threshold"
    assert (seldom.language, seldom.script, seldom.totals.searches) == (SELDOM, SELDOM, 4)
    more = report_queries(tmp_path, today=TODAY, least=1)
    assert "my neighbour's name" in json.dumps(more.to_dict())


def test_counts_of_days_and_workers_are_summed(tmp_path: Path) -> None:
    logged(tmp_path, line("treno", 2), line("treno", 1))
    logged(tmp_path, line("treno", 2, total=9), day=TODAY - timedelta(days=3))
    (listed,) = only_group(tmp_path).top
    assert (listed.times, listed.total) == (5, 1), "the total is that of the last day"


def test_only_so_many_days(tmp_path: Path) -> None:
    for days in (0, 6, 7):
        logged(tmp_path, line("treno", 10), day=TODAY - timedelta(days=days))
    report = report_queries(tmp_path, today=TODAY, days=7)
    assert (report.first_day, report.last_day, report.totals.searches) == ("2026-02-23", "2026-03-01", 20)


def test_groups_are_languages_and_scripts(tmp_path: Path) -> None:
    logged(
        tmp_path,
        line("сталкер", 20, language="ru"),
        line("stalker", 6, language="ru"),
        line("ёжик", 5, language="uk"),
        line("ёжик", 7, language="ru"),
        line("1917", 8, language="und"),
    )
    groups = report_queries(tmp_path, today=TODAY).groups
    assert [(one.language, one.script, one.totals.searches) for one in groups] == [
        ("ru", "Cyrl", 32),
        ("und", "Zyyy", 8),
        ("ru", "Latn", 6),
    ]
    russian = report_queries(tmp_path, today=TODAY, language="ru")
    assert [one.script for one in russian.groups] == ["Cyrl", "Latn"]
    assert russian.totals.searches == 46


@pytest.mark.parametrize(
    "torn",
    [
        '{"query": "tre',
        "null",
        "[]",
        '{"query": "x"}',
        '{"query": 3, "times": 1}',
        "\ufffd",
        json.dumps(line("x", -3)),
    ],
)
def test_lines_that_were_cut_off_are_passed_over(tmp_path: Path, torn: str) -> None:
    logged(tmp_path, line("treno", 5))
    with (tmp_path / f"queries-{TODAY}.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{torn}\n\n")
    logged(tmp_path, line("treno", 5))
    (tmp_path / "queries-2026-99-99.jsonl.swp").write_text("x")
    report = report_queries(tmp_path, today=TODAY)
    assert (report.totals.searches, report.unreadable) == (10, 1)


# The command


def run(*arguments: str, **environment: str) -> Any:
    return CliRunner().invoke(main, ["report", "queries", *arguments], env=environment)


def test_command_tells_people_and_programs(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    logged(tmp_path, line("treno", 9), line("tre\u202eno\x1b", 6, total=0), line(None, 2), day=today)
    logged(tmp_path, line("godzila", 7, second_tries=["spelling"]), day=today)
    told = run("--log", str(tmp_path)).stdout
    assert "24 searches, 6 without hits, 7 weak" in told
    assert "it Latn: 22 searches" in told
    assert "      7  godzila  [1 found; spelling 7]" in told
    assert "\x1b" not in told
    assert "\u202e" not in told
    values = json.loads(run("--json", SEARCH_QUERY_LOG=str(tmp_path)).stdout)
    assert values["totals"]["second_tries"] == {"spelling": 7}
    assert values["groups"][0]["weak"] == [
        {"query": "godzila", "times": 7, "total": 1, "why": {"spelling": 7}}
    ]
    fewer = json.loads(run("--json", "--log", str(tmp_path), "--least", "8", "--days", "1").stdout)
    assert [one["query"] for one in fewer["groups"][0]["top"]] == ["treno"]


def test_an_empty_log_is_a_report(tmp_path: Path) -> None:
    told = run("--log", str(tmp_path))
    assert (told.exit_code, "0 searches" in told.stdout) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "--log", id="no folder named"),
        pytest.param(["--log", "no-such-folder"], "no-such-folder", id="no folder there"),
        pytest.param(["--log", ".", "--least", "0"], "--least", id="threshold"),
        pytest.param(["--log", ".", "--days", "0"], "--days", id="days"),
    ],
)
def test_wrong_use_is_told(tmp_path: Path, arguments: list[str], message: str) -> None:
    ran = run(*arguments)
    assert ran.exit_code == 2
    assert message in ran.stderr


def test_it_reads_what_the_server_writes(tmp_path: Path) -> None:
    """The whole way, with real answers: question, log, report."""
    rows = [
        {"id": "a", "title": "Il treno va a Mosca", "language": "it", "genre": "Drama"},
        {"id": "b", "title": "Nuovo Cinema Paradiso", "language": "it"},
        {"id": "c", "title": "Godzilla", "language": "en"},
    ]
    indexed(tmp_path / "films", rows)
    folder = tmp_path / "queries"
    web = WebSettings(index=tmp_path / "films" / "index", collection=SETTINGS, query_log=folder)
    app = create_app(web, Searcher.open)
    visitor = app.test_client()
    asked = ["treni mosca", "cinemaparadiso", "godzila", "xyzzyq", "treno paradiso", "Treni  MOSCA"]
    for q in asked * 5:
        assert visitor.get("/api/v1/search", query_string={"q": q}).status_code == 200
    visitor.get("/api/v1/search", query_string={"q": "treno", "genre": "Comedy"})
    found = query_log.of_application(app)
    assert found is not None
    found.close()
    report = report_queries(folder, today=datetime.now(UTC).date())
    assert (report.totals.searches, report.unreadable, report.totals.not_kept) == (31, 0, 0)
    listed = {name: {} for name in ("top", "without_hits", "weak")}
    for group in report.groups:
        assert group.script in ("Latn", SELDOM)
        for name, its in listed.items():
            its |= {one.query: one for one in getattr(group, name)}
    assert listed["top"]["treni mosca"].times == 10
    assert "treno" not in listed["top"]
    assert listed["without_hits"].keys() == {"xyzzyq"}
    assert listed["weak"]["godzila"].why == {"spelling": 5}
    assert listed["weak"]["cinemaparadiso"].why == {"split": 5}
    assert listed["weak"]["treno paradiso"].why == {MISSING_WORDS: 5}
    assert "treni mosca" not in listed["weak"]
