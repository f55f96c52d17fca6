"""The fast way into the index against a slow one, and one process against several."""

from __future__ import annotations

import errno
import itertools
import multiprocessing
import os
import random
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import build as build_module
from indexer import crew
from indexer.build import BuildReport, build
from indexer.bulk import GAP, LONGEST_TOGETHER, MOST_TOGETHER, BulkAnalyzer
from indexer.chunk_rows import chunks_of
from indexer.crew import ProcessLost
from indexer.document import AlternativeTitle, Document, Person, Refusal
from indexer.feed import Feed
from indexer.progress import NoProgress
from indexer.record import Prepared, RecordMaker, Title, prepare
from indexer.segment_maker import SegmentMaker
from indexer.update import update
from search.analysis.analyzer import analyze_word, joined_chains, name_forms
from search.analysis.folding import fold, normalize
from search.analysis.stop_words import stop_words
from search.analysis.tokenizers import tokenize, words_in
from search.analysis.whole_names import whole_name_keys
from search.analysis.whole_title import whole_title_key
from search.configuration import Settings
from search.index.codec.segment_reader import SegmentReader
from search.index.codec.segment_writer import SegmentWriter
from search.index.generations import Generations
from search.index.reader import IndexReader
from search.index.schema import (
    ALIAS,
    BODY,
    EXACT,
    FIELDS,
    FOLDED,
    GRAM,
    KEY,
    LATIN,
    PEOPLE,
    STEM,
    TITLE,
    WAYS,
    ZONES,
    Field,
)
from search.index.verify import index_problems

SETTINGS = Settings()

_TEXT = (
    "the river The RIVER's don't l'eau straße Ünder naïve Spider-Man S.W.A.T. 1984 x² ½ 3½ A/B rock·n·roll "
    "Река ёлка Кин-дза-дза п'ятниця θάλασσα نهر می‌خواهم ﷺ שלום 東京物語 時々 ゴジラ 서울 올드보이 "
    "สวัสดีชาวโลก नदी ক্ষ ಠ ♥ 🎬 _under_score foo_bar co\u00adop e\u0301t\u00e9 \u0301 \u200b "
    "(word) [x], «кино» “quote” naïve, end. ... -- ' ’ - a-b-c-d 2001: "
    "half-\u3000wide ＧＨＯＳＴ \x00 nul\x00nul tab\tbed a\x1cb"
)
_WORDS = _TEXT.split(" ")
_SEPARATORS = (
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "\n",
    "\u3000",
    "\u00a0",
    "",
    "-",
    "'",
    "’",
    "/",
    "…",
    " (",
    ") ",
    "_",
)
_LANGUAGES = ("en", "ru", "ja", "zh", "ko", "de", "fr", "ar", "fa", "th", "hi", "und", "pt-BR", "sr")


def random_text(source: random.Random, most: int) -> str:
    pieces = [source.choice(_WORDS) + source.choice(_SEPARATORS) for _ in range(source.randrange(most + 1))]
    return "".join(pieces)


def random_documents(seed: int, count: int) -> list[Document]:
    source = random.Random(seed)
    return [
        Document(
            id=f"d{number}",
            title=random_text(source, 6),
            text=random_text(source, 40),
            language=source.choice(_LANGUAGES),
            original_title=random_text(source, 4) or None,
            original_language=source.choice((None, "ja", "ru", "fr")),
            also_known_as=tuple(
                AlternativeTitle(random_text(source, 4), source.choice((None, *_LANGUAGES)))
                for _ in range(source.randrange(4))
            ),
            year=source.choice((None, 1966)),
            people=tuple(Person(random_text(source, 3)) for _ in range(source.randrange(4))),
            extra={"tagline": random_text(source, 5), "genre": [source.choice("abc")]},
        )
        for number in range(count)
    ]


