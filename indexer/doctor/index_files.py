"""Are the files of the index where, whose and what they should be?"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import stat
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from indexer.doctor.deployment import Deployment
from indexer.doctor.finding import FRAGILE, NOTE, SLOW, UNSAFE, Finding
from search.access import Account, may_write, parts, writable_parts
from search.analysis.fingerprint import analysis_difference
from search.errors import IndexUnavailable
from search.index.apart import shared_by_all
from search.index.curation import read_curation
from search.index.generations import LOCK_NAME, Generations
from search.index.manifest import ANALYSIS, read_manifest
from search.index.reader import IndexReader
from search.index.versions import version_problems, versions

_ACCESS_LIST = "system.posix_acl_access"


def readable(deployment: Deployment) -> Iterator[Finding]:
    """Is there an index, and can it be opened?"""
    generations = deployment.generations
    try:
        directory = generations.path(generations.live())
        reader = IndexReader(directory, whole=False)
        read_curation(directory)
    except IndexUnavailable as error:
        yield Finding(
            FRAGILE,
            "readable",
            str(error),
            "`indexer rollback` if there was an index, else `indexer build SOURCE`",
        )
        return
    for problem in version_problems(reader.manifest):
        what, _, do = problem.rpartition(": ")
        yield Finding(FRAGILE, "readable", f"{what}: servers of this version refuse it", do)


def writable_by_the_server(deployment: Deployment) -> Iterator[Finding]:
    """Could whoever takes over the server change what it answers?"""
    account = deployment.web_user
    if account.user == 0:
        return  # root may write everything: `server.root` tells it
    found = writable_parts(deployment.index, account)
    who = (
        account.name if deployment.named else f"{account.name} (assumed to be the server's: --web-user NAME)"
    )
    if found:
        yield Finding(
            UNSAFE,
            "writable_by_the_server",
            f"{_first(found)} can be written by {who}",
            "let another user own the index and build it; the server's user needs to read it only "
            "(chown -R INDEXER: and chmod -R u=rwX,g=rX,o= on the index, the server's user in the group)",
        )
    above = _replaceable_in(deployment.index, account)
    if above and not found:
        yield Finding(
            UNSAFE,
            "writable_by_the_server",
            f"{above[0]}, in which the index lies, can be written by {who}: it could be replaced as a whole",
            "take the right to write it away, or keep the index in a folder of its own",
        )
    with contextlib.suppress(OSError, AttributeError):
        listed = [path for path in parts(deployment.index) if _ACCESS_LIST in os.listxattr(path)]
        if listed:
            yield Finding(
                NOTE,
                "writable_by_the_server",
                f"{_first(listed)} has an access control list, which is not looked at",
                f"look at it: getfacl {listed[0]}",
            )


def writable_by_everybody(deployment: Deployment) -> Iterator[Finding]:
    """Could any user of the machine?"""
    found = [path for path in parts(deployment.index) if _mode(path) & stat.S_IWOTH]
    if found:
        yield Finding(
            UNSAFE,
            "writable_by_everybody",
            f"{_first(found)} can be written by every user of this machine",
            f"chmod -R o-w {deployment.index}, and a umask of 027 for the indexer",
        )
    for folder in _folders_above(deployment.index):
        mode = _mode(folder)
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            yield Finding(
                UNSAFE,
                "writable_by_everybody",
                f"{folder}, in which the index lies, can be written by every user of this machine",
                f"chmod o-w {folder}, or move the index",
            )


def owners(deployment: Deployment) -> Iterator[Finding]:
    """Was everything written by one user? Else the next update fails, or the one after that."""
    counted: Counter[int] = Counter()
    strangers: dict[int, Path] = {}
    for path in parts(deployment.index):
        with contextlib.suppress(OSError):
            user = path.lstat().st_uid
            counted[user] += 1
            strangers.setdefault(user, path)
    if len(counted) > 1:
        usual = counted.most_common(1)[0][0]
        others = ", ".join(
            f"{path} to {_user_name(user)}" for user, path in strangers.items() if user != usual
        )
        yield Finding(
            FRAGILE,
            "owners",
            f"parts of the index belong to {_user_name(usual)}, but {others}",
            f"run the indexer as one user only, and give it everything: chown -R USER {deployment.index}",
        )


def links(deployment: Deployment) -> Iterator[Finding]:
    """Does a part of the index lie somewhere else?"""
    linked = [path for path in parts(deployment.index) if path.is_symlink()]
    inner = [path for path in linked if path != deployment.index]
    if inner:
        yield Finding(
            UNSAFE,
            "links",
            f"{_first(inner)} is a symbolic link: what it leads to can be exchanged without a trace here",
            "build the index anew in a folder without links",
        )
    elif linked:
        yield Finding(
            NOTE,
            "links",
            f"{deployment.index} is a symbolic link to {deployment.index.resolve()}",
            "nothing, as long as only the indexer's user can change the link",
        )


def litter(deployment: Deployment) -> Iterator[Finding]:
    """Did killed runs leave something behind?"""
    left = deployment.generations.litter()
    if left and not _is_being_written(deployment.index):
        size = sum(path.lstat().st_size for one in left for path in one.rglob("*") if path.is_file())
        yield Finding(
            FRAGILE,
            "litter",
            f"{_first(sorted(left))}: left behind by a run that was killed, {size / 1e6:.1f} MB",
            "`indexer gc --keep 2` removes it; so does the next build or update",
        )


def generations_that_cannot_return(deployment: Deployment) -> Iterator[Finding]:
    """Is what is kept for a rollback an index that this version reads?"""
    generations = deployment.generations
    for name in generations.finished():
        if deployment.manifest is None or name == deployment.manifest.generation:
            continue
        try:
            problems = version_problems(IndexReader(generations.path(name), whole=False).manifest)
        except IndexUnavailable as error:
            problems = [str(error)]
        if problems:
            yield Finding(
                FRAGILE,
                "rollback",
                f"generation {name} is kept, but no rollback can lead to it: {problems[0]}",
                "`indexer gc --keep 0` once the live generation has proved itself",
            )


def shared_files(deployment: Deployment) -> Iterator[Finding]:
    """Would one rotten file take every generation with it?"""
    told = shared_by_all_generations(deployment.generations)
    if told:
        yield Finding(
            FRAGILE,
            "shared_files",
            f"all generations that are kept share {told}: damage to it is damage to all of them",
            "make room for a copy, which the next update makes; or `indexer build`",
        )


def shared_by_all_generations(generations: Generations) -> str:
    """Which file the live generation shares with all others; empty if none, or there is no other."""
    try:
        live = generations.live()
        others = [generations.path(name) for name in generations.finished() if name != live]
        found = shared_by_all(generations.path(live), others)
    except (IndexUnavailable, OSError):
        return ""  # there is nothing to share: `readable` tells it
    return _first(found) if found else ""


def analysis(deployment: Deployment) -> Iterator[Finding]:
    """Are words looked up with the extras and in the ways that the index was built with?"""
    manifest = deployment.manifest
    if manifest is None or version_problems(manifest):
        return  # then it is not searched at all: `readable` tells it
    told = analysis_difference(manifest.fingerprint, deployment.settings.analysis.left_out)
    if told:
        what, _, do = told.rpartition(": " if ": run" in told else "; ")
        yield Finding(SLOW, "analysis", f"{what} (hits may be missed)", do)


def software(deployment: Deployment) -> Iterator[Finding]:
    """Were the generations that are kept, and this program, made with the same libraries?"""
    generations = deployment.generations
    differing: dict[str, set[str]] = {}
    for name in generations.finished():
        try:
            made_with = read_manifest(generations.path(name)).software
        except IndexUnavailable:
            continue
        for library, used in made_with.items():
            here = _installed(library)
            # What must be the same has checks of its own.
            if library not in (ANALYSIS, *versions()) and used != here:
                differing.setdefault(f"{library} {here} is installed", set()).add(
                    f"{name} was built with {used}"
                )
    for here, kept in sorted(differing.items()):
        yield Finding(
            NOTE,
            "software",
            f"{here}, generation {', '.join(sorted(kept))}",
            "nothing, unless answers differ: `indexer build` makes everything anew",
        )


def _installed(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "(none)"


def _first(paths: list[Path]) -> str:
    """The first, and how many more there are."""
    return str(paths[0]) if len(paths) == 1 else f"{paths[0]} (and {len(paths) - 1} more)"


def _mode(path: Path) -> int:
    """Of what is there itself, a link's being nobody's; 0 of what is not there."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    return 0 if stat.S_ISLNK(status.st_mode) else status.st_mode


def _replaceable_in(index: Path, account: Account) -> list[Path]:
    """Folders above the index where an account could put something else in its place."""
    found = []
    below = index.absolute().resolve()
    for folder in _folders_above(index):
        # In a folder with the sticky bit everybody moves only what is his.
        guarded = _mode(folder) & stat.S_ISVTX and account.user not in (_owner(folder), _owner(below))
        if not guarded and may_write(folder, account):
            found.append(folder)
        below = folder
    return found


def _owner(path: Path) -> int:
    try:
        return path.lstat().st_uid
    except OSError:
        return -1


def _folders_above(index: Path) -> list[Path]:
    return list(index.absolute().resolve().parents)


def _user_name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def _is_being_written(index: Path) -> bool:
    """Whether some process holds the writer's lock."""
    try:
        with open(index / LOCK_NAME, "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
