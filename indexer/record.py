"""What does the index keep of a document besides its terms? The stored JSON, facets, numbers.

The language decision is taken here, once per document, and stored with its reason.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson

from indexer.document import Document
from search.analysis.detection import (
    LEAST_FOR_RARE,
    MOST_WRITTEN,
    SURE,
    UNSURE,
    LanguageDecision,
    decide_language,
    detect,
    is_more_than_a_guess,
    is_rare,
)
from search.analysis.languages import UNDETERMINED, canonical_code, is_known, language
from search.analysis.scripts import main_script, scripts_in
from search.configuration import Settings
from search.index.codec.segment_writer import DocumentRecord, SuggestionKey
from search.index.schema import ANALYZED, LANGUAGE, ORIGIN
from search.suggest import suggestion_keys

#: Titles longer than this are sentences; nobody completes them.
LONGEST_SUGGESTED = 120


@dataclass(frozen=True, slots=True)
class Title:
    """A title with the language it is analysed in (`und` where unknown)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready for analysis: every text in NFC, every language decided."""

    document: Document
    decision: LanguageDecision
    title: Title
    other_titles: tuple[Title, ...]
    text: str
    names: tuple[str, ...]


def nfc(text: str) -> str:
    """NFC, so that offsets of the analysis are offsets of what is stored."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def prepare(document: Document, settings: Settings) -> Prepared:
    """Decide the languages of a document and of its titles."""
    title, text = nfc(document.title), nfc(document.text)
    prior = document.original_language or _text(document.extra.get(settings.prior))
    # A title that is not the original one says that this is not the original language.
    hint = prior if text or not _is_translated(document, title) else None
    decision = decide_language(title=title, text=text, declared=document.language, prior=hint)
    own = Title(title, _title_language(document, title, decision, prior))
    others = tuple({one.text: one for one in reversed(list(_other_titles(document, title, prior)))}.values())[
        ::-1
    ]
    names = tuple(nfc(person.name) for person in document.people)
    return Prepared(document, decision, own, others, text, names)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _is_translated(document: Document, title: str) -> bool:
    """Whether the original title is known to be another one."""
    original = nfc(document.original_title or "")
    return bool(original) and original != title


def _title_language(document: Document, title: str, decision: LanguageDecision, prior: str | None) -> str:
    """The language a title is inflected in, which need not be that of the text.

    It is the original language if the title is the original title. Otherwise that of the text,
    unless the title speaks clearly for another: catalogues keep titles in the original language, in
    English, seldom in a third one.
    """
    original = nfc(document.original_title or "")
    if title and original == title and prior and is_known(prior):
        return canonical_code(prior)
    if not title or not document.text:
        return decision.code
    script = main_script(title)
    letters = sum(scripts_in(title).values())
    if script is None:
        return decision.code
    if script not in language(decision.code).scripts:
        return decide_language(title=title, prior=prior).code
    if not original and prior and detect(title).code == canonical_code(prior):
        # Nobody says that the title is translated, and it looks like the original language.
        return canonical_code(prior)
    guess = decide_language(title=title, prior=decision.code)
    if guess.code == UNDETERMINED:
        return decision.code
    if not original or original == title:
        clear = is_more_than_a_guess(guess, letters)
    elif guess.code in (MOST_WRITTEN, canonical_code(prior or "")):
        clear = guess.confidence >= UNSURE
    else:
        clear = guess.confidence >= (LEAST_FOR_RARE if is_rare(guess.code) else SURE)
    return guess.code if clear else decision.code


def _other_titles(document: Document, title: str, prior: str | None) -> Iterator[Title]:
    original = nfc(document.original_title or "")
    if original and original != title:
        yield Title(original, canonical_code(prior) if prior else decide_language(title=original).code)
    for other in document.also_known_as:
        text = nfc(other.title)
        if text and text not in (title, original):
            code = canonical_code(other.language or "")
            if code == UNDETERMINED and not text.isascii():
                code = decide_language(title=text).code
            yield Title(text, code)


