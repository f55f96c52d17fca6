"""Where is the index held: in its folder alone, or on a cluster besides?

What knows clusters is imported for those who have one: Whoosh alone need not wait for it.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.errors import ConfigurationError
from search.index.generations import Generations

_CLUSTER_GENERATIONS = "indexer.cluster_generations"
#: What only generations have whose postings are on a cluster (`search/opensearch/facts.py`).
_FACTS_NAME = "cluster.json"


class HeldGenerations(Generations):
    """Generations as they lie in a folder; those of a cluster (`cluster_generations.py`) do more."""

    def follow(self) -> None:
        """Make what is live elsewhere live here: a folder is where it is."""

    def refuse_a_loss(self) -> None:
        """Raises `IndexDamaged` where what is live here is not what is live elsewhere: who changes that would
        drop the rest."""

    def state(self, directory: Path) -> dict[str, Any] | None:
        """What `indexer status` tells of where else a generation is held; None if it is nowhere else."""
        del directory
        return None


def held_in(index: Path, settings: Settings, cluster: ClusterAccess | None) -> HeldGenerations:
    """The generations below `index`, of the cluster where one is given: then its live generation is that of
    the cluster. For who adds nothing: no file of the configuration is read.

    Raises `ConfigurationError`, for a folder of another engine too, and what following the cluster raises.
    """
    check_engine(index, cluster)
    return HeldGenerations(index) if cluster is None else cluster_generations(index, settings, cluster)


def cluster_generations(index: Path, settings: Settings, cluster: ClusterAccess, **more: Any) -> Any:
    """`ClusterGenerations`; with nothing more given, those of who adds nothing. Raises as `held_in`."""
    module = import_module(_CLUSTER_GENERATIONS)
    return (
        module.ClusterGenerations(index, settings, cluster, **more)
        if more
        else module.looked_at(index, settings, cluster)
    )


def check_engine(index: Path, cluster: ClusterAccess | None) -> None:
    """A folder is one engine's: numbers of generations mean nothing from one to the other.

    Raises `ConfigurationError`.
    """
    generations = Generations(index)
    names = generations.finished()
    if not names:
        return
    is_held = (generations.path(names[-1]) / _FACTS_NAME).is_file()
    if is_held and cluster is None:
        raise ConfigurationError(f"{index}: its postings are on a cluster; say which: --engine opensearch")
    if cluster is not None and not is_held:
        raise ConfigurationError(
            f"{index}: holds an index of the engine whoosh; name another folder (--index) for what is on a "
            "cluster"
        )
