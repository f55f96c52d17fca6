"""By which texts does the cluster put titles in order, so that it is our order?

A title's key is a pair of texts (`search/analysis/collation.py`); joined by the least of all characters
they are in the same order as one text. A language puts few titles elsewhere than all others do: only
these have a key of their own for it.
"""

from __future__ import annotations

import re

from search.analysis.collation import collation_key, tailored_letters
from search.analysis.languages import language
from search.opensearch.mapping import LONGEST_VALUE, order_languages

_LEAST = "\0"


class TitleKeys:
    """The keys of titles as a segment has them (`normalize_title`). With `skip_articles` a language does
    not count its articles at the beginning of a title."""

    def __init__(self, *, skip_articles: bool) -> None:
        self._skip_articles = skip_articles
        self._by_letter: dict[str, list[str]] = {}
        self._by_article: dict[str, list[str]] = {}
        for code in order_languages(skip_articles=skip_articles):
            for letter in tailored_letters(code):
                self._by_letter.setdefault(letter, []).append(code)
            for article in language(code).articles if skip_articles else ():
                self._by_article.setdefault(article.rstrip("'’"), []).append(code)
        letters = "|".join(map(re.escape, sorted(self._by_letter, reverse=True)))
        self._letters = re.compile(letters) if letters else None

    def of(self, title: str) -> dict[str, str]:
        """Language → key; that of no language under the empty name."""
        keys = {"": _text(collation_key(title))}
        for code in self._concerned(title):
            key = _text(collation_key(title, code, skip_articles=self._skip_articles))
            if key != keys[""]:
                keys[code] = key
        return keys

    def _concerned(self, title: str) -> list[str]:
        """The languages that may put the title elsewhere."""
        codes: dict[str, None] = {}
        if self._letters is not None:
            for letter in self._letters.findall(title):
                codes.update(dict.fromkeys(self._by_letter[letter]))
        codes.update(dict.fromkeys(self._by_article.get(title.partition(" ")[0], ())))
        return list(codes)


def _text(key: tuple[str, str]) -> str:
    """Cut to what the cluster can hold: nobody compares titles of so many letters."""
    text = _LEAST.join(key)
    return text if len(text) * 4 <= LONGEST_VALUE else text[: LONGEST_VALUE // 4]
