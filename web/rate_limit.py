"""How often may one address ask? A rate for each, counted over all workers that share a file.

The generic cell rate algorithm (ITU-T I.371): one number for each address, the time at which it will have
used up what it asked for. The numbers lie in a table of fixed size, mapped into the memory of every worker;
an address has four places it may lie in, and whoever has been quiet the longest gives up the place.
Several machines need a proxy that limits, or one rate each.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import mmap
import os
import secrets
import struct
import threading
from functools import lru_cache
from pathlib import Path

#: Places of the table: addresses that asked within the last seconds, not all there ever were.
BUCKETS = 4096
_PLACES = 4
_ENTRY = struct.Struct("<Qd")
_KEY_BYTES = 16
_BUCKET_BYTES = _PLACES * _ENTRY.size
_SIZE = _KEY_BYTES + BUCKETS * _BUCKET_BYTES
#: Seconds' worth of requests that may come at once.
BURST_SECONDS = 10.0


class RateLimit:
    """`rate` requests per second of one address, bursts of ten seconds' worth.

    `file` is the table that workers share, made if it is not there; without one the table is this
    process's own, shared with the copies it makes of itself. Times are of the system's monotonic clock,
    one for all processes.
    """

    def __init__(self, rate: float, file: Path | None = None) -> None:
        self._interval = 1 / rate
        self._tolerance = max(1.0, rate * BURST_SECONDS) * self._interval
        self._lock = threading.Lock()
        self._descriptor = -1 if file is None else _opened(file)
        self._table = mmap.mmap(self._descriptor, _SIZE)
        if file is None:
            self._table[:_KEY_BYTES] = secrets.token_bytes(_KEY_BYTES)
        self._key = bytes(self._table[:_KEY_BYTES])

    def wait_for(self, address: str, now: float) -> float:
        """Seconds until `address` may ask again; 0 when it may now, and the request is counted."""
        digest = hashlib.blake2b(_one_caller(address).encode(), digest_size=8, key=self._key).digest()
        name = int.from_bytes(digest, "little") | 1
        bucket = name // 2 % BUCKETS
        offset = _KEY_BYTES + bucket * _BUCKET_BYTES
        # The lock of the file keeps other processes out, the other one the threads of this process.
        with self._lock:
            if self._descriptor >= 0:
                fcntl.lockf(self._descriptor, fcntl.LOCK_EX, _BUCKET_BYTES, offset)
            try:
                return self._count(name, offset, now)
            finally:
                if self._descriptor >= 0:
                    fcntl.lockf(self._descriptor, fcntl.LOCK_UN, _BUCKET_BYTES, offset)

    def _count(self, name: int, offset: int, now: float) -> float:
        places = range(offset, offset + _BUCKET_BYTES, _ENTRY.size)
        entries = {place: _ENTRY.unpack_from(self._table, place) for place in places}
        place = next((place for place, entry in entries.items() if entry[0] == name), None)
        if place is None:
            place, used_up = min(entries, key=lambda one: float(entries[one][1])), now
        else:
            used_up = max(now, entries[place][1])
            if used_up > now + self._tolerance:
                # A machine that was started anew has a clock that begins anew.
                used_up = now + self._tolerance
                _ENTRY.pack_into(self._table, place, name, used_up)
        after = used_up + self._interval
        too_early = after - now - self._tolerance
        # What is left of many sums of fractions is no reason to refuse.
        if too_early > 1e-9:
            return float(too_early)
        _ENTRY.pack_into(self._table, place, name, after)
        return 0.0


@lru_cache(maxsize=4096)
def _one_caller(address: str) -> str:
    """The part of an address that one caller cannot change at will: of IPv6 the network.

    >>> _one_caller("2001:db8:1:2:3:4:5:6"), _one_caller("192.0.2.7")
    ('2001:db8:1:2::/64', '192.0.2.7')
    """
    if ":" not in address:
        return address
    try:
        whole = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if whole.ipv4_mapped:
        return str(whole.ipv4_mapped)
    return str(ipaddress.IPv6Network((whole, 64), strict=False))


def _opened(file: Path) -> int:
    """The table's file, made whole before another process can see it."""
    try:
        return os.open(file, os.O_RDWR)
    except FileNotFoundError:
        pass
    own = file.with_name(f"{file.name}.{os.getpid()}")
    own.write_bytes(secrets.token_bytes(_KEY_BYTES).ljust(_SIZE, b"\0"))
    try:
        # Unlike a rename, a link never replaces the table of a worker that was quicker.
        os.link(own, file)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return os.open(file, os.O_RDWR)
