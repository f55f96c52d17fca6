"""Is the index on the disk the index that was written? Bytes first, then what they must mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from search.errors import IndexDamaged, IndexUnavailable
from search.index.codec.completions import weight_pyramid
from search.index.codec.segment_reader import SegmentReader
from search.index.codec.spelling_lists import LISTS
from search.index.curation import read_curation
from search.index.generation_columns import COLUMNS_NAME
from search.index.generations import Generations
from search.index.hashes import sha256_of
from search.index.manifest import content_problems, read_manifest
from search.index.reader import IndexReader
from search.index.schema import FIELDS
from search.index.versions import version_problems


def index_problems(
    generations: Generations,
    name: str | None = None,
    *,
    problems_of: Callable[[Path, Callable[[Path], str]], list[str]] | None = None,
) -> list[str]:
    """What is wrong with the index, or with the named generation of it, one sentence each. Without a name,
    those kept besides the live one are looked at too: they are what a rollback goes to. `problems_of` looks
    at a generation that is held otherwise than here; it is given how files are hashed.

    Raises `IndexUnavailable` when there is no index to check.
    """
    # Generations share files: each is read once, but now, whatever this process has read before.
    read: dict[tuple[int, int], str] = {}

    def hashed(path: Path) -> str:
        status = path.stat()
        identity = status.st_dev, status.st_ino
        if identity not in read:
            read[identity] = sha256_of(path)
        return read[identity]

    look = problems_of or _generation_problems
    if name is not None:
        return look(generations.path(name), hashed)
    problems = []
    try:
        name = generations.live()
        problems += look(generations.path(name), hashed)
    except IndexDamaged as error:
        problems.append(str(error))
    for other in generations.finished():
        if other != name:
            found = look(generations.path(other), hashed)
            problems += [f"generation {other}, which is not live: {problem}" for problem in found]
    return problems


def _generation_problems(directory: Path, hashed: Callable[[Path], str]) -> list[str]:
    try:
        manifest = read_manifest(directory)
        problems = content_problems(directory, manifest, hashed) + version_problems(manifest)
        if problems:
            return problems
        reader = IndexReader(directory, whole=False)
        columns = reader.columns_file()
        read_curation(directory)
    except IndexUnavailable as error:
        return [str(error)]
    except OSError as error:
        return [f"{error.filename or directory}: {error.strerror}"]
    if columns is not None:
        problems += [f"{COLUMNS_NAME}: array {name} differs from its checksum" for name in columns.damaged()]
    for segment in reader.segments:
        problems += [f"{segment.file.path.name}: {problem}" for problem in _segment_problems(segment)]
    if reader.live_count != manifest.documents:
        problems.append(f"{reader.live_count} live documents, the manifest says {manifest.documents}")
    return problems


def _segment_problems(segment: SegmentReader) -> list[str]:
    problems = [f"array {name} differs from its checksum" for name in segment.file.damaged()]
    if problems:
        return problems
    for one in FIELDS:
        columns = segment.columns[one]
        if len(columns.start) != len(segment.lexicons[one.way]) + 1:
            problems.append(f"{one.name}: posting lists and term dictionary differ in number")
        if len(columns.docs) != int(columns.start[-1]) or len(columns.docs) != len(columns.freqs):
            problems.append(f"{one.name}: posting lists end in the wrong place")
        if len(columns.docs) and int(columns.docs.max()) >= segment.documents:
            problems.append(f"{one.name}: a posting names a document that does not exist")
        if np.any(np.diff(columns.start.astype(np.int64)) < 0):
            problems.append(f"{one.name}: posting lists are not in order")
    docs = segment.file["ids/docs"]
    if (
        len(docs) != len(segment.ids)
        or len(np.unique(docs)) != len(docs)
        or np.any(docs >= segment.documents)
    ):
        problems.append("ids do not name one document each")
    problems += _worked_out_problems(segment)
    nameless = np.setdiff1d(np.flatnonzero(segment.live()), docs)
    if len(nameless):
        problems.append(f"{len(nameless)} live documents cannot be found by their id")
    return problems


def _worked_out_problems(segment: SegmentReader) -> list[str]:
    """What was worked out from other arrays when the segment was written, and does not follow from them."""
    problems = []
    for one in FIELDS:
        lengths = segment.lengths(one)
        if segment.length_totals(one) != (int(lengths.sum(dtype=np.uint64)), int(np.count_nonzero(lengths))):
            problems.append(f"{one.name}: lengths do not add up to what the header says")
    if not np.array_equal(weight_pyramid(segment.file["suggest/weights"]), segment.file["suggest/maxima"]):
        problems.append("completions: greatest weights are not those of the keys")
    for name in LISTS:
        held = segment.spellings(name)
        numbered = len(held.words) if held.terms is None else len(held.terms)
        if len(held.signs) != numbered or int(held.start[-1]) != numbered:
            problems.append(f"spellings: list {name} ends in the wrong place")
        elif held.terms is not None and np.any(held.terms >= len(held.words)):
            problems.append(f"spellings: list {name} names a term that does not exist")
    return problems
