"""Generations on a cluster: records, files, the alias, the writer's lock, the copy each host keeps.

Everything runs on a small cluster in memory; what depends on how a real one behaves runs there as well.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from opensearch_stub import Answer, Asked, Stub, error, small_cluster, unused_port, wait_until

from indexer.cli import main
from indexer.doctor import examine
from indexer.doctor.cluster import cluster_access
from indexer.doctor.deployment import Deployment
from search.access import this_account
from search.cluster_access import ClusterAccess
from search.configuration import OpenSearchSettings, Settings, load_settings
from search.errors import (
    ConfigurationError,
    IndexDamaged,
    IndexLocked,
    IndexUnavailable,
    StorageError,
)
from search.index.generations import Generations
from search.index.manifest import Manifest, entries_of, manifest_hash, read_manifest
from search.live_engine import LiveEngine
from search.opensearch import control as control_module
from search.opensearch import file_chunks, local_copy, writer_lock
from search.opensearch.connection import Cluster, Unreachable
from search.opensearch.control import Control, Leftovers
from search.opensearch.local_copy import LocalCopy, opened_copy
from search.opensearch.names import Names, checked_name, name_of
from web.settings import WebSettings

pytest.importorskip("opensearchpy")


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(small_cluster()) as one:
        yield one


@pytest.fixture
def access(stub: Stub) -> ClusterAccess:
    return ClusterAccess((stub.url,))


@pytest.fixture(params=["small", pytest.param("real", marks=pytest.mark.opensearch)])
def either(request: pytest.FixtureRequest) -> Iterator[Control]:
    """A collection of its own on the small cluster, and on a real one."""
    name = f"control-{uuid.uuid4().hex}"
    if request.param == "small":
        yield Control(Cluster(ClusterAccess((request.getfixturevalue("stub").url,))), name)
        return
    one = Control(Cluster(ClusterAccess(request.getfixturevalue("cluster").urls)), name)
    yield one
    for index in [*map(one.names.index, one.indices()), one.names.control]:
        if one.cluster.exists(f"/{index}"):
            one.cluster.request("DELETE", f"/{index}")


@pytest.fixture
def control(access: ClusterAccess) -> Control:
    return Control(Cluster(access), "films")


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_chunks, "PIECE", 1000)
    monkeypatch.setattr(local_copy, "EVERY", 0.0)


WORDS = bytes(range(256)) * 10


def build(control: Control, root: Path, *, words: bytes = WORDS, fails: bool = False) -> str:
    """A generation, built and published as the indexer does it."""
    generations = Generations(root)
    with control.writing("build") as lock, generations.writing("build"):
        name = control.next_generation(*generations.finished())
        lock.begin(name)
        seal(generations, name, control.names.index(name), words)
        control.cluster.request("PUT", f"/{control.names.index(name)}")
        control.complete(control.upload(generations.path(name)))
        if fails:
            raise KeyError(name)
        lock.check()
        control.publish(name)
        generations.publish(name)
        control.collect()
        generations.collect()
    return name


def seal(generations: Generations, name: str, index: str, words: bytes) -> None:
    building = generations.folder / f"building-{name}"
    building.mkdir()
    (building / "cluster.json").write_text(json.dumps({"index": index}))
    (building / "words.mls").write_bytes(words)
    (building / "same.mls").write_bytes(WORDS[:500])
    (building / "empty").write_bytes(b"")
    generations.seal(building, Manifest(name, "2026-01-01", 3, {"en": 3}, entries_of(building), "", {}))


def same(first: Path, second: Path) -> bool:
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    return all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


# A generation comes, is found, goes


def test_generations_come_and_go(either: Control, tmp_path: Path) -> None:
    assert (either.live(), either.records(), either.indices(), either.holder()) == (None, [], [], "")
    assert not either.leftovers()
    with pytest.raises(IndexUnavailable):
        either.previous()
    for number in range(1, 6):
        assert build(either, tmp_path, words=bytes([number]) * 1500) == f"{number:06d}"
    kept = ["000003", "000004", "000005"]
    assert (either.live(), either.indices(), either.previous()) == ("000005", kept, "000004")
    assert [record.generation for record in either.records()] == kept
    assert not either.leftovers()
    # Three of each, and the two that all have in common.
    assert len(either.files.held()) == 3 * 3 + 2

    copy = LocalCopy(tmp_path / "copy", either)
    assert copy.bring() == "000005"
    assert same(copy.generations.path("000005"), Generations(tmp_path).path("000005"))
    assert copy.generations.live() == "000005"

    with either.writing("rollback"):
        either.publish(either.previous())
    assert (either.live(), copy.bring(), copy.generations.live()) == ("000004", "000004", "000004")
    # Numbers are never used again.
    assert build(either, tmp_path) == "000006"
    with pytest.raises(StorageError, match="is live"):
        either.remove("000006")


def test_a_build_that_fails_leaves_nothing(either: Control, tmp_path: Path) -> None:
    build(either, tmp_path)
    with pytest.raises(KeyError):
        build(either, tmp_path, fails=True)
    assert (either.live(), either.indices(), either.holder()) == ("000001", ["000001"], "")
    with either.writing("gc"):
        either.collect()
    assert not either.leftovers()
    assert either.record("000002") is None


def test_only_one_writes(either: Control, tmp_path: Path) -> None:
    with either.writing("build") as lock:
        lock.begin("000001")
        assert f"process {os.getpid()}" in either.holder()
        with (
            pytest.raises(IndexLocked, match=r"being written by process \d+ on .* \(build\) since"),
            either.writing("two"),
        ):
            pass
        lock.check()
    assert either.holder() == ""
    assert build(either, tmp_path) == "000002", "a number that was begun is not given again"


def test_a_generation_that_is_not_complete_is_not_published(either: Control, tmp_path: Path) -> None:
    build(either, tmp_path)
    with either.writing("build"):
        either.cluster.request("PUT", f"/{either.names.index('000002')}")
        with pytest.raises(IndexUnavailable, match="not complete"):
            either.publish("000002")
    assert either.live() == "000001"
    assert either.leftovers() == Leftovers(indices=("000002",))
    record = either.record("000001")
    assert record is not None
    either.complete(replace(record, generation="000003", index=either.names.index("000003")))
    assert either.leftovers() == Leftovers(indices=("000002",), records=("000003",))
    with either.writing("gc"):
        assert sorted(either.collect()) == ["000002", "000003"]
    assert not either.leftovers()


def test_an_index_in_the_way_of_the_alias_is_told(cluster: Any, tmp_path: Path) -> None:
    one = Control(Cluster(ClusterAccess(cluster.urls)), f"control-{uuid.uuid4().hex}")
    one.cluster.request("PUT", f"/{one.names.alias}")
    try:
        with pytest.raises(StorageError, match="give the collection another name"):
            build(one, tmp_path)
    finally:
        for index in (one.names.alias, one.names.control):
            one.cluster.request("DELETE", f"/{index}")


# Death at any step


class Dead(BaseException):
    """The process is no more."""


class Dying:
    """A cluster as seen by a process that dies with its request number `steps`; no later one is sent."""

    def __init__(self, cluster: Cluster, steps: int) -> None:
        self._cluster = cluster
        self._left = steps

    def __getattr__(self, name: str) -> Any:
        def asked(*arguments: Any, **more: Any) -> Any:
            self._left -= 1
            if self._left < 0:
                raise Dead
            return getattr(self._cluster, name)(*arguments, **more)

        return asked


def test_the_alias_is_right_wherever_the_writer_dies(
    control: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(control, tmp_path, words=b"first")
    monkeypatch.setattr(writer_lock, "BEAT", 1000.0)
    copy = LocalCopy(tmp_path / "copy", control)
    died, survived, steps = 0, set(), 0
    while True:
        steps += 1
        before = control.live()
        dying: Any = Dying(control.cluster, steps)
        try:
            build(Control(dying, "films"), tmp_path, words=str(steps).encode())
        except Dead:
            died += 1
        else:
            break
        live = control.live()
        assert live is not None
        assert live >= (before or "")
        record = control.record(live)
        assert record is not None
        assert live in control.indices()
        assert copy.bring() == live
        survived.add(live != before)
        # The next writer finds the dead one's process gone.
        with monkeypatch.context() as gone:
            gone.setattr(writer_lock, "_runs", lambda _: False)
            with control.writing("gc"):
                assert control.live() == live
                control.collect()
                assert not control.leftovers()
        assert control.holder() == ""
    assert died > 20
    assert survived == {True, False}


def test_an_answer_that_is_lost_may_have_moved_the_alias(tmp_path: Path) -> None:
    """Moved, but the answer never came: looked up, not repeated blindly."""
    inner = small_cluster()
    lost: list[str] = []

    def answer(asked: Asked) -> Answer:
        answered = inner(asked)
        if asked.path == "/_aliases" and not lost:
            lost.append("reset")
            return "reset"
        return answered

    with Stub(answer) as node:
        one = Control(Cluster(ClusterAccess((node.url,))), "films")
        assert build(one, tmp_path) == "000001"
        assert (one.live(), len([1 for asked in node.asked if asked.path == "/_aliases"])) == ("000001", 1)


def test_what_may_be_live_soon_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cluster takes the order and does not say whether it was carried out."""
    inner = small_cluster()

    def answer(asked: Asked) -> Answer:
        return (
            error(503, "process_cluster_event_timeout_exception")
            if asked.path == "/_aliases"
            else inner(asked)
        )

    monkeypatch.setattr(control_module, "_PATIENCE", 0.3)
    with Stub(answer) as node:
        one = Control(Cluster(ClusterAccess((node.url,))), "films")
        with pytest.raises(IndexUnavailable):
            build(one, tmp_path)
        assert one.indices() == ["000001"]
        assert one.holder() == ""
        with one.writing("gc"):
            assert one.indices() == []


