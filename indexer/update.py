"""The incremental ways to a new generation: `update` and `delete`.

Unchanged documents keep their segments (hard links); changed and new ones go to a new segment;
what vanished from its file is marked as deleted. Nothing changed, synonyms and pins neither: no new
generation.
"""

from __future__ import annotations

import bisect
import contextlib
import itertools
import time
from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexer.build import BuildReport, Duplicates, SegmentFiller, build, report_of
from indexer.document import Refusal
from indexer.feed import Feed, origin_of
from indexer.garbage import few_collections
from indexer.record import content_hash
from indexer.relevance_gate import GatedGenerations, generations_in
from indexer.sources import walk
from search.analysis.fingerprint import analysis_fingerprint, trust
from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.errors import ConfigurationError, IndexDamaged, IndexUnavailable
from search.index.assembly import Assembly
from search.index.codec.lexicon import Lexicon
from search.index.codec.segment_reader import SegmentWords
from search.index.curation import NO_CURATION, read_curation
from search.index.manifest import ANALYSIS, Manifest
from search.index.schema import ORIGIN


class _Live:
    """The live generation, to be carried over into a new one.

    `documents` maps the id of each to its number, counted over all segments. What is known of
    them stands in columns by number: making an object of each takes longer than all the rest.
    """

    def __init__(self, generations: GatedGenerations) -> None:
        self.directory = generations.path(generations.live())
        self.reader = generations.reader(self.directory)
        self.manifest: Manifest = self.reader.manifest
        trust(self.manifest.software.get(ANALYSIS, ""), self.manifest.fingerprint)
        self.documents: dict[str, int] = {}
        self.hashes: list[int] = []
        # The number of each document's origin; -1 without one.
        self._origin_of: list[int] = []
        self._origins: list[str] = []
        self._first: list[int] = []
        for segment in self.reader.segments:
            self._read(segment)

    def _read(self, segment: SegmentWords) -> None:
        first = len(self.hashes)
        self._first.append(first)
        docs = segment.file["ids/docs"]
        live = segment.live()[docs]
        terms = itertools.compress(segment.ids.all(), live.tolist())
        ids = [term.decode("utf-8", "surrogatepass") for term in terms]
        self.documents.update(zip(ids, (docs[live].astype(np.int64) + first).tolist(), strict=True))
        self.hashes += segment.file["hashes"].tolist()
        start = segment.file[f"value/{ORIGIN}/start"].astype(np.int64)
        codes = np.append(segment.file[f"value/{ORIGIN}/codes"].astype(np.int64), 0)
        known = len(self._origins)
        self._origin_of += np.where(start[1:] > start[:-1], codes[start[:-1]] + known, -1).tolist()
        self._origins += [
            value.decode("utf-8", "surrogatepass") for value in Lexicon.of(segment.file, f"value/{ORIGIN}")
        ]

    def place(self, number: int) -> tuple[int, int]:
        """The segment of a document and its number there."""
        part = bisect.bisect_right(self._first, number) - 1
        return part, number - self._first[part]

    def missing(self, seen: Container[str], is_gone: Callable[[str], bool]) -> list[str]:
        """The ids not `seen` of documents from files of which one that is not seen `is_gone`."""
        # The last one is of documents without an origin.
        gone = [*map(is_gone, self._origins), is_gone("")]
        origin_of = self._origin_of
        return [one for one, number in self.documents.items() if one not in seen and gone[origin_of[number]]]

    def adopted_by(self, assembly: Assembly) -> list[int]:
        """Carry all segments over; returns their numbers in the assembly."""
        return [assembly.adopt(self.directory, entry) for entry in self.reader.entries]


