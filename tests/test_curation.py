"""The admin's files of synonyms and pins: read, refused, kept in the generation, checked, rolled back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main
from indexer.pinned_file import read_pins
from indexer.synonyms_file import read_synonyms
from search.configuration import load_settings
from search.errors import ConfigurationError, IndexDamaged
from search.index.curation import (
    CURATION_NAME,
    NO_CURATION,
    WORDS,
    Curation,
    Pin,
    Pinned,
    SynonymSet,
    read_curation,
    write_curation,
)
from search.request import SearchRequest
from search.searcher import Searcher

ROWS = (
    {"id": "dog", "title": "The dog", "language": "en"},
    {"id": "hound", "title": "The hound", "language": "en"},
    {"id": "cat", "title": "The cat", "language": "en"},
)


# The files


def test_a_file_of_synonyms(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_bytes(
        "\ufeff# told\n\n dog,  hound ,dog\n[de]\nHandy، Mobiltelefon\n[ pt-BR ]\n"
        "nyc, big apple => new york\n[*]\n"
        "Crouching Tiger\\, Hidden Dragon => 臥虎藏龍\n映画、シネマ\r\n".encode()
    )
    assert read_synonyms(path) == (
        SynonymSet(("dog", "hound"), ("dog", "hound")),
        SynonymSet(("Handy", "Mobiltelefon"), ("Handy", "Mobiltelefon"), "de"),
        SynonymSet(("nyc", "big apple"), ("new york",), "pt"),
        SynonymSet(("Crouching Tiger, Hidden Dragon",), ("臥虎藏龍",)),
        SynonymSet(("映画", "シネマ"), ("映画", "シネマ")),
    )


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("dog, hound\ndog", 2, "'dog' stands alone"),
        ("dog, hound,", 1, "a synonym is empty"),
        ("\n\n=> hound", 3, "a synonym is empty"),
        ("dog =>", 1, "a synonym is empty"),
        ("a => b => c", 1, "more than one =>"),
        ("dog => dog", 1, "nothing but what is before it"),
        ("dog, ---", 1, "'---' has no letters or digits"),
        ("[xx]\ndog, hound", 1, "[xx]: not in the language table"),
        ("one two three four five six seven eight nine, ten", 1, "more than 8 words"),
        (",".join(f"word{number}" for number in range(51)), 1, "more than 50 synonyms"),
    ],
)
def test_synonyms_that_are_refused(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_synonyms(path)
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert reason in str(raised.value)


def test_synonyms_that_are_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_bytes("dog, hound\ncafé, tearoom\n".encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"synonyms\.txt:2: not UTF-8"):
        read_synonyms(path)


def test_a_file_of_pins(tmp_path: Path) -> None:
    path = tmp_path / "pinned.toml"
    path.write_text(
        '[[pinned]]\nquery = "dog"\n'
        'documents = ["a", {id = "b", position = 1}, "c", {id = "d", position = 7}]\n'
        '[[pinned]]\nqueries = ["x", "y"]\nmatch = "words"\nlanguage = "de"\ndocuments = ["a"]\n',
        encoding="utf-8",
    )
    assert read_pins(path) == (
        Pin(("dog",), (Pinned("b", 1), Pinned("a", 2), Pinned("c", 3), Pinned("d", 7))),
        Pin(("x", "y"), (Pinned("a", 1),), WORDS, "de"),
    )


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("[[pinned]\n", "", "line 1"),
        ('[[pinned]]\nquery = "a"\n', ":1", "documents must be a list"),
        (
            '\n[[pinned]]\nquery = "a"\ndocuments = ["b"]\n\n[[pinned]]\ndocuments = ["b"]',
            ":6",
            "either query or",
        ),
        ('[[pinned]]\nquery = "a"\nqueries = ["b"]\ndocuments = ["b"]', ":1", "either query or queries"),
        ('[[pinned]]\nquery = "..."\ndocuments = ["b"]', ":1", "no letters or digits"),
        (
            '[[pinned]]\nquery = "a"\ndocument = ["b"]',
            ":1",
            "unknown key 'document'; did you mean 'documents'",
        ),
        ('[[pinned]]\nquery = "a"\ndocuments = ["b", "b"]', ":1", "'b' is pinned twice"),
        ('[[pinned]]\nquery = "a"\ndocuments = [3]', ":1", "a document is an id or"),
        (
            '[[pinned]]\nquery = "a"\ndocuments = [{id = "b", position = 0}]',
            ":1",
            "position must be a number",
        ),
        (
            '[[pinned]]\nquery = "a"\ndocuments = [{id = "b", position = 2}, {id = "c", position = 2}]',
            ":1",
            "two documents at position 2",
        ),
        ('[[pinned]]\nquery = "a"\nmatch = "all"\ndocuments = ["b"]', ":1", "match must be"),
        ('[[pinned]]\nquery = "a"\nlanguage = "xx"\ndocuments = ["b"]', ":1", "not in the language table"),
        ('pinned = [{query = "a", documents = []}]', ": pinned[1]", "documents must be a list"),
        ('[other]\nquery = "a"', "", "unknown key 'other'"),
    ],
)
def test_pins_that_are_refused(tmp_path: Path, text: str, place: str, reason: str) -> None:
    path = tmp_path / "pinned.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_pins(path)
    assert str(raised.value).startswith(f"{path}{place}: ")
    assert reason in str(raised.value)


# In a generation


def test_what_is_written_is_read(tmp_path: Path) -> None:
    curation = Curation(
        (SynonymSet(("犬", "dog"), ("犬", "dog"), "ja"), SynonymSet(("a",), ("b c",))),
        (Pin(("x",), (Pinned("é", 3),), WORDS, "de"),),
    )
    write_curation(tmp_path, curation)
    assert read_curation(tmp_path) == curation


def test_nothing_is_written_of_nothing(tmp_path: Path) -> None:
    write_curation(tmp_path, NO_CURATION)
    assert list(tmp_path.iterdir()) == []
    assert read_curation(tmp_path) == NO_CURATION


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"version": 2, "synonyms": [], "pins": []}',
        '{"version": 1, "pins": []}',
        '{"version": 1, "synonyms": [{"of": "dog", "mean": [], "language": ""}], "pins": []}',
        '{"version": 1, "synonyms": [], "pins": [{"queries": [], "documents": [], "match": 1}]}',
    ],
)
def test_what_was_not_written_is_damage(tmp_path: Path, text: str) -> None:
    (tmp_path / CURATION_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(IndexDamaged, match=CURATION_NAME):
        read_curation(tmp_path)


# By the command


class Site:
    """A folder with sources, search.toml and the admin's files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("rows.jsonl", "".join(json.dumps(row) + "\n" for row in ROWS))
        self.write("search.toml", 'synonyms = "synonyms.txt"\npinned = "pinned.toml"\n')
        self.write("synonyms.txt", "dog, hound\n")
        self.write("pinned.toml", "")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def run(self, *arguments: str, status: int = 0) -> Result:
        options = [
            "--index",
            str(self.folder / "index"),
            "--config",
            str(self.folder / "search.toml"),
            "--quiet",
        ]
        result = CliRunner().invoke(main, [*arguments, *options])
        assert result.exit_code == status, result.output
        return result

    def index(self, command: str = "update", **more: int) -> Result:
        return self.run(command, str(self.folder / "rows.jsonl"), **more)

    def found(self, query: str) -> list[str]:
        answer = json.loads(self.run("search", query, "--json").stdout)
        return [hit["id"] for hit in answer["hits"]]

    def status(self) -> dict[str, object]:
        values = json.loads(self.run("status", "--json").stdout)
        return {name: values[name] for name in ("generation", "synonyms", "pinned")}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.index("build")
    return made


