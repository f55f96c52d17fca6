"""Every word the pages say, in one place, so that a translation is one more `Wording`.

Texts are HTML-safe templates; values are escaped when they are put in. `{…}` names what goes in; a
translation may leave out any of them, and puts them in the order of its own sentence. A text that
depends on a number has a row for each plural category of its language (CLDR: `zero`, `one`, `two`,
`few`, `many`, `other`); `other` is the one that must be there.
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
        return self.texts.get(key, configured) if ENGLISH.texts.get(key) == configured else configured

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


ENGLISH = Wording(
    "en",
    "ltr",
    {
        # What the default configuration says in English. Others' words stay as they are.
        "site.name": "Film search",
        "site.description": "Films in every language, found in any script or spelling.",
        "facet.language": "Language",
        "facet.genre": "Genre",
        "facet.year": "Year",
        "facet.country": "Country",
        "facet.type": "Type",
        "facet.people": "People",
        "sort.relevance": "Relevance",
        "sort.title": "Title",
        "sort.year": "Year",
        "sort.rating": "Rating",
        "sort.popularity": "Popularity",
        "field.runtime": "Running time",
        "field.rating": "Rating",
        "field.votes": "Votes",
        "field.date": "Date",
        "field.festival": "Festivals",
        "field.keywords": "Keywords",
        "field.original_language": "Original language",
        "role.actor": "Cast",
        "role.author": "Author",
        "role.cast": "Cast",
        "role.composer": "Music",
        "role.director": "Director",
        "role.editor": "Editing",
        "role.music": "Music",
        "role.producer": "Producer",
        "role.screenplay": "Screenplay",
        "role.writer": "Writer",
        # Everywhere
        "list.separator": ", ",
        "skip": "Skip to the results",
        "skip.content": "Skip to the content",
        "home": "{site}: start page",
        "search.label": "Search {noun}",
        "search.placeholder": "Title, person or words, in any script or spelling",
        "search.button": "Search",
        "search.completions": "Completions",
        "search.count.one": "{count} completion",
        "search.count.other": "{count} completions",
        "search.count.none": "No completions",
        "footer.all": "All {noun}",
        "footer.api": "API",
        "language.unknown": "Language unknown",
        "minutes": "{minutes}\N{NO-BREAK SPACE}min",
        "hours": "{hours}\N{NO-BREAK SPACE}h",
        "hours.minutes": "{hours}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{minutes}\N{NO-BREAK SPACE}min",
        "rating": "{rating}\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}10",
        # Titles of pages
        "title.results": "{query} – {site}",
        "title.results.page": "{query}, page {page} – {site}",
        "title.browse": "All {noun} – {site}",
        "title.document": "{title} – {site}",
        "title.document.year": "{title} ({year}) – {site}",
        "title.facet": "{facet} – {site}",
        # Start page
        "start.size": "{documents} in {languages}",
        "start.documents.one": "{count} {noun}",
        "start.documents.other": "{count} {noun}",
        "start.languages.one": "{count} language",
        "start.languages.other": "{count} languages",
        "start.browse": "Browse",
        "latest": "Latest {noun}",
        # Results
        "results.one": "{count} {noun}",
        "results.other": "{count} {noun}",
        "results.page.one": "{count} {noun}, <span>page {page} of {pages}</span>",
        "results.page.other": "{count} {noun}, <span>page {page} of {pages}</span>",
        "results.beyond": "There is no page {page}.",
        "results.last": "Go to the last page",
        "results.feed": "Feed of these results",
        "sort.label": "Sort by",
        "sort.apply": "Sort",
        "sort.descending": "{label}, highest first",
        "sort.ascending": "{label}, lowest first",
        "second.shown": "Showing results for {query} <span>({kind})</span>.",
        "second.also": "Also searched for {query} <span>({kind})</span>.",
        "second.literal": "Search instead for {query}",
        "second.only": "Search only for {query} as typed",
        "second.exact": "Only the words exactly as typed were searched.",
        "second.normal": "Search with other spellings and forms",
        "kind.spelling": "spelling",
        "kind.keyboard": "keyboard layout",
        "kind.transliteration": "other script",
        "kind.split": "words separated",
        "kind.join": "words joined",
        "original": "Original title",
        "known.as": "Also known as",
        "matched.title": "Found by the title",
        "matched": "Matched by {ways}",
        "matched.elsewhere": "Found in the people or other details",
        "way.stem": "another form of the word",
        "way.folded": "letters without their accents",
        "way.romanized": "the name in another script",
        "way.alias": "another title",
        "way.prefix": "the beginning of a word",
        "way.compound": "a part of a longer word",
        "way.typo": "a similar spelling",
        "way.keyboard": "another keyboard layout",
        "pages": "Pages",
        "pages.previous": "Previous",
        "pages.next": "Next",
        "pages.page": "Page {page}",
        # Filters
        "filters.heading": "Filters",
        "filters.active": "Active filters",
        "filters.show": "Filters",
        "filters.show.active": "Filters ({number})",
        "filters.close": "Back to the results",
        "filters.apply": "Apply filters",
        "filters.clear": "Clear all filters",
        "filters.remove": "Remove filter {facet}: {value}",
        "filters.more": 'More<span class="hidden">: {facet}</span>',
        "filters.all.one": 'All {count}<span class="hidden"> values: {facet}</span>',
        "filters.all.other": 'All {count}<span class="hidden"> values: {facet}</span>',
        "filters.find": "Find a value: {facet}",
        "filters.find.short": "Find",
        "filters.find.button": "Find",
        "filters.found.one": "{count} value found",
        "filters.found.other": "{count} values found",
        "filters.found.none": "No value begins like this",
        "filters.back": "Back to the results",
        "range.from": "from",
        "range.to": "to",
        "range.apply": "Apply",
        "range.group": "{facet} from – to",
        "range.both": "{low}–{high}",
        "range.since": "from {low}",
        "range.until": "until {high}",
        "range.bar.one": "{range}: {count}",
        "range.bar.other": "{range}: {count}",
        # Nothing found
        "none.heading": "Nothing found for {query}",
        "none.heading.filters": "Nothing found with these filters",
        "none.try": "What may help",
        "none.all.filters.one": "Search without the filters: {count} {noun}",
        "none.all.filters.other": "Search without the filters: {count} {noun}",
        "none.filter.one": "Without {facet} {value}: {count} {noun}",
        "none.filter.other": "Without {facet} {value}: {count} {noun}",
        "none.words.one": "Only {query}: {count} {noun}",
        "none.words.other": "Only {query}: {count} {noun}",
        "none.plain.one": "Without quotation marks and other signs, {query}: {count} {noun}",
        "none.plain.other": "Without quotation marks and other signs, {query}: {count} {noun}",
        "none.normal.one": "With other spellings and forms allowed: {count} {noun}",
        "none.normal.other": "With other spellings and forms allowed: {count} {noun}",
        "none.titles": "Titles that begin like this: {titles}",
        "none.spelling": "Try another spelling, or the title in another language or script.",
        "none.browse": "Look at the latest {noun} below.",
        # One document
        "document.facts": "Details",
        "document.people": "People",
        "document.aliases": "Other titles",
        "document.related": "Related titles",
        "document.similar": "Similar {noun}",
        "document.source": "Source",
        "document.language": "Language",
        "document.text": "Description",
        "document.anyrole": "People",
        "reason.declared": "as stated in the source",
        "reason.script": "told by the script",
        "reason.letters": "told by the letters",
        "reason.statistics": "recognised in the text",
        "reason.undetermined": "too little text to tell",
        # Errors
        "error.400": "This request cannot be understood",
        "error.404": "There is no such page",
        "error.405": "This page cannot be used that way",
        "error.413": "That was too much at once",
        "error.414": "That address is too long",
        "error.429": "Too many requests",
        "error.500": "Something broke on our side",
        "error.503": "The search is not available right now",
        "error.other": "That did not work",
        "advice.404": "It may have been removed, or the address has a mistake. A search may find it.",
        "advice.414": "Please search for fewer words.",
        "advice.429": "Please wait a moment before you go on.",
        "advice.500": "It has been noted. Trying again in a moment may help.",
        "advice.503": "Please try again in a few seconds.",
        "advice.other": "Please go back, or start again with a search.",
        "error.reference": "Reference: {id}",
        # The API's page
        "docs.title": "API – {site}",
        "docs.heading": "API",
        "docs.intro": "Version 1 answers JSON over HTTP. Programs can read the same description as {link}.",
        "docs.parameter": "Parameter",
        "docs.meaning": "Meaning",
        "docs.values": "Values",
        "docs.default": "Default",
        "docs.body": "Takes a JSON object of at most 64 KiB.",
        "docs.answer": "Answers {schema}.",
        "docs.problems": "Problems",
        "docs.problems.intro": "Errors answer {type} with {members}, and {errors} naming each bad parameter.",
        "docs.shapes": "Answers",
    },
)
