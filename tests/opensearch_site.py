"""An OpenSearch cluster of our own on free ports, for as long as tests last or until it is stopped.

Tests ask for `cluster` (three nodes in one process, shared by the session: use index names of your own) or
for `separate_nodes` (a process per node, for tests that kill or halt some; one cluster per test file).
`OPENSEARCH_URL` names a running cluster to be used in place of the first, addresses separated by commas.
`OPENSEARCH_LANE` chooses the version (opensearch_java.py). Where Java or Maven is missing these tests are
skipped; CI must have both.

As a program it serves a cluster until it is interrupted: `python tests/opensearch_site.py --port 9200`.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from opensearch_java import Lane, Unavailable, chosen_lane, fetch_jars, find_java

HOST = "127.0.0.1"
NODES = 3
START_SECONDS = 120.0
STOP_SECONDS = 20.0
#: Memory of the whole cluster in one process, and of each of several.
SHARED_HEAP = "1g"
OWN_HEAP = "512m"
JAVA_OPTIONS = (
    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Djava.awt.headless=true",
    "-Dlog4j2.disable.jmx=true", "-Dlog4j.shutdownHookEnabled=false", "-Dorg.apache.logging.log4j.level=INFO",
    "-Dio.netty.noUnsafe=true", "-Dio.netty.noKeySetOptimization=true", "--enable-native-access=ALL-UNNAMED",
)  # fmt: skip


class ClusterFailed(RuntimeError):
    """The cluster did not become what it should be; the message holds what it said last."""


class Refused(RuntimeError):
    """The cluster answered a request with an error."""

    def __init__(self, status: int, answer: Any) -> None:
        super().__init__(f"{status}: {json.dumps(answer)[:2000]}")
        self.status = status
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Cluster:
    """Nodes that answer, by their addresses."""

    urls: tuple[str, ...]

    @property
    def url(self) -> str:
        return self.urls[0]

    @property
    def version(self) -> str:
        return str(self.request("GET", "/")["version"]["number"])

    def request(
        self, method: str, path: str, body: Any = None, *, node: int = 0, seconds: float = 60.0
    ) -> Any:
        """The answer as data. `body` is sent as JSON; text as it is (for `_bulk`).

        Raises `Refused` for an answer that is an error, `OSError` if none came.
        """
        address = urlsplit(self.urls[node])
        connection = http.client.HTTPConnection(address.hostname or HOST, address.port, timeout=seconds)
        with contextlib.closing(connection):
            content = body if body is None or isinstance(body, str) else json.dumps(body)
            kind = "application/x-ndjson" if isinstance(body, str) else "application/json"
            connection.request(
                method, path, content.encode() if content is not None else None, {"Content-Type": kind}
            )
            response = connection.getresponse()
            text = response.read()
        answer = json.loads(text) if text[:1] in (b"{", b"[") else text.decode(errors="replace")
        if response.status >= 400:
            raise Refused(response.status, answer)
        return answer

    def wait(self, *, status: str = "green", nodes: int = NODES, seconds: float = START_SECONDS) -> None:
        """Until this many nodes answer, each seeing as many and all shards as they should be.

        Raises `ClusterFailed`.
        """
        path = f"/_cluster/health?wait_for_nodes={nodes}&wait_for_status={status}&timeout=1s"
        deadline = time.monotonic() + seconds
        while True:
            answered, problem = 0, ""
            for node in range(len(self.urls)):
                try:
                    self.request("GET", path, node=node, seconds=5)
                    answered += 1
                except (OSError, http.client.HTTPException, Refused) as error:
                    problem = f"{self.urls[node]}: {error}"
            if answered >= min(nodes, len(self.urls)):
                return
            if time.monotonic() > deadline:
                raise ClusterFailed(f"not {status} with {nodes} nodes in {seconds:.0f} s: {problem}")
            time.sleep(0.1)


@dataclass(slots=True)
class LocalCluster:
    """Nodes on this machine, started here: in one process, or each in its own.

    Nodes are called 0, 1, 2 in the methods and node-1, node-2, node-3 in the cluster. Their data and what
    they say (node-1.log) is below `folder`. A node started again after `kill` has its data and its port.
    """

    folder: Path
    lane: Lane
    separate: bool = False
    nodes: int = NODES
    first_port: int = 0
    heap: str = ""
    cluster: Cluster = field(init=False)
    _ports: list[tuple[int, int]] = field(init=False)
    _processes: dict[int, subprocess.Popen[bytes]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._ports = _ports(self.nodes, self.first_port)
        self.cluster = Cluster(tuple(f"http://{HOST}:{port}" for port, _ in self._ports))

    def start(self) -> Cluster:
        """All nodes, green. Raises `ClusterFailed`, and `Unavailable` without Java or jars."""
        for node in range(self.nodes):
            self._configure(node)
        groups = [[node] for node in range(self.nodes)] if self.separate else [list(range(self.nodes))]
        try:
            for group in groups:
                self._launch(group)
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self.cluster

    def wait(
        self, *, status: str = "green", nodes: int | None = None, seconds: float = START_SECONDS
    ) -> None:
        """`Cluster.wait`, which gives up as soon as a process ends. Shows what the nodes said last."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.cluster.wait(status=status, nodes=nodes or self.nodes, seconds=1)
                return
            except ClusterFailed as error:
                ended = [number for number, process in self._processes.items() if process.poll() is not None]
                if ended or time.monotonic() > deadline:
                    raise ClusterFailed(f"{error}\n{self._said_last()}") from error

    def start_node(self, node: int) -> None:
        """Starts a killed node again; returns at once (see `wait`)."""
        self._launch([node])

    def kill(self, node: int) -> None:
        """SIGKILL, as a machine that is switched off."""
        process = self._processes.pop(node)
        process.kill()
        process.wait()
        _close_input(process)

    def halt(self, node: int) -> None:
        """SIGSTOP, as a node that hangs: its connections stay open and nothing answers."""
        self._processes[node].send_signal(signal.SIGSTOP)

    def resume(self, node: int) -> None:
        """SIGCONT, after `halt`."""
        self._processes[node].send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """All nodes, in order; those that do not end in time are killed."""
        for process in self._processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._processes.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _close_input(process)
        self._processes.clear()

    def process(self, node: int = 0) -> int:
        """The id of the process that the node runs in."""
        return self._processes[node if self.separate else 0].pid

    def _home(self, node: int) -> Path:
        return self.folder / f"node-{node + 1}"

    def _configure(self, node: int) -> None:
        """opensearch.yml, which may be written in JSON."""
        http_port, transport_port = self._ports[node]
        home = self._home(node)
        (home / "config").mkdir(parents=True, exist_ok=True)
        settings = {
            "cluster.name": self.folder.name,
            "node.name": f"node-{node + 1}",
            "path.data": str(home / "data"),
            "path.logs": str(home / "logs"),
            "network.host": HOST,
            "http.port": http_port,
            "transport.port": transport_port,
            "discovery.seed_hosts": [f"{HOST}:{port}" for _, port in self._ports],
            # One node alone founds the cluster, the others join it: a vote would have to wait for them.
            "cluster.initial_cluster_manager_nodes": ["node-1"],
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "action.auto_create_index": False,
        }
        (home / "config" / "opensearch.yml").write_text(json.dumps(settings, indent=1), encoding="utf-8")

    def _launch(self, group: Sequence[int]) -> None:
        heap = self.heap or (OWN_HEAP if self.separate else SHARED_HEAP)
        temporary = self.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        command = [
            str(find_java(self.lane)), f"-Xms{heap}", f"-Xmx{heap}", *JAVA_OPTIONS,
            f"-Djava.io.tmpdir={temporary}", "-cp", os.pathsep.join(map(str, fetch_jars(self.lane))),
            "NodeMain", ",".join(self.lane.plugins),
            *(str(self._home(node)) for node in group),
        ]  # fmt: skip
        with (self.folder / f"node-{group[0] + 1}.log").open("ab") as log:
            self._processes[group[0]] = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def _said_last(self) -> str:
        logs = sorted(self.folder.glob("node-*.log"))
        return "\n".join(f"{log}:\n{log.read_text(errors='replace')[-3000:]}" for log in logs)


