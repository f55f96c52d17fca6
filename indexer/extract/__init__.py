"""From a file to its documents: one table, suffix → extractor.

A new format is a new module and a row here (and its suffix in `indexer/sources.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from indexer.document import Document, Refusal
from indexer.extract.delimited import extract_delimited
from indexer.extract.html import extract_html
from indexer.extract.json_lines import extract_json_lines
from indexer.extract.json_list import extract_json
from indexer.extract.markdown import extract_markdown
from indexer.extract.plain_text import extract_plain_text
from indexer.extract.reading import UnusableSource
from indexer.sources import SourceFile, printable
from search.configuration import Settings

EXTRACTORS: dict[str, Callable[[SourceFile, Settings], Iterator[Document | Refusal]]] = {
    ".jsonl": extract_json_lines,
    ".ndjson": extract_json_lines,
    ".json": extract_json,
    ".csv": extract_delimited,
    ".tsv": extract_delimited,
    ".md": extract_markdown,
    ".markdown": extract_markdown,
    ".html": extract_html,
    ".htm": extract_html,
    ".txt": extract_plain_text,
}


def extract(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The documents of a file and, in between, what of it was refused. Never raises for bad input.

    A file that breaks off (cut gzip data, read error) yields what was read before, then a Refusal.
    """
    extractor = EXTRACTORS.get(source.suffix)
    path = printable(source.path)
    if extractor is None:
        yield Refusal(path, None, f"no extractor for {source.suffix!r}")
        return
    try:
        yield from extractor(source, settings)
    except UnusableSource as error:
        yield Refusal(path, None, str(error))


__all__ = ["EXTRACTORS", "extract"]
