"""Documents and results as schema.org data (JSON-LD), for the machines that read pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from search.configuration import Settings
from search.results import SearchResults, StoredDocument
from web.fields import names_of, web_address
from web.wording import Wording

#: Key of a document → schema.org property, where the value can be taken as it is.
_PROPERTIES: dict[str, str] = {"date": "datePublished", "genre": "genre", "tagline": "alternativeHeadline"}
#: Role of a person → schema.org property. Others are contributors.
_ROLES: dict[str, str] = {
    "director": "director",
    "actor": "actor",
    "cast": "actor",
    "author": "author",
    "writer": "author",
    "screenplay": "author",
    "producer": "producer",
    "music": "musicBy",
    "composer": "musicBy",
}
_TEXT_LENGTH = 500


def structured_data(document: StoredDocument, settings: Settings, address: str) -> dict[str, Any]:
    """The object for the page at `address`; only what the document says."""
    fields = document.fields
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": settings.schema_type,
        "@id": address,
        "url": address,
        "name": document.title,
        "inLanguage": document.language,
    }
    aliases = names_of(fields.get("also_known_as") or [], "language")
    others = [fields.get("original_title"), *(one.text for one in aliases)]
    alternate = [one for one in dict.fromkeys(others) if one and one != document.title]
    if alternate:
        data["alternateName"] = alternate
    if document.text:
        data["description"] = document.text[:_TEXT_LENGTH]
    if web_address(document.url):
        data["sameAs"] = document.url
    for key, name in _PROPERTIES.items():
        if fields.get(key):
            data[name] = fields[key]
    if "datePublished" not in data and fields.get("year"):
        data["datePublished"] = str(fields["year"])
    if isinstance(fields.get("runtime"), int | float) and fields["runtime"] > 0:
        data["duration"] = f"PT{round(fields['runtime'])}M"
    if fields.get("rating") and fields.get("votes"):
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": fields["rating"],
            "ratingCount": fields["votes"],
            "bestRating": 10,
        }
    for person in names_of(fields.get("people") or [], "role"):
        role = _ROLES.get(person.about.lower(), "contributor")
        data.setdefault(role, []).append({"@type": "Person", "name": person.text})
    return data


def structured_results(
    results: SearchResults, words: Wording, *, address: str, address_of: Callable[[str], str]
) -> dict[str, Any]:
    """A page of results as `SearchResultsPage` with its list; addresses are absolute."""
    first = (results.page - 1) * results.per_page + 1
    return {
        "@context": "https://schema.org",
        "@type": "SearchResultsPage",
        "url": address,
        "inLanguage": words.language,
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": results.total,
            "itemListElement": [
                {"@type": "ListItem", "position": place, "url": address_of(hit.id), "name": hit.title}
                for place, hit in enumerate(results.hits, first)
            ],
        },
    }
