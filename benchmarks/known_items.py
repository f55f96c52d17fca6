"""Is a film found by its title, however the title is typed?

    python -m benchmarks.known_items --shared ../shared [--every N] [--index DIR] [--misses FILE]

Builds one index of the 10,000 films (`--collection anime`: 6,159 works with titles in 58 languages;
or reuses the one in `--index`), draws titles with a fixed seed (English titles, original titles,
titles it is also known by), types each in every way of `mistypings.py`, and prints MRR@10, the share
found first, and latency, per way and kind of title, and per script. Completions are right when the
film is among the first ten. A film is right if one of its titles is the title meant, but for
spaces, case and marks. The raw figures are kept in benchmarks/runs/DATE/known_items.json.
Whoever tunes looks at the misses of even numbers only (`--misses`); the column *odd* is the rest.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks import mistypings
from benchmarks.corpus import FILMS
from benchmarks.machine import machine, versions
from benchmarks.mistypings import Slip, graphemes
from benchmarks.outcome import Table, significant
from indexer.build import build
from indexer.document import AlternativeTitle, Document
from indexer.feed import Feed
from indexer.progress import NoProgress
from search.analysis.folding import fold, normalize
from search.analysis.keyboards import compose_hangul
from search.analysis.romanize import initial_consonants
from search.analysis.scripts import main_script
from search.analysis.tokenizers import words_in
from search.configuration import Settings
from search.request import SearchRequest
from search.searcher import Searcher

SEED = 20_261_121
#: Titles drawn per kind of title and way of typing.
SAMPLE = 300
TOP = 10
SHORTEST_TITLE = 4
FILES = {"films": "films.jsonl.gz", "anime": "anime_titles.jsonl.gz"}
RUNS = Path(__file__).resolve().parent / "runs"

#: What is measured → how it is typed.
SLIPS: dict[str, Slip] = {
    "exact": mistypings.as_it_is,
    "upper case": mistypings.in_capitals,
    "without accents": mistypings.without_accents,
    "typo, word of 5 letters or more": mistypings.typo,
    "typo, word of 4 letters": mistypings.typo_in_short_word,
    "last word begun": mistypings.last_word_begun,
    "another order": mistypings.in_another_order,
    "space missing": mistypings.without_a_space,
    "space inside a word": mistypings.with_a_space,
    "US keyboard for another script": mistypings.typed_on_us_keyboard,
    "keyboard of another script": mistypings.typed_on_foreign_keyboard,
    "French or German keys": mistypings.typed_on_latin_keyboard,
}
COMPLETED = (4, 6, 8)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Title:
    """A title that a work has, and what kind of title it is there."""

    work: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One query and how it went: `rank` 0 when not among the first ten. Times in milliseconds:
    by the clock, and of the processor, which others at work on the machine do not lengthen."""

    way: str
    kind: str
    script: str
    number: int
    title: str
    typed: str
    rank: int
    milliseconds: float
    processor: float
    first: str
    interpretation: str


def same_title(text: str) -> str:
    """What is left of a title without spaces, signs, case and marks."""
    return "".join(fold(normalize(stretch)) for stretch, _, _ in words_in(text))


