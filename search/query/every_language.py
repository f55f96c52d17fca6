"""How is a word written and inflected in every language that it may be in?

A query's language is a guess, so a word takes the forms of every language of its script that the
index holds. Many of these do the same to a word (one stemmer for Norwegian in two standards, none
for most): each way is gone once. The forms themselves are those of `analysis/analyzer.py`.
"""

from __future__ import annotations

from functools import lru_cache

from search.analysis.analyzer import LONGEST_TERM, SHORTEST_STEM, has_one_stem, plain_stems, stems_of
from search.analysis.folding import fold, spelled_out_variants
from search.analysis.language import Language
from search.analysis.languages import language, languages_of_script
from search.analysis.numerals import numeral_variants
from search.analysis.stop_words import stop_words

#: Of a word in a language that the query is probably not in, at least this share is left by its
#: stemmer: Portuguese would make *padr* (father) of Italian `padrino`.
KEPT_SHARE = 0.6


@lru_cache(maxsize=512)
def codes_of_script(script: str, held: frozenset[str]) -> tuple[str, ...]:
    """Codes of the languages of a script that the index holds; always at least `und`."""
    return tuple(sorted({row.code for row in languages_of_script(script) if row.code in held} | {"und"}))


def other_spellings(exact: str, script: str, held: frozenset[str]) -> tuple[str, ...]:
    """What else an exact form may be written as: `Forms.folded` of the analyzer in every language of
    its script that is held, each spelling once."""
    exact_term = exact[:LONGEST_TERM]
    folded = fold(exact_term)
    if exact_term.isascii():
        spellings = (folded, *numeral_variants(exact_term))
    else:
        first, *others = _spelling_rows(script, held)
        spellings = (
            folded,
            *map(fold, spelled_out_variants(exact_term, first)),
            *numeral_variants(exact_term),
            *(fold(one) for row in others for one in spelled_out_variants(exact_term, row)),
        )
    return tuple(one for one in dict.fromkeys(spellings) if one and one not in (exact, exact_term))


def telling_stems(exact: str, script: str, held: frozenset[str], likely: tuple[str, ...]) -> tuple[str, ...]:
    """The stems of an exact form in every language of its script that is held, but for those that
    find too much: small words, and what is too short in a language that is not a `likely` one."""
    found = dict(_stems_by_language(exact, script, held))
    for code in likely:
        if code in codes_of_script(script, held):
            # Dictionaries are read for a language that somebody writes, not for all that are held.
            found[code] = stems_of(exact, language(code))
    stems = dict.fromkeys(stem for code in sorted(found) for stem in found[code])
    small, folded = small_words(codes_of_script(script, held)), fold(exact)
    # Polish would make *in* of `inu`, Turkish *tre* of `treni`: a stem that is no longer a word of
    # its own finds everything.
    return tuple(
        stem
        for stem in stems
        if stem in (exact, folded) or (len(stem) >= SHORTEST_STEM and stem not in small)
    )


@lru_cache(maxsize=256)
def small_words(codes: frozenset[str] | tuple[str, ...]) -> frozenset[str]:
    """The stop words of several languages."""
    return frozenset().union(*map(stop_words, codes))


def _keeps_enough(stem: str, exact: str) -> bool:
    """Whether a stem in a language that the query is probably not in may still be the word."""
    lost = len(exact) - len(stem)
    return lost <= 1 or (len(stem) > SHORTEST_STEM and len(stem) >= KEPT_SHARE * len(exact))


@lru_cache(maxsize=512)
def _spelling_rows(script: str, held: frozenset[str]) -> tuple[Language, ...]:
    """The first language of the script, and those that spell letters out in a way of their own."""
    rows: dict[tuple[tuple[str, str], ...], Language] = {}
    for code in codes_of_script(script, held):
        row = language(code)
        rows.setdefault(tuple(row.spelled_out.items()), row)
    return tuple(rows.values())


@lru_cache(maxsize=2048)
def _stems_by_language(
    exact: str, script: str, held: frozenset[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(code, stems that keep enough of the word and no earlier language has); remembered, as they are
    the same whatever language is likely."""
    seen: set[str] = set()
    found: list[tuple[str, tuple[str, ...]]] = []
    plain, others = _stemming_rows(script, held, exact.isascii())
    stemmed = [(row.code, (stem,)) for row, stem in zip(plain, plain_stems(exact, plain), strict=True)]
    for code, stems in sorted(stemmed + [(row.code, stems_of(exact, row, lemmas=False)) for row in others]):
        new = tuple([stem for stem in stems if stem not in seen and _keeps_enough(stem, exact)])
        if new:
            found.append((code, new))
            seen.update(new)
    return tuple(found)


@lru_cache(maxsize=512)
def _stemming_rows(
    script: str, held: frozenset[str], is_ascii: bool
) -> tuple[tuple[Language, ...], tuple[Language, ...]]:
    """Of all languages of a script that stem a word alike, the first in the order of codes: those
    whose stemmer alone decides, and the others."""
    rows: dict[tuple[object, ...], Language] = {}
    for code in codes_of_script(script, held):
        row = language(code)
        rows.setdefault(_stemming(row, is_ascii), row)
    plain = tuple(row for row in rows.values() if has_one_stem(row))
    return plain, tuple(row for row in rows.values() if not has_one_stem(row))


def _stemming(row: Language, is_ascii: bool) -> tuple[object, ...]:
    """All that the stems of a word without dictionary depend on."""
    # Letters of its own change nothing in a word that has none, unless an ending is replaced.
    keeps = row.keep_letters if not is_ascii or row.stemmer or row.suffix_rules else ""
    return row.stemmer, row.restem, row.prefixes, row.suffix_rules, keeps
