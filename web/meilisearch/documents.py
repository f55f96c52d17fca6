"""How does one of our documents look as one of Meilisearch's? Flat: what it says of itself are its keys.

Attributes are named by their path: `people.name` is the `name` of each of `people`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from search.results import StoredDocument

EVERYTHING = "*"
#: Keys whose texts are titles and names: they are also found by how they sound.
NAMES = frozenset(("title", "original_title", "also_known_as", "people"))


def flat(document: StoredDocument) -> dict[str, Any]:
    """The document as one JSON object; its own keys never hide `id`, `title`, `text` and `language`."""
    stated: dict[str, Any] = {"id": document.id, "title": document.title, "text": document.text}
    if document.url:
        stated["url"] = document.url
    stated["language"] = document.language
    stated["title_language"] = document.title_language or document.language
    return {**stated, **{key: value for key, value in document.fields.items() if key not in stated}}


def language_of(document: StoredDocument, path: str) -> str:
    """The language in which the texts of an attribute are read."""
    key = path.partition(".")[0]
    if key == "title":
        return document.title_language or document.language
    if key == "original_title":
        return str(document.fields.get("original_language") or document.language)
    return document.language


def is_name(path: str) -> bool:
    """Whether the texts of an attribute are titles or names."""
    return path.partition(".")[0] in NAMES


def covers(attributes: Iterable[str], path: str) -> bool:
    """Whether one of the attributes is the one at `path`, or holds it.

    >>> covers(["people"], "people.name")
    True
    """
    return any(one in (EVERYTHING, path) or path.startswith(one + ".") for one in attributes)


def selected(document: dict[str, Any], attributes: tuple[str, ...]) -> dict[str, Any]:
    """The attributes asked for, in the document's order."""
    if EVERYTHING in attributes:
        return document
    chosen: dict[str, Any] = {}
    for key, value in document.items():
        kept = _chosen(value, key, attributes)
        if kept is not None:
            chosen[key] = kept
    return chosen


def _chosen(value: Any, path: str, attributes: tuple[str, ...]) -> Any:
    """What of `value` is asked for; None where nothing is."""
    if covers(attributes, path):
        return value
    if not any(one.startswith(path + ".") for one in attributes):
        return None
    if isinstance(value, dict):
        parts = {key: _chosen(one, f"{path}.{key}", attributes) for key, one in value.items()}
        return {key: one for key, one in parts.items() if one is not None} or None
    if isinstance(value, list):
        items = [_chosen(one, path, attributes) for one in value if isinstance(one, dict)]
        return [one for one in items if one is not None] or None
    return None
