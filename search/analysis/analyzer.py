"""Which terms does a text become, in each way of matching?

One analyzer serves the index and the query; there is no second implementation of folding or
stemming anywhere. Chain of a word:

    raw → normalize → exact
                    → fold, spelled-out letters, numerals → folded (other spellings of the same word)
                    → stem in its language → fold but for the language's own letters → stems
                    → lemma (extra) → stem in the same way → more stems
                    → fold but for the language's own letters → character 4-grams → grams
    raw → romanize (several schemes) → latin → sound skeleton → keys       (names only)

`exact`, `folded` and `stem` terms of n-gram tokens are the n-grams themselves: scripts without
spaces need no stemmer.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import Stemmer

from search.analysis.folding import fold, normalize, spelled_out_variants
from search.analysis.han import han_variety
from search.analysis.language import Language
from search.analysis.languages import language as language_row
from search.analysis.lemmas import has_lemmas, lemma_of
from search.analysis.numerals import numeral_variants
from search.analysis.romanization.kana import kana_parts
from search.analysis.romanization.kanji import inflected_spellings, kanji_spellings
from search.analysis.romanize import (
    consonant_key,
    initial_consonants,
    jamo,
    pinyin_syllables,
    romanize,
    skeleton,
    word_frames,
)
from search.analysis.scripts import script_of
from search.analysis.tokenizers import Token, tokenize, words_in

#: Length of the side field's n-grams; 4 measured best over 13 languages (LANGUAGE report, ADR 0003).
GRAM_LENGTH = 4
#: Shorter words have too many neighbours of the same sound.
SHORTEST_KEY = 6
SHORTEST_CONSONANT_KEY = 3
#: Rules for endings apply to words, and leave stems, of at least this many letters.
SHORTEST_INFLECTED, SHORTEST_STEM = 4, 3
#: A term longer than this is cut; nobody types it and the term dictionary stays small.
LONGEST_TERM = 96

_JOINING = re.compile("[-\u2010\u2011\u2012\u2013'\u2019\u02bc.\u00b7\u30fb\u05be/]")
_JOINED = re.compile(rf"\S{_JOINING.pattern}\S")
#: Scripts that break up the consonants of loan words; a word of theirs may stand without spaces.
_LOAN_SCRIPTS = frozenset(("Kana", "Hang", "Thai"))
_CONSONANT_SCRIPTS = frozenset(("Arab", "Hebr", "Syrc"))
_HAN, _HANGUL, _HIRAGANA, _CHINESE = "Hani", "Hang", "Hira", "zh"


@dataclass(frozen=True, slots=True)
class Forms:
    """The terms of one word: `exact`, then what else it may be written or inflected as."""

    exact: str
    folded: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    grams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameForms:
    """The Latin spellings and sound keys of one name."""

    latin: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


_thread = threading.local()


def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    """One stemmer per thread and algorithm; its own cache off, ours is above it."""
    try:
        stemmer: Stemmer.Stemmer = _thread.stemmers[algorithm]
    except (AttributeError, KeyError):
        # The first word of the thread, or in this language.
        stemmer = _thread.__dict__.setdefault("stemmers", {})[algorithm] = Stemmer.Stemmer(algorithm, 0)
    return stemmer


def stems_of(exact: str, row: Language, *, lemmas: bool = True) -> tuple[str, ...]:
    """The stems of a word in one language, folded but for the language's own letters.

    With `lemmas`, and where they are in use, also the stems of the word's dictionary form. Without
    a stemmer or a rule that fits, the folded word itself. Never empty.
    """
    bare = _without_prefix(exact, row) if row.prefixes else None
    stems = _stems(exact, bare, row)
    if lemmas:
        lemma = lemma_of(exact, row.code) or (bare is not None and lemma_of(bare, row.code))
        if lemma:
            stems += _stems(lemma, None, row)
    if len(stems) == 1:
        return (fold(stems[0], row.keep_letters) or exact,)
    return tuple(dict.fromkeys([fold(stem, row.keep_letters) or exact for stem in stems]))


def has_one_stem(row: Language) -> bool:
    """Whether the stemmer alone decides in a language, dictionaries apart: every word has one stem."""
    return not (row.prefixes or row.suffix_rules or row.restem)


def plain_stems(exact: str, rows: Iterable[Language]) -> list[str]:
    """The one stem, as `stems_of` without lemmas, of a word in each of several languages that
    `has_one_stem` is true of."""
    is_ascii = exact.isascii()
    stems = []
    for row in rows:
        stem = _stemmer(row.stemmer).stemWord(exact) if row.stemmer else exact
        stems.append((stem if is_ascii and stem.isascii() else fold(stem, row.keep_letters)) or exact)
    return stems


def _stems_of_all(words: Sequence[str], row: Language) -> list[tuple[str, ...]]:
    """`stems_of` each of these exact forms, by one call of the stemmer where it alone decides."""
    if row.prefixes or row.suffix_rules or row.restem or has_lemmas(row.code):
        return [stems_of(word, row) for word in words]
    stems = _stemmer(row.stemmer).stemWords(words) if row.stemmer else words
    keep = row.keep_letters
    return [
        ((stem if stem.isascii() else fold(stem, keep)) or word,)
        for stem, word in zip(stems, words, strict=True)
    ]


def _stems(exact: str, bare: str | None, row: Language) -> list[str]:
    """By the stemmer and the rules, of the word and of its `bare` form without prefix."""
    stems: list[str] = []
    if row.stemmer:
        stem = _stemmer(row.stemmer).stemWord(exact)
        stems.append(stem)
        if row.restem:
            while len(stem) > 3 and (shorter := _stemmer(row.stemmer).stemWord(stem)) != stem:
                stems.append(shorter)
                stem = shorter
    if row.suffix_rules and len(exact) >= SHORTEST_INFLECTED:
        ruled = _by_rule(exact, row)
        if ruled is not None:
            stems.append(ruled)
    if bare is not None:
        stems.append(_stemmer(row.stemmer).stemWord(bare) if row.stemmer else bare)
        if row.suffix_rules and (ruled := _by_rule(bare, row)) is not None:
            stems.append(ruled)
    if stems and not row.stemmer:
        # A rule that takes a letter too many from the basic form does not part it from its other
        # forms: Georgian forms that meet their basic form rise from 60 to 69 of 100 (UD treebank).
        stems.append(exact)
    return stems or [exact]


@cache
def _endings(code: str) -> tuple[int, dict[str, str]]:
    """The length of a language's longest ending, and ending → replacement; earlier rules win."""
    rules = language_row(code).suffix_rules
    return max(len(ending) for ending, _ in rules), dict(reversed(rules))


