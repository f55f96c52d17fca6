"""What does a page say about its work in JSON-LD, in the keys that the mapping knows?

Only descriptions of works (films, series, books, articles …) count; a page also describes its
site, its crumbs and its pictures.
"""

from __future__ import annotations

import re
from typing import Any

from indexer.durations import parse_duration
from indexer.extract.json_text import InvalidJson, parse_json

WORK_TYPES = frozenset(
    {
        "Movie",
        "TVSeries",
        "TVEpisode",
        "TVSeason",
        "CreativeWork",
        "Book",
        "Article",
        "NewsArticle",
        "BlogPosting",
        "ShortStory",
        "Play",
        "VideoObject",
        "MusicAlbum",
        "MusicRecording",
        "VisualArtwork",
        "Game",
        "VideoGame",
        "Report",
        "ScholarlyArticle",
        "Recipe",
        "Product",
    }
)

# Key of schema.org → key of a record. Names of persons and things are read out of objects.
PLAIN_KEYS = {
    "name": "title",
    "headline": "title",
    "alternateName": "also_known_as",
    "datePublished": "date",
    "dateCreated": "date",
    "genre": "genre",
    "keywords": "keywords",
    "inLanguage": "language",
    "description": "description",
    "url": "url",
    "countryOfOrigin": "country",
    "actor": "cast",
    "actors": "cast",
    "director": "director",
    "directors": "director",
    "author": "author",
    "creator": "author",
    "producer": "producer",
    "musicBy": "composer",
    "contentRating": "content_rating",
}
_SEVERAL = frozenset(
    {
        "also_known_as",
        "genre",
        "keywords",
        "country",
        "cast",
        "director",
        "author",
        "producer",
        "composer",
    }
)
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_MOST_NODES = 2_000


def work_described(scripts: list[str]) -> dict[str, Any]:
    """The record of the first work that the JSON-LD scripts of a page describe; {} for none."""
    for script in scripts:
        try:
            value = parse_json(script.strip())
        except InvalidJson:
            continue  # pages with broken structured data are common; their text still counts
        for node in _nodes(value):
            if not WORK_TYPES.isdisjoint(_names(node.get("@type"))):
                return _record(node)
    return {}


def _nodes(value: Any) -> list[dict[str, Any]]:
    """The objects at the top, in lists, in `@graph` and in `mainEntity`, in their order."""
    found: list[dict[str, Any]] = []
    pending = [value]
    while pending and len(found) < _MOST_NODES:
        one = pending.pop(0)
        if isinstance(one, list):
            pending[:0] = one[:_MOST_NODES]
        elif isinstance(one, dict):
            found.append(one)
            pending[:0] = [one[key] for key in ("@graph", "mainEntity") if key in one]
    return found


def _record(node: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key, name in PLAIN_KEYS.items():
        values = _names(node.get(key))
        if values and name not in record:
            record[name] = values if name in _SEVERAL else values[0]
    if "date" in record:
        found = _DATE.match(record["date"])
        record["date"] = found[0] if found else ""
    duration = node.get("duration") or node.get("timeRequired")
    if isinstance(duration, str) and parse_duration(duration):
        record["runtime"] = parse_duration(duration)
    rating = node.get("aggregateRating")
    if isinstance(rating, dict):
        record["rating"] = _number(rating.get("ratingValue"))
        record["votes"] = _number(rating.get("ratingCount") or rating.get("reviewCount"))
    return {key: value for key, value in record.items() if value not in (None, "", [])}


def _names(value: Any) -> list[str]:
    found: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            one = one.get("name") or one.get("@value")
        if isinstance(one, str) and one.strip():
            found.append(one.strip())
    return found


def _number(value: Any) -> float | int | None:
    if isinstance(value, str):
        text = value.strip().replace(",", ".")
        value = float(text) if re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?", text) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
        return None
    return int(value) if float(value).is_integer() else value
