"""A collection out to one file and in again: everything of it, from older versions too, or nothing."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from indexer.cli import main
from indexer.curation import pins_text, synonyms_text, write_curation_files
from indexer.document import Refusal
from indexer.dump import DumpFeed, dump, read_head
from indexer.pinned_file import read_pins
from indexer.synonyms_file import read_synonyms
from search.errors import ConfigurationError
from search.index.curation import WHOLE, WORDS, Curation, Pin, Pinned, SynonymSet
from search.index.generations import Generations

ROWS: tuple[dict[str, Any], ...] = (
    {"id": "treno", "title": "Il treno va a Mosca", "text": "Tre amici partono in treno.", "year": 2013,
     "genre": ["Documentary"], "people": [{"name": "Federico Ferrone", "role": "director"}]},
    {"id": "lobanov", "title": "Лобанов", "language": "ru", "also_known_as": ["Lobanovsky", "Лобановський"]},
    {"id": "kafa", "title": "Kafa", "language": "tlh", "date": "1999-05-03", "rating": 7.5},
    {"id": "cafe", "title": "Cafe\u0301", "text": "Een verhaal over koffie en regen.", "url": "https://x.example"},
)  # fmt: skip
SYNONYMS = "dog, hound\nnyc => new york\n[de]\nHandy, Mobiltelefon\\, tragbar\n[*]\nkot, кот\n"
PINS = (
    '[[pinned]]\nquery = "treno"\ndocuments = ["lobanov", {id = "treno", position = 5}]\n'
    '[[pinned]]\nqueries = ["a \\"b\\"", "c\\\\d"]\nmatch = "words"\nlanguage = "it"\ndocuments = ["kafa"]\n'
)


class Site:
    """Sources, a configuration, an index and a dump of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.dumped = folder, folder / "all.dump"
        (folder / "rows.jsonl").write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8"
        )
        (folder / "synonyms.txt").write_text(SYNONYMS, encoding="utf-8")
        (folder / "pinned.toml").write_text(PINS, encoding="utf-8")
        (folder / "search.toml").write_text('synonyms = "synonyms.txt"\npinned = "pinned.toml"\n')
        (folder / "bare.toml").write_text("")
        self.run("build", str(folder / "rows.jsonl"))
        self.run("dump", str(self.dumped))

    def run(
        self, *arguments: str, index: str = "index", config: str = "search.toml", status: int | None = 0
    ) -> Result:
        options = ["--index", str(self.folder / index), "--config", str(self.folder / config), "--quiet"]
        result = CliRunner().invoke(main, [*arguments, *options])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert status is None or result.exit_code == status, result.output
        return result

    def status(self, index: str = "index") -> dict[str, Any]:
        values: dict[str, Any] = json.loads(self.run("status", "--json", index=index).stdout)
        return values

    def stored(self, index: str = "index") -> dict[str, dict[str, Any]]:
        """Everything that is kept of each document, without what only dates it."""
        again = self.folder / f"{index}.again"
        dump(self.folder / index, again)
        return {row["id"]: row for row in rows_of(again)[2:]}

    def rewrite(self, change: Callable[[list[dict[str, Any]]], list[Any]]) -> None:
        lines = change(rows_of(self.dumped))
        with gzip.open(self.dumped, "wt", encoding="utf-8") as file:
            for line in lines:
                file.write((line if isinstance(line, str) else json.dumps(line)) + "\n")


