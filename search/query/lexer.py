"""Which parts of the visitor's text are operators, and which are text?

One pass from left to right, in time linear in the text; nothing is refused. Operators count only
where a person would mean them: a hyphen or a straight quote before a word, not within one;
quotes and parentheses when they come in pairs. Pasted titles show that they are titles: hyphens
around words (-The Movie-) exclude nothing, and in a text in capitals OR and AND are words like
all others. Full-width forms are the same signs. What the operators mean together is for `parser.py`.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum, auto

from search.analysis.tokenizers import has_unspaced_script

HYPHENS = "-\uff0d"
STARS = "*\uff0a"
LEFT_PARENTHESES = "(\uff08"
RIGHT_PARENTHESES = ")\uff09"
STRAIGHT_QUOTES = '"\uff02'
#: Marks without width that copying and right-to-left keyboards leave around words. The joiners
#: U+200C and U+200D are not among them: they spell Persian and Indic words, and emoji.
INVISIBLE = "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
#: Operators that are words; only in capitals, so that "trick or treat" stays a title.
OPERATORS = ("AND", "OR")

#: Opening quote → the quotes that may close it. Brackets open anywhere, as Japanese and Chinese
#: put no space before them.
_BRACKET_QUOTES = {
    "\u201c": "\u201d",
    "\u201e": "\u201c\u201d",
    "«": "»",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
}
#: Quotes that also close or stand within words (12", צה"ל); they open only before a word.
_WORD_QUOTES = {
    '"': STRAIGHT_QUOTES,
    "\uff02": STRAIGHT_QUOTES,
    "\u201d": "\u201d",
    "»": "«»",
}
_QUOTES = _BRACKET_QUOTES | _WORD_QUOTES

# A straight quote between two Hebrew letters writes an abbreviation.
_STRAIGHT_CLOSE = f"(?<![\u05d0-\u05ea])[{STRAIGHT_QUOTES}]|[{STRAIGHT_QUOTES}](?![\u05d0-\u05ea])"
_CLOSERS = {
    closing: re.compile(_STRAIGHT_CLOSE if closing == STRAIGHT_QUOTES else f"[{closing}]")
    for closing in set(_QUOTES.values())
}
#: What is more than a letter of a word somewhere; a text without it consists of words and of gaps.
_SIGN = re.compile(
    f"[{re.escape(HYPHENS + LEFT_PARENTHESES + RIGHT_PARENTHESES + ''.join(_QUOTES))}:\uff1a{INVISIBLE}]"
)
_GAP = re.compile(f"[\\s{INVISIBLE}]+")
_FIELD = re.compile(r"(\w[\w.-]{0,63})[:\uff1a]")
_PLAIN = re.compile(f"[^\\s{LEFT_PARENTHESES}{RIGHT_PARENTHESES}{''.join(_BRACKET_QUOTES)}]+")
#: Ends what a hyphen before a word began: Movie- in -The Movie-, also before a sign.
_CLOSING_HYPHEN = re.compile(f"[{HYPHENS}][\\]\\[.,:;!?~…]*$")
_LETTERLIKE = frozenset(("L", "N", "M"))
_SYMBOLS = frozenset(("So", "Co"))


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    PHRASE = auto()
    OPERATOR = auto()
    MINUS = auto()
    FIELD = auto()
    LEFT = auto()
    RIGHT = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the word, the phrase without its quotes, the operator or the field's name."""

    kind: Kind
    text: str = ""


def has_content(text: str) -> bool:
    """Whether something can be searched in `text`: a letter, a number, a mark or a pictograph."""
    return any(_is_content(character) for character in text)


def _is_content(character: str) -> bool:
    if character.isalnum():
        return True
    category = unicodedata.category(character)
    return category[0] in _LETTERLIKE or category in _SYMBOLS


def is_blank(text: str) -> bool:
    """Whether `text` shows nothing: white space and marks without width."""
    return _GAP.sub("", text) == ""


def without_inner_quotes(text: str) -> str:
    """The text of a phrase, fit to stand between straight quotes."""
    return _CLOSERS[STRAIGHT_QUOTES].sub(" ", text).strip()


def tokens_of(text: str, fields: Collection[str] = ()) -> list[Token]:
    """The tokens of `text`; parentheses among them always pair up.

    >>> [(token.kind.name, token.text) for token in tokens_of('-title:"Das Boot"', {"title"})]
    [('MINUS', ''), ('FIELD', 'title'), ('PHRASE', 'Das Boot')]
    """
    if _SIGN.search(text) is None:
        words = text.split()
        if not any(word in OPERATORS for word in words):
            return [Token(Kind.WORD, word) for word in words]
    return _Lexer(text, fields).tokens()


