"""What does a file's name say when the file itself has no title?"""

from __future__ import annotations

import re

from indexer.sources import split_suffix


def title_from_name(relative: str) -> str:
    """The name without folder and suffixes, with separators as spaces.

    >>> title_from_name("italy/il_treno-va-a-mosca.txt.gz")
    'Il treno va a mosca'
    """
    name = relative.rsplit("/", 1)[-1]
    suffix, compressed = split_suffix(name)
    stem = name[: len(name) - len(suffix) - (3 if compressed else 0)] or name
    if stem.startswith("."):
        return stem
    words = re.sub(r"[_\s]+|(?<=\w)-+(?=\w)", " ", stem).strip(" .-") if " " not in stem else stem.strip()
    return words[:1].upper() + words[1:]
