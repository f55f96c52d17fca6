"""The same documents in two indexes of Whoosh: one written by its own codec, one by ours."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh import fields, writing
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex, create_in
from whoosh.searching import Searcher

from search.index.codec.whoosh_codec import ColumnarCodec

WORDS = (
    "alpha",
    "beta",
    "bets",
    "gamma",
    "gamut",
    "delta",
    "omega",
    "alphabet",
    "zeta",
    "ζήτα",
    "日本",
    "été",
)
TAGS = ("red", "green", "blue", "black")
KINDS = ("letter", "number", "sign")
BORN = datetime.datetime(2001, 3, 4, 5, 6)

#: How a writer is committed.
OPTIONS: dict[str, dict[str, Any]] = {
    "not merged": {"merge": False},
    "small ones merged": {},
    "optimised": {"optimize": True},
    "emptied before": {"mergetype": writing.CLEAR},
}


def schema() -> fields.Schema:
    """A field of every kind. Lengths above ten are rounded by Whoosh's own codec and exact in ours, so that
    the texts below are short."""
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        title=fields.TEXT(stored=True, sortable=True),
        body=fields.TEXT(chars=True, vector=True),
        plain=fields.TEXT(phrase=False),
        tags=fields.KEYWORD(commas=True, scorable=True, stored=True),
        kind=fields.ID(sortable=True),
        grams=fields.NGRAM(minsize=2, maxsize=3),
        pieces=fields.NGRAMWORDS(minsize=2, maxsize=3),
        year=fields.NUMERIC(sortable=True, stored=True),
        price=fields.NUMERIC(float, sortable=True, stored=True),
        when=fields.DATETIME(sortable=True, stored=True),
        seen=fields.BOOLEAN(stored=True),
        extra=fields.STORED(),
    )


def random_document(source: random.Random, number: int) -> dict[str, Any]:
    """Some fields are missing, some documents are boosted."""

    def text(most: int) -> str:
        return " ".join(source.choices(WORDS, weights=range(len(WORDS), 0, -1), k=source.randrange(most + 1)))

    document: dict[str, Any] = {
        "title": text(4),
        "body": text(10),
        "plain": text(6),
        "tags": ",".join(source.sample(TAGS, source.randrange(4))),
        "kind": source.choice(KINDS),
        "grams": source.choice(WORDS)[:4],
        "pieces": source.choice(WORDS)[:4],
        "year": source.choice([source.randrange(-3, 2030), source.randrange(1988, 1996)]),
        "price": source.choice([0.5, -2.25, 1e9, source.random()]),
        "when": BORN + datetime.timedelta(days=source.randrange(4000), microseconds=source.randrange(10**6)),
        "seen": source.random() < 0.5,
        "extra": source.choice([None, 7, [1, "two"], {"a": {"b": 0.5}}, ("x", b"\x80\x02")]),
    }
    kept = {name: value for name, value in document.items() if source.random() < 0.85}
    if source.random() < 0.2:
        kept["_boost"] = source.choice([0.5, 1.7, 3.0])
    if "title" in kept and source.random() < 0.2:
        kept["_title_boost"] = 2.5
    return {"id": str(number), **kept}


@dataclass(frozen=True)
class Pair:
    """`ours` and `theirs` hold the same."""

    ours: FileIndex
    theirs: FileIndex

    def write(self, change: Callable[[Any], object], **commit: Any) -> None:
        """Do the same with a writer of each, and commit."""
        for index, codec in ((self.ours, ColumnarCodec()), (self.theirs, W3Codec())):
            writer = index.writer(codec=codec)
            change(writer)
            writer.commit(**commit)

    @contextmanager
    def searchers(self, **options: Any) -> Iterator[tuple[Searcher, Searcher]]:
        with self.ours.searcher(**options) as ours, self.theirs.searcher(**options) as theirs:
            yield ours, theirs


def new_pair(folder: Path, of: fields.Schema | None = None) -> Pair:
    made = of or schema()
    for name in ("ours", "theirs"):
        (folder / name).mkdir(parents=True)
    return Pair(
        create_in(str(folder / "ours"), deepcopy(made)), create_in(str(folder / "theirs"), deepcopy(made))
    )


def random_pair(folder: Path, seed: int, *, segments: list[int], deleted: int = 0) -> Pair:
    """As many documents in each segment, some of them deleted since."""
    pair = new_pair(folder)
    source = random.Random(seed)
    number = 0
    for size in segments:
        documents = [random_document(source, number + place) for place in range(size)]
        number += size
        pair.write(lambda writer, some=documents: [writer.add_document(**one) for one in some], merge=False)
    gone = source.sample(range(number), deleted)
    pair.write(lambda writer: [writer.delete_document(one) for one in gone], merge=False)
    return pair


def documents(index: FileIndex) -> dict[str, Any]:
    """id → stored fields, of all documents."""
    with index.reader() as reader:
        rows = list(reader.all_stored_fields())
    by_id = {row["id"]: row for row in rows}
    assert len(by_id) == len(rows)
    return by_id


def segment_sizes(index: FileIndex) -> list[tuple[int, int]]:
    return [(one.doc_count_all(), one.deleted_count()) for one in index._segments()]


def assert_same(pair: Pair) -> None:
    """The same segments, terms, lengths, stored fields and columns."""
    assert segment_sizes(pair.ours) == segment_sizes(pair.theirs)
    with pair.ours.reader() as ours, pair.theirs.reader() as theirs:
        terms = list(theirs.all_terms())
        assert list(ours.all_terms()) == terms
        for term in terms:
            postings = [
                [(m.id(), m.weight(), m.value_as("frequency")) for m in _matches(one.postings(*term))]
                for one in (ours, theirs)
            ]
            assert postings[0] == postings[1], term
        for doc in theirs.all_doc_ids():
            assert ours.stored_fields(doc) == theirs.stored_fields(doc)
            # Whoosh's codec says None for a field that the document lacks.
            lengths = [one.doc_field_length(doc, "body") or 0 for one in (ours, theirs)]
            assert lengths[0] == lengths[1]
            assert ours.has_vector(doc, "body") == theirs.has_vector(doc, "body")
        for (one, _), (other, _) in zip(ours.leaf_readers(), theirs.leaf_readers(), strict=True):
            for name in ("title", "kind", "year", "price", "when"):
                assert one.has_column(name) == other.has_column(name)
                if one.has_column(name):
                    columns = [list(reader.column_reader(name, translate=False)) for reader in (one, other)]
                    assert columns[0] == columns[1], name


def _matches(matcher: Any) -> Any:
    while matcher.is_active():
        yield matcher
        matcher.next()
