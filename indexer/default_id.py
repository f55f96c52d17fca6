"""Which id does a document get that brings none?

One made from where it was found, so that the next run over the same files gives the same id.
"""

from __future__ import annotations

import hashlib
import re

_KEPT = re.compile(r"[^\w.\-~]+")
_LONGEST = 400  # bytes; leaves room for the number of a line and the digest within 512


def default_id(relative: str, number: int | None = None) -> str:
    """The id of a whole file, or of the record at line `number` of it.

    Folders are joined by `:`. Where characters had to be replaced, a digest of the full path
    keeps two files apart whose names then look the same.

    >>> default_id("films.csv", 12), default_id("italy/moretti.md")
    ('films.csv-12', 'italy:moretti.md')
    """
    parts = [_KEPT.sub("-", part) for part in relative.removesuffix(".gz").split("/")]
    slug = ":".join(parts)
    encoded = slug.encode()
    if len(encoded) > _LONGEST or "/".join(parts) != relative.removesuffix(".gz"):
        digest = hashlib.blake2s(relative.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
        slug = encoded[:_LONGEST].decode("utf-8", "ignore") + f"~{digest}"
    return slug if number is None else f"{slug}-{number}"
