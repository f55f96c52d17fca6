"""What the doctor names, and what it does not: one unsafe thing at a time, all else being well."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from small_index import indexed

from indexer.cli import main
from indexer.doctor import CHECKS, examine
from indexer.doctor.deployment import Deployment, Machine, read_environment
from indexer.doctor.finding import NOTE, Finding
from indexer.doctor.machine import file_system_of
from search.access import Account, bound_hosts, is_public, is_strict, may_write, writable_parts
from search.configuration import Settings
from search.errors import ConfigurationError
from search.index.generations import Generations
from search.index.manifest import MANIFEST_NAME, read_manifest, write_manifest

#: Nobody that owns anything here.
STRANGER = Account("stranger", 2_000_000_001, frozenset((2_000_000_001,)))
MACHINE = Machine(cores=4, memory=8_000_000_000, open_files=4096, now=1_800_000_000.0)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doctor")
    indexed(folder, [{"id": "a", "title": "Solaris", "language": "en"}])
    for path in (folder / "index", *(folder / "index").rglob("*")):
        path.chmod(0o750 if path.is_dir() else 0o640)
    return folder / "index"


@pytest.fixture
def well(built: Path, tmp_path: Path) -> Deployment:
    """A deployment with nothing to find, in a folder of its own."""
    index = tmp_path / "index"
    shutil.copytree(built, index)
    return Deployment(index, Settings(), {"HOME": str(tmp_path)}, STRANGER, named=True, machine=MACHINE)


def found(deployment: Deployment, kind: str | None = None) -> dict[str, str]:
    """Check → what was found, without notes unless asked for."""
    return {
        one.check: one.what for one in examine(deployment) if (one.kind == kind if kind else one.is_a_fault)
    }


def with_environment(deployment: Deployment, **variables: str) -> Deployment:
    return replace(deployment, environment={**deployment.environment, **variables})


def test_nothing_is_found_where_all_is_well(well: Deployment) -> None:
    assert examine(well) == []


# Files


def _generation(deployment: Deployment) -> Path:
    return deployment.generations.path(deployment.generations.live())


def _make_world_writable(deployment: Deployment) -> None:
    (_generation(deployment) / "manifest.json").chmod(0o666)


def _make_group_writable(deployment: Deployment) -> None:
    (deployment.index / "LIVE").chmod(0o660)


def _link_a_file(deployment: Deployment) -> None:
    path = next(_generation(deployment).glob("*.mls"))
    path.rename(deployment.index.parent / path.name)
    path.symlink_to(deployment.index.parent / path.name)


def _leave_litter(deployment: Deployment) -> None:
    (deployment.generations.folder / "building-000009").mkdir()


def _keep_what_cannot_be_read(deployment: Deployment) -> None:
    older = deployment.generations.path("000000")
    older.mkdir()
    (older / "manifest.json").write_text('{"version": 99, "files": [], "sources": []}')


def _change_manifest(deployment: Deployment, **changes: Any) -> None:
    """Publish the generation anew with another manifest."""
    directory = _generation(deployment)
    write_manifest(directory, replace(read_manifest(directory), **changes))
    (directory / MANIFEST_NAME).chmod(0o640)
    deployment.generations.publish(directory.name)
    deployment.generations.pointer.chmod(0o640)
    vars(deployment).pop("manifest", None)


def _analyse_otherwise(deployment: Deployment) -> None:
    _change_manifest(deployment, fingerprint="0" * 16)


def _build_by_another_python(deployment: Deployment) -> None:
    software = read_manifest(_generation(deployment)).software
    _change_manifest(deployment, software={**software, "python": "2.7"})


def _build_with_lemmas(deployment: Deployment) -> None:
    fingerprint = read_manifest(_generation(deployment)).fingerprint
    _change_manifest(deployment, fingerprint=fingerprint.partition("+")[0] + "+otherlemma-1.0")


def _build_in_the_future(deployment: Deployment) -> None:
    _change_manifest(deployment, built="2099-01-01T00:00:00+00:00")


def _lose_the_pointer(deployment: Deployment) -> None:
    (deployment.index / "LIVE").write_text("nonsense\n")


def _open_the_folder_above(deployment: Deployment) -> None:
    deployment.index.parent.chmod(0o777)


@pytest.mark.parametrize(
    ("change", "check", "told"),
    [
        (_make_world_writable, "writable_by_everybody", "manifest.json can be written by every user"),
        (_open_the_folder_above, "writable_by_everybody", "in which the index lies"),
        (_link_a_file, "links", "is a symbolic link"),
        (_leave_litter, "litter", "building-000009"),
        (_keep_what_cannot_be_read, "rollback", "generation 000000 is kept"),
        (_analyse_otherwise, "readable", "another version of the analysis"),
        (_build_by_another_python, "readable", "Python"),
        (_build_with_lemmas, "analysis", "lemmas"),
        (_build_in_the_future, "clock", "built in the future"),
        (_lose_the_pointer, "readable", "does not name a generation"),
    ],
)
def test_what_is_wrong_with_files_is_named(
    well: Deployment, change: Callable[[Deployment], None], check: str, told: str
) -> None:
    change(well)
    assert told in found(well)[check]


def test_a_group_that_may_write_matters_only_to_its_members(well: Deployment) -> None:
    _make_group_writable(well)
    assert found(well) == {}
    group = (well.index / "LIVE").stat().st_gid
    member = replace(STRANGER, groups=frozenset((group,)))
    assert (
        "LIVE can be written by stranger" in found(replace(well, web_user=member))["writable_by_the_server"]
    )


def test_an_owner_can_always_write(well: Deployment) -> None:
    for path in (well.index, *well.index.rglob("*")):
        path.chmod(0o550 if path.is_dir() else 0o440)
    owner = Account("owner", well.index.stat().st_uid or 0, frozenset())
    assert len(writable_parts(well.index, owner)) > 4
    assert writable_parts(well.index, STRANGER) == []
    assert not may_write(well.index / "nowhere", owner)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_another_owner_is_named(well: Deployment) -> None:
    os.chown(well.index / "LIVE", 2_000_000_002, 2_000_000_002)
    told = found(well)["owners"]
    assert "LIVE to user 2000000002" in told


def test_a_run_that_is_under_way_leaves_no_litter(well: Deployment) -> None:
    _leave_litter(well)
    with open(well.index / "writer.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "litter" not in found(well)
    assert "litter" in found(well)


def test_another_release_of_a_library_is_a_note(well: Deployment) -> None:
    software = read_manifest(_generation(well)).software
    _change_manifest(well, software={**software, "numpy": "1.0"})
    assert found(well) == {}
    assert "generation 000001 was built with 1.0" in found(well, NOTE)["software"]


# The machine

_MOUNTS = (
    "21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
    "30 21 0:40 / {place} rw,relatime shared:7 - {kind} server:/share rw\n"
)


@pytest.mark.parametrize(
    ("kind", "is_named"),
    [
        *(
            (kind, True)
            for kind in ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.rclone", "ceph")
        ),
        *((kind, False) for kind in ("xfs", "ext4", "btrfs", "zfs")),
    ],
)
def test_network_file_systems_are_named(well: Deployment, kind: str, *, is_named: bool) -> None:
    place = str(well.index.resolve()).replace(" ", "\\040")
    mounted = replace(well, machine=replace(MACHINE, mounts=_MOUNTS.format(place=place, kind=kind)))
    assert ("file_system" in found(mounted)) == is_named


def test_the_innermost_and_last_mount_counts() -> None:
    mounts = _MOUNTS.format(place="/srv/my\\040index", kind="nfs") + "31 21 0:41 / /srv rw - tmpfs none rw\n"
    assert file_system_of(Path("/srv/my index/a"), mounts) == "nfs"
    assert file_system_of(Path("/srv/other"), mounts) == "tmpfs"
    assert file_system_of(Path("/var"), mounts) == "ext4"
    assert file_system_of(Path("/var"), "") == ""
    assert file_system_of(Path("/var"), "torn line - \n1 2") == ""


@pytest.mark.parametrize(
    ("machine", "check"),
    [
        (replace(MACHINE, memory=100_000_000), "memory"),
        (replace(MACHINE, open_files=256), "open_files"),
        (replace(MACHINE, now=0.0), "clock"),
    ],
    ids=["memory", "open_files", "clock"],
)
def test_a_machine_that_is_too_small_is_named(well: Deployment, machine: Machine, check: str) -> None:
    assert check in found(replace(well, machine=machine))


def test_a_disk_that_is_too_full_is_named(well: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 1

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage)
    assert "1 MB" not in found(well)["room"]
    assert "a build needs about" in found(well)["room"]


# The server's environment


@pytest.mark.parametrize(
    ("variables", "check"),
    [
        ({"FLASK_DEBUG": "1"}, "debug"),
        ({"GUNICORN_CMD_ARGS": "--reload --workers 3"}, "debug"),
        ({"LOG_LEVEL": "debug"}, "debug"),
        ({"SEARCH_CORS_ORIGINS": "*", "SEARCH_MEILISEARCH_KEYS": "k"}, "wildcard_with_keys"),
        ({"GUNICORN_CMD_ARGS": "--control-socket /tmp/g"}, "control_socket"),
        ({"BIND": "0.0.0.0:8000", "PUBLIC_URL": "https://x.example"}, "metrics"),
        ({"BIND": "[::]:8000", "SEARCH_TRUST_PROXY": "1"}, "trusted_proxy"),
        ({"SEARCH_TRUST_PROXY": "1"}, "public_address"),
        ({"PUBLIC_URL": "https://x.example", "SEARCH_RATE_LIMIT": "5"}, "trusted_proxy"),
        ({"PUBLIC_URL": "https://x.example", "SEARCH_STRICT": "0"}, "strictness"),
        ({"WEB_CONCURRENCY": "1"}, "workers"),
        ({"WEB_CONCURRENCY": "64"}, "workers"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(map("=".join, value.items())),
)
def test_an_unsafe_environment_is_named(well: Deployment, variables: dict[str, str], check: str) -> None:
    assert check in found(with_environment(well, **variables))


@pytest.mark.parametrize(
    "variables",
    [
        {"FLASK_DEBUG": "0"},
        {"SEARCH_CORS_ORIGINS": "*"},
        {"SEARCH_CORS_ORIGINS": "https://x.example", "SEARCH_MEILISEARCH_KEYS": "k"},
        {"BIND": "127.0.0.1:9000", "PUBLIC_URL": "https://x.example", "SEARCH_TRUST_PROXY": "1"},
        {"BIND": "unix:/run/search/web.sock", "PUBLIC_URL": "https://x.example", "SEARCH_TRUST_PROXY": "1"},
        {"WEB_CONCURRENCY": "5"},
        {"GUNICORN_CMD_ARGS": "--no-control-socket"},
    ],
    ids=lambda value: " ".join(map("=".join, value.items())),
)
def test_a_safe_environment_is_not(well: Deployment, variables: dict[str, str]) -> None:
    assert found(with_environment(well, **variables)) == {}


def test_an_open_control_socket_is_named(well: Deployment, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    path = tmp_path / "run" / "gunicorn.ctl"
    with socket.socket(socket.AF_UNIX) as control:
        before = Path.cwd()
        os.chdir(path.parent)  # names of sockets are short
        try:
            control.bind(path.name)
        finally:
            os.chdir(before)
        told = found(with_environment(well, XDG_RUNTIME_DIR=str(path.parent)))
    assert str(path) in told["control_socket"]


def test_a_query_log_that_others_read_is_named(well: Deployment, tmp_path: Path) -> None:
    log = tmp_path / "queries"
    log.mkdir()
    log.chmod(0o755)
    deployment = with_environment(well, SEARCH_QUERY_LOG=str(log))
    assert "can read what visitors asked" in next(
        one.what for one in examine(deployment) if one.check == "query_log" and one.kind == "unsafe"
    )
    log.chmod(0o750)
    assert "stranger cannot write it" in found(deployment)["query_log"]


def test_root_and_nobody_named(well: Deployment) -> None:
    root = Account("root", 0, frozenset((0,)))
    assert "runs as root" in found(replace(well, web_user=root))["root"]
    assert "--web-user" in next(
        one.do for one in examine(replace(well, web_user=root, named=False)) if one.check == "root"
    )


def test_a_site_that_does_not_answer_is_named(well: Deployment) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert "does not answer" in found(replace(well, url=address))["live_answers"]


# Who can reach it


@pytest.mark.parametrize(
    ("environment", "public"),
    [
        ({}, False),
        ({"BIND": "127.0.0.1:8000"}, False),
        ({"BIND": "127.0.0.2:8000"}, False),
        ({"BIND": "localhost:8000,[::1]:8000"}, False),
        ({"BIND": "unix:/run/web.sock"}, False),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, False),
        ({"PUBLIC_URL": "http://localhost"}, False),
        ({"BIND": "0.0.0.0:8000"}, True),
        ({"BIND": ":8000"}, True),
        ({"BIND": "[::]:8000"}, True),
        ({"BIND": "127.0.0.1:8000, 192.0.2.1:80"}, True),
        ({"BIND": "films:8000"}, True),
        ({"PUBLIC_URL": "https://films.example"}, True),
    ],
    ids=lambda value: (
        " ".join(map("=".join, value.items())) or "nothing" if isinstance(value, dict) else None
    ),
)
def test_who_can_reach_the_server(environment: dict[str, str], *, public: bool) -> None:
    assert is_public(environment) is public
    assert is_strict(environment) is public
    assert is_strict({**environment, "SEARCH_STRICT": "1"})
    assert not is_strict({**environment, "SEARCH_STRICT": "0"})


def test_words_for_strictness() -> None:
    with pytest.raises(ConfigurationError, match="SEARCH_STRICT must be 0 or 1"):
        is_strict({"SEARCH_STRICT": "yes"})
    assert bound_hosts({"BIND": ":80,unix:/x,[::1]:8000"}) == ("*", "::1")


# The command


def test_the_command(well: Deployment, tmp_path: Path) -> None:
    variables = tmp_path / "web.env"
    variables.write_text('# of the unit\nexport FLASK_DEBUG="1"\n\nBIND=127.0.0.1:8000\n')
    options = ["doctor", "--index", str(well.index), "--web-user", "nobody", "--environment", str(variables)]
    result = CliRunner().invoke(main, [*options, "--json"])
    values = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [one["check"] for one in values["findings"] if one["kind"] == "unsafe"] == ["debug"]
    variables.write_text("")
    result = CliRunner().invoke(main, options)
    if result.exit_code:  # the machine this runs on may have faults of its own, never the deployment
        assert not {"debug", "writable_by_the_server", "litter"} & set(result.stdout.split())
    else:
        assert "unsafe" not in result.stdout.splitlines()[0] or "nothing found" in result.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--web-user", "no-such-user-here"], "there is no user 'no-such-user-here'"),
        (["--environment", "/nowhere.env"], "/nowhere.env: No such file"),
        (["--url", "films.example"], "an http or https address"),
    ],
    ids=["user", "environment", "url"],
)
def test_wrong_use_of_the_command(well: Deployment, options: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["doctor", "--index", str(well.index), *options])
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_file_of_variables_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text("A=1\nnonsense\n")
    with pytest.raises(ConfigurationError, match=r"a\.env:2: expected NAME=VALUE"):
        read_environment(tmp_path / "a.env")


def test_without_an_index_there_is_one_finding(tmp_path: Path) -> None:
    nothing = Deployment(tmp_path / "none", Settings(), {}, STRANGER, named=True, machine=MACHINE)
    assert list(found(nothing)) == ["readable"]


def test_the_doctor_changes_nothing(well: Deployment) -> None:
    def state() -> list[tuple[str, int, int]]:
        return [
            (str(path), path.lstat().st_mtime_ns, stat.S_IMODE(path.lstat().st_mode))
            for path in sorted(well.index.rglob("*"))
        ]

    before = state()
    examine(replace(well, web_user=Account("root", 0, frozenset()), machine=Machine.here()))
    assert state() == before
    assert Generations(well.index).live() == "000001"


def test_every_check_tells_what_to_do() -> None:
    assert all(check.__doc__ for check in CHECKS)
    with pytest.raises(TypeError):
        Finding("unsafe", "x", "y")  # type: ignore[call-arg]
