"""What is known of a cluster's index without asking the cluster? Its words, ids, completions and values.

A generation folder with word segments, opened: expansion, spelling and completions run on it as they do
on a whole index. Only titles and documents themselves are asked for over the network.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from search.engines.word_lookups import WordLookups
from search.errors import IndexDamaged
from search.index.codec.arrays import Array
from search.index.curation import read_curation
from search.index.reader import title_in
from search.index.schema import Field
from search.opensearch.facts import ClusterFacts, read_facts
from search.opensearch.filtering import Query, ValueLexicons, accepting
from search.opensearch.word_segments import WordSegmentReader, WordSegments
from search.query.plan import FacetTerm

#: Terms of which is remembered whether they occur in a field.
MOST_OCCURRING = 20_000

#: What gives a stored document.
StoredBy: TypeAlias = Callable[[int], dict[str, Any]]


class LocalReader(WordSegments):
    """The word segments of a generation, with somebody to ask for titles: `stored_by` gives the stored
    document of a local number."""

    stored_by: StoredBy | None = None

    def title_of(self, doc: int, title: int) -> str:
        """As `WordReader.title_of`; nothing where the document was deleted since."""
        part = bisect.bisect_right(self.bases, doc) - 1
        if self.stored_by is None or doc - self.bases[part] in self.segments[part].deleted:
            return ""
        return title_in(self.stored_by(doc), title)


class LocalWords(WordLookups):
    """What an engine answers from the generation folder alone."""

    def __init__(self, directory: Path, *, whole: bool = True) -> None:
        """`whole` as for `WordReader`. Raises `IndexDamaged` and `IndexUnavailable`."""
        self.reader = LocalReader(directory, whole=whole)
        super().__init__(self.reader)
        self.manifest = self.reader.manifest
        self.curation = read_curation(directory)
        facts = read_facts(directory)
        if facts is None:
            raise IndexDamaged(f"{directory}: does not say where its documents are")
        if facts.bases[-1] != self.reader.bases[-1]:
            raise IndexDamaged(f"{directory}: {facts.index} has other documents than its word segments")
        self.facts: ClusterFacts = facts
        self._occurring: dict[tuple[str, str, str], bool] = {}
        self.values = ValueLexicons([one.file for one in self.reader.segments])

    @property
    def stored_by(self) -> StoredBy | None:
        """What gives the stored document of a local number: some words are shown as titles write them."""
        return self.reader.stored_by

    @stored_by.setter
    def stored_by(self, stored_by: StoredBy | None) -> None:
        self.reader.stored_by = stored_by

    @property
    def segments(self) -> list[WordSegmentReader]:
        """The word segments, in the order of their documents' numbers."""
        return self.reader.segments

    @property
    def documents(self) -> int:
        """How many documents are numbered, deleted ones included."""
        return self.reader.bases[-1]

    # Numbers

    def number(self, local: int) -> int:
        """The number on the cluster of a document."""
        return self.facts.number(local)

    def local(self, numbers: Array) -> Array:
        """The local numbers (int64) of documents by their numbers on the cluster."""
        return self.facts.locals_of(numbers)

    # Words and values

    def occurs_in(self, one: Field, term: str) -> bool:
        """Whether some document has the term in the field."""
        # A query asks this some hundred times, and most of it a second time.
        key = one.zone, one.way, term
        found = self._occurring.get(key)
        if found is None:
            if len(self._occurring) >= MOST_OCCURRING:
                self._occurring.clear()
            found = self._occurring[key] = self.reader.frequency(one, term) > 0
        return found

    def having(self, node: FacetTerm) -> Query:
        """The documents with a value of a facet."""
        return accepting(node.name, (node.value,), self.values)

    def side_frequencies(self, way: str, term: str) -> list[tuple[int, int]]:
        """How many documents of each language (number, documents) have an n-gram or a single character in a
        title or in the body."""
        encoded = term.encode("utf-8", "surrogatepass")
        found: dict[int, int] = {}
        for segment in self.reader.segments:
            for language, count in segment.spread(way, encoded).items():
                found[language] = found.get(language, 0) + count
        return sorted(found.items())
