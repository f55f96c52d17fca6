"""How are the real nginx and the real gunicorn started for a test, with the files of `deploy/`?

nginx gets `deploy/nginx/nginx.conf` with another name, port and paths, and nothing else changed unless the
test says so. gunicorn gets its listening socket as systemd gives it, so it may be replaced while the socket
stays.
"""

from __future__ import annotations

import atexit
import contextlib
import http.client
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
NGINX_CONFIGURATION = PROJECT / "deploy" / "nginx" / "nginx.conf"
UNIT = PROJECT / "deploy" / "systemd" / "search-web.service"
NAME = "search.test"
#: What the configuration is allowed to be changed in: name and paths.
_PATHS = ("/run/search-web/web.sock", "/run/nginx.pid", "/var/log/nginx/", "/var/lib/nginx/")
_LAUNCH = (
    "import os, sys\n"
    "descriptor, cores, *command = sys.argv[1:]\n"
    "os.dup2(int(descriptor), 3)\n"
    "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')\n"
    "os.sched_setaffinity(0, map(int, cores.split(',')))\n"
    "os.execv(command[0], command)\n"
)


def program(name: str) -> str:
    """Path of a program of the system; without it the test is skipped, in CI it fails."""
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin")))
    if found is None:
        reason = f"needs {name} (Debian package {name})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@cache
def _compiled() -> str:
    """Where Python keeps what it has compiled, for all servers of one test run."""
    folder, owner = tempfile.mkdtemp(prefix="compiled-"), os.getpid()
    atexit.register(lambda: os.getpid() == owner and shutil.rmtree(folder, ignore_errors=True))
    return folder


@cache
def shipped_environment() -> dict[str, str]:
    """The variables that the unit of `deploy/` sets, but for folders."""
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    pairs = [pair for line in lines if line.startswith("Environment=") for pair in line[12:].split()]
    found = dict(pair.split("=", 1) for pair in pairs)
    assert found["SEARCH_TRUST_PROXY"] == "1"
    return {name: value for name, value in found.items() if not value.startswith("/")}


