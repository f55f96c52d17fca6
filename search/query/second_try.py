"""What else may the visitor have meant? Only asked when the first try found too little.

Candidates are other readings of the typed text, most trusted first: the keys pressed on another
keyboard layout, words split or joined, words spelled almost like it, words of another alphabet
spelled almost like it. Each is named, so that the answer can say what it did and offer the literal
query. A candidate adds hits, it never removes what the typed query found completely.

Too little is: nothing, no document with all the words, or a word that the index knows only by its
sound, its beginning or its letters, as it would a mistyped one (`doubtful`).
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from search.analysis.analyzer import LONGEST_TERM
from search.analysis.folding import fold, normalize
from search.analysis.keyboards import latin_readings, readings
from search.analysis.romanize import romanize
from search.analysis.scripts import main_script
from search.analysis.tokenizers import has_unspaced_script
from search.analysis.vietnamese_input import vietnamese_readings
from search.index.schema import EXACT, FOLDED, ZONES
from search.query.candidate import (
    AS_TYPED,
    JOIN,
    KEYBOARD,
    SPELLING,
    SPLIT,
    TRANSLITERATION,
    Candidate,
    Candidates,
    any_stretch,
    is_plain,
    join,
    pieces,
    plain_words,
    side_by_side,
    with_text,
)
from search.query.every_language import small_words
from search.query.known_words import KnownWords
from search.query.memory import size_of_texts
from search.query.tree import Query, Word, all_of, map_words, words_of
from search.query.vocabulary import Vocabulary
from search.query.whole_query import SHORTEST_PREFIX

__all__ = ["Candidate", "SecondTry"]

#: Spellings of one word that are tried; fewer where each is searched as a word of its own.
SPELLINGS, STRETCHES = 20, 3
SHORTEST_PART = 2
SHORTEST_SPLIT = 5
#: Ways to split the words of a query that are tried.
SPLITS = 3
#: Longer texts are not typed by mistake from beginning to end on the wrong keyboard.
LONGEST_RETYPED = 200
SHORTEST_RETYPED = 4
#: Words of a query that are respelled one after the other, though each is known by itself.
MOST_RESPELLED = 4
#: In a longer query, a question, one word more or less tells little.
MOST_DOUBTED = 12
#: Words and letters of a query that may be a title with a mistyped word, though all words are known.
FEWEST_OF_TITLE, MOST_OF_TITLE, SHORTEST_TITLE = 2, 6, 6
_VIETNAMESE = "vi"
#: Scripts with keyboards on which a letter lies where its Latin sound does.
LAID_OUT_BY_SOUND = frozenset(("Cyrl", "Armn"))
#: Shorter romanised words are spelled like too many.
SHORTEST_TRANSLITERATED = 5

Spellings = Callable[[str, int], list[tuple[str, int]]]
Readings = Callable[[str], Iterator[tuple[str, str, str]]]


@dataclass(frozen=True, slots=True)
class SecondTry:
    """`scripts` are the scripts of the collection's languages; `spellings(word, limit)` gives
    similar words of the index with their document counts."""

    vocabulary: Vocabulary
    spellings: Spellings
    scripts: frozenset[str]
    _words: KnownWords = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_words", KnownWords(self.vocabulary))

    def doubtful(self, query: Query) -> tuple[str, ...]:
        """Words of `query` that the index does not hold as typed, folded, inflected or romanised:
        what they met, if anything, they met by sound or in part. A last word that known words begin
        with is rather unfinished than wrong. Or the word that keeps the query from being a title."""
        memory, key = self.vocabulary.memory.doubts, (query, self.vocabulary.likely)
        doubtful: tuple[str, ...] | None = memory.get(key)
        if doubtful is None:
            words = self._pieces(query)
            if len(words) > MOST_DOUBTED or self._words.are_title(words):
                doubtful = ()
            else:
                doubtful = self._unknown(words) or tuple(self._near_title(query, words))
            memory.keep(key, doubtful, size_of_texts((*words, *words)))
        return doubtful

    def _unknown(self, words: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            piece
            for place, piece in enumerate(words, 1)
            if not (
                self._words.is_number(piece)
                or self._words.is_written(piece)
                or (place == len(words) and self._words.is_begun(piece))
                or self._words.knows(piece)
            )
        )

    @staticmethod
    def _pieces(query: Query) -> list[str]:
        return [piece for word in plain_words(query) for piece in pieces(word.text)]

    def _near_title(self, query: Query, words: Sequence[str]) -> dict[str, str]:
        """The word that no title has and the spelling in whose place the query is a title: *Die Hadr*.
        Words of texts alone prove little."""
        if not is_plain(query) or not FEWEST_OF_TITLE <= len(words) <= MOST_OF_TITLE:
            return {}
        if sum(map(len, words)) < SHORTEST_TITLE:
            return {}
        for place, word in enumerate(words):
            if has_unspaced_script(word) or self._words.is_number(word) or self._words.is_in_titles(word):
                continue
            before, after = words[:place], words[place + 1 :]
            # To look for what is spelled like a word takes longer than all else.
            if word not in (*before, *after) and not self._words.may_be_title(before, after):
                continue
            for near in self._words.completing(words, word, self._near(word)):
                return {word: near}
        return {}

    def candidates(self, query: Query, typed: str, missing: Sequence[str]) -> Iterator[Candidate]:
        """Other readings of `query`, typed as `typed`; `missing` are words that no document has."""
        # Those that were asked for before are remembered: mostly the first is taken.
        memory = self.vocabulary.memory.candidates
        key = (query, typed, tuple(missing), self.vocabulary.likely)
        candidates: Candidates = memory.get(key) or Candidates()
        yield from candidates.found
        if candidates.are_all:
            return
        for candidate in itertools.islice(
            self._candidates(query, typed, missing), len(candidates.found), None
        ):
            candidates = Candidates((*candidates.found, candidate))
            memory.keep(key, candidates, candidates.size)
            yield candidate
        candidates = replace(candidates, are_all=True)
        memory.keep(key, candidates, candidates.size)

    def _candidates(self, query: Query, typed: str, missing: Sequence[str]) -> Iterator[Candidate]:
        words = self._pieces(query)
        if self._words.are_title(words):
            return
        if len(words) > MOST_DOUBTED:
            # A question is right, or typed on the wrong keyboard from beginning to end.
            if set(words) <= set(missing):
                yield from self._keyboard(query, typed, missing, self._layouts)
            return
        unknown = self._unknown(words)
        if not unknown:
            for word, near in self._near_title(query, words).items():
                yield self._with_spellings(query, {word: (near,)})
        doubtful = tuple(dict.fromkeys((*unknown, *missing)))
        # A few letters are words on many keyboards: there a spelling is the better guess.
        is_short = sum(map(str.isalpha, typed)) < SHORTEST_RETYPED
        if doubtful and not is_short:
            yield from self._keyboard(query, typed, doubtful, self._layouts)
        if doubtful:
            yield from self._split(query, doubtful)
        yield from self._joined(query, doubtful)
        if not doubtful:
            yield from self._finished(query)
        respelled = self._respelled(query, doubtful)
        is_whole = respelled is not None and all(map(self._near, doubtful))
        if respelled is not None and is_whole:
            yield respelled
        elif not doubtful:
            yield from self._one_respelled(query)
        yield from self._transliterated(query, doubtful)
        if doubtful and is_short:
            yield from self._keyboard(query, typed, doubtful, self._layouts)
        if doubtful and not is_short and _VIETNAMESE in self.vocabulary.languages:
            # Last: the keys of an input method make Vietnamese of many a misspelled word.
            yield from self._keyboard(query, typed, doubtful, [vietnamese_readings])
        if respelled is not None and not is_whole:
            yield respelled

    # Keyboards

    @property
    def _layouts(self) -> list[Readings]:
        return [partial(readings, scripts=self.scripts), latin_readings]

    def _keyboard(
        self, query: Query, typed: str, doubtful: Sequence[str], sources: Sequence[Readings]
    ) -> Iterator[Candidate]:
        leaves = plain_words(query)
        as_typed = is_plain(query) and len(typed) <= LONGEST_RETYPED
        # As typed: what the query language takes for signs are letters on other keyboards.
        texts = typed.split() if as_typed else [word.text for word in leaves]
        # Those first that make no sense as they are: most readings end with the first of them.
        ordered = sorted(dict.fromkeys(texts), key=lambda text: not any(one in text for one in doubtful))
        seen: set[str] = set()
        for source in sources:
            for retyped in self._retyped(ordered, source):
                reading = " ".join(retyped[text] for text in texts)
                if reading.casefold() in seen or retyped == dict(zip(ordered, ordered, strict=True)):
                    continue
                seen.add(reading.casefold())
                if self._says_nothing(reading):
                    continue
                kind = TRANSLITERATION if _is_romanized(retyped) else KEYBOARD
                if as_typed:
                    yield Candidate(kind, all_of(map(Word, reading.split())))
                else:
                    yield Candidate(kind, map_words(query, partial(with_text, texts=retyped)))

    def _retyped(self, texts: Sequence[str], source: Readings) -> list[dict[str, str]]:
        """text → reading, for every pair of layouts on which all texts become known words."""
        chosen: dict[tuple[str, str], dict[str, str]] | None = None
        for text in texts:
            known: dict[tuple[str, str], str] = {}
            for origin, target, reading in source(text):
                layouts = origin, target
                is_open = layouts not in known and (chosen is None or layouts in chosen)
                if is_open and all(self._words.knows(piece) for piece in pieces(reading)):
                    known[layouts] = reading
            if chosen is None and self._stays(text):
                # Written alike on all of them.
                continue
            stays = chosen is not None and self._stays(text)
            chosen = {
                layouts: before | {text: known.get(layouts, text)}
                for layouts, before in (chosen or {one: {} for one in known}).items()
                if layouts in known or stays
            }
            if not chosen:
                return []
        return [{text: found.get(text, text) for text in texts} for found in (chosen or {}).values()]

    def _says_nothing(self, reading: str) -> bool:
        """Whether a reading consists of small words, which almost any keys spell, and is no title."""
        words = pieces(reading)
        return all(map(self._is_small_somewhere, words)) and not self._words.is_title(words)

    def _is_small_somewhere(self, piece: str) -> bool:
        return normalize(piece) in small_words(self.vocabulary.languages)

    def _stays(self, text: str) -> bool:
        """Whether a text that has no other reading may stand beside those that have."""
        return not any(map(str.isalpha, text)) or all(self._words.knows(piece) for piece in pieces(text))

    # Spaces

    def _split(self, query: Query, doubtful: Sequence[str]) -> Iterator[Candidate]:
        """Each doubtful word as two known ones that stand next to each other somewhere."""
        choices = [[(word, *split) for split in self._splits(word)] for word in doubtful]
        if not all(choices):
            return
        for choice in itertools.islice(itertools.product(*choices), SPLITS):
            parts = {word: (first, second) for word, first, second in choice}
            yield Candidate(
                SPLIT,
                map_words(query, partial(side_by_side, parts=parts)),
                shown=map_words(
                    query, partial(with_text, texts={word: " ".join(split) for word, split in parts.items()})
                ),
            )

    def _splits(self, word: str) -> list[tuple[str, str]]:
        """Ways to write a word as two known ones, the more frequent first."""
        folded = fold(normalize(word))
        # No term of the index is longer: a flood of ligatures unfolds to thousands of letters.
        is_of_two_terms = SHORTEST_SPLIT <= len(folded) <= 2 * LONGEST_TERM
        if not is_of_two_terms or not folded.isalpha() or has_unspaced_script(folded):
            return []
        found: list[tuple[int, str, str]] = []
        for place in range(SHORTEST_PART, len(folded) - SHORTEST_PART + 1):
            first, second = folded[:place], folded[place:]
            if (support := self.vocabulary.frequency(EXACT, (first,), ZONES)) and (
                other := self.vocabulary.frequency(EXACT, (second,), ZONES)
            ):
                found.append((min(support, other), first, second))
        return [(first, second) for _, first, second in sorted(found, reverse=True)[:SPLITS]]

    def _joined(self, query: Query, doubtful: Sequence[str]) -> Iterator[Candidate]:
        """Two neighbours as one known word, if that leaves no doubtful word."""
        leaves = words_of(query)
        for first, second in itertools.pairwise(leaves):
            if not (isinstance(first, Word) and isinstance(second, Word)) or first.prefix:
                continue
            joined = fold(normalize(first.text + second.text))
            if not joined.isalpha() or has_unspaced_script(joined):
                continue
            left = set(doubtful) - set(pieces(first.text)) - set(pieces(second.text))
            if not left and self._words.has(joined):
                yield Candidate(
                    JOIN, map_words(query, partial(join, first=first, second=second, joined=joined))
                )

    def _finished(self, query: Query) -> Iterator[Candidate]:
        """The last word as the beginning of one. What was typed stands: there is nothing to announce."""
        leaves = words_of(query)
        if len(leaves) > 1 and isinstance(last := leaves[-1], Word) and len(last.text) >= SHORTEST_PREFIX:
            yield Candidate(AS_TYPED, map_words(query, lambda word: replace(word, prefix=word is last)))

    # Spelling

    def _respelled(self, query: Query, doubtful: Sequence[str]) -> Candidate | None:
        """All doubtful words with what is spelled like them; None if nothing is."""
        corrections: dict[str, tuple[str, ...]] = {}
        shown: dict[str, str] = {}
        stretches: dict[str, tuple[str, ...]] = {}
        for word in doubtful:
            near = self._near(word)
            if near and (has_unspaced_script(word) or not self._is_spelled_so(near[0])):
                stretches[word] = near[:STRETCHES]
            elif near:
                corrections[fold(normalize(word))] = near
                shown[word] = near[0]
        for word in () if doubtful else self._unspaced(query):
            if near := self._near(word):
                stretches[word] = near
        if not corrections and not stretches:
            return None
        asked = map_words(query, partial(any_stretch, stretches=stretches))
        shown |= {word: near[0] for word, near in stretches.items()}
        told = map_words(query, partial(with_text, texts=shown))
        return Candidate(SPELLING, asked, corrections, told)

    def _one_respelled(self, query: Query) -> Iterator[Candidate]:
        """Words that exist but not together: one of them may be meant for another, the rarest first."""
        words = [
            piece
            for word in plain_words(query)
            for piece in pieces(word.text)
            if not has_unspaced_script(piece) and not self._is_small(piece)
        ]
        everything = self._pieces(query)
        words.sort(key=lambda word: self.vocabulary.frequency(EXACT, (normalize(word),), ZONES))
        for word in words[:MOST_RESPELLED] if len(words) > 1 else ():
            # Nobody who typed a word meant to type a small one: *deus* is not *des*.
            near = tuple(one for one in self._near(word) if not self._is_small_somewhere(one))
            if self._words.is_in_titles(word):
                # A word of titles is a word: only a whole title tells that another was meant.
                near = tuple(self._words.completing(everything, word, near))
            if near:
                yield self._with_spellings(query, {word: near})

    @staticmethod
    def _with_spellings(query: Query, near: dict[str, tuple[str, ...]]) -> Candidate:
        told = map_words(query, partial(with_text, texts={word: some[0] for word, some in near.items()}))
        return Candidate(SPELLING, query, {fold(normalize(word)): some for word, some in near.items()}, told)

    def _near(self, word: str) -> tuple[str, ...]:
        """Words of the index spelled like this one, best first."""
        if has_unspaced_script(word):
            # Letters typed on their own are what a Korean keyboard leaves behind: not normalised.
            typed = unicodedata.normalize("NFC", word)
            korean = main_script(typed) == "Hang"
            return self._spelled(typed if korean else fold(normalize(typed)), STRETCHES)
        # A small word in place of a telling one finds everything (DDR is not *der*).
        return tuple(
            near for near in self._spelled(fold(normalize(word)), SPELLINGS) if not self._is_small(near)
        )

    def _spelled(self, folded: str, limit: int) -> tuple[str, ...]:
        memory, key = self.vocabulary.memory.spellings, (folded, limit)
        found: tuple[str, ...] | None = memory.get(key)
        if found is None:
            found = tuple(spelling for spelling, _ in self.spellings(folded, limit))
            memory.keep(key, found, size_of_texts((folded, *found)))
        return found

    def _is_spelled_so(self, near: str) -> bool:
        """Whether a spelling is a word of a text, not only how one of another script is romanised."""
        frequency = self.vocabulary.frequency
        return bool(frequency(EXACT, (near,), ZONES) or frequency(FOLDED, (near,), ZONES))

    def _is_small(self, piece: str) -> bool:
        return normalize(piece) in small_words(self.vocabulary.likely)

    @staticmethod
    def _unspaced(query: Query) -> list[str]:
        return [
            piece for word in plain_words(query) for piece in pieces(word.text) if has_unspaced_script(piece)
        ]

    def _transliterated(self, query: Query, doubtful: Sequence[str]) -> Iterator[Candidate]:
        """Unknown words of other alphabets as Latin words spelled like them: чикагго, chicago."""
        corrections: dict[str, tuple[str, ...]] = {}
        shown: dict[str, str] = {}
        for word in doubtful:
            if main_script(word) in ("Latn", None) or has_unspaced_script(word):
                continue
            found = dict.fromkeys(
                near
                for latin in romanize(normalize(word))[:STRETCHES]
                if len(latin) >= SHORTEST_TRANSLITERATED
                for near in self._spelled(latin, STRETCHES)
            )
            if not found:
                return
            corrections[fold(normalize(word))] = tuple(found)
            shown[word] = next(iter(found))
        if corrections:
            told = map_words(query, partial(with_text, texts=shown))
            yield Candidate(TRANSLITERATION, query, corrections, told)


def _is_romanized(retyped: dict[str, str]) -> bool:
    """Whether a reading only writes the letters in Latin ones: keyboards that are laid out by sound
    give what a romanisation gives, and nobody typed Хоббит by mistake."""
    return all(
        main_script(typed) in LAID_OUT_BY_SOUND
        and fold(normalize(reading)) in map(fold, romanize(normalize(typed)))
        for typed, reading in retyped.items()
        if reading != typed
    )
