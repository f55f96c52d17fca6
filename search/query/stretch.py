"""In how many ways may a stretch of a script without spaces be met? In its n-grams, and by names.

Nobody says where its words begin and end. Up to the length of a name it counts as one word, met by
most of its n-grams, or as a name written in Latin letters elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.analysis.folding import fold, normalize
from search.analysis.korean import without_particle
from search.analysis.romanization.kanji import shortened
from search.analysis.romanize import romanize
from search.analysis.scripts import main_script
from search.analysis.tokenizers import tokenize
from search.index.schema import EXACT, FOLDED, LATIN
from search.query.across_scripts import NAMES, across_scripts
from search.query.memory import size_of_node
from search.query.plan import AllOf, Alternative, AnyOf, MostOf, Node, Unit
from search.query.segmentation import cuts
from search.query.vocabulary import Vocabulary
from search.query.whole_query import prefixed

#: Spellings of a word that are cut into pieces, and what a name found in pieces is worth.
MOST_SPELLINGS, PIECES_WEIGHT = 3, 0.8
_KANA, _HANGUL = frozenset(("Hira", "Kana")), "Hang"


@dataclass(frozen=True, slots=True)
class Stretches:
    """How they are met: `literal` and `names` as in `Expansion`."""

    vocabulary: Vocabulary
    literal: bool
    names: bool

    def node(self, stretch: str, zones: tuple[str, ...]) -> Node | None:
        """A stretch, or what is left of it when the word for what all documents are is taken away."""
        exact, words = normalize(stretch), self.vocabulary.collection_words
        if words.holds(exact):
            return self._named(exact, zones)
        parted = words.parted(exact)
        rest = self._unspaced(parted[0], zones) if parted is not None else None
        if parted is None or rest is None:
            return self._unspaced(stretch, zones)
        return AllOf((rest, self._named(parted[1], zones)))

    def _named(self, word: str, zones: tuple[str, ...]) -> Unit:
        """A word of a script without spaces that is not wanted: all its n-grams."""
        grams = tuple(dict.fromkeys(token.text for token in tokenize(word) if token.is_gram))
        longest = max(map(len, grams), default=0)
        terms = tuple(gram for gram in grams if len(gram) == longest)
        return Unit(word, (Alternative("exact", EXACT, terms, zones, together=True),), optional=True)

    def _unspaced(self, stretch: str, zones: tuple[str, ...]) -> Node | None:
        grams = [token for token in tokenize(stretch) if token.is_gram]
        longest: dict[int, str] = {}
        for token in grams:
            longest[token.position] = max(longest.get(token.position, ""), token.text, key=len)
        texts = list(longest.values())
        # The last position of a pair-wise run holds a single character, already part of a pair.
        if len(texts) > 1 and len(texts[-1]) < len(texts[0]):
            texts.pop()
        units = [self._gram_unit(text, zones) for text in dict.fromkeys(texts) if normalize(text)]
        if not units:
            return None
        native: Node = units[0]
        if len(units) > 1:
            # Up to a name's length it is one word to the visitor; a longer one is a sentence.
            native = MostOf(tuple(units)) if self.names else AllOf(tuple(units))
            bare = len(without_particle(normalize(stretch))) - 1
            if main_script(stretch) == _HANGUL and self.names and bare < len(texts) == len(units):
                noun: Node = units[0] if bare == 1 else MostOf(tuple(units[:bare]))
                native = AnyOf((native, noun))
        foreign = [] if self.literal or not self.names else self._foreign(stretch, zones)
        met = [one for one in foreign if self.vocabulary.frequency(one.way, one.terms, one.zones)]
        if not met:
            return native
        # Not missing where no document is met by it: it is only another way.
        return AnyOf((native, Unit(stretch, tuple(met), optional=True)))

    def _foreign(self, stretch: str, zones: tuple[str, ...]) -> list[Alternative]:
        """Latin names for a stretch; for kana also the titles in kanji that may be read so."""
        exact, script = normalize(stretch), main_script(stretch) or ""
        alternatives = across_scripts(exact, script, zones)
        names = tuple(zone for zone in zones if zone in NAMES)
        if script in _KANA and names:
            spellings = tuple(dict.fromkeys(map(shortened, romanize(exact))))
            readings = [Alternative("romanized", LATIN, spellings, names)]
            if not self.vocabulary.has(readings):
                readings += read_in_pieces(self.vocabulary, spellings, names)
            alternatives += readings
        return alternatives

    def _gram_unit(self, text: str, zones: tuple[str, ...]) -> Unit:
        unit: Unit | None = self.vocabulary.memory.grams.get((text, zones))
        if unit is None:
            unit = self._gram_as(text, normalize(text), zones)
            self.vocabulary.memory.grams.keep((text, zones), unit, size_of_node(unit))
        return unit

    def _gram_as(self, text: str, exact: str, zones: tuple[str, ...]) -> Unit:
        alternatives = [Alternative("exact", EXACT, (exact,), zones)]
        folded = fold(exact)
        terms = tuple(dict.fromkeys((exact, folded))) if folded else (exact,)
        alternatives.append(Alternative("folded", FOLDED, terms, zones))
        if folded and folded != exact:
            alternatives.append(Alternative("folded", EXACT, (folded,), zones))
        if len(exact) < 3 and not self.vocabulary.has(alternatives):
            alternatives += prefixed(self.vocabulary, exact, zones)
        return Unit(text, tuple(alternatives), is_gram=True)


def read_in_pieces(
    vocabulary: Vocabulary, spellings: Sequence[str], names: tuple[str, ...]
) -> list[Alternative]:
    """Names whose romanised pieces, together, make up the word."""

    def known(piece: str) -> bool:
        return vocabulary.frequency(LATIN, (piece,), names) > 0

    return [
        Alternative("romanized", LATIN, cut, names, PIECES_WEIGHT, together=True)
        for spelling in spellings[:MOST_SPELLINGS]
        for cut in cuts(spelling, known)
    ]
