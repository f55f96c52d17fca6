"""Which parts of a document are searched, and in which ways?

Zones are the parts of a document, ways are the forms its words are matched in; a field of the
index is a zone in a way ("title_stem"). Each way has one term dictionary shared by its zones.
The length of a field is counted in words; in the stem way without stop words, in the n-gram way
in n-grams.
"""

from __future__ import annotations

from dataclasses import dataclass

TITLE, ALIAS, PEOPLE, BODY = "title", "alias", "people", "body"
ZONES = (TITLE, ALIAS, PEOPLE, BODY)

EXACT, FOLDED, STEM, GRAM, LATIN, KEY = "exact", "folded", "stem", "gram", "latin", "key"

#: way → zones that are indexed that way. Romanisations and sounds are for names, not for prose.
WAYS: dict[str, tuple[str, ...]] = {
    EXACT: ZONES,
    FOLDED: ZONES,
    STEM: (TITLE, ALIAS, BODY),
    GRAM: (TITLE, ALIAS, BODY),
    LATIN: (TITLE, ALIAS, PEOPLE),
    KEY: (TITLE, ALIAS, PEOPLE),
}

#: Only exact terms keep positions: phrases are literal.
POSITIONAL = frozenset((EXACT,))


#: Value columns kept besides the facets: the language of each document, the languages in which
#: its titles were analysed, and the file it came from.
LANGUAGE, ANALYZED, ORIGIN = "language", "_analyzed", "_origin"


@dataclass(frozen=True, slots=True)
class Field:
    """A zone in a way."""

    zone: str
    way: str

    @property
    def name(self) -> str:
        return f"{self.zone}_{self.way}"


FIELDS: tuple[Field, ...] = tuple(Field(zone, way) for way, zones in WAYS.items() for zone in zones)
