"""What does one segment say about a term, a document, a facet?

Everything is a view of the mapped file; nothing is copied until somebody asks for it.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from search.errors import IndexDamaged
from search.index.codec.arrays import Array, ArrayFile
from search.index.codec.completions import Completions
from search.index.codec.lexicon import Lexicon, SampledLexicon
from search.index.codec.postings import PostingColumns
from search.index.codec.segment_file import FORMAT_VERSION
from search.index.codec.spelling_lists import SpellingList, spelling_list
from search.index.schema import FIELDS, WAYS, Field


class SegmentReader:
    """One segment and the documents deleted from it since. `deleted` holds document numbers."""

    def __init__(self, path: Path, deleted: Array | None = None) -> None:
        self.file = ArrayFile(path)
        if self.file.meta.get("format") != FORMAT_VERSION:
            raise IndexDamaged(
                f"{path}: written in segment format {self.file.meta.get('format')}, this version reads "
                f"{FORMAT_VERSION}; rebuild the index with `indexer build`"
            )
        self.documents: int = self.file.meta["documents"]
        self.deleted = np.zeros(0, np.uint32) if deleted is None else deleted
        self.lexicons = {way: SampledLexicon.of(self.file, f"lexicon/{way}") for way in WAYS}
        self.columns = {one: PostingColumns.of(self.file, one.name) for one in FIELDS}
        self.ids = Lexicon.of(self.file, "ids")
        self._stored = Lexicon.of(self.file, "stored")
        #: Titles as they are put in order, by document.
        self.sort_titles = Lexicon.of(self.file, "order")
        self._spellings: dict[str, SpellingList] = {}

    def lengths(self, one: Field) -> Array:
        """Length of the field in each document, in words."""
        return self.file[f"{one.name}/lengths"]

    def length_totals(self, one: Field) -> tuple[int, int]:
        """Words of the field in all documents, deleted ones included, and how many have any."""
        total, filled = self.file.meta["lengths"][one.name]
        return int(total), int(filled)

    @cached_property
    def completions(self) -> Completions:
        """Titles by what may be typed of them."""
        return Completions.of(self.file)

    def spellings(self, name: str) -> SpellingList:
        """A list of words by their letters (`spelling_lists.py`)."""
        found = self._spellings.get(name)
        if found is None:
            found = self._spellings[name] = spelling_list(self.file, name)
        return found

    def stored(self, doc: int) -> bytes:
        """The JSON of a document."""
        return self._stored[doc]

    def doc_of(self, document_id: str) -> int | None:
        """The number of the live document with this id, or None."""
        number = self.ids.find(document_id.encode("utf-8", "surrogatepass"))
        if number < 0:
            return None
        doc = int(self.file["ids/docs"][number])
        return None if doc in self.deleted else doc

    @cached_property
    def _live(self) -> Array:
        alive = np.ones(self.documents, bool)
        alive[self.deleted] = False
        alive.flags.writeable = False
        return alive

    def live(self) -> Array:
        """A boolean per document: true where it was not deleted. Shared: not to be written to."""
        return self._live

    def frequencies(self, one: Field, first: int, last: int) -> Array:
        """How many live documents have each of the terms numbered first … last-1 in the field."""
        columns = self.columns[one]
        bounds = columns.start[first : last + 1].astype(np.int64)
        if len(self.deleted) and len(bounds):
            alive = np.cumsum(self._live[columns.docs[bounds[0] : bounds[-1]]])
            bounds = np.concatenate(([0], alive))[bounds - bounds[0]]
        return np.diff(bounds)

    def value_names(self) -> list[str]:
        return [
            name[6:-6] for name in self.file.names() if name.startswith("value/") and name.endswith("/codes")
        ]

    def number_names(self) -> list[str]:
        return [name[7:] for name in self.file.names() if name.startswith("number/")]
