"""What is a query met by as a whole? A title, whatever its spaces; a name of another script that
sounds like it; titles and words that begin with it, when the last word is not finished.

These are further ways to meet the words of a plan; what single words mean is for `expansion.py`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from search.analysis.folding import fold, normalize
from search.analysis.scripts import main_script
from search.analysis.whole_title import whole_title_key
from search.index.schema import ALIAS, EXACT, FOLDED, KEY, LATIN, TITLE, ZONES
from search.query.across_scripts import NAMES, whole_name
from search.query.plan import AllOf, Alternative, AnyOf, Node, Unit
from search.query.vocabulary import Vocabulary

#: Terms a prefix may stand for; the most frequent are taken.
PREFIX_TERMS = 60
SHORTEST_PREFIX = 3
#: Letters of a query from which on the titles that begin with it are meant by it, too.
SHORTEST_BEGINNING = 5
_TITLES = (TITLE, ALIAS)
#: Keys of the titles that texts may be: of a query several are asked for, several times.
title_key = lru_cache(maxsize=512)(whole_title_key)


def is_title(vocabulary: Vocabulary, text: str) -> bool:
    """Whether some document has this title, wherever its spaces are."""
    return has_title(vocabulary, title_key(text))


def has_title(vocabulary: Vocabulary, key: str) -> bool:
    """The same of the key of a title; there is none without letters."""
    return bool(key) and vocabulary.frequency(KEY, (key,), _TITLES) > 0


def begins_title(vocabulary: Vocabulary, text: str) -> bool:
    """Whether some title begins with a text that is long enough to say so."""
    key = title_key(text)
    # As many as `met_by_beginning` has asked for, so that nothing is looked up anew.
    return len(key) > SHORTEST_BEGINNING and bool(vocabulary.prefixed(KEY, key, PREFIX_TERMS))


def may_be_title(vocabulary: Vocabulary, before: str, after: str) -> bool:
    """Whether something may stand between the words `before` it and those `after` it in a title;
    True where looking it up would take longer than trying."""
    beginning, end = title_key(before), title_key(after)[1:]
    if not beginning:
        return True
    titles = vocabulary.prefixed(KEY, beginning, PREFIX_TERMS)
    return len(titles) >= PREFIX_TERMS or any(title.endswith(end) for title in titles)


def met_by_title(node: Node, text: str) -> Node:
    """Every word is also met by the title that the whole query is."""
    return _with_ways(node, (Alternative("folded", KEY, (title_key(text),), _TITLES, together=True),), text)


def met_by_sound(vocabulary: Vocabulary, node: Node, text: str) -> Node:
    """Every word of a name is also met by a name of another script that sounds like the whole."""
    names = whole_name(text, main_script(text) or "")
    return _with_ways(node, tuple(one for one in names if vocabulary.has([one])), text)


def met_by_beginning(vocabulary: Vocabulary, node: Node, text: str) -> Node:
    """The last word may be begun: it is also met by titles that begin with all that was typed, if
    there are several words, and by words that begin with it, if it is not written anywhere."""
    if not isinstance(node, AllOf) or not node.parts:
        return node
    begun: list[Alternative] = []
    last, key = node.parts[-1], title_key(text)
    if len(node.parts) > 1 and len(key) > SHORTEST_BEGINNING:
        titles = tuple(vocabulary.prefixed(KEY, key, PREFIX_TERMS))
        begun += [Alternative("prefix", KEY, titles, _TITLES)] if titles else []
    if isinstance(last, Unit) and not last.is_gram and len(last.text) >= SHORTEST_PREFIX:
        written = [one for one in last.alternatives if one.kind in ("exact", "folded", "prefix")]
        begun += [] if vocabulary.has(written) else prefixed(vocabulary, normalize(last.text), ZONES)
    if not begun:
        return node
    return replace(node, parts=(*node.parts[:-1], _also_met(last, tuple(begun), text)))


def prefixed(vocabulary: Vocabulary, exact: str, zones: tuple[str, ...]) -> list[Alternative]:
    """Words that begin with an exact form, as written, without marks and romanised."""
    folded = fold(exact) or exact
    found = []
    for way, prefix in ((EXACT, exact), (EXACT, folded), (FOLDED, folded)):
        terms = tuple(vocabulary.prefixed(way, prefix, PREFIX_TERMS))
        if terms:
            found.append(Alternative("prefix", way, terms, zones))
    if folded.isascii():
        names = tuple(zone for zone in zones if zone in NAMES)
        terms = tuple(vocabulary.prefixed(LATIN, folded, PREFIX_TERMS))
        if terms and names:
            found.append(Alternative("prefix", LATIN, terms, names))
    return list(dict.fromkeys(found))


def _with_ways(node: Node, ways: tuple[Alternative, ...], text: str) -> Node:
    if not ways or not isinstance(node, AllOf):
        return node
    return replace(node, parts=tuple(_also_met(part, ways, text) for part in node.parts))


def _also_met(part: Node, ways: tuple[Alternative, ...], text: str) -> Node:
    if isinstance(part, Unit):
        return replace(part, alternatives=(*part.alternatives, *ways))
    # Not missing where no document is met by it: it is only another way.
    return AnyOf((part, Unit(text, ways, optional=True)))
