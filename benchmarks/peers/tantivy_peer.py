"""tantivy through its Python binding: one writer thread, fast fields, aggregations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from benchmarks.corpus import Film
from benchmarks.peers.peer import TOP, Mode, bytes_below

#: Bytes the writer may collect before it writes a segment: the whole corpus in one.
WRITER_BYTES = 256_000_000
#: More buckets than there are values, so that no count is cut off.
BUCKETS = 1000
_COUNTS = {name: {"terms": {"field": name, "size": BUCKETS}} for name in ("genre", "year")}


class Tantivy:
    """tantivy with a single indexing thread."""

    name = reads = "tantivy"
    index_note = "one writer thread, one commit"
    query_note = "BM25, with the number of hits; facets by a second pass, `aggregate` over fast fields"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schema = (
            tantivy.SchemaBuilder()
            .add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
            .add_text_field("title", stored=True)
            .add_text_field("text", stored=True)
            .add_text_field("genre", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
            .add_unsigned_field("year", stored=True, indexed=True, fast=True)
            .build()
        )
        self._searcher: tantivy.Searcher | None = None

    def index(self, films: Sequence[Film]) -> int:
        index = tantivy.Index(self._schema, path=str(self._folder))
        writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
        for film in films:
            document = tantivy.Document()
            document.add_text("id", film.id)
            document.add_text("title", film.title)
            document.add_text("text", film.text)
            for genre in film.genres:
                document.add_text("genre", genre)
            if film.year:
                document.add_unsigned("year", film.year)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        return bytes_below(self._folder)

    def open(self) -> None:
        self._searcher = tantivy.Index.open(str(self._folder)).searcher()

    def query(self, words: Sequence[str], mode: Mode, facets: bool) -> int:
        wanted = self._wanted(words, mode)
        assert self._searcher is not None, "open first"
        found = self._searcher.search(wanted, TOP)
        if facets:
            self._searcher.aggregate(wanted, _COUNTS)
        return int(found.count or 0)  # type: ignore[attr-defined]

    def _wanted(self, words: Sequence[str], mode: Mode) -> Query:
        fields = [
            [Query.term_query(self._schema, name, word) for name in ("title", "text")] for word in words
        ]
        if mode == "or":
            return Query.boolean_query([(Occur.Should, term) for pair in fields for term in pair])
        return Query.boolean_query(
            [(Occur.Must, Query.boolean_query([(Occur.Should, term) for term in pair])) for pair in fields]
        )

    def close(self) -> None:
        self._searcher = None


class TantivyUncounted(Tantivy):
    """The same index asked for its ten best documents only, which lets it skip most postings."""

    name = "tantivy, no total"
    reads = Tantivy.name
    query_note = "as tantivy, but the number of hits is not asked for (it may skip postings); no facets"

    def query(self, words: Sequence[str], mode: Mode, facets: bool) -> int:
        assert self._searcher is not None, "open first"
        return len(self._searcher.search(self._wanted(words, mode), TOP, count=False).hits)