def rows_of(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_everything_comes_back(site: Site) -> None:
    site.run("restore", str(site.dumped), index="other", config="bare.toml")
    assert site.stored("other") == site.stored()
    for name in ("documents", "languages", "synonyms", "pinned", "fingerprint"):
        assert site.status("other")[name] == site.status()[name], name
    assert site.status("other")["synonyms"] == 4
    answers = [site.run("search", "treno", "--json", index=index).stdout for index in ("index", "other")]
    assert json.loads(answers[0])["hits"] == json.loads(answers[1])["hits"]
    site.run("check", index="other")


def test_decisions_are_kept_unless_asked_otherwise(site: Site) -> None:
    def misjudge(rows: list[dict[str, Any]]) -> list[Any]:
        rows[2]["language_decision"] |= {"code": "fi", "reason": "by hand", "confidence": 0.5, "title": "et"}
        return rows

    site.rewrite(misjudge)
    site.run("restore", str(site.dumped), index="kept")
    site.run("restore", str(site.dumped), "--redetect", index="anew")
    assert site.stored("kept")["treno"]["language_decision"] == {
        "code": "fi", "reason": "by hand", "confidence": 0.5, "title": "et", "other_titles": []
    }  # fmt: skip
    assert site.stored("anew")["treno"]["language_decision"]["code"] == "it"


def test_an_update_after_a_restore_knows_the_documents(site: Site) -> None:
    site.run("restore", str(site.dumped), index="other")
    source = site.folder / "rows.jsonl"
    report = json.loads(site.run("update", str(source), "--json", index="other").stdout)
    # One title was not composed in the source: what is stored is.
    assert (report["unchanged"], report["changed"], report["deleted"]) == (3, 1, 0)
    source.write_text(json.dumps(ROWS[0]) + "\n")
    report = json.loads(site.run("update", str(source), "--json", index="other").stdout)
    assert (report["unchanged"], report["deleted"]) == (1, 3), "what vanished from its file is known"


def test_a_dump_of_version_1_is_read(site: Site) -> None:
    def as_it_was(rows: list[dict[str, Any]]) -> list[Any]:
        old: list[Any] = [{"format": rows[0]["format"], "version": 1, "documents": rows[0]["documents"]}]
        for row in rows[2:]:
            decision = row["language_decision"]
            row = {key: value for key, value in row.items() if key != "origin"}
            old.append({**row, "language_decision": {key: decision[key] for key in ("code", "reason")}})
        return old

    site.rewrite(as_it_was)
    assert read_head(site.dumped).version == 1
    site.run("restore", str(site.dumped), index="other")
    assert site.status("other")["documents"] == 4
    assert site.status("other")["languages"] == site.status()["languages"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: [{**rows[0], "version": 3}, *rows[1:]], ":1: version 3, this software reads 1, 2"),
        (lambda rows: [{"a": 1}, *rows], ":1: not a dump of this service"),
        (lambda rows: [[], *rows], ":1: not a dump of this service"),
        (lambda rows: [{**rows[0], "documents": "4"}, *rows[1:]], ":1: does not say how many documents"),
        (lambda rows: [rows[0], *rows[2:]], ":2: not synonyms and pinned results"),
        (lambda rows: [rows[0], {"curation": {"version": 9}}, *rows[2:]], ":2: not synonyms and pinned"),
        (lambda rows: rows[:-1], ":5: holds 3 documents, its first line says 4"),
        (lambda rows: [*rows, rows[-1]], ":7: holds 5 documents"),
        (lambda rows: [*rows[:3], '{"id": "x', *rows[4:]], ":4: not a dumped document"),
        (lambda rows: [*rows[:3], "[]", *rows[4:]], ":4: not a dumped document"),
        (lambda rows: [*rows[:3], {**rows[3], "id": 7}, *rows[4:]], ":4: not a dumped document"),
        (lambda rows: [*rows[:3], {**rows[3], "title": ["x"]}, *rows[4:]], ":4: not a dumped document"),
        (lambda rows: [*rows[:3], {**rows[3], "fields": []}, *rows[4:]], ":4: not a dumped document"),
        (lambda rows: [*rows[:3], {**rows[3], "fields": {"people": 3}}, *rows[4:]], ":4: not a dumped"),
        (lambda rows: [*rows[:3], {**rows[3], "language_decision": {}}, *rows[4:]], ":4: not a dumped"),
    ],
    ids=["version", "format", "list", "count", "no-curation", "curation", "short", "long", "torn", "no-row",
         "id", "title", "fields", "people", "decision"],
)  # fmt: skip
def test_a_damaged_dump_names_the_line_and_changes_nothing(
    site: Site, change: Callable[[list[dict[str, Any]]], list[Any]], told: str
) -> None:
    site.rewrite(change)
    result = site.run("restore", str(site.dumped), status=2)
    assert f"{site.dumped}{told}" in result.stderr
    generations = Generations(site.folder / "index")
    assert (generations.live(), generations.finished(), generations.litter()) == ("000001", ["000001"], [])
    assert site.status()["documents"] == 4


