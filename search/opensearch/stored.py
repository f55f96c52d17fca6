"""What is stored of a document? Asked of the cluster for many at once, and kept within a bound of memory.

A page of hits is one request. Completions name documents before anybody asks what is stored of them:
they are expected, and come together when the first is asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import orjson

from search.errors import IndexUnavailable
from search.index.recently_used import RecentlyUsed
from search.opensearch.mapping import NUMBER, STORED

#: Bytes of documents that are kept.
DOCUMENT_BYTES = 16 << 20
#: Documents in one request, and of those expected how many are remembered.
MOST_AT_ONCE = 200
#: Seconds a document may take of which nobody says how long.
SECONDS = 5.0


class Asked(Protocol):
    """What is asked of a cluster."""

    def search(
        self, index: str, body: dict[str, Any], deadline: float | None = None, /
    ) -> dict[str, Any]: ...


class StoredDocuments:
    """The stored documents of one index, by their local numbers."""

    def __init__(
        self,
        cluster: Asked,
        index: str,
        number_of: Callable[[int], int],
        *,
        limit: int = DOCUMENT_BYTES,
    ) -> None:
        """`number_of` tells the number on the cluster of a local one; `limit` is in bytes."""
        self._cluster = cluster
        self._index = index
        self._number_of = number_of
        self._kept: RecentlyUsed[int, bytes] = RecentlyUsed(limit)
        # What came last: a page of long documents may be more than is kept.
        self._last: dict[int, bytes] = {}
        # With the time by which they are wanted.
        self._expected: dict[int, float | None] = {}

    def get(self, document: int, deadline: float | None = None) -> dict[str, Any]:
        """The stored document. `deadline`, a time of `time.monotonic`, is that with which it was expected
        if nobody says another. Raises `DeadlineExceeded`, and `IndexUnavailable` where there is none of
        this number."""
        data = self._kept.get(document) or self._last.get(document)
        if data is None:
            # Asked for now: those expected with it are most likely asked for next.
            expected = [document, *(one for one in self._expected if one != document)]
            now = time.monotonic()
            # What was expected by a query that is over has no deadline any more.
            wanted = self._expected.get(document) or 0.0
            deadline = deadline or (wanted if wanted > now else now + SECONDS)
            data = self._fetched(expected[:MOST_AT_ONCE], deadline).get(document)
        if data is None:
            raise IndexUnavailable(f"{self._index}: no document number {self._number_of(document)}")
        values: dict[str, Any] = orjson.loads(data)
        return values

    def keep(self, document: int, stored: dict[str, Any]) -> None:
        """What is stored of a document, which came with something else."""
        data = orjson.dumps(stored)
        self._kept.keep(document, data, len(data) + 200)

    def expect(self, documents: Iterable[int], deadline: float | None = None) -> None:
        """Documents that may be asked for one by one, soon, and until when."""
        for document in documents:
            if self._kept.get(document) is None:
                self._expected[document] = deadline
        while len(self._expected) > MOST_AT_ONCE:
            del self._expected[next(iter(self._expected))]

    def fetch(self, documents: Iterable[int], deadline: float | None = None) -> None:
        """Have these at hand, by as few requests as it takes."""
        missing = [one for one in dict.fromkeys(documents) if self._kept.get(one) is None]
        for first in range(0, len(missing), MOST_AT_ONCE):
            self._fetched(missing[first : first + MOST_AT_ONCE], deadline)

    def _fetched(self, documents: list[int], deadline: float | None) -> dict[int, bytes]:
        local = {self._number_of(document): document for document in documents}
        body = {
            "size": len(local),
            "query": {"bool": {"filter": [{"terms": {NUMBER: list(local)}}]}},
            "_source": [STORED],
            "docvalue_fields": [NUMBER],
            "sort": ["_doc"],
            "track_total_hits": False,
        }
        answer = self._cluster.search(self._index, body, deadline)
        found: dict[int, bytes] = {}
        for hit in answer["hits"]["hits"]:
            document = local[int(hit["fields"][NUMBER][0])]
            data = found[document] = orjson.dumps(hit["_source"][STORED])
            self._kept.keep(document, data, len(data) + 200)
        for document in documents:
            self._expected.pop(document, None)
        self._last = found
        return found
