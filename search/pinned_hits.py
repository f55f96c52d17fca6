"""How do pinned documents get among the hits, whatever the engine?

They are part of what is found: counted once, with the facets, and not where a filter leaves them out.
Each page shows what is left of the hits around the places that are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from search.engines.base import Engine, EngineHit, EngineResults
from search.query.pins import PlacedDocument, put_in_places
from search.query.plan import AllOf, AnyOf, Plan, TheseDocuments


def with_pinned(
    engine: Engine, plan: Plan, found: EngineResults, wanted: Sequence[PlacedDocument]
) -> tuple[EngineResults, dict[int, PlacedDocument]]:
    """The answer to `plan`, which found `found`, with the wanted documents in their places, and which
    these are, by the engine's number. Documents that are not in the index or do not pass the filters
    are left out. Raises `DeadlineExceeded`."""
    sought = TheseDocuments(tuple(one.id for one in wanted))
    alone = replace(plan, root=sought, grams=(), characters=(), facets=(), offset=0, limit=len(wanted))
    passing = {hit.document for hit in engine.run(alone).hits}
    numbered = [(engine.document_number(one.id), one) for one in wanted]
    placed = {number: one for number, one in numbered if number is not None and number in passing}
    if not placed:
        return found, {}
    these = TheseDocuments(tuple(one.id for one in placed.values()))
    # Those that are hits are shown as the hits they are.
    own = replace(plan, root=AllOf((plan.root, these)), facets=(), offset=0, limit=len(placed))
    hits = {hit.document: hit for hit in engine.run(own).hits}
    end = plan.offset + plan.limit
    every = replace(plan, root=AnyOf((plan.root, these)), offset=0, limit=end + len(placed))
    union = engine.run(every)
    shown = put_in_places(
        [hit for hit in union.hits if hit.document not in placed],
        [(one.position, _pinned(number, hits.get(number), one)) for number, one in placed.items()],
        plan.offset,
        plan.limit,
    )
    if plan.explain:
        shown = [_explained(hit, placed.get(hit.document)) for hit in shown]
    return replace(found, total=union.total, hits=tuple(shown), facets=union.facets), placed


def _pinned(number: int, hit: EngineHit | None, one: PlacedDocument) -> EngineHit:
    """A pinned document; one that is no hit was not met in any way."""
    return hit or EngineHit(number, 0.0, parts={"words": {}, "total": 0.0})


def _explained(hit: EngineHit, one: PlacedDocument | None) -> EngineHit:
    if one is None:
        return hit
    return replace(hit, parts={**(hit.parts or {}), "pinned": {"query": one.query, "position": one.position}})
