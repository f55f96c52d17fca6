"""How may a title come out when a person types it? One query per title and slip, seeded.

A slip takes a title and a random generator and gives what was typed, or None where the slip is
impossible in this title. Letters are counted as the script counts them: letters with their marks,
and the letters (jamo) of Korean syllables. Nothing of the service's own folding is used, lest it
be measured by itself; only its keyboard tables are, which say where the keys are.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

from search.analysis.keyboards import compose_hangul, decompose_hangul, retype
from search.analysis.scripts import main_script

Slip = Callable[[str, random.Random], str | None]

#: Letters a word needs for a slip in it to leave something to go by.
LETTERS_FOR_TYPO = 5
SHORTEST_SPLIT, SHORTEST_CUT = 6, 4
#: How a title is typed whose writer forgot to switch from a US layout.
LAYOUT_OF = {"Cyrl": "ru", "Grek": "el", "Hebr": "he", "Arab": "ar", "Thai": "th", "Hang": "ko", "Geor": "ka"}
#: Other layouts on which an English title is typed with US fingers.
FOREIGN_LAYOUTS, LATIN_LAYOUTS = ("ru", "el", "he", "ko", "uk"), ("fr", "de")
_UNDECOMPOSED = str.maketrans("łŁøØđĐßæÆœŒþÞðÐı", "lLoOdDsaAoOtTdDi")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e][^\W\d_]*)*")
_UNSPACED = frozenset(("Hani", "Hira", "Kana", "Thai"))


def graphemes(text: str) -> list[str]:
    """Letters with their marks; Korean syllables as the letters that make them."""
    letters: list[str] = []
    for character in decompose_hangul(unicodedata.normalize("NFC", text)):
        if letters and unicodedata.category(character)[0] == "M":
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _written(letters: list[str]) -> str:
    return compose_hangul("".join(letters))


def as_it_is(title: str, _: random.Random) -> str | None:
    return title


def in_capitals(title: str, _: random.Random) -> str | None:
    return title.upper() if title.upper() != title else None


def without_accents(title: str, _: random.Random) -> str | None:
    """Marks left out, special letters replaced by the nearest plain one; ß and æ by two."""
    if main_script(title) not in ("Latn", "Grek"):
        return None
    spelled = title.replace("ß", "ss").replace("æ", "ae").replace("œ", "oe").replace("þ", "th")
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFD", spelled.translate(_UNDECOMPOSED))
        if unicodedata.category(letter) != "Mn"
    )
    return bare if bare != title else None


def _typo(title: str, generator: random.Random, wanted: Callable[[int], bool]) -> str | None:
    """One letter of one word, of a length that is wanted, replaced, left out, added or swapped."""
    words = [match for match in _WORD.finditer(title) if wanted(len(graphemes(match.group())))]
    if not words:
        return None
    chosen = generator.choice(words)
    letters = graphemes(chosen.group())
    alphabet = [letter for letter in graphemes(title) if letter.isalpha()]
    alphabet += _ALPHABETS.get(main_script(chosen.group()) or "", "")
    for _ in range(20):
        slipped = list(letters)
        place = generator.randrange(len(letters))
        edit = generator.choice(("substitution", "deletion", "insertion", "transposition"))
        if edit == "substitution":
            slipped[place] = generator.choice(alphabet)
        elif edit == "deletion":
            del slipped[place]
        elif edit == "insertion":
            slipped.insert(place, generator.choice(alphabet))
        elif place:
            slipped[place - 1], slipped[place] = slipped[place], slipped[place - 1]
        written = _written(slipped)
        if written.casefold() != chosen.group().casefold():
            return title[: chosen.start()] + written + title[chosen.end() :]
    return None


_ALPHABETS: Mapping[str, str] = {
    "Latn": "abcdefghijklmnopqrstuvwxyz",
    "Cyrl": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "Grek": "αβγδεζηθικλμνξοπρστυφχψω",
    "Hebr": "אבגדהוזחטיכלמנסעפצקרשת",
    "Arab": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Deva": "अआइईउऊएओकखगचजटडतदनपबभमयरलवशसह",
    "Hang": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎㅏㅓㅗㅜㅡㅣㅐㅔ",
}


def typo(title: str, generator: random.Random) -> str | None:
    """One slip in a word of at least five letters."""
    return _typo(title, generator, lambda length: length >= LETTERS_FOR_TYPO)


def typo_in_short_word(title: str, generator: random.Random) -> str | None:
    """One slip in a word of four letters."""
    return _typo(title, generator, lambda length: length == LETTERS_FOR_TYPO - 1)


def last_word_begun(title: str, generator: random.Random) -> str | None:
    """The last word cut after at least half of it."""
    words = list(_WORD.finditer(title))
    if not words or len(letters := graphemes(words[-1].group())) < SHORTEST_CUT:
        return None
    kept = generator.randint((len(letters) + 1) // 2, len(letters) - 1)
    return title[: words[-1].start()] + _written(letters[:kept])


def in_another_order(title: str, generator: random.Random) -> str | None:
    words = title.split()
    if len(set(words)) < 2:
        return None
    shuffled = list(words)
    while shuffled == words:
        generator.shuffle(shuffled)
    return " ".join(shuffled)


def without_a_space(title: str, generator: random.Random) -> str | None:
    """Two neighbouring words written as one."""
    places = [match.start() for match in re.finditer(r"(?<=[^\W\d_]) (?=[^\W\d_])", title)]
    if not places or main_script(title) in _UNSPACED:
        return None
    place = generator.choice(places)
    return title[:place] + title[place + 1 :]


def with_a_space(title: str, generator: random.Random) -> str | None:
    """A word of at least six letters written as two."""
    words = [match for match in _WORD.finditer(title) if len(match.group()) >= SHORTEST_SPLIT]
    if not words or main_script(title) in _UNSPACED:
        return None
    word = generator.choice(words)
    places = [
        place
        for place in range(word.start() + 2, word.end() - 1)
        if unicodedata.category(title[place])[0] != "M"
    ]
    if not places:
        return None
    place = generator.choice(places)
    return f"{title[:place]} {title[place:]}"


def typed_on_us_keyboard(title: str, _: random.Random) -> str | None:
    """A title of another script, typed with a US layout switched on."""
    layout = LAYOUT_OF.get(main_script(title) or "")
    typed = retype(title.lower(), layout, "us") if layout else title
    return typed if layout and typed.isascii() and any(map(str.isalpha, typed)) else None


def typed_on_foreign_keyboard(title: str, generator: random.Random) -> str | None:
    """A title in plain Latin letters, typed with the layout of another script switched on."""
    if not title.isascii() or not any(map(str.isalpha, title)):
        return None
    return retype(title.lower(), "us", generator.choice(FOREIGN_LAYOUTS))


def typed_on_latin_keyboard(title: str, generator: random.Random) -> str | None:
    """A title in plain letters, typed as on a French or German keyboard while the US one is on."""
    if not title.isascii():
        return None
    typed = retype(title.lower(), generator.choice(LATIN_LAYOUTS), "us")
    return typed if typed != title.lower() else None
