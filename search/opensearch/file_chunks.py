"""How does a file get into a cluster and out again? In pieces, each a document of the control index.

Pieces are named after the hash of the whole file: what two generations share is held once, and what is there
already is not sent again. A file is there once its last document is, which says how many pieces it has.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from search.errors import IndexDamaged
from search.index.manifest import FileEntry
from search.opensearch.connection import Cluster, NotThere, Refused

#: Bytes of a file in one document; a third more as base64.
PIECE = 3 << 20
#: Documents deleted at once.
_DELETED = 1000

#: Fields of the control index. Only `kind` and `file` are ever searched for.
MAPPINGS: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "kind": {"type": "keyword"},
        "file": {"type": "keyword"},
        "sha256": {"type": "keyword", "index": False, "doc_values": False},
        "data": {"type": "binary"},
        "body": {"type": "object", "enabled": False},
    },
}


class FileChunks:
    """The files held in the control index called `control`."""

    def __init__(self, cluster: Cluster, control: str) -> None:
        self._cluster = cluster
        self._control = control

    def put(self, path: Path, entry: FileEntry) -> bool:
        """Send a file, unless it is there; whether it was sent. Raises `IndexDamaged` if its content is not
        what `entry` says, and as `Cluster.bulk`."""
        if self._pieces(entry, None) is not None:
            return False
        digest = hashlib.sha256()
        count = 0
        with open(path, "rb") as file:
            while data := file.read(PIECE):
                digest.update(data)
                self._send(
                    f"{entry.sha256}-{count:06d}",
                    {
                        "kind": "piece",
                        "file": entry.sha256,
                        "sha256": hashlib.sha256(data).hexdigest(),
                        "data": base64.b64encode(data).decode("ascii"),
                    },
                )
                count += 1
        if digest.hexdigest() != entry.sha256:
            raise IndexDamaged(f"{path}: content differs from its checksum")
        about = {"size": entry.size, "pieces": count}
        self._send(entry.sha256, {"kind": "file", "file": entry.sha256, "body": about})
        return True

    def get(self, entry: FileEntry, target: Path, *, deadline: float | None = None) -> None:
        """Write a file under a new path and flush it. Raises `IndexDamaged` when it is not there as it was
        sent, `OSError`, and as `Cluster.request`."""
        pieces = self._pieces(entry, deadline)
        if pieces is None:
            raise IndexDamaged(f"{self._control}: does not hold {entry.name} ({entry.sha256})")
        digest = hashlib.sha256()
        with open(target, "xb") as file:
            for number in range(pieces):
                data = self._piece(entry, number, deadline)
                digest.update(data)
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != entry.sha256:
            raise IndexDamaged(f"{self._control}: {entry.name} differs from its checksum")

    def remove_except(self, wanted: Iterable[str]) -> int:
        """Remove all files but those with the hashes `wanted`; returns how many. Only under the lock."""
        unwanted = self.held() - set(wanted)
        for one in unwanted:
            # First what says that the file is there.
            self._delete([one])
            while names := self._ids({"term": {"file": one}}):
                self._delete(names)
                self._refresh()
        return len(unwanted)

    def held(self) -> set[str]:
        """Hashes of the files that are there, whole or in part."""
        self._refresh()
        found: set[str] = set()
        after: dict[str, Any] = {}
        while True:
            composite = {"size": 1000, "sources": [{"file": {"terms": {"field": "file"}}}], **after}
            body = {"size": 0, "aggs": {"files": {"composite": composite}}}
            answered = self._cluster.search(self._control, body)["aggregations"]["files"]
            found.update(bucket["key"]["file"] for bucket in answered["buckets"])
            if "after_key" not in answered:
                return found
            after = {"after": answered["after_key"]}

    def _pieces(self, entry: FileEntry, deadline: float | None) -> int | None:
        """Of how many pieces a file is; None if it is not there, or was not sent to its end."""
        source = self._source(entry.sha256, deadline)
        if source is None:
            return None
        if source["body"]["size"] != entry.size:
            raise IndexDamaged(
                f"{self._control}: {entry.name} has {source['body']['size']} bytes, not {entry.size}"
            )
        return int(source["body"]["pieces"])

    def _piece(self, entry: FileEntry, number: int, deadline: float | None) -> bytes:
        source = self._source(f"{entry.sha256}-{number:06d}", deadline)
        if source is None:
            raise IndexDamaged(f"{self._control}: piece {number} of {entry.name} is missing")
        try:
            data = base64.b64decode(source["data"], validate=True)
        except binascii.Error:
            data = b""
        if hashlib.sha256(data).hexdigest() != source["sha256"]:
            raise IndexDamaged(f"{self._control}: piece {number} of {entry.name} differs from its checksum")
        return data

    def _source(self, name: str, deadline: float | None) -> dict[str, Any] | None:
        try:
            path = f"/{self._control}/_doc/{name}"
            found = self._cluster.request("GET", path, deadline=deadline)
        except NotThere:
            return None
        return found["_source"] if found.get("found") else None

    def _send(self, name: str, source: dict[str, Any]) -> None:
        self._cluster.request("PUT", f"/{self._control}/_doc/{name}", source, repeat=True)

    def _ids(self, query: dict[str, Any]) -> list[str]:
        body = {"query": query, "size": _DELETED, "_source": False}
        return [hit["_id"] for hit in self._cluster.search(self._control, body)["hits"]["hits"]]

    def _refresh(self) -> None:
        self._cluster.request("POST", f"/{self._control}/_refresh", repeat=True)

    def _delete(self, names: Iterable[str]) -> None:
        lines = b"".join(orjson.dumps({"delete": {"_id": name}}) + b"\n" for name in names)
        for item in self._cluster.bulk(lines, index=self._control)["items"]:
            status = item["delete"]["status"]
            if status >= 300 and status != 404:
                raise Refused(status, "delete", f"{self._control}: {item['delete']}")
