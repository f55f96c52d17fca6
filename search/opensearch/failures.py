"""What is wrong, when a cluster does not do what was asked? One class for each thing one can do about it.

All are errors of `search/errors.py`: the command line and the HTTP side need to know nothing of clusters.
"""

from __future__ import annotations

from typing import Any

from search.cluster_access import AUTHORITY, PASSWORD, USER
from search.errors import (
    ConfigurationError,
    DeadlineExceeded,
    IndexUnavailable,
    SearchServiceError,
    StorageError,
)

#: Characters told of what a node says.
_TOLD = 300
#: What nodes call a search that was stopped because its time was up.
_STOPPED = frozenset(("task_cancelled_exception", "search_timeout_exception"))

#: What they call it when the node that holds a part of the index is gone, whatever the status.
_GONE = frozenset(
    (
        "node_disconnected_exception",
        "node_not_connected_exception",
        "node_closed_exception",
        "connect_transport_exception",
        "receive_timeout_transport_exception",
        "no_shard_available_action_exception",
        "illegal_index_shard_state_exception",
        "cluster_manager_not_discovered_exception",
        "master_not_discovered_exception",
    )
)


class Unreachable(IndexUnavailable):
    """No node answers, or none that can: the cluster is starting, red or gone."""


class NotSent(Unreachable):
    """A node could not be connected to: it knows nothing of the request."""


class Lost(Unreachable):
    """The connection ended or went silent before the answer was complete: perhaps it was done."""


class Busy(IndexUnavailable):
    """The cluster had too much to do, to the end of the time there was."""


class NotThere(IndexUnavailable):
    """There is no such index, alias or document."""


class Conflict(StorageError):
    """Somebody else changed it first, or made it before."""


class Refused(StorageError):
    """A request that makes no sense to the cluster, or that it failed to do. `kind` is its own word for what
    is wrong (`mapper_parsing_exception`), `reason` its sentence."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"the cluster refused ({status} {kind}): {reason}")
        self.status = status
        self.kind = kind
        self.reason = reason


class AccessDenied(ConfigurationError):
    """The cluster does not let us in, or does not prove who it is."""


def failure_of(status: int, answer: Any, asked: str) -> SearchServiceError:
    """The failure that an answer with this status stands for. `asked` names node and request."""
    kind, reason = _kind_and_reason(answer)
    told = f"{asked}: {status} {kind}: {reason}"[: _TOLD + len(asked)]
    if status == 401:
        return AccessDenied(
            f"{asked}: the cluster does not know this user and password: see {USER}, {PASSWORD}"
        )
    if status == 403 and "cluster_block" not in kind:
        return AccessDenied(f"{told}; the user named by {USER} needs this right")
    if status == 404:
        return NotThere(told)
    if status == 409 or kind == "resource_already_exists_exception":
        return Conflict(told)
    if status == 429 and "cluster_block" not in kind:
        return Busy(told)
    if kind in _STOPPED:
        return DeadlineExceeded(told)
    if status in (502, 503, 504) or kind in _GONE:
        return Unreachable(told)
    return Refused(status, kind, f"{asked}: {reason}"[: _TOLD + len(asked)])


def certificate_failure(node: str, reason: object) -> AccessDenied:
    """A node whose certificate is not trusted, or that does not speak TLS."""
    return AccessDenied(
        f"{node}: no secure connection: {reason}; {AUTHORITY} names the file with the certificates "
        "(PEM) that the cluster's own is signed by"
    )


def _kind_and_reason(answer: Any) -> tuple[str, str]:
    error = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(error, str):
        return "error", error
    if not isinstance(error, dict):
        # A proxy's page, or the document that is not there.
        return "error", str(answer)[:_TOLD]
    kind, reason = str(error.get("type", "error")), str(error.get("reason", ""))
    # Of a search that failed on several shards, what went wrong on one of them.
    causes = error.get("root_cause") or error.get("failed_shards") or ()
    cause = next((one.get("reason", one) for one in causes if isinstance(one, dict)), None)
    if kind == "search_phase_execution_exception" and causes:
        first = causes[0].get("reason", causes[0])
        first = first if isinstance(first, dict) else causes[0]
        kind = str(first.get("type", kind))
        reason = str(first.get("reason", reason))
    elif cause and str(cause) not in reason:
        reason = f"{reason} ({cause})"
    return kind, reason
