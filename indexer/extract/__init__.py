"""From a file to its documents, whatever is in the file.

Which function reads which suffix stands in `formats.py`. Every file is opened here, below its SOURCE and
without following links; formats that can hurt are then read by another process (`sandbox.py`).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace

from indexer.document import Document, Refusal
from indexer.extract.formats import EXTRACTORS, bounded
from indexer.extract.reading import UnusableSource, open_source
from indexer.extract.sandbox import Sandbox, sandbox_for
from indexer.sources import SourceFile, printable
from search.configuration import Settings

#: Files that are handed to the other process before their turn, so that it works while this one does.
AHEAD = 8


def extract(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The documents of a file and, in between, what of it was refused. Never raises for bad input.

    A file that breaks off (cut gzip data, read error) yields what was read before, then a Refusal.
    """
    for _, found in extract_each([source], settings):
        yield found


def extract_each(
    sources: Iterable[SourceFile | Refusal], settings: Settings
) -> Iterator[tuple[SourceFile | None, Document | Refusal]]:
    """What `extract` gives for each file in turn, with the file; refusals of the walk pass, with None.

    Raises `ExtractionUnavailable` when files have to be read by another process and none can be started.
    """
    waiting: deque[SourceFile | Refusal | tuple[SourceFile, Refusal]] = deque()
    with sandbox_for(settings) as sandbox:
        try:
            for source in sources:
                waiting.append(source if isinstance(source, Refusal) else _opened(source, sandbox))
                while len(waiting) > AHEAD:
                    yield from _found(waiting, sandbox, settings)
            while waiting:
                yield from _found(waiting, sandbox, settings)
        finally:
            for one in waiting:
                if isinstance(one, SourceFile) and one.descriptor is not None and one.at_home:
                    os.close(one.descriptor)


def _opened(source: SourceFile, sandbox: Sandbox) -> SourceFile | tuple[SourceFile, Refusal]:
    """The file with its descriptor, handed over if another process is to read it, or why it is not read."""
    path = printable(source.path)
    row = EXTRACTORS.get(source.suffix)
    if row is None:
        return source, Refusal(path, None, f"no extractor for {source.suffix!r}")
    if source.standard_input:
        return source
    try:
        descriptor, size = open_source(source)
    except UnusableSource as error:
        return source, Refusal(path, None, str(error))
    at_home = row.is_read_at_home(size, compressed=source.compressed)
    source = replace(source, descriptor=descriptor, at_home=at_home)
    if not at_home:
        sandbox.ask(source)
    return source


def _found(
    waiting: deque[SourceFile | Refusal | tuple[SourceFile, Refusal]], sandbox: Sandbox, settings: Settings
) -> Iterator[tuple[SourceFile | None, Document | Refusal]]:
    """What became of the first file that waits."""
    first = waiting[0]
    try:
        if isinstance(first, Refusal):
            yield None, first
        elif isinstance(first, tuple):
            yield first
        else:
            with closing(_read_here(first, settings) if first.at_home else sandbox.answer()) as results:
                for found in results:
                    yield first, found
    finally:
        waiting.popleft()


def _read_here(source: SourceFile, settings: Settings) -> Generator[Document | Refusal]:
    path = printable(source.path)
    try:
        for found in EXTRACTORS[source.suffix].extractor()(source, settings):
            yield bounded(found, path)
    except UnusableSource as error:
        yield Refusal(path, None, str(error))
    finally:
        if source.descriptor is not None:
            os.close(source.descriptor)


__all__ = ["AHEAD", "EXTRACTORS", "extract", "extract_each"]