class Slow:
    """What the fields of documents hold, word by word: (field, term, document) → positions, and
    (field, document) → length."""

    def __init__(self, documents: Sequence[Prepared]) -> None:
        self.occurrences: dict[tuple[Field, str, int], list[int]] = defaultdict(list)
        self.lengths: dict[tuple[Field, int], int] = {}
        for number, prepared in enumerate(documents):
            self._add(number, prepared)

    def _add(self, number: int, prepared: Prepared) -> None:
        document, code = prepared.document, prepared.decision.code
        origin = document.original_language or code
        title = self._zone(number, TITLE)
        title.title(prepared.title)
        if prepared.title.language != code:
            title.stems_only(prepared.title.text, code)
        alias = self._zone(number, ALIAS)
        for other in prepared.other_titles:
            alias.title(other)
        people = self._zone(number, PEOPLE)
        for name in prepared.names:
            people.title(Title(name, origin), is_work=False)
        body = self._zone(number, BODY)
        for text in (
            prepared.text,
            str(document.year or ""),
            *(document.extra.get(key, "") for key in SETTINGS.searched),
        ):
            body.text(text, code)
        for zone in (title, alias, people, body):
            zone.close()

    def _zone(self, number: int, zone: str) -> SlowZone:
        return SlowZone(self, number, zone)


