"""What do visitors ask, and what do they not find? Counted by day, for `indexer report queries`.

Off unless a folder is configured. A line says what was asked on which day how often and how it was
answered; nothing says by whom: no address, no browser, no session, no time of day, and what looks
personal is counted but not kept. Answers never wait for the disk: they are counted in memory, and a
thread writes the counts every minute, sorted, so that the order of lines tells nothing either. What
cannot be written is dropped and counted. Which answers are weak is for the report to say, not for us.

A line of `queries-YYYY-MM-DD.jsonl` (UTC): `query` (null: not kept), `times`, `language` (that the
query seems to be in), `total`, `narrowed` (by filters, or literal), `second_tries`, `matched_by` (of
the hits of the first page) and `complete` (some document has all the words, or is pinned for them).
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import Flask, Response, current_app, g, request

from search.request import SearchRequest
from search.results import SearchResults

logger = logging.getLogger("web")

#: Seconds between two writings, and how many different lines are held until then; more are dropped.
INTERVAL = 60.0
MOST_HELD = 5_000
#: Characters of the longest query that is kept: what is longer was pasted, and may be anything.
LONGEST = 100

# Signs that stand between the digits of telephone, card, passport and account numbers.
_NUMBER = re.compile(r"\d(?:[\s().,/\-\u2010-\u2015]*\d)+")
_YEARS = re.compile(r"(?:1[89]|20)\d\d(?:\D+(?:1[89]|20)\d\d)?")
_DIGITS_OF_A_NUMBER = 7
#: Digits in a whole query, letters between them or not: an account number (IBAN), a number plate and a date.
_DIGITS_AT_MOST = 8
#: E-mail addresses and names in networks; web addresses, which may hold keys.
_ADDRESS = re.compile(r"\S@|@\S|://|\bwww\.")
#: One long word of letters and digits is a key or a password.
_KEY = re.compile(r"(?<!\S)(?=\S*\d)(?=\S*[^\W\d_])\S{16,}")

_EXTENSION = "query_log"
_FILE = re.compile(r"queries-(\d{4}-\d\d-\d\d)\.jsonl")


@dataclass(frozen=True, slots=True)
class AskedQuery:
    """One query with what came of it; equal ones are counted together. Fields as in the file."""

    query: str | None
    language: str
    total: int
    narrowed: bool
    second_tries: tuple[str, ...]
    matched_by: tuple[str, ...]
    complete: bool

    @classmethod
    def of(cls, asked: SearchRequest, results: SearchResults) -> AskedQuery:
        """What is kept of a search and its answer."""
        text = kept_text(asked.q)
        return cls(
            query=text,
            language="und" if text is None else next(iter(results.query.languages), "und"),
            total=results.total,
            narrowed=bool(asked.filters) or asked.exact,
            second_tries=tuple(one.kind for one in results.query.interpretations),
            matched_by=tuple(sorted({way for hit in results.hits for way in hit.matched_by})),
            complete=results.complete or any(hit.pinned for hit in results.hits),
        )


def kept_text(typed: str) -> str | None:
    """The query as it is kept: one case, one form of each letter, single spaces. None if it is not
    kept: it is long, or looks like an e-mail or web address, a number that belongs to somebody, a key.

    >>> kept_text("  Il  TRENO "), kept_text("mario.rossi@example.org"), kept_text("+39 333 123 4567")
    ('il treno', None, None)
    """
    if len(typed) > 4 * LONGEST:
        return None
    text = " ".join(unicodedata.normalize("NFC", typed).casefold().split())
    # Full-width digits and signs are digits and signs.
    plain = unicodedata.normalize("NFKC", text)
    if len(text) > LONGEST or _ADDRESS.search(plain) or _KEY.search(plain):
        return None
    for number in _NUMBER.findall(plain):
        if _digits(number) >= _DIGITS_OF_A_NUMBER and not _YEARS.fullmatch(number):
            return None
    return None if _digits(plain) > _DIGITS_AT_MOST else text


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


class QueryLog:
    """Counts what is asked, and writes it to `folder`.

    Files older than `days` are removed, and the oldest when all take more than `limit` bytes; when
    only today's is left and full, lines are dropped. `dropped` is told how many questions were lost,
    `today` is the day (UTC). Safe between threads; every worker process counts for itself and adds
    whole blocks of lines to the file of the day, which the system keeps apart (`O_APPEND`).
    """

    def __init__(
        self,
        folder: Path,
        *,
        days: int = 30,
        limit: int = 50_000_000,
        dropped: Callable[[int], None] = lambda _number: None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._folder = folder
        self._days = days
        self._limit = limit
        self._dropped = dropped
        self._today = today
        self._held: dict[tuple[date, AskedQuery], int] = {}
        self._lock = threading.Lock()
        # A second lock: who counts never waits for who writes.
        self._writing = threading.Lock()
        self._writer: threading.Thread | None = None
        self._failed = False
        # Workers are copies of a master: what it counted is its own to write, its thread is not copied.
        os.register_at_fork(after_in_child=self._begin_anew)

    def add(self, asked: Iterable[AskedQuery]) -> None:
        """Count these. Costs a look-up each; never waits, never fails."""
        day = self._today()
        lost = 0
        with self._lock:
            for one in asked:
                key = day, one
                if key in self._held or len(self._held) < MOST_HELD:
                    self._held[key] = self._held.get(key, 0) + 1
                else:
                    lost += 1
        if lost:
            self._dropped(lost)
        if self._writer is None:
            self._start()

    def flush(self) -> None:
        """Write what was counted so far."""
        with self._writing:
            with self._lock:
                held, self._held = self._held, {}
            for day in sorted({day for day, _ in held}):
                self._write(day, {one: times for (its_day, one), times in held.items() if its_day == day})

    def close(self) -> None:
        """Write what was counted, and nothing at the end of the process."""
        atexit.unregister(self.flush)
        self.flush()

    def _start(self) -> None:
        with self._lock:
            if self._writer is None:
                writer = threading.Thread(target=self._run, name="query log", daemon=True)
                # No thread to be had now: the next question tries again.
                with contextlib.suppress(RuntimeError):
                    writer.start()
                    self._writer = writer
                    atexit.register(self.flush)

    def _run(self) -> None:
        wake = threading.Event()
        while True:
            wake.wait(INTERVAL)
            self.flush()

    def _begin_anew(self) -> None:
        self._held = {}
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._writer = None
        atexit.unregister(self.flush)

    def _write(self, day: date, counted: dict[AskedQuery, int]) -> None:
        lines = sorted(
            json.dumps({"times": times, **asdict(one)}, ensure_ascii=False) for one, times in counted.items()
        )
        try:
            self._append(day, "".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
            self._failed = False
        except OSError as error:
            self._dropped(sum(counted.values()))
            if not self._failed:
                logger.warning("query log %s: %s; what is asked is not kept", self._folder, error)
            self._failed = True

    def _append(self, day: date, block: bytes) -> None:
        self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        if self._make_room(day) + len(block) > self._limit:
            raise OSError("full (SEARCH_QUERY_LOG_MB)")
        # After a block that was cut off, its torn line must end.
        block = b"\n" + block if self._failed else block
        path = self._folder / f"queries-{day.isoformat()}.jsonl"
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            if os.write(descriptor, block) < len(block):
                raise OSError("the disk is full")
        finally:
            os.close(descriptor)

    def _make_room(self, day: date) -> int:
        """Remove what is too old or too much; bytes that are left."""
        oldest = (self._today() - timedelta(days=self._days)).isoformat()
        sizes: dict[str, int] = {}
        for entry in os.scandir(self._folder):
            found = _FILE.fullmatch(entry.name)
            if found:
                # Another worker may have been quicker to remove it.
                with contextlib.suppress(FileNotFoundError):
                    sizes[found[1]] = entry.stat().st_size
        for name in sorted(sizes):
            if name <= oldest or (sum(sizes.values()) > self._limit and name < day.isoformat()):
                (self._folder / f"queries-{name}.jsonl").unlink(missing_ok=True)
                del sizes[name]
        return sum(sizes.values())


def note(asked: SearchRequest, results: SearchResults) -> None:
    """Remember, until the answer goes out, that this was asked: first pages of what somebody typed.

    Leafing on asks nothing new, and feed readers ask without anybody.
    """
    if _EXTENSION not in current_app.extensions or not asked.q.strip() or asked.page > 1:
        return
    if request.blueprint != "discovery":
        g.asked = (*g.get("asked", ()), AskedQuery.of(asked, results))


def install(app: Flask, log: QueryLog) -> None:
    """Count what was asked when it was answered."""
    app.extensions[_EXTENSION] = log

    def count(response: Response) -> Response:
        if "asked" in g and response.status_code == 200 and request.method != "HEAD":
            log.add(g.asked)
        return response

    app.after_request(count)


def of_application(app: Flask) -> QueryLog | None:
    """The query log of `app`, if it keeps one."""
    found: QueryLog | None = app.extensions.get(_EXTENSION)
    return found
