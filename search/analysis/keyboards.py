"""What would the same keys have written on another keyboard layout?

A visitor who forgets to switch layouts types `ghbdtn` for `привет` and `руддщ` for `hello`.
Retyping goes from a character to its key to that key's character on the other layout. Whether a
reading is worth a search is the caller's decision; `candidates` only leaves out what nobody
writes. The layouts themselves stand in `keyboard_layouts.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache

from search.analysis.keyboard_layouts import DEAD, LAYOUTS, Layout

__all__ = [
    "LAYOUTS",
    "Layout",
    "candidates",
    "compose_hangul",
    "decompose_hangul",
    "latin_readings",
    "readings",
    "retype",
]

_SPACING = {"\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0308": "¨", "\u030a": "°", "\u030c": "ˇ"}
_MARK_OF = {spacing: mark for mark, spacing in _SPACING.items()}
_APOSTROPHES = "'’ʼ"
#: Punctuation that stands inside words (rock-n-roll, AC/DC).
_INSIDE_WORDS = _APOSTROPHES + "-&/"
_AFTER_WORDS = ",.;:!?"

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
#: Korean letters that are typed with two keys.
_COMPOUNDS = {
    "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ",
    "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_COMPOUND_OF = {pair: compound for compound, pair in _COMPOUNDS.items()}
_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3


def compose_hangul(letters: str) -> str:
    """Korean letters as typed, joined into syllables as an input method does: ㅅㅏㄹㅏㅇ → 사랑."""
    written: list[str] = []
    lead = vowel = tail = ""

    def finish() -> None:
        nonlocal lead, vowel, tail
        if lead and vowel:
            index = (_LEADS.index(lead) * len(_VOWELS) + _VOWELS.index(vowel)) * 28
            written.append(chr(_FIRST_SYLLABLE + index + (_TAILS.index(tail) + 1 if tail else 0)))
        else:
            written.append(lead + vowel)
        lead = vowel = tail = ""

    for letter in letters:
        if letter in _VOWELS:
            if tail:
                # The last consonant typed belongs to the syllable that this vowel begins.
                kept, moved = _COMPOUNDS.get(tail, tail)[:-1], _COMPOUNDS.get(tail, tail)[-1]
                tail = kept
                finish()
                lead, vowel = moved, letter
            elif vowel and vowel + letter in _COMPOUND_OF:
                vowel = _COMPOUND_OF[vowel + letter]
            else:
                if vowel:
                    finish()
                vowel = letter
        elif letter in _LEADS:
            if lead and vowel and tail + letter in _COMPOUND_OF:
                tail = _COMPOUND_OF[tail + letter]
            elif lead and vowel and not tail and letter in _TAILS:
                tail = letter
            else:
                finish()
                lead = letter
        else:
            finish()
            written.append(letter)
    finish()
    return "".join(written)


def decompose_hangul(text: str) -> str:
    """Korean syllables as the letters that are typed for them; everything else unchanged."""
    letters: list[str] = []
    for character in text:
        if _FIRST_SYLLABLE <= ord(character) <= _LAST_SYLLABLE:
            rest, tail = divmod(ord(character) - _FIRST_SYLLABLE, 28)
            lead, vowel = divmod(rest, len(_VOWELS))
            syllable = _LEADS[lead] + _VOWELS[vowel] + (_TAILS[tail - 1] if tail else "")
        else:
            syllable = character
        letters.extend(_COMPOUNDS.get(letter, letter) for letter in syllable)
    return "".join(letters)


def _strokes(text: str, layout: Layout) -> Iterator[tuple[str, tuple[int, bool] | None]]:
    """(what was written, its key) for each key pressed; the key is None where none writes it."""
    text = unicodedata.normalize("NFC", text)
    if layout.script == "Hang":
        text = decompose_hangul(text)
    longest = _longest(layout.name)
    position = 0
    while position < len(text):
        for length in range(longest, 0, -1):
            piece = text[position : position + length]
            if piece in layout.key_of:
                yield piece, layout.key_of[piece]
                break
        else:
            piece = text[position]
            yield from _accented(piece, layout)
        position += len(piece)


@cache
def _longest(layout: str) -> int:
    """The most characters that one key of the layout writes."""
    return max(map(len, LAYOUTS[layout].key_of))


def _accented(letter: str, layout: Layout) -> Iterator[tuple[str, tuple[int, bool] | None]]:
    """The strokes of a letter that takes dead keys (ώ is ´ and ω), or (letter, None)."""
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks = decomposed[0], decomposed[1:]
    dead_keys = [DEAD + mark for mark in marks]
    if marks and base in layout.key_of and all(dead in layout.key_of for dead in dead_keys):
        yield from ((dead, layout.key_of[dead]) for dead in dead_keys)
        yield base, layout.key_of[base]
    else:
        # The accent that a dead key writes when no letter takes it.
        yield letter, layout.key_of.get(DEAD + _MARK_OF.get(letter, ""))


def _finished(tokens: list[str], layout: Layout) -> str:
    """The text that these keys' tokens make: accents onto letters, Korean letters into syllables."""
    written: list[str] = []
    marks = ""
    for token in tokens:
        if token.startswith(DEAD) and len(token) > 1:
            marks += token[1:]
            continue
        accented = unicodedata.normalize("NFC", token + marks)
        if marks and len(accented) > 1:
            accented = "".join(_SPACING.get(mark, "") for mark in marks) + token
        written.append(accented)
        marks = ""
    written.extend(_SPACING.get(mark, "") for mark in marks)
    text = "".join(written)
    return compose_hangul(text) if layout.script == "Hang" else text


