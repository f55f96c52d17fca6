"""How does a word become its several spellings by a table of rules?

A scheme is a table from letters to the ways they are written, most usual first. The spellings of
a word are the cheapest combinations, each second-best way adding to the cost; so one table gives
`tchaikovski` and `tchaikovsky`, and a long word does not explode.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Choices = Sequence[tuple[str, ...]]

#: Written in a table for "nothing": the soft sign in Latin letters.
NOTHING = "-"


def cheapest(choices: Choices, limit: int) -> tuple[str, ...]:
    """At most `limit` distinct strings that take one option from each place, cheapest first.

    The n-th option of a place costs n; ties keep the order of the options. Exact, since dropping
    all but the `limit` cheapest beginnings never loses a cheapest whole.
    """
    if limit == 1:
        return ("".join(options[0] for options in choices),)
    beginnings: dict[str, int] = {"": 0}
    for options in choices:
        if len(options) == 1:
            beginnings = {start + options[0]: cost for start, cost in beginnings.items()}
            continue
        longer: dict[str, int] = {}
        for start, cost in beginnings.items():
            for extra, option in enumerate(options):
                spelling = start + option
                if cost + extra < longer.get(spelling, 1_000_000):
                    longer[spelling] = cost + extra
        beginnings = dict(sorted(longer.items(), key=lambda item: item[1])[:limit])
    return tuple(beginnings)


def interleave(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """First members first, then second members, …; distinct, without empty strings."""
    rows = list(lists)
    longest = max(map(len, rows), default=0)
    merged = dict.fromkeys(row[place] for place in range(longest) for row in rows if place < len(row))
    merged.pop("", None)
    return tuple(merged)


def rules(table: str) -> dict[str, str]:
    """A table written as `letters=spelling/spelling` pairs with spaces between, as `Scheme` takes it.

    >>> rules("ж=zh/j ь=-")
    {'ж': 'zh j', 'ь': '-'}
    """
    pairs = (pair.partition("=") for pair in table.split())
    return {letters: spellings.replace("/", " ") for letters, _, spellings in pairs}


@dataclass(frozen=True, slots=True)
class _Key:
    """The letters on the left of a rule, where they must stand (`^`, `$`, `+` or anywhere), and
    the spellings on its right."""

    letters: str
    place: str
    options: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        return not self.place and len(self.letters) == 1

    @classmethod
    def parse(cls, written: str, value: str) -> _Key:
        place = written[0] if written[0] in "^+" else written[-1] if written[-1] == "$" else ""
        options = tuple("" if one == NOTHING else one for one in value.split())
        return cls(written.strip("^+$"), place, options)


@dataclass(frozen=True)
class Scheme:
    """Rules by letters. `rules` maps one to three letters to spellings, separated by spaces.

    A key may say where it holds: `^е` at the beginning of the word, `ий$` at its end, `+е` after
    one of `vowels`. Longer keys go before shorter ones, keys with a place before those without,
    otherwise the order of the table holds.
    """

    rules: dict[str, str]
    vowels: str = ""
    # By first letter: the only spellings it can have, or the keys to try, longest first.
    _simple: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _keys: dict[str, tuple[_Key, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keys: dict[str, list[_Key]] = {}
        for written, value in self.rules.items():
            key = _Key.parse(written, value)
            keys.setdefault(key.letters[0], []).append(key)
        simple = {
            first: found[0].options for first, found in keys.items() if len(found) == 1 and found[0].is_plain
        }
        ordered = {
            first: tuple(sorted(found, key=lambda key: (-len(key.letters), not key.place)))
            for first, found in keys.items()
            if first not in simple
        }
        object.__setattr__(self, "_simple", simple)
        object.__setattr__(self, "_keys", ordered)

    def choices(self, word: str) -> list[tuple[str, ...]] | None:
        """The options at each place of the word, or None if some letter is not in the table."""
        found: list[tuple[str, ...]] = []
        place, end = 0, len(word)
        while place < end:
            letter = word[place]
            options = self._simple.get(letter)
            length = 1
            if options is None:
                key = self._key_at(word, place)
                if key is not None:
                    options, length = key.options, len(key.letters)
                elif letter.isascii() and letter.isalnum():
                    options = (letter,)
                else:
                    return None
            found.append(options)
            place += length
        return found

    def spellings(self, word: str, limit: int) -> tuple[str, ...]:
        """The cheapest spellings; none if the word has letters the scheme does not know."""
        choices = self.choices(word)
        return cheapest(choices, limit) if choices is not None else ()

    def _key_at(self, word: str, place: int) -> _Key | None:
        for key in self._keys.get(word[place], ()):
            if not word.startswith(key.letters, place):
                continue
            if key.place == "^" and place:
                continue
            if key.place == "$" and place + len(key.letters) != len(word):
                continue
            if key.place == "+" and not (place and word[place - 1] in self.vowels):
                continue
            return key
        return None
