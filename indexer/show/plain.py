"""How is a text of unknown origin, and a size, written in a terminal?"""

from __future__ import annotations

import json
import unicodedata
from typing import Any

#: Controls, halves of characters, invisible signs of direction and format, separators of lines. What they
#: drive is the terminal, the order of what is shown, or the next line.
_UNSHOWN = frozenset(("Cc", "Cs", "Cf", "Zl", "Zp"))
#: Joiners are letters' business in Persian, in Indic scripts and in emoji.
_JOINERS = "\u200c\u200d"


class _Shown(dict[int, str]):
    """Each character as it is shown; filled as met."""

    def __missing__(self, codepoint: int) -> str:
        character = chr(codepoint)
        is_shown = unicodedata.category(character) not in _UNSHOWN or character in _JOINERS
        value = self[codepoint] = character if is_shown else _escape(character)
        return value


def _escape(character: str) -> str:
    """As JSON writes it: in code units of UTF-16."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


_SHOWN = _Shown()


def printable(text: str) -> str:
    """Control characters escaped, line breaks too, so that no file name or title can drive the terminal."""
    return text.translate(_SHOWN)


def printable_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(map(printable, text.split("\n")))


def printable_json(value: Any, *, indent: int | None = None) -> str:
    """JSON in the letters of its texts, with escapes for what `printable` escapes."""
    return printable_lines(json.dumps(value, ensure_ascii=False, indent=indent))


def megabytes(size: int) -> str:
    """`size` in bytes."""
    return f"{size / 1_000_000:.1f} MB"
