"""Which terms may a word or n-gram of a text be met by? All its forms together.

Deciding whether a word is of interest to a query takes one look at these; in which way it is met is
asked afterwards, of the few that are. Texts have most of their words in common, so their forms are
kept between queries within a limit, those of the words used most recently. N-grams are too many for
that, and their forms quickly made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from search.analysis.analyzer import LONGEST_TERM, analyze_words
from search.analysis.folding import fold_all, normalize_all

#: Words kept: two halves of this size at most. One takes 190 bytes (tracemalloc, the words of film texts
#: and others in 45 languages), all of them 7 MB in each process.
HALF = 24_000

_Forms = dict[str, tuple[str, ...]]


class WordForms:
    """Word → its exact form, other spellings and stems, without repetition.

    What is used goes into the younger half; when that is full it becomes the older one, whose words
    are forgotten unless they are used again meanwhile. Threads may share one: a half is only filled
    and replaced, so that what a thread has got stays as it is.
    """

    def __init__(self, half: int = HALF) -> None:
        self._half = half
        self._count = 0
        self._young: dict[str, _Forms] = {}
        self._old: dict[str, _Forms] = {}

    def __len__(self) -> int:
        """Words kept, a word in two languages twice."""
        return sum(len(forms) for half in (self._young, self._old) for forms in half.values())

    def of(self, tokens: set[str], language: str) -> _Forms:
        """The forms of these words of the tokenizer, and of others besides."""
        known = self._young.get(language)
        if known is None:
            known = self._young.setdefault(language, {})
        missing = tokens.difference(known)
        if missing:
            old = self._old.get(language, {})
            fresh = missing.difference(old)
            for token in missing - fresh:
                known[token] = old[token]
            if fresh:
                known.update(_analyzed(list(fresh), language))
            self._count += len(missing)
            if self._count > self._half:
                self._young, self._old, self._count = {}, self._young, 0
        return known


def _analyzed(tokens: Sequence[str], language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(token, forms) as `analyze_word` has them."""
    exacts = [exact[:LONGEST_TERM] for exact in normalize_all(tokens)]
    forms = analyze_words(exacts, language, grams=False)
    for token, exact, folded, stems in zip(tokens, exacts, forms.folded, forms.stems, strict=True):
        # The same string where it is the same: most words are.
        first = token if token == exact else exact
        if folded or len(stems) > 1:
            yield token, tuple(dict.fromkeys((first, *folded, *stems)))
        else:
            yield token, (first,) if stems[0] == exact else (first, stems[0])


def forms_of_grams(grams: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    """(n-gram, exact form, folded form) of each; their language makes no difference."""
    grams = list(grams)
    exacts = [exact[:LONGEST_TERM] for exact in normalize_all(grams)]
    return zip(grams, exacts, fold_all(exacts), strict=True)


#: Those of this process.
WORD_FORMS = WordForms()