def _layout_named(name: str) -> Layout:
    if name not in LAYOUTS:
        raise ValueError(f"unknown keyboard layout {name!r}; known are {', '.join(LAYOUTS)}")
    return LAYOUTS[name]


def retype(text: str, layout_from: str, layout_to: str) -> str:
    """The text as it would have come out had the same keys been pressed on the other layout.

    What no key of `layout_from` writes stays as it is. Raises ValueError for unknown layouts.

    >>> retype("ghbdtn", "us", "ru")
    'привет'
    >>> retype("tkfkd", "us", "ko")
    '사랑'
    """
    origin, target = _layout_named(layout_from), _layout_named(layout_to)
    strokes = _strokes(text, origin)
    tokens = [(target.written(*key) if key else "") or piece for piece, key in strokes]
    return _finished(tokens, target)


@lru_cache(maxsize=4096)
def _is_letter(token: str) -> bool:
    """Letters, vowel signs and dead keys; not digits or punctuation."""
    return any(unicodedata.category(character)[0] in "LM" for character in token)


def _can_stand_in_word(token: str, target: Layout) -> bool:
    if target.script == "Latn":
        return bool(token) and not token.isdigit()
    return not token.isascii() if _is_letter(token) else token != "" and token in _APOSTROPHES


def _every_letter_maps(text: str, origin: Layout, target: Layout) -> bool:
    """Whether each letter has a key, and what it writes on the other layout can stand in a word."""
    for piece, key in _strokes(text, origin):
        token = target.written(*key) if key else ""
        if _is_letter(piece) and not _can_stand_in_word(token, target):
            return False
        if token.isdigit() and not piece.isdigit():
            return False
    return True


def _looks_written(text: str, layout: Layout) -> bool:
    """False for what no one writes in this layout's script."""
    if layout.unwritten.search(text) or not any(map(_is_letter, text)):
        return False
    for word in text.split():
        inner = word.rstrip(_AFTER_WORDS)
        if unicodedata.category(word[0])[0] == "M" or not all(
            character.isalnum() or character in _INSIDE_WORDS or _is_letter(character) for character in inner
        ):
            return False
    return True


