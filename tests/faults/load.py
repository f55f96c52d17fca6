"""What becomes of requests that come at a rate of their own, whether or not earlier ones are answered?

An open-loop generator: waiting for answers before asking again would hide exactly the waits that matter
(coordinated omission), so every time is counted from the moment at which the request was due. Visitors have
addresses of their own (127.0.0.0/8), because nginx limits each address.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from deployed import NAME

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_WORKER = re.compile(rb"\r\nx-worker: *([0-9]+)", re.IGNORECASE)
_RETRY = re.compile(rb"\r\nretry-after: *[0-9]+\r\n", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
#: Seconds after which a request that nobody answers is given up.
PATIENCE = 15.0
#: Seconds after which an idle connection is not used again: the server may be closing it at that moment.
KEPT = 10.0
#: Status of a request that got no answer.
NONE = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request. `due` and `ended` in seconds since the load began, `status` 0 where no answer came."""

    due: float
    ended: float
    status: int
    may_retry: bool = False
    worker: int = 0

    @property
    def seconds(self) -> float:
        return self.ended - self.due


def visitors(number: int, network: int = 1) -> list[str]:
    """So many addresses of callers; another network, other callers."""
    return [f"127.{network}.{one // 250}.{one % 250 + 1}" for one in range(number)]


def arrivals(rate: float, seconds: float, chance: random.Random | None = None) -> Iterator[float]:
    """When requests are due: `rate` a second, evenly, or with `chance` at random as visitors come who know
    nothing of each other (exponential gaps)."""
    if chance is None:
        yield from (number / rate for number in range(round(rate * seconds)))
        return
    due = chance.expovariate(rate)
    while due < seconds:
        yield due
        due += chance.expovariate(rate)


def get(address: str) -> bytes:
    """The bytes of a GET request."""
    return f"GET {address} HTTP/1.1\r\nHost: {NAME}\r\nUser-Agent: load\r\n\r\n".encode()


def percentile(outcomes: Iterable[Outcome], share: float) -> float:
    """The time below which so large a share of the requests was answered; infinite when there were none."""
    times = sorted(one.seconds for one in outcomes)
    return times[min(len(times) - 1, math.ceil(share * len(times)) - 1)] if times else math.inf


def answered(outcomes: Iterable[Outcome], *statuses: int) -> list[Outcome]:
    """Those with one of these statuses."""
    return [one for one in outcomes if one.status in statuses]


def statuses(outcomes: Iterable[Outcome]) -> dict[int, int]:
    """How often each status came."""
    counted: dict[int, int] = defaultdict(int)
    for one in outcomes:
        counted[one.status] += 1
    return dict(sorted(counted.items()))


class _Connection(asyncio.Protocol):
    """One request at a time over one connection."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[bytes] | None = None
        self.open = False
        self.used = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.open = True

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if found:
            length = _LENGTH.search(head)
            if length is not None and len(body) >= int(length[1]):
                self._received = b""
                self.open = not _CLOSE.search(head)
                if self._answer is not None and not self._answer.done():
                    self._answer.set_result(head + b"\r\n")

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("closed without an answer"))

    async def ask(self, request: bytes) -> bytes:
        """The head of the answer. Raises `OSError` or `TimeoutError`."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await asyncio.wait_for(self._answer, PATIENCE)

    def close(self) -> None:
        self.open = False
        if self._transport is not None:
            self._transport.close()


class Load:
    """Requests of many visitors to one port. Connections are kept and used again, as browsers do."""

    def __init__(self, port: int, callers: Sequence[str]) -> None:
        self._port = port
        self._callers = callers
        self._free: dict[str, list[_Connection]] = defaultdict(list)
        self._began = 0.0
        self.outcomes: list[Outcome] = []

    async def open_loop(
        self,
        request: Callable[[int], bytes],
        *,
        rate: float,
        seconds: float,
        chance: random.Random | None = None,
    ) -> list[Outcome]:
        """`rate` requests a second for so long (`arrivals`); returns when the last one is over."""
        loop = asyncio.get_running_loop()
        self._began = began = loop.time()
        tasks: set[asyncio.Task[None]] = set()
        for number, due in enumerate(arrivals(rate, seconds, chance)):
            ahead = began + due - loop.time()
            if ahead > 0 or number % 50 == 0:
                await asyncio.sleep(max(0.0, ahead))
            task = asyncio.create_task(self._ask(number, request(number), due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        if tasks:
            await asyncio.wait(tasks)
        await self.close()
        return self.outcomes

    async def closed_loop(self, request: Callable[[int], bytes], *, clients: int, seconds: float) -> float:
        """Requests a second that so many clients get answered with 200 who ask one after another."""
        loop = asyncio.get_running_loop()
        self._began = began = loop.time()

        async def client(first: int) -> None:
            number = first
            while loop.time() < began + seconds:
                await self._ask(number, request(number), loop.time() - began)
                number += clients

        await asyncio.gather(*(client(number) for number in range(clients)))
        await self.close()
        return len(answered(self.outcomes, 200)) / (loop.time() - began)

    async def _ask(self, number: int, request: bytes, due: float) -> None:
        loop = asyncio.get_running_loop()
        caller = self._callers[number % len(self._callers)]
        status, may_retry, worker = NONE, False, 0
        connection: _Connection | None = None
        try:
            connection = await self._connection(caller)
            head = await connection.ask(request)
            status = int(head[9:12])
            may_retry = bool(_RETRY.search(head))
            named = _WORKER.search(head)
            worker = int(named[1]) if named else 0
        except (OSError, TimeoutError):
            if connection is not None:
                connection.close()
        finally:
            if connection is not None:
                if connection.open:
                    connection.used = loop.time()
                    self._free[caller].append(connection)
                else:
                    connection.close()
        self.outcomes.append(Outcome(due, loop.time() - self._began, status, may_retry, worker))

    async def _connection(self, caller: str) -> _Connection:
        free = self._free[caller]
        loop = asyncio.get_running_loop()
        while free:
            connection = free.pop()
            if connection.open and loop.time() - connection.used < KEPT:
                return connection
            connection.close()
        _, made = await asyncio.wait_for(
            loop.create_connection(_Connection, "127.0.0.1", self._port, local_addr=(caller, 0)), PATIENCE
        )
        return made

    async def close(self) -> None:
        """Close all connections."""
        for connections in self._free.values():
            for connection in connections:
                connection.close()
        self._free.clear()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0.05)
