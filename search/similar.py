"""Which documents are like this one? Its most telling words, people and facet values as a query."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from typing import Any

from search.analysis.analyzer import analyze
from search.analysis.stop_words import stop_words
from search.engines.base import Engine
from search.index.schema import ALIAS, BODY, EXACT, PEOPLE, STEM, TITLE
from search.query.plan import Alternative, AnyOf, Node, Plan, Unit
from search.ranking import idf

#: Words of the document that are asked for.
WORDS = 25
SHORTEST = 3


def similar_plan(engine: Engine, stored: dict[str, Any], limit: int) -> Plan:
    """A plan for documents that share words with `stored`; the document itself is among them."""
    weights: defaultdict[Node, float] = defaultdict(float)
    documents = engine.manifest.documents
    for text, language, factor in (
        (stored.get("title", ""), stored.get("title_language", stored["language"]), 2.0),
        (stored.get("text", ""), stored["language"], 1.0),
    ):
        frequencies = Counter(_telling(text, language))
        for term, frequency in frequencies.items():
            common = engine.frequency(STEM if term[1] else EXACT, (term[0],), (TITLE, BODY))
            # A word of no other document says nothing; one of very many says next to nothing.
            if 1 < common < documents * 0.2 + 5:
                weights[_unit(*term)] += factor * frequency * idf(documents, common)
    for person in stored.get("fields", {}).get("people", ()):
        name = person["name"] if isinstance(person, dict) else str(person)
        for token in analyze(name, "und"):
            weights[
                Unit(token.forms.exact, (Alternative("exact", EXACT, (token.forms.exact,), (PEOPLE,)),))
            ] += 1.0
    chosen = heapq.nlargest(WORDS, weights, key=weights.__getitem__)
    root = AnyOf(tuple(chosen), summed=True)
    return Plan(root, languages={stored["language"]: 1.0}, limit=limit, second_look=False)


def _telling(text: str, language: str) -> list[tuple[str, bool]]:
    """(term, whether it is a stem) of the words that are not stop words."""
    stops = stop_words(language)
    terms: list[tuple[str, bool]] = []
    for token in analyze(text, language):
        if token.token.is_gram:
            if len(token.forms.exact) > 1:
                terms.append((token.forms.exact, False))
        elif len(token.forms.exact) >= SHORTEST and token.forms.exact not in stops and token.forms.stems:
            terms.append((token.forms.stems[0], True))
    return terms


def _unit(term: str, is_stem: bool) -> Unit:
    way, zones = (STEM, (TITLE, ALIAS, BODY)) if is_stem else (EXACT, (TITLE, ALIAS, BODY))
    return Unit(term, (Alternative("stem" if is_stem else "exact", way, (term,), zones),))
