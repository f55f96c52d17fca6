"""Which stretch of a title is romanised so, or sounds so?

Titles are romanised by unbroken stretches, and one of a script without spaces may be a whole
sentence. What a visitor should see is the smallest part that the query stands for: コナン in
名探偵コナン for *konan*.
"""

from __future__ import annotations

from collections.abc import Iterator

from search.analysis.analyzer import cached_name
from search.analysis.scripts import script_of
from search.analysis.tokenizers import has_unspaced_script, words_in
from search.analysis.whole_names import LATIN_NAME, NATIVE_NAME, whole_name_keys

Span = tuple[int, int]
#: Kinds of keys that names in Latin letters have.
_OF_LATIN = ("l", LATIN_NAME)
_WHOLE_NAME = (LATIN_NAME, NATIVE_NAME)
_NEUTRAL = frozenset(("Zinh", "Zyyy", "Zzzz"))
#: Parts of one stretch that are looked at; what is not found among them is marked whole.
_MOST_PARTS = 400


def names_spelled(text: str, language: str, terms: frozenset[str]) -> Iterator[tuple[str, Span]]:
    """(term, where) for the stretches of `text` whose romanisation has one of the terms."""
    if not terms or text.isascii():
        return
    for stretch, start, _ in words_in(text):
        for term in terms.intersection(cached_name(stretch, language).latin):
            first, last = _smallest(stretch, term, language)
            yield term, (start + first, start + last)


def names_that_sound(text: str, language: str, keys: frozenset[str]) -> Iterator[tuple[str, Span]]:
    """(key, where) for the stretches of `text` that have one of the sound keys."""
    if text.isascii():
        keys = frozenset(key for key in keys if key.startswith(_OF_LATIN))
    if not keys:
        return
    for stretch, start, _ in words_in(text):
        for key in keys.intersection(cached_name(stretch, language).keys):
            first, last = _sounding(stretch, key, language)
            yield key, (start + first, start + last)
    if any(key.startswith(_WHOLE_NAME) for key in keys):
        for key in keys.intersection(whole_name_keys(text, language)):
            yield from ((key, (start, end)) for _, start, end in words_in(text))


def _smallest(stretch: str, term: str, language: str) -> Span:
    """The shortest part of a stretch that may be spelled so; the whole, if none is."""
    whole = (0, len(stretch))
    if not has_unspaced_script(stretch):
        return whole
    # A character is at least one Latin letter.
    longest = min(len(stretch), len(term))
    looked_at = 0
    for length in range(1, longest + 1):
        for first in range(len(stretch) - length + 1):
            looked_at += 1
            if looked_at > _MOST_PARTS:
                return whole
            if term in cached_name(stretch[first : first + length], language).latin:
                return first, first + length
    return whole


def _sounding(stretch: str, key: str, language: str) -> Span:
    """The part of a stretch, in one script, that has the key; the whole, if none has."""
    for first, last in _pieces(stretch):
        if key in cached_name(stretch[first:last], language).keys:
            return first, last
    return 0, len(stretch)


def _pieces(stretch: str) -> Iterator[Span]:
    """Where the script changes inside a stretch: となりのトトロ → となりの, トトロ."""
    first, script = 0, ""
    for place, character in enumerate(stretch):
        here = script_of(character)
        if here in _NEUTRAL or not script or here == script:
            script = script or ("" if here in _NEUTRAL else here)
        else:
            yield first, place
            first, script = place, here
    yield first, len(stretch)
