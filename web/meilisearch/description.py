"""What does the index say of itself to Meilisearch's clients: its name, its dates, its settings?

Settings can be read, by front ends that offer what there is; they are changed in `search.toml`.
"""

from __future__ import annotations

import re
from typing import Any

from search.configuration import Settings
from search.filters import filterable_keys
from search.found import Collection
from web.meilisearch.searching import MAX_TOTAL_HITS, MAX_VALUES_PER_FACET, SEARCHED, sortable_keys

#: The version whose documentation the routes follow. Some clients look at it before they ask.
FOLLOWED_VERSION = "1.47.0"
#: Clients take at most so long, and so do names in addresses.
_UID = re.compile(r"[A-Za-z0-9_-]{1,400}")
_NOT_OF_A_NAME = re.compile(r"[^a-z0-9_-]+")


def default_uid(settings: Settings) -> str:
    """The name of the index where none is configured: what the collection calls its documents.

    >>> default_uid(Settings())
    'films'
    """
    return _NOT_OF_A_NAME.sub("-", settings.noun_plural.lower()).strip("-") or "documents"


def is_uid(text: str) -> bool:
    """Whether an index may have this name."""
    return _UID.fullmatch(text) is not None


def index_object(uid: str, collection: Collection) -> dict[str, Any]:
    """An index as clients list it. An index of ours is replaced whole, never changed: one date."""
    return {
        "uid": uid,
        "createdAt": collection.built,
        "updatedAt": collection.built,
        "primaryKey": "id",
    }


def index_stats(collection: Collection) -> dict[str, Any]:
    """How large an index is. How many documents have each field is not counted."""
    return {
        "numberOfDocuments": collection.documents,
        "rawDocumentDbSize": collection.size,
        "avgDocumentSize": collection.size // max(collection.documents, 1),
        "isIndexing": False,
        "numberOfEmbeddings": 0,
        "numberOfEmbeddedDocuments": 0,
        "fieldDistribution": {},
    }


def index_settings(settings: Settings, deadline: float) -> dict[str, Any]:
    """The settings of an index; `deadline` in seconds, 0 where there is none."""
    return {
        "displayedAttributes": ["*"],
        "searchableAttributes": [*SEARCHED, *settings.searched],
        "filterableAttributes": list(filterable_keys(settings)),
        "sortableAttributes": list(sortable_keys(settings)),
        "rankingRules": ["sort", "words", "typo", "exactness", "proximity", "attribute"],
        "stopWords": [],
        "nonSeparatorTokens": [],
        "separatorTokens": [],
        "dictionary": [],
        "synonyms": {},
        "distinctAttribute": None,
        "proximityPrecision": "byWord",
        "typoTolerance": {
            "enabled": True,
            "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
            "disableOnWords": [],
            "disableOnAttributes": [],
            "disableOnNumbers": False,
        },
        "faceting": {
            "maxValuesPerFacet": MAX_VALUES_PER_FACET,
            "sortFacetValuesBy": {"*": "count"},
        },
        "pagination": {"maxTotalHits": MAX_TOTAL_HITS},
        "searchCutoffMs": round(deadline * 1000) or None,
        "localizedAttributes": None,
        "facetSearch": True,
        "prefixSearch": "indexingTime",
        "embedders": {},
    }


def setting_named(name: str, settings: dict[str, Any]) -> tuple[bool, Any]:
    """Whether there is a setting of this name, as it stands in addresses, and its value.

    >>> setting_named("stop-words", {"stopWords": []})
    (True, [])
    """
    first, *rest = name.split("-")
    key = first + "".join(part.title() for part in rest)
    return key in settings, settings.get(key)
