"""What would a Vietnamese input method have written for these keys?

Vietnamese is typed in plain letters with keys for marks and tones after them: *vuowtj* is vượt in
Telex, *vuo75t* in VNI. With the method switched off the keys stay as they are. A reading is given
only for what can be a Vietnamese syllable; whether it is worth a search is the caller's decision.
The two methods are tables; their rules are those that Unikey documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_STROKE = "đ"
_VOWELS = "aeiouy"
#: What a syllable looks like without its marks.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


@dataclass(frozen=True, slots=True)
class InputMethod:
    """`tones`: key → mark of a tone; `shapes`: key → mark of a letter, by the letters that may
    take it; `stroke`: the key that makes đ of d."""

    name: str
    tones: Mapping[str, str]
    shapes: Mapping[str, Mapping[str, str]]
    stroke: str


INPUT_METHODS = (
    InputMethod(
        "telex",
        {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"},
        {
            "a": {"a": _CIRCUMFLEX},
            "e": {"e": _CIRCUMFLEX},
            "o": {"o": _CIRCUMFLEX},
            "w": {"a": _BREVE, "o": _HORN, "u": _HORN},
        },
        "d",
    ),
    InputMethod(
        "vni",
        {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"},
        {
            "6": {"a": _CIRCUMFLEX, "e": _CIRCUMFLEX, "o": _CIRCUMFLEX},
            "7": {"o": _HORN, "u": _HORN},
            "8": {"a": _BREVE},
        },
        "9",
    ),
)


def vietnamese_readings(text: str) -> Iterator[tuple[str, str, str]]:
    """(keyboard, input method, reading) of one word for each method by which its keys write a
    Vietnamese syllable that is not just the word.

    >>> [reading for _, _, reading in vietnamese_readings("vuowtj")]
    ['vượt']
    """
    if not text.isascii():
        return
    for method in INPUT_METHODS:
        reading = _reading(text.lower(), method)
        if reading is not None and reading != text.lower():
            yield "us", method.name, reading


def _reading(keys: str, method: InputMethod) -> str | None:
    letters: list[str] = []
    marks: list[str] = []
    tone = ""
    for key in keys:
        has_vowel = any(letter in _VOWELS for letter in letters)
        if key in method.tones and has_vowel:
            tone = method.tones[key]
        elif key == method.stroke and letters[:1] == ["d"] and not marks[0]:
            marks[0] = _STROKE
        elif not (key in method.shapes and has_vowel and _shaped(letters, marks, method.shapes[key])):
            letters.append(key)
            marks.append("")
    if _SYLLABLE.fullmatch("".join(letters)) is None:
        return None
    if tone:
        marks[_place_of_tone(letters, marks)] += tone
    written = (
        mark if mark == _STROKE else letter + mark for letter, mark in zip(letters, marks, strict=True)
    )
    return unicodedata.normalize("NFC", "".join(written))


def _shaped(letters: list[str], marks: list[str], shapes: Mapping[str, str]) -> bool:
    """Put a mark on the last vowel that takes it, on both of `uo`; False if none does."""
    vowels = [place for place, letter in enumerate(letters) if letter in _VOWELS]
    last = [place for place in vowels if letters[place] in shapes and not marks[place]]
    if not last:
        return False
    place = last[-1]
    before = place - 1
    follows_u = before in last and letters[before] == "u" and letters[:before] != ["q"]
    if follows_u and "u" in shapes and letters[place] == "a":
        # mưa: the breve would make uă, which only stands after q.
        place = before
    elif follows_u and shapes[letters[place]] == shapes.get("u"):
        marks[before] = shapes["u"]
    marks[place] = shapes[letters[place]]
    return True


def _place_of_tone(letters: list[str], marks: list[str]) -> int:
    """The vowel that carries the tone: the last with a mark, else the middle of three, the second
    of two before a consonant, the first of two at the end."""
    vowels = [place for place, letter in enumerate(letters) if letter in _VOWELS]
    marked = [place for place in vowels if marks[place]]
    if marked:
        return marked[-1]
    if len(vowels) > 1 and "".join(letters[: vowels[0] + 1]) in ("qu", "gi"):
        vowels = vowels[1:]
    ends_in_vowel = letters[-1] in _VOWELS
    return vowels[0] if len(vowels) == 1 or (len(vowels) == 2 and ends_in_vowel) else vowels[1]
