"""What our codec keeps of a document comes back as from Whoosh's own: stored values, columns, postings
in every format, vectors; and what it cannot keep is refused by name."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields, formats
from whoosh.analysis import SimpleAnalyzer
from whoosh.filedb.filestore import RamStorage
from whoosh.index import create_in, open_dir
from whoosh.query import Every, Phrase, Prefix
from whoosh_columns_table import COLUMNS
from whoosh_pair import Pair, new_pair, random_pair

from search.errors import IndexDamaged
from search.index.codec.arrays import ArrayFile, write_arrays
from search.index.codec.stored_values import decode_stored, encode_stored
from search.index.codec.whoosh_codec import ColumnarCodec, ColumnarSegment

# Stored fields

plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010), max_size=2)
    | st.binary(max_size=5)
    | st.datetimes(timezones=st.none() | st.just(datetime.UTC))
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False),
    lambda values: (
        st.lists(values, max_size=3)
        | st.lists(values, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.sampled_from(("$date", "$")), values, max_size=3)
        | st.dictionaries(st.integers() | st.tuples(st.integers(), st.text(max_size=2)), values, max_size=2)
        | st.frozensets(st.integers(), max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(("a", "b", "ç", "$date", "long name")), plain_values, max_size=3))
@settings(derandomize=True, database=None, max_examples=300, deadline=None)
def test_stored_values_come_back(values: dict[str, Any]) -> None:
    back = decode_stored(encode_stored(values))
    assert back == values
    assert _types(back) == _types(values)


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return dict, {repr(key): _types(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [_types(one) for one in value]
    return type(value)


def test_not_a_number_comes_back() -> None:
    assert math.isnan(decode_stored(encode_stored({"price": math.nan}))["price"])


def _endless() -> list[Any]:
    values: list[Any] = []
    values.append(values)
    return values


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "builtins.object"),
        (np.float64(1), "numpy.float64"),
        ([1, {2: 3j}], "builtins.complex"),
        (len, "builtin_function_or_method"),
        (_endless(), "contains itself"),
    ],
    ids=["object", "numpy", "inside", "function", "endless"],
)
def test_a_value_without_a_form_is_refused_with_its_field(value: Any, said: str) -> None:
    with pytest.raises(TypeError, match=f"field 'extra' cannot be stored: .*{re.escape(said)}"):
        encode_stored({"fine": 1, "extra": value})


# Formats of postings

FORMATS = {
    one.__name__: one
    for one in (
        formats.Existence,
        formats.Frequency,
        formats.Positions,
        formats.Characters,
        formats.PositionBoosts,
        formats.CharacterBoosts,
    )
}
FORMS = ("frequency", "weight", "positions", "characters", "position_boosts", "character_boosts")
TEXTS = ("b a b", "a", "c a a b a", "", "b")


def _format_pair(folder: Path, made: Callable[..., Any]) -> Pair:
    # Whoosh cannot merge vectors that know of existence only.
    vector = None if made is formats.Existence else made()
    field = fields.FieldType(
        made(field_boost=1.5), SimpleAnalyzer(), scorable=True, stored=True, vector=vector
    )
    pair = new_pair(folder, fields.Schema(text=field))
    pair.write(lambda writer: [writer.add_document(text=text) for text in TEXTS])
    return pair


@pytest.mark.parametrize("made", FORMATS.values(), ids=FORMATS)
def test_postings_and_vectors_in_every_format(tmp_path: Path, made: Callable[..., Any]) -> None:
    pair = _format_pair(tmp_path / "x", made)
    for texts in (TEXTS, ("d", *TEXTS)):
        with pair.ours.reader() as ours, pair.theirs.reader() as theirs:
            for text in (b"a", b"b", b"c"):
                postings = [_postings(one.postings("text", text)) for one in (ours, theirs)]
                assert postings[0] == postings[1]
            for doc, text in enumerate(texts):
                has = bool(text) and made is not formats.Existence
                assert ours.has_vector(doc, "text") == theirs.has_vector(doc, "text") == has
                if has:
                    vectors = [_postings(one.vector(doc, "text")) for one in (ours, theirs)]
                    assert vectors[0] == vectors[1]
                    assert [term for term, *_ in vectors[0]] == sorted(set(text.split()))
        if texts is TEXTS:
            pair.write(lambda writer: writer.add_document(text="d"), optimize=True)


def _postings(matcher: Any) -> list[Any]:
    read = []
    while matcher.is_active():
        held = {form: matcher.value_as(form) for form in FORMS if matcher.supports(form)}
        spans = [(span.start, span.startchar) for span in matcher.spans()] if "positions" in held else None
        read.append((matcher.id(), matcher.weight(), bytes(matcher.value() or b""), held, spans))
        matcher.next()
    return read


class _OwnFormat(formats.Positions):
    pass


def test_an_unknown_format_is_refused_with_its_field(tmp_path: Path) -> None:
    field = fields.FieldType(_OwnFormat(), SimpleAnalyzer())
    index = create_in(str(tmp_path), fields.Schema(text=field))
    writer = index.writer(codec=ColumnarCodec())
    writer.add_document(text="a")
    with pytest.raises(TypeError, match="field 'text': postings in the format _OwnFormat cannot be kept"):
        writer.commit()


def test_a_format_that_was_not_written_is_refused(tmp_path: Path) -> None:
    index = create_in(str(tmp_path), fields.Schema(text=fields.TEXT(phrase=False)))
    with index.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(text="alpha beta")
    changed = open_dir(str(tmp_path), schema=fields.Schema(text=fields.TEXT(chars=True)))
    with changed.searcher() as searcher, pytest.raises(ValueError, match=r"text: .* hold no positions"):
        searcher.search(Phrase("text", ["alpha", "beta"]))


def test_lengths_are_exact_where_whoosh_rounds(tmp_path: Path) -> None:
    pair = new_pair(tmp_path / "x", fields.Schema(text=fields.TEXT()))
    pair.write(lambda writer: writer.add_document(text="word " * 1003))
    with pair.ours.reader() as ours, pair.theirs.reader() as theirs:
        assert ours.doc_field_length(0, "text") == ours.max_field_length("text") == 1003
        assert ours.field_length("text") == theirs.field_length("text") == 1003
        assert theirs.doc_field_length(0, "text") != 1003


def test_a_document_with_equal_values_is_found_once(tmp_path: Path) -> None:
    """Whoosh's own codec lists it twice: numbers that are near share terms of lower precision."""
    schema = fields.Schema(year=fields.NUMERIC(stored=True), tags=fields.KEYWORD())
    index = create_in(str(tmp_path), schema)
    with index.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(year=[1990, 1992, 1990], tags=["red", "red", "blue"])
        writer.add_document(year=[7, 1992])
    with index.searcher() as searcher:
        for asked in (Every("year"), Prefix("tags", "")):
            found = [hit.docnum for hit in searcher.search(asked)]
            assert len(found) == len(set(found))
        assert list(searcher.postings("year", schema["year"].to_bytes(1990)).all_ids()) == [0]
        assert searcher.postings("tags", "red").weight() == 2.0
        assert searcher.postings("tags", "red").value_as("frequency") == 2


