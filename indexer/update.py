"""The incremental ways to a new generation: `update` and `delete`.

Unchanged documents keep their segments (hard links); changed and new ones go to a new segment;
what vanished from its file is marked as deleted. Nothing changed: no new generation.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.build import BuildReport, Duplicates, SegmentFiller, build, report_of
from indexer.feed import Feed, origin_of
from indexer.record import content_hash
from indexer.relevance_gate import GatedGenerations
from search.analysis.fingerprint import analysis_fingerprint
from search.configuration import Settings
from search.errors import IndexDamaged, IndexUnavailable
from search.index.assembly import Assembly
from search.index.codec.lexicon import Lexicon
from search.index.codec.segment_reader import SegmentReader
from search.index.generation_columns import written_with
from search.index.generations import Generations
from search.index.manifest import Manifest
from search.index.reader import IndexReader
from search.index.schema import ORIGIN


@dataclass(frozen=True, slots=True)
class _Held:
    """A document of the live generation: its segment, its number there, its content's hash."""

    part: int
    number: int
    hashed: int
    origin: str


class _Live:
    """The live generation, to be carried over into a new one."""

    def __init__(self, generations: Generations) -> None:
        self.directory = generations.path(generations.live())
        self.reader = IndexReader(self.directory)
        self.manifest: Manifest = self.reader.manifest
        self.documents: dict[str, _Held] = {}
        for part, segment in enumerate(self.reader.segments):
            self._read(part, segment)

    def _read(self, part: int, segment: SegmentReader) -> None:
        live = segment.live()
        hashes = segment.file["hashes"].tolist()
        origins = [
            value.decode("utf-8", "surrogatepass") for value in Lexicon.of(segment.file, f"value/{ORIGIN}")
        ]
        start = segment.file[f"value/{ORIGIN}/start"].tolist()
        codes = segment.file[f"value/{ORIGIN}/codes"].tolist()
        for term, number in zip(segment.ids, segment.file["ids/docs"].tolist(), strict=True):
            if live[number]:
                origin = origins[codes[start[number]]] if start[number + 1] > start[number] else ""
                self.documents[term.decode("utf-8", "surrogatepass")] = _Held(
                    part, number, hashes[number], origin
                )

    def adopted_by(self, assembly: Assembly) -> list[int]:
        """Carry all segments over; returns their numbers in the assembly."""
        return [assembly.adopt(self.directory, entry) for entry in self.reader.entries]


def update(feed: Feed, *, index: Path, settings: Settings, force: bool = False, jobs: int = 1) -> BuildReport:
    """Bring the live generation up to date with the sources; without one, build it.

    A document vanishes when the file it came from lies within the sources, was read without
    refusals (or is gone), and no longer holds it: nothing is deleted because it could not be read.
    `force` publishes whatever the settings' relevance file says; `jobs` and what it raises are as in
    `build`.
    """
    started = time.monotonic()
    generations = GatedGenerations(index, settings, force=force)
    try:
        generations.live()
    except IndexDamaged:
        # Not the same as no index: a build of these sources alone would drop all other documents.
        raise
    except IndexUnavailable:
        return build(feed, sources=feed.sources, index=index, settings=settings, force=force, jobs=jobs)
    with generations.writing("indexer update"), contextlib.ExitStack() as ending:
        live = _Live(generations)
        outdated = live.manifest.fingerprint != analysis_fingerprint()
        assembly = Assembly(generations, popular_by=settings.popular_by)
        parts = live.adopted_by(assembly)
        filler = SegmentFiller(assembly, settings, jobs=jobs)
        ending.callback(filler.close)
        seen: dict[str, int] = {}
        duplicates = Duplicates()
        added = changed = unchanged = 0
        for document, origin in feed:
            hashed = content_hash(document)
            held = live.documents.get(document.id)
            repeated = document.id in seen
            if repeated:
                duplicates.add(document)
            if repeated and seen[document.id] == hashed:
                continue
            seen[document.id] = hashed
            if held is not None and held.hashed == hashed and document.id not in filler and not outdated:
                unchanged += 1
                continue
            if document.id not in filler:
                if held is not None:
                    assembly.delete(parts[held.part], held.number)
                    changed += 1
                    unchanged -= repeated
                else:
                    added += 1
            filler.put(document, origin, hashed)
        gone = _vanished(live.documents, seen, feed)
        for document_id in gone:
            held = live.documents[document_id]
            assembly.delete(parts[held.part], held.number)
        filler.flush()
        counts: dict[str, Any] = {
            "added": added,
            "changed": changed,
            "unchanged": unchanged,
            "deleted": len(gone),
            "duplicates": duplicates.count,
            "repeated": duplicates.named,
            "refused": feed.refused,
            "kept": len(live.documents) - len(gone) - changed - unchanged,
        }
        if not (added or changed or gone):
            generations.remove_litter()
            return report_of(live.manifest, started, **counts)
        manifest = assembly.publish(
            sources=sorted({*live.manifest.sources, *feed.sources}),
            seconds=time.monotonic() - started,
            fingerprint=analysis_fingerprint()
            if outdated and not counts["kept"]
            else live.manifest.fingerprint,
            refused=feed.refused,
            duplicates=duplicates.count,
        )
    return report_of(manifest, started, **counts, relevance=generations.report)


def _vanished(held: dict[str, _Held], seen: dict[str, int], feed: Feed) -> list[str]:
    roots = [origin_of(Path(source)) for source in feed.sources]
    return [
        document_id
        for document_id, one in held.items()
        if document_id not in seen
        and one.origin not in feed.refused_files
        and any(one.origin == root or one.origin.startswith(root.rstrip("/") + "/") for root in roots)
    ]


def delete(ids: Sequence[str], *, index: Path) -> tuple[BuildReport, list[str]]:
    """Remove documents by id; returns the report and the ids that there are none of."""
    started = time.monotonic()
    generations = Generations(index)
    generations.live()
    with generations.writing("indexer delete"):
        live = _Live(generations)
        wanted = list(dict.fromkeys(ids))
        unknown = [one for one in wanted if one not in live.documents]
        known = [one for one in wanted if one in live.documents]
        if not known:
            return report_of(live.manifest, started), unknown
        assembly = Assembly(generations, popular_by=written_with(live.directory))
        parts = live.adopted_by(assembly)
        for document_id in known:
            held = live.documents[document_id]
            assembly.delete(parts[held.part], held.number)
        manifest = assembly.publish(
            sources=live.manifest.sources,
            seconds=time.monotonic() - started,
            fingerprint=live.manifest.fingerprint,
        )
    return report_of(manifest, started, deleted=len(known)), unknown
