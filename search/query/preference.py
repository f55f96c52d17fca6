"""Which languages does the visitor read? A gentle preference for ranking, never a filter."""

from __future__ import annotations

from search.analysis.detection import detect
from search.analysis.languages import canonical_code, language
from search.analysis.tokenizers import has_unspaced_script
from search.ranking import LONGEST_NAME, LONGEST_STRICT, SENTENCE_PREFERENCE
from search.request import SearchRequest

#: How strongly each source of the preference counts, 0 to 1.
STATED, BROWSER, WRITTEN = 1.0, 0.3, 1.0
#: Shorter queries say little about their language.
SHORTEST_SAMPLE = 12


def language_preference(
    request: SearchRequest, held: frozenset[str], analyzed: frozenset[str]
) -> tuple[dict[str, float], tuple[str, ...]]:
    """(code → preference for its documents, likely languages of the query, best first).

    The caller's languages and the language the query seems to be written in; families share
    theirs (a Croatian reader reads Serbian in Latin letters). `held` are the languages of the
    documents, `analyzed` those and the languages of their titles.
    """
    preference: dict[str, float] = {}
    strength = STATED if request.languages_stated else BROWSER
    for code in request.languages:
        _raise(preference, canonical_code(code), strength)
        strength *= 0.8
    likely: tuple[str, ...] = ()
    text = request.q.strip()
    if text:
        decision = detect(text, among=analyzed)
        if decision.code != "und":
            likely = (decision.code, decision.second) if decision.second else (decision.code,)
            weight = decision.confidence if len(text) >= SHORTEST_SAMPLE else decision.confidence * 0.5
            if _is_sentence(text):
                weight *= SENTENCE_PREFERENCE
            _raise(preference, decision.code, WRITTEN * weight)
    related = {
        code: preference[preferred]
        for code in held
        for preferred in preference
        if language(code).base == language(preferred).base
    }
    for code, value in related.items():
        _raise(preference, code, value)
    return preference, likely


def _is_sentence(text: str) -> bool:
    """Whether a query has more words than a title, or letters where words are not spaced."""
    return len(text.split()) > LONGEST_STRICT or (has_unspaced_script(text) and len(text) > LONGEST_NAME)


def _raise(preference: dict[str, float], code: str, value: float) -> None:
    preference[code] = max(preference.get(code, 0.0), value)
