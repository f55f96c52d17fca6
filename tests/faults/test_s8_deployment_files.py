"""S8: the files of `deploy/`: accepted by the programs they are for, and as closed as they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from deployed import NGINX_CONFIGURATION, PROJECT, Nginx, program, short_folder

from web.settings import VARIABLES

SYSTEMD = PROJECT / "deploy" / "systemd"
CONTAINER = PROJECT / "deploy" / "container"
SERVICES = ("search-web.service", "search-index.service", "search-watch.service")


def directives(unit: str) -> dict[str, list[str]]:
    """The directives of a unit, each with all its values."""
    found: dict[str, list[str]] = {}
    for line in (SYSTEMD / unit).read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_nginx_accepts_its_configuration() -> None:
    program("nginx")
    with short_folder() as folder:
        checked = Nginx(folder, folder / "web.sock").check()
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr, checked.stderr


def test_nginx_writes_no_query_and_no_address_down() -> None:
    text = NGINX_CONFIGURATION.read_text(encoding="utf-8")
    logged = re.search(r"log_format search (.*?);", text, re.DOTALL)
    assert logged is not None
    for private in (
        "$request ",
        "$request'",
        "$args",
        "$query_string",
        "$request_uri",
        "$remote_addr",
        "$http_",
    ):
        assert private not in logged[1]


@pytest.mark.parametrize("unit", [*SERVICES, "search-web.socket", "search-index.timer"])
def test_systemd_accepts_the_units(unit: str, tmp_path: Path) -> None:
    verify = program("systemd-analyze")
    # The programs they start are not installed here.
    for path in SYSTEMD.glob("search-*"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"^(ExecStart=)\S+", rf"\1{sys.executable}", text, flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    environment = os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    told = subprocess.run(
        [verify, "verify", "--man=no", str(tmp_path / unit)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    ours = [line for line in told.stderr.splitlines() if "search-" in line]
    assert not ours, told.stderr


@pytest.mark.parametrize("unit", SERVICES)
def test_services_may_do_little(unit: str) -> None:
    found = directives(unit)
    assert found["ProtectSystem"] == ["strict"]
    for name in (
        "NoNewPrivileges",
        "PrivateTmp",
        "PrivateDevices",
        "PrivateNetwork",
        "ProtectHome",
        "ProtectKernelModules",
    ):
        assert found[name] == ["yes"], name
    assert found["CapabilityBoundingSet"] == [""]
    assert "MemoryMax" in found
    writable = [path.lstrip("-") for path in found.get("ReadWritePaths", [])]
    if unit == "search-web.service":
        assert found["User"] == ["search-web"]
        assert "/var/lib/search/index" in found["ReadOnlyPaths"]
        assert "/var/lib/search/index" not in writable
        assert found["OOMPolicy"] == ["continue"], "one worker out of memory must not end the service"
    else:
        assert found["User"] == ["search-index"]
        assert writable == ["/var/lib/search/index"]


def test_the_socket_is_as_long_as_the_server_thinks() -> None:
    configuration = (PROJECT / "web" / "gunicorn_conf.py").read_text(encoding="utf-8")
    backlog = re.search(r"^backlog = ([0-9]+)$", configuration, re.MULTILINE)
    assert backlog is not None
    assert directives("search-web.socket")["Backlog"] == [backlog[1]]
    path = directives("search-web.socket")["ListenStream"][0]
    assert f"unix:{path} " in NGINX_CONFIGURATION.read_text(encoding="utf-8")


def test_containers_run_without_root_and_cannot_write() -> None:
    composed = yaml.safe_load((CONTAINER / "compose.yaml").read_text(encoding="utf-8"))
    assert set(composed["services"]) == {"web", "indexer", "proxy"}
    for name, service in composed["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["mem_limit"], name
    assert "index:/index:ro" in composed["services"]["web"]["volumes"]
    assert (
        composed["services"]["web"]["network_mode"]
        == composed["services"]["indexer"]["network_mode"]
        == "none"
    )


def test_every_stage_of_the_image_exists_and_ends_without_root() -> None:
    lines = (CONTAINER / "Containerfile").read_text(encoding="utf-8").splitlines()
    stages: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        stage = re.fullmatch(r"FROM (\S+) AS (\w+)", line)
        if stage is not None:
            name = stage[2]
            assert "/" in stage[1] or stage[1] in stages, f"{line}: no such stage"
            stages[name] = []
        elif name:
            stages[name].append(line)
    for name in ("web", "indexer", "proxy"):
        users = [line.split()[1] for line in stages[name] if line.startswith("USER ")]
        assert users, name
        assert users[-1].split(":")[0] not in ("root", "0"), name
    copied = [re.fullmatch(r"COPY ([^-]\S*) \S+", line) for line in lines if line.startswith("COPY ")]
    ignored = (CONTAINER / "Containerfile.dockerignore").read_text(encoding="utf-8")
    for source in (one[1] for one in copied if one is not None):
        assert (PROJECT / source).exists(), source
        assert any(source.startswith(line[1:]) for line in ignored.splitlines() if line.startswith("!")), (
            source
        )


def test_who_may_do_what_in_which_folder() -> None:
    folders = {}
    for line in (SYSTEMD / "tmpfiles.conf").read_text(encoding="utf-8").splitlines():
        if line.startswith("d "):
            _, path, mode, user, group, _ = line.split()
            folders[path] = (mode, user, group)
    assert folders["/var/lib/search/index"] == ("2750", "search-index", "search")
    assert all(int(mode, 8) & 0o022 == 0 for mode, _, _ in folders.values()), "nobody else writes"


def test_the_environment_names_only_what_there_is() -> None:
    text = (SYSTEMD / "search.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))
    assert named <= VARIABLES.keys() | {"SEARCH_SOURCES"}
