"""What a page shows of a hit and of a document: titles its reader can read, a heading for each thing done."""

from __future__ import annotations

from typing import Any

import pytest

from search.configuration import Settings
from search.results import Hit, Suggestion
from web.fields import Name
from web.interface import wording_for
from web.no_results import near_titles
from web.pages import _by_role
from web.results_view import hit_views, readable_title

SETTINGS = Settings()


def titles(*rows: tuple[str, str]) -> dict[str, Any]:
    return {"also_known_as": [{"title": title, "language": language} for title, language in rows]}


TAIWAN, HONG_KONG, CHINA = ("千與千尋", "zh-TW"), ("千與千尋（港）", "zh-HK"), ("千与千寻", "zh")
TRADITIONAL, LATIN, ITALIAN = ("神隱少女", "zh-Hant"), ("Spirited Away", "en"), ("La città incantata", "it")


@pytest.mark.parametrize(
    ("language", "others", "expected"),
    [
        ("zh-Hant", [LATIN, CHINA, TRADITIONAL], TRADITIONAL),
        ("zh-Hant", [CHINA, TAIWAN], TAIWAN),
        ("zh-Hant", [CHINA, HONG_KONG, TRADITIONAL], TRADITIONAL),
        ("zh-Hant", [LATIN, CHINA], CHINA),
        ("zh", [TAIWAN, CHINA], CHINA),
        ("zh", [LATIN, TAIWAN], TAIWAN),
        ("it", [LATIN, ITALIAN], ITALIAN),
        ("fr", [ITALIAN, LATIN], ITALIAN),
        ("fr", [CHINA], None),
        ("fr", [], None),
    ],
)
def test_the_title_a_reader_is_used_to(
    language: str, others: list[tuple[str, str]], expected: tuple[str, str] | None
) -> None:
    words = wording_for(language, "film", "films")
    found = readable_title(["Унесённые призраками"], titles(*others), words)
    assert (found and (found.text, found.about)) == expected


def test_who_can_read_the_title_needs_no_other() -> None:
    words = wording_for("ru", "film", "films")
    assert readable_title(["Унесённые призраками"], titles(LATIN), words) is None


def test_roles_that_are_called_the_same_are_one() -> None:
    people = (
        Name("Paolo", "writer"),
        Name("Mira", "director"),
        Name("Aydin", "screenplay"),
        Name("Paolo", "Screenplay"),
        Name("Lin", ""),
        Name("Noor", "stunts"),
    )
    assert _by_role(people, wording_for("es", "film", "films")) == {
        "Guion": ["Paolo", "Aydin"],
        "Dirección": ["Mira"],
        "Personas": ["Lin"],
        "stunts": ["Noor"],
    }
    assert list(_by_role(people, wording_for("en", "film", "films")))[:3] == [
        "Writer",
        "Director",
        "Screenplay",
    ]


@pytest.mark.parametrize("language", ["en", "ar", "ja"])
def test_a_pinned_hit_looks_like_any_other(language: str) -> None:
    """Where a document stands is the admin's word, and none that a visitor has to know."""
    words = wording_for(language, "film", "films")
    plain = Hit("1", "Brick", "en", "ltr", 0.0, title_html="Brick")
    pinned = Hit("1", "Brick", "en", "ltr", 0.0, title_html="Brick", pinned=True)
    [one], [other] = (hit_views((hit,), SETTINGS, words) for hit in (plain, pinned))
    assert other.reason == one.reason == ""
    assert other.line == one.line


class Completing:
    """Completes `texts` only, with these titles."""

    def __init__(self, texts: set[str], titles: list[str]) -> None:
        self.texts, self.titles = texts, titles

    def suggest(self, text: str, *, limit: int) -> tuple[Suggestion, ...]:
        found = self.titles if text in self.texts else []
        return tuple(Suggestion(one, one, "und", "title") for one in found[:limit])


def test_titles_near_a_part_of_the_query_begin_with_it() -> None:
    named = ["葉問外傳：張天志", "Yıldız Haritası", "Harimogu Harry", "הרי פוטר"]
    near = near_titles("هاري بوتر", Completing({"هاري"}, named))  # type: ignore[arg-type]
    assert [one.text for one in near] == ["Harimogu Harry", "הרי פוטר"]
    whole = near_titles("هاري", Completing({"هاري"}, named))  # type: ignore[arg-type]
    assert [one.text for one in whole] == named, "what completes the query itself is not doubted"
