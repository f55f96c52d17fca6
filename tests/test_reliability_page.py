"""Figures of tests of faults are merged honestly, and the page says what the file says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.faults.__main__ import main
from benchmarks.faults.figures import FILE, merged, read_lines, without
from benchmarks.faults.identities import IDENTITIES, IDS, functions_of, identities_of_test, identity_of
from benchmarks.faults.page import IN_PART, MET, MISSED, NOT_JUDGED, NOT_RUN, PAGE, SHORT, page, verdict

ROOT = Path(__file__).parent.parent
HERE = {"processor": "a", "cores": "2"}
K1 = "tests/faults/test_k1_killed_anywhere.py"


def figure(id: str, test: str, form: str = "long", **more: Any) -> dict[str, Any]:
    return {
        "id": id, "target": "all", "reached": "1 of 1", "command": f"FAULTS=long python -m pytest {test}",
        "seconds": 1.0, "form": form, "date": "2026-01-02T00:00:00+00:00", "commit": "abc", **more,
    }  # fmt: skip


def end(test: str, how: str = "passed", form: str = "long") -> dict[str, Any]:
    return {
        "test": test, "outcome": how, "seconds": 1.0, "form": form, "date": "2026-01-02T00:00:00+00:00",
        "commit": "abc",
    }  # fmt: skip


ONE = f"{K1}::test_k1_killed_at_random_moments"
OTHER = f"{ONE}[other]"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([], NOT_RUN, id="nothing"),
        pytest.param([figure("K1", ONE), end(ONE)], MET, id="passed"),
        pytest.param([figure("K1", ONE), end(ONE, "failed")], MISSED, id="failed"),
        pytest.param([figure("K1", ONE, met=False), end(ONE)], MISSED, id="too few"),
        pytest.param([figure("K1", ONE, whole=False), end(ONE)], IN_PART, id="not for long"),
        pytest.param([figure("K1", ONE), end(ONE), end(OTHER, "failed")], MISSED, id="another failed"),
        pytest.param([figure("K1", ONE), end(ONE), end(OTHER, "skipped")], IN_PART, id="another skipped"),
        pytest.param([end(ONE, "skipped")], NOT_RUN, id="all skipped"),
        pytest.param([figure("K1", ONE, "short"), end(ONE, form="short")], SHORT, id="short"),
        pytest.param([figure("K1", ONE)], NOT_JUDGED, id="no end"),
        pytest.param([end(ONE)], MET, id="no figure"),
    ],
)
def test_what_counts_as_met(lines: list[dict[str, Any]], expected: str) -> None:
    assert verdict(merged([], lines, here=HERE)) == expected


def test_an_id_of_which_a_test_did_not_run_is_met_in_part() -> None:
    first, second = functions_of("L6")
    assert verdict(merged([], [end(first)], here=HERE)) == IN_PART
    assert verdict(merged([], [end(first), end(second)], here=HERE)) == MET


def test_a_newer_run_counts_but_not_a_shorter_one() -> None:
    held = merged([], [figure("K1", ONE), end(ONE)], here=HERE)
    short = merged(held, [figure("K1", ONE, "short", reached="2"), end(ONE, "failed", "short")], here=HERE)
    assert verdict(short) == MET
    longer = merged(held, [figure("K1", ONE, reached="3"), end(ONE, "failed")], here=HERE)
    assert verdict(longer) == MISSED
    assert [line["reached"] for line in longer if "outcome" in line] == ["3"]
    assert verdict(merged(longer, [figure("K1", ONE), end(ONE)], here=HERE)) == MET


def test_tests_that_ran_another_time_still_count() -> None:
    held = merged([], [end(ONE), end(OTHER, "failed")], here=HERE)
    assert verdict(merged(held, [end(ONE)], here=HERE)) == MISSED
    assert verdict(merged(held, [end(OTHER)], here=HERE)) == MET
    assert without(held, ["K1"]) == []


def test_parts_stand_beside_each_other() -> None:
    lines = merged(
        [],
        [figure("K2 build", f"{K1}::test_k2[build]"), figure("K2 update", f"{K1}::test_k2[update]")],
        here=HERE,
    )
    assert [line["part"].split(" ")[0] for line in lines] == ["build", "update"]
    assert "build: 1 of 1; update: 1 of 1" in page(lines)


def test_folders_of_one_machine_are_left_out() -> None:
    said = "/tmp/pytest-of-someone/pytest-513/test_d1_0/index/x: No space left"
    (line,) = merged([], [figure("D1 build", "tests/faults/test_d1.py::test_d1_a", said=said)], here=HERE)
    assert line["said"] == "test_d1_0/index/x: No space left"


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (f"{K1}::test_k2_killed_at_every_step[build]", ["K2"]),
        ("tests/faults/test_k5_reload.py::test_no_request_fails[SIGTERM and start]", ["K5"]),
        ("tests/faults/test_f_sandbox.py::test_it_can_change_nothing[x]", ["F1-F30"]),
        ("tests/test_api_conformance.py::test_so_does_the_server", ["Q5"]),
        ("tests/faults/test_i1_damage.py::test_i2_refused_in_words[trap as the segment]", ["I2", "S5"]),
        ("tests/test_update.py::test_update", []),
    ],
)
def test_ids_of_tests(test: str, expected: list[str]) -> None:
    assert identities_of_test(test) == expected


@pytest.mark.parametrize(
    ("figure", "expected"), [("K2 build", "K2"), ("F31.html", "F31"), ("F1-F30", "F1-F30")]
)
def test_ids_of_figures(figure: str, expected: str) -> None:
    assert identity_of(figure) == expected


def test_every_test_of_faults_has_an_id_and_every_id_a_test() -> None:
    of_files = {
        id: path.name
        for path in [
            *(ROOT / "tests" / "faults").glob("test_*.py"),
            ROOT / "tests" / "test_api_conformance.py",
        ]
        for function in _functions(path)
        for id in identities_of_test(f"{path.name}::{function}") or [f"{path.name}::{function}"]
    }
    assert of_files.keys() | {"S5"} == set(IDS)


def _functions(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("def ").partition("(")[0] for line in lines if line.startswith("def test_")]


def test_the_page_is_what_the_figures_say() -> None:
    lines = read_lines(FILE)
    assert PAGE.read_text(encoding="utf-8") == page(lines), "run `python -m benchmarks.faults render`"
    assert {line["id"] for line in lines} <= set(IDS)
    for line in lines:
        assert {"date", "commit", "machine", "command", "target", "reached", "met", "form"} <= line.keys()


def test_merging_writes_both(tmp_path: Path) -> None:
    run, file, shown = tmp_path / "run.jsonl", tmp_path / "figures.jsonl", tmp_path / "page.md"
    run.write_text("".join(json.dumps(line) + "\n" for line in (figure("K1", ONE), end(ONE))))
    assert main(["merge", str(run)], file=file, shown=shown) == 0
    assert "| K1 |" in shown.read_text()
    assert shown.read_text().count("| not run |") == len(IDENTITIES) - 1
    assert main(["forget", "K1"], file=file, shown=shown) == 0
    assert shown.read_text().count("| not run |") == len(IDENTITIES)


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', '{"id": "Z9", "form": "long"}'])
def test_what_is_no_figure_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run.jsonl"
    run.write_text(text)
    assert main(["merge", str(run)], file=tmp_path / "f", shown=tmp_path / "p") == 2
    assert "run.jsonl:1" in capsys.readouterr().err or "Z9" in text
    assert not (tmp_path / "f").exists()
