"""How do many documents become postings quickly?

Each distinct word is analysed once per language; after that a token costs a dictionary look-up.
Terms go to the segment writer as numbers, and the segment is a few sorts over whole columns.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TypeAlias

from indexer.record import Prepared, Title
from search.analysis.analyzer import Forms, NameForms, analyze_word, joined_chains, name_forms
from search.analysis.folding import fold, normalize
from search.analysis.languages import language
from search.analysis.stop_words import stop_words
from search.analysis.tokenizers import tokenize, words_in
from search.analysis.whole_names import whole_name_keys
from search.analysis.whole_title import whole_title_key
from search.configuration import Settings
from search.index.codec.segment_writer import SegmentWriter
from search.index.schema import ALIAS, BODY, EXACT, FOLDED, GRAM, KEY, LATIN, PEOPLE, STEM, TITLE, WAYS, Field

#: Empty positions between two titles or two names, so that no phrase spans them.
GAP = 20
#: Titles of up to so many words and letters are also indexed as one word.
MOST_TOGETHER, LONGEST_TOGETHER = 5, 40

_CACHED_WAYS = (EXACT, FOLDED, STEM, GRAM)


@dataclass(slots=True)
class _Zone:
    """The terms of one zone of the document at hand, by way."""

    terms: dict[str, array[int]]
    positions: array[int]
    words: int = 0
    telling: int = 0
    texts: int = 0
    next_position: int = 0

    def length(self, way: str) -> int:
        """N-grams by themselves, stems without stop words, all else in words."""
        if way == GRAM:
            return len(self.terms[GRAM])
        return self.telling if way == STEM else self.words

    @classmethod
    def empty(cls) -> _Zone:
        return cls({way: array("I") for way in WAYS}, array("I"))


_Terms: TypeAlias = "array[int]"
_Numbered: TypeAlias = "tuple[int, _Terms, _Terms, _Terms, bool]"


class BulkAnalyzer:
    """Feeds documents to one segment writer."""

    def __init__(self, writer: SegmentWriter, settings: Settings) -> None:
        self._writer = writer
        self._settings = settings
        self._vocabularies = {way: writer.vocabulary(way) for way in WAYS}
        self._words: dict[tuple[str, bool], dict[str, _Numbered | None]] = {}
        self._names: dict[str, dict[str, tuple[_Terms, _Terms]]] = {}

    def add(self, prepared: Prepared) -> None:
        """Hand all terms of a document to the writer; its record follows by `add_record`."""
        title, alias, people, body = (_Zone.empty() for _ in range(4))
        self._title(title, prepared.title, also=prepared.decision.code)
        for other in prepared.other_titles:
            self._title(alias, other)
        origin = prepared.document.original_language or prepared.decision.code
        for name in prepared.names:
            self._title(people, Title(name, origin), stems=False)
        self._text(body, prepared.text, prepared.decision.code)
        if prepared.document.year:
            # Persona 1966: the year tells works of one title apart.
            self._text(body, str(prepared.document.year), prepared.decision.code)
        for key in self._settings.searched:
            for text in _texts(prepared.document.extra.get(key)):
                self._text(body, text, prepared.decision.code)
        for zone, collected in ((TITLE, title), (ALIAS, alias), (PEOPLE, people), (BODY, body)):
            self._hand_over(zone, collected)

    def _hand_over(self, zone: str, collected: _Zone) -> None:
        for way, zones in WAYS.items():
            if zone in zones:
                terms = collected.terms[way]
                length = collected.length(way)
                if zone in (ALIAS, PEOPLE) and collected.texts:
                    # A film with many titles is not a film with a long title.
                    length = -(-length // collected.texts)
                positions = collected.positions if way == EXACT else ()
                self._writer.add_terms(Field(zone, way), terms, length, positions)

    def _title(self, zone: _Zone, title: Title, *, also: str | None = None, stems: bool = True) -> None:
        self._text(zone, title.text, title.language, stems=stems)
        if stems and also is not None and also != title.language:
            self._stems_only(zone, title.text, also)
        names = self._names.setdefault(title.language, {})
        for stretch, _, _ in words_in(title.text):
            forms = names.get(stretch)
            if forms is None:
                forms = names[stretch] = self._numbered_name(name_forms(stretch, title.language))
            zone.terms[LATIN].extend(forms[0])
            zone.terms[KEY].extend(forms[1])
        zone.terms[KEY].extend(self._number(KEY, key) for key in whole_name_keys(title.text, title.language))
        self._joined_names(zone, title)
        if stems:
            self._written_together(zone, title.text)
            if whole := whole_title_key(title.text):
                zone.terms[KEY].append(self._number(KEY, whole))

    def _written_together(self, zone: _Zone, text: str) -> None:
        """Star Wars is also found as starwars; a reading typed in kana meets its Latin spelling."""
        words = [fold(normalize(stretch)) for stretch, _, _ in words_in(text)]
        together = "".join(words)
        if 1 < len(words) <= MOST_TOGETHER and len(together) <= LONGEST_TOGETHER:
            zone.terms[FOLDED].append(self._number(FOLDED, together))

    def _joined_names(self, zone: _Zone, title: Title) -> None:
        """Кин-дза-дза is also found as kindzadza."""
        if title.text.isascii():
            return
        for joined, _ in joined_chains(title.text, tokenize(title.text)):
            if not joined.isascii():
                forms = self._numbered_name(name_forms(joined, title.language))
                zone.terms[LATIN].extend(forms[0])
                zone.terms[KEY].extend(forms[1])

    def _text(self, zone: _Zone, text: str, code: str, *, stems: bool = True) -> None:
        if not text:
            return
        tokens = tokenize(text)
        words = self._words.setdefault((_analysis_code(code), False), {})
        grams = self._words.setdefault((_analysis_code(code), True), {})
        exact, folded, stem, gram = (zone.terms[way] for way in _CACHED_WAYS)
        start, last = zone.next_position, -1
        for token in tokens:
            cache = grams if token.is_gram else words
            numbered = cache.get(token.text)
            if numbered is None:
                if token.text in cache:
                    continue
                numbered = cache[token.text] = self._numbered(
                    analyze_word(token.text, token.is_gram, code), code
                )
                if numbered is None:
                    continue
            exact.append(numbered[0])
            zone.positions.append(start + token.position)
            folded.extend(numbered[1])
            if stems:
                stem.extend(numbered[2])
            gram.extend(numbered[3])
            zone.telling += numbered[4]
            last = token.position
        zone.words += last + 1
        zone.texts += 1
        zone.next_position = start + last + 1 + GAP
        for joined, _ in joined_chains(text, tokens):
            word = fold(normalize(joined))
            if word:
                folded.append(self._number(FOLDED, word))

    def _stems_only(self, zone: _Zone, text: str, code: str) -> None:
        words = self._words.setdefault((_analysis_code(code), False), {})
        for token in tokenize(text):
            if token.is_gram:
                continue
            if token.text not in words:
                words[token.text] = self._numbered(analyze_word(token.text, False, code), code)
            numbered = words[token.text]
            if numbered is not None:
                zone.terms[STEM].extend(numbered[2])

    def _number(self, way: str, term: str) -> int:
        vocabulary = self._vocabularies[way]
        return vocabulary.setdefault(term, len(vocabulary))

    def _numbered(self, forms: Forms, code: str) -> _Numbered | None:
        if not forms.exact:
            return None
        return (
            self._number(EXACT, forms.exact),
            array("I", [self._number(FOLDED, term) for term in forms.folded]),
            array("I", [self._number(STEM, term) for term in forms.stems]),
            array("I", [self._number(GRAM, term) for term in forms.grams]),
            forms.exact not in stop_words(code),
        )

    def _numbered_name(self, forms: NameForms) -> tuple[_Terms, _Terms]:
        return (
            array("I", [self._number(LATIN, term) for term in forms.latin]),
            array("I", [self._number(KEY, term) for term in forms.keys]),
        )


def _analysis_code(code: str) -> str:
    """Languages of one code share the words analysed so far."""
    return language(code).code


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [item for item in value if isinstance(item, str)]
    return []
