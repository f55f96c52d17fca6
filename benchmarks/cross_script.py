"""Is a title found by its name in another script, and do false friends come along?

    python -m benchmarks.cross_script --shared ../shared [--pairs ja,ru] [--every N]

Two mixed indexes of titles alone, without aliases: the native titles of all works and, so that
false friends can occur, the English titles of 10,000 films; and one Latin title of every work.
Each pair of `title_pairs.py` is asked both ways: the Latin form in the first index, the native one
in the second. Printed per kind of pair: MRR@10 and the share found among the first ten. Other
titles of the same work are passed over; another work with the very same title counts as found.

`plain` is what a service without romanisation of its own would do: the words of the title and of
Unidecode's version of it in one field, BM25, the query treated alike. Work on the tables looked
at the misses of one half of the works only (by checksum of the id); *held out* is the other half.

False friends are counted for English film titles asked in the first index, where all of them are:
hits of the first ten that are met by romanised spellings or sounds alone, though no title of their
work has the words asked for nor sounds alike; and how often a hit so met stands above one that
has the words as typed, folded or inflected.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import shlex
import statistics
import sys
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unidecode import unidecode

from benchmarks.corpus import CorpusError
from benchmarks.machine import machine, versions
from benchmarks.outcome import Table
from benchmarks.title_pairs import (
    ALIKE,
    Pair,
    Title,
    latin_titles,
    likeness,
    native_titles,
    read_works,
    title_pairs,
    words,
)
from indexer.build import build
from indexer.document import Document
from search.analysis.analyzer import names_of
from search.configuration import Settings
from search.request import SearchRequest
from search.results import Hit
from search.searcher import Searcher

TOP = 10
#: Hits asked for: other titles of the same work are passed over.
ASKED = 2 * TOP
#: BM25 of the plain way, as everybody sets it.
K1, B = 1.2, 0.75
_REAL = frozenset(("exact", "folded", "stem"))
_WORD = re.compile("[^\\W_]+")

Ask = Callable[[str], list[int]]


class Titles:
    """Documents that are nothing but a title; a document's id is its place in the list."""

    refused = 0
    documents = 0

    def __init__(self, titles: Sequence[Title], *, declared: bool) -> None:
        self._titles = titles
        self._declared = declared

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        for place, title in enumerate(self._titles):
            self.documents += 1
            language = title.code if self._declared and not title.code.startswith("x-") else None
            yield Document(str(place), title.text, language=language), "titles"


class Plain:
    """Words as they are and as Unidecode has them, BM25, any word counts."""

    def __init__(self, titles: Sequence[Title]) -> None:
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._lengths = []
        for place, title in enumerate(titles):
            terms = self._terms(title.text)
            self._lengths.append(len(terms))
            for term in set(terms):
                self._postings[term].append(place)
        self._average = sum(self._lengths) / max(len(self._lengths), 1)

    @staticmethod
    def _terms(text: str) -> list[str]:
        native = [] if text.isascii() else _WORD.findall(text.lower())
        return native + _WORD.findall(unidecode(text).lower())

    def ask(self, query: str) -> list[int]:
        """The first hits, best first."""
        scores: Counter[int] = Counter()
        for term in set(self._terms(query)):
            found = self._postings.get(term, [])
            idf = math.log(1 + (len(self._lengths) - len(found) + 0.5) / (len(found) + 0.5))
            for place in found:
                scores[place] += (
                    idf * (K1 + 1) / (1 + K1 * (1 - B + B * self._lengths[place] / self._average))
                )
        return [place for place, _ in sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:ASKED]]


@dataclass(slots=True)
class Figures:
    """What was measured of one kind of pair, one way."""

    reciprocal: list[float] = field(default_factory=list)
    held_out: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def add(self, rank: int | None, work: str, milliseconds: float) -> None:
        value = 1 / rank if rank else 0.0
        self.reciprocal.append(value)
        if is_held_out(work):
            self.held_out.append(value)
        self.milliseconds.append(milliseconds)

    def to_dict(self) -> dict[str, float | None]:
        return {
            "pairs": len(self.reciprocal),
            "mrr@10": _mean(self.reciprocal),
            "found@10": _mean([float(one > 0) for one in self.reciprocal]),
            "held_out_pairs": len(self.held_out),
            "held_out_mrr@10": _mean(self.held_out),
            "held_out_found@10": _mean([float(one > 0) for one in self.held_out]),
            "p50_ms": round(statistics.median(self.milliseconds), 2) if self.milliseconds else None,
        }


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def is_held_out(work: str) -> bool:
    """Whether nobody looks at this work's misses."""
    return zlib.crc32(work.encode()) % 2 == 1


