"""Which values of a facet are shown, in which order, under which names?"""

from __future__ import annotations

import pytest

from search.configuration import Settings
from search.facets import all_values, facet_values, folded, with_prefix
from search.request import Range, SearchRequest

_ROWS: list[tuple[str | float, int]] = [("Drama", 9), ("Été", 5), ("Comedy", 5), ("Horror", 1)]
_YEARS: list[tuple[str | float, int]] = [(2001.0, 4), (1999.0, 3), (7.5, 1)]


def shown(
    name: str, rows: list[tuple[str | float, int]], limit: int, **filters: tuple[str | Range, ...]
) -> list[str]:
    request = SearchRequest(facet_limit=limit, filters=filters)
    values = facet_values({name: rows}, request, Settings())[name]
    return [f"{'*' if value.selected else ''}{value.label} {value.count}" for value in values]


@pytest.mark.parametrize(
    ("limit", "genres", "expected"),
    [
        pytest.param(2, (), ["Drama 9", "Été 5"], id="the first"),
        pytest.param(9, (), ["Drama 9", "Été 5", "Comedy 5", "Horror 1"], id="all"),
        pytest.param(1, ("horror", "ete"), ["Drama 9", "*Été 5", "*Horror 1"], id="beyond the limit"),
        pytest.param(1, ("Western", "drama"), ["*Drama 9", "*Western 0"], id="selected without hits"),
        pytest.param(1, ("Western", "Animation"), ["Drama 9", "*Animation 0", "*Western 0"], id="by name"),
    ],
)
def test_texts(limit: int, genres: tuple[str, ...], expected: list[str]) -> None:
    assert shown("genre", _ROWS, limit, genre=genres) == expected


@pytest.mark.parametrize(
    ("limit", "years", "expected"),
    [
        pytest.param(2, (), ["2001 4", "1999 3"], id="the first"),
        pytest.param(1, ("1999",), ["2001 4", "*1999 3"], id="one"),
        pytest.param(1, (Range(None, 1999),), ["2001 4", "*1999 3", "*7.5 1"], id="a range"),
        pytest.param(1, ("1950", "x"), ["2001 4", "*1950 0", "*x 0"], id="without hits"),
    ],
)
def test_numbers(limit: int, years: tuple[str | Range, ...], expected: list[str]) -> None:
    assert shown("year", _YEARS, limit, year=years) == expected


def test_values_and_labels() -> None:
    request = SearchRequest()
    assert [value.value for value in all_values("year", _YEARS, request, Settings())] == [2001, 1999, 7.5]
    assert [type(value.value) for value in all_values("year", _YEARS, request, Settings())] == [
        int,
        int,
        float,
    ]
    languages = all_values("language", [("de", 2), ("tlh", 1)], request, Settings())
    assert [(value.value, value.label) for value in languages] == [("de", "German"), ("tlh", "Klingon")]


def test_beginnings_of_words_in_values() -> None:
    values = all_values("country", [("US", 3), ("GB", 2), ("SU", 1)], SearchRequest(), Settings())
    assert [value.value for value in with_prefix(values, "un")] == ["US", "GB", "SU"]
    assert [value.value for value in with_prefix(values, "sovi")] == ["SU"]
    assert len(with_prefix(values, " ")) == 3


def test_folded() -> None:
    assert folded("  Été   à Paris ") == "ete a paris"
