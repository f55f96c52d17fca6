"""Another reading of a query: what it asks, how it is announced, and how trees are rewritten for it.

The guesses themselves are made in `second_try.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from search.analysis.folding import fold, normalize
from search.analysis.tokenizers import has_unspaced_script, tokenize, words_in
from search.query.memory import size_of_texts
from search.query.tree import And, Phrase, Query, Word, all_of, any_of, map_words, to_text, words_of

#: The kind of a candidate that is only a more generous reading of what was typed.
AS_TYPED = ""
#: What a candidate is, as `interpretations` names it.
KEYBOARD, TRANSLITERATION, SPLIT, JOIN, SPELLING = "keyboard", "transliteration", "split", "join", "spelling"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another reading: its kind as in `interpretations`, its tree, and, for spellings, the folded
    words that are accepted besides the typed ones, by the folded typed word. `shown` is the query
    it is announced as, where that is not the tree."""

    kind: str
    query: Query
    corrections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shown: Query | None = None

    @property
    def text(self) -> str:
        return to_text(self.shown or self.query)

    @property
    def is_whole(self) -> bool:
        """Whether it means nothing where some of its words are missing."""
        return self.kind in (SPLIT, JOIN)

    @property
    def size(self) -> int:
        """Bytes that it takes, roughly."""
        trees = (self.query, self.shown or self.query)
        texts = [leaf.text for tree in trees for leaf in words_of(tree)]
        return sum(map(size_of_texts, (texts, *self.corrections.values())))

    def leads(self, kinds: Sequence[str]) -> bool:
        """Whether a best hit that was met in these ways was met as this candidate has it."""
        return not self.corrections or "typo" in kinds

    def settled(self, stored: dict[str, Any]) -> Candidate:
        """The same with the spelling that its best document (`stored`) really has: of several
        spellings accepted for a typed word, the one to be shown."""
        if not self.corrections:
            return self
        held = {fold(normalize(piece)): piece for text in _texts(stored) for piece in pieces(text)}
        shown: dict[str, str] = {}
        for leaf in words_of(self.query):
            for token in tokenize(leaf.text) if isinstance(leaf, Word) else ():
                folded = fold(normalize(token.text))
                found = [one for one in self.corrections.get(folded, ()) if one in held]
                if found and folded not in held:
                    written = held[found[0]]
                    shown[token.text] = written.lower() if token.text.islower() else written
        if not shown:
            return self
        return replace(self, shown=map_words(self.query, partial(with_text, texts=shown)))


@dataclass(frozen=True, slots=True)
class Candidates:
    """The first candidates of a query, or all there are."""

    found: tuple[Candidate, ...] = ()
    are_all: bool = False

    @property
    def size(self) -> int:
        """Bytes that they take, roughly."""
        return sum((one.size for one in self.found), size_of_texts(()))


def _texts(stored: dict[str, Any]) -> Iterator[str]:
    yield stored.get("title", "")
    yield from (one["title"] for one in stored.get("other_titles", ()))
    yield from (str(one) for one in stored.get("fields", {}).get("people", ()))
    yield stored.get("text", "")


def plain_words(query: Query) -> list[Word]:
    """The wanted words that are typed in full."""
    return [leaf for leaf in words_of(query) if isinstance(leaf, Word) and not leaf.prefix]


def is_plain(query: Query) -> bool:
    """Whether the query is nothing but words."""
    return isinstance(query, Word) or (
        isinstance(query, And) and all(isinstance(part, Word) for part in query.parts)
    )


def pieces(text: str) -> list[str]:
    """The words in a text without spaces: tokens, and whole stretches where there are no spaces."""
    return [piece for piece, _, _ in spans(text)]


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """The same with where each begins and ends."""
    if (text.isalpha() or (text.isascii() and text.isalnum())) and not has_unspaced_script(text):
        # One word, as most texts are that are asked for.
        yield text, 0, len(text)
        return
    for stretch, start, end in words_in(text):
        if has_unspaced_script(stretch):
            yield stretch, start, end
        else:
            for token in tokenize(stretch):
                yield token.text, start + token.start, start + token.end


def with_text(word: Word, texts: dict[str, str]) -> Word:
    """`word` with its text replaced, or the words in it: of `/regex/` only *regex* is one."""
    if word.text in texts:
        return Word(texts[word.text], word.prefix)
    pieces: list[str] = []
    end = 0
    for piece, start, its_end in spans(word.text):
        if piece in texts:
            pieces += [word.text[end:start], texts[piece]]
            end = its_end
    return Word("".join((*pieces, word.text[end:])), word.prefix) if pieces else word


def side_by_side(word: Word, parts: dict[str, tuple[str, str]]) -> Query:
    """`word` as two, which must also stand next to each other; or as it is."""
    words = pieces(word.text)
    if not any(piece in parts for piece in words):
        return word
    wanted: list[Query] = []
    for piece in words:
        first, second = parts.get(piece, (piece, ""))
        wanted += [Word(first), Word(second), Phrase(f"{first} {second}")] if second else [Word(first)]
    return all_of(wanted)


def any_stretch(word: Word, stretches: dict[str, tuple[str, ...]]) -> Query:
    """`word` with a stretch in it replaced by each of those spelled like it."""
    for piece, start, end in spans(word.text):
        if piece in stretches:
            others = [Word(word.text[:start] + near + word.text[end:]) for near in stretches[piece]]
            return others[0] if len(others) == 1 else any_of(others)
    return word


def join(word: Word, first: Word, second: Word, joined: str) -> Word | None:
    """`joined` in place of `first`, nothing in place of `second`, other words as they are."""
    if word == first:
        return Word(joined, second.prefix)
    return None if word == second else word
