"""Documents added, replaced, deleted and merged in any order, through Whoosh's writer with our codec: what is
left is what a dictionary would hold, and what Whoosh's own codec holds."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from whoosh.codec.whoosh3 import W3Codec
from whoosh_pair import OPTIONS, Pair, assert_same, documents, new_pair, random_document, schema

from search.index.codec.whoosh_codec import ColumnarCodec

steps = st.one_of(
    st.tuples(st.just("add"), st.integers(1, 12)),
    st.tuples(st.just("add"), st.integers(1, 4)),
    st.tuples(st.just("update"), st.integers(0, 40)),
    st.tuples(st.just("delete"), st.integers(0, 40)),
    st.tuples(st.just("delete where"), st.sampled_from(("alpha", "zeta"))),
)
commits = st.sampled_from((*OPTIONS, "small ones merged", "not merged", "cancelled"))
histories = st.lists(st.tuples(st.lists(steps, max_size=4), commits), min_size=1, max_size=7)


@given(histories, st.integers(0, 1000))
@settings(
    max_examples=40,
    derandomize=True,
    phases=[Phase.generate],
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_history_leaves_the_documents_of_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, history: list[Any], seed: int
) -> None:
    pair = new_pair(tmp_path_factory.mktemp("history") / "x")
    model: dict[str, dict[str, Any]] = {}
    for turn, (changes, option) in enumerate(history):
        after = _both(pair, changes, option, source_seed=seed + turn, model=model)
        if option != "cancelled":
            model = after
        assert documents(pair.ours).keys() == model.keys()
        assert_same(pair)
    stored = {name for name, field in schema().items() if field.stored}
    for number, row in documents(pair.ours).items():
        assert row == {
            name: value for name, value in model[number].items() if name in stored and value is not None
        }


def _both(
    pair: Pair, changes: list[Any], option: str, *, source_seed: int, model: dict[str, Any]
) -> dict[str, Any]:
    for index, codec in ((pair.ours, ColumnarCodec()), (pair.theirs, W3Codec())):
        source = random.Random(source_seed)
        after = {} if option == "emptied before" else dict(model)
        added: dict[str, Any] = {}
        writer = index.writer(codec=codec)
        for what, value in changes:
            if what == "add":
                for _ in range(value):
                    one = random_document(source, source.randrange(10**9))
                    writer.add_document(**one)
                    added[one["id"]] = one
            elif what == "update":
                chosen = sorted(model)[value % len(model)] if model else str(value)
                if chosen in added:
                    # Whoosh replaces documents of earlier commits only.
                    continue
                one = random_document(source, 0) | {"id": chosen}
                writer.update_document(**one)
                added[chosen] = one
                after.pop(chosen, None)
            elif what == "delete" and model:
                chosen = sorted(model)[value % len(model)]
                writer.delete_by_term("id", chosen)
                after.pop(chosen, None)
            elif what == "delete where":
                writer.delete_by_term("body", value)
                after = {
                    number: one
                    for number, one in after.items()
                    if value not in str(one.get("body", "")).split()
                }
        if option == "cancelled":
            writer.cancel()
        else:
            writer.commit(**OPTIONS[option])
    return after | added
