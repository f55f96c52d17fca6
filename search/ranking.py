"""What is a match worth? Every number that shapes the order of hits stands in this file.

BM25F (Robertson, Zaragoza 2009): per word, the frequencies in the zones are weighted, normalised
by length, added and saturated; a word's score is its idf times that of the best way it was met
in. Chosen on the shared question sets and the judged queries of CASES; docs/adr/0004 says how.
"""

from __future__ import annotations

import math

from search.index.schema import ALIAS, BODY, EXACT, FOLDED, GRAM, KEY, LATIN, PEOPLE, STEM, TITLE

#: Saturation of repeated words.
K1 = 1.2

#: Weight of a zone's frequencies and how strongly its length counts (BM25's b).
ZONE_WEIGHT = {TITLE: 3.0, ALIAS: 2.4, PEOPLE: 1.6, BODY: 1.0}
ZONE_B = {TITLE: 0.5, ALIAS: 0.4, PEOPLE: 0.3, BODY: 0.75}

#: The best way wins: exact > stem > folded > romanized > prefix > typo.
KIND_WEIGHT = {
    "exact": 1.0,
    "stem": 0.9,
    "folded": 0.85,
    "romanized": 0.6,
    "prefix": 0.5,
    "compound": 0.5,
    "typo": 0.4,
}
#: Sounds are a guess among romanisations.
KEY_WEIGHT = 0.35

#: Weight of the character n-gram side field, which knows no language (measured best at 0.3).
GRAM_WEIGHT = 0.3

#: Added for a title that consists of the query's words and nothing else, times the idf mass.
WHOLE_TITLE = 0.8
#: Added for neighbouring query words that are neighbours in the document, times the pair's idf.
ADJACENT = 0.25
#: Multiplies the score of a document in a preferred language, at full preference.
LANGUAGE_PREFERENCE = 0.15
#: Popularity only breaks ties: at most this share is added to a score.
POPULARITY = 0.02

#: Documents looked at again for whole titles and neighbouring words.
RESCORED = 200

WAYS_WITH_ORDER = (EXACT, STEM, FOLDED, LATIN, KEY, GRAM)


def idf(documents: int, frequency: int) -> float:
    """Inverse document frequency, never negative (Lucene's form of BM25's)."""
    return math.log(1.0 + (documents - frequency + 0.5) / (frequency + 0.5))


def words_required(wanted: int, best: int) -> int:
    """How many of the wanted words a document must have: all, if some document has all; else most."""
    if best >= wanted:
        return wanted
    return max(1, min(best, wanted // 2 + 1))
