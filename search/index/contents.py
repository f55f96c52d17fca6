"""Which segments does a generation consist of? Whoosh's table of contents, read without trust.

The table holds a pickle, and unpickling runs whatever a pickle names. This one may name our own
segment class and nothing else; the schema's pickle is skipped, ours is in the code.
"""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from search.errors import IndexDamaged
from search.index.codec.whoosh_codec import ColumnarSegment
from search.index.whoosh_schema import whoosh_schema

INDEX_NAME = "MAIN"
_KNOWN: dict[tuple[str, str], type] = {
    (ColumnarSegment.__module__, ColumnarSegment.__qualname__): ColumnarSegment,
    ("builtins", "set"): set,
}


def read_contents(directory: Path) -> list[ColumnarSegment]:
    """The segments' entries, in order. Raises `IndexDamaged` for anything but such a table."""
    try:
        segments = list(TOC.read(_WaryStorage(str(directory)), INDEX_NAME, schema=whoosh_schema()).segments)
    except IndexDamaged:
        raise
    except Exception as error:
        # Whoosh and pickle have no exception in common for bytes that are no table of contents.
        raise IndexDamaged(f"{directory}: no table of contents: {error!r}") from None
    for segment in segments:
        if not isinstance(segment, ColumnarSegment):
            raise IndexDamaged(f"{directory}: a segment of an unknown kind: {type(segment).__name__}")
        if not _is_whole(segment):
            raise IndexDamaged(f"{directory}: a segment's entry holds what no segment has")
    return segments


def _is_whole(segment: ColumnarSegment) -> bool:
    """A pickle may give an object of ours any content: it must be what we write."""
    held = vars(segment)
    deleted, documents = held.get("_deleted"), held.get("_documents")
    return (
        held.keys() == {"indexname", "segid", "compound", "_documents", "_deleted"}
        and held["indexname"] == INDEX_NAME
        and isinstance(held["segid"], str)
        and held["segid"].isalnum()
        and isinstance(documents, int)
        and isinstance(deleted, set)
        and all(isinstance(one, int) and 0 <= one < documents for one in deleted)
    )


class _WaryStorage(FileStorage):
    def open_file(self, name: str, **options: Any) -> _WaryFile:
        # In memory, because Whoosh leaves the file open when its content is not what it expects.
        return _WaryFile(io.BytesIO(Path(self._fpath(name)).read_bytes()), name=name, **options)


class _WaryFile(StructFile):
    def read_pickle(self) -> Any:
        return _Unpickler(self.file).load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type:
        known = _KNOWN.get((module, name))
        if known is None:
            raise IndexDamaged(f"the table of contents names {module}.{name}, which is no segment")
        return known
