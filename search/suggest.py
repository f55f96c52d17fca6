"""How might what is being typed go on? Completions of titles, folded and across scripts.

The index holds a sorted list of keys (`suggestion_keys.py`); a completion is one prefix range of
it, heaviest first. What was typed is looked up as it is, by its Korean letters, and in Latin
letters; only when nothing at all goes on from it, as the keys of another keyboard or with one
letter wrong.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from search.analysis.folding import fold, normalize
from search.analysis.keyboards import latin_readings, readings
from search.analysis.languages import language
from search.analysis.romanize import romanize
from search.analysis.scripts import main_script
from search.analysis.tokenizers import words_in
from search.engines.base import Engine, SuggestionRow
from search.query.guard import cut_text
from search.results import Suggestion
from search.suggestion_keys import (
    LONGEST_KEY,
    ROMANIZED,
    joined_reading,
    korean_key,
    suggestion_key,
    suggestion_keys,
)

__all__ = ["suggestion_key", "suggestion_keys", "suggestions"]

_PREFERRED = 2.0
#: A title that is typed in full goes before those that only begin with it.
_WHOLE = 3.0
#: A title that much longer than what was typed is not typed in full, whatever its signs fold to.
_LONGER_WHOLE = 2
#: Romanisations of what was typed that are looked up.
_SPELLINGS = 4
#: Shorter beginnings have a completion on some other keyboard, and with some other letter.
SHORTEST_RETYPED, SHORTEST_RESPELLED = 3, 4
#: Characters that are looked at. A key holds half of them: what comes later completes nothing, and reading it
#: on every keyboard and in every spelling took 75 ms of 1,000 words.
LONGEST_TYPED = 2 * LONGEST_KEY
#: A wrong letter is looked for so far back from where the completions end.
_BACK = 3
_JAMO = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ"
_JAPANESE = frozenset(("Hani", "Hira", "Kana"))


def suggestions(
    engine: Engine, q: str, *, limit: int, languages: tuple[str, ...] = ()
) -> tuple[Suggestion, ...]:
    """Titles that go on from `q`, each document once: those in the script of `q` first, then by
    weight, preferred languages first among equals. Of a long `q`, its beginning (`LONGEST_TYPED`)."""
    q = cut_text(q)[0][:LONGEST_TYPED]
    key = suggestion_key(q)
    rows = _rows(engine, q, key, limit)
    if not rows:
        rows = next(filter(None, _second_tries(engine, q, key, limit)), [])
    script = _family(main_script(q))
    best: dict[int, tuple[bool, float, Suggestion]] = {}
    for row in rows:
        found = _suggestion(engine, row)
        weight = row.weight * (_PREFERRED if found.language in languages else 1.0)
        if len(found.text) <= _LONGER_WHOLE * len(q) and suggestion_key(found.text) == key:
            weight *= _WHOLE
        rank = _family(main_script(found.text)) == script, weight, found
        # A document is shown by its title in the visitor's script, if that begins so too.
        if row.document not in best or rank[:2] > best[row.document][:2]:
            best[row.document] = rank
    ordered = sorted(best.values(), key=lambda rank: (not rank[0], -rank[1]))
    return tuple(found for _, _, found in ordered[:limit])


def _family(script: str | None) -> str | None:
    """Scripts that titles of one language mix count as one."""
    return "Jpan" if script in _JAPANESE else script


def _rows(engine: Engine, q: str, key: str, limit: int) -> list[SuggestionRow]:
    rows = engine.suggestions(key, limit) if key else []
    if letters := korean_key(q):
        rows += engine.suggestions(letters, limit)
    if not key or len({row.document for row in rows}) >= limit:
        return rows
    for other in _in_latin_letters(q, key):
        found = engine.suggestions(other, limit)
        if q.isascii():
            # A reading joined and shortened is no longer what is typed for a Latin title.
            found = [row for row in found if not _suggestion(engine, row).text.isascii()]
        rows += [replace(row, weight=row.weight * ROMANIZED) for row in found]
    return rows


def _in_latin_letters(q: str, key: str) -> list[str]:
    """What was typed in another script, as keys in Latin letters: матри may become The Matrix. Latin
    letters may be the reading of a title that has no spaces: sen to chi, 千と千尋."""
    if q.isascii():
        return [other] if (other := joined_reading(key)) != key else []
    words = [normalize(stretch) for stretch, _, _ in words_in(unicodedata.normalize("NFC", q))]
    spellings = [romanize(word) if main_script(word) not in ("Latn", "Zyyy", None) else () for word in words]
    keys: list[str] = []
    for choice in range(max(map(len, spellings), default=0)):
        read = [
            fold(options[min(choice, len(options) - 1)]) if options else fold(word)
            for word, options in zip(words, spellings, strict=True)
        ]
        keys += [" ".join(read)[:LONGEST_KEY], joined_reading(" ".join(read))]
    return [key for key in dict.fromkeys(keys) if key.strip()][: 2 * _SPELLINGS]


# Second tries


def _second_tries(engine: Engine, q: str, key: str, limit: int) -> Iterator[list[SuggestionRow]]:
    """Completions of what may have been meant, one list per guess, the most trusted guess first."""
    if len(key) >= SHORTEST_RETYPED or len(q.strip()) > SHORTEST_RETYPED:
        for reading in _retyped(engine, q.strip()):
            yield _rows(engine, reading, suggestion_key(reading), limit)
    near = list(dict.fromkeys(_respelled(engine, korean_key(q) or key)))
    # A space too many or too few changes no letter of what was typed.
    letters = key.replace(" ", "")
    for others in ([other for other in near if other.replace(" ", "") == letters], near):
        yield list(itertools.chain.from_iterable(engine.suggestions(other, limit) for other in others))


def _retyped(engine: Engine, q: str) -> Iterator[str]:
    codes = {*engine.manifest.languages, *engine.manifest.title_languages}
    scripts = {script for code in codes for script in language(code).scripts}
    for source in (readings(q, scripts), latin_readings(q)):
        yield from dict.fromkeys(reading for _, _, reading in source)


def _respelled(engine: Engine, key: str) -> Iterator[str]:
    """Beginnings of keys that differ from `key` in one letter, a space being one: the mistake is
    the last letter with completions before it, or stands shortly before."""
    if len(key) < SHORTEST_RESPELLED or any(map(str.isdigit, key)):
        return
    dead = next(end for end in range(1, len(key) + 1) if not engine.suggestions(key[:end], 1))
    for place in range(dead - 1, max(dead - 2 - _BACK, 0), -1):
        yield from (other for other in _edited(key, place) if engine.suggestions(other, 1))


def _edited(key: str, place: int) -> Iterator[str]:
    """`key` with one edit at `place`: letters swapped, left out, replaced, added."""
    before, letter, after = key[:place], key[place], key[place + 1 :]
    if after:
        yield before + after[0] + letter + after[1:]
    yield before + after
    if main_script(letter) in _JAPANESE:
        return
    for other in _letters_beside(letter):
        yield before + other + after
        yield before + other + letter + after


def _letters_beside(letter: str) -> str:
    """The small letters of a letter's alphabet, and the space."""
    if letter.isascii():
        return "abcdefghijklmnopqrstuvwxyz "
    if letter in _JAMO:
        return _JAMO
    script = main_script(letter)
    block = range(ord(letter) & ~0x7F, (ord(letter) & ~0x7F) + 0x80)
    return "".join(map(chr, filter(lambda code: _is_small_letter(chr(code), script), block))) + " "


def _is_small_letter(character: str, script: str | None) -> bool:
    return character == fold(normalize(character)) and main_script(character) == script


def _suggestion(engine: Engine, row: SuggestionRow) -> Suggestion:
    stored = engine.stored(row.document)
    if not row.title:
        return Suggestion(stored["title"], stored["id"], stored.get("title_language", stored["language"]))
    other = stored["other_titles"][row.title - 1]
    return Suggestion(other["title"], stored["id"], other.get("language") or stored["language"], "alias")
