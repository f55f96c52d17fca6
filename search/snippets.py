"""Which part of a text shows best why it was found? Texts and their marks as HTML.

Everything is escaped but `<mark>`. What is marked is `marks.py`'s question.
"""

from __future__ import annotations

from html import escape

from search.name_marks import Span

#: Length of a snippet in characters and how far it may grow to end at a word.
LENGTH, SLACK = 220, 24
_ELLIPSIS = "…"


def marked(text: str, spans: list[Span], start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` as HTML with the spans marked."""
    end = len(text) if end is None else end
    pieces: list[str] = []
    place = start
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        pieces += [escape(text[place:first]), "<mark>", escape(text[first:last]), "</mark>"]
        place = last
    pieces.append(escape(text[place:end]))
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
    best, best_count = 0, 0
    for index, (start, _) in enumerate(spans):
        count = sum(1 for first, last in spans[index:] if last <= start + length)
        if count > best_count:
            best, best_count = max(0, start - length // 5), count
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
