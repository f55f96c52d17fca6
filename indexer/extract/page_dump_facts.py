"""What do the values beside the labels of a film page say, as dates, numbers, lists and names?

`PageFacts` collects them for one page. The first value of a kind counts: what comes later on a
page is rather about something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from indexer.dates import find_date
from indexer.durations import parse_duration
from indexer.extract.page_dump_labels import IGNORED
from indexer.extract.page_dump_lines import (
    GENRE_WORDS,
    Kind,
    Line,
    fact_parts,
    fold,
    is_sentence,
    parse_count,
    parse_rating,
    votes_and_rating,
)

# Kinds with several values, and how many lines below the label may hold one each.
SEVERAL = {
    "genre": 8,
    "country": 6,
    "company": 6,
    "spoken_languages": 6,
    "keywords": 30,
    "also_known_as": 12,
}
NUMERIC = frozenset({"rating", "votes", "popularity"})

# Spaces before a sign are walked through once, from where they begin.
_LIST_SEPARATOR = re.compile(r"(?:(?<!\s)\s+)?[,;|•·、،，؛]\s*|(?<!\s)\s+/\s+|(?<=\w)/(?=\w)")
_NAME_SEPARATOR = re.compile(r"(?:(?<!\s)\s+)?[,;|•·、،，؛]\s*|(?<!\s)\s+/\s+")
_CHARACTER = re.compile(
    r"(?:(?<!\s)\s+)?(?:\.{2,}|…|\(|(?<=\s)(?:as|als|dans le rôle de|nel ruolo di|jako|[-–—])\s).*$"
)
_NOT_A_NAME = re.compile(r"[\d!?:;|<>=_@#]|[.。]{2}")
_VOTES_IN_PARENTHESES = re.compile(r"[(（]\D{0,12}(\d[\d.,\s]*+[kKmM]?+)[^\d)）]*+[)）]")


@dataclass(slots=True)
class PageFacts:
    """The facts and people of one page, in the keys that the mapping knows."""

    values: dict[str, Any] = field(default_factory=dict)
    people: list[tuple[str, str]] = field(default_factory=list)

    def add_people(self, role: str, text: str) -> None:
        """The names in a text, without the characters they play."""
        for part in split_names(text):
            name = _CHARACTER.sub("", part).strip(' ."“”')
            if looks_like_name(name) and (name, role) not in self.people:
                self.people.append((name, role))

    def add(self, name: str, value: str) -> None:
        """The value that stands beside or below the label of the kind `name`."""
        if name == "rated":
            votes, rating = votes_and_rating(value)
            self._set("votes", votes)
            self._set("rating", rating)
        elif name == "date":
            self._set_date(find_date(value))
        elif name == "year":
            self._set(name, find_date(value))
        elif name == "runtime":
            self._set(name, parse_duration(value))
        elif name == "rating":
            counted = _VOTES_IN_PARENTHESES.search(value)
            self._set(name, parse_rating(value))
            self._set("votes", parse_count(counted[1]) if counted else None)
        elif name == "votes":
            self._set(name, parse_count(value))
        elif name == "popularity":
            number = re.search(r"\d+(?:[.,]\d+)?", value)
            self._set(name, float(number[0].replace(",", ".")) if number else None)
        elif name in SEVERAL:
            self._extend(name, value)
        elif name != IGNORED:
            self._set(name, value)

    def add_row(self, line: Line, beside: list[Line]) -> None:
        """The facts of a line without labels; `beside` are the lines before and after it."""
        parts = fact_parts(line.text)
        if "date" in parts:
            self._set_date(find_date(parts["date"][0]))
        if "runtime" in parts:
            self._set("runtime", parse_duration(parts["runtime"][0]))
        if "genre" in parts:
            self._set("genre", list(dict.fromkeys(parts["genre"])))
        if "rating" in parts:
            # A bare "7.8" is the rating if votes or the like stand beside it.
            labelled = any(one.kind is Kind.FACT and one.name in (*NUMERIC, "rated") for one in beside)
            if labelled or re.search(r"[★⭐/]", line.text):
                self._set("rating", parse_rating(parts["rating"][0]))

    def _set(self, name: str, value: Any) -> None:
        if value is not None and value != "":
            self.values.setdefault(name, value)

    def _set_date(self, date: str | None) -> None:
        """A later date makes the first one more exact if it agrees on the year."""
        known = self.values.get("date")
        if date and (known is None or (len(date) > len(known) and date[:4] == known[:4])):
            self.values["date"] = date

    def _extend(self, name: str, value: str) -> None:
        kept = self.values.setdefault(name, [])
        found = (one.strip(" .") for one in _LIST_SEPARATOR.split(value))
        kept.extend(one for one in dict.fromkeys(found) if one and one not in kept)


def split_names(text: str) -> list[str]:
    """The parts of a list of names or titles written on one line."""
    return _NAME_SEPARATOR.split(text)


def looks_like_name(text: str) -> bool:
    """Whether a short text could be the name of a person."""
    is_short = 2 <= len(text) <= 60 and len(text.split()) <= 6
    return is_short and not _NOT_A_NAME.search(text) and not is_sentence(text)


def fits(name: str, line: Line) -> bool:
    """Whether a line can be a value of the kind whose label stands above it."""
    if name.startswith("role:"):
        return looks_like_name(_CHARACTER.sub("", line.text)) or "," in line.text
    if name in ("date", "year"):
        return find_date(line.text) is not None
    if name == "runtime":
        return parse_duration(line.text) is not None
    if name in NUMERIC:
        return re.match(r"[★⭐\s]*\d", line.text) is not None
    if name == "genre":
        known = all(fold(one) in GENRE_WORDS for one in _LIST_SEPARATOR.split(line.text))
        return known or line.kind is Kind.FACTS or (len(line.text) <= 40 and not is_sentence(line.text))
    return len(line.text) <= 80
