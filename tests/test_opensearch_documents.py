"""Segments turned round: what goes to the cluster is what the posting lists say, and nothing is lost."""

from __future__ import annotations

import contextlib
import json
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.document import Document
from indexer.segment_maker import Incoming, SegmentMaker
from search.analysis.collation import collation_key, normalize_title
from search.analysis.languages import LANGUAGES
from search.configuration import Settings
from search.engines.word_scores import SIDE_ZONES
from search.errors import IndexDamaged, IndexUnavailable
from search.index.codec.postings import PostingColumns, postings_from_occurrences
from search.index.codec.segment_reader import SegmentReader
from search.index.generation_columns import GenerationColumns
from search.index.schema import BODY, EXACT, FIELDS, GRAM, POSITIONAL, WAYS, Field
from search.index.segment_set import SegmentSet
from search.opensearch import inversion, word_segments
from search.opensearch.bulk import BulkLoader, deletion
from search.opensearch.departures import Departures
from search.opensearch.documents import DocumentLines, Shipped, document_blocks
from search.opensearch.facts import ClusterFacts, read_facts, write_facts
from search.opensearch.inversion import InvertedField, Spool
from search.opensearch.language_numbers import language_codes, language_numbers
from search.opensearch.mapping import (
    EMPTY_PLACE,
    JOINED,
    SEPARATOR,
    index_body,
    indexable,
    length_field,
    number_field,
    order_languages,
    text_field,
    title_order_field,
    value_field,
    value_names,
)
from search.opensearch.title_keys import TitleKeys
from search.opensearch.word_segments import WordSegmentReader, write_word_segment

SETTINGS = Settings()
TEXTS = (
    ("en", "The Quick Brown Fox", "The quick brown fox jumps over the lazy dog. The fox sleeps; I do not."),
    ("de", "Größe zählt nicht", "Die Straße war naß, und ein Zug fuhr über die Brücke nach Köln."),
    ("ja", "千と千尋の神隠し", "少女は神々の世界に迷い込んだ。千尋という名前を奪われる。"),
    ("zh", "卧虎藏龙", "一个关于武侠的故事，发生在清朝。"),
    ("ru", "Москва слезам не верит", "Три подруги приезжают в Москву, и у каждой своя судьба."),
    ("ar", "الرسالة", "فيلم تاريخي عن بداية الإسلام."),
    ("ko", "기생충", "가난한 가족이 부유한 가족의 집에 들어간다."),
    ("sv", "Ångbåten", "En film om en ångbåt och en ö."),
)  # fmt: skip


def documents(count: int = 40) -> list[Document]:
    chosen = random.Random(7)
    made = []
    for number in range(count):
        code, title, text = TEXTS[number % len(TEXTS)]
        words = text.split() * chosen.randint(1, 3)
        chosen.shuffle(words)
        made.append(
            Document(
                id=f"d{number}" + ('/"é' if number % 5 == 0 else ""),
                title=f"{title} {number}",
                text=" ".join(words) if number % 7 else "",
                language=code if number % 6 else None,
                year=1990 + number % 4 if number % 3 else None,
                extra={"genre": ["Drama", 'a "quoted" one'][: number % 3], "popularity": float(number % 5)},
            )
        )
    return made


def segment_of(rows: Sequence[Document], path: Path, deleted: Sequence[int] = ()) -> SegmentReader:
    maker = SegmentMaker(SETTINGS)
    maker.add_batch([Incoming(one, "somewhere.jsonl") for one in rows])
    maker.write(path)
    return SegmentReader(path, np.array(deleted, np.uint32))


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> SegmentReader:
    return segment_of(documents(), tmp_path_factory.mktemp("segment") / "one.mls", (3, 11))


def numbering(segment: SegmentReader) -> dict[str, int]:
    return {code: number for number, code in enumerate(("", *language_codes(segment)))}


def shipped_of(segment: SegmentReader, *, part: int = 0, settings: Settings = SETTINGS) -> Shipped:
    return Shipped(
        part,
        language_numbers(segment, numbering(segment)),
        GenerationColumns(SegmentSet([segment]), settings.popular_by).boosts,
        value_names(settings),
        segment.number_names(),
        TitleKeys(skip_articles=settings.skip_articles),
    )


