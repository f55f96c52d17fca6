"""SQLite's FTS5, with the facets in tables beside it, as an application would do it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from benchmarks.corpus import Film
from benchmarks.peers.peer import TOP, Mode, bytes_below

_SCHEMA = """
CREATE VIRTUAL TABLE films USING fts5(title, text, tokenize = 'unicode61 remove_diacritics 0');
CREATE TABLE facts (film INTEGER PRIMARY KEY, id TEXT NOT NULL, year INTEGER);
CREATE TABLE genres (film INTEGER, genre TEXT, PRIMARY KEY (film, genre)) WITHOUT ROWID;
"""
_MATCHED = "CREATE TEMP TABLE matched (film INTEGER PRIMARY KEY, rank REAL)"
_TOP = "SELECT rowid, rank FROM films WHERE films MATCH ? ORDER BY rank LIMIT ?"
_TOTAL = "SELECT count(*) FROM films WHERE films MATCH ?"
_MATCH = "INSERT INTO matched SELECT rowid, rank FROM films WHERE films MATCH ?"
_GENRES = "SELECT genre, count(*) FROM matched JOIN genres USING (film) GROUP BY genre"
_YEARS = "SELECT year, count(*) FROM matched JOIN facts USING (film) WHERE year IS NOT NULL GROUP BY year"


class SqliteFts5:
    """FTS5 in a file of its own."""

    name = reads = "SQLite FTS5"
    index_note = "one transaction, then 'optimize'"
    query_note = "bm25(); facets: matches into a temporary table, GROUP BY over joins with it"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database: sqlite3.Connection | None = None

    def index(self, films: Sequence[Film]) -> int:
        database = self._connected()
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO films (rowid, title, text) VALUES (?, ?, ?)",
            ((number, film.title, film.text) for number, film in enumerate(films)),
        )
        database.executemany(
            "INSERT INTO facts VALUES (?, ?, ?)",
            ((number, film.id, film.year or None) for number, film in enumerate(films)),
        )
        database.executemany(
            "INSERT INTO genres VALUES (?, ?)",
            ((number, genre) for number, film in enumerate(films) for genre in film.genres),
        )
        database.execute("INSERT INTO films (films) VALUES ('optimize')")
        database.execute("COMMIT")
        database.close()
        return bytes_below(self._folder)

    def open(self) -> None:
        self._database = self._connected()
        self._database.execute(_MATCHED)

    def _connected(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._folder / "films.db", isolation_level=None)
        # The matches of a query are scratch: in memory, so that no peer is measured by the disk.
        database.execute("PRAGMA temp_store = memory")
        database.execute("PRAGMA cache_size = -131072")
        return database

    def query(self, words: Sequence[str], mode: Mode, facets: bool) -> int:
        assert self._database is not None, "open first"
        wanted = f" {mode.upper()} ".join(f'"{word}"' for word in words)
        execute = self._database.execute
        if not facets:
            execute(_TOP, (wanted, TOP)).fetchall()
            return int(execute(_TOTAL, (wanted,)).fetchone()[0])
        execute("DELETE FROM matched")
        execute(_MATCH, (wanted,))
        execute("SELECT film FROM matched ORDER BY rank LIMIT ?", (TOP,)).fetchall()
        execute(_GENRES).fetchall()
        execute(_YEARS).fetchall()
        return int(execute("SELECT count(*) FROM matched").fetchone()[0])

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
