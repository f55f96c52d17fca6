"""What is a match worth? Every number that shapes the order of hits stands in this file.

BM25F (Robertson, Zaragoza 2009): per word, the frequencies in the zones are weighted, normalised
by length, added and saturated; a word's score is its idf times that of the best way it was met
in. Chosen on the shared question sets and the judged queries of CASES; docs/adr/0004 says how.
"""

from __future__ import annotations

import math

import numpy as np

from search.index.codec.arrays import Array
from search.index.schema import ALIAS, BODY, PEOPLE, TITLE

#: Saturation of repeated words.
K1 = 1.2

#: Weight of a zone's frequencies and how strongly its length counts (BM25's b).
ZONE_WEIGHT = {TITLE: 3.0, ALIAS: 2.4, PEOPLE: 1.6, BODY: 1.0}
ZONE_B = {TITLE: 0.5, ALIAS: 0.4, PEOPLE: 0.3, BODY: 0.75}

#: The best way wins: exact > stem > folded > synonym > romanized > prefix > typo.
KIND_WEIGHT = {
    "exact": 1.0,
    "stem": 0.9,
    "folded": 0.85,
    "synonym": 0.8,
    "romanized": 0.6,
    "prefix": 0.5,
    "compound": 0.5,
    "typo": 0.4,
}
#: Sounds are a guess among romanisations.
KEY_WEIGHT = 0.35

#: Documents' worth of trust in the statistics of the whole index over those of one language: in a
#: language of so many documents both count the same.
LANGUAGE_PRIOR = 50.0
#: The same for the mean length of a field.
LENGTH_PRIOR = 20.0

#: Weight of the character n-gram side field, which knows no language (measured best at 0.3).
GRAM_WEIGHT = 0.3

#: Added for a title that consists of the query's words and nothing else, times the idf mass.
WHOLE_TITLE = 1.5
#: Added for neighbouring query words that are neighbours in the document, times the pair's idf.
ADJACENT = 0.25
#: Multiplies the score of a document in a preferred language, at full preference.
LANGUAGE_PREFERENCE = 0.3
#: A sentence names its language: its preference is multiplied by this.
SENTENCE_PREFERENCE = 3.0
#: In a question, how strongly having more of its words counts besides their scores (an exponent).
COORDINATION = 0.1
#: In a question, a document without one of its words counts if parts of words alone give it this
#: share of the best score.
QUESTION_SHARE = 0.6
#: Popularity only breaks ties: at most this share is added to a score.
POPULARITY = 0.02

#: Documents looked at again for whole titles and neighbouring words.
RESCORED = 200

#: Queries of up to this many words mean all of them.
LONGEST_STRICT = 4
#: Letters of a query that may be one name.
LONGEST_NAME = 16
#: Of a name written without spaces, at least this share of the n-grams must occur if not all do:
#: of one as short as a word, and of a longer one, which may be a sentence.
LEAST_OF_SHORT, LEAST_OF_LONG = 0.4, 0.25
#: A document needs this share of the n-grams of a longer one that the best document has.
SHARE_OF_BEST = 0.34
#: Weight of single Han characters and kana beside their pairs: they rank what pairs have found.
CHARACTER_WEIGHT = 0.5


def idf(documents: int, frequency: int) -> float:
    """Inverse document frequency, never negative (Lucene's form of BM25's)."""
    return math.log(1.0 + (documents - frequency + 0.5) / (frequency + 0.5))


def idf_by_language(frequencies: Array, documents: Array) -> Array:
    """How telling a word is in each language: one number per language of the index.

    `frequencies` counts the documents with the word, `documents` all documents, per language. In a
    mixed index the small words of one language are rare among all documents and would weigh as
    much as names; so each document is scored with the statistics of its own language, as if that
    had an index of its own. Small languages lean on the whole index, lest a language of three
    documents know no rare word: with a Dirichlet prior of `LANGUAGE_PRIOR` documents that fades as
    the language grows, because the words of one language are rare in all others.
    """
    share = (frequencies.sum() + 0.5) / (documents.sum() + 1.0)
    prior = LANGUAGE_PRIOR**2 / (LANGUAGE_PRIOR + documents)
    smoothed = (frequencies + prior * share) / (documents + prior)
    # A word that is common in the whole index is no rare word anywhere: English `it` in the
    # alternative title of a Japanese film says as little as in an English one.
    weights: Array = -np.log(np.minimum(np.maximum(smoothed, max(share, 1e-9)), 1.0)).astype(np.float32)
    return weights


def words_required(wanted: int, best: int, words: int, *, question: bool = False) -> int:
    """How many of the wanted words a document must have to count as a match.

    `best` is how many the best document has, `words` how long the query is with its stop words.
    In a query as short as a title all words are wanted, if some document has all; else most. A
    longer one is a question, as is what ends in a question mark: the right answer may lack words
    of it that other documents have.
    """
    if question or words > LONGEST_STRICT:
        return max(1, best // 3)
    return wanted if best >= wanted else max(1, best - 1)


def grams_required(wanted: int, best: int) -> int | None:
    """How many n-grams of a name written without spaces a document must have; None: too few match.

    All, if some document has all; else nearly as many as the best has, if that is a good part of
    the name: 매트릭스 is not met by a title that shares one pair of syllables with it.
    """
    if wanted > LONGEST_STRICT:
        return None if best < LEAST_OF_LONG * wanted else math.ceil(SHARE_OF_BEST * best)
    if best < LEAST_OF_SHORT * wanted:
        return None
    return wanted if best >= wanted else max(1, best - 1)