def sent(segment: SegmentReader, folder: Path, **more: Any) -> dict[int, tuple[str, dict[str, Any]]]:
    """Place → id and members of each document, as a cluster would read the lines."""
    found = {}
    for block in document_blocks(segment, shipped_of(segment, **more), folder):
        for one in block:
            action, source, rest = one.lines.split(b"\n")
            assert not rest
            members = json.loads(source)
            assert json.loads(action) == {"index": {"_id": one.id}}
            found[members["number"] & 0xFFFFFFFF] = one.id, members
    return found


def occurrences_sent(text: str, *, positional: bool) -> Counter[tuple[str, int]]:
    """(term, position) as the analyzers of the mapping would find them; positions where they are kept."""
    counted: Counter[tuple[str, int]] = Counter()
    for position, place in enumerate(text.split(SEPARATOR)):
        for term in place.split(JOINED) if positional else (place,):
            if term != EMPTY_PLACE:
                counted[term, position if positional else 0] += 1
    return counted


def occurrences_held(segment: SegmentReader, one: Field) -> dict[int, Counter[tuple[str, int]]]:
    """The same from the posting lists."""
    columns = segment.columns[one]
    held: dict[int, Counter[tuple[str, int]]] = defaultdict(Counter)
    for number, term in enumerate(segment.lexicons[one.way]):
        for posting in range(int(columns.start[number]), int(columns.start[number + 1])):
            doc = int(columns.docs[posting])
            if columns.positions is not None and columns.position_start is not None:
                for at in range(
                    int(columns.position_start[posting]), int(columns.position_start[posting + 1])
                ):
                    held[doc][term.decode(), int(columns.positions[at])] += 1
            else:
                held[doc][term.decode(), 0] += int(columns.freqs[posting]) if one.zone == BODY else 1
    return held


