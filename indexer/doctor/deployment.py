"""What does the doctor look at? The index, the collection, the environment of the server, the machine."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from search.access import Account
from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.errors import ConfigurationError, IndexUnavailable
from search.index.generations import Generations
from search.index.manifest import Manifest, read_manifest

_MOUNTS = Path("/proc/self/mountinfo")
_MEMORY = Path("/proc/meminfo")
#: Where the limits of a container stand, in the two versions of control groups.
_MEMORY_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@dataclass(frozen=True, slots=True)
class Machine:
    """`memory` in bytes, 0 where it cannot be told; `open_files` is the limit of a process; `now` in
    seconds since 1970; `mounts` is the text of /proc/self/mountinfo, empty on other systems."""

    cores: int
    memory: int
    open_files: int
    now: float
    mounts: str = ""

    @classmethod
    def here(cls) -> Machine:
        return cls(
            cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            memory=_memory(),
            open_files=resource.getrlimit(resource.RLIMIT_NOFILE)[0],
            now=time.time(),
            mounts=_text(_MOUNTS),
        )


@dataclass(frozen=True)
class Deployment:
    """`web_user` is the account of the server; `named` says whether the admin named it, or it is only
    assumed to be the account of who asks. `environment` are the server's variables. `url` is the site to
    ask, if it is to be asked. `cluster` is what holds the index; None is Whoosh."""

    index: Path
    settings: Settings
    environment: Mapping[str, str]
    web_user: Account
    named: bool
    machine: Machine = field(default_factory=Machine.here)
    url: str | None = None
    cluster: ClusterAccess | None = None

    @property
    def generations(self) -> Generations:
        return Generations(self.index)

    @cached_property
    def manifest(self) -> Manifest | None:
        """That of the live generation; None if there is none that can be read."""
        try:
            return read_manifest(self.generations.path(self.generations.live()))
        except IndexUnavailable:
            return None

    @property
    def workers(self) -> int:
        """How many processes the server has; as `web/gunicorn_conf.py` decides it."""
        stated = self.environment.get("WEB_CONCURRENCY", "")
        return int(stated) if stated.isdecimal() and int(stated) else self.machine.cores + 1


def read_environment(path: Path) -> dict[str, str]:
    """The variables of a file as systemd's `EnvironmentFile` and containers' `--env-file` take it.

    Raises `ConfigurationError` naming file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    values = {}
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line.startswith(("#", ";")):
            continue
        name, equals, value = line.removeprefix("export ").partition("=")
        if not equals or not name.strip():
            raise ConfigurationError(f"{path}:{number}: expected NAME=VALUE")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        values[name.strip()] = value
    return values


def _memory() -> int:
    """Of the machine, or of the container if that has less."""
    found = [int(text) for text in (_text(path).strip() for path in _MEMORY_LIMITS) if text.isdecimal()]
    for line in _text(_MEMORY).splitlines():
        name, _, rest = line.partition(":")
        if name == "MemTotal":
            found.append(int(rest.split()[0]) * 1024)
    return min(found, default=0)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
