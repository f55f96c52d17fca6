"""Whoosh as it comes: its default codec, its own searcher, its own facets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whoosh import fields
from whoosh.analysis.filters import LowercaseFilter
from whoosh.analysis.tokenizers import RegexTokenizer
from whoosh.index import create_in, open_dir
from whoosh.query.compound import And, Or
from whoosh.query.terms import Term
from whoosh.sorting import Count, Facets, FieldFacet

from benchmarks.corpus import Film
from benchmarks.peers.peer import TOP, Mode, bytes_below

#: Megabytes the writer may collect before it spills to disk: the whole corpus in one run.
WRITER_MEGABYTES = 256


class WhooshStock:
    """Whoosh (whoosh3) with the default codec."""

    name = reads = "Whoosh (stock)"
    index_note = "default codec, one process, one segment"
    query_note = "BM25F; facets by groupedby (year from its column, genre with allow_overlap)"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        #: Whoosh's types are partial.
        self._searcher: Any = None

    def index(self, films: Sequence[Film]) -> int:
        words = RegexTokenizer(r"\w+") | LowercaseFilter()
        schema = fields.Schema(
            id=fields.ID(stored=True),
            title=fields.TEXT(analyzer=words, stored=True),
            text=fields.TEXT(analyzer=words, stored=True),
            genre=fields.KEYWORD(commas=True, stored=True),
            year=fields.NUMERIC(int, sortable=True, stored=True),
        )
        index = create_in(str(self._folder), schema)
        writer = index.writer(limitmb=WRITER_MEGABYTES)
        for film in films:
            values: dict[str, Any] = {
                "id": film.id,
                "title": film.title,
                "text": film.text,
                "genre": ",".join(film.genres),
            }
            if film.year:
                values["year"] = film.year
            writer.add_document(**values)
        writer.commit()
        return bytes_below(self._folder)

    def open(self) -> None:
        self._searcher = open_dir(str(self._folder)).searcher()

    def query(self, words: Sequence[str], mode: Mode, facets: bool) -> int:
        assert self._searcher is not None, "open first"
        join = And if mode == "and" else Or
        wanted = join([Or([Term("title", word), Term("text", word)]) for word in words])
        if not facets:
            return len(self._searcher.search(wanted, limit=TOP))
        grouped = Facets()
        grouped.add_facet("genre", FieldFacet("genre", allow_overlap=True, maptype=Count))
        grouped.add_facet("year", FieldFacet("year", maptype=Count))
        results = self._searcher.search(wanted, limit=TOP, groupedby=grouped)
        results.groups("genre")
        results.groups("year")
        return len(results)

    def close(self) -> None:
        if self._searcher is not None:
            self._searcher.close()