def test_a_changed_file_is_a_new_generation_of_the_same_segments(site: Site) -> None:
    assert site.found("dog") == ["dog", "hound"]
    assert site.status() == {"generation": "000001", "synonyms": 1, "pinned": 0}
    assert "nothing changed" in site.index().stdout or "3 unchanged" in site.index().stdout
    assert site.status()["generation"] == "000001"

    site.write("synonyms.txt", "dog, hound\ndog, cat\n")
    assert "3 unchanged" in site.index().stdout
    assert site.status() == {"generation": "000002", "synonyms": 2, "pinned": 0}
    assert sorted(site.found("dog")) == ["cat", "dog", "hound"]
    segments = [
        # A name is given to one segment only.
        {path.name for path in (site.folder / "index/generations" / name).glob("*.mls")}
        for name in ("000001", "000002")
    ]
    assert segments[0] == segments[1]
    site.run("check")

    site.run("rollback")
    assert site.found("dog") == ["dog", "hound"]


def test_pins_by_update_and_unknown_ids(site: Site) -> None:
    site.write("pinned.toml", '[[pinned]]\nquery = "dog"\ndocuments = ["cat", "wolf"]\n')
    result = site.index()
    assert "pinned: no document has the id 'wolf'" in result.stderr
    assert site.found("dog") == ["cat", "dog", "hound"]
    assert site.status() == {"generation": "000002", "synonyms": 1, "pinned": 1}