# Files


def test_files_are_arrays_and_nothing_is_pickled(tmp_path: Path) -> None:
    pair = random_pair(tmp_path / "x", 3, segments=[30, 20], deleted=4)
    files = sorted((tmp_path / "x" / "ours").glob("*.mls"))
    assert {"".join(file.suffixes) for file in files} == {".documents.mls", ".terms.mls"}
    for path in files:
        file = ArrayFile(path)
        assert file.damaged() == []
        assert file.meta["format"] == "whoosh 1"
        # Protocol 2, as Whoosh pickles positions and stored fields; the test documents hold such bytes.
        assert b"\x80\x02]q" not in path.read_bytes()
        assert b"\x80\x02}q" not in path.read_bytes()
    assert any(b"\x80\x02]q" in file.read_bytes() for file in (tmp_path / "x" / "theirs").iterdir())
    assert pair.ours.doc_count() == 46


def test_the_arrays_are_those_of_the_document(tmp_path: Path) -> None:
    """A segment with everything has the arrays of docs/index-format.md, with their types, and no others."""
    texts = {
        f"text{number}": fields.FieldType(one(), SimpleAnalyzer(), scorable=True, vector=one())
        for number, one in enumerate(FORMATS.values())
    }
    held = {
        f"column{number}": fields.COLUMN(column) for number, (column, _, _) in enumerate(COLUMNS.values())
    }
    values = {f"column{number}": some[0] for number, (_, some, _) in enumerate(COLUMNS.values())}
    index = create_in(str(tmp_path), fields.Schema(**texts, **held))
    with index.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(**dict.fromkeys(texts, "a b a"), **values, _text1_boost=2.0)
    written = set()
    for path in tmp_path.glob("*.mls"):
        file = ArrayFile(path)
        for name in file.names():
            general = re.sub(r"(text|column)\d+", "FIELD", name)
            written.add((general, "N" if general == "number/FIELD" else file[name].dtype.name))
    page = (Path(__file__).parent.parent / "docs" / "index-format.md").read_text(encoding="utf-8")
    section = page.partition("## Segments of Whoosh's own writer")[2].partition("\n## ")[0]
    cells = "\n".join(re.findall(r"^\| (.*?) \|", section, re.MULTILINE))
    told = set(re.findall(r"`([\w/]+)` \(?(\w+)", cells))
    # Of vectors the page says that they have the arrays of postings besides their own.
    parts = {"freqs", "position_start", "positions", "start_chars", "end_chars", "boosts"}
    told |= {(f"vector/{name}", kind) for name, kind in told if name.partition("/")[2] in parts}
    assert told == written


