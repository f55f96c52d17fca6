"""What is a collection on its cluster: what stands there, who writes it, what was left behind?"""

from __future__ import annotations

import bisect
import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from indexer.origins import Origins
from indexer.read_generations import Held
from search.errors import IndexDamaged, IndexUnavailable
from search.opensearch.connection import Cluster, NotThere
from search.opensearch.control import Control
from search.opensearch.facts import ClusterFacts
from search.opensearch.mapping import NUMBER, STORED
from search.opensearch.word_segments import WordSegments

#: Documents fetched at once, and how long the cluster keeps what is being read.
_FETCHED, _KEPT = 200, "10m"
#: A page without the documents of a shard that is away must not look like the last one.
_WHOLE = {"allow_partial_search_results": "false"}


def cluster_values(control: Control, facts: ClusterFacts) -> dict[str, Any]:
    """What `indexer status` tells of the cluster. Raises `IndexUnavailable` when no node answers."""
    cluster, names = control.cluster, control.names
    health: dict[str, Any] = {}
    with contextlib.suppress(NotThere):
        health = cluster.request("GET", f"/_cluster/health/{facts.index}", params={"timeout": "2s"})
    stats: dict[str, Any] = {}
    with contextlib.suppress(NotThere):
        stats = cluster.request("GET", f"/{facts.index}/_stats/store,docs")["_all"]
    try:
        live = control.live()
    except IndexDamaged as error:
        live = str(error)
    left = control.leftovers()
    return {
        "software": ".".join(map(str, cluster.version())),
        "alias": names.alias,
        "live": live,
        "index": facts.index,
        "health": health.get("status", "gone"),
        "nodes": health.get("number_of_data_nodes", 0),
        "shards": facts.shards,
        "copies": max(health.get("active_shards", 0) // max(facts.shards, 1) - 1, 0),
        "documents": stats.get("primaries", {}).get("docs", {}).get("count", 0),
        "size_bytes": stats.get("primaries", {}).get("store", {}).get("size_in_bytes", 0),
        "generations": [record.generation for record in control.records()],
        "writer": control.holder(),
        "leftovers": {"indices": list(left.indices), "records": list(left.records), "files": left.files},
    }


def stored_document(cluster: Cluster, index: str, document_id: str) -> dict[str, Any] | None:
    """A document as it is stored; None where the index has none with the id. Raises `IndexUnavailable`."""
    path = f"/{index}/_doc/{quote(document_id, safe='')}"
    found = cluster.request("GET", path)
    stored: dict[str, Any] | None = found["_source"][STORED] if found.get("found") else None
    return stored


def stored_documents(control: Control, facts: ClusterFacts, words: WordSegments) -> Iterator[Held]:
    """Every live document in order of its number. What is read is one state of the index, whatever becomes of
    the alias meanwhile. Raises `IndexUnavailable`."""
    cluster = control.cluster
    known = _Known(words)
    opened = cluster.request("POST", f"/{facts.index}/_search/point_in_time", params={"keep_alive": _KEPT})
    point = opened["pit_id"]
    try:
        after: list[Any] = []
        read = 0
        while True:
            body = {
                "size": _FETCHED,
                "pit": {"id": point, "keep_alive": _KEPT},
                "sort": [{NUMBER: "asc"}],
                "_source": [STORED],
                "track_total_hits": False,
                **({"search_after": after} if after else {}),
            }
            found = cluster.request("POST", "/_search", body, params=_WHOLE, repeat=True)
            hits = found["hits"]["hits"]
            point = found.get("pit_id", point)
            for hit in hits:
                number = int(hit["sort"][0])
                yield known.held(hit["_source"][STORED], facts.local(number))
            read += len(hits)
            if not hits:
                break
            after = hits[-1]["sort"]
        if read != facts.documents:
            raise IndexUnavailable(f"{facts.index}: {read} documents came of {facts.documents}")
    finally:
        with contextlib.suppress(NotThere):
            cluster.request("DELETE", "/_search/point_in_time", {"pit_id": [point]}, repeat=True)


class _Known:
    """What is known here of each document of a generation."""

    def __init__(self, words: WordSegments) -> None:
        self._bases = words.bases
        self._segments = [(Origins(segment), segment.file["hashes"]) for segment in words.segments]

    def held(self, stored: dict[str, Any], document: int) -> Held:
        segment = bisect.bisect_right(self._bases, document) - 1
        origins, hashes = self._segments[segment]
        place = document - self._bases[segment]
        return Held(stored, origins.of(place), int(hashes[place]))
