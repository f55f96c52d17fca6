"""Is one run better than another, or was it luck? The same queries, paired.

Difference of the means, queries better, worse and the same, and the p value of a paired
randomisation test (Fisher's; for search: Smucker, Allan, Carterette, "A Comparison of Statistical
Significance Tests for Information Retrieval Evaluation", CIKM 2007): if both runs were equally
good, each query could as well have had its two figures the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.evaluate import ALL, MEASURES, QueryResult
from indexer.saved_run import SavedRun
from search.errors import ConfigurationError

#: Random exchanges tried, and what they begin with: the same runs always give the same p.
ROUNDS, SEED = 10_000, 20_070_611
#: A difference is called significant below this.
SIGNIFICANT = 0.05
#: Exchanges held in memory at once, times queries.
_CELLS = 2_000_000
#: Sums of the same figures in another order differ by less than this per query.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Paired:
    """One measure on the queries that both runs have.

    `difference` is after - before. `p` is the probability of a mean difference at least as large,
    either way, if the runs were equally good; `p_holm` the same, corrected for having looked at
    every language (Holm 1979); for all queries together both are the same.
    """

    before: float
    after: float
    difference: float
    better: int
    worse: int
    same: int
    p: float
    p_holm: float

    @property
    def is_significant(self) -> bool:
        return self.p_holm < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Changed:
    """A query answered differently well in the two runs."""

    before: QueryResult
    after: QueryResult

    @property
    def differences(self) -> tuple[float, ...]:
        """after - before, in the order of `MEASURES`."""
        return tuple(new - old for old, new in zip(self.before.values, self.after.values, strict=True))

    @property
    def size(self) -> float:
        return sum(map(abs, self.differences))


@dataclass(frozen=True, slots=True)
class Comparison:
    """`measures`: language (and `all`) → measure → figures; `queries` counts those compared by the
    same keys; `changed` are the queries that differ, most first; `only_*` count the unpaired."""

    before: SavedRun
    after: SavedRun
    rounds: int
    queries: Mapping[str, int]
    measures: Mapping[str, Mapping[str, Paired]]
    changed: tuple[Changed, ...]
    only_before: int
    only_after: int

    def to_dict(self, most_changed: int) -> dict[str, Any]:
        """The JSON of `indexer evaluate --compare`."""
        return {
            "before": {"file": self.before.name, **self.before.about},
            "after": {"file": self.after.name, **self.after.about},
            "rounds": self.rounds,
            "seed": SEED,
            "only_before": self.only_before,
            "only_after": self.only_after,
            "languages": {
                language: {
                    "queries": self.queries[language],
                    **{measure: _paired_values(one) for measure, one in measures.items()},
                }
                for language, measures in self.measures.items()
            },
            "changed": len(self.changed),
            "most_changed": [_changed_values(one) for one in self.changed[:most_changed]],
        }


def _paired_values(one: Paired) -> dict[str, Any]:
    return {
        **{name: round(getattr(one, name), 6) for name in Paired.__slots__},
        "significant": one.is_significant,
    }


def _changed_values(one: Changed) -> dict[str, Any]:
    return {
        "qid": one.after.qid,
        "language": one.after.language,
        "query": one.after.query,
        **{
            measure: {"before": old, "after": new}
            for measure, old, new in zip(MEASURES, one.before.values, one.after.values, strict=True)
        },
        "ids": {"before": one.before.ids, "after": one.after.ids},
    }


def compare(before: SavedRun, after: SavedRun, *, rounds: int = ROUNDS) -> Comparison:
    """Compare two runs on the queries they share.

    Raises `ConfigurationError` when they share none, or mean different queries by the same qid.
    """
    pairs = _pairs(before, after)
    groups: dict[str, list[Changed]] = {}
    for pair in pairs:
        groups.setdefault(pair.after.language, []).append(pair)
    measures = {
        language: {
            measure: _paired(group, place, rounds=rounds, seed=SEED + place)
            for place, measure in enumerate(MEASURES)
        }
        for language, group in [*sorted(groups.items()), (ALL, pairs)]
    }
    changed = sorted(
        (pair for pair in pairs if pair.size > _ROUNDING), key=lambda pair: (-pair.size, pair.after.qid)
    )
    return Comparison(
        before,
        after,
        rounds,
        {language: len(group) for language, group in [*groups.items(), (ALL, pairs)]},
        _corrected(measures),
        tuple(changed),
        len(before.results) - len(pairs),
        len(after.results) - len(pairs),
    )


def _pairs(before: SavedRun, after: SavedRun) -> list[Changed]:
    held = {result.qid: result for result in before.results}
    pairs = [Changed(held[result.qid], result) for result in after.results if result.qid in held]
    if not pairs:
        raise ConfigurationError(f"{before.name} and {after.name} have no query in common")
    for pair in pairs:
        for name in ("query", "language"):
            old, new = getattr(pair.before, name), getattr(pair.after, name)
            if old != new:
                raise ConfigurationError(
                    f"{before.name} and {after.name} are not of the same queries: the {name} of "
                    f"{pair.after.qid!r} is {old!r} in one and {new!r} in the other"
                )
    return pairs


def _paired(pairs: Sequence[Changed], place: int, *, rounds: int, seed: int) -> Paired:
    old = np.array([pair.before.values[place] for pair in pairs])
    new = np.array([pair.after.values[place] for pair in pairs])
    differences = new - old
    better = int(np.count_nonzero(differences > _ROUNDING))
    worse = int(np.count_nonzero(differences < -_ROUNDING))
    p = randomisation_p(differences, rounds=rounds, seed=seed)
    return Paired(
        before=float(old.mean()),
        after=float(new.mean()),
        difference=float(differences.mean()),
        better=better,
        worse=worse,
        same=len(pairs) - better - worse,
        p=p,
        p_holm=p,
    )


def randomisation_p(differences: NDArray[np.float64], *, rounds: int = ROUNDS, seed: int = SEED) -> float:
    """Two-sided p value of paired differences: the share of exchanges of signs whose sum is at
    least as far from 0 as the one observed.

    With few differing queries all exchanges are counted and p is exact; otherwise `rounds` random
    ones, and the observed one with them, so that p is never 0 (Phipson, Smyth 2010).

    >>> randomisation_p(np.array([0.5, 0.5, 0.5, 0.0]))
    0.25
    """
    told = differences[np.abs(differences) > _ROUNDING]
    if not len(told):
        return 1.0
    # A query that did not change says nothing, whichever way round it is.
    least = abs(float(told.sum())) - _ROUNDING * len(told)
    exchanges = 2 ** len(told) if len(told) < 60 else None
    if exchanges is not None and exchanges <= rounds:
        return _far_sums(told, _all_signs(len(told)), least) / float(exchanges)
    generator = np.random.default_rng(seed)
    far, left = 0, rounds
    while left:
        some = min(left, max(1, _CELLS // len(told)))
        bits = generator.integers(0, 256, size=(some, -(-len(told) // 8)), dtype=np.uint8)
        far += _far_sums(told, np.unpackbits(bits, axis=1, count=len(told)), least)
        left -= some
    return (far + 1) / (rounds + 1)


def _all_signs(count: int) -> NDArray[np.uint8]:
    numbers = np.arange(2**count, dtype=np.int64)[:, np.newaxis]
    return ((numbers >> np.arange(count)) & 1).astype(np.uint8)


def _far_sums(differences: NDArray[np.float64], kept: NDArray[np.uint8], least: float) -> int:
    """How many rows of `kept` (1: sign kept, 0: turned) have a sum at least so far from 0."""
    sums = 2 * (kept.astype(np.float64) @ differences) - differences.sum()
    return int(np.count_nonzero(np.abs(sums) >= least))


def _corrected(measures: dict[str, dict[str, Paired]]) -> dict[str, dict[str, Paired]]:
    """With Holm's correction over the languages, for each measure by itself."""
    corrected = {language: dict(rows) for language, rows in measures.items()}
    for measure in MEASURES:
        languages = sorted(
            (language for language in measures if language != ALL),
            key=lambda language: measures[language][measure].p,
        )
        least = 0.0
        for place, language in enumerate(languages):
            one = measures[language][measure]
            least = max(least, min(1.0, one.p * (len(languages) - place)))
            corrected[language][measure] = replace(one, p_holm=least)
    return corrected
