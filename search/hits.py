"""What does the reader see of a document that the engine names? Stored values → `Hit`, `StoredDocument`.

Title, snippet and the title by which a document was found are marked here, for the hits of one
page only.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

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
    """What the reader sees of one hit, as in `hits_of`."""
    return hits_of([(values, hit)], settings, marker, highlight=highlight, interpretation=interpretation)[0]


def hits_of(
    found: Sequence[tuple[dict[str, Any], EngineHit]],
    settings: Settings,
    marker: Marker,
    *,
    highlight: bool,
    interpretation: str | None = None,
) -> tuple[Hit, ...]:
    """What the reader sees of the hits of a page, each with the stored values of its document: title
    and snippet marked, the configured keys."""
    marks: Sequence[_Marks] = [_NO_MARKS] * len(found)
    if highlight:
        marks = _marks_of(found, marker)
    return tuple(
        _hit(values, hit, one, settings, interpretation)
        for (values, hit), one in zip(found, marks, strict=True)
    )


class _Marks(NamedTuple):
    """What of a document is shown with marks."""

    title: str | None = None
    text: str | None = None
    matched_title: MatchedTitle | None = None


_NO_MARKS = _Marks()


def _marks_of(found: Sequence[tuple[dict[str, Any], EngineHit]], marker: Marker) -> list[_Marks]:
    titles = [(values.get("title", ""), _title_language(values)) for values, _ in found]
    texts = [(values.get("text", ""), values.get("language", "und")) for values, _ in found]
    of_titles = marker.spans_of_all(titles, is_name=True)
    of_texts = marker.spans_of_all(texts)
    wanting = [
        place
        for place, (values, hit) in enumerate(found)
        if (hit.alias or not of_titles[place]) and values.get("other_titles")
    ]
    matched = dict.fromkeys(wanting)
    if wanting:
        others = [found[place][0]["other_titles"][:MOST_TITLES] for place in wanting]
        shown = [_words(titles[place][0], of_titles[place]) for place in wanting]
        matched.update(zip(wanting, _matched_titles(others, shown, marker), strict=True))
    return [
        _Marks(marked(title, in_title), snippet(text, in_text) if text else None, matched.get(place))
        for place, ((title, _), (text, _), in_title, in_text) in enumerate(
            zip(titles, texts, of_titles, of_texts, strict=True)
        )
    ]


def _title_language(values: dict[str, Any]) -> str:
    code: str = values.get("title_language", values.get("language", "und"))
    return code


def _hit(
    values: dict[str, Any], hit: EngineHit, marks: _Marks, settings: Settings, interpretation: str | None
) -> Hit:
    code = values.get("language", "und")
    fields = values.get("fields", {})
    return Hit(
        id=values["id"],
        title=values.get("title", ""),
        language=code,
        direction=_direction(code),
        score=hit.score,
        url=values.get("url"),
        snippet=marks.text,
        title_html=marks.title,
        matched_by=_ways(hit, interpretation),
        fields={key: fields[key] for key in settings.shown if key in fields},
        explanation=hit.parts,
        title_language=_title_language(values),
        matched_title=marks.matched_title,
    )


def _ways(hit: EngineHit, interpretation: str | None) -> tuple[str, ...]:
    kinds = list(hit.kinds)
    if hit.alias and "alias" not in kinds:
        kinds.append("alias")
    if interpretation == KEYBOARD:
        kinds.append(KEYBOARD)
    if interpretation == SPELLING and "typo" not in kinds:
        kinds.append("typo")
    return tuple(kinds)


def _matched_titles(
    titles: Sequence[Sequence[dict[str, str]]], shown: Sequence[frozenset[str]], marker: Marker
) -> list[MatchedTitle | None]:
    """Of the other titles of each document the one with the most of the query, and of those the one with
    the least besides.

    `shown` are the marked words of the title above each: one that marks no other word says nothing
    new. Titles are compared across scripts, which costs more, only if none has the words themselves.
    """
    matched: list[MatchedTitle | None] = [None] * len(titles)
    left = list(range(len(titles)))
    for across_scripts in (False, True):
        pairs = [(one["title"], one["language"]) for place in left for one in titles[place]]
        spans = iter(marker.spans_of_all(pairs, is_name=True, across_scripts=across_scripts))
        unmatched = []
        for place in left:
            best = _best_title(titles[place], list(itertools.islice(spans, len(titles[place]))))
            if best is None:
                unmatched += [] if shown[place] else [place]
            elif len(best.words) >= len(shown[place]) and not best.words <= shown[place]:
                matched[place] = _titled(best)
        left = unmatched
        if not left:
            break
    return matched


class _Best(NamedTuple):
    """A title, its language and marks, and the marked words."""

    text: str
    code: str
    spans: list[Span]
    words: frozenset[str]


def _best_title(titles: Sequence[dict[str, str]], spans: Sequence[list[Span]]) -> _Best | None:
    best: _Best | None = None
    best_rank = (0, 0.0)
    for one, its_spans in zip(titles, spans, strict=True):
        if not its_spans:
            continue
        text = one["title"]
        words = _words(text, its_spans)
        rank = (len(words), sum(end - start for start, end in its_spans) / max(len(text), 1))
        if rank > best_rank:
            best, best_rank = _Best(text, one["language"], its_spans, words), rank
    return best


def _titled(best: _Best) -> MatchedTitle:
    return MatchedTitle(best.text, marked(best.text, best.spans), best.code, _direction(best.code))


def _words(text: str, spans: list[Span]) -> frozenset[str]:
    return frozenset(fold(normalize(text[start:end])) for start, end in spans)


@lru_cache(maxsize=1024)
def _direction(code: str) -> str:
    return language(canonical_code(code)).direction
