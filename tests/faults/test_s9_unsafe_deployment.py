"""S9: an unsafe deployment is named by `indexer doctor`, and one that must not be served does not start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from deployed import free_port
from fault_figures import begin, record
from small_index import indexed

from indexer.doctor import examine
from indexer.doctor.deployment import Deployment, Machine
from search.access import account_named, this_account, writable_parts
from search.configuration import Settings
from search.errors import ConfigurationError
from web.settings import WebSettings
from web.unsafe import refuse_unsafe

PROJECT = Path(__file__).resolve().parent.parent.parent
#: What each case changes in the environment of the server, and the check that must name it.
UNSAFE = {
    "index writable by the web user": ({}, "writable_by_the_server"),
    "debug on": ({"FLASK_DEBUG": "1"}, "debug"),
    "wildcard CORS and a key": (
        {"SEARCH_CORS_ORIGINS": "*", "SEARCH_MEILISEARCH_KEYS": "secret"},
        "wildcard_with_keys",
    ),
    "control socket open": ({"GUNICORN_CMD_ARGS": "--control-socket gunicorn.ctl"}, "control_socket"),
}
#: Where the server must not start with an index it could write, or with debug on; and where it must.
REFUSED = {
    "public address": {"PUBLIC_URL": "https://films.example"},
    "asked to be strict": {"SEARCH_STRICT": "1"},
    "debug and public": {"PUBLIC_URL": "https://films.example", "FLASK_DEBUG": "1"},
    "public, not preloaded": {"PUBLIC_URL": "https://films.example", "SEARCH_PRELOAD": "0"},
}
SERVED = {
    "one user on loopback, as make run": {},
    "asked not to refuse": {"PUBLIC_URL": "https://films.example", "SEARCH_STRICT": "0"},
}
#: Seconds for a server to answer or to refuse.
PATIENCE = 30.0


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where another user may look, which pytest's own folders are not for."""
    made = Path(tempfile.mkdtemp(prefix="s9-"))
    made.chmod(0o755)
    indexed(made, [{"id": "a", "title": "Solaris", "language": "en"}])
    yield made
    shutil.rmtree(made)


def started(folder: Path, environment: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    dropped = ("BIND", "PUBLIC_URL", "FLASK_DEBUG", "SEARCH_STRICT", "PROMETHEUS_MULTIPROC_DIR")
    inherited = {name: value for name, value in os.environ.items() if name not in dropped}
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            str(PROJECT / "web" / "gunicorn_conf.py"),
            "web.wsgi:app",
        ],
        env={
            **inherited,
            "PYTHONPATH": str(PROJECT),
            "SEARCH_INDEX": str(folder / "index"),
            "PORT": str(port),
            "WEB_CONCURRENCY": "1",
            **environment,
        },
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def ended(process: subprocess.Popen[bytes]) -> tuple[int | None, str]:
    """Exit status, None if it had to be ended; and standard error."""
    try:
        _, errors = process.communicate(timeout=PATIENCE)
        return process.returncode, errors.decode()
    except subprocess.TimeoutExpired:
        process.kill()
        return None, process.communicate()[1].decode()


def test_s9_the_doctor_names_each(folder: Path) -> None:
    begin("S9")
    named = []
    for what, (environment, check) in UNSAFE.items():
        account = this_account()
        web_user = (
            account if what == "index writable by the web user" and account.user else account_named("nobody")
        )
        if what == "index writable by the web user" and not account.user:
            # Root writes everything: let it be what another user may write.
            (folder / "index" / "LIVE").chmod(0o666)
        found = examine(
            Deployment(
                folder / "index", Settings(), environment, web_user, named=True, machine=Machine.here()
            )
        )
        (folder / "index" / "LIVE").chmod(0o644)
        if any(one.check == check and one.kind == "unsafe" and one.do for one in found):
            named.append(what)
    record("S9", "all 4 kinds of unsafe deployment named", f"{len(named)}/{len(UNSAFE)}", part="doctor")
    assert named == list(UNSAFE)


def test_s9_the_server_refuses_to_start(folder: Path) -> None:
    begin("S9")
    refused = []
    for what, environment in REFUSED.items():
        status, errors = ended(started(folder, environment, free_port()))
        said = "FLASK_DEBUG is on" if "FLASK_DEBUG" in environment else "who can write"
        assert said in errors, f"{what}: {errors}"
        assert "Traceback" not in errors.partition("web: ")[0], f"{what}: {errors}"
        assert status not in (0, None), what
        refused.append(what)
    record(
        "S9", "never served: writable index, debug", f"{len(refused)}/{len(REFUSED)} refused", part="server"
    )


def test_s9_the_server_starts_where_nobody_else_comes(folder: Path) -> None:
    begin("S9")
    for what, environment in SERVED.items():
        port = free_port()
        process = started(folder, environment, port)
        try:
            end = time.monotonic() + PATIENCE
            while True:
                assert process.poll() is None, f"{what}: {ended(process)}"
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                        assert answer.status == 200
                    break
                except OSError:
                    assert time.monotonic() < end, what
                    time.sleep(0.1)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            ended(process)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_s9_what_its_owner_may_not_serve_somebody_else_may(folder: Path) -> None:
    """Two users, as in deploy/: the one who builds, and the one who only reads."""
    begin("S9")
    web = WebSettings(index=folder / "index")
    strict = {"SEARCH_STRICT": "1"}
    with pytest.raises(ConfigurationError, match="who can write"):
        refuse_unsafe(web, strict)
    nobody, groups = account_named("nobody"), os.getgroups()
    os.setgroups([])
    os.setegid(65_534)
    os.seteuid(nobody.user)
    try:
        refuse_unsafe(web, strict)
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)
    (folder / "index" / "generations").chmod(0o777)
    found = writable_parts(folder / "index", nobody)
    assert [path.name for path in found] == ["generations"]
    (folder / "index" / "generations").chmod(0o755)
