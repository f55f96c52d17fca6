"""Are the words found by their bits those that a look at every word finds?"""

from __future__ import annotations

import json
import random
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from search.analysis.folding import fold, normalize
from search.analysis.keyboards import compose_hangul
from search.analysis.romanize import jamo
from search.analysis.tokenizers import has_unspaced_script
from search.engines.spellings import SYLLABLES_FOR_EDIT, edits_allowed
from search.engines.whoosh_engine import WhooshEngine
from search.index.assembly import Assembly
from search.index.codec.segment_writer import DocumentRecord, Occurrences, SegmentWriter, SuggestionKey
from search.index.generations import Generations
from search.index.letters import codes_of, one_character_each, sign_of, signs_of
from search.index.schema import BODY, EXACT, KEY, LATIN, TITLE, Field

SPACED = ("abcde", "aáåeéoö", "абвёе", "άαβγ", "कखगािी", "אבגד")
UNSPACED = ("あいうえお", "東京物語", "กขคงา้")
HANGUL = "가나다라마각난"
ASCII = "abcde"
#: Documents of a segment.
SIZE = 50


@dataclass
class Document:
    """Words by field; the first word of a title without spaces is its title."""

    title: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    latin: list[str] = field(default_factory=list)
    korean: list[str] = field(default_factory=list)
    stretch: str = ""

    def terms(self) -> dict[Field, list[str]]:
        return {
            Field(TITLE, EXACT): self.title,
            Field(BODY, EXACT): self.body,
            Field(TITLE, LATIN): self.latin,
            Field(TITLE, KEY): ["j" + jamo(name) for name in self.korean] + ["nskeleton"],
        }


class Batch:
    """Documents that become one segment."""

    def __init__(self, documents: Sequence[Document], first: int) -> None:
        self._documents = documents
        self._first = first

    def write(self, path: Path) -> int:
        numbers: dict[str, dict[str, int]] = {EXACT: {}, LATIN: {}, KEY: {}}
        rows = [document.terms() for document in self._documents]
        writer = SegmentWriter([], ["popularity"], numbers)
        for one in Document().terms():
            known = numbers[one.way]
            columns = [row[one] for row in rows]
            sizes = np.array([len(terms) for terms in columns], np.int64)
            terms = [known.setdefault(term, len(known)) for column in columns for term in column]
            places = np.concatenate([np.arange(size, dtype=np.uint32) for size in sizes])
            writer.give(
                one,
                Occurrences(np.array(terms, np.uint32), np.repeat(np.arange(len(columns)), sizes), places),
                sizes,
            )
        for number, document in enumerate(self._documents, self._first):
            keys = (
                [SuggestionKey(fold(normalize(document.stretch)) + " and more", 0, 1.0)]
                if document.stretch
                else []
            )
            stored = json.dumps({"id": str(number), "title": f"{document.stretch} and more"}).encode()
            writer.add_record(DocumentRecord(str(number), stored, number, suggestions=keys))
        writer.finish(path)
        return len(self._documents)


def random_word(generator: random.Random, letters: str, longest: int = 11) -> str:
    return normalize(
        unicodedata.normalize("NFC", "".join(generator.choices(letters, k=generator.randint(1, longest))))
    )


def random_document(generator: random.Random) -> Document:
    def words(alphabets: Sequence[str]) -> list[str]:
        count = generator.randint(0, 4)
        return [word for _ in range(count) if (word := random_word(generator, generator.choice(alphabets)))]

    return Document(
        words(SPACED),
        words((*SPACED, "a1b2")),
        sorted(set(words((ASCII, "abcdefgh", "ab-c")))),
        sorted({random_word(generator, HANGUL, 5) for _ in range(generator.randint(0, 2))}),
        random_word(generator, generator.choice(UNSPACED)) if generator.random() < 0.6 else "",
    )


# The slow way


def letters_of(word: str) -> list[str]:
    letters: list[str] = []
    for character in word:
        if letters and unicodedata.category(character).startswith("M"):
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def distance(first: Sequence[str], second: Sequence[str]) -> int:
    """Optimal string alignment: each edit once, neighbours swapped as one."""
    rows = [[row + column for column in range(len(second) + 1)] for row in range(len(first) + 1)]
    for row in range(1, len(first) + 1):
        for column in range(1, len(second) + 1):
            changed = first[row - 1] != second[column - 1]
            least = min(rows[row - 1][column], rows[row][column - 1]) + 1
            least = min(least, rows[row - 1][column - 1] + changed)
            if (
                row > 1
                and column > 1
                and first[row - 1] == second[column - 2]
                and first[row - 2] == second[column - 1]
            ):
                least = min(least, rows[row - 2][column - 2] + 1)
            rows[row][column] = least
    return rows[-1][-1]


