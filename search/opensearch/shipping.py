"""How do finished segments become an index on the cluster?

The ordinary pipeline ends with segments in a building folder; here their documents are shipped, and what
stays of the folder is what expansion, spelling and completions need (`word_segments.py`):

    a build     new index → bulk → refresh → counts → replicas, write block → words, cluster.json
    an update   clone of the live index (hard links) → deletions → bulk → the same

Nothing is published here: until the alias moves nobody asks the new index.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import orjson

from search.configuration import Settings
from search.errors import DeadlineExceeded, IndexUnavailable, StorageError
from search.index.assembly import FinishedPart
from search.index.codec.arrays import Array
from search.index.codec.segment_reader import SegmentWords
from search.index.manifest import BUILDING
from search.opensearch.bulk import BulkLoader, deletion
from search.opensearch.connection import Cluster, Conflict, Refused
from search.opensearch.delivery import Delivery
from search.opensearch.departures import Departures
from search.opensearch.documents import Shipped, document_blocks
from search.opensearch.mapping import STORED, index_body, properties, value_names
from search.opensearch.names import Names
from search.opensearch.title_keys import TitleKeys
from search.opensearch.word_merge import merge_words
from search.opensearch.word_segments import WordSegmentReader

#: More word segments than this are merged: each word is looked up in all.
MOST_WORD_SEGMENTS = 6
#: Lucene segments of up to about so many bytes are made one; a published index is only read.
_BYTES_OF_LUCENE_SEGMENT = 5 << 30
#: Seconds in which copies of shards should be made; later ones are made while queries are answered.
_COPIES = 120
#: Seconds for what the cluster does with a whole index at once.
_LONG = 3600.0

#: Documents fetched at once, and the file of those that are gone while they are analysed once more.
_FETCHED, _DEPARTED = 500, "departed.mls"

_log = logging.getLogger(__name__)

#: Analyses documents once more, given as stored JSON, and writes them as a segment to a new file.
Analyse = Callable[[Sequence[bytes], Path], None]


class Shipping:
    """Ships generations in the making to one cluster (`assembly.Delivery`).

    `number_names` are the columns of numbers that documents may have. `analyse` is needed for updates
    only: counts of the words of deleted documents are taken back.
    `told` is called with how many documents were sent, from time to time.
    """

    def __init__(
        self,
        cluster: Cluster,
        names: Names,
        settings: Settings,
        *,
        number_names: Sequence[str] = (),
        analyse: Analyse | None = None,
        told: Callable[[int], None] = lambda documents: None,
    ) -> None:
        self._cluster = cluster
        self._names = names
        self._settings = settings
        self._number_names = tuple(number_names)
        self._analyse = analyse
        self._told = told

    def reader(self, path: Path, deleted: Array) -> SegmentWords:
        """A segment as it lies in the folder when it was delivered."""
        return WordSegmentReader(path, deleted)

    def merges(self, documents: Sequence[int]) -> int:
        """All but the first, which a build made, unless the others have half as many documents."""
        if len(documents) <= MOST_WORD_SEGMENTS:
            return len(documents)
        return 0 if 2 * sum(documents[1:]) > documents[0] else 1

    def merge(self, segments: Sequence[SegmentWords], path: Path) -> None:
        merge_words([one for one in segments if isinstance(one, WordSegmentReader)], path)

    def deliver(self, directory: Path, parts: Sequence[FinishedPart]) -> None:
        """Ship what is new in the folder, and leave words in its place.

        Raises `StorageError` for documents that the cluster refuses or has lost, `IndexUnavailable` when it
        does not answer, and `OSError`.
        """
        index = self._names.index(directory.name.removeprefix(BUILDING))
        delivery = Delivery(directory, parts, index, self._settings, self._number_names)
        if delivery.words:
            self._clone(delivery)
        else:
            self._create(delivery)
        self._fill(delivery)
        live = sum(part.documents - len(part.deleted) for part in parts)
        self._request("POST", f"/{index}/_refresh")
        self._check_count(index, live)
        self._settle(delivery)
        delivery.strip()
        self._take_back(delivery)
        delivery.write_facts(live)

    def _request(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return self._cluster.request(method, path, body, repeat=True, deadline=_in(_LONG), **more)

    # The index

    def _create(self, delivery: Delivery) -> None:
        shards = self._settings.opensearch.shards or delivery.shards
        body = index_body(self._settings, shards=shards, number_names=delivery.number_names)
        self._put_index(f"/{delivery.index}", body)

    def _put_index(self, path: str, body: dict[str, Any]) -> None:
        """Make an index, as if for the first time: what a writer that was killed left is no use."""
        index = path.rpartition("/")[2]
        if self._cluster.exists(f"/{index}"):
            self._request("DELETE", f"/{index}")
        # The name is ours alone: if it is there now, a first attempt has made it and its answer was lost.
        with contextlib.suppress(Conflict):
            self._request("PUT", path, body, params={"wait_for_active_shards": "1"})
        # A large clone on another file system is a copy.
        wanted = {"wait_for_status": "yellow", "timeout": f"{_LONG / 2:.0f}s"}
        self._request("GET", f"/_cluster/health/{index}", params=wanted)

    def _clone(self, delivery: Delivery) -> None:
        """Begin with what the live index has; files are shared with it."""
        facts = delivery.old_facts
        settings = {"index": {"number_of_replicas": 0, "refresh_interval": "-1"}}
        self._put_index(f"/{facts.index}/_clone/{delivery.index}", {"settings": settings})
        self._request("PUT", f"/{delivery.index}/_settings", {"index": {"blocks.write": None}})
        self._request(
            "PUT",
            f"/{delivery.index}/_mapping",
            {"properties": properties(self._settings, delivery.number_names)},
        )

    def _fill(self, delivery: Delivery) -> None:
        sent = 0
        with BulkLoader(self._cluster, delivery.index) as loader:
            for document_id in delivery.gone():
                loader.put(deletion(document_id))
            titles = TitleKeys(skip_articles=self._settings.skip_articles)
            for number, segment in delivery.whole.items():
                shipped = Shipped(
                    delivery.part_of(number),
                    delivery.languages_of(segment),
                    delivery.boosts[number],
                    value_names(self._settings),
                    delivery.number_names,
                    titles,
                )
                for block in document_blocks(segment, shipped, delivery.directory):
                    for lines in block:
                        loader.put(lines)
                    sent += len(block)
                    self._told(sent)
        outcome = loader.outcome
        if outcome.refusals:
            named = "; ".join(f"{document_id}: {reason}" for document_id, reason in outcome.refused[:5])
            raise StorageError(f"{delivery.index}: {outcome.refusals} documents were refused: {named}")

    def _check_count(self, index: str, expected: int) -> None:
        counted = self._request("GET", f"/{index}/_count")["count"]
        if counted != expected:
            raise StorageError(f"{index}: the cluster has {counted} documents of {expected}")

    def _settle(self, delivery: Delivery) -> None:
        """From now on the index is only read: few large files, copies, no more writing."""
        if not delivery.words:
            most = max(1, round(delivery.bytes / max(delivery.shards, 1) / _BYTES_OF_LUCENE_SEGMENT))
            try:
                self._request("POST", f"/{delivery.index}/_forcemerge", params={"max_num_segments": most})
            except (DeadlineExceeded, IndexUnavailable) as error:
                # It goes on there, and is not worth failing for: fewer files are searched a little faster.
                _log.warning("%s: its files are still being merged: %s", delivery.index, error)
        self._request("POST", f"/{delivery.index}/_flush")
        replicas = self._settings.opensearch.replicas
        if replicas is None:
            replicas = min(1, self._cluster.data_nodes() - 1)
        body = {"index": {"number_of_replicas": replicas, "blocks.write": True}}
        self._request("PUT", f"/{delivery.index}/_settings", body)
        self._await_copies(delivery.index)

    def _await_copies(self, index: str) -> None:
        """Wait for the copies of all shards. Where a machine is missing the first can be searched, too."""
        try:
            self._cluster.request(
                "GET",
                f"/_cluster/health/{index}",
                params={"wait_for_status": "green", "timeout": f"{_COPIES}s"},
                deadline=_in(_COPIES + 30.0),
            )
        except Refused as error:
            if error.status != HTTPStatus.REQUEST_TIMEOUT:
                raise
            _log.warning("%s: not all shards have their copies yet", index)

    # Words

    def _take_back(self, delivery: Delivery) -> None:
        """Note how many documents of each word are gone with those that were deleted now."""
        if self._analyse is None:
            return
        scratch = delivery.directory / _DEPARTED
        for number, docs in delivery.newly_deleted.items():
            departures = Departures(
                delivery.words[number], delivery.number_of_language, delivery.known_departed(number)
            )
            ids = delivery.ids_of(number, docs)
            for first in range(0, len(ids), _FETCHED):
                try:
                    stored = self._stored(delivery.old_facts.index, ids[first : first + _FETCHED])
                    self._analyse(stored, scratch)
                    departures.add(scratch)
                finally:
                    scratch.unlink(missing_ok=True)
            departures.write()

    def _stored(self, index: str, ids: Sequence[str]) -> list[bytes]:
        """The stored JSON of documents of the old index."""
        found = self._request("POST", f"/{index}/_mget", {"ids": list(ids)})["docs"]
        missing = [one["_id"] for one in found if not one.get("found")]
        if missing:
            raise StorageError(f"{index}: the cluster has no document {missing[0]!r}")
        return [orjson.dumps(one["_source"][STORED]) for one in found]


def _in(seconds: float) -> float:
    return time.monotonic() + seconds