@pytest.mark.parametrize("one", FIELDS, ids=lambda one: one.name)
def test_terms_and_positions_are_those_of_the_posting_lists(
    segment: SegmentReader, tmp_path: Path, one: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small pieces: several runs, several blocks.
    monkeypatch.setattr(inversion, "_RUN", 97)
    monkeypatch.setattr(inversion, "BLOCK", 7)
    monkeypatch.setattr("search.opensearch.documents.BLOCK", 7)
    held = occurrences_held(segment, one)
    found = sent(segment, tmp_path)
    assert set(found) == set(np.flatnonzero(segment.live()).tolist())
    for place, (_, members) in found.items():
        text = members.get(text_field(one))
        expected = held.get(place, Counter())
        assert (occurrences_sent(text, positional=one.way in POSITIONAL) if text else Counter()) == expected


def test_everything_else_is_as_in_the_segment(segment: SegmentReader, tmp_path: Path) -> None:
    rows = documents()
    found = sent(segment, tmp_path, part=3)
    codes = list(numbering(segment))
    columns = GenerationColumns(SegmentSet([segment]), "popularity")
    names = {number: code for code, number in columns.language_numbers.items()}
    for place, (document_id, members) in found.items():
        assert document_id == rows[place].id
        assert members["number"] == (3 << 32) | place
        assert members["stored"] == json.loads(segment.stored(place))
        assert codes[members["language_number"]] == names.get(int(columns.language_of[place]), "")
        assert np.float32(members["boost"]) == columns.boosts[place]
        for one in FIELDS:
            assert members.get(length_field(one), 0) == int(segment.lengths(one)[place])
        genres = members.get(value_field("genre"), [])
        assert sorted([genres] if isinstance(genres, str) else genres) == sorted(
            rows[place].extra["genre"]  # type: ignore[arg-type]
        )
        assert members.get(number_field("year")) == rows[place].year


@pytest.mark.parametrize("skip_articles", [False, True], ids=["plain", "without-articles"])
def test_titles_have_a_key_of_their_own_where_a_language_puts_them_elsewhere(skip_articles: bool) -> None:
    titles = [normalize_title(one) for one in
              ("Zebra", "Ångbåten", "Der Zug", "The Fox", "Österreich", "Ynglinge", "žena")]  # fmt: skip
    keys = TitleKeys(skip_articles=skip_articles)
    known = order_languages(skip_articles=skip_articles)
    for code in LANGUAGES:
        ours = [collation_key(title, code, skip_articles=skip_articles) for title in titles]
        theirs = [keys.of(title).get(code, keys.of(title)[""]) for title in titles]
        assert sorted(range(len(titles)), key=ours.__getitem__) == sorted(
            range(len(titles)), key=[one.encode() for one in theirs].__getitem__
        ), code
        assert code in known or all(code not in keys.of(title) for title in titles)


def test_what_the_cluster_cannot_hold_leaves_its_place_empty(tmp_path: Path) -> None:
    path = tmp_path / "odd.mls"
    rows = [Document(id="a", title="plain", text="one two three", language="en")]
    segment = segment_of(rows, path)
    lexicon = segment.lexicons[EXACT]
    numbers = {term: number for number, term in enumerate(lexicon)}
    blob = bytearray(lexicon.blob.tobytes())
    first = int(lexicon.offsets[numbers[b"two"]])
    blob[first : first + 3] = b"t\x02o"
    object.__setattr__(lexicon, "blob", np.frombuffer(bytes(blob), np.uint8))
    (members,) = [members for _, members in sent(segment, tmp_path).values()]
    assert members[text_field(Field(BODY, EXACT))] == f"one\n{EMPTY_PLACE}\nthree"


@pytest.mark.parametrize(
    ("term", "held"),
    [("word", True), ("two words", True), ("", False), ("\ud800", False), ("a\x02b", False),
     ("x" * 1024, True), ("x" * 1025, False), ("é" * 600, False), ("\x7f", False), ("千", True)],
    ids=repr,
)  # fmt: skip
def test_which_terms_are_held(term: str, held: bool) -> None:
    assert indexable(term) is held


def test_the_mapping_names_every_field_that_is_sent(segment: SegmentReader, tmp_path: Path) -> None:
    body = index_body(SETTINGS, shards=1, number_names=segment.number_names())
    known = body["mappings"]["properties"]
    for _, members in sent(segment, tmp_path).values():
        assert members.keys() <= known.keys()
    assert not any("." in name for name in known)


@pytest.mark.parametrize(
    ("name", "field"),
    [("genre", "v_genre"), ("a.b", "v_a~2e~b"), ("Ort/Land", "v_Ort~2f~Land"), ("~", "v_~7e~")],
)
def test_names_of_facets_become_names_of_fields(name: str, field: str) -> None:
    assert value_field(name) == field


def test_a_language_of_titles_has_a_field() -> None:
    assert title_order_field("sv") == "order_sv"
    assert title_order_field() == "order"


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with contextlib.closing(Spool(tmp_path)) as opened:
        yield opened


@pytest.mark.parametrize("run", [1, 5, 1000], ids=lambda run: f"runs-of-{run}")
def test_inversion_gives_back_what_was_sorted(
    spool: Spool, tmp_path: Path, run: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inversion, "_RUN", run)
    monkeypatch.setattr(inversion, "BLOCK", 4)
    chosen = np.random.default_rng(3)
    docs = np.sort(chosen.integers(0, 10, 60)).astype(np.uint32)
    terms = chosen.integers(0, 9, 60).astype(np.uint32)
    positions = np.arange(60, dtype=np.uint32)
    columns = postings_from_occurrences(terms, docs, vocabulary=9, positions=positions)
    live = np.ones(10, bool)
    live[5] = False
    field = InvertedField(columns, live, spool.file)
    found = []
    for number in range(3):
        block = field.block(number, spool.mapped())
        assert block.more is not None
        for place in range(len(block.start) - 1):
            span = slice(int(block.start[place]), int(block.start[place + 1]))
            found += [
                (number * 4 + place, term, position)
                for term, position in zip(block.terms[span].tolist(), block.more[span].tolist(), strict=True)
            ]
    expected = zip(docs.tolist(), terms.tolist(), positions.tolist(), strict=True)
    assert found == [one for one in expected if one[0] != 5]
    assert not list(tmp_path.iterdir())


def test_nothing_is_inverted_to_nothing(spool: Spool) -> None:
    nothing = np.zeros(0, np.uint32)
    columns = PostingColumns(np.zeros(1, np.uint64), nothing, nothing)
    block = InvertedField(columns, np.ones(3, bool), spool.file).block(0, spool.mapped())
    assert block.start.tolist() == [0, 0, 0, 0]


# Words


def words_of(segment: SegmentReader, path: Path) -> WordSegmentReader:
    write_word_segment(path, segment, language_numbers(segment, numbering(segment)))
    return WordSegmentReader(path, segment.deleted)


def spread_held(segment: SegmentReader, way: str, term: bytes) -> dict[int, int]:
    """Counted one by one."""
    number = segment.lexicons[way].find(term)
    languages, live = language_numbers(segment, numbering(segment)), segment.live()
    docs: set[int] = set()
    for zone in SIDE_ZONES:
        columns = segment.columns[Field(zone, way)]
        docs.update(columns.docs[int(columns.start[number]) : int(columns.start[number + 1])].tolist())
    return dict(Counter(int(languages[doc]) for doc in docs if live[doc]))


def test_words_keep_their_counts(
    segment: SegmentReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_segments, "_TERMS", 13)
    monkeypatch.setattr(word_segments, "_POSTINGS", 50)
    words = words_of(segment, tmp_path / "words.mls")
    for way, zones in WAYS.items():
        assert list(words.lexicons[way]) == list(segment.lexicons[way])
        last = len(words.lexicons[way])
        for zone in zones:
            one = Field(zone, way)
            assert words.frequencies(one, 0, last).tolist() == segment.frequencies(one, 0, last).tolist()
    for term in segment.lexicons[GRAM]:
        assert words.spread(GRAM, term) == spread_held(segment, GRAM, term)
    single = [term for term in segment.lexicons[EXACT] if len(term.decode()) == 1]
    assert len(single) > 10
    for term in single:
        assert words.spread(EXACT, term) == spread_held(segment, EXACT, term)
    assert words.spread(EXACT, b"fox") == {} == words.spread(GRAM, b"no such gram")


def test_words_keep_ids_values_and_completions(segment: SegmentReader, tmp_path: Path) -> None:
    words = words_of(segment, tmp_path / "words.mls")
    for document in documents():
        assert words.doc_of(document.id) == segment.doc_of(document.id)
    assert set(segment.value_names()) == set(words.value_names())
    assert set(segment.number_names()) == set(words.number_names())
    assert words.distinct_numbers("year").tolist() == [1990, 1991, 1992, 1993]
    assert words.distinct_numbers("nothing").tolist() == []
    genres = words.value_lexicon("genre")
    assert genres is not None
    assert [one.decode() for one in genres] == ["Drama", 'a "quoted" one']
    assert words.value_lexicon("nothing") is None
    assert list(words.completions.keys) == list(segment.completions.keys)
    for name in ("spaced", "stretches", "korean", "syllables", "romanized"):
        mine, its = words.spellings(name), segment.spellings(name)
        assert (mine.start.tolist(), mine.signs.tolist()) == (its.start.tolist(), its.signs.tolist())
    assert words.file.path.stat().st_size < segment.file.path.stat().st_size


def test_a_whole_segment_is_no_word_segment(segment: SegmentReader) -> None:
    with pytest.raises(IndexDamaged, match="indexer build"):
        WordSegmentReader(segment.file.path)


def test_words_of_deleted_documents_are_taken_back(tmp_path: Path) -> None:
    rows = documents()
    whole = segment_of(rows, tmp_path / "whole.mls")
    numbers = numbering(whole)
    words = words_of(whole, tmp_path / "words.mls")
    gone: list[int] = []
    before = None
    # Twice: the second time there is something to be added to.
    for deleted in ((2, 9), (4, 17, 30)):
        segment_of([rows[doc] for doc in deleted], tmp_path / "gone.mls")
        words.file.path.with_name("words.mls.departed").unlink(missing_ok=True)
        departures = Departures(words, numbers, before)
        departures.add(tmp_path / "gone.mls")
        departures.write()
        (tmp_path / "gone.mls").unlink()
        gone += deleted
        after = SegmentReader(tmp_path / "whole.mls", np.array(sorted(gone), np.uint32))
        words = WordSegmentReader(words.file.path, after.deleted)
        before = words.departed
        assert before is not None
        for one in FIELDS:
            last = len(words.lexicons[one.way])
            assert words.frequencies(one, 0, last).tolist() == after.frequencies(one, 0, last).tolist()
        for way, term in [*((GRAM, term) for term in after.lexicons[GRAM]), (EXACT, "千".encode())]:
            counted = {number: count for number, count in words.spread(way, term).items() if count}
            assert counted == spread_held(after, way, term)


# Numbers


FACTS = ClusterFacts(
    "films-000002", 3, 12, (10, 0, 5), ("", "en", "de"), {"title_exact": {1: (30, 8), 2: (4, 2)}},
    {1: 9, 2: 3}, ("sv",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("number", "local"),
    [(0, 0), (9, 9), (2 << 32, 10), ((2 << 32) | 4, 14)],
    ids=["first", "last", "part", "end"],
)
def test_numbers_here_and_there(number: int, local: int) -> None:
    assert FACTS.local(number) == local
    assert FACTS.number(local) == number
    assert FACTS.locals_of(np.array([number])).tolist() == [local]


@pytest.mark.parametrize("number", [10, 1 << 32, 3 << 32, -1])
def test_numbers_that_no_document_has(number: int) -> None:
    with pytest.raises(IndexDamaged, match="films-000002"):
        FACTS.local(number)


def test_facts_are_read_as_they_were_written(tmp_path: Path) -> None:
    assert read_facts(tmp_path) is None
    write_facts(tmp_path, FACTS)
    assert read_facts(tmp_path) == FACTS


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": 2}', '{"format": 1, "index": 3}'],
    ids=["empty", "list", "bare", "newer", "index"],
)
def test_facts_that_are_none_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "cluster.json").write_text(text)
    with pytest.raises(IndexDamaged, match=r"cluster\.json"):
        read_facts(tmp_path)


