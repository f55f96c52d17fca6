"""How do many documents become postings quickly?

Adding a document only notes the numbers of its chunks (`chunk_rows.py`), a look-up each. What they
stand for is put together for all documents of a segment at once, by NumPy, when it is written.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np

from indexer.chunk_rows import NameRows, TextRows, chunks_of, new_vocabularies, numbers_of
from indexer.record import Prepared, Title
from search.analysis.tokenizers import words_of
from search.analysis.whole_names import whole_name_keys
from search.analysis.whole_title import whole_title_key_of
from search.configuration import Settings
from search.index.codec.arrays import Array
from search.index.codec.segment_writer import Occurrences, SegmentWriter
from search.index.schema import (
    ALIAS,
    BODY,
    EXACT,
    FOLDED,
    GRAM,
    KEY,
    LATIN,
    PEOPLE,
    STEM,
    TITLE,
    WAYS,
    ZONES,
    Field,
)

#: Empty positions between two titles or two names, so that no phrase spans them.
GAP = 20
#: Titles of up to so many words and letters are also indexed as one word.
MOST_TOGETHER, LONGEST_TOGETHER = 5, 40
#: Chunks known beyond which all are forgotten with the next segment: some 300 MB of memory.
MOST_CHUNKS = 1_000_000
#: Names of people whose sound as a whole is remembered; they return in many documents.
MOST_PEOPLE = 100_000


def _numbers() -> array[int]:
    return array("I")


@dataclass(slots=True)
class _Texts:
    """Texts of one kind, one after another: the notes of their chunks, and each text's document and
    number of chunks."""

    notes: array[int] = field(default_factory=_numbers)
    docs: array[int] = field(default_factory=_numbers)
    sizes: array[int] = field(default_factory=_numbers)

    def append(self, doc: int, notes: list[int]) -> None:
        self.notes.extend(notes)
        self.docs.append(doc)
        self.sizes.append(len(notes))

    def docs_of_notes(self) -> Array:
        return np.repeat(numbers_of(self.docs), numbers_of(self.sizes))


@dataclass(slots=True)
class _Extra:
    """Terms that belong to a whole title rather than to a chunk of it, with their documents."""

    terms: array[int] = field(default_factory=_numbers)
    docs: array[int] = field(default_factory=_numbers)

    def append(self, doc: int, term: int) -> None:
        self.terms.append(term)
        self.docs.append(doc)


@dataclass(slots=True)
class _Zone:
    """What was noted of one zone since the last segment. `also` are titles that are stemmed in the
    language of the document too."""

    texts: _Texts = field(default_factory=_Texts)
    also: _Texts = field(default_factory=_Texts)
    names: _Texts = field(default_factory=_Texts)
    extra: dict[str, _Extra] = field(default_factory=lambda: {FOLDED: _Extra(), KEY: _Extra()})


class BulkAnalyzer:
    """Notes documents, and hands the terms of all noted so far to a segment writer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ways = frozenset(settings.analysis.ways)
        self._naming = not self._ways.isdisjoint((LATIN, KEY))
        self._forget_chunks()
        self._forget_documents()

    def _forget_chunks(self) -> None:
        self.vocabularies = new_vocabularies()
        self._text_rows = TextRows(self.vocabularies, self._ways)
        self._name_rows = NameRows(self.vocabularies)
        self._people: dict[tuple[str, str], list[int]] = {}

    def _forget_documents(self) -> None:
        self._zones = {zone: _Zone() for zone in ZONES}
        self._documents = 0

    def add(self, prepared: Prepared) -> None:
        """Note all terms of the next document."""
        document, code = prepared.document, prepared.decision.code
        doc = self._documents
        self._documents += 1
        own = prepared.title
        self._title(TITLE, doc, own)
        if own.language != code and STEM in self._ways:
            rows = self._text_rows.of(code)
            self._zones[TITLE].also.append(doc, list(map(rows.__getitem__, chunks_of(own.text))))
        for other in prepared.other_titles:
            self._title(ALIAS, doc, other)
        if prepared.names:
            origin = document.original_language or code
            for name in prepared.names:
                self._person(doc, name, origin)
        rows = self._text_rows.of(code)
        noted = self._zones[BODY].texts
        if prepared.text:
            noted.append(doc, list(map(rows.__getitem__, chunks_of(prepared.text))))
        if document.year:
            # Persona 1966: the year tells works of one title apart.
            noted.append(doc, [rows[str(document.year)]])
        for key in self._settings.searched:
            if key not in document.extra:
                continue
            for text in _texts(document.extra[key]):
                if text:
                    noted.append(doc, list(map(rows.__getitem__, chunks_of(text))))

    def _title(self, zone: str, doc: int, title: Title) -> None:
        text = title.text
        if not text:
            return
        noted = self._zones[zone]
        self._named(noted, doc, text, title.language)
        if self._ways.isdisjoint((KEY, FOLDED)):
            return
        stretches = words_of(text)
        whole = whole_title_key_of(stretches)
        if KEY in self._ways:
            number, extra = self.vocabularies[KEY], noted.extra[KEY]
            for key in whole_name_keys(text, title.language, stretches):
                extra.append(doc, number[key])
            if whole:
                extra.append(doc, number[whole])
        # Star Wars is also found as starwars; a reading typed in kana meets its Latin spelling.
        is_short = 1 < len(whole) <= LONGEST_TOGETHER + 1 and 1 < len(stretches) <= MOST_TOGETHER
        if is_short and FOLDED in self._ways:
            noted.extra[FOLDED].append(doc, self.vocabularies[FOLDED][whole[1:]])

    def _person(self, doc: int, name: str, code: str) -> None:
        if not name:
            return
        noted = self._zones[PEOPLE]
        self._named(noted, doc, name, code)
        if KEY not in self._ways:
            return
        keys = self._people.get((name, code))
        if keys is None:
            number = self.vocabularies[KEY]
            keys = [number[key] for key in whole_name_keys(name, code)]
            if len(self._people) < MOST_PEOPLE:
                self._people[name, code] = keys
        for key in keys:
            noted.extra[KEY].append(doc, key)

    def _named(self, noted: _Zone, doc: int, text: str, code: str) -> None:
        chunks = chunks_of(text)
        noted.texts.append(doc, list(map(self._text_rows.of(code).__getitem__, chunks)))
        if self._naming:
            noted.names.append(doc, list(map(self._name_rows.of(code).__getitem__, chunks)))

    def hand_over(self, writer: SegmentWriter) -> None:
        """Give the writer the terms of all documents noted, and forget these."""
        for zone, noted in self._zones.items():
            self._hand_over(zone, noted, writer)
        self._forget_documents()
        if len(self._text_rows) > MOST_CHUNKS:
            self._forget_chunks()

    def _hand_over(self, zone: str, noted: _Zone, writer: SegmentWriter) -> None:
        found = self._found(noted.texts)
        lengths = dict.fromkeys(WAYS, found.lengths) | {STEM: found.telling, GRAM: found.grams}
        if zone in (ALIAS, PEOPLE):
            # A film with many titles is not a film with a long title.
            texts = np.maximum(found.texts, 1)
            lengths = {way: -(-length // texts) for way, length in lengths.items()}
        for way, zones in WAYS.items():
            if zone not in zones or way not in self._ways:
                continue
            positions = None
            if way in (LATIN, KEY):
                terms, sizes = self._name_rows.terms[way].taken(numbers_of(noted.names.notes))
                docs = np.repeat(noted.names.docs_of_notes(), sizes)
            else:
                terms, sizes = self._text_rows.terms(way).taken(found.words)
                docs = np.repeat(found.docs, sizes)
            if way == EXACT:
                positions = np.repeat(found.positions.astype(np.uint32), sizes)
            elif way == FOLDED:
                terms, docs = _with(terms, docs, found.joined, found.joined_docs)
            elif way == STEM and noted.also.docs:
                also = self._text_rows.words(numbers_of(noted.also.notes))
                more, sizes = self._text_rows.terms(STEM).taken(also.words)
                more_docs = np.repeat(noted.also.docs_of_notes()[also.chunks], sizes)
                terms, docs = _with(terms, docs, more, more_docs)
            if way in noted.extra:
                extra = noted.extra[way]
                terms, docs = _with(terms, docs, numbers_of(extra.terms), numbers_of(extra.docs))
            writer.give(Field(zone, way), Occurrences(terms, docs, positions), lengths[way])

    def _found(self, texts: _Texts) -> _Found:
        """The words of the texts of a zone, where they stand, and how long they are together."""
        documents = self._documents
        found = self._text_rows.words(numbers_of(texts.notes))
        text_docs, sizes = numbers_of(texts.docs), numbers_of(texts.sizes).astype(np.int64)
        chunk_docs = np.repeat(text_docs, sizes)
        chunk_texts = np.repeat(np.arange(len(sizes)), sizes)
        places = found.places + (np.cumsum(found.widths) - found.widths)[found.chunks]
        word_texts = chunk_texts[found.chunks]
        # Positions are counted from the beginning of each text, up to its last word of which anything
        # visible is left.
        first = np.cumsum(sizes) - sizes
        before = np.concatenate(([0], np.cumsum(found.widths)))[first]
        places -= before[word_texts]
        seen = self._text_rows.terms(EXACT).sizes(found.words) > 0
        lengths = np.zeros(len(sizes), np.int64)
        np.maximum.at(lengths, word_texts[seen], places[seen] + 1)
        starts = np.cumsum(lengths + GAP) - (lengths + GAP)
        is_first = np.ones(len(text_docs), bool)
        is_first[1:] = text_docs[1:] != text_docs[:-1]
        starts -= starts[np.maximum.accumulate(np.where(is_first, np.arange(len(starts)), 0))]
        docs = chunk_docs[found.chunks]
        grams = self._text_rows.terms(GRAM).sizes(found.words) if GRAM in self._ways else np.zeros_like(docs)
        return _Found(
            found.words,
            docs,
            places + starts[word_texts],
            found.joined,
            chunk_docs[found.joined_chunks],
            np.bincount(text_docs, minlength=documents),
            _summed(text_docs, lengths, documents),
            _summed(docs, self._text_rows.telling()[found.words], documents),
            _summed(docs, grams, documents),
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """Per word its document and position in the zone; terms of chains of words with theirs; per
    document the number of texts, of words, of words that are no stop words, and of n-grams."""

    words: Array
    docs: Array
    positions: Array
    joined: Array
    joined_docs: Array
    texts: Array
    lengths: Array
    telling: Array
    grams: Array


def _summed(docs: Array, values: Array, documents: int) -> Array:
    return np.bincount(docs, weights=values, minlength=documents).astype(np.int64)


def _with(terms: Array, docs: Array, more_terms: Array, more_docs: Array) -> tuple[Array, Array]:
    """Both in order of documents."""
    docs = np.concatenate((docs, more_docs))
    order = np.argsort(docs, kind="stable")
    return np.concatenate((terms, more_terms))[order], docs[order]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [item for item in value if isinstance(item, str)]
    return []
