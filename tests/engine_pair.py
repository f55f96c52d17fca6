"""The same collection on both engines, and whether both answer a request alike."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from indexer.build import build
from indexer.document import Refusal
from indexer.feed import Feed
from indexer.progress import NoProgress
from indexer.update import delete, update
from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.errors import SearchServiceError
from search.opensearch.connection import Cluster
from search.opensearch.names import Names
from search.request import SearchRequest
from search.results import Hit, SearchResults
from search.searcher import Searcher

#: Scores of one document by both engines may differ by this share: the sums are in another order.
TOLERANCE = 2e-4


@dataclass(frozen=True)
class EnginePair:
    """Two searchers of the same documents: one whose index lies in files, one on a cluster."""

    files: Searcher
    cluster: Searcher

    def difference(self, request: SearchRequest) -> str:
        """In what the two answers to a request differ; nothing where they do not."""
        return first_difference(answer_of(self.files, request), answer_of(self.cluster, request))


def answer_of(searcher: Searcher, request: SearchRequest) -> SearchResults | str:
    """The answer, or what kind of mistake the request is."""
    try:
        return searcher.search(request)
    except SearchServiceError as error:
        return type(error).__name__


def first_difference(expected: SearchResults | str, found: SearchResults | str) -> str:
    """In what the second answer differs from the first, in words.

    A score is the same to `TOLERANCE`: hits may change places with those that are as near.
    """
    if isinstance(expected, str) or isinstance(found, str):
        return "" if expected == found else f"{expected} and {found}"
    for name in ("query", "total", "page", "per_page", "complete"):
        if getattr(expected, name) != getattr(found, name):
            return f"{name}: {getattr(expected, name)} and {getattr(found, name)}"
    for name in {*expected.facets, *found.facets}:
        if expected.facets.get(name) != found.facets.get(name):
            return f"facet {name}: {expected.facets.get(name)} and {found.facets.get(name)}"
    return _hits_difference(expected.hits, found.hits)


def _hits_difference(expected: Sequence[Hit], found: Sequence[Hit]) -> str:
    if len(expected) != len(found):
        return f"{len(expected)} and {len(found)} hits"
    for one, other in zip(expected, found, strict=True):
        if not math.isclose(one.score, other.score, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            return f"score {one.score} of {one.id} and {other.score} of {other.id}"
    places = iter(found)
    for score, group in _alike(expected):
        its = [next(places) for _ in group]
        # The last ones of a page may be followed by others as near on the next.
        if sorted(one.id for one in group) != sorted(one.id for one in its) and group[-1] is not expected[-1]:
            return f"at score {score}: {[one.id for one in group]} and {[one.id for one in its]}"
    met = {one.id: one for one in found}
    for one in expected:
        twin = met.get(one.id)
        if twin is not None and plain(one) != plain(twin):
            return f"hit {one.id}: {plain(one)} and {plain(twin)}"
    return ""


def _alike(hits: Sequence[Hit]) -> Iterator[tuple[float, list[Hit]]]:
    """Neighbouring hits whose scores cannot be told apart."""
    group: list[Hit] = []
    for one in hits:
        if group and not math.isclose(
            one.score, group[-1].score, rel_tol=2 * TOLERANCE, abs_tol=2 * TOLERANCE
        ):
            yield group[0].score, group
            group = []
        group.append(one)
    if group:
        yield group[0].score, group


def plain(hit: Hit) -> Any:
    """A hit without what differs by rounding."""
    return replace(hit, score=0.0, explanation=rounded(hit.explanation))


def rounded(parts: Any) -> Any:
    """The same with numbers that are compared to four digits."""
    if isinstance(parts, dict):
        return {name: rounded(one) for name, one in parts.items()}
    return float(f"{parts:.3g}") if isinstance(parts, float) else parts


@contextmanager
def engine_pair(
    folder: Path,
    urls: Sequence[str],
    source: Path,
    *,
    settings: Settings | None = None,
    updated: Path | None = None,
    deleted: Sequence[str] = (),
) -> Iterator[EnginePair]:
    """Both engines with the documents of `source`; then updated from the same source as it is in
    `updated`, and without those `deleted`. Removes from the cluster what it put there."""
    settings = settings or Settings()
    name = f"answers-{os.getpid()}-{folder.name.lower()}x"
    access = ClusterAccess(tuple(urls), name=name)
    connected = Cluster(access)
    try:
        for place, cluster in (("files", None), ("cluster", access)):
            refused: list[Refusal] = []
            index = folder / place
            feed = Feed((str(source),), settings, NoProgress(), refused.append)
            build(feed, sources=[str(source)], index=index, settings=settings, cluster=cluster)
            if updated is not None:
                kept = source.read_bytes()
                source.write_bytes(updated.read_bytes())
                feed = Feed((str(source),), settings, NoProgress(), refused.append)
                update(feed, index=index, settings=settings, cluster=cluster)
                source.write_bytes(kept)
            if deleted:
                delete(deleted, index=index, settings=settings, cluster=cluster)
            assert not refused
        yield EnginePair(
            Searcher.open(folder / "files", settings, deadline=0),
            Searcher.open(folder / "cluster", settings, deadline=0, cluster=access),
        )
    finally:
        connected.request("DELETE", f"/{Names(name).all_indices}", params={"expand_wildcards": "all"})