class Reference:
    """All words in dictionaries, each compared with what is asked for."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.spaced: Counter[str] = Counter()
        self.romanized: Counter[str] = Counter()
        self.korean: Counter[str] = Counter()
        self.stretches: Counter[str] = Counter()
        self.titles: dict[str, str] = {}
        for document in documents:
            for words in (document.title, document.body):
                self.spaced.update(
                    fold(word)
                    for word in set(words)
                    if len(word) >= 3 and all(unicodedata.category(one)[0] in "LM" for one in word)
                )
            self.romanized.update(term for term in document.latin if len(term) >= 5 and term.isalpha())
            self.korean.update(jamo(name) for name in document.korean)
            if document.stretch:
                folded = fold(normalize(document.stretch))
                self.stretches[folded] += 1
                self.titles[folded] = document.stretch

    def candidates(self, word: str, limit: int) -> list[tuple[str, int]]:
        allowed = edits_allowed(word)
        if not allowed:
            return []
        if has_unspaced_script(word):
            asked = jamo(word) or word
            found = self._near(self.korean, asked, allowed, shown=compose_hangul)
            found += self._near(self.stretches, asked, allowed)
            if jamo(word) and len(word) >= SYLLABLES_FOR_EDIT:
                syllables = Counter(
                    {compose_hangul(letters): count for letters, count in self.korean.items()}
                )
                found += self._near(syllables, word, 1)
        else:
            found = self._near(self.spaced, word, allowed)
            if not found and word.isascii():
                found = self._near(self.romanized, word, allowed)
        last = {written: -count for *_, count, written in reversed(sorted(found)[:limit])}
        return [(self.titles.get(written, written), count) for written, count in reversed(last.items())]

    def _near(
        self, words: Counter[str], word: str, allowed: int, shown: object = str
    ) -> list[tuple[int, bool, int, str]]:
        assert callable(shown)
        asked = letters_of(word)
        near = []
        for other, count in words.items():
            letters = letters_of(other)
            if (
                abs(len(letters) - len(asked)) <= allowed
                and 0 < (apart := distance(asked, letters)) <= allowed
            ):
                near.append((apart, letters[0] != asked[0], -count, shown(other)))
        return near


@pytest.mark.parametrize("segments", [1, 3, 8], ids=["one segment", "three segments", "merged"])
def test_the_same_words_are_near_as_when_all_are_compared(tmp_path: Path, segments: int) -> None:
    generator = random.Random(20 + segments)
    documents = [random_document(generator) for _ in range(SIZE * segments)]
    generations = Generations(tmp_path)
    with generations.writing("a test"):
        assembly = Assembly(generations)
        for first in range(0, len(documents), SIZE):
            part = assembly.add(Batch(documents[first : first + SIZE], first))
            if segments < 8:
                # Deleted documents count until they are merged away.
                assembly.delete(part, 5)
        assembly.publish(sources=["random"], seconds=0.0, fingerprint="")
    engine = WhooshEngine(generations.path(generations.live()))
    assert len(engine.reader.segments) == (segments if segments < 8 else 1)
    reference = Reference(documents)
    assert min(map(len, (reference.spaced, reference.romanized, reference.korean, reference.stretches))) > 10
    asked = [
        random_word(generator, generator.choice((*SPACED, *UNSPACED, HANGUL, ASCII + "xyz")))
        for _ in range(100)
    ]
    asked += [random_word(generator, letters, 16) for letters in (*SPACED, ASCII) for _ in range(4)]
    held = [
        *reference.spaced,
        *reference.romanized,
        *map(compose_hangul, reference.korean),
        *reference.stretches,
    ]
    for word in generator.sample(held, 70):
        place = generator.randrange(len(word))
        asked.append(word[:place] + word[place + 1 :])
    asked = list(dict.fromkeys(filter(None, (*asked, *map(fold, asked)))))
    answered = 0
    for word in asked:
        expected = reference.candidates(word, 20)
        assert engine.similar_spellings(word, 20) == expected, word
        answered += bool(expected)
    assert answered > 50


def test_a_title_is_written_as_it_was(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    with generations.writing("a test"):
        assembly = Assembly(generations)
        assembly.add(Batch([Document(stretch="となりのトトロ")], 0))
        assembly.publish(sources=["one"], seconds=0.0, fingerprint="")
    engine = WhooshEngine(generations.path(generations.live()))
    assert engine.similar_spellings(fold(normalize("となりのトロロ")), 5) == [("となりのトトロ", 1)]


# Bits


@pytest.mark.parametrize("seed", range(3))
def test_an_edit_changes_as_few_bits_as_the_lists_count_on(seed: int) -> None:
    generator = random.Random(seed)
    letters = "abcabcabcdefghijklmnopqrstuvwxyzабвгдеёжзあい東京"
    for _ in range(2000):
        word = generator.choices(letters, k=generator.randint(2, 12))
        place = generator.randrange(len(word))
        other = generator.choice(letters)
        swapped = word.copy()
        swapped[place - 1], swapped[place] = swapped[place], swapped[place - 1]
        sign = int(sign_of("".join(word)))
        for edited, most in (
            (word[:place] + word[place + 1 :], 1),
            ([*word[:place], other, *word[place:]], 1),
            ([*word[:place], other, *word[place + 1 :]], 2),
            (swapped, 0),
        ):
            assert (sign ^ int(sign_of("".join(edited)))).bit_count() <= most


def test_signs_of_many_words_are_those_of_each() -> None:
    generator = random.Random(1)
    words = sorted(
        ("".join(generator.choices("abcdeжあ", k=generator.randint(0, 9))) for _ in range(300)), key=len
    )
    lengths = np.array([len(word) for word in words])
    signs = signs_of(codes_of(words), np.cumsum(lengths) - lengths, lengths)
    assert signs.tolist() == [int(sign_of(word)) for word in words]
    assert len(signs_of(codes_of([]), np.zeros(0, np.int64), np.zeros(0, np.int64))) == 0


@pytest.mark.parametrize(("word", "letters"), [("matrix", 6), ("तीसरी", 3), ("เกม", 3), ("ё", 1), ("", 0)])
def test_a_letter_with_its_marks_is_one_character(word: str, letters: int) -> None:
    assert len(one_character_each(word)) == letters