@few_collections()
def update(
    feed: Feed,
    *,
    index: Path,
    settings: Settings,
    force: bool = False,
    jobs: int = 1,
    keep_empty: bool = False,
    cluster: ClusterAccess | None = None,
) -> BuildReport:
    """Bring the live generation up to date with the sources; without one, build it.

    A document vanishes when the file it came from lies within the sources, was read without
    refusals (or is gone), and no longer holds it: nothing is deleted because it could not be read.
    With `keep_empty`, sources that hold no file at all lose nothing either: a folder may be unmounted.
    `force` publishes whatever the settings' relevance file says; `jobs`, `cluster` and what it raises are as
    in `build`.
    """
    started = time.monotonic()
    generations = generations_in(index, settings, cluster, force=force)
    generations.follow()
    try:
        generations.live()
    except IndexDamaged:
        # Not the same as no index: a build of these sources alone would drop all other documents.
        raise
    except IndexUnavailable:
        generations.refuse_a_loss()
        return build(
            feed,
            sources=feed.sources,
            index=index,
            settings=settings,
            force=force,
            jobs=jobs,
            cluster=cluster,
        )
    with generations.writing("indexer update"), contextlib.ExitStack() as ending:
        generations.refuse_a_loss()
        live = _Live(generations)
        fingerprint = analysis_fingerprint(settings.analysis.left_out)
        outdated = live.manifest.fingerprint != fingerprint
        assembly = generations.assembly(settings.popular_by)
        parts = live.adopted_by(assembly)

        def remove(number: int) -> None:
            part, place = live.place(number)
            assembly.delete(parts[part], place)

        filler = SegmentFiller(assembly, settings, jobs=jobs)
        ending.callback(filler.close)
        seen: dict[str, int] = {}
        duplicates = Duplicates()
        # Documents held that came with another content, if only at first: an id may come twice.
        rewritten: dict[str, int] = {}
        added = unchanged = 0
        for document, origin in feed:
            hashed = content_hash(document)
            held = live.documents.get(document.id)
            repeated = document.id in seen
            if repeated:
                duplicates.add(document)
            if repeated and seen[document.id] == hashed:
                continue
            seen[document.id] = hashed
            if (
                held is not None
                and live.hashes[held] == hashed
                and document.id not in filler
                and not outdated
            ):
                unchanged += 1
                continue
            if document.id not in filler:
                if held is not None:
                    remove(held)
                    rewritten[document.id] = held
                    unchanged -= repeated
                else:
                    added += 1
            filler.put(document, origin, hashed)
        # The last one with an id counts: where that is the one held, nothing has changed.
        restored = (
            [] if outdated else [one for one, number in rewritten.items() if seen[one] == live.hashes[number]]
        )
        changed = len(rewritten) - len(restored)
        unchanged += len(restored)
        gone = _vanished(live, seen, feed, keep_empty=keep_empty)
        for document_id in gone:
            remove(live.documents[document_id])
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
        curated = generations.curation != read_curation(live.directory)
        if not (added or changed or gone or curated):
            generations.remove_litter()
            return report_of(live.manifest, started, **counts)
        filler.flush()
        manifest = assembly.publish(
            sources=sorted({*live.manifest.sources, *feed.sources}),
            seconds=time.monotonic() - started,
            fingerprint=fingerprint if outdated and not counts["kept"] else live.manifest.fingerprint,
            refused=feed.refused,
            duplicates=duplicates.count,
        )
    return report_of(
        manifest,
        started,
        **counts,
        unknown_pinned=generations.unknown_pinned,
        relevance=generations.report,
    )


def _vanished(live: _Live, seen: dict[str, int], feed: Feed, *, keep_empty: bool) -> list[str]:
    roots = [origin_of(Path(source)) for source in feed.sources if not (keep_empty and _is_empty(source))]

    def is_gone(origin: str) -> bool:
        return origin not in feed.refused_files and any(
            origin == root or origin.startswith(root.rstrip("/") + "/") for root in roots
        )

    return live.missing(seen, is_gone)


def _is_empty(source: str) -> bool:
    """Whether a source holds no file that could be a document, or is not there."""
    try:
        return all(isinstance(found, Refusal) for found in walk([source]))
    except ConfigurationError:
        return True


def delete(
    ids: Sequence[str],
    *,
    index: Path,
    settings: Settings | None = None,
    force: bool = False,
    cluster: ClusterAccess | None = None,
) -> tuple[BuildReport, list[str]]:
    """Remove documents by id; returns the report and the ids that there are none of.

    Nothing but the documents changes: synonyms and pins stay those of the live generation. `force` publishes
    whatever the settings' relevance file says. Raises as `update` does.
    """
    started = time.monotonic()
    # Not the curation of the configuration: nobody has asked for anything but a deletion.
    generations = generations_in(index, settings or Settings(), cluster, force=force, curation=NO_CURATION)
    generations.follow()
    generations.live()
    with generations.writing("indexer delete"):
        generations.refuse_a_loss()
        live = _Live(generations)
        generations.curation = read_curation(live.directory)
        wanted = list(dict.fromkeys(ids))
        unknown = [one for one in wanted if one not in live.documents]
        known = [one for one in wanted if one in live.documents]
        if not known:
            return report_of(live.manifest, started), unknown
        assembly = generations.assembly(generations.popular_by(live.directory))
        parts = live.adopted_by(assembly)
        for document_id in known:
            part, number = live.place(live.documents[document_id])
            assembly.delete(parts[part], number)
        manifest = assembly.publish(
            sources=live.manifest.sources,
            seconds=time.monotonic() - started,
            fingerprint=live.manifest.fingerprint,
        )
    report = report_of(
        manifest,
        started,
        deleted=len(known),
        unknown_pinned=generations.unknown_pinned,
        relevance=generations.report,
    )
    return report, unknown