def _by_rule(exact: str, row: Language) -> str | None:
    """The word with its longest known ending replaced, if enough of it remains."""
    longest, endings = _endings(row.code)
    length = len(exact)
    for start in range(max(length - longest, 0), length):
        replacement = endings.get(exact[start:])
        if replacement is not None and start + len(replacement) >= SHORTEST_STEM:
            return exact[:start] + replacement
    return None


@cache
def _longest_first(prefixes: tuple[str, ...]) -> list[str]:
    return sorted(prefixes, key=len, reverse=True)


def _without_prefix(exact: str, row: Language) -> str | None:
    """The word without the longest particle written together with it, if a word remains."""
    for prefix in _longest_first(row.prefixes):
        if exact.startswith(prefix) and len(exact) - len(prefix) >= SHORTEST_STEM:
            return exact[len(prefix) :]
    return None


def _other_spellings(exact: str, row: Language) -> tuple[str, ...]:
    if exact.isascii():
        # Nothing folds and nothing is spelled out; no numeral is its own variant.
        return numeral_variants(exact)
    others = dict.fromkeys(
        (fold(exact), *map(fold, spelled_out_variants(exact, row)), *numeral_variants(exact))
    )
    others.pop(exact, None)
    others.pop("", None)
    return tuple(others)


def grams_of(folded: str) -> tuple[str, ...]:
    """Character n-grams of a folded word; a word no longer than one n-gram is its own."""
    if len(folded) <= GRAM_LENGTH:
        return (folded,)
    return tuple([folded[index : index + GRAM_LENGTH] for index in range(len(folded) - GRAM_LENGTH + 1)])


def analyze_word(token: str, is_gram: bool, language: str, *, lemmas: bool = True) -> Forms:
    """The forms of one token of the tokenizer, in a document or a query of the given language."""
    exact = normalize(token)[:LONGEST_TERM]
    if not exact:
        return Forms("")
    row = language_row(language)
    if is_gram:
        folded = fold(exact)
        return Forms(exact, (folded,) if folded and folded != exact else ())
    stems = stems_of(exact, row, lemmas=lemmas)
    # A letter of its own is one in n-grams too: tones tell Vietnamese words apart.
    grams = grams_of(fold(exact, row.keep_letters) or exact)
    return Forms(exact, _other_spellings(exact, row), stems, grams)


@dataclass(frozen=True, slots=True)
class FormsOfAll:
    """The forms of many words, in parallel: what `Forms` has of one."""

    folded: Sequence[tuple[str, ...]]
    stems: Sequence[tuple[str, ...]]
    grams: Sequence[tuple[str, ...]]


def analyze_words(
    exacts: Sequence[str], language: str, *, folded: bool = True, stems: bool = True, grams: bool = True
) -> FormsOfAll:
    """What `analyze_word` gives of words with these exact forms (none empty, none n-grams); nothing
    in the ways not wanted. For many words together this takes a third of the time."""
    row = language_row(language)
    keep = row.keep_letters
    nothing: list[tuple[str, ...]] = [()] * len(exacts)
    return FormsOfAll(
        [_other_spellings(exact, row) for exact in exacts] if folded else nothing,
        _stems_of_all(exacts, row) if stems else nothing,
        [grams_of(fold(exact, keep) or exact) for exact in exacts] if grams else nothing,
    )


cached_word = lru_cache(maxsize=8_192)(analyze_word)


def has_joined_words(text: str) -> bool:
    """Whether signs may hold words of the text together; if not, there are no `joined_chains`."""
    return _JOINED.search(text) is not None


