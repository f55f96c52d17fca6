"""What Document does a record become?

Which key means which field stands in `record_keys.py`, what a value stands for in
`record_values.py`. Values of known keys with a wrong type make the record invalid; unknown keys are
kept as far as they can be stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from indexer.document import AlternativeTitle, Document, Person
from indexer.facet_values import FacetValues
from indexer.record_keys import FIELD_OF, LIST_KEYS, ROLES, SYNONYMS
from indexer.record_values import (
    ABSENT,
    FIGURES,
    clean_text,
    facet_texts,
    kept_value,
    kind_of,
    known_language,
    listed,
    named,
    number_from,
    number_if_sortable,
    number_of,
    one_date,
    one_text,
)
from indexer.record_values import InvalidRecord as InvalidRecord
from search.configuration import Settings

ID_LIMIT = 512  # bytes of UTF-8; OpenSearch's limit


class Mapper:
    """Turns records into Documents for one collection's settings. Make it once, call it often."""

    def __init__(self, settings: Settings) -> None:
        self._facets: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._plain: dict[str, str] = {}
        self._numeric = {facet.name for facet in settings.facets if facet.kind == "number"}
        self._sortable = {key.name for key in settings.sort_keys}
        self._facet_values = FacetValues(settings)
        for facet in settings.facets:
            for name in (facet.name, *facet.also):
                if name in FIELD_OF or name in ROLES:
                    continue
                if facet.name in FIELD_OF or facet.name in ROLES:
                    self._aliases[name] = facet.name
                else:
                    self._facets[name] = facet.name

    def name_of(self, key: str) -> str:
        """The key as the tables spell it: lower case, words joined by `_`."""
        name = self._names.get(key)
        if name is None:
            name = re.sub(r"[\s\-]+", "_", key.strip().lower())
            name = self._aliases.get(name, name)
            if len(self._names) < 10_000:  # keys of hostile records must not pile up
                self._names[key] = name
                if not self.is_known(name) and name not in self._sortable and key.isprintable():
                    self._plain[key] = name
        return name

    def is_list(self, name: str) -> bool:
        """Whether the values of the key are lists, so that one cell of a table may hold several."""
        facet = self._facets.get(name)
        return name in LIST_KEYS or (facet is not None and facet not in self._numeric)

    def is_known(self, name: str) -> bool:
        """Whether the key is a field, holds people, or is configured as a facet."""
        return name in FIELD_OF or name in ROLES or name in self._facets

    def cell_value(self, text: str) -> Any:
        """What a table's cell of an unknown key stands for: figures are numbers, `007` is not."""
        stripped = text.strip()
        if stripped.lower() in ABSENT:
            return None
        digits = stripped.lstrip("+-")
        if FIGURES.fullmatch(stripped) and (digits[:1] != "0" or digits[:2] in ("0", "0.")):
            return number_from(stripped)
        return stripped

    def document(self, record: Mapping[str, Any], *, default_id: str, origin: str) -> Document:
        """The Document of a record. Raises `InvalidRecord`."""
        given: dict[str, Any] = {}
        people: list[Person] = []
        extra: dict[str, Any] = {}
        plain = self._plain
        for key, value in record.items():
            if not value and (value is None or value == "" or value == []):
                continue
            if key in plain:
                # Most keys of most records; the same as the last branch, only without detours.
                kept = kept_value(key, value)
                if kept is not None:
                    extra.setdefault(plain[key], kept)
                continue
            name = self._names.get(key) or self.name_of(_checked_key(key))
            if name in FIELD_OF:
                given.setdefault(name, value)
            elif name in ROLES:
                people.extend(_people(name, value))
            else:
                self._add_extra(extra, name, value)
        self._facet_values.unify(extra, _language(given, "language"))
        return _document(given, people, extra, default_id=default_id, origin=origin)

    def _add_extra(self, extra: dict[str, Any], name: str, value: Any) -> None:
        facet = self._facets.get(name)
        if facet is None:
            kept = number_if_sortable(value) if name in self._sortable else kept_value(name, value)
            if kept is not None:
                extra.setdefault(name, kept)
        elif facet in self._numeric:
            number = number_of(name, value)
            if number is not None:
                extra[facet] = number
        else:
            values = dict.fromkeys((*extra.get(facet, ()), *facet_texts(name, value)))
            if values:
                extra[facet] = list(values)


def document_from(record: Mapping[str, Any], *, default_id: str, origin: str, settings: Settings) -> Document:
    """The Document of one record; `default_id` serves where it has no id of its own.

    Raises `InvalidRecord`. Whoever maps many records makes a `Mapper`.
    """
    return mapper_for(settings).document(record, default_id=default_id, origin=origin)


@lru_cache(maxsize=8)
def mapper_for(settings: Settings) -> Mapper:
    """The one Mapper of these settings."""
    return Mapper(settings)


def _document(
    given: dict[str, Any], people: list[Person], extra: dict[str, Any], *, default_id: str, origin: str
) -> Document:
    title = _first_text(given, "title")
    original_title = _first_text(given, "original_title")
    original_language = _language(given, "original_language")
    language = _language(given, "language")
    also_known_as = _also_known_as(given)
    if "titles" in given and title is None:
        title, title_language, main_language, others = _main_title(given["titles"])
        also_known_as = (*also_known_as, *others)
        original_language = original_language or _without_script(main_language)
        language = language or title_language
    text = _text(given)
    title = title or original_title
    if not title and not text:
        raise InvalidRecord("has neither a title nor a text")
    if "name" in given and "title" in given:
        extra.setdefault("name", kept_value("name", given["name"]))
    date, year = _date(given)
    return Document(
        _id(given) or default_id,
        title or "",
        text,
        original_title,
        original_language,
        also_known_as,
        language,
        _first_text(given, "url"),
        date,
        year,
        tuple(dict.fromkeys(people)),
        extra,
        origin,
    )


