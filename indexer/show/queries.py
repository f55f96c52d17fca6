"""What do visitors ask, told in a terminal?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indexer.report import SELDOM, Group, Listed, QueryReport, Totals
from indexer.show.plain import printable


def query_report(found: QueryReport) -> str:
    """The tables of `indexer report queries`."""
    lines = [f"{found.first_day} to {found.last_day}: {_totals(found.totals)}"]
    if found.totals.not_kept:
        lines.append(f"not kept as text, because long or personal: {found.totals.not_kept}")
    if found.totals.second_tries:
        tries = (f"{kind} {times}" for kind, times in sorted(found.totals.second_tries.items()))
        lines.append(printable(f"second tries: {', '.join(tries)}"))
    if found.unreadable:
        lines.append(f"lines that cannot be read: {found.unreadable}")
    lines.append(f"listed is what was asked at least {found.least} times")
    for group in found.groups:
        lines += ["", *_group(group)]
    return "\n".join(lines)


def _group(group: Group) -> Iterator[str]:
    name = "seldom asked languages" if group.language == SELDOM else f"{group.language} {group.script}"
    yield printable(f"{name}: {_totals(group.totals)}")
    yield from _listed("most asked", group.top)
    yield from _listed("without hits", group.without_hits)
    yield from _listed("weak", group.weak)


def _listed(heading: str, queries: Iterable[Listed]) -> Iterator[str]:
    for number, one in enumerate(queries):
        if not number:
            yield f"  {heading}"
        why = ", ".join(f"{reason} {times}" for reason, times in one.why.items())
        yield printable(f"  {one.times:>7}  {one.query}  [{one.total} found{f'; {why}' if why else ''}]")


def _totals(totals: Totals) -> str:
    return f"{totals.searches} searches, {totals.without_hits} without hits, {totals.weak} weak"
