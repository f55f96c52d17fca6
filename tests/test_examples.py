"""Do the examples in the documents work? Each is run as it stands, against a real server over `sample_docs`.

Runs are the `$ curl …` lines of ```console blocks, and ```javascript and ```python blocks that ask the
server. What they print must be what is stated: in the lines below the command, or in the ```text
block that follows. `…` stands for anything, on a line of its own for any lines; numbers with a decimal
point differ from machine to machine. Without curl or node these examples are skipped; in CI, where the
variable `CI` is set, they fail.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.cli import main
from search.searcher import Searcher
from web import create_app
from web.settings import WebSettings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ADDRESS = "http://127.0.0.1:8000"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DECIMAL = re.compile(r"\d+\.\d+")


@dataclass(frozen=True)
class Example:
    """`code` in `language`, and the lines it must print; None where the page states none."""

    page: str
    line: int
    language: str
    code: str
    stated: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def examples_of(path: Path) -> Iterator[Example]:
    text = path.read_text(encoding="utf-8")
    blocks = list(_BLOCK.finditer(text))
    for number, block in enumerate(blocks):
        language, code = block[1], block[2]
        line = text.count("\n", 0, block.start()) + 2
        if language == "console":
            yield from commands_of(path.name, line, code)
        elif language in ("javascript", "python") and ADDRESS in code:
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            is_output = (
                following is not None
                and following[1] == "text"
                and not text[block.end() : following.start()].strip()
            )
            yield Example(path.name, line, language, code, following[2] if following and is_output else None)


def commands_of(page: str, line: int, block: str) -> Iterator[Example]:
    command, stated, begun = "", "", 0
    for number, row in enumerate([*block.splitlines(), "$ "], line):
        if not row.startswith("$ "):
            stated += f"{row}\n"
            continue
        if ADDRESS in command:
            yield Example(page, begun, "curl", command, stated)
        command, stated, begun = row[2:], "", number


EXAMPLES = [one for page in PAGES for one in examples_of(page)]


def pattern_of(stated: str) -> str:
    """A regular expression for what is stated; `…` is anything."""
    lines = []
    for line in stated.splitlines():
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
        else:
            parts = (re.escape(_DECIMAL.sub("0.0", part)) for part in line.split("…"))
            lines.append(".*".join(parts) + r"\n")
    return "".join(lines)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("examples") / "index"
    built = CliRunner().invoke(main, ["build", str(ROOT / "sample_docs"), "--index", str(folder), "--quiet"])
    assert built.exit_code == 0, built.output
    return folder


@pytest.fixture(scope="module")
def server(index: Path) -> Iterator[str]:
    """The address of a server such as `make run` starts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "SEARCH_INDEX": str(index),
        "PUBLIC_URL": address,
        "TMPDIR": str(index.parent),
    }
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    log = index.parent / "log"
    command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "web" / "gunicorn_conf.py")]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "web.wsgi:app"], env=environment, cwd=ROOT, stdout=output, stderr=output
        )
    try:
        wait_until_ready(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(log.read_text())


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed; CI must run the examples")
        pytest.skip(f"{name} is not installed")
    return found


def command_line(example: Example, code: str) -> list[str]:
    if example.language == "curl":
        program("curl")
        return [program("bash"), "-c", code]
    if example.language == "javascript":
        return [program("node"), "--input-type=module", "--eval", code]
    return [sys.executable, "-c", code]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example_prints_what_the_page_states(example: Example, server: str) -> None:
    if example.language == "python" and not os.environ.get("CI"):
        pytest.importorskip("httpx", reason="the client needs httpx")
    code = example.code.replace(ADDRESS, server)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    ran = subprocess.run(
        command_line(example, code), capture_output=True, timeout=60, env=environment, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")
    assert example.stated is not None, f"{example}: no ```text block says what this prints"
    printed = _DECIMAL.sub("0.0", ran.stdout.decode().replace(server, ADDRESS).rstrip("\n") + "\n")
    stated = example.stated.replace(server, ADDRESS)
    assert re.fullmatch(pattern_of(stated), printed), f"{example} states\n{stated}\nand printed\n{printed}"


def test_every_route_of_the_api_is_shown_in_three_languages(index: Path) -> None:
    rules = create_app(WebSettings(index=index), Searcher.open).url_map.iter_rules()
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    routes = {rule.rule for rule in rules if rule.rule.startswith("/api/v1/")} - {"/api/v1/openapi.json"}
    assert len(routes) >= 7
    for route in routes:
        shown = re.sub(r"<(?:\w+:)?(?:document_)?(\w+)>", r"<\1>", route)
        (section,) = (
            part for part in text.split("\n## ") if f"`GET {shown}`" in part or f"`POST {shown}`" in part
        )
        for language in ("console", "javascript", "python"):
            assert f"```{language}\n" in section, f"{route} has no example in {language}"


def test_examples_are_found() -> None:
    kinds = [one.language for one in EXAMPLES]
    assert min(kinds.count(one) for one in ("curl", "javascript", "python")) >= 8
    assert {one.page for one in EXAMPLES} >= {"README.md", "api.md"}


@pytest.mark.parametrize(
    ("stated", "printed", "same"),
    [
        pytest.param("a … c\n", "a b c\n", True, id="part of a line"),
        pytest.param("a\n…\nd\n", "a\nb\nc\nd\n", True, id="lines"),
        pytest.param("…\nd\n", "d\n", True, id="no line"),
        pytest.param("12.5 ms\n", "0.0 ms\n", True, id="decimals"),
        pytest.param("12 ms\n", "13 ms\n", False, id="whole numbers"),
        pytest.param("a.c\n", "abc\n", False, id="signs are themselves"),
        pytest.param("a\n", "a\nb\n", False, id="more than stated"),
    ],
)
def test_what_is_stated_is_compared(stated: str, printed: str, same: bool) -> None:
    assert (re.fullmatch(pattern_of(stated), printed) is not None) == same


def test_the_description_names_the_methods_of_the_client(index: Path) -> None:
    """Each operation of the OpenAPI document has a method, so that a new route is not forgotten."""
    clients = pytest.importorskip("search.client", reason="the client needs httpx")
    answer = create_app(WebSettings(index=index), Searcher.open).test_client().get("/api/v1/openapi.json")
    paths = json.loads(answer.data)["paths"]
    operations = {
        one["operationId"]
        for path, its in paths.items()
        if path.startswith("/api/v1")
        for one in its.values()
    }
    named = {re.sub(r"(?<!^)(?=[A-Z])", "_", one).lower() for one in operations} - {"search_by_post"}
    for kind in (clients.Client, clients.AsyncClient):
        assert named <= set(dir(kind))