def _checked_key(key: Any) -> str:
    return clean_text(key, "a key") if isinstance(key, str) else str(key)


def _first_text(given: dict[str, Any], field: str) -> str | None:
    for name in SYNONYMS[field]:
        if name in given:
            text = one_text(name, given[name])
            if text:
                return text if "\n" not in text and "\t" not in text else " ".join(text.split())
    return None


def _text(given: dict[str, Any]) -> str:
    texts: list[str] = []
    for name in SYNONYMS["text"]:
        if name in given:
            text = one_text(name, given[name])
            if text and not any(text in other for other in texts):
                texts.append(text)
    return texts[0] if len(texts) == 1 else "\n\n".join(texts)


def _id(given: dict[str, Any]) -> str | None:
    for name in SYNONYMS["id"]:
        if name in given:
            text = one_text(name, given[name])
            if not text.isprintable():
                raise InvalidRecord(f"{name} {text[:60]!r} contains line breaks or control characters")
            if len(text) * 4 > ID_LIMIT and len(text.encode()) > ID_LIMIT:
                raise InvalidRecord(f"{name} is longer than {ID_LIMIT} bytes: {text[:60]!r}…")
            if text:
                return text
    return None


def _language(given: dict[str, Any], field: str) -> str | None:
    for name in SYNONYMS[field]:
        if name in given:
            value = given[name]
            if isinstance(value, list) and value:
                value = value[0]
            if isinstance(value, dict):
                value = named(value)
            if not isinstance(value, str):
                raise InvalidRecord(f"{name} must be a language code, not {kind_of(value)}")
            code = known_language(value)
            if code is not None:
                return code
    return None


def _date(given: dict[str, Any]) -> tuple[str | None, int | None]:
    """ISO date and year; the most exact of the given ones, in the order of the table."""
    best: str | None = None
    for name in SYNONYMS["date"]:
        if name in given:
            date = one_date(name, given[name])
            if date is not None and (best is None or len(date) > len(best)):
                best = date
    return (best, int(best[:4])) if best else (None, None)


def _also_known_as(given: dict[str, Any]) -> tuple[AlternativeTitle, ...]:
    titles: list[AlternativeTitle] = []
    for name in SYNONYMS["also_known_as"]:
        if name in given:
            titles.extend(_alternative_title(name, one) for one in listed(name, given[name]))
    return tuple(dict.fromkeys(one for one in titles if one.title))


def _alternative_title(name: str, value: Any) -> AlternativeTitle:
    if isinstance(value, dict):
        title = value.get("title") or value.get("name")
        if title is None or title == "":
            return AlternativeTitle("")
        code = value.get("language") or value.get("lang")
        if code is not None and not isinstance(code, str):
            raise InvalidRecord(f"the language of a title in {name} must be a code, not {kind_of(code)}")
        return AlternativeTitle(one_text(name, title), known_language(code) if code else None)
    return AlternativeTitle(one_text(name, value))


def _main_title(value: Any) -> tuple[str | None, str | None, str | None, list[AlternativeTitle]]:
    """Title, its language, the main title's language, and all others, out of a list of titles.

    The main title may be a romanised one (`ja-Latn`): then the official title in the original
    writing is the title, and the romanised one joins the others.
    """
    rows = [(_alternative_title("titles", one), _kind_of_title(one)) for one in listed("titles", value)]
    rows = [row for row in rows if row[0].title]
    if not rows:
        return None, None, None, []
    ranked = [title for wanted in ("main", "official") for title, kind in rows if kind == wanted]
    main = ranked[0] if ranked else rows[0][0]
    chosen = main
    if main.language and main.language.endswith("-Latn"):
        original = main.language.removesuffix("-Latn")
        official = [title for title, kind in rows if kind == "official"]
        native = [
            title
            for title in official
            if (title.language or "").split("-")[0] == original
            and not (title.language or "").endswith("-Latn")
        ]
        chosen = native[0] if native else main
    others = [title for title, _ in rows if title != chosen]
    language = None if (chosen.language or "").endswith("-Latn") else chosen.language
    return chosen.title, language, main.language, list(dict.fromkeys(others))


def _kind_of_title(value: Any) -> Any:
    return value.get("type") if isinstance(value, dict) else None


def _without_script(language: str | None) -> str | None:
    return language.removesuffix("-Latn") if language else None


def _people(name: str, value: Any) -> list[Person]:
    role = ROLES[name]
    found: list[Person] = []
    for one in listed(name, value):
        if isinstance(one, dict):
            person = one.get("name")
            if person is None:
                raise InvalidRecord(f"a person in {name} has no name")
            given_role = one.get("role") or one.get("job") or role
            if given_role is not None and not isinstance(given_role, str):
                raise InvalidRecord(f"the role of a person in {name} must be text, not {kind_of(given_role)}")
            found.append(Person(one_text(name, person), given_role))
        elif isinstance(one, str):
            found.append(Person(one_text(name, one), role))
        else:
            raise InvalidRecord(f"{name} must be names or objects with a name, not {kind_of(one)}")
    return [person for person in found if person.name]
