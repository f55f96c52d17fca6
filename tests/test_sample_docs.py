"""Is the folder `sample_docs` what its README says? Read with the plain readers of the formats.

Nothing of the indexer is used here but the rule for ids made from paths, which is told again in
`derived_id`: the sample must be valid for any program, not only for ours.
"""

from __future__ import annotations

import csv
import gzip
import html.parser
import io
import json
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[1] / "sample_docs"
NOT_DOCUMENTS = {"queries.tsv", "qrels.tsv", "README.md"}
OTHER_ENCODINGS = {
    "solyaris.txt": "windows-1251",
    "ugetsu-monogatari.txt": "shift_jis",
    "pote-tin-kyriaki.txt": "utf-16",
    "korea-classics.csv": "euc-kr",
}
# Films that the example pages of the project name: a visitor who has seen those pages looks for them.
NAMED_ELSEWHERE = (
    "Il treno va a Mosca",
    "Reality Winner",
    "Jean-Luc Mélenchon, l’homme qui avançait à contre-courant",
    "Served Like a Girl",
    "Trumped: Inside the Greatest Political Upset of All Time",
    "Fahrenheit 9/11",
    "An Inconvenient Truth",
    "Theory and Practice: Conversations with Noam Chomsky and Howard Zinn",
    "La Sixième Face du Pentagone",
    "Лобанов",
    "The Corporation",
    "CORONA.FILM - Prolog",
    "Você Também Pode Dar um Presunto Legal",
    "Queen of New York",
    "George Carlin: Life Is Worth Losing",
    "Star Trek Into Darkness",
    "Fantozzi contro tutti",
    "犬夜叉 紅蓮の蓬莱島",
    "Hellboy",
    "El día de la bestia",
    "Sorority Wars",
    "The Smurfs 2",
    "Rise of the Planet of the Apes",
    "Jack the Giant Slayer",
    "The Hobbit: An Unexpected Journey",
    "The Dark Knight Rises",
    "Asterix in Amerika",
    "Panic in the Mailroom",
    "Fantômas se déchaîne",
    "Brick",
    "Superman",
    "Heads of State",
    "Jurassic World Rebirth",
    "The Old Guard 2",
    "Ice Road: Vengeance",
    "M3GAN 2.0",
    "F1",
    "KPop Demon Hunters",
    "28 Years Later",
    "Elio",
    "Echo Valley",
    "Deep Cover",
    "Titan: The OceanGate Submersible Disaster",
    "Mamonas Assassinas: The Movie",
    "Dune: Part Two",
    "The Tiger's Apprentice",
    "The Wolf Pack",
    "Weekend in Taipei",
    "Badland Hunters",
    "The Witch: Part 2. The Other One",
    "Deadpool & Wolverine",
)


class _Page(html.parser.HTMLParser):
    """The declared language, the elements and the text of `<main>` of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.language: str | None = None
        self.elements: Counter[str] = Counter()
        self.descriptions = 0
        self.texts: list[str] = []
        self.title = ""
        self._open: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        self.elements[tag] += 1
        if tag == "html":
            self.language = values.get("lang")
        if tag == "meta":
            self.descriptions += values.get("name") == "description"
        elif tag != "link":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag

    def handle_data(self, text: str) -> None:
        if "h1" in self._open:
            self.title += text
        elif "main" in self._open:
            self.texts.append(text)


def files() -> list[Path]:
    """All documents of the folder, without what lies beside them."""
    return sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.name not in NOT_DOCUMENTS)


def text_of(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return data.decode(OTHER_ENCODINGS.get(path.name, "utf-8"))


def format_of(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix


def derived_id(path: Path) -> str:
    """The id of a document that brings none."""
    return path.relative_to(FOLDER).as_posix().removesuffix(".gz").replace("/", ":")


def read(path: Path) -> list[dict[str, Any]]:
    """The records of one file."""
    text = text_of(path)
    kind = format_of(path)
    if kind in (".jsonl", ".ndjson"):
        return [json.loads(line) for line in text.splitlines()]
    if kind == ".json":
        return list(json.loads(text))
    if kind in (".csv", ".tsv"):
        separator = "\t" if kind == ".tsv" else ","
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    if kind == ".md":
        _, front, body = text.split("---\n", 2)
        return [yaml.safe_load(front) | {"overview": body.strip()}]
    if kind == ".html":
        page = _Page(text)
        return [{"title": page.title, "overview": " ".join(page.texts), "language": page.language}]
    title, _, rest = text.strip().partition("\n")
    return [{"title": title, "overview": rest}]


@cache
def documents() -> tuple[dict[str, Any], ...]:
    return tuple({"id": derived_id(path)} | record for path in files() for record in read(path))


def script_of(character: str) -> str:
    """The first word of a letter's Unicode name, which is its script; `CJK` for ideographs."""
    return unicodedata.name(character, "").split(" ")[0]


def rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (FOLDER / name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_file_is_valid(path: Path) -> None:
    records = read(path)
    assert records
    for record in records:
        assert None not in record, "a row has more cells than the header"
        assert None not in record.values(), "a row has fewer cells than the header"
        assert record["title"].strip()
        assert record["overview"].strip()
        assert "\ufffd" not in record["title"] + record["overview"]


def test_number_of_documents() -> None:
    assert len(documents()) >= 160
    stated = (FOLDER / "README.md").read_text("utf-8").split("\n\n")[1].split()[0]
    assert int(stated) == len(documents())


def test_ids_are_unique() -> None:
    counts = Counter(document["id"] for document in documents())
    assert [one for one, count in counts.items() if count > 1] == []


def test_every_format_is_there_and_some_are_compressed() -> None:
    kinds = {format_of(path) for path in files()}
    assert kinds == {".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".md", ".html", ".txt"}
    assert len({format_of(path) for path in files() if path.suffix == ".gz"}) >= 3


def test_languages() -> None:
    codes = {document.get("language") or document.get("original_language") for document in documents()}
    primary = {code.split("-")[0] for code in codes if code}
    assert len(primary) >= 34, sorted(primary)


def test_about_half_declare_their_language() -> None:
    share = sum(bool(document.get("language")) for document in documents()) / len(documents())
    assert 0.4 <= share <= 0.65


def test_scripts() -> None:
    letters = Counter(
        script_of(character)
        for document in documents()
        for character in document["title"] + document["overview"]
        if unicodedata.category(character) in ("Lo", "Lu", "Ll")
    )
    scripts = {script for script, count in letters.items() if count >= 5}
    expected = {
        "LATIN",
        "CYRILLIC",
        "GREEK",
        "ARABIC",
        "HEBREW",
        "DEVANAGARI",
        "BENGALI",
        "TAMIL",
        "TELUGU",
        "MALAYALAM",
        "KANNADA",
        "GUJARATI",
        "GURMUKHI",
        "SINHALA",
        "THAI",
        "LAO",
        "KHMER",
        "MYANMAR",
        "HANGUL",
        "HIRAGANA",
        "KATAKANA",
        "CJK",
        "GEORGIAN",
        "ARMENIAN",
        "ETHIOPIC",
        "CANADIAN",
    }
    assert expected - scripts == set()


@pytest.mark.parametrize("name", OTHER_ENCODINGS)
def test_other_encodings_are_no_utf_8(name: str) -> None:
    path = next(path for path in files() if path.name == name)
    with pytest.raises(UnicodeDecodeError):
        path.read_bytes().decode("utf-8")


@pytest.mark.parametrize(
    "path", [path for path in files() if format_of(path) == ".html"], ids=lambda path: path.name
)
def test_pages_are_whole_pages(path: Path) -> None:
    page = _Page(text_of(path))
    assert page.language
    assert page.descriptions == 1
    assert {"nav", "main", "footer", "h1"} <= page.elements.keys()


@pytest.mark.parametrize("title", NAMED_ELSEWHERE)
def test_film_is_a_document(title: str) -> None:
    assert title in {document["title"] for document in documents()}


def test_the_train_to_moscow() -> None:
    film = next(document for document in documents() if document["id"] == "il-treno-va-a-mosca")
    assert film["title"] == "Il treno va a Mosca"
    assert film["release_date"].startswith("2013")
    assert film["genres"] == ["Documentary"]
    assert film["original_language"] == "it"
    assert film["language"] == "en"


def test_people_have_names() -> None:
    for document in documents():
        for person in document.get("people", ()):
            assert person["name"].strip(), document["id"]
            assert person["role"], document["id"]


def test_queries() -> None:
    header, *queries = rows("queries.tsv")
    assert header == ["qid", "lang", "query"]
    assert all(len(query) == 3 and all(cell.strip() for cell in query) for query in queries)
    assert len(queries) >= 80
    assert len({language for _, language, _ in queries}) >= 25
    assert len({qid for qid, _, _ in queries}) == len(queries)


def test_judgements_name_queries_and_documents() -> None:
    known = {document["id"] for document in documents()}
    asked = {qid for qid, _, _ in rows("queries.tsv")[1:]}
    judgements = rows("qrels.tsv")
    assert all(len(row) == 4 and row[1] == "0" and row[3] == "1" for row in judgements)
    assert {row[0] for row in judgements} == asked
    assert {row[2] for row in judgements} - known == set()
    assert len({(row[0], row[2]) for row in judgements}) == len(judgements)
