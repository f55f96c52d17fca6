"""What is marked, found in the plainest way: every token of the text analysed and compared with the plan.

Nothing here is kept, left out or cut short; `search.marks` must mark the same.
"""

from __future__ import annotations

from search import marks
from search.analysis.analyzer import Forms, analyze_word, joined_chains
from search.analysis.folding import fold, normalize
from search.analysis.tokenizers import tokenize
from search.joined_marks import _chain_length
from search.name_marks import Span
from search.wanted_terms import WantedTerms


def reference_spans(marker: marks.Marker, text: str, language: str, *, is_name: bool) -> list[Span]:
    if not marker.wanted:
        return []
    reading = marker._reading(language, is_name)
    found: dict[Span, int] = {}
    for token in tokenize(text):
        forms = analyze_word(token.text, token.is_gram, language)
        if _is_met(reading.telling, forms, token.is_gram):
            found[token.start, token.end] = marks._TELLING
        elif _is_met(reading.small, forms, token.is_gram):
            found[token.start, token.end] = marks._SMALL
    if reading.telling is not None:
        for span in _joined(text, reading.telling):
            found[span] = marks._TELLING
        if is_name:
            for span in marks._names(text, language, reading.telling):
                found[span] = marks._TELLING
    return marks._settled(text, found, reading)


def _is_met(terms: WantedTerms | None, forms: Forms, is_gram: bool) -> bool:
    if terms is None:
        return False
    return (
        forms.exact in terms.exact
        or any(one in terms.exact | terms.folded for one in forms.folded)
        or any(one in terms.stems for one in forms.stems)
        or (not is_gram and any(part in fold(forms.exact) for part in terms.parts))
    )


def _joined(text: str, terms: WantedTerms) -> list[Span]:
    spans = []
    place = 0
    for piece in text.split(" "):
        tokens = tokenize(piece)
        for joined, first in joined_chains(piece, tokens):
            if fold(normalize(joined)) in terms.folded:
                start = tokens[first].start
                spans.append((place + start, place + start + _chain_length(piece, start, joined)))
        place += len(piece) + 1
    return spans