@contextlib.contextmanager
def running(folder: Path, *, separate: bool = False) -> Iterator[LocalCluster]:
    """A cluster of the chosen lane with its data in `folder`. Skips the test where it cannot be; CI fails."""
    local = LocalCluster(folder, chosen_lane(), separate=separate)
    try:
        try:
            local.start()
        except ClusterFailed as error:
            if "Address already in use" not in str(error):
                raise
            # Somebody took a port between our looking and the node's asking for it.
            local = LocalCluster(folder / "again", chosen_lane(), separate=separate)
            local.start()
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must have it: {error}")
        pytest.skip(f"needs OpenSearch: {error}")
    try:
        yield local
    finally:
        local.stop()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes for all tests of the session; or the running ones that `OPENSEARCH_URL` names."""
    given = os.environ.get("OPENSEARCH_URL")
    if given:
        yield Cluster(tuple(url.strip().rstrip("/") for url in given.split(",")))
        return
    with running(tmp_path_factory.mktemp("opensearch")) as local:
        yield local.cluster


@pytest.fixture(scope="module")
def separate_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Three nodes in three processes, for the tests of one file to kill and halt."""
    with running(tmp_path_factory.mktemp("opensearch-nodes"), separate=True) as local:
        yield local


def _ports(nodes: int, first: int) -> list[tuple[int, int]]:
    """(HTTP, transport) of each node: `first` and following, transport 100 above; free ones if it is 0."""
    if first:
        return [(first + node, first + 100 + node) for node in range(nodes)]
    with contextlib.ExitStack() as probes:
        free = []
        for _ in range(2 * nodes):
            probe = probes.enter_context(socket.socket())
            probe.bind((HOST, 0))
            free.append(int(probe.getsockname()[1]))
    return list(zip(free[::2], free[1::2], strict=True))


def _close_input(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()


def main() -> None:
    """Serves a cluster in the foreground."""
    parser = argparse.ArgumentParser(description="An OpenSearch cluster for trials, until it is interrupted.")
    parser.add_argument("--port", type=int, default=9200, help="of the first node; the others follow")
    parser.add_argument("--nodes", type=int, default=NODES)
    parser.add_argument("--heap", default=SHARED_HEAP, help="memory of each process, as 1g")
    parser.add_argument("--separate", action="store_true", help="a process per node")
    parser.add_argument("--data", type=Path, help="folder kept from one start to the next (default: none)")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.ExitStack() as stack:
        folder = given.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opensearch-")))
        local = LocalCluster(
            folder.absolute(), chosen_lane(), separate=given.separate, nodes=given.nodes,
            first_port=given.port, heap=given.heap,
        )  # fmt: skip
        started = time.monotonic()
        try:
            cluster = local.start()
        except (Unavailable, ClusterFailed) as error:
            sys.exit(str(error))
        stack.callback(local.stop)
        print(
            f"OpenSearch {cluster.version}, {given.nodes} nodes, in {time.monotonic() - started:.1f} s:",
            flush=True,
        )
        print(",".join(cluster.urls), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
