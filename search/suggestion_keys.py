"""Under which keys is a title found while it is being typed?

Each title folded, from each of its words on; joined where signs hold words together; in Latin
letters, word by word or, where the title has no spaces, as one reading; Korean by the letters as
they are typed and by initial consonants. The index and the lookup make keys by the same functions.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence

from search.analysis.analyzer import cached_name, has_joined_words, joined_chains
from search.analysis.folding import fold, normalize
from search.analysis.han import han_variety
from search.analysis.languages import language as language_row
from search.analysis.romanization.kanji import kanji_spellings, shortened
from search.analysis.romanize import initial_consonants, jamo, pinyin_syllables, romanize
from search.analysis.scripts import main_script, script_of, scripts_in
from search.analysis.tokenizers import has_unspaced_script, tokenize, words_of

LONGEST_KEY = 64
#: Keys from a word within the title weigh less than keys from its beginning.
INNER = 0.5
#: Romanised keys weigh less than the title as it is written.
ROMANIZED = 0.6
#: Readings of a title without spaces, and of each run of kanji in it after the first.
READINGS, LATER_READINGS = 24, 2
#: Readings of the first two of many kanji.
BEGINNINGS = 12
_HAN, _HANGUL, _CHINESE = "Hani", "Hang", "zh"
_KANA = frozenset(("Hira", "Kana"))
_LATIN = frozenset(("Latn", "Zyyy", "Zinh", "Zzzz"))
_RUN = re.compile("[\u3041-\u30fa\u30fc-\u30ff]+|[^\u3041-\u30fa\u30fc-\u30ff]+")
_JAMO = re.compile("[\u3131-\u318e]")


def suggestion_key(text: str) -> str:
    """The folded form in which keys are stored and prefixes looked up."""
    words = [fold(normalize(stretch)) for stretch in words_of(unicodedata.normalize("NFC", text))]
    return " ".join(word for word in words if word)[:LONGEST_KEY]


def suggestion_keys(title: str, language: str) -> list[tuple[str, float]]:
    """Every key of a title with the share of the document's weight it has."""
    stretches = words_of(title)
    if title.isascii():
        words = words_of(title.lower())
    else:
        words = [word for stretch in stretches if (word := fold(normalize(stretch)))]
    shares = _from_each(words)
    if has_joined_words(title):
        for key in _joined(title):
            shares.setdefault(key, ROMANIZED)
    if not title.isascii():
        scripts = set(map(script_of, set(title)))
        # In Latin letters alone, the title is its own romanisation.
        if len(words) < len(stretches) or not scripts <= _LATIN:
            for key in _romanized(stretches, language):
                shares.setdefault(key, ROMANIZED)
        if _HANGUL in scripts:
            for index in range(len(stretches)):
                for key in _korean_keys(stretches[index:]):
                    shares.setdefault(key, INNER if index else 1.0)
    shares.pop("", None)
    return list(shares.items())


def _from_each(words: Sequence[str]) -> dict[str, float]:
    """The words written from each of them on, with their shares."""
    together = " ".join(words)
    shares = {together[:LONGEST_KEY]: 1.0}
    start = 0
    for word in words[:-1]:
        start += len(word) + 1
        shares.setdefault(together[start : start + LONGEST_KEY], INNER)
    return shares


def _joined(title: str) -> Iterator[str]:
    """Spider-Man for those who type spiderman: each chain of joined words, with what follows it."""
    tokens = tokenize(title)
    for joined, first in joined_chains(title, tokens):
        rest = len(joined)
        for token in tokens[first:]:
            rest -= 0 if token.is_gram else len(token.text)
            if rest <= 0:
                yield suggestion_key(f"{joined} {title[token.end :]}")
                break


# Korean


def korean_key(text: str) -> str:
    """What was typed in Korean, by its letters and without spaces: 올드 ㅂ and 올드ㅂ are the same
    beginning, and the syllable that is not finished is one. Empty without Korean."""
    words = words_of(unicodedata.normalize("NFC", text))
    return next(_korean_keys(words), "") if any(main_script(word) == _HANGUL for word in words) else ""


def _korean_keys(stretches: Sequence[str]) -> Iterator[str]:
    """The words by their letters and, if all are Korean, by their initial consonants."""
    if not stretches or main_script(stretches[0]) != _HANGUL:
        return
    yield "".join(jamo(word) or fold(normalize(word)) for word in stretches)[:LONGEST_KEY]
    consonants = [initial_consonants(word) for word in stretches]
    leading = list(itertools.takewhile(bool, consonants))
    if leading and not _JAMO.search("".join(stretches)):
        yield "".join(leading)[:LONGEST_KEY]


# Latin letters


def joined_reading(latin: str) -> str:
    """A Latin key without spaces and long vowels, as readings of titles without spaces are kept."""
    return shortened(latin.replace(" ", ""))[:LONGEST_KEY]


def _romanized(stretches: list[str], language: str) -> Iterator[str]:
    """The title in Latin letters, by the first two spellings of each word, from each word on."""
    for index, stretch in enumerate(stretches):
        if has_unspaced_script(stretch) and main_script(stretch) != _HANGUL:
            rest = "".join(_spelling(other, 0, language) for other in stretches[index + 1 :])
            for reading in _readings(stretch, language):
                yield joined_reading(reading + rest)
    for choice in (0, 1):
        words = [_spelling(stretch, choice, language) for stretch in stretches]
        for index in range(len(words)):
            yield " ".join(words[index:])[:LONGEST_KEY]


def _spelling(stretch: str, choice: int, language: str) -> str:
    if has_unspaced_script(stretch) and main_script(stretch) != _HANGUL:
        readings = list(itertools.islice(_readings(stretch, language), choice + 1))
        return readings[-1] if readings else fold(normalize(stretch))
    spellings = cached_name(stretch, language).latin
    return spellings[min(choice, len(spellings) - 1)] if spellings else fold(normalize(stretch))


def _readings(stretch: str, language: str) -> Iterator[str]:
    """How a whole stretch without spaces may be read, at most `READINGS` ways: kana as they are,
    kanji by their readings (many for the first, which is what is typed first), Han in Mandarin."""
    exact = normalize(stretch)
    scripts = scripts_in(exact)
    if _HAN not in scripts:
        yield from romanize(exact, language)[:2]
        return
    if _KANA.isdisjoint(scripts):
        yield "".join(pinyin_syllables(exact))
        if language_row(language).base == _CHINESE and han_variety(exact).certain:
            return
    options: list[Sequence[str]] = []
    is_first = True
    for run in _RUN.findall(exact):
        if _HAN not in scripts_in(run):
            options.append(romanize(run, "ja")[:1] or ("",))
            continue
        options.append(_kanji_readings(run)[: READINGS if is_first else LATER_READINGS] or ("",))
        is_first = False
    combined = ("".join(choice) for choice in itertools.product(*options))
    yield from dict.fromkeys(itertools.islice(combined, READINGS))


def _kanji_readings(run: str) -> list[str]:
    """Readings of a whole run of kanji, pieced together from those of up to three characters."""
    if len(run) <= 3:
        return [reading for reading in kanji_spellings(run) if reading]
    first, rest = kanji_spellings(run[:2])[:BEGINNINGS], _kanji_readings(run[2:])[:LATER_READINGS]
    return [reading + after for after in rest or [""] for reading in first]
