"""What does the index keep of a document besides its terms? The stored JSON, facets, numbers.

The language decision is taken here, once per document, and stored with its reason.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from indexer.document import Document
from search.analysis.collation import normalize_title
from search.analysis.detection import (
    SURE,
    Clues,
    LanguageDecision,
    decide_languages,
    detect_many,
    is_more_than_a_guess,
    is_rare,
    of_bare_title,
    of_title_itself,
)
from search.analysis.languages import UNDETERMINED, canonical_code, is_known, language
from search.analysis.priors import LEAST_FOR_RARE, MOST_WRITTEN, UNSURE
from search.analysis.scripts import scripts_in
from search.configuration import Settings
from search.index.codec.segment_writer import DocumentRecord, SuggestionKey
from search.index.schema import ANALYZED, LANGUAGE, ORIGIN
from search.suggest import suggestion_keys

#: Titles longer than this are sentences; nobody completes them.
LONGEST_SUGGESTED = 120
#: What a completion of another title weighs, that of the title being 1.
_OTHERS = 0.9
#: The number column of dates.
_DATE = "date"
#: The facet whose values are names, as they are analysed.
_PEOPLE = "people"
#: How the JSON of a document says where it came from, and how it would say nothing of that.
_ORIGIN_KEY, _NO_ORIGIN = b',"origin":', b',"origin":""}'


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


@dataclass(frozen=True, slots=True)
class _Draft:
    """A document with its title, original title and text in NFC and the catalogue's hint at its
    original language."""

    document: Document
    title: str
    original: str
    text: str
    prior: str | None

    @classmethod
    def of(cls, document: Document, settings: Settings) -> _Draft:
        original = nfc(document.original_title or "")
        prior = document.original_language or _text(document.extra.get(settings.prior))
        return cls(document, nfc(document.title), original, nfc(document.text), prior)

    def clues(self) -> Clues:
        """What the language of the document is told by."""
        # A title that is not the original one says that this is not the original language.
        translated = bool(self.original) and self.original != self.title
        hint = None if translated and not self.text else self.prior
        return Clues(self.title, self.text, self.document.language, hint)


def prepare(document: Document, settings: Settings) -> Prepared:
    """Decide the languages of a document and of its titles."""
    return prepare_many([document], settings)[0]


def prepare_many(documents: Sequence[Document], settings: Settings) -> list[Prepared]:
    """`prepare` of each document. All at once is several times faster than one by one."""
    drafts = [_Draft.of(document, settings) for document in documents]
    decisions = _decisions(drafts)
    titles = _title_languages(drafts, decisions, told_apart=settings.analysis.title_languages)
    others = _other_titles(drafts)
    return [
        Prepared(
            draft.document,
            decision,
            Title(draft.title, code),
            other,
            draft.text,
            tuple([nfc(person.name) for person in draft.document.people]),
        )
        for draft, decision, code, other in zip(drafts, decisions, titles, others, strict=True)
    ]


def _decisions(drafts: Sequence[_Draft]) -> list[LanguageDecision]:
    """The language of each document: the one that is kept, or as it is decided now."""
    kept = [draft.document.decided for draft in drafts]
    undecided = [draft.clues() for draft, one in zip(drafts, kept, strict=True) if one is None]
    decided = iter(decide_languages(undecided))
    return [
        next(decided) if one is None else LanguageDecision(one.code, one.confidence, one.reason)
        for one in kept
    ]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _title_languages(
    drafts: Sequence[_Draft], decisions: Sequence[LanguageDecision], *, told_apart: bool
) -> list[str]:
    """The language each title is inflected in, which need not be that of the text.

    It is the original language if the title is the original title. Otherwise that of the text,
    unless the title speaks clearly for another: catalogues keep titles in the original language, in
    English, seldom in a third one. Not `told_apart`, it is that of the text in any case.
    """
    if not told_apart:
        return [decision.code for decision in decisions]
    codes = [
        _settled_title_language(draft, decision) for draft, decision in zip(drafts, decisions, strict=True)
    ]
    unsettled = [place for place, code in enumerate(codes) if code is None]
    guesses = detect_many([drafts[place].title for place in unsettled])
    for place, guess in zip(unsettled, guesses, strict=True):
        codes[place] = _title_language(drafts[place], decisions[place], guess)
    return [code or UNDETERMINED for code in codes]


def _settled_title_language(draft: _Draft, decision: LanguageDecision) -> str | None:
    """The language of a title that need not be looked at; None of another."""
    if draft.document.decided is not None and draft.document.decided.title is not None:
        return draft.document.decided.title
    if draft.title and draft.original == draft.title and draft.prior and is_known(draft.prior):
        return canonical_code(draft.prior)
    if not draft.title or not draft.document.text:
        return decision.code
    return None


def _title_language(draft: _Draft, decision: LanguageDecision, seen: LanguageDecision) -> str:
    """The language of a title beside a text; `seen` is what it looks like by itself."""
    title, prior = draft.title, draft.prior
    scripts = scripts_in(title)
    if not scripts:
        return decision.code
    if next(iter(scripts)) not in language(decision.code).scripts:
        return of_bare_title(title, seen, prior).code
    if not draft.original and prior and seen.code == canonical_code(prior):
        # Nobody says that the title is translated, and it looks like the original language.
        return canonical_code(prior)
    if seen.code == decision.code:
        return decision.code
    letters = sum(scripts.values())
    # Most titles say nothing clearly; of these the weighing is spared.
    own = of_title_itself(title, seen, decision.code)
    if own.code == decision.code or not _is_clear(draft, own, letters):
        return decision.code
    guess = of_bare_title(title, seen, decision.code)
    return guess.code if _is_clear(draft, guess, letters) else decision.code


def _is_clear(draft: _Draft, guess: LanguageDecision, letters: int) -> bool:
    """Whether a title of so many letters speaks clearly for the language guessed."""
    if guess.code == UNDETERMINED:
        return False
    if not draft.original or draft.original == draft.title:
        return is_more_than_a_guess(guess, letters)
    if guess.code in (MOST_WRITTEN, canonical_code(draft.prior or "")):
        return guess.confidence >= UNSURE
    return guess.confidence >= (LEAST_FOR_RARE if is_rare(guess.code) else SURE)


def _other_titles(drafts: Sequence[_Draft]) -> list[tuple[Title, ...]]:
    """The other titles of each document, each text once, with the language it is first said to be in."""
    # What is said first of a text counts.
    titles: list[dict[str, str | None]] = [
        dict(reversed(list(_said_of_other_titles(draft)))) for draft in drafts
    ]
    for draft, of_one in zip(drafts, titles, strict=True):
        if draft.document.decided is not None:
            kept = draft.document.decided.other_titles
            of_one.update((text, code) for text, code in kept if text in of_one)
    if not any(titles):
        return [()] * len(drafts)
    unknown = [(of_one, text) for of_one in titles for text, code in of_one.items() if code is None]
    decisions = decide_languages([Clues(title=text) for _, text in unknown])
    for (of_one, text), decision in zip(unknown, decisions, strict=True):
        of_one[text] = decision.code
    return [
        tuple([Title(text, code or UNDETERMINED) for text, code in reversed(of_one.items())])
        for of_one in titles
    ]


def _said_of_other_titles(draft: _Draft) -> Iterator[tuple[str, str | None]]:
    """Title and language, None where it has to be told by the title."""
    title, original = draft.title, draft.original
    if original and original != title:
        yield original, canonical_code(draft.prior) if draft.prior else None
    for other in draft.document.also_known_as:
        text = nfc(other.title)
        if text and text not in (title, original):
            code = canonical_code(other.language or "")
            yield text, code if code != UNDETERMINED or text.isascii() else None


def content_hash(document: Document) -> int:
    """64 bits of a hash of everything the source says, and of nothing else."""
    data = orjson.dumps(document, option=orjson.OPT_SORT_KEYS, default=str)
    # The last key; in a text its quotation marks are escaped.
    said = data[: data.rindex(_ORIGIN_KEY)] + _NO_ORIGIN
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "little")


class RecordMaker:
    """Makes the stored side of documents, for the facets and sort keys of a collection."""

    def __init__(self, settings: Settings) -> None:
        self._popular_by = settings.popular_by
        self._completed = settings.analysis.suggestions
        values = {facet.name for facet in settings.facets if facet.kind == "value"} - {LANGUAGE}
        self._has_people = _PEOPLE in values
        self._values = values - {_PEOPLE}
        self._numbers = frozenset(numeric_names(settings)) - {_DATE}

    def record(self, prepared: Prepared, hashed: int, origin: str) -> DocumentRecord:
        """The stored side of a document; `origin` is the file it came from."""
        document, title = prepared.document, prepared.title
        fields = _fields(document)
        numbers = self._numbers_of(document, fields)
        weight = 1.0 + max(numbers.get(self._popular_by, 0.0), 0.0)
        languages: tuple[str, ...] = (title.language,)
        if prepared.other_titles:
            languages = tuple(dict.fromkeys((*languages, *[one.language for one in prepared.other_titles])))
        values: dict[str, tuple[str, ...]] = {
            LANGUAGE: (prepared.decision.code,),
            ANALYZED: languages,
            ORIGIN: (origin,),
        }
        for name in self._values.intersection(fields):
            values[name] = _texts(fields[name])
        if prepared.names and self._has_people:
            values[_PEOPLE] = prepared.names
        return DocumentRecord(
            id=document.id,
            stored=orjson.dumps(_stored(prepared, fields), option=orjson.OPT_NON_STR_KEYS),
            content_hash=hashed,
            values=values,
            numbers=numbers,
            suggestions=tuple(_suggestions(prepared, weight)) if self._completed else (),
            sort_title=normalize_title(title.text),
        )

    def _numbers_of(self, document: Document, fields: dict[str, Any]) -> dict[str, float]:
        numbers: dict[str, float] = {}
        for name in self._numbers.intersection(fields):
            value = fields[name]
            if isinstance(value, int | float) and not isinstance(value, bool):
                numbers[name] = float(value)
        date = _date_number(document)
        if date is not None:
            numbers[_DATE] = date
        return numbers


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


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    items = value if isinstance(value, list | tuple) else (value,)
    texts = [item if type(item) is str else str(item) for item in items if not isinstance(item, dict)]
    return tuple([nfc(text) for text in texts if text and not text.isspace()])


def numeric_names(settings: Settings) -> tuple[str, ...]:
    """Keys kept as number columns: numeric facets, sort keys, popularity, the date."""
    names = [facet.name for facet in settings.facets if facet.kind == "number"]
    names += [key.name for key in settings.sort_keys if key.name not in ("relevance", "title")]
    return tuple(dict.fromkeys((*names, settings.popular_by, _DATE)))


def _date_number(document: Document) -> float | None:
    """The date as a number that sorts: 20131127.0, or 20130000.0 for a year alone."""
    date = document.date or ""
    digits = date.replace("-", "") if len(date) >= 8 else ""
    if len(digits) == 8 and digits.isascii() and digits.isdigit():
        return float(digits)
    return None if document.year is None else document.year * 10000.0


def _suggestions(prepared: Prepared, weight: float) -> Iterator[SuggestionKey]:
    for number, title in enumerate((prepared.title, *prepared.other_titles)):
        if 0 < len(title.text) <= LONGEST_SUGGESTED:
            part = 1.0 if number == 0 else _OTHERS
            for key, share in suggestion_keys(title.text, title.language):
                yield SuggestionKey(key, number, weight * share * part)
