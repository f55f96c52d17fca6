"""How does a segment become documents again, as the cluster takes them?

Each is two lines of a bulk request: what is to be done, and the document with our terms, joined by the
signs that the analyzers of `mapping.py` take apart; its lengths, values and numbers; and its stored JSON
as it is. No text is analysed a second time, and nothing is parsed: bytes of the segment become bytes of
the request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import orjson

from search.index.codec.arrays import Array
from search.index.codec.lexicon import Lexicon
from search.index.codec.segment_reader import SegmentReader
from search.index.schema import BODY, FIELDS, POSITIONAL, Field
from search.opensearch.inversion import BLOCK, BlockOccurrences, InvertedField, Spool
from search.opensearch.mapping import (
    BOOST,
    EMPTY_PLACE,
    JOINED,
    LANGUAGE_NUMBER,
    LONGEST_TERM,
    LONGEST_VALUE,
    NUMBER,
    SEPARATOR,
    STORED,
    UNHELD,
    is_indexable,
    length_field,
    number_field,
    text_field,
    title_order_field,
    value_field,
)
from search.opensearch.title_keys import TitleKeys


def _in_json(sign: str) -> bytes:
    return orjson.dumps(sign)[1:-1]


_SEPARATOR, _JOINED, _EMPTY_PLACE = map(_in_json, (SEPARATOR, JOINED, EMPTY_PLACE))
#: No part of UTF-8.
_BETWEEN = b"\xff"


@dataclass(frozen=True, slots=True)
class DocumentLines:
    """A document as two lines of a bulk request, ended by line feeds."""

    id: str
    lines: bytes


@dataclass(frozen=True, slots=True)
class Shipped:
    """What is known of the documents of a segment besides the segment.

    `part` is its number in the generation; `languages` the number of each document's language, `boosts`
    what its score is multiplied by. `values` and `numbers` are the columns to be shipped.
    """

    part: int
    languages: Array
    boosts: Array
    values: Sequence[str]
    numbers: Sequence[str]
    titles: TitleKeys


def document_blocks(segment: SegmentReader, shipped: Shipped, folder: Path) -> Iterator[list[DocumentLines]]:
    """The live documents of the segment in order, at most `BLOCK` at a time. What is sorted meanwhile
    lies in a file without a name in `folder`. Raises `OSError`."""
    live = segment.live()
    with closing(Spool(folder)) as spool:
        fields = {
            one: InvertedField(
                segment.columns[one],
                live,
                spool.file,
                frequencies=one.zone == BODY and one.way not in POSITIONAL,
            )
            for one in FIELDS
        }
        held = spool.mapped()
        ids = _ids(segment)
        for number in range(-(-segment.documents // BLOCK)):
            first = number * BLOCK
            last = min(first + BLOCK, segment.documents)
            docs = (np.flatnonzero(live[first:last]) + first).tolist()
            if not docs:
                continue
            columns = _plain_columns(segment, shipped, first, last)
            for one, inverted in fields.items():
                occurrences = inverted.block(number, held)
                columns.append(_texts(one, segment.lexicons[one.way], occurrences))
            yield [_lines(ids[doc], doc - first, segment.stored(doc), columns) for doc in docs]
        del held


def _lines(
    document_id: bytes, place: int, stored: bytes, columns: Sequence[Mapping[int, bytes]]
) -> DocumentLines:
    text = document_id.decode("utf-8", "replace")
    members = [column[place] for column in columns if place in column]
    members.append(b'"%s":%s' % (STORED.encode(), stored))
    head = b'{"index":{"_id":%s}}\n{' % orjson.dumps(text)
    return DocumentLines(text, b"%s%s}\n" % (head, b",".join(members)))


def _ids(segment: SegmentReader) -> list[bytes]:
    """The id of each document; of one that has lost it to a later one nothing."""
    ids = [b""] * segment.documents
    for term, doc in zip(segment.ids, segment.file["ids/docs"].tolist(), strict=True):
        ids[doc] = term
    return ids


def _plain_columns(segment: SegmentReader, shipped: Shipped, first: int, last: int) -> list[dict[int, bytes]]:
    """The members of the documents first … last-1 that are no text, a column for each: place → member."""
    base = (shipped.part << 32) + first
    columns = [
        {place: b'"%s":%d' % (NUMBER.encode(), base + place) for place in range(last - first)},
        _formatted(LANGUAGE_NUMBER, "%d", shipped.languages[first:last]),
        _formatted(BOOST, "%.9g", shipped.boosts[first:last]),
        *(_formatted(length_field(one), "%d", _filled(segment.lengths(one)[first:last])) for one in FIELDS),
    ]
    for name in shipped.numbers:
        if f"number/{name}" in segment.file:
            columns.append(_formatted(number_field(name), "%r", segment.file[f"number/{name}"][first:last]))
    for name in shipped.values:
        if f"value/{name}/codes" in segment.file:
            columns.append(_values(segment, name, first, last))
    titles = [title.decode("utf-8", "replace") for title in segment.sort_titles.between(first, last)]
    columns += _titles(shipped.titles, titles)
    return columns


def _formatted(name: str, form: str, values: Array) -> dict[int, bytes]:
    """A member for each number that JSON has a form for."""
    pattern = f'"{name}":{form}'
    places = np.flatnonzero(np.isfinite(values)).tolist()
    return {
        place: (pattern % value).encode()
        for place, value in zip(places, values[places].tolist(), strict=True)
    }


def _filled(lengths: Array) -> Array:
    return np.where(lengths > 0, lengths, np.nan) if (lengths == 0).any() else lengths


def _values(segment: SegmentReader, name: str, first: int, last: int) -> dict[int, bytes]:
    """The values of a facet."""
    start = segment.file[f"value/{name}/start"][first : last + 1].astype(np.int64)
    codes = segment.file[f"value/{name}/codes"][start[0] : start[-1]]
    used, index = np.unique(codes, return_inverse=True)
    texts = Lexicon.of(segment.file, f"value/{name}").some(used)
    members = [_value(text) for text in texts]
    field = orjson.dumps(value_field(name))
    bounds = (start - start[0]).tolist()
    of = index.tolist()
    found: dict[int, bytes] = {}
    for place, (begin, end) in enumerate(pairwise(bounds)):
        held = [members[number] for number in of[begin:end] if members[number]]
        if held:
            found[place] = (
                b"%s:[%s]" % (field, b",".join(held)) if len(held) > 1 else b"%s:%s" % (field, held[0])
            )
    return found


def _value(text: str) -> bytes:
    """A value in JSON; nothing for one that no index of the cluster can hold."""
    encoded = text.encode("utf-8", "replace")
    return orjson.dumps(encoded.decode()) if len(encoded) <= LONGEST_VALUE else b""


def _titles(keys: TitleKeys, titles: Sequence[str]) -> list[dict[int, bytes]]:
    columns: dict[str, dict[int, bytes]] = {}
    for place, title in enumerate(titles):
        for code, key in keys.of(title).items():
            field = title_order_field(code)
            member = b"%s:%s" % (orjson.dumps(field), orjson.dumps(key))
            columns.setdefault(field, {})[place] = member
    return list(columns.values())


# Terms


def _texts(one: Field, lexicon: Lexicon, occurrences: BlockOccurrences) -> dict[int, bytes]:
    """The member of each document that has terms in the field."""
    terms, more = occurrences.terms, occurrences.more
    used, index = _used(terms, len(lexicon))
    known = np.empty(len(used), object)
    known[:] = _pieces(lexicon, used)
    if one.way in POSITIONAL:
        assert more is not None
        pieces = known[index].tolist()
        _place(pieces, more.astype(np.int64), occurrences.start)
        bounds = occurrences.start
    else:
        # What cannot be held is left out, and of a body each term is there as often as it occurs.
        holds = np.fromiter(map(bool, known.tolist()), bool, len(used))[index]
        times = holds.astype(np.int64) if more is None else np.where(holds, more, 0).astype(np.int64)
        pieces = np.repeat(known[index], times).tolist()
        bounds = np.concatenate(([0], np.cumsum(times)))[occurrences.start]
    head = b'"%s":"' % text_field(one).encode()
    found: dict[int, bytes] = {}
    ends = bounds.tolist()
    for place, (begin, end) in enumerate(pairwise(ends)):
        if end > begin:
            text = b"".join(pieces[begin:end])
            found[place] = b'%s%s"' % (head, text.removeprefix(_SEPARATOR))
    return found


def _used(terms: Array, vocabulary: int) -> tuple[Array, Array]:
    """The distinct terms, ascending, and the place of each of the terms among them."""
    if len(terms) * 4 < vocabulary:
        used, index = np.unique(terms, return_inverse=True)
        return used, index
    place = np.zeros(vocabulary, np.int32)
    place[terms] = 1
    used = np.flatnonzero(place)
    place[used] = np.arange(len(used), dtype=np.int32)
    return used, place[terms]


def _pieces(lexicon: Lexicon, numbers: Array) -> list[bytes]:
    """The terms with these numbers as they stand in JSON, each behind a separator; nothing for a term
    that the cluster cannot hold."""
    data = lexicon.blob.data
    starts, ends = (lexicon.offsets[numbers + place].tolist() for place in (0, 1))
    terms = [bytes(data[start:end]) for start, end in zip(starts, ends, strict=True)]
    joined = _BETWEEN.join(terms)
    lengths = lexicon.offsets[numbers + 1] - lexicon.offsets[numbers]
    if (
        len(terms)
        and 0 < int(lengths.min()) <= int(lengths.max()) <= LONGEST_TERM
        and not UNHELD.search(joined)
        and b'"' not in joined
        and b"\\" not in joined
    ):
        return (_SEPARATOR + joined.replace(_BETWEEN, _BETWEEN + _SEPARATOR)).split(_BETWEEN)
    return [_SEPARATOR + _in_json(term.decode()) if is_indexable(term) else b"" for term in terms]


def _place(pieces: list[bytes], positions: Array, start: Array) -> None:
    """Make of terms in order what stands at each of their positions, in place."""
    if not pieces:
        return
    steps = np.diff(positions, prepend=0)
    firsts = start[:-1][np.diff(start) > 0]
    steps[firsts] = positions[firsts] + 1
    for place in np.flatnonzero(steps != 1).tolist():
        term = pieces[place] or _SEPARATOR + _EMPTY_PLACE
        step = int(steps[place])
        if step == 0:
            pieces[place] = _JOINED + term.removeprefix(_SEPARATOR)
        else:
            pieces[place] = (_SEPARATOR + _EMPTY_PLACE) * (step - 1) + term
    if b"" in pieces:
        pieces[:] = [term or _SEPARATOR + _EMPTY_PLACE for term in pieces]