class Collection:
    """Titles in an index of ours and in the plain one."""

    def __init__(self, titles: Sequence[Title], *, declared: bool) -> None:
        self.titles = titles
        self._folder = tempfile.TemporaryDirectory(prefix="cross-script-")
        index = Path(self._folder.name)
        started = time.process_time()
        supply = Titles(titles, declared=declared)
        report = build(supply, sources=["titles"], index=index, settings=Settings())
        names = [
            one for title in titles for _, one in names_of(title.text, title.code) if not title.text.isascii()
        ]
        native = sum(not title.text.isascii() for title in titles) or 1
        self.about = {
            "documents": len(titles),
            "index_bytes": report.size,
            "build_seconds": round(time.process_time() - started, 2),
            "latin_forms_per_title": round(sum(len(one.latin) for one in names) / native, 2),
            "keys_per_title": round(sum(len(one.keys) for one in names) / native, 2),
        }
        self._searcher = Searcher.open(index, Settings())
        self._searcher.warm()
        self.plain = Plain(titles)

    def hits(self, query: str) -> tuple[Hit, ...]:
        """The first hits of the service."""
        request = SearchRequest(q=query, per_page=ASKED, facets=(), highlight=False)
        return self._searcher.search(request).hits

    def ask(self, query: str) -> list[int]:
        """The places of the first hits."""
        return [int(hit.id) for hit in self.hits(query)]

    def rank(self, found: Sequence[int], wanted: Title) -> int | None:
        """From 1; None if not among the first ten. Other titles of the work are passed over."""
        rank = 0
        for place in found:
            title = self.titles[place]
            if title == wanted or words(title.text) == words(wanted.text):
                return rank + 1 if rank < TOP else None
            rank += title.work != wanted.work
        return None


def measure(
    collection: Collection, asked: Sequence[tuple[str, str, Title]], misses: list[str]
) -> dict[str, dict[str, Figures]]:
    """Kind of pair → way (`plain`, `service`) → figures, of (kind, query, wanted title)."""
    ways: dict[str, Ask] = {"plain": collection.plain.ask, "service": collection.ask}
    figures: dict[str, dict[str, Figures]] = {}
    for kind, query, wanted in asked:
        row = figures.setdefault(kind, {way: Figures() for way in ways})
        for way, ask in ways.items():
            # Processor time: others may be at work on the machine.
            started = time.process_time()
            found = ask(query)
            elapsed = (time.process_time() - started) * 1000
            rank = collection.rank(found, wanted)
            row[way].add(rank, wanted.work, elapsed)
            if way == "service" and rank != 1 and not is_held_out(wanted.work):
                first = collection.titles[found[0]].text if found else ""
                misses.append(f"{kind}\t{rank or '-'}\t{query}\t{wanted.text}\t{first}")
    return figures


def false_friends(
    collection: Collection, queries: Sequence[str], names: dict[str, list[Title]]
) -> dict[str, float]:
    """How many hits are met by generated forms alone and are another work, and where they stand."""
    counts: Counter[str] = Counter()
    for query in queries:
        counts["queries"] += 1
        one_word = len(words(query)) == 1
        hits = collection.hits(query)[:TOP]
        counts["hits"] += len(hits)
        false = [_is_false(query, collection.titles[int(hit.id)], hit, names) for hit in hits]
        real = [_REAL.issuperset(hit.matched_by) for hit in hits]
        generated = [_is_generated(hit) for hit in hits]
        counts["false"] += sum(false)
        counts["queries_with_false"] += any(false)
        if one_word:
            counts["one_word_queries"] += 1
            counts["one_word_hits"] += len(hits)
            counts["one_word_false"] += sum(false)
        counts["above_real"] += any(
            generated[first] and real[second] for second in range(len(hits)) for first in range(second)
        )
    return {
        "queries": counts["queries"],
        "hits": counts["hits"],
        "false_friend_share": round(counts["false"] / max(counts["hits"], 1), 4),
        "queries_with_a_false_friend": round(counts["queries_with_false"] / max(counts["queries"], 1), 4),
        "one_word_queries": counts["one_word_queries"],
        "one_word_false_friend_share": round(counts["one_word_false"] / max(counts["one_word_hits"], 1), 4),
        "queries_with_generated_above_real": round(counts["above_real"] / max(counts["queries"], 1), 4),
    }


def _is_generated(hit: Hit) -> bool:
    return "romanized" in hit.matched_by and _REAL.isdisjoint(hit.matched_by)


def _is_false(query: str, title: Title, hit: Hit, names: dict[str, list[Title]]) -> bool:
    if not _is_generated(hit) or likeness(query, title.text) >= ALIKE:
        return False
    wanted = set(words(query))
    return not any(wanted.issubset(words(name.text)) for name in names.get(title.work, ()))


def native_index(works: list[dict[str, Any]]) -> list[Title]:
    """All native titles, and the films' English ones."""
    films = [Title(work["id"], "en", work["titles"][0]["title"]) for work in works if "language" in work]
    return native_titles(works) + films


