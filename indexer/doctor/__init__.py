"""What is unsafe or slow in this deployment, and what is to be done? The checks of `indexer doctor`.

A check looks at one thing and yields findings; it changes nothing and asks nobody but the system. What it
cannot see (other machines, a proxy's configuration, lists of access) is not guessed at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from indexer.doctor import cluster, index_files, machine, server
from indexer.doctor.deployment import Deployment
from indexer.doctor.finding import Finding

#: In the order in which they are told. A further check is a function here and a row in docs/operations.md.
CHECKS: tuple[Callable[[Deployment], Iterator[Finding]], ...] = (
    index_files.readable,
    index_files.writable_by_the_server,
    index_files.writable_by_everybody,
    index_files.owners,
    index_files.links,
    index_files.litter,
    index_files.generations_that_cannot_return,
    index_files.shared_files,
    index_files.analysis,
    index_files.software,
    machine.file_system,
    machine.room,
    machine.memory,
    machine.open_files,
    machine.clock,
    server.root,
    server.debug,
    server.wildcard_with_keys,
    server.control_socket,
    server.metrics,
    server.public_address,
    server.trusted_proxy,
    server.strictness,
    server.workers,
    server.logged_queries,
    server.query_log,
    server.live_answers,
)

#: Checks that make no sense where a cluster holds the index: the files here are a copy, which the server
#: makes for itself, and have no postings.
WITHOUT_CLUSTER = frozenset(
    (
        index_files.readable,
        index_files.writable_by_the_server,
        index_files.generations_that_cannot_return,
        index_files.shared_files,
    )
)
#: Those that make sense only there.
OF_CLUSTERS: tuple[Callable[[Deployment], Iterator[Finding]], ...] = (
    cluster.cluster_access,
    cluster.cluster_health,
    cluster.cluster_copy,
)


def examine(deployment: Deployment) -> list[Finding]:
    """Everything there is to say about a deployment."""
    checks = CHECKS
    if deployment.cluster is not None:
        checks = (*OF_CLUSTERS, *(check for check in CHECKS if check not in WITHOUT_CLUSTER))
    return [finding for check in checks for finding in check(deployment)]
