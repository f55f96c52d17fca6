"""What do visitors of a collection in many languages type? Queries drawn from its documents, seeded.

Four in five are one to four neighbouring words of a text, in small letters; in scripts without
spaces, a few neighbouring characters. Half of these are of a language drawn evenly, so that the
small languages are asked too, half of a document drawn evenly, so that the large ones are asked as
often as there is of them. One in five is a title as it is written, in any of a film's languages.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.corpus import LONGEST_QUERY, SEED, CorpusError
from benchmarks.rows import Row, language_of, text_of, titles_of
from search.analysis.tokenizers import has_unspaced_script

WORDS, CHARACTERS, TITLE = "words", "characters", "title"
#: Every so manieth query is a title.
TITLE_EVERY = 5
#: Longest stretch of a script without spaces; shorter ones are taken whole.
LONGEST_STRETCH = 6
LONGEST_TITLE = 60
_AROUND = "\"'“”‘’«»()[]{}.,;:!?¡¿…–—-。、「」『』（），：；！？・《》।॥؟،؛״׳"


@dataclass(frozen=True, slots=True)
class TypedQuery:
    """`language` is that of the text it comes from, of the film for a title."""

    text: str
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What queries are drawn from: text and titles of one document."""

    language: str
    text: str
    titles: tuple[str, ...]


def draw_typed_queries(rows: Iterable[Row], count: int, *, seed: int = SEED) -> list[TypedQuery]:
    """`count` queries, none twice. Raises `CorpusError` when the documents hold too few."""
    generator = random.Random(seed)
    drawn = [_Drawn(language_of(row), text_of(row), _titles(row)) for row in rows]
    texts: dict[str, list[_Drawn]] = {}
    for one in drawn:
        texts.setdefault(one.language, []).append(one)
    titled = [one for one in drawn if one.titles]
    languages = sorted(texts)
    queries: dict[str, TypedQuery] = {}
    for attempt in range(count * 50 if drawn else 0):
        if len(queries) == count:
            break
        turn = len(queries)
        if turn % TITLE_EVERY == TITLE_EVERY - 1 and titled:
            one = generator.choice(titled)
            query: TypedQuery | None = TypedQuery(generator.choice(one.titles), TITLE, one.language)
        elif turn % 2:
            query = _words(generator.choice(drawn), generator)
        else:
            query = _words(generator.choice(texts[languages[attempt % len(languages)]]), generator)
        if query is not None:
            queries.setdefault(query.text, query)
    if len(queries) < count:
        raise CorpusError(
            f"only {len(queries)} of {count} queries could be drawn from {len(drawn)} documents"
        )
    return list(queries.values())


def _titles(row: Row) -> tuple[str, ...]:
    """Titles that are asked for: those of films. A verse's is its place in the book."""
    if "original_title" not in row:
        return ()
    return tuple(title for title in titles_of(row) if len(title) <= LONGEST_TITLE)


def _words(one: _Drawn, generator: random.Random) -> TypedQuery | None:
    words = [word for chunk in one.text.split() if (word := chunk.strip(_AROUND))]
    if not words:
        return None
    length = min(generator.randint(1, LONGEST_QUERY), len(words))
    start = generator.randrange(len(words) - length + 1)
    chosen = words[start : start + length]
    if unspaced := list(filter(has_unspaced_script, chosen)):
        return _stretch(unspaced[0], one.language, generator)
    text = " ".join(chosen).lower()
    if not any(map(str.isalpha, text)):
        return None
    return TypedQuery(text, f"{WORDS}, {length}", one.language)


def _stretch(chunk: str, language: str, generator: random.Random) -> TypedQuery | None:
    length = generator.randint(2, LONGEST_STRETCH)
    start = generator.randrange(max(len(chunk) - length, 0) + 1)
    text = chunk[start : start + length].strip(_AROUND)
    return TypedQuery(text, CHARACTERS, language) if text else None
