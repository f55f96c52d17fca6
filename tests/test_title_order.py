"""In which order titles stand: for everybody, and for readers of languages that tailor the order."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from search.analysis.collation import collation_key, normalize_title, tailored_letters
from search.index.codec.segment_reader import SegmentReader
from search.index.codec.segment_writer import DocumentRecord, SegmentWriter
from search.index.segment_set import SegmentSet
from search.index.title_order import places_in, untailored_places

WORDS = [
    "ål",
    "Zebra",
    "Öl",
    "apa",
    "Äpple",
    "orm",
    "Ähre",
    "Zoo",
    "9 liv",
    "10 liv",
    "ость",
    "ёлка",
    "Ñandú",
    "nube",
]


def segments(folder: Path, titles: list[str], parts: int) -> SegmentSet:
    """The titles in as many segments as asked for, in order."""
    readers = []
    bounds = np.linspace(0, len(titles), parts + 1).astype(int).tolist()
    for part, (first, last) in enumerate(itertools.pairwise(bounds)):
        writer = SegmentWriter((), (), {})
        for number in range(first, last):
            writer.add_record(
                DocumentRecord(f"d{number}", b"{}", number, sort_title=normalize_title(titles[number]))
            )
        writer.finish(folder / f"{part}.mls")
        readers.append(SegmentReader(folder / f"{part}.mls"))
    return SegmentSet(readers)


def in_order(places: np.ndarray, titles: list[str]) -> list[str]:
    return [titles[place] for place in np.argsort(places, kind="stable")]


@pytest.mark.parametrize("parts", [1, 3])
def test_base_letters_then_marks_with_numbers_by_value(tmp_path: Path, parts: int) -> None:
    titles = ["Zebra", "ål", "apa", "10 liv", "9 liv", "Öl", "al", "ol"]
    held = segments(tmp_path, titles, parts)
    assert in_order(untailored_places(held), titles) == [
        "9 liv",
        "10 liv",
        "al",
        "ål",
        "apa",
        "ol",
        "Öl",
        "Zebra",
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("sv", ["apa", "nube", "orm", "Zoo", "ål", "Äpple", "Öl"]),
        ("de", ["ål", "apa", "Äpple", "nube", "Öl", "orm", "Zoo"]),
    ],
)
def test_a_language_moves_the_titles_with_its_letters(tmp_path: Path, code: str, expected: list[str]) -> None:
    titles = sorted(expected)
    others = [f"{letter}{number}" for letter in "bcdfghjklmnpqrst" for number in range(5)]
    held = segments(tmp_path, titles + others, 2)
    found = in_order(places_in(held, code, untailored_places(held)), titles + others)
    assert [title for title in found if title in expected] == expected


@pytest.mark.parametrize("code", ["sv", "es", "de", "uk", "tr", "lt", "en"])
@pytest.mark.parametrize("share", [0.05, 0.9], ids=["few-move", "most-move"])
def test_moving_titles_is_the_same_as_sorting_all(tmp_path: Path, code: str, share: float) -> None:
    source = random.Random(code)
    letters = sorted(tailored_letters(code)) or ["q"]
    titles = []
    for _ in range(400):
        words = [source.choice(WORDS).translate(str.maketrans("ÅÄÖåäöñÑё", "AAOaaonNе")) for _ in range(2)]
        if source.random() < share:
            words.append(source.choice(letters) + source.choice(WORDS))
        source.shuffle(words)
        titles.append(" ".join(words))
    held = segments(tmp_path, titles, 3)
    keys = [collation_key(normalize_title(title), code) for title in titles]
    places = places_in(held, code, untailored_places(held)).tolist()
    for _ in range(5000):
        one, other = source.randrange(400), source.randrange(400)
        assert (places[one] < places[other]) == (keys[one] < keys[other]), (titles[one], titles[other])
        assert (places[one] == places[other]) == (keys[one] == keys[other])


def test_articles_are_skipped_where_that_is_wanted(tmp_path: Path) -> None:
    titles = ["The Zebra", "Apple", "A Mouse", "Theory"]
    held = segments(tmp_path, titles, 1)
    places = places_in(held, "en", untailored_places(held), skip_articles=True)
    assert in_order(places, titles) == ["Apple", "A Mouse", "Theory", "The Zebra"]
