"""Which keys of completions come first, found without looking at all of them?"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh_engine import WhooshEngine
from search.index.assembly import Assembly
from search.index.codec.arrays import ArrayFile, write_arrays
from search.index.codec.completions import BLOCK, Completions, weight_pyramid
from search.index.codec.lexicon import lexicon_arrays
from search.index.codec.segment_writer import DocumentRecord, SegmentWriter, SuggestionKey
from search.index.generations import Generations

LETTERS = "abcдежあいう가나"


def completions_of(path: Path, weights: np.ndarray, docs: np.ndarray | None = None) -> Completions:
    """Completions with the keys 000000, 000001 …, one a document unless said otherwise."""
    arrays = lexicon_arrays("suggest", [f"{number:06d}".encode() for number in range(len(weights))])
    arrays["suggest/docs"] = np.arange(len(weights), dtype=np.uint32) if docs is None else docs
    arrays["suggest/titles"] = np.zeros(len(weights), np.uint16)
    arrays["suggest/weights"] = weights.astype(np.float32)
    arrays["suggest/maxima"] = weight_pyramid(arrays["suggest/weights"])
    write_arrays(path, arrays)
    return Completions.of(ArrayFile(path))


def brute_force(weights: np.ndarray, first: int, last: int, count: int, alive: np.ndarray) -> list[int]:
    numbers = first + np.flatnonzero(alive[first:last])
    return numbers[np.argsort(-weights[numbers], kind="stable")][:count].tolist()


# Few different weights: equal ones are the case that goes wrong.
@pytest.mark.parametrize("size", [0, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3000, BLOCK**2, 3 * BLOCK**2 + 7])
@pytest.mark.parametrize("different", [1, 3, 1000])
def test_heaviest_of_a_range(tmp_path: Path, size: int, different: int) -> None:
    generator = np.random.default_rng(size + different)
    weights = generator.integers(0, different, size).astype(np.float32)
    docs = generator.integers(0, size // 3 + 1, size).astype(np.uint32)
    held = completions_of(tmp_path / "file", weights, docs)
    live = generator.random(size // 3 + 1) > 0.7
    for _ in range(60):
        first, last = sorted(generator.integers(0, size + 1, 2).tolist())
        count = int(generator.choice([1, 4, 40, 200]))
        everything = np.ones(size, bool)
        assert held.heaviest(first, last, count).tolist() == brute_force(
            weights, first, last, count, everything
        )
        assert held.heaviest_live(first, last, count, live).tolist() == brute_force(
            weights, first, last, count, live[docs]
        )


def test_the_heaviest_are_all_deleted(tmp_path: Path) -> None:
    weights = np.arange(5000, dtype=np.float32)
    held = completions_of(tmp_path / "file", weights)
    live = weights < 10
    assert held.heaviest_live(0, 5000, 4, live).tolist() == [9, 8, 7, 6]
    assert held.heaviest_live(100, 5000, 4, live).tolist() == []


@given(st.lists(st.integers(0, 5), max_size=400), st.data())
def test_a_pyramid_holds_the_greatest_of_each_block(values: list[int], data: st.DataObject) -> None:
    weights = np.array(values, np.float32)
    maxima = weight_pyramid(weights)
    if len(values) < 2:
        assert len(maxima) == 0
        return
    block = data.draw(st.integers(0, (len(values) - 1) // BLOCK))
    assert maxima[block] == max(values[block * BLOCK : (block + 1) * BLOCK])
    assert maxima[-1] == max(values)


# Through the engine


class _Titles:
    """Documents of which only the completions matter."""

    def __init__(self, rows: list[list[SuggestionKey]], first: int) -> None:
        self._rows = rows
        self._first = first

    def write(self, path: Path) -> int:
        writer = SegmentWriter([], ["popularity"], {})
        for number, keys in enumerate(self._rows, self._first):
            writer.add_record(DocumentRecord(id=f"d{number}", stored=b"{}", content_hash=0, suggestions=keys))
        writer.finish(path)
        return len(self._rows)


def _random_keys(generator: random.Random) -> list[SuggestionKey]:
    keys = {"".join(generator.choices(LETTERS, k=generator.randint(1, 4))) for _ in range(3)}
    return [
        SuggestionKey(key, title, generator.choice((0.25, 0.5, 1.0, 3.0))) for title, key in enumerate(keys)
    ]


@pytest.mark.parametrize("segments", [1, 3, 8], ids=["one segment", "three segments", "merged"])
def test_an_engine_offers_the_same_as_looking_at_all_keys(tmp_path: Path, segments: int) -> None:
    generator = random.Random(segments)
    size = 300
    rows = [_random_keys(generator) for _ in range(size * segments)]
    gone = frozenset(generator.sample(range(len(rows)), len(rows) // 4))
    generations = Generations(tmp_path)
    with generations.writing("a test"):
        assembly = Assembly(generations)
        for number in range(segments):
            first = number * size
            part = assembly.add(_Titles(rows[first : first + size], first))
            for document in gone & frozenset(range(first, first + size)):
                assembly.delete(part, document - first)
        assembly.publish(sources=["random"], seconds=0.0, fingerprint="")
    engine = WhooshEngine(generations.path(generations.live()))
    ids = [document for document in range(len(rows)) if document not in gone]
    if segments < 8:
        assert len(engine.reader.segments) == segments
        ids = list(range(len(rows)))
    else:
        assert len(engine.reader.segments) == 1
    number_of = {document: number for number, document in enumerate(ids)}
    for prefix in (*LETTERS, *(a + b for a in LETTERS for b in LETTERS)):
        expected = []
        for segment in range(segments) if segments < 8 else [0]:
            held = [
                (key.key.encode(), number_of[document], key.title, key.weight)
                for document in (
                    range(segment * size, (segment + 1) * size) if segments < 8 else range(len(rows))
                )
                if document not in gone
                for key in rows[document]
                if key.key.startswith(prefix)
            ]
            expected += sorted(held)
        expected.sort(key=lambda row: -row[3])
        for limit in (1, 10, 60):
            found = [(row.document, row.title, row.weight) for row in engine.suggestions(prefix, limit)]
            assert found == [row[1:] for row in expected[: limit * 4]], prefix
