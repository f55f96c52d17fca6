"""How may a stretch of Japanese with kanji be read, in Latin letters?

A kanji has several readings and only a dictionary of words knows which one applies. Titles are
found without one: every combination of the characters' own readings (Unicode's Unihan) is a
candidate for one to three neighbouring kanji. Wrong candidates are harmless as long as nobody
types them; that they meet other words is why they rank last. A whole title typed as one word is
cut into such candidates by the query side.

Readings are written short (tokyo, not toukyou): `shortened` brings what people type to the same.
Voiced and doubled consonants at the seams follow the rules of compounds (rendaku, sokuon).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from search.analysis.romanization.kana import romanize_kana

#: Characters read together, and the most candidates for them.
LONGEST_WINDOW, MOST_CANDIDATES = 3, 48
#: Readings of one character that are tried.
MOST_READINGS = 6
#: Shorter readings of a single character beside others are syllables that everything contains.
SHORTEST_SINGLE = 4

#: Kana of an ending, and spellings of one kanji with its endings.
LONGEST_ENDING, MOST_INFLECTED = 4, 16

_LAST_SOUND = re.compile("(?:ts|[sc]h|[kgnhbpmr]y|[kgsztdnhbpmrywjf])?[aiueo]$")
_SHORTENING = "っいん"
_LONG_VOWELS = re.compile(r"ou|oo|uu|aa|ee")
_SHORT = {"ou": "o", "oo": "o", "uu": "u", "aa": "a", "ee": "e"}
_VOICED = (("sh", "j"), ("ch", "j"), ("ts", "z"), ("k", "g"), ("s", "z"), ("t", "d"), ("h", "b"), ("f", "b"))
_SWALLOWED = re.compile(r"(?:tsu|chi|ku|ki)$")
_DOUBLING = "kstp"
# The last syllable of a verb as it stands before another word: kataru → katari.
_STEM_ENDINGS = (
    ("tsu", "chi"),
    ("su", "shi"),
    ("ku", "ki"),
    ("gu", "gi"),
    ("nu", "ni"),
    ("bu", "bi"),
    ("mu", "mi"),
    ("ru", "ri"),
    ("u", "i"),
)


def shortened(latin: str) -> str:
    """A Latin word with its long Japanese vowels written short.

    >>> shortened("toukyou"), shortened("oosaka")
    ('tokyo', 'osaka')
    """
    return _LONG_VOWELS.sub(lambda vowels: _SHORT[vowels.group()], latin)


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    table = {}
    for line in _lines():
        character, _, readings = line.partition(" ")
        chinese, _, native = readings.partition("|")
        table[character] = tuple(_readings(chinese.split(), native.split()))[:MOST_READINGS]
    return table


def _lines() -> list[str]:
    text = files("search.analysis.romanization").joinpath("kanji_readings.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@lru_cache(maxsize=1)
def _native_table() -> dict[str, tuple[str, ...]]:
    return {line[0]: tuple(line.partition("|")[2].split()) for line in _lines()}


def _readings(chinese: Sequence[str], native: Sequence[str]) -> Iterator[str]:
    """Readings as they stand in compounds, each once: nouns as they are, verbs by their stem."""
    found: dict[str, None] = {}
    for reading in itertools.chain(
        chinese[:3], itertools.chain.from_iterable(map(_native_forms, native[:3]))
    ):
        found[shortened(reading)] = None
    yield from found


def _native_forms(reading: str) -> Iterator[str]:
    if reading.endswith("tsu") and len(reading) > 6:
        yield reading.removesuffix("tsu")
    yield reading
    if reading.endswith("u") and len(reading) > 3:
        for ending, stem in _STEM_ENDINGS:
            if reading.endswith(ending):
                yield reading.removesuffix(ending) + stem
                break
    if reading.endswith(("eru", "iru")):
        yield reading.removesuffix("ru")
    if reading.endswith(("ai", "ii", "ui", "oi")) and len(reading) > 3:
        yield reading.removesuffix("i").removesuffix("shi")


def kanji_spellings(run: str) -> tuple[str, ...]:
    """Candidates for each window of one to three characters of a run of kanji, the longest first."""
    options = [_table().get(character, ()) for character in run]
    found: dict[str, None] = {}
    for size in range(min(LONGEST_WINDOW, len(run)), 0, -1):
        for start in range(len(run) - size + 1):
            window = options[start : start + size]
            if all(window):
                candidates = itertools.islice(_combined(window), MOST_CANDIDATES)
                found.update(
                    (candidate, None)
                    for candidate in candidates
                    if size > 1 or len(run) == 1 or len(candidate) >= SHORTEST_SINGLE
                )
    return tuple(found)


def inflected_spellings(run: str, kana: str) -> tuple[str, ...]:
    """How the last kanji of a run is read together with the hiragana after it: 始まる → hajimaru.

    The native readings of the table are whole words; an inflected one keeps their beginning, and its
    kana begin with the row of the sound that they replace (hajimeru: 始め…, 始まっ…), or with the っ, い
    or ん that shortened it.
    """
    found: dict[str, None] = {}
    written = [romanize_kana(kana[:length])[:1] for length in range(1, min(len(kana), LONGEST_ENDING) + 1)]
    endings = list(dict.fromkeys(ending for spellings in written for ending in spellings))
    if not endings:
        return ()
    for reading in _native_table().get(run[-1:], ())[:MOST_READINGS]:
        stem = reading
        for removed in (1, 2, 3):
            sound = _LAST_SOUND.search(stem)
            if sound is None or not sound.start():
                break
            stem = stem[: sound.start()]
            if sound.group()[0] == endings[0][0] or (removed == 1 and kana[0] in _SHORTENING):
                found.update((shortened(stem + ending), None) for ending in endings)
    return tuple(found)[:MOST_INFLECTED]


@lru_cache(maxsize=512)
def _choices(sizes: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Which reading of each character, the usual ones first: by the sum of their places."""
    every = itertools.product(*(range(size) for size in sizes))
    return tuple(sorted(every, key=sum))[:MOST_CANDIDATES]


def _combined(options: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Every choice of one reading per character, plain and with the seams of compounds."""
    for places in _choices(tuple(map(len, options))):
        choice = [readings[place] for readings, place in zip(options, places, strict=True)]
        plain = "".join(choice)
        yield shortened(plain)
        if len(choice) > 1:
            for joined in (_voiced(choice), _doubled(choice)):
                if joined != plain:
                    yield shortened(joined)


def _voiced(choice: Sequence[str]) -> str:
    """The second part voiced: mono + katari → monogatari."""
    parts = [choice[0]]
    for part in choice[1:]:
        for plain, voiced in _VOICED:
            if part.startswith(plain):
                part = voiced + part[len(plain) :]
                break
        parts.append(part)
    return "".join(parts)


def _doubled(choice: Sequence[str]) -> str:
    """The first part's end swallowed: gaku + ko → gakko, setsu + fuku → seppuku."""
    joined = choice[0]
    for part in choice[1:]:
        end = _SWALLOWED.search(joined)
        if end and len(joined) > len(end.group()) and part[0] in _DOUBLING:
            joined = joined[: end.start()] + part[0] + part
        elif end and len(joined) > len(end.group()) and part[0] in "hf":
            joined = joined[: end.start()] + "pp" + part[1:]
        else:
            joined += part
    return joined
