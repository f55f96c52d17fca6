"""Which ways of matching an index has is the collection's choice, and is known of the index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.build import build
from indexer.document import Document, Person
from indexer.record import prepare
from indexer.show.status import status_values
from indexer.update import update
from search.analysis.fingerprint import analysis_difference, analysis_fingerprint
from search.configuration import Analysis, Settings, load_settings
from search.errors import ConfigurationError
from search.index.codec.segment_reader import SegmentReader
from search.index.generations import Generations
from search.index.reader import IndexReader
from search.index.schema import EXACT, FIELDS, FOLDED, GRAM, KEY, LATIN, STEM, WAYS
from search.index.verify import index_problems
from search.request import SearchRequest
from search.searcher import Searcher

DOCUMENTS = (
    Document("1", "Сталкер", "Running rivers", language="ru", people=(Person("Андрей Тарковский"),)),
    Document("2", "Spider-Man II", "Naïve children", language="en"),
    Document("3", "東京物語", "老夫婦", language="ja"),
)


class Supply:
    """Documents from memory, as a build and an update want them."""

    refused = 0
    sources = ("memory",)
    refused_files: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.documents = 0

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        for document in DOCUMENTS:
            self.documents += 1
            yield document, "memory"


def settings_with(*ways: str, suggestions: bool = True) -> Settings:
    return replace(Settings(), analysis=Analysis(ways, suggestions))


def built(folder: Path, settings: Settings) -> SegmentReader:
    build(Supply(), sources=["memory"], index=folder, settings=settings)
    generations = Generations(folder)
    assert index_problems(generations) == []
    (segment,) = IndexReader(generations.path(generations.live())).segments
    return segment


@pytest.mark.parametrize("way", [FOLDED, STEM, GRAM, LATIN, KEY])
def test_a_way_left_out_is_empty_and_the_others_are_as_before(tmp_path: Path, way: str) -> None:
    whole = built(tmp_path / "whole", Settings())
    part = built(tmp_path / "part", settings_with(*(one for one in WAYS if one != way)))
    assert len(whole.lexicons[way]) > 0
    assert len(part.lexicons[way]) == 0
    for field in FIELDS:
        if field.way == way:
            assert not part.lengths(field).any()
            continue
        assert list(part.lexicons[field.way]) == list(whole.lexicons[field.way])
        assert part.columns[field].docs.tolist() == whole.columns[field].docs.tolist(), field.name
        assert part.lengths(field).tolist() == whole.lengths(field).tolist(), field.name


@pytest.mark.parametrize(
    ("ways", "found", "not_found"),
    [
        ((EXACT,), ["rivers", "stalker OR сталкер", "spider-man", "東京"], ["river"]),
        ((EXACT, STEM), ["river"], []),
        ((EXACT, FOLDED), ["naive", "spiderman"], []),
        ((EXACT, LATIN), ["tarkovsky", "stalker"], []),
    ],
    ids=["exact", "stem", "folded", "latin"],
)
def test_queries_find_what_the_ways_hold(
    tmp_path: Path, ways: tuple[str, ...], found: list[str], not_found: list[str]
) -> None:
    settings = settings_with(*ways, suggestions=False)
    built(tmp_path, settings)
    searcher = Searcher.open(tmp_path, settings)
    totals = {q: searcher.search(SearchRequest(q=q)).total for q in (*found, *not_found)}
    assert all(totals[q] for q in found), totals
    assert not any(searcher.search(SearchRequest(q=q, exact=True)).total for q in not_found), totals
    assert searcher.suggest("sp") == ()


def test_suggestions_left_out(tmp_path: Path) -> None:
    for suggestions in (True, False):
        settings = settings_with(*WAYS, suggestions=suggestions)
        built(tmp_path / str(suggestions), settings)
        searcher = Searcher.open(tmp_path / str(suggestions), settings)
        assert bool(searcher.suggest("spider")) is suggestions


def test_the_manifest_says_what_was_left_out(tmp_path: Path) -> None:
    settings = settings_with(EXACT, STEM, suggestions=False)
    built(tmp_path, settings)
    manifest = Searcher.open(tmp_path, settings).engine().manifest
    assert manifest.fingerprint == f"{analysis_fingerprint()}/without:folded,gram,latin,key,suggestions"
    assert status_values(manifest, (), settings.analysis.left_out)["analysis_changed"] is None
    told = status_values(manifest, ())["analysis_changed"]
    assert "without folded, gram, latin, key, suggestions" in told
    assert "the configuration is with all ways of matching" in told
    assert "indexer update" in told


def test_an_index_with_more_than_is_configured() -> None:
    told = analysis_difference(analysis_fingerprint(), ("gram",))
    assert told is not None
    assert "built with all ways of matching, the configuration is without gram" in told
    assert analysis_difference(analysis_fingerprint(("gram",)), ("gram",)) is None


def test_an_update_makes_the_index_as_it_is_configured(tmp_path: Path) -> None:
    built(tmp_path, settings_with(EXACT))
    report = update(Supply(), index=tmp_path, settings=Settings())
    assert (report.changed, report.unchanged) == (3, 0)
    assert Searcher.open(tmp_path, Settings()).engine().manifest.fingerprint == analysis_fingerprint()
    assert update(Supply(), index=tmp_path, settings=Settings()).unchanged == 3


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('ways = ["stem", "exact"]', Analysis((EXACT, STEM))),
        ('ways = ["key"]', Analysis((EXACT, KEY))),
        ("ways = []", Analysis((EXACT,))),
        ("suggestions = false", Analysis(suggestions=False)),
        ("", Analysis()),
    ],
)
def test_configured(tmp_path: Path, written: str, expected: Analysis) -> None:
    path = tmp_path / "search.toml"
    path.write_text(f"[analysis]\n{written}\n", encoding="utf-8")
    assert load_settings(path).analysis == expected


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('[analysis]\nways = ["stems"]', r"\[analysis\]: ways: unknown way 'stems'; did you mean 'stem'"),
        ('[analysis]\nways = ["sounds"]', "known: exact, folded, stem, gram, latin, key"),
        ('[analysis]\nways = "stem"', "must be a list of strings"),
        ("[analysis]\nsuggestions = 1", "must be a boolean"),
        ("[analysis]\nway = []", "unknown key 'way'; did you mean 'ways'"),
        ("analysis = 3", "must be a table"),
    ],
)
def test_wrongly_configured(tmp_path: Path, written: str, message: str) -> None:
    path = tmp_path / "search.toml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        load_settings(path)


def test_titles_may_be_said_to_be_in_the_language_of_their_documents() -> None:
    document = Document(
        "1", "Les quatre cents coups de la jeunesse", "A boy in Paris runs away to the sea.", language="en"
    )
    assert prepare(document, Settings()).title.language == "fr"
    settings = replace(Settings(), analysis=Analysis(title_languages=False))
    assert prepare(document, settings).title.language == "en"
    assert settings.analysis.left_out == ("title_languages",)
