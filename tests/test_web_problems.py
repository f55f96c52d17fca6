"""Refusals of every layer have one shape, and each kind of problem is documented where its type leads."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from web_fake import fake_client

from web.errors import problem_kinds
from web.problems import DETAILS, kind_of, title_of

ROOT = Path(__file__).parent.parent
ERRORS = ROOT / "docs" / "errors.md"
SERVER = ROOT / "web" / "gunicorn_conf.py"


def test_the_server_in_front_refuses_in_the_same_words() -> None:
    # Read, not imported: importing it sets the process up as a server.
    source = SERVER.read_text(encoding="utf-8")
    (table,) = [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "REFUSALS" and node.value
    ]
    refusals = ast.literal_eval(table)
    assert len(refusals) > 5
    for status, (title, detail) in refusals.items():
        assert (title, detail) == (title_of(status), DETAILS[status])


def test_every_type_leads_to_its_description() -> None:
    page = fake_client().get("/api/docs").get_data(as_text=True)
    for _, kind, _ in problem_kinds():
        assert f'id="{kind}"' in page


def test_every_kind_of_problem_is_in_the_documentation() -> None:
    rows = re.findall(r"^\| (\d+) \| `([a-z-]+)` \|", ERRORS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted((int(status), kind) for status, kind in rows) == [(s, k) for s, k, _ in problem_kinds()]


@pytest.mark.parametrize("status", DETAILS)
def test_kinds_are_addresses(status: int) -> None:
    assert re.fullmatch("[a-z-]+", kind_of(status))


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("PROPFIND", "/api/v1/search", 405),
        ("TRACE", "/healthz", 405),
        ("GET", "/api/v1/search/", 404),
        ("GET", "//api/v1/search", 404),
        ("POST", "/api/v1/openapi.json", 405),
    ],
)
def test_odd_requests_are_refused_in_one_shape(method: str, address: str, status: int) -> None:
    answer = fake_client().open(address, method=method)
    assert answer.status_code == status
    if address.startswith("/api") or address == "/healthz":
        assert json.loads(answer.data)["type"] == f"/api/docs#{kind_of(status)}"
