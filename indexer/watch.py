"""When has a source changed for good, and what comes of it?

The sources are looked at again and again: names, sizes and times of their files, as `stat` has them. That
works on disks, network folders and mounted volumes alike, where notices of the kernel do not. When they
differ from what the last update was about, and have kept still for a while, they are updated. Nothing is held
between two looks: no lock, no documents. Where the update runs, and what it says, is its caller's business.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from indexer.document import Refusal
from indexer.sources import walk
from search.errors import ConfigurationError

#: Seconds between two looks, and how long the sources must have kept still.
POLL, SETTLE = 2.0, 2.0
#: Sources that never keep still are updated all the same after so many seconds.
LONGEST_UNREST = 60.0
#: Looking takes at most this share of the time: a million files are not looked at every two seconds.
SHARE = 0.05
#: Seconds after which a failed update is tried again, at first and at most.
FIRST_DELAY, LONGEST_DELAY = 5.0, 300.0


class Outcome(Enum):
    """What came of an update: nothing is left to do; nothing will be better before something changes;
    it may be better by itself (another writer, a full disk)."""

    DONE = "done"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class View:
    """What was seen in one look. `digest` is another one if any file is; `there` are the sources with
    at least one document file, `missing` the others."""

    digest: bytes
    there: tuple[str, ...]
    missing: tuple[str, ...]


def look(sources: Sequence[str], besides: Sequence[Path] = ()) -> View:
    """See the state of all files of the sources, and of files `besides` them."""
    digest = hashlib.blake2b(digest_size=16)
    there: list[str] = []
    missing: list[str] = []
    for source in sources:
        digest.update(b"\0source\0" + os.fsencode(source))
        (there if _take_in(source, digest) else missing).append(source)
    for path in besides:
        digest.update(_state(path))
    return View(digest.digest(), tuple(there), tuple(missing))


def _take_in(source: str, digest: hashlib.blake2b) -> int:
    """Take in the files of a source; returns how many there are."""
    files = 0
    try:
        for found in walk([source]):
            if isinstance(found, Refusal):
                digest.update(os.fsencode(str(found)))
            else:
                files += 1
                digest.update(_state(found.path))
    except ConfigurationError:
        return 0  # not there, for now
    return files


def _state(path: Path) -> bytes:
    """The name of a file and what changes when it does: also its inode, for files are replaced by others of
    the same size within one tick of the clock."""
    try:
        seen = path.stat()
    except OSError:
        return b"\0none\0" + os.fsencode(path)
    numbers = (seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)
    return os.fsencode(path) + repr(numbers).encode()


class Watch:
    """Calls `update` with the sources that are there, whenever they have changed.

    `wait` sleeps for so many seconds and says whether to end; `clock` is in seconds; `tell` is told in a
    sentence what the admin should know. A source that is missing or empty is left out: an unmounted folder is
    no order to forget its documents.
    """

    def __init__(
        self,
        sources: Sequence[str],
        update: Callable[[tuple[str, ...]], Outcome],
        *,
        tell: Callable[[str], None],
        wait: Callable[[float], bool],
        besides: Sequence[Path] = (),
        poll: float = POLL,
        settle: float = SETTLE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sources, self._besides = tuple(sources), tuple(besides)
        self._update, self._tell, self._wait, self._clock = update, tell, wait, clock
        self._poll, self._settle = poll, settle
        self._missing: tuple[str, ...] = ()
        self._handled: bytes | None = None
        self._last: bytes | None = None
        self._still_since = self._restless_since = 0.0
        self._not_before, self._delay = 0.0, FIRST_DELAY

    def run(self) -> None:
        """Watch until `wait` says to end."""
        while True:
            started = self._clock()
            view = look(self._sources, self._besides)
            taken = self._clock() - started
            self._notice(view)
            if self._is_due(view):
                self._bring_up_to_date(view)
            pause = self._poll
            if view.digest != self._handled:
                pause = min(pause, self._settle)
            if self._wait(max(pause, taken / SHARE)):
                return

    def _notice(self, view: View) -> None:
        """Keep account of how long the sources have been as they are."""
        now = self._clock()
        if view.digest != self._last:
            if self._last is None or self._last == self._handled:
                self._restless_since = now
            self._last, self._still_since = view.digest, now
        for source in view.missing:
            if source not in self._missing:
                self._tell(
                    f"{source}: not there or empty; its documents stay (`indexer update` removes them)"
                )
        for source in self._missing:
            if source in view.there:
                self._tell(f"{source}: there again")
        self._missing = view.missing

    def _is_due(self, view: View) -> bool:
        now = self._clock()
        return (
            view.digest != self._handled
            and now >= self._not_before
            and (now - self._still_since >= self._settle or now - self._restless_since >= LONGEST_UNREST)
        )

    def _bring_up_to_date(self, view: View) -> None:
        outcome = self._update(view.there) if view.there else Outcome.DONE
        if outcome is Outcome.LATER:
            self._tell(f"trying again in {self._delay:.0f} s")
            self._not_before = self._clock() + self._delay
            self._delay = min(self._delay * 2, LONGEST_DELAY)
            return
        if outcome is Outcome.REFUSED:
            self._tell("trying again when something has changed")
        # What changed while the update ran differs from this view, and is seen with the next look.
        self._handled = view.digest
        self._restless_since = self._clock()
        self._not_before, self._delay = 0.0, FIRST_DELAY
