"""How might what is being typed go on? Completions of titles, folded and across scripts.

The index holds a sorted list of keys (`suggestion_keys`): each title folded, from each of its
words on, and romanised; a completion is one prefix range of it, heaviest first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from search.analysis.analyzer import cached_name, joined_chains
from search.analysis.folding import fold, normalize
from search.analysis.romanize import jamo, romanize
from search.analysis.scripts import main_script
from search.analysis.tokenizers import tokenize, words_in
from search.engines.base import Engine
from search.results import Suggestion

LONGEST_KEY = 64
#: Keys from a word within the title weigh less than keys from its beginning.
INNER = 0.5
#: Romanised keys weigh less than the title as it is written.
ROMANIZED = 0.6
_PREFERRED = 2.0
#: Romanisations of what was typed that are looked up.
_SPELLINGS = 4


def suggestion_key(text: str) -> str:
    """The folded form in which keys are stored and prefixes looked up."""
    words = (fold(normalize(stretch)) for stretch, _, _ in words_in(unicodedata.normalize("NFC", text)))
    return " ".join(word for word in words if word)[:LONGEST_KEY]


def suggestion_keys(title: str, language: str) -> Iterator[tuple[str, float]]:
    """Every key of a title with the share of the document's weight it has."""
    stretches = [stretch for stretch, _, _ in words_in(title)]
    words = [word for stretch in stretches if (word := fold(normalize(stretch)))]
    seen: set[str] = set()
    for index in range(len(words)):
        key = " ".join(words[index:])[:LONGEST_KEY]
        if key not in seen:
            seen.add(key)
            yield key, INNER if index else 1.0
    for key in (*_joined(title), *_romanized(stretches, language)):
        if key not in seen:
            seen.add(key)
            yield key, ROMANIZED
    for stretch in stretches:
        letters = jamo(normalize(stretch))
        if letters and letters not in seen:
            seen.add(letters)
            yield letters[:LONGEST_KEY], ROMANIZED


def _joined(title: str) -> Iterator[str]:
    """Spider-Man for those who type spiderman: each chain of joined words, with what follows it."""
    tokens = tokenize(title)
    for joined, first in joined_chains(title, tokens):
        rest = len(joined)
        for token in tokens[first:]:
            rest -= 0 if token.is_gram else len(token.text)
            if rest <= 0:
                yield suggestion_key(f"{joined} {title[token.end :]}")
                break


def _romanized(stretches: list[str], language: str) -> Iterator[str]:
    """The title in Latin letters, by the first two spellings of each word, from each word on."""
    if all(stretch.isascii() for stretch in stretches):
        return
    for choice in (0, 1):
        words = []
        for stretch in stretches:
            spellings = cached_name(stretch, language).latin
            words.append(
                spellings[min(choice, len(spellings) - 1)] if spellings else fold(normalize(stretch))
            )
        for index in range(len(words)):
            yield " ".join(words[index:])[:LONGEST_KEY]


def suggestions(
    engine: Engine, q: str, *, limit: int, languages: tuple[str, ...] = ()
) -> tuple[Suggestion, ...]:
    """Titles that go on from `q`, each document once, preferred languages first among equals."""
    key = suggestion_key(q)
    if not key:
        return ()
    rows = engine.suggestions(key, limit)
    if not rows and (letters := jamo(normalize(q.strip()))):
        rows = engine.suggestions(letters, limit)
    if len(rows) < limit:
        for other in _in_latin_letters(q):
            rows += [replace(row, weight=row.weight * ROMANIZED) for row in engine.suggestions(other, limit)]
    best: dict[int, tuple[float, Suggestion]] = {}
    for row in rows:
        found = _suggestion(engine, row.document, row.title)
        weight = row.weight * (_PREFERRED if found.language in languages else 1.0)
        if row.document not in best or weight > best[row.document][0]:
            best[row.document] = weight, found
    ordered = sorted(best.values(), key=lambda pair: -pair[0])
    return tuple(found for _, found in ordered[:limit])


def _in_latin_letters(q: str) -> list[str]:
    """What was typed in another script, as keys in Latin letters: матри may become The Matrix."""
    words = [normalize(stretch) for stretch, _, _ in words_in(unicodedata.normalize("NFC", q))]
    spellings = [romanize(word) if main_script(word) not in ("Latn", "Zyyy", None) else () for word in words]
    keys = (
        " ".join(
            fold(options[min(choice, len(options) - 1)]) if options else fold(word)
            for word, options in zip(words, spellings, strict=True)
        )
        for choice in range(max(map(len, spellings), default=0))
    )
    return list(dict.fromkeys(key[:LONGEST_KEY] for key in keys if key.strip()))[:_SPELLINGS]


def _suggestion(engine: Engine, document: int, title: int) -> Suggestion:
    stored = engine.stored(document)
    if not title:
        return Suggestion(stored["title"], stored["id"], stored.get("title_language", stored["language"]))
    other = stored["other_titles"][title - 1]
    return Suggestion(other["title"], stored["id"], other.get("language") or stored["language"], "alias")
