"""The application under the real gunicorn and our configuration: several workers, one service."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from web.settings import VARIABLES

PROJECT = Path(__file__).resolve().parent.parent


class Server:
    """A running gunicorn with the searcher in memory."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        (folder / "served.py").write_text(
            "import os\n"
            "from pathlib import Path\n"
            "from web_fake import fake_app\n"
            "from web.request_log import configure_logging\n"
            "configure_logging()\n"
            "app = fake_app(metrics_directory=Path(os.environ['PROMETHEUS_MULTIPROC_DIR']))\n"
        )
        paths = os.pathsep.join(map(str, (folder, PROJECT, PROJECT / "tests")))
        environment = os.environ | {
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
            "PYTHONPATH": paths,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "TMPDIR": str(folder),
        }
        environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
        self.folder = folder
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "--config",
                    str(PROJECT / "web" / "gunicorn_conf.py"),
                    "served:app",
                ],
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=log,
            )

    def get(self, address: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", address)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail(self.log.read_text())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server"))
    try:
        running.wait()
        yield running
    finally:
        running.stop()
    assert running.process.returncode == 0, running.log.read_text()
    assert not list(running.folder.glob("search-metrics-*")), "the metrics folder is removed at the end"


def test_ten_thousand_characters_of_any_script_are_answered(server: Server) -> None:
    for address in ("/api/v1/search?q=", "/?q=", "/api/v1/suggest?q="):
        assert server.get(address + quote("東" * 10_000))[0] == 200
    assert server.get("/?q=" + "a" * 150_000)[0] == 414
    assert server.get("/?q=" + "a" * 400_000)[0] == 414


def test_what_the_server_itself_refuses_has_our_shape(server: Server) -> None:
    """Requests that never reach the application."""
    for request, status in (
        (b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: 1\r\n" * 100 + b"\r\n", 431),
        (b"POST /api/v1/search HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: what\r\n\r\n", 501),
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            connection.sendall(request)
            answer = b""
            while part := connection.recv(65536):
                answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {status} ".encode())
        assert b"application/problem+json" in head
        problem = json.loads(body)
        assert problem["status"] == status
        assert problem["type"].startswith("/api/docs#")


def test_metrics_are_those_of_all_workers(server: Server) -> None:
    def searches() -> float:
        lines = server.get("/metrics")[1].decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("search_searches_total"))

    before = searches()
    for number in range(40):
        assert server.get(f"/api/v1/search?q=brick{number}")[0] == 200
    assert searches() == before + 40


def test_repeats_are_answered_by_every_worker_alike(server: Server) -> None:
    bodies = {server.get("/api/v1/search?q=treno")[1] for _ in range(20)}
    assert len(bodies) == 1
    lines = server.get("/metrics")[1].decode().splitlines()
    (hits,) = [line for line in lines if line.startswith('search_answer_cache_total{outcome="hit"}')]
    assert float(hits.split()[-1]) >= 16


def test_a_reload_loses_no_request(server: Server) -> None:
    server.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + 3
    while time.monotonic() < end:
        assert server.get("/api/v1/search?q=brick")[0] == 200


def test_every_variable_is_documented() -> None:
    from_environment = re.compile(
        r'environ(?:ment)?(?:\.get)?[(\[]"(\w+)"|_(?:number|flag)\(environment, "(\w+)"'
    )
    for name in ("settings.py", "gunicorn_conf.py"):
        source = (PROJECT / "web" / name).read_text(encoding="utf-8")
        used = {found[1] or found[2] for found in from_environment.finditer(source)}
        assert used
        assert used <= VARIABLES.keys()


def test_no_control_socket(server: Server) -> None:
    assert not [path for path in server.folder.rglob("*") if path.is_socket()]


def test_the_log_is_json_lines_without_query_text(server: Server) -> None:
    server.get("/api/v1/search?q=verysecretword")
    lines = [line for line in server.log.read_text().splitlines() if line.startswith("{")]
    entries = [json.loads(line) for line in lines]
    assert {"id", "method", "route", "status", "milliseconds", "generation", "hits", "query_length"} <= set(
        entries[-1]
    )
    assert "verysecretword" not in server.log.read_text()
