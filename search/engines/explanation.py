"""Why is this document a hit? The ways in which it has the words, and the parts of its score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from search.engines.base import EngineHit
from search.engines.matches import found_in
from search.engines.word_matches import CLOSENESS, PARTS_ONLY, REPORTED, WordMatches, kind_of, zones_of
from search.index.codec.arrays import Array
from search.index.schema import ALIAS


def explained_hits(
    docs: Array,
    scores: Array,
    words: Sequence[tuple[str, WordMatches]],
    *,
    explain: bool,
    language_of: Array,
    have_words: bool,
) -> Iterable[EngineHit]:
    """The hits of a page, each with the ways in which its words (text, matches) were met, the best
    first. `have_words`: each of the documents has one of them at least."""
    if have_words and not explain:
        kinds = {word.only_kind for _, word in words if word.occurs}
        kind = kinds.pop() if len(kinds) == 1 else None
        if kind is not None:
            its = (kind,)
            return [
                EngineHit(doc, score, its) for doc, score in zip(docs.tolist(), scores.tolist(), strict=True)
            ]
    return _explained_one_by_one(docs, scores, words, explain, language_of)


def _explained_one_by_one(
    docs: Array, scores: Array, words: Sequence[tuple[str, WordMatches]], explain: bool, language_of: Array
) -> Iterator[EngineHit]:
    labels = list(zip(*[word.labels_at(docs).tolist() for _, word in words], strict=True))
    labels = labels or [()] * len(docs)
    for doc, score, its in zip(docs.tolist(), scores.tolist(), labels, strict=True):
        kinds, is_alias = _kinds(its)
        parts = _parts(words, its, doc=doc, score=score, language_of=language_of) if explain else None
        yield EngineHit(doc, score, kinds, is_alias, parts)


@lru_cache(maxsize=4096)
def _kinds(labels: tuple[int, ...]) -> tuple[tuple[str, ...], bool]:
    """How a document was met, by the labels of the words, and whether a word is only in an
    alternative title. The hits of a page, and of most queries, are met alike."""
    met = [(kind, zones_of(label)) for label in labels if (kind := kind_of(label)) is not None]
    closest = sorted({kind for kind, _ in met}, key=CLOSENESS.index)
    kinds = list(dict.fromkeys(REPORTED[kind] for kind in closest))
    if labels and not kinds:
        kinds = [PARTS_ONLY]
    return tuple(kinds), any(zones == [ALIAS] for _, zones in met)


def _parts(
    words: Sequence[tuple[str, WordMatches]],
    labels: Sequence[int],
    *,
    doc: int,
    score: float,
    language_of: Array,
) -> dict[str, Any]:
    explained = {}
    for (text, word), label in zip(words, labels, strict=True):
        if not label:
            continue
        inside, places = found_in(np.array([doc]), word.matches.docs)
        explained[text] = {
            "kind": kind_of(label),
            "zones": zones_of(label),
            "idf": round(float(word.idfs[language_of[doc]]), 4),
            "score": round(float(word.matches.scores[places[0]]) if inside[0] else 0.0, 4),
        }
    return {"words": explained, "total": round(score, 4)}
