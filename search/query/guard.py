"""How much may one query cost, and what is left of one that wants more?

Nothing is refused: the text is cut before it is parsed, the tree afterwards, and each kind of cut is
named once so that it can be counted. What is left means the same or less: a wanted word may be
dropped, but an exclusion never grows; one that does not fit is dropped whole. Engines behind this
guard need no limits of their own on the shape of a query.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from search.analysis.scripts import script_of
from search.query.lexer import INVISIBLE, STARS, without_inner_quotes
from search.query.parser import parse
from search.query.tree import (
    And,
    Everything,
    Fielded,
    Not,
    Or,
    Phrase,
    Query,
    Word,
    all_of,
    any_of,
    within,
    without,
)

#: Characters of text that are read. Three times the longest film title; a browser's address bar and
#: a log line still hold it.
LONGEST_TEXT = 512
#: Words, those within phrases included. Each is looked up in every way of matching; people type
#: three, pasted sentences have thirty.
MOST_TERMS = 64
#: Characters of one word, above the longest of any natural language that is written with spaces.
LONGEST_TOKEN = 128
#: Groups within groups; a person loses count at three.
DEEPEST_QUERY = 10
#: `prefix*` expands to many terms of the index, so few are expanded, and only those that say enough.
MOST_PREFIXES = 2
SHORTEST_PREFIX = 3
#: Scripts in which one or two characters are a word already.
WORD_CHARACTER_SCRIPTS = frozenset(("Hani", "Hang", "Hira", "Kana"))
SHORTEST_PREFIX_OF_WORD_CHARACTERS = 1

#: Names of the cuts, in the order they are reported.
CUTS = ("length", "token", "depth", "terms", "prefixes")

#: Code points that a cut moves back for a combined character. Longer heaps of marks are no
#: writing, and looking for their beginning would have no end.
_LONGEST_CLUSTER = 32
_JOINERS = "\u200c\u200d"


def parse_within_limits(text: str, fields: Collection[str] = ()) -> tuple[Query, tuple[str, ...]]:
    """The query tree of a visitor's text within all limits, and the names of what was cut.

    >>> parse_within_limits("ma* mat*")
    (And(parts=(Word(text='ma', prefix=False), Word(text='mat', prefix=True))), ('prefixes',))
    """
    shortened, cuts_of_text = cut_text(text)
    # Some keyboards send letters and their marks, or the parts of a Korean syllable, one by one. Only what is
    # left after the cut: putting a flood of marks in order takes quadratic time.
    composed = unicodedata.normalize("NFC", shortened)
    query, cuts_of_query = guard(parse(composed, fields))
    return query, cuts_of_text + cuts_of_query


def cut_text(text: str) -> tuple[str, tuple[str, ...]]:
    """At most `LONGEST_TEXT` characters of `text`, ending after a whole word where there are
    words, after a whole character as people count them where not; and `("length",)` if cut."""
    if len(text) <= LONGEST_TEXT:
        return text, ()
    text = text.strip()
    if len(text) <= LONGEST_TEXT:
        return text, ()
    head = text[:LONGEST_TEXT]
    if not text[LONGEST_TEXT].isspace():
        # Further back than one token may be long, a cut inside a word loses less.
        places = range(LONGEST_TEXT - 1, LONGEST_TEXT - LONGEST_TOKEN, -1)
        end = next((place for place in places if head[place].isspace()), None)
        head = head[:end] if end is not None else text[: _boundary(text, LONGEST_TEXT)]
    return head.rstrip(), ("length",)


def guard(query: Query) -> tuple[Query, tuple[str, ...]]:
    """`query` within the limits, and the names of what was cut (`CUTS`, without "length").

    A query within the limits comes back equal. Expects a tree no deeper than `parse` makes.
    """
    budget = _Guard()
    kept = budget.kept(query, depth=0)
    return kept if kept is not None else Everything(), tuple(name for name in CUTS if name in budget.cuts)


@dataclass(frozen=True, slots=True)
class _Spent:
    terms: int = 0
    prefixes: int = 0


class _Guard:
    """One walk over the tree, from left to right; what comes first is kept."""

    def __init__(self) -> None:
        self.cuts: set[str] = set()
        self._spent = _Spent()

    def kept(self, query: Query, *, depth: int) -> Query | None:
        """What is left of `query`; None if nothing is. `depth` groups are around it."""
        if isinstance(query, Word):
            return self._word(query)
        if isinstance(query, Phrase):
            return self._phrase(query)
        if isinstance(query, Fielded):
            inner = self.kept(query.query, depth=depth)
            return within(query.field, inner) if inner is not None else None
        if isinstance(query, Not):
            return self._exclusion(query, depth=depth)
        if isinstance(query, And | Or):
            return self._group(query, depth=depth + 1)
        return None

    def _group(self, query: And | Or, *, depth: int) -> Query | None:
        parts: list[Query] = []
        for part in query.parts:
            pieces = [part]
            if depth == DEEPEST_QUERY and _has_group(part):
                self.cuts.add("depth")
                pieces = _wanted_leaves(part)
            parts.extend(kept for piece in pieces if (kept := self.kept(piece, depth=depth)) is not None)
        if not parts:
            return None
        return all_of(parts) if isinstance(query, And) else any_of(parts)

    def _exclusion(self, query: Not, *, depth: int) -> Query | None:
        inner = _Guard()
        inner._spent = self._spent
        kept = inner.kept(query.query, depth=depth)
        self.cuts |= inner.cuts
        # With less to match, an exclusion would exclude more than the visitor said; a prefix taken
        # as a plain word excludes less and may stay.
        if kept is None or inner.cuts - {"prefixes"}:
            return None
        self._spent = inner._spent
        return without(kept)

    def _word(self, word: Word) -> Query | None:
        if self._spent.terms >= MOST_TERMS:
            self.cuts.add("terms")
            return None
        text = self._token(word.text)
        prefix = word.prefix and self._may_expand(text)
        if word.prefix and not prefix:
            self.cuts.add("prefixes")
        self._spent = _Spent(self._spent.terms + 1, self._spent.prefixes + prefix)
        return Word(text, prefix)

    def _may_expand(self, text: str) -> bool:
        return self._spent.prefixes < MOST_PREFIXES and _says_enough(text)

    def _phrase(self, phrase: Phrase) -> Query | None:
        tokens = phrase.text.split()
        allowed = MOST_TERMS - self._spent.terms
        if len(tokens) > allowed:
            self.cuts.add("terms")
            tokens = tokens[:allowed]
        self._spent = _Spent(self._spent.terms + len(tokens), self._spent.prefixes)
        if tokens == phrase.text.split() and all(len(token) <= LONGEST_TOKEN for token in tokens):
            return phrase if tokens else None
        text = without_inner_quotes(" ".join(map(self._token, tokens)))
        return Phrase(text) if text else None

    def _token(self, text: str) -> str:
        if len(text) <= LONGEST_TOKEN:
            return text
        self.cuts.add("token")
        shortened = text[: _boundary(text, LONGEST_TOKEN)].rstrip()
        # A star that was inside must not become one at the end.
        return shortened.rstrip(STARS + INVISIBLE) or shortened


def _has_group(query: Query) -> bool:
    if isinstance(query, Fielded | Not):
        return _has_group(query.query)
    return isinstance(query, And | Or) and not _is_single_exclusion(query)


def _is_single_exclusion(query: And | Or) -> bool:
    """`-a` where it stands alone is written without parentheses and is no group."""
    return len(query.parts) == 2 and isinstance(query.parts[0], Everything) and not _has_group(query.parts[1])


def _wanted_leaves(query: Query) -> list[Query]:
    """The words and phrases of `query` that are wanted, each in the field it stands in."""
    if isinstance(query, Word | Phrase):
        return [query]
    if isinstance(query, Fielded):
        return [within(query.field, leaf) for leaf in _wanted_leaves(query.query)]
    if isinstance(query, And | Or):
        return [leaf for part in query.parts for leaf in _wanted_leaves(part)]
    return []


def _says_enough(prefix: str) -> bool:
    """Whether the last run of letters, which is what the index will expand, is long enough."""
    letters = 0
    for character in reversed(prefix):
        category = unicodedata.category(character)
        if category[0] in "LN":
            letters += 1
            shortest = (
                SHORTEST_PREFIX_OF_WORD_CHARACTERS
                if script_of(character) in WORD_CHARACTER_SCRIPTS
                else SHORTEST_PREFIX
            )
            if letters >= shortest:
                return True
        elif letters and category[0] != "M" and character not in _JOINERS:
            return False
    return False


def _boundary(text: str, position: int) -> int:
    """The last place up to `position` that is not inside a combined character of `text`."""
    for place in range(position, max(0, position - _LONGEST_CLUSTER), -1):
        if place >= len(text) or not _belongs_to_previous(text, place):
            return place
    return position


def _belongs_to_previous(text: str, place: int) -> bool:
    character, previous = text[place], text[place - 1]
    if character in _JOINERS or previous == "\u200d" or unicodedata.category(character)[0] == "M":
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff":  # skin tones
        return True
    if _is_flag_letter(character) and _is_flag_letter(previous):
        return _flag_letters_before(text, place) % 2 == 1
    # Vowels and final consonants of Korean typed as separate letters.
    return "\u1160" <= character <= "\u11ff"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, place: int) -> int:
    count = 0
    while count < LONGEST_TEXT and place - count > 0 and _is_flag_letter(text[place - count - 1]):
        count += 1
    return count
