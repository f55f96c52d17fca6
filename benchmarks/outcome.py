"""What does a benchmark hand back? Tables to read, and the raw figures they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

#: Columns that hold words.
_WORDS = frozenset(
    (
        "engine",
        "compared",
        "compared with",
        "request",
        "operation",
        "query",
        "what",
        "what it is",
        "work",
        "bar",
        "verdict",
        "what was done",
    )
)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title; every cell is text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def markdown(self) -> str:
        """The table in Markdown: words to the left, figures to the right."""
        head = "| " + " | ".join(self.columns) + " |"
        rule = "".join("|---" if name in _WORDS else "|---:" for name in self.columns) + "|"
        body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in self.rows]
        return (
            "\n".join([f"### {self.title}", "", head, rule, *body, *(f"\n{note}" for note in self.notes)])
            + "\n"
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything one benchmark found. `raw` is JSON."""

    tables: tuple[Table, ...]
    raw: dict[str, Any]


def percentiles(milliseconds: Sequence[float]) -> str:
    """`p50 / p95`, three significant digits each."""
    p50, p95 = np.percentile(milliseconds, (50, 95))
    return f"{significant(p50)} / {significant(p95)}"


def significant(value: float) -> str:
    """Three significant digits, never in powers of ten.

    >>> [significant(one) for one in (0.01234, 1.2345, 61.37, 4321.0)]
    ['0.0123', '1.23', '61.4', '4,321']
    """
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    decimals = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return f"{value:.{decimals}f}"
