"""Whose language would be another one if it were decided today?

A decision is taken once, when a document comes in, and `update` keeps it for as long as the
document is the same. When the detector has learned, the decisions of the live generation are
compared with new ones, for its own documents or for those of sources. Documents pass through one by
one: nothing is kept of them but counts.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.build import BuildReport, SegmentFiller, build, report_of
from indexer.document import Document
from indexer.dump import document_of, dumped
from indexer.feed import Feed
from indexer.progress import Progress
from indexer.read_generations import ReadGenerations, readable_in
from indexer.record import Prepared, Title, prepare
from indexer.relevance_gate import generations_in
from search.analysis.fingerprint import analysis_fingerprint
from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.index.manifest import read_manifest

DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Change:
    """A document whose language was `before` and is `after`; `confidence` (0 to 1) and `reason` are
    those of the new decision, `was` is the reason of the old one."""

    id: str
    title: str
    before: str
    after: str
    confidence: float
    reason: str
    was: str

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Redetection:
    """Compares old decisions with new ones and hands on each change as it is found.

    `documents` counts all that were seen, `declared` those whose language nobody decided, `new`
    those that the live generation does not hold, `changed` those with another language, `titles`
    those where only the language of a title is another. `pairs` counts (before, after).
    """

    tell: Callable[[Change], None]
    documents: int = 0
    declared: int = 0
    new: int = 0
    changed: int = 0
    titles: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def compare(self, stored: Mapping[str, Any] | None, prepared: Prepared) -> None:
        """Take in one document: as it is stored (None: it is not) and as it is decided now."""
        self.documents += 1
        decision = prepared.decision
        if stored is None:
            self.new += 1
            return
        before = stored["language"]
        declared = DECLARED in (stored["language_reason"], decision.reason)
        self.declared += declared
        if not declared and before != decision.code:
            self.changed += 1
            self.pairs[before, decision.code] += 1
            self.tell(
                Change(
                    prepared.document.id,
                    prepared.title.text,
                    before,
                    decision.code,
                    round(decision.confidence, 3),
                    decision.reason,
                    stored["language_reason"],
                )
            )
        elif _titles(stored) != (prepared.title, *prepared.other_titles):
            self.titles += 1

    def to_dict(self) -> dict[str, Any]:
        return {
            "documents": self.documents,
            "declared": self.declared,
            "new": self.new,
            "changed": self.changed,
            "titles_only": self.titles,
            "pairs": [
                {"before": before, "after": after, "documents": count}
                for (before, after), count in self.pairs.most_common()
            ],
        }


def _titles(stored: Mapping[str, Any]) -> tuple[Title, ...]:
    return (
        Title(stored["title"], stored.get("title_language", stored["language"])),
        *(Title(one["title"], one["language"]) for one in stored.get("other_titles", ())),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A document of a generation: the values stored, and what an update needs to know it again."""

    stored: dict[str, Any]
    document: Document
    origin: str
    hashed: int


def kept_documents(generations: ReadGenerations) -> Iterator[_Kept]:
    """Every live document of the live generation, one at a time, undecided unless it was declared."""
    for held in generations.documents(generations.path(generations.live())):
        document = document_of(dumped(held.stored), held.origin)
        yield _Kept(held.stored, document, held.origin, held.hashed)


def _looking_up(
    index: Path, settings: Settings, cluster: ClusterAccess | None
) -> Callable[[str], dict[str, Any] | None]:
    """What gives documents of the live generation as they are stored. Raises `IndexUnavailable`."""
    generations = readable_in(index, settings, cluster)
    return generations.looking_up(generations.path(generations.live()))


def preview_kept(
    found: Redetection,
    *,
    index: Path,
    settings: Settings,
    progress: Progress,
    cluster: ClusterAccess | None = None,
) -> None:
    """Decide the live generation's documents again and change nothing.

    Raises `IndexUnavailable`.
    """
    for kept in kept_documents(readable_in(index, settings, cluster)):
        found.compare(kept.stored, prepare(kept.document, settings))
        progress.advance(found.documents, -1.0)
    progress.finish()


def preview_sources(
    found: Redetection,
    feed: Feed,
    *,
    index: Path,
    settings: Settings,
    cluster: ClusterAccess | None = None,
) -> None:
    """Decide the documents of sources, compare them with those held, and change nothing.

    Of documents with the same id each is compared. Raises `IndexUnavailable`.
    """
    stored = _looking_up(index, settings, cluster)
    for document, _ in feed:
        found.compare(stored(document.id), prepare(document, settings))


def rebuild_from_sources(
    found: Redetection,
    feed: Feed,
    *,
    index: Path,
    settings: Settings,
    force: bool = False,
    cluster: ClusterAccess | None = None,
) -> BuildReport:
    """`build`, compared with the generation that is live before it. Raises as `build` does."""
    stored = _looking_up(index, settings, cluster)

    def decided(prepared: Prepared) -> None:
        found.compare(stored(prepared.document.id), prepared)

    return build(
        feed,
        sources=feed.sources,
        index=index,
        settings=settings,
        force=force,
        decided=decided,
        cluster=cluster,
    )


def rebuild_from_kept(
    found: Redetection,
    *,
    index: Path,
    settings: Settings,
    progress: Progress,
    force: bool = False,
    cluster: ClusterAccess | None = None,
) -> BuildReport:
    """Build a new generation of the live one's own documents, decided again, and make it live.

    Where nothing is decided otherwise, and the analysis is the same, there is no new generation.
    Documents keep the file they came from, so that a later update knows them again. Raises as
    `build` does.
    """
    started = time.monotonic()
    generations = generations_in(index, settings, cluster, force=force)
    generations.follow()
    generations.live()
    with generations.writing("indexer build"):
        live = read_manifest(generations.path(generations.live()))
        fingerprint = analysis_fingerprint(settings.analysis.left_out)
        assembly = generations.assembly(settings.popular_by)
        filler = SegmentFiller(assembly, settings)
        for kept in kept_documents(generations):
            found.compare(kept.stored, filler.add(kept.document, kept.origin, kept.hashed))
            progress.advance(found.documents, -1.0)
        progress.finish()
        if not found.changed and not found.titles and live.fingerprint == fingerprint:
            generations.remove_litter()
            return report_of(live, started, unchanged=live.documents)
        filler.flush()
        manifest = assembly.publish(
            sources=live.sources,
            seconds=time.monotonic() - started,
            fingerprint=fingerprint,
            refused=live.refused,
            duplicates=live.duplicates,
        )
    changed = found.changed + found.titles
    return report_of(
        manifest,
        started,
        changed=changed,
        unchanged=manifest.documents - changed,
        relevance=generations.report,
    )