def test_a_deletion_keeps_what_is_live(site: Site) -> None:
    site.write("synonyms.txt", "this would be\nrefused")
    site.run("delete", "cat")
    assert site.status() == {"generation": "000002", "synonyms": 1, "pinned": 0}
    assert site.found("dog") == ["dog", "hound"]
    site.run("check")


def test_without_files_there_is_nothing(site: Site) -> None:
    site.write("search.toml", "")
    site.index()
    assert site.status() == {"generation": "000002", "synonyms": 0, "pinned": 0}
    assert site.found("dog") == ["dog"]
    assert not (site.folder / "index/generations/000002" / CURATION_NAME).exists()


@pytest.mark.parametrize("command", ["build", "update"])
@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("synonyms.txt", "dog, hound\nhound\n", "synonyms.txt:2: 'hound' stands alone"),
        ("pinned.toml", '[[pinned]]\nquery = "dog"\n', "pinned.toml:1: documents must be a list"),
        ("search.toml", 'synonyms = "other.txt"\n', "other.txt: there is no such file of synonyms"),
        ("search.toml", "synonyms = 3\n", "search.toml: synonyms must be a string"),
    ],
)
def test_a_bad_file_changes_nothing(site: Site, command: str, name: str, text: str, reason: str) -> None:
    good = (site.folder / "search.toml").read_text(encoding="utf-8")
    site.write(name, text)
    assert reason in site.index(command, status=2).stderr
    site.write("search.toml", good)
    assert site.found("dog") == ["dog", "hound"]
    assert site.status()["generation"] == "000001"


def test_check_finds_a_changed_file(site: Site) -> None:
    path = site.folder / "index/generations/000001" / CURATION_NAME
    path.write_text(path.read_text(encoding="utf-8").replace("hound", "bound"), encoding="utf-8")
    assert f"{CURATION_NAME}: content differs from its checksum" in site.run("check", status=1).stdout


def test_a_running_searcher_takes_up_new_synonyms(site: Site) -> None:
    searcher = Searcher.open(site.folder / "index", load_settings(site.folder / "search.toml"))
    assert searcher.search(SearchRequest(q="cat")).total == 1
    site.write("synonyms.txt", "cat, dog, hound\n")
    site.index()
    assert searcher.search(SearchRequest(q="cat")).total == 3


def test_a_dump_is_restored_with_the_synonyms_of_the_configuration(site: Site) -> None:
    site.run("dump", str(site.folder / "all.dump"))
    site.write("synonyms.txt", "cat, dog\n")
    site.run("restore", str(site.folder / "all.dump"))
    assert site.found("cat") == ["cat", "dog"]
