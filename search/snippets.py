"""Which part of a text shows best why it was found? Texts and their marks as HTML.

Everything is escaped but `<mark>`. What is marked is `marks.py`'s question.
"""

from __future__ import annotations

import re
from html import escape

from search.name_marks import Span

#: Length of a snippet in characters and how far it may grow to end at a word.
LENGTH, SLACK = 220, 24
_ELLIPSIS = "…"
_SPECIAL = re.compile("[&<>\"']")


def marked(text: str, spans: list[Span], start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` as HTML with the spans marked."""
    end = len(text) if end is None else end
    pieces: list[str] = []
    place = start
    for first, last in spans:
        if first < start:
            first = start
        if last > end:
            last = end
        if first < last:
            pieces += (text[place:first], "<mark>", text[first:last], "</mark>")
            place = last
    pieces.append(text[place:end])
    if _SPECIAL.search(text, start, end):
        # Every second one is a tag.
        pieces[::2] = [escape(piece) for piece in pieces[::2]]
    return "".join(pieces)


def snippet(text: str, spans: list[Span], length: int = LENGTH) -> str:
    """The stretch of `text` with the most marked words as HTML; its beginning if none is marked."""
    if len(text) <= length + SLACK:
        return marked(text, spans)
    start = _best_start(spans, length)
    start = _word_start(text, start)
    end = _word_end(text, min(start + length, len(text)))
    before = f"{_ELLIPSIS} " if start else ""
    after = f" {_ELLIPSIS}" if end < len(text) else ""
    return before + marked(text, spans, start, end) + after


def _best_start(spans: list[Span], length: int) -> int:
    """Where to begin so that as many of the spans as possible lie within `length` characters."""
    best, best_count, after = 0, 0, 0
    for index, (start, _) in enumerate(spans):
        while after < len(spans) and spans[after][1] <= start + length:
            after += 1
        if after - index > best_count:
            best, best_count = max(0, start - length // 5), after - index
    return best


def _word_start(text: str, place: int) -> int:
    if place <= 0:
        return 0
    space = text.find(" ", place, place + SLACK)
    return space + 1 if space >= 0 else place


def _word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - SLACK, place)
    return space if space > 0 else place
