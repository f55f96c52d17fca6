"""Collections for tests of load: titles and texts made of a list of words, so that any size can be had."""

from __future__ import annotations

import json
import random
from pathlib import Path

from fault_figures import seed

from indexer.build import build
from indexer.feed import Feed
from indexer.progress import NoProgress
from search.configuration import Settings

_SYLLABLES = [
    "ba",
    "be",
    "bri",
    "ca",
    "co",
    "da",
    "der",
    "fel",
    "gar",
    "hol",
    "in",
    "ka",
    "lan",
    "mo",
    "ner",
    "or",
    "pe",
    "qua",
    "ri",
    "sa",
    "ston",
    "ta",
    "ur",
    "vel",
    "wi",
    "yo",
    "zen",
]


def vocabulary(number: int = 4000) -> list[str]:
    """Different words of two to four syllables."""
    chance = random.Random(f"{seed()} words")
    words: dict[str, None] = {}
    while len(words) < number:
        words["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(words)


def write_films(source: Path, number: int, *, edition: int = 1) -> list[str]:
    """A file of so many films, all of one edition; returns some words that are in it."""
    chance = random.Random(f"{seed()} films")
    words = vocabulary()
    # A few words are in most texts and most words in few, as in languages.
    weights = [1 / (rank + 3) for rank in range(len(words))]
    with source.open("w", encoding="utf-8") as file:
        for one in range(number):
            text = " ".join(chance.choices(words, weights, k=50))
            row = {
                "id": f"film-{one}",
                "title": " ".join(chance.choices(words, k=chance.randint(1, 4))).title(),
                "text": f"{text}. Edition {edition}.",
                "language": chance.choice(("en", "de", "it", "fr")),
                "genre": chance.choice(("Drama", "Comedy", "War", "Western")),
                "country": chance.choice(("US", "DE", "IT", "FR", "JP")),
                "year": chance.randint(1920, 2025),
                "popularity": chance.random() * 100,
            }
            file.write(json.dumps(row) + "\n")
    return words[:400]


def publish(source: Path, index: Path) -> None:
    """Index the file and make it the live generation."""
    settings = Settings()
    feed = Feed((str(source),), settings, NoProgress(), lambda refusal: None)
    build(feed, sources=[str(source)], index=index, settings=settings)


def films_index(folder: Path, number: int) -> tuple[Path, list[str]]:
    """An index of so many films, and words that are in it."""
    words = write_films(folder / "films.jsonl", number)
    publish(folder / "films.jsonl", folder / "index")
    return folder / "index", words