def _origins(text: str) -> list[Layout]:
    """The layouts on which all letters of the text can be typed: one Latin layout, or all of a script."""
    letters = [character for character in unicodedata.normalize("NFC", text) if _is_letter(character)]
    if not letters:
        return []
    if any("LATIN" in unicodedata.name(letter, "") for letter in letters):
        latin = (layout for layout in LAYOUTS.values() if layout.script == "Latn")
        return [layout for layout in latin if all(letter in layout.key_of for letter in letters)][:1]
    return [
        layout
        for layout in LAYOUTS.values()
        if layout.script != "Latn" and all(key is not None for _, key in _strokes("".join(letters), layout))
    ]


_LAM_ALEF = "لا"


def _readings(text: str, origin: Layout, target: Layout) -> Iterator[str]:
    """What the keys of `text` write on `target`: as typed; without capitals, where shift writes
    something else; with commas and stops that were meant as such."""
    for typed in dict.fromkeys((text, text.lower())):
        if _every_letter_maps(typed, origin, target):
            yield retype(typed, origin.name, target.name)
            words = typed.split()
            if any(len(word) > 1 and word[-1] in ",." for word in words):
                yield " ".join(
                    retype(word.rstrip(",."), origin.name, target.name) + word[len(word.rstrip(",.")) :]
                    for word in words
                )
    if _LAM_ALEF in text and _LAM_ALEF in origin.key_of:
        # Two letters or one key: both are on the keyboard.
        yield "".join(retype(letter, origin.name, target.name) for letter in text)


def readings(text: str, scripts: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """(layout that was on, layout that was meant, reading), as `candidates` but every one of them:
    the words of a query are all typed on one keyboard, and that may be any that fits."""
    for origin in _origins(text):
        if origin.script == "Latn":
            targets = [each for each in LAYOUTS.values() if each.script != "Latn" and each.script in scripts]
        else:
            targets = [LAYOUTS["us"]]
        for target in targets:
            for reading in _readings(text, origin, target):
                if reading != text and _looks_written(reading, target):
                    yield origin.name, target.name, reading


def latin_readings(text: str) -> Iterator[tuple[str, str, str]]:
    """The same for Latin letters on another Latin layout, of which one is the US one: `bqd` typed
    with French habits is `bad`, `zear` with German ones `year`. Many words have such a reading, so
    it means something only where the typed word is none."""
    usual = LAYOUTS["us"]
    latin = [layout for layout in LAYOUTS.values() if layout.script == "Latn" and layout is not usual]
    for other in latin:
        for origin, target in ((usual, other), (other, usual)):
            if _letters_stay_letters(text, origin, target):
                reading = retype(text, origin.name, target.name)
                if reading != text and _looks_written(reading, target):
                    yield origin.name, target.name, reading


def _letters_stay_letters(text: str, origin: Layout, target: Layout) -> bool:
    """Punctuation may turn out a letter (`;issing`, missing); a letter may turn out punctuation
    only after a word (`dnim`, dni,)."""
    strokes = list(_strokes(text, origin))
    return all(
        not _is_letter(piece)
        or (key is not None and _is_letter(target.written(*key)))
        or (place == len(strokes) > 1 and key is not None and target.written(*key) in _AFTER_WORDS)
        for place, (piece, key) in enumerate(strokes, 1)
    )


def candidates(text: str, scripts: Collection[str]) -> list[tuple[str, str]]:
    """Plausible readings of a query typed with the wrong layout switched on: (layout, reading).

    Latin text is read on each non-Latin layout whose script (ISO 15924) is in `scripts`, other
    text as typed on a US keyboard. Takes the raw text: `,` and `;` are letters on many layouts.
    The same reading, whatever its capitals, is listed once, under the first layout that gives it.

    >>> candidates("cnfkrth", ["Cyrl"])[0]
    ('ru', 'сталкер')
    """
    found: dict[str, tuple[str, str]] = {}
    for _, target, reading in readings(text, scripts):
        found.setdefault(reading.casefold(), (target, reading))
    return list(found.values())
