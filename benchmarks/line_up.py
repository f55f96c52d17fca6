"""Who takes part? The engines that are installed here."""

from __future__ import annotations

import importlib.util

from benchmarks.peers.peer import Peer
from benchmarks.peers.sqlite_fts5 import SqliteFts5
from benchmarks.peers.whoosh_stock import WhooshStock

HAS_TANTIVY = importlib.util.find_spec("tantivy") is not None
#: Said under every table from which tantivy is missing.
WITHOUT_TANTIVY = "tantivy is not installed here, so its rows are missing: `make bench` installs it."

if HAS_TANTIVY:
    from benchmarks.peers.tantivy_peer import Tantivy, TantivyUncounted

    #: In the order of the tables.
    PEERS: tuple[type[Peer], ...] = (WhooshStock, SqliteFts5, Tantivy, TantivyUncounted)
else:
    PEERS = (WhooshStock, SqliteFts5)

#: Rows that answer less than they were asked: measured, but their hits are no total to compare.
UNCOUNTED = frozenset(("tantivy, no total",))


def missing_notes() -> tuple[str, ...]:
    """What the reader of a table must know about absent rows."""
    return () if HAS_TANTIVY else (WITHOUT_TANTIVY,)
