"""Requests reach a cluster, or fail clearly and in time: nodes that hang, refuse, reset, are busy.

The nodes are stubs on 127.0.0.1; what a real cluster says is asked in test_opensearch_control.py.
"""

from __future__ import annotations

import base64
import logging
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from opensearch_stub import HALF, HANG, RESET, Answer, Asked, Stub, error, unused_port

from search.cluster_access import ClusterAccess
from search.errors import ConfigurationError, DeadlineExceeded, IndexUnavailable, StorageError
from search.opensearch import connection, nodes
from search.opensearch.connection import (
    AccessDenied,
    Busy,
    Cluster,
    Conflict,
    NotThere,
    Refused,
    Unreachable,
    shared_cluster,
)
from search.opensearch.failures import Lost

pytest.importorskip("opensearchpy")

OK: Answer = (200, {"took": 1})


def always(answer: Answer) -> Callable[[Asked], Answer]:
    return lambda _: answer


def first_then(*answers: Answer) -> Callable[[Asked], Answer]:
    """Each answer once, the last for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture
def started() -> Iterator[Callable[[Callable[[Asked], Answer]], Stub]]:
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(Stub(answer))


@pytest.fixture(autouse=True)
def in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first node is asked first."""
    monkeypatch.setattr(nodes.random, "randrange", lambda count: count - 1)


Start = Callable[[Callable[[Asked], Answer]], Stub]


def soon(seconds: float = 2.0) -> float:
    return time.monotonic() + seconds


def cluster_of(*urls: str, **more: Any) -> Cluster:
    return Cluster(ClusterAccess(urls, **more))


# What is sent


def test_a_request_is_sent_as_said(started: Start) -> None:
    node = started(always(OK))
    one = cluster_of(node.url, user="reader", password="geheim")
    assert one.request("PUT", "/films/_doc/1", {"title": "Ягода"}, params={"refresh": "true"}) == {"took": 1}
    one.bulk(b'{"delete":{"_id":"1"}}\n', index="films")
    one.request("GET", "/")
    put, bulk, get = node.asked
    assert (put.method, put.path, put.params) == ("PUT", "/films/_doc/1", {"refresh": "true"})
    assert (put.json, put.headers["content-type"]) == ({"title": "Ягода"}, "application/json")
    assert put.headers["authorization"] == "Basic " + base64.b64encode(b"reader:geheim").decode()
    assert (bulk.method, bulk.path, bulk.body) == ("POST", "/films/_bulk", b'{"delete":{"_id":"1"}}\n')
    assert bulk.headers["content-type"] == "application/x-ndjson"
    assert (get.method, get.body) == ("GET", b"")


def test_a_search_wants_all_parts_and_says_when_to_stop(started: Start) -> None:
    node = started(always((200, {"hits": {}, "_shards": {"total": 2, "failed": 0}})))
    cluster_of(node.url).search("films", {"size": 0}, soon(1.5))
    (asked,) = node.asked
    assert (asked.path, asked.json) == ("/films/_search", {"size": 0})
    assert asked.params["allow_partial_search_results"] == "false"
    assert 1000 < int(asked.params["cancel_after_time_interval"].removesuffix("ms")) <= 1500


def test_several_searches_are_one_request(started: Start) -> None:
    node = started(always((200, {"responses": [{"hits": 1}, {"hits": 2}]})))
    one = cluster_of(node.url)
    assert one.msearch("films", [{"size": 1}, {"size": 2}], soon()) == [{"hits": 1}, {"hits": 2}]
    lines = node.asked[0].body.splitlines()
    assert (lines[1], lines[3], len(lines)) == (b'{"size":1}', b'{"size":2}', 4)
    assert one.msearch("films", []) == []
    assert len(node.asked) == 1


def test_halves_of_characters_do_no_harm(started: Start) -> None:
    node = started(always(OK))
    cluster_of(node.url).search("films", {"query": {"term": {"title": "\ud83d"}}})
    assert b"\\ud83d" in node.asked[0].body


# What is answered


