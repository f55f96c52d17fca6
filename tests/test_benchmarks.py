"""The benchmarks run on a small collection of made-up documents, and the bar is computed rightly.

No figure is judged here: a benchmark never fails a test run.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from benchmarks import facets, service_queries, similar, snippets, sorting, spelling, suggestions, updates
from benchmarks.__main__ import BENCHMARKS
from benchmarks.__main__ import main as run_benchmarks
from benchmarks.bar import MET, MISSED, UNKNOWN, bar_table, latest_scale
from benchmarks.collection import VERSES, rows
from benchmarks.corpus import ENGLISH, FILMS, LOCAL, PARAGRAPHS, read_films
from benchmarks.options import QUICK, Options
from benchmarks.outcome import Outcome, Table
from benchmarks.queries import BESIDE, STOCK
from benchmarks.rows import CorpusError, Row, language_of, rows_of, text_of, titles_of
from benchmarks.scale import main as run_scale
from benchmarks.scale_report import report
from benchmarks.service import DetectingService, PlainEngine, PlainService, Service
from benchmarks.suggestions import LONGER, MISTYPED, ONE, draw_beginnings
from benchmarks.timings import Timings, timed, timings_table
from benchmarks.typed_queries import CHARACTERS, TITLE, draw_typed_queries
from benchmarks.updates import SMALL, UNCHANGED
from benchmarks.variation import Variations
from search.analysis.tokenizers import has_unspaced_script

#: Those that start neither the peers nor a server.
_OURS = ("service", "suggest", "snippets", "spelling", "similar", "facets", "sorting", "opening", "updates")
_MODULES = (service_queries, suggestions, snippets, spelling, similar, facets, sorting, updates)
_WORDS = {
    "en": ["harbour", "winter", "letter", "garden", "silver", "morning", "window", "stranger", "island"],
    "es": ["invierno", "carta", "jardín", "mañana", "ventana", "extraño", "viaje", "silencio", "puerto"],
    "ru": ["письмо", "утро", "окно", "остров", "тишина", "гавань", "серебро", "чужой", "дорога"],
    "zh": ["冬天的信在花园里面对河流早晨窗户岛屿旅行安静港口"],
}


def _text(generator: random.Random, language: str, words: int = 14) -> str:
    return " ".join(generator.choice(_WORDS[language]) for _ in range(words))


def _film(generator: random.Random, number: int, language: str) -> Row:
    title = _text(generator, language, 2).title()
    return {
        "id": f"film-{number}", "title": title, "original_title": f"{title} {number}",
        "overview": _text(generator, language), "text_language": language, "year": 1950 + number % 70,
        "genres": [("Drama", "Comedy", "Crime")[number % 3]], "rating": number % 10,
        "also_known_as": [{"title": _text(generator, "ru", 2), "lang": "ru"}],
    }  # fmt: skip


def _made_up(language: str, number: int, generator: random.Random) -> Row:
    return {
        "id": f"made-up-{language}-{number}",
        "lang": language,
        "title": f"Chapter {number}",
        "text": _text(generator, language),
    }


def _write(path: Path, documents: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in documents)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the shared data, each with a few made-up documents."""
    folder = tmp_path_factory.mktemp("shared")
    generator = random.Random(1)
    _write(folder / FILMS / ENGLISH, [_film(generator, number, "en") for number in range(120)])
    _write(folder / FILMS / LOCAL, [_film(generator, 1000 + number, "es") for number in range(40)])
    _write(folder / PARAGRAPHS, [_made_up("zh", number, generator) for number in range(20)])
    verses = [_made_up(one, 100 + number, generator) for number in range(60) for one in ("ru", "zh", "es")]
    _write(folder / VERSES, verses)
    return folder


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all, so that the collection is indexed once."""
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each benchmark takes a fresh process, which loads its libraries longer than it measures here."""
    for module in _MODULES:
        monkeypatch.setattr(module, "isolated", lambda work, *arguments: work(*arguments))