def test_an_interrupted_move_removes_nothing(
    control: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(control, tmp_path)
    move = control._move

    def interrupted(standing: Any, index: str) -> None:
        move(standing, index)
        raise KeyboardInterrupt

    monkeypatch.setattr(control, "_move", interrupted)
    monkeypatch.setattr(control, "live", lambda deadline=None: "000001")
    with pytest.raises(KeyboardInterrupt):
        build(control, tmp_path)
    monkeypatch.undo()
    assert (control.live(), control.indices()) == ("000002", ["000001", "000002"])


# The writer's lock


def a_holder(*, beat: float = 0.0, **changes: Any) -> writer_lock.Holder:
    """One elsewhere, whose last sign of life is `beat` seconds from now."""
    return replace(
        writer_lock.Holder(
            "t", "other", "other place", 1, "build", "2026-01-01", time.time() + beat, "000009"
        ),
        **changes,
    )


def put_lock(control: Control, holder: writer_lock.Holder) -> None:
    with control.writing("prepare"):
        pass
    writer_lock._put(control.cluster, control.names.control, holder, {})


HOLDERS: dict[str, tuple[dict[str, Any], bool]] = {
    "alive-elsewhere": ({}, False),
    "clock-a-little-off": ({"beat": 30.0}, False),
    "silent-for-long": ({"beat": -1000.0}, True),
    "clock-far-ahead": ({"beat": 10_000.0}, True),
    "given-back": ({"released": True}, True),
    "here-and-gone": ({"place": writer_lock.this_place(), "process": 2**30}, True),
    "here-and-running": ({"place": writer_lock.this_place(), "process": 1, "beat": -1000.0}, False),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_who_is_dead_and_who_is_not(name: str, control: Control) -> None:
    changes, is_free = HOLDERS[name]
    put_lock(control, a_holder(**changes))
    control.cluster.request("PUT", f"/{control.names.index('000009')}")
    if is_free:
        with control.writing("build", watched=0.05):
            assert control.indices() == [], "what the dead one was making is gone"
            assert control.next_generation() == "000010", "should it wake up, it does not write into ours"
    else:
        with pytest.raises(IndexLocked, match="on other"), control.writing("build", watched=0.05):
            pass


def test_a_silent_holder_that_stirs_keeps_the_lock(control: Control) -> None:
    holder = a_holder(beat=-1000.0)
    put_lock(control, holder)
    timer = threading.Timer(0.2, lambda: writer_lock._put(control.cluster, control.names.control, holder, {}))
    timer.start()
    with pytest.raises(IndexLocked), control.writing("build", watched=0.6):
        pass
    timer.join()


def test_a_writer_that_was_replaced_gets_to_know(control: Control, tmp_path: Path) -> None:
    with control.writing("build") as lock:
        writer_lock._put(control.cluster, control.names.control, a_holder(), {})
        control.cluster.request("PUT", f"/{control.names.index('000009')}")
        with pytest.raises(IndexLocked, match="another writer has taken over"):
            lock.check()
    assert control.indices() == ["000009"], "it is the other's"
    assert "on other" in control.holder()


def test_a_writer_shows_that_it_is_alive(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_lock, "BEAT", 0.05)

    def beat() -> float:
        found = writer_lock.read(control.cluster, control.names.control)
        assert found is not None
        return found[0].beat

    with control.writing("build") as lock:
        first = beat()
        assert wait_until(lambda: beat() > first)
        lock.begin("000007")
        assert wait_until(lambda: beat() > first + 0.1)
        assert lock.holder.building == "000007"
        lock.published()


# Files


DAMAGE: dict[str, tuple[str, Any]] = {
    "piece-missing": ("piece 1 of words.mls is missing", None),
    "piece-changed": ("piece 1 of words.mls differs", {"data": "AAAA"}),
    "no-base64": ("piece 1 of words.mls differs", {"data": "?"}),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_was_damaged_on_the_cluster_is_not_taken(name: str, control: Control, tmp_path: Path) -> None:
    told, change = DAMAGE[name]
    build(control, tmp_path)
    record = control.record("000001")
    assert record is not None
    (words,) = (one for one in record.files if one.name == "words.mls")
    path = f"/{control.names.control}/_doc/{words.sha256}-000001"
    if change is None:
        control.cluster.request("DELETE", path)
    else:
        source = control.cluster.request("GET", path)["_source"]
        control.cluster.request("PUT", path, source | change)
    copy = LocalCopy(tmp_path / "copy", control)
    with pytest.raises(IndexDamaged, match=told):
        copy.bring()
    assert copy.generations.finished() == []
    assert copy.generations.litter() == []


def test_a_file_changed_on_the_way_up_is_noticed(control: Control, tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    with generations.writing("build"):
        seal(generations, "000001", "films-000001", WORDS)
    (generations.path("000001") / "words.mls").write_bytes(WORDS[::-1])
    with pytest.raises(IndexDamaged, match="checksum"), control.writing("build"):
        control.upload(generations.path("000001"))


@pytest.mark.parametrize("name", ["../../LIVE", ".hidden", "a/b", ""])
def test_names_of_files_lead_nowhere_else(name: str, control: Control, tmp_path: Path) -> None:
    build(control, tmp_path)
    record = control.record("000001")
    assert record is not None
    control.complete(replace(record, files=(replace(record.files[0], name=name),)))
    with pytest.raises(IndexDamaged, match="no name of a file"):
        control.record("000001")


def pieces(stub: Stub, method: str) -> list[str]:
    """Which pieces of files were sent or fetched."""
    paths = [asked.path for asked in stub.asked if asked.method == method]
    return [path for path in paths if re.search("/[0-9a-f]{64}-[0-9]{6}$", path)]


def test_files_that_are_there_are_not_sent_again(control: Control, stub: Stub, tmp_path: Path) -> None:
    build(control, tmp_path)
    assert len(pieces(stub, "PUT")) > 4
    stub.asked.clear()
    build(control, tmp_path)
    # Manifest and `cluster.json` are others, the words are not.
    assert len(pieces(stub, "PUT")) == 2


# The copy of a host


def test_many_processes_fetch_once(control: Control, stub: Stub, tmp_path: Path) -> None:
    build(control, tmp_path)
    copies = [LocalCopy(tmp_path / "copy", control) for _ in range(8)]
    threads = [threading.Thread(target=copy.look, args=(5.0,)) for copy in copies]
    stub.asked.clear()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wait_until(lambda: all(copy.bring() == "000001" for copy in copies))
    fetched = pieces(stub, "GET")
    assert len(set(fetched)) == len(fetched) > 4
    assert [copy.problem for copy in copies] == [""] * 8


def test_what_is_here_is_not_fetched_again(control: Control, stub: Stub, tmp_path: Path) -> None:
    build(control, tmp_path)
    copy = LocalCopy(tmp_path / "copy", control)
    copy.bring()
    build(control, tmp_path)
    stub.asked.clear()
    copy.bring()
    assert len(pieces(stub, "GET")) == 2, "manifest and facts; words are here"
    assert (copy.generations.path("000002") / "words.mls").read_bytes() == WORDS


def test_a_copy_that_was_damaged_is_fetched_anew(control: Control, tmp_path: Path) -> None:
    build(control, tmp_path)
    copy = LocalCopy(tmp_path / "copy", control)
    copy.bring()
    path = copy.generations.path("000001") / "words.mls"
    path.write_bytes(WORDS[::-1])
    copy.distrust("000001")
    copy.bring()
    assert path.read_bytes() == WORDS
    shutil.rmtree(copy.generations.path("000001"))
    assert copy.bring() == "000001"
    assert path.read_bytes() == WORDS


def test_a_collection_made_anew_begins_with_the_same_numbers(control: Control, tmp_path: Path) -> None:
    build(control, tmp_path / "one", words=b"old")
    copy = LocalCopy(tmp_path / "copy", control)
    copy.bring()
    for index in ("films-000001", "films-control"):
        control.cluster.request("DELETE", f"/{index}")
    build(control, tmp_path / "two", words=b"new")
    assert copy.bring() == "000001"
    assert (copy.generations.path("000001") / "words.mls").read_bytes() == b"new"
    assert copy.generations.pointed().manifest == manifest_hash(copy.generations.path("000001"))


def test_a_folder_of_the_other_engine_is_left_alone(control: Control, tmp_path: Path) -> None:
    build(control, tmp_path / "built")
    generations = Generations(tmp_path / "index")
    with generations.writing("build"):
        building = generations.begin()
        generations.seal(building, Manifest("000001", "2026", 0, {}, (), "", {}))
        generations.publish("000001")
    with pytest.raises(IndexUnavailable, match="engine whoosh"):
        LocalCopy(tmp_path / "index", control).bring()


def test_a_cluster_that_is_away_changes_nothing(
    control: Control, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build(control, tmp_path)
    copy = LocalCopy(tmp_path / "copy", control)
    copy.bring()
    away = ClusterAccess((f"http://127.0.0.1:{unused_port()}",))
    copy.control = Control(Cluster(away), "films")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            copy.look(5)
            assert wait_until(lambda: copy.problem != "")
        assert copy.generations.live() == "000001"
        copy.control = control
        copy.look(5)
        assert wait_until(lambda: copy.problem == "")
    told = [record.getMessage() for record in caplog.records]
    assert sum("stays as it is" in one for one in told) == 1
    assert sum("follows the cluster again" in one for one in told) == 1


def test_nobody_waits_for_a_cluster_that_hangs(tmp_path: Path) -> None:
    with Stub(lambda _: "hang") as node:
        copy = LocalCopy(tmp_path, Control(Cluster(ClusterAccess((node.url,))), "films"))
        began = time.monotonic()
        copy.look(0.1)
        for _ in range(50):
            copy.look(0.1)
        assert time.monotonic() - began < 0.3
        assert len(node.asked) == 1


# The engine that follows


class FakeEngine:
    """What `LiveEngine` needs of the engine whose postings are on a cluster."""

    def __init__(self, directory: Path, cluster: Cluster, **_: Any) -> None:
        self.manifest = read_manifest(directory)
        self.cluster = cluster
        if b"damaged" in (directory / "words.mls").read_bytes():
            raise IndexDamaged(f"{directory}: damaged")

    def release(self) -> None:
        pass


@pytest.fixture
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.opensearch_engine.OpenSearchEngine", FakeEngine)


def live(root: Path, access: ClusterAccess | None, *, server: bool = True, follow: bool = True) -> LiveEngine:
    settings = Settings(opensearch=OpenSearchSettings(name="films"))
    return LiveEngine(root, settings, touch=lambda _: None, fall_back=server, cluster=access, follow=follow)


@pytest.mark.usefixtures("fake_engine")
@pytest.mark.parametrize("server", [True, False], ids=["server", "command"])
def test_what_is_published_answers(
    server: bool, control: Control, access: ClusterAccess, tmp_path: Path
) -> None:
    build(control, tmp_path / "built")
    one = live(tmp_path / "index", access, server=server)
    assert one.engine().manifest.generation == "000001"
    build(control, tmp_path / "built", words=b"new")
    assert wait_until(lambda: one.engine().manifest.generation == "000002")
    with control.writing("rollback"):
        control.publish("000001")
    assert wait_until(lambda: one.engine().manifest.generation == "000001")
    assert one.problem == ""
    assert live(tmp_path / "built", access, follow=False).engine().manifest.generation == "000002"


@pytest.mark.usefixtures("fake_engine")
def test_a_server_without_cluster_answers_what_it_can(
    control: Control, access: ClusterAccess, tmp_path: Path
) -> None:
    away = ClusterAccess((f"http://127.0.0.1:{unused_port()}",))
    with pytest.raises(IndexUnavailable):
        live(tmp_path / "index", away).engine()
    with pytest.raises(Unreachable):
        live(tmp_path / "index", away, server=False).engine()
    build(control, tmp_path / "built")
    live(tmp_path / "index", access).engine()
    one = live(tmp_path / "index", away)
    assert one.engine().manifest.generation == "000001"
    assert wait_until(lambda: one.problem != "")


@pytest.mark.usefixtures("fake_engine")
def test_an_empty_collection_is_told(access: ClusterAccess, tmp_path: Path) -> None:
    for server in (True, False):
        with pytest.raises(IndexUnavailable, match="no index here"):
            live(tmp_path, access, server=server).engine()


@pytest.mark.usefixtures("fake_engine")
def test_a_damaged_copy_heals(control: Control, access: ClusterAccess, tmp_path: Path) -> None:
    build(control, tmp_path / "built")
    one = live(tmp_path / "index", access)
    one.engine()
    path = Generations(tmp_path / "index").path("000001") / "words.mls"
    path.write_bytes(b"damaged")
    other = live(tmp_path / "index", access)
    with pytest.raises(IndexDamaged):
        other.engine()
    assert wait_until(lambda: is_open(other))
    assert path.read_bytes() == WORDS


def is_open(one: LiveEngine) -> bool:
    try:
        one.engine()
    except IndexUnavailable:
        return False
    return True


def test_each_engine_refuses_the_folder_of_the_other(
    control: Control, access: ClusterAccess, tmp_path: Path
) -> None:
    build(control, tmp_path / "built")
    with pytest.raises(IndexUnavailable, match="--engine opensearch"):
        live(tmp_path / "built", None, server=False).engine()


def test_one_copy_serves_all_threads_of_a_process(access: ClusterAccess, tmp_path: Path) -> None:
    first = opened_copy(tmp_path, Settings(), access)
    assert opened_copy(tmp_path, Settings(), access) is first
    assert opened_copy(tmp_path / "other", Settings(), access) is not first
    assert first.control.names.alias == "films"


# Names and settings


def test_names() -> None:
    names = Names("film-archive")
    assert (names.alias, names.control) == ("film-archive", "film-archive-control")
    assert names.index("000042") == "film-archive-000042"
    assert names.generation_of("film-archive-000042") == "000042"
    for other in ("film-archive-control", "film-archive-2-000001", "film-000001", "film-archive"):
        assert names.generation_of(other) is None


@pytest.mark.parametrize(
    "name", ["", "Films", "-films", "films/x", "films*", "films-2024", "films-control", "é", "f" * 201]
)
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(ConfigurationError, match="SEARCH_ENGINE_NAME"):
        checked_name(name)


NAMED: dict[str, tuple[str, str, str, str]] = {
    "environment": ("env", "toml", "films", "env"),
    "configuration": ("", "toml", "films", "toml"),
    "noun": ("", "", "Feature films", "feature-films"),
    "accents": ("", "", "Películas", "peliculas"),
    "folder": ("", "", "映画", "folder"),
}


@pytest.mark.parametrize("name", NAMED)
def test_what_a_collection_is_called(name: str, tmp_path: Path) -> None:
    environment, configured, noun, expected = NAMED[name]
    settings = Settings(noun_plural=noun, opensearch=OpenSearchSettings(name=configured))
    access = ClusterAccess(("http://a:9200",), name=environment)
    assert name_of(settings, access, tmp_path / "Folder") == expected


TABLES: dict[str, tuple[str, str]] = {
    "no-table": ("opensearch = 1", "must be a table"),
    "unknown": ("[opensearch]\nshard = 1", "did you mean 'shards'"),
    "no-number": ("[opensearch]\nshards = '3'", "whole number"),
    "truth": ("[opensearch]\nreplicas = true", "whole number"),
    "none": ("[opensearch]\nshards = 0", "from 1 to"),
    "negative": ("[opensearch]\nreplicas = -1", "from 0 to"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_wrong_table_is_told(name: str, tmp_path: Path) -> None:
    text, told = TABLES[name]
    path = tmp_path / "search.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=told) as caught:
        load_settings(path)
    assert str(path) in str(caught.value)


def test_the_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "search.toml"
    path.write_text('[opensearch]\nname = "archive"\nshards = 4\nreplicas = 0\n')
    assert load_settings(path).opensearch == OpenSearchSettings("archive", 4, 0)
    assert Settings().opensearch == OpenSearchSettings("", None, None)


ENVIRONMENTS: dict[str, tuple[dict[str, str], str]] = {
    "engine": ({"SEARCH_ENGINE": "lucene"}, "SEARCH_ENGINE must be one of"),
    "no-url": ({}, "SEARCH_ENGINE_URL"),
    "no-address": ({"SEARCH_ENGINE_URL": "localhost"}, "no address such as"),
    "port": ({"SEARCH_ENGINE_URL": "http://a:99999"}, "no address such as"),
    "path": ({"SEARCH_ENGINE_URL": "http://a:9200/x"}, "without a path"),
    "secret-in-address": ({"SEARCH_ENGINE_URL": "http://me:geheim@a:9200"}, "SEARCH_ENGINE_PASSWORD"),
    "half-a-login": ({"SEARCH_ENGINE_URL": "http://a", "SEARCH_ENGINE_USER": "me"}, "PASSWORD is missing"),
    "no-user": ({"SEARCH_ENGINE_URL": "http://a", "SEARCH_ENGINE_PASSWORD": "geheim"}, "USER is missing"),
    "no-file": ({"SEARCH_ENGINE_URL": "https://a", "SEARCH_ENGINE_CA": "/nowhere.pem"}, "no such file"),
    "odd-and-secret": ({"SEARCH_ENGINE_URL": "ftp://me:geheim@a"}, "no address such as"),
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_wrong_environment_is_told(name: str) -> None:
    environment, told = ENVIRONMENTS[name]
    with pytest.raises(ConfigurationError, match=told) as caught:
        ClusterAccess.from_environment({"SEARCH_ENGINE": "opensearch", **environment})
    assert "geheim" not in str(caught.value)


def test_the_environment_is_read(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    environment = {
        "SEARCH_ENGINE": "opensearch",
        "SEARCH_ENGINE_URL": "https://a.example:9200/, https://[::1]:9201,https://a.example:9200",
        "SEARCH_ENGINE_USER": "reader",
        "SEARCH_ENGINE_PASSWORD": "geheim",
        "SEARCH_ENGINE_CA": str(tmp_path / "ca.pem"),
        "SEARCH_ENGINE_NAME": "archive",
    }
    found = ClusterAccess.from_environment(environment)
    urls = ("https://a.example:9200", "https://[::1]:9201")
    assert found == ClusterAccess(urls, "reader", "geheim", tmp_path / "ca.pem", "archive")
    assert WebSettings.from_environment(environment, folder=tmp_path).cluster == found
    assert ClusterAccess.from_environment(environment, engine="whoosh") is None
    assert ClusterAccess.from_environment({"SEARCH_ENGINE_URL": "http://a"}) is None
    assert "geheim" not in repr(WebSettings.from_environment(environment, folder=tmp_path))


COMMANDS: dict[str, tuple[list[str], str, int]] = {
    "no-url": (["search", "x", "--engine", "opensearch"], "needs the address of a cluster", 2),
    "unknown": (["search", "x", "--engine", "lucene"], "lucene", 2),
    "away": (["search", "x", "--engine", "opensearch", "--engine-url", "http://127.0.0.1:1"], "cannot be", 4),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_line_says_what_is_missing(name: str, tmp_path: Path) -> None:
    arguments, told, status = COMMANDS[name]
    done = CliRunner().invoke(main, [*arguments, "--index", str(tmp_path / "index")])
    assert (done.exit_code, told in done.stderr) == (status, True), done.stderr


# The doctor


def deployment(access: ClusterAccess, index: Path) -> Deployment:
    settings = Settings(opensearch=OpenSearchSettings(name="films"))
    account = replace(this_account(), user=12345)
    return Deployment(index, settings, {}, account, named=True, cluster=access)


def findings(access: ClusterAccess, index: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in examine(deployment(access, index)):
        found.setdefault(one.check, []).append(one.what)
    return {name: told for name, told in found.items() if name.startswith("cluster") or name == "readable"}


def test_the_doctor_looks_at_the_cluster(control: Control, access: ClusterAccess, tmp_path: Path) -> None:
    index = tmp_path / "index"
    several = replace(access, urls=(*access.urls, f"http://127.0.0.1:{unused_port()}"))
    assert "has no index called films" in findings(several, index)["cluster_copy"][0]
    build(control, tmp_path / "built")
    LocalCopy(index, control).bring()
    assert findings(several, index) == {}
    assert "one of 3 machines is asked" in findings(access, index)["cluster_health"][0]
    build(control, tmp_path / "built")
    control.cluster.request("PUT", "/films-000007")
    told = findings(several, index)["cluster_copy"]
    assert "000002 is live on the cluster, 000001 here" in told[0]
    assert "left 1 indices" in told[1]


def test_the_doctor_tells_that_the_cluster_is_away(tmp_path: Path) -> None:
    found = findings(ClusterAccess((f"http://127.0.0.1:{unused_port()}",)), tmp_path)
    assert found.keys() == {"cluster_health"}


@pytest.mark.parametrize(
    ("urls", "user", "told"),
    [
        (("http://127.0.0.1:9200", "http://[::1]:9200"), "", []),
        (("https://search.example:9200",), "me", []),
        (("http://127.0.0.1:9200", "http://search.example:9200"), "me", ["and the password, can be read"]),
        (("https://search.example:9200",), "", ["without a password"]),
        (("http://search.example:9200",), "", ["visitors type can be read", "without a password"]),
    ],
    ids=["here", "safe", "open-connection", "nobody-asks", "both"],
)
def test_the_doctor_tells_what_is_open(
    urls: tuple[str, ...], user: str, told: list[str], tmp_path: Path
) -> None:
    found = [one.what for one in cluster_access(deployment(ClusterAccess(urls, user, user), tmp_path))]
    assert [part in what for part, what in zip(told, found, strict=True)] == [True] * len(told)
