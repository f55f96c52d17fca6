"""How is growth shown? The figures of `scale.py`, a column for each size, as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.outcome import Table, significant
from benchmarks.service_queries import Asked, slowest_table
from benchmarks.suggestions import ONE, TWO
from benchmarks.timings import Timings, shown_percentiles
from benchmarks.typed_queries import TypedQuery

Figures = dict[str, Any]


def report(sizes: Sequence[Figures]) -> str:
    """All tables, and on what and how each size was measured."""
    lines = ["# Growth with the size of the collection", ""]
    lines += [
        "Verses and films, repeated with variation (`benchmarks/variation.py` says how); the same queries at "
        "every size. One run each.",
        "",
    ]
    lines += [f"- {size['documents']:,}: `{size['command']}`" for size in sizes]
    lines += [
        f"- {name}: {value}" for name, value in {**sizes[-1]["machine"], **sizes[-1]["versions"]}.items()
    ]
    tables = (_growth(sizes), _by_matches(sizes), _slowest(sizes[-1]))
    return "\n".join([*lines, "", *(table.markdown() for table in tables)])


def warm(size: Figures) -> list[float]:
    """Milliseconds of all service queries of all warm passes."""
    return [one for timings in size["timings"]["warm"] for one in timings]


def matching(size: Figures) -> float:
    """How many documents a query matched, on average."""
    return statistics.fmean(one["total"] for one in size["asked"])


def p95(size: Figures) -> float:
    """Milliseconds, warm."""
    return float(np.percentile(warm(size), 95))


def _growth(sizes: Sequence[Figures]) -> Table:
    def suggested(size: Figures, name: str) -> str:
        found = size["suggest"].get(name)
        return shown_percentiles([one for timings in found["warm"] for one in timings]) if found else "–"

    def opened(size: Figures, name: str) -> str:
        return significant(statistics.median(one[name] for one in size["openings"]))

    rows = {
        "indexed with": [
            f"{size['jobs']} job{'s' * (size['jobs'] > 1)}, languages "
            + ("declared" if size["declared"] else "detected")
            for size in sizes
        ],
        "build, s": [significant(size["build"]["seconds"]) for size in sizes],
        "documents/s": [significant(size["documents"] / size["build"]["seconds"]) for size in sizes],
        "build, processor s": [significant(size["build"]["processor_seconds"]) for size in sizes],
        "build, peak memory MB (resident, all processes)": [
            f"{size['build']['peak_megabytes']:,.0f}" for size in sizes
        ],
        "· shared pages counted once": [f"{size['build']['peak_proportional']:,.0f}" for size in sizes],
        "documents, MB": [f"{size['source_bytes'] / 1e6:,.1f}" for size in sizes],
        "index, MB": [f"{size['index_bytes'] / 1e6:,.1f}" for size in sizes],
        "index, bytes per document": [f"{size['index_bytes'] / size['documents']:,.0f}" for size in sizes],
        "open, ms": [opened(size, "open_milliseconds") for size in sizes],
        "open once more in the same process, ms": [opened(size, "open_again_milliseconds") for size in sizes],
        "first answer after that, ms": [opened(size, "first_answer_milliseconds") for size in sizes],
        "made ready after that, ms": [opened(size, "warm_milliseconds") for size in sizes],
        "memory of an extra worker, MB": [significant(size["extra_worker"]["asked"]) for size in sizes],
        "· a copy of the master": [significant(size["extra_worker"]["loaded"]) for size in sizes],
        "· made ready": [significant(size["extra_worker"]["ready"]) for size in sizes],
        "documents a query matches, mean": [f"{matching(size):,.0f}" for size in sizes],
        "service queries, first pass, ms": [shown_percentiles(size["timings"]["first"]) for size in sizes],
        "· processor time, ms": [shown_percentiles(size["timings"]["first_processor"]) for size in sizes],
        "service queries, warm, ms": [shown_percentiles(warm(size)) for size in sizes],
        "· their processor time, ms": [
            shown_percentiles([one for each in size["timings"]["processor"] for one in each])
            for size in sizes
        ],
        "other queries afterwards, ms": [shown_percentiles(size["later"]["first"]) for size in sizes],
        "· their processor time afterwards, ms": [
            shown_percentiles(size["later"]["first_processor"]) for size in sizes
        ],
        "p95 against that of the smallest": [f"× {p95(size) / p95(sizes[0]):.1f}" for size in sizes],
        "matching documents against the smallest": [
            f"× {matching(size) / max(matching(sizes[0]), 1e-9):.1f}" for size in sizes
        ],
        "suggestions, one letter, ms": [suggested(size, ONE) for size in sizes],
        "suggestions, two letters, ms": [suggested(size, TWO) for size in sizes],
    }
    return Table(
        "Growth; latencies are p50 / p95 / p99",
        ("work", *(f"{size['documents']:,}" for size in sizes)),
        tuple((name, *cells) for name, cells in rows.items()),
    )


def _by_matches(sizes: Sequence[Figures]) -> Table:
    """Latency by tenfold classes of matching documents."""
    classes: dict[int, list[list[float]]] = {}
    for place, size in enumerate(sizes):
        for number, one in enumerate(size["asked"]):
            found = classes.setdefault(len(str(one["total"])) if one["total"] else 0, [[] for _ in sizes])
            found[place] += [timings[number] for timings in size["timings"]["warm"]]
    rows = []
    for digits in sorted(classes):
        name = f"{10 ** (digits - 1):,} to {10**digits - 1:,}" if digits else "none"
        rows.append((name, *(_class_cell(found) for found in classes[digits])))
    return Table(
        "Service queries by the number of documents they match, warm; p50 / p95 in ms (askings)",
        ("documents that match", *(f"{size['documents']:,}" for size in sizes)),
        tuple(rows),
    )


def _class_cell(milliseconds: list[float]) -> str:
    if not milliseconds:
        return "–"
    p50, high = np.percentile(milliseconds, (50, 95))
    return f"{significant(float(p50))} / {significant(float(high))} ({len(milliseconds):,})"


def _slowest(size: Figures) -> Table:
    queries = [TypedQuery(**one) for one in size["queries"]]
    table = slowest_table(queries, Timings(**size["timings"]), [Asked(**one) for one in size["asked"]])
    return Table(f"{table.title}, at {size['documents']:,} documents", table.columns, table.rows)
