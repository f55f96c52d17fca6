"""From a file to its documents: one table, suffix → extractor.

A new format is a new module and a row here (and its suffix in `indexer/sources.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

from indexer.document import Document, Refusal
from indexer.extract.reading import UnusableSource
from indexer.sources import SourceFile, printable
from search.configuration import Settings

Extractor = Callable[[SourceFile, Settings], Iterator[Document | Refusal]]

#: Suffix → module of this package and its function. A module, with the libraries that read its format,
#: is imported with the first file that it is for.
EXTRACTORS: dict[str, tuple[str, str]] = {
    ".jsonl": ("json_lines", "extract_json_lines"),
    ".ndjson": ("json_lines", "extract_json_lines"),
    ".json": ("json_list", "extract_json"),
    ".csv": ("delimited", "extract_delimited"),
    ".tsv": ("delimited", "extract_delimited"),
    ".md": ("markdown", "extract_markdown"),
    ".markdown": ("markdown", "extract_markdown"),
    ".html": ("html", "extract_html"),
    ".htm": ("html", "extract_html"),
    ".txt": ("plain_text", "extract_plain_text"),
}


@cache
def _extractor(suffix: str) -> Extractor | None:
    row = EXTRACTORS.get(suffix)
    if row is None:
        return None
    extractor: Extractor = getattr(import_module(f"{__name__}.{row[0]}"), row[1])
    return extractor


def extract(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The documents of a file and, in between, what of it was refused. Never raises for bad input.

    A file that breaks off (cut gzip data, read error) yields what was read before, then a Refusal.
    """
    extractor = _extractor(source.suffix)
    path = printable(source.path)
    if extractor is None:
        yield Refusal(path, None, f"no extractor for {source.suffix!r}")
        return
    try:
        yield from extractor(source, settings)
    except UnusableSource as error:
        yield Refusal(path, None, str(error))


__all__ = ["EXTRACTORS", "extract"]
