"""Meilisearch's filter expressions → `search.filters`.

    expression  either (OR either)*              either  each (AND each)*
    each        NOT each | (expression) | condition
    condition   key = value | key != value | key > value (>=, <, <=) | key low TO high
                key [NOT] IN [value, …] | key [NOT] EXISTS | key IS [NOT] NULL | key IS [NOT] EMPTY
                key [NOT] CONTAINS value | key [NOT] STARTS WITH value

Keys and values are words or stand in single or double quotes, `\\` before a quote or another `\\`.
A list is a conjunction, a list within it a disjunction. Keys the index does not keep empty: IS NULL
and IS EMPTY find nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from search.filters import AllOf, AnyOf, Exists, Filter, HasText, HasValue, NoneOf, Within
from web.meilisearch.errors import MeilisearchError

#: Parentheses and NOTs within each other; nobody writes so many, and each takes room on the stack.
DEEPEST = 100
#: Conditions of one request; the values of an IN count once together.
MOST_CONDITIONS = 1000
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<sign>!=|>=|<=|[=<>()\[\],])
      | (?P<word>[^\s'"=!<>()\[\],]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_KEYWORDS = frozenset(
    ("AND", "OR", "NOT", "IN", "TO", "EXISTS", "IS", "NULL", "EMPTY", "CONTAINS", "STARTS", "WITH")
)
#: Sign → the filter for a number.
_COMPARISONS: dict[str, Callable[[str, float], Filter]] = {
    ">": lambda key, number: Within(key, low=number, above=True),
    ">=": lambda key, number: Within(key, low=number),
    "<": lambda key, number: Within(key, high=number, below=True),
    "<=": lambda key, number: Within(key, high=number),
}
_NO_DOCUMENT = AnyOf()


@dataclass(frozen=True, slots=True)
class _Token:
    """`kind` is `sign`, `keyword`, `word` or `quoted`; `place` counts characters from 0."""

    kind: str
    text: str
    place: int


def filter_of(given: Any, keys: Sequence[str], *, code: str = "invalid_search_filter") -> Filter | None:
    """The filter that a request's `filter` stands for; None where there is none.

    `keys` are those that may be filtered by. Raises `MeilisearchError` with `code`.
    """
    if given is None or given == "" or given == []:
        return None
    if isinstance(given, str):
        return _parsed(given, keys, code)
    if not isinstance(given, list):
        raise _wrong_kind(given, code)
    if sum(len(one) if isinstance(one, list) else 1 for one in given) > MOST_CONDITIONS:
        raise MeilisearchError(code, f"A filter may have at most {MOST_CONDITIONS} conditions; use `IN`.")
    parts: list[Filter] = []
    for one in given:
        alternatives = one if isinstance(one, list) else [one]
        for text in alternatives:
            if not isinstance(text, str):
                raise _wrong_kind(text, code)
        read = [_parsed(text, keys, code) for text in alternatives if text.strip()]
        if read:
            parts.append(read[0] if len(read) == 1 else AnyOf(tuple(read)))
    return AllOf(tuple(parts)) if parts else None


def _wrong_kind(given: Any, code: str) -> MeilisearchError:
    message = "Invalid syntax for the filter parameter: expected a string or an array of strings and arrays"
    return MeilisearchError(code, f"{message} of strings, found {type(given).__name__}.")


def _parsed(text: str, keys: Sequence[str], code: str) -> Filter:
    return _Parser(text, keys, code).whole()


class _Parser:
    """One expression, read from left to right."""

    def __init__(self, text: str, keys: Sequence[str], code: str) -> None:
        self._text = text
        self._keys = keys
        self._code = code
        self._tokens = self._cut()
        self._next = 0
        self._depth = 0
        self._conditions = 0

    def _cut(self) -> list[_Token]:
        tokens: list[_Token] = []
        place, end = 0, len(self._text.rstrip())
        while place < end:
            match = _TOKEN.match(self._text, place)
            if match is None:
                self._fail("a quote is not closed, or a sign is not known", place)
            kind = str(match.lastgroup)
            text, start = match.group(kind), match.start(kind)
            if kind == "quoted":
                text = _ESCAPE.sub(r"\1", text[1:-1])
            elif kind == "word" and text in _KEYWORDS:
                kind = "keyword"
            tokens.append(_Token(kind, text, start))
            place = match.end()
        return tokens

    def _fail(self, why: str, place: int) -> NoReturn:
        shown = self._text if len(self._text) <= 200 else self._text[:200] + "…"
        raise MeilisearchError(self._code, f"{why} (at character {place + 1}).\n{shown}")

    # Tokens

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _takes(self, kind: str, text: str) -> bool:
        """Step over the token if it is this one."""
        token = self._peek()
        if token is None or (token.kind, token.text) != (kind, text):
            return False
        self._next += 1
        return True

    def _expect(self, kind: str, text: str) -> None:
        if not self._takes(kind, text):
            self._fail(f"Expected `{text}`", self._place())

    def _place(self) -> int:
        token = self._peek()
        return token.place if token else len(self._text)

    def _value(self, what: str) -> str:
        token = self._peek()
        if token is None or token.kind not in ("word", "quoted"):
            hint = "; reserved words must be in quotes" if token and token.kind == "keyword" else ""
            self._fail(f"Was expecting {what}{hint}", self._place())
        self._next += 1
        return token.text

    def _number(self) -> float:
        place = self._place()
        text = self._value("a number")
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self._fail(f"`{text}` is not a number, and only numbers can be compared", place)
        return number

    # Grammar

    def whole(self) -> Filter:
        found = self._either()
        if self._peek() is not None:
            self._fail("Found unexpected characters at the end of the filter", self._place())
        return found

    def _either(self) -> Filter:
        parts = [self._all()]
        while self._takes("keyword", "OR"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all(self) -> Filter:
        parts = [self._each()]
        while self._takes("keyword", "AND"):
            parts.append(self._each())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _each(self) -> Filter:
        self._depth += 1
        if self._depth > DEEPEST:
            self._fail("The filter exceeded the maximum depth limit; write it flatter", self._place())
        if self._takes("keyword", "NOT"):
            found: Filter = NoneOf(self._each())
        elif self._takes("sign", "("):
            found = self._either()
            self._expect("sign", ")")
        else:
            found = self._condition()
        self._depth -= 1
        return found

    def _condition(self) -> Filter:
        self._conditions += 1
        if self._conditions > MOST_CONDITIONS:
            self._fail(f"A filter may have at most {MOST_CONDITIONS} conditions; use `IN`", self._place())
        key = self._key()
        token = self._peek()
        if token is None:
            self._fail("Was expecting an operation such as `=`, `>`, `IN`, `TO` or `EXISTS`", self._place())
        if token.kind == "sign" and token.text in ("=", "!=", *_COMPARISONS):
            self._next += 1
            if token.text in _COMPARISONS:
                return _COMPARISONS[token.text](key, self._number())
            equal = HasValue(key, (self._value("a value"),))
            return equal if token.text == "=" else NoneOf(equal)
        if self._takes("keyword", "IS"):
            wanted = not self._takes("keyword", "NOT")
            if not self._takes("keyword", "NULL"):
                self._expect("keyword", "EMPTY")
            return _NO_DOCUMENT if wanted else NoneOf(_NO_DOCUMENT)
        if self._takes("keyword", "NOT"):
            return NoneOf(self._test(key))
        if token.kind in ("word", "quoted"):
            low = self._number()
            self._expect("keyword", "TO")
            return Within(key, low, self._number())
        return self._test(key)

    def _key(self) -> str:
        place = self._place()
        key = self._value("a name of an attribute")
        if key.startswith("_geo"):
            self._fail(f"`{key}` is not supported: this index has no places", place)
        if key not in self._keys:
            listed = ", ".join(self._keys)
            self._fail(
                f"Attribute `{key}` is not filterable. Available filterable attributes are: `{listed}`", place
            )
        return key

    def _test(self, key: str) -> Filter:
        """What may stand behind NOT: IN, EXISTS, CONTAINS, STARTS WITH."""
        if self._takes("keyword", "EXISTS"):
            return Exists(key)
        if self._takes("keyword", "IN"):
            return HasValue(key, self._list())
        if self._takes("keyword", "CONTAINS"):
            return HasText(key, self._value("a value"))
        if self._takes("keyword", "STARTS"):
            self._expect("keyword", "WITH")
            return HasText(key, self._value("a value"), at_start=True)
        self._fail("Was expecting an operation such as `=`, `>`, `IN`, `TO` or `EXISTS`", self._place())

    def _list(self) -> tuple[str, ...]:
        self._expect("sign", "[")
        values: list[str] = []
        while not self._takes("sign", "]"):
            values.append(self._value("a value or `]`"))
            if not self._takes("sign", ","):
                self._expect("sign", "]")
                break
        return tuple(values)