def free_port() -> int:
    """A TCP port that nobody uses just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def all_cores() -> str:
    """The cores this process may use, with commas."""
    return ",".join(map(str, sorted(os.sched_getaffinity(0))))


def core(number: int) -> str:
    """One of these cores, for a process that is to keep to it."""
    cores = sorted(os.sched_getaffinity(0))
    return str(cores[number % len(cores)])


@contextlib.contextmanager
def only_on(cores: str) -> Iterator[None]:
    """This process, and what it starts, on these cores alone: those of the server are its own."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, map(int, cores.split(",")))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Gunicorn:
    """The web process on a socket that outlives it. `app` is what is served; it is not started yet."""

    def __init__(
        self,
        folder: Path,
        app: str,
        environment: Mapping[str, str],
        *,
        workers: int,
        cores: str = "",
        port: int | None = None,
    ) -> None:
        """With `port` the socket is a TCP one on 127.0.0.1, for callers that come without a proxy."""
        self.folder = folder
        self.workers = workers
        self.log = folder / "gunicorn.log"
        self.path = folder / "web.sock"
        self._app = app
        self._cores = cores or all_cores()
        self._environment = dict(environment)
        if port is None:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.bind(str(self.path))
            self.path.chmod(0o777)
        else:
            self._socket = socket.create_server(("127.0.0.1", port))
        self._socket.listen(64)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process number of the master."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start it; the socket takes requests at once, which wait until it is ready."""
        paths = os.pathsep.join(map(str, (PROJECT, PROJECT / "tests", PROJECT / "tests" / "faults")))
        environment = (
            os.environ
            | shipped_environment()
            | {
                "WEB_CONCURRENCY": str(self.workers),
                "PYTHONPATH": paths,
                "TMPDIR": str(self.folder),
                # As `deploy/` has it, the program lies there compiled: the first start compiles it.
                "PYTHONPYCACHEPREFIX": _compiled(),
                **self._environment,
            }
        )
        for inherited in ("PROMETHEUS_MULTIPROC_DIR", "PYTHONDONTWRITEBYTECODE"):
            environment.pop(inherited, None)
        configuration = str(PROJECT / "web" / "gunicorn_conf.py")
        command = [sys.executable, "-m", "gunicorn", "--config", configuration, self._app]
        descriptor = self._socket.fileno()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _LAUNCH, str(descriptor), self._cores, *command],
                env=environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                pass_fds=(descriptor,),
            )

    def worker_pids(self) -> set[int]:
        """Process numbers of the workers there are now."""
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
            return set(map(int, children.split()))
        return set()

    def all_workers_are_there(self) -> bool:
        """Whether every worker has been started and has told so."""
        return len(self.worker_pids()) == self.workers

    def stop(self) -> None:
        """End it gracefully; the socket stays."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def close(self) -> None:
        """End it and give the socket back."""
        self.stop()
        self._socket.close()


class Nginx:
    """nginx with the configuration of `deploy/`, on a port of 127.0.0.1."""

    def __init__(self, folder: Path, upstream: Path, *, changes: Mapping[str, str] | None = None) -> None:
        """`changes`: text of the configuration → what the test has there instead."""
        self.port = free_port()
        self.logs = folder / "log"
        self._program = program("nginx")
        self._configuration = folder / "nginx.conf"
        state = folder / "state"
        for made in (self.logs, state):
            made.mkdir()
        text = NGINX_CONFIGURATION.read_text(encoding="utf-8")
        new_paths = (str(upstream), str(folder / "nginx.pid"), f"{self.logs}/", f"{state}/")
        substitutes = {
            **dict(zip(_PATHS, new_paths, strict=True)),
            "search.example.org": NAME,
            "listen 80": f"listen 127.0.0.1:{self.port}",
            **(changes or {}),
        }
        for old, new in substitutes.items():
            assert old in text, f"{NGINX_CONFIGURATION} has no {old!r} any more"
            text = text.replace(old, new)
        if os.geteuid():
            text = text.replace("user www-data;", "")
        self._configuration.write_text(text, encoding="utf-8")
        self.process: subprocess.Popen[bytes] | None = None

    def check(self) -> subprocess.CompletedProcess[str]:
        """`nginx -t`."""
        return subprocess.run(
            [self._program, "-t", "-c", str(self._configuration)], capture_output=True, text=True, timeout=20
        )

    def start(self) -> None:
        checked = self.check()
        assert checked.returncode == 0, checked.stderr
        self.process = subprocess.Popen(
            [self._program, "-c", str(self._configuration), "-g", "daemon off;"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None


class Site:
    """Both, as visitors meet them."""

    def __init__(self, web: Gunicorn, proxy: Nginx) -> None:
        self.web = web
        self.proxy = proxy
        self.port = proxy.port

    def get(self, address: str, *, timeout: float = 15) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body of one answer through nginx."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", address, headers={"Host": NAME})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def wait(self, seconds: float = 40, *, ready: int = 200) -> None:
        """Until `/readyz` says so, itself and not nginx in its place; fails with the log otherwise."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                status, headers, _ = self.get("/readyz")
                if status == ready and headers["X-Request-ID"] and self.web.all_workers_are_there():
                    return
            time.sleep(0.02)
        pytest.fail(self.web.log.read_text(encoding="utf-8", errors="replace")[-4000:])


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """A folder that every user may enter, with a name short enough for a socket file in it."""
    with tempfile.TemporaryDirectory(prefix="site-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextlib.contextmanager
def site(
    app: str = "slow_app:app",
    environment: Mapping[str, str] | None = None,
    *,
    workers: int = 2,
    cores: str = "",
    changes: Mapping[str, str] | None = None,
    ready: int = 200,
) -> Iterator[Site]:
    """nginx and gunicorn, running, and `/readyz` answering with `ready`.

    nginx lets in as many requests as it is shipped with, which is for up to four workers; for more, as
    `deploy/README.md` says, three a worker.
    """
    program("nginx")
    sized = {"max_conns=6": f"max_conns={max(6, math.ceil(1.5 * workers))}", **(changes or {})}
    with short_folder() as folder:
        web = Gunicorn(folder, app, environment or {}, workers=workers, cores=cores)
        proxy = Nginx(folder, web.path, changes=sized)
        running = Site(web, proxy)
        try:
            web.start()
            proxy.start()
            running.wait(ready=ready)
            yield running
        finally:
            proxy.stop()
            web.close()
