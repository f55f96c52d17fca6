"""Which collection is the whole service asked on?

A catalogue in dozens of languages, of the shared data as it lies there: the films with all their
titles, the films in other languages, the paragraphs in twelve, and as many of the verses in
forty-one as make it full. It is indexed once a run, by the real command, languages declared.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.corpus import ENGLISH, FILMS, LOCAL, PARAGRAPHS
from benchmarks.options import Options
from benchmarks.processes import run
from benchmarks.rows import Row, rows_of, write_rows
from search.configuration import Settings
from search.searcher import Searcher

VERSES = Path("data", "scale", "verses_sample.jsonl.gz")
_FOLDER = "collection"
_SOURCE, _INDEX = "documents.jsonl", "index"


def rows(shared: Path, limit: int) -> Iterator[Row]:
    """The collection, `limit` documents if there are so many.

    A smaller one still holds some of each file: films at most 2 in 7, those in other languages 1 in
    10, paragraphs 1 in 10, verses the rest. Raises `CorpusError`.
    """
    shares = (
        (FILMS / ENGLISH, 10_000 if limit >= 35_000 else limit * 2 // 7, 1),
        (FILMS / LOCAL, 1_781 if limit >= 35_000 else limit // 10, 1),
        # The paragraphs go language by language: a part must still hold all of them.
        (PARAGRAPHS, 2_880 if limit >= 35_000 else limit // 10, max(1, 2_880 * 10 // max(limit, 1))),
    )
    read = 0
    for path, share, step in shares:
        for row in islice(rows_of(shared / path), 0, share * step, step):
            read += 1
            yield row
    yield from islice(rows_of(shared / VERSES), max(limit - read, 0))


def collection_index(options: Options) -> Path:
    """The index of the collection; made when it is first asked for, below `options.scratch`.

    Raises `CorpusError` and `CommandFailed`.
    """
    assert options.scratch is not None, "the run gives its benchmarks a folder"
    folder = options.scratch / f"{_FOLDER}-{options.collection}"
    index = folder / _INDEX
    if not (index / "LIVE").exists():
        folder.mkdir(parents=True, exist_ok=True)
        documents = write_rows(folder / _SOURCE, rows(options.shared, options.collection))
        print(f"indexing the collection of {documents:,} documents", file=sys.stderr)
        build_index(folder / _SOURCE, index)
    return index


def build_index(source: Path, index: Path) -> None:
    """`indexer build`, with its default configuration. Raises `CommandFailed`."""
    run(["-m", "indexer", "build", str(source), "--index", str(index), "--quiet", "--json"])


def opened(index: Path) -> Searcher:
    """The searcher as a process of the web server has it before it takes requests."""
    searcher = Searcher.open(index, Settings())
    searcher.warm()
    # As in web/gunicorn_conf.py.
    gc.collect()
    gc.freeze()
    return searcher


def described(searcher: Searcher) -> str:
    """The collection in words: how many documents, of how many languages."""
    manifest = searcher.engine().manifest
    return f"{manifest.documents:,} documents in {len(manifest.languages)} languages"
