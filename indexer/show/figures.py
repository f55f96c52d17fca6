"""How good are the answers, and are they better than others?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexer.compare import SIGNIFICANT, Changed, Comparison, Paired
from indexer.evaluate import ALL, MEASURES, Figures
from indexer.show.plain import printable


def figures(values: dict[str, dict[str, float]]) -> str:
    """The table of `indexer evaluate`."""
    names = list(Figures().mean())
    lines = ["language  " + "  ".join(f"{name:>9}" for name in names)]
    lines += [
        f"{language:<8}  " + "  ".join(f"{row[name]:>9}" for name in names)
        for language, row in sorted(values.items(), key=lambda item: (item[0] == "all", item[0]))
    ]
    return "\n".join(lines)


def comparison(found: Comparison, most_changed: int) -> str:
    """The tables of `indexer evaluate --compare`."""
    lines = [f"before  {_run_name(found.before.name, found.before.about)}"]
    lines += [f"after   {_run_name(found.after.name, found.after.about)}", ""]
    lines.append(
        f"{'language':<8}  {'queries':>7}  {'measure':<9}  {'before':>7}  {'after':>7}  {'change':>8}  "
        f"{'better':>6}  {'worse':>6}  {'same':>6}  {'p':>7}  {'p Holm':>7}"
    )
    for language_code in found.measures:
        for measure in MEASURES:
            first = measure == MEASURES[0]
            shown = printable(language_code) if first else ""
            count = str(found.queries[language_code]) if first else ""
            lines.append(
                f"{shown:<8}  {count:>7}  {measure:<9}  {_paired(found.measures[language_code][measure])}"
            )
    lines += [
        "",
        f"* p < {SIGNIFICANT:g} in a paired randomisation test of {found.rounds} rounds; for single "
        "languages after Holm's correction for their number",
    ]
    unpaired = found.only_before + found.only_after
    if unpaired:
        lines.append(
            f"not compared: {found.only_before} queries only in the first run, "
            f"{found.only_after} only in the second"
        )
    lines.append(f"{len(found.changed)} of {found.queries[ALL]} queries are answered differently well")
    lines += [_changed(one) for one in found.changed[:most_changed]]
    return "\n".join(lines)


def _run_name(name: str, about: Mapping[str, Any]) -> str:
    parts = [
        f"{key} {about[key]}" for key in ("generation", "documents", "fingerprint", "saved") if key in about
    ]
    return printable(f"{name}: {', '.join(parts)}")


def _paired(one: Paired) -> str:
    return (
        f"{one.before:7.4f}  {one.after:7.4f}  {one.difference:+8.4f}  {one.better:>6}  {one.worse:>6}  "
        f"{one.same:>6}  {one.p:7.4f}  {one.p_holm:7.4f}{' *' if one.is_significant else ''}"
    )


def _changed(one: Changed) -> str:
    figures = ", ".join(
        f"{measure} {old:.2f} → {new:.2f}"
        for measure, old, new in zip(MEASURES, one.before.values, one.after.values, strict=True)
        if old != new
    )
    return printable(f"  {one.after.qid} [{one.after.language}] {one.after.query!r}: {figures}")
