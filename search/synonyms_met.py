"""By which of its synonyms was a document found? For `explain`: looked for in the stored document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from search.marks import Marker
from search.query.plan import Alternative, Node, units_of
from search.query.synonyms import KIND

#: Other titles that are looked at; some documents have hundreds.
MOST_TITLES = 60


class SynonymsMet:
    """The synonyms of a plan's words."""

    def __init__(self, root: Node) -> None:
        self._markers: dict[str, dict[str, Marker]] = {}
        for unit in units_of(root):
            by_name: dict[str, tuple[Alternative, ...]] = {}
            for one in unit.alternatives:
                if one.kind == KIND:
                    by_name[one.synonym] = (*by_name.get(one.synonym, ()), one)
            if by_name:
                self._markers[unit.text] = {
                    name: Marker.of(replace(unit, text=name, alternatives=ways, optional=False))
                    for name, ways in by_name.items()
                }

    def told(self, parts: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        """The explanation of a hit, naming for each word met by a synonym which it was. `values` are
        those of the stored document."""
        words = {
            text: {**row, "synonyms": self._names(text, values)} if row["kind"] == KIND else row
            for text, row in parts.get("words", {}).items()
        }
        return {**parts, "words": words}

    def _names(self, text: str, values: dict[str, Any]) -> list[str]:
        markers = self._markers.get(text, {})
        met = [name for name, marker in markers.items() if any(_is_in(marker, values))]
        # Names of people are not looked at: then it may be any.
        return met or list(markers)


def _is_in(marker: Marker, values: dict[str, Any]) -> Iterator[bool]:
    code = values.get("language", "und")
    yield bool(marker.spans(values.get("title", ""), values.get("title_language", code), is_name=True))
    for one in values.get("other_titles", ())[:MOST_TITLES]:
        yield bool(marker.spans(one["title"], one["language"], is_name=True, across_scripts=False))
    yield bool(marker.spans(values.get("text", ""), code))
