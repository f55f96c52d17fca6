"""How does a request get to the cluster, and an answer or a clear failure back in time?

    request → a node that answered lately → answer
            ↘ lost, refused, too slow → another node, as long as repeating is harmless and time is left

Each call has an end; no node gets all the time that is left as long as there is another one. A node that
failed is asked last for a while, and when all of them failed only now and then one request finds out whether
they are back: the others are told at once. Connections belong to the process that opened them, so that a
server may fork its workers.
"""

from __future__ import annotations

import json
import logging
import os
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson

from search.cluster_access import AUTHORITY, ClusterAccess
from search.errors import ConfigurationError, DeadlineExceeded, SearchServiceError
from search.opensearch.failures import (
    AccessDenied,
    Busy,
    Conflict,
    Lost,
    NotSent,
    NotThere,
    Refused,
    Unreachable,
    failure_of,
)
from search.opensearch.nodes import Node, Nodes

__all__ = [
    "AccessDenied",
    "Busy",
    "Cluster",
    "Conflict",
    "NotThere",
    "Refused",
    "Unreachable",
    "shared_cluster",
]

#: Seconds that a call without a deadline may take, all attempts together.
PATIENCE = 60.0
#: The longest of these seconds that one attempt may take if it can be repeated elsewhere.
_ATTEMPT = 30.0
#: The share of the time left that an attempt may take while there is another node.
_SHARE = 0.6
#: Seconds within which a connection must be open.
_CONNECT = 3.0
#: Attempts of a call that has a deadline.
_ATTEMPTS = 4
#: Seconds before a busy cluster is asked again; doubled each time up to the second number.
_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
#: Seconds in which a node must say what it is called.
_NAMING = 0.3
#: Connections kept open to each node.
_POOL = 16

