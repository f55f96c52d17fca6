"""A merge goes piece by piece: however small the pieces are, the segment is the same."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from indexer.document import AlternativeTitle, Document, Person
from indexer.segment_maker import Incoming, SegmentMaker
from search.configuration import Settings
from search.index.codec import array_spool, merge
from search.index.codec.array_spool import ArraySpool
from search.index.codec.arrays import ArrayFile, write_arrays
from search.index.codec.lexicon import Lexicon, lexicon_arrays
from search.index.codec.merge import merge_segments
from search.index.codec.segment_reader import SegmentReader
from search.index.codec.term_ranges import Weighed, term_ranges

_WORDS = (
    "the night train to Wien café cafe Café élan elan naïve don't small-time Spider-Man 1984 1966 "
    "поезд ночь ёлка кин-дза-дза 東京物語 千と千尋 올드보이 우주 ฉลาดเกมส์ हिन्दी मंज़िल שלום कलकत्ता"
)
WORDS = _WORDS.split()
GENRES = ("Drama", "Comedy", "Documentary", "Krimi")


def documents(count: int, seed: int, *, repeating: bool = True) -> list[Document]:
    generator = random.Random(seed)

    def some(most: int) -> str:
        return " ".join(generator.choices(WORDS, k=generator.randint(0, most)))

    return [
        Document(
            # Some ids come twice: the last one counts.
            id=f"d{generator.randint(0, 3 * count)}" if repeating else f"d{seed}-{number}",
            title=some(4) or "untitled",
            text=some(30),
            language=generator.choice((None, "en", "de", "ru", "ja")),
            also_known_as=tuple(AlternativeTitle(some(3) or "x") for _ in range(generator.randint(0, 2))),
            year=generator.choice((None, 1966, 1984)),
            people=tuple(Person(some(2) or "y") for _ in range(generator.randint(0, 2))),
            extra={"genre": generator.sample(GENRES, 2)} if generator.random() < 0.7 else {},
        )
        for number in range(count)
    ]


def written(path: Path, held: list[Document]) -> SegmentReader:
    maker = SegmentMaker(Settings())
    maker.add_batch([Incoming(document, "films", number) for number, document in enumerate(held)])
    maker.write(path)
    return SegmentReader(path)


def contents(path: Path) -> dict[str, tuple[str, bytes]]:
    file = ArrayFile(path)
    assert file.damaged() == []
    return {name: (str(file[name].dtype), file[name].tobytes()) for name in file.names()}


@pytest.fixture
def tiny_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_OCCURRENCES", "_TERMS", "_DOCUMENTS"):
        monkeypatch.setattr(merge, name, 1)
    monkeypatch.setattr(array_spool, "_KEPT", 7)
    monkeypatch.setattr(array_spool, "_COPIED", 64)


@pytest.mark.parametrize("deleted", [False, True], ids=["all documents", "some deleted"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("tiny_pieces")
def test_merging_in_tiny_pieces_is_the_same_as_writing_at_once(
    tmp_path: Path, seed: int, *, deleted: bool
) -> None:
    # Of documents with one id, it is never the last that is deleted.
    parts = [documents(size, seed * 10 + size, repeating=not deleted) for size in (9, 1, 14, 5)]
    generator = random.Random(seed)
    gone = [sorted(generator.sample(range(len(part)), len(part) // 2)) if deleted else [] for part in parts]
    segments = []
    for number, (part, numbers) in enumerate(zip(parts, gone, strict=True)):
        written(tmp_path / f"s{number}", part)
        segments.append(SegmentReader(tmp_path / f"s{number}", np.array(numbers, np.uint32)))
    kept = [
        (document, hashed)
        for part, numbers in zip(parts, gone, strict=True)
        for hashed, document in enumerate(part)
        if hashed not in numbers
    ]
    assert merge_segments(segments, tmp_path / "merged") == len(kept)
    maker = SegmentMaker(Settings())
    maker.add_batch([Incoming(document, "films", hashed) for document, hashed in kept])
    maker.write(tmp_path / "at once")
    assert contents(tmp_path / "merged") == contents(tmp_path / "at once")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == []


@pytest.mark.usefixtures("tiny_pieces")
def test_documents_of_several_segments_may_alternate(tmp_path: Path) -> None:
    held = documents(20, 5)
    maker = SegmentMaker(Settings())
    numbers = [np.array([0, 1, 2, 7, 8, 15, 19]), np.array([3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 16, 17, 18])]
    for place, number in enumerate(numbers):
        maker.add_batch([Incoming(held[one], "films", one) for one in number.tolist()])
        maker.write(tmp_path / str(place))
    merge_segments([SegmentReader(tmp_path / "0"), SegmentReader(tmp_path / "1")], tmp_path / "m", numbers)
    written(tmp_path / "at once", held)
    assert contents(tmp_path / "m") == contents(tmp_path / "at once")


def test_a_merge_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segments = [written(tmp_path / name, documents(5, seed)) for seed, name in enumerate("ab")]
    monkeypatch.setattr(merge, "write_spooled_segment", _full_disk)
    with pytest.raises(OSError, match="No space"):
        merge_segments(segments, tmp_path / "m")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def _full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_merge_holds_a_small_part_of_what_it_merges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge, "_OCCURRENCES", 2_000)
    monkeypatch.setattr(merge, "_TERMS", 500)
    monkeypatch.setattr(merge, "_DOCUMENTS", 20)
    monkeypatch.setattr(array_spool, "_KEPT", 1_000)
    monkeypatch.setattr(array_spool, "_COPIED", 1_000)
    peaks, sizes = [], []
    for rounds in (2, 16):
        folder = tmp_path / str(rounds)
        folder.mkdir()
        segments = [written(folder / str(one), documents(100, one)) for one in range(rounds)]
        tracemalloc.start()
        merge_segments(segments, folder / "m")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        sizes.append((folder / "m").stat().st_size)
    assert sizes[1] > 6 * sizes[0], sizes
    # Lists of everything took three bytes for each one merged.
    assert peaks[1] - peaks[0] < 0.5 * (sizes[1] - sizes[0]), (peaks, sizes)


@pytest.mark.parametrize(
    ("lexicons", "most"),
    [
        ([["a", "b", "c"], ["b", "d"]], 1),
        ([["a", "b", "c"], ["b", "d"]], 100),
        ([["b", "b", "b", "c"], ["b", "b"]], 1),
        ([[], ["a"]], 1),
        ([[], []], 1),
        ([], 1),
    ],
    ids=["a term a range", "one range", "equal terms", "an empty lexicon", "two of them", "none"],
)
def test_ranges_of_terms_hold_every_term_once_and_equal_ones_together(
    lexicons: list[list[str]], most: int
) -> None:
    held = [lexicon_arrays("x", [term.encode() for term in terms]) for terms in lexicons]
    ranges = list(term_ranges([Weighed(Lexicon(one["x/blob"], one["x/offsets"])) for one in held], most))
    seen = [[terms[first:last] for terms, (first, last) in zip(lexicons, one, strict=True)] for one in ranges]
    for place, terms in enumerate(lexicons):
        assert [term for one in seen for term in one[place]] == terms
    together = [{term for part in one for term in part} for one in seen]
    assert sum(map(len, together)) == len({term for terms in lexicons for term in terms})


def test_a_spool_writes_the_same_file_as_arrays_at_hand(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    arrays = {
        "large": generator.integers(0, 2**32, 200_000, np.uint32),
        "small": np.arange(3, dtype=np.float64),
        "empty": np.zeros(0, np.uint16),
    }
    write_arrays(tmp_path / "whole", arrays, {"documents": 3})
    with ArraySpool(tmp_path / "parts") as spool:
        for name, array in arrays.items():
            spool.begin(name, array.dtype)
        for part in range(100):
            spool.append("large", arrays["large"][2_000 * part :][:2_000])
        spool.append("small", arrays["small"])
        assert list(spool) == list(arrays)
        assert np.array_equal(spool["large"], arrays["large"])
        assert np.array_equal(spool["small"], arrays["small"])
        assert spool.length("large") == 200_000
        spool.write(tmp_path / "spooled", {"documents": 3})
    assert (tmp_path / "spooled").read_bytes() == (tmp_path / "whole").read_bytes()
    assert not (tmp_path / "parts").exists()