class SlowZone:
    def __init__(self, slow: Slow, number: int, zone: str) -> None:
        self.slow, self.number, self.zone = slow, number, zone
        self.next = self.words = self.telling = self.grams = self.texts = 0

    def put(self, way: str, terms: Sequence[str], position: int = -1) -> None:
        for term in terms:
            if self.zone in WAYS[way]:
                self.slow.occurrences[Field(self.zone, way), term, self.number].append(position)

    def text(self, text: str, code: str) -> None:
        if not text:
            return
        tokens, last = tokenize(text), -1
        for token in tokens:
            forms = analyze_word(token.text, token.is_gram, code)
            if forms.exact:
                last = token.position
                self.put(EXACT, [forms.exact], self.next + last)
                self.put(FOLDED, forms.folded)
                self.put(STEM, forms.stems)
                self.put(GRAM, forms.grams)
                self.grams += len(forms.grams)
                self.telling += forms.exact not in stop_words(code)
        self.put(FOLDED, [word for one, _ in joined_chains(text, tokens) if (word := fold(normalize(one)))])
        self.words += last + 1
        self.next += last + 1 + GAP
        self.texts += 1

    def stems_only(self, text: str, code: str) -> None:
        for token in tokenize(text):
            if not token.is_gram:
                self.put(STEM, analyze_word(token.text, False, code).stems)

    def title(self, title: Title, *, is_work: bool = True) -> None:
        text, code = title.text, title.language
        self.text(text, code)
        names = [stretch for stretch, _, _ in words_in(text)]
        joined = [one for one, _ in joined_chains(text, tokenize(text)) if not one.isascii()]
        for name in (*names, *joined):
            forms = name_forms(name, code)
            self.put(LATIN, forms.latin)
            self.put(KEY, forms.keys)
        self.put(KEY, whole_name_keys(text, code))
        if is_work:
            self.put(KEY, list(filter(None, [whole_title_key(text)])))
            together = "".join(fold(normalize(one)) for one in names)
            if 1 < len(names) <= MOST_TOGETHER and 0 < len(together) <= LONGEST_TOGETHER:
                self.put(FOLDED, [together])

    def close(self) -> None:
        lengths = dict.fromkeys(WAYS, self.words) | {STEM: self.telling, GRAM: self.grams}
        for way, length in lengths.items():
            if self.zone in WAYS[way]:
                texts = max(self.texts, 1) if self.zone in (ALIAS, PEOPLE) else 1
                self.slow.lengths[Field(self.zone, way), self.number] = -(-length // texts)


def held(segment: SegmentReader, one: Field) -> Iterator[tuple[tuple[str, int], tuple[int, list[int]]]]:
    """(term, document) → frequency and positions, of a field in a segment."""
    columns = segment.columns[one]
    bounds = columns.start.tolist()
    for term, (first, last) in zip(segment.lexicons[one.way], itertools.pairwise(bounds), strict=True):
        for posting in range(first, last):
            positions: list[int] = []
            if columns.positions is not None and columns.position_start is not None:
                low, high = columns.position_start[posting : posting + 2].tolist()
                positions = columns.positions[low:high].tolist()
            yield (
                (term.decode("utf-8", "surrogatepass"), int(columns.docs[posting])),
                (int(columns.freqs[posting]), positions),
            )


@pytest.mark.parametrize("seed", range(4))
def test_the_fast_way_holds_what_the_slow_one_does(tmp_path: Path, seed: int) -> None:
    prepared = [prepare(document, SETTINGS) for document in random_documents(seed, 60)]
    slow = Slow(prepared)
    analyzer = BulkAnalyzer(SETTINGS)
    writer = SegmentWriter([], [], analyzer.vocabularies)
    for one in prepared:
        analyzer.add(one)
        writer.add_record(RecordMaker(SETTINGS).record(one, 0, ""))
    analyzer.hand_over(writer)
    writer.finish(tmp_path / "segment")
    segment = SegmentReader(tmp_path / "segment")
    for field in FIELDS:
        expected = {
            (term, number): (len(places), places if field.way == EXACT else [])
            for (one, term, number), places in slow.occurrences.items()
            if one == field
        }
        assert dict(held(segment, field)) == expected, field.name
        lengths = [slow.lengths[field, number] for number in range(len(prepared))]
        assert segment.lengths(field).tolist() == lengths, field.name
    zones = Counter(field.zone for field, _, _ in slow.occurrences)
    assert set(zones) == set(ZONES)


def test_a_second_segment_has_its_own_terms_only(tmp_path: Path) -> None:
    maker = SegmentMaker(SETTINGS)
    for name, title in (("first", "Alpha river"), ("second", "Beta river")):
        document = Document(id=name, title=title, language="en")
        maker.add_batch([build_module.Incoming(document, "")])
        assert maker.write(tmp_path / name) == 1
    assert list(SegmentReader(tmp_path / "first").lexicons[EXACT]) == [b"alpha", b"river"]
    assert list(SegmentReader(tmp_path / "second").lexicons[EXACT]) == [b"beta", b"river"]


@given(st.lists(st.sampled_from([*_WORDS, *_SEPARATORS]) | st.text(max_size=8)).map("".join))
def test_no_token_and_no_chain_reaches_across_chunks(text: str) -> None:
    tokens = tokenize(text)
    found, chains, position = [], [], 0
    for chunk in chunks_of(text):
        inside = tokenize(chunk)
        found += [(one.text, position + one.position, one.is_gram) for one in inside]
        chains += [joined for joined, _ in joined_chains(chunk, inside)]
        position += inside[-1].position + 1 if inside else 0
    assert found == [(one.text, one.position, one.is_gram) for one in tokens]
    assert chains == [joined for joined, _ in joined_chains(text, tokens)]
    assert [one for chunk in chunks_of(text) for one, _, _ in words_in(chunk)] == [
        one for one, _, _ in words_in(text)
    ]


# Several processes


class Supply:
    """Documents from memory."""

    refused = 0

    def __init__(self, documents: Sequence[Document], *, then: BaseException | None = None) -> None:
        self._all = documents
        self._then = then
        self.documents = 0

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        for document in self._all:
            self.documents += 1
            yield document, "memory"
        if self._then is not None:
            raise self._then


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes start at once, and documents go to them in small portions."""
    monkeypatch.setattr(crew, "WORTH_IT", 1)
    monkeypatch.setattr(build_module, "BATCH", 7)
    # Copies of this process have its patches; a thread that another test left must not prevent them.
    monkeypatch.setattr(crew.threading, "active_count", lambda: 1)


def built(folder: Path, documents: Sequence[Document], jobs: int) -> BuildReport:
    return build(Supply(documents), sources=["memory"], index=folder, settings=SETTINGS, jobs=jobs)


def opened(folder: Path) -> IndexReader:
    generations = Generations(folder)
    return IndexReader(generations.path(generations.live()))


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("segment_size", [10**9, 40_000], ids=["one segment", "several segments"])
def test_the_number_of_processes_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, segment_size: int
) -> None:
    monkeypatch.setattr(build_module, "SEGMENT_SIZE", segment_size)
    documents = random_documents(5, 120)
    # The same id again: soon, so that both are in one segment, and late.
    documents += [documents[118], documents[3]]
    reports = [built(tmp_path / str(jobs), documents, jobs) for jobs in (1, 2, 3)]
    assert [(one.documents, one.duplicates) for one in reports] == [(120, 2)] * 3
    assert len({one.repeated for one in reports}) == 1
    readers = [opened(tmp_path / str(jobs)) for jobs in (1, 2, 3)]
    first = readers[0]
    assert (len(first.segments) > 1) == (segment_size < 10**9)
    for other in readers[1:]:
        assert len(other.segments) == len(first.segments)
        for one, two in zip(first.segments, other.segments, strict=True):
            assert sorted(one.file.names()) == sorted(two.file.names())
            for name in one.file.names():
                assert one.file[name].tobytes() == two.file[name].tobytes(), name
                assert one.file[name].dtype == two.file[name].dtype, name
            assert np.array_equal(one.deleted, two.deleted)
    for jobs in (1, 2, 3):
        assert index_problems(Generations(tmp_path / str(jobs))) == []
    assert multiprocessing.active_children() == []


def test_less_memory_makes_more_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert build_module.segment_size(None) == build_module.SEGMENT_SIZE
    assert build_module.segment_size(1) == build_module.segment_size(build_module.LEAST_MEMORY)
    assert build_module.segment_size(2_000) > build_module.segment_size(1_000) > 10**7
    monkeypatch.setattr(build_module, "_PER_OCCURRENCE", 5_000)
    documents = random_documents(6, 80)
    for memory in (400, 100_000):
        folder = tmp_path / str(memory)
        build(Supply(documents), sources=["memory"], index=folder, settings=SETTINGS, memory=memory)
    assert len(opened(tmp_path / "400").segments) > 1
    assert len(opened(tmp_path / "100000").segments) == 1


@pytest.mark.usefixtures("eager")
def test_refusals_come_in_order_whoever_indexes(tmp_path: Path) -> None:
    lines = [
        f'{{"id": "{number}", "title": "Title {number}"}}' if number % 5 else "{" for number in range(60)
    ]
    source = tmp_path / "rows.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    told: dict[int, list[Refusal]] = {}
    for jobs in (1, 2):
        refusals = told[jobs] = []
        feed = Feed((str(source),), SETTINGS, NoProgress(), refusals.append)
        index = tmp_path / f"index{jobs}"
        report = build(feed, sources=[str(source)], index=index, settings=SETTINGS, jobs=jobs)
        assert (report.documents, report.refused) == (48, 12)
    assert told[1] == told[2]
    assert [one.line for one in told[1]] == list(range(1, 61, 5))


@pytest.mark.usefixtures("eager")
def test_an_update_by_several_processes(tmp_path: Path) -> None:
    source, index = tmp_path / "rows.jsonl", tmp_path / "index"
    for word, jobs in (("first", 1), ("second", 2)):
        rows = [f'{{"id": "{number}", "title": "{word} {number}"}}' for number in range(40)]
        source.write_text("\n".join(rows), encoding="utf-8")
        feed = Feed((str(source),), SETTINGS, NoProgress(), lambda refusal: None)
        report = update(feed, index=index, settings=SETTINGS, jobs=jobs)
    assert (report.changed, report.documents) == (40, 40)
    assert index_problems(Generations(index)) == []


@pytest.mark.usefixtures("eager")
def test_a_process_that_is_killed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(tmp_path, random_documents(1, 3), 1)
    monkeypatch.setattr(SegmentMaker, "add_batch", lambda self, batch: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(ProcessLost, match=r"process \d+, which was indexing, was ended by signal SIGKILL"):
        built(tmp_path, random_documents(2, 50), 2)
    assert multiprocessing.active_children() == []
    assert opened(tmp_path).live_count == 3
    assert Generations(tmp_path).litter() == []


@pytest.mark.usefixtures("eager")
def test_what_goes_wrong_in_a_process_is_raised_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: SegmentMaker, path: Path) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(SegmentMaker, "write", full)
    with pytest.raises(OSError, match="No space left") as raised:
        built(tmp_path, random_documents(2, 50), 2)
    assert raised.value.errno == errno.ENOSPC
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("eager")
def test_an_interrupted_build_leaves_no_process(tmp_path: Path) -> None:
    supply = Supply(random_documents(2, 50), then=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        build(supply, sources=["memory"], index=tmp_path, settings=SETTINGS, jobs=2)
    assert multiprocessing.active_children() == []
    assert Generations(tmp_path).litter() == []


def test_few_documents_are_not_worth_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: crew.Crew) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(crew.Crew, "_start", refuse)
    assert built(tmp_path, random_documents(2, 50), 4).documents == 50
