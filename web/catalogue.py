"""Which texts of the pages are there in other languages? gettext catalogues ↔ tables of texts.

A translation is one file, `web/translations/LANGUAGE/LC_MESSAGES/messages.po`, in the layout that
Flask-Babel and every tool for translators reads. `msgctxt` is the key of the text in `web/english.py`,
`msgid` its English. A text about the documents of a collection is there twice, with `@film` and with
`@document` behind its key: translators then need not build sentences around a word whose case and
number they do not know, and a collection of something else than films is one of documents.

Which of the catalogues a reader of some language is served with is told here, too: see `wider`.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.messages import Catalog
from babel.messages import Message as Entry
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from search.configuration import Settings
from web.english import ENGLISH_ONLY, NOTES, TEXTS

FOLDER = Path(__file__).parent / "translations"
#: The nouns that catalogues know, by the end of their contexts: one, several.
NOUNS: dict[str, tuple[str, str]] = {
    "film": (Settings().noun_singular, Settings().noun_plural),
    "document": ("document", "documents"),
}
ANY_NOUN = "document"
#: Language → number of forms and C expression, where CLDR distinguishes more or less than Babel's table.
PLURAL_FORMS: dict[str, tuple[int, str]] = {
    "ar": (6, "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"),
    "bn": (2, "(n > 1)"),
    "fa": (2, "(n > 1)"),
    "he": (3, "(n==1 ? 0 : n==2 ? 1 : 2)"),
    "hi": (2, "(n > 1)"),
    "hu": (2, "(n != 1)"),
    "id": (1, "0"),
    "pt": (2, "(n > 1)"),
    "tr": (2, "(n != 1)"),
}
#: Tags of readers → what catalogues are called, where cutting off the end does not lead there. Spoken
#: forms of Chinese are read in the script of most who speak them.
OTHER_TAGS: dict[str, str] = {
    "cmn": "zh",
    "cmn-Hant": "zh-Hant",
    "cmn-TW": "zh-Hant",
    "hak": "zh-Hant",
    "in": "id",
    "iw": "he",
    "nan": "zh-Hant",
    "nan-Hans": "zh",
    "nn": "nb",
    "no": "nb",
    "wuu": "zh",
    "yue": "zh-Hant",
    "yue-CN": "zh",
    "yue-Hans": "zh",
    "zh-cmn-Hant": "zh-Hant",
    "zh-HK": "zh-Hant",
    "zh-min-nan": "zh-Hant",
    "zh-MO": "zh-Hant",
    "zh-TW": "zh-Hant",
    "zh-yue": "zh-Hant",
}
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")
#: Numbers that reach every form of every language.
NUMBERS = (*range(201), 1000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Text:
    """One message. `context` is its key, with the noun it is made for; `forms` its English, two if it
    depends on a number; `note` is for translators."""

    context: str
    forms: tuple[str, ...]
    note: str

    @property
    def message_id(self) -> str | tuple[str, ...]:
        """As Babel has it: a pair for plural forms."""
        return self.forms[0] if len(self.forms) == 1 else self.forms


@lru_cache(maxsize=1)
def texts() -> tuple[Text, ...]:
    """Every message of the table, in its order."""
    return tuple(_texts())


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, as BCP 47 tags; not English, which needs none."""
    return tuple(sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po")))


def wider(tag: str) -> tuple[str, ...]:
    """Whose texts a reader of `tag` can read, the nearest first. Before a tag is cut its other name is tried.

    >>> wider("zh-TW")
    ('zh-TW', 'zh-Hant', 'zh')
    """
    found = []
    parts = tag.split("-")
    while parts:
        shorter = "-".join(parts)
        found.append(shorter)
        if shorter in OTHER_TAGS:
            found.append(OTHER_TAGS[shorter])
        parts.pop()
    return tuple(dict.fromkeys(found))


def path_of(language: str) -> Path:
    """The catalogue of a language, there or not."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def read(language: str, noun: str) -> dict[str, str]:
    """Key → text, plural forms by category, as far as they are translated; for one of `NOUNS`.

    Texts whose English has changed since, and those that a tool has marked as guessed, are left out.
    Raises `OSError`, and Babel's `PoFileError` for what is no catalogue.
    """
    catalogue = parse(path_of(language), language)
    category_of = form_of_category(language, catalogue)
    found: dict[str, str] = {}
    for text in texts():
        key, _, made_for = text.context.partition("@")
        entry = catalogue.get(text.message_id, text.context)
        if made_for not in ("", noun) or entry is None or entry.fuzzy:
            continue
        forms = forms_of(entry)
        if not all(forms) or len(forms) != (1 if len(text.forms) == 1 else catalogue.num_plurals):
            continue
        if len(text.forms) == 1:
            found[key] = forms[0]
        else:
            found |= {f"{key}.{category}": forms[place] for category, place in category_of.items()}
            # Where no whole number takes it, as in Russian, fractions may.
            found.setdefault(f"{key}.other", forms[-1])
    return found


def form_of_category(language: str, catalogue: Catalog) -> dict[str, int]:
    """CLDR's plural categories that whole numbers have → which of the catalogue's forms they take."""
    category_of = locale_of(language).plural_form
    chosen = place_of(catalogue.plural_expr)
    found: dict[str, int] = {}
    for number in NUMBERS:
        found.setdefault(category_of(number), chosen(number))
    # French has a form for millions, which its catalogues do not distinguish.
    return {category: min(place, catalogue.num_plurals - 1) for category, place in found.items()}


@lru_cache(maxsize=128)
def locale_of(language: str) -> Locale:
    """Babel's locale. Raises `UnknownLocaleError` or `ValueError`."""
    return Locale.parse(language, sep="-")


def plural_forms(language: str) -> tuple[int, str]:
    """Number of forms and the C expression that chooses one."""
    if language in PLURAL_FORMS:
        return PLURAL_FORMS[language]
    found = get_plural(language.replace("-", "_"))
    return found.num_plurals, found.plural_expr


def _texts() -> Iterator[Text]:
    for key, text in TEXTS.items():
        if "@" in key:
            continue  # with the text that it takes the place of
        base, _, category = key.rpartition(".")
        is_plural = category in ("one", "other") and f"{base}.one" in TEXTS
        if key.startswith(ENGLISH_ONLY) or (is_plural and category == "one"):
            continue
        forms = (TEXTS[f"{base}.one"], text) if is_plural else (text,)
        named = base if is_plural else key
        note = _note(named)
        own = {end: TEXTS[f"{named}@{end}"] for end in NOUNS if f"{named}@{end}" in TEXTS}
        if not own and "{noun" not in "".join(forms):
            yield Text(named, forms, note)
            continue
        for end, nouns in NOUNS.items():
            english = (own[end],) if end in own else forms
            yield Text(f"{named}@{end}", tuple(_with_nouns(form, nouns) for form in english), note)


def _with_nouns(text: str, nouns: tuple[str, str]) -> str:
    return text.replace("{noun}", nouns[0]).replace("{nouns}", nouns[1])


def _note(key: str) -> str:
    parts = key.split(".")
    ends = range(len(parts), 0, -1)
    return next((NOTES[one] for one in (".".join(parts[:end]) for end in ends) if one in NOTES), "")


def forms_of(entry: Entry) -> tuple[str, ...]:
    """The translations of one message: one, or one for each plural form."""
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())


def parse(path: Path, language: str) -> Catalog:
    """A catalogue as Babel has it. Raises `OSError`, `PoFileError`."""
    with path.open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


def place_of(expression: str) -> Callable[[int], int]:
    """gettext's own reading of a `Plural-Forms` expression."""
    compiled: Callable[[int], int] = gettext.c2py(expression)
    return compiled


def nouns_of(singular: str, plural: str) -> str:
    """Which of `NOUNS` a collection's own words are; `ANY_NOUN` if none."""
    return next((end for end, nouns in NOUNS.items() if nouns == (singular, plural)), ANY_NOUN)


def merged(english: Mapping[str, str], translated: Mapping[str, str]) -> dict[str, str]:
    """The translated texts, English where there is none; plural forms of two languages are never mixed."""
    bases = {_base(key) for key in translated}
    return {key: text for key, text in english.items() if _base(key) not in bases} | dict(translated)


def _base(key: str) -> str:
    base, _, category = key.rpartition(".")
    return base if category in _CATEGORIES and f"{base}.one" in TEXTS else key
