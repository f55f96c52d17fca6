"""How the pages say things in one language: texts with values put in, numbers, dates, plural forms.

The texts are those of the English table (`web/english.py`) or of a catalogue made from it
(`web/catalogue.py`). A text that depends on a number has a row for each plural category of its language
(CLDR: `zero`, `one`, `two`, `few`, `many`, `other`); `other` is the one that must be there.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from web.catalogue import nouns_of
from web.english import NAMED_VALUES, TEXTS

PLURAL_CATEGORIES = ("zero", "one", "two", "few", "many", "other")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one interface language (BCP 47) with its direction, `ltr` or `rtl`."""

    language: str
    direction: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> Markup:
        """The text called `key` with `values` escaped into it; `count` chooses the plural form."""
        if "count" in values:
            key = self._plural_key(key, values["count"])
            values["count"] = self.number(values["count"])
        return Markup(self.texts[key]).format(**values)

    def choose(self, prefix: str, name: str) -> Markup:
        """The text `prefix.name`, or the bare name where there is no such text."""
        text = self.texts.get(f"{prefix}.{name}")
        return Markup(text) if text is not None else escape(name)

    def named(self, prefix: str, name: str, configured: str) -> str:
        """What the configuration calls something: translated as long as it is the default's own
        English; an admin's word is the admin's in every language."""
        key = f"{prefix}.{name}"
        return self.texts.get(key, configured) if TEXTS.get(key) == configured else configured

    def order(self, name: str, label: str, *, descending: bool) -> Markup:
        """A way to sort, in words; `label` is what the configuration calls it. Titles and years are not
        highest or lowest."""
        direction = "descending" if descending else "ascending"
        own = self.texts.get(f"sort.{name}.{direction}") if TEXTS.get(f"sort.{name}") == label else None
        return Markup(own) if own else self(f"sort.{direction}", label=self.named("sort", name, label))

    def value(self, facet: str, value: str) -> str | None:
        """What a value of a facet is called, where the table has a row for it; none where it has not."""
        return self.texts.get(f"{facet}.{value}") if facet in NAMED_VALUES else None

    def plurals(self, key: str) -> str:
        """All plural forms of a text as a JSON object, for the script."""
        forms = {one: self.texts[f"{key}.{one}"] for one in PLURAL_CATEGORIES if f"{key}.{one}" in self.texts}
        return json.dumps(forms, ensure_ascii=False)

    def listed(self, parts: list[Any] | tuple[Any, ...]) -> Markup:
        """Parts as this language writes a list without a last "and"."""
        return Markup(self.texts["list.separator"]).join(parts)

    def number(self, value: int | float) -> str:
        """A number with this language's separators."""
        return _number(value, self.language)

    def decimal(self, value: float, digits: int = 1) -> str:
        """A number with exactly so many digits behind the separator."""
        return _number(value, self.language, f"0.{'0' * digits}")

    def date(self, value: str) -> str:
        """An ISO date (`2013-11-27`) as this language writes it; anything else as it is."""
        return _date(value, self.language)

    def error_heading(self, status: int) -> Markup:
        return Markup(self.texts.get(f"error.{status}", self.texts["error.other"]))

    def error_advice(self, status: int) -> Markup:
        return Markup(self.texts.get(f"advice.{status}", self.texts["advice.other"]))

    def _plural_key(self, key: str, count: int | float) -> str:
        exact = f"{key}.{_locale(self.language).plural_form(count)}"
        return exact if exact in self.texts else f"{key}.other"


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


@lru_cache(maxsize=8192)
def _number(value: int | float, language: str, pattern: str | None = None) -> str:
    return format_decimal(value, format=pattern, locale=_locale(language))


@lru_cache(maxsize=8192)
def _date(value: str, language: str) -> str:
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        return value
    return format_date(day, format="long", locale=_locale(language))


def in_english(singular: str, plural: str) -> dict[str, str]:
    """The English table for a collection that calls its documents so."""
    nouns = {"{noun}": _as_template(singular), "{nouns}": _as_template(plural)}
    end = nouns_of(singular, plural)
    return {
        key: _put_in(TEXTS.get(f"{key}@{end}", text), nouns) for key, text in TEXTS.items() if "@" not in key
    }


def _put_in(text: str, nouns: Mapping[str, str]) -> str:
    for place, noun in nouns.items():
        text = text.replace(place, noun)
    return text


def _as_template(noun: str) -> str:
    """An admin's word as part of a template: none of its signs mean anything."""
    return str(escape(noun)).replace("{", "{{").replace("}", "}}")