def content_hash(document: Document) -> int:
    """64 bits of a hash of everything the source says, and of nothing else."""
    data = orjson.dumps(replace(document, origin=""), option=orjson.OPT_SORT_KEYS, default=str)
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def record_of(prepared: Prepared, settings: Settings, hashed: int, origin: str) -> DocumentRecord:
    """The stored side of a document; `origin` is the file it came from."""
    document = prepared.document
    fields = _fields(document)
    numbers = _numbers(document, fields, settings)
    weight = 1.0 + max(numbers.get(settings.popular_by, 0.0), 0.0)
    return DocumentRecord(
        id=document.id,
        stored=orjson.dumps(_stored(prepared, fields), option=orjson.OPT_NON_STR_KEYS),
        content_hash=hashed,
        values={
            **_values(prepared, fields, settings),
            ANALYZED: tuple(dict.fromkeys(one.language for one in (prepared.title, *prepared.other_titles))),
            ORIGIN: (origin,),
        },
        numbers=numbers,
        suggestions=tuple(_suggestions(prepared, weight)),
    )


def _stored(prepared: Prepared, fields: dict[str, Any]) -> dict[str, Any]:
    decision = prepared.decision
    return {
        "id": prepared.document.id,
        "title": prepared.title.text,
        "title_language": prepared.title.language,
        "text": prepared.text,
        "language": decision.code,
        "language_reason": decision.reason,
        "language_confidence": round(decision.confidence, 3),
        "url": prepared.document.url,
        "other_titles": [{"title": one.text, "language": one.language} for one in prepared.other_titles],
        "fields": fields,
    }


def _fields(document: Document) -> dict[str, Any]:
    """The keys of a document other than id, title, text, language and url, as they are shown."""
    fields: dict[str, Any] = dict(document.extra)
    if document.original_title:
        fields["original_title"] = document.original_title
    if document.original_language:
        fields["original_language"] = document.original_language
    if document.also_known_as:
        fields["also_known_as"] = [
            {"title": one.title, "language": one.language} for one in document.also_known_as
        ]
    if document.date:
        fields["date"] = document.date
    if document.year is not None:
        fields["year"] = document.year
    if document.people:
        fields["people"] = [{"name": one.name, "role": one.role} for one in document.people]
    return fields


def _values(prepared: Prepared, fields: dict[str, Any], settings: Settings) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {LANGUAGE: (prepared.decision.code,)}
    for facet in settings.facets:
        if facet.kind != "value" or facet.name == LANGUAGE:
            continue
        if facet.name == "people":
            values["people"] = prepared.names
        else:
            values[facet.name] = _texts(fields.get(facet.name))
    return values


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(nfc(str(item)) for item in items if not isinstance(item, dict) and str(item).strip())


def numeric_names(settings: Settings) -> tuple[str, ...]:
    """Keys kept as number columns: numeric facets, sort keys, popularity, the date."""
    names = [facet.name for facet in settings.facets if facet.kind == "number"]
    names += [key.name for key in settings.sort_keys if key.name not in ("relevance", "title")]
    return tuple(dict.fromkeys((*names, settings.popular_by, "date")))


def _numbers(document: Document, fields: dict[str, Any], settings: Settings) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for name in numeric_names(settings):
        value = _date_number(document) if name == "date" else fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            numbers[name] = float(value)
    return numbers


def _date_number(document: Document) -> float | None:
    """The date as a number that sorts: 20131127.0, or 20130000.0 for a year alone."""
    digits = (document.date or "").replace("-", "")
    if len(digits) == 8 and digits.isascii() and digits.isdigit():
        return float(digits)
    return None if document.year is None else document.year * 10000.0


def _suggestions(prepared: Prepared, weight: float) -> Iterator[SuggestionKey]:
    titles = (prepared.title, *prepared.other_titles)
    for number, title in enumerate(titles):
        if 0 < len(title.text) <= LONGEST_SUGGESTED:
            for key, share in suggestion_keys(title.text, title.language):
                yield SuggestionKey(key, number, weight * share * (1.0 if number == 0 else 0.9))
