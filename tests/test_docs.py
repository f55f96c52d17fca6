"""Do the documents say what the program does? Tables, commands, paths and links are compared with it.

When a test here fails, the program changed and its page did not (or the other way round).
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from indexer import cli
from indexer.cli import main
from indexer.document import Refusal
from indexer.extract import EXTRACTORS
from indexer.languages_page import page
from search.configuration import Facet, Settings, SortKey, load_settings
from search.index.codec.arrays import ArrayFile
from search.index.generations import Generations
from search.index.schema import FIELDS, WAYS
from search.query import guard
from search.query.parser import parse
from search.request import Range, SearchRequest
from search.searcher import Searcher
from web import create_app
from web.settings import VARIABLES, WebSettings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "benchmarks" / "README.md"],
    key=lambda path: path.as_posix(),
)
PAGE_IDS = [path.relative_to(ROOT).as_posix() for path in PAGES]
EXAMPLE = DOCS / "search.example.toml"

_LINK = re.compile(r"\[[^\]\[]+\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"\d+\.\d+")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def rows(path: Path, columns: int) -> Iterator[list[str]]:
    """Cells of every table row of so many columns, header lines included."""
    for line in text_of(path).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == columns and not set("".join(cells)) <= set("-: "):
            yield cells


def section(path: Path, heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text_of(path), re.MULTILINE | re.DOTALL)
    assert found, f"{path.name} has no section {heading!r}"
    return found[1]


# README


def transcript() -> list[tuple[str, list[str]]]:
    """(command, its output lines) of the README's first console block."""
    block = re.search(r"^```console\n(.*?)^```", text_of(ROOT / "README.md"), re.MULTILINE | re.DOTALL)
    assert block
    commands: list[tuple[str, list[str]]] = []
    for line in block[1].splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        else:
            commands[-1][1].append(line)
    return commands


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection of `make run`, indexed as it does."""
    folder: Path = tmp_path_factory.mktemp("readme") / "index"
    built = CliRunner().invoke(main, ["build", str(ROOT / "sample_docs"), "--index", str(folder), "--quiet"])
    assert built.exit_code == 0, built.output
    return folder


@pytest.fixture(scope="module")
def client(index: Path) -> FlaskClient:
    return create_app(WebSettings(index=index), Searcher.open).test_client()


def test_readme_opens_with_one_sentence_and_two_commands() -> None:
    head = text_of(ROOT / "README.md").splitlines()[:25]
    assert any(line.strip().startswith("make run") for line in head)
    assert any(line.strip().startswith("make test") for line in head)
    makefile = text_of(ROOT / "Makefile")
    assert "\nrun:" in makefile
    assert "\ntest:" in makefile
    first = "\n".join(head).split("\n\n")[1]
    assert first.count(". ") == 0
    assert first.endswith(".")


@pytest.mark.parametrize(("command", "printed"), transcript(), ids=lambda value: str(value)[:50])
def test_readme_transcript_is_what_happens(
    command: str, printed: list[str], index: Path, client: FlaskClient
) -> None:
    """All but milliseconds and scores, which depend on the machine and on the rest of the collection."""
    words, _, limit = command.partition(" | head -")
    program, *arguments = shlex.split(words)
    if program == "curl":
        address = urlsplit(arguments[-1])
        output = client.get(f"{address.path}?{address.query}").get_data(as_text=True)
    else:
        assert program == ".venv/bin/indexer"
        output = CliRunner().invoke(main, [*arguments, "--index", str(index)]).stdout
    lines = output.splitlines()[: int(limit) if limit else None]
    assert [_NUMBER.sub("N", line) for line in lines] == [_NUMBER.sub("N", line) for line in printed]


_FINDS = [
    (typed.strip("`"), title.strip("*"))
    for typed, title, _ in rows(ROOT / "README.md", 3)
    if typed.startswith("`") and title.startswith("*") and not title.startswith("**")
]


@pytest.mark.parametrize(("typed", "title"), _FINDS, ids=[typed for typed, _ in _FINDS])
def test_readme_table_is_what_a_visitor_finds(typed: str, title: str, client: FlaskClient) -> None:
    answer = client.get("/api/v1/search", query_string={"q": typed}).get_json()
    assert [hit["title"] for hit in answer["hits"][:1]] == [title]


def test_readme_names_every_route_and_every_format(client: FlaskClient) -> None:
    readme = text_of(ROOT / "README.md")
    for rule in client.application.url_map.iter_rules():
        # Meilisearch's routes have a page of their own (test_meilisearch_api.py).
        if rule.endpoint != "static" and not rule.endpoint.startswith("meilisearch."):
            assert re.sub(r"<[^>]*?(?:document_id|id)>", "<id>", rule.rule) in readme, rule.rule
    for suffix in EXTRACTORS:
        assert f"`{suffix}`" in readme


# Commands

COMMANDS = sorted(main.commands.items())
COMMON = {"--index", "--config", "--engine", "--engine-url", "--quiet", "--json", "--help"}


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_command_has_help_and_a_section_with_all_its_options(name: str, command: click.Command) -> None:
    assert command.help
    told = section(DOCS / "commands.md", f"indexer {name}")
    assert f"\n    indexer {name} " in told or f"\n    indexer {name}\n" in told
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            for option in parameter.opts:
                assert option in COMMON or f"`{option}" in told, f"{option} is not described"


def test_every_exit_status_is_documented() -> None:
    told = {cells[0] for cells in rows(DOCS / "commands.md", 2)}
    statuses = {0, cli.REFUSED, cli.WRONG_USE, cli.LOCKED, cli.UNREADABLE, cli.STORAGE, cli.INTERRUPTED}
    assert {str(status) for status in statuses} <= told


def test_commands_page_describes_common_options_and_no_command_that_is_not_there() -> None:
    common = section(DOCS / "commands.md", "Options of every command")
    for option in COMMON:
        assert f"`{option}" in common
    described = set(re.findall(r"^## indexer (\w+)$", text_of(DOCS / "commands.md"), re.MULTILINE))
    assert described == set(main.commands)


def test_what_is_called_not_there_yet_is_not_there() -> None:
    missing = section(DOCS / "commands.md", "Not there yet")
    for name in re.findall(r"`indexer (\w+)`", missing):
        assert name not in main.commands
        assert name in section(ROOT / "README.md", "Limits")


@pytest.mark.parametrize("path", PAGES, ids=PAGE_IDS)
def test_commands_that_are_shown_exist(path: Path) -> None:
    missing = re.findall(r"`indexer (\w+)`", section(DOCS / "commands.md", "Not there yet"))
    for name in re.findall(r"(?:`|^ {4}|bin/)indexer ([a-z]\w+)", text_of(path), re.MULTILINE):
        assert name in main.commands or name in missing


# Configuration


@pytest.mark.parametrize("name", VARIABLES)
def test_variable_is_documented_as_the_program_says(name: str) -> None:
    assert [f"`{name}`", VARIABLES[name]] in list(rows(DOCS / "configuration.md", 2))


def test_no_other_variable_is_documented() -> None:
    told = {cells[0] for cells in rows(DOCS / "configuration.md", 2)} - {"variable"}
    assert told == {f"`{name}`" for name in VARIABLES}


@pytest.mark.parametrize("kind", [Settings, Facet, SortKey], ids=lambda kind: kind.__name__)
def test_every_setting_is_documented_with_its_default(kind: type) -> None:
    told = {cells[0]: cells for cells in rows(DOCS / "configuration.md", 4)}
    for one in fields(kind):
        cells = told[f"`{one.name}`"] if kind is Settings else _row_of(kind, one.name)
        if isinstance(one.default, str | bool):
            assert cells[3] == f"`{json.dumps(one.default)}`", one.name
        elif one.default is MISSING:
            assert cells[3] == "required"


def _row_of(kind: type, name: str) -> list[str]:
    heading = "[[facets]]" if kind is Facet else "[[sort_keys]]"
    part = text_of(DOCS / "configuration.md").split(f"### `{heading}`")[1].split("\n#")[0]
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if cells and cells[0] == f"`{name}`":
            return cells
    raise AssertionError(f"{heading} has no row for {name}")


RECIPES = (
    {"id": "ragu", "title": "Ragù alla bolognese", "language": "it", "course": "Primo", "country": "IT",
     "ingredients": ["carne macinata", "pomodori"], "minutes": 180, "rating": 4.8},
    {"id": "borsch", "title": "Борщ", "original_language": "uk", "courses": ["Soup"], "country": "UA",
     "ingredients": ["буряки", "капуста"], "total_time": "90", "rating": 4.6},
    {"id": "omelette", "title": "Omelette", "text": "Beat two eggs.", "meal": "Breakfast", "minutes": 5,
     "tips": "Butter burns quickly.", "rating": 4.1},
)  # fmt: skip


def test_example_configuration_makes_another_collection(tmp_path: Path) -> None:
    settings = load_settings(EXAMPLE)
    source = tmp_path / "recipes.jsonl"
    source.write_text("\n".join(map(json.dumps, RECIPES)), encoding="utf-8")
    folder = tmp_path / "index"
    built = CliRunner().invoke(
        main, ["build", str(source), "--index", str(folder), "--config", str(EXAMPLE), "--quiet"]
    )
    assert built.exit_code == 0, built.output
    searcher = Searcher.open(folder, settings)

    def found(request: SearchRequest) -> list[str]:
        return [hit.id for hit in searcher.search(request).hits]

    assert found(SearchRequest(q="pomodoro")) == ["ragu"], "an ingredient is searched, in its inflections"
    assert found(SearchRequest(q="borshch")) == ["borsch"]
    assert found(SearchRequest(q="butter")) == ["omelette"], "tips are searched"
    assert found(SearchRequest(filters={"minutes": (Range(high=90),)}, sort="minutes")) == [
        "omelette",
        "borsch",
    ]
    assert found(SearchRequest()) == ["ragu", "borsch", "omelette"], "the best rated first"
    facets = searcher.search(SearchRequest(facets=("*",))).facets
    assert {value.value for value in facets["course"]} == {"Primo", "Soup", "Breakfast"}
    assert {value.label for value in facets["country"]} == {"Italy", "Ukraine"}
    assert searcher.search(SearchRequest()).facets.keys() == {
        one.name for one in settings.facets if one.shown
    }


def test_example_configuration_says_every_key() -> None:
    example = text_of(EXAMPLE)
    for one in fields(Settings):
        assert one.name in example or one.name == "skip_articles", one.name
    for one in (*fields(Facet), *fields(SortKey)):
        assert re.search(rf"^{one.name} = ", example, re.MULTILINE), one.name
    assert load_settings(EXAMPLE).facet("language"), "queries are stemmed by this column"


# Reference pages


def test_languages_page_is_what_the_program_prints() -> None:
    assert text_of(DOCS / "languages.md") == page(), "run `make languages`"


@pytest.mark.parametrize(
    "name", [one for one in vars(guard) if re.match("(MOST|LONGEST|DEEPEST|SHORTEST)_", one)]
)
def test_query_limits_are_documented(name: str) -> None:
    assert [str(getattr(guard, name)), f"`{name}`"] in [
        cells[1:] for cells in rows(DOCS / "query-syntax.md", 3)
    ]


_SAME = [
    [cell.strip("`") for cell in cells]
    for cells in rows(DOCS / "query-syntax.md", 2)
    if cells[0].startswith("`") and cells[1].startswith("`")
]


@pytest.mark.parametrize(("one", "other"), _SAME, ids=[one for one, _ in _SAME])
def test_queries_that_are_called_the_same_are_the_same(one: str, other: str) -> None:
    assert parse(one, {"title"}) == parse(other, {"title"})


def test_index_format_page_lists_the_arrays_of_a_real_segment(index: Path) -> None:
    generations = Generations(index)
    (segment,) = generations.path(generations.live()).glob("*.mls")
    file = ArrayFile(segment)
    written = {(_general(name), file[name].dtype.name) for name in file.names()}
    told = {(cells[0].strip("`"), cells[1]) for cells in rows(DOCS / "index-format.md", 3)} - {
        ("array", "dtype")
    }
    assert told == written


def _general(name: str) -> str:
    """The name with what differs between fields, ways and keys put in capitals, as the page writes it."""
    first, _, rest = name.partition("/")
    if first in {one.name for one in FIELDS}:
        return f"FIELD/{rest}"
    if first == "lexicon":
        way, _, part = rest.partition("/")
        assert way in WAYS
        return f"lexicon/WAY/{part}"
    if first in ("value", "number"):
        _, slash, part = rest.partition("/")
        return f"{first}/NAME{slash}{part}"
    if first == "spelling" and rest.endswith(("/start", "/signs")):
        return f"spelling/LIST/{rest.rpartition('/')[2]}"
    return name


# Every page


@pytest.mark.parametrize("path", PAGES, ids=PAGE_IDS)
def test_links_lead_somewhere(path: Path) -> None:
    broken = []
    for target in _LINK.findall(_FENCE.sub("", text_of(path))):
        place, _, anchor = target.partition("#")
        if urlsplit(target).scheme:
            continue
        found = (path.parent / place) if place else path
        if not found.exists() or (anchor and anchor not in _anchors(found)):
            broken.append(target)
    assert broken == []


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


_OWN_PATH = re.compile(r"`((?:search|indexer|web|tests|docs|benchmarks|\.ci)/[\w./*-]*)`")


@pytest.mark.parametrize("path", PAGES, ids=PAGE_IDS)
def test_files_that_are_named_exist(path: Path) -> None:
    named = set(_OWN_PATH.findall(text_of(path)))
    # A file that the reader is told to make.
    named.discard("search/analysis/stop_words/lad.txt")
    assert [one for one in sorted(named) if not any(ROOT.glob(one))] == []


def test_refusals_read_as_the_documents_say() -> None:
    assert str(Refusal("films.csv", 3, "has no title")) == "films.csv:3: has no title"
