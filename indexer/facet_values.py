"""Which one value is meant by what documents of many languages call differently?

Боевик is Action, США is US. What is stored is the one value as well, since pages link to what a
filter finds; a value that nobody knows stays as written.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from indexer.territory_names import territory_code
from search.analysis.folding import fold, normalize
from search.configuration import Facet, Settings


class FacetValues:
    """The facets of a configuration whose values have synonyms or are codes of territories."""

    def __init__(self, settings: Settings) -> None:
        self._territories = tuple(facet.name for facet in settings.facets if facet.codes == "territory")
        self._synonyms = {facet.name: _synonyms(facet) for facet in settings.facets if facet.synonyms}

    def unify(self, extra: dict[str, Any], language: str | None) -> None:
        """Replace in place the lists of values of a document, declared to be in `language` (a code)."""
        for facet in self._territories:
            values = extra.get(facet)
            if isinstance(values, list):
                extra[facet] = list(dict.fromkeys(territory_code(one, language) or one for one in values))
        for facet, meant in self._synonyms.items():
            values = extra.get(facet)
            if isinstance(values, list):
                extra[facet] = list(dict.fromkeys(meant.get(compared(one), one) for one in values))


def _synonyms(facet: Facet) -> dict[str, str]:
    """What a value is compared as → the value that is meant. A value is its own synonym first."""
    written = {compared(one): value for value, others in facet.synonyms for one in others}
    return written | {compared(value): value for value, _ in facet.synonyms}


@lru_cache(maxsize=4096)
def compared(value: str) -> str:
    """What two spellings of a value have in common: folded words with single spaces."""
    return " ".join(fold(normalize(word)) for word in value.split())