# Bulk


class Node:
    """Answers bulk requests; `says` decides the status of each item by its id and how often it came."""

    def __init__(self, says: Callable[[str, int], int] = lambda _id, times: 201) -> None:
        self.says = says
        self.times: Counter[str] = Counter()
        self.sizes: list[int] = []
        self.failures: Iterator[Exception | None] = iter(())
        self.under_way = self.most = 0
        self._lock = threading.Lock()

    def bulk(self, lines: bytes, *, index: str | None = None) -> Mapping[str, Any]:
        assert index == "films-000001"
        with self._lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            failure = next(self.failures, None)
        try:
            if failure is not None:
                raise failure
            self.sizes.append(len(lines))
            items = []
            for line in lines.splitlines():
                row = json.loads(line)
                [(action, target)] = row.items() if len(row) == 1 else [("", {})]
                if action not in ("index", "delete"):
                    continue
                with self._lock:
                    self.times[target["_id"]] += 1
                    status = self.says(target["_id"], self.times[target["_id"]])
                error = {"error": {"type": "bad", "reason": "because"}} if status >= 400 else {}
                items.append({action: {"_id": target["_id"], "status": status, **error}})
            return {"items": items}
        finally:
            with self._lock:
                self.under_way -= 1


def lines_of(number: int) -> DocumentLines:
    head = json.dumps({"index": {"_id": f"d{number}"}})
    return DocumentLines(f"d{number}", f'{head}\n{{"number": {number}, "more": 1}}\n'.encode())


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.waits.append(seconds)

    def __call__(self) -> float:
        return self.now


