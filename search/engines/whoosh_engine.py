"""The Whoosh index as an engine: documents, columns, completions; plans run in `execution.py`.

Whoosh's own searcher gives the same documents for the same terms (tests/test_oracle.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from collections.abc import Sequence as Values
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from search.analysis.folding import fold, normalize
from search.engines.base import EngineResults
from search.engines.execution import Execution
from search.engines.word_lookups import WordLookups
from search.engines.word_scores import WordScores
from search.index.codec.arrays import Array
from search.index.curation import read_curation
from search.index.generation_columns import GenerationColumns
from search.index.reader import IndexReader
from search.index.recently_used import RecentlyUsed
from search.index.schema import Field
from search.index.title_order import places_in
from search.index.value_column import ValueColumn
from search.query.plan import Plan
from search.request import Range

#: Bytes of what is remembered of facet filters.
MASK_BYTES = 4 << 20


class WhooshEngine(WordLookups):
    """One open generation. Safe to use from one thread at a time."""

    def __init__(
        self,
        directory: Path,
        *,
        popular_by: str = "popularity",
        skip_articles: bool = False,
        whole: bool = True,
    ) -> None:
        """`whole` as for `IndexReader`. Raises `IndexDamaged`."""
        self.reader = IndexReader(directory, whole=whole)
        super().__init__(self.reader)
        self.manifest = self.reader.manifest
        self.curation = read_curation(directory)
        self._columns = GenerationColumns(self.reader, popular_by, self.reader.columns_file())
        self._skip_articles = skip_articles
        self._all_counted: dict[str, list[tuple[str | float, int]]] = {}
        self._accepted: RecentlyUsed[tuple[str, tuple[str | Range, ...]], Array] = RecentlyUsed(MASK_BYTES)
        self._counted_columns: dict[str, ValueColumn] = {}
        self._ranks: dict[str, Array] = {}

    def release(self) -> None:
        """Let go of what refers back to this engine, so that its files are closed with the last reference
        to it and need not wait for the garbage collector."""
        self.__dict__.pop("scores", None)
        self.__dict__.pop("_spellings", None)

    # Matching

    def run(self, plan: Plan) -> EngineResults:
        try:
            return Execution(self, plan).results()
        except BaseException:
            # A deadline may strike anywhere: half a sum must not be part of the next answer.
            self.scores.combiner.forget()
            raise

    # Documents

    def stored(self, document: int) -> dict[str, Any]:
        values: dict[str, Any] = orjson.loads(self.reader.stored(document))
        return values

    # Columns

    @cached_property
    def scores(self) -> WordScores:
        """Words and how well documents have them."""
        return WordScores(self)

    def counted(self, name: str, docs: Array) -> list[tuple[str | float, int]]:
        """Values of a facet among the documents, most frequent first, then in order of value."""
        if not len(docs):
            return []
        if len(docs) < self.reader.live_count:
            return self._counted_column(name).most_frequent(docs)
        if name not in self._all_counted:
            self._all_counted[name] = self._counted_column(name).most_frequent(docs)
        return list(self._all_counted[name])

    def _counted_column(self, name: str) -> ValueColumn:
        column = self._counted_columns.get(name)
        if column is None:
            of = self._columns.numbers if self.reader.has_number(name) else self._columns.values
            column = self._counted_columns[name] = of(name)
        return column

    def accepted(self, name: str, accepted: Values[str | Range]) -> Array:
        """A boolean per document: true where the facet has one of the accepted values."""
        if self.reader.has_number(name):
            return self._accepted_numbers(name, accepted)
        key = (name, tuple(accepted))
        having = self._accepted.get(key)
        if having is None:
            having = self._accepted_values(name, accepted)
            self._accepted.keep(key, having, having.nbytes + 500)
        return having

    def having(self, name: str, is_wanted: Callable[[str], bool]) -> Array:
        """A boolean per document: true where a text of the facet is wanted."""
        column = self._columns.values(name)
        numbers = [index for index, value in enumerate(column.values) if is_wanted(value)]
        return column.having(np.array(numbers, np.int64))

    def _accepted_values(self, name: str, accepted: Values[str | Range]) -> Array:
        column = self._columns.values(name)
        wanted = {value for value in accepted if isinstance(value, str)}
        numbers = [index for index, value in enumerate(column.values) if value in wanted]
        unmet = wanted - {column.values[index] for index in numbers}
        if unmet:
            folded = {fold(normalize(value)) for value in unmet}
            numbers += [
                index for index, value in enumerate(column.values) if fold(normalize(value)) in folded
            ]
        return column.having(np.array(numbers, np.int64))

    def _accepted_numbers(self, name: str, accepted: Values[str | Range]) -> Array:
        numbers = self.reader.number_column(name)
        having = np.zeros(len(numbers), bool)
        for value in accepted:
            if isinstance(value, Range):
                low = -math.inf if value.low is None else value.low
                high = math.inf if value.high is None else value.high
                having |= (numbers >= low) & (numbers <= high)
            else:
                try:
                    having |= numbers == float(value)
                except ValueError:
                    continue
        return having

    def ranks(self, language: str) -> Array:
        """Place of each document's title in the alphabetical order of a language."""
        if language not in self._ranks:
            self._ranks[language] = places_in(
                self.reader, language, self._columns.title_places, skip_articles=self._skip_articles
            )
        return self._ranks[language]

    def norms(self, one: Field) -> Array:
        """As `GenerationColumns.norms`."""
        return self._columns.norms(one)

    @cached_property
    def boosts(self) -> Array | None:
        """As `GenerationColumns.boosts`; None where popularity tells no documents apart."""
        boosts = self._columns.boosts
        return boosts if (boosts != 1).any() else None

    @property
    def language_numbers(self) -> dict[str, int]:
        return self._columns.language_numbers

    @property
    def language_of(self) -> Array:
        return self._columns.language_of

    @property
    def language_sizes(self) -> Array:
        return self._columns.language_sizes
