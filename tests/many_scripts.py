"""A collection of any size in many scripts at once, made of words that nobody has written.

Words are syllables of letters of a script, as unequally common as those of a language: few are in every
second text, most in one or two. The same source of randomness gives the same collection.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from small_index import SETTINGS, indexed

from search.searcher import Searcher
from web import WebSettings, create_app

#: Language → letters that begin a syllable, letters that end one.
LETTERS: dict[str, tuple[str, str]] = {
    "en": ("bcdfghlmnprstw", "aeiouy"),
    "de": ("bdfghklmnrstwz", "aeiouäöü"),
    "fr": ("bcdfglmnprstv", "aeiouéèêô"),
    "pl": ("bcdghklłmnprsśtwzźż", "aeiouyąęó"),
    "tr": ("bcçdgklmnrsşty", "aeıioöuü"),
    "vi": ("bcdđghklmnt", "aăâeêioôơuưạảầệốữ"),
    "ru": ("бвгджзклмнпрст", "аеиоуыэюя"),
    "uk": ("бвгґдзклмнпрст", "аеєиіїоуюя"),
    "el": ("βγδζθκλμνπρστφ", "αάεέηήιίοόυω"),
    "ar": ("بتثجحخدرسشصعفقكلمن", "اوي"),
    "fa": ("بپتجچدرزسشفقکگلمن", "اوی"),
    "he": ("בגדזחטכלמנספקרשת", "אהויע"),
    "hi": ("कखगचजटडतदनपबमरलसह", "ािीुेो"),
    "th": ("กขคงจชดตทนบปพมรลวสห", "ะาุเ"),
    "ja": ("かきくさしすたちとなにはまやらわアイカキサシタトナマラ", "東京山川海空犬猫人夢"),
    "zh": ("山川海空犬猫人夢日月火水木金土", "上下中大小东西南北春秋"),
    "ko": ("가나다라마바사아자하", "각난달람밤상안장한글"),
    "hy": ("բգդզկլմնպռստ", "աեիոու"),
    "ka": ("ბგდვზთკლმნპრსტ", "აეიოუ"),
    "ta": ("கசடதநபமயரலவ", "ாிீுே"),
}
_UNSPACED = ("ja", "zh", "th")
GENRES = ("Drama", "Comedy", "War", "Crime", "Documentary", "History")
COUNTRIES = ("IT", "DE", "FR", "JP", "RU", "BR", "IN", "EG")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a language, the commonest first, and how common each is, cumulated."""

    language: str
    words: tuple[str, ...]
    weights: tuple[float, ...]

    def text(self, source: random.Random, count: int) -> str:
        chosen = source.choices(self.words, cum_weights=self.weights, k=count)
        return ("" if self.language in _UNSPACED else " ").join(chosen)

    def word(self, source: random.Random) -> str:
        return source.choices(self.words, cum_weights=self.weights)[0]


def vocabularies(source: random.Random, size: int) -> tuple[Vocabulary, ...]:
    """One for each language, of `size` different words."""
    return tuple(_vocabulary(language, source, size) for language in LETTERS)


def _vocabulary(language: str, source: random.Random, size: int) -> Vocabulary:
    first, second = LETTERS[language]
    words: dict[str, None] = {}
    while len(words) < size:
        syllables = source.choice((1, 2, 2, 3, 3, 4))
        # A tenth begins alike, as words with the prefixes of a language do.
        begin = first[0] + second[0] + first[1] if source.random() < 0.1 else ""
        word = "".join(source.choice(first) + source.choice(second) for _ in range(syllables))
        words[begin + word] = None
    weights = itertools.accumulate(1 / (rank + 2) for rank in range(size))
    return Vocabulary(language, tuple(words), tuple(weights))


def documents(
    known: tuple[Vocabulary, ...], source: random.Random, count: int, *, words: int = 30
) -> Iterator[dict[str, Any]]:
    """`count` documents, each in one language, the languages in turn; `words` of text each on average."""
    for number in range(count):
        one = known[number % len(known)]
        other = source.choice(known)
        title = one.text(source, source.randint(1, 5))
        yield {
            "id": f"d{number}",
            "title": title[0].upper() + title[1:],
            "also_known_as": [other.text(source, source.randint(1, 4))],
            "language": one.language,
            "text": one.text(source, source.randint(words // 2, words * 3 // 2)),
            "people": [{"name": one.text(source, 1) + " " + one.text(source, 1), "role": "Director"}],
            "genre": source.sample(GENRES, 2),
            "country": [source.choice(COUNTRIES)],
            "year": source.randint(1920, 2020),
            "popularity": round(source.random(), 3),
        }


def application(
    folder: Path,
    source: random.Random,
    count: int,
    *,
    vocabulary: int = 400,
    words: int = 30,
    **settings: Any,
) -> tuple[Flask, tuple[Vocabulary, ...]]:
    """The application over an index of `count` such documents below `folder`, and their words.

    `settings` are those of `WebSettings`.
    """
    known = vocabularies(source, vocabulary)
    indexed(folder, documents(known, source, count, words=words))
    web = replace(WebSettings(index=folder / "index", collection=SETTINGS), **settings)
    return create_app(web, partial(Searcher.open, deadline=web.deadline_seconds)), known
