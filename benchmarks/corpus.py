"""Which documents and which queries is everything measured on?

The films of the shared data, reduced to what every engine here can hold: title, text, year and
genres. Queries are words that stand next to each other in those texts, drawn with a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from benchmarks.rows import CorpusError, Row, rows_of
from benchmarks.variation import Variations
from search.analysis.homoglyphs import repair_homoglyphs

__all__ = ["CorpusError", "Film", "draw_queries", "read_films", "read_paragraphs"]

FILMS = Path("data", "films")
ENGLISH = "films.jsonl.gz"
LOCAL = "films_local.jsonl.gz"
PARAGRAPHS = Path("data", "xquad", "xquad.documents.jsonl.gz")
LONGEST_QUERY = 4
SEED = 20_260_101
#: Around a word of a running text; a chunk with any of these inside is not one word to all engines.
_AROUND = "\"'“”‘’«»()[]{}.,;:!?¡¿…–—-"


@dataclass(frozen=True, slots=True)
class Film:
    """One document. `language` is the code of the text's language; `year` 0 means unknown."""

    id: str
    title: str
    text: str
    language: str
    year: int
    genres: tuple[str, ...]


def read_films(shared: Path, *, local: bool, limit: int | None = None) -> list[Film]:
    """The English films, then those in other languages if `local`; at most `limit` of them, and where
    there are not so many, these again and again with variation (variation.py).

    Raises `CorpusError` naming file and line.
    """
    names = (ENGLISH, LOCAL) if local else (ENGLISH,)
    films = list(islice(chain.from_iterable(_read(shared / FILMS / name, film_of) for name in names), limit))
    if limit is None or len(films) == limit or not films:
        return films
    rows = chain.from_iterable(rows_of(shared / FILMS / name) for name in names)
    return [film_of(row) for row in islice(Variations(rows, seed=SEED), limit)]


def read_paragraphs(shared: Path, *, limit: int | None = None) -> list[Film]:
    """Paragraphs in twelve languages, as documents without year and genre; about `limit` of them.

    Raises `CorpusError` naming file and line.
    """
    paragraphs = list(_read(shared / PARAGRAPHS, _paragraph))
    # The file goes language by language: a part of it must still hold all of them.
    step = 1 if limit is None else max(1, len(paragraphs) // limit)
    return paragraphs[::step]


def _read(path: Path, make: Callable[[Row], Film]) -> Iterator[Film]:
    for number, row in enumerate(rows_of(path), 1):
        try:
            yield make(row)
        except (KeyError, TypeError) as error:
            raise CorpusError(f"{path}:{number}: {type(error).__name__}: {error}") from None


def film_of(row: Row) -> Film:
    """The part of a film that every engine here can hold.

    Our index writes words of look-alike letters in one script (*Cталкер* with a Latin C), the peers do
    not: here they are written so for all, or one film in ten thousand would make the hits differ.
    """
    return Film(
        id=row["id"],
        title=_in_one_script(row["title"]),
        text=_in_one_script(row["overview"] or ""),
        language=row["text_language"],
        year=row["year"] or 0,
        genres=tuple(dict.fromkeys(row["genres"])),
    )


def _in_one_script(text: str) -> str:
    return text if text.isascii() else " ".join(map(repair_homoglyphs, text.split(" ")))


def _paragraph(row: Row) -> Film:
    return Film(row["id"], row["title"], row["text"], row["lang"], 0, ())


def draw_queries(films: Sequence[Film], count: int, *, seed: int = SEED) -> list[tuple[str, ...]]:
    """`count` queries of 1 to 4 consecutive words, lower case, no word twice in a query.

    Only stretches of plain words are used (letters, nothing inside them), so that engines that cut
    "don't" differently still answer the same question. Raises `CorpusError` when the texts hold
    none.
    """
    generator = random.Random(seed)
    queries: list[tuple[str, ...]] = []
    for _ in range(count * 100 if films else 0):
        if len(queries) == count:
            return queries
        words = generator.choice(films).text.split()
        length = generator.randint(1, LONGEST_QUERY)
        if len(words) < length:
            continue
        start = generator.randrange(len(words) - length + 1)
        stretch = [word.strip(_AROUND).lower() for word in words[start : start + length]]
        if all(word.isalpha() for word in stretch) and len(set(stretch)) == length:
            queries.append(tuple(stretch))
    if len(queries) < count:
        raise CorpusError(f"only {len(queries)} of {count} queries could be drawn from {len(films)} texts")
    return queries
