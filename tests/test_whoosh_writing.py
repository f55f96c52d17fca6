"""Whoosh's own writers write, delete, merge and optimise with our codec, one after another, at
once and beside segments of Whoosh's own codec. Random histories: `test_whoosh_histories.py`."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields, sorting, writing
from whoosh.analysis import StemmingAnalyzer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex, create_in, open_dir
from whoosh.multiproc import MpWriter, SerialMpWriter
from whoosh.query import Every, NestedParent, Phrase, Term
from whoosh_pair import (
    OPTIONS,
    assert_same,
    documents,
    new_pair,
    random_document,
    random_pair,
    schema,
    segment_sizes,
)

from search.index.codec.whoosh_codec import ColumnarCodec, ColumnarSegment

# Commits and merges


@pytest.mark.parametrize("option", [name for name in OPTIONS if name != "emptied before"])
def test_many_commits(tmp_path: Path, option: str) -> None:
    """Whoosh's own policy decides what is merged; with both codecs the same."""
    pair = new_pair(tmp_path / "x")
    source = random.Random(5)
    for turn in range(14):
        some = [random_document(source, turn * 10 + place) for place in range(source.randrange(1, 5))]
        pair.write(lambda writer, some=some: [writer.add_document(**one) for one in some], **OPTIONS[option])
        if turn % 3 == 2:
            pair.write(lambda writer: writer.delete_document(1), merge=False)
    assert_same(pair)
    sizes = segment_sizes(pair.ours)
    assert len(sizes) == {"optimised": 1, "not merged": 14}.get(option, len(sizes))
    assert option != "small ones merged" or len(sizes) < 14


def test_only_live_files_remain(tmp_path: Path) -> None:
    pair = random_pair(tmp_path / "x", 1, segments=[5, 5, 5], deleted=2)
    writer = pair.ours.writer(codec=ColumnarCodec())
    writer.add_document(id="never")
    writer.cancel()
    pair.write(lambda writer: writer.delete_document(0), merge=False)
    segments = [one.segment_id() for one in pair.ours._segments()]
    files = {path.name for path in (tmp_path / "x" / "ours").glob("*.mls")}
    assert files == {name + end for name in segments for end in (".documents.mls", ".terms.mls")}
    assert "never" not in documents(pair.ours)


def test_an_open_searcher_keeps_what_it_has(tmp_path: Path) -> None:
    pair = random_pair(tmp_path / "x", 1, segments=[30, 10])
    with pair.ours.searcher() as before:
        pair.write(lambda writer: writer.delete_by_query(Every()), optimize=True)
        assert len(before.search(Every(), limit=None)) == 40
        assert before.search(Phrase("body", ["alpha", "beta"], slop=3), sortedby="price")
    with pair.ours.searcher() as after:
        assert not after.search(Every())
    assert pair.ours.doc_count() == 0


def test_documents_are_deleted_and_undeleted(tmp_path: Path) -> None:
    pair = random_pair(tmp_path / "x", 1, segments=[4])
    pair.write(lambda writer: [writer.delete_document(1), writer.delete_document(2)], merge=False)
    pair.ours.writer(codec=ColumnarCodec()).cancel()
    writer = pair.ours.writer(codec=ColumnarCodec())
    assert (writer.deleted_count(), writer.is_deleted(1), writer.has_deletions()) == (2, True, True)
    writer.delete_document(1, delete=False)
    writer.commit(merge=False)
    assert sorted(documents(pair.ours)) == ["0", "1", "3"]


def test_an_index_without_terms(tmp_path: Path) -> None:
    index = create_in(str(tmp_path), fields.Schema(id=fields.STORED(), text=fields.TEXT()))
    with index.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(id=1)
        writer.add_document(id=2, text="")
        writer.add_document()
    index.optimize(codec=ColumnarCodec())
    with open_dir(str(tmp_path)).searcher() as searcher:
        assert [hit.fields() for hit in searcher.search(Every())] == [{"id": 1}, {"id": 2}, {}]
        assert list(searcher.lexicon("text")) == []
        assert searcher.reader().max_field_length("text") == 0


def test_postings_that_went_through_temporary_files(tmp_path: Path) -> None:
    pair = new_pair(tmp_path / "x")
    source = random.Random(2)
    some = [random_document(source, number) for number in range(60)]

    def fill(writer: Any) -> None:
        writer.pool.limit = 30_000
        for one in some:
            writer.add_document(**one)
        assert len(writer.pool.runs) > 3

    pair.write(fill)
    assert_same(pair)


# Other writers


def _several_processes(index: FileIndex) -> Any:
    return MpWriter(index, procs=2, batchsize=10, codec=ColumnarCodec())


def _several_segments(index: FileIndex) -> Any:
    return MpWriter(index, procs=2, batchsize=10, multisegment=True, codec=ColumnarCodec())


def _several_parts(index: FileIndex) -> Any:
    return SerialMpWriter(index, procs=3, codec=ColumnarCodec())


def _asynchronous(index: FileIndex) -> Any:
    return writing.AsyncWriter(index, writerargs={"codec": ColumnarCodec()})


