"""Does a new index still answer what its admin knows the answers to? If not, it does not take over.

A relevance file holds one expectation per line: `query`, `id` and, if wanted, `within` (the hit may
stand among so many first ones; 1: it must be the first), separated by tabs, or JSON Lines with the
same keys. The new generation is asked by the real searcher, while it still has its building name: a
veto leaves nothing that could be served by mistake, and the live generation is not touched.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.curation import curation_of, unknown_ids
from indexer.evaluate import lines_of
from indexer.read_generations import ReadGenerations
from indexer.where import check_engine, cluster_generations
from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.errors import ConfigurationError, DeadlineExceeded, DocumentNotFound, SearchServiceError
from search.index.assembly import Assembly
from search.index.curation import Curation, write_curation
from search.index.generation_columns import written_with
from search.index.generations import Generations
from search.index.links import link_or_copy
from search.index.manifest import Manifest, sync_directory, write_manifest
from search.request import MAX_PER_PAGE, SearchRequest
from search.searcher import Searcher

#: Hits told in place of the one that was expected.
TOLD = 3
_COLUMNS = ("query", "id", "within")


@dataclass(frozen=True, slots=True)
class Expectation:
    """The document `id` is among the first `within` hits of `query`. `place` is file and line."""

    query: str
    id: str
    within: int
    place: str


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that does not hold. `rank` is where the document came, from 1; None: not among
    the first hundred. `reason` says in words what happened; `instead` are the first hits."""

    expectation: Expectation
    rank: int | None
    reason: str
    instead: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        wanted = self.expectation
        return {
            "place": wanted.place,
            "query": wanted.query,
            "id": wanted.id,
            "within": wanted.within,
            "rank": self.rank,
            "reason": self.reason,
            "instead": [{"id": document_id, "title": title} for document_id, title in self.instead],
        }


@dataclass(frozen=True, slots=True)
class RelevanceReport:
    """What came of a relevance file. `require` is the share of lines that must hold."""

    file: str
    require: float
    checked: int
    unmet: tuple[Unmet, ...]

    @property
    def share(self) -> float:
        """The share of lines that hold, 0 to 1."""
        return 1 - len(self.unmet) / self.checked

    @property
    def passed(self) -> bool:
        # 19 of 20 are 0.95, whatever the last binary digit says.
        return self.share >= self.require - 1e-9

    def to_dict(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "require": self.require,
            "checked": self.checked,
            "held": self.checked - len(self.unmet),
            "passed": self.passed,
            "unmet": [one.to_dict() for one in self.unmet],
        }


class RelevanceVeto(SearchServiceError):
    """A new index does not answer as it must and was thrown away; `report` says what failed."""

    def __init__(self, report: RelevanceReport) -> None:
        super().__init__(
            f"not published: {len(report.unmet)} of {report.checked} queries of {report.file} are not "
            f"answered as expected ({report.share:.1%} are, {report.require:.1%} must be); the index is "
            "as it was; --force publishes all the same"
        )
        self.report = report


def read_expectations(path: Path) -> list[Expectation]:
    """Raises `ConfigurationError` naming file and line; for a file without a line, too: a gate that
    asks nothing would let everything through."""
    expectations = []
    for number, line in lines_of(path):
        if line.startswith("# ") or line == "#" or tuple(line.split("\t")) in (_COLUMNS[:2], _COLUMNS):
            continue
        expectations.append(_expectation(line, f"{path}:{number}"))
    if not expectations:
        raise ConfigurationError(f"{path}: holds no line `query<TAB>id`")
    return expectations


def _expectation(line: str, place: str) -> Expectation:
    row = _json_row(line, place) if line.startswith("{") else _tab_row(line, place)
    query, document_id, within = (row.get(name) for name in _COLUMNS)
    if not isinstance(query, str) or not query.strip():
        raise ConfigurationError(f"{place}: no query")
    if not isinstance(document_id, str) or not document_id:
        raise ConfigurationError(f"{place}: no document id")
    if isinstance(within, bool) or not isinstance(within, int) or not 1 <= within <= MAX_PER_PAGE:
        raise ConfigurationError(f"{place}: within must be a whole number from 1 to {MAX_PER_PAGE}")
    return Expectation(query, document_id, within, place)