def read_rows(shared: Path, collection: str) -> list[dict[str, object]]:
    with gzip.open(shared / FILMS / FILES[collection], "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def titles_of(row: dict) -> Iterator[Title]:  # type: ignore[type-arg]
    """Every title of a film or of an anime work, with its kind."""
    if "titles" in row:
        for one in row["titles"]:
            if one["type"] != "short":
                yield Title(row["id"], "main" if one["type"] == "main" else "also known as", one["title"])
        return
    yield Title(row["id"], "English", row["title"])
    if (original := row["original_title"]) and original != row["title"]:
        is_latin = main_script(original) in ("Latn", None)
        yield Title(row["id"], "original, Latin" if is_latin else "original, other", original)
    for one in row["also_known_as"]:
        yield Title(row["id"], "also known as", one["title"])


class AnimeWorks:
    """The works as documents: the main title, all others as alternative titles."""

    refused = documents = 0

    def __init__(self, rows: Iterable[dict]) -> None:  # type: ignore[type-arg]
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        for row in self._rows:
            titles = sorted(row["titles"], key=lambda one: one["type"] != "main")
            others = tuple(
                AlternativeTitle(one["title"], None if one["lang"].startswith("x-") else one["lang"])
                for one in titles[1:]
            )
            self.documents += 1
            yield Document(row["id"], titles[0]["title"], also_known_as=others), "anime"


def opened(shared: Path, collection: str, index: Path) -> Searcher:
    """The index, built if it is not there."""
    if not (index / "LIVE").exists():
        path = shared / FILMS / FILES[collection]
        supply: Feed | AnimeWorks
        if collection == "films":
            supply = Feed((str(path),), Settings(), NoProgress(), lambda refusal: None)
        else:
            supply = AnimeWorks(read_rows(shared, collection))
        build(supply, sources=[path.name], index=index, settings=Settings())
    searcher = Searcher.open(index, Settings())
    searcher.warm()
    return searcher


@dataclass(frozen=True, slots=True)
class Collection:
    """The titles, and which works have a title that reads like this."""

    titles: tuple[Title, ...]
    works: dict[str, frozenset[str]]

    @classmethod
    def of(cls, rows: Iterable[dict]) -> Collection:  # type: ignore[type-arg]
        titles = tuple(title for row in rows for title in titles_of(row))
        works: dict[str, set[str]] = defaultdict(set)
        for title in titles:
            works[same_title(title.text)].add(title.work)
        return cls(titles, {key: frozenset(ids) for key, ids in works.items()})

    def sample(self, way: str, slip: Slip, size: int) -> Iterator[tuple[int, Title, str]]:
        """(number, title, what was typed), up to `size` of each kind of title. What a slip makes
        into the title of another work is left out: nobody can tell that it is one."""
        by_kind: dict[str, list[Title]] = defaultdict(list)
        for title in self.titles:
            by_kind[title.kind].append(title)
        for kind, titles in by_kind.items():
            generator = random.Random(f"{SEED} {way} {kind}")
            number = 0
            for title in generator.sample(titles, len(titles)):
                if number == size:
                    break
                if len(graphemes(same_title(title.text))) < SHORTEST_TITLE:
                    continue
                typed = slip(title.text, generator)
                if typed is None or title.work not in self.works.get(same_title(typed), (title.work,)):
                    continue
                yield number, title, typed
                number += 1


def searched(searcher: Searcher, collection: Collection, way: str, slip: Slip, size: int) -> Iterator[Asked]:
    for number, title, typed in collection.sample(way, slip, size):
        found, elapsed = _timed(lambda: searcher.search(SearchRequest(q=typed)))  # noqa: B023
        kinds = [f"{one.kind}: {one.query}" for one in found.query.interpretations]
        first = found.hits[0].title if found.hits else ""
        yield _asked(
            collection, way, number, title, typed, [hit.id for hit in found.hits], elapsed, first, kinds
        )


def completed(searcher: Searcher, collection: Collection, way: str, slip: Slip, size: int) -> Iterator[Asked]:
    for number, title, typed in collection.sample(way, slip, size):
        found, elapsed = _timed(lambda: searcher.suggest(typed))  # noqa: B023
        first = found[0].text if found else ""
        yield _asked(collection, way, number, title, typed, [one.id for one in found], elapsed, first, [])


def _timed(call: Callable[[], Result]) -> tuple[Result, tuple[float, float]]:
    clock, processor = time.perf_counter(), time.process_time()
    result = call()
    return result, ((time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000)


def _asked(
    collection: Collection,
    way: str,
    number: int,
    title: Title,
    typed: str,
    ids: Sequence[str],
    elapsed: tuple[float, float],
    first: str,
    kinds: Sequence[str],
) -> Asked:
    right = collection.works[same_title(title.text)]
    rank = next((place for place, one in enumerate(ids[:TOP], 1) if one in right), 0)
    script = main_script(title.text) or "Zyyy"
    return Asked(way, title.kind, script, number, title.text, typed, rank, *elapsed, first, "; ".join(kinds))


def _beginning(letters: int) -> Slip:
    """The first so many letters of a title: half-written Korean syllables among them."""

    def slip(title: str, _: random.Random) -> str | None:
        parts = graphemes(title)
        return compose_hangul("".join(parts[:letters])) if len(parts) > letters else None

    return slip


def _initial_consonants(title: str, _: random.Random) -> str | None:
    typed = initial_consonants(title.replace(" ", ""))
    return typed if len(typed) >= SHORTEST_TITLE else None


COMPLETIONS: dict[str, Slip] = {
    **{f"completion after {letters} letters": _beginning(letters) for letters in COMPLETED},
    "completion of initial consonants": _initial_consonants,
}


# Tables


def _row(name: Sequence[str], asked: Sequence[Asked]) -> tuple[str, ...]:
    def worth(some: Sequence[Asked]) -> str:
        return f"{np.mean([1 / one.rank if one.rank else 0.0 for one in some]):.3f}" if some else "–"

    p50, p95 = np.percentile([one.milliseconds for one in asked], (50, 95))
    return (
        *name,
        str(len(asked)),
        worth(asked),
        worth([one for one in asked if one.number % 2]),
        f"{np.mean([one.rank == 1 for one in asked]):.3f}",
        f"{np.mean([one.rank > 0 for one in asked]):.3f}",
        significant(float(p50)),
        significant(float(p95)),
        significant(float(np.percentile([one.processor for one in asked], 95))),
    )


def table(title: str, asked: Sequence[Asked], second: str, key: Callable[[Asked], str]) -> Table:
    groups: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for one in asked:
        groups[one.way, key(one)].append(one)
        groups[one.way, "all"].append(one)
    order = list(dict.fromkeys(one.way for one in asked))
    names = sorted(groups, key=lambda name: (order.index(name[0]), name[1] == "all", -len(groups[name])))
    figures = ("queries", "MRR@10", "odd", "first", "in ten", "p50 ms", "p95 ms", "p95 processor ms")
    return Table(title, ("what was done", second, *figures), tuple(_row(one, groups[one]) for one in names))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, keep. Exit status 0."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--collection", choices=list(FILES), default="films")
    parser.add_argument("--every", type=int, default=1, help="a sample smaller by this factor")
    parser.add_argument("--only", help="comma separated beginnings of what is measured")
    parser.add_argument("--index", type=Path, help="keep the index here (reused if it exists)")
    parser.add_argument("--misses", type=Path, help="write the misses of even numbers here")
    parser.add_argument("--output", type=Path, help="folder for the raw figures (default: runs/DATE)")
    given = parser.parse_args(arguments)
    before = machine()
    index = given.index or Path(tempfile.mkdtemp(prefix="known-items-"))
    collection = Collection.of(read_rows(given.shared, given.collection))
    searcher = opened(given.shared, given.collection, index)
    size = max(SAMPLE // given.every, 1)
    asked: list[Asked] = []
    for ways, ask in ((SLIPS, searched), (COMPLETIONS, completed)):
        for way, slip in ways.items():
            if not given.only or way.startswith(tuple(given.only.split(","))):
                asked += ask(searcher, collection, way, slip, size)
                print(way, file=sys.stderr)
    tables = (
        table("By kind of title", asked, "title", lambda one: one.kind),
        table("By script", [one for one in asked if one.script != "Latn"], "script", lambda one: one.script),
    )
    report = "\n".join(one.markdown() for one in tables)
    print(report)
    if given.misses:
        given.misses.write_text(
            "".join(
                f"{one.way}\t{one.kind}\t{one.title}\t{one.typed}\t{one.rank}\t{one.first}"
                f"\t{one.interpretation}\n"
                for one in asked
                if one.rank != 1 and one.number % 2 == 0
            ),
            encoding="utf-8",
        )
    if given.output or not given.only:
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        _keep(given.output or RUNS / today, given, before, report, asked)
    return 0


def _keep(
    folder: Path, given: argparse.Namespace, before: dict[str, str], report: str, asked: Sequence[Asked]
) -> None:
    """The tables and every single query, under names of their own."""
    name = "known_items" if given.collection == "films" else f"known_items_{given.collection}"
    about = {
        "command": f"python -m benchmarks.known_items --collection {given.collection} --every {given.every}",
        "machine": before,
        "versions": versions(),
        "seed": SEED,
    }
    folder.mkdir(parents=True, exist_ok=True)
    head = [f"# Known items, {given.collection}", "", f"`{about['command']}`", ""]
    head += [f"- {key}: {value}" for key, value in {**before, **versions()}.items()]
    (folder / f"{name}.md").write_text("\n".join([*head, "", report]), encoding="utf-8")
    rows = [list(asdict(one).values()) for one in asked]
    columns = list(asdict(asked[0])) if asked else []
    text = json.dumps({**about, "columns": columns, "queries": rows}, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
