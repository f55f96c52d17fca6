"""S4: nothing that was typed, named or written in a document makes a line of its own in a log, or drives the
terminal of the admin."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import pty
import re
import socket
import subprocess
import sys
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from fault_figures import begin, is_long, record, trials
from fuzzed_queries import UNSEEN, QueryFuzzer
from hypothesis import given, settings
from hypothesis import strategies as st
from web_fake import fake_app
from wsgi_calls import call

from benchmarks.server import HOST, started
from indexer.show.plain import printable, printable_json, printable_lines
from web.request_log import configure_logging

PROJECT = Path(__file__).resolve().parent.parent.parent
#: Colours, moves the cursor, sets the title of the window, breaks the line, turns the order of letters.
EVIL = "\x1b[31m\x1b[2J\x1b]0;owned\x07\x9b31m\r\nindexer: all is well\u202e\u2066\x08\x7f\u2028"
#: What Python or a file system takes in a name.
EVIL_NAME = EVIL.replace("\u2028", "")


def harmful(text: str) -> list[str]:
    """The characters of `text` that a terminal would obey, but for line breaks."""
    return [
        ascii(one)
        for one in text
        if one != "\n"
        and unicodedata.category(one) in ("Cc", "Cs", "Cf", "Zl", "Zp")
        and one not in "\u200c\u200d"
    ]


@settings(max_examples=trials(200, 5_000), deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_s4_any_text_is_shown_without_harm(text: str) -> None:
    assert harmful(printable(text)) == []
    assert "\n" not in printable(text)
    assert printable(printable(text)) == printable(text)
    assert printable_lines(text).count("\n") == text.count("\n")
    told = printable_json({"a": [text]}, indent=2)
    assert harmful(told) == []
    # Two halves that JSON writes side by side are one character when they are read.
    assert json.loads(told)["a"][0] == text.encode("utf-16", "surrogatepass").decode(
        "utf-16", "surrogatepass"
    )


def in_terminal(*arguments: str | bytes, cwd: Path) -> tuple[str, int]:
    """What `indexer` with these arguments shows in a terminal, both streams together, and its exit status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "indexer", *arguments],
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    # The terminal makes \r\n of every line break.
    return shown.decode("utf-8", "surrogateescape").replace("\r\n", "\n"), process.wait(60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files whose names, ids, titles and faults are all evil, and their index."""
    found: Path = tmp_path_factory.mktemp("evil")
    rows: list[object] = [
        {"id": f"id\x1b[31m{number}", "title": f"Film {EVIL}", "text": f"About {EVIL} rain", "language": "en",
         "genre": [EVIL], "people": [{"name": EVIL, "role": EVIL}], f"key{EVIL}": EVIL, "year": EVIL}
        for number in range(2)
    ]  # fmt: skip
    rows += [
        {"id": "good", "title": "Rain"},
        {"id": "good", "title": "Rain again"},
        {"title": None, EVIL: 1},
        [EVIL],
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows) + "{broken " + EVIL + "\n"
    (found / f"films{EVIL_NAME.replace('/', '')}.jsonl").write_text(text, encoding="utf-8", newline="")
    (found / f"odd{EVIL_NAME}.nothing").write_text("x")
    (found / f"page{EVIL_NAME}.html").write_text(f"<title>{EVIL}</title><p>{EVIL} rain rain rain")
    (found / f"table{EVIL_NAME}.csv").write_text(f'id,title\n1{EVIL},"{EVIL}\n', newline="")
    os.close(os.open(os.fsencode(found) + b"/latin\xe9\x1b[31m.jsonl", os.O_CREAT | os.O_WRONLY))
    (found / "queries.tsv").write_text(f"q1\ten\train\x1b[31m\nq{EVIL[:5]}\ten\train\n")
    (found / "qrels.txt").write_text("q1 0 good 1\n")
    return found


def test_s4_commands_never_drive_the_terminal(folder: Path, tmp_path: Path) -> None:
    begin("S4")
    index = ("--index", str(tmp_path / f"index{EVIL_NAME}"))
    other = ("--index", str(tmp_path / f"none{EVIL_NAME}"))
    (source,) = [str(one) for one in folder.iterdir() if one.name.startswith("films")]
    commands: list[tuple[str | bytes, ...]] = [
        ("build", str(folder), *index, "--quiet"),
        ("build", str(folder), *index, "--quiet", "--json"),
        ("update", source, *index, "--quiet"),
        ("status", *index),
        ("status", *index, "--json"),
        ("check", *index),
        ("search", f"rain {EVIL}", *index),
        ("search", "rain", *index, "--json"),
        ("analyze", f"rain {EVIL}"),
        ("delete", f"no{EVIL}", *index, "--quiet"),
        ("dump", str(tmp_path / f"dump{EVIL_NAME}.jsonl"), *index),
        ("build", str(folder / f"nothing{EVIL}"), *index),
        ("build", os.fsencode(folder) + b"/latin\xe9\x1b[31m.jsonl", *index, "--json", "--quiet"),
        ("status", *other),
        ("status", *index, f"extra{EVIL}"),
        ("status", f"--option{EVIL}"),
        (f"command{EVIL}",),
        ("search", "rain", *index, "--per-page", EVIL),
        ("evaluate", "--queries", str(folder / "queries.tsv"), "--qrels", str(folder / "qrels.txt"), *index),
    ]
    # One process each: in the short form those that show most.
    chosen = commands if is_long() else [commands[place] for place in (0, 3, 6, 13, 14)]
    wrong = []
    for command in chosen:
        shown, status = in_terminal(*command, cwd=tmp_path)
        assert "Traceback" not in shown, shown
        assert shown.strip() or status == 0, command
        if harmful(shown) or re.search("^indexer: all is well", shown, re.MULTILINE):
            wrong.append(f"{command[0]!r}: {harmful(shown)[:5]}\n{shown!r}")
    record(
        "S4",
        "0 control characters",
        f"{len(chosen)} commands in a terminal, {len(wrong)} with control characters",
    )
    assert not wrong, "\n".join(wrong)


def test_s4_a_damaged_index_is_told_without_harm(folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    in_terminal("build", str(folder), "--index", str(index), "--quiet", cwd=tmp_path)
    (generation,) = [one for one in (index / "generations").iterdir() if one.is_dir()]
    (generation / f"planted{EVIL_NAME}").write_text("x")
    (index / "LIVE").chmod(0o600)
    for command in ("check", "status"):
        shown, _ = in_terminal(command, "--index", str(index), cwd=tmp_path)
        assert harmful(shown) == []
        assert not re.search("^indexer: all is well", shown, re.MULTILINE), shown


def test_s4_log_lines_are_single_and_plain(tmp_path: Path) -> None:
    source = begin("S4 log")
    fuzzer = QueryFuzzer(source, ["brick", EVIL, *UNSEEN])
    log = io.StringIO()
    before = logging.getLogger("web")
    kept = before.handlers, before.level, before.propagate
    configure_logging()
    logging.getLogger("web").handlers[0].setStream(log)  # type: ignore[attr-defined]
    try:
        app = fake_app(log_queries=True, query_log=tmp_path)
        count = trials(200, 5_000)
        for number in range(count):
            path = source.choice(("/api/v1/search", "/", "/api/v1/suggest", "/nowhere" + quote(EVIL)))
            headers = {"X-Request-ID": EVIL, "User-Agent": EVIL, "Accept-Language": EVIL, "Referer": EVIL}
            q = quote(EVIL) if number % 2 else fuzzer.encoded()
            call(app, path, f"q={q}", headers=headers if number % 3 else {})
        app.extensions["query_log"].flush()
    finally:
        before.handlers, before.level, before.propagate = kept
    lines = log.getvalue().split("\n")
    assert lines.pop() == ""
    assert len(lines) == count
    for line in lines:
        assert line.isascii()
        assert harmful(line) == []
        assert "id" in json.loads(line)
    for file in tmp_path.glob("*.jsonl"):
        text = file.read_text(encoding="utf-8")
        assert all("query" in json.loads(line) for line in text.split("\n")[:-1])
    record("S4", "0 control characters in logs", f"{count:,} requests, as many lines, each JSON in ASCII")


REQUESTS = (
    b"GET /\x1b[31m HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x1b[31mGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-\x1b[31m: 1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-A: \x1b[31m\x9b\r\n\r\n",
    b"GET / HTTP/\x1b[31m\r\nHost: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \x1b[31m\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x1b[31m\r\n\r\n",
    b"GET http://\x1b[31m@x/ HTTP/1.1\r\nHost: \x1b[31m\r\n\r\n",
    b"GET /?q=\x1b[31m\x0b\x0c HTTP/1.1\r\nHost: x\r\nExpect: \x1b[31m\r\n\r\n",
    b"GET /api/v1/search?q=a HTTP/1.1\r\nHost: x\r\nX-Request-ID: \x1b[31m\r\nUser-Agent: \x1b[31m\r\n\r\n",
)


def test_s4_the_servers_own_log(tmp_path: Path) -> None:
    """What gunicorn itself says of requests that it refuses."""
    (tmp_path / "evil_app.py").write_text(
        "from web_fake import fake_app\nfrom web.request_log import configure_logging\n"
        "configure_logging()\napp = fake_app(log_queries=True)\n"
    )
    paths = os.pathsep.join(map(str, (tmp_path, PROJECT / "tests")))
    log = tmp_path / "log"
    environment = {"PYTHONPATH": paths, "WEB_CONCURRENCY": "1", "LOG_LEVEL": "debug"}
    with started("evil_app:app", ready="/readyz", log=log, environment=environment) as server:
        for request in REQUESTS:
            with socket.create_connection((HOST, server.port), timeout=10) as connection:
                connection.sendall(request)
                with contextlib.suppress(ConnectionResetError):
                    while connection.recv(65536):
                        pass
    text = log.read_bytes().decode("utf-8", "surrogateescape")
    wrong = [line for line in text.split("\n") if harmful(line)]
    record(
        "S4",
        "0 control characters in the server's log",
        f"{len(REQUESTS)} requests, {len(wrong)} lines with any",
    )
    assert not wrong, "\n".join(map(ascii, wrong))