def _json_row(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{place}: not JSON: {error}") from None
    unknown = sorted(set(row) - set(_COLUMNS))
    if unknown:
        raise ConfigurationError(f"{place}: unknown key {unknown[0]!r}; known: {', '.join(_COLUMNS)}")
    return {"within": 1, **row}


def _tab_row(line: str, place: str) -> dict[str, Any]:
    cells = line.split("\t")
    if not 2 <= len(cells) <= 3:
        raise ConfigurationError(
            f"{place}: expected `query`, `id` and, if wanted, `within`, separated by tabs"
        )
    within: int | str = cells[2].strip() if len(cells) == 3 else ""
    if within == "":
        within = 1
    elif isinstance(within, str) and within.isascii() and within.isdigit() and len(within) < 9:
        within = int(within)
    return {"query": cells[0], "id": cells[1].strip(), "within": within}


def unmet_expectations(expectations: Sequence[Expectation], searcher: Searcher) -> tuple[Unmet, ...]:
    """Those that do not hold, in order, each query asked as a visitor's would be."""
    found = [_unmet(one, searcher) for one in expectations]
    return tuple(one for one in found if one is not None)


def _unmet(wanted: Expectation, searcher: Searcher) -> Unmet | None:
    def first_hits(count: int) -> list[tuple[str, str]]:
        request = SearchRequest(q=wanted.query, per_page=count, facets=(), highlight=False)
        return [(hit.id, hit.title) for hit in searcher.search(request).hits]

    def rank_in(hits: list[tuple[str, str]]) -> int | None:
        return next((rank for rank, (one, _) in enumerate(hits, 1) if one == wanted.id), None)

    try:
        if rank_in(first_hits(wanted.within)) is not None:
            return None
        hits = first_hits(MAX_PER_PAGE)
    except DeadlineExceeded as error:
        return Unmet(wanted, None, str(error))
    rank = rank_in(hits)
    if rank is not None:
        reason = f"is hit {rank}"
    else:
        try:
            searcher.document(wanted.id)
            reason = f"is not among the first {MAX_PER_PAGE}" if len(hits) >= MAX_PER_PAGE else "is not found"
        except DocumentNotFound:
            reason = "is no document of this index"
    return Unmet(wanted, rank, reason, tuple(hits[:TOLD]))


class GatedGenerations(ReadGenerations):
    """Generations that are sealed only when they answer as the settings' relevance file says, and that
    keep what is added by hand: `curation`, which without one given is that of the settings' files.

    `report` is what came of it, once there was a generation to ask. `force` seals in any case.
    `unknown_pinned` are ids pinned that no document of the sealed generation has.
    Raises `ConfigurationError` at once for a file that cannot be used, so that nobody waits for a
    build that cannot be checked.
    """

    def __init__(
        self, root: Path, settings: Settings, *, force: bool = False, curation: Curation | None = None
    ) -> None:
        super().__init__(root)
        self._settings = settings
        self._force = force
        self._expectations: list[Expectation] = []
        if settings.relevance is not None:
            self._expectations = read_expectations(Path(settings.relevance.file))
        self.report: RelevanceReport | None = None
        self.curation = curation_of(settings) if curation is None else curation
        self.unknown_pinned: tuple[str, ...] = ()

    def popular_by(self, directory: Path) -> str:
        """By which key a generation says how popular documents are."""
        return written_with(directory)

    def assembly(self, popular_by: str) -> Assembly:
        """A new generation. Only under the lock."""
        return Assembly(self, popular_by=popular_by)

    def begin(self) -> Path:
        building = super().begin()
        write_curation(building, self.curation)
        return building

    def seal(self, building: Path, manifest: Manifest) -> str:
        """As `Generations.seal`. Raises `RelevanceVeto` before the generation gets its name."""
        if self._settings.relevance is not None:
            sync_directory(building)
            # Readers want a manifest; without a name of its own the directory is litter all the same.
            write_manifest(building, manifest)
            self._ask(building)
        name = super().seal(building, manifest)
        if self.curation.pins:
            self.unknown_pinned = unknown_ids(self.curation, self.reader(self.path(name), whole=False))
        return name

    def ask(self, name: str) -> None:
        """Ask a finished generation that is to be live again. Raises `RelevanceVeto`."""
        if self._settings.relevance is not None:
            self._ask(self.path(name))

    def _ask(self, directory: Path) -> None:
        relevance = self._settings.relevance
        assert relevance is not None
        self.report = RelevanceReport(
            relevance.file, relevance.require, len(self._expectations), self._unmet_in(directory)
        )
        if not self.report.passed and not self._force:
            raise RelevanceVeto(self.report)

    def _unmet_in(self, building: Path) -> tuple[Unmet, ...]:
        """Ask the directory as if it were live: a folder with a pointer to its files and nothing else.

        The folder's name makes it litter, should this process be killed.
        """
        name = self.name_of(building)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=f"building-{name}-") as folder:
            stage = Generations(Path(folder))
            stage.folder.mkdir()
            stage.path(name).mkdir()
            for path in building.iterdir():
                link_or_copy(path, stage.path(name) / path.name)
            stage.publish(name)
            return unmet_expectations(self._expectations, self._searcher(stage.root))

    def _searcher(self, root: Path) -> Searcher:
        return Searcher.open(root, self._settings)


def generations_in(
    index: Path,
    settings: Settings,
    cluster: ClusterAccess | None = None,
    *,
    force: bool = False,
    curation: Curation | None = None,
) -> GatedGenerations:
    """The generations below `index`, of the cluster where one is given. Arguments and errors are those of
    `GatedGenerations`; a folder of another engine is a `ConfigurationError`, too."""
    check_engine(index, cluster)
    if cluster is None:
        return GatedGenerations(index, settings, force=force, curation=curation)
    generations: GatedGenerations = cluster_generations(
        index, settings, cluster, force=force, curation=curation
    )
    return generations
