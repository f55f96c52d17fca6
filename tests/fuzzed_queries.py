"""Query strings that nobody would type, without end: the query language, mutations of it, whatever Unicode
has, and bytes that are no Unicode at all. As they stand in an address, percent-encoded."""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import quote_from_bytes

#: Signs that turn, isolate, join or hide what stands beside them.
UNSEEN = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
    "\u061c\u034f\u115f\u1160\u17b4\u180e\u3164\uffa0\ufe0f\U000e0041\U000e0001\u00ad\u2028\u2029\u0085"
)
SIGNS = "\"'()-*:\\~^[]{}&|!<>?/+,;=#@%_.＂（）－＊：「」『』«»“”„‘’…·\u0000\t\n\r\x1b\x7f"
OPERATORS = (
    " OR ",
    " AND ",
    " -",
    "-",
    "title:",
    "people:",
    "text:",
    "genre:",
    "year:",
    "nothing:",
    "*",
    '"',
)
PIECES = (
    "?*?*", "*a*", "[a TO z]", "[* TO *]", "{1 TO 9}", "word~9", "~", "^5", "/(a+)+$/", "&&", "||", "OR OR",
    "👩\u200d👩\u200d👧\u200d👦", "🇩🇪🇫", "👍🏽", "ﷺ", "ﬃ", "İıŉ", "ẞß", "ǆ", "Ⅷ", "½", "①", "𝔉", "ｶﾞ", "㌖",
    "न्\u200dष", "क्ष", "กำ้", "ქართული", "Ǆ", "\u1100\u1161\u11a8", "ㄱㅏ", "ـــ", "'; DROP TABLE x;--",
    "../../etc/passwd", "<script>", "{{7*7}}", "${7*7}", "%s%n", "\\u0000", "\\", "NaN", "-0", "1e999",
)  # fmt: skip
#: Bytes that are no UTF-8, or that are none any more: halves of surrogate pairs, too long forms, pieces.
BYTES = (
    b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xed\xa0\xbd\xed\xb8\x80", b"\xc0\xaf", b"\xe0\x80\xaf",
    b"\xf4\x90\x80\x80",     b"\xff\xfe", b"\xfe\xff", b"\x80", b"\xe6\x9d", b"\xf0\x9f\x98", b"\xc3",
    b"\x00", b"\xef\xbb\xbf", b"\xef\xbf\xbf",
)  # fmt: skip
_COMBINING = "\u0300\u0301\u0308\u0323\u0338\u034f\u0489\u05b0\u064b\u0670\u0e49\u20dd\u3099\ufe20"


@lru_cache(maxsize=1)
def letters_of_scripts() -> tuple[str, ...]:
    """The letters, marks and figures of every script that Unicode names, a string for each."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in range(0x20, 0x323B0):
        character = chr(code)
        if unicodedata.category(character)[0] in "LMN":
            name = unicodedata.name(character, "")
            found[name.partition(" ")[0]].append(character)
    return tuple("".join(one) for one in found.values())


class QueryFuzzer:
    """Queries from one source of randomness; `words` are those of the collection."""

    def __init__(self, source: random.Random, words: Sequence[str]) -> None:
        self.source = source
        self._words = words
        self._kinds: tuple[Callable[[], str], ...] = (
            self.grammar, self.mutated, self.of_one_script, self.of_many_scripts, self.with_unseen,
            self.flood, self.pieces, self.pasted,
        )  # fmt: skip

    def text(self) -> str:
        """A query as characters; there may be halves of surrogate pairs among them."""
        return self.source.choice(self._kinds)()

    def encoded(self) -> str:
        """A query as it stands in an address."""
        source = self.source
        value = self.text().encode("utf-8", "surrogatepass")
        if source.random() < 0.15:
            place = source.randint(0, len(value))
            value = value[:place] + source.choice(BYTES) + value[place:]
        if source.random() < 0.05:
            value = value[: source.randint(0, len(value))]
        written = quote_from_bytes(value, safe=source.choice(("", "*-()'", "/:")))
        if source.random() < 0.1:
            written = written.replace("%20", "+")
        if source.random() < 0.03:
            # A percent sign that stands for nothing.
            place = source.randint(0, len(written))
            written = written[:place] + source.choice(("%", "%z", "%u00e9", "%%")) + written[place:]
        return written

    def word(self) -> str:
        return self.source.choice(self._words)

    def grammar(self, depth: int = 0) -> str:
        source = self.source
        if depth > 5 or source.random() < 0.35:
            return self.word()

        def inner() -> str:
            return self.grammar(depth + 1)

        forms: tuple[Callable[[], str], ...] = (
            lambda: f'"{self.word()} {self.word()}"',
            lambda: f"-{inner()}",
            lambda: f"({inner()} {inner()})",
            lambda: f"{inner()} OR {inner()}",
            lambda: f"{inner()} AND {inner()}",
            lambda: f"{source.choice(('title', 'people', 'text', 'genre', 'year', 'nothing'))}:{inner()}",
            lambda: f"{self.word()[: source.randint(1, 4)]}*",
            lambda: f"{inner()} {inner()}",
        )
        return source.choice(forms)()

    def mutated(self) -> str:
        source = self.source
        letters = list(self.grammar())
        for _ in range(source.randint(1, 8)):
            place = source.randint(0, len(letters))
            change = source.random()
            if change < 0.5:
                letters.insert(place, source.choice((*SIGNS, *OPERATORS, *UNSEEN)))
            elif change < 0.7 and letters:
                del letters[min(place, len(letters) - 1)]
            elif change < 0.85:
                letters[place:place] = letters[place : place + source.randint(1, 9)] * source.randint(1, 4)
            else:
                letters[place:] = letters[place:][::-1]
        return "".join(letters)

    def of_one_script(self) -> str:
        letters = self.source.choice(letters_of_scripts())
        return "".join(self.source.choices(letters, k=self.source.randint(1, 60)))

    def of_many_scripts(self) -> str:
        return " ".join(
            self.of_one_script()[: self.source.randint(1, 9)] for _ in range(self.source.randint(1, 12))
        )

    def with_unseen(self) -> str:
        source = self.source
        text = [
            self.word() if source.random() < 0.5 else source.choice(UNSEEN)
            for _ in range(source.randint(1, 30))
        ]
        if source.random() < 0.2:
            text.insert(0, chr(source.randint(0xD800, 0xDFFF)))
        return "".join(text)

    def flood(self) -> str:
        source = self.source
        kinds: tuple[Callable[[], str], ...] = (
            lambda: self.word() + "".join(source.choices(_COMBINING, k=source.randint(10, 2_000))),
            lambda: source.choice(_COMBINING) * source.randint(1, 3_000),
            lambda: source.choice(UNSEEN) * source.randint(1, 3_000),
            lambda: source.choice(SIGNS) * source.randint(1, 5_000),
            lambda: source.choice(PIECES) * source.randint(1, 500),
            lambda: (self.word() + " ") * source.randint(1, 600),
            lambda: (self.word() + source.choice(OPERATORS)) * source.randint(1, 400),
            lambda: self.word() * source.randint(1, 400),
            lambda: "(" * source.randint(1, 3_000) + self.word() + ")" * source.randint(0, 3_000),
        )
        return source.choice(kinds)()

    def pieces(self) -> str:
        source = self.source
        return source.choice(("", " ")).join(
            source.choice((source.choice(PIECES), self.word(), source.choice(OPERATORS)))
            for _ in range(source.randint(1, 12))
        )

    def pasted(self) -> str:
        return " ".join(self.word() for _ in range(self.source.randint(10, 120)))
