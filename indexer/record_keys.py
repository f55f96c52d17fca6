"""Which keys of a record mean which field of a Document?

All spellings that are accepted of the keys of JSON, CSV, front matter, structured data in pages and
recognised page dumps. What is made of their values is not this file's question.
"""

from __future__ import annotations

# Field of Document → keys that mean it; the first that has a value counts, the texts are joined.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("id", "_id", "identifier"),
    "title": ("title", "name"),
    "titles": ("titles",),
    "text": ("text", "overview", "body"),
    "original_title": ("original_title",),
    "original_language": ("original_language",),
    "also_known_as": ("also_known_as", "alternative_titles", "aliases"),
    "language": ("language", "lang", "text_language"),
    "url": ("url", "link"),
    "date": ("date", "release_date", "year"),
}

# Keys that hold people, and the role those have who are named without one.
ROLES: dict[str, str | None] = {
    "people": None,
    "cast": "cast",
    "actor": "cast",
    "actors": "cast",
    "crew": None,
    "director": "director",
    "directors": "director",
    "author": "author",
    "authors": "author",
    "writer": "writer",
    "writers": "writer",
    "screenplay": "screenplay",
    "producer": "producer",
    "producers": "producer",
    "composer": "composer",
    "cinematography": "cinematography",
}

#: key → field
FIELD_OF = {name: field for field, names in SYNONYMS.items() for name in names}
#: Keys whose values are lists, whatever the settings say.
LIST_KEYS = ROLES.keys() | set(SYNONYMS["also_known_as"]) | {"titles", "keywords", "related", "festival"}