def loader_of(node: Node, clock: Clock, **more: Any) -> BulkLoader:
    return BulkLoader(node, "films-000001", sleep=clock.sleep, clock=clock, seed=1, **more)


def load(loader: BulkLoader, count: int, then: type[BaseException] | None = None) -> None:
    with loader:
        for number in range(count):
            loader.put(lines_of(number))
        if then is not None:
            raise then


def test_batches_are_bounded_and_all_arrives() -> None:
    node, clock = Node(), Clock()
    with loader_of(node, clock, batch_bytes=1000, threads=3) as loader:
        for number in range(500):
            loader.put(lines_of(number))
    assert loader.outcome.done == 500 == len(node.times)
    assert max(node.sizes) < 1000 + len(lines_of(499).lines)
    assert len(node.sizes) > 10
    assert node.most <= 3


@pytest.mark.parametrize("status", [429, 503])
def test_items_without_room_are_sent_again_alone(status: int) -> None:
    node, clock = Node(lambda one, times: status if one.endswith("7") and times < 4 else 200), Clock()
    with loader_of(node, clock) as loader:
        for number in range(100):
            loader.put(lines_of(number))
    assert loader.outcome.done == 100
    assert loader.outcome.repeated == 30
    assert {node.times[f"d{number}"] for number in range(100) if number % 10 != 7} == {1}
    # Each wait may be twice as long as the one before, and half of that is chance.
    assert all(
        0.5 * pause <= wait <= pause for wait, pause in zip(clock.waits, (0.25, 0.5, 1.0), strict=True)
    )


