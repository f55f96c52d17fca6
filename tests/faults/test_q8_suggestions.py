"""Q8: completions of any beginning, in any script, come quickly."""

from __future__ import annotations

import json
from urllib.parse import quote_from_bytes

import pytest
from fault_figures import begin, is_long, record, trials
from fuzzed_queries import QueryFuzzer, letters_of_scripts
from many_scripts import application
from wsgi_calls import call

P99 = 0.05 if is_long() else 0.5


@pytest.mark.timeout(600)
def test_q8_beginnings_are_completed_quickly(tmp_path_factory: pytest.TempPathFactory) -> None:
    source = begin("Q8")
    app, known = application(
        tmp_path_factory.mktemp("suggest"), source, trials(1_000, 20_000), 
        vocabulary=trials(400, 3_000), words=15, cache_bytes=0,
    )  # fmt: skip
    words = [word for one in known for word in one.words]
    fuzzer = QueryFuzzer(source, words)
    count = trials(500, 10_000)
    seconds, empty = [], 0
    for number in range(count):
        kind = number % 4
        if kind == 0:
            text = source.choice(source.choice(letters_of_scripts()))
        elif kind == 1:
            text = source.choice(source.choice(known).words)[: source.randint(1, 5)]
        elif kind == 2:
            text = f"{source.choice(words)} {source.choice(words)[: source.randint(1, 3)]}"
        else:
            text = fuzzer.text()[: source.randint(1, 60)]
        written = quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")
        answer = call(app, "/api/v1/suggest", f"q={written}&limit={source.choice((1, 10, 50))}")
        assert answer.status == 200, (answer.status, ascii(text))
        empty += not json.loads(answer.body)["suggestions"]
        seconds.append(answer.seconds)
    p99 = sorted(seconds)[int(count * 0.99)]
    record(
        "Q8", "p99 ≤ 50 ms, 0 × 5xx",
        f"{count:,} beginnings on {trials(1_000, 20_000):,} documents: p99 {p99 * 1000:.0f} ms, "
        f"max {max(seconds) * 1000:.0f} ms, 0 × 5xx, {empty:,} without a completion",
    )  # fmt: skip
    assert p99 <= P99
    assert empty < count * 0.9, "most beginnings must have had something to complete"
