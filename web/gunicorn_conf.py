"""How gunicorn serves us: `gunicorn --config web/gunicorn_conf.py web.wsgi:app`.

The master loads the application and copies itself: a worker starts in a twentieth of the time and
shares the libraries and the tables of languages with the others. New code therefore needs a new
master (SIGUSR2, or a restart), not SIGHUP; SEARCH_PRELOAD=0 gives each worker its own.

Sync workers, because only they have a hard deadline (a signal reaches the main thread only) and
because searching is computing: threads would add no speed. A buffering proxy belongs in front:
slow clients hold a sync worker. `deploy/` has one, and the units of systemd, whose socket stays open
while this process is replaced.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import resource
import select
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import gunicorn.http.message  # type: ignore[import-untyped]
import gunicorn.util  # type: ignore[import-untyped]
from prometheus_client import values
from prometheus_client.multiprocess import mark_process_dead

_PORT = os.environ.get("PORT") or "8000"

bind = os.environ.get("BIND") or f"127.0.0.1:{_PORT}"
worker_class = "sync"
workers = int(os.environ.get("WEB_CONCURRENCY") or len(os.sched_getaffinity(0)) + 1)
# Longer queues only make everyone wait. What does not fit is refused at once where BIND is a socket file
# (unix:/run/…); over TCP the kernel is silent, and callers try again after a second, then three.
backlog = 64
# The application's own deadline is 2 seconds; this is the net below it.
timeout = 10
graceful_timeout = 10
preload_app = os.environ.get("SEARCH_PRELOAD", "1") != "0"
# A slow leak, ours or a library's, ends with the worker; the jitter keeps workers from ending together.
# A new worker takes 1.5 s to load its tables and has no answers in memory: at 100,000, 15 µs a request.
max_requests = 100_000
max_requests_jitter = 10_000
# A heartbeat file on a disk can stall the worker that writes it.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# On by default since 25.1: a way to steer the server that nobody here needs.
control_socket_disable = True
# We write our own line per request; gunicorn's would hold the query text.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL") or "info"
# The project is importable from wherever the configuration is used.
pythonpath = str(Path(__file__).resolve().parent.parent)

# Gunicorn ends request lines at 8,190 bytes whatever is configured, or not at all. A visitor may paste
# 10,000 characters, 90,000 bytes in some scripts, and must get an answer; what is longer still is 414.
limit_request_line = 192 * 1024
gunicorn.http.message.MAX_REQUEST_LINE = limit_request_line
limit_request_fields = 64
limit_request_field_size = 8190


#: What gunicorn itself refuses, as `web/problems.py` has it; a test holds the two together. Not imported:
#: what the master has loaded, its workers do not load anew.
REFUSALS: dict[int, tuple[str, str]] = {
    400: ("Bad Request", "The request is not valid HTTP."),
    403: ("Forbidden", "This is not for you."),
    414: ("Request URI Too Long", "The address is too long; send the search as a POST request."),
    417: ("Expectation Failed", "The Expect header asks for what cannot be done."),
    431: ("Request Header Fields Too Large", "The headers are too many or too long."),
    500: ("Internal Server Error", "This is a defect of ours; it has been logged."),
    501: ("Not Implemented", "The body is sent in a way that is not understood here."),
}


def _write_problem(sock: Any, status: int, reason: str, message: str) -> None:
    """What gunicorn refuses before the application hears of it, in the shape of all our refusals.

    Its own page would tell the caller's bytes back; who made them knows them.
    """
    title, detail = REFUSALS.get(status, (reason, reason))
    kind = title.lower().replace(" ", "-")
    said = {"type": f"/api/docs#{kind}", "title": title, "status": status, "detail": detail}
    body = json.dumps(said).encode("ascii")
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    gunicorn.util.write_nonblock(sock, head.encode("latin-1") + body)


gunicorn.util.write_error = _write_problem

#: As `web/limits.py` has it; not imported for the same reason.
_OUT_OF_MEMORY = "web.out_of_memory"
_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
_OWNER = "SEARCH_METRICS_OWNER"


def _metrics_directory() -> Path:
    """The folder where workers share their metrics: the one given, or a new one of this master's own.

    This file is read again at SIGHUP (same process: keep the folder) and by the new master at
    SIGUSR2 (other process: the old master takes its folder with it, so make another).
    """
    given, owner = os.environ.get(_DIRECTORY), os.environ.get(_OWNER)
    if given and owner in (None, str(os.getpid())):
        return Path(given)
    made = Path(tempfile.mkdtemp(prefix="search-metrics-"))
    os.environ[_DIRECTORY], os.environ[_OWNER] = str(made), str(os.getpid())
    atexit.register(_remove_own, made, os.getpid())
    return made


def _remove_own(directory: Path, owner: int) -> None:
    # Forked workers inherit the exit hook but not the right to use it.
    if os.getpid() == owner:
        shutil.rmtree(directory, ignore_errors=True)


_METRICS = _metrics_directory()
# The client decides at its import, before the folder was known, whether workers share metrics: decide again.
values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


def on_starting(server: Any) -> None:
    """Old counters of processes that are no more would be counted again."""
    _METRICS.mkdir(parents=True, exist_ok=True)
    for old in _METRICS.glob("*.db"):
        old.unlink(missing_ok=True)


def when_ready(server: Any) -> None:
    """Workers are copies of the master: they share its libraries and tables, and open the index alone."""
    if preload_app:
        service = server.app.wsgi().extensions.get("service")
        if service is not None:
            service.release()
        gc.collect()
        gc.freeze()


#: Where new workers tell the master at a reload that they are ready: a pipe's end, while there is one.
_ready_pipe: int | None = None
#: Seconds that a reload waits for new workers before the old ones go all the same.
_READY_WITHIN = 10.0


def on_reload(server: Any) -> None:
    """Old workers go when the new ones are ready, not when they begin to get ready (a second, on a busy
    machine): the queue in front of us is short, and what does not fit is refused."""
    global _ready_pipe
    told, _ready_pipe = os.pipe()
    expected = server.cfg.workers

    def kill_old_workers_later() -> None:
        global _ready_pipe
        del server.manage_workers
        end, ready = time.monotonic() + _READY_WITHIN, 0
        while ready < expected and select.select([told], [], [], max(0.0, end - time.monotonic()))[0]:
            ready += len(os.read(told, expected))
        for descriptor in (told, _ready_pipe):
            if descriptor is not None:
                os.close(descriptor)
        _ready_pipe = None
        server.manage_workers()

    # What a reload calls next, once it has started new workers.
    server.manage_workers = kill_old_workers_later


def post_worker_init(worker: Any) -> None:
    """The tables of languages stay as long as the process: the garbage collector need not look through
    them in the middle of an answer (0.1 s of 18,000 films' slowest first answer became 0.05)."""
    service = worker.wsgi.extensions.get("service")
    if preload_app and service is not None:
        service.try_to_open()
    gc.collect()
    gc.freeze()
    _limit_memory(int(os.environ.get("SEARCH_WORKER_MEMORY_MB") or 2048))
    if _ready_pipe is not None:
        os.write(_ready_pipe, b".")


def _limit_memory(megabytes: int) -> None:
    """Memory runs out as one failed request, not as the machine.

    Counts what is this worker's own (RLIMIT_DATA, Linux 4.7), from what it has when it is ready: the index
    is mapped and does not count, so that its size, and a second one while generations change, are no matter.
    """
    held = _own_memory()
    if megabytes and held:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        size = held + megabytes * 1024 * 1024
        if hard == resource.RLIM_INFINITY or size <= hard:
            resource.setrlimit(resource.RLIMIT_DATA, (size, hard))


def _own_memory() -> int:
    """Bytes of memory that only this process has and may write; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), 0)


def post_fork(server: Any, worker: Any) -> None:
    """A hard limit of the admin's choice on all memory, the mapped index included."""
    megabytes = int(os.environ.get("SEARCH_WORKER_ADDRESS_SPACE_MB") or 0)
    if megabytes:
        size = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def post_request(worker: Any, request: Any, environ: dict[str, Any], response: Any) -> None:
    """A worker that ran out of memory has answered; another one with less on its mind takes its place."""
    if _OUT_OF_MEMORY in environ:
        worker.alive = False


def child_exit(server: Any, worker: Any) -> None:
    """The gauges of a worker end with it; its counters stay in the sum."""
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
