"""How is a text of unknown origin, and a size, written in a terminal?"""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """Control characters escaped, so that no file name or title can drive the terminal."""
    return "".join(
        character
        if unicodedata.category(character) not in ("Cc", "Cs", "Cf") or character in "\u200c\u200d"
        else f"\\u{ord(character):04x}"
        for character in text
    )


def megabytes(size: int) -> str:
    """`size` in bytes."""
    return f"{size / 1_000_000:.1f} MB"
