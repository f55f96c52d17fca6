"""Every word the pages say, in one place, so that a translation is one more `Wording`.

Texts are HTML-safe templates; values are escaped when they are put in. `{…}` names what goes in,
`.one` and `.other` are plural forms by count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one interface language with its direction."""

    language: str
    direction: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> Markup:
        """The text called `key` with `values` escaped into it; `count` chooses the plural form."""
        if "count" in values:
            key += ".one" if values["count"] == 1 else ".other"
            values["count"] = self.number(values["count"])
        return Markup(self.texts[key]).format(**values)

    def choose(self, prefix: str, name: str) -> Markup:
        """The text `prefix.name`, or the bare name where there is no such text."""
        text = self.texts.get(f"{prefix}.{name}")
        return Markup(text) if text is not None else escape(name)

    def number(self, value: int | float) -> str:
        """A number with this language's separators."""
        return f"{value:,}".replace(",", self.texts["number.group"])

    def error_heading(self, status: int) -> Markup:
        return Markup(self.texts.get(f"error.{status}", self.texts["error.other"]))

    def error_advice(self, status: int) -> Markup:
        return Markup(self.texts.get(f"advice.{status}", self.texts["advice.other"]))


ENGLISH = Wording(
    "en",
    "ltr",
    {
        "number.group": ",",
        "list.separator": ", ",
        "skip": "Skip to the results",
        "skip.content": "Skip to the content",
        "home": "{site}: start page",
        "search.label": "Search {noun}",
        "search.placeholder": "Title, person or words, in any script or spelling",
        "search.button": "Search",
        "search.completions": "Completions",
        "search.count.one": "1 completion",
        "search.count.many": "%d completions",
        "search.count.none": "No completions",
        "title.results": "{query} – {site}",
        "title.browse": "All {noun} – {site}",
        "title.document": "{title} – {site}",
        "collection.one": "1 {noun}",
        "collection.other": "{count} {noun}",
        "in_languages.one": "in 1 language",
        "in_languages.other": "in {count} languages",
        "browse": "Browse",
        "browse.all": "All {noun}",
        "latest": "Latest {noun}",
        "results.heading": "Results",
        "results.other": "{count} {noun}",
        "results.one": "1 {noun}",
        "results.page": "page {page} of {pages}",
        "results.beyond": "There is no page {page}.",
        "results.last": "Go to the last page",
        "sort.label": "Sort by",
        "sort.apply": "Sort",
        "sort.descending": "{label}, highest first",
        "sort.ascending": "{label}, lowest first",
        "filters.heading": "Filters",
        "filters.active": "Active filters",
        "filters.show": "Filters",
        "filters.close": "Back to the results",
        "filters.apply": "Apply filters",
        "filters.clear": "Clear filters",
        "filters.remove": "Remove filter {facet}: {value}",
        "filters.more": 'More<span class="hidden">: {facet}</span>',
        "filters.from": "from",
        "filters.to": "to",
        "filters.range": "{facet} from – to",
        "filters.count.one": "1 match",
        "filters.count.other": "{count} matches",
        "second.shown": "Showing results for {query}",
        "second.also": "Also searched for {query}",
        "second.literal": "Search only for {query} as typed",
        "second.exact": "Only the words exactly as typed were searched.",
        "second.normal": "Search with other spellings and forms",
        "kind.spelling": "spelling",
        "kind.keyboard": "keyboard layout",
        "kind.transliteration": "other script",
        "kind.split": "words separated",
        "kind.join": "words joined",
        "matched": "Matched by {ways}",
        "way.stem": "another form of the word",
        "way.folded": "letters without their accents",
        "way.romanized": "romanisation",
        "way.alias": "another title",
        "way.prefix": "the beginning of a word",
        "way.compound": "a part of a longer word",
        "way.typo": "a similar spelling",
        "way.keyboard": "another keyboard layout",
        "original": "Original title",
        "matched.elsewhere": "Found in the people or other details",
        "matched.title": "Found by the title",
        "none.heading": "Nothing found for {query}",
        "none.heading.filters": "Nothing found with these filters",
        "none.try": "What may help:",
        "none.filters": "search without the filters",
        "none.words": "search for one word only:",
        "none.plain": "search without quotation marks and other signs: {query}",
        "none.normal": "allow other spellings and forms",
        "none.spelling": "try another spelling, or the title in another language or script",
        "none.browse": "look at the latest {noun} below",
        "pages": "Pages",
        "pages.previous": "Previous",
        "pages.next": "Next",
        "pages.page": "Page {page}",
        "document.facts": "Details",
        "document.people": "People",
        "document.aliases": "Other titles",
        "document.related": "Related titles",
        "document.similar": "Similar {noun}",
        "document.source": "Source",
        "document.language": "Language",
        "document.reason": "{reason}",
        "document.text": "Description",
        "document.anyrole": "People",
        "language.unknown": "Language unknown",
        "minutes": "{minutes}\N{NO-BREAK SPACE}min",
        "hours": "{hours}\N{NO-BREAK SPACE}h",
        "hours.minutes": "{hours}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{minutes}\N{NO-BREAK SPACE}min",
        "rating": "{rating}\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}10",
        "footer.languages": "Languages",
        "footer.api": "API",
        "footer.description": "{description}",
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
        "docs.example": "Example",
        "docs.shapes": "Answers",
    },
)
