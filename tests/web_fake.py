"""A searcher in memory with the public shape of `search.searcher.Searcher`, for tests of the web room.

It matches by plain substrings and ranks by nothing: what is tested with it is HTTP, not search.
`python tests/web_fake.py PORT` serves it for looking at the pages.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from search.configuration import Settings
from search.errors import DeadlineExceeded, DocumentNotFound, IndexUnavailable
from search.request import FacetFilter, Range, SearchRequest
from search.results import (
    FacetValue,
    Hit,
    Interpretation,
    LanguageCount,
    QueryEcho,
    SearchResults,
    StoredDocument,
    Suggestion,
)
from web import WebSettings, create_app

HOSTILE = "<script>alert(1)</script>\"'&"

LANGUAGES = {
    "ar": ("Arabic", "العربية", "rtl"),
    "de": ("German", "Deutsch", "ltr"),
    "en": ("English", "English", "ltr"),
    "fr": ("French", "français", "ltr"),
    "he": ("Hebrew", "עברית", "rtl"),
    "it": ("Italian", "italiano", "ltr"),
    "ja": ("Japanese", "日本語", "ltr"),
    "ru": ("Russian", "русский", "ltr"),
    "tr": ("Turkish", "Türkçe", "ltr"),
}


def _film(id: str, title: str, language: str, text: str, **fields: Any) -> StoredDocument:
    url = fields.pop("url", None)
    reason = fields.pop("reason", "declared")
    return StoredDocument(id, title, language, LANGUAGES[language][2], text, url, reason, fields)


FILMS: tuple[StoredDocument, ...] = (
    _film(
        "treno-mosca",
        "Il treno va a Mosca",
        "it",
        "Un barbiere con la passione per la cinepresa parte per Mosca con gli amici del paese.\n"
        "Tornerà con pellicole, dubbi e molte storie da raccontare.",
        year=2013,
        date="2013-11-27",
        genre=["Documentary", "History"],
        country=["IT", "GB"],
        runtime=70,
        rating=7.1,
        votes=1046,
        popularity=3.2,
        type="film",
        url="https://example.org/treno",
        people=[
            {"name": "Federico Ferrone", "role": "Director"},
            {"name": "Michele Manzolini", "role": "Director"},
            {"name": "Sauro Ravaglia", "role": "Cast"},
        ],
        also_known_as=[{"title": "The Train to Moscow", "language": "en"}, "Поезд идёт в Москву"],
        related=["Лобанов", "No such film"],
        festival=["Torino", "Karlovy Vary"],
        tagline="Un viaggio in otto millimetri",
    ),
    _film(
        "lobanov",
        "Лобанов",
        "ru",
        "Тренер ищет команду, которой можно доверить мечту.",
        year=2007,
        genre=["Drama"],
        country=["RU"],
        runtime=96,
        rating=6.4,
        votes=12,
        reason="script: Cyrillic",
    ),
    _film(
        "tokyo",
        "東京物語",
        "ja",
        "尾道で暮らす老夫婦が、子供たちに会うため東京へ旅をする。",
        year=1953,
        genre=["Drama"],
        country=["JP"],
        runtime=136,
        rating=8.1,
        votes=890,
        reason="script: kana",
        people=[{"name": "小津安二郎", "role": "Director"}],
        also_known_as=[{"title": "Tokyo Story", "language": "en"}],
    ),
    _film(
        "mumya",
        "المومياء",
        "ar",
        "شاب يرث سر قبيلته (1881) ويقرر ماذا يفعل به، في فيلم من EGYPT.",
        year=1969,
        genre=["Drama", "History"],
        country=["EG"],
        runtime=103,
        rating=7.6,
        votes=77,
        reason="script: Arabic",
        original_title="The Night of Counting the Years",
        original_language="en",
    ),
    _film(
        "vals",
        "ואלס עם באשיר",
        "he",
        "במאי מנסה להיזכר במה שקרה לו במלחמה ומראיין חברים ישנים.",
        year=2008,
        genre=["Animation", "Documentary"],
        country=["IL"],
        runtime=90,
        rating=7.9,
        votes=400,
        reason="script: Hebrew",
    ),
    _film(
        "fantomas",
        "Fantômas se déchaîne",
        "fr",
        "Le voleur aux mille visages prépare son repaire sous un volcan.",
        year=1965,
        genre=["Comedy", "Crime"],
        country=["FR"],
        runtime=99,
        rating=6.9,
        votes=210,
    ),
    _film(
        "kis",
        "Kış Uykusu",
        "tr",
        "Kapadokya'da küçük bir otel işleten eski oyuncu, kışla birlikte içine kapanır.",
        year=2014,
        genre=["Drama"],
        country=["TR"],
        runtime=196,
        rating=8.0,
        votes=820,
    ),
    _film(
        "brick",
        "Brick",
        "en",
        "A lone student walks through the underside of his school to find a friend.",
        year=2005,
        genre=["Crime", "Drama"],
        country=["US"],
        runtime=110,
        rating=7.2,
        votes=900,
    ),
    _film(
        "strasse",
        "Die Straße",
        "de",
        "Ein Mann verlässt eines Abends die Wohnung und folgt den Lichtern der Stadt.",
        year=1923,
        genre=["Drama"],
        country=["DE"],
        runtime=74,
    ),
    _film(
        "a/b c?d",
        "Slash & Question",
        "en",
        f"A document that tries {HOSTILE} and fails.",
        year=1999,
        genre=[HOSTILE],
        country=["US"],
        tagline=HOSTILE,
        url="javascript:alert(1)",
        people=[{"name": HOSTILE, "role": HOSTILE}],
        also_known_as=[HOSTILE],
        related=[HOSTILE],
    ),
    _film("hostile", HOSTILE, "en", HOSTILE, year=2001, genre=["Drama"], original_title=f"x{HOSTILE}"),
)

#: Queries with a second try: what was meant, and how it was found out.
SECOND_TRIES = {"fantmas": ("spelling", "fantômas"), "cnfkrth": ("keyboard", "лобанов")}


class FakeSearcher:
    """`films` in their given order; `generation_id` may be changed to play a new index."""

    problem = ""

    def __init__(self, films: Sequence[StoredDocument] = FILMS, settings: Settings | None = None) -> None:
        self.films = list(films)
        self.settings = settings or Settings()
        self.generation_id = "g1"
        self.searches: list[SearchRequest] = []
        self.failure: Exception | None = None

    def warm(self) -> None:
        """Nothing to warm."""

    def generation(self) -> str:
        if isinstance(self.failure, IndexUnavailable):
            raise self.failure
        return self.generation_id

    def search(self, request: SearchRequest) -> SearchResults:
        self.searches.append(request)
        if self.failure is not None:
            raise self.failure
        q, kind = request.q, ""
        if not request.exact and q in SECOND_TRIES:
            kind, q = SECOND_TRIES[q]
        matching = [film for film in self.films if _matches(film, q)]
        found = [film for film in matching if _passes(film, request.filters)]
        begin = (request.page - 1) * request.per_page
        hits = tuple(_hit(film, q, request) for film in found[begin : begin + request.per_page])
        echo = QueryEcho(request.q, request.languages)
        if kind:
            echo = QueryEcho(request.q, request.languages, q, (Interpretation(kind, q),))
        names = (
            request.facets
            if request.facets not in (None, ("*",))
            else tuple(f.name for f in self.settings.facets)
        )
        facets = {name: self._count(name, matching, request) for name in names}
        return SearchResults(
            echo, len(found), request.page, request.per_page, hits, facets, 1.5, self.generation_id
        )

    def _count(
        self, name: str, matching: list[StoredDocument], request: SearchRequest
    ) -> tuple[FacetValue, ...]:
        others = {facet: values for facet, values in request.filters.items() if facet != name}
        counts: dict[Any, int] = {}
        for film in matching:
            if _passes(film, others):
                for value in _values(film, name):
                    counts[value] = counts.get(value, 0) + 1
        chosen = request.filters.get(name, ())
        ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
        return tuple(
            FacetValue(value, _label(name, value), count, str(value) in chosen)
            for value, count in ordered[: request.facet_limit]
        )

    def suggest(self, q: str, *, limit: int = 10, languages: tuple[str, ...] = ()) -> tuple[Suggestion, ...]:
        found = [film for film in self.films if q and q.lower() in film.title.lower()]
        return tuple(Suggestion(film.title, film.id, film.language) for film in found[:limit])

    def document(self, document_id: str) -> StoredDocument:
        for film in self.films:
            if film.id == document_id:
                return film
        raise DocumentNotFound(document_id)

    def similar(self, document_id: str, *, limit: int = 10) -> tuple[Hit, ...]:
        self.document(document_id)
        return tuple(_hit(film, "", SearchRequest()) for film in self.films if film.id != document_id)[:limit]

    def facet_values(
        self,
        name: str,
        *,
        q: str = "",
        prefix: str = "",
        limit: int = 20,
        filters: dict[str, FacetFilter] | None = None,
    ) -> tuple[FacetValue, ...]:
        matching = [film for film in self.films if _matches(film, q)]
        values = self._count(name, matching, SearchRequest(filters=filters or {}, facet_limit=1000))
        return tuple(one for one in values if one.label.lower().startswith(prefix.lower()))[:limit]

    def languages(self) -> tuple[LanguageCount, ...]:
        return tuple(
            LanguageCount(code, name, native, direction, sum(film.language == code for film in self.films))
            for code, (name, native, direction) in LANGUAGES.items()
        )

    def latest(self, *, limit: int = 10) -> tuple[Hit, ...]:
        newest = sorted(self.films, key=lambda film: -int(film.fields.get("year") or 0))
        return tuple(_hit(film, "", SearchRequest()) for film in newest[:limit])

    def document_ids(self, *, offset: int = 0, limit: int = 10) -> tuple[str, ...]:
        return tuple(hit.id for hit in self.latest(limit=offset + limit)[offset:])

    def find_titles(self, titles: Sequence[str]) -> dict[str, str]:
        return {film.title: film.id for film in self.films if film.title in titles}


def _matches(film: StoredDocument, q: str) -> bool:
    whole = f"{film.title} {film.text}".lower()
    return all(word in whole for word in q.lower().split())


def _passes(film: StoredDocument, filters: dict[str, FacetFilter]) -> bool:
    return all(
        any(_accepts(one, value) for one in accepted for value in _values(film, name))
        for name, accepted in filters.items()
    )


def _accepts(accepted: str | Range, value: Any) -> bool:
    if isinstance(accepted, str):
        return str(value) == accepted
    low = float("-inf") if accepted.low is None else accepted.low
    high = float("inf") if accepted.high is None else accepted.high
    return low <= float(value) <= high


def _values(film: StoredDocument, name: str) -> list[Any]:
    value = film.language if name == "language" else film.fields.get(name, [])
    values = value if isinstance(value, list) else [value]
    return [one["name"] if isinstance(one, dict) else one for one in values]


def _label(name: str, value: Any) -> str:
    return LANGUAGES[value][0] if name == "language" else str(value)


def _hit(film: StoredDocument, q: str, request: SearchRequest) -> Hit:
    words = q.lower().split()
    in_title = any(word in film.title.lower() for word in words)
    ways = ("exact",) if in_title or not words else ("romanized", "folded")
    return Hit(
        film.id,
        film.title,
        film.language,
        film.direction,
        12.34567,
        film.url,
        _marked(film.text, words) if request.highlight else None,
        _marked(film.title, words),
        ways,
        film.fields,
        {"exact": 1.0} if request.explain else None,
    )


def _marked(text: str, words: list[str]) -> str:
    if not words:
        return html.escape(text)
    parts = re.split("(" + "|".join(map(re.escape, words)) + ")", text, flags=re.IGNORECASE)
    escaped = [html.escape(part) for part in parts]
    return "".join(f"<mark>{part}</mark>" if index % 2 else part for index, part in enumerate(escaped))


def fake_app(searcher: FakeSearcher | None = None, **settings: Any) -> Flask:
    """The application over the fake. Settings are those of `WebSettings`."""
    found = searcher or FakeSearcher()
    web = replace(WebSettings(public_url="https://films.example", collection=found.settings), **settings)
    return create_app(web, lambda _index, _settings: found)  # type: ignore[arg-type,return-value]


def fake_client(searcher: FakeSearcher | None = None, **settings: Any) -> FlaskClient:
    """A test client of `fake_app`."""
    return fake_app(searcher, **settings).test_client()


def app_without_index() -> Flask:
    """The application where there is no index yet."""

    def open_searcher(index: Path, _settings: Settings) -> Any:
        raise IndexUnavailable(f"{index}/secret-place: there is no index")

    return create_app(WebSettings(), open_searcher)


def too_slow() -> FakeSearcher:
    """A searcher whose every query runs past its deadline."""
    searcher = FakeSearcher()
    searcher.failure = DeadlineExceeded("too slow")
    return searcher


if __name__ == "__main__":
    many = [
        replace(film, id=f"{film.id}-{turn}", fields=film.fields | {"year": 1900 + turn})
        for turn in range(30)
        for film in FILMS
    ]
    fake_app(FakeSearcher((*FILMS, *many))).run(port=int(sys.argv[1]))
