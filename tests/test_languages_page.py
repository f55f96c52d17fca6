"""The page about languages: what was measured appears beside what is known, and may be missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.languages_page import DETECTION, RELEVANCE, detected, measured, page
from search.analysis.languages import LANGUAGES
from search.errors import ConfigurationError

SHARES = {"languages": {"de": {"sentence": 0.99, "title": 0.8}}}
QUESTIONS = {
    "languages": {"de": {"xquad": {"mrr@10": 0.96712, "queries": 1190}, "b": {"mrr@10": 1, "queries": 2}}}
}


def write(folder: Path, name: str, values: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(values if isinstance(values, str) else json.dumps(values))


def measured_cells(text: str, code: str) -> list[str]:
    row = next(line for line in text.splitlines() if line.startswith(f"| `{code}` "))
    return [cell.strip() for cell in row.split("|")[-5:-1]]


@pytest.mark.parametrize(
    ("files", "cells"),
    [
        ({}, ["", "", "", ""]),
        ({DETECTION: SHARES}, ["80.0", "99.0", "", ""]),
        ({RELEVANCE: QUESTIONS}, ["", "", "", "1.000 b (2), 0.967 xquad (1190)"]),
    ],
    ids=["nothing", "detection", "relevance"],
)
def test_figures_of_a_run(tmp_path: Path, files: dict[str, Any], cells: list[str]) -> None:
    for name, values in files.items():
        write(tmp_path, name, values)
    text = page(tmp_path)
    assert measured_cells(text, "de") == cells
    assert measured_cells(text, "fi") == ["", "", "", ""]
    for name in files:
        assert f"{tmp_path.name}/{name}" in text


def test_the_newest_run_that_has_the_figures_is_taken(tmp_path: Path) -> None:
    for number, folder in enumerate(("2026-01-09", "2026-01-10", "2026-01-10-2", "2026-01-10-10")):
        write(tmp_path / folder, DETECTION, {"languages": {"de": {"title": number / 10}}})
    write(tmp_path / "2025-12-31", RELEVANCE, QUESTIONS)
    (tmp_path / "2026-02-01").mkdir()
    found = measured(runs=tmp_path)
    assert found.detection == {"de": {"title": 0.3}}
    assert [path.parent.name for path in found.sources] == ["2026-01-10-10", "2025-12-31"]
    assert measured(runs=tmp_path / "none").sources == ()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"languages": []}', '{"languages": {"de": 1}}'])
def test_a_file_of_another_form_is_named(tmp_path: Path, text: str) -> None:
    write(tmp_path, DETECTION, text)
    with pytest.raises(ConfigurationError, match="detection"):
        page(tmp_path)


@pytest.mark.parametrize(
    ("code", "evidence"),
    [("it", "statistics"), ("be", "letters"), ("ka", "script"), ("ja", "script"), ("yue", "as zh")],
)
def test_by_what_a_language_is_known(code: str, evidence: str) -> None:
    assert detected(LANGUAGES[code]) == evidence
