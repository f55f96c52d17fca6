"""What holds of the documents of each language of an index on a cluster? As `GenerationColumns` has it of one
that lies here: how telling words are, how much the length of a field counts, which languages are preferred.

Languages go by their numbers in `cluster.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from search import ranking
from search.index.codec.arrays import Array
from search.index.schema import Field


class Facts(Protocol):
    """What a generation says of itself (`search/opensearch/facts.py`)."""

    @property
    def languages(self) -> tuple[str, ...]: ...

    @property
    def lengths(self) -> Mapping[str, Mapping[int, tuple[int, int]]]: ...

    @property
    def documents_by_language(self) -> Mapping[int, int]: ...


@dataclass(frozen=True, slots=True)
class Telling:
    """The idf of a word in each language (float32), and the languages that have it in some document,
    those of most documents first."""

    idfs: Array
    languages: tuple[int, ...]


class LanguageStatistics:
    """What holds of the documents of each language, by its number."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.count = len(facts.languages)
        self.sizes: Array = np.zeros(self.count, np.int64)
        for number, documents in facts.documents_by_language.items():
            self.sizes[number] = documents
        self._slopes: dict[Field, list[float]] = {}

    def telling(self, frequencies: Array) -> Telling:
        """How telling a word is that so many documents of each language have."""
        having = np.argsort(-frequencies, kind="stable")[: np.count_nonzero(frequencies)]
        return Telling(ranking.idf_by_language(frequencies, self.sizes), tuple(having.tolist()))

    def slopes(self, one: Field) -> list[float]:
        """By language, b: a word counts 1 / (a + b · length) in a document with a field so long.

        The weight of the zone, and BM25's normalisation with the mean length in the document's own
        language, as `GenerationColumns.norms` has it; `a` is `painless.weight_at_no_length`.
        """
        known = self._slopes.get(one)
        if known is None:
            totals = np.zeros(self.count)
            counts = np.zeros(self.count)
            for number, (total, filled) in self._facts.lengths.get(one.name, {}).items():
                totals[number], counts[number] = total, filled
            overall = max(totals.sum() / counts.sum(), 1.0) if counts.sum() else 1.0
            prior = ranking.LENGTH_PRIOR
            means = np.maximum((totals + prior * overall) / (counts + prior), 1.0)
            share, weight = ranking.ZONE_B[one.zone], ranking.ZONE_WEIGHT[one.zone]
            known = [float(f"{slope:.8g}") for slope in (share / weight / means).tolist()]
            self._slopes[one] = known
        return known

    def preference(self, languages: Mapping[str, float]) -> list[float] | None:
        """By language, what the scores of its documents are multiplied by; None where none is preferred."""
        numbers = {code: number for number, code in enumerate(self._facts.languages) if code}
        preferred = {numbers[code]: strength for code, strength in languages.items() if code in numbers}
        if not preferred:
            return None
        return [1 + ranking.LANGUAGE_PREFERENCE * preferred.get(number, 0.0) for number in range(self.count)]
