"""Does the machine have what the service needs: the right file system, room, memory, time?"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from indexer.doctor.deployment import Deployment
from indexer.doctor.finding import FRAGILE, NOTE, SLOW, Finding

#: File systems of other machines: locks, renames and mapped files do not behave as on a disk there.
_NETWORK_NAMES = """
9p afs beegfs ceph cifs coda davfs fuse.ceph fuse.ceph-fuse fuse.davfs fuse.davfs2 fuse.gcsfuse fuse.glusterfs
fuse.juicefs fuse.mount.davfs fuse.rclone fuse.s3fs fuse.sshfs fuse.vmhgfs-fuse gfs2 gluster glusterfs gpfs
lustre ncpfs nfs nfs4 ocfs2 orangefs prl_fs smb3 smbfs vboxsf virtiofs vmhgfs
"""
_NETWORK = frozenset(_NETWORK_NAMES.split())
#: Those that are empty after the next start.
_PASSING = {
    "tmpfs": "in memory: it is gone when the machine starts again",
    "ramfs": "in memory: it is gone when the machine starts again",
    "overlay": "a layer of a container: it is gone with the container",
}
#: A generation beside those that are kept, and room for what is written on the way.
_NEEDED = 1.5
_LEAST_INODES = 1_000
#: Bytes of a worker after some thousand queries, and of what all share (docs/adr/0012).
_OF_A_WORKER, _SHARED = 105_000_000, 150_000_000
_LEAST_OPEN_FILES = 1_024
#: 2026: no clock that runs is behind it.
_FIRST_TIME = 1_767_225_600
_AHEAD = 60


def file_system(deployment: Deployment) -> Iterator[Finding]:
    """On what does the index lie?"""
    kind = file_system_of(deployment.index, deployment.machine.mounts)
    if kind in _NETWORK:
        yield Finding(
            FRAGILE,
            "file_system",
            f"{deployment.index} lies on a network file system ({kind}): locks and renames are not sure "
            "there, and a lost connection ends a worker that reads a mapped file",
            "keep the index on a disk of this machine, one for each machine, and build it on each or copy "
            "finished generations",
        )
    elif kind in _PASSING:
        yield Finding(
            NOTE,
            "file_system",
            f"{deployment.index} lies on {kind}, {_PASSING[kind]}",
            "mount a volume, or build the index at each start",
        )


def file_system_of(path: Path, mounts: str) -> str:
    """The kind of file system a path lies on, by the text of /proc/self/mountinfo; empty if unknown."""
    place = path.absolute().resolve()
    found, depth = "", -1
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        cells = before.split()
        if not dash or len(cells) < 5 or not after:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), cells[4]))
        # Of mounts at one place the last hides the others.
        if place.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = after.split()[0], len(point.parts)
    return found


def room(deployment: Deployment) -> Iterator[Finding]:
    """Is there room for another generation?"""
    folder = next(
        (one for one in (deployment.index, *deployment.index.absolute().parents) if one.is_dir()), None
    )
    if folder is None:
        return
    free = shutil.disk_usage(folder).free
    size = deployment.manifest.size if deployment.manifest else 0
    if free < size * _NEEDED:
        yield Finding(
            FRAGILE,
            "room",
            f"{free / 1e6:.0f} MB are free, a build needs about {size * _NEEDED / 1e6:.0f} MB",
            "free some: `indexer gc --keep 1` removes older generations; or a larger disk",
        )
    status = os.statvfs(folder)
    if status.f_files and status.f_favail < _LEAST_INODES:
        yield Finding(
            FRAGILE,
            "room",
            f"{status.f_favail} files can be made on this file system",
            "remove small files, or move the index",
        )


def memory(deployment: Deployment) -> Iterator[Finding]:
    """Do the workers and the index fit into memory together?"""
    have, manifest = deployment.machine.memory, deployment.manifest
    if not have or manifest is None:
        return
    needed = _SHARED + deployment.workers * _OF_A_WORKER + manifest.size
    if needed > have:
        yield Finding(
            SLOW,
            "memory",
            f"{deployment.workers} workers and an index of {manifest.size / 1e6:.0f} MB want about "
            f"{needed / 1e6:.0f} MB, there are {have / 1e6:.0f} MB: the index would be read from the disk",
            "fewer workers (WEB_CONCURRENCY), more memory, or an index with less in it ([analysis])",
        )


def open_files(deployment: Deployment) -> Iterator[Finding]:
    """May a process open enough files?"""
    limit = deployment.machine.open_files
    if 0 <= limit < _LEAST_OPEN_FILES:
        yield Finding(
            FRAGILE,
            "open_files",
            f"a process may have {limit} files open (as this one: the server's limit may be another)",
            f"ulimit -n {_LEAST_OPEN_FILES} or LimitNOFILE={_LEAST_OPEN_FILES} in the unit",
        )


def clock(deployment: Deployment) -> Iterator[Finding]:
    """Is the time right? Ages in metrics, `If-Modified-Since` and the days of the query log hang on it."""
    now = deployment.machine.now
    if now < _FIRST_TIME:
        told = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
        yield Finding(FRAGILE, "clock", f"the clock says {told}", "let it be set: timedatectl set-ntp true")
    if deployment.manifest is None:
        return
    try:
        built = datetime.fromisoformat(deployment.manifest.built).timestamp()
    except ValueError:
        return
    if built > now + _AHEAD:
        yield Finding(
            FRAGILE,
            "clock",
            f"the live generation was built in the future ({deployment.manifest.built}): a clock is wrong",
            "let it be set: timedatectl set-ntp true",
        )
