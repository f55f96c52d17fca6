"""How is much load made with little of the machine? Plain sockets, several processes.

Imports next to nothing, because every client is a fresh process. Threads would share one
interpreter lock: what they wait for it would be told as time of the server.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

HOST = "127.0.0.1"
#: Seconds until all client processes are there and begin together.
_HEAD_START = 1.5


@dataclass(slots=True)
class Sent:
    """What came of requests: milliseconds of each that was answered as expected, reasons of the others."""

    milliseconds: list[float]
    failures: list[str]
    began: float
    ended: float

    @property
    def rate(self) -> float:
        """Requests answered as expected, per second."""
        return len(self.milliseconds) / (self.ended - self.began)


def load(port: int, shares: Sequence[Sequence[bytes]], *, seconds: float, status: int, again: bool) -> Sent:
    """Send each of `shares` from a process of its own, one request after the other, for so many seconds.

    `again` begins anew at the end of a share; otherwise its client is done then.
    """
    begin = time.monotonic() + _HEAD_START
    with ProcessPoolExecutor(len(shares), mp_context=get_context("spawn")) as pool:
        tasks = [pool.submit(_send, port, share, begin, seconds, status, again) for share in shares]
        parts = [task.result() for task in tasks]
    return Sent(
        [one for part in parts for one in part.milliseconds],
        [one for part in parts for one in part.failures],
        min(part.began for part in parts),
        max(part.ended for part in parts),
    )


def _send(port: int, share: Sequence[bytes], begin: float, seconds: float, status: int, again: bool) -> Sent:
    time.sleep(max(0.0, begin - time.monotonic()))
    started = time.monotonic()
    sent = Sent([], [], started, started)
    expected = b" %d " % status
    number = 0
    while number < len(share) or again:
        began = time.monotonic()
        if began >= started + seconds:
            break
        try:
            answer = _received(port, share[number % len(share)])
            # "HTTP/1.1 200 OK": only the status is looked at.
            if answer[8:13] == expected:
                sent.milliseconds.append((time.monotonic() - began) * 1000)
            else:
                sent.failures.append(answer[9:12].decode("latin-1"))
        except OSError as error:
            sent.failures.append(str(error))
        number += 1
    sent.ended = time.monotonic()
    return sent


def exchange(port: int, request: bytes) -> tuple[int, bytes, bytes]:
    """Status, head and body of one request on a connection of its own. Raises `OSError`."""
    head, _, body = _received(port, request).partition(b"\r\n\r\n")
    parts = head.split(b" ", 2)
    if len(parts) < 2 or not parts[1].isdigit():
        raise OSError(f"no HTTP answer: {head[:80]!r}")
    return int(parts[1]), head, body


def _received(port: int, request: bytes) -> bytes:
    with socket.create_connection((HOST, port), timeout=10) as connection:
        connection.sendall(request)
        chunks = []
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    return b"".join(chunks)


def request_for(path: str, extra: str = "") -> bytes:
    """A GET as it goes over the wire; `extra` are header lines, each with its line end."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{extra}\r\n".encode("ascii")


def entity_tag(head: bytes) -> str:
    """The ETag of an answer's head, empty if it has none."""
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "etag":
            return value.strip()
    return ""
