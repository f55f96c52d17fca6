"""What extraction hands on: one document before its language is decided and its text analysed.

How the many spellings of keys in the wild (`overview`, `genres`, `release_date`) become these
fields is `mapping.py`'s question, not this file's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class AlternativeTitle:
    """A further title of the same work; `language` is a BCP 47 code or None where not known."""

    title: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who took part; `role` is free text ("director", "cast") or None."""

    name: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """The languages that were decided for a document when it was indexed first: its own with reason and
    confidence (0 to 1), its title's (None: not known), and its other titles with theirs."""

    code: str
    reason: str
    confidence: float = 1.0
    title: str | None = None
    other_titles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One document as the index will keep it, in CONTRACT's words.

    `date` is an ISO date or a year, as text; `year` is its year. `extra` holds every other key
    (string, number, boolean or list of them) under its singular facet name (`genre`, `country`,
    `type`, `rating`, `runtime`, `festival`, `related` …). `origin` names file and line for messages.
    `decided` is known of documents that were indexed before and are to keep their languages.
    """

    id: str
    title: str = ""
    text: str = ""
    original_title: str | None = None
    original_language: str | None = None
    also_known_as: tuple[AlternativeTitle, ...] = ()
    language: str | None = None
    url: str | None = None
    date: str | None = None
    year: int | None = None
    people: tuple[Person, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    origin: str = ""
    # After `origin`: the hash of what a source says ends there.
    decided: KeptDecision | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A piece of input that was not indexed, and why. `line` counts from 1; None: the whole file."""

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.reason}"
