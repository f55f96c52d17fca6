"""Servers on 127.0.0.1 that answer as a node of OpenSearch would, and fail as one may.

`Stub` does what a function says with each request: answer, hang, reset, stop in the middle of an answer.
`small_cluster` is such a function: documents with versions, aliases and indices, as much of them as
`search/opensearch/control.py` needs, so that its tests run where there is no Java.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    params: dict[str, str]
    body: bytes
    headers: dict[str, str]
    port: int

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


#: What a request is answered with: a status and an answer, or the name of a failure.
Answer = tuple[int, Any] | str
HANG, RESET, HALF = "hang", "reset", "half"


@dataclass(slots=True)
class Stub:
    """A node. `asked` are the requests so far."""

    answer: Callable[[Asked], Answer]
    context: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer = field(init=False)

    def __enter__(self) -> Stub:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # An answer is one packet: two would wait for each other.
            wbufsize = 1 << 16
            disable_nagle_algorithm = True

            def _any(self) -> None:
                stub._handle(self)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _any  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        if self.context is not None:
            self._server.socket = self.context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        asked = Asked(
            method=handler.command,
            path=parts.path,
            params=dict(parse_qsl(parts.query)),
            body=handler.rfile.read(int(handler.headers.get("content-length") or 0)),
            headers={name.lower(): value for name, value in handler.headers.items()},
            port=handler.client_address[1],
        )
        self.asked.append(asked)
        answer = self.answer(asked)
        if answer == HANG:
            self.stopped.wait(30)
            handler.close_connection = True
        elif answer == RESET:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
            handler.close_connection = True
        else:
            status, values = answer if isinstance(answer, tuple) else (200, {"took": 1})
            text = json.dumps(values).encode()
            handler.send_response(status)
            handler.send_header("content-type", "application/json")
            handler.send_header("content-length", str(len(text) * (2 if answer == HALF else 1)))
            handler.end_headers()
            if handler.command != "HEAD":
                handler.wfile.write(text)
            handler.close_connection = answer == HALF


def unused_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def error(status: int, kind: str = "", reason: str = "because") -> Answer:
    """An answer as OpenSearch gives it when something is wrong."""
    return status, {"error": {"type": kind, "reason": reason}, "status": status}


def small_cluster() -> Callable[[Asked], Answer]:
    """A cluster that is empty."""
    return _SmallCluster().answer


class _SmallCluster:
    def __init__(self) -> None:
        self._indices: dict[str, dict[str, tuple[int, Any]]] = {}
        self._aliases: dict[str, set[str]] = {}
        self._sequence = 0
        self._mutex = threading.Lock()

    def answer(self, asked: Asked) -> Answer:
        with self._mutex:
            parts = asked.path.strip("/").split("/")
            if asked.path == "/_cluster/health":
                shards = {"unassigned_shards": 0, "initializing_shards": 0}
                return 200, {"status": "green", "number_of_data_nodes": 3, **shards}
            if asked.path == "/_aliases":
                return self._move(asked.json["actions"])
            if parts[0] == "_alias":
                held = self._aliases.get(parts[1])
                return (200, {one: {} for one in held}) if held else error(404, "alias_missing")
            if len(parts) > 1 and parts[1] == "_settings":
                start = parts[0].removesuffix("*")
                return 200, {one: {} for one in self._indices if one.startswith(start)}
            if len(parts) == 1:
                return self._index(asked.method, parts[0])
            documents = self._indices.get(parts[0])
            if documents is None:
                return error(404, "index_not_found_exception")
            if parts[1] == "_doc":
                return self._document(documents, parts[2], asked)
            if parts[1] == "_bulk":
                return self._bulk(documents, asked.body)
            if parts[1] == "_search":
                return self._search(documents, asked.json)
            return 200, {}

    def _index(self, method: str, name: str) -> Answer:
        if method == "PUT" and name in self._indices:
            return error(400, "resource_already_exists_exception")
        if method == "PUT":
            self._indices[name] = {}
        elif name not in self._indices:
            return error(404, "index_not_found_exception")
        elif method == "DELETE":
            del self._indices[name]
            for held in self._aliases.values():
                held.discard(name)
        return 200, {}

    def _document(self, documents: dict[str, tuple[int, Any]], name: str, asked: Asked) -> Answer:
        held = documents.get(name)
        if asked.method == "GET":
            if held is None:
                return 404, {"_id": name, "found": False}
            return 200, {"found": True, "_seq_no": held[0], "_primary_term": 1, "_source": held[1]}
        expected = asked.params.get("if_seq_no")
        is_other = expected is not None and (held is None or held[0] != int(expected))
        if is_other or (held is not None and asked.params.get("op_type") == "create"):
            return error(409, "version_conflict_engine_exception")
        if asked.method == "DELETE":
            return (200, {}) if documents.pop(name, None) else (404, {"result": "not_found"})
        self._sequence += 1
        documents[name] = (self._sequence, asked.json)
        return 201, {"_seq_no": self._sequence, "_primary_term": 1}

    @staticmethod
    def _bulk(documents: dict[str, tuple[int, Any]], lines: bytes) -> Answer:
        """Deletions only."""
        names = [json.loads(line)["delete"]["_id"] for line in lines.splitlines()]
        found = [documents.pop(name, None) is not None for name in names]
        return 200, {"items": [{"delete": {"status": 200 if one else 404}} for one in found]}

    @staticmethod
    def _search(documents: dict[str, tuple[int, Any]], body: Any) -> Answer:
        if "aggs" in body:
            files = {source["file"] for _, source in documents.values() if "file" in source}
            buckets = [{"key": {"file": one}} for one in sorted(files)]
            return 200, {"aggregations": {"files": {"buckets": buckets}}}
        ((key, value),) = body["query"]["term"].items()
        hits = [
            {"_id": name, "_source": source}
            for name, (_, source) in documents.items()
            if source.get(key) == value
        ]
        return 200, {"hits": {"hits": hits[: body["size"]]}}

    def _move(self, actions: list[dict[str, dict[str, Any]]]) -> Answer:
        aliases = {name: set(held) for name, held in self._aliases.items()}
        for action in actions:
            for kind, about in action.items():
                if about["index"] not in self._indices:
                    return error(404, "index_not_found_exception")
                held = aliases.setdefault(about["alias"], set())
                if kind == "remove" and about["index"] not in held:
                    return error(404, "aliases_not_found_exception")
                (held.add if kind == "add" else held.discard)(about["index"])
        self._aliases = aliases
        return 200, {"acknowledged": True}


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()