def joined_chains(text: str, tokens: list[Token]) -> Iterator[tuple[str, int]]:
    """Words held together by hyphens, apostrophes or dots, written as one: (joined, index of its
    first token). `Spider-Man` is also found as `spiderman`, `Кин-дза-дза` as `киндзадза`."""
    if not has_joined_words(text):
        return
    words = [(index, token) for index, token in enumerate(tokens) if not token.is_gram]
    chain: list[tuple[int, Token]] = []
    for item in words:
        if chain and not _JOINING.fullmatch(text[chain[-1][1].end : item[1].start]):
            if len(chain) > 1:
                yield "".join(token.text for _, token in chain), chain[0][0]
            chain = []
        chain.append(item)
    if len(chain) > 1:
        yield "".join(token.text for _, token in chain), chain[0][0]


def _script_pieces(stretch: str) -> Iterator[tuple[str, str]]:
    """(piece, script) where the script changes inside a stretch: となりのトトロ → となりの, トトロ."""
    piece, script = "", ""
    for character in stretch:
        here = script_of(character)
        if here in ("Zinh", "Zyyy", "Zzzz") or not script or here == script:
            piece += character
            script = script or (here if here not in ("Zinh", "Zyyy", "Zzzz") else "")
            continue
        yield piece, script
        piece, script = character, here
    if piece:
        yield piece, script


def name_forms(stretch: str, language: str) -> NameForms:
    """Latin spellings and sound keys of one stretch of a title or a person's name.

    A key's first letter says what kind it is, so that kinds never meet by accident: `l` the sound
    of a Latin word, `n` that of a romanised one, `c` consonants of scripts that write no vowels,
    `i` Korean initial consonants, `j` Korean letters in order (for half-typed syllables), `f` the
    consonants a loan word keeps.
    """
    if stretch.isascii():
        word = fold(normalize(stretch))
        return NameForms((), ("l" + skeleton(word),) if len(word) >= SHORTEST_KEY and word.isalpha() else ())
    latin: dict[str, None] = {}
    keys: dict[str, None] = {}
    parts: dict[str, None] = {}
    before = ""
    for piece, script in _script_pieces(stretch):
        exact = normalize(piece)
        if not exact:
            continue
        if script == _HIRAGANA:
            parts.update(dict.fromkeys((*inflected_spellings(before, exact), *kana_parts(exact))))
        before = exact if script == _HAN else ""
        if script in ("Latn", ""):
            word = fold(exact)
            if len(word) >= SHORTEST_KEY and word.isalpha():
                keys["l" + skeleton(word)] = None
            continue
        spellings = _han_spellings(exact, language) if script == _HAN else romanize(exact, language)
        latin.update(dict.fromkeys(spellings))
        if script == _HANGUL:
            keys["i" + initial_consonants(exact)] = None
            keys["j" + jamo(exact)] = None
        elif script != _HAN:
            keys.update(("n" + skeleton(one), None) for one in spellings[:4] if len(one) >= SHORTEST_KEY)
        if script in _LOAN_SCRIPTS:
            keys.update(("f" + frame, None) for frame in word_frames(spellings[:1]))
        if script in _CONSONANT_SCRIPTS and len(key := consonant_key(exact)) >= SHORTEST_CONSONANT_KEY:
            keys["c" + key] = None
    # Completions show the first spellings: whole words, not parts.
    return NameForms(tuple(latin | parts), tuple(keys))


def _han_spellings(run: str, language: str) -> tuple[str, ...]:
    """How a run of Han may be read: in Mandarin, and in Japanese unless it must be Chinese. Nobody
    can tell from 東京物語 alone which it is, so a title in characters of both is read both ways."""
    is_chinese = language_row(language).base == _CHINESE and han_variety(run).certain
    japanese = () if is_chinese else kanji_spellings(run)
    return tuple(dict.fromkeys((*japanese, *_pinyin_spellings(run))))


def _pinyin_spellings(run: str) -> tuple[str, ...]:
    """Pinyin without tones: each syllable, neighbours joined, the whole joined (huayang nianhua)."""
    syllables = [syllable for syllable in pinyin_syllables(run) if syllable]
    pairs = [first + second for first, second in itertools.pairwise(syllables)]
    return tuple(dict.fromkeys((*syllables, *pairs, "".join(syllables))))


cached_name = lru_cache(maxsize=16_384)(name_forms)


@dataclass(frozen=True, slots=True)
class AnalyzedToken:
    """A token with its forms, as `indexer analyze` shows it and snippets compare it."""

    token: Token
    forms: Forms


def analyze(text: str, language: str) -> list[AnalyzedToken]:
    """Every token of a text with its forms. `text` in NFC."""
    return [
        AnalyzedToken(token, cached_word(token.text, token.is_gram, language)) for token in tokenize(text)
    ]


def names_of(text: str, language: str) -> Iterable[tuple[str, NameForms]]:
    """Every stretch of a name or title with its Latin spellings and keys."""
    return [(stretch, cached_name(stretch, language)) for stretch, _, _ in words_in(text)]
