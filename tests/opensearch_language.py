"""A cluster that fits into a test: the part of its query language that plans are compiled to, one document
at a time, as its documentation says. What a script does is written here once more, found by its text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from search import ranking
from search.index.schema import BODY, FIELDS, WAYS, Field
from search.opensearch import painless
from search.opensearch.mapping import length_field

Dsl = dict[str, Any]
_BY_NAME = {one.name: one for one in FIELDS}


class Document:
    """What the cluster has of one: terms by field in order of places, numbers."""

    def __init__(
        self,
        name: str,
        terms: Mapping[Field, Sequence[str]],
        language: int,
        boost: float,
        values: Mapping[str, Any],
    ) -> None:
        self.name = name
        self.terms = {one: tuple(its) for one, its in terms.items()}
        self.language = language
        self.boost = boost
        self.values = values
        self.lengths = {length_field(one): len(its) for one, its in self.terms.items()}


class SmallCluster:
    """Answers searches as far as they say what matches, with which score, and count languages."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents

    def scores(self, query: Dsl) -> dict[int, float]:
        """Place → score of all documents found."""
        found = {place: score(query, one) for place, one in enumerate(self.documents)}
        return {place: one for place, one in found.items() if one is not None}

    def search(self, body: Dsl) -> Dsl:
        """The answer to a search without hits: the best score, the aggregations."""
        found = self.scores(body["query"])
        documents = [self.documents[place] for place in found]
        return {
            "hits": {"max_score": max(found.values()) if found else None},
            "aggregations": {name: _aggregated(one, documents) for name, one in body.get("aggs", {}).items()},
        }


def _aggregated(aggregation: Dsl, documents: Sequence[Document]) -> Dsl:
    if "terms" in aggregation:
        counts = Counter(one.language for one in documents)
        return {"buckets": [{"key": key, "doc_count": count} for key, count in counts.items()]}
    inside = [one for one in documents if score(aggregation["filter"], one) is not None]
    inner = {name: _aggregated(one, inside) for name, one in aggregation.get("aggs", {}).items()}
    return {"doc_count": len(inside), **inner}


def score(query: Dsl, document: Document) -> float | None:
    """What a query says of a document; None where it does not match."""
    ((kind, inner),) = query.items()
    return _KINDS[kind](inner, document)


def _term(inner: Dsl, document: Document) -> float | None:
    ((name, value),) = inner.items()
    boost = value["boost"] if isinstance(value, dict) else 1.0
    term = value["value"] if isinstance(value, dict) else value
    frequency = document.terms.get(_BY_NAME[name], ()).count(term)
    if not frequency:
        return None
    # Only bodies keep frequencies.
    return boost * (frequency if name.startswith("body_") else 1)


def _terms(inner: Dsl, document: Document) -> float | None:
    ((name, values),) = inner.items()
    held = (
        document.terms[_BY_NAME[name]]
        if _BY_NAME.get(name) in document.terms
        else document.values.get(name, ())
    )
    return 1.0 if set(held) & set(values) else None


def _bool(inner: Dsl, document: Document) -> float | None:
    assert set(inner) <= {"must", "filter", "should", "must_not", "minimum_should_match", "boost"}
    must = [score(one, document) for one in inner.get("must", ())]
    filtered = [score(one, document) for one in inner.get("filter", ())]
    should = [one for part in inner.get("should", ()) if (one := score(part, document)) is not None]
    least = inner.get("minimum_should_match", 0 if must or filtered else 1)
    if None in must or None in filtered or len(should) < least:
        return None
    if any(score(one, document) is not None for one in inner.get("must_not", ())):
        return None
    return inner.get("boost", 1.0) * math.fsum([*(one for one in must if one is not None), *should])


def _best(inner: Dsl, document: Document) -> float | None:
    assert inner["tie_breaker"] == 0.0
    found = [one for part in inner["queries"] if (one := score(part, document)) is not None]
    return max(found, default=None)


def _constant(inner: Dsl, document: Document) -> float | None:
    return None if score(inner["filter"], document) is None else inner.get("boost", 1.0)


def _scripted(inner: Dsl, document: Document) -> float | None:
    given = score(inner["query"], document)
    if given is None:
        return None
    found = SCRIPTS[inner["script"]["source"]](np.float32(given).item(), inner["script"]["params"], document)
    assert found >= 0
    return None if found < inner.get("min_score", 0.0) else found