WRITERS = {
    "two processes": _several_processes,
    "two processes, two segments": _several_segments,
    "three parts": _several_parts,
    "asynchronous": _asynchronous,
}


@pytest.mark.parametrize("made", WRITERS.values(), ids=WRITERS)
def test_other_writers_of_whoosh(tmp_path: Path, made: Any) -> None:
    index = create_in(str(tmp_path), schema())
    source = random.Random(3)
    some = [random_document(source, number) for number in range(45)]
    writer = made(index)
    for one in some:
        writer.add_document(**one)
    writer.commit()
    assert set(documents(index)) == {one["id"] for one in some}
    assert all(isinstance(segment, ColumnarSegment) for segment in index._segments())
    with index.searcher() as searcher:
        found = {hit["id"] for hit in searcher.search(Term("body", "alpha"), limit=None)}
        assert found == {one["id"] for one in some if "alpha" in one.get("body", "").split()}
        ordered = searcher.search(Every("price"), sortedby=sorting.FieldFacet("price"), limit=None)
        prices = [hit["price"] for hit in ordered]
        assert prices == sorted(one["price"] for one in some if "price" in one)


def test_a_buffered_writer(tmp_path: Path) -> None:
    index = create_in(str(tmp_path), schema())
    writer = writing.BufferedWriter(index, period=None, limit=15, writerargs={"codec": ColumnarCodec()})
    source = random.Random(3)
    # Whoosh's codec for memory fails on vectors of empty texts.
    some = [random_document(source, number) | {"body": "zeta alpha"} for number in range(40)]
    for one in some:
        writer.add_document(**one)
    writer.update_document(id="39", title="omega omega")
    with writer.searcher() as searcher:
        # Of documents that are not committed yet Whoosh's codec for memory answers; both are one index.
        assert searcher.doc_count() == 40
        assert searcher.document(id="39")["title"] == "omega omega"
    writer.close()
    assert set(documents(index)) == {one["id"] for one in some}
    assert all(isinstance(segment, ColumnarSegment) for segment in index._segments())


# Codecs beside each other


@pytest.mark.parametrize("target", [ColumnarCodec(), W3Codec()], ids=["to ours", "to theirs"])
def test_segments_of_both_codecs_in_one_index(tmp_path: Path, target: Any) -> None:
    pair = random_pair(tmp_path / "x", 8, segments=[20, 15], deleted=3)
    source = random.Random(9)
    some = [random_document(source, 100 + number) for number in range(12)]
    for index, codec in ((pair.ours, W3Codec()), (pair.theirs, ColumnarCodec())):
        writer = index.writer(codec=codec)
        for one in some:
            writer.add_document(**one)
        writer.commit(merge=False)
    assert_same(pair)
    for index in (pair.ours, pair.theirs):
        index.writer(codec=target).commit(optimize=True)
    assert_same(pair)
    assert {type(one) for one in pair.ours._segments()} == {type(target.new_segment(None, "x"))}
    with pair.searchers() as (ours, theirs):
        for asked in (Term("body", "alpha"), Phrase("title", ["alpha", "beta"], slop=2), Term("seen", True)):
            hits = [
                [(hit.docnum, hit.score) for hit in one.search(asked, limit=None)] for one in (ours, theirs)
            ]
            assert hits[0] == hits[1]


# Schemas


def test_fields_come_and_go(tmp_path: Path) -> None:
    pair = new_pair(tmp_path / "x", fields.Schema(id=fields.ID(stored=True), text=fields.TEXT(stored=True)))
    pair.write(lambda writer: writer.add_document(id="1", text="alpha beta"))

    def add(writer: Any) -> None:
        writer.add_field("year", fields.NUMERIC(stored=True, sortable=True))
        writer.add_field("note", fields.TEXT(stored=True, sortable=True))
        writer.add_document(id="2", text="alpha", year=1990, note="new")

    pair.write(add, merge=False)
    with pair.searchers() as (ours, theirs):
        orders = [
            [hit["id"] for hit in one.search(Every(), sortedby=sorting.FieldFacet("year"))]
            for one in (ours, theirs)
        ]
        assert orders[0] == orders[1] == ["2", "1"]
        assert ours.doc_frequency("note", "new") == 1
    pair.write(lambda writer: writer.remove_field("text"), optimize=True)
    with pair.ours.reader() as reader:
        assert sorted(reader.indexed_field_names()) == ["id", "note", "year"]
        assert [row for _, row in reader.iter_docs()] == [
            {"id": "1"},
            {"id": "2", "year": 1990, "note": "new"},
        ]


def test_fields_named_by_a_pattern(tmp_path: Path) -> None:
    made = fields.Schema(id=fields.ID(stored=True))
    made.add("*_word", fields.TEXT(stored=True), glob=True)
    pair = new_pair(tmp_path / "x", made)
    pair.write(lambda writer: writer.add_document(id="1", a_word="alpha"))
    pair.write(lambda writer: writer.add_document(id="2", b_word="beta", a_word="alpha gamma"), merge=False)
    for commit in ({"merge": False}, {"optimize": True}):
        with pair.searchers() as (ours, theirs):
            for name, text in (("a_word", "alpha"), ("b_word", "beta")):
                rows = [[hit.fields() for hit in one.search(Term(name, text))] for one in (ours, theirs)]
                assert rows[0] == rows[1]
                assert rows[0]
        pair.write(lambda writer: None, **commit)