REFUSALS: dict[str, tuple[Answer, type[Exception], str]] = {
    "no-index": (error(404, "index_not_found_exception"), NotThere, "index_not_found"),
    "conflict": (error(409, "version_conflict_engine_exception"), Conflict, "version_conflict"),
    "exists": (error(400, "resource_already_exists_exception"), Conflict, "already_exists"),
    "nonsense": (error(400, "parsing_exception", "unknown query"), Refused, "unknown query"),
    "defect": (error(500, "null_pointer_exception"), Refused, "null_pointer"),
    "node-gone": (error(500, "node_disconnected_exception"), Unreachable, "disconnected"),
    "no-user": (error(401, "security_exception"), AccessDenied, "SEARCH_ENGINE_PASSWORD"),
    "no-right": (error(403, "security_exception", "no permissions"), AccessDenied, "no permissions"),
    "write-block": (error(403, "cluster_block_exception", "FORBIDDEN/8"), Refused, "FORBIDDEN/8"),
    "disk-full": (error(429, "cluster_block_exception", "flood-stage"), Refused, "flood-stage"),
    "stopped": (error(400, "task_cancelled_exception"), DeadlineExceeded, "cancelled"),
    "busy": (error(429, "rejected_execution_exception"), Busy, "rejected"),
    "red": (error(503, "no_shard_available_action_exception"), Unreachable, "no_shard"),
    "proxy": ((502, "Bad Gateway"), Unreachable, "Bad Gateway"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_becomes_the_error_it_stands_for(name: str, started: Start) -> None:
    answer, kind, told = REFUSALS[name]
    with pytest.raises(kind, match=told):
        cluster_of(started(always(answer)).url).request("GET", "/films/_doc/1", deadline=soon(1))


def test_what_failed_on_a_part_is_told(started: Start) -> None:
    cause = {"type": "script_exception", "reason": "compile error"}
    told = {"type": "search_phase_execution_exception", "reason": "all shards failed", "root_cause": [cause]}
    node = started(always((400, {"error": told, "status": 400})))
    with pytest.raises(Refused) as caught:
        cluster_of(node.url).search("films", {})
    assert (caught.value.status, caught.value.kind) == (400, "script_exception")
    assert "compile error" in str(caught.value)


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ({"timed_out": True}, DeadlineExceeded),
        ({"_shards": {"total": 3, "failed": 1}}, Unreachable),
    ],
    ids=["stopped", "part-missing"],
)
def test_half_a_result_is_none(found: Any, kind: type[Exception], started: Start) -> None:
    whole = {"_shards": {"total": 3, "failed": 0}}
    with pytest.raises(kind):
        cluster_of(started(always((200, found))).url).search("films", {}, soon())
    with pytest.raises(kind):
        cluster_of(started(always((200, {"responses": [whole, found]}))).url).msearch(
            "films", [{}, {}], soon()
        )


def test_one_search_that_fails_fails_all(started: Start) -> None:
    wrong = {"error": {"type": "parsing_exception", "reason": "no"}, "status": 400}
    node = started(always((200, {"responses": [{"hits": 1}, wrong]})))
    with pytest.raises(Refused, match="parsing_exception"):
        cluster_of(node.url).msearch("films", [{}, {}], soon())


def test_a_missing_document_is_an_answer(started: Start) -> None:
    node = started(lambda asked: (404, {"found": False}) if asked.method == "GET" else (404, {}))
    one = cluster_of(node.url)
    assert one.request("GET", "/films/_doc/1") == {"found": False}
    assert not one.exists("/films/_doc/1")


# Nodes that fail


