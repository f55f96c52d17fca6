"""What does a visitor's query mean? A small tree of frozen, hashable values.

`And` lists what is wanted; how documents that miss some of it rank is the searcher's business.
Leaves keep the text as typed: analysis cuts "l'atalante" or 東京物語 further, the tree does not.
Trees made by `all_of`, `any_of`, `without` and `within` are normal: nothing empty, nothing nested
that could be flat. For normal trees, parsing `to_text(tree)` gives the same tree again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from search.query.lexer import (
    HYPHENS,
    LEFT_PARENTHESES,
    OPERATORS,
    RIGHT_PARENTHESES,
    STRAIGHT_QUOTES,
    has_content,
    without_inner_quotes,
)


@dataclass(frozen=True, slots=True)
class Word:
    """One stretch of text without white space; with `prefix`, whatever begins with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, side by side; `text` is what stood between the quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Fielded:
    """`query`, looked for in one field only."""

    field: str
    query: Query


@dataclass(frozen=True, slots=True)
class And:
    """All parts wanted. An excluding query without wanted parts begins with `Everything`."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Documents without `query`; stands only among the parts of an `And`."""

    query: Query


@dataclass(frozen=True, slots=True)
class Everything:
    """All documents: nothing was asked for."""


Query: TypeAlias = Word | Phrase | Fielded | And | Or | Not | Everything


def all_of(parts: Iterable[Query]) -> Query:
    """The conjunction, flat: inner conjunctions are opened, `Everything` stays only where nothing
    is wanted by name.

    >>> all_of([Word("a"), And((Word("b"), Word("c")))])
    And(parts=(Word(text='a', prefix=False), Word(text='b', prefix=False), Word(text='c', prefix=False)))
    """
    flat: list[Query] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, And) else (part,))
    flat = [part for part in flat if not isinstance(part, Everything)]
    if all(isinstance(part, Not) for part in flat):
        flat.insert(0, Everything())
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(parts: Iterable[Query]) -> Query:
    """The disjunction, flat, each part once: `a OR a` is `a`. Of nothing: `Everything`, as no wish excludes
    nothing."""
    found: list[Query] = []
    for part in parts:
        found.extend(part.parts if isinstance(part, Or) else (_standing_alone(part),))
    flat = list(dict.fromkeys(found))
    if not flat or any(isinstance(part, Everything) for part in flat):
        return Everything()
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def without(query: Query) -> Not:
    """The exclusion of `query`."""
    return Not(_standing_alone(query))


def within(field: str, query: Query) -> Query:
    """`query` in `field`; a field named inside it is the nearer one and wins."""
    if isinstance(query, Fielded | Everything):
        return query
    return Fielded(field, _standing_alone(query))


def within_any(fields: tuple[str, ...], query: Query) -> Query:
    """`query` with every word looked for in one of `fields`; as it is without fields.

    >>> within_any(("title",), Word("a"))
    Fielded(field='title', query=Word(text='a', prefix=False))
    """
    if not fields or isinstance(query, Fielded | Everything):
        return query
    if isinstance(query, And | Or):
        return replace(query, parts=tuple(within_any(fields, part) for part in query.parts))
    if isinstance(query, Not):
        return Not(within_any(fields, query.query))
    return any_of(within(field, query) for field in fields)


def _standing_alone(query: Query) -> Query:
    return And((Everything(), query)) if isinstance(query, Not) else query


def words_of(query: Query) -> tuple[Word | Phrase, ...]:
    """The leaves that are wanted, in the order typed; excluded ones are left out."""
    if isinstance(query, Word | Phrase):
        return (query,)
    if isinstance(query, Fielded):
        return words_of(query.query)
    if isinstance(query, And | Or):
        return tuple(leaf for part in query.parts for leaf in words_of(part))
    return ()


def map_words(query: Query, function: Callable[[Word], Query | None]) -> Query:
    """The same tree with each wanted `Word` replaced by what `function` makes of it.

    None drops the word, a `Word` with white space becomes its words. Phrases and excluded words
    were meant literally and stay. `Everything`, if nothing is left.
    """
    return _mapped(query, function) or Everything()


