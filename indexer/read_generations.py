"""What is in a generation: its words, its documents, and is all of it sound? Wherever it is held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from indexer.origins import Origins
from indexer.where import HeldGenerations, check_engine, cluster_generations
from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.index.reader import IndexReader, WordReader
from search.index.verify import index_problems


@dataclass(frozen=True, slots=True)
class Held:
    """A document of a generation: as it is stored, the file it came from, 64 bits of its source's hash."""

    stored: dict[str, Any]
    origin: str
    hashed: int


class ReadGenerations(HeldGenerations):
    """Generations whose posting lists and documents are in their folders."""

    def reader(self, directory: Path, *, whole: bool = True) -> WordReader:
        """The words and ids of a generation, and which segments it has; `whole` as for `IndexReader`.
        Raises `IndexUnavailable`."""
        return IndexReader(directory, whole=whole)

    def documents(self, directory: Path) -> Iterator[Held]:
        """Every live document of a generation, in order."""
        for segment in IndexReader(directory).segments:
            origins, hashes = Origins(segment), segment.file["hashes"]
            for number in np.flatnonzero(segment.live()).tolist():
                yield Held(orjson.loads(segment.stored(number)), origins.of(number), int(hashes[number]))

    def looking_up(self, directory: Path) -> Callable[[str], dict[str, Any] | None]:
        """What gives a document of a generation as it is stored, by its id; None where there is none."""
        reader = IndexReader(directory)

        def stored(document_id: str) -> dict[str, Any] | None:
            number = reader.doc_of(document_id)
            if number is None:
                return None
            values: dict[str, Any] = orjson.loads(reader.stored(number))
            return values

        return stored

    def problems(self, name: str | None = None) -> list[str]:
        """As `index_problems`."""
        return index_problems(self, name)


def readable_in(index: Path, settings: Settings, cluster: ClusterAccess | None) -> ReadGenerations:
    """As `where.held_in`."""
    check_engine(index, cluster)
    return ReadGenerations(index) if cluster is None else cluster_generations(index, settings, cluster)
