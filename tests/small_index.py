"""A few documents as an index, by the way an admin's file takes: JSON Lines, build, open."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from indexer.build import build
from indexer.document import Refusal
from indexer.feed import Feed
from indexer.progress import NoProgress
from search.configuration import Settings
from search.searcher import Searcher

SETTINGS = Settings()
_MARK = re.compile(r"</?mark>")


def indexed(
    folder: Path,
    rows: Iterable[Mapping[str, Any]],
    *,
    refusals: list[Refusal] | None = None,
    settings: Settings = SETTINGS,
) -> Searcher:
    """Write `rows` to a file below `folder`, index it, open the index. Refusals go to the list."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "rows.jsonl"
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    refused: list[Refusal] = [] if refusals is None else refusals
    feed = Feed((str(source),), settings, NoProgress(), refused.append)
    build(feed, sources=[str(source)], index=folder / "index", settings=settings)
    if refusals is None:
        assert not refused
    return Searcher.open(folder / "index", settings)


def unmarked(marked: str) -> str:
    """The plain text of a snippet or a marked title."""
    return html.unescape(_MARK.sub("", marked))


def marks(marked: str | None) -> list[str]:
    """What is marked, as plain text."""
    return [html.unescape(one) for one in re.findall(r"<mark>(.*?)</mark>", marked or "", re.DOTALL)]
