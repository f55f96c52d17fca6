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
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from search.analysis.analyzer import cached_word, joined_chains
from search.analysis.folding import fold, normalize
from search.analysis.stop_words import stop_words
from search.analysis.tokenizers import Token, tokenize
from search.beginnings import BEGINNINGS, beginnings, beginnings_of_words
from search.index.schema import BODY, EXACT, FOLDED, GRAM, KEY, LATIN, STEM
from search.name_marks import Span, names_spelled, names_that_sound
from search.query.plan import AllOf, Alternative, AnyOf, MostOf, Node, Sequence, Unit
from search.text_words import TextWords
from search.word_forms import WORD_FORMS

#: Signs inside words, as `joined_chains` knows them. What comes before is looked at last: it is seldom
#: that a sign is followed by a letter.
_SIGN = re.compile(
    "[-\u2010\u2011\u2012\u2013'\u2019\u02bc.\u00b7\u30fb\u05be/](?=\\S)"
    "(?<=\\S[-\u2010\u2011\u2012\u2013'\u2019\u02bc.\u00b7\u30fb\u05be/])"
)
#: What may stand between neighbours: neither a full stop nor a colon.
_BETWEEN = re.compile(r"[\s'’ʼ,&‐‑・-]{1,3}")
_ATTACHING = frozenset("'’ʼ-‐‑")
#: Words with signs between them that are kept with what they are when written as one.
_MOST_PIECES = 8192

