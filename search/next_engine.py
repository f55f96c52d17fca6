"""How does a process move to a new generation without its visitors waiting for it?

The new one is read whole, opened and touched in a thread of its own, while the old one answers.
Reading and hashing leave the processor's lock alone: 2 GB take 1.4 s in which requests go on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from search.engines.base import Engine
from search.errors import IndexDamaged, IndexUnavailable
from search.index.generations import Pointed

_log = logging.getLogger(__name__)


class NextEngine:
    """A generation that is being made ready by `prepare`, which may raise `IndexUnavailable`."""

    def __init__(self, pointed: Pointed, prepare: Callable[[str], Engine]) -> None:
        self.pointed = pointed
        self._prepare = prepare
        self._engine: Engine | None = None
        self._error: IndexUnavailable | None = None
        # A process that ends need not wait for what it will not use: nothing is written.
        self._thread = threading.Thread(target=self._run, name=f"generation {pointed.name}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._engine = self._prepare(self.pointed.name)
        except IndexUnavailable as error:
            self._error = error
        except Exception:
            # A defect of ours; the generation that answers is none the worse for it.
            _log.exception("generation %s could not be made ready", self.pointed.name)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is over, after at most so many seconds."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def taken(self) -> Engine:
        """The engine, once it is over. Raises what is wrong with it."""
        if self._error is not None:
            raise self._error
        if self._engine is None:
            # Not made ready, or not in this process: a fork leaves threads behind.
            raise IndexDamaged(f"generation {self.pointed.name} could not be made ready")
        return self._engine
