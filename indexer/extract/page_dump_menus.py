"""Which lines that look like labels are in truth entries of a menu?

"Genre", "Country" and "Popular" head a value or a list on one line and stand in the menu on
another. Entries of menus come in runs; a label inside a run says nothing.
"""

from __future__ import annotations

from dataclasses import replace

from indexer.extract.page_dump_lines import GENRE_WORDS, Kind, Line, fold

_SHORTEST_RUN = 3
_LEAST_MENU_WORDS = 2
_MOST_GENRES = 8


def without_menus(lines: list[Line]) -> list[Line]:
    """The lines with entries of menus turned into `Kind.MENU`."""
    marked = list(lines)
    start = 0
    while start < len(marked):
        end = start
        while end < len(marked) and _could_be_entry(marked[end]):
            end += 1
        _mark_run(marked, start, end)
        start = max(end, start + 1)
    _mark_lone_headings(marked)
    return marked


def _could_be_entry(line: Line) -> bool:
    if line.kind is Kind.MENU:
        return True
    if line.kind in (Kind.FACT, Kind.ROLE, Kind.SECTION, Kind.RELATED):
        return not line.colon and not line.value and len(line.text) <= 30
    return line.kind is Kind.FACTS and fold(line.text) in GENRE_WORDS


def _mark_run(lines: list[Line], start: int, end: int) -> None:
    entries = lines[start:end]
    menu_words = sum(line.kind is Kind.MENU for line in entries)
    genres = sum(line.kind is Kind.FACTS for line in entries)
    if len(entries) < _SHORTEST_RUN or (menu_words < _LEAST_MENU_WORDS and genres <= _MOST_GENRES):
        return
    end = _end_of_run(lines, start, end)
    for position in range(start, end):
        lines[position] = replace(lines[position], kind=Kind.MENU, name="", value="")


def _end_of_run(lines: list[Line], start: int, end: int) -> int:
    """A run may end in a true heading: "Share / Download / Overview" and then the text.

    The label nearest to the content is a heading, unless it is one word for a list of others
    ("Popular"), which at this place is rather the last entry.
    """
    if end == len(lines) or end - start < 2:
        return end
    last = lines[end - 1]
    if last.kind is Kind.RELATED:
        return end - 1 if len(fold(last.text).split()) > 1 or _list_follows(lines, end) else end
    if last.kind is Kind.FACTS:  # "Genre / Drama / Comedy": label and values
        first = end
        while first > start and lines[first - 1].kind is Kind.FACTS:
            first -= 1
        is_value = first > start and lines[first - 1].name == "genre" and end - first <= _MOST_GENRES
        return first - 1 if is_value else end
    return end - 1 if last.kind in (Kind.SECTION, Kind.ROLE, Kind.FACT) else end


def _mark_lone_headings(lines: list[Line]) -> None:
    """A heading of other works with none below it heads nothing; one of one word needs two."""
    for position, line in enumerate(lines):
        least = 1 if len(fold(line.text).split()) > 1 else 2
        if line.kind is Kind.RELATED and not _list_follows(lines, position + 1, least):
            lines[position] = replace(line, kind=Kind.MENU)


def _list_follows(lines: list[Line], start: int, least: int = 2) -> bool:
    """Whether at least so many titles come before the next heading or prose."""
    titles = 0
    for line in lines[start : start + 12]:
        is_label = line.kind is Kind.FACT and line.colon and not line.value
        if is_label or line.kind in (Kind.PROSE, Kind.SECTION, Kind.ROLE):
            break
        titles += line.kind in (Kind.SHORT, Kind.RELATED)
        if titles >= least:
            return True
    return False
