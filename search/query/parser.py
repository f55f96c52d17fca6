"""What did the visitor ask for? The typed text becomes a query tree; nothing is an error.

Syntax: words, "a phrase", -without, either OR or, title:word, prefix*, (groups). `OR` binds tighter
than standing side by side, as in web search: `a OR b c` wants c and one of a, b. `AND` between two
wanted things says what is meant anyway. What does not parse is searched as words. How much a query
may cost is not decided here: see `guard.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from search.query.lexer import INVISIBLE, STARS, Kind, Token, has_content, is_blank, tokens_of
from search.query.tree import Everything, Phrase, Query, Word, all_of, any_of, within, without

#: Groups deeper than this are opened into the group around them, so that everything that walks a
#: tree may recurse. Above the limit of `guard.py`, which reports what it cuts.
DEEPEST_GROUP = 32


def parse(text: str, fields: Collection[str] = ()) -> Query:
    """The query tree of `text`, in time linear in its length; never raises.

    `fields` are the names that may stand before a colon, in any case. Text without anything
    visible asks for `Everything`; text of nothing but operators is one word.

    >>> parse("boat OR ship -das")
    ... # doctest: +NORMALIZE_WHITESPACE
    And(parts=(Or(parts=(Word(text='boat', prefix=False), Word(text='ship', prefix=False))),
               Not(query=Word(text='das', prefix=False))))
    """
    query = _Parser().parse(tokens_of(text, fields))
    if query is not None:
        return query
    return Everything() if is_blank(text) else Word(text.strip())


@dataclass(slots=True)
class _Group:
    """A group being read: what stood before it, and its operands and operators so far.

    An operand of None is one that came to nothing (`""`, `()`, `*`); operators still see it.
    """

    negated: bool = False
    field_name: str | None = None
    items: list[Query | Token | None] = field(default_factory=list)


class _Parser:
    """Open groups are a list, not calls: five thousand parentheses need no stack."""

    def __init__(self) -> None:
        self._groups = [_Group()]
        self._too_deep = 0
        self._negated = False
        self._field: str | None = None

    def parse(self, tokens: list[Token]) -> Query | None:
        for token in tokens:
            if token.kind is Kind.MINUS:
                self._negated = True
            elif token.kind is Kind.FIELD:
                self._field = token.text
            elif token.kind is Kind.LEFT:
                self._open()
            elif token.kind is Kind.RIGHT:
                self._close()
            elif token.kind is Kind.OPERATOR:
                self._groups[-1].items.append(token)
                self._negated, self._field = False, None
            else:
                self._operand(_leaf(token))
        return _combined(self._groups[0].items)

    def _open(self) -> None:
        if len(self._groups) > DEEPEST_GROUP:
            self._too_deep += 1
            return
        self._groups.append(_Group(self._negated, self._field))
        self._negated, self._field = False, None

    def _close(self) -> None:
        if self._too_deep:
            self._too_deep -= 1
            return
        group = self._groups.pop()
        self._negated, self._field = group.negated, group.field_name
        self._operand(_combined(group.items))

    def _operand(self, query: Query | None) -> None:
        if query is not None and self._field is not None:
            query = within(self._field, query)
        if query is not None and self._negated:
            query = without(query)
        self._groups[-1].items.append(query)
        self._negated, self._field = False, None


def _leaf(token: Token) -> Query | None:
    if token.kind is Kind.PHRASE:
        return Phrase(token.text) if token.text else None
    literal = token.text.rstrip(STARS + INVISIBLE)
    if literal == token.text:
        return Word(literal) if literal else None
    if not literal:
        return None
    return Word(literal, prefix=True) if has_content(literal) else Word(token.text)


def _combined(items: list[Query | Token | None]) -> Query | None:
    """Operands side by side, those joined by OR first. Operators at an end are words; several
    between two operands are one."""
    chains: list[list[Query | None]] = []
    operators: list[str] = []
    for item in items:
        if isinstance(item, Token):
            operators.append(item.text)
            continue
        if not chains:
            chains.extend([Word(operator)] for operator in operators)
            operators = []
        if "OR" in operators:
            chains[-1].append(item)
        else:
            chains.append([item])
        operators = []
    chains.extend([Word(operator)] for operator in operators)
    wanted = [[query for query in chain if query is not None] for chain in chains]
    parts = [any_of(chain) for chain in wanted if chain]
    return all_of(parts) if parts else None
