"""`_formatted` and `_matchesPosition`: a document's texts with marks, cut to what matters; where matches are.

Marks are those of our own snippets: whole words that the query was met by. Nothing is escaped, as
Meilisearch does not: the tags are the caller's, and so is the page.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from search.found import Marks
from search.results import StoredDocument
from web.meilisearch.documents import EVERYTHING, covers, is_name, language_of, selected
from web.meilisearch.parameters import Search

Span = tuple[int, int]
#: A word to be counted when texts are cropped. Where words are not set apart, a few letters are one.
_WORD = re.compile(
    "[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{1,2}"
    "|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{1,5}"
    "|(?:(?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])"
    "[\\w\u0300-\u036f])+"
)


@dataclass(frozen=True, slots=True)
class _Crops:
    """Attribute → words to keep of it; `everything` for those not named, if any."""

    named: tuple[tuple[str, int], ...]
    everything: int | None

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, attributes: tuple[str, ...], length: int) -> _Crops:
        """Attributes as they are asked for: `text`, `text:20`, `*`."""
        named: dict[str, int] = {}
        for one in attributes:
            name, colon, stated = one.rpartition(":")
            has_length = bool(colon) and stated.isascii() and stated.isdigit() and len(stated) < 9
            named.setdefault(name if has_length else one, int(stated) if has_length else length)
        return cls(tuple(named.items()), named.pop(EVERYTHING, None))

    def length(self, path: str) -> int | None:
        """How many words to keep of the text at `path`; None: all."""
        for name, length in self.named:
            if name != EVERYTHING and covers((name,), path):
                return length
        return self.everything

    @property
    def attributes(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.named)


class Formatter:
    """What one search says of the texts of its hits."""

    def __init__(self, search: Search, marks: Marks) -> None:
        self._search = search
        self._marks = marks
        self._crops = _Crops.of(search.cropped, search.crop_length)
        self._is_asked = bool(search.highlighted or search.cropped)

    def added(self, stored: StoredDocument, document: dict[str, Any]) -> dict[str, Any]:
        """`_formatted` and `_matchesPosition`, as far as they were asked for."""
        added: dict[str, Any] = {}
        if self._is_asked:
            wanted = (*self._search.retrieved, *self._search.highlighted, *self._crops.attributes)
            shown = selected(document, tuple(dict.fromkeys(wanted)))
            added["_formatted"] = {key: self._formatted(value, key, stored) for key, value in shown.items()}
        if self._search.shows_positions:
            places: dict[str, list[dict[str, Any]]] = {}
            for key, value in document.items():
                self._add_places(places, value, key, stored, ())
            added["_matchesPosition"] = places
        return added

    def _spans(self, text: str, path: str, stored: StoredDocument) -> list[Span]:
        if not unicodedata.is_normalized("NFC", text):
            # Keys that are only shown are stored as they came, and marks are counted in NFC.
            return []
        return self._marks.spans(text, language_of(stored, path), is_name=is_name(path))

    def _formatted(self, value: Any, path: str, stored: StoredDocument) -> Any:
        if isinstance(value, dict):
            return {key: self._formatted(one, f"{path}.{key}", stored) for key, one in value.items()}
        if isinstance(value, list):
            return [self._formatted(one, path, stored) for one in value]
        if isinstance(value, bool) or value is None:
            return value
        text = value if isinstance(value, str) else number_text(value)
        length = self._crops.length(path)
        highlights = covers(self._search.highlighted, path)
        if not highlights and length is None:
            return text
        spans = self._spans(text, path, stored)
        start, end = (0, len(text)) if not length else crop(text, spans, length)
        pieces = [self._search.crop_marker] if start else []
        pieces.append(self._marked(text, spans if highlights else [], start, end))
        if end < len(text):
            pieces.append(self._search.crop_marker)
        return "".join(pieces)

    def _marked(self, text: str, spans: list[Span], start: int, end: int) -> str:
        pieces: list[str] = []
        place = start
        for span_start, span_end in spans:
            first, last = max(span_start, start), min(span_end, end)
            if first < last:
                pieces += (
                    text[place:first],
                    self._search.before_mark,
                    text[first:last],
                    self._search.after_mark,
                )
                place = last
        pieces.append(text[place:end])
        return "".join(pieces)

    def _add_places(
        self,
        places: dict[str, list[dict[str, Any]]],
        value: Any,
        path: str,
        stored: StoredDocument,
        indices: tuple[int, ...],
    ) -> None:
        if isinstance(value, dict):
            for key, one in value.items():
                self._add_places(places, one, f"{path}.{key}", stored, indices)
        elif isinstance(value, list):
            for index, one in enumerate(value):
                self._add_places(places, one, path, stored, (*indices, index))
        elif isinstance(value, str):
            for start, end in self._spans(value, path, stored):
                place: dict[str, Any] = {"start": _bytes(value[:start]), "length": _bytes(value[start:end])}
                if indices:
                    place["indices"] = list(indices)
                places.setdefault(path, []).append(place)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def number_text(value: float) -> str:
    """A number as JSON writes it, whole ones without a fraction.

    >>> number_text(1972.0), number_text(7.5)
    ('1972', '7.5')
    """
    return str(int(value)) if isinstance(value, int) or value.is_integer() else repr(value)


def crop(text: str, spans: list[Span], length: int) -> Span:
    """The stretch of `length` words with the most different matches, the first such, matches in its
    middle; the beginning of the text where nothing matches."""
    words = [match.span() for match in _WORD.finditer(text)]
    if len(words) <= length:
        return 0, len(text)
    ends = [end for _, end in words]
    # Span → the numbers of its first word and of that after its last.
    marked = [(bisect.bisect_right(ends, start), bisect.bisect_left(ends, end) + 1) for start, end in spans]
    first = _best_first(text, spans, marked, length, len(words)) if marked else 0
    last = min(first + length, len(words)) - 1
    start = words[first][0] if first else 0
    end = words[last][1] if last + 1 < len(words) else len(text)
    return start, end


def _best_first(text: str, spans: list[Span], marked: list[Span], length: int, words: int) -> int:
    """The first of the `words` words of the best stretch."""
    found = [text[start:end].casefold() for start, end in spans]
    within: Counter[str] = Counter()
    best, best_count, best_end = marked[0][0], 0, marked[0][1]
    after = 0
    for number, (first, _) in enumerate(marked):
        while after < len(marked) and marked[after][1] - first <= length:
            within[found[after]] += 1
            after += 1
        if len(within) > best_count:
            best, best_count, best_end = first, len(within), marked[after - 1][1]
        if after == number:
            # A match longer than the stretch.
            after += 1
            continue
        within[found[number]] -= 1
        if not within[found[number]]:
            del within[found[number]]
    before = (length - min(best_end - best, length)) // 2
    return max(0, min(best - before, words - length))
