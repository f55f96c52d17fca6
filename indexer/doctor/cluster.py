"""Is the cluster that holds the index safe, whole and reachable, and is what is here a copy of it?

Asked only where a cluster holds the index; then in place of the checks that look for postings in files.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from indexer.doctor.deployment import Deployment
from indexer.doctor.finding import FRAGILE, SLOW, UNSAFE, Finding
from search.access import is_loopback
from search.cluster_access import PASSWORD, URL, USER, ClusterAccess
from search.errors import DeadlineExceeded, IndexUnavailable, SearchServiceError
from search.index.generations import Generations
from search.opensearch.connection import AccessDenied, Unreachable, shared_cluster
from search.opensearch.control import Control
from search.opensearch.names import name_of

_HEALTH = "/_cluster/health"
#: Seconds for the cluster to answer.
_PATIENCE = 5.0


def cluster_access(deployment: Deployment) -> Iterator[Finding]:
    """Could others read on the way to the cluster, or write what is on it?"""
    access = _access(deployment)
    open_urls = [
        url for url in access.urls if url.startswith("http:") and not is_loopback(urlsplit(url).hostname)
    ]
    if open_urls:
        yield Finding(
            UNSAFE,
            "cluster_access",
            f"{open_urls[0]} is asked over an open connection: what visitors type"
            + (", and the password," if access.user else "")
            + " can be read and changed on the way",
            f"set up TLS on the cluster and give addresses with https in {URL}",
        )
    if not access.user and not all(is_loopback(urlsplit(url).hostname) for url in access.urls):
        yield Finding(
            UNSAFE,
            "cluster_access",
            "the cluster is asked without a password: whoever reaches it can change the index",
            f"set up users on the cluster, and {USER} and {PASSWORD} here; the server's needs to read only",
        )


def cluster_health(deployment: Deployment) -> Iterator[Finding]:
    """Does the cluster answer, and what if one of its machines stops?"""
    access = _access(deployment)
    try:
        health = shared_cluster(access).request("GET", _HEALTH, deadline=time.monotonic() + _PATIENCE)
    except SearchServiceError as error:
        yield Finding(FRAGILE, "cluster_health", str(error), "start it, or correct what says where it is")
        return
    if health["status"] != "green":
        yield Finding(
            FRAGILE,
            "cluster_health",
            f"the cluster is {health['status']}: {health['unassigned_shards']} parts of indices are nowhere, "
            f"{health['initializing_shards']} on their way",
            "GET /_cluster/allocation/explain says why",
        )
    nodes = health["number_of_data_nodes"]
    if nodes < 2:
        yield Finding(
            FRAGILE,
            "cluster_health",
            "the cluster has one machine with data: when it stops, the service does",
            "three machines, and a copy of each part (`replicas` of [opensearch])",
        )
    elif len(access.urls) < 2:
        yield Finding(
            FRAGILE,
            "cluster_health",
            f"one of {nodes} machines is asked: when it stops, the service does",
            f"name more of them in {URL}",
        )


def cluster_copy(deployment: Deployment) -> Iterator[Finding]:
    """Is what is here what the cluster's alias names, and did killed runs leave anything there?"""
    access = _access(deployment)
    try:
        control = Control(shared_cluster(access), name_of(deployment.settings, access, deployment.index))
        live = control.live(time.monotonic() + _PATIENCE)
        left = control.leftovers()
    except (Unreachable, DeadlineExceeded, AccessDenied):
        return  # `cluster_health` tells it
    except SearchServiceError as error:
        yield Finding(FRAGILE, "cluster_copy", str(error), "`indexer rollback`, else `indexer build SOURCE`")
        return
    if live is None:
        yield Finding(
            FRAGILE,
            "cluster_copy",
            f"the cluster has no index called {control.names.alias}",
            "`indexer build SOURCE`",
        )
    elif (here := _live(deployment.generations)) not in (live, ""):
        yield Finding(
            SLOW,
            "cluster_copy",
            f"generation {live} is live on the cluster, {here} here",
            "nothing if a server runs here, which follows by itself; else any command of `indexer` does",
        )
    if left and not control.holder():
        yield Finding(
            FRAGILE,
            "cluster_copy",
            f"killed runs left {len(left.indices)} indices, {len(left.records)} records and "
            f"{left.files} files on the cluster",
            "`indexer gc`",
        )


def _access(deployment: Deployment) -> ClusterAccess:
    assert deployment.cluster is not None
    return deployment.cluster


def _live(generations: Generations) -> str:
    try:
        return generations.live()
    except IndexUnavailable:
        return ""