FAILURES: dict[str, Answer] = {
    "reset": RESET,
    "half": HALF,
    "hang": HANG,
    "503": error(503, "cluster_manager_not_discovered_exception"),
    "busy": error(429, "rejected_execution_exception"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_read_goes_to_another_node(failure: str, started: Start) -> None:
    bad, good = started(always(FAILURES[failure])), started(always(OK))
    one = cluster_of(bad.url, good.url)
    began = time.monotonic()
    assert one.search("films", {}, soon(1.0)) == {"took": 1}
    assert time.monotonic() - began < 1.0
    assert (len(bad.asked), len(good.asked)) == (1, 1)


@pytest.mark.parametrize("failure", ["reset", "half", "503"])
def test_a_write_is_not_repeated_unless_that_is_harmless(failure: str, started: Start) -> None:
    bad, good = started(always(FAILURES[failure])), started(always(OK))
    with pytest.raises(IndexUnavailable):
        cluster_of(bad.url, good.url).request("POST", "/_aliases", {"actions": []}, deadline=soon())
    assert good.asked == []
    assert cluster_of(bad.url, good.url).bulk(b"{}\n", deadline=soon()) == {"took": 1}
    assert len(good.asked) == 1


def test_what_was_never_sent_goes_elsewhere_whatever_it_is(started: Start) -> None:
    good = started(always(OK))
    one = cluster_of(f"http://127.0.0.1:{unused_port()}", good.url)
    assert one.request("POST", "/_aliases", {"actions": []}) == {"took": 1}


@pytest.mark.parametrize("patience", [0.3, 1.0], ids=str)
def test_no_call_takes_longer_than_its_deadline(patience: float, started: Start) -> None:
    hanging = [started(always(HANG)) for _ in range(3)]
    one = cluster_of(*(node.url for node in hanging))
    began = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        one.search("films", {}, soon(patience))
    assert patience <= time.monotonic() - began + 0.01 < patience + 0.5
    with pytest.raises(DeadlineExceeded):
        one.search("films", {}, time.monotonic() - 1)


def test_a_busy_cluster_is_given_time(started: Start) -> None:
    busy = error(429, "rejected_execution_exception")
    node = started(first_then(busy, busy, busy, OK))
    assert cluster_of(node.url).bulk(b"{}\n", index="films") == {"took": 1}
    assert len(node.asked) == 4
    with pytest.raises(Busy):
        cluster_of(started(always(busy)).url).search("films", {}, soon(5))


def test_a_busy_part_of_several_searches_is_asked_again(started: Start) -> None:
    busy = {"error": {"type": "rejected_execution_exception", "reason": "queue"}, "status": 429}
    node = started(first_then((200, {"responses": [{}, busy]}), (200, {"responses": [{}, {}]})))
    assert cluster_of(node.url).msearch("films", [{}, {}], soon()) == [{}, {}]


def test_a_cluster_that_is_away_costs_nothing_and_comes_back_by_itself(
    started: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = started(first_then(RESET, RESET, OK))
    one = cluster_of(node.url)
    with pytest.raises(Unreachable):
        one.search("films", {}, soon())
    began = time.monotonic()
    for _ in range(20):
        with pytest.raises(Unreachable):
            one.search("films", {}, soon())
    assert time.monotonic() - began < 0.2
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            one.search("films", {}, soon())
        except Unreachable:
            time.sleep(0.05)
        else:
            break
    assert one.search("films", {}, soon()) == {"took": 1}
    assert len(node.asked) <= 5


def test_slow_is_not_away(started: Start) -> None:
    """One query that takes too long does not make the others fail."""
    node = started(lambda asked: HANG if asked.path.startswith("/slow") else OK)
    one = cluster_of(node.url)
    with pytest.raises(DeadlineExceeded):
        one.search("slow", {}, soon(0.2))
    assert one.search("films", {}, soon()) == {"took": 1}


def test_a_node_that_failed_is_asked_last(started: Start) -> None:
    bad, good = started(always(HANG)), started(always(OK))
    one = cluster_of(bad.url, good.url)
    one.search("films", {}, soon(0.5))
    began = time.monotonic()
    for _ in range(5):
        one.search("films", {}, soon(0.5))
    assert time.monotonic() - began < 0.25
    assert len(bad.asked) == 1


def test_parts_are_looked_for_on_nodes_that_answer(started: Start) -> None:
    """A node that hangs is still a member of the cluster for a while; others would wait for it."""

    def answer(asked: Asked) -> Answer:
        if asked.path == "/_nodes/_local":
            return 200, {"nodes": {"Zx9": {"name": "node-2"}}}
        return 200, {"responses": [{}]} if asked.path.endswith("_msearch") else {}

    bad, good = started(always(HANG)), started(answer)
    one = cluster_of(bad.url, good.url)
    one.search("films", {}, soon(0.5))
    one.search("films", {}, soon(0.5))
    one.msearch("films", [{}], soon(0.5))
    first, naming, second, several = good.asked
    assert "preference" not in first.params
    assert naming.path == "/_nodes/_local"
    assert second.params["preference"] == "_prefer_nodes:Zx9"
    assert b'"preference":"_prefer_nodes:Zx9"' in several.body.splitlines()[0]


def test_no_deadline_waits_for_the_cluster(started: Start) -> None:
    node = started(first_then(RESET, RESET, RESET, OK))
    assert cluster_of(node.url).request("GET", "/") == {"took": 1}


# Threads, processes, signals


def test_many_threads_share_a_cluster(started: Start) -> None:
    node = started(lambda asked: (200, {"path": asked.path}))
    one = cluster_of(node.url)
    wrong: list[str] = []

    def ask(name: str) -> None:
        wrong.extend(name for _ in range(20) if one.request("GET", f"/{name}")["path"] != f"/{name}")

    threads = [threading.Thread(target=ask, args=(f"t{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, len(node.asked)) == ([], 160)


def test_a_process_opens_its_own_connections(started: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    node = started(always(OK))
    one = shared_cluster(ClusterAccess((node.url,)))
    one.request("GET", "/")
    one.request("GET", "/")
    monkeypatch.setattr(connection.os, "getpid", lambda: -1)
    one.request("GET", "/")
    before, same, forked = (asked.port for asked in node.asked)
    assert before == same != forked
    assert shared_cluster(ClusterAccess((node.url,))) is not one


def test_a_signal_ends_the_waiting(started: Start) -> None:
    """The hard deadline of a worker is a signal; what it raises is not taken for a failed node."""

    def strike(*_: object) -> None:
        raise DeadlineExceeded("struck")

    old = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(DeadlineExceeded, match="struck"):
            cluster_of(started(always(HANG)).url).search("films", {}, soon(5))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


# Trust


def test_passwords_are_never_told(started: Start, caplog: pytest.LogCaptureFixture) -> None:
    access = ClusterAccess((started(always(error(401))).url,), user="reader", password="geheim")
    caplog.set_level(logging.DEBUG)
    with pytest.raises(AccessDenied) as caught:
        Cluster(access).request("GET", "/")
    secret = base64.b64encode(b"reader:geheim").decode()
    for text in (repr(access), repr(Cluster(access)), str(caught.value), caplog.text):
        assert "geheim" not in text
        assert secret not in text


def test_a_node_without_a_secure_connection_is_refused(started: Start) -> None:
    node = started(always(OK))
    with pytest.raises(AccessDenied, match="SEARCH_ENGINE_CA"):
        cluster_of(node.url.replace("http:", "https:")).request("GET", "/", deadline=soon())


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1, signed by itself."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the program openssl to make a certificate")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=node -keyout key -out pem -addext"
    subprocess.run(
        [*command.split(), "subjectAltName=IP:127.0.0.1"], cwd=tmp_path, check=True, capture_output=True
    )
    return tmp_path / "pem"


def test_certificates_are_checked(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key"))
    with Stub(always(OK), context) as node:
        assert cluster_of(node.url, authority=certificate).request("GET", "/") == {"took": 1}
        with pytest.raises(AccessDenied, match="SEARCH_ENGINE_CA"):
            cluster_of(node.url).request("GET", "/", deadline=soon())
    with pytest.raises(ConfigurationError, match="no certificates"):
        cluster_of(node.url, authority=certificate.with_name("key"))


def test_without_the_client_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_library", None)
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'multilingual-search\[opensearch\]'"):
        cluster_of("http://127.0.0.1:9")


def test_errors_are_those_that_others_know() -> None:
    assert issubclass(AccessDenied, ConfigurationError)
    for kind in (Busy, Lost, NotThere, Unreachable):
        assert issubclass(kind, IndexUnavailable)
    for kind in (Conflict, Refused):
        assert issubclass(kind, StorageError)