_NO, _SMALL, _TELLING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A word of the plan: how it is written, and the ways in which it may be met."""

    text: str
    optional: bool
    # Equal words mostly have equal alternatives, and these are many.
    alternatives: tuple[Alternative, ...] = field(hash=False)


@dataclass(frozen=True, slots=True)
class _Terms:
    """Terms by the way they are met in. `parts` are pieces of compounds; of each of `groups`,
    (way, terms), all terms must be in the text. `of_words` are those that a word by itself is met by, in
    whatever way, and `beginnings` how they begin."""

    exact: frozenset[str]
    spelled: frozenset[str]
    folded: frozenset[str]
    stems: frozenset[str]
    latin: frozenset[str]
    keys: frozenset[str]
    parts: frozenset[str]
    groups: tuple[tuple[str, frozenset[str]], ...]
    of_words: frozenset[str]
    beginnings: frozenset[str]

    @classmethod
    def of(cls, wanted: tuple[_Wanted, ...], *, in_body: bool) -> _Terms:
        by_way: dict[str, set[str]] = {way: set() for way in (EXACT, FOLDED, STEM, LATIN, KEY)}
        parts: set[str] = set()
        groups: dict[tuple[str, frozenset[str]], None] = {}
        for word in wanted:
            for alternative in word.alternatives:
                if not _is_searched(alternative.zones, in_body):
                    continue
                if alternative.way == GRAM:
                    parts.add(_reassembled(alternative.terms))
                elif alternative.together and len(alternative.terms) > 1:
                    groups[alternative.way, frozenset(alternative.terms)] = None
                else:
                    by_way[alternative.way].update(alternative.terms)
        exact, folded = frozenset(by_way[EXACT]), frozenset(by_way[FOLDED])
        of_words = exact.union(folded, by_way[STEM])
        return cls(
            exact=exact,
            spelled=exact | folded,
            folded=folded,
            stems=frozenset(by_way[STEM]),
            latin=frozenset(by_way[LATIN]),
            keys=frozenset(by_way[KEY]),
            parts=frozenset(parts),
            groups=tuple(groups),
            of_words=of_words,
            beginnings=beginnings(of_words),
        )

    def meet(self, token: str, is_gram: bool, language: str) -> bool:
        """Whether a token is one of the words, as written, respelled or inflected."""
        forms = cached_word(token, is_gram, language)
        return (
            forms.exact in self.exact
            or not self.spelled.isdisjoint(forms.folded)
            or not self.stems.isdisjoint(forms.stems)
            or (not is_gram and bool(self.parts) and self._is_compound(forms.exact))
        )

    def _is_compound(self, exact: str) -> bool:
        whole = fold(exact)
        return any(part in whole for part in self.parts)


def _is_searched(zones: tuple[str, ...], in_body: bool) -> bool:
    if in_body:
        return BODY in zones
    return len(zones) > 1 or (len(zones) == 1 and zones[0] != BODY)


def _has_part(forms: tuple[str, ...], parts: Collection[str]) -> bool:
    return any(part in form for form in forms for part in parts)


def _reassembled(grams: tuple[str, ...]) -> str:
    return grams[0] + "".join(gram[-1] for gram in grams[1:])


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Words, or n-grams: how those begin that are looked at (None: in any way), all seen so far, and
    the worth of those that are marked."""

    firsts: frozenset[str] | None
    seen: set[str] = field(default_factory=set)
    worth: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The terms as one language reads them, telling words and small ones apart, and what is known
    of the tokens met so far: the texts of a page have most of their words in common."""

    language: str
    is_name: bool
    telling: _Terms | None
    small: _Terms | None
    terms: frozenset[str]
    parts: frozenset[str]
    words: _Tokens
    grams: _Tokens

    @classmethod
    def of(cls, language: str, is_name: bool, telling: _Terms | None, small: _Terms | None) -> _Reading:
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
        return cls(language, is_name, telling, small, of_words, parts, _Tokens(of_text), _Tokens(begin))

    def met(self, tokens: set[str], *, is_gram: bool) -> dict[str, int]:
        """Those of the tokens that are marked, with their worth."""
        known = self.grams if is_gram else self.words
        firsts = known.firsts
        if firsts is not None:
            tokens = {token for token in tokens if BEGINNINGS[token[0]] in firsts}
        new = tokens - known.seen
        if new:
            known.seen.update(new)
            for token in self._candidates(new, is_gram):
                if worth := self._worth(token, is_gram):
                    known.worth[token] = worth
        return {token: known.worth[token] for token in known.worth.keys() & tokens}

    def _candidates(self, tokens: set[str], is_gram: bool) -> list[str]:
        """Tokens with a form that is a term in one way or another: all that may be met."""
        forms = WORD_FORMS.of(tokens, is_gram, self.language)
        is_apart = self.terms.isdisjoint
        parts: Collection[str] = () if is_gram else self.parts
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

    wanted: tuple[_Wanted, ...] = ()
    _readings: dict[tuple[str, bool], _Reading] = field(default_factory=dict)
    _terms: dict[tuple[tuple[bool, ...], bool], _Terms | None] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Node) -> Marker:
        return cls(tuple(dict.fromkeys(_wanted(root))))

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
        found = _words(text, reading)
        if reading.telling is not None:
            for span in _joined(text, reading.telling):
                found[span] = _TELLING
            if is_name and across_scripts:
                for span in _names(text, language, reading.telling):
                    found[span] = _TELLING
        return _settled(text, found, reading)

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

    def _terms_of(self, chosen: tuple[bool, ...], is_name: bool) -> _Terms | None:
        """The terms of the chosen words, None of none. Languages mostly agree on what is small, so
        that few different ones are made."""
        if (chosen, is_name) not in self._terms:
            wanted = tuple(itertools.compress(self.wanted, chosen))
            self._terms[chosen, is_name] = _Terms.of(wanted, in_body=not is_name) if wanted else None
        return self._terms[chosen, is_name]


def _wanted(node: Node) -> Iterator[_Wanted]:
    if isinstance(node, Unit):
        yield _Wanted(normalize(node.text), node.optional, node.alternatives)
    elif isinstance(node, Sequence):
        for place in node.places:
            yield _Wanted(place[0], False, (Alternative("exact", EXACT, place, node.zones),))
    elif isinstance(node, AllOf | AnyOf | MostOf):
        for part in node.parts:
            yield from _wanted(part)


def _words(text: str, reading: _Reading) -> dict[Span, int]:
    """Where words and n-grams are met, with their worth."""
    inside = TextWords.of(text)
    words = reading.met(inside.words, is_gram=False) if inside.words else {}
    grams = reading.met(inside.grams, is_gram=True) if inside.grams else {}
    if inside.tokens:
        # Of several words in one place (½ is 1, 2) the last one counts.
        return {
            (token.start, token.end): worth
            for token in inside.tokens
            if (worth := (grams if token.is_gram else words).get(token.text))
        }
    found: dict[Span, int] = {}
    for met, is_gram in ((words, False), (grams, True)):
        for token, worth in met.items():
            found.update(dict.fromkeys(inside.places(token, is_gram), worth))
    return found


def _joined(text: str, terms: _Terms) -> Iterator[Span]:
    """Words with signs between them that are met as one: *spiderman* in «Spider-Man»."""
    if not terms.folded:
        return
    end = 0
    for sign in _SIGN.finditer(text):
        if sign.start() < end:
            continue
        begin = text.rfind(" ", 0, sign.start()) + 1
        end = text.find(" ", sign.end())
        end = len(text) if end < 0 else end
        for folded, first, last in _chains(text[begin:end]):
            if folded in terms.folded:
                yield begin + first, begin + last


@lru_cache(maxsize=_MOST_PIECES)
def _chains(piece: str) -> tuple[tuple[str, int, int], ...]:
    """(folded form, start, end) of the words in a piece of text that may be written as one."""
    tokens = tokenize(piece)
    return tuple(
        (fold(normalize(joined)), start, start + _chain_length(piece, start, joined))
        for joined, first in joined_chains(piece, tokens)
        for start in (tokens[first].start,)
    )


def _chain_length(text: str, start: int, joined: str) -> int:
    """Characters of the original text that a chain of joined words covers."""
    letters, end = 0, start
    while end < len(text) and letters < len(joined):
        letters += text[end] == joined[letters]
        end += 1
    return end - start


def _names(text: str, language: str, terms: _Terms) -> Iterator[Span]:
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