def latin_index(works: list[dict[str, Any]], pairs: Sequence[Pair]) -> list[Title]:
    """The Latin titles of the pairs, and the first one of every other work."""
    chosen = dict.fromkeys(pair.latin for pair in pairs)
    covered = {title.work for title in chosen}
    for title in latin_titles(works):
        if title.work not in covered:
            covered.add(title.work)
            chosen[title] = None
    return list(chosen)


def _table(title: str, figures: dict[str, dict[str, Figures]]) -> Table:
    rows = []
    for kind, ways in sorted(figures.items()):
        plain, service = ways["plain"].to_dict(), ways["service"].to_dict()
        cells = [
            f"{plain[name] or 0:.3f} → {service[name] or 0:.3f}"
            for name in ("mrr@10", "found@10", "held_out_mrr@10", "held_out_found@10")
        ]
        counted = f"{plain['pairs']:.0f} ({plain['held_out_pairs']:.0f})"
        rows.append((kind, counted, *cells, f"{service['p50_ms'] or 0:.1f}"))
    columns = ("pair", "titles (held out)", "MRR@10", "found@10", "held out: MRR@10", "found@10", "p50 ms")
    return Table(f"{title}: plain → this service", columns, tuple(rows))


def _raw(figures: dict[str, dict[str, Figures]]) -> dict[str, dict[str, dict[str, float | None]]]:
    return {kind: {way: one.to_dict() for way, one in row.items()} for kind, row in figures.items()}


def _facts(title: str, values: dict[str, float]) -> Table:
    return Table(title, tuple(values), (tuple(f"{value:,}" for value in values.values()),))


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; see the module's docstring."""
    given = _options(arguments)
    try:
        works = read_works(given.shared)
    except CorpusError as error:
        print(f"cross_script: {error}", file=sys.stderr)
        return 1
    pairs = title_pairs(works)
    chosen = [
        pair for pair in pairs if not given.pairs or pair.kind.startswith(tuple(given.pairs.split(",")))
    ]
    by_kind: dict[str, list[Pair]] = defaultdict(list)
    for pair in chosen:
        by_kind[pair.kind].append(pair)
    asked = [
        pair for kind in by_kind.values() for pair in (kind[:: given.every] if len(kind) > 200 else kind)
    ]
    misses: list[str] = []
    before = machine()
    native = Collection(native_index(works), declared=not given.undeclared)
    to_native = measure(native, [(pair.kind, pair.latin.text, pair.native) for pair in asked], misses)
    films = [work["titles"][0]["title"] for work in works if "language" in work]
    names: dict[str, list[Title]] = defaultdict(list)
    for title in latin_titles(works):
        names[title.work].append(title)
    friends = false_friends(native, films[:: given.film_step], names) if given.film_step else {}
    latin = Collection(latin_index(works, pairs), declared=not given.undeclared)
    to_latin = measure(latin, [(_turned(pair.kind), pair.native.text, pair.latin) for pair in asked], misses)
    tables = [
        _table("Native title indexed, Latin form asked", to_native),
        _table("Latin title indexed, native form asked", to_latin),
        _facts("False friends of English film titles", friends),
        _facts("Index of native titles", native.about),
    ]
    command = shlex.join(
        [
            "python",
            "-m",
            "benchmarks.cross_script",
            "--shared",
            "<shared>",
            "--every",
            str(given.every),
            "--film-step",
            str(given.film_step),
        ]
    )
    report = "\n".join([f"`{command}`", "", *(table.markdown() for table in tables)])
    print(report)
    if given.misses:
        given.misses.write_text("\n".join(misses) + "\n", encoding="utf-8")
    if given.output:
        raw = {
            "command": command,
            "machine": before,
            "versions": versions(),
            "declared": not given.undeclared,
            "native_indexed": _raw(to_native),
            "latin_indexed": _raw(to_latin),
            "false_friends": friends,
            "native_index": native.about,
            "latin_index": latin.about,
        }
        given.output.parent.mkdir(parents=True, exist_ok=True)
        given.output.with_suffix(".md").write_text(report, encoding="utf-8")
        given.output.with_suffix(".json").write_text(
            json.dumps(raw, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return 0


def _turned(kind: str) -> str:
    native, _, latin = kind.partition("←")
    return f"{latin}←{native}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cross_script",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--shared", type=Path, required=True, help="folder that holds data/films")
    parser.add_argument("--pairs", help="kinds of pairs, by the beginning of their names, comma separated")
    parser.add_argument("--every", type=_positive, default=1, help="every n-th of kinds with over 200 pairs")
    parser.add_argument("--film-step", type=int, default=5, help="every n-th film title as a query (0: none)")
    parser.add_argument("--undeclared", action="store_true", help="the service decides the languages")
    parser.add_argument("--misses", type=Path, help="write the misses of the half that is not held out")
    parser.add_argument("--output", type=Path, help="write PATH.md and PATH.json")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return value


if __name__ == "__main__":
    raise SystemExit(main())
