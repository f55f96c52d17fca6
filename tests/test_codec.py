"""Segments on the disk: what goes in comes out, and Whoosh reads the same."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from pathlib import Path
from unittest.mock import ANY

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import NumericColumn, VarBytesListColumn
from whoosh.fields import COLUMN
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, create_in
from whoosh.query import And, Every, Or, Phrase, Prefix, Term
from whoosh.sorting import FieldFacet

from search.errors import IndexDamaged
from search.index.codec.arrays import ArrayFile, write_arrays
from search.index.codec.lexicon import Lexicon, lexicon_arrays
from search.index.codec.merge import merge_segments
from search.index.codec.segment_reader import SegmentReader
from search.index.codec.segment_writer import DocumentRecord, Occurrences, SegmentWriter, SuggestionKey
from search.index.codec.whoosh_codec import ColumnarCodec, ColumnarSegment
from search.index.schema import BODY, EXACT, STEM, TITLE, Field
from search.index.whoosh_schema import whoosh_schema

TITLE_EXACT, BODY_EXACT = Field(TITLE, EXACT), Field(BODY, EXACT)


def write_segment(path: Path, documents: list[list[str]], first_id: int = 0) -> None:
    """One segment whose documents have these words as body, and the first of them as title."""
    vocabulary: dict[str, int] = {"never used": 0}
    for words in documents:
        for word in words:
            vocabulary.setdefault(word, len(vocabulary))
    writer = SegmentWriter(["genre"], ["year"], {EXACT: vocabulary})
    for one, rows in ((BODY_EXACT, documents), (TITLE_EXACT, [words[:1] for words in documents])):
        sizes = np.array([len(words) for words in rows])
        occurrences = Occurrences(
            np.array([vocabulary[word] for words in rows for word in words], np.uint32),
            np.repeat(np.arange(len(rows)), sizes),
            np.array([place for words in rows for place in range(len(words))], np.uint32),
        )
        writer.give(one, occurrences, sizes)
    for number, words in enumerate(documents):
        writer.add_record(
            DocumentRecord(
                id=f"d{first_id + number}",
                stored=f'{{"id":"d{first_id + number}"}}'.encode(),
                content_hash=number,
                values={"genre": sorted(set(words))[:2]},
                numbers={"year": 2000.0 + number},
                suggestions=[SuggestionKey(words[0], 0, 1.0)] if words else [],
            )
        )
    writer.finish(path)


def random_documents(seed: int, count: int = 40) -> list[list[str]]:
    source = random.Random(seed)
    words = [f"w{number}" for number in range(30)]
    return [[source.choice(words) for _ in range(source.randrange(12))] for _ in range(count)]


# Array files


def test_arrays_come_back_as_views(tmp_path: Path) -> None:
    arrays = {
        "a": np.arange(5, dtype=np.uint32),
        "empty": np.zeros(0, np.float64),
        "b": np.array([1.5, np.nan]),
    }
    write_arrays(tmp_path / "x", arrays, {"documents": 3})
    file = ArrayFile(tmp_path / "x")
    assert file.meta == {"documents": 3}
    for name, array in arrays.items():
        np.testing.assert_array_equal(file[name], array)
        assert not file[name].flags.writeable


def test_a_dtype_outside_the_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="complex64"):
        write_arrays(tmp_path / "x", {"a": np.zeros(1, np.complex64)})


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"", "cannot be opened"),
        (lambda data: b"NOTARRAY" + data[8:], "not an array file"),
        (lambda data: data[:20] + b"\xff" + data[21:], "checksum"),
        (lambda data: data[:-10], "header speaks of"),
    ],
    ids=["empty", "magic", "header", "truncated"],
)
def test_a_damaged_file_is_not_opened(tmp_path: Path, damage: object, message: str) -> None:
    write_arrays(tmp_path / "x", {"a": np.arange(100, dtype=np.uint32)})
    (tmp_path / "y").write_bytes(damage((tmp_path / "x").read_bytes()))  # type: ignore[operator]
    with pytest.raises(IndexDamaged, match=message):
        ArrayFile(tmp_path / "y")


def test_a_flipped_byte_in_the_data_is_named(tmp_path: Path) -> None:
    write_arrays(tmp_path / "x", {"a": np.arange(100, dtype=np.uint32), "b": np.arange(9, dtype=np.uint32)})
    data = bytearray((tmp_path / "x").read_bytes())
    data[-3] ^= 1
    (tmp_path / "x").write_bytes(data)
    assert ArrayFile(tmp_path / "x").damaged() == ["b"]


# Term dictionaries


@given(st.sets(st.text(max_size=6), max_size=30), st.text(max_size=3))
def test_lexicon_finds_terms_and_prefixes(terms: set[str], prefix: str) -> None:
    encoded = sorted(term.encode("utf-8", "surrogatepass") for term in terms)
    arrays = lexicon_arrays("x", encoded)
    lexicon = Lexicon(arrays["x/blob"], arrays["x/offsets"])
    assert list(lexicon) == encoded
    assert [lexicon.find(term) for term in encoded] == list(range(len(encoded)))
    wanted = prefix.encode("utf-8", "surrogatepass")
    first, last = lexicon.prefix_range(wanted)
    assert list(lexicon.between(first, last)) == [term for term in encoded if term.startswith(wanted)]
    assert (lexicon.find(wanted) >= 0) == (wanted in encoded)


# Posting lists


@pytest.mark.parametrize("seed", range(4))
def test_postings_are_those_of_the_documents(tmp_path: Path, seed: int) -> None:
    documents = random_documents(seed)
    write_segment(tmp_path / "s", documents)
    segment = SegmentReader(tmp_path / "s")
    columns, lexicon = segment.columns[BODY_EXACT], segment.lexicons[EXACT]
    for number, term in enumerate(lexicon):
        span = slice(int(columns.start[number]), int(columns.start[number + 1]))
        expected = {
            doc: Counter(words)[term.decode()]
            for doc, words in enumerate(documents)
            if term.decode() in words
        }
        assert dict(zip(columns.docs[span].tolist(), columns.freqs[span].tolist(), strict=True)) == expected
        assert columns.positions is not None
        assert columns.position_start is not None
        bounds = columns.position_start[span.start : span.stop + 1].tolist()
        positions = [columns.positions[a:b].tolist() for a, b in itertools.pairwise(bounds)]
        assert positions == [
            [place for place, word in enumerate(documents[doc]) if word == term.decode()] for doc in expected
        ]


def test_the_last_of_several_documents_with_one_id_counts(tmp_path: Path) -> None:
    writer = SegmentWriter([], [], {})
    for text in (b"1", b"2", b"3"):
        writer.add_record(DocumentRecord(id="same", stored=text, content_hash=0))
    writer.finish(tmp_path / "s")
    segment = SegmentReader(tmp_path / "s")
    assert segment.doc_of("same") == 2
    assert segment.stored(2) == b"3"


@pytest.mark.parametrize("seed", range(3))
def test_merging_is_the_same_as_writing_at_once(tmp_path: Path, seed: int) -> None:
    first, second = random_documents(seed), random_documents(seed + 100)
    write_segment(tmp_path / "a", first)
    write_segment(tmp_path / "b", second, first_id=len(first))
    gone = np.array([0, 3, 7], np.uint32)
    merge_segments([SegmentReader(tmp_path / "a", gone), SegmentReader(tmp_path / "b")], tmp_path / "m")
    kept = [words for doc, words in enumerate(first) if doc not in gone] + second
    write_segment(tmp_path / "w", kept)
    merged, written = SegmentReader(tmp_path / "m"), SegmentReader(tmp_path / "w")
    live_terms = {term for words in kept for term in words}
    for term in sorted(live_terms):
        for one in (BODY_EXACT, TITLE_EXACT):
            rows = []
            for segment in (merged, written):
                number = segment.lexicons[EXACT].find(term.encode())
                columns = segment.columns[one]
                span = slice(int(columns.start[number]), int(columns.start[number + 1]))
                assert columns.positions is not None
                assert columns.position_start is not None
                low, high = int(columns.position_start[span.start]), int(columns.position_start[span.stop])
                rows.append(
                    (
                        columns.docs[span].tolist(),
                        columns.freqs[span].tolist(),
                        columns.positions[low:high].tolist(),
                    )
                )
            assert rows[0] == rows[1], f"{one.name}:{term}"
    assert merged.lengths(BODY_EXACT).tolist() == written.lengths(BODY_EXACT).tolist()
    assert merged.doc_of("d0") is None
    assert merged.stored(merged.doc_of("d1") or 0) == b'{"id":"d1"}'
    assert merged.file["suggest/docs"].max() < merged.documents


# Whoosh as the oracle


@pytest.fixture
def whoosh_index(tmp_path: Path) -> tuple[FileIndex, list[list[str]]]:
    documents = random_documents(9, 60)
    segments = []
    for part, start in ((documents[:35], 0), (documents[35:], 35)):
        segment = ColumnarSegment("MAIN", len(part))
        write_segment(tmp_path / segment.file_name(), part, first_id=start)
        segments.append(segment)
    storage = FileStorage(str(tmp_path))
    TOC(whoosh_schema(), segments, 1).write(storage, "MAIN")
    return FileIndex(storage, indexname="MAIN"), documents


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        (Term("body_exact", "w3"), lambda words: "w3" in words),
        (Term("title_exact", "w3"), lambda words: words[:1] == ["w3"]),
        (And([Term("body_exact", "w1"), Term("body_exact", "w2")]), lambda words: {"w1", "w2"} <= set(words)),
        (
            Or([Term("body_exact", "w1"), Term("body_exact", "w2")]),
            lambda words: bool({"w1", "w2"} & set(words)),
        ),
        (Prefix("body_exact", "w2"), lambda words: any(word.startswith("w2") for word in words)),
        (
            Phrase("body_exact", ["w1", "w2"]),
            lambda words: any(pair == ("w1", "w2") for pair in itertools.pairwise(words)),
        ),
        (Term("body_exact", "nowhere"), lambda words: False),
    ],
    ids=["term", "title", "and", "or", "prefix", "phrase", "absent"],
)
def test_whoosh_searches_our_segments(
    whoosh_index: tuple[FileIndex, list[list[str]]], query: object, matches: object
) -> None:
    index, documents = whoosh_index
    with index.searcher() as searcher:
        found = {hit.docnum for hit in searcher.search(query, limit=None)}
        assert found == {doc for doc, words in enumerate(documents) if matches(words)}  # type: ignore[operator]


def test_whoosh_knows_terms_lengths_and_stored_documents(
    whoosh_index: tuple[FileIndex, list[list[str]]],
) -> None:
    index, documents = whoosh_index
    with index.reader() as reader:
        assert reader.doc_count() == len(documents)
        assert sorted(reader.lexicon("body_exact")) == sorted(
            {word.encode() for words in documents for word in words}
        )
        assert reader.doc_field_length(5, "body_exact") == len(documents[5])
        assert reader.field_length("body_exact") == sum(map(len, documents))
        assert reader.stored_fields(40)["document"] == '{"id":"d40"}'
        assert reader.frequency("body_exact", "w3") == sum(words.count("w3") for words in documents)
        with pytest.raises(KeyError):
            _ = reader.schema["body_stems"]
    assert Field(BODY, STEM).name == "body_stem"


def test_whoosh_reads_facets_and_sort_keys_as_columns(
    whoosh_index: tuple[FileIndex, list[list[str]]],
) -> None:
    index, documents = whoosh_index
    schema = whoosh_schema()
    schema.add("year", COLUMN(NumericColumn("d")))
    schema.add("genre", COLUMN(VarBytesListColumn()))
    with FileIndex(index.storage, schema, index.indexname).searcher() as searcher:
        latest = searcher.search(Every(), sortedby=FieldFacet("year", reverse=True), limit=3)
        assert [hit["year"] for hit in latest] == [2034.0, 2033.0, 2032.0]
        reader = searcher.reader()
        for doc, words in enumerate(documents):
            assert reader.column_reader("genre")[doc] == [word.encode() for word in sorted(set(words))[:2]]


@pytest.mark.parametrize("codec", [ColumnarCodec(), W3Codec()], ids=["our codec", "Whoosh's codec"])
def test_whoosh_merges_our_segments_into_one_of_its_writer(
    whoosh_index: tuple[FileIndex, list[list[str]]], codec: object
) -> None:
    index, documents = whoosh_index
    with index.reader() as before:
        terms = {term: before.frequency(*term) for term in before.all_terms()}
    index.writer(codec=codec).commit(optimize=True)
    with index.searcher() as searcher:
        reader = searcher.reader()
        assert {term: reader.frequency(*term) for term in reader.all_terms()} == terms
        assert [json.loads(row["document"])["id"] for row in reader.all_stored_fields()] == [
            f"d{number}" for number in range(len(documents))
        ]
        assert [searcher.doc_field_length(doc, "body_exact") or 0 for doc in range(len(documents))] == [
            len(words) if codec_is_exact(codec, words) else ANY for words in documents
        ]
        found = {hit.docnum for hit in searcher.search(Phrase("body_exact", ["w1", "w2"]), limit=None)}
        assert found == {
            doc for doc, words in enumerate(documents) if ("w1", "w2") in itertools.pairwise(words)
        }


def codec_is_exact(codec: object, words: list[str]) -> bool:
    """Whoosh's own codec rounds lengths above ten."""
    return isinstance(codec, ColumnarCodec) or len(words) <= 10


def test_a_segment_of_whooshs_writer_is_none_of_the_service(tmp_path: Path) -> None:
    index = create_in(str(tmp_path), whoosh_schema())
    with index.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(body_exact="w1", document="{}")
    [segment] = index._segments()
    with pytest.raises(IndexDamaged, match="cannot be opened"):
        SegmentReader(tmp_path / segment.file_name())
    with pytest.raises(IndexDamaged, match="written in segment format whoosh 1, this version reads"):
        SegmentReader(next(tmp_path.glob("*.documents.mls")))