# Runs


@pytest.mark.usefixtures("_in_this_process")
@pytest.mark.parametrize("name", _OURS)
def test_a_benchmark_of_the_service_runs(name: str, shared: Path, scratch: Path) -> None:
    quick: dict[str, Any] = {**QUICK, "collection": 200, "held": 150, "queries": 12}
    outcome = BENCHMARKS[name](Options(shared, **quick, scratch=scratch))
    assert all(len(row) == len(table.columns) for table in outcome.tables for row in table.rows)
    assert all(table.rows for table in outcome.tables)
    assert str(shared) not in json.dumps(outcome.raw), "figures name no folder of the machine"


def test_a_run_is_kept_with_its_table_and_the_bar(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Outcome((Table("What was found", ("work", "figure"), (("counting", "3"),)),), {"figure": 3})
    monkeypatch.setitem(BENCHMARKS, "facets", lambda options: found)
    kept = tmp_path / "kept"
    asked = ["--shared", str(shared), "--output", str(kept), "--quick", "--only", "facets"]
    assert run_benchmarks(asked) == 0
    report = (kept / "table.md").read_text(encoding="utf-8")
    assert "### What was found" in report
    assert "### The bar" in report
    assert str(tmp_path) not in report
    raw = json.loads((kept / "facets.json").read_text(encoding="utf-8"))
    assert (raw["benchmark"], raw["figure"]) == ("facets", 3)
    assert {"command", "machine", "versions"} <= set(raw)


def test_scale_measures_a_size_and_keeps_it_beside_the_others(shared: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    before = runs / "today" / "scale.json"
    asked = ["--quick", "--queries", "8", "--passes", "1", "--keep", str(tmp_path / "keep")]
    folders = ["--shared", str(shared), "--output", str(before.parent)]
    assert run_scale([*folders, *asked, "--documents", "250"]) == 0
    found = latest_scale(runs)
    assert found is not None
    (size,) = found["sizes"]
    assert size["documents"] == 250
    assert size["build"]["peak_megabytes"] > 0
    assert size["extra_worker"]["asked"] > 0
    # The same figures under another size stand for those of another day.
    before.write_text(json.dumps({"sizes": {"9": {**size, "documents": 9}, "250": size}}), encoding="utf-8")
    other = latest_scale(runs)
    assert other is not None
    text = report(other["sizes"])
    assert "| work | 9 | 250 |" in text
    assert "| build, s |" in text


def test_without_the_shared_data_a_benchmark_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_benchmarks(["--shared", str(tmp_path), "--quick", "--only", "service"]) == 1
    assert "--shared names the folder" in capsys.readouterr().err


def test_every_benchmark_has_a_name_for_only() -> None:
    assert set(_OURS) | {"indexing", "queries", "http"} == set(BENCHMARKS)


# What is measured on


def test_a_smaller_collection_still_holds_every_file(shared: Path) -> None:
    found = list(rows(shared, 100))
    assert len(found) == 100
    assert {language_of(one) for one in found} == {"en", "es", "ru", "zh"}
    assert len({one["id"] for one in found}) == 100


def test_typed_queries_are_of_all_languages_and_kinds(shared: Path) -> None:
    found = list(rows(shared, 300))
    queries = draw_typed_queries(found, 60, seed=3)
    assert queries == draw_typed_queries(found, 60, seed=3)
    assert len({one.text for one in queries}) == 60
    assert {one.language for one in queries} == {"en", "es", "ru", "zh"}
    kinds = Counter(one.kind.partition(",")[0] for one in queries)
    assert kinds[TITLE] == 12
    assert kinds[CHARACTERS] > 0
    texts = {one["id"]: text_of(one).lower() for one in found}
    for one in queries:
        if one.kind != TITLE:
            assert any(one.text in text for text in texts.values()), one


def test_too_few_texts_for_the_queries_are_an_error() -> None:
    with pytest.raises(CorpusError, match="of 5 queries"):
        draw_typed_queries([], 5)


def test_beginnings_begin_titles_but_for_the_mistyped(shared: Path) -> None:
    found = list(rows(shared, 300))
    titles = [title.lower() for one in found for title in titles_of(one)]
    beginnings = draw_beginnings(found, 20, seed=3)
    assert all(len(one) == 1 for one in beginnings[ONE])
    for typed in beginnings[LONGER]:
        assert any(title.startswith(typed) for title in titles)
    assert beginnings[MISTYPED]


def test_a_damaged_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "damaged.jsonl.gz"
    with gzip.open(path, "wt") as file:
        file.write('{"id": "a"}\nnot json\n')
    with pytest.raises(CorpusError, match=r"damaged\.jsonl\.gz:2"):
        list(rows_of(path))


# Variation


def _varied(shared: Path, count: int) -> list[Row]:
    given = [one for path in (FILMS / ENGLISH, VERSES) for one in rows_of(shared / path)]
    return list(islice(Variations(given, seed=5), count))


def test_a_smaller_size_is_the_beginning_of_a_larger(shared: Path) -> None:
    assert _varied(shared, 400) == _varied(shared, 900)[:400]


def test_repetitions_have_ids_and_titles_of_their_own(shared: Path) -> None:
    given, varied = _varied(shared, 600)[:300], _varied(shared, 600)[300:]
    assert len({one["id"] for one in (*given, *varied)}) == 600
    assert all(one["title"].endswith(" 2") for one in varied)


def test_most_words_of_a_repetition_stay_and_some_are_new(shared: Path) -> None:
    documents = _varied(shared, 1500)
    of_id = {one["id"]: one for one in documents}
    stay = total = coined = 0
    for one in documents:
        original, _, number = one["id"].partition("/")
        if not number or has_unspaced_script(text_of(one)):
            continue
        for before, after in zip(text_of(of_id[original]).split(), text_of(one).split(), strict=True):
            total += 1
            stay += before == after
            coined += after.lower() not in _WORDS[language_of(one)]
    assert 0.5 < stay / total < 0.9
    assert 0 < coined / total < 0.1


def test_more_films_than_there_are_come_varied(shared: Path) -> None:
    films = read_films(shared, local=False, limit=200)
    assert len({film.id for film in films}) == 200
    assert len(read_films(shared, local=False)) == 120


# Figures


def test_timings_hold_every_pass() -> None:
    done: list[int] = []
    timings = timed("counting", done.append, [1, 2, 3], passes=2)
    assert done == [1, 2, 3] * 3
    assert len(timings.first) == 3
    assert len(timings.all_warm()) == len(timings.all_processor()) == 6
    assert Timings(**timings.raw()).name == "counting"
    assert "counting" in timings_table("Title", [timings]).markdown()


def _engine(name: str, milliseconds: float) -> Iterator[dict[str, Any]]:
    for mode in ("and", "or"):
        for counted in (False, True):
            timings = [milliseconds] * 10
            yield {"engine": name, "mode": mode, "facets": counted, "first": timings, "later": timings,
                   "warm": [timings]}  # fmt: skip


def _built(name: str, seconds: float) -> dict[str, Any]:
    return {"engine": name, "built": [{"seconds": seconds}]}


_FIGURES: dict[str, Any] = {
    "queries": {
        "engines": [*_engine(PlainEngine.name, 0.8), *_engine(BESIDE, 1.0), *_engine(STOCK, 100.0)]
    },
    "service": {
        "collection": "9 documents in 2 languages",
        "timings": {
            "warm": [[1.0] * 90 + [5.0] * 10],
            "first": [1.0] * 90 + [7.0] * 10,
            "processor": [[0.5] * 100],
            "first_processor": [0.5] * 100,
        },
        "later": {"first": [1.0] * 90 + [5.0] * 10, "first_processor": [0.5] * 100},
    },
    "indexing": {
        "documents": 12_000,
        "engines": [
            _built(STOCK, 12.0), _built(BESIDE, 0.3), _built(Service.name, 1.0),
            _built(DetectingService.name, 1.6), _built(PlainService.name, 0.5),
        ],
    },
    "updates": {
        "documents": 100_000,
        "updates": [
            {"name": SMALL, "visible": [0.9, 1.2, 0.8], "done": [1.0, 1.3, 0.9]},
            {"name": UNCHANGED, "visible": [], "done": [3.5]},
        ],
    },
    "opening": {
        "documents": 9,
        "extra_worker": {"asked": 59.0},
        "openings": [
            {
                "open_milliseconds": 120.0,
                "open_again_milliseconds": 30.0,
                "first_answer_milliseconds": 500.0,
            }
        ],
    },
    "http": {
        "requests": [
            {"name": "bare Flask", "rates": [3000.0, 3400.0]},
            {"name": "search", "rates": [1700.0]},
            {"name": "search, again", "rates": [2000.0]},
        ]
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("work", "bar", "verdict"),
    [
        ("plain engine, AND top 10, warm", "tantivy", MET),
        ("plain engine, AND + facets, warm", "tantivy", MISSED),
        ("plain engine, OR + facets, words new", "tantivy", MISSED),
        ("plain engine, OR + facets, warm", "Whoosh", MET),
        ("service query, 9 documents in 2 languages, warm", "p95", MET),
        ("service query, 9 documents in 2 languages, others afterwards", "p95", MET),
        ("service query, 9 documents in 2 languages, words new", "p95", MISSED),
        ("growth", "p95 grows", UNKNOWN),
        ("memory of an extra worker, 9 documents", "60 MB", MET),
        ("opening the index in a fresh process, 9 documents", "100 ms", MISSED),
        ("opening it once more there, 9 documents", "100 ms", MET),
        ("first answer after opening, 9 documents", "none", "–"),
        ("indexing, language declared, all ways", "Whoosh", MET),
        ("indexing, language declared, all ways", "tantivy", MISSED),
        ("indexing, language declared, the peers' fields", "tantivy", MET),
        ("indexing, language detected", "5,000", MET),
        ("detection's share of indexing", "a third", MISSED),
        (f"update of 100,000 documents: {SMALL}", "1 s", MET),
        (f"update of 100,000 documents: {UNCHANGED}", "3 s", MISSED),
        ("HTTP: search", "0.5", MET),
        ("HTTP: search, again", "0.8", MISSED),
    ],
)
def test_the_bar_is_computed_from_the_figures(work: str, bar: str, verdict: str) -> None:
    found = [row for row in bar_table(_FIGURES).rows if row[0].startswith(work) and bar in row[1]]
    assert found, f"no row {work!r} with the bar {bar!r}"
    assert found[0][-1] == verdict, found[0]


@pytest.mark.parametrize(("slower", "verdict"), [(9.0, MET), (11.0, MISSED)], ids=["as matches", "faster"])
def test_growth_is_compared_with_the_documents_that_match(slower: float, verdict: str) -> None:
    def size(documents: int, milliseconds: float, matching: int) -> dict[str, Any]:
        names = ("open_milliseconds", "open_again_milliseconds", "first_answer_milliseconds")
        process = {"extra_worker": {"asked": 1.0}, "openings": [dict.fromkeys(names, 1.0)]}
        asked = [{"total": matching, "second_try": ""}]
        return {"documents": documents, "timings": {"warm": [[milliseconds]]}, "asked": asked, **process}

    scale = {"run": "one", "sizes": [size(100, 1.0, 5), size(1000, slower, 50)]}
    row = next(row for row in bar_table({"scale": scale}).rows if row[0] == "growth, 100 → 1,000")
    assert row[-1] == verdict


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    assert {row[-1] for row in bar_table({}).rows} == {UNKNOWN}
