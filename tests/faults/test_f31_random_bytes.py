"""F31: random bytes as every format, in a process that may be killed: no crash of this one, no hang."""

from __future__ import annotations

import gzip
import os
import random
import time
from pathlib import Path

import office_files
import pytest
from fault_figures import MINUTES, begin, is_long, record

from indexer.document import Document, Refusal
from indexer.extract import EXTRACTORS, extract
from indexer.sources import SourceFile
from search.configuration import Settings

#: Seconds a format: all of them together must fit into a test run, or ten minutes each.
_WHOLE = 600.0
SECONDS = 60 * float(os.environ.get(MINUTES) or _WHOLE / 60) if is_long() else 0.8
LONGEST = 10.5

_PAGE = office_files.epub({"a.xhtml": "<h1>One</h1><p>text</p>"}, ["a.xhtml"])
_SEEDS: dict[str, list[bytes]] = {
    ".html": [
        b"<!doctype html><title>T</title><main><h1>H</h1><p>text <a href=x>y</a></main><script>a</script>"
    ],
    ".md": [
        b"---\ntitle: T\ngenres: [a, b]\n---\n# H\n\n* text [a](b) `c`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    ],
    ".txt": [
        "Il faro\n2013 • 1h 10m\nRegia: Ada Holm\nTrama\nUna storia lunga che parla del mare.\n".encode()
    ],
    ".json": [
        b'[{"id": "a", "title": "T", "people": [{"name": "x"}], "date": "2013-05-01"}, {"title": "b"}]'
    ],
    ".jsonl": [b'{"id": "a", "title": "T", "genres": ["x"]}\n{"title": "b", "year": 1999}\n'],
    ".csv": [b'id,title,text\n1,a,"b ""c"" d"\n2,e,f\n'],
    ".pdf": [office_files.pdf()],
    ".docx": [office_files.docx("One", "Two")],
    ".epub": [_PAGE],
}
# fmt: off
_TOKENS = [b"<", b">", b"</p>", b"<table>", b"&#x", b"<!--", b"]]>", b"[", b"{", b"---\n", b"\n\n", b'"',
           b",", b"\0", b"\xff\xfe",
           b"\xef\xbb\xbf", b"obj", b"stream", b"/Kids", b"99999999999", b"PK\x03\x04", b"* ", b"> "]
# fmt: on


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with pieces replaced, doubled, cut out, repeated."""
    out = bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        place = chance.randrange(len(out) + 1)
        end = place + chance.randrange(40)
        match chance.randrange(6):
            case 0:
                out[place:end] = chance.randbytes(chance.randrange(20))
            case 1:
                out[place:place] = chance.choice(_TOKENS) * chance.choice((1, 1, 2, 50, 5000))
            case 2:
                del out[place:end]
            case 3:
                out[place:place] = out[place:end] * chance.choice((1, 2, 100))
            case 4 if out:
                out[min(place, len(out) - 1)] ^= 1 << chance.randrange(8)
            case _:
                del out[chance.randrange(len(out) + 1) :]
        if len(out) > 2_000_000:
            del out[2_000_000:]
    return bytes(out)


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize("suffix", sorted(EXTRACTORS))
def test_random_bytes(tmp_path: Path, suffix: str) -> None:
    chance = begin(f"F31{suffix}")
    seeds = (
        _SEEDS.get(suffix)
        or _SEEDS[{".htm": ".html", ".markdown": ".md", ".ndjson": ".jsonl"}.get(suffix, ".csv")]
    )
    started = time.monotonic()
    count = documents = 0
    slowest = 0.0
    killed: list[str] = []
    while time.monotonic() - started < SECONDS:
        data = (
            chance.randbytes(chance.randrange(3000))
            if chance.random() < 0.1
            else mutated(chance.choice(seeds), chance)
        )
        compressed = chance.random() < 0.1
        path = tmp_path / f"a{suffix}{'.gz' if compressed else ''}"
        path.write_bytes(gzip.compress(data, 1) if compressed else data)
        before = time.monotonic()
        found = list(extract(SourceFile(path, path.name, suffix, compressed), Settings()))
        slowest = max(slowest, time.monotonic() - before)
        count += 1
        for one in found:
            assert isinstance(one, Document | Refusal)
            documents += isinstance(one, Document)
            if isinstance(one, Refusal) and ("its extractor" in one.reason or "took longer" in one.reason):
                killed.append(one.reason)
                if directory := os.environ.get("FAULTS_KEEP"):
                    (Path(directory) / f"{count}{path.name}").write_bytes(path.read_bytes())
    record(
        f"F31{suffix}",
        "10 minutes: 0 crashes of the parent, 0 hangs",
        f"{count} files, {documents} documents, slowest {slowest:.2f} s, {len(killed)} extractors failed",
        seconds=time.monotonic() - started,
        failed=sorted(set(killed))[:5],
        files=count,
        slowest=round(slowest, 2),
        whole=SECONDS >= _WHOLE,
    )
    assert slowest <= LONGEST
