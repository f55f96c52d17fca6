"""What comes back for bytes that no HTTP library would send, through nginx and without it?"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deployed import Gunicorn, Nginx, Site, free_port, program, short_folder
from hostile_requests import LEAKS, Case
from load import visitors

#: Seconds without a byte after which a server is taken to wait for more.
_IDLE = 1.5
_STATUS = re.compile(rb"(?:^|\r\n\r\n|[}>\n])HTTP/1\.[01] ([0-9]{3})")


@dataclass(frozen=True, slots=True)
class Answer:
    """All that came back, and whether the connection was closed after it."""

    received: bytes
    closed: bool

    @property
    def statuses(self) -> list[int]:
        return [int(one) for one in _STATUS.findall(self.received)]


def ask(port: int, data: bytes, caller: str) -> Answer:
    """Send bytes, and read until the server closes or waits."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(caller, 0)) as connection:
        # A server that has read enough may close while we still send.
        with contextlib.suppress(OSError):
            connection.sendall(data)
        connection.settimeout(_IDLE)
        end = time.monotonic() + 12
        while time.monotonic() < end:
            try:
                part = connection.recv(65536)
            except TimeoutError:
                return Answer(received, False)
            except OSError:
                return Answer(received, True)
            if not part:
                return Answer(received, True)
            received += part
    return Answer(received, False)


def surprises(cases: Sequence[Case], port: int, *, through_nginx: bool) -> list[str]:
    """What is not as it must be, one line each."""

    def look(numbered: tuple[int, Case]) -> list[str]:
        number, case = numbered
        answer = ask(port, case.data, visitors(number + 1, 11)[number])
        allowed = case.nginx if through_nginx else case.direct
        found = []
        if not answer.statuses and not answer.closed and not case.may_wait:
            found.append("no answer, and the connection stays open")
        if len(answer.statuses) > case.answers:
            found.append(f"{len(answer.statuses)} answers")
        found += [f"status {one}" for one in answer.statuses if one not in allowed]
        if answer.statuses and not answer.closed and not case.may_wait:
            found.append("the connection stays open")
        leak = LEAKS.search(answer.received)
        if leak is not None:
            begin = max(0, leak.start() - 60)
            found.append(f"tells {answer.received[begin : leak.end() + 40]!r}")
        where = "through nginx" if through_nginx else "direct"
        return [f"{where}: {case.id}: {one} ({answer.received[:80]!r})" for one in found]

    with ThreadPoolExecutor(8) as pool:
        return [one for found in pool.map(look, enumerate(cases)) for one in found]


@contextlib.contextmanager
def both_ways() -> Iterator[tuple[Site, int]]:
    """The service behind nginx, and the port of another one without."""
    program("nginx")
    with short_folder() as folder:
        (folder / "a").mkdir(mode=0o755)
        (folder / "b").mkdir(mode=0o755)
        behind = Gunicorn(folder / "a", "slow_app:app", {}, workers=2)
        port = free_port()
        bare = Gunicorn(folder / "b", "slow_app:app", {"SEARCH_TRUST_PROXY": "0"}, workers=2, port=port)
        site = Site(behind, Nginx(folder / "a", behind.path))
        try:
            behind.start()
            bare.start()
            site.proxy.start()
            site.wait()
            yield site, port
            assert behind.process is not None
            assert behind.process.poll() is None
        finally:
            site.proxy.stop()
            behind.close()
            bare.close()
