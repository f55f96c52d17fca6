"""In which order are hits asked for, and which of them are the page? Nothing here talks to a cluster.

By score: the leading documents come whole, in whatever part of them the page is, because they are
looked at again (`candidates.py`) and change places. By a column, or titles by an alphabet, the cluster
puts all in order and gives the page alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from search.analysis.languages import canonical_code
from search.index.codec.arrays import Array
from search.opensearch.mapping import NUMBER, number_field, order_languages, title_order_field
from search.query.plan import Plan
from search.ranking import RESCORED

#: The order of a title in a language that tailors it, where that is another than that of all others.
TAILORED_ORDER = (
    "def own = doc[params.own]; return own.size() > 0 ? own.value : doc[params.untailored].value;"
)
_BY_SCORE: dict[str, Any] = {"_score": {"order": "desc"}}
_BY_NUMBER: dict[str, Any] = {NUMBER: {"order": "asc"}}


def is_by_score(plan: Plan) -> bool:
    """Whether the best hits come first."""
    return plan.sort == "relevance"


def window(plan: Plan) -> tuple[int, int]:
    """How many hits the main request leaves out, and how many it asks for."""
    if is_by_score(plan) and plan.second_look:
        return 0, max(RESCORED, plan.offset + plan.limit)
    return plan.offset, plan.limit


def sort_of(plan: Plan, *, skip_articles: bool) -> list[dict[str, Any]]:
    """The order of the main request. Documents without a value come last; what is equal in all else is
    in the order of scores, then of numbers."""
    if is_by_score(plan):
        return [_BY_SCORE, _BY_NUMBER]
    keys = ((plan.sort, plan.descending), *plan.then_by)
    return [
        *(_by_key(name, plan.sort_language, descending, skip_articles) for name, descending in keys),
        _BY_SCORE,
        _BY_NUMBER,
    ]


def _by_key(name: str, language: str, descending: bool, skip_articles: bool) -> dict[str, Any]:
    order = "desc" if descending else "asc"
    if name != "title":
        return {number_field(name): {"order": order, "missing": "_last", "unmapped_type": "double"}}
    code = canonical_code(language)
    if code not in order_languages(skip_articles=skip_articles):
        return {title_order_field(): {"order": order, "missing": "_last", "unmapped_type": "keyword"}}
    params = {"own": title_order_field(code), "untailored": title_order_field()}
    script = {"lang": "painless", "source": TAILORED_ORDER, "params": params}
    return {"_script": {"type": "string", "script": script, "order": order}}


def heads_and_tails(numbers: Array, scores: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Of hits in the order of the main request (numbers, scores) the documents that are looked at again,
    by number, and those behind them, as they come."""
    first = np.argsort(numbers[:RESCORED], kind="stable")
    return (numbers[:RESCORED][first], scores[:RESCORED][first]), (numbers[RESCORED:], scores[RESCORED:])


def page_of(
    head: tuple[Array, Array], added: Array, tail: tuple[Array, Array], plan: Plan
) -> tuple[Array, Array]:
    """Numbers and scores of the page, in order. `head` and `tail` as `heads_and_tails` gives them;
    `added` is what the second look adds to the scores of the former."""
    end = plan.offset + plan.limit
    leading, better = head[0], head[1] + added
    order = np.argsort(-better, kind="stable")[plan.offset : end]
    rest = slice(max(plan.offset - RESCORED, 0), max(end - RESCORED, 0))
    return (
        np.concatenate((leading[order], tail[0][rest])),
        np.concatenate((better[order], tail[1][rest])),
    )