def test_any_damage_to_the_bytes_is_told_or_harmless(site: Site) -> None:
    """Flips, cuts and zeroes at seeded places: gzip's checksum finds what JSON would not."""
    source, whole = random.Random(6), site.dumped.read_bytes()
    expected = site.stored()
    for _ in range(60):
        data = bytearray(whole)
        place = source.randrange(len(data))
        match source.randrange(3):
            case 0:
                data[place] ^= 1 << source.randrange(8)
            case 1:
                del data[place:]
            case _:
                data[place : place + 8] = bytes(8)
        site.dumped.write_bytes(data)
        result = site.run("restore", str(site.dumped), index="other", status=None)
        if result.exit_code == 0:
            assert site.stored("other") == expected, "only parts of the header that mean nothing may differ"
        else:
            assert result.exit_code == 2
            assert str(site.dumped) in result.stderr


def test_what_can_be_read_is_salvaged_if_asked(site: Site) -> None:
    site.rewrite(lambda rows: [*rows[:3], "nonsense", *rows[4:-1]])
    result = site.run("restore", str(site.dumped), "--salvage", index="other", status=1)
    assert f"{site.dumped}:4: not a dumped document" in result.stderr
    assert "what follows is lost" in result.stderr
    assert site.status("other")["documents"] == 2


def test_a_dump_is_whole_or_not_there(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    target = site.folder / "second.dump"
    monkeypatch.setattr("indexer.dump.os.fsync", fail)
    result = site.run("dump", str(target), status=5)
    assert "No space left on device" in result.stderr
    assert list(site.folder.glob("second*")) == []


def test_a_dump_of_a_folder_or_nothing(site: Site) -> None:
    assert site.run("restore", str(site.folder), status=2).stderr.count(str(site.folder)) == 1
    assert "No such file" in site.run("restore", str(site.folder / "none"), status=2).stderr


# Synonyms and pins


def test_the_files_of_the_configuration_win(site: Site) -> None:
    (site.folder / "synonyms.txt").write_text("one, two\n")
    result = site.run("restore", str(site.dumped))
    assert "synonyms: those of the configuration are used, the dump holds others" in result.stderr
    assert site.status()["synonyms"] == 1


def test_what_no_file_holds_is_told_and_can_be_had(site: Site) -> None:
    files = site.folder / "files"
    result = site.run("restore", str(site.dumped), "--curation", str(files), index="o", config="bare.toml")
    assert "4 sets of synonyms come from the dump" in result.stderr
    assert read_synonyms(files / "synonyms.txt") == read_synonyms(site.folder / "synonyms.txt")
    assert read_pins(files / "pinned.toml") == read_pins(site.folder / "pinned.toml")


def test_files_are_never_replaced(tmp_path: Path) -> None:
    curation = Curation((SynonymSet(("a", "b"), ("a", "b")),))
    assert [path.name for path in write_curation_files(curation, tmp_path)] == ["synonyms.txt"]
    with pytest.raises(FileExistsError):
        write_curation_files(curation, tmp_path)


@pytest.mark.parametrize("seed", range(20))
def test_files_read_as_they_were_written(tmp_path: Path, seed: int) -> None:
    source = random.Random(seed)
    letters = "abcé犬 \"\\,[]{}=#\x7f'😀"

    def word() -> str:
        return " ".join(("w" + "".join(source.choices(letters, k=4)) + "z").replace("\\,", ",").split())

    def words() -> tuple[str, ...]:
        return tuple(dict.fromkeys(word() for _ in range(source.randrange(2, 5))))

    synonyms = tuple(
        SynonymSet(one, one, source.choice(("", "de", "it")))
        for one in (words() for _ in range(5))
        if len(one) > 1
    )
    synonyms += tuple(replace(one, mean=(*words(), "w9")) for one in synonyms[:2])
    (tmp_path / "s.txt").write_text(synonyms_text(synonyms), encoding="utf-8")
    assert read_synonyms(tmp_path / "s.txt") == synonyms
    pins = tuple(
        Pin(words(), (Pinned(word(), 1), Pinned(word() + "!", 3)), source.choice((WHOLE, WORDS)), "de")
        for _ in range(3)
    )
    (tmp_path / "p.toml").write_text(pins_text(pins), encoding="utf-8")
    assert read_pins(tmp_path / "p.toml") == pins


def test_a_feed_tells_its_place(site: Site) -> None:
    refusals: list[Refusal] = []
    fed = list(DumpFeed(site.dumped, refusals.append))
    assert [document.origin for document, _ in fed] == [f"{site.dumped}:{line}" for line in range(3, 7)]
    assert {origin for _, origin in fed} == {str(site.folder / "rows.jsonl")}
    site.dumped.write_text("not gzip")
    with pytest.raises(ConfigurationError, match=r"all\.dump:1: not a whole dump"):
        read_head(site.dumped)
