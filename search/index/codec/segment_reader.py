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


class SegmentWords:
    """The words, ids and completions of one segment, and the documents deleted from it since: what is
    there of every segment, wherever its posting lists are held. `deleted` holds document numbers."""

    #: The posting lists; where they are held elsewhere, only how long each is (`start`).
    columns: dict[Field, PostingColumns]

    def __init__(self, file: ArrayFile, deleted: Array | None = None) -> None:
        self.file = file
        self.documents: int = file.meta["documents"]
        self.deleted = np.zeros(0, np.uint32) if deleted is None else deleted
        self.lexicons = {way: SampledLexicon.of(file, f"lexicon/{way}") for way in WAYS}
        self.ids = Lexicon.of(file, "ids")
        self._spellings: dict[str, SpellingList] = {}

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
        return np.diff(self.columns[one].start[first : last + 1].astype(np.int64))


class SegmentReader(SegmentWords):
    """One segment with its posting lists and columns."""

    def __init__(self, path: Path, deleted: Array | None = None) -> None:
        file = ArrayFile(path)
        if file.meta.get("format") != FORMAT_VERSION:
            raise IndexDamaged(
                f"{path}: written in segment format {file.meta.get('format')}, this version reads "
                f"{FORMAT_VERSION}; rebuild the index with `indexer build`"
            )
        super().__init__(file, deleted)
        self.columns = {one: PostingColumns.of(file, one.name) for one in FIELDS}
        self._stored = Lexicon.of(file, "stored")
        #: Titles as they are put in order, by document.
        self.sort_titles = Lexicon.of(file, "order")

    def lengths(self, one: Field) -> Array:
        """Length of the field in each document, in words."""
        return self.file[f"{one.name}/lengths"]

    def length_totals(self, one: Field) -> tuple[int, int]:
        """Words of the field in all documents, deleted ones included, and how many have any."""
        total, filled = self.file.meta["lengths"][one.name]
        return int(total), int(filled)

    def stored(self, doc: int) -> bytes:
        """The JSON of a document."""
        return self._stored[doc]

    def frequencies(self, one: Field, first: int, last: int) -> Array:
        """As of every segment; documents deleted since are looked for in the posting lists."""
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