def _mapped(query: Query, function: Callable[[Word], Query | None]) -> Query | None:
    if isinstance(query, Word):
        replacement = function(query)
        return _separate_words(replacement) if isinstance(replacement, Word) else replacement
    if isinstance(query, Fielded):
        inner = _mapped(query.query, function)
        return within(query.field, inner) if inner is not None else None
    if isinstance(query, And | Or):
        parts = [part for old in query.parts if (part := _mapped(old, function)) is not None]
        if not parts:
            return None
        return all_of(parts) if isinstance(query, And) else any_of(parts)
    return query


def _separate_words(word: Word) -> Query | None:
    texts = word.text.split()
    if len(texts) < 2:
        return word if texts else None
    return all_of([*map(Word, texts[:-1]), Word(texts[-1], word.prefix)])


def to_text(query: Query) -> str:
    """`query` in the syntax visitors type; `Everything` is the empty text.

    >>> to_text(And((Or((Word("a"), Word("b"))), Not(Phrase("c d")))))
    'a OR b -"c d"'
    """
    if isinstance(query, Word) and not query.prefix:
        # Alone, even a text of nothing but operators is a word: it needs no protection.
        return query.text
    return _written(query, grouped=False)


def _written(query: Query, *, grouped: bool) -> str:
    if isinstance(query, Word):
        return _written_word(query, grouped=grouped)
    if isinstance(query, Phrase):
        return f'"{without_inner_quotes(query.text)}"'
    if isinstance(query, Fielded):
        return f"{query.field}:{_operand(query.query, grouped=grouped)}"
    if isinstance(query, Not):
        return f"-{_excluded(query.query, grouped=grouped)}"
    if isinstance(query, Or):
        return " OR ".join(_alternative(part, grouped=grouped) for part in query.parts)
    if isinstance(query, And):
        named = [part for part in query.parts if not isinstance(part, Everything)]
        return " ".join(_part(part, grouped=grouped) for part in named)
    return ""


def _part(query: Query, *, grouped: bool) -> str:
    if isinstance(query, Word) and query.text in OPERATORS and not query.prefix:
        return f"({query.text})"
    return _written(query, grouped=grouped)


def _alternative(query: Query, *, grouped: bool) -> str:
    if isinstance(query, And) and not _is_single_exclusion(query):
        return _in_parentheses(query)
    return _part(query, grouped=grouped)


def _operand(query: Query, *, grouped: bool) -> str:
    """What follows `-` or `field:`, which take one word, phrase or group."""
    if isinstance(query, And | Or):
        return _in_parentheses(query)
    return _written(query, grouped=grouped)


def _excluded(query: Query, *, grouped: bool) -> str:
    if isinstance(query, Word) and (query.text[:1] in tuple(HYPHENS) or not has_content(query.text)):
        # "--" and "-!" are text.
        return _in_parentheses(query)
    return _operand(query, grouped=grouped)


def _in_parentheses(query: Query) -> str:
    inner = _written(query, grouped=True)
    # A last word with an open parenthesis ("f(x") would take ours for its own.
    last = "".join(inner.split()[-1:])
    space = " " if any(character in LEFT_PARENTHESES for character in last) else ""
    return f"({inner}{space})"


def _is_single_exclusion(query: And) -> bool:
    return len(query.parts) == 2 and isinstance(query.parts[0], Everything)


def _written_word(word: Word, *, grouped: bool) -> str:
    """The word's text without what would be read as an operator where it stands.

    Words of parsed queries come out as they are; retyped or corrected ones may not.
    """
    text = word.text.lstrip(STRAIGHT_QUOTES + LEFT_PARENTHESES)
    if text[:1] in tuple(HYPHENS) and text[1:2] not in tuple(HYPHENS) and has_content(text[1:]):
        text = text[1:]
    if grouped:
        text = _without_surplus_parentheses(text)
    return f"{text}*" if word.prefix else text


def _without_surplus_parentheses(text: str) -> str:
    kept: list[str] = []
    depth = 0
    for character in text:
        if character in RIGHT_PARENTHESES:
            if not depth:
                continue
            depth -= 1
        elif character in LEFT_PARENTHESES:
            depth += 1
        kept.append(character)
    return "".join(kept)
