"""Who may write the index, and who can reach the server?

An index is code as much as data: whoever can change its files decides what visitors are told. The server
therefore reads them as a user who cannot write them. Looked at here are owners, modes and mounts; access
control lists of named users are not, except for the account of this very process, about which the system
is asked.
"""

from __future__ import annotations

import grp
import ipaddress
import os
import pwd
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from search.errors import ConfigurationError
from search.index.generations import LOCK_NAME, Generations

#: The environment's word on how strictly a server looks at its own deployment: `1` always, `0` never;
#: without it, when visitors from elsewhere can reach it.
STRICT = "SEARCH_STRICT"
_LOCAL_NAMES = frozenset(("localhost", "localhost.localdomain", "ip6-localhost"))


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the system with all groups, by number."""

    name: str
    user: int
    groups: frozenset[int]

    @property
    def is_this_process(self) -> bool:
        return self.user == os.geteuid()


def this_account() -> Account:
    """The account this process runs as."""
    user = os.geteuid()
    try:
        name = pwd.getpwuid(user).pw_name
    except KeyError:
        # Containers run as numbers without a name.
        name = str(user)
    return Account(name, user, frozenset((os.getegid(), *os.getgroups())))


def account_named(name: str) -> Account:
    """The account with a name, or with a number. Raises `ConfigurationError`."""
    try:
        entry = pwd.getpwuid(int(name)) if name.isdecimal() else pwd.getpwnam(name)
    except (KeyError, OverflowError):
        raise ConfigurationError(f"there is no user {name!r} on this machine") from None
    groups = os.getgrouplist(entry.pw_name, entry.pw_gid)
    return Account(entry.pw_name, entry.pw_uid, frozenset(groups))


def group_name(group: int) -> str:
    """The name of a group, its number where it has none."""
    try:
        return grp.getgrgid(group).gr_name
    except KeyError:
        return str(group)


def parts(root: Path) -> Iterator[Path]:
    """Everything an index consists of that is there: folders and files, links as what they are."""
    generations = Generations(root)
    for path in (root, generations.pointer, root / LOCK_NAME, generations.folder):
        if os.path.lexists(path):
            yield path
    for folder in _listed(generations.folder):
        yield folder
        if folder.is_dir() and not folder.is_symlink():
            yield from _listed(folder)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def writable_parts(root: Path, account: Account) -> list[Path]:
    """The parts of an index that an account may change, or may allow itself to change."""
    return [path for path in parts(root) if may_write(path, account)]


def may_write(path: Path, account: Account) -> bool:
    """Whether an account may write a file or folder; its owner always may, because modes are the owner's.

    Nobody may write what is mounted read-only, and nobody what is not there.
    """
    try:
        status = path.stat()
        if os.statvfs(path).f_flag & os.ST_RDONLY:
            return False
    except OSError:
        return False
    if account.user in (0, status.st_uid):
        return True
    if account.is_this_process:
        return os.access(path, os.W_OK, effective_ids=True)
    if status.st_gid in account.groups:
        return bool(status.st_mode & stat.S_IWGRP)
    return bool(status.st_mode & stat.S_IWOTH)


def is_public(environment: Mapping[str, str]) -> bool:
    """Whether visitors from elsewhere can be expected: `BIND` has an address that is not loopback, or
    `PUBLIC_URL` names another host than this one.

    What `search.toml` says is the collection's, also on the machine of who develops it, and tells nothing.
    """
    hosts = (*bound_hosts(environment), urlsplit(environment.get("PUBLIC_URL", "")).hostname)
    return not all(map(is_loopback, hosts))


def bound_hosts(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The hosts in `BIND`, `*` for all addresses; none for sockets in the file system."""
    hosts = []
    for bound in filter(None, map(str.strip, environment.get("BIND", "").split(","))):
        if not bound.startswith(("unix:", "fd://")):
            host = bound.removeprefix("tcp://").rpartition(":")[0] if ":" in bound else bound
            hosts.append(host.strip("[]") or "*")
    return tuple(hosts)


def is_strict(environment: Mapping[str, str]) -> bool:
    """Whether a server must refuse an unsafe deployment. Raises `ConfigurationError`."""
    stated = environment.get(STRICT, "")
    if stated not in ("", "0", "1"):
        raise ConfigurationError(f"{STRICT} must be 0 or 1, not {stated!r}")
    return stated == "1" if stated else is_public(environment)


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine; so is none at all."""
    if not host or host.lower() in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
