"""Is what the cluster holds of a collection what was shipped? Files here, files there, indices.

As `search/index/verify.py` asks of a folder alone: bytes first, then what they must mean.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from search.errors import IndexDamaged, IndexUnavailable, SearchServiceError
from search.index.curation import read_curation
from search.index.generations import Generations
from search.index.manifest import BUILDING, content_problems, read_manifest
from search.index.schema import FIELDS
from search.index.versions import version_problems
from search.opensearch.control import Control, GenerationRecord
from search.opensearch.facts import FACTS_NAME, ClusterFacts, read_facts
from search.opensearch.word_segments import WordSegmentReader, WordSegments


def folder_problems(directory: Path, hashed: Callable[[Path], str]) -> list[str]:
    """What is wrong with the local files of a generation on the cluster."""
    try:
        manifest = read_manifest(directory)
        problems = content_problems(directory, manifest, hashed) + version_problems(manifest)
        if problems:
            return problems
        facts = read_facts(directory)
        if facts is None:
            return [f"no {FACTS_NAME}: not a generation on a cluster"]
        words = WordSegments(directory, whole=False)
        read_curation(directory)
    except IndexUnavailable as error:
        return [str(error)]
    except OSError as error:
        return [f"{error.filename or directory}: {error.strerror}"]
    for segment in words.segments:
        problems += [f"{segment.file.path.name}: {problem}" for problem in _word_problems(segment)]
    return problems + _numbers_problems(words, facts)


def _numbers_problems(words: WordSegments, facts: ClusterFacts) -> list[str]:
    problems = []
    live = sum(int(segment.live().sum()) for segment in words.segments)
    if not live == words.manifest.documents == facts.documents:
        problems.append(
            f"{live} live documents, the manifest says {words.manifest.documents}, {FACTS_NAME} says "
            f"{facts.documents}"
        )
    if facts.bases[-1] != words.bases[-1]:
        problems.append(
            f"{FACTS_NAME} numbers {facts.bases[-1]} documents, the segments have {words.bases[-1]}"
        )
    return problems


def _word_problems(segment: WordSegmentReader) -> list[str]:
    problems = [f"array {name} differs from its checksum" for name in segment.file.damaged()]
    if problems:
        return problems
    for one in FIELDS:
        start = segment.columns[one].start
        if len(start) != len(segment.lexicons[one.way]) + 1:
            problems.append(f"{one.name}: counts and term dictionary differ in number")
        elif np.any(np.diff(start.astype(np.int64)) < 0):
            problems.append(f"{one.name}: counts are not in order")
    docs = segment.file["ids/docs"]
    if (
        len(docs) != len(segment.ids)
        or len(np.unique(docs)) != len(docs)
        or np.any(docs >= segment.documents)
    ):
        problems.append("ids do not name one document each")
    elif len(nameless := np.setdiff1d(np.flatnonzero(segment.live()), docs)):
        problems.append(f"{len(nameless)} live documents cannot be found by their id")
    return problems


def cluster_problems(control: Control, generations: Generations) -> list[str]:
    """What is wrong with what the cluster holds, one sentence each: indices, their documents, files.

    Raises `IndexUnavailable` when no node answers.
    """
    problems = []
    try:
        live = control.live()
        if live is None:
            problems.append(f"there is no alias {control.names.alias}: nothing is published")
    except IndexDamaged as error:
        live = None
        problems.append(str(error))
    records = control.records()
    indices = set(control.indices())
    if live is not None and all(record.generation != live for record in records):
        problems.append(f"generation {live}, which the alias names, has no record")
    for record in records:
        if record.generation not in indices:
            problems.append(f"{record.index}: the index is gone")
        else:
            problems += _index_problems(control, record)
        problems += _file_problems(control, record, generations)
    return problems


def _index_problems(control: Control, record: GenerationRecord) -> list[str]:
    problems = []
    try:
        counted = control.cluster.request("GET", f"/{record.index}/_count")["count"]
        settings = control.cluster.request("GET", f"/{record.index}/_settings/index.blocks.write")
    except SearchServiceError as error:
        return [f"{record.index}: {error}"]
    if counted != record.documents:
        problems.append(f"{record.index}: holds {counted} documents, {record.documents} were shipped")
    blocks = settings.get(record.index, {}).get("settings", {}).get("index", {}).get("blocks", {})
    if str(blocks.get("write", "false")).lower() != "true":
        problems.append(f"{record.index}: can be written to, which no published index should")
    return problems


def _file_problems(control: Control, record: GenerationRecord, generations: Generations) -> list[str]:
    """Every piece of every file is fetched and compared with its hash; the folder is litter by its name."""
    with tempfile.TemporaryDirectory(dir=generations.folder, prefix=f"{BUILDING}check-") as folder:
        try:
            control.download(record, Path(folder))
        except SearchServiceError as error:
            return [f"files of generation {record.generation}: {error}"]
    return []
