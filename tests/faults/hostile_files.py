"""One generator a kind of hostile file: what it is called, what is in it, what must become of it."""

from __future__ import annotations

import gzip
import json
import os
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fault_figures import is_long
from office_files import docx, epub, pdf, zipped

MEBIBYTE = 2**20
GOOD = '{"id": "%s", "title": "A good film", "text": "The road goes on to the sea."}\n'


@dataclass(frozen=True, slots=True)
class Kind:
    """A file called `name`, written by `make`.

    `reason` is part of the refusal it must get (empty: it is taken whole), `line` the one it must name,
    `documents` how many documents must come of it all the same.
    """

    name: str
    make: Callable[[Path], object]
    reason: str = ""
    line: int | None = None
    documents: int = 0


def content(data: bytes | str) -> Callable[[Path], object]:
    """Writes these bytes."""
    return lambda path: path.write_bytes(data.encode() if isinstance(data, str) else data)


def lines(*bad: bytes | str) -> Callable[[Path], object]:
    """JSON Lines: a good one, these, a good one whose id is that of the file and `-last`."""
    raw = [one.encode() if isinstance(one, str) else one for one in bad]

    def write(path: Path) -> None:
        first, last = ((GOOD % f"{path.parent.name}-{place}").encode() for place in ("first", "last"))
        path.write_bytes(b"".join((first, *(one + b"\n" for one in raw), last)))

    return write


def _sparse_line(path: Path) -> None:
    """One line of 1 GB between two good ones; the zeros take no place on the disk."""
    with open(path, "wb") as file:
        file.write((GOOD % f"{path.parent.name}-first").encode() + b'{"title": "')
        file.seek(2**30, os.SEEK_CUR)
        file.write(b'"}\n' + (GOOD % f"{path.parent.name}-last").encode())


def _gzip_bomb(path: Path) -> None:
    path.write_bytes(gzip.compress(b" " * 100 * MEBIBYTE) * 12)


def _encrypted_zip() -> bytes:
    """The flag is what readers look at; the bytes need not be encrypted in truth."""
    data = bytearray(docx("secret"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(signature, place + 1)
    return bytes(data)


def _zip_that_lies() -> bytes:
    """Says that its main part is 10 bytes long, which is really 90 MB."""
    data = bytearray(docx("a" * 90_000_000))
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x05\x06"))
    while place >= 0:
        data[place + 24 : place + 28] = (10).to_bytes(4, "little")
        place = data.rfind(b"PK\x01\x02", 0, place)
    return bytes(data)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))


def _latin_1_name(path: Path) -> None:
    Path(os.fsdecode(os.fsencode(path.parent) + b"/caf\xe9.txt")).write_text("x")


_ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
_LAUGHS = f"<!DOCTYPE a [<!ENTITY a0 'ha'>{_ENTITIES}]>"
_XXE = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
_ROWS = "id,title,text\nr{0}1,One,a\n{1}\nr{0}2,Two,b\n"

