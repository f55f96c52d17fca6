"""What does the reader see of a document that the engine names? Stored values → `Hit`, `StoredDocument`.

Title, snippet and the title by which a document was found are marked here, for the hits of one
page only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from search.analysis.folding import fold, normalize
from search.analysis.languages import canonical_code, language
from search.configuration import Settings
from search.engines.base import EngineHit
from search.marks import Marker
from search.name_marks import Span
from search.query.candidate import KEYBOARD, SPELLING
from search.results import Hit, MatchedTitle, StoredDocument
from search.snippets import marked, snippet

#: Other titles of a document that are looked at for the one it was found by; some have hundreds.
MOST_TITLES = 60


def stored_document(values: dict[str, Any]) -> StoredDocument:
    """A document of the engine's as the front ends know it."""
    code = values.get("language", "und")
    return StoredDocument(
        id=values["id"],
        title=values.get("title", ""),
        language=code,
        direction=_direction(code),
        text=values.get("text", ""),
        url=values.get("url"),
        language_reason=values.get("language_reason", ""),
        fields=values.get("fields", {}),
        title_language=values.get("title_language", code),
    )


def hit_of(
    values: dict[str, Any],
    hit: EngineHit,
    settings: Settings,
    marker: Marker,
    *,
    highlight: bool,
    interpretation: str | None = None,
) -> Hit:
    """What the reader sees of a hit: title and snippet marked, the configured keys."""
    title = values.get("title", "")
    code = values.get("language", "und")
    title_code = values.get("title_language", code)
    title_html = text_html = matched_title = None
    if highlight:
        spans = marker.spans(title, title_code, is_name=True)
        title_html = marked(title, spans)
        if hit.alias or not spans:
            matched_title = _matched_title(values.get("other_titles", ()), marker, _words(title, spans))
        if text := values.get("text", ""):
            text_html = snippet(text, marker.spans(text, code))
    fields = values.get("fields", {})
    return Hit(
        id=values["id"],
        title=title,
        language=code,
        direction=_direction(code),
        score=hit.score,
        url=values.get("url"),
        snippet=text_html,
        title_html=title_html,
        matched_by=_ways(hit, interpretation),
        fields={key: fields[key] for key in settings.shown if key in fields},
        explanation=hit.parts,
        title_language=title_code,
        matched_title=matched_title,
    )


def _ways(hit: EngineHit, interpretation: str | None) -> tuple[str, ...]:
    kinds = list(hit.kinds)
    if hit.alias:
        kinds.append("alias")
    if interpretation == KEYBOARD:
        kinds.append(KEYBOARD)
    if interpretation == SPELLING and "typo" not in kinds:
        kinds.append("typo")
    return tuple(kinds)


def _matched_title(
    titles: Sequence[dict[str, str]], marker: Marker, shown: frozenset[str]
) -> MatchedTitle | None:
    """The title with the most of the query, and of those the one with the least besides.

    `shown` are the marked words of the title above it: one that marks no other word says nothing
    new. Titles are compared across scripts, which costs more, only if none has the words themselves.
    """
    for across_scripts in (False, True):
        best: MatchedTitle | None = None
        best_words: frozenset[str] = frozenset()
        best_rank = (0, 0.0)
        for one in titles[:MOST_TITLES]:
            text, code = one["title"], one["language"]
            spans = marker.spans(text, code, is_name=True, across_scripts=across_scripts)
            words = _words(text, spans)
            rank = (len(words), sum(end - start for start, end in spans) / max(len(text), 1))
            if rank > best_rank:
                best, best_words, best_rank = _titled(text, code, spans), words, rank
        if best is not None and len(best_words) >= len(shown) and not best_words <= shown:
            return best
        if best is not None or shown:
            return None
    return None


def _titled(text: str, code: str, spans: list[Span]) -> MatchedTitle:
    return MatchedTitle(text, marked(text, spans), code, _direction(code))


def _words(text: str, spans: list[Span]) -> frozenset[str]:
    return frozenset(fold(normalize(text[start:end])) for start, end in spans)


@lru_cache(maxsize=1024)
def _direction(code: str) -> str:
    return language(canonical_code(code)).direction
