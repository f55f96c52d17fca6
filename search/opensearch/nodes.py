"""Which node of the cluster is asked next, and what comes of it?

In turn, those that answered lately; a node that failed comes last for a while, and after that one request
finds out whether it is back. Nothing but this module knows the client library, which is an optional extra.
"""

from __future__ import annotations

import logging
import random
import ssl
import threading
import time
import warnings
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from search.errors import ConfigurationError
from search.opensearch.failures import Lost, NotSent, certificate_failure

#: Seconds that a node which failed once is left alone; doubled with every further failure up to the second.
_REST, _LONGEST_REST = 0.25, 2.0
#: Silent nodes may only be slow: so many silences in a row make one that is away.
_SILENCES = 3


class Node:
    """One node, and the connections to it. Safe to use from several threads, not after a fork."""

    def __init__(
        self,
        url: str,
        credentials: tuple[str, str] | None,
        context: ssl.SSLContext | None,
        connections: int,
    ) -> None:
        """Nothing is connected yet. Raises `ConfigurationError` when the client library is missing."""
        self.url = url
        #: What the cluster calls it, once somebody asked.
        self.name = ""
        #: Failures in a row, and how many of them were silences.
        self.failures = 0
        self.silences = 0
        #: Time of `time.monotonic` until which others are asked first.
        self.rests_until = 0.0
        parts = urlsplit(url)
        is_secure = parts.scheme == "https"
        self._connection = library().Urllib3HttpConnection(
            host=parts.hostname,
            port=parts.port,
            http_auth=credentials,
            use_ssl=is_secure,
            pool_maxsize=connections,
            **({"ssl_context": context} if is_secure else {}),
        )

    @property
    def is_away(self) -> bool:
        """Whether it is known not to answer; one that is merely slow is not away."""
        return self.failures > self.silences or self.silences >= _SILENCES

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any],
        body: bytes | None,
        headers: Mapping[str, str],
        seconds: float,
        connecting: float,
    ) -> tuple[int, str]:
        """Status and text of the answer, whatever the status.

        `connecting`, `seconds`: how long opening a connection may take, and how long the node may be silent.
        Raises `NotSent`, `Lost`, and `AccessDenied` when the connection cannot be secure.
        """
        limit = _transport().Timeout(connect=min(connecting, seconds), read=seconds)
        try:
            status, _, text = self._connection.perform_request(
                method, path, params=params, body=body, timeout=limit, ignore=_EVERY_STATUS, headers=headers
            )
        except library().exceptions.ConnectionError as error:
            raise self._failed(error.info) from None
        self.failures = self.silences = 0
        self.rests_until = 0.0
        return status, text

    def _failed(self, cause: BaseException) -> BaseException:
        """What the client library wrapped up, as what it is."""
        known = _transport().exceptions
        if isinstance(cause, known.SSLError):
            return certificate_failure(self.url, cause)
        if not isinstance(cause, known.HTTPError | OSError):
            # Not of the connection at all: a signal's exception, or no memory left.
            return cause
        self.name = ""
        self.failures += 1
        self.silences += isinstance(cause, known.ReadTimeoutError)
        self.rest()
        if isinstance(cause, known.ConnectTimeoutError | known.NewConnectionError):
            return NotSent(f"{self.url}: cannot be connected to: {_said(cause)}")
        return Lost(f"{self.url}: {_said(cause)}")

    def rest(self) -> None:
        """Ask others first for a while."""
        seconds = min(_REST * 2 ** min(self.failures - 1, 10), _LONGEST_REST)
        self.rests_until = time.monotonic() + seconds


class Nodes:
    """The nodes in the order in which they are asked."""

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        # Processes that begin together should not all begin with the same node.
        self._turn = random.randrange(len(nodes))
        self._mutex = threading.Lock()

    def __len__(self) -> int:
        return len(self._nodes)

    def __str__(self) -> str:
        return ", ".join(node.url for node in self._nodes)

    def next(self) -> Node | None:
        """The node to ask; None when all are away and none has rested yet."""
        now = time.monotonic()
        with self._mutex:
            self._turn += 1
            count = len(self._nodes)
            turns = [self._nodes[(self._turn + place) % count] for place in range(count)]
            for node in turns:
                if node.rests_until <= now:
                    if node.failures:
                        # This request finds out for all.
                        node.rest()
                    return node
            slow = [node for node in turns if not node.is_away]
            return min(slow, key=lambda node: node.rests_until) if slow else None

    def has_failed(self) -> bool:
        """Whether a node did not answer when it was asked last."""
        return any(node.failures for node in self._nodes)

    def answering(self) -> list[Node]:
        """The nodes that did."""
        return [node for node in self._nodes if not node.failures]

    def has_others(self, node: Node) -> bool:
        """Whether another node can be expected to answer."""
        now = time.monotonic()
        return any(other is not node and other.rests_until <= now for other in self._nodes)


class _EveryStatus:
    """The client library raises for statuses that are not in this."""

    def __contains__(self, status: object) -> bool:
        return True


_EVERY_STATUS = _EveryStatus()


def library() -> Any:
    """The client library. Raises `ConfigurationError` where it is not installed."""
    global _library
    if _library is None:
        try:
            import opensearchpy
        except ImportError:
            raise ConfigurationError(
                "the engine opensearch needs its client: pip install 'multilingual-search[opensearch]'"
            ) from None
        # It would tell every attempt that failed with a traceback; we tell once, what came of all of them.
        logging.getLogger("opensearch").setLevel(logging.CRITICAL)
        # Hints about what later versions drop, in the headers of answers: for us in tests, not for visitors.
        warnings.filterwarnings("ignore", category=opensearchpy.OpenSearchWarning)
        _library = opensearchpy
    return _library


_library: Any = None


def _transport() -> Any:
    """What the client library itself sends requests with."""
    import urllib3

    return urllib3


def _said(cause: BaseException) -> str:
    """The client's sentence without the addresses of its objects."""
    text = str(cause)
    return text.rpartition("object at 0x")[2].partition(": ")[2] or text
