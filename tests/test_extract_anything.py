"""Whatever bytes a file holds, extraction yields Documents and Refusals and nothing else."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import orjson
import pytest
from extraction import extracted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.encoding import decode
from indexer.extract import EXTRACTORS
from indexer.extract.page_dump import parse_page_dump
from indexer.extract.page_dump_furniture import MENU_WORDS
from indexer.extract.page_dump_labels import FACT_LABELS
from indexer.extract.page_dump_roles import ROLE_LABELS
from indexer.extract.page_dump_sections import RELATED_PHRASES, SECTION_LABELS

PIECES = [
    b'{"title": "a"',
    b'"text":',
    b"}",
    b"[",
    b"]",
    b'"',
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"---\n",
    b"title: a\n",
    b"# ",
    b"<div>",
    b"</p>",
    b"<script>",
    b"<!--",
    b"\\ud800",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe9",
    "Ж".encode(),
    "映画".encode(),
    b"id,title\n",
    b"NaN",
    b"1e999",
    b"&#xD800;",
    b"&x",
    b"*",
    b"`",
    b"| a |",
    b"- ",
    b"> ",
    b"2013",
    b"Overview\n",
]
FUZZED = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
contents = st.one_of(
    st.binary(max_size=2000),
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=5)), max_size=60).map(b"".join),
)


@pytest.mark.parametrize("suffix", sorted(EXTRACTORS))
@FUZZED
@given(data=contents, packed=st.booleans(), cut=st.integers(0, 30))
def test_any_bytes_in_any_format(suffix: str, data: bytes, packed: bool, cut: int) -> None:
    name = f"a{suffix}.gz" if packed else f"a{suffix}"
    content = gzip.compress(data)[: None if cut > 20 else -cut or None] if packed else data
    with tempfile.TemporaryDirectory() as folder:
        documents, refused = extracted(Path(folder), name, content)
    for document in documents:
        assert document.id
        assert document.title or document.text
        assert len(document.id.encode()) <= 512
        for text in (document.id, document.title, document.text, document.original_title or ""):
            assert "\0" not in text
        orjson.dumps(document)  # no lone surrogate, no number beyond 64 bits, no NaN
    for refusal in refused:
        assert refusal.reason
        assert str(refusal)


@FUZZED
@given(st.binary(max_size=4000), st.one_of(st.none(), st.text(max_size=12)))
def test_anything_can_be_decoded(data: bytes, declared: str | None) -> None:
    text, encoding = decode(data, declared)
    assert "\r" not in text
    assert encoding
    text.encode("utf-8")


def _words(table: dict[str, dict[str, str]]) -> list[str]:
    return [
        word.strip() for languages in table.values() for row in languages.values() for word in row.split(",")
    ]


LINES = [
    *_words(FACT_LABELS),
    *_words(ROLE_LABELS),
    *_words(SECTION_LABELS),
    *[word.strip() for row in (*RELATED_PHRASES.values(), *MENU_WORDS.values()) for word in row.split(",")],
    "",
    "",
    "2013",
    "1h 10m",
    "7.8",
    "Ada Holm",
    "27/11/2013•Drama•1h 10m",
    "The Long Road (1999)",
    "A long sentence about a road that goes on and on until it finally ends at the sea.",
]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(LINES),
            st.sampled_from(["", ":", " : 5", ": Ada Holm, Ivo Brandt", ": 2013", "(3)"]),
        ),
        max_size=40,
    )
)
def test_any_order_of_labels_is_read(lines: list[tuple[str, str]]) -> None:
    record = parse_page_dump("\n".join(word + rest for word, rest in lines))
    if record is not None:
        assert not set(record.get("related", ())) & {record.get("title")}
        orjson.dumps(record)
