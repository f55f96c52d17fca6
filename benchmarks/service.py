"""This service as one of the engines measured.

Three rows: the bare engine asked for exactly what the peers do, the whole service on the same
films, and the whole service on a collection of many languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.corpus import Film
from benchmarks.peers.peer import TOP, Mode, bytes_below
from indexer.build import build
from indexer.document import Document
from search.analysis.folding import normalize
from search.configuration import Analysis, Settings
from search.index.schema import BODY, EXACT, TITLE
from search.query.plan import AllOf, Alternative, AnyOf, Plan, Unit
from search.request import SearchRequest
from search.searcher import Searcher

FACETS = ("genre", "year")
_ZONES = (TITLE, BODY)


class FilmSupply:
    """Films on their way into the index. Not `declared`: their language has to be detected."""

    refused = 0

    def __init__(self, films: Sequence[Film], *, declared: bool) -> None:
        self._films = films
        self._declared = declared
        self.documents = 0

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        for film in self._films:
            self.documents += 1
            yield document_of(film, declared=self._declared), "films"


def document_of(film: Film, *, declared: bool) -> Document:
    """The film in the words of the indexer."""
    return Document(
        film.id,
        film.title,
        film.text,
        language=film.language if declared else None,
        date=str(film.year) if film.year else None,
        year=film.year or None,
        extra={"genre": list(film.genres)} if film.genres else {},
    )


class Service:
    """The whole service: every way of matching, facets, ten hits with snippets."""

    name = reads = "this service"
    index_note = "language declared; all ways of matching (exact, folded, stem, n-grams, romanised, sound)"
    query_note = "a visitor's query: all ways of matching, second try if poor, ten hits with snippets"

    declared = True
    settings = Settings()

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._searcher: Searcher | None = None

    def index(self, films: Sequence[Film]) -> int:
        supply = FilmSupply(films, declared=self.declared)
        build(supply, sources=["films"], index=self._folder, settings=self.settings)
        return bytes_below(self._folder)

    def open(self) -> None:
        self._searcher = Searcher.open(self._folder, self.settings)

    def query(self, words: Sequence[str], mode: Mode, facets: bool) -> int:
        assert self._searcher is not None, "open first"
        typed = (" OR " if mode == "or" else " ").join(words)
        return self._searcher.search(SearchRequest(q=typed, facets=FACETS if facets else ())).total

    def close(self) -> None:
        self._searcher = None


class PlainService(Service):
    """An index of what the peers' indexes hold: words of titles and texts as they are written, facets."""

    name = reads = "this service, words as written"
    index_note = "language declared, of titles too; exact words and positions alone, no completions"
    settings = Settings(analysis=Analysis((EXACT,), suggestions=False, title_languages=False))


class DetectingService(Service):
    """The same, told no language at all."""

    name = reads = "this service, language detected"
    index_note = "as this service, but the language of every title and text is detected"
    declared = False


class PlainEngine(Service):
    """The engine alone, asked for exactly what the peers are asked for."""

    name = "this service, plain engine"
    reads = Service.name
    query_note = (
        "BM25F, exact words of title and text only, without the second look at whole titles and "
        "neighbouring words, which no peer takes; facets counted in the same pass; scores of words, not "
        "answers, are kept between queries"
    )

    def query(self, words: Sequence[str], mode: Mode, facets: bool) -> int:
        assert self._searcher is not None, "open first"
        units = tuple(
            Unit(word, (Alternative("exact", EXACT, (normalize(word),), _ZONES),)) for word in words
        )
        root = AllOf(units) if mode == "and" else AnyOf(units, summed=True)
        plan = Plan(root, facets=FACETS if facets else (), limit=TOP, second_look=False)
        return self._searcher.engine().run(plan).total


class ManyLanguages(Service):
    """The whole service in an index of many languages: all films, and `corpus.read_paragraphs`."""

    name = reads = "this service, many languages"
    query_note = "as this service, in an index of the films of all languages and paragraphs in twelve"
