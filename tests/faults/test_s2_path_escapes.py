"""S2: nothing outside of a SOURCE is read, whatever files are called, link to, hold, or are swapped for."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import office_files
import pytest
from fault_figures import begin, record, trials

from indexer.document import Document, Refusal
from indexer.extract import extract_each
from indexer.sources import SourceFile, walk
from search.configuration import Settings

SECRET = "xyzzy-secret-of-the-outside"
TEXT = "A harmless title\n\nand a harmless text that goes with it\n"


@dataclass(frozen=True, slots=True)
class Place:
    """The folder that is indexed and one beside it, with a secret in many formats."""

    root: Path
    outside: Path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root, outside, outside / "sub"):
        folder.mkdir()
        (folder / "a.txt").write_text(TEXT if folder == root else f"{SECRET}\n\n{SECRET}\n")
    (outside / "a.jsonl").write_text(f'{{"title": "{SECRET}"}}\n')
    (outside / "a.html").write_text(f"<title>{SECRET}</title>{SECRET}")
    (outside / "secret").write_text(SECRET)
    return Place(root, outside)


def link(name: str, target: str) -> Callable[[Place], object]:
    return lambda place: (place.root / name).symlink_to(target.format(outside=place.outside, root=place.root))


def file(name: str, data: bytes | str) -> Callable[[Place], object]:
    def write(place: Place) -> None:
        raw = data.replace("{outside}", str(place.outside)).encode() if isinstance(data, str) else data
        path = place.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)

    return write


def made(name: str, data: Callable[[str], bytes]) -> Callable[[Place], object]:
    return lambda place: (place.root / name).write_bytes(data(str(place.outside)))


def chain(place: Place) -> None:
    (place.root / "one").symlink_to("two")
    (place.root / "two").symlink_to("three.txt")
    (place.root / "three.txt").symlink_to(place.outside / "a.txt")


def entity(target: str) -> str:
    return f"<!DOCTYPE a [<!ENTITY x SYSTEM '{target}'>]>"


#: 30 names, links and contents; ten races follow below.
ESCAPES: dict[str, Callable[[Place], object]] = {
    "link to a file": link("link.txt", "{outside}/a.txt"),
    "relative link": link("link.txt", "../outside/a.txt"),
    "link to a link": chain,
    "link to a folder": link("folder", "{outside}"),
    "link to the folder above": link("folder", ".."),
    "link to itself": link("folder", "."),
    "link to the root": link("folder", "/"),
    "link through /proc": link("link.txt", "/proc/self/root/{outside}/a.txt"),
    "link to the environment": link("link.txt", "/proc/self/environ"),
    "link to a device": link("link.txt", "/dev/zero"),
    "link that is called gzip": link("link.txt.gz", "{outside}/a.txt"),
    "link that is called hidden": link(".link.txt", "{outside}/a.txt"),
    "link in a deep folder": lambda place: (
        (place.root / "a" / "b").mkdir(parents=True),
        (place.root / "a" / "b" / "c").symlink_to("../../../outside"),
    ),
    "dots in a name": file("..txt", TEXT),
    "dots as a name": file("...txt", TEXT),
    "backslashes": file("..\\..\\outside\\a.txt", TEXT),
    "percent signs": file("%2e%2e%2foutside%2fa.txt", TEXT),
    "letters like slashes": file("..∕..∕outside∕a.txt", TEXT),
    "a new line": file("a\n../outside/a.txt".replace("/", "∕"), TEXT),
    "escape codes": file("\x1b[2Ja.txt", TEXT),
    "HTML that includes": file(
        "a.html",
        "<title>T</title><base href='file://{outside}/'><iframe src='file://{outside}/a.html'></iframe>"
        "<object data='{outside}/a.html'></object><link rel=import href='a.html'>"
        "<!--#include file='{outside}/secret'-->",
    ),
    "HTML with an entity": file("a.html", entity("file://{outside}/secret") + "<title>T</title><p>&x;</p>"),
    "HTML with XInclude": file(
        "a.html",
        "<title>T</title><x:include xmlns:x='http://www.w3.org/2001/XInclude' href='{outside}/secret'/>",
    ),
    "Markdown that includes": file(
        "a.md", "# T\n\n![x](file://{outside}/secret) {{outside}}/secret\n\n!include {outside}/secret\n"
    ),
    "YAML that includes": file("a.md", "---\ntitle: !include {outside}/secret\n---\n# T\n"),
    "JSON with addresses": file("a.json", '{"title": "T", "url": "file://x/a.txt", "$ref": "file://x"}'),
    "DOCX with an entity": made(
        "a.docx", lambda out: office_files.docx("T", "&x;", before=entity(f"file://{out}/secret"))
    ),
    "DOCX with a DTD": made(
        "a.docx", lambda out: office_files.docx("T", before=f"<!DOCTYPE a SYSTEM 'file://{out}/secret'>")
    ),
    "ZIP with names that lead out": made(
        "a.docx", lambda out: office_files.docx("T", **{"../../outside/new.txt": "x", f"{out}/new.txt": "x"})
    ),
    "EPUB with pages that lead out": made(
        "a.epub",
        lambda out: office_files.epub(
            {}, [f"../../..{out}/a.html", f"{out}/a.html", f"file://{out}/a.html", "..%2f..%2fa"]
        ),
    ),
}


def found_in(place: Place) -> list[Document | Refusal]:
    return [one for _, one in extract_each(walk([place.root]), Settings())]


def check(found: list[Document | Refusal], place: Place) -> None:
    for one in found:
        assert SECRET not in repr(one)
    assert not (place.outside / "new.txt").exists()


@pytest.mark.parametrize("name", ESCAPES, ids=lambda name: name.replace(" ", "-"))
def test_nothing_outside_is_read(place: Place, name: str) -> None:
    ESCAPES[name](place)
    found = found_in(place)
    check(found, place)
    assert any(isinstance(one, Document) and one.title == "A harmless title" for one in found)
    assert not any(isinstance(one, Document) and "/proc" in one.origin for one in found)


# Races: while the folder is read, something in it is now this, now that.


def swap(path: Path, make: Callable[[Path], object]) -> None:
    """Another thing under the same name, at once."""
    new = path.with_name(f".{path.name}.new")
    make(new)
    os.rename(new, path)


def files(path: Path) -> None:
    path.write_text(TEXT)


def folders(path: Path) -> None:
    path.mkdir()
    (path / "a.txt").write_text(TEXT)


def two_states(
    name: str, good: Callable[[Path], object], bad: Callable[[Path, Place], object]
) -> Callable[[Place, int], None]:
    def step(place: Place, number: int) -> None:
        path = place.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if good is folders:
            # A folder cannot be replaced in one step: it is moved aside.
            aside = place.root / f".aside{number}"
            if os.path.lexists(path):
                os.rename(path, aside)
            good(path) if number % 2 else bad(path, place)
        else:
            swap(path, good if number % 2 else lambda new: bad(new, place))

    return step


RACES: dict[str, Callable[[Place, int], None]] = {
    "file and link": two_states("r.txt", files, lambda path, place: path.symlink_to(place.outside / "a.txt")),
    "file and relative link": two_states(
        "r.txt", files, lambda path, place: path.symlink_to("../outside/a.txt")
    ),
    "file and FIFO": two_states("r.txt", files, lambda path, place: os.mkfifo(path)),
    "file and link to a device": two_states("r.txt", files, lambda path, place: path.symlink_to("/dev/zero")),
    "file and link in a folder": two_states(
        "sub/r.txt", files, lambda path, place: path.symlink_to(place.outside / "a.txt")
    ),
    "page and link": two_states(
        "r.html", files, lambda path, place: path.symlink_to(place.outside / "a.html")
    ),
    "lines and link": two_states(
        "r.jsonl",
        lambda path: path.write_text('{"title": "T"}\n'),
        lambda path, place: path.symlink_to(place.outside / "a.jsonl"),
    ),
    "folder and link": two_states("sub", folders, lambda path, place: path.symlink_to(place.outside)),
    "folder and relative link": two_states(
        "sub", folders, lambda path, place: path.symlink_to("../outside/sub")
    ),
    "deep folder and link": two_states(
        "a/b/sub", folders, lambda path, place: path.symlink_to(place.outside)
    ),
}


@pytest.mark.parametrize("name", RACES, ids=lambda name: name.replace(" ", "-"))
def test_nothing_outside_is_read_in_a_race(place: Place, name: str) -> None:
    rounds = trials(40, 2000)
    ended = threading.Event()
    swaps = 0

    def swapping() -> None:
        nonlocal swaps
        while not ended.is_set():
            RACES[name](place, swaps)
            swaps += 1

    other = threading.Thread(target=swapping)
    other.start()
    try:
        read = refused = 0
        for _ in range(rounds):
            found = found_in(place)
            check(found, place)
            read += sum(isinstance(one, Document) for one in found)
            refused += sum(isinstance(one, Refusal) for one in found)
    finally:
        ended.set()
        other.join()
    assert swaps > 1
    assert read >= rounds, "the file beside it is always read"


@pytest.mark.parametrize("name", RACES, ids=lambda name: name.replace(" ", "-"))
def test_nothing_outside_is_read_if_swapped_after_the_look(place: Place, name: str) -> None:
    """The swap at the worst moment, every time: after the walk has seen a file, before it is opened."""
    RACES[name](place, 1)
    seen = [one for one in walk([place.root]) if isinstance(one, SourceFile)]
    assert len(seen) == 2
    RACES[name](place, 2)
    found = [one for _, one in extract_each(seen, Settings())]
    check(found, place)
    assert [type(one) for one in sorted(found, key=lambda one: isinstance(one, Refusal))] == [
        Document,
        Refusal,
    ]


def test_figures(tmp_path: Path) -> None:
    """All escapes at once, told as one figure."""
    begin("S2")
    started = time.monotonic()
    read = 0
    for number, make in enumerate(ESCAPES.values()):
        root, outside = tmp_path / str(number) / "root", tmp_path / str(number) / "outside"
        root.mkdir(parents=True)
        outside.mkdir()
        (outside / "a.txt").write_text(SECRET)
        (outside / "secret").write_text(SECRET)
        make(Place(root, outside))
        read += sum(SECRET in repr(one) for one in found_in(Place(root, outside)))
    count, races = len(ESCAPES) + len(RACES), len(RACES)
    record(
        "S2",
        "40 escapes with races, 0 read",
        f"{read} read of {count}, {races} of them races of {trials(40, 2000)} rounds",
        seconds=time.monotonic() - started,
    )
    assert read == 0
