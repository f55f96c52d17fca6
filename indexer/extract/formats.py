"""Which function reads a file with this suffix, and in which process?

A new format is a new module and a row here (and its suffix in `indexer/sources.py`). Formats whose
parser takes input as a stream, or in bounded pieces, are read in this process; everything else is
read by another one, which may be killed (`sandbox.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from indexer.document import Document, Refusal
from indexer.extract.reading import LINE_LIMIT
from indexer.sources import SourceFile
from search.configuration import Settings

Extractor = Callable[[SourceFile, Settings], Iterator[Document | Refusal]]

#: Characters of text that a document may have.
TEXT_LIMIT = 10_000_000

#: Any size: what is held at one time is bounded by the reader of lines.
STREAM = sys.maxsize


@dataclass(frozen=True, slots=True)
class Format:
    """Where a format's extractor is, and up to how many bytes a file is read in this process."""

    module: str
    function: str
    at_home: int = 0

    def is_read_at_home(self, size: int, *, compressed: bool) -> bool:
        """Whether a file is read here. How large a compressed one is, is only known too late."""
        return self.at_home == STREAM or (size <= self.at_home and not compressed)

    def extractor(self) -> Extractor:
        """The function; its module, with the libraries that read the format, is imported now."""
        return _extractor(self.module, self.function)


_LINES = Format("indexer.extract.json_lines", "extract_json_lines", at_home=STREAM)
_TABLE = Format("indexer.extract.delimited", "extract_delimited", at_home=STREAM)
_HTML = Format("indexer.extract.html", "extract_html")
_MARKDOWN = Format("indexer.extract.markdown", "extract_markdown")

EXTRACTORS: dict[str, Format] = {
    ".jsonl": _LINES,
    ".ndjson": _LINES,
    # Parsed at once like one line, so up to the size of a line; 16 MiB can become 400 MB of values.
    ".json": Format("indexer.extract.json_list", "extract_json", at_home=LINE_LIMIT),
    ".csv": _TABLE,
    ".tsv": _TABLE,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".txt": Format("indexer.extract.plain_text", "extract_plain_text"),
    ".pdf": Format("indexer.extract.pdf", "extract_pdf"),
    ".docx": Format("indexer.extract.word", "extract_docx"),
    ".epub": Format("indexer.extract.epub", "extract_epub"),
}


def bounded(found: Document | Refusal, path: str, limit: int = TEXT_LIMIT) -> Document | Refusal:
    """What was found, or why it is not taken: one endless text must not fill the memory of the indexer."""
    if isinstance(found, Document) and len(found.text) > limit:
        name = found.id if len(found.id) <= 60 else f"{found.id[:60]}…"
        return Refusal(path, None, f"the text of {name!r} is longer than {limit:,} characters")
    return found


@cache
def _extractor(module: str, function: str) -> Extractor:
    extractor: Extractor = getattr(import_module(module), function)
    return extractor
