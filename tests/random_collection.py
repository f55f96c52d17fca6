"""Small random collections for comparing the engine with slower ways to the same answer: terms are
written into the index as they are, so that nothing but matching and scoring is compared."""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from search.engines.whoosh_engine import WhooshEngine
from search.index.assembly import Assembly
from search.index.codec.segment_writer import DocumentRecord, Occurrences, SegmentWriter
from search.index.generations import Generations
from search.index.schema import ALIAS, BODY, FIELDS, LANGUAGE, PEOPLE, TITLE, Field

WORDS = tuple(f"w{number}" for number in range(12))
LANGUAGES = ("de", "en", "ja")
GENRES = ("Comedy", "Drama", "War")
_LENGTHS = {TITLE: 4, ALIAS: 6, PEOPLE: 4, BODY: 25}


@dataclass(frozen=True)
class Row:
    """A document: the terms of each field in order (positions are places), and its columns."""

    terms: dict[Field, tuple[str, ...]]
    language: str | None
    genres: tuple[str, ...]
    year: float | None
    popularity: float | None


@dataclass(frozen=True, repr=False)
class Collection:
    """All documents by number, the deleted ones among them, and the engine that has them open."""

    rows: tuple[Row, ...]
    deleted: frozenset[int]
    engine: WhooshEngine
    directory: Path
    live: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        live = tuple(number for number in range(len(self.rows)) if number not in self.deleted)
        object.__setattr__(self, "live", live)

    def __repr__(self) -> str:
        return f"<{len(self.rows)} documents, {len(self.deleted)} deleted>"


class _Batch:
    """Documents that become one segment."""

    def __init__(self, rows: list[Row], first: int) -> None:
        self._rows = rows
        self._first = first

    def write(self, path: Path) -> int:
        number = {word: place for place, word in enumerate(WORDS)}
        writer = SegmentWriter(
            ["genre", LANGUAGE], ["year", "popularity"], {one.way: number for one in FIELDS}
        )
        for one in FIELDS:
            columns = [row.terms.get(one, ()) for row in self._rows]
            sizes = np.array([len(terms) for terms in columns], np.int64)
            writer.give(
                one,
                Occurrences(
                    np.array([number[term] for terms in columns for term in terms], np.uint32),
                    np.repeat(np.arange(len(columns)), sizes),
                    np.array([place for terms in columns for place in range(len(terms))], np.uint32),
                ),
                sizes,
            )
        for place, row in enumerate(self._rows, self._first):
            numbers = {"year": row.year, "popularity": row.popularity}
            writer.add_record(
                DocumentRecord(
                    id=f"d{place}",
                    stored=json.dumps({"id": f"d{place}", "title": f"title {place}"}).encode(),
                    content_hash=place,
                    values={"genre": row.genres, LANGUAGE: (row.language,) if row.language else ()},
                    numbers={name: value for name, value in numbers.items() if value is not None},
                )
            )
        writer.finish(path)
        return len(self._rows)


def random_collection(folder: Path, seed: int, *, segments: int, documents: int, deleted: int) -> Collection:
    """A generation below `folder` of so many segments and documents, some of them deleted."""
    source = random.Random(seed)
    rows = [_random_row(source) for _ in range(documents)]
    gone = frozenset(source.sample(range(documents), deleted))
    bounds = [0, *sorted(source.sample(range(1, documents), segments - 1)), documents]
    generations = Generations(folder)
    with generations.writing("a test"):
        assembly = Assembly(generations)
        for first, last in itertools.pairwise(bounds):
            part = assembly.add(_Batch(rows[first:last], first))
            for number in gone:
                if first <= number < last:
                    assembly.delete(part, number - first)
        assembly.publish(sources=["random"], seconds=0.0, fingerprint="")
    directory = generations.path(generations.live())
    return Collection(tuple(rows), gone, WhooshEngine(directory), directory)


def _random_row(source: random.Random) -> Row:
    # Words of a text are as unequal as those of a language.
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    terms = {
        one: tuple(source.choices(WORDS, weights, k=source.randrange(_LENGTHS[one.zone])))
        for one in FIELDS
        if source.random() < 0.8
    }
    return Row(
        terms,
        source.choice((*LANGUAGES, None)),
        tuple(source.sample(GENRES, source.randrange(3))),
        source.choice((None, 1950.0, 1980.0, 1999.0)),
        source.choice((None, 1.0, 5.0, 20.0)),
    )
