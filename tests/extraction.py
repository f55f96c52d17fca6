"""Shared by the tests of extraction: bytes in a file of some format → what comes out of it."""

from __future__ import annotations

from pathlib import Path

from indexer.document import Document, Refusal
from indexer.extract import extract
from indexer.sources import SourceFile, split_suffix
from search.configuration import Settings


def extracted(folder: Path, name: str, content: bytes | str) -> tuple[list[Document], list[Refusal]]:
    """The documents and the refusals of a file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    suffix, compressed = split_suffix(name)
    found = list(extract(SourceFile(path, name, suffix, compressed), Settings()))
    return [one for one in found if isinstance(one, Document)], [
        one for one in found if isinstance(one, Refusal)
    ]