@pytest.mark.parametrize("name", ["a/b", "x/terms", "start", "stored", "number/x", "naïve", "a.b"])
def test_fields_of_any_name(tmp_path: Path, name: str) -> None:
    """Names of fields are parts of names of arrays, and must not be taken for others."""
    names = (name, "x", "value", "vector", "terms")
    index = create_in(
        str(tmp_path),
        fields.Schema(**{one: fields.TEXT(stored=True, sortable=True, vector=True) for one in names}),
    )
    with index.writer(codec=ColumnarCodec()) as writer:
        for number in range(3):
            writer.add_document(**{one: f"word{number} {one.replace('/', '')}" for one in names})
    index.optimize(codec=ColumnarCodec())
    with index.searcher() as searcher:
        for one in names:
            assert [hit[one][:5] for hit in searcher.search(Term(one, "word1"))] == ["word1"]
            assert "word0" in list(searcher.vector(0, one).all_ids())
            assert searcher.reader().column_reader(one)[2].startswith("word2")


def test_words_for_spelling_beside_stems(tmp_path: Path) -> None:
    text = fields.TEXT(analyzer=StemmingAnalyzer(), spelling=True)
    pair = new_pair(tmp_path / "x", fields.Schema(text=text))
    pair.write(
        lambda writer: [writer.add_document(text=one) for one in ("rendering models", "modelled renders")]
    )
    pair.write(lambda writer: writer.add_document(text="renderers"), optimize=True)
    with pair.searchers() as (ours, theirs):
        assert list(ours.lexicon("spell_text")) == list(theirs.lexicon("spell_text"))
        assert ours.suggest("text", "randering") == theirs.suggest("text", "randering") != []


def test_groups_of_documents(tmp_path: Path) -> None:
    pair = new_pair(
        tmp_path / "x", fields.Schema(kind=fields.ID(stored=True), name=fields.KEYWORD(stored=True))
    )

    def fill(writer: Any) -> None:
        for number in range(6):
            with writer.group():
                writer.add_document(kind="class", name=f"c{number}")
                for place in range(number):
                    writer.add_document(kind="method", name=f"m{place}")

    pair.write(fill)
    asked = NestedParent(Term("kind", "class"), Term("name", "m2"))
    with pair.searchers() as (ours, theirs):
        names = [[hit["name"] for hit in one.search(asked, limit=None)] for one in (ours, theirs)]
        assert names[0] == names[1] == ["c3", "c4", "c5"]


# Failures


def test_a_document_that_fails_leaves_no_terms(tmp_path: Path) -> None:
    index = create_in(str(tmp_path), fields.Schema(body=fields.TEXT(), extra=fields.STORED(), id=fields.ID()))
    writer = index.writer(codec=ColumnarCodec())
    writer.add_document(body="alpha", id="1")
    with pytest.raises(TypeError, match="field 'extra' cannot be stored"):
        writer.add_document(body="beta", extra=object(), id="2")
    with pytest.raises(RuntimeError, match="document 1 was not finished; cancel this writer"):
        writer.add_document(body="gamma", id="3")
    writer.commit()
    with index.searcher() as searcher:
        assert list(searcher.lexicon("body")) == [b"alpha"]
        assert searcher.doc_count_all() == 1


def test_a_cancelled_document_leaves_no_columns_and_lengths(tmp_path: Path) -> None:
    made = fields.Schema(a=fields.TEXT(sortable=True, stored=True), z=fields.NUMERIC(bits=8))
    index = create_in(str(tmp_path), made)
    with index.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(a="one", z=1)
        with pytest.raises(ValueError, match="300"):
            writer.add_document(a="two words", z=300)
        writer.add_document(z=3)
    with index.reader() as reader:
        assert [reader.doc_field_length(doc, "a") for doc in (0, 1)] == [1, 0]
        assert list(reader.column_reader("a")) == ["one", ""]
        assert list(reader.all_stored_fields()) == [{"a": "one"}, {}]


@pytest.mark.parametrize(
    ("misuse", "said"),
    [
        (lambda writer: writer.perdocwriter.start_doc(5), "0 is next, not 5"),
        (lambda writer: writer.perdocwriter.add_field("id", None, "x", 1), "no document was started"),
        (lambda writer: writer.fieldwriter.start_term(b"x"), "no field was started"),
    ],
    ids=["documents out of order", "field outside of a document", "term outside of a field"],
)
def test_calls_out_of_order_are_refused(tmp_path: Path, misuse: Any, said: str) -> None:
    writer = create_in(str(tmp_path), schema()).writer(codec=ColumnarCodec())
    with pytest.raises(RuntimeError, match=said):
        misuse(writer)
    writer.cancel()