def _functions(inner: Dsl, document: Document) -> float | None:
    given = score(inner["query"], document)
    if given is None:
        return None
    assert inner["score_mode"] == "sum"
    added = [one["weight"] for one in inner["functions"] if score(one["filter"], document) is not None]
    factor = sum(added) if added else 1.0
    return factor if inner["boost_mode"] == "replace" else given + factor


def _intervals(inner: Dsl, document: Document) -> float | None:
    ((name, rule),) = inner.items()
    text = document.terms.get(_BY_NAME[name], ())
    rules = [rule]
    if "all_of" in rule:
        assert rule["all_of"]["ordered"]
        assert rule["all_of"]["max_gaps"] == 0
        rules = rule["all_of"]["intervals"]
    places = [
        {one["match"]["query"] for one in (part["any_of"]["intervals"] if "any_of" in part else [part])}
        for part in rules
    ]
    times = sum(
        all(text[first + place] in terms for place, terms in enumerate(places))
        for first in range(len(text) - len(places) + 1)
    )
    return times / (times + 1) if times else None


_KINDS: dict[str, Callable[[Any, Document], float | None]] = {
    "term": _term,
    "terms": _terms,
    "bool": _bool,
    "dis_max": _best,
    "constant_score": _constant,
    "script_score": _scripted,
    "function_score": _functions,
    "intervals": _intervals,
    "match_all": lambda inner, document: 1.0,
    "match_none": lambda inner, document: None,
    "ids": lambda inner, document: 1.0 if document.name in inner["values"] else None,
}


# Scripts


def _word(way: str, single: bool, saturated: bool) -> Callable[[float, Dsl, Document], float]:
    zones = [zone for zone in painless.PACKED_ZONES if zone in WAYS[way]]

    def script(given: float, params: Dsl, document: Document) -> float:
        code, worth = int(given), 0.0
        mask, bits, *rest = params["p"]
        weight, *slopes = _row(rest, 2 + len(zones), document)
        assert not single or (mask, bits) == (1, 1)
        for zone in painless.PACKED_ZONES:
            number = code
            if zone != BODY:
                number, code = code & mask, code >> bits
            if number and zone in zones:
                length = document.lengths.get(length_field(Field(zone, way)), 0)
                worth += number / (painless.weight_at_no_length(zone) + slopes[zones.index(zone)] * length)
        return weight * worth / (worth + ranking.K1) if saturated else worth

    return script


def _row(numbers: Sequence[float], size: int, document: Document) -> list[float]:
    rows = {
        int(numbers[place]): list(numbers[place + 1 : place + size]) for place in range(0, len(numbers), size)
    }
    return rows[document.language]


def _saturated(worth: float, params: Dsl, document: Document) -> float:
    (weight,) = _row(params["p"], 2, document)
    return weight * worth / (worth + ranking.K1)


def _times(given: float) -> int:
    return round(given / (1 - given))


def _counted(given: float, params: Dsl) -> tuple[int, float]:
    count = int(given / params["step"])
    return count - 1, given - count * params["step"]


def _coordinated(given: float, params: Dsl, document: Document) -> float:
    count, worth = _counted(given, params)
    return float(worth * params["g"][count])


def _answered(given: float, params: Dsl, document: Document) -> float:
    count, worth = _counted(given, params)
    if count < params["r"] and worth < params["t"]:
        return 0.0
    return float(max(worth * params["g"][count], 2e-6))


SCRIPTS: dict[str, Callable[[float, Dsl, Document], float]] = {
    **{
        painless.word_script(way, single=single, saturated=saturated): _word(way, single, saturated)
        for way in WAYS
        for single in (False, True)
        for saturated in (False, True)
    },
    painless.SATURATED: _saturated,
    painless.RUNS: lambda given, params, document: _times(given) * params["scale"],
    painless.PHRASE: lambda given, params, document: _saturated(
        _times(given) * params["z"], params, document
    ),
    painless.COMPLEMENT: lambda given, params, document: params["c"] - given,
    painless.COORDINATED: _coordinated,
    painless.ANSWERED: _answered,
    painless.POPULAR: lambda given, params, document: given * document.boost,
    painless.PREFERRED: lambda given, params, document: (
        given * document.boost * params["p"][document.language]
    ),
}
