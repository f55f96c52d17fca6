"""What an extractor cannot do, whatever a file makes of it, and that the next file is read all the same."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.confinement import FILES, MEMORY, PROGRAMS
from indexer.document import Document, Refusal
from indexer.extract import EXTRACTORS, extract_each
from indexer.extract.child import Limits
from indexer.extract.formats import STREAM, Format
from indexer.extract.reading import open_source
from indexer.extract.sandbox import Sandbox
from indexer.extract.wire import Unreadable, document_of, line_of, refusal_of
from indexer.sources import SourceFile, walk
from search.configuration import Settings

LIMITS = Limits(seconds=1.5, memory=2**29, text=1_000_000)
FORMATS = {".html": Format("faulty_extractors", "misbehave")}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    one = Sandbox(Settings(), limits=LIMITS, formats=FORMATS)
    with contextlib.closing(one):
        yield one


def ask(sandbox: Sandbox, folder: Path, *deeds: str) -> list[list[Document | Refusal]]:
    """What comes of files that make their extractor do these deeds, all asked before the first answer."""
    for number, deed in enumerate(deeds):
        path = folder / f"{number}.html"
        path.write_text(deed)
        source = SourceFile(path, path.name, ".html")
        sandbox.ask(replace(source, descriptor=open_source(source)[0], at_home=False))
    return [list(sandbox.answer()) for _ in deeds]


def reason_of(found: list[Document | Refusal]) -> str:
    (refused,) = [one for one in found if isinstance(one, Refusal)]
    return refused.reason


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("sleep 60", "took longer than 1.5 seconds"),
        ("spin", "took longer than 1.5 seconds"),
        ("fill 600", "needs more than 512 MiB of memory"),
        ("crash", "made its extractor end (signal SIGSEGV)"),
        ("leave 0", "made its extractor end (status 0)"),
        ("leave 7", "made its extractor end (status 7)"),
        ("flood 2", "longer than 1,000,000 characters"),
        ("flood 90", "longer than 1,000,000 characters"),
        ("recurse", "nested too deeply"),
        ("fail key", "made its extractor fail (KeyError: 'key')"),
        ("nonsense zebra", "made its extractor answer nonsense"),
        ('nonsense d{"id": 1}', "made its extractor answer nonsense"),
        ("nonsense n[1]", "made its extractor answer nonsense"),
    ],
)
def test_what_an_extractor_does_costs_one_file(
    sandbox: Sandbox, tmp_path: Path, deed: str, reason: str
) -> None:
    started = time.monotonic()
    first, bad, last = ask(sandbox, tmp_path, "nothing", deed, "nothing")
    assert [one.id for one in first + last if isinstance(one, Document)] == ["before", "after"] * 2
    assert reason in reason_of(bad)
    assert bad[-1].path == str(tmp_path / "1.html") if isinstance(bad[-1], Refusal) else True
    assert time.monotonic() - started < 8


def test_it_is_confined_here(sandbox: Sandbox) -> None:
    layers = sandbox.layers()
    assert MEMORY in layers
    if set(layers) != {MEMORY, PROGRAMS, FILES}:
        pytest.skip(f"this kernel offers only: {', '.join(layers)}")


def needs(sandbox: Sandbox, layer: str) -> None:
    if layer not in sandbox.layers():
        pytest.skip(f"this kernel does not confine {layer}")


@pytest.mark.parametrize(
    "deed", ["open /etc/passwd", "list /", "list /proc/self", "open {outside}", "list {folder}"]
)
def test_it_can_read_nothing_but_what_it_is_given(sandbox: Sandbox, tmp_path: Path, deed: str) -> None:
    needs(sandbox, FILES)
    outside = tmp_path / "secret.txt"
    outside.write_text("secret")
    (found,) = ask(sandbox, tmp_path, deed.format(outside=outside, folder=tmp_path))
    assert "PermissionError" in reason_of(found)
    assert "secret" not in "".join(one.text for one in found if isinstance(one, Document))


@pytest.mark.parametrize("deed", ["write {folder}/new.txt", "remove {folder}/old.txt", "write /tmp/new.txt"])
def test_it_can_change_nothing(sandbox: Sandbox, tmp_path: Path, deed: str) -> None:
    (tmp_path / "old.txt").write_text("old")
    if deed.startswith("remove"):
        needs(sandbox, FILES)
    (found,) = ask(sandbox, tmp_path, deed.format(folder=tmp_path))
    assert "Error" in reason_of(found)
    assert (tmp_path / "old.txt").read_text() == "old"
    assert not (tmp_path / "new.txt").exists() or (tmp_path / "new.txt").stat().st_size == 0


def test_it_has_no_network_and_starts_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    needs(sandbox, PROGRAMS)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        deeds = (f"connect {port}", "local /run/x", "fork", "run", f"kill {os.getpid()}")
        answers = ask(sandbox, tmp_path, *deeds)
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    for deed, found in zip(deeds, answers, strict=True):
        assert "PermissionError" in reason_of(found), deed


def test_it_inherits_neither_files_nor_secrets(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "hunter2")
    with open(tmp_path / "lock", "w") as lock:
        os.set_inheritable(lock.fileno(), True)
        ((_, environment), (_, descriptors)) = ask(sandbox, tmp_path, "environment", "descriptors")
    assert isinstance(environment, Document)
    assert "hunter2" not in environment.text
    assert isinstance(descriptors, Document)
    # Three standard ones, the connection, the answers, the file.
    assert descriptors.text.count(",") == 5


def test_it_starts_where_a_hook_finds_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Path(__file__).resolve().parents[2]
    elsewhere = [entry for entry in sys.path if Path(entry or ".").resolve() != ours]
    monkeypatch.setattr(sys, "path", elsewhere)
    page = tmp_path / "page.html"
    page.write_text("<title>Found</title>")
    with contextlib.closing(Sandbox(Settings())) as sandbox:
        source = SourceFile(page, page.name, ".html")
        sandbox.ask(replace(source, descriptor=open_source(source)[0], at_home=False))
        found = list(sandbox.answer())
    assert [one.title for one in found if isinstance(one, Document)] == ["Found"]


def test_a_process_that_was_killed_while_it_waited_is_replaced(sandbox: Sandbox, tmp_path: Path) -> None:
    ask(sandbox, tmp_path, "nothing")
    child = sandbox._child
    assert child is not None
    child.process.send_signal(signal.SIGKILL)
    child.process.wait()
    (found,) = ask(sandbox, tmp_path, "nothing")
    assert [type(one) for one in found] == [Document, Document]


def test_memory_in_pieces_is_not_the_next_files_fault(sandbox: Sandbox, tmp_path: Path) -> None:
    ask(sandbox, tmp_path, "nothing")
    first = sandbox._child
    # After some files, one that fails for want of memory is tried in a fresh process before it is refused.
    assert "memory" in reason_of(ask(sandbox, tmp_path, "fill 600")[0])
    assert sandbox._child is not first


def test_who_stops_listening_leaves_no_answers_behind(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number:02}.html").write_text(f"<title>Page {number:02}</title><p>text")
    for taken in range(4):
        results = extract_each(walk([tmp_path]), Settings())
        for _ in range(taken):
            next(results)
        results.close()
    found = [one.title for _, one in extract_each(walk([tmp_path]), Settings()) if isinstance(one, Document)]
    assert found == [f"Page {number:02}" for number in range(20)]


def test_two_at_the_same_time(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number:02}.html").write_text(f"<title>Page {number:02}</title><p>text")
    pairs = zip(
        extract_each(walk([tmp_path]), Settings()), extract_each(walk([tmp_path]), Settings()), strict=True
    )
    assert all(one == other for (_, one), (_, other) in pairs)


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    for number in range(30):
        suffix = ("html", "jsonl", "txt", "md")[number % 4]
        (tmp_path / f"{number:02}.{suffix}").write_text('{"title": "a"}')
    list(extract_each(walk([tmp_path]), Settings()))
    before = os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []
    for _ in range(3):
        list(extract_each(walk([tmp_path]), Settings()))
        results = extract_each(walk([tmp_path]), Settings())
        next(results)
        results.close()
    list(extract_each(walk([tmp_path]), Settings()))
    assert len(before) == 0 or len(os.listdir("/proc/self/fd")) <= len(before)


def test_files_keep_their_order_whoever_reads_them(tmp_path: Path) -> None:
    for number in range(40):
        name = f"{number:02}.{('html', 'jsonl', 'txt', 'csv')[number % 4]}"
        (tmp_path / name).write_text(
            f'{{"title": "t{number}"}}\n' if number % 4 == 1 else f"title\nt{number}\n"
        )
    files = [
        source.relative for source, _ in extract_each(walk([tmp_path]), Settings()) if source is not None
    ]
    assert list(dict.fromkeys(files)) == sorted(files)


SAMPLES = Path(__file__).parent.parent.parent / "sample_docs"


def test_a_document_is_the_same_from_either_process(tmp_path: Path) -> None:
    found = 0
    for source in walk([SAMPLES, Path(__file__).parent.parent / "page_dumps"]):
        if isinstance(source, SourceFile) and EXTRACTORS[source.suffix].at_home != STREAM:
            here = list(EXTRACTORS[source.suffix].extractor()(source, Settings()))
            assert [one for _, one in extract_each([source], Settings())] == here
            found += len(here)
    assert found > 3


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"id": "a"}', b"nul", b'{"id":"a","people":[1],"also_known_as":[]}']
)
def test_what_is_no_document(data: bytes) -> None:
    with pytest.raises(Unreadable):
        document_of(data)
    with pytest.raises(Unreadable):
        refusal_of(data)


def test_a_document_survives_the_way() -> None:
    document = Document(
        "a", "T\n", "x\u2028y \U0001f600", people=(), extra={"n": 2**63 - 1, "f": 0.1, "l": ["a", True]}
    )
    line = line_of(b"d", document)
    assert line.count(b"\n") == 1
    assert document_of(line[1:]) == document
