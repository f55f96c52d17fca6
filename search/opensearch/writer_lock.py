"""Who is writing a collection that lives on a cluster? One process of all machines, which says so.

The lock is a document of the control index. It is made by an operation that fails where there is one, and
renewed every few seconds under the condition that nobody changed it meanwhile: of two holders one always
gets to know. A holder is dead when its process on this machine is, or when its document has not changed
while we watched; clocks of other machines decide only whether watching is worth it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from search.errors import IndexLocked, IndexUnavailable, SearchServiceError
from search.opensearch.connection import Cluster, Conflict, NotThere

LOCK_ID = "lock"
#: Seconds between two signs of life.
BEAT = 5.0
#: A sign of life older than this makes the holder suspect; watching for so long then tells.
SUSPECT, WATCHED = 60.0, 3 * BEAT

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """What the document says. `place` names the machine, its present run and the numbering of processes;
    `beat` is the last sign of life, in seconds since 1970 by the holder's clock; `building` the generation
    that is being made and not published; `released`: nobody holds it, but `building` may be lying about."""

    token: str
    host: str
    place: str
    process: int
    command: str
    since: str
    beat: float
    building: str = ""
    released: bool = False

    def __str__(self) -> str:
        return f"process {self.process} on {self.host} ({self.command}) since {self.since}"


@dataclass(frozen=True, slots=True)
class Version:
    """Which state of a document; a change can be made to depend on it."""

    sequence: int
    term: int

    def condition(self) -> dict[str, Any]:
        return {"if_seq_no": self.sequence, "if_primary_term": self.term}


def this_place() -> str:
    """Names of processes mean something only on one machine, between two starts of it, in one container."""
    parts = [socket.gethostname()]
    with contextlib.suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
    with contextlib.suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))
    return " ".join(parts)


@dataclass(slots=True)
class WriterLock:
    """The lock, held. Not to be made but by `hold`."""

    cluster: Cluster
    control: str
    holder: Holder
    version: Version
    #: Set when somebody else has taken the lock.
    lost: bool = False
    #: Whether what is being made must stay as it is, because it may have become the live generation.
    keep: bool = False
    _mutex: threading.RLock = field(default_factory=threading.RLock)

    def begin(self, generation: str) -> None:
        """Note which generation is being made: should this process be killed, the next writer removes it."""
        with self._mutex:
            self._write(replace(self.holder, building=generation))

    def published(self) -> None:
        """What was being made is live: there is nothing to remove."""
        self.begin("")

    def check(self) -> None:
        """Raises `IndexLocked` if the lock is not ours any more, `IndexUnavailable` if no node tells."""
        with self._mutex:
            self._write(self.holder)

    def beat(self) -> None:
        """A sign of life. Only the loss of the lock is noted: a cluster that is away now may be back soon."""
        with contextlib.suppress(SearchServiceError):
            self.check()

    def release(self) -> None:
        """Let others write. What could not be removed stays noted for them."""
        with self._mutex:
            if self.lost:
                return
            try:
                if self.holder.building:
                    self._write(replace(self.holder, released=True))
                else:
                    path = f"/{self.control}/_doc/{LOCK_ID}"
                    self.cluster.request("DELETE", path, params=self.version.condition())
            except (IndexLocked, IndexUnavailable, Conflict) as error:
                _log.warning("the writer's lock of %s could not be given back: %s", self.control, error)

    def _write(self, holder: Holder) -> None:
        if self.lost:
            raise IndexLocked(
                f"{self.control}: another writer has taken over, because this one was not heard of"
            )
        holder = replace(holder, beat=time.time())
        try:
            self.version = _put(self.cluster, self.control, holder, self.version.condition())
        except Conflict:
            # Perhaps it is our own change, whose answer was lost on the way.
            found = read(self.cluster, self.control)
            if found is None or found[0].token != holder.token:
                self.lost = True
                raise IndexLocked(
                    f"{self.control}: another writer has taken over: {found[0] if found else 'nobody known'}"
                ) from None
            self.version = _put(self.cluster, self.control, holder, found[1].condition())
        self.holder = holder


def read(cluster: Cluster, control: str, *, deadline: float | None = None) -> tuple[Holder, Version] | None:
    """What the lock says; None if there is none. Raises as `Cluster.request`."""
    try:
        found = cluster.request("GET", f"/{control}/_doc/{LOCK_ID}", deadline=deadline)
    except NotThere:
        return None
    if not found.get("found"):
        return None
    return Holder(**found["_source"]["body"]), Version(found["_seq_no"], found["_primary_term"])


@contextlib.contextmanager
def hold(
    cluster: Cluster, control: str, command: str, *, watched: float = WATCHED
) -> Iterator[tuple[WriterLock, str]]:
    """Hold the lock; gives it and the generation that a dead writer left unpublished, "" for none.

    `watched`: seconds for which a silent holder is watched. Raises `IndexLocked` naming the holder.
    """
    holder = Holder(
        token=uuid.uuid4().hex,
        host=socket.gethostname(),
        place=this_place(),
        process=os.getpid(),
        command=command,
        since=time.strftime("%Y-%m-%d %H:%M:%S"),
        beat=time.time(),
    )
    version, left = _taken(cluster, control, holder, watched)
    lock = WriterLock(cluster, control, replace(holder, building=left), version)
    stop = threading.Event()
    heart = threading.Thread(target=_beating, args=(lock, stop), name="writer's lock", daemon=True)
    heart.start()
    try:
        yield lock, left
    finally:
        stop.set()
        heart.join()
        lock.release()


def _beating(lock: WriterLock, stop: threading.Event) -> None:
    while not stop.wait(BEAT) and not lock.lost:
        lock.beat()


def _taken(cluster: Cluster, control: str, holder: Holder, watched: float) -> tuple[Version, str]:
    """The lock, taken, and what a dead writer was making."""
    for _ in range(10):
        with contextlib.suppress(Conflict):
            return _put(cluster, control, holder, {"op_type": "create"}), ""
        found = read(cluster, control)
        if found is None:
            continue
        other, version = found
        if other.token == holder.token:
            return version, holder.building
        if not other.released and not _is_dead(other, lambda: read(cluster, control), version, watched):
            raise IndexLocked(f"{control}: being written by {other}")
        holder = replace(holder, beat=time.time(), building=other.building)
        with contextlib.suppress(Conflict):
            return _put(cluster, control, holder, version.condition()), other.building
    raise IndexLocked(f"{control}: other writers come and go")


def _put(cluster: Cluster, control: str, holder: Holder, condition: dict[str, Any]) -> Version:
    body = {"kind": "lock", "body": asdict(holder)}
    written = cluster.request("PUT", f"/{control}/_doc/{LOCK_ID}", body, params=condition, repeat=True)
    return Version(written["_seq_no"], written["_primary_term"])


def is_alive(holder: Holder) -> bool:
    """Whether somebody writes, as far as one look tells."""
    if holder.released:
        return False
    if holder.place == this_place():
        return _runs(holder.process)
    return abs(time.time() - holder.beat) <= SUSPECT


def _is_dead(
    holder: Holder,
    again: Callable[[], tuple[Holder, Version] | None],
    version: Version,
    watched: float,
) -> bool:
    if holder.place == this_place():
        return not _runs(holder.process)
    if is_alive(holder):
        return False
    _log.warning("watching for %g s whether the writer is alive: %s", watched, holder)
    time.sleep(watched)
    found = again()
    return found is not None and found[1] == version


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
