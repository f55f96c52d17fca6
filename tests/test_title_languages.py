"""The language of a title: the original one, that of the text, seldom a third."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from indexer.mapping import document_from
from indexer.record import prepare
from search.analysis.detection import decide_language
from search.configuration import Settings

SHARED = Path(os.environ.get("SHARED", Path(__file__).resolve().parents[2] / "shared"))
ENGLISH = "Three friends leave their town for the first time and see the world with their own eyes."


def languages(**record: object) -> tuple[str, str]:
    """(language of the document, language of its title)."""
    document = document_from(record, default_id="1", origin="films.jsonl:1", settings=Settings())
    prepared = prepare(document, Settings())
    return prepared.decision.code, prepared.title.language


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"title": "Downfall", "original_title": "Der Untergang", "original_language": "de"}, "en"),
        ({"title": "Little White Lies", "original_title": "Les mouchoirs", "original_language": "fr"}, "en"),
        ({"title": "Parasite", "original_title": "기생충", "original_language": "ko"}, "en"),
        ({"title": "Seven Samurai", "original_title": "七人の侍", "original_language": "ja"}, "en"),
        ({"title": "Coma", "original_title": "Кома", "original_language": "ru"}, "en"),
        ({"title": "Amarcord", "original_title": "Amarcord", "original_language": "it"}, "it"),
        ({"title": "Up", "original_title": "Up", "original_language": "en"}, "en"),
        ({"title": "La notte", "original_title": "La notte bianca", "original_language": "it"}, "it"),
        ({"title": "七人の侍", "original_title": "七人の侍", "original_language": "ja"}, "ja"),
        ({"title": "七人の侍"}, "ja"),
        ({"title": "東京物語", "original_language": "ja"}, "ja"),
        ({"title": "Ladri di biciclette"}, "it"),
        ({"title": "Das Leben der Anderen"}, "de"),
        ({"title": "Nóż w wodzie"}, "pl"),
        ({"title": "Oldboy"}, "en"),
        ({"title": "Wadjda"}, "en"),
        ({"title": "1984"}, "en"),
    ],
    ids=lambda value: value["title"] if isinstance(value, dict) else value,
)  # fmt: skip
def test_title_beside_an_english_text(record: dict[str, str], expected: str) -> None:
    for declared in ({"language": "en"}, {}):
        assert languages(text=ENGLISH, **record, **declared) == ("en", expected)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"title": "Il ragazzo dai capelli rossi"}, ("it",)),
        ({"title": "Der Mann, der aus dem Regen kam"}, ("de",)),
        ({"title": "Снежная дорога домой"}, ("ru",)),
        ({"title": "Watoto wanacheza katika bustani kubwa nyuma ya nyumba yetu"}, ("sw",)),
        ({"title": "Þrestir"}, ("is",)),
        ({"title": "The Long Way Home"}, ("en",)),
        ({"title": "Madadayo"}, ("und",)),
        ({"title": "Yam Daabo"}, ("und",)),
        ({"title": "Bohemian Rhapsody"}, ("und", "en")),
        ({"title": "Rocky", "original_language": "en"}, ("en",)),
        ({"title": "Nunca", "original_language": "gl"}, ("gl",)),
        ({"title": "Downfall", "original_title": "Der Untergang", "original_language": "de"}, ("en", "und")),
        ({"title": "Madadayo", "language": "ja"}, ("ja",)),
    ],
    ids=lambda value: value["title"] if isinstance(value, dict) else str(value),
)
def test_title_alone(record: dict[str, str], expected: tuple[str, ...]) -> None:
    document, title = languages(**record)
    assert document in expected
    assert title == document


def test_a_guess_at_a_bare_title_names_what_it_was() -> None:
    decision = decide_language(title="Madadayo")
    assert decision.code == "und"
    assert decision.second is not None
    assert decision.reason.startswith(f"undetermined: {decision.second} ")


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "not declared"])
def test_english_titles_of_foreign_films(declared: bool) -> None:
    """Titles that differ from the original, every fourth: English, or in the original language."""
    path = SHARED / "data" / "films" / "films.jsonl.gz"
    if not path.is_file():
        pytest.skip("needs the shared data (environment variable SHARED)")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if row["original_language"] and row["title"] != row["original_title"]][::4]
    found = []
    for row in rows:
        if not declared:
            row.pop("text_language")
        found.append(languages(**row)[1])
    third = [
        (row["title"], code)
        for row, code in zip(rows, found, strict=True)
        if code not in ("en", row["original_language"])
    ]
    assert found.count("en") >= 0.97 * len(found)
    assert len(third) <= 0.01 * len(found), third
