"""CSV and TSV: a header line, then one document a row.

Reads as a stream. The separator is found out from the first rows. Rows without a quote are split
directly, the others go through the csv module in strict mode; a quote that is never closed costs
its own row only, because reading goes on with the line after the one where the quote stood.
"""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from indexer.default_id import default_id
from indexer.document import Document, Refusal
from indexer.extract.json_lines import TOO_LONG
from indexer.extract.json_text import InvalidJson, parse_json
from indexer.extract.reading import LINE_LIMIT, UnusableSource, read_lines
from indexer.mapping import InvalidRecord, Mapper, mapper_for
from indexer.sources import SourceFile, printable
from search.configuration import Settings

DELIMITERS = (",", ";", "\t", "|")
# A quoted field may run over this much text; beyond it the quote counts as not closed.
_QUOTED_LIMIT = 1_000_000
# Text of a file that may be read again because of quotes not closed; each may cost `_QUOTED_LIMIT`.
_READ_AGAIN = 20_000_000
_MOST_COLUMNS = 10_000
_SAMPLE_ROWS = 20
_FIELDS_THAT_CARRY = ("title", "titles", "name", "text", "overview", "body", "original_title")


class _BadRow(ValueError):
    """A row that cannot be read."""


class _Rows:
    """Logical rows of numbered lines, each with the number of its first line."""

    def __init__(self, lines: Iterator[tuple[int, bytes | None]], encoding: str) -> None:
        self._lines = lines
        self._waiting: deque[tuple[int, str | None, str]] = deque()
        self._encoding = encoding
        self._read_again = 0
        self.delimiter = ","

    def peek(self, count: int) -> list[str]:
        """The next lines that are not empty, without taking them."""
        while len(self._waiting) < count and (line := self._read()) is not None:
            self._waiting.append(line)
        return [text for _, text, _ in self._waiting if text]

    def next_row(self) -> tuple[int, list[str] | _BadRow] | None:
        """The next row or what is wrong with it; None at the end. Empty lines are passed over."""
        while (line := self._next_line()) is not None:
            number, text, reason = line
            if text is None:
                return number, _BadRow(reason)
            if text.strip(" \t"):
                if '"' not in text:
                    return number, text.split(self.delimiter)
                return number, self._quoted_row(line)
        return None

    def _quoted_row(self, first: tuple[int, str | None, str]) -> list[str] | _BadRow:
        taken = [first]
        refused: list[_BadRow] = []

        def feed() -> Iterator[str]:
            yield f"{first[1]}\n"
            length = len(first[1] or "")
            while length <= _QUOTED_LIMIT and (line := self._next_line()) is not None:
                taken.append(line)
                if line[1] is None:
                    refused.append(_BadRow(f"has a quoted field whose line {line[0]} {line[2]}"))
                    return
                length += len(line[1])
                yield f"{line[1]}\n"

        csv.field_size_limit(LINE_LIMIT)  # the default of 128 KiB is less than one long article
        try:
            row = next(csv.reader(feed(), delimiter=self.delimiter, strict=True))
        except (csv.Error, StopIteration) as error:
            # Only the line with the bad quote is lost: the others are read again.
            self._waiting.extendleft(reversed(taken[1:]))
            self._read_again += sum(len(text or "") for _, text, _ in taken[1:])
            if self._read_again > _READ_AGAIN:
                raise UnusableSource(
                    f"has too many quotes that are not closed; read up to line {first[0]}"
                ) from None
            if refused:
                return refused[0]
            if "unexpected end" in str(error):
                return _BadRow("has a quote that is not closed")
            return _BadRow(f"has a misplaced quote ({error})")
        return row

    def _next_line(self) -> tuple[int, str | None, str] | None:
        return self._waiting.popleft() if self._waiting else self._read()

    def _read(self) -> tuple[int, str | None, str] | None:
        line = next(self._lines, None)
        if line is None:
            return None
        number, data = line
        if data is None:
            return number, None, TOO_LONG
        try:
            return number, data.decode(self._encoding), ""
        except UnicodeError:
            return number, None, f"cannot be decoded as {self._encoding}"


def extract_delimited(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The documents of a `.csv` or `.tsv` file. Raises `UnusableSource` for a missing header."""
    encoding, lines = read_lines(source)
    rows = _Rows(lines, encoding)
    mapper = mapper_for(settings)
    path = printable(source.path)
    header, names = _header(rows, mapper, "\t" if source.suffix == ".tsv" else None)
    prefix = default_id(source.relative)
    while (numbered := rows.next_row()) is not None:
        number, row = numbered
        try:
            if isinstance(row, _BadRow):
                raise row
            _check_row(row, header)
            record = _record(names, row, mapper)
            yield mapper.document(record, default_id=f"{prefix}-{number}", origin=f"{path}:{number}")
        except (_BadRow, InvalidRecord) as error:
            yield Refusal(path, number, str(error))


def find_delimiter(lines: list[str], preferred: str | None = None) -> str:
    """The separator that cuts the lines into the most even columns.

    >>> find_delimiter(["id;title", "1;Roma, città aperta"])
    ';'
    """
    best, best_score = preferred or DELIMITERS[0], (0.0, 0)
    for delimiter in dict.fromkeys((preferred or DELIMITERS[0], *DELIMITERS)):
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        columns = len(rows[0]) if rows else 0
        even = sum(len(row) == columns for row in rows) / max(len(rows), 1)
        if columns > 1 and (even, columns) > best_score:
            best, best_score = delimiter, (even, columns)
    return best


def _header(rows: _Rows, mapper: Mapper, preferred: str | None) -> tuple[list[str], list[str]]:
    sample = rows.peek(_SAMPLE_ROWS)
    # Excel's own first line says which separator follows.
    declared = sample[0][4:] if sample and sample[0].lower().startswith("sep=") else ""
    if len(declared) == 1:
        rows.next_row()
        rows.delimiter = declared
    else:
        rows.delimiter = find_delimiter([line[:20_000] for line in sample], preferred)
    first = rows.next_row()
    if first is None or isinstance(first[1], _BadRow):
        raise UnusableSource(f"has no readable header line{f': it {first[1]}' if first else ''}")
    header = first[1]
    if len(header) > _MOST_COLUMNS:
        raise UnusableSource(f"its header names more than {_MOST_COLUMNS:,} columns")
    names = [mapper.name_of(cell.strip()) for cell in header]
    if not any(name in _FIELDS_THAT_CARRY for name in names):
        raise UnusableSource("its first line names no column that holds a title or a text")
    counts = Counter(name for name in names if name)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise UnusableSource(f"its header names the column {min(twice)!r} twice")
    return header, names


def _check_row(row: list[str], header: list[str]) -> None:
    if len(row) != len(header):
        many = "few" if len(row) < len(header) else "many"
        raise _BadRow(f"has too {many} columns: {len(row)} instead of {len(header)}")
    if row == header:
        raise _BadRow("repeats the header")


def _record(names: list[str], row: list[str], mapper: Mapper) -> dict[str, Any]:
    return {name: _cell(name, cell, mapper) for name, cell in zip(names, row, strict=True) if name and cell}


def _cell(name: str, cell: str, mapper: Mapper) -> Any:
    """A cell's value: lists may be written as JSON; the mapping splits at `;` and `|`."""
    if mapper.is_list(name):
        text = cell.strip()
        if text.startswith(("[", "{")):
            try:
                return parse_json(text)
            except InvalidJson:
                return cell
        return cell
    return cell if mapper.is_known(name) else mapper.cell_value(cell)
