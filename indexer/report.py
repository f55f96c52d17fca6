"""What do visitors ask most, what do they not find, and what only just?

Reads the query log that the web workers write (`web/query_log.py` says what a line holds) and sums it up
by the language and script of the queries. The log cannot tell visitors apart, so nothing is listed that
was asked fewer than `least` times: it is in the totals only, and so are languages that were seldom asked in.

A search was *weak* if it found something, but
- under another reading: a second try (`spelling`, `keyboard`, `transliteration`, `split`, `join`);
- no document that has all its words (`missing_words`), which of more than four words nobody expects;
- under the typed reading, but only documents with parts of its words, or words that resemble them
  (`parts_of_words`).
Searches narrowed by filters or to literal words count, but are neither weak nor without hits.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from search.analysis.scripts import COMMON, scripts_in
from search.errors import ConfigurationError

MISSING_WORDS, PARTS_OF_WORDS = "missing_words", "parts_of_words"
#: Ways in which a hit has a word itself, in whatever form or writing.
WHOLE_WORDS = frozenset({"exact", "stem", "folded", "romanized", "alias"})
#: Queries of up to this many words are expected to be found whole.
SHORT = 4
#: Language and script of the group that holds all groups too small to be named.
SELDOM = "*"

_FILE = re.compile(r"queries-(\d{4}-\d\d-\d\d)\.jsonl")


@dataclass(frozen=True, slots=True)
class LoggedQuery:
    """One line of the log: a query that was asked `times` times on `day` and answered alike."""

    day: str
    query: str | None
    times: int
    language: str
    total: int
    narrowed: bool
    second_tries: tuple[str, ...]
    matched_by: tuple[str, ...]
    complete: bool

    @classmethod
    def of(cls, day: str, line: str) -> LoggedQuery:
        """Read one line. Raises `ValueError`, `TypeError` or `KeyError`."""
        values = json.loads(line)
        query = values["query"]
        if not isinstance(query, str | None) or not int(values["times"]) > 0:
            raise ValueError(line)
        return cls(
            day,
            query,
            int(values["times"]),
            str(values["language"]),
            int(values["total"]),
            bool(values["narrowed"]),
            tuple(map(str, values["second_tries"])),
            tuple(map(str, values["matched_by"])),
            bool(values["complete"]),
        )

    @property
    def found_nothing(self) -> bool:
        return not self.total and not self.narrowed

    def why_weak(self) -> tuple[str, ...]:
        """The reasons for which this answer was weak; none if it was not."""
        if not self.total or self.narrowed:
            return ()
        reasons = list(self.second_tries)
        if not self.complete and self.query is not None and len(self.query.split()) <= SHORT:
            reasons.append(MISSING_WORDS)
        if self.matched_by and not self.second_tries and WHOLE_WORDS.isdisjoint(self.matched_by):
            reasons.append(PARTS_OF_WORDS)
        return tuple(reasons)


@dataclass(slots=True)
class Totals:
    """Searches, and how many of them found nothing, little, or were not kept as text."""

    searches: int = 0
    without_hits: int = 0
    weak: int = 0
    not_kept: int = 0
    second_tries: Counter[str] = field(default_factory=Counter)

    def count(self, one: LoggedQuery) -> None:
        self.searches += one.times
        self.without_hits += one.times * one.found_nothing
        self.weak += one.times * bool(one.why_weak())
        self.not_kept += one.times * (one.query is None)
        for kind in one.second_tries:
            self.second_tries[kind] += one.times

    def to_dict(self) -> dict[str, Any]:
        return {
            "searches": self.searches,
            "without_hits": self.without_hits,
            "weak": self.weak,
            "not_kept": self.not_kept,
            "second_tries": dict(sorted(self.second_tries.items())),
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """A query in a list: how often that was so, documents found on the last day, reasons if weak."""

    query: str
    times: int
    total: int
    why: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {"query": self.query, "times": self.times, "total": self.total} | (
            {"why": self.why} if self.why else {}
        )


@dataclass(frozen=True, slots=True)
class Group:
    """The queries of one language and script."""

    language: str
    script: str
    totals: Totals
    top: tuple[Listed, ...] = ()
    without_hits: tuple[Listed, ...] = ()
    weak: tuple[Listed, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        lists = {"top": self.top, "without_hits": self.without_hits, "weak": self.weak}
        return {
            "language": self.language,
            "script": self.script,
            "totals": self.totals.to_dict(),
            **{name: [one.to_dict() for one in listed] for name, listed in lists.items()},
        }


@dataclass(frozen=True, slots=True)
class QueryReport:
    """The report. `unreadable` lines were passed over; `least` is the threshold of every list."""

    first_day: str
    last_day: str
    least: int
    totals: Totals
    unreadable: int
    groups: tuple[Group, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "first_day": self.first_day,
            "last_day": self.last_day,
            "least": self.least,
            "totals": self.totals.to_dict(),
            "unreadable": self.unreadable,
            "groups": [group.to_dict() for group in self.groups],
        }


@dataclass(slots=True)
class _Story:
    """All that is known of one query."""

    lines: list[LoggedQuery] = field(default_factory=list)

    def key(self, query: str) -> tuple[str, str]:
        """Language and script. The language is guessed with each answer: most answers decide."""
        languages: Counter[str] = Counter()
        for one in self.lines:
            languages[one.language] += one.times
        return max(languages, key=lambda code: (languages[code], code)), next(iter(scripts_in(query)), COMMON)

    def times(self) -> int:
        return sum(one.times for one in self.lines)

    def times_without_hits(self) -> int:
        return sum(one.times for one in self.lines if one.found_nothing)

    def times_weak(self) -> int:
        return sum(one.times for one in self.lines if one.why_weak())

    def why_weak(self) -> dict[str, int]:
        reasons: Counter[str] = Counter()
        for one in self.lines:
            for why in one.why_weak():
                reasons[why] += one.times
        return dict(reasons.most_common())

    def total(self) -> int:
        """What the search found last, narrowed ones aside where there are others."""
        return max(self.lines, key=lambda one: (not one.narrowed, one.day, one.total)).total


def report_queries(
    folder: Path, *, today: date, days: int = 30, language: str | None = None, limit: int = 10, least: int = 5
) -> QueryReport:
    """Sum up the last `days` days of the log in `folder`; lists have up to `limit` queries each.

    `language` keeps the groups of one language; the totals are always of all. Raises
    `ConfigurationError` if there is no such folder.
    """
    first = today - timedelta(days=days - 1)
    stories: dict[str, _Story] = {}
    totals, unreadable = Totals(), 0
    for one in _logged(folder, first.isoformat(), today.isoformat()):
        if one is None:
            unreadable += 1
            continue
        totals.count(one)
        if one.query is not None:
            stories.setdefault(one.query, _Story()).lines.append(one)
    groups = _groups(stories, limit=limit, least=least)
    return QueryReport(
        first.isoformat(),
        today.isoformat(),
        least,
        totals,
        unreadable,
        tuple(one for one in groups if language in (None, one.language)),
    )


def _logged(folder: Path, first: str, last: str) -> Iterator[LoggedQuery | None]:
    """The lines from one day to another; None for one that cannot be read."""
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: there is no query log; the server writes it (SEARCH_QUERY_LOG)")
    for path in sorted(folder.iterdir()):
        found = _FILE.fullmatch(path.name)
        if not found or not first <= found[1] <= last:
            continue
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in filter(str.strip, lines):
                try:
                    yield LoggedQuery.of(found[1], line)
                except (ValueError, TypeError, KeyError):
                    # A full disk cuts lines off.
                    yield None


def _groups(stories: dict[str, _Story], *, limit: int, least: int) -> list[Group]:
    """Most asked first; what was seldom asked in together at the end."""
    members: dict[tuple[str, str], dict[str, _Story]] = {}
    for query, story in stories.items():
        members.setdefault(story.key(query), {})[query] = story
    groups, seldom = [], Totals()
    for (language, script), its in members.items():
        totals = Totals()
        for one in _lines(its.values()):
            totals.count(one)
        if totals.searches < least:
            for one in _lines(its.values()):
                seldom.count(one)
        else:
            groups.append(_group(language, script, totals, its, limit=limit, least=least))
    groups.sort(key=lambda group: (-group.totals.searches, group.language, group.script))
    return [*groups, Group(SELDOM, SELDOM, seldom)] if seldom.searches else groups


def _lines(stories: Iterable[_Story]) -> Iterator[LoggedQuery]:
    return (one for story in stories for one in story.lines)


def _group(
    language: str, script: str, totals: Totals, stories: dict[str, _Story], *, limit: int, least: int
) -> Group:
    top = [Listed(query, story.times(), story.total()) for query, story in stories.items()]
    nothing = [Listed(query, story.times_without_hits(), story.total()) for query, story in stories.items()]
    weak = [
        Listed(query, story.times_weak(), story.total(), story.why_weak()) for query, story in stories.items()
    ]

    def leading(listed: list[Listed]) -> tuple[Listed, ...]:
        often = [one for one in listed if one.times >= least]
        return tuple(sorted(often, key=lambda one: (-one.times, one.query))[:limit])

    return Group(language, script, totals, leading(top), leading(nothing), leading(weak))
