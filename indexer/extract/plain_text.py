"""Plain text: the dump of a page, or a title line and a text, or a text alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from indexer.default_id import default_id
from indexer.document import Document, Refusal
from indexer.encoding import decode
from indexer.extract.file_title import title_from_name
from indexer.extract.page_dump import parse_page_dump
from indexer.extract.reading import read_whole
from indexer.mapping import InvalidRecord, mapper_for
from indexer.sources import SourceFile, printable
from search.configuration import Settings

LONGEST_TITLE = 120


def extract_plain_text(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The one document of a `.txt` file. Raises `UnusableSource`."""
    text, _ = decode(read_whole(source))
    path = printable(source.path)
    record = parse_page_dump(text) or record_of_text(text, title_from_name(source.relative))
    try:
        yield mapper_for(settings).document(record, default_id=default_id(source.relative), origin=path)
    except InvalidRecord as error:
        yield Refusal(path, None, str(error))


def record_of_text(text: str, name: str) -> dict[str, Any]:
    """Title and text of a plain text; `name` is its title if its first line is none.

    >>> record_of_text("The Long Road\\n\\nIt began in May.", "file")
    {'title': 'The Long Road', 'text': 'It began in May.'}
    """
    text = text.strip()
    first, _, rest = text.partition("\n")
    if rest.strip() and _is_title(first.strip(), rest):
        return {"title": first.strip().lstrip("# "), "text": rest.strip()}
    return {"title": name, "text": text}


def _is_title(first: str, rest: str) -> bool:
    """Short, no sentence, and set apart: the first line of wrapped prose is none of that."""
    if len(first) > LONGEST_TITLE or re.search(r"[,;:]$", first) or not re.search(r"\w", first):
        return False
    next_line = rest.lstrip("\n").partition("\n")[0].strip()
    if rest.startswith("\n"):
        return True
    if re.search(r"[.。؟।]$", first) or next_line[:1].islower():
        return False
    return len(next_line) > 2 * len(first) or len(first) <= 40
