"""Has the analysis changed since an index was built?

A hash of what the analyzers make of probe sentences in many languages. It changes when a stemmer,
a folding rule or a library changes the terms, and needs no number to be raised by hand.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from search.analysis.analyzer import analyze, names_of
from search.analysis.languages import LANGUAGES

_PROBES = (
    "The children's 2nd running races: Spider-Man II, O'Connor & naïve café 8½",
    "Les élèves d'aujourd'hui n'étaient pas œuvrés; Straßenbahnen, Häuser, İSTANBUL'da ışıklar",
    "Лобанова и ёлки в Москве, п'ятниця, Ђорђе; Οι άνθρωποι της Αθήνας",
    "犬夜叉 紅蓮の蓬莱島 ｺﾞｼﾞﾗ 臥虎藏龍 올드보이 살인의 추억",
    "إسكندرية ليه المومياء بچه‌های آسمان ואלס עם באשיר וַאלְס",
    "तीसरी मंज़िल हिन्दी বাংলা தமிழ் తెలుగు ฉลาดเกมส์โกง ລາວ ខ្មែរ မြန်မာ ქართული Հայերեն",
)


@lru_cache(maxsize=1)
def analysis_fingerprint() -> str:
    """Sixteen hexadecimal digits."""
    digest = hashlib.sha256()
    for code in LANGUAGES:
        for probe in _PROBES:
            digest.update(repr((code, analyze(probe, code))).encode("utf-8", "surrogatepass"))
    for probe in _PROBES:
        digest.update(repr(names_of(probe, "und")).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
