"""Is this text the dump of a film page, and what does the page say about its film?

Lines are classified (`page_dump_lines.py`), menus marked (`page_dump_menus.py`), and what is left is
read from top to bottom (`page_dump_reader.py`); here the page is recognised and its record put
together. The words of all languages are in the tables `page_dump_labels.py`, `_roles`,
`_sections`, `_genres` and `_furniture`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from indexer.durations import parse_duration
from indexer.extract.page_dump_facts import NUMERIC
from indexer.extract.page_dump_labels import IGNORED
from indexer.extract.page_dump_lines import (
    GENRE_WORDS,
    Kind,
    Line,
    classify,
    fact_parts,
    fold,
    is_sentence,
)
from indexer.extract.page_dump_menus import without_menus
from indexer.extract.page_dump_reader import PageReader
from indexer.extract.page_dump_title import cleaned_title, derived_title, labelled_title, title_among

# A page is not longer; a longer text is a book, whatever labels it contains.
PAGE_LIMIT = 300_000
_MOST_LINES = 6_000

_LEADING_NUMBER = re.compile(r"^\s*#?\d{1,3}[.)]\s+")


def parse_page_dump(text: str) -> dict[str, Any] | None:
    """The record of a dumped film page in the keys that the mapping knows; None if it is none."""
    if len(text) > PAGE_LIMIT or text.count("\n") > _MOST_LINES:
        return None
    lines = without_menus(classify(text))
    if not is_page_dump(lines):
        return None
    page = PageReader(lines, prose_ends_related=False).read()
    if not page.body:
        # Side columns first: the film's own text comes after a list of others, without a heading.
        page = PageReader(lines, prose_ends_related=True).read()
    return _record(page)


def is_page_dump(lines: list[Line]) -> bool:
    """Whether labels, lists of titles and furniture outweigh ordinary text.

    Points: 2 for a list of other works or a line of facts, 1 for each further kind of label with
    a fitting value, for a heading, for furniture. A dump has 3, one of them of a kind that
    ordinary texts do not have (memos have a date, an author and a summary too); long texts need
    more.
    """
    seen: set[str] = set()
    points = 0.0
    telling = False
    for position, line in enumerate(lines):
        key = f"{line.kind.name}:{line.name}"
        if key in seen:
            continue
        following = lines[position + 1] if position + 1 < len(lines) else None
        worth = _points(line, following, lines[position + 1 : position + 4])
        if worth:
            seen.add(key)
            points += worth
            telling = telling or (worth >= 1 and line.kind is not Kind.FURNITURE and line.name not in _COMMON)
    return telling and points >= 3 + max(0, len(lines) - 100) / 500


# Labels that all sorts of texts carry.
_COMMON = frozenset(
    {
        "title",
        "date",
        "year",
        "status",
        "country",
        "spoken_languages",
        "keywords",
        "company",
        "overview",
        "end",
        "tagline",
        "original_title",
        "also_known_as",
        IGNORED,
    }
)


def _points(line: Line, following: Line | None, next_lines: list[Line]) -> float:
    value = line.value or (following.text if following and following.kind in (Kind.SHORT, Kind.FACTS) else "")
    if line.kind is Kind.RELATED:
        return 2 if sum(one.kind in (Kind.SHORT, Kind.MENU) for one in next_lines) >= 2 else 0
    if line.kind is Kind.FACTS:
        return 2 if len(fact_parts(line.text)) >= 2 else 0
    if line.kind is Kind.ROLE:
        fits = bool(value) and len(value) <= 200 and not is_sentence(value)
        return 1 if fits else 0
    if line.kind is Kind.FACT:
        if not value:
            return 0
        if line.name == "runtime":
            return 1 if parse_duration(value) is not None else 0
        if line.name in NUMERIC:
            return 1 if re.search(r"\d", value) and len(value) <= 25 else 0
        return 0.5 if line.name in _COMMON else 1 if len(value) <= 120 else 0
    if line.kind is Kind.SECTION:
        if line.name == "overview":
            return 1 if line.value or (following and following.kind is Kind.PROSE) else 0
        if line.name == "festival":
            return 2 if sum(one.kind is Kind.SHORT for one in next_lines) >= 2 else 0
        return 0.5
    return 0.5 if line.kind in (Kind.FURNITURE, Kind.MENU) else 0


def _record(page: PageReader) -> dict[str, Any]:
    facts = page.facts.values
    body = list(dict.fromkeys(page.body))
    related = _titles(page.related)
    title, year = labelled_title(facts.pop("title", None)) or title_among(page.head, body) or ("", None)
    record: dict[str, Any] = dict(facts)
    if not title:
        title = derived_title(body)
        if title:
            record["title_from"] = "overview"
    taglines = [line.text for line, _ in page.head if is_sentence(line.text) and line.text != title]
    if taglines:
        record.setdefault("tagline", taglines[0])
    if year and "date" not in facts:
        record["date"] = str(year)
    if "year" in facts and "date" in record:
        del record["year"]
    record |= {
        "title": title,
        "text": "\n\n".join(body),
        "people": [{"name": name, "role": role} for name, role in dict.fromkeys(page.facts.people)],
        "festival": list(dict.fromkeys(page.festivals)),
        "related": [one for one in related if fold(one) != fold(title)],
    }
    return {key: value for key, value in record.items() if value not in ("", [], None)}


def _titles(lines: list[str]) -> list[str]:
    """The titles in a list of other works, without years, numbers and words that repeat on every card."""
    counts = Counter(map(fold, lines))
    titles: dict[str, None] = {}
    for line in lines:
        title = cleaned_title(_LEADING_NUMBER.sub("", line))[0]
        is_furniture = title.isdigit() or fold(title) in GENRE_WORDS
        if title and not is_furniture and (counts[fold(line)] < 3 or len(lines) < 6):
            titles.setdefault(title)
    return list(titles)
