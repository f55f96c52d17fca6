"""Shards that fit into a test: filters and counts of a cluster as its documentation describes them, with
what gets lost when each shard sends only its most frequent values."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Dsl = dict[str, Any]
#: Field → its values, of `_id` one.
Document = Mapping[str, Sequence[Any]]
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def passes(query: Dsl, document: Document) -> bool:
    """Whether a document passes a filter."""
    ((kind, inner),) = query.items()
    return _KINDS[kind](inner, document)


def _bool(inner: Dsl, document: Document) -> bool:
    assert set(inner) <= {"filter", "should", "must_not", "minimum_should_match"}
    should = [passes(one, document) for one in inner.get("should", ())]
    return (
        all(passes(one, document) for one in inner.get("filter", ()))
        and not any(passes(one, document) for one in inner.get("must_not", ()))
        and sum(should) >= inner.get("minimum_should_match", 0)
    )


def _terms(inner: Dsl, document: Document) -> bool:
    ((name, values),) = inner.items()
    return bool(set(document.get(name, ())) & set(values))


def _term(inner: Dsl, document: Document) -> bool:
    ((name, value),) = inner.items()
    return value in document.get(name, ())


def _range(inner: Dsl, document: Document) -> bool:
    ((name, bounds),) = inner.items()
    return any(
        all(_COMPARED[how](value, bound) for how, bound in bounds.items()) for value in document.get(name, ())
    )


_KINDS: dict[str, Callable[[Any, Document], bool]] = {
    "match_all": lambda inner, document: True,
    "match_none": lambda inner, document: False,
    "bool": _bool,
    "terms": _terms,
    "term": _term,
    "range": _range,
    "exists": lambda inner, document: bool(document.get(inner["field"])),
    "ids": lambda inner, document: document["_id"][0] in inner["values"],
}


def aggregated(aggregations: Dsl, shards: Sequence[Sequence[Document]]) -> Dsl:
    """The answers to aggregations over the documents of the shards."""
    return {name: _aggregated(one, shards) for name, one in aggregations.items()}


def _aggregated(one: Dsl, shards: Sequence[Sequence[Document]]) -> Dsl:
    if "filter" in one:
        inside = [[document for document in shard if passes(one["filter"], document)] for shard in shards]
        return {"doc_count": sum(map(len, inside)), **aggregated(one["aggs"], inside)}
    return _most_frequent(one["terms"], shards)


def _most_frequent(terms: Dsl, shards: Sequence[Sequence[Document]]) -> Dsl:
    sent = [_of_shard(terms, shard) for shard in shards]
    errors = [rows[-1][1] if is_cut else 0 for rows, is_cut in sent]
    counts: Counter[Any] = Counter()
    missing: Counter[Any] = Counter()
    for rows, _ in sent:
        counts.update(dict(rows))
    for (rows, _), error in zip(sent, errors, strict=True):
        held = dict(rows)
        missing.update({value: error for value in counts if value not in held})
    ordered = _ordered(counts, terms)
    return {
        "doc_count_error_upper_bound": sum(errors),
        "sum_other_doc_count": sum(count for _, count in ordered[terms["size"] :]),
        "buckets": [
            {"key": value, "doc_count": count, "doc_count_error_upper_bound": missing[value]}
            for value, count in ordered[: terms["size"]]
        ],
    }


def _of_shard(terms: Dsl, shard: Sequence[Document]) -> tuple[list[tuple[Any, int]], bool]:
    include = terms.get("include")
    counts = Counter(
        value for document in shard for value in document.get(terms["field"], ()) if _included(include, value)
    )
    return _ordered(counts, terms)[: terms["shard_size"]], len(counts) > terms["shard_size"]


def _included(include: Any, value: Any) -> bool:
    if isinstance(include, dict):
        digest = int.from_bytes(hashlib.blake2b(str(value).encode(), digest_size=8).digest())
        return digest % int(include["num_partitions"]) == include["partition"]
    return include is None or value in include


def _ordered(counts: Mapping[Any, int], terms: Dsl) -> list[tuple[Any, int]]:
    by_count, by_key = terms["order"]
    assert by_count == {"_count": "desc"}
    assert terms["shard_size"] >= terms["size"]
    rows = sorted(counts.items(), key=lambda row: row[0], reverse=by_key["_key"] == "desc")
    return sorted(rows, key=lambda row: -row[1])
