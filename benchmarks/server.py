"""A gunicorn of our own on a free port, for as long as a `with` block lasts."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
STARTUP_SECONDS = 30.0
STOP_SECONDS = 15.0


class ServerFailed(RuntimeError):
    """The server did not come up; the message holds what it said last."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running gunicorn: the port it answers on, the process id of its master."""

    port: int
    master: int


@contextmanager
def served(application: str, *, ready: str, log: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """`started`, for those who need no more than the port."""
    with started(application, ready=ready, log=log, environment=environment) as server:
        yield server.port


@contextmanager
def started(application: str, *, ready: str, log: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve `module:name` as production does (web/gunicorn_conf.py).

    `ready` is the path that answers 200 when the application is up. Raises `ServerFailed`.
    """
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        str(PROJECT / "web" / "gunicorn_conf.py"),
        application,
    ]
    # A folder for metrics inherited from somebody else's server is not ours to write into.
    inherited = {
        key: value for key, value in os.environ.items() if key not in ("BIND", "PROMETHEUS_MULTIPROC_DIR")
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**inherited, **environment, "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(process, port, ready, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def processor_seconds_of(server: Server) -> float | None:
    """Processor time so far of the master, its workers and those that ended; None where none can tell."""
    try:
        master = _ticks(server.master)
        children = Path(f"/proc/{server.master}/task/{server.master}/children").read_text(encoding="ascii")
        workers = [_ticks(int(one)) for one in children.split()]
    except (OSError, ValueError):
        return None
    return (sum(master) + sum(own for own, _ in workers)) / os.sysconf("SC_CLK_TCK")


def _ticks(process: int) -> tuple[int, int]:
    """Clock ticks of a process, and of its children that ended (proc(5), stat, fields 14 to 17)."""
    text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    user, system, of_children, system_of_children = map(int, text.rpartition(")")[2].split()[11:15])
    return user + system, of_children + system_of_children


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, ready: str, log: Path) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    status = 0
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerFailed(f"the server ended with {process.returncode}:\n{_tail(log)}")
        try:
            status, _ = get(port, ready)
        except OSError:
            status = 0
        if status == 200:
            return
        time.sleep(0.1)
    raise ServerFailed(f"{ready} answered {status or 'nothing'} for {STARTUP_SECONDS:.0f} s:\n{_tail(log)}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])


def get(port: int, path: str) -> tuple[int, bytes]:
    """One request: status and body. Raises `OSError`."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except http.client.HTTPException as error:
        raise OSError(f"{path}: {error!r}") from error
    finally:
        connection.close()
