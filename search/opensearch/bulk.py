"""How do many lines get onto the cluster, quickly and every one of them?

Batches of some megabytes go by several threads at once; how many wait is bounded, so a slow cluster slows
down who produces them instead of filling the memory. What the cluster has no room for at the moment, a
whole request or single items of one, is sent again after a while that doubles each time (with some
randomness, lest all come back together: Brooker, "Exponential Backoff and Jitter", 2015). Every line names
its document, so that sending it twice does no harm. What is refused for good is collected by document.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from search.errors import IndexUnavailable
from search.opensearch.documents import DocumentLines

#: Bytes of a request, and requests under way at once.
BATCH_BYTES, THREADS = 5 << 20, 4
#: Seconds before the first repetition and at most before one; and after which a batch is given up.
FIRST_PAUSE, LONGEST_PAUSE, PATIENCE = 0.25, 20.0, 300.0
#: What an item may be refused with and welcome later.
_LATER = (429, 502, 503, 504)
#: Items refused for good that are told one by one.
NAMED = 100


class BulkTarget(Protocol):
    """As much of `connection.Cluster` as is needed."""

    def bulk(self, lines: bytes, *, index: str | None = None) -> Mapping[str, Any]: ...


@dataclass(slots=True)
class BulkOutcome:
    """`done` counts items that were carried out, `repeated` those that were sent again; `absent` are
    deletions of what was not there. `refused` are the first `NAMED` of `refusals`: document and reason."""

    done: int = 0
    repeated: int = 0
    absent: int = 0
    refusals: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


class BulkLoader:
    """Sends lines to one index. Used by one thread, as a context manager: at its end all is sent.

    `sleep` and `clock` (seconds) are given by tests.
    """

    def __init__(
        self,
        cluster: BulkTarget,
        index: str,
        *,
        threads: int = THREADS,
        batch_bytes: int = BATCH_BYTES,
        patience: float = PATIENCE,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        seed: int | None = None,
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._batch_bytes = batch_bytes
        self._patience = patience
        self._sleep, self._clock = sleep, clock
        self._random = random.Random(seed)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="bulk")
        self._room = threading.Semaphore(threads + 1)
        self._lock = threading.Lock()
        self._failed: BaseException | None = None
        self._batch: list[DocumentLines] = []
        self._size = 0
        self.outcome = BulkOutcome()

    def __enter__(self) -> BulkLoader:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self._send()
        else:
            self._failed = self._failed or InterruptedError()
        self._pool.shutdown()
        if kind is None:
            self._check()

    def put(self, lines: DocumentLines) -> None:
        """Send a document, sooner or later. Raises what a batch before has failed with."""
        self._batch.append(lines)
        self._size += len(lines.lines)
        if self._size >= self._batch_bytes:
            self._send()

    def _check(self) -> None:
        if self._failed is not None:
            raise self._failed

    def _send(self) -> None:
        batch, self._batch, self._size = self._batch, [], 0
        if not batch:
            return
        self._room.acquire()
        self._check()
        self._pool.submit(self._work, batch)

    def _work(self, batch: list[DocumentLines]) -> None:
        try:
            self._deliver(batch)
        except BaseException as error:
            # Whoever puts or ends next is told.
            self._failed = self._failed or error
        finally:
            self._room.release()

    def _deliver(self, batch: list[DocumentLines]) -> None:
        end = self._clock() + self._patience
        pause = FIRST_PAUSE
        while batch and self._failed is None:
            reason = ""
            try:
                answer = self._cluster.bulk(b"".join(one.lines for one in batch), index=self._index)
                batch, reason = self._sort_out(batch, answer)
            except IndexUnavailable:
                if self._clock() + pause > end:
                    raise
            if not batch:
                return
            if self._clock() + pause > end:
                raise IndexUnavailable(
                    f"{self._index}: {len(batch)} documents were refused for {self._patience:.0f} seconds: "
                    f"{reason}"
                )
            with self._lock:
                self.outcome.repeated += len(batch)
                wait = pause * self._random.uniform(0.5, 1.0)
            self._sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _sort_out(
        self, batch: Sequence[DocumentLines], answer: Mapping[str, Any]
    ) -> tuple[list[DocumentLines], str]:
        """What is to be sent again, and the reason of the first; everything else is counted."""
        again: list[DocumentLines] = []
        reason = ""
        done = absent = 0
        refused: list[tuple[str, str]] = []
        for one, item in zip(batch, answer["items"], strict=True):
            [(action, result)] = item.items()
            status = result["status"]
            if status < 300:
                done += 1
            elif action == "delete" and status == 404:
                absent += 1
            elif status in _LATER:
                again.append(one)
                reason = reason or _reason(result)
            else:
                refused.append((one.id, _reason(result)))
        with self._lock:
            told = self.outcome
            told.done += done
            told.absent += absent
            told.refusals += len(refused)
            told.refused += refused[: NAMED - len(told.refused)]
        return again, reason


def deletion(document_id: str) -> DocumentLines:
    """The line that deletes a document."""
    return DocumentLines(document_id, b'{"delete":{"_id":%s}}\n' % orjson.dumps(document_id))


def _reason(result: Mapping[str, Any]) -> str:
    error = result.get("error")
    if not isinstance(error, Mapping):
        return f"status {result['status']}: {error}"
    cause = error.get("caused_by")
    more = f": {cause.get('reason')}" if isinstance(cause, Mapping) else ""
    return f"{error.get('type')}: {error.get('reason')}{more}"