def test_refused_documents_are_told_by_id() -> None:
    node, clock = Node(lambda one, times: 400 if one in ("d3", "d5") else 201), Clock()
    with loader_of(node, clock) as loader:
        for number in range(10):
            loader.put(lines_of(number))
        loader.put(deletion("gone"))
    assert loader.outcome.refusals == 2
    assert loader.outcome.refused == [("d3", "bad: because"), ("d5", "bad: because")]
    assert (loader.outcome.done, loader.outcome.repeated) == (9, 0)


def test_deleting_what_is_not_there_is_no_failure() -> None:
    node, clock = Node(lambda one, times: 404), Clock()
    with loader_of(node, clock) as loader:
        loader.put(deletion("gone"))
    assert (loader.outcome.absent, loader.outcome.refusals) == (1, 0)


def test_a_cluster_that_is_away_is_waited_for() -> None:
    node, clock = Node(), Clock()
    node.failures = iter([IndexUnavailable("away"), IndexUnavailable("away"), None])
    with loader_of(node, clock) as loader:
        loader.put(lines_of(1))
    assert loader.outcome.done == 1
    assert len(clock.waits) == 2


@pytest.mark.parametrize("kind", ["requests", "items"])
def test_patience_ends(kind: str) -> None:
    node, clock = Node(lambda one, times: 429), Clock()
    if kind == "requests":
        node.failures = iter(lambda: IndexUnavailable("away"), None)
    loader = loader_of(node, clock, patience=30.0)
    loader.put(lines_of(1))
    with pytest.raises(IndexUnavailable):
        loader.__exit__(None)
    assert 15.0 < clock.now <= 30.0


def test_what_a_batch_fails_with_ends_the_loading() -> None:
    node, clock = Node(), Clock()
    node.failures = iter([ZeroDivisionError("a defect")])
    with pytest.raises(ZeroDivisionError):
        load(loader_of(node, clock, batch_bytes=1, threads=1), 1000)
    assert len(node.times) < 1000


def test_who_gives_up_waits_for_nobody() -> None:
    node, clock = Node(lambda one, times: 429), Clock()
    with pytest.raises(KeyboardInterrupt):
        load(loader_of(node, clock, batch_bytes=1, patience=1e9), 1, KeyboardInterrupt)


def test_settings_decide_which_titles_have_keys() -> None:
    body = index_body(replace(SETTINGS, skip_articles=True), shards=2, number_names=())
    assert "order_en" in body["mappings"]["properties"]
    assert body["settings"]["index"]["number_of_shards"] == 2
