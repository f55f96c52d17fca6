"""Which terms may a word of a text be met by? All its forms together, kept between queries.

Deciding whether a word is of interest to a query takes one look at these; in which way it is met is
asked afterwards, of the few that are. Texts have most of their words in common, so they are kept
within a limit, the words used most recently.
"""

from __future__ import annotations

from collections.abc import Iterable

from search.analysis.analyzer import LONGEST_TERM, analyze_words
from search.analysis.folding import fold, normalize

#: Words kept: two halves of this size at most. One takes 190 bytes (tracemalloc, the words of film texts
#: and others in 45 languages), all of them 6 MB in each process.
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

    def of(self, tokens: set[str], is_gram: bool, language: str) -> _Forms:
        """The forms of these tokens of the tokenizer, and of others besides."""
        key = "" if is_gram else language
        known = self._young.get(key)
        if known is None:
            known = self._young.setdefault(key, {})
        missing = tokens.difference(known)
        if missing:
            old = self._old.get(key, {})
            fresh = missing.difference(old)
            for token in missing - fresh:
                known[token] = old[token]
            if fresh:
                known.update(_analyzed(fresh, is_gram, language))
            self._count += len(missing)
            if self._count > self._half:
                self._young, self._old, self._count = {}, self._young, 0
        return known


def _analyzed(tokens: Iterable[str], is_gram: bool, language: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """(token, forms) as `analyze_word` has them."""
    tokens = list(tokens)
    exacts = [normalize(token)[:LONGEST_TERM] for token in tokens]
    if is_gram:
        # Their language makes no difference.
        return [(token, _distinct(exact, fold(exact))) for token, exact in zip(tokens, exacts, strict=True)]
    forms = analyze_words(exacts, language, grams=False)
    return [
        (token, _distinct(token if token == exact else exact, *folded, *stems))
        for token, exact, folded, stems in zip(tokens, exacts, forms.folded, forms.stems, strict=True)
    ]


def _distinct(*forms: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(forms))


#: Those of this process.
WORD_FORMS = WordForms()
