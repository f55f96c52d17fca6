"""What in a text is why it was found?

Marks follow the analysis, not the letters: a word is marked when one of its forms is one of the
plan's terms, so *strasse* marks «Straße» and *inuyasha* marks 犬夜叉. Always whole words of the
original text, or in scripts without spaces the smallest stretch that is written or sounds so.
Small words (*the*, *of*) are marked only next to another mark. How marks become HTML is
`snippets.py`'s question.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from search.analysis.analyzer import cached_word
from search.analysis.folding import normalize
from search.analysis.stop_words import stop_words
from search.analysis.tokenizers import Token, tokenize
from search.beginnings import BEGINNINGS, beginnings_of_words, endings_of_grams
from search.index.schema import KEY, LATIN
from search.joined_marks import joined_marks
from search.name_marks import Span, names_spelled, names_that_sound
from search.query.plan import Node
from search.text_words import TextWords
from search.wanted_terms import WantedTerms, WantedWord, wanted_words
from search.word_forms import WORD_FORMS, forms_of_grams
from search.word_places import FEWEST_CHARACTERS, WordPlaces

#: What may stand between neighbours: neither a full stop nor a colon.
_BETWEEN = re.compile(r"[\s'’ʼ,&‐‑・-]{1,3}")
_ATTACHING = frozenset("'’ʼ-‐‑")

_NO, _SMALL, _TELLING = 0, 1, 2


def _has_part(forms: tuple[str, ...], parts: Collection[str]) -> bool:
    return any(part in form for form in forms for part in parts)


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Words, or n-grams: how those begin that are looked at (None: in any way) and how n-grams end, all
    seen so far, and the worth of those that are marked."""

    firsts: frozenset[str] | None
    lasts: frozenset[str] = frozenset()
    seen: set[str] = field(default_factory=set)
    worth: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The terms as one language reads them, telling words and small ones apart, and what is known
    of the tokens met so far: the texts of a page have most of their words in common."""

    language: str
    is_name: bool
    telling: WantedTerms | None
    small: WantedTerms | None
    terms: frozenset[str]
    parts: frozenset[str]
    words: _Tokens
    grams: _Tokens

    @classmethod
    def of(
        cls, language: str, is_name: bool, telling: WantedTerms | None, small: WantedTerms | None
    ) -> _Reading:
        both = [one for one in (telling, small) if one is not None]
        of_words, begin, parts = both[0].of_words, both[0].beginnings, both[0].parts
        if len(both) > 1:
            of_words, begin, parts = (
                of_words | both[1].of_words,
                begin | both[1].beginnings,
                parts | both[1].parts,
            )
        # A part of a compound may stand anywhere in it.
        of_text = None if parts else beginnings_of_words(begin, language)
        grams = _Tokens(begin, endings_of_grams(of_words))
        return cls(language, is_name, telling, small, of_words, parts, _Tokens(of_text), grams)

    def look_at(self, texts: Sequence[TextWords]) -> None:
        """Find out which of their words and n-grams are marked."""
        words, grams = texts[0].words, texts[0].grams
        if len(texts) > 1:
            words = words.union(*[one.words for one in texts])
            grams = grams.union(*[one.grams for one in texts])
        firsts, lasts = self.words.firsts, self.grams.lasts
        if words:
            if firsts is not None:
                words = {token for token in words if BEGINNINGS[token[0]] in firsts}
            self.look_at_words(words)
        if grams:
            begin = self.grams.firsts or frozenset()
            grams = {token for token in grams if BEGINNINGS[token[0]] in begin}
            self._look_at(
                {token for token in grams if BEGINNINGS[token[-1]] in lasts}, self.grams, is_gram=True
            )

    def look_at_words(self, words: set[str]) -> None:
        """The same of words that begin as wanted."""
        self._look_at(words, self.words, is_gram=False)

    def _look_at(self, tokens: set[str], known: _Tokens, *, is_gram: bool) -> None:
        new = tokens - known.seen if known.seen else tokens
        if new:
            known.seen.update(new)
            for token in self._candidates(new, is_gram):
                if worth := self._worth(token, is_gram):
                    known.worth[token] = worth

    def _candidates(self, tokens: set[str], is_gram: bool) -> list[str]:
        """Tokens with a form that is a term in one way or another: all that may be met."""
        terms, is_apart = self.terms, self.terms.isdisjoint
        if is_gram:
            rows = forms_of_grams(tokens)
            return [token for token, exact, folded in rows if exact in terms or folded in terms]
        forms, parts = WORD_FORMS.of(tokens, self.language), self.parts
        if not parts:
            return [token for token in tokens if not is_apart(forms[token])]
        return [token for token in tokens if not is_apart(forms[token]) or _has_part(forms[token], parts)]

    def _worth(self, token: str, is_gram: bool) -> int:
        if self.telling and self.telling.meet(token, is_gram, self.language):
            return _TELLING
        return _SMALL if self.small and self.small.meet(token, is_gram, self.language) else _NO


@dataclass(frozen=True, slots=True)
class Marker:
    """The words of a plan, ready to be found in texts. Made once per query."""

    wanted: tuple[WantedWord, ...] = ()
    _readings: dict[tuple[str, bool], _Reading] = field(default_factory=dict)
    _terms: dict[tuple[tuple[bool, ...], bool], WantedTerms | None] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Node) -> Marker:
        return cls(tuple(dict.fromkeys(wanted_words(root))))

    def spans(
        self, text: str, language: str, *, is_name: bool = False, across_scripts: bool = True
    ) -> list[Span]:
        """What to mark in `text`, in NFC, as (start, end), ascending, without overlaps.

        `is_name`: the text is a title, which is also found by its romanisation and its sound;
        without `across_scripts` these are left out.
        """
        if not self.wanted:
            return []
        reading = self._reading(language, is_name)
        return _spans(text, _found_in([text], reading)[0], reading, across_scripts)

    def spans_of_all(
        self, texts: Sequence[tuple[str, str]], *, is_name: bool = False, across_scripts: bool = True
    ) -> list[list[Span]]:
        """`spans` of several texts, each (text, language): texts in one language, which have many of
        their words in common, are looked at together."""
        spans: list[list[Span]] = [[] for _ in texts]
        by_language: dict[str, list[int]] = {}
        for place, (_, language) in enumerate(texts if self.wanted else ()):
            by_language.setdefault(language, []).append(place)
        for language, places in by_language.items():
            reading = self._reading(language, is_name)
            group = [texts[place][0] for place in places]
            for place, text, found in zip(places, group, _found_in(group, reading), strict=True):
                spans[place] = _spans(text, found, reading, across_scripts)
        return spans

    def _reading(self, language: str, is_name: bool) -> _Reading:
        reading = self._readings.get((language, is_name))
        if reading is None:
            small_words = stop_words(language)
            telling = tuple([not (one.optional or one.text in small_words) for one in self.wanted])
            if len(telling) == 1:
                telling = (True,)
            small = tuple([not one for one in telling])
            reading = _Reading.of(
                language, is_name, self._terms_of(telling, is_name), self._terms_of(small, is_name)
            )
            self._readings[language, is_name] = reading
        return reading

    def _terms_of(self, chosen: tuple[bool, ...], is_name: bool) -> WantedTerms | None:
        """The terms of the chosen words, None of none. Languages mostly agree on what is small, so
        that few different ones are made."""
        if (chosen, is_name) not in self._terms:
            wanted = tuple(itertools.compress(self.wanted, chosen))
            self._terms[chosen, is_name] = WantedTerms.of(wanted, in_body=not is_name) if wanted else None
        return self._terms[chosen, is_name]


def _spans(text: str, found: dict[Span, int], reading: _Reading, across_scripts: bool) -> list[Span]:
    """What is marked in a text in which these words and n-grams were found."""
    telling = reading.telling
    if telling is not None:
        for span in joined_marks(text, telling):
            found[span] = _TELLING
        for span in _in_order(text, telling) if telling.runs else ():
            found[span] = _TELLING
        if reading.is_name and across_scripts:
            for span in _names(text, reading.language, telling):
                found[span] = _TELLING
    return _settled(text, found, reading) if found else []


def _found_in(texts: Sequence[str], reading: _Reading) -> list[dict[Span, int]]:
    """Of each text where words and n-grams are met, with their worth."""
    if sum(map(len, texts)) >= FEWEST_CHARACTERS:
        places = WordPlaces.of(texts)
        if places is not None:
            return _found_at(places, reading)
    insides = [TextWords.of(text) for text in texts]
    reading.look_at(insides)
    return [_words(inside, reading) for inside in insides]


def _found_at(places: WordPlaces, reading: _Reading) -> list[dict[Span, int]]:
    words = places.beginning(reading.words.firsts)
    reading.look_at_words({word for word, _, _ in words})
    offsets, worth = places.offsets, reading.words.worth
    found: list[dict[Span, int]] = [{} for _ in offsets]
    for word, start, end in words if worth else ():
        if word in worth:
            text = bisect(offsets, start) - 1
            found[text][start - offsets[text], end - offsets[text]] = worth[word]
    return found


def _words(inside: TextWords, reading: _Reading) -> dict[Span, int]:
    """Where words and n-grams are met, with their worth."""
    words, grams = reading.words.worth, reading.grams.worth
    if inside.tokens:
        # Of several words in one place (½ is 1, 2) the last one counts.
        return {
            (token.start, token.end): worth
            for token in inside.tokens
            if (worth := (grams if token.is_gram else words).get(token.text))
        }
    found: dict[Span, int] = {}
    for token, worth in words.items():
        if token in inside.words:
            found.update(dict.fromkeys(inside.places(token, False), worth))
    for token, worth in grams.items():
        if token in inside.grams:
            found.update(dict.fromkeys(inside.places(token, True), worth))
    return found


def _in_order(text: str, terms: WantedTerms) -> Iterator[Span]:
    """Words next to each other that together are a synonym: *New York City* for `nyc`."""
    at: dict[int, dict[str, Span]] = {}
    for token in tokenize(text):
        at.setdefault(token.position, {})[normalize(token.text)] = token.start, token.end
    for places in terms.runs:
        for first in at:
            spans = [
                next((at[place][term] for term in accepted if term in at.get(place, ())), None)
                for place, accepted in enumerate(places, first)
            ]
            if spans[0] is not None and spans[-1] is not None and None not in spans:
                yield spans[0][0], spans[-1][1]


def _names(text: str, language: str, terms: WantedTerms) -> Iterator[Span]:
    """What is written in another script than the query."""
    yield from (span for _, span in names_spelled(text, language, terms.latin))
    yield from (span for _, span in names_that_sound(text, language, terms.keys))
    for way, wanted in terms.groups:
        if way == LATIN:
            met = list(names_spelled(text, language, wanted))
        elif way == KEY:
            met = list(names_that_sound(text, language, wanted))
        else:
            met = [
                (term, (token.start, token.end))
                for token in tokenize(text)
                for term in _forms(token, language) & wanted
            ]
        # They mean something only together.
        if {term for term, _ in met} == wanted:
            yield from (span for _, span in met)


def _forms(token: Token, language: str) -> frozenset[str]:
    forms = cached_word(token.text, token.is_gram, language)
    return frozenset((forms.exact, *forms.folded))


def _settled(text: str, found: dict[Span, int], reading: _Reading) -> list[Span]:
    """All marks but small words by themselves, overlapping ones as one."""
    if _SMALL not in found.values():
        return _merged(list(found))
    kept: list[Span] = []
    only_small = reading.telling is None
    for run in _runs(text, sorted(found)):
        whole = _without_attached(text, run, found)
        if any(found[span] == _TELLING for span in whole) or (only_small and len(whole) > 1):
            kept += whole
    if not kept and only_small and reading.is_name:
        # A query of nothing but small words is about each of them.
        kept = list(found)
    return _merged(kept)


def _runs(text: str, spans: list[Span]) -> Iterator[list[Span]]:
    """Spans that stand next to each other."""
    run: list[Span] = []
    end = 0
    for span in spans:
        if run and span[0] > end and not _BETWEEN.fullmatch(text, end, span[0]):
            yield run
            run = []
        run.append(span)
        end = max(end, span[1])
    if run:
        yield run


def _without_attached(text: str, run: list[Span], found: dict[Span, int]) -> list[Span]:
    """A run without small words at its ends that are the rest of another word: the *ve* of *they've*."""
    first, last = 0, len(run)
    while first < last and found[run[first]] == _SMALL and _is_attached(text, run[first][0] - 1, -1):
        first += 1
    while first < last and found[run[last - 1]] == _SMALL and _is_attached(text, run[last - 1][1], 1):
        last -= 1
    return run[first:last]


def _is_attached(text: str, place: int, step: int) -> bool:
    """Whether a sign at `place` holds a word to what lies in the direction of `step`."""
    beyond = place + step
    return (
        0 <= place < len(text)
        and 0 <= beyond < len(text)
        and text[place] in _ATTACHING
        and text[beyond].isalnum()
    )


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