KINDS: dict[str, Kind] = {
    # Nothing, and what hides as nothing
    "empty": Kind("a.txt", content(b""), "is empty"),
    "only a byte order mark": Kind("a.csv", content(b"\xef\xbb\xbf"), "is empty"),
    "only zeros": Kind("a.html", content(b"\0" * 5000), "is empty"),
    # Encodings
    "UTF-16 without a mark": Kind("a.txt", content("Il faro\n\nUna storia".encode("utf-16-le")), documents=1),
    "invalid UTF-8": Kind(
        "a.jsonl", lines(b'{"title": "caf\xe9"}', '{"title": "Été"}'), "not valid UTF-8", 2, 3
    ),
    "mixed encodings": Kind(
        "a.csv",
        content(
            "id,title,text\nm1,Été,a\nm2,Žena,b\n".encode() + "m3,Été,c\n".encode("latin-1") + b"m4,x,d\n"
        ),
        "cannot be decoded as utf-8",
        4,
        3,
    ),
    "zeros in a text": Kind("a.md", content(b"# Il\0 faro\n\nUna\0 storia\0 lunga"), documents=1),
    "lone surrogate": Kind("a.jsonl", lines(r'{"title": "a\ud800"}'), "surrogate", 2, 2),
    "lone surrogate in a page": Kind(
        "a.html", content("<title>&#xD800;</title><p>&#55296; text</p>"), documents=1
    ),
    "a declared encoding that is none": Kind(
        "a.html",
        content(b"<meta charset=punycode><title>Il faro</title><p>" + b"caf\xe9-" * 300_000),
        documents=1,
    ),
    "line ends of all kinds": Kind("a.csv", content("id,title\r\ne1,a\re2,b\ne3,c\r\n\r"), documents=3),
    # Lines and rows
    "a line of 1 GB": Kind("a.jsonl", _sparse_line, "longer than 16 MiB", 2, 2),
    "a CSV field beyond 128 KiB": Kind(
        "a.csv", content(_ROWS.format("f", f'r3,T,"{"long " * 40_000}"')), documents=3
    ),
    "unclosed quote": Kind("a.csv", content(_ROWS.format("q", 'r3,"open,a')), "quote", 3, 2),
    "quotes that are never closed": Kind(
        "a.csv", content("id,title,text\n" + 'x",,"a\n' * 400_000), "quote", 2
    ),
    "ragged rows": Kind("a.csv", content(_ROWS.format("g", "r3,1\nr4,1,2,3")), "too few columns", 3, 2),
    "header twice": Kind("a.csv", content(_ROWS.format("h", "id,title,text")), "repeats the header", 3, 2),
    "columns twice": Kind("a.csv", content("id,title,title\n1,a,b\n"), "'title' twice"),
    "a million columns": Kind(
        "a.csv", content("title" + "," * 1_000_000 + "\na\n"), "more than 10,000 columns"
    ),
    # JSON
    "NaN": Kind("a.jsonl", lines('{"title": "a", "rating": NaN}'), "NaN or Infinity", 2, 2),
    "a number of 5,000 digits": Kind(
        "a.jsonl", lines('{"title": "a", "n": %s}' % ("9" * 5000)), "too large", 2, 2
    ),
    "depth 100,000": Kind(
        "a.jsonl", lines('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}"), "too deeply", 2, 2
    ),
    "depth 100,000, a whole file": Kind("a.json", content("[" * 100_000 + "]" * 100_000), "too deeply"),
    "duplicate keys": Kind("a.jsonl", lines('{"title": "a", "title": "b"}'), "'title' twice", 2, 2),
    "wrong types": Kind(
        "a.jsonl",
        lines('{"title": {"a": 1}}', "5", '{"title": "a", "date": {"a": 1}}', '"text"'),
        "must be text",
        2,
        2,
    ),
    "5 million lists on one line": Kind(
        "a.jsonl",
        lines('{"a" :' + json.dumps([[]] * 3_900_000).replace(" ", "") + "}"),
        "neither a title",
        2,
        2,
    ),
    "20 million lists": Kind("a.json", content("[" + "[]," * 20_000_000 + "[]]"), "memory"),
    # Compressed
    "gzip bomb": Kind("a.jsonl.gz", _gzip_bomb, "250 times its size"),
    "gzip bomb of a page": Kind(
        "a.html.gz", content(gzip.compress(b"<p>" * 30_000_000, 1)), "limit for this format"
    ),
    "cut gzip": Kind("a.txt.gz", content(gzip.compress(os.urandom(9000))[:5000]), "cut short"),
    # HTML and XML
    "200,000 nested elements": Kind(
        "a.html", content("<title>Il faro</title>" + "<div>" * 200_000 + "deep"), documents=1
    ),
    "60,000 tables": Kind(
        "a.html", content("<title>T</title>" + "<table><tr><td>cell" * 60_000), documents=1
    ),
    "60,000 unclosed scripts": Kind(
        "a.html", content("<title>T</title><p>text</p>" + "<script>" * 60_000), documents=1
    ),
    "an unclosed comment": Kind(
        "a.html", content("<title>T</title><p>text</p>" + "<!--<p>" * 200_000), documents=1
    ),
    "20,000 attributes": Kind(
        "a.html",
        content("<title>T</title><p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">text"),
        documents=1,
    ),
    "XXE in a page": Kind("a.html", content(_XXE + "<title>T</title><p>text &x;</p>"), documents=1),
    "entity bomb in a page": Kind(
        "a.html", content(_LAUGHS + "<title>T</title><p>text &a9;</p>"), documents=1
    ),
    "XXE in a DOCX": Kind("a.docx", content(docx("good", "&x;", before=_XXE)), documents=1),
    "entity bomb in a DOCX": Kind("a.docx", content(docx("good", "&a9;", before=_LAUGHS)), "not valid XML"),
    "entity bomb in an EPUB": Kind(
        "a.epub", content(epub({"a.xhtml": "<p>good</p>"}, ["a.xhtml"], before=_LAUGHS)), documents=1
    ),
    # ZIP
    "zip bomb": Kind("a.docx", content(docx("a" * 200_000_000)), "times its size"),
    "a zip that lies": Kind("a.docx", content(_zip_that_lies()), "cannot be unpacked"),
    "zip with ..": Kind(
        "a.docx", content(docx("good", **{"../../escaped.txt": "x", "/tmp/escaped.txt": "x"})), documents=1
    ),
    "zip encrypted": Kind("a.docx", content(_encrypted_zip()), "is encrypted"),
    "zip of 30,000 files": Kind(
        "a.epub", content(zipped({f"f{n}": "" for n in range(30_000)}, stored=True)), "more than 20,000"
    ),
    "a DOCX without its text": Kind(
        "a.docx", content(zipped({"a.txt": "x"})), "holds no file 'word/document.xml'"
    ),
    "a DOCX cut short": Kind("a.docx", content(docx("a")[:-30]), "not a valid ZIP"),
    "an EPUB that leads round in a circle": Kind(
        "a.epub",
        content(epub({"a.xhtml": "<p>good <a href='a.xhtml'>on</a></p>"}, ["a.xhtml", "./a.xhtml#1"] * 5000)),
        documents=1,
    ),
    "an EPUB whose package is its container": Kind(
        "a.epub", content(epub({}, [], package="META-INF/container.xml")), "neither a title nor a text"
    ),
    "an EPUB that leads out": Kind(
        "a.epub", content(epub({}, ["../../../etc/passwd", "file:///etc/passwd"])), "holds no file"
    ),
    # PDF (without the library each is refused, too)
    "PDF truncated": Kind("a.pdf", content(pdf()[:60]), "P"),
    "PDF with huge declared sizes": Kind(
        "a.pdf",
        content(
            pdf(
                "2 << /Type /Pages /Kids [3 0 R] /Count 2147483647 >>",
                "4 << /Length 99999999999 >>\nstream\nx\nendstream",
            )
        ),
        "P|p",
    ),
    "PDF whose pages are in a circle": Kind(
        "a.pdf", content(pdf("3 << /Type /Pages /Kids [2 0 R 3 0 R] /Count 5 /Parent 3 0 R >>")), "P|p"
    ),
    # Markdown and YAML
    "100,000 brackets": Kind("a.md", content("# T\n\n" + "[" * 100_000), documents=1),
    "100,000 stars and quotes": Kind(
        "a.md", content("# T\n\n" + "*a_`" * 25_000 + "\n" + "> " * 20_000 + "x"), documents=1
    ),
    "YAML bomb": Kind(
        "a.md",
        content("---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\n# T\n\ntext"),
        "anchors, aliases or tags",
    ),
    "YAML tag": Kind(
        "a.md", content("---\na: !!python/object/apply:os.system [id]\n---\n# T"), "anchors, aliases or tags"
    ),
    "YAML depth 10,000": Kind("a.md", content("---\na: " + "[" * 10_000 + "\n---\n# T"), "nested deeper"),
    # What is no file, or is one no longer
    "FIFO": Kind("a.jsonl", lambda path: os.mkfifo(path), "is a FIFO"),
    "socket": Kind("a.jsonl", _socket, "is a socket"),
    "symlink loop": Kind("a.txt", lambda path: path.symlink_to(path.name), "symbolic link"),
    "a folder in itself": Kind("a", lambda path: path.symlink_to("."), "symbolic link"),
    "a name in Latin-1": Kind("caf\\xe9.txt", _latin_1_name, "not UTF-8"),
    "a text of 20 MB": Kind(
        "a.txt", content("Il faro\n\n" + "parole " * 3_000_000), "longer than 10,000,000"
    ),
}
if hasattr(os, "mknod") and os.geteuid() == 0:
    KINDS["device"] = Kind(
        "a.txt", lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5)), "is a character device"
    )
else:
    KINDS["unreadable"] = Kind(
        "a.txt", lambda path: (path.write_text("x"), path.chmod(0)), "permission denied"
    )


if is_long():
    # The parser compares each with each: it has to be killed.
    names = " ".join(f"a{n}=1" for n in range(1_000_000))
    KINDS["a million attributes"] = Kind(
        "a.html", content(f"<title>T</title><p {names}>text"), "took longer than"
    )


def write(kind: Kind, folder: Path) -> Path:
    """The file in a folder of its own between two good neighbours; returns its path."""
    folder.mkdir(parents=True)
    for name in ("0-good", "z-good"):
        (folder / f"{name}.jsonl").write_text(GOOD % f"{folder.name}-{name}")
    path = folder / kind.name
    kind.make(path)
    return path
