"""What is new in a building folder, and what was taken over from the live generation?

The facts of one delivery to the cluster: which segments are shipped under which numbers, which documents
are gone, in which languages documents are, what stays in the folder afterwards.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from search import ranking
from search.configuration import Settings
from search.errors import IndexDamaged
from search.index.assembly import FinishedPart
from search.index.codec.arrays import Array
from search.index.codec.segment_reader import SegmentReader, SegmentWords
from search.index.generation_columns import GenerationColumns
from search.index.links import link_or_copy
from search.index.schema import FIELDS
from search.index.segment_set import SegmentSet
from search.opensearch.departed import Departed, departed_path
from search.opensearch.facts import ClusterFacts, read_facts, write_facts
from search.opensearch.language_numbers import language_codes, language_numbers
from search.opensearch.mapping import order_languages
from search.opensearch.word_segments import WordSegmentReader, write_word_segment

#: A shard for so many documents and so many bytes of segments, where nobody says how many there shall be.
DOCUMENTS_OF_SHARD, BYTES_OF_SHARD = 2_000_000, 10 << 30


class Delivery:
    """A folder on its way to an index. `parts` are all of its segments, in order, those that were shipped
    before first. Segments that are shipped now become further parts on the cluster (`part_of`); words that
    are here may be those of several parts."""

    def __init__(
        self,
        directory: Path,
        parts: Sequence[FinishedPart],
        index: str,
        settings: Settings,
        number_names: Sequence[str] = (),
    ) -> None:
        self.directory = directory
        self.parts = tuple(parts)
        self.index = index
        self._settings = settings
        self._number_names = number_names
        #: Segments that are to be shipped, and those that were before, by number.
        self.whole = {
            number: SegmentReader(part.path, part.deleted)
            for number, part in enumerate(parts)
            if part.adopted is None
        }
        self.words = {
            number: WordSegmentReader(part.path, part.deleted)
            for number, part in enumerate(parts)
            if part.adopted is not None
        }

    @cached_property
    def old_facts(self) -> ClusterFacts:
        """Of the generation that segments were taken over from. Raises `IndexDamaged` if it has none."""
        directory = next(part.adopted for part in self.parts if part.adopted is not None)
        facts = read_facts(directory)
        if facts is None:
            raise IndexDamaged(f"{directory}: is not on a cluster: run `indexer build` on all sources")
        return facts

    # What is shipped

    @property
    def bytes(self) -> int:
        """Size of the segments that are shipped."""
        return sum(self.parts[number].path.stat().st_size for number in self.whole)

    @property
    def shards(self) -> int:
        """In how many shards the index is held."""
        if self.words:
            return self.old_facts.shards
        documents = sum(self.parts[number].documents for number in self.whole)
        suggested = 1 + max(documents // DOCUMENTS_OF_SHARD, self.bytes // BYTES_OF_SHARD)
        return self._settings.opensearch.shards or suggested

    @property
    def number_names(self) -> tuple[str, ...]:
        """The columns of numbers, those that no document has filled too."""
        found = {name for one in self.whole.values() for name in one.number_names()}
        return tuple(sorted(found.union(self._number_names)))

    def part_of(self, number: int) -> int:
        """Which part on the cluster a segment becomes that is shipped."""
        return number - len(self.words) + (len(self.old_facts.parts) if self.words else 0)

    @cached_property
    def number_of_language(self) -> dict[str, int]:
        """Code → number; documents without a language have that of ""."""
        known = self.old_facts.languages if self.words else ("",)
        found = {code for one in self.whole.values() for code in language_codes(one)}
        return {code: number for number, code in enumerate((*known, *sorted(found - set(known))))}

    def languages_of(self, segment: SegmentWords) -> Array:
        """The number of each document's language (uint16)."""
        return language_numbers(segment, self.number_of_language)

    @cached_property
    def boosts(self) -> dict[int, Array]:
        """What the score of each document that is shipped is multiplied by, by number of the part.

        In an update by the ranks among all documents, those that are on the cluster keep what they have.
        """
        segments = [*self.whole.values()]
        if not self.words:
            together = SegmentSet(segments)
            boosts = GenerationColumns(together, self._settings.popular_by).boosts
            bounds = zip(together.bases[:-1], together.bases[1:], strict=True)
            return {
                number: boosts[first:last] for number, (first, last) in zip(self.whole, bounds, strict=True)
            }
        name = self._settings.popular_by
        numbers = {
            part: np.nan_to_num(SegmentSet([segment]).number_column(name), nan=0.0)
            for part, segment in self.whole.items()
        }
        known = [words.distinct_numbers(name) for words in self.words.values()]
        ranked = np.unique(np.concatenate([*known, *numbers.values()]))
        return {
            part: 1
            + np.float32(ranking.POPULARITY)
            * (np.searchsorted(ranked, column) / max(len(ranked) - 1, 1)).astype(np.float32)
            for part, column in numbers.items()
        }

    # What is gone

    @property
    def newly_deleted(self) -> dict[int, Array]:
        """Documents that were live in the old generation and are not in this one, by number of the part."""
        return {number: self.parts[number].gone for number in self.words if len(self.parts[number].gone)}

    def ids_of(self, number: int, docs: Array) -> list[str]:
        """The ids of some documents of a part that was taken over."""
        words = self.words[number]
        places = np.flatnonzero(np.isin(words.file["ids/docs"], docs))
        return words.ids.some(places)

    def gone(self) -> list[str]:
        """The ids that the cluster has and is to have no more. Those that come anew are written over."""
        deleted = [one for number, docs in self.newly_deleted.items() for one in self.ids_of(number, docs)]
        return [one for one in deleted if all(whole.doc_of(one) is None for whole in self.whole.values())]

    def known_departed(self, number: int) -> Departed | None:
        """What was gone of a part before."""
        part = self.parts[number]
        return Departed.beside(part.adopted / part.path.name) if part.adopted is not None else None

    # What stays

    def strip(self) -> None:
        """Put words in the place of the segments that were shipped. Raises `OSError`."""
        for number, segment in self.whole.items():
            path = self.parts[number].path
            words = path.with_name(path.name + ".words")
            write_word_segment(words, segment, self.languages_of(segment))
            os.replace(words, path)
        for number in self.words.keys() - self.newly_deleted.keys():
            part = self.parts[number]
            if part.adopted is not None and (old := departed_path(part.adopted / part.path.name)).exists():
                link_or_copy(old, departed_path(part.path))

    def write_facts(self, documents: int) -> None:
        """Write `cluster.json`; `documents` are live. Raises `OSError`."""
        codes = tuple(self.number_of_language)
        known = self.old_facts.parts if self.words else ()
        by_language: Counter[int] = Counter()
        lengths = {
            one.name: dict(self.old_facts.lengths.get(one.name, {})) if self.words else {} for one in FIELDS
        }
        for segment in (*self.words.values(), *self.whole.values()):
            counts = np.bincount(self.languages_of(segment)[segment.live()], minlength=len(codes))
            by_language.update({number: count for number, count in enumerate(counts.tolist()) if count})
        for whole in self.whole.values():
            languages = self.languages_of(whole)
            for one in FIELDS:
                held = whole.lengths(one)
                totals = np.bincount(languages, held, minlength=len(codes)).astype(np.int64)
                filled = np.bincount(languages[held > 0], minlength=len(codes))
                for number in np.flatnonzero(filled).tolist():
                    before = lengths[one.name].get(number, (0, 0))
                    lengths[one.name][number] = (
                        before[0] + totals.item(number),
                        before[1] + filled.item(number),
                    )
        facts = ClusterFacts(
            self.index,
            self.shards,
            documents,
            (*known, *(self.parts[number].documents for number in self.whole)),
            codes,
            lengths,
            by_language,
            order_languages(skip_articles=self._settings.skip_articles),
        )
        write_facts(self.directory, facts)
