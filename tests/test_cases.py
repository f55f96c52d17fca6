"""The acceptance cases: film titles in many scripts, queries as people type them.

A query passes when its first hit is wanted and none of the unwanted is among the first five.
`python tests/test_cases.py FOLDER` prints the table for the shared folder given.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shared_data import SHARED, needs_shared

from indexer.build import build
from indexer.document import AlternativeTitle, Document
from search.configuration import Settings
from search.request import SearchRequest
from search.searcher import Searcher

#: What the cases must reach; raise it when more are right.
RIGHT = 78

#: Further conditions of single cases: query → (what must be reported, where).
REPORTED = {"fantmas": ("matched_by", "typo"), "cnfkrth": ("interpretations", "keyboard")}


class Catalogue:
    """The titles as documents, with their language declared or left to be decided."""

    refused = 0
    documents = 0

    def __init__(self, folder: Path, *, declared: bool) -> None:
        self._path = folder / "data" / "cases" / "catalogue.jsonl"
        self._declared = declared

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        for line in self._path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            aliases = tuple(AlternativeTitle(title) for title in row.get("also_known_as", ()))
            language = row["language"] if self._declared else None
            self.documents += 1
            yield Document(row["id"], row["title"], language=language, also_known_as=aliases), str(self._path)


def outcomes(
    folder: Path, index: Path, *, declared: bool
) -> Iterator[tuple[dict[str, Any], list[str], bool]]:
    """(case, ids of the first hits, whether it passes) for every query."""
    build(Catalogue(folder, declared=declared), sources=["cases"], index=index, settings=Settings())
    searcher = Searcher.open(index, Settings())
    for line in (folder / "data" / "cases" / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        found = searcher.search(SearchRequest(q=case["query"]))
        ids = [hit.id for hit in found.hits[:5]]
        passed = bool(ids) and ids[0] in case["want"] and not set(ids) & set(case["absent"])
        where, what = REPORTED.get(case["query"], ("", ""))
        if passed and where == "matched_by":
            passed = what in found.hits[0].matched_by
        elif passed and where == "interpretations":
            passed = what in [one.kind for one in found.query.interpretations]
        yield case, ids, passed


@needs_shared
@pytest.mark.parametrize("declared", [True, False], ids=["declared", "decided"])
def test_cases(tmp_path: Path, declared: bool) -> None:
    rows = list(outcomes(SHARED, tmp_path, declared=declared))
    failed = [
        f"case {case['case']}: {case['query']!r} gave {ids}" for case, ids, passed in rows if not passed
    ]
    assert len(rows) - len(failed) >= RIGHT, "\n".join(failed)


def _print_table(folder: Path) -> None:
    for declared in (True, False):
        with tempfile.TemporaryDirectory() as index:
            rows = list(outcomes(folder, Path(index), declared=declared))
        print(
            f"language {'declared' if declared else 'decided'}: {sum(row[2] for row in rows)} of {len(rows)}"
        )
        for case, ids, passed in rows:
            if not passed:
                print(
                    f"  case {case['case']}: {case['query']!r} wants {case['want']}, got {ids}: {case['why']}"
                )


if __name__ == "__main__":
    _print_table(Path(sys.argv[1]))
