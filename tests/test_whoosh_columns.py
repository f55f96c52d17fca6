"""Whoosh's columns, kept as arrays: every type gives back what Whoosh's own gives, and refuses by name
what it cannot hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from whoosh import columns, fields
from whoosh.index import create_in
from whoosh_columns_table import COLUMNS
from whoosh_pair import new_pair

from search.index.codec.whoosh_codec import ColumnarCodec


# Whoosh's reader of compressed blocks fails on documents without a value.
@pytest.mark.parametrize("name", [name for name in COLUMNS if name != "blocks"])
def test_columns_hold_what_whooshs_hold(tmp_path: Path, name: str) -> None:
    """With gaps, before the first and behind the last value too."""
    column, values, _ = COLUMNS[name]
    pair = new_pair(tmp_path / "x", fields.Schema(id=fields.STORED(), value=fields.COLUMN(column)))

    def fill(writer: Any) -> None:
        for number in range(3 * len(values) + 2):
            gap = number % 3 == 0 or number > 3 * len(values)
            writer.add_document(id=number, **({} if gap else {"value": values[number // 3 % len(values)]}))

    pair.write(fill)
    pair.write(fill, merge=False)
    pair.write(lambda writer: writer.add_document(id=0), merge=False)
    for commit in ({"merge": False}, {"optimize": True}):
        with pair.ours.reader() as ours, pair.theirs.reader() as theirs:
            assert _segments(ours, column) == _segments(theirs, column)
        pair.write(lambda writer: writer.delete_document(1), **commit)
    with pair.ours.reader() as ours, pair.theirs.reader() as theirs:
        assert _segments(ours, column) == _segments(theirs, column)


def _segments(reader: Any, column: Any) -> list[Any]:
    read = []
    for one, _ in reader.leaf_readers():
        if not one.has_column("value"):
            read.append(None)
            continue
        values = one.column_reader("value")
        plain = [_same(values[doc]) for doc in range(one.doc_count_all())]
        keys = None
        if column.reversible:
            values = one.column_reader("value", reverse=True, translate=False)
            keys = [values.sort_key(doc) for doc in range(one.doc_count_all())]
        read.append((len(values), plain, keys))
    return read


def _same(value: Any) -> Any:
    # Whoosh's lists of bytes come as slices of other types here and there.
    return [bytes(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_iterated_and_loaded(tmp_path: Path, name: str) -> None:
    column, values, _ = COLUMNS[name]
    index = create_in(str(tmp_path), fields.Schema(value=fields.COLUMN(column)))
    with index.writer(codec=ColumnarCodec()) as writer:
        for value in values:
            writer.add_document(value=value)
    with index.reader() as reader:
        read = reader.column_reader("value", translate=False)
        assert list(read) == list(read.load()) == [read[doc] for doc in range(len(values))]
        assert list(reader.column_reader("value")) == values
        assert reader._perdoc.list_columns() == ["value"]


@pytest.mark.parametrize("name", [name for name, (_, _, wrong) in COLUMNS.items() if wrong is not None])
def test_columns_refuse_what_they_cannot_hold(tmp_path: Path, name: str) -> None:
    column, _, wrong = COLUMNS[name]
    index = create_in(str(tmp_path), fields.Schema(amount=fields.COLUMN(column)))
    writer = index.writer(codec=ColumnarCodec())
    with pytest.raises((TypeError, ValueError), match="amount"):
        writer.add_document(amount=wrong)
    writer.cancel()


def test_numbers_beyond_the_limits_are_clamped(tmp_path: Path) -> None:
    column = columns.ClampedNumericColumn(columns.NumericColumn("B"))
    index = create_in(str(tmp_path), fields.Schema(value=fields.COLUMN(column)))
    with index.writer(codec=ColumnarCodec()) as writer:
        for value in (-5, 7, 300):
            writer.add_document(value=value)
    with index.reader() as reader:
        assert list(reader.column_reader("value")) == [0, 7, 255]


def test_many_distinct_values(tmp_path: Path) -> None:
    """Whoosh's column drops values behind the 65,536th."""
    index = create_in(str(tmp_path), fields.Schema(value=fields.COLUMN(columns.RefBytesColumn())))
    with index.writer(codec=ColumnarCodec()) as writer:
        for number in range(66_000):
            writer.add_document(value=b"%d" % number)
    with index.reader() as reader:
        assert reader.column_reader("value")[65_999] == b"65999"


class _OwnColumn(columns.VarBytesColumn):
    pass


def test_unknown_columns_and_changed_ones_are_refused(tmp_path: Path) -> None:
    index = create_in(str(tmp_path), fields.Schema(value=fields.COLUMN(columns.NumericColumn("i"))))
    with index.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(value=1)
    with index.reader() as reader:
        with pytest.raises(TypeError, match="'value' was not written as VarBytesColumn"):
            reader.column_reader("value", columns.VarBytesColumn())
        with pytest.raises(
            TypeError, match="'value': _OwnColumn cannot be kept as arrays; use one of BitColumn"
        ):
            reader.column_reader("value", _OwnColumn())