def test_searching_unpickles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = random_pair(tmp_path / "x", 3, segments=[40])
    with pair.ours.searcher() as searcher:

        def refuse(*_: object) -> None:
            raise AssertionError("unpickled")

        monkeypatch.setattr(formats, "loads", refuse)
        monkeypatch.setattr("pickle.loads", refuse)
        results = searcher.search(Phrase("body", ["alpha", "beta"], slop=3), limit=None, terms=True)
        assert len(results)
        assert [hit.fields()["id"] for hit in results]
        assert searcher.search(Every(), sortedby="price", limit=3)


@pytest.mark.parametrize("suffix", [".documents.mls", ".terms.mls"])
def test_damaged_files_and_other_formats_are_refused(tmp_path: Path, suffix: str) -> None:
    random_pair(tmp_path / "x", 3, segments=[5])
    [path] = (tmp_path / "x" / "ours").glob("*" + suffix)
    data = path.read_bytes()
    path.write_bytes(data[:40] + b"?" + data[41:])
    with pytest.raises(IndexDamaged, match="checksum"):
        open_dir(str(path.parent)).reader()
    path.unlink()
    write_arrays(path, {}, {"format": "whoosh 0", "documents": 0, "fields": []})
    with pytest.raises(
        IndexDamaged, match="'whoosh 0', this version reads 'whoosh 1'; index the documents anew"
    ):
        open_dir(str(path.parent)).reader()
    path.unlink()
    with pytest.raises(FileNotFoundError, match="no such segment"):
        open_dir(str(path.parent)).reader()


# What is refused


def test_an_index_in_memory_is_refused() -> None:
    index = RamStorage().create().create_index(fields.Schema(text=fields.TEXT()))
    with pytest.raises(TypeError, match="needs Whoosh's FileStorage, not RamStorage"):
        index.writer(codec=ColumnarCodec())


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda codec: codec.postings_writer(None), "field_writer"),
        (lambda codec: codec.postings_reader(None, None, None), "terms_reader"),
        (lambda codec: codec.column_filename(ColumnarSegment("MAIN"), "year"), "declare 'year' sortable"),
    ],
    ids=["posting files written", "posting files read", "columns added later"],
)
def test_what_has_no_meaning_here_says_what_to_do(ask: Callable[[Any], object], said: str) -> None:
    with pytest.raises(NotImplementedError, match=said):
        ask(ColumnarCodec())