class _Lexer:
    """The state of one pass. `position` only grows, and every search that fails is not repeated."""

    def __init__(self, text: str, fields: Collection[str]) -> None:
        self._text = text
        self._fields = {field.casefold(): field for field in fields}
        self._position = 0
        # White space, an opening parenthesis or the start came just before: an operator may follow.
        self._fresh = True
        self._tokens: list[Token] = []
        self._open: list[int] = []
        # Kinds of closing quotes that do not occur in the rest of the text.
        self._exhausted: set[str] = set()

    def tokens(self) -> list[Token]:
        while self._position < len(self._text):
            if not self._gap():
                self._one()
        unmatched = set(self._open)
        tokens = [token for index, token in enumerate(self._tokens) if index not in unmatched]
        return _without_operators(_without_decoration(tokens))

    def _gap(self) -> bool:
        match = _GAP.match(self._text, self._position)
        if match is None:
            return False
        self._position = match.end()
        self._fresh = True
        return True

    def _one(self) -> None:
        fresh, self._fresh = self._fresh, False
        character = self._text[self._position]
        if character in LEFT_PARENTHESES:
            self._open.append(len(self._tokens))
            self._emit(Kind.LEFT, "", self._position + 1)
            self._fresh = True
        elif character in RIGHT_PARENTHESES and self._open:
            self._open.pop()
            self._emit(Kind.RIGHT, "", self._position + 1)
        elif character in _QUOTES and (close := self._close(self._position)) is not None:
            inner = self._text[self._position + 1 : close]
            self._emit(Kind.PHRASE, without_inner_quotes(inner), close + 1)
        elif character in STRAIGHT_QUOTES:
            # Without a partner it is text that analysis would drop; kept, it could pair up later.
            self._position += 1
            self._fresh = fresh
        elif character in HYPHENS and (self._after_minus() or self._hyphen(fresh)):
            self._position += 1
        elif (field := self._field()) is not None:
            self._emit(Kind.FIELD, *field)
        else:
            self._word()

    def _emit(self, kind: Kind, text: str, position: int) -> None:
        self._tokens.append(Token(kind, text))
        self._position = position

    def _close(self, opening: int) -> int | None:
        closing = _QUOTES[self._text[opening]]
        if closing in self._exhausted:
            return None
        match = _CLOSERS[closing].search(self._text, opening + 1)
        if match is None:
            self._exhausted.add(closing)
            return None
        return match.start()

    def _hyphen(self, fresh: bool) -> bool:
        """Whether the hyphen here is no text: an operator, or one that hangs on a phrase or group."""
        if not self._excludes():
            return False
        if fresh:
            self._tokens.append(Token(Kind.MINUS))
        return True

    def _after_minus(self) -> bool:
        return bool(self._tokens) and self._tokens[-1].kind is Kind.MINUS

    def _excludes(self) -> bool:
        """Whether something that can be excluded follows the hyphen without a gap."""
        after = self._position + 1
        following = self._text[after : after + 1]
        if not following or following in HYPHENS:
            return False
        if following in LEFT_PARENTHESES or (following in _QUOTES and self._close(after) is not None):
            return True
        # The rest of the word decides; this walks to its end as `_end_of_word` does, but no further
        # than the first thing to search for, or "-title:-title:-title:" would take quadratic time.
        depth = 0
        for index in range(after, len(self._text)):
            character = self._text[index]
            if _is_content(character):
                return True
            if character.isspace():
                return False
            if character in LEFT_PARENTHESES:
                depth += 1
            elif character in RIGHT_PARENTHESES:
                if not depth and self._open:
                    return False
                depth = max(0, depth - 1)
            elif index > after and character in _BRACKET_QUOTES and self._close(index) is not None:
                return False
        return False

    def _field(self) -> tuple[str, int] | None:
        match = _FIELD.match(self._text, self._position)
        if match is None:
            return None
        field = self._fields.get(match[1].casefold())
        following = self._text[match.end() : match.end() + 1]
        if field is None or not following or following.isspace():
            return None
        if following in RIGHT_PARENTHESES and self._open:
            return None
        return field, match.end()

    def _word(self) -> None:
        start = self._position
        end = self._end_of_word(start)
        if self._text[start] in HYPHENS and self._text[start + 1 : start + 2] in tuple(STRAIGHT_QUOTES):
            end = start + 1
        word = self._text[start:end].rstrip(INVISIBLE)
        attached = bool(self._tokens) and self._tokens[-1].kind in (Kind.MINUS, Kind.FIELD)
        self._emit(Kind.OPERATOR if word in OPERATORS and not attached else Kind.WORD, word, end)

    def _end_of_word(self, start: int) -> int:
        """White space ends a word, and so does the parenthesis that closes a group, or a quote."""
        depth, position = 0, start
        while position < len(self._text):
            plain = _PLAIN.match(self._text, position)
            if plain is not None:
                position = plain.end()
                continue
            character = self._text[position]
            if character.isspace():
                break
            if character in LEFT_PARENTHESES:
                depth += 1
            elif character in RIGHT_PARENTHESES:
                if not depth and self._open:
                    break
                depth = max(0, depth - 1)
            elif position > start and self._close(position) is not None:
                break
            position += 1
        return position


def _without_decoration(tokens: list[Token]) -> list[Token]:
    """The tokens without the hyphens that only open a part of a title: -The Movie-."""
    last = max((index for index, token in enumerate(tokens) if _closes_decoration(token)), default=-1)
    return [token for index, token in enumerate(tokens) if token.kind is not Kind.MINUS or index > last]


def _closes_decoration(token: Token) -> bool:
    if token.kind is not Kind.WORD or not any(map(_is_content, token.text)):
        return False
    if _CLOSING_HYPHEN.search(token.text):
        return True
    # Where nothing stands between words, none does after the hyphen: -神聖円卓領域-後編.
    return any(
        after in HYPHENS and has_unspaced_script(before) for before, after in itertools.pairwise(token.text)
    )


def _without_operators(tokens: list[Token]) -> list[Token]:
    """READ OR DIE: where all is in capitals, capitals do not tell an operator from a word."""
    if not any(token.kind is Kind.OPERATOR for token in tokens):
        return tokens
    if any(token.kind in (Kind.FIELD, Kind.MINUS) for token in tokens):
        # Who names fields or leaves words out knows the operators.
        return tokens
    texts = [token.text for token in tokens if token.kind in (Kind.WORD, Kind.PHRASE)]
    texts = [text for text in texts if text not in OPERATORS and any(map(str.isalpha, text))]
    if not texts or not all(text.isupper() and any(map(str.isupper, text)) for text in texts):
        return tokens
    return [replace(token, kind=Kind.WORD) if token.kind is Kind.OPERATOR else token for token in tokens]
