"""Which generation answers? The live one, opened, and the next one as soon as it can be.

`LiveEngine` looks at the pointer each time it is asked and moves to a new generation between two answers. A
server reads a generation whole before it answers from it; a large one in the background, while the old one
still answers. When the newest one cannot be read it stays on the one it has, says so (`problem`) and tries
again. Where postings are on a cluster, the generation that is live there is fetched first.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from search.cluster_access import ENGINE, URL, ClusterAccess
from search.configuration import Settings
from search.engines.base import Engine
from search.engines.whoosh_engine import WhooshEngine
from search.errors import IndexDamaged, IndexUnavailable, SearchServiceError
from search.index.generations import Generations, Pointed
from search.index.manifest import READ_AT_OPENING, read_manifest
from search.index.versions import version_problems
from search.next_engine import NextEngine

_log = logging.getLogger(__name__)

#: Seconds after which a generation that could not be opened is tried again: a folder that was not there, or
#: not readable, may be by now.
RETRY = 2.0
#: How often a generation is followed that was deleted while it was opened, because others came after it.
_TRIES = 5
#: What only generations have whose postings are on a cluster.
_FACTS_NAME = "cluster.json"
#: Imported only where a cluster is used: else they would be a twentieth of what a command takes to begin.
_ENGINE = "search.engines.opensearch_engine"
_CONNECTION, _COPY = "search.opensearch.connection", "search.opensearch.local_copy"
#: Seconds that the first request of a process waits for the cluster.
_FIRST = 2.0


class _Copy(Protocol):
    """A copy of what is on a cluster, as `search/opensearch/local_copy.py` keeps it."""

    problem: str

    def look(self, wait: float = ...) -> None: ...

    def bring(self) -> str | None: ...

    def distrust(self, generation: str) -> None: ...


class LiveEngine:
    """The engine of the live generation below `index`. Not shared between threads."""

    def __init__(
        self,
        index: Path,
        settings: Settings,
        *,
        touch: Callable[[Engine], None],
        fall_back: bool = False,
        cluster: ClusterAccess | None = None,
        follow: bool = True,
    ) -> None:
        """`touch` uses an engine once, before others have to wait for what that makes it read."""
        self.generations = Generations(index)
        self._settings = settings
        self._touch = touch
        self._fall_back = fall_back
        self._cluster = cluster
        self._copy: _Copy | None = None
        if cluster is not None and follow:
            self._copy = import_module(_COPY).opened_copy(index, settings, cluster)
        self._engine: Engine | None = None
        self._is_whole = False
        self._stamp: tuple[int, int] | None = None
        self._next: NextEngine | None = None
        self._pointed: Pointed | None = None
        self._problem = ""
        self._tried = 0.0

    @property
    def problem(self) -> str:
        """Why answers come from another generation than the live one; empty if they do not. Names files:
        for logs, not for visitors."""
        return self._problem or (self._copy.problem if self._copy is not None else "")

    def engine(self) -> Engine:
        """The live generation, opened. Raises `IndexUnavailable` or `IndexDamaged`."""
        if self._copy is not None:
            self._follow_cluster(self._copy)
        if self._next is not None and self._next.wait(0):
            self._take_next()
        try:
            status = os.stat(self.generations.pointer)
        except OSError as error:
            if self._engine is not None:
                self._stay(self._engine, f"{self.generations.pointer}: {error.strerror}")
                return self._engine
            if self._copy is not None and self._copy.problem:
                raise IndexUnavailable(f"{self.generations.root}: {self._copy.problem}") from None
            self.generations.live()
            raise IndexUnavailable(f"{self.generations.root}: no index here") from None
        stamp = (status.st_mtime_ns, status.st_ino)
        if self._engine is None:
            self._engine = self._first()
            self._stamp = stamp
        elif self._next is None and (stamp != self._stamp or (self._problem and self._is_time())):
            self._follow(self._engine)
            # Afterwards: a deadline may strike meanwhile.
            self._stamp = stamp
        return self._engine

    def _follow_cluster(self, copy: _Copy) -> None:
        """Let the copy here become what is live on the cluster. A server never waits long for that; a command
        wants to be told what is wrong."""
        if self._fall_back:
            copy.look() if self._engine is not None else copy.look(_FIRST)
        elif self._engine is None:
            copy.bring()
        else:
            copy.look()

    def _is_time(self) -> bool:
        return time.monotonic() - self._tried >= RETRY

    def _stay(self, engine: Engine, problem: str) -> None:
        """The live generation cannot be used: said once, tried again later."""
        self._tried = time.monotonic()
        if problem != self._problem:
            _log.error("staying on generation %s: %s", engine.manifest.generation, problem)
            self._problem = problem

    def _first(self) -> Engine:
        """The first generation to answer from: the live one, or an older one in its place."""
        self._is_whole = self._fall_back
        try:
            return self._live(whole=self._fall_back)
        except IndexUnavailable as error:
            if not self._fall_back:
                raise
            engine = self._newest_readable(error)
            self._stay(engine, str(error))
            return engine

    def _live(self, *, whole: bool) -> Engine:
        """The live generation, opened. It may be deleted meanwhile, if others are published: then the one
        that is live by then."""
        for _ in range(_TRIES):
            pointed = self.generations.pointed()
            try:
                engine = self._opened(pointed.name, whole=whole)
            except IndexUnavailable:
                if self.generations.pointed() == pointed:
                    raise
            else:
                self._pointed, self._problem = pointed, ""
                return engine
        raise IndexUnavailable(f"{self.generations.root}: replaced faster than it can be opened")

    def _follow(self, engine: Engine) -> None:
        """The pointer was replaced: move to the generation it names, or begin to."""
        try:
            pointed = self.generations.pointed()
            # A folder may be exchanged for another one, whose generations have the same numbers.
            if pointed == self._pointed:
                self._problem = ""
                return
            if self._fall_back and self._is_large(pointed.name):
                self._next = NextEngine(pointed, self._prepared)
                return
            self._move_to(self._live(whole=True))
            self._is_whole = True
        except IndexUnavailable as error:
            self._stay(engine, str(error))

    def _move_to(self, engine: Engine) -> None:
        if self._engine is not None:
            self._engine.release()
        self._engine = engine

    def _is_large(self, name: str) -> bool:
        return read_manifest(self.generations.path(name)).size > READ_AT_OPENING

    def _take_next(self) -> None:
        ready, self._next = self._next, None
        assert ready is not None
        assert self._engine is not None
        try:
            # Rolled back meanwhile, it is not wanted any more; an older one than the newest still is.
            if int(self.generations.live()) >= int(ready.pointed.name):
                self._move_to(ready.taken())
                self._pointed, self._problem = ready.pointed, ""
        except IndexUnavailable as error:
            self._stay(self._engine, str(error))

    def settle(self, seconds: float) -> bool:
        """Wait at most so long for a move that is under way; whether none is. The next answer comes
        from the new generation."""
        return self._next is None or self._next.wait(seconds)

    def whole(self) -> Engine:
        """The live generation, every byte of which was read. Raises as `engine`."""
        engine = self.engine()
        if not self._is_whole:
            engine = self._engine = self._opened(engine.manifest.generation)
            self._is_whole = True
        return engine

    def _opened(self, name: str, *, whole: bool = True) -> Engine:
        """Raises `IndexUnavailable`, also for one that was written with other versions than ours."""
        path = self.generations.path(name)
        try:
            engine = self._open(path, whole=whole)
        except IndexDamaged:
            if self._copy is not None:
                self._copy.distrust(name)
            raise
        except SearchServiceError:
            raise
        except Exception as error:
            # Its bytes are what the manifest says, and make no index: nobody here wrote that.
            _log.exception("%s cannot be opened", path)
            raise IndexDamaged(f"{path}: cannot be opened: {error!r}") from None
        if problems := version_problems(engine.manifest):
            raise IndexUnavailable(f"{path}: {'; '.join(problems)}")
        return engine

    def _open(self, path: Path, *, whole: bool) -> Engine:
        options: dict[str, Any] = {
            "popular_by": self._settings.popular_by,
            "skip_articles": self._settings.skip_articles,
            "whole": whole,
        }
        is_remote = (path / _FACTS_NAME).is_file()
        if not is_remote and self._cluster is None:
            return WhooshEngine(path, **options)
        if self._cluster is None:
            raise IndexUnavailable(
                f"{path}: its postings are on an OpenSearch cluster: give --engine opensearch and "
                f"--engine-url ({ENGINE}, {URL})"
            )
        if not is_remote:
            raise IndexUnavailable(f"{path}: an index of the engine whoosh, not of opensearch")
        held = import_module(_CONNECTION).shared_cluster(self._cluster)
        engine: Engine = import_module(_ENGINE).OpenSearchEngine(path, held, **options)
        return engine

    def _prepared(self, name: str) -> Engine:
        engine = self._opened(name)
        self._touch(engine)
        return engine

    def _newest_readable(self, wrong: IndexUnavailable) -> Engine:
        """An older generation in place of a live one with which something is `wrong`.

        Raises just that when there is none.
        """
        for name in reversed(self.generations.finished()):
            with contextlib.suppress(IndexUnavailable):
                return self._opened(name)
        raise wrong