_REPEATABLE = frozenset(("GET", "HEAD"))
#: Answers that another node, or the same a little later, may not give.
_PASSING = frozenset((429, 502, 503, 504))

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way. `repeatable`: asking twice does what asking once does. `end`: time of
    `time.monotonic` by which it is over; `is_bounded` if the caller said so."""

    method: str
    path: str
    body: bytes | None
    headers: Mapping[str, str]
    params: Mapping[str, Any]
    repeatable: bool
    end: float
    is_bounded: bool

    @property
    def left(self) -> float:
        return self.end - time.monotonic()


class Cluster:
    """A cluster's nodes. Safe to use from several threads, and after a fork."""

    def __init__(self, access: ClusterAccess) -> None:
        """Nothing is connected yet. Raises `ConfigurationError` when the client library is missing, or the
        file of certificates is none."""
        self._access = access
        self._mutex = threading.Lock()
        self._nodes = self._opened()

    def __repr__(self) -> str:
        return f"Cluster({', '.join(self._access.urls)})"

    # Calls. All raise `DeadlineExceeded`, `IndexUnavailable`, `StorageError`, `ConfigurationError`.

    def search(
        self,
        index: str,
        body: Mapping[str, Any],
        deadline: float | None = None,
        *,
        params: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Search an index: all of it, or an error. `deadline` is a time of `time.monotonic`."""
        limits = {
            "allow_partial_search_results": "false",
            **_cancelled(deadline),
            **self._preference(),
            **(params or {}),
        }
        found = self.request("POST", f"/{index}/_search", body, deadline=deadline, params=limits, repeat=True)
        return _whole(found)

    def msearch(
        self, index: str, bodies: Sequence[Mapping[str, Any]], deadline: float | None = None
    ) -> list[dict[str, Any]]:
        """Several searches in one request; all of them, or the error of the first that failed."""
        if not bodies:
            return []
        limits = {"allow_partial_search_results": False, **_cancelled(deadline), **self._preference()}
        head = orjson.dumps(limits)
        lines = b"".join(head + b"\n" + _json(body) + b"\n" for body in bodies)
        # Of an index that is only read every shard would be asked first whether it may have any hits.
        no_round_before = {"pre_filter_shard_size": "100000"}
        call = self._call("POST", f"/{index}/_msearch", lines, deadline, no_round_before, repeat=True)
        pause = _PAUSE
        while True:
            parts: list[dict[str, Any]] = self._exchange(call)["responses"]
            wrong = next((part for part in parts if "error" in part), None)
            if wrong is None:
                return [_whole(part) for part in parts]
            error = failure_of(wrong["status"], wrong, f"{call.method} {call.path}")
            if wrong["status"] not in _PASSING or call.left < pause:
                raise error
            time.sleep(pause)
            pause *= 2

    def bulk(
        self,
        lines: bytes,
        *,
        index: str | None = None,
        params: Mapping[str, Any] | None = None,
        deadline: float | None = None,
    ) -> dict[str, Any]:
        """Write many documents. Every item needs an `_id`: the whole is sent again when an answer was lost,
        and what then was there already is written over (`index`) or refused (`create`, 409).

        What was wrong with single items, 429 among it, stands in the answer.
        """
        path = f"/{index}/_bulk" if index else "/_bulk"
        found: dict[str, Any] = self.request(
            "POST", path, lines, deadline=deadline, params=params, repeat=True
        )
        return found

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        deadline: float | None = None,
        params: Mapping[str, Any] | None = None,
        repeat: bool | None = None,
    ) -> Any:
        """Any request; the answer as JSON, else as text, of HEAD whether there is such a thing.

        `body`: bytes are lines of JSON, everything else becomes JSON. `repeat`: whether asking twice is
        harmless, which is known of GET and HEAD. Raises as `failures.py` says.
        """
        return self._exchange(self._call(method, path, body, deadline, params or {}, repeat=repeat))

    def exists(self, path: str, deadline: float | None = None) -> bool:
        """Whether there is such an index or document."""
        found: bool = self.request("HEAD", path, deadline=deadline)
        return found

    def version(self) -> tuple[int, ...]:
        """Of the software: (3, 8, 0)."""
        number = self.request("GET", "/")["version"]["number"]
        return tuple(int(part) for part in number.split("-")[0].split("."))

    def data_nodes(self) -> int:
        """How many nodes hold data."""
        return int(self.request("GET", "/_cluster/health")["number_of_data_nodes"])

    # The way

    def _call(
        self,
        method: str,
        path: str,
        body: Any,
        deadline: float | None,
        params: Mapping[str, Any],
        *,
        repeat: bool | None,
    ) -> Call:
        is_lines = isinstance(body, bytes)
        return Call(
            method=method,
            path=path,
            body=body if body is None or is_lines else _json(body),
            headers={"content-type": "application/x-ndjson" if is_lines else "application/json"},
            params=params,
            repeatable=method in _REPEATABLE if repeat is None else repeat,
            end=time.monotonic() + PATIENCE if deadline is None else deadline,
            is_bounded=deadline is not None,
        )

    def _exchange(self, call: Call) -> Any:
        """Ask one node after the other."""
        failure: SearchServiceError | None = None
        attempts, pause = 0, _PAUSE
        nodes = self._of_this_process()
        while True:
            left = call.left
            if left <= 0:
                raise _late(call, failure)
            node = nodes.next()
            if node is None:
                # All are known to be away: whoever has a deadline is told at once.
                if call.is_bounded:
                    raise failure or Unreachable(f"no node answers: {nodes}")
                time.sleep(min(left, pause))
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            attempts += 1
            try:
                return self._asked(node, call, _share(call, left, others=nodes.has_others(node)))
            except (NotSent, Lost, Busy, Unreachable) as error:
                failure = error
                may_repeat = call.repeatable or isinstance(error, NotSent | Busy)
                if not may_repeat or (call.is_bounded and attempts >= max(_ATTEMPTS, len(nodes))):
                    raise (_late(call, error) if call.left <= 0 else error) from None
                if isinstance(error, NotSent | Lost) and attempts < len(nodes):
                    continue
            time.sleep(max(min(call.left, pause), 0))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _asked(self, node: Node, call: Call, seconds: float) -> Any:
        """One attempt at one node."""
        status, text = node.ask(
            call.method,
            call.path,
            params=call.params,
            body=call.body,
            headers=call.headers,
            seconds=seconds,
            connecting=_CONNECT,
        )
        if call.method == "HEAD" and status in (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
            return status == HTTPStatus.OK
        answer = _read(text)
        if status < HTTPStatus.MULTIPLE_CHOICES:
            return answer
        if status == HTTPStatus.NOT_FOUND and isinstance(answer, dict) and "found" in answer:
            # A document that is not there is an answer, too; an index that is not there has an error.
            return answer
        raise failure_of(status, answer, f"{node.url}: {call.method} {call.path}")

    def _preference(self) -> dict[str, str]:
        """Where to look for parts of the index: a node that is silent towards us is so towards the others,
        which learn of it half a minute later."""
        nodes = self._of_this_process()
        if not nodes.has_failed():
            return {}
        names = [name for node in nodes.answering() if (name := self._name_of(node))]
        return {"preference": f"_prefer_nodes:{','.join(names)}"} if names else {}

    @staticmethod
    def _name_of(node: Node) -> str:
        """What the cluster calls a node; "" if that cannot be told at once."""
        if not node.name:
            try:
                status, text = node.ask(
                    "GET",
                    "/_nodes/_local",
                    params={"filter_path": "nodes.*.name"},
                    body=None,
                    headers={},
                    seconds=_NAMING,
                    connecting=_NAMING,
                )
            except (NotSent, Lost):
                return ""
            found = _read(text)
            if status == HTTPStatus.OK and isinstance(found, dict):
                node.name = next(iter(found.get("nodes", {})), "")
        return node.name

    def _of_this_process(self) -> Nodes:
        if self._process != os.getpid():
            with self._mutex:
                if self._process != os.getpid():
                    self._nodes = self._opened()
        return self._nodes

    def _opened(self) -> Nodes:
        context = (
            _context(self._access) if any(url.startswith("https") for url in self._access.urls) else None
        )
        credentials = (self._access.user, self._access.password) if self._access.user else None
        nodes = Nodes([Node(url, credentials, context, _POOL) for url in self._access.urls])
        self._process = os.getpid()
        return nodes


def _context(access: ClusterAccess) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=access.authority)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"{AUTHORITY}: {access.authority}: no certificates (PEM): {error}") from None


def _share(call: Call, left: float, *, others: bool) -> float:
    """Seconds that one attempt may take."""
    if not call.repeatable or not others:
        return left
    return left * _SHARE if call.is_bounded else min(left, _ATTEMPT)


def _late(call: Call, failure: SearchServiceError | None) -> SearchServiceError:
    """What is wrong when the time is up."""
    if call.is_bounded:
        return DeadlineExceeded(
            f"{call.method} {call.path}: no answer in time" + (f": {failure}" if failure else "")
        )
    return failure or Unreachable(f"{call.method} {call.path}: no answer within {PATIENCE:g} s")


def _cancelled(deadline: float | None) -> dict[str, Any]:
    """Asks the cluster to stop when nobody waits any more."""
    if deadline is None:
        return {}
    return {"cancel_after_time_interval": f"{max(int((deadline - time.monotonic()) * 1000), 1)}ms"}


def _whole(found: dict[str, Any]) -> dict[str, Any]:
    """A search's answer, if it comes from every part of the index."""
    shards = found.get("_shards", {})
    if found.get("timed_out"):
        raise DeadlineExceeded("the cluster stopped the search")
    if shards.get("failed"):
        raise Unreachable(f"{shards['failed']} of {shards['total']} parts of the index did not answer")
    return found


def _json(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    except orjson.JSONEncodeError:
        # Halves of surrogate pairs, which no UTF-8 can hold: escaped, they are what was typed.
        return json.dumps(value).encode("ascii")


def _read(text: str) -> Any:
    """JSON, else the text itself: some lists come as lines."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


_clusters: dict[tuple[int, ClusterAccess], Cluster] = {}
_clusters_mutex = threading.Lock()


def shared_cluster(access: ClusterAccess) -> Cluster:
    """The cluster, one for all threads of a process. Raises `ConfigurationError`."""
    with _clusters_mutex:
        found = _clusters.get((os.getpid(), access))
        if found is None:
            found = _clusters[os.getpid(), access] = Cluster(access)
        return found
