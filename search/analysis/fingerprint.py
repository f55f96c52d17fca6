"""Has the analysis changed since an index was built, and how?

A hash of what the analyzers make of probe sentences in many languages. It changes when a stemmer,
a folding rule or a library changes the terms, and needs no number to be raised by hand. What comes
from an extra is not hashed but named beside the hash, so that it can be said what is missing.
"""

from __future__ import annotations

import hashlib
import itertools
from functools import lru_cache

from search.analysis import code_hash, lemmas
from search.analysis.analyzer import analyze_word, names_of
from search.analysis.languages import LANGUAGES
from search.analysis.tokenizers import tokenize
from search.analysis.whole_names import whole_name_keys
from search.analysis.whole_title import whole_title_key

_PROBES = (
    "The children's 2nd running races: Spider-Man II, O'Connor & naïve café 8½",
    "Les élèves d'aujourd'hui n'étaient pas œuvrés; Straßenbahnen, Häuser, İSTANBUL'da ışıklar",
    "Лобанова и ёлки в Москве, п'ятниця, Ђорђе; Οι άνθρωποι της Αθήνας",
    "犬夜叉 紅蓮の蓬莱島 ｺﾞｼﾞﾗ 臥虎藏龍 올드보이 살인의 추억",
    "إسكندرية ليه المومياء بچه‌های آسمان ואלס עם באשיר וַאלְס",
    "तीसरी मंज़िल हिन्दी বাংলা தமிழ் తెలుగు ฉลาดเกมส์โกง ລາວ ខ្មែរ မြန်မာ ქართული Հայերեն",
)
#: Names by themselves, which have keys as a whole, with their languages.
_NAMES = (
    ("Spider-Man II: À l’ouest", "fr"),
    ("Гарри Поттер", "ru"),
    ("Ο Θίασος της Αθήνας", "el"),
    ("サムライチャンプルー", "ja"),
    ("千と千尋の神隠し", "ja"),
    ("臥虎藏龍", "zh"),
    ("우주 전쟁", "ko"),
    ("هری پاتر", "fa"),
    ("ואלס עם באשיר", "he"),
    ("तीसरी मंज़िल", "hi"),
    ("ฉลาดเกมส์โกง", "th"),
)
_EXTRA = "+"
_WITHOUT = "/without:"


@lru_cache(maxsize=8)
def analysis_fingerprint(left_out: tuple[str, ...] = ()) -> str:
    """Sixteen hexadecimal digits; after a plus sign, the source of lemmas if one is in use; then the
    ways of matching that the configuration leaves out, if any
    (`9f86d081884c7d65+simplemma-2.0.0/without:gram,key`)."""
    used = lemmas.in_use()
    without = _WITHOUT + ",".join(left_out) if left_out else ""
    return analysis_hash() + (_EXTRA + used if used else "") + without


def trust(code: str, built_with: str) -> None:
    """Believe an index that the analysis of code with this hash is the one it was `built_with`, so that
    it need not be tried. `code` may be empty: then nothing is known."""
    code_hash.remember(code, built_with.partition(_WITHOUT)[0].partition(_EXTRA)[0])


def code_of(built_with: str) -> str:
    """The hash of this code if its analysis is what an index is `built_with`, else empty."""
    return code_hash.code_hash() if built_with.startswith(analysis_hash()) else ""


@lru_cache(maxsize=1)
def analysis_hash() -> str:
    """The part of the fingerprint that is the same with and without extras."""
    return code_hash.known() or _tried()


def _tried() -> str:
    digest = hashlib.sha256(repr(sorted(lemmas.DICTIONARIES.items())).encode())
    probes = [tokenize(probe) for probe in _PROBES]
    # N-grams are the same in every language.
    grams = {
        token.text: analyze_word(token.text, True, "und")
        for token in itertools.chain.from_iterable(probes)
        if token.is_gram
    }
    for code, row in LANGUAGES.items():
        # What no probe happens to contain counts too.
        digest.update(repr((row.stemmer, row.restem, row.prefixes, row.suffix_rules)).encode())
        for tokens in probes:
            forms = [
                (
                    token,
                    grams[token.text]
                    if token.is_gram
                    else analyze_word(token.text, False, code, lemmas=False),
                )
                for token in tokens
            ]
            digest.update(repr((code, forms)).encode("utf-8", "surrogatepass"))
    for probe in _PROBES:
        digest.update(repr(names_of(probe, "und")).encode("utf-8", "surrogatepass"))
    for name, code in _NAMES:
        keys = names_of(name, code), whole_name_keys(name, code), whole_title_key(name)
        digest.update(repr(keys).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def is_analysed_alike(built_with: str) -> bool:
    """Whether this process makes the same terms of words as the one of an index that says so, lemmas and
    ways left out aside."""
    return built_with.partition(_WITHOUT)[0].partition(_EXTRA)[0] == analysis_hash()


def analysis_difference(built_with: str, left_out: tuple[str, ...] = ()) -> str | None:
    """What to tell the operator of an index whose manifest says `built_with`; None if this process
    analyses in the same way. Such an index is still searched, only less well.

    `left_out` are the ways of matching that the configuration leaves out.
    """
    if built_with == analysis_fingerprint(left_out):
        return None
    analysed, _, without = built_with.partition(_WITHOUT)
    hashed, _, held = analysed.partition(_EXTRA)
    used = lemmas.in_use()
    if hashed != analysis_hash():
        return "the index was built with another version of the analysis: run `indexer update` on all sources"
    if without != ",".join(left_out):
        return (
            f"the index was built {_having(without)}, the configuration is {_having(','.join(left_out))}: "
            "run `indexer update` on all sources"
        )
    if held and not used:
        return (
            f"the index was built with lemmas ({held}), which are not installed here: inflected words may be "
            "missed; install the extra `lemma`, or build the index without it"
        )
    if used and not held:
        return (
            f"lemmas ({used}) are installed here, but the index was built without: run `indexer update` on "
            "all sources"
        )
    return (
        f"the index was built with the lemmas of {held}, here are those of {used}: run `indexer update` on "
        "all sources"
    )


def _having(left_out: str) -> str:
    return f"without {left_out.replace(',', ', ')}" if left_out else "with all ways of matching"
