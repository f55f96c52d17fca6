"""S3: formulas in exported tables. There is no export of tables, and nothing that could make one unseen.

If one is added, this test fails, and whoever adds it puts `'` before values that begin with = + - @, a tab or
a line break.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from fault_figures import begin, record
from web_fake import fake_app, fake_client
from wsgi_calls import call

PROJECT = Path(__file__).resolve().parent.parent.parent
TABLES = re.compile(r"csv|tab-separated|spreadsheet|excel", re.IGNORECASE)


def writers() -> list[str]:
    """Where the program could write a table: calls of `csv.writer` and its like, media types of tables."""
    found = []
    for room in ("search", "indexer", "web"):
        for path in sorted((PROJECT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in (
                    "writer",
                    "DictWriter",
                    "to_csv",
                    "to_excel",
                ):
                    found.append(f"{path.name}:{node.lineno}")
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and "text/csv" in node.value
                ):
                    found.append(f"{path.name}:{node.lineno}")
    return found


def test_s3_no_answer_is_a_table() -> None:
    begin("S3")
    app = fake_app()
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.methods is None or "GET" not in rule.methods:
            continue
        path = str(rule)
        for name in rule.arguments:
            path = re.sub(
                rf"<(?:[^:<>]+:)?{name}>",
                {"name": "genre", "uid": "films", "number": "1"}.get(name, "brick"),
                path,
            )
        for query in ("", "q=brick", "format=csv", "q=brick&format=csv"):
            answer = call(app, path, query, headers={"Accept": "text/csv, */*;q=0.1"})
            assert not TABLES.search(answer.headers.get("content-type", "")), path
            assert "attachment" not in answer.headers.get("content-disposition", ""), path
            asked += 1
    only = fake_client().get("/api/v1/search?q=brick", headers={"Accept": "text/csv"})
    assert only.status_code == 406
    found = writers()
    record(
        "S3",
        "0 formulas in exports",
        f"no export of tables: {asked} answers looked at, {len(found)} writers in code",
    )
    assert found == []
